//! Travelling circles, with the palm and with the thumb.

use core::f64::consts::TAU;

use super::{Drawing, FASTEST, Fault, note_once};
use crate::path::{Path, STEP};
use crate::rejection::Rule;
use crate::room::Side;

/// What is wished.
pub(super) struct Wish {
    offset: f64,
    radius: f64,
    frequency: f64,
    /// Advance in radii a turn.
    pitch: f64,
    /// Rows go up and down in turn and change their sense ("both directions"); else each row starts at
    /// the same end.
    to_and_fro: bool,
}

/// Smallest circle that is still one (m). Chosen: half the smallest of the technique table.
const LEAST_RADIUS: f64 = 0.003;
/// Smooths the joints between rows and figures; small, so that it does not eat the circles (m).
const ROUNDING: f64 = 0.006;
/// Light way to the next row (m/s).
const RETURN_SPEED: f64 = 0.085;

impl Wish {
    /// 0.4 to 1 Hz; circles overlap by more than half (pitch chosen).
    pub(super) fn palm(offset: f64, radius: f64, frequency: Option<f64>) -> Self {
        let frequency = frequency.unwrap_or(0.6);
        Self {
            offset,
            radius,
            frequency,
            pitch: 0.8,
            to_and_fro: true,
        }
    }

    /// 1 to 2.2 Hz (pitch chosen).
    pub(super) fn thumb(offset: f64, radius: f64, frequency: Option<f64>) -> Self {
        let frequency = frequency.unwrap_or(1.5);
        Self {
            offset,
            radius,
            frequency,
            pitch: 0.8,
            to_and_fro: false,
        }
    }
}

/// Rows of circles, `repeat` of them, each `outward_shift` further out.
pub(super) fn circles(
    drawing: &Drawing<'_>,
    side: Side,
    wish: &Wish,
    notes: &mut Vec<String>,
) -> Result<Path, Fault> {
    let rows = drawing.repeats();
    let inner = drawing.room.inner;
    let outer = drawing.room.narrowest(side, drawing.from, drawing.to);
    let radius = fitting_radius(drawing, side, wish.radius, outer - inner, notes)?;
    let speed = circle_speed(drawing, radius, wish.frequency, notes);
    let offset = drawing.outside_keep_out(wish.offset - radius, notes) + radius;
    let (main, light) = (drawing.scale.main, drawing.scale.light);
    let mut path: Option<Path> = None;
    for row in 0..rows {
        let centre = (offset + drawing.shift() * row as f64)
            .min(outer - radius)
            .max(inner + radius);
        let backwards = wish.to_and_fro && row % 2 == 1;
        let (from, to) = if backwards {
            (drawing.to, drawing.from)
        } else {
            (drawing.from, drawing.to)
        };
        let line = Path::start(from, centre, main, speed).glide_to(to, centre, main, speed);
        let sense = if backwards { -1.0 } else { 1.0 };
        let figure = line.circled(radius, wish.pitch * radius, sense);
        let back = RETURN_SPEED.min(FASTEST);
        path = Some(match path {
            None => figure,
            Some(before) => before.glide_to(from, centre, light, back).then(&figure),
        });
    }
    // `repeats` is at least one, so there is a path.
    let path = path.unwrap_or(Path::start(drawing.from, offset, main, speed));
    Ok(drawing.finished(side, &path.resampled(STEP), ROUNDING, notes))
}

/// The radius that fits between keep-out and flank.
fn fitting_radius(
    drawing: &Drawing<'_>,
    side: Side,
    wished: f64,
    room: f64,
    notes: &mut Vec<String>,
) -> Result<f64, Fault> {
    let radius = wished.min(room * 0.5);
    if radius < LEAST_RADIUS {
        return Err(Fault {
            rule: Rule::Room,
            u: Some(drawing.from),
            v: Some(side.sign() * drawing.room.inner),
            value: radius,
            limit: LEAST_RADIUS,
            detail: format!(
                "on the {} side {:.0} mm lie between keep-out and flank for the centre of the {}",
                side.word(),
                room * 1e3,
                drawing.step.tool
            ),
            remedy: "use a narrower tool, or end the circles where the back is wider".to_owned(),
        });
    }
    if radius < wished {
        note_once(
            notes,
            format!(
                "{} side: radius narrowed from {:.0} to {:.1} mm to fit between keep-out and flank",
                side.word(),
                wished * 1e3,
                radius * 1e3
            ),
        );
    }
    Ok(radius)
}

/// Speed on the circle; the rhythm is lowered where it would be too fast.
fn circle_speed(
    drawing: &Drawing<'_>,
    radius: f64,
    frequency: f64,
    notes: &mut Vec<String>,
) -> f64 {
    let highest = FASTEST / (TAU * radius);
    let asked = drawing
        .step
        .speed
        .map_or(frequency, |s| s.get() / (TAU * radius));
    if asked > highest {
        note_once(
            notes,
            format!(
                "rhythm lowered from {asked:.2} to {highest:.2} Hz: circles of {:.1} mm are drawn at \
                 {:.0} mm/s at most",
                radius * 1e3,
                FASTEST * 1e3
            ),
        );
    }
    TAU * radius * asked.min(highest)
}
