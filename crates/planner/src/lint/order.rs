//! R3: a routine begins with a warm-up, goes deep only where it has warmed, and ends lighter than it began.

use std::collections::BTreeSet;

use super::extent::{half_extents, stretches, tool};
use super::{Found, LintContext, Severity, Topic};
use crate::figures::Scale;
use crate::recipe::recipe;
use crate::room::Side;
use crate::routine::{Course, Routine, RoutineStep, Sides};
use crate::rules::{CELL, is_deep};

const WARM_UP: &str =
    "put an effleurage or fan_out step of light or medium force over the same stretch before it";

pub(super) fn look(routine: &Routine, context: &LintContext<'_>, found: &mut Found) {
    let touching = || {
        let steps = routine.steps.iter().enumerate();
        steps.filter(|(_, step)| !step.is_for_a_person())
    };
    let always = || touching().filter(|(_, step)| step.if_asked.is_none());
    let (Some(first), Some(last)) = (always().next(), always().next_back()) else {
        if let Some(step) = routine.steps.first() {
            let seen = "no step touches every client".to_owned();
            found.add(Severity::Error, Topic::Order, (0, step), seen, WARM_UP);
        }
        return;
    };
    first_step(touching().next().unwrap_or(first), found);
    last_step(touching().next_back().unwrap_or(last), first.1, found);
    let mut warm = Warm::default();
    for step in touching() {
        warm.take(step, context, found);
    }
}

fn first_step((index, step): (usize, &RoutineStep), found: &mut Found) {
    if is_gentle_glide(step) && step.if_asked.is_none() {
        return;
    }
    let seen = format!("the routine begins with {}", described(step));
    found.add(Severity::Error, Topic::Order, (index, step), seen, WARM_UP);
}

fn last_step((index, step): (usize, &RoutineStep), first: &RoutineStep, found: &mut Found) {
    let remedy = "end with an effleurage or fan_out step that is lighter than the warm-up";
    if !is_gentle_glide(step) || step.if_asked.is_some() {
        let seen = format!("the routine ends with {}", described(step));
        found.add(Severity::Error, Topic::Order, (index, step), seen, remedy);
        return;
    }
    let (opening, closing) = (main(first), main(step));
    if is_gentle_glide(first) && closing >= opening {
        let seen =
            format!("the cool-down presses {closing:.0} N, the warm-up pressed {opening:.0} N");
        found.add(Severity::Warning, Topic::Order, (index, step), seen, remedy);
    }
}

fn is_gentle_glide(step: &RoutineStep) -> bool {
    recipe(step.technique).warms() && !is_deep(step, main(step))
}

fn main(step: &RoutineStep) -> f64 {
    Scale::of(&recipe(step.technique), step.force).map_or(0.0, |scale| scale.main)
}

fn described(step: &RoutineStep) -> String {
    let what = step.technique;
    match (&step.if_asked, recipe(what).warms()) {
        (Some(word), _) => format!("{what} for those who ask for \"{word}\" only"),
        (None, true) => format!("{what} that goes deep"),
        (None, false) => format!("{what}, which is no long glide"),
    }
}

/// Pieces of each side of the back that were warmed.
#[derive(Debug, Default)]
struct Warm(BTreeSet<(i32, Side)>);

impl Warm {
    fn take(
        &mut self,
        (index, step): (usize, &RoutineStep),
        context: &LintContext<'_>,
        found: &mut Found,
    ) {
        let deep = is_deep(step, main(step));
        if deep && let Some((cell, side)) = self.first_cold(step, context) {
            let seen = format!(
                "goes deep where no lighter glide has come before: {} side, about {:.0} mm above S2",
                side.word(),
                f64::from(cell) * CELL * 1e3
            );
            found.add(Severity::Error, Topic::Order, (index, step), seen, WARM_UP);
        }
        if recipe(step.technique).warms() && !deep && step.if_asked.is_none() {
            let half = tool(step, context).map_or(0.0, |tool| half_extents(step, tool).0);
            self.0.extend(cells(step, context, half));
        }
    }

    fn first_cold(&self, step: &RoutineStep, context: &LintContext<'_>) -> Option<(i32, Side)> {
        let mut worked = cells(step, context, 0.0).into_iter();
        worked.find(|cell| !self.0.contains(cell))
    }
}

/// Cells of a step, its stretches widened by `half` (m) at both ends.
fn cells(step: &RoutineStep, context: &LintContext<'_>, half: f64) -> Vec<(i32, Side)> {
    let index = |u: f64| (u / CELL).floor() as i32;
    let mut cells = Vec::new();
    for (low, high) in stretches(step, context) {
        for cell in index(low - half)..=index(high + half) {
            cells.extend(sides(step).iter().map(|side| (cell, *side)));
        }
    }
    cells
}

fn sides(step: &RoutineStep) -> &'static [Side] {
    match (&step.course, step.sides) {
        // Both tips, and both legs of each diagonal.
        (Course::Straddle { .. } | Course::Diagonals { .. }, _) | (_, Sides::Both) => {
            &[Side::Left, Side::Right]
        }
        (_, Sides::Left) => &[Side::Left],
        (_, Sides::Right) => &[Side::Right],
    }
}
