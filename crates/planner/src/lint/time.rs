//! R8: about how long a routine keeps the client in one position.

use super::extent::{offsets, stretches, tool};
use super::{Found, LintContext, Severity, Topic};
use crate::figures::FASTEST;
use crate::recipe::{Manner, Pressed, Recipe, recipe};
use crate::routine::{Course, Routine, RoutineStep, Sides, Spots};

/// Approach, touch and lift of one stay in contact, with the way there (s). Chosen, from plans.
const STAY: f64 = 7.0;
/// The way to the park posture and back for a person's step or another tool (s). Chosen, from plans.
const PARK: f64 = 8.0;
/// Light ways back (m/s).
const BACK: f64 = 0.085;
/// Share by which this estimate may err (chosen, from plans).
const ROUGH: f64 = 0.15;

/// About how long the arm is busy with a routine (s), persons' own time not counted.
#[must_use]
pub fn rough_seconds(routine: &Routine, context: &LintContext<'_>) -> f64 {
    let mut bolted = None;
    let times = routine.steps.iter();
    times.map(|step| seconds(step, context, &mut bolted)).sum()
}

pub(super) fn look(routine: &Routine, context: &LintContext<'_>, found: &mut Found) {
    let limit = context.envelope.position_time().get();
    let (mut bolted, mut time) = (None, 0.0);
    let mut told = false;
    for (index, step) in routine.steps.iter().enumerate() {
        if matches!(
            step.course,
            Course::Person {
                repositions: true,
                ..
            }
        ) {
            (time, told) = (0.0, false);
        }
        time += seconds(step, context, &mut bolted);
        if time <= limit * (1.0 - ROUGH) || told {
            continue;
        }
        // Told once for each position: with the step that leads over the limit.
        told = time > limit;
        let severity = if time > limit * (1.0 + ROUGH) {
            Severity::Warning
        } else {
            continue;
        };
        let seen = format!(
            "about {:.0} min in one position; allowed are {:.0} min",
            time / 60.0,
            limit / 60.0
        );
        let remedy = "put an operator_step with `repositions = true` before it, or repeat less";
        found.add(severity, Topic::Time, (index, step), seen, remedy);
    }
}

/// About how long one step takes (s).
fn seconds<'a>(
    step: &'a RoutineStep,
    context: &LintContext<'_>,
    bolted: &mut Option<&'a str>,
) -> f64 {
    if step.is_for_a_person() {
        return PARK;
    }
    if step.if_asked.is_some() {
        return 0.0;
    }
    let change = match bolted {
        Some(tool) if *tool != step.tool() => PARK,
        Some(_) | None => 0.0,
    };
    *bolted = Some(step.tool());
    let sides = match (&step.course, step.sides) {
        (Course::Straddle { .. }, _) => 1.0,
        (_, Sides::Both) => 2.0,
        (_, Sides::Left | Sides::Right) => 1.0,
    };
    let row = recipe(step.technique);
    let (stays, once) = one_side(step, &row, context);
    change + sides * (stays * STAY + f64::from(step.repeat) * once)
}

/// Stays in contact on one side, and the time of one repetition there (s).
fn one_side(step: &RoutineStep, row: &Recipe, context: &LintContext<'_>) -> (f64, f64) {
    let usual = row.speed.usual;
    let speed = step
        .speed
        .map_or(usual, |speed| speed.get())
        .clamp(1e-3, FASTEST);
    let stretches = stretches(step, context);
    let length: f64 = stretches.iter().map(|(low, high)| high - low).sum();
    let (near, far) = tool(step, context).map_or((0.0, 0.0), |tool| offsets(step, tool));
    let width = (far - near).max(0.0);
    let rhythm = row.rhythm.map_or(1.0, |range| range.usual);
    let rhythm = step.shape.frequency_hz.unwrap_or(rhythm).max(0.01);
    let size = size(step, row);
    match &step.course {
        Course::Loop { .. } => (1.0, 2.0 * (length + width) / speed),
        Course::Rows { .. } => rows(row.manner, length, speed, size, rhythm),
        Course::Across { spacing, .. } => {
            let lines = (length / spacing.get().max(0.01)).round() + 1.0;
            let line = match row.manner {
                Manner::Knead => width / (0.8 * size) / rhythm,
                _ => width / speed,
            };
            (1.0, lines * (line + width / BACK.max(speed)))
        }
        Course::Spots(spots) => {
            let places = match spots {
                Spots::Named(named) => named.len() as f64,
                // Most clients mark none.
                Spots::Focus => 0.0,
            };
            (places, places * on_the_spot(step, row.manner))
        }
        // There and back around a blade of about 0.35 m.
        Course::Blade { .. } => (1.0, 0.7 / speed),
        Course::Diagonals { .. } => {
            let leg = (0.25 * length * length + width * width).sqrt() / speed;
            let hold = step.shape.hold.map_or(10.0, |hold| hold.get());
            let repeats = f64::from(step.repeat);
            (2.0 * repeats, 2.0 * (leg + hold))
        }
        Course::Straddle { .. } => (1.0, 2.0 * length / speed),
        Course::Person { .. } => (0.0, 0.0),
    }
}

fn size(step: &RoutineStep, row: &Recipe) -> f64 {
    let own = step.shape.radius.or(step.shape.travel);
    let usual = row.size.map_or(0.01, |range| range.usual);
    own.map_or(usual, |size| size.get()).max(1e-3)
}

fn rows(manner: Manner, length: f64, speed: f64, size: f64, rhythm: f64) -> (f64, f64) {
    match manner {
        Manner::Circle { pitch, .. } => (1.0, length / (pitch * size) / rhythm),
        Manner::Knead => (1.0, length / (0.8 * size) / rhythm),
        Manner::Roll => (1.0, length / (0.5 * size) / rhythm),
        Manner::Tap => (1.0, length / 0.025 / rhythm),
        Manner::Spread => {
            let places = (length / size).floor().max(1.0);
            let one = 2.0 * (1.5 + 0.5 * size / speed + 0.5 * size / BACK);
            (places, places * one)
        }
        Manner::Glide(Pressed::Both) => (1.0, 2.0 * length / speed),
        Manner::Glide(_) | Manner::Rock | Manner::Staircase | Manner::Stretch | Manner::Person => {
            (1.0, length / speed + length / BACK.max(speed))
        }
    }
}

fn on_the_spot(step: &RoutineStep, manner: Manner) -> f64 {
    match manner {
        Manner::Staircase => {
            let hold = step.shape.hold.map_or(6.0, |hold| hold.get());
            f64::from(step.shape.stages.unwrap_or(4)) * (hold + 3.0)
        }
        _ => 1.5 + step.shape.time.map_or(8.0, |time| time.get()),
    }
}
