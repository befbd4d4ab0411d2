//! Figures that glide: loops, rows, lines across, diagonals, the blade's border, both sides at once.

use super::{Drawing, Drawn, note_once};
use crate::path::{Path, STEP};
use crate::recipe::Pressed;
use crate::room::Side;

/// Distance along the path over which corners are cut (m). Chosen: as round as a hand turns in a loop,
/// within half a spacing where strokes lie side by side.
const LOOP_ROUNDING: f64 = 0.05;
const FAN_ROUNDING: f64 = 0.08;
const LINE_ROUNDING: f64 = 0.02;
/// The light way back (m/s). Chosen: effleurage's pace.
pub(super) const RETURN_SPEED: f64 = 0.085;
/// Least distance between lines side by side (m). Chosen.
const LEAST_SPACING: f64 = 0.010;

/// Up beside the spine, out, down, back in: loop after loop without a pause.
pub(super) fn loops(
    drawing: &Drawing<'_>,
    side: Side,
    (offset, outer): (f64, f64),
    pressed: Pressed,
    notes: &mut Vec<String>,
) -> Vec<Drawn> {
    let speed = drawing.speed(notes);
    let offset = drawing.outside_keep_out(offset, notes);
    let (main, light) = (drawing.scale.main, drawing.scale.light);
    let (up, back, rounding) = match pressed {
        Pressed::Up => (main, light, LOOP_ROUNDING),
        Pressed::Out => (light, main, FAN_ROUNDING),
        Pressed::Both => (main, main, LOOP_ROUNDING),
    };
    let (from, to) = drawing.span;
    let mut path = Path::start(from, offset, up.min(light), speed);
    for i in 0..drawing.repeats() {
        let out = drawing.shift() * i as f64;
        path = path
            .glide_to(from, offset + out, light, speed)
            .glide_to(to, offset + out, up, speed)
            .glide_to(to, outer + out, back, speed)
            .glide_to(from, outer + out, back, speed)
            .glide_to(from, offset + out, light, speed);
    }
    vec![drawing.glide(side, &path, rounding, notes)]
}

/// Lines along the spine, each further out than the one before, with a light way back.
pub(super) fn rows(
    drawing: &Drawing<'_>,
    side: Side,
    offset: f64,
    pressed: Pressed,
    notes: &mut Vec<String>,
) -> Vec<Drawn> {
    let speed = drawing.speed(notes);
    let offset = drawing.outside_keep_out(offset, notes);
    let (main, light) = (drawing.scale.main, drawing.scale.light);
    let (there, back) = match pressed {
        Pressed::Up => ((main, speed), (light, RETURN_SPEED.max(speed))),
        Pressed::Out => ((light, RETURN_SPEED.max(speed)), (main, speed)),
        Pressed::Both => ((main, speed), (main, speed)),
    };
    let (from, to) = drawing.span;
    let mut path = Path::start(from, offset, light, speed);
    for i in 0..drawing.repeats() {
        let v = offset + drawing.shift() * i as f64;
        path = path
            .glide_to(from, v, light, speed)
            .glide_to(to, v, there.0, there.1)
            .glide_to(from, v, back.0, back.1);
    }
    vec![drawing.glide(side, &path, LINE_ROUNDING, notes)]
}

