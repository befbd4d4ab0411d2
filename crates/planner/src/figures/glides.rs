//! Long strokes: effleurage, fan-out and the two-line stroke.

use super::{Drawing, Pass};
use crate::path::Path;
use crate::room::Side;

/// Default speeds (m/s). Effleurage 5 to 10 cm/s, 8.5 cm/s was rated pleasanter than 2.6 on backs;
/// fan-out 6 to 10; two-line 3 to 5.
const EFFLEURAGE_SPEED: f64 = 0.085;
const FAN_SPEED: f64 = 0.080;
const TWO_LINE_SPEED: f64 = 0.040;

/// Distance along the path over which corners are cut (m). Chosen: as round as a hand turns.
const EFFLEURAGE_ROUNDING: f64 = 0.05;
const FAN_ROUNDING: f64 = 0.08;

/// Up beside the spine, down further out, loop after loop without a pause.
pub(super) fn effleurage(
    drawing: &Drawing<'_>,
    side: Side,
    offset: f64,
    return_offset: f64,
    notes: &mut Vec<String>,
) -> Path {
    let speed = drawing.speed(EFFLEURAGE_SPEED, notes);
    let offset = drawing.outside_keep_out(offset, notes);
    let (up, back) = (drawing.scale.main, drawing.scale.light);
    let (from, to) = (drawing.from, drawing.to);
    let mut path = Path::start(from, offset, up, speed);
    for i in 0..drawing.repeats() {
        let out = drawing.shift() * i as f64;
        path = path
            .glide_to(from, offset + out, back, speed)
            .glide_to(to, offset + out, up, speed)
            .glide_to(to, return_offset + out, back, speed)
            .glide_to(from, return_offset + out, back, speed)
            .glide_to(from, offset + out, back, speed);
    }
    drawing.finished(side, &path, EFFLEURAGE_ROUNDING, notes)
}

/// Up light, out to the side and down the flank firmer, back across: one closed loop a repetition.
pub(super) fn fan_out(
    drawing: &Drawing<'_>,
    side: Side,
    offset: f64,
    flank: f64,
    notes: &mut Vec<String>,
) -> Path {
    let speed = drawing.speed(FAN_SPEED, notes);
    let offset = drawing.outside_keep_out(offset, notes);
    let (firm, light) = (drawing.scale.main, drawing.scale.light);
    let (from, to) = (drawing.from, drawing.to);
    let mut path = Path::start(from, offset, light, speed);
    for i in 0..drawing.repeats() {
        let out = drawing.shift() * i as f64;
        path = path
            .glide_to(from, offset + out, light, speed)
            .glide_to(to, offset + out, light, speed)
            .glide_to(to, flank + out, firm, speed)
            .glide_to(from, flank + out, firm, speed)
            .glide_to(from, offset + out, light, speed);
    }
    drawing.finished(side, &path, FAN_ROUNDING, notes)
}

/// Both tips along both lines; between repetitions a light glide back, so that the touch is kept.
pub(super) fn two_lines(drawing: &Drawing<'_>, notes: &mut Vec<String>) -> Pass {
    let speed = drawing.speed(TWO_LINE_SPEED, notes);
    let (main, light) = (drawing.scale.main, drawing.scale.light);
    let line = |from: f64, to: f64, force: f64| {
        Path::start(from, 0.0, force, speed)
            .glide_to(to, 0.0, force, speed)
            .respaced(crate::path::STEP)
    };
    let mut strokes = Vec::new();
    for i in 0..drawing.repeats() {
        if i > 0 {
            strokes.push(line(drawing.to, drawing.from, light));
        }
        strokes.push(line(drawing.from, drawing.to, main));
    }
    if drawing.repeats() > 1 {
        notes.push(
            "between repetitions the fork glides back lightly and keeps its touch".to_owned(),
        );
    }
    Pass {
        side: None,
        strokes,
    }
}
