//! What a slower interface costs: how fast the tool may touch down, and which gains stay safe.

use force_control::Gains;
use limits::headroom_speed;
use quantities::{Kilograms, Newtons, Seconds};
use serde::Serialize;
use settings::{ArmProfile, LOOP_RATE_HZ};

/// Mass that the arm shows at the tool (kg), for comparison. Chosen, the middle of the arms at hand.
const EFFECTIVE_MASS: Kilograms = Kilograms::new(4.0);
/// Age of a wrench where the profile has no sensor (s): that of the default one.
const DEFAULT_DELAY: f64 = 0.002;

/// The figures of one rate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Rate {
    /// Commands a second.
    pub rate_hz: f64,
    /// From a change at the skin to the drives' answer (ms): age of the sample and two periods.
    pub delay_ms: f64,
    /// Speed at which the tool may meet skin of unknown stiffness (mm/s).
    pub touch_mm_per_s: f64,
    /// Largest proportional gain on the force error.
    pub force_proportional: f64,
    /// Largest spring along the surface (N/m).
    pub surface_stiffness: f64,
}

/// The loop's own rate, and the arm's.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Rates {
    #[serde(rename = "loop")]
    pub of_loop: Rate,
    pub of_arm: Rate,
}

impl Rates {
    pub(super) fn of(profile: &ArmProfile, ceiling: Newtons) -> Self {
        let age = profile
            .sensor
            .as_ref()
            .map_or(DEFAULT_DELAY, |s| s.delay.get());
        let of_loop = rate(LOOP_RATE_HZ, age, LOOP_RATE_HZ, ceiling);
        // A faster interface gains nothing: the loop stays at its rate.
        let of_arm = rate(
            profile.control.rate_hz.min(LOOP_RATE_HZ),
            age,
            LOOP_RATE_HZ,
            ceiling,
        );
        Self { of_loop, of_arm }
    }
}

fn delay(rate_hz: f64, age: f64) -> f64 {
    age + 2.0 / rate_hz
}

/// The derivative must be at least the proportional gain times the delay; and a spring on a mass turns by
/// `√(k/m)` times the delay, so for an equal phase the spring goes with the inverse square of the delay.
fn rate(rate_hz: f64, age: f64, reference_hz: f64, ceiling: Newtons) -> Rate {
    let gains = Gains::default();
    let late = delay(rate_hz, age);
    let slower = delay(reference_hz, age) / late;
    let touch = headroom_speed(
        ceiling,
        Newtons::ZERO,
        None,
        Seconds::new(late),
        EFFECTIVE_MASS,
    );
    Rate {
        rate_hz,
        delay_ms: late * 1e3,
        touch_mm_per_s: touch.get() * 1e3,
        force_proportional: gains
            .force_proportional
            .min(gains.force_derivative_s / late),
        surface_stiffness: gains.surface_stiffness * slower * slower,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_of_the_rate_costs_touch_speed_and_gains_and_the_full_rate_costs_nothing() {
        let ceiling = Newtons::new(45.0);
        let (full, quarter) = (
            rate(1000.0, 0.002, 1000.0, ceiling),
            rate(250.0, 0.002, 1000.0, ceiling),
        );
        let gains = Gains::default();
        assert!((full.surface_stiffness - gains.surface_stiffness).abs() < 1e-9);
        assert!((full.force_proportional - gains.force_proportional).abs() < 1e-9);
        // 2 ms and two periods of 4 ms: 10 ms against 4 ms.
        assert!((quarter.delay_ms - 10.0).abs() < 1e-9);
        assert!((quarter.surface_stiffness - gains.surface_stiffness * 0.16).abs() < 1e-6);
        assert!((quarter.force_proportional - 1.4).abs() < 1e-9);
        // 43.5 N over 35 kN/m x 10 ms and the root of 35 kN/m x 4 kg.
        let by_hand = 43.5 / (350.0 + 140_000.0_f64.sqrt()) * 1e3;
        assert!(
            (quarter.touch_mm_per_s - by_hand).abs() < 1e-9,
            "{quarter:?}"
        );
        assert!(quarter.touch_mm_per_s < full.touch_mm_per_s);
    }
}
