//! Force as a colour, in steps of equal force: dark is hard, in every light.

use crate::palette::{heat, hex};
use crate::report::svg::ticks;

/// Steps of the scale.
pub(super) const SHADES: usize = 14;
/// Where on the palette no force lies: its pale end does not show on skin. Chosen.
const PALEST: f64 = 0.24;

/// From no force to the card's hardest.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shades {
    /// Force at the dark end (N); a round number.
    pub most: f64,
}

impl Shades {
    /// Up to the next round number above `peak` (N).
    pub fn up_to(peak: f64) -> Self {
        let peak = if peak.is_finite() { peak.max(1.0) } else { 1.0 };
        let steps = ticks(0.0, peak, 6);
        let step = steps.get(1).copied().unwrap_or(peak);
        Self {
            most: (peak / step - 1e-6).ceil() * step,
        }
    }

    /// The step of a force (N).
    pub fn step(&self, force: f64) -> usize {
        let share = (force / self.most).clamp(0.0, 1.0);
        ((share * SHADES as f64) as usize).min(SHADES - 1)
    }

    /// The colour of a step.
    pub fn colour(step: usize) -> String {
        let share = (step as f64 + 0.5) / SHADES as f64;
        hex(heat(PALEST + (1.0 - PALEST) * share))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_ends_at_a_round_number_and_holds_the_peak() {
        for (peak, most) in [(4.0, 4.0), (9.3, 10.0), (28.0, 30.0), (f64::NAN, 1.0)] {
            assert!((Shades::up_to(peak).most - most).abs() < 1e-9, "{peak}");
        }
        let shades = Shades::up_to(20.0);
        assert_eq!((shades.step(0.0), shades.step(20.0)), (0, SHADES - 1));
        assert_eq!(shades.step(f64::NAN), 0);
    }
}
