//! Rules that look at the routine as a whole: what is asked, in which order, for how long.

use std::collections::BTreeSet;

use crate::figures::{Figure, out_of_tempo};
use crate::recipe::{Manner, Pressed, Recipe, recipe};
use crate::rejection::{Breach, Findings, Rule, StepTag};
use crate::room::Side;
use crate::routine::{Course, ForceWord, RoutineStep, Spots};

/// More than this is depth (N).
const DEPTH: f64 = 20.0;
/// Stages of a staircase, at least.
pub(crate) const FEWEST_STAGES: u32 = 3;
/// Size of the places (m, along the spine) for which warm-up is remembered.
pub(crate) const CELL: f64 = 0.05;

/// One piece of one side of the back.
type Cell = (i32, Side);

/// What has been warmed so far.
#[derive(Debug, Default)]
pub(crate) struct WarmUp {
    warmed: BTreeSet<Cell>,
    started: bool,
}

/// True for a step that goes deep: by its word or by its force (N).
pub(crate) fn is_deep(step: &RoutineStep, main: f64) -> bool {
    match step.force {
        ForceWord::Firm | ForceWord::Deep => true,
        ForceWord::Light | ForceWord::Medium | ForceWord::Exactly(_) => main > DEPTH,
    }
}

/// True where the pressed leg runs along the spine, and so must run toward the heart.
pub(crate) const fn presses_upward(course: &Course, manner: Manner) -> bool {
    match (course, manner) {
        // Loops go up first, whichever leg is the firmer one.
        (Course::Loop { .. }, _) => true,
        (Course::Rows { .. }, Manner::Glide(Pressed::Up)) => true,
        _ => false,
    }
}

impl WarmUp {
    /// Takes a drawn step in, and reports depth on what is not warm yet. `half_x` is how far the patch
    /// reaches along the spine (m).
    pub(crate) fn take(
        &mut self,
        step: &RoutineStep,
        figure: &Figure,
        main: f64,
        half_x: f64,
        tag: StepTag<'_>,
        findings: &mut Findings,
    ) {
        let deep = is_deep(step, main);
        let gliding = recipe(step.technique).warms();
        if !self.started && (!gliding || deep) {
            findings.report(
                tag,
                warm_up(None, main, "the routine begins with this step".to_owned()),
            );
        }
        self.started = true;
        let (touched, first_cold) = self.cells(figure, half_x);
        if deep && let Some((u, v)) = first_cold {
            let detail = format!("no lighter gliding has come before at u {:+.0} mm", u * 1e3);
            findings.report(tag, warm_up(Some((u, v)), main, detail));
        }
        if gliding && !deep {
            self.warmed.extend(touched);
        }
    }

    /// Cells that a figure touches, and its first place that is not warm.
    fn cells(&self, figure: &Figure, half_x: f64) -> (BTreeSet<Cell>, Option<(f64, f64)>) {
        let mut touched = BTreeSet::new();
        let mut cold = None;
        for pass in &figure.passes {
            let sides = match pass.side {
                Some(Side::Left) => &[Side::Left][..],
                Some(Side::Right) => &[Side::Right][..],
                None => &[Side::Left, Side::Right][..],
            };
            for point in pass.strokes.iter().flat_map(|drawn| drawn.path.points()) {
                for side in sides {
                    let at = |u: f64| ((u / CELL).floor() as i32, *side);
                    // A hand's width beside what was warmed is warm too.
                    let near = [point.u - CELL, point.u, point.u + CELL];
                    if !near.iter().any(|u| self.warmed.contains(&at(*u))) {
                        cold = cold.or(Some((point.u, point.v)));
                    }
                    touched.extend([at(point.u - half_x), at(point.u), at(point.u + half_x)]);
                }
            }
        }
        (touched, cold)
    }
}

fn warm_up(place: Option<(f64, f64)>, main: f64, detail: String) -> Breach {
    Breach {
        rule: Rule::WarmUp,
        time: None,
        place,
        figures: (main > DEPTH).then_some((main, DEPTH)),
        detail,
        remedy: "put an effleurage or fan_out step of light or medium force over the same stretch \
                 before it"
            .to_owned(),
    }
}