/// Lines across, climbing. One arm has no second hand to start the next stroke before the last ends. It
/// returns in a light glide along the skin rather than through the air: contact is kept, so no stroke
/// begins with a new touch.
pub(super) fn across(
    drawing: &Drawing<'_>,
    side: Side,
    (offset, outer, spacing): (f64, f64, f64),
    pressed: Pressed,
    notes: &mut Vec<String>,
) -> Vec<Drawn> {
    let speed = drawing.speed(notes);
    let back = RETURN_SPEED.max(speed);
    let inner = drawing.outside_keep_out(offset, notes);
    let (main, light) = (drawing.scale.main, drawing.scale.light);
    // Where each stroke begins and ends.
    let (start, end) = match pressed {
        Pressed::Up => (outer, inner),
        Pressed::Out | Pressed::Both => (inner, outer),
    };
    let levels = levels(drawing.span, spacing);
    let (from, to) = drawing.span;
    let mut path = Path::start(from, start, light, speed);
    for _ in 0..drawing.repeats() {
        for &u in &levels {
            path = path
                .glide_to(u, start, light, back)
                .glide_to(u, end, main, speed);
        }
        path = path
            .glide_to(to, start, light, back)
            .glide_to(from, start, light, back);
    }
    note_once(
        notes,
        format!(
            "{} strokes a climb; between strokes the tool glides lightly back in contact",
            levels.len()
        ),
    );
    vec![drawing.glide(side, &path, LINE_ROUNDING, notes)]
}

/// Evenly spaced levels from one end of a span to the other, about `spacing` apart.
pub(super) fn levels((from, to): (f64, f64), spacing: f64) -> Vec<f64> {
    let gaps = ((to - from).abs() / spacing.max(LEAST_SPACING)).round();
    (0..=gaps as usize)
        .map(|i| from + (to - from) * i as f64 / gaps.max(1.0))
        .collect()
}

/// Around the border of the shoulder blade, and back the other way.
pub(super) fn border(
    drawing: &Drawing<'_>,
    side: Side,
    outline: &[(f64, f64)],
    notes: &mut Vec<String>,
) -> Vec<Drawn> {
    let speed = drawing.speed(notes);
    let (main, light) = (drawing.scale.main, drawing.scale.light);
    let outline = within_room(drawing, outline, notes);
    let Some(&(u, v)) = outline.first() else {
        return Vec::new();
    };
    let mut path = Path::start(u, v, light, speed);
    for _ in 0..drawing.repeats() {
        let there = outline.iter();
        let back = outline.iter().rev();
        for &(u, v) in there.chain(back) {
            path = path.glide_to(u, v, main, speed);
        }
    }
    notes.push("the border is followed there and back: both directions".to_owned());
    vec![drawing.glide(side, &path, LINE_ROUNDING, notes)]
}

/// The outline, drawn in where it runs higher or lower than the tool may go.
fn within_room(
    drawing: &Drawing<'_>,
    outline: &[(f64, f64)],
    notes: &mut Vec<String>,
) -> Vec<(f64, f64)> {
    let (lowest, highest) = (drawing.room.lowest, drawing.room.highest);
    let top = outline.iter().map(|(u, _)| *u).fold(f64::MIN, f64::max);
    if top > highest + 0.5e-3 {
        let note = format!(
            "the upper {:.0} mm of the border are left out: the whole {} must stay on skin that may be touched",
            (top - highest) * 1e3,
            drawing.tool
        );
        note_once(notes, note);
    }
    let held = outline.iter();
    held.map(|&(u, v)| (u.min(highest).max(lowest), v))
        .collect()
}

/// Both tips along both lines; between repetitions a light glide back, so that the touch is kept.
pub(super) fn straddle(drawing: &Drawing<'_>, notes: &mut Vec<String>) -> Vec<Drawn> {
    let speed = drawing.speed(notes);
    let (main, light) = (drawing.scale.main, drawing.scale.light);
    let line = |from: f64, to: f64, force: f64| {
        let path = Path::start(from, 0.0, force, speed)
            .glide_to(to, 0.0, force, speed)
            .respaced(STEP);
        Drawn::paced(path)
    };
    let (from, to) = drawing.span;
    let mut strokes = Vec::new();
    for i in 0..drawing.repeats() {
        if i > 0 {
            strokes.push(line(to, from, light));
        }
        strokes.push(line(from, to, main));
    }
    if drawing.repeats() > 1 {
        notes.push(
            "between repetitions the fork glides back lightly and keeps its touch".to_owned(),
        );
    }
    strokes
}
