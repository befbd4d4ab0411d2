//! The plan, walked by a phase that can slow down, stop and wait, but never catches up.
//!
//! Time does not drive the plan; the phase does. It runs at the operator's tempo while the touch is
//! settled, and stands still while the skin is sought, the force settles, a person is waited for, or
//! the monitor asks for slowness. Whenever free motion begins, it begins from where the tool really is:
//! the difference to the plan is carried along as an offset that fades.

mod enter;
mod hold;
mod offset;
mod press;
mod requests;
mod stage;

use std::sync::Arc;

use force_control::BLIND_S;
use plan::{Plan, PlanSample, SegmentKind};
use quantities::{
    MetresPerSecond, Newtons, NewtonsPerSecond, NewtonsPerSecondSquared, Seconds, Twist,
};
use signals::{
    ContactForce, ContactPhase, Estimate, Place, Press, Reaction, Request, Sensed, Setpoint,
    Verdict, WhyUnknown,
};

use hold::HoldWatch;
use offset::Offset;
pub use press::{HoldEnd, WhyHoldEnded};
use stage::{Stage, Then};

/// How the plan is walked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReferenceSettings {
    /// Period of the loop (s).
    pub period_s: f64,
    /// Phase seconds per second when all is well; 1 is the plan's own tempo.
    pub tempo: f64,
}

/// Where the session stands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Progress {
    /// Segment of the plan.
    pub segment: usize,
    /// Phase within it (s).
    pub phase_s: f64,
    /// A person must confirm before the plan goes on.
    pub waiting_for_operator: bool,
    /// The plan is at its end, or was given up, and the arm is away.
    pub finished: bool,
    /// No skin was found where the plan expects it.
    pub no_skin: bool,
    /// How the latest static press ended.
    pub hold_end: Option<HoldEnd>,
}

/// The walker.
#[derive(Clone, Debug)]
pub struct Reference<const D: usize> {
    plan: Arc<Plan<D>>,
    settings: ReferenceSettings,
    segment: usize,
    phase_s: f64,
    rate: f64,
    stage: Stage,
    offset: Offset,
    waited_s: f64,
    raised_s: f64,
    /// For how long the touch has not been felt.
    blind_s: f64,
    /// The first blow of a series is on its way.
    has_struck: bool,
    paused: bool,
    is_ending: bool,
    force_scale: f64,
    force_scale_goal: f64,
    was_latched: bool,
    no_skin: bool,
    watch: HoldWatch,
    hold_end: Option<HoldEnd>,
}

/// Change of the phase rate per second, up and down: a stroke starts and stops within half a second.
const RATE_UP_PER_S: f64 = 2.0;
const RATE_DOWN_PER_S: f64 = 5.0;
/// Seeking: slow speed near the believed skin, fast speed far from it (m/s), and where slow begins (m).
const SEEK_SLOW: f64 = 0.010;
const SEEK_FAST: f64 = 0.030;
const SEEK_SLOW_WITHIN: f64 = 0.010;
/// How the speed grows with the way beyond (1/s): it stays below what the headroom law allows.
const SEEK_GAIN: f64 = 1.0;
/// Past the believed skin by more than this the body is not where the scan said (m).
const SEEK_PAST_SKIN: f64 = 0.030;
/// Unloading at the end of a stroke (N/s).
const UNLOAD_N_PER_S: f64 = 25.0;
/// Force at which the tool may leave (N).
const LEAVE_N: f64 = 0.6;
/// At the end of a free motion: near enough to go on (m), and how long that is waited for (s).
const ARRIVED: f64 = 0.004;
const ARRIVE_WITHIN_S: f64 = 1.5;

impl<const D: usize> Reference<D> {
    /// A walker at the start of a plan.
    #[must_use]
    pub fn new(plan: Arc<Plan<D>>, settings: ReferenceSettings) -> Self {
        Self {
            plan,
            settings,
            segment: 0,
            phase_s: 0.0,
            rate: 0.0,
            stage: Stage::Entering,
            offset: Offset::none(),
            waited_s: 0.0,
            raised_s: 0.0,
            blind_s: 0.0,
            has_struck: false,
            paused: false,
            is_ending: false,
            force_scale: 1.0,
            force_scale_goal: 1.0,
            was_latched: false,
            no_skin: false,
            watch: HoldWatch::new(settings.period_s),
            hold_end: None,
        }
    }

