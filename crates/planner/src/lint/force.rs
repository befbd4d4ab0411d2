//! R1, R4, R5 and R6: how near the spine, which way, how hard, and how a spot is pressed.

use quantities::{Metres, Newtons};

use super::extent::{ends, half_extents, offsets, places, tool};
use super::{Found, LintContext, Severity, Topic};
use crate::figures::Scale;
use crate::recipe::{Manner, Recipe, recipe};
use crate::request::ToolSpec;
use crate::routine::{Course, ForceWord, RoutineStep, Spots};
use crate::rules::{self, FEWEST_STAGES, presses_upward};

/// Most that a stage of a staircase may add (N). Chosen: a third of the step from gentle to firm.
const LARGEST_RISE: f64 = 8.0;
/// Where a staircase begins (N): the technique's first stage.
const GENTLE: f64 = 10.0;
/// Usual holds (s), and the most that a spot is pressed in all (s).
const HOLDS: (f64, f64) = (5.0, 8.0);
const LONGEST_PRESS: f64 = 90.0;
/// Hold when none is asked (s), and stages.
const USUAL: (f64, u32) = (6.0, 4);

pub(super) fn look(index: usize, step: &RoutineStep, context: &LintContext<'_>, found: &mut Found) {
    let row = recipe(step.technique);
    keep_out(index, step, context, found);
    direction(index, step, &row, context, found);
    let Some(scale) = Scale::of(&row, step.force) else {
        let seen = format!("{} has no deep force", step.technique);
        let remedy = "use light, medium or firm";
        found.add(Severity::Error, Topic::Force, (index, step), seen, remedy);
        return;
    };
    if let Some(tool) = tool(step, context) {
        ceilings(index, step, tool, scale.main, context, found);
    }
    if row.manner == Manner::Staircase {
        staging(index, step, scale.main, found);
    }
}

fn keep_out(index: usize, step: &RoutineStep, context: &LintContext<'_>, found: &mut Found) {
    let band = context.envelope.keep_out_half_width().get();
    let mm = |metres: f64| metres * 1e3;
    for (key, offset) in rules::offsets(&step.course) {
        if offset < band {
            let seen = format!(
                "{key} puts the tool's centre {:.0} mm from the spine; the keep-out is {:.0} mm wide",
                mm(offset),
                mm(band)
            );
            let remedy = format!("give {key} at least {:.0} mm", mm(band).ceil());
            found.add(Severity::Error, Topic::KeepOut, (index, step), seen, remedy);
        }
    }
    let named = !matches!(
        step.course,
        Course::Spots(Spots::Focus) | Course::Blade { .. } | Course::Straddle { .. }
    );
    if let Some(tool) = tool(step, context).filter(|_| named) {
        let (near, _) = offsets(step, tool);
        let least = band + half_extents(step, tool).1;
        if near >= band && near < least {
            let seen = format!(
                "at {:.0} mm the edge of the {} would reach into the keep-out",
                mm(near),
                tool.name
            );
            let remedy = format!(
                "the plan runs further out, at about {:.0} mm; write that to choose it yourself",
                mm(least).ceil()
            );
            found.add(Severity::Note, Topic::KeepOut, (index, step), seen, remedy);
        }
    }
}

fn direction(
    index: usize,
    step: &RoutineStep,
    row: &Recipe,
    context: &LintContext<'_>,
    found: &mut Found,
) {
    if !presses_upward(&step.course, row.manner) {
        return;
    }
    let Some((from, to)) = step.course.span().map(|span| ends(span, context.back)) else {
        return;
    };
    if to <= from {
        let seen = format!("{} begins at its upper end", step.technique);
        let remedy = "give a `to` that lies nearer to the head than `from`: the way up comes first";
        found.add(
            Severity::Error,
            Topic::Direction,
            (index, step),
            seen,
            remedy,
        );
    }
}

