//! How often: what is asked or usual, within what a hand's speed and acceleration leave, locked to the tempo.

use core::f64::consts::{PI, TAU};

use super::{Drawing, FASTEST, QUICKEST, note_once};
use crate::recipe::Range;
use crate::wishes::{FIRM_FACTOR, MORE_FACTOR};

/// Ratios of a technique's rhythm to the routine's tempo that count as locked.
const LOCKED: [f64; 7] = [4.0, 3.0, 2.0, 1.0, 1.0 / 2.0, 1.0 / 3.0, 1.0 / 4.0];
/// A rhythm this near to a locked one is locked (share).
const NEAR: f64 = 0.05;

/// Fastest change of force of a press that swells (N/s), where it is steepest. Chosen: hands knead 13 N deep at
/// 1.2 Hz (49 N/s); the loop follows 60 N/s, less what the way in and out adds.
const SWELLING: f64 = 55.0;

/// Cycles per second for a figure of this radius whose press swells by `swell` (N): as asked, within what speed,
/// acceleration and the change of force leave, locked to the tempo.
pub(super) fn rhythm(
    drawing: &Drawing<'_>,
    (radius, advance): (f64, f64),
    swell: f64,
    notes: &mut Vec<String>,
) -> f64 {
    let usual = drawing.recipe.rhythm.map_or(1.0, |r| r.usual);
    let by_speed = drawing.step.speed.map(|speed| speed.get() / (TAU * radius));
    let asked = drawing.step.shape.frequency_hz.or(by_speed);
    // The centre's advance comes on top; it is fastest between its ramps.
    let fastest = FASTEST / (TAU * radius + advance / (1.0 - super::beats::MOST_RAMP));
    let quickest = (QUICKEST / radius).sqrt() / TAU;
    let drawn = fastest.min(quickest);
    // A swell of half its depth times 1 + sin changes by pi times depth times frequency; who likes it firm gets more.
    let deepest = swell * FIRM_FACTOR * MORE_FACTOR;
    let swelling = SWELLING / (PI * deepest.max(1e-9));
    let asked = asked.unwrap_or(usual);
    if swelling < drawn && asked > swelling {
        let note = format!(
            "rhythm lowered from {asked:.2} to {swelling:.2} Hz: a press that swells by up to {deepest:.1} N changes by \
             {SWELLING:.0} N/s at most"
        );
        note_once(notes, note);
    }
    let highest = drawn.min(swelling);
    let wished = if swelling < drawn {
        asked.min(swelling)
    } else {
        asked
    };
    locked(drawing, wished, highest, radius, notes)
}

/// A rhythm for an oscillation of `travel` (m) from end to end.
pub(super) fn rocking_rhythm(drawing: &Drawing<'_>, travel: f64, notes: &mut Vec<String>) -> f64 {
    let usual = drawing.recipe.rhythm.map_or(1.0, |r| r.usual);
    let asked = drawing.step.shape.frequency_hz.unwrap_or(usual);
    let half = 0.5 * travel;
    let highest = (FASTEST / (TAU * half)).min((QUICKEST / half).sqrt() / TAU);
    locked(drawing, asked, highest, half, notes)
}

/// A rhythm for blows.
pub(super) fn blow_rhythm(drawing: &Drawing<'_>, range: Range, notes: &mut Vec<String>) -> f64 {
    let asked = drawing.step.shape.frequency_hz.unwrap_or(range.usual);
    if asked > range.most {
        let note = format!(
            "rhythm lowered from {asked:.2} to {:.2} blows a second, the most that an arm gives",
            range.most
        );
        note_once(notes, note);
    }
    lock_to_tempo(drawing, asked.min(range.most), range.most, notes)
}

fn locked(
    drawing: &Drawing<'_>,
    asked: f64,
    highest: f64,
    radius: f64,
    notes: &mut Vec<String>,
) -> f64 {
    if asked > highest {
        note_once(
            notes,
            format!(
                "rhythm lowered from {asked:.2} to {highest:.2} Hz: figures of {:.1} mm are drawn at \
                 {:.0} mm/s, {:.1} m/s² and {:.1} rad/s at most",
                radius * 1e3,
                FASTEST * 1e3,
                QUICKEST,
                crate::scene::TURNING
            ),
        );
    }
    lock_to_tempo(drawing, asked.min(highest), highest, notes)
}

/// The nearest rhythm in a simple ratio to the routine's tempo that is not above `highest`.
fn lock_to_tempo(drawing: &Drawing<'_>, wished: f64, highest: f64, notes: &mut Vec<String>) -> f64 {
    let Some(tempo) = drawing.tempo else {
        return wished;
    };
    let ratios = LOCKED.iter().map(|ratio| ratio * tempo);
    let nearest = ratios
        .filter(|f| *f <= highest * (1.0 + 1e-9))
        .min_by(|a, b| {
            (a / wished - 1.0)
                .abs()
                .total_cmp(&(b / wished - 1.0).abs())
        });
    let Some(locked) = nearest else {
        return wished;
    };
    if (locked / wished - 1.0).abs() > 1e-3 {
        let note = format!(
            "rhythm moved from {wished:.2} to {locked:.2} Hz to lock to the tempo of {:.0} a minute",
            tempo * 60.0
        );
        note_once(notes, note);
    }
    locked
}

/// How far an asked rhythm is from the nearest locked one: that one, when it is too far.
pub(crate) fn out_of_tempo(asked: f64, tempo: f64) -> Option<f64> {
    let nearest = LOCKED
        .iter()
        .map(|ratio| ratio * tempo)
        .min_by(|a, b| (a / asked - 1.0).abs().total_cmp(&(b / asked - 1.0).abs()))?;
    ((nearest / asked - 1.0).abs() > NEAR).then_some(nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rhythms_near_a_simple_ratio_are_in_tempo_and_others_are_told_the_nearest() {
        assert_eq!(out_of_tempo(2.0, 1.0), None);
        assert_eq!(out_of_tempo(1.03, 1.0), None);
        assert_eq!(out_of_tempo(1.4, 1.0), Some(1.0));
        assert_eq!(out_of_tempo(0.7, 1.0), Some(0.5));
    }
}
