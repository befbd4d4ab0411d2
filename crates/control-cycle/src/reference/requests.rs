//! What the operator and the monitor may ask of the walker.

use quantities::Newtons;
use signals::{ContactPhase, Estimate, Request, Verdict};

use super::Reference;
use super::stage::{Stage, Then};

/// One step of `softer` or `firmer`, and the range of their product.
const FORCE_SCALE_STEP: f64 = 0.1;
const FORCE_SCALE_RANGE: (f64, f64) = (0.5, 1.2);
/// Set-points stay below their ceiling by max(3 N, 10 %), whatever `firmer` asks (R5).
const MARGIN_N: f64 = 3.0;
const MARGIN_SHARE: f64 = 0.1;

impl<const D: usize> Reference<D> {
    pub(super) fn heed(&mut self, request: Request, phase: ContactPhase) {
        let (least, most) = FORCE_SCALE_RANGE;
        match request {
            Request::None | Request::Confirm | Request::Stop | Request::Reset => {}
            Request::Pause => self.paused = true,
            Request::Resume => self.paused = false,
            Request::Softer => {
                self.force_scale_goal = (self.force_scale_goal - FORCE_SCALE_STEP).max(least);
            }
            Request::Firmer => {
                self.force_scale_goal = (self.force_scale_goal + FORCE_SCALE_STEP).min(most);
            }
            Request::Skip => self.skip(phase),
            Request::End => self.is_ending = true,
        }
        if self.is_ending {
            self.end(phase);
        }
        let step = 0.5 * self.settings.period_s;
        self.force_scale += (self.force_scale_goal - self.force_scale).clamp(-step, step);
    }

    /// Leaves the present step; from a touch by way of an orderly lift.
    fn skip(&mut self, phase: ContactPhase) {
        if is_in_touch(phase) {
            self.stage = Stage::Unloading {
                force_n: None,
                then: Then::NextStep,
            };
        } else {
            self.go_to_next_step();
        }
    }

    /// Toward the end: off the skin in an orderly way; in free motion, to a stand-still. Asked anew in each
    /// cycle until it is done, since a way off the skin that is under way already has another aim.
    fn end(&mut self, phase: ContactPhase) {
        let in_touch = is_in_touch(phase);
        self.stage = match self.stage {
            Stage::Finished => Stage::Finished,
            Stage::Unloading { force_n, .. } => Stage::Unloading {
                force_n,
                then: Then::End,
            },
            Stage::Retreating {
                from, way, done, ..
            } => Stage::Retreating {
                from,
                way,
                done,
                then: Then::End,
            },
            Stage::Entering | Stage::Holding { .. } | Stage::Running | Stage::Waiting
                if in_touch =>
            {
                Stage::Unloading {
                    force_n: None,
                    then: Then::End,
                }
            }
            Stage::Running if self.rate > 0.0 => {
                self.paused = true;
                Stage::Running
            }
            Stage::Entering | Stage::Holding { .. } | Stage::Running | Stage::Waiting => {
                Stage::Finished
            }
        };
    }

    /// A latched stop freezes the plan for good: after a reset the arm backs off to hover and ends.
    pub(super) fn heed_verdict(&mut self, verdict: Option<&Verdict>, estimate: &Estimate<D>) {
        let latched = verdict.is_some_and(Verdict::is_latched);
        if self.was_latched && !latched {
            self.stage = Stage::retreat(estimate, Then::End);
        }
        self.was_latched = latched;
    }

    /// The operator's wish for softer or firmer, within the margin below the ceiling.
    pub(super) fn scaled(&self, force: Newtons, ceiling: Newtons) -> Newtons {
        let allowed = ceiling - Newtons::new(MARGIN_N.max(MARGIN_SHARE * ceiling.get()));
        // A plan may press closer to its ceiling only where it was proved to: never add to it.
        (force * self.force_scale)
            .min(allowed.max(force))
            .max(Newtons::ZERO)
    }
}

fn is_in_touch(phase: ContactPhase) -> bool {
    match phase {
        ContactPhase::Away => false,
        ContactPhase::Approaching
        | ContactPhase::Touching
        | ContactPhase::Settled
        | ContactPhase::Leaving => true,
    }
}
