//! What travels over a course in time: rows of circles, of kneading and of rolling, and series of blows.

use super::beats::{Beat, anywhere, beaten, length};
use super::rhythm::{blow_rhythm, rhythm};
use super::{Drawing, Drawn, Fault, glides, note_once};
use crate::path::Path;
use crate::recipe::Range;
use crate::rejection::Rule;
use crate::room::Side;

/// Smallest circle that is still one (m). Chosen: half the smallest of the technique table.
const LEAST_RADIUS: f64 = 0.003;
/// Width of a kneading ellipse against its length. Chosen.
const KNEAD_WIDTH: f64 = 0.6;
/// Advance of a kneading or rolling figure in a cycle, in sizes. Chosen: cycles overlap by more than half.
const KNEAD_PITCH: f64 = 0.8;
const ROLL_PITCH: f64 = 0.5;
/// Advance of blows over the skin (m a blow). Chosen: a fifth of a cap, so that the glide adds little to the impact.
const BLOW_PITCH: f64 = 0.012;

/// How far beside a figure the room is looked at (m): the averages over what it leaves reach so far. Chosen.
const LOOK_AHEAD: f64 = 0.008;

/// What kind of figure goes over rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Over {
    Circles { pitch: f64, to_and_fro: bool },
    Kneading,
    Rolling,
}

/// Rows of a travelling figure along the spine, each further out than the one before.
pub(super) fn rows(
    drawing: &Drawing<'_>,
    side: Side,
    offset: f64,
    over: Over,
    notes: &mut Vec<String>,
) -> Result<Vec<Drawn>, Fault> {
    let inner = drawing.room.inner;
    let widest = drawing.room.widest(side, drawing.span.0, drawing.span.1);
    let size = size(drawing, side, over, widest - inner, notes)?;
    let span = inset(drawing.span, reach(over, size).0);
    let frequency = rhythm(drawing, reach(over, size), swell(drawing, over), notes);
    let half = across(over, size);
    let offset = drawing.outside_keep_out(offset - half, notes) + half;
    let mut drawn: Vec<Drawn> = Vec::new();
    for row in 0..drawing.repeats() {
        let centre = offset + drawing.shift() * row as f64;
        let backwards = matches!(
            over,
            Over::Circles {
                to_and_fro: true,
                ..
            }
        ) && row % 2 == 1;
        let (from, to) = if backwards { (span.1, span.0) } else { span };
        let sense = if backwards { -1.0 } else { 1.0 };
        let line = [(from, centre), (to, centre)];
        let beat = beat(drawing, over, size, frequency, &line, sense);
        let fits = |u: f64, v: f64| fitted(drawing, side, (reach(over, size).0, half), (u, v));
        note_narrowing(side, span, size, |u| fits(u, centre).1, notes);
        push_row(
            drawing,
            side,
            &mut drawn,
            &beaten(&line, &beat, fits),
            notes,
        );
    }
    Ok(drawn)
}

/// A stretch for the centre of a figure that reaches `half` beyond it; what is too short for that is inset by
/// two fifths of itself.
fn inset((from, to): (f64, f64), half: f64) -> (f64, f64) {
    let by = half.min(0.4 * (to - from).abs()) * (to - from).signum();
    (from + by, to - by)
}

/// Where between keep-out and flank the centre of a figure of half width `half` goes at a level, and the share
/// of its size that has room there.
fn fitted(
    drawing: &Drawing<'_>,
    side: Side,
    (along, half): (f64, f64),
    (u, v): (f64, f64),
) -> (f64, f64) {
    let inner = drawing.room.inner;
    let near = along + LOOK_AHEAD;
    let outer = drawing.room.narrowest(side, u - near, u + near).max(inner);
    let share = if half > 0.0 {
        (0.5 * (outer - inner) / half).min(1.0)
    } else {
        1.0
    };
    let half = half * share;
    (v.min(outer - half).max(inner + half), share)
}

/// Says how small a figure becomes where the back is narrow.
fn note_narrowing(
    side: Side,
    (from, to): (f64, f64),
    size: f64,
    share: impl Fn(f64) -> f64,
    notes: &mut Vec<String>,
) {
    let places = (0..=50).map(|i| from + (to - from) * f64::from(i) / 50.0);
    let least = places.map(share).fold(1.0, f64::min);
    if least < 0.98 {
        let note = format!(
            "{} side: down to {:.0} of {:.0} mm where the back leaves no more between keep-out and flank",
            side.word(),
            least * size * 1e3,
            size * 1e3
        );
        note_once(notes, note);
    }
}

/// Kneading across the back, level after level, from the outside in.
pub(super) fn across_rows(
    drawing: &Drawing<'_>,
    side: Side,
    (offset, outer, spacing): (f64, f64, f64),
    notes: &mut Vec<String>,
) -> Result<Vec<Drawn>, Fault> {
    let least = drawing.room.inner;
    let widest = drawing.room.widest(side, drawing.span.0, drawing.span.1);
    let size = size(drawing, side, Over::Kneading, widest - least, notes)?;
    let asked = drawing.outside_keep_out(offset, notes);
    let deep = swell(drawing, Over::Kneading);
    let frequency = rhythm(drawing, reach(Over::Kneading, size), deep, notes);
    let span = inset(drawing.span, across(Over::Kneading, size));
    let mut drawn: Vec<Drawn> = Vec::new();
    for _ in 0..drawing.repeats() {
        for u in glides::levels(span, spacing) {
            let near = across(Over::Kneading, size);
            let room = drawing.room.narrowest(side, u - near, u + near);
            if room < least + 2.0 * LEAST_RADIUS {
                note_once(
                    notes,
                    format!("no line at u {:+.0} mm: no room there", u * 1e3),
                );
                continue;
            }
            // Where there is less room than the figure is long, it works on the spot.
            let half = size.min(0.5 * (room - least));
            let inner = (asked + half).min(room - half).max(least + half);
            let outer = outer.min(room - half).max(inner);
            let line = [(u, outer), (u, inner)];
            let beat = beat(drawing, Over::Kneading, half, frequency, &line, 1.0);
            push_row(
                drawing,
                side,
                &mut drawn,
                &beaten(&line, &beat, anywhere),
                notes,
            );
        }
    }
    Ok(drawn)
}