    /// Where the session stands.
    #[must_use]
    pub fn progress(&self) -> Progress {
        Progress {
            segment: self.segment,
            phase_s: self.phase_s,
            waiting_for_operator: self.stage == Stage::Waiting,
            finished: self.stage == Stage::Finished,
            no_skin: self.no_skin,
            hold_end: self.hold_end,
        }
    }

    /// One cycle: the setpoint at the present phase. `None` only when the plan cannot be sampled.
    pub fn step(
        &mut self,
        sensed: &Sensed<D>,
        estimate: &Estimate<D>,
        phase: ContactPhase,
        verdict: Option<&Verdict>,
    ) -> Option<Setpoint<D>> {
        self.heed(sensed.request, phase);
        self.heed_verdict(verdict, estimate);
        self.offset.fade(self.settings.period_s);
        let plan = Arc::clone(&self.plan);
        let segment = plan.segments().get(self.segment)?;
        if self.stage == Stage::Entering {
            self.enter(segment, estimate, phase)?;
        }
        if let Stage::Holding { .. } = self.stage {
            self.hold_until_tared(&segment.kind, estimate);
        }
        self.has_struck |= matches!(phase, ContactPhase::Approaching | ContactPhase::Touching);
        self.blind_s = match estimate.contact {
            ContactForce::Unknown(_) => self.blind_s + self.settings.period_s,
            ContactForce::Felt(_) => 0.0,
        };
        let asked = self.pace(phase, verdict, &segment.kind);
        let change = (asked - self.rate).clamp(
            -RATE_DOWN_PER_S * self.settings.period_s,
            RATE_UP_PER_S * self.settings.period_s,
        );
        self.rate += change;
        self.phase_s =
            (self.phase_s + self.rate * self.settings.period_s).min(segment.duration().get());
        let sample = segment.sample(Seconds::new(self.phase_s))?;
        let rate_change = change / self.settings.period_s;
        let setpoint = self.setpoint(&sample, segment, estimate, rate_change);
        match segment.kind {
            SegmentKind::Touch | SegmentKind::Hold(_) => self.watch(&setpoint, estimate, phase),
            SegmentKind::Approach
            | SegmentKind::Stroke
            | SegmentKind::Tap(_)
            | SegmentKind::Lift
            | SegmentKind::Transit
            | SegmentKind::Operator(_) => {}
        }
        self.advance(segment, &sample, sensed, estimate, phase);
        Some(setpoint)
    }

    fn go_to_next_step(&mut self) {
        let segments = self.plan.segments();
        let Some(step) = segments.get(self.segment).map(|s| s.step) else {
            return;
        };
        let next = segments.iter().position(|s| s.step > step);
        match next {
            Some(next) => self.go_to(next),
            None => self.go_to(segments.len()),
        }
    }

    fn go_to(&mut self, segment: usize) {
        let last = self.plan.segments().len().saturating_sub(1);
        self.waited_s = 0.0;
        if segment > last {
            self.stage = Stage::Finished;
            return;
        }
        self.segment = segment;
        self.phase_s = 0.0;
        self.stage = Stage::Entering;
    }

    /// Free motion waits until the sensor's zero is known: without it touch could not be felt.
    fn hold_until_tared(&mut self, kind: &SegmentKind, estimate: &Estimate<D>) {
        let tared = estimate.contact != ContactForce::Unknown(WhyUnknown::NotTared);
        if tared && !matches!(kind, SegmentKind::Operator(_)) {
            self.stage = Stage::Running;
        }
    }

