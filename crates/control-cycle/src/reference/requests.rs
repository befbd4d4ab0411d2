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
        }
        let step = 0.5 * self.settings.period_s;
        self.force_scale += (self.force_scale_goal - self.force_scale).clamp(-step, step);
    }

    /// Leaves the present step; from a touch by way of an orderly lift.
    fn skip(&mut self, phase: ContactPhase) {
        let in_touch = match phase {
            ContactPhase::Away => false,
            ContactPhase::Approaching
            | ContactPhase::Touching
            | ContactPhase::Settled
            | ContactPhase::Leaving => true,
        };
        if in_touch {
            self.stage = Stage::Unloading {
                force_n: None,
                then: Then::NextStep,
            };
        } else {
            self.go_to_next_step();
        }
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