/// Set-points that a place allows: the least and the most over the step's places (N, the whole tool).
fn allowed(step: &RoutineStep, tool: &ToolSpec, context: &LintContext<'_>) -> Option<(f64, f64)> {
    let envelope = context.envelope;
    let contacts = match tool.model.patch {
        kinematics::Patch::Fork { .. } => 2.0,
        kinematics::Patch::RoundedRectangle { .. } | kinematics::Patch::Disc { .. } => 1.0,
    };
    let area = tool.model.patch.area() * (1.0 / contacts);
    let rated = tool.model.pressure_rating * area;
    let at = |(u, v): (Metres, Metres)| -> Option<f64> {
        let ceiling = envelope.force_ceiling_at(u, v, area).min(rated);
        // Where nothing may touch the plan draws the step in; that is no matter of force.
        (ceiling > Newtons::ZERO)
            .then(|| (ceiling - envelope.setpoint_margin(ceiling)).get().max(0.0) * contacts)
    };
    let all = places(step, tool, context);
    // Lines inside the keep-out are told, or moved out, by their offset.
    let beside = |place: &(Metres, Metres)| place.1 >= envelope.keep_out_half_width();
    let range = all.into_iter().filter(beside).filter_map(at);
    range.fold(None, |range, force| {
        let (least, most) = range.unwrap_or((force, force));
        Some((force.min(least), force.max(most)))
    })
}

fn ceilings(
    index: usize,
    step: &RoutineStep,
    tool: &ToolSpec,
    main: f64,
    context: &LintContext<'_>,
    found: &mut Found,
) {
    let Some((least, most)) = allowed(step, tool, context) else {
        return;
    };
    let place = format!("with the {} there", tool.name);
    let exact = matches!(step.force, ForceWord::Exactly(_));
    if main > most {
        let seen = format!("{main:.0} N are more than the {most:.1} N allowed {place}");
        let (severity, remedy) = if exact {
            (Severity::Error, format!("ask for at most {most:.0} N"))
        } else {
            let remedy = format!(
                "it is pressed with at most {most:.1} N; a softer word, a wider tool, or a higher ceiling in the \
                 limits profile would say so openly"
            );
            (Severity::Warning, remedy)
        };
        found.add(severity, Topic::Force, (index, step), seen, remedy);
    } else if main > least {
        let seen = format!(
            "{main:.0} N are more than the {least:.1} N allowed {place}, at its weakest place"
        );
        let (severity, remedy) = if exact {
            let remedy = format!("ask for at most {least:.0} N, or for a word, which tapers");
            (Severity::Warning, remedy)
        } else {
            (Severity::Note, "the force tapers there".to_owned())
        };
        found.add(severity, Topic::Force, (index, step), seen, remedy);
    }
}

fn staging(index: usize, step: &RoutineStep, main: f64, found: &mut Found) {
    let stages = step.shape.stages.unwrap_or(USUAL.1);
    let hold = step.shape.hold.map_or(USUAL.0, |hold| hold.get());
    let mut tell = |severity, seen: String, remedy: &str| {
        found.add(severity, Topic::Staging, (index, step), seen, remedy);
    };
    if stages < FEWEST_STAGES {
        let seen = format!(
            "{stages} stages; at least {FEWEST_STAGES}: a spot is not simply pressed harder"
        );
        tell(
            Severity::Error,
            seen,
            "give stages at least 3, or leave it out",
        );
        return;
    }
    let rise = (main - GENTLE) / f64::from(stages - 1);
    if rise > LARGEST_RISE {
        let seen = format!("each stage adds {rise:.0} N; usual are up to {LARGEST_RISE:.0} N");
        tell(
            Severity::Warning,
            seen,
            "give more stages, or a softer force",
        );
    }
    let whole = hold * f64::from(stages);
    if whole > LONGEST_PRESS {
        let seen = format!("the spot is pressed for {whole:.0} s; at most {LONGEST_PRESS:.0} s");
        tell(
            Severity::Warning,
            seen,
            "give fewer stages or shorter holds",
        );
    } else if !(HOLDS.0..=HOLDS.1).contains(&hold) {
        let seen = format!(
            "each hold lasts {hold:.0} s; usual are {:.0} to {:.0} s",
            HOLDS.0, HOLDS.1
        );
        tell(Severity::Note, seen, "leave hold_s out for the usual hold");
    }
}