    /// The phase rate that is right now; the real rate follows it smoothly.
    fn pace(&self, phase: ContactPhase, verdict: Option<&Verdict>, kind: &SegmentKind) -> f64 {
        let allowed = match verdict.map_or(Reaction::Go, |v| v.reaction) {
            Reaction::Go | Reaction::Warn => self.settings.tempo,
            Reaction::Slow => 0.5 * self.settings.tempo,
            Reaction::Unload | Reaction::Retract | Reaction::Stop | Reaction::PowerCut => 0.0,
        };
        let blind = self.blind_s > BLIND_S;
        let settled = phase == ContactPhase::Settled && !blind;
        match (&self.stage, kind) {
            _ if self.paused => 0.0,
            (Stage::Running, SegmentKind::Stroke | SegmentKind::Hold(_)) if settled => allowed,
            // Blows break the touch on purpose; their beat begins when the tool has been raised first.
            (Stage::Running, SegmentKind::Tap(_)) if self.has_struck && !blind => allowed,
            (Stage::Running, SegmentKind::Approach | SegmentKind::Transit | SegmentKind::Lift) => {
                allowed
            }
            (
                Stage::Running
                | Stage::Entering
                | Stage::Holding { .. }
                | Stage::Waiting
                | Stage::Unloading { .. }
                | Stage::Retreating { .. }
                | Stage::Finished,
                SegmentKind::Approach
                | SegmentKind::Touch
                | SegmentKind::Stroke
                | SegmentKind::Hold(_)
                | SegmentKind::Tap(_)
                | SegmentKind::Lift
                | SegmentKind::Transit
                | SegmentKind::Operator(_),
            ) => 0.0,
        }
    }

    fn setpoint(
        &mut self,
        sample: &PlanSample<D>,
        segment: &plan::Segment<D>,
        estimate: &Estimate<D>,
        rate_change: f64,
    ) -> Setpoint<D> {
        let velocity = sample.velocity.scaled(self.rate);
        let mut acceleration = sample.acceleration.scaled(self.rate * self.rate);
        acceleration.linear += sample.velocity.linear * rate_change;
        acceleration.angular += sample.velocity.angular * rate_change;
        let mut setpoint = Setpoint {
            base_from_tool: self.offset.applied(&sample.base_from_tool),
            velocity,
            acceleration,
            press: Press::Free,
            posture: sample.posture,
            tool: segment.tool,
            ceiling: sample.ceiling,
            place: Place {
                segment: u32::try_from(self.segment).unwrap_or(u32::MAX),
                phase: Seconds::new(self.phase_s),
                u: sample.u,
                v: sample.v,
            },
        };
        match self.stage {
            Stage::Holding { pose } => setpoint.base_from_tool = pose,
            Stage::Waiting | Stage::Finished | Stage::Entering => {
                setpoint.base_from_tool = self.resting_place(estimate);
                (setpoint.velocity, setpoint.acceleration) = (Twist::zero(), Twist::zero());
            }
            Stage::Running => self.run(&mut setpoint, sample, segment, estimate, rate_change),
            Stage::Unloading { .. } => self.unload(&mut setpoint, estimate),
            Stage::Retreating { .. } => self
                .stage
                .retreat_setpoint(&mut setpoint, self.settings.period_s),
        }
        setpoint
    }

    fn run(
        &mut self,
        setpoint: &mut Setpoint<D>,
        sample: &PlanSample<D>,
        segment: &plan::Segment<D>,
        estimate: &Estimate<D>,
        rate_change: f64,
    ) {
        match segment.kind {
            SegmentKind::Touch => {
                let Some(skin) = segment.sample(segment.duration()) else {
                    return;
                };
                setpoint.base_from_tool = self.offset.applied(&skin.base_from_tool);
                (setpoint.velocity, setpoint.acceleration) = (Twist::zero(), Twist::zero());
                setpoint.ceiling = skin.ceiling;
                (setpoint.place.u, setpoint.place.v) = (skin.u, skin.v);
                setpoint.press = self.seek(&skin, estimate);
            }
            SegmentKind::Stroke | SegmentKind::Hold(_) => {
                setpoint.press = self.hold(sample, rate_change);
            }
            SegmentKind::Tap(tap) => setpoint.press = self.tap(&tap, segment, sample),
            SegmentKind::Approach
            | SegmentKind::Lift
            | SegmentKind::Transit
            | SegmentKind::Operator(_) => {}
        }
    }

