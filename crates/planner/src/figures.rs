//! Techniques as drawings: a step of the routine becomes passes over the back, each one touch long.
//!
//! ```text
//! step + room + levels ──▶ Figure { passes: [Pass { strokes: [Path] }], notes, faults }
//! ```
//! Everything is drawn for the left side and mirrored for the right. What the routine asked and the
//! body or the arm cannot give is bent here, and said in the notes; what cannot be bent is a fault.

mod circles;
mod glides;
mod pulls;
mod scale;

pub(crate) use scale::Scale;

use crate::path::Path;
use crate::rejection::{Breach, Rule};
use crate::room::{Room, Side};
use crate::routine::{Hands, RoutineStep, Sides, Stroke};

/// Fastest gliding that is ever planned in contact (m/s): below the contact limit of 0.15 m/s by what
/// the tempo and the tracking need.
pub(crate) const FASTEST: f64 = 0.140;
/// Force of touching and leaving (N). Chosen: light enough for a first touch, firm enough to be felt
/// over the sensor's noise.
pub(crate) const TOUCH_FORCE: f64 = 3.0;

/// What a step draws.
#[derive(Clone, Debug, Default)]
pub(crate) struct Figure {
    /// In order; each begins with a touch and ends with a lift.
    pub passes: Vec<Pass>,
    /// What was bent.
    pub notes: Vec<String>,
    /// What could not be.
    pub faults: Vec<Fault>,
}

/// One stay in contact.
#[derive(Clone, Debug)]
pub(crate) struct Pass {
    /// Which side it works; `None` for a tool that straddles the spine.
    pub side: Option<Side>,
    /// Parts that each start and end at rest.
    pub strokes: Vec<Path>,
}

/// Why a step cannot be drawn.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fault {
    pub rule: Rule,
    pub u: Option<f64>,
    pub v: Option<f64>,
    pub value: f64,
    pub limit: f64,
    pub detail: String,
    pub remedy: String,
}

impl Fault {
    /// As a breach of a step.
    pub(crate) fn breach(self) -> Breach {
        Breach {
            rule: self.rule,
            time: None,
            place: self.u.zip(self.v),
            figures: Some((self.value, self.limit)),
            detail: self.detail,
            remedy: self.remedy,
        }
    }
}

/// What all drawings share.
pub(crate) struct Drawing<'a> {
    pub step: &'a RoutineStep,
    pub room: &'a Room,
    /// Lower and upper end in the order of the step, within the room (m).
    pub from: f64,
    pub to: f64,
    /// Forces of the technique for the step's word.
    pub scale: Scale,
}

impl Drawing<'_> {
    fn speed(&self, own: f64, notes: &mut Vec<String>) -> f64 {
        let asked = self.step.speed.map_or(own, |s| s.get());
        if asked > FASTEST {
            note_once(
                notes,
                format!(
                    "speed lowered from {:.0} to {:.0} mm/s, the most that is planned in contact",
                    asked * 1e3,
                    FASTEST * 1e3
                ),
            );
        }
        asked.min(FASTEST)
    }

    fn repeats(&self) -> usize {
        self.step.repeat.max(1) as usize
    }

    fn shift(&self) -> f64 {
        self.step.outward_shift.get()
    }

    /// An offset that is wished, moved out of the keep-out when need be.
    fn outside_keep_out(&self, offset: f64, notes: &mut Vec<String>) -> f64 {
        if offset < self.room.inner {
            note_once(
                notes,
                format!(
                    "runs {:.0} mm further out than the {:.0} mm asked, so that the edge of the {} \
                     stays clear of the spine",
                    ((self.room.inner - offset) * 1e3).ceil(),
                    offset * 1e3,
                    self.step.tool
                ),
            );
        }
        offset.max(self.room.inner)
    }

    /// Holds a drawing between keep-out and flank and rounds its corners.
    fn finished(&self, side: Side, path: &Path, reach: f64, notes: &mut Vec<String>) -> Path {
        let inner = self.room.inner;
        let fence = |u: f64, v: f64| v.min(self.room.outer(side, u)).max(inner);
        let (held, moved) = path.resampled(crate::path::STEP).fenced(fence);
        if moved > 0.5e-3 {
            note_once(
                notes,
                format!(
                    "{} side: drawn up to {:.0} mm further in than asked, where the flank turns away \
                     or ends",
                    side.word(),
                    (moved * 1e3).ceil()
                ),
            );
        }
        let rounded = held.rounded(reach);
        match side {
            Side::Left => rounded,
            Side::Right => rounded.mirrored(),
        }
    }
}

