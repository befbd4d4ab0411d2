//! `knead arm survey`: how much of what an arm can reach is found again without a seed.
//!
//! Postures are drawn evenly within the limits, those in self-collision dropped; the pose of each is then
//! solved from cold, to a posture that is free of self-collision too. Every pose has a stream of chance of its own, so that the threads' timing changes
//! nothing. Times are the benchmark's: no command reads a clock.

use std::collections::BTreeMap;

use indicatif::{ProgressBar, ProgressStyle};
use kinematics::{ArmChain, ArmModel, ArmShape, Capsule, IkOptions, LimitedBy};
use nalgebra::SVector;
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::json;

use super::model;
use crate::cli::SurveyWish;
use crate::failure::Failure;
use crate::say::say;

/// Share of the poses that must be solved.
const LEAST_SOLVED: f64 = 0.999;
/// Seeds tried for one pose.
const SEEDS: u32 = 100;
/// Draws in a row that may collide before the arm is given up.
const MOST_DRAWS: u32 = 10_000;
const MOST_POSES: u64 = 10_000_000;
const THREADS: u64 = 2;

/// What became of one pose.
#[derive(Clone, Copy)]
struct Outcome {
    dropped: u32,
    steps: u32,
    restarts: u32,
    /// Residuals (m, rad), of the solution or of the nearest posture.
    residual: (f64, f64),
    refused: Option<LimitedBy>,
}

pub(super) fn survey<const D: usize>(
    chain: &ArmChain,
    capsules: &[Capsule],
    wish: &SurveyWish,
) -> Result<(), Failure> {
    if !(1..=MOST_POSES).contains(&wish.poses) {
        return Err(Failure::Input(format!(
            "--poses {}: give 1 to {MOST_POSES}",
            wish.poses
        )));
    }
    let arm = model::<D>(chain)?;
    let shape = ArmShape::new(&arm, capsules, None).map_err(Failure::input)?;
    let shape = &shape;
    let bar = ProgressBar::new(wish.poses).with_message("solving");
    if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:40}] {pos} of {len}") {
        bar.set_style(style);
    }
    let (arm, bar) = (&arm, &bar);
    let share = |thread: u64| -> Result<Vec<Outcome>, Failure> {
        (thread..wish.poses)
            .step_by(THREADS as usize)
            .map(|number| {
                bar.inc(1);
                one_pose(arm, shape, wish, number)
            })
            .collect()
    };
    let parts: Vec<_> = std::thread::scope(|scope| {
        let share = &share;
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| scope.spawn(move || share(thread)))
            .collect();
        threads.into_iter().map(|thread| thread.join()).collect()
    });
    bar.finish_and_clear();
    let mut outcomes = Vec::new();
    for part in parts {
        let part = part.map_err(|_| Failure::device("a thread of the survey broke down"))?;
        outcomes.extend(part?);
    }
    report(&chain.name, &Figures::of(&outcomes), wish)
}

fn one_pose<const D: usize>(
    arm: &ArmModel<D>,
    shape: &ArmShape<D>,
    wish: &SurveyWish,
    number: u64,
) -> Result<Outcome, Failure> {
    let mut chance = ChaCha8Rng::seed_from_u64(wish.seed);
    chance.set_stream(number);
    let free = |q: &SVector<f64, D>| -> bool {
        let nearest = shape.self_distance(&shape.place(arm, q));
        nearest.is_none_or(|pair| pair.distance > 0.0)
    };
    let mut dropped = 0;
    let mut drawn = drawn_posture(arm, &mut chance);
    while !free(&drawn) {
        dropped += 1;
        if dropped >= MOST_DRAWS {
            return Err(Failure::Input(format!(
                "{MOST_DRAWS} postures drawn within the limits all put links into each other; \
                 check the profile's capsules"
            )));
        }
        drawn = drawn_posture(arm, &mut chance);
    }
    let options = IkOptions {
        free_yaw: wish.free_yaw,
        joint_margin: 0.0,
        ..IkOptions::default()
    };
    Ok(
        match arm.solve_globally_where(&arm.tool_pose(&drawn), &options, SEEDS, free) {
            Ok(found) => Outcome {
                dropped,
                steps: found.iterations,
                restarts: found.restarts,
                residual: (
                    found.position_residual.get(),
                    found.orientation_residual.get(),
                ),
                refused: None,
            },
            Err(failure) => Outcome {
                dropped,
                steps: 0,
                restarts: SEEDS,
                residual: (
                    failure.position_residual.get(),
                    failure.orientation_residual.get(),
                ),
                refused: Some(failure.limited_by),
            },
        },
    )
}

