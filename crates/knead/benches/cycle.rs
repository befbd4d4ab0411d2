//! How long one control cycle takes in touch, and how much faster than real time a session runs.
#![allow(clippy::panic)] // a benchmark that cannot read its own files has nothing to measure

#[path = "../tests/short/mod.rs"]
mod short;

use std::sync::Arc;
use std::time::Duration;

use control_cycle::ControlCycle;
use criterion::{Criterion, SamplingMode, criterion_group, criterion_main};
use knead::compose::Kit;
use knead::load::Loaded;
use knead::session::{segment_word, simulate};
use plan::Plan;
use realtime_runner::Stopwatch;
use safety_monitor::Arm as _;
use signals::{ContactPhase, Sensed};
use sim::SimArm;

const SEED: u64 = 1;
/// Fan-outs of the longer session: about two minutes.
const REPEATS: u32 = 15;

/// A session that starts anew when it is over.
struct Bench<'a> {
    kit: &'a Kit<'a, 7>,
    plan: Arc<Plan<7>>,
    cycle: ControlCycle<7>,
    arm: SimArm<7>,
    sensed: Sensed<7>,
}

impl<'a> Bench<'a> {
    fn new(kit: &'a Kit<'a, 7>) -> Self {
        let plan = Arc::new(kit.plan().expect("the short routine is planned"));
        let mut arm = kit
            .sim_arm(kit.world(SEED).expect("a world"), SEED)
            .expect("a plant");
        let sensed = arm.begin().expect("a first sample");
        let cycle = kit.control_cycle(Arc::clone(&plan)).expect("a cycle");
        Self {
            kit,
            plan,
            cycle,
            arm,
            sensed,
        }
    }

    /// One turn; the seconds that the cycle took when it was in a stroke with a settled touch.
    fn turn(&mut self) -> Option<f64> {
        let watch = Stopwatch::start();
        let outcome = std::hint::black_box(self.cycle.step(std::hint::black_box(&self.sensed)));
        let took = watch.elapsed().get();
        self.sensed = self
            .arm
            .exchange(&outcome.command)
            .expect("the plant answers");
        let at = self.cycle.progress().segment;
        let stroke = self
            .plan
            .segments()
            .get(at)
            .is_some_and(|s| segment_word(&s.kind) == "stroke");
        let settled = outcome
            .estimate
            .is_some_and(|e| e.phase == ContactPhase::Settled);
        if outcome.finished {
            *self = Self::new(self.kit);
        }
        (stroke && settled).then_some(took)
    }
}

/// The whole cycle between real samples: the plant runs in between, so its caches are as in a session.
fn cycle_in_touch(c: &mut Criterion) {
    let loaded = short::loaded();
    let kit = Kit::<7>::new(&loaded, SEED).expect("a kit");
    let mut bench = Bench::new(&kit);
    let mut all: Vec<f64> = Vec::new();
    let mut group = c.benchmark_group("cycle");
    group
        .sample_size(20)
        .measurement_time(Duration::from_millis(300));
    group.warm_up_time(Duration::from_millis(300));
    group.bench_function("ControlCycle::step, 7 joints, in a stroke", |b| {
        b.iter_custom(|count| {
            let (mut counted, mut sum) = (0, 0.0);
            while counted < count {
                if let Some(took) = bench.turn() {
                    all.push(took);
                    sum += took;
                    counted += 1;
                }
            }
            Duration::from_secs_f64(sum)
        });
    });
    group.finish();
    all.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let index = (share * all.len().saturating_sub(1) as f64) as usize;
        all.get(index).copied().unwrap_or(f64::NAN) * 1e6
    };
    println!(
        "cycle in touch: median {:.2} us, 99 % {:.2} us, 99.9 % {:.2} us of {} turns",
        at(0.5),
        at(0.99),
        at(0.999),
        all.len()
    );
}

/// Cycle, plant, sensors and archive over a whole session; setting it up is part of it.
fn whole_session(c: &mut Criterion) {
    let mut loaded: Loaded = short::loaded();
    for step in &mut loaded.routine.steps {
        step.repeat = REPEATS;
    }
    let kit = Kit::<7>::new(&loaded, SEED).expect("a kit");
    let plan = kit.plan().expect("the routine is planned");
    let archive = std::env::temp_dir().join(format!("knead-bench-{}.mcap", std::process::id()));
    let mut factors: Vec<f64> = Vec::new();
    let mut group = c.benchmark_group("session");
    group.sample_size(10).warm_up_time(Duration::from_millis(1));
    group
        .measurement_time(Duration::from_secs(10))
        .sampling_mode(SamplingMode::Flat);
    group.bench_function(
        "one simulated second, with plant, sensors and archive",
        |b| {
            b.iter_custom(|count| {
                let watch = Stopwatch::start();
                let outcome = simulate(&loaded, &kit, plan.clone(), SEED, &archive, &mut |_, _| {})
                    .unwrap_or_else(|f| panic!("{}", f.text()));
                let simulated = outcome.archive.last_ns as f64 * 1e-9;
                let took = watch.elapsed().get();
                factors.push(simulated / took);
                // An archive is never overwritten.
                let _ = std::fs::remove_file(&archive);
                // Every second of the session costs about the same: `count` of them are told.
                Duration::from_secs_f64(took / simulated * count as f64)
            });
        },
    );
    group.finish();
    factors.sort_by(f64::total_cmp);
    let median = factors.get(factors.len() / 2).copied().unwrap_or(f64::NAN);
    let least = factors.first().copied().unwrap_or(f64::NAN);
    println!(
        "session: {median:.1} x real time (median of {}, slowest {least:.1})",
        factors.len()
    );
}

criterion_group!(benches, cycle_in_touch, whole_session);
criterion_main!(benches);
