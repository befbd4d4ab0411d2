//! Rules that look at the routine as a whole: what is asked, in which order, for how long.

use std::collections::BTreeSet;

use crate::figures::Figure;
use crate::rejection::{Breach, Findings, Rule, StepTag};
use crate::room::Side;
use crate::routine::{ForceWord, Level, RoutineStep, Stroke};

/// More than this is depth (N).
const DEPTH: f64 = 20.0;
/// Size of the places (m, along the spine) for which warm-up is remembered.
const CELL: f64 = 0.05;

/// One piece of one side of the back.
type Cell = (i32, Side);

/// What has been warmed so far.
#[derive(Debug, Default)]
pub(crate) struct WarmUp {
    warmed: BTreeSet<Cell>,
    started: bool,
}

/// True for the techniques that open and close a routine.
pub(crate) fn is_gliding(stroke: &Stroke) -> bool {
    match stroke {
        Stroke::Effleurage { .. } | Stroke::FanOut { .. } => true,
        Stroke::PalmCircles { .. }
        | Stroke::ThumbCircles { .. }
        | Stroke::PullStrokes { .. }
        | Stroke::TwoLineStroke { .. }
        | Stroke::Operator { .. } => false,
    }
}

/// True for a step that goes deep: by its word or by its force (N).
pub(crate) fn is_deep(step: &RoutineStep, main: f64) -> bool {
    match step.force {
        ForceWord::Firm | ForceWord::Deep => true,
        ForceWord::Light | ForceWord::Medium | ForceWord::Exactly(_) => main > DEPTH,
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
        let gliding = is_gliding(&step.stroke);
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
            for point in pass.strokes.iter().flat_map(|path| path.points()) {
                for side in sides {
                    let at = |u: f64| ((u / CELL).floor() as i32, *side);
                    if !self.warmed.contains(&at(point.u)) {
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
        .filter(|(_, (step, _))| !matches!(step.stroke, Stroke::Operator { .. }));
    let Some((index, (step, main))) = last.next() else {
        return;
    };
    if is_gliding(&step.stroke) && !is_deep(step, *main) {
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

/// Offsets from the spine that a figure asks for (m): all must lie on one side of it.
pub(crate) fn offsets(step: &RoutineStep) -> Vec<(&'static str, f64)> {
    match &step.stroke {
        Stroke::Effleurage {
            offset,
            return_offset,
            ..
        } => {
            vec![
                ("offset_mm", offset.get()),
                ("return_offset_mm", return_offset.get()),
            ]
        }
        Stroke::FanOut {
            offset,
            flank_offset,
            ..
        } => {
            vec![
                ("offset_mm", offset.get()),
                ("flank_offset_mm", flank_offset.get()),
            ]
        }
        Stroke::PalmCircles { offset, .. } | Stroke::ThumbCircles { offset, .. } => {
            vec![("offset_mm", offset.get())]
        }
        Stroke::PullStrokes {
            flank_offset,
            inner_offset,
            ..
        } => {
            vec![
                ("flank_offset_mm", flank_offset.get()),
                ("inner_offset_mm", inner_offset.get()),
            ]
        }
        Stroke::TwoLineStroke { .. } | Stroke::Operator { .. } => Vec::new(),
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
    for (key, offset) in offsets(step) {
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

/// Levels of a figure, in the order of the step.
pub(crate) fn levels(stroke: &Stroke) -> Option<(Level, Level)> {
    match *stroke {
        Stroke::Effleurage { from, to, .. }
        | Stroke::FanOut { from, to, .. }
        | Stroke::PalmCircles { from, to, .. }
        | Stroke::ThumbCircles { from, to, .. }
        | Stroke::PullStrokes { from, to, .. }
        | Stroke::TwoLineStroke { from, to } => Some((from, to)),
        Stroke::Operator { .. } => None,
    }
}
