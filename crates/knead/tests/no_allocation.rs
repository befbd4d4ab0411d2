//! The control cycle touches no heap: not in free motion, touch, stroke or lift, not while the monitor
//! takes over, not when samples stop coming. Nor does the real-time loop around it.
#![allow(clippy::panic)] // a test that cannot read its own files has nothing to say
#![allow(unsafe_code)] // a counting allocator cannot be written without

mod short;

#[path = "no_allocation/real_time.rs"]
mod real_time;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use control_cycle::ControlCycle;
use knead::compose::Kit;
use knead::load::Loaded;
use knead::session::segment_word;
use plan::Plan;
use safety_monitor::{Arm, Vetted};
use signals::{Command, ContactPhase, Cycle, Reaction, Reading, Request, Sensed, WhyMissing};
use sim::SimArm;

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: forwards to the system allocator unchanged; the count is thread-local and const-initialised.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = COUNT.try_with(|count| count.set(count.get() + 1));
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        let _ = COUNT.try_with(|count| count.set(count.get() + 1));
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The reference arm behind a velocity interface.
const VELOCITY_ARM: &str = "config/arms/knead_r7_velocity.toml";

/// A session without archive: the cycle, the plant, and what the steps did to the heap.
struct Bench {
    plan: Arc<Plan<7>>,
    cycle: ControlCycle<7>,
    arm: SimArm<7>,
    sensed: Sensed<7>,
    heap_calls: u64,
    segments: BTreeSet<&'static str>,
    phases: BTreeSet<&'static str>,
    severest: Reaction,
}

impl Bench {
    fn new(kit: &Kit<'_, 7>) -> Self {
        let plan = Arc::new(kit.plan().expect("the short routine is planned"));
        let world = kit.world(1).expect("a world");
        let mut arm = kit.sim_arm(world, 1).expect("a plant");
        let sensed = arm.begin().expect("a first sample");
        Self {
            cycle: kit.control_cycle(Arc::clone(&plan)).expect("a cycle"),
            plan,
            arm,
            sensed,
            heap_calls: 0,
            segments: BTreeSet::new(),
            phases: BTreeSet::new(),
            severest: Reaction::Go,
        }
    }

    fn turn(&mut self) -> Cycle<7, Vetted<Command<7>>> {
        let before = COUNT.with(Cell::get);
        let outcome = self.cycle.step(&self.sensed);
        self.heap_calls += COUNT.with(Cell::get) - before;
        self.severest = self.severest.max(outcome.verdict.reaction);
        if let Some(segment) = self.plan.segments().get(self.cycle.progress().segment) {
            self.segments.insert(segment_word(&segment.kind));
        }
        if let Some(estimate) = outcome.estimate {
            self.phases.insert(match estimate.phase {
                ContactPhase::Away => "away",
                ContactPhase::Approaching => "approaching",
                ContactPhase::Touching => "touching",
                ContactPhase::Settled => "settled",
                ContactPhase::Leaving => "leaving",
            });
        }
        self.sensed = self
            .arm
            .exchange(&outcome.command)
            .expect("the plant answers");
        outcome
    }

    fn in_stroke(&self) -> bool {
        let at = self.cycle.progress().segment;
        self.plan
            .segments()
            .get(at)
            .is_some_and(|s| segment_word(&s.kind) == "stroke")
    }
}

#[test]
fn the_counter_counts() {
    let before = COUNT.with(Cell::get);
    drop(std::hint::black_box(vec![0_u8; 64]));
    assert_eq!(COUNT.with(Cell::get) - before, 2);
}

#[test]
fn a_session_from_park_to_park_allocates_nothing_in_the_cycle() {
    whole_session(&short::loaded());
}

#[test]
fn neither_does_one_of_an_arm_that_takes_velocities() {
    whole_session(&short::loaded_with(Path::new(VELOCITY_ARM)));
}

fn whole_session(loaded: &Loaded) {
    let kit = Kit::<7>::new(loaded, 1).expect("a kit");
    let mut bench = Bench::new(&kit);
    let finished = (0..40_000).any(|_| bench.turn().finished);
    assert!(finished, "the session must come to its end");
    for kind in ["approach", "touch", "stroke", "lift", "transit"] {
        assert!(
            bench.segments.contains(kind),
            "{kind} was not walked: {:?}",
            bench.segments
        );
    }
    for phase in ["approaching", "touching", "settled", "leaving"] {
        assert!(
            bench.phases.contains(phase),
            "never {phase}: {:?}",
            bench.phases
        );
    }
    assert_eq!(bench.heap_calls, 0, "heap calls inside ControlCycle::step");
}

#[test]
fn a_stop_in_touch_and_silence_after_it_allocate_nothing_in_the_cycle() {
    stopped_and_silent(&short::loaded());
    stopped_and_silent(&short::loaded_with(Path::new(VELOCITY_ARM)));
}

fn stopped_and_silent(loaded: &Loaded) {
    let kit = Kit::<7>::new(loaded, 1).expect("a kit");
    let mut bench = Bench::new(&kit);
    let mut turns = 0;
    while !bench.in_stroke() {
        bench.turn();
        turns += 1;
        assert!(turns < 20_000, "the stroke must begin");
    }
    for turn in 0..1500 {
        if turn == 500 {
            bench.sensed.request = Request::Stop;
        }
        if turn > 1000 {
            bench.sensed.wrench = Reading::Missing(WhyMissing::Silent);
        }
        if turn > 1200 {
            bench.sensed.joints = Reading::Missing(WhyMissing::Silent);
        }
        bench.turn();
    }
    assert!(
        bench.severest >= Reaction::Stop,
        "the monitor must have taken over: {:?}",
        bench.severest
    );
    assert_eq!(bench.heap_calls, 0, "heap calls inside ControlCycle::step");
}