    fn seek(&mut self, skin: &PlanSample<D>, estimate: &Estimate<D>) -> Press {
        let axis = estimate.base_from_tool.raw().rotation * nalgebra::Vector3::z();
        let to_go = (skin.base_from_tool.origin() - estimate.base_from_tool.origin())
            .raw()
            .dot(&axis);
        self.no_skin = to_go < -SEEK_PAST_SKIN;
        let speed = if self.no_skin {
            0.0
        } else {
            (SEEK_SLOW + SEEK_GAIN * (to_go - SEEK_SLOW_WITHIN)).clamp(SEEK_SLOW, SEEK_FAST)
        };
        Press::Seek {
            force: self.scaled(skin.force, skin.ceiling),
            speed: MetresPerSecond::new(speed),
        }
    }

    fn unload(&mut self, setpoint: &mut Setpoint<D>, estimate: &Estimate<D>) {
        let Stage::Unloading { force_n, then } = self.stage else {
            return;
        };
        let felt = estimate
            .contact
            .press()
            .map_or(LEAVE_N, |f| f.get().max(0.0));
        let force = force_n.unwrap_or(felt) - UNLOAD_N_PER_S * self.settings.period_s;
        setpoint.press = Press::Hold {
            force: Newtons::new(force.max(0.0)),
            rate: NewtonsPerSecond::new(-UNLOAD_N_PER_S),
            bend: NewtonsPerSecondSquared::ZERO,
        };
        (setpoint.velocity, setpoint.acceleration) = (Twist::zero(), Twist::zero());
        self.stage = Stage::Unloading {
            force_n: Some(force),
            then,
        };
        if force > LEAVE_N {
            return;
        }
        match then {
            Then::NextStep | Then::NextPass | Then::End => {
                self.stage = Stage::retreat(estimate, then);
            }
            Then::Lift => {
                self.offset = Offset::between(&setpoint.base_from_tool, &estimate.base_from_tool);
                self.rate = 0.0;
                self.stage = Stage::Running;
            }
        }
    }

    fn resting_place(
        &mut self,
        estimate: &Estimate<D>,
    ) -> quantities::Transform<quantities::Base, quantities::Tool> {
        self.offset.rest_at(estimate)
    }

    fn advance(
        &mut self,
        segment: &plan::Segment<D>,
        sample: &PlanSample<D>,
        sensed: &Sensed<D>,
        estimate: &Estimate<D>,
        phase: ContactPhase,
    ) {
        let at_end = self.phase_s >= segment.duration().get();
        match (&self.stage, &segment.kind) {
            (
                Stage::Retreating {
                    done: true, then, ..
                },
                _,
            ) => match then {
                Then::End => self.stage = Stage::Finished,
                Then::NextPass => self.go_to_next_pass(),
                Then::Lift | Then::NextStep => self.go_to_next_step(),
            },
            (Stage::Waiting, SegmentKind::Operator(step)) => {
                let fitted = step.change_to.is_none() || step.change_to == sensed.tool;
                if sensed.request == Request::Confirm && fitted {
                    self.go_to(self.segment + 1);
                }
            }
            (Stage::Running, SegmentKind::Touch) if phase == ContactPhase::Settled => {
                self.go_to(self.segment + 1);
            }
            (Stage::Running, SegmentKind::Stroke) if at_end => self.go_to(self.segment + 1),
            (Stage::Running, SegmentKind::Hold(hold)) => self.mind_hold(hold, at_end, sample),
            (Stage::Running, SegmentKind::Tap(_)) => self.mind_series(at_end, phase),
            (Stage::Running, SegmentKind::Approach | SegmentKind::Transit | SegmentKind::Lift)
                if at_end =>
            {
                self.waited_s += self.settings.period_s;
                let near = self.near_end(estimate);
                if near || self.waited_s > ARRIVE_WITHIN_S {
                    self.go_to(self.segment + 1);
                }
            }
            _ => {}
        }
    }

    fn near_end(&self, estimate: &Estimate<D>) -> bool {
        let end = self.plan.sample(self.segment, Seconds::new(self.phase_s));
        end.is_some_and(|s| {
            s.base_from_tool
                .origin()
                .distance(&estimate.base_from_tool.origin())
                .get()
                < ARRIVED
        })
    }
}
