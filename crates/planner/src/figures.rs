//! Techniques as drawings: a step of the routine becomes passes over the back, each one touch long.
//!
//! ```text
//! step + recipe + room ──▶ Figure { passes: [Pass { strokes: [Drawn] }], notes, faults }
//!
//! course ╲         ╱ glides    paths in space, timed later
//!         recipe ──  beats     paths in time: circles, kneading, rolling, blows
//! manner ╱         ╲ presses   holds, spreads, rocking, stretches
//! ```
//! Everything is drawn for the left side and mirrored for the right. What the routine asked and the
//! body or the arm cannot give is bent here, and said in the notes; what cannot be bent is a fault.

mod beats;
mod courses;
mod glides;
mod presses;
mod rhythm;
mod scale;
mod travelling;

use plan::{HoldStep, SegmentKind, TapStep};
use quantities::{Metres, MetresPerSecond, Seconds};

pub(crate) use rhythm::out_of_tempo;
pub(crate) use scale::Scale;

use crate::path::Path;
use crate::recipe::Recipe;
use crate::rejection::{Breach, Rule};
use crate::room::{Room, Side};
use crate::routine::{Course, Hands, RoutineStep, Sides};

/// Fastest gliding that is ever planned in contact (m/s): below the contact limit of 0.15 m/s by what
/// the tempo and the tracking need.
pub(crate) const FASTEST: f64 = 0.140;
/// Largest acceleration of a figure that is drawn in time (m/s²): a hand is not jerked over the skin.
pub(crate) const QUICKEST: f64 = 1.5;
/// Force of touching and leaving (N). Chosen: light enough for a first touch, firm enough to be felt
/// over the sensor's noise.
pub(crate) const TOUCH_FORCE: f64 = 3.0;
/// How far inside of the fences a figure drawn in time keeps where it would touch them (m). Chosen.
const FENCE_MARGIN: f64 = 0.0015;
/// How far a blow lifts off the skin (m), and its speed of impact (m/s; at most 30 mm/s). Chosen: what an
/// arm can do twice a second.
const BLOW_HEIGHT: f64 = 0.004;
const BLOW_SPEED: f64 = 0.018;

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
    pub strokes: Vec<Drawn>,
}

/// A part of a pass.
#[derive(Clone, Debug)]
pub(crate) struct Drawn {
    /// Where, how hard, how fast.
    pub path: Path,
    /// How its points are timed.
    pub timing: Timing,
    /// What the loop does on it.
    pub act: Act,
}

/// How the points of a part are timed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Timing {
    /// Points lie a millimetre apart; when each is passed follows from the wanted speeds.
    Paced,
    /// There is a point for each knot.
    Clocked,
}

/// What the loop does on a part.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Act {
    /// Follows force and place.
    Stroke,
    /// Stays, and waits for the tissue.
    Hold(HoldStep),
    /// Beats.
    Tap(TapStep),
}

impl Act {
    fn blows(frequency: f64) -> Self {
        Self::Tap(TapStep {
            period: Seconds::new(1.0 / frequency),
            height: Metres::new(BLOW_HEIGHT),
            speed: MetresPerSecond::new(BLOW_SPEED),
        })
    }

    /// The kind of segment that it becomes.
    pub(crate) const fn kind(self) -> SegmentKind {
        match self {
            Self::Stroke => SegmentKind::Stroke,
            Self::Hold(hold) => SegmentKind::Hold(hold),
            Self::Tap(tap) => SegmentKind::Tap(tap),
        }
    }
}

impl Drawn {
    fn paced(path: Path) -> Self {
        Self {
            path,
            timing: Timing::Paced,
            act: Act::Stroke,
        }
    }

    fn clocked(path: Path) -> Self {
        Self {
            path,
            timing: Timing::Clocked,
            act: Act::Stroke,
        }
    }
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

/// What body and client add to a drawing, told for one side with `|v|`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    /// Single places of the step.
    pub spots: Vec<(f64, f64)>,
    /// The outline that a circuit of the shoulder blade follows.
    pub blade: Vec<(f64, f64)>,
}

/// What all drawings share.
pub(crate) struct Drawing<'a> {
    pub step: &'a RoutineStep,
    pub recipe: Recipe,
    /// Name of the tool, and area of its patch (m²).
    pub tool: &'a str,
    pub patch_area: f64,
    pub room: &'a Room,
    /// Lower and upper end in the order of the step, within the room (m); zeros for a course without.
    pub span: (f64, f64),
    /// Forces of the technique for the step's word.
    pub scale: Scale,
    /// Places on the left and on the right.
    pub places: [Places; 2],
    /// Beats per second of the routine.
    pub tempo: Option<f64>,
    /// Coefficient of friction between tool and skin.
    pub friction: f64,
    /// Repetitions beyond the step's own, for what the client favours.
    pub extra: usize,
}