/// Adds a row, and the light glide that leads to it.
fn push_row(
    drawing: &Drawing<'_>,
    side: Side,
    drawn: &mut Vec<Drawn>,
    row: &Path,
    notes: &mut Vec<String>,
) {
    let row = drawing.clocked(side, row, notes);
    if let Some(last) = drawn.last() {
        drawn.push(link(drawing, &last.path, &row.path));
    }
    drawn.push(row);
}

/// A light glide in contact from the end of one path to the start of another.
pub(super) fn link(drawing: &Drawing<'_>, from: &Path, to: &Path) -> Drawn {
    let (a, b) = (from.last(), to.first());
    let light = drawing.scale.light;
    let path = Path::start(a.u, a.v, light, glides::RETURN_SPEED)
        .glide_to(b.u, b.v, light, glides::RETURN_SPEED)
        .respaced(crate::path::STEP);
    Drawn::paced(path)
}

/// Half the width of a figure across its course (m).
fn across(over: Over, size: f64) -> f64 {
    match over {
        Over::Circles { .. } => size,
        Over::Kneading => KNEAD_WIDTH * size,
        Over::Rolling => 0.0,
    }
}

/// Half the way of a figure along its course, and its advance in a cycle (m).
fn reach(over: Over, size: f64) -> (f64, f64) {
    match over {
        Over::Circles { pitch, .. } => (size, pitch * size),
        Over::Kneading => (size, KNEAD_PITCH * size),
        Over::Rolling => (0.5 * size, ROLL_PITCH * size),
    }
}

fn beat(
    drawing: &Drawing<'_>,
    over: Over,
    size: f64,
    frequency: f64,
    line: &[(f64, f64)],
    sense: f64,
) -> Beat {
    let (along, pitch) = reach(over, size);
    Beat {
        along,
        across: across(over, size),
        sense,
        frequency,
        cycles: (length(line) / pitch.max(1e-6)).round().max(3.0),
        force: drawing.scale.main,
        swell: swell(drawing, over) / drawing.scale.main.max(1e-9),
    }
}

/// What is taken off the press in the trough of a figure (N).
fn swell(drawing: &Drawing<'_>, over: Over) -> f64 {
    match over {
        Over::Kneading => (drawing.scale.main - drawing.scale.light).max(0.0),
        Over::Circles { .. } | Over::Rolling => 0.0,
    }
}

/// The size that fits between keep-out and flank.
fn size(
    drawing: &Drawing<'_>,
    side: Side,
    over: Over,
    room: f64,
    notes: &mut Vec<String>,
) -> Result<f64, Fault> {
    let usual = drawing.recipe.size.map_or(LEAST_RADIUS, |s| s.usual);
    let asked = match over {
        Over::Circles { .. } | Over::Kneading => drawing.step.shape.radius,
        Over::Rolling => drawing.step.shape.travel,
    };
    let wished = asked.map_or(usual, |r| r.get());
    let share = across(over, 1.0);
    let size = if share > 0.0 {
        wished.min(room * 0.5 / share)
    } else {
        wished
    };
    if size < LEAST_RADIUS || room < 0.0 {
        return Err(Fault {
            rule: Rule::Room,
            u: Some(drawing.span.0),
            v: Some(side.sign() * drawing.room.inner),
            value: size,
            limit: LEAST_RADIUS,
            detail: format!(
                "on the {} side {:.0} mm lie between keep-out and flank for the centre of the {}",
                side.word(),
                room * 1e3,
                drawing.tool
            ),
            remedy: "use a narrower tool, or end the figure where the back is wider".to_owned(),
        });
    }
    if size < wished {
        let note = format!(
            "{} side: radius narrowed from {:.0} to {:.1} mm to fit between keep-out and flank",
            side.word(),
            wished * 1e3,
            size * 1e3
        );
        note_once(notes, note);
    }
    Ok(size)
}

/// Rows of blows along the spine, each a stay in contact of its own.
pub(super) fn blows(
    drawing: &Drawing<'_>,
    side: Side,
    offset: f64,
    notes: &mut Vec<String>,
) -> Vec<Vec<Drawn>> {
    let range = drawing.recipe.rhythm.unwrap_or(Range {
        least: 1.0,
        usual: 1.0,
        most: 1.0,
    });
    let frequency = blow_rhythm(drawing, range, notes);
    let offset = drawing.outside_keep_out(offset, notes);
    let (from, to) = drawing.span;
    let rows = (0..drawing.repeats()).map(|row| {
        let v = offset + drawing.shift() * row as f64;
        let line = [(from, v), (to, v)];
        let cycles = (length(&line) / BLOW_PITCH).round().max(2.0);
        let beat = Beat {
            along: 0.0,
            across: 0.0,
            sense: 1.0,
            frequency,
            cycles,
            force: drawing.scale.main,
            swell: 0.0,
        };
        let mut row = drawing.clocked(side, &beaten(&line, &beat, anywhere), notes);
        row.act = super::Act::blows(frequency);
        vec![row]
    });
    rows.collect()
}