/// The last step that touches must be a cool-down: gliding, and no deeper than a warm-up.
pub(crate) fn check_cool_down(steps: &[RoutineStep], mains: &[f64], findings: &mut Findings) {
    let touching = steps.iter().zip(mains).enumerate();
    let mut last = touching
        .rev()
        .filter(|(_, (step, main))| !step.is_for_a_person() && **main > 0.0);
    let Some((index, (step, main))) = last.next() else {
        return;
    };
    if recipe(step.technique).warms() && !is_deep(step, *main) {
        return;
    }
    findings.report(
        StepTag {
            index,
            name: &step.name,
            line: step.line,
        },
        Breach {
            rule: Rule::CoolDown,
            time: None,
            place: None,
            figures: None,
            detail: "the routine ends with this step".to_owned(),
            remedy: "end with an effleurage or fan_out step of light force".to_owned(),
        },
    );
}

/// Offsets from the spine that a course asks for (m): all must lie on one side of it.
pub(crate) fn offsets(course: &Course) -> Vec<(&'static str, f64)> {
    match course {
        Course::Loop { offset, outer, .. }
        | Course::Across { offset, outer, .. }
        | Course::Diagonals { offset, outer, .. } => {
            vec![("offset_mm", offset.get()), ("outer_mm", outer.get())]
        }
        Course::Rows { offset, .. } => vec![("offset_mm", offset.get())],
        Course::Spots(Spots::Named(named)) => named
            .iter()
            .map(|(_, offset)| ("offset_mm", offset.get()))
            .collect(),
        Course::Spots(Spots::Focus)
        | Course::Blade { .. }
        | Course::Straddle { .. }
        | Course::Person { .. } => Vec::new(),
    }
}

/// Lines that the author drew over the spine are refused, not bent (rules R1 and R2); only the patch's
/// edge is moved out silently.
pub(crate) fn check_offsets(
    step: &RoutineStep,
    keep_out: f64,
    tag: StepTag<'_>,
    findings: &mut Findings,
) {
    let drift = (step.outward_shift.get() * f64::from(step.repeat.saturating_sub(1))).min(0.0);
    for (key, offset) in offsets(&step.course) {
        let least = offset + drift;
        if least >= keep_out {
            continue;
        }
        let crosses = least <= 0.0;
        findings.report(
            tag,
            Breach {
                rule: if crosses {
                    Rule::Crossing
                } else {
                    Rule::KeepOut
                },
                time: None,
                place: None,
                figures: Some((least, keep_out)),
                detail: if crosses {
                    format!("{key} lays the line on the spine or beyond it: contact never crosses")
                } else {
                    format!("{key} lays the centre of the tool inside the keep-out band")
                },
                remedy: format!("give {key} at least {:.0} mm", (keep_out * 1e3).ceil()),
            },
        );
    }
}

/// A press on one spot begins gently and grows by stages (rule R6).
pub(crate) fn check_staging(
    step: &RoutineStep,
    recipe: &Recipe,
    tag: StepTag<'_>,
    findings: &mut Findings,
) {
    let stages = step.shape.stages.unwrap_or(FEWEST_STAGES);
    if recipe.manner != Manner::Staircase || stages >= FEWEST_STAGES {
        return;
    }
    findings.report(
        tag,
        Breach {
            rule: Rule::Staging,
            time: None,
            place: None,
            figures: Some((f64::from(stages), f64::from(FEWEST_STAGES))),
            detail: "a hard spot is not simply pressed harder".to_owned(),
            remedy: "give stages at least 3, or leave it out".to_owned(),
        },
    );
}

/// Rhythms lock to the routine's tempo (rule R12).
pub(crate) fn check_rhythm(
    step: &RoutineStep,
    recipe: &Recipe,
    tempo_hz: Option<f64>,
    tag: StepTag<'_>,
    findings: &mut Findings,
) {
    let asked = step.shape.frequency_hz.filter(|_| recipe.rhythm.is_some());
    let Some((asked, tempo)) = asked.zip(tempo_hz) else {
        return;
    };
    let Some(nearest) = out_of_tempo(asked, tempo) else {
        return;
    };
    findings.report(
        tag,
        Breach {
            rule: Rule::Rhythm,
            time: None,
            place: None,
            figures: Some((asked, nearest)),
            detail: format!(
                "the tempo is {:.0} a minute; a rhythm is 1/4, 1/3, 1/2, 1, 2, 3 or 4 times that",
                tempo * 60.0
            ),
            remedy: format!(
                "give frequency_hz = {nearest:.2}, or leave it out to lock to the tempo"
            ),
        },
    );
}