impl Drawing<'_> {
    fn speed(&self, notes: &mut Vec<String>) -> f64 {
        let asked = self.step.speed.map_or(self.recipe.speed.usual, |s| s.get());
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
        self.step.repeat.max(1) as usize + self.extra
    }

    fn shift(&self) -> f64 {
        self.step.outward_shift.get()
    }

    fn places(&self, side: Side) -> &Places {
        match side {
            Side::Left => &self.places[0],
            Side::Right => &self.places[1],
        }
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
                    self.tool
                ),
            );
        }
        offset.max(self.room.inner)
    }

    /// A path that glides: held between keep-out and flank, its corners rounded, on its side.
    fn glide(&self, side: Side, path: &Path, reach: f64, notes: &mut Vec<String>) -> Drawn {
        let held = self.fenced(side, path.resampled(crate::path::STEP), notes);
        Drawn::paced(on_side(side, held.rounded(reach)))
    }

    /// A path that glides as it is drawn.
    fn paced(&self, side: Side, path: Path, notes: &mut Vec<String>) -> Drawn {
        Drawn::paced(on_side(side, self.fenced(side, path, notes)))
    }

    /// A path with a point for each knot.
    fn clocked(&self, side: Side, path: &Path, notes: &mut Vec<String>) -> Drawn {
        let held = self.fenced(side, path.clone(), notes);
        let held = if held == *path {
            held
        } else {
            // A fence has corners; in time they would be blows. So what touches it keeps a little inside, and its
            // corners are evened out.
            let inside = self.held_within(side, path.clone(), FENCE_MARGIN).0;
            let joined = inside.joined_to(&held);
            self.held_within(side, joined.evened(), 0.0).0
        };
        Drawn::clocked(on_side(side, held))
    }

    /// The drawing between keep-out and flank, this much inside of them, and its largest move (m).
    fn held_within(&self, side: Side, path: Path, margin: f64) -> (Path, f64) {
        let inner = self.room.inner + margin;
        let (lowest, highest) = (self.room.lowest, self.room.highest.max(self.room.lowest));
        path.fenced(|u, v| {
            let u = u.clamp(lowest, highest);
            let outer = self.room.outer(side, u) - margin;
            (
                u,
                v.min(outer)
                    .max(inner.min(self.room.outer(side, u)))
                    .max(self.room.inner),
            )
        })
    }

    /// Holds a drawing between keep-out and flank.
    fn fenced(&self, side: Side, path: Path, notes: &mut Vec<String>) -> Path {
        let (held, moved) = self.held_within(side, path, 0.0);
        if moved > 0.5e-3 {
            note_once(
                notes,
                format!(
                    "{} side: drawn up to {:.0} mm beside what was asked, to stay between keep-out and flank",
                    side.word(),
                    (moved * 1e3).ceil()
                ),
            );
        }
        held
    }
}

fn on_side(side: Side, path: Path) -> Path {
    match side {
        Side::Left => path,
        Side::Right => path.mirrored(),
    }
}

/// Draws a step. An operator step draws nothing.
pub(crate) fn draw(drawing: &Drawing<'_>) -> Figure {
    let mut figure = Figure::default();
    let sides: &[Side] = match (&drawing.step.course, drawing.step.sides) {
        (Course::Person { .. }, _) => &[],
        (Course::Straddle { .. }, _) => {
            let strokes = glides::straddle(drawing, &mut figure.notes);
            figure.passes.push(Pass {
                side: None,
                strokes,
            });
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
        match courses::passes(drawing, side, &mut figure.notes) {
            Ok(passes) => figure
                .passes
                .extend(passes.into_iter().filter(|p| !p.strokes.is_empty())),
            Err(fault) => figure.faults.push(fault),
        }
    }
    note_hands(drawing.step, &mut figure.notes);
    figure
}

/// The keep-out and the flank may leave nothing between them.
fn no_room(drawing: &Drawing<'_>, side: Side) -> Option<Fault> {
    let widest = drawing.room.narrowest(side, drawing.span.0, drawing.span.1);
    (widest < drawing.room.inner).then(|| Fault {
        rule: Rule::Room,
        u: Some(drawing.span.0),
        v: Some(side.sign() * drawing.room.inner),
        value: widest,
        limit: drawing.room.inner,
        detail: format!(
            "on the {} side the {} would have to stay within {:.0} mm of the spine to keep on the body",
            side.word(),
            drawing.tool,
            widest * 1e3
        ),
        remedy: "use a narrower tool or leave this stretch out".to_owned(),
    })
}

/// The second hand is never dropped silently.
fn note_hands(step: &RoutineStep, notes: &mut Vec<String>) {
    let two_sided = matches!(step.sides, Sides::Both);
    let fork = matches!(step.course, Course::Straddle { .. });
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
