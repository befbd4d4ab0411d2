//! Pull strokes: from the flank toward the spine, climbing.

use super::{Drawing, note_once};
use crate::path::Path;
use crate::room::Side;

/// 4 to 8 cm/s.
const PULL_SPEED: f64 = 0.06;
/// The light way back outward (m/s). Chosen: effleurage's pace.
const RETURN_SPEED: f64 = 0.085;
/// Chosen: half the least spacing that makes sense.
const ROUNDING: f64 = 0.02;
const LEAST_SPACING: f64 = 0.010;

/// One arm has no second hand to start the next pull before the last ends. It returns in a light
/// glide along the skin rather than through the air: contact is kept, so no pull begins with a new
/// touch.
pub(super) fn pull_strokes(
    drawing: &Drawing<'_>,
    side: Side,
    flank: f64,
    inner: f64,
    spacing: f64,
    notes: &mut Vec<String>,
) -> Path {
    let speed = drawing.speed(PULL_SPEED, notes);
    let back = RETURN_SPEED.max(speed);
    let inner = drawing.outside_keep_out(inner, notes);
    let (firm, light) = (drawing.scale.main, drawing.scale.light);
    let (from, to) = (drawing.from, drawing.to);
    let gaps = ((to - from).abs() / spacing.max(LEAST_SPACING)).round();
    let levels: Vec<f64> = (0..=gaps as usize)
        .map(|i| from + (to - from) * i as f64 / gaps.max(1.0))
        .collect();
    let mut path = Path::start(from, flank, light, speed);
    for _ in 0..drawing.repeats() {
        for &u in &levels {
            // Lightly out to the flank at the next level, then the pull.
            path = path
                .glide_to(u, flank, light, back)
                .glide_to(u, inner, firm, speed);
        }
        path = path
            .glide_to(to, flank, light, back)
            .glide_to(from, flank, light, back);
    }
    note_once(
        notes,
        format!(
            "{} pulls a climb; between pulls the tool glides lightly back out in contact",
            levels.len()
        ),
    );
    drawing.finished(side, &path, ROUNDING, notes)
}