/// Draws a step. An operator step draws nothing.
pub(crate) fn draw(drawing: &Drawing<'_>) -> Figure {
    let mut figure = Figure::default();
    let sides: &[Side] = match (&drawing.step.stroke, drawing.step.sides) {
        (Stroke::Operator { .. }, _) => &[],
        (Stroke::TwoLineStroke { .. }, _) => {
            figure
                .passes
                .push(glides::two_lines(drawing, &mut figure.notes));
            &[]
        }
        (_, Sides::Left) => &[Side::Left],
        (_, Sides::Right) => &[Side::Right],
        (_, Sides::Both) => &[Side::Left, Side::Right],
    };
    for &side in sides {
        if let Some(fault) = no_room(drawing, side) {
            figure.faults.push(fault);
            continue;
        }
        let strokes = strokes(drawing, side, &mut figure);
        if !strokes.is_empty() {
            figure.passes.push(Pass {
                side: Some(side),
                strokes,
            });
        }
    }
    note_hands(drawing.step, &mut figure.notes);
    figure
}

fn strokes(drawing: &Drawing<'_>, side: Side, figure: &mut Figure) -> Vec<Path> {
    let notes = &mut figure.notes;
    let rows = |wish, notes| circles::circles(drawing, side, &wish, notes);
    let drawn = match drawing.step.stroke {
        Stroke::Effleurage {
            offset: near,
            return_offset: far,
            ..
        } => Ok(glides::effleurage(
            drawing,
            side,
            near.get(),
            far.get(),
            notes,
        )),
        Stroke::FanOut {
            offset: near,
            flank_offset: far,
            ..
        } => Ok(glides::fan_out(drawing, side, near.get(), far.get(), notes)),
        Stroke::PullStrokes {
            flank_offset: far,
            inner_offset: near,
            spacing,
            ..
        } => {
            let (far, near, spacing) = (far.get(), near.get(), spacing.get());
            Ok(pulls::pull_strokes(
                drawing, side, far, near, spacing, notes,
            ))
        }
        Stroke::PalmCircles {
            offset: at,
            radius: r,
            frequency_hz: f,
            ..
        } => rows(circles::Wish::palm(at.get(), r.get(), f), notes),
        Stroke::ThumbCircles {
            offset: at,
            radius: r,
            frequency_hz: f,
            ..
        } => rows(circles::Wish::thumb(at.get(), r.get(), f), notes),
        Stroke::TwoLineStroke { .. } | Stroke::Operator { .. } => return Vec::new(),
    };
    collect(drawn, &mut figure.faults)
}

fn collect(drawn: Result<Path, Fault>, faults: &mut Vec<Fault>) -> Vec<Path> {
    match drawn {
        Ok(path) => vec![path],
        Err(fault) => {
            faults.push(fault);
            Vec::new()
        }
    }
}

/// The keep-out and the flank may leave nothing between them.
fn no_room(drawing: &Drawing<'_>, side: Side) -> Option<Fault> {
    let widest = drawing.room.narrowest(side, drawing.from, drawing.to);
    (widest < drawing.room.inner).then(|| Fault {
        rule: Rule::Room,
        u: Some(drawing.from),
        v: Some(side.sign() * drawing.room.inner),
        value: widest,
        limit: drawing.room.inner,
        detail: format!(
            "on the {} side the {} would have to stay within {:.0} mm of the spine to keep on the body",
            side.word(),
            drawing.step.tool,
            widest * 1e3
        ),
        remedy: "use a narrower tool or leave this stretch out".to_owned(),
    })
}

/// The second hand is never dropped silently.
fn note_hands(step: &RoutineStep, notes: &mut Vec<String>) {
    let two_sided = matches!(step.sides, Sides::Both);
    let fork = matches!(step.stroke, Stroke::TwoLineStroke { .. });
    let note = match step.hands {
        Hands::One => None,
        Hands::Mirrored if fork => {
            Some("one arm: the two tips of the fork stand for the two hands, both sides at once")
        }
        Hands::Mirrored if two_sided => {
            Some("one arm: the left side first, then the right side as its mirror image")
        }
        Hands::Mirrored => Some("one arm: only the side that the step names is worked"),
        Hands::Alternate => Some(
            "one arm: stroke after stroke with one tool; between strokes it glides back lightly",
        ),
        Hands::Together => Some("one arm: the one tool stands for hand on hand"),
    };
    notes.extend(note.map(str::to_owned));
}

/// Adds a note unless it is there already (the two sides say the same things).
pub(crate) fn note_once(notes: &mut Vec<String>, note: String) {
    if !notes.contains(&note) {
        notes.push(note);
    }
}

#[cfg(test)]
mod tests;
