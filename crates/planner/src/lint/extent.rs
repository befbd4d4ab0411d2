//! Where a step lies on the body that stands for the client.

use anatomy::{Back, Level};
use quantities::Metres;

use super::LintContext;
use crate::request::ToolSpec;
use crate::routine::{Course, PatchAxis, RoutineStep, Span, Spots};

/// Distance between places at which a step is looked at (m). Chosen.
const STEP: f64 = 0.02;
/// Where the outer border of a shoulder blade lies (m); the inner one is the body's own. Chosen.
const BLADE_OUTER: f64 = 0.115;
const BLADE_INNER: f64 = 0.055;

/// How far below the seventh neck vertebra and above the tip of the tail-bone the edge of a patch stays
/// (m). Chosen: what the built-in bodies leave.
const BELOW_NECK: f64 = 0.055;
const ABOVE_TAIL: f64 = 0.017;

/// Stretches along the spine (m) that the centre of the tool covers, lower end first.
pub(super) fn stretches(step: &RoutineStep, context: &LintContext<'_>) -> Vec<(f64, f64)> {
    let back = context.back;
    let within = |(a, b): (f64, f64)| {
        let (a, b) = (held(a, step, context), held(b, step, context));
        (a.min(b), a.max(b))
    };
    match &step.course {
        Course::Loop { span, .. }
        | Course::Rows { span, .. }
        | Course::Across { span, .. }
        | Course::Diagonals { span, .. }
        | Course::Straddle { span } => vec![within(ends(*span, back))],
        Course::Spots(Spots::Named(named)) => {
            let levels = named.iter().map(|(level, _)| u_of(*level, back));
            levels.map(|u| within((u, u))).collect()
        }
        Course::Blade { .. } => {
            let at = |level| back.level(level).get();
            vec![within((at(Level::T7), at(Level::T3)))]
        }
        Course::Spots(Spots::Focus) | Course::Person { .. } => Vec::new(),
    }
}

/// A place along the spine (m), drawn in to where the whole patch is on skin that may be touched.
fn held(u: f64, step: &RoutineStep, context: &LintContext<'_>) -> f64 {
    let half = tool(step, context).map_or(0.0, |tool| half_extents(step, tool).0);
    let top = context.back.level(Level::C7).get() - BELOW_NECK - half;
    let bottom = context.back.level(Level::TailBone).get() + ABOVE_TAIL + half;
    u.min(top).max(bottom)
}

/// The levels of a span as u (m), in the order of the step.
pub(super) fn ends(span: Span, back: &Back) -> (f64, f64) {
    (u_of(span.from, back), u_of(span.to, back))
}

fn u_of(level: crate::routine::Level, back: &Back) -> f64 {
    back.level(level.name).get() + level.shift.get()
}

/// Distances from the spine (m) between which the centre of the tool works; of a fork, of a tip.
pub(super) fn offsets(step: &RoutineStep, tool: &ToolSpec) -> (f64, f64) {
    let drift = step.outward_shift.get() * f64::from(step.repeat.saturating_sub(1));
    match &step.course {
        Course::Loop { offset, outer, .. }
        | Course::Across { offset, outer, .. }
        | Course::Diagonals { offset, outer, .. } => (offset.get(), outer.get() + drift),
        Course::Rows { offset, .. } => (offset.get(), offset.get() + drift),
        Course::Spots(Spots::Named(named)) => {
            let all = named.iter().map(|(_, offset)| offset.get());
            (
                all.clone().fold(f64::INFINITY, f64::min),
                all.fold(0.0, f64::max),
            )
        }
        Course::Blade { outside } => (BLADE_INNER - outside.get(), BLADE_OUTER + outside.get()),
        Course::Straddle { .. } => match tool.model.patch {
            kinematics::Patch::Fork { spacing, .. } => (0.5 * spacing.get(), 0.5 * spacing.get()),
            kinematics::Patch::RoundedRectangle { .. } | kinematics::Patch::Disc { .. } => {
                (0.0, 0.0)
            }
        },
        Course::Spots(Spots::Focus) | Course::Person { .. } => (0.0, 0.0),
    }
}

/// Half extents of the patch along the spine and across (m), as it lies.
pub(super) fn half_extents(step: &RoutineStep, tool: &ToolSpec) -> (f64, f64) {
    let (x, y) = tool.model.patch.half_extents();
    match (step.patch_axis, tool.model.patch) {
        (PatchAxis::Across, kinematics::Patch::RoundedRectangle { .. }) => (y, x),
        (PatchAxis::Along | PatchAxis::Across, _) => (x, y),
    }
}

/// The first tool of a step that is at hand.
pub(super) fn tool<'a>(step: &RoutineStep, context: &LintContext<'a>) -> Option<&'a ToolSpec> {
    let mut named = step.tools.iter();
    named.find_map(|name| context.tools.iter().find(|tool| tool.name == *name))
}

/// Places (u, v) that the centre of the tool meets on one side; where the body ends, places are moved in.
pub(super) fn places(
    step: &RoutineStep,
    tool: &ToolSpec,
    context: &LintContext<'_>,
) -> Vec<(Metres, Metres)> {
    let (near, far) = offsets(step, tool);
    let mut places = Vec::new();
    for (low, high) in stretches(step, context) {
        for u in between(low, high) {
            for v in between(near, far) {
                places.push((Metres::new(u), Metres::new(v)));
            }
        }
    }
    places
}

fn between(low: f64, high: f64) -> impl Iterator<Item = f64> {
    let pieces = ((high - low) / STEP).ceil().max(1.0);
    (0..=pieces as usize).map(move |i| low + (high - low) * i as f64 / pieces)
}
