//! How long planning takes, and how much memory, over the length of the routine.
//!
//! ```text
//! cargo bench -p knead --no-default-features --bench plan_length [-- MINUTES ...] [--repeated]
//! ```
//! The steps of the lower-back routine follow each other until the asked time is reached, closed by its
//! cool-down. Each round shifts its levels by another millimetre or so, so that no pass is drawn twice;
//! `--repeated` draws the same ones again. Every length is planned in a process of its own, for the peak of
//! its memory. What the limits refuse of so long a routine is its duration and its dose, which are looked
//! at when all else is done; any other refusal ends the benchmark.
#![allow(clippy::panic)] // a benchmark that cannot read its own files has nothing to measure

use std::path::Path;
use std::process::Command;

use knead::compose::Kit;
use knead::load::Loaded;
use knead::{Failure, Ingredients};
use planner::{Course, PlanSummary, Routine, RoutineStep, Rule};
use quantities::Metres;
use realtime_runner::Stopwatch;

const SEED: u64 = 1;
/// Lengths that are planned when none is asked for (minutes).
const LENGTHS: [f64; 4] = [5.0, 15.0, 45.0, 90.0];
/// Plans of each length; the quickest is told, which other work on the machine disturbs least.
const PLANS: usize = 3;
/// Shift of the levels from one round to the next (m), and rounds after which it begins anew.
const SHIFT: f64 = 0.0011;
const ROUNDS: usize = 13;
/// Words by which a process knows that it is to plan one length.
const ONE: &str = "--one";
const REPEATED: &str = "--repeated";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let repeated = arguments.iter().any(|word| word == REPEATED);
    let asked: Vec<f64> = arguments.iter().filter_map(|a| a.parse().ok()).collect();
    if arguments.iter().any(|word| word == ONE) {
        for minutes in asked {
            plan_one(minutes, repeated);
        }
        return;
    }
    println!("   asked    planned      steps       wall  processor  a minute  peak memory");
    let lengths = if asked.is_empty() {
        LENGTHS.to_vec()
    } else {
        asked
    };
    for minutes in lengths {
        let program = std::env::current_exe().expect("a benchmark knows its own file");
        let mut command = Command::new(program);
        command.args([ONE, &minutes.to_string()]);
        if repeated {
            command.arg(REPEATED);
        }
        let status = command.status().expect("a process for one length");
        assert!(status.success(), "planning {minutes} minutes failed");
    }
}

/// Plans one length and prints a line.
fn plan_one(minutes: f64, repeated: bool) {
    let mut loaded = loaded().unwrap_or_else(|f| panic!("{}", f.text()));
    let (routine, planned) = lengthened(&loaded, minutes * 60.0, repeated);
    loaded.routine = routine;
    let kit = Kit::<7>::new(&loaded, SEED).unwrap_or_else(|f| panic!("{}", f.text()));
    let (mut wall, mut processor) = (f64::INFINITY, f64::INFINITY);
    for _ in 0..PLANS {
        let (watch, before) = (Stopwatch::start(), processor_time());
        let planned = std::hint::black_box(kit.plan());
        wall = wall.min(watch.elapsed().get());
        processor = processor.min(processor_time() - before);
        if let Err(rejection) = planned {
            let of_length = |rule| matches!(rule, Rule::Duration | Rule::Dose);
            let harmless = rejection.violations.iter().all(|v| of_length(v.rule));
            assert!(harmless, "{rejection}");
        }
    }
    println!(
        "{minutes:>4.0} min  {:>5.1} min  {:>3} steps  {wall:>7.3} s  {processor:>7.2} s  {:>5.1} ms  {:>11}",
        planned / 60.0,
        loaded.routine.steps.len(),
        wall / planned * 60e3,
        peak_memory(),
    );
}

fn loaded() -> Result<Loaded, Failure> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let demo = Ingredients::demo();
    Loaded::read(&Ingredients {
        routine: root.join(&demo.routine),
        arm: root.join(&demo.arm),
        body: root.join(&demo.body),
        limits: root.join(&demo.limits),
        tools: root.join(&demo.tools),
        client: root.join(&demo.client),
        simulation: root.join(&demo.simulation),
        ..demo
    })
}

/// Steps one after the other, round after round, until the wanted time (s) is reached, and the last one as
/// cool-down; and the time that they take as they are in the file (s): shifted levels change it little.
fn lengthened(loaded: &Loaded, wanted: f64, repeated: bool) -> (Routine, f64) {
    let kit = Kit::<7>::new(loaded, SEED).unwrap_or_else(|f| panic!("{}", f.text()));
    let plan = kit.plan().unwrap_or_else(|r| panic!("{r}"));
    let summary = PlanSummary::of(&plan);
    let routine = &loaded.routine;
    let timed: Vec<_> = routine.steps.iter().zip(&summary.steps).collect();
    let (closing, its) = timed.last().expect("a routine has steps");
    let (mut steps, mut sum) = (Vec::new(), its.duration_s);
    for (number, (step, its)) in timed.iter().cycle().enumerate() {
        if sum >= wanted {
            break;
        }
        let round = if repeated { 0 } else { number / timed.len() };
        steps.push(shifted(step, (round % ROUNDS) as f64 * SHIFT));
        sum += its.duration_s;
    }
    steps.push((*closing).clone());
    let routine = Routine {
        steps,
        ..routine.clone()
    };
    (routine, sum)
}

/// A step with its levels moved toward the head (m).
fn shifted(step: &RoutineStep, by: f64) -> RoutineStep {
    let mut step = step.clone();
    match &mut step.course {
        Course::Loop { span, .. }
        | Course::Rows { span, .. }
        | Course::Across { span, .. }
        | Course::Diagonals { span, .. }
        | Course::Straddle { span } => {
            for level in [&mut span.from, &mut span.to] {
                level.shift += Metres::new(by);
            }
        }
        Course::Spots(_) | Course::Blade { .. } | Course::Person { .. } => {}
    }
    step
}

/// The most memory that this process ever held, as the system tells it.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    let kib = line.and_then(|l| l.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kib.map_or("unknown".to_owned(), |kib| {
        format!("{:.0} MB", kib * 1.024e-3)
    })
}

/// Time that all threads of this process have run (s), as the system tells it in hundredths.
fn processor_time() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // After the name in brackets, the 12th and the 13th number are the times.
    let numbers = stat.rsplit(')').next().unwrap_or_default();
    let times = numbers.split_whitespace().skip(11).take(2);
    times.filter_map(|t| t.parse::<f64>().ok()).sum::<f64>() / 100.0
}