/// Even within the limits; joints without ends get one turn.
fn drawn_posture<const D: usize>(arm: &ArmModel<D>, chance: &mut ChaCha8Rng) -> SVector<f64, D> {
    use core::f64::consts::PI;
    let limits = arm.limits();
    SVector::from_fn(|i, _| {
        let (lower, upper) = (limits.lower[i].max(-1e9), limits.upper[i].min(1e9));
        let (lower, upper) = if upper - lower < 1e9 {
            (lower, upper)
        } else {
            (-PI, PI)
        };
        let share = (chance.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
        lower + (upper - lower) * share
    })
}

/// What a survey comes to.
struct Figures {
    poses: usize,
    dropped: u64,
    solved: usize,
    restarts_mean: f64,
    steps_mean: f64,
    steps_p99: u32,
    /// Worst residuals of the solutions (m, rad).
    worst: (f64, f64),
    failures: BTreeMap<String, u32>,
    /// Farthest that a refused pose's nearest posture is off (m, rad).
    farthest: (f64, f64),
}

impl Figures {
    fn of(outcomes: &[Outcome]) -> Self {
        let solved: Vec<&Outcome> = outcomes.iter().filter(|o| o.refused.is_none()).collect();
        let mut steps: Vec<u32> = solved.iter().map(|o| o.steps).collect();
        steps.sort_unstable();
        let mean = |sum: u64| sum as f64 / solved.len().max(1) as f64;
        let worst_of =
            |worst: (f64, f64), o: &Outcome| (worst.0.max(o.residual.0), worst.1.max(o.residual.1));
        let mut failures = BTreeMap::new();
        let mut farthest = (0.0, 0.0);
        for outcome in outcomes {
            if let Some(reason) = outcome.refused {
                *failures.entry(word(reason)).or_insert(0) += 1;
                farthest = worst_of(farthest, outcome);
            }
        }
        Self {
            poses: outcomes.len(),
            dropped: outcomes.iter().map(|o| u64::from(o.dropped)).sum(),
            restarts_mean: mean(solved.iter().map(|o| u64::from(o.restarts)).sum()),
            steps_mean: mean(steps.iter().map(|s| u64::from(*s)).sum()),
            steps_p99: steps.get(steps.len() * 99 / 100).copied().unwrap_or(0),
            worst: solved
                .iter()
                .fold((0.0, 0.0), |worst, o| worst_of(worst, o)),
            solved: solved.len(),
            failures,
            farthest,
        }
    }

    fn solved_share(&self) -> f64 {
        self.solved as f64 / self.poses.max(1) as f64
    }
}

fn word(reason: LimitedBy) -> String {
    match reason {
        LimitedBy::JointLimit { joint } => format!("joint {} on its limit", joint + 1),
        LimitedBy::Reach { .. } => "beyond reach".to_owned(),
        LimitedBy::NoDescent => "no step helps".to_owned(),
        LimitedBy::Iterations => "steps ran out".to_owned(),
        LimitedBy::NotAccepted => "only found in self-collision".to_owned(),
        LimitedBy::NotFinite => "not a number".to_owned(),
    }
}

fn report(name: &str, figures: &Figures, wish: &SurveyWish) -> Result<(), Failure> {
    let share = figures.solved_share();
    if wish.json {
        let report = json!({
            "version": 1, "name": name, "poses": figures.poses, "seed": wish.seed,
            "free_yaw": wish.free_yaw, "dropped_in_self_collision": figures.dropped,
            "solved": figures.solved, "solved_share": share,
            "restarts_mean": figures.restarts_mean, "steps_mean": figures.steps_mean,
            "steps_p99": figures.steps_p99,
            "worst_position_residual_m": figures.worst.0,
            "worst_orientation_residual_rad": figures.worst.1,
            "failures": figures.failures,
            "farthest_failure_m": figures.farthest.0, "farthest_failure_rad": figures.farthest.1,
        });
        say!("{report}");
    } else {
        table(name, figures, wish);
    }
    if share < LEAST_SOLVED {
        return Err(Failure::Verdict(format!(
            "{:.3} % of the poses are solved, {:.1} % must be",
            100.0 * share,
            100.0 * LEAST_SOLVED
        )));
    }
    Ok(())
}

fn table(name: &str, figures: &Figures, wish: &SurveyWish) {
    let task = if wish.free_yaw {
        "place and axis, yaw free"
    } else {
        "whole pose"
    };
    say!(
        "{name}: {} poses from seed {}, {task}",
        figures.poses,
        wish.seed
    );
    let row = |what: &str, value: String| say!("  {what:<34} {value}");
    row(
        "solved",
        format!(
            "{:.3} % ({})",
            100.0 * figures.solved_share(),
            figures.solved
        ),
    );
    row("restarts, mean", format!("{:.2}", figures.restarts_mean));
    row(
        "steps, mean and 99 %",
        format!("{:.1}, {}", figures.steps_mean, figures.steps_p99),
    );
    row(
        "worst residual of a solution",
        format!("{:.1e} m, {:.1e} rad", figures.worst.0, figures.worst.1),
    );
    row(
        "draws dropped in self-collision",
        figures.dropped.to_string(),
    );
    for (reason, count) in &figures.failures {
        row(&format!("failed: {reason}"), count.to_string());
    }
    if !figures.failures.is_empty() {
        let (place, turn) = figures.farthest;
        row("farthest failure", format!("{place:.1e} m, {turn:.1e} rad"));
    }
}
