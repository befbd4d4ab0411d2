//! A client who signals discomfort: softer takes effect at once, pause and stop hold until the operator's
//! word, and softer is not forgotten (E9, R7).
#![allow(clippy::panic)] // a test that cannot read its own files has nothing to say

mod short;

use std::sync::Arc;

use control_cycle::ControlCycle;
use knead::compose::Kit;
use plan::{Plan, SegmentKind};
use safety_monitor::Arm;
use signals::{Press, Reaction, Request, Sensed, Setpoint};
use sim::SimArm;

/// A session without archive, in the hands of a test.
struct Table {
    plan: Arc<Plan<7>>,
    cycle: ControlCycle<7>,
    arm: SimArm<7>,
    sensed: Sensed<7>,
}

/// What one cycle asked for.
#[derive(Clone, Copy, Debug)]
struct Asked {
    /// Force asked for, over the force planned at that place; `None` away from a stroke.
    share: Option<f64>,
    /// Reaction of the monitor.
    reaction: Reaction,
}

impl Table {
    /// In a stroke, with the planned force asked for.
    fn in_stroke(kit: &Kit<'_, 7>) -> Self {
        let plan = Arc::new(kit.plan().expect("the short routine is planned"));
        let mut arm = kit
            .sim_arm(kit.world(1).expect("a world"), 1)
            .expect("a plant");
        let sensed = arm.begin().expect("a first sample");
        let cycle = kit.control_cycle(Arc::clone(&plan)).expect("a cycle");
        let mut table = Self {
            plan,
            cycle,
            arm,
            sensed,
        };
        let begun = (0..20_000).any(|_| {
            let asked = table.turn(Request::None);
            // A little way in, so that it is walked and not only begun.
            asked.share.is_some() && table.cycle.progress().phase_s > 0.3
        });
        assert!(begun, "the stroke must begin");
        table
    }

    fn turn(&mut self, request: Request) -> Asked {
        self.sensed.request = request;
        let outcome = self.cycle.step(&self.sensed);
        self.sensed = self
            .arm
            .exchange(&outcome.command)
            .expect("the plant answers");
        Asked {
            share: outcome.setpoint.and_then(|setpoint| self.share(&setpoint)),
            reaction: outcome.verdict.reaction,
        }
    }

    /// Several turns without a word; the last one.
    fn turns(&mut self, count: u32) -> Asked {
        for _ in 1..count {
            self.turn(Request::None);
        }
        self.turn(Request::None)
    }

    fn share(&self, setpoint: &Setpoint<7>) -> Option<f64> {
        let segment = self.plan.segments().get(setpoint.place.segment as usize)?;
        let planned = segment.sample(setpoint.place.phase)?.force.get();
        match (setpoint.press, &segment.kind) {
            (Press::Hold { force, .. }, SegmentKind::Stroke) if planned > 0.5 => {
                Some(force.get() / planned)
            }
            _ => None,
        }
    }

    /// Where the plan is walked: segment and phase (s).
    fn place(&self) -> (usize, f64) {
        let progress = self.cycle.progress();
        (progress.segment, progress.phase_s)
    }
}

#[test]
fn softer_takes_effect_in_the_very_cycle_and_whole_within_a_fifth_of_a_second() {
    let loaded = short::loaded();
    let kit = Kit::<7>::new(&loaded, 1).expect("a kit");
    let mut table = Table::in_stroke(&kit);
    let before = table.turn(Request::None).share.expect("in the stroke");
    assert!((before - 1.0).abs() < 1e-9, "{before}");
    let at_once = table.turn(Request::Softer).share.expect("in the stroke");
    assert!(at_once < before, "{at_once}");
    let softer = table.turns(201).share.expect("in the stroke");
    assert!((softer - 0.9).abs() < 1e-9, "a tenth less: {softer}");
    // Twice more, and it stays so: nothing but the operator's word brings it back.
    table.turn(Request::Softer);
    table.turn(Request::Softer);
    let light = table.turns(450).share.expect("in the stroke");
    assert!((light - 0.7).abs() < 1e-9, "{light}");
    // However often it is asked: half of the planned force is the least that is still a massage.
    for _ in 0..20 {
        table.turn(Request::Softer);
    }
    let least = table.turns(450).share.expect("in the stroke");
    assert!((least - 0.5).abs() < 1e-9, "{least}");
}

#[test]
fn a_pause_stands_still_in_touch_until_the_operator_says_go_on() {
    let loaded = short::loaded();
    let kit = Kit::<7>::new(&loaded, 1).expect("a kit");
    let mut table = Table::in_stroke(&kit);
    table.turn(Request::Pause);
    table.turns(600);
    let still = table.place();
    let paused = table.turns(2000);
    assert_eq!(table.place(), still, "nothing but a word moves it");
    assert!(paused.reaction < Reaction::Unload, "{paused:?}");
    // Softer is heard while it stands.
    table.turn(Request::Softer);
    let softer = table.turns(250).share.expect("in the stroke");
    assert!((softer - 0.9).abs() < 1e-9, "{softer}");
    table.turn(Request::Resume);
    table.turns(600);
    let (segment, phase) = table.place();
    assert!(segment > still.0 || phase > still.1, "{segment} {phase}");
}

#[test]
fn a_stop_is_one_press_and_no_resume_undoes_it() {
    let loaded = short::loaded();
    let kit = Kit::<7>::new(&loaded, 1).expect("a kit");
    let mut table = Table::in_stroke(&kit);
    let first = table.turn(Request::Stop);
    let within = (0..5).any(|_| table.turn(Request::None).reaction >= Reaction::Unload);
    assert!(first.reaction >= Reaction::Unload || within, "{first:?}");
    table.turns(1500);
    let still = table.place();
    table.turn(Request::Resume);
    let after = table.turns(500);
    assert!(after.reaction >= Reaction::Unload, "{after:?}");
    assert_eq!(table.place(), still, "the plan does not go on");
}
