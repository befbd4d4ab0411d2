//! What the walker asks along the tool axis in contact: strokes, holds that wait for the tissue, blows.

use nalgebra::Vector3;
use plan::{HoldStep, PlanSample, Segment, SegmentKind, TapStep};
use quantities::{
    MetresPerSecond, Newtons, NewtonsPerMetre, NewtonsPerSecond, NewtonsPerSecondSquared, Seconds,
};
use signals::{ContactPhase, Estimate, Press, Setpoint};

use super::Reference;
use super::stage::{Stage, Then};

/// Rate of the set-point below which the force is asked to stay (N/s).
const STEADY_N_PER_S: f64 = 0.2;
/// How long the last blow of a series is waited for (s), and how long the tool is then off the skin or on
/// its way off.
const LAST_BLOW_WITHIN_S: f64 = 2.0;
const RAISED_FOR_S: f64 = 0.25;

/// Why a static press ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyHoldEnded {
    /// The tissue has eased.
    Eased,
    /// The longest wait is over.
    TimedOut,
    /// The place is as stiff as bone: it was left.
    Bone,
}

/// How the latest static press ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HoldEnd {
    /// Segment of the plan.
    pub segment: usize,
    /// Why.
    pub why: WhyHoldEnded,
    /// Wait beyond the plan's knots.
    pub waited: Seconds,
    /// Creep into the body at the end, breathing taken off; `None` when it could not be told.
    pub creep: Option<MetresPerSecond>,
    /// Stiffness of the spot as its ramp told it; `None` without a ramp.
    pub stiffness: Option<NewtonsPerMetre>,
    /// Along the spine (m).
    pub u_m: f64,
    /// Beside the spine, left positive (m).
    pub v_m: f64,
}

impl<const D: usize> Reference<D> {
    /// The set-point of a stroke or a hold, as it runs now.
    pub(super) fn hold(&self, sample: &PlanSample<D>, rate_change: f64) -> Press {
        let force = self.scaled(sample.force, sample.ceiling);
        // Softer and firmer scale the swing too, unless the ceiling's margin cuts it off.
        let wished = sample.force * self.force_scale;
        let scale = if (force - wished).abs() < Newtons::new(1e-9) {
            self.force_scale
        } else {
            0.0
        };
        let (rate, bend) = (sample.force_rate.get(), sample.force_bend.get());
        Press::Hold {
            force,
            rate: NewtonsPerSecond::new(scale * rate * self.rate),
            bend: NewtonsPerSecondSquared::new(
                scale * (bend * self.rate * self.rate + rate * rate_change),
            ),
        }
    }

    /// The blows that are due.
    pub(super) fn tap(&self, tap: &TapStep, segment: &Segment<D>, sample: &PlanSample<D>) -> Press {
        let period = tap.period.get();
        let count = (segment.duration().get() / period + 1e-6) as u32;
        let begun = (self.phase_s / period) as u32;
        Press::Tap {
            force: self.scaled(sample.force, sample.ceiling),
            height: tap.height,
            speed: tap.speed,
            due: begun.saturating_add(1).min(count),
            period: Seconds::new(period / self.rate.max(1e-3)),
        }
    }

    /// A series of blows is over when its phase is and the tool has left the skin.
    pub(super) fn mind_series(&mut self, at_end: bool, phase: ContactPhase) {
        let raised = match phase {
            ContactPhase::Leaving | ContactPhase::Away => true,
            ContactPhase::Approaching | ContactPhase::Touching | ContactPhase::Settled => false,
        };
        self.raised_s = if at_end && raised {
            self.raised_s + self.settings.period_s
        } else {
            0.0
        };
        if at_end {
            self.waited_s += self.settings.period_s;
        }
        if self.raised_s > RAISED_FOR_S || self.waited_s > LAST_BLOW_WITHIN_S {
            self.go_to(self.segment + 1);
        }
    }

    /// What was seen of the place says nothing about another one.
    pub(super) fn enter_hold(&mut self) {
        let before = self.segment.checked_sub(1);
        let before = before.and_then(|index| self.plan.segments().get(index));
        let same_place = before.is_some_and(|segment| match segment.kind {
            SegmentKind::Touch | SegmentKind::Hold(_) => true,
            SegmentKind::Approach
            | SegmentKind::Stroke
            | SegmentKind::Tap(_)
            | SegmentKind::Lift
            | SegmentKind::Transit
            | SegmentKind::Operator(_) => false,
        });
        if !same_place {
            self.watch.forget();
        }
        self.watch.begin();
    }

    /// Shows the watch one cycle of a touch or a hold.
    pub(super) fn watch(
        &mut self,
        setpoint: &Setpoint<D>,
        estimate: &Estimate<D>,
        phase: ContactPhase,
    ) {
        let Some(felt) = estimate.contact.press() else {
            return;
        };
        if phase != ContactPhase::Settled {
            return;
        }
        let is_steady = match setpoint.press {
            Press::Hold { rate, .. } => rate.get().abs() < STEADY_N_PER_S,
            Press::Seek { .. } => true,
            Press::Free | Press::Tap { .. } => false,
        };
        let axis = estimate.base_from_tool.raw().rotation * Vector3::z();
        let off = estimate.base_from_tool.origin() - setpoint.base_from_tool.origin();
        self.watch.look(off.raw().dot(&axis), felt.get(), is_steady);
    }

    /// Ends a hold whose tissue has eased, whose time is over, or that lies on bone.
    pub(super) fn mind_hold(&mut self, hold: &HoldStep, at_end: bool, sample: &PlanSample<D>) {
        let stiffness = self.watch.stiffness();
        let is_bone = hold
            .bone
            .zip(stiffness)
            .is_some_and(|(limit, seen)| seen >= limit.get());
        // A ramp tells its stiffness when it is over, or by now must have.
        let told = at_end || self.watch.is_told();
        if is_bone && told {
            self.end_hold(WhyHoldEnded::Bone, sample);
            self.stage = Stage::Unloading {
                force_n: None,
                then: Then::NextPass,
            };
            return;
        }
        if !at_end {
            return;
        }
        if !self.paused {
            self.waited_s += self.settings.period_s;
        }
        let eased = self
            .watch
            .creep()
            .is_some_and(|creep| creep.abs() <= hold.eased.get());
        if eased && !self.paused {
            self.end_hold(WhyHoldEnded::Eased, sample);
            self.go_to(self.segment + 1);
        } else if self.waited_s >= hold.most.get() {
            self.end_hold(WhyHoldEnded::TimedOut, sample);
            self.go_to(self.segment + 1);
        }
    }

    fn end_hold(&mut self, why: WhyHoldEnded, sample: &PlanSample<D>) {
        self.hold_end = Some(HoldEnd {
            segment: self.segment,
            why,
            waited: Seconds::new(self.waited_s),
            creep: self.watch.creep().map(MetresPerSecond::new),
            stiffness: self.watch.stiffness().map(NewtonsPerMetre::new),
            u_m: sample.u.get(),
            v_m: sample.v.get(),
        });
    }

    /// The segment after the lift of the present pass.
    pub(super) fn go_to_next_pass(&mut self) {
        let segments = self.plan.segments();
        let lift = segments
            .iter()
            .skip(self.segment)
            .position(|segment| segment.kind == SegmentKind::Lift);
        let next = lift.map_or(segments.len(), |ahead| self.segment + ahead + 1);
        self.go_to(next);
    }
}
