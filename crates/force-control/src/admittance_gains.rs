//! The numbers of the velocity law, with the range in which each is believed safe.

use crate::GainsError;

/// Gains of the law for arms that take velocities. SI units. All figures are chosen by tuning against the simulation over
/// contact stiffness from 0.3 to 35 N/mm and periods from 1 to 8 ms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdmittanceGains {
    /// Pull toward the planned place along the surface, and in free space along every axis (1/s).
    pub place_per_s: f64,
    /// Pull toward the planned orientation (1/s).
    pub turn_per_s: f64,
    /// Pull toward the planned posture in the null space (1/s).
    pub posture_per_s: f64,
    /// Time in which the drives answer a velocity, transport and half a period's hold with it (s).
    pub drive_delay_s: f64,
    /// Delay of the wrist sensor that is counted on (s).
    pub sensor_delay_s: f64,
    /// Phase that all delays may take where the loop crosses (rad).
    pub phase_share: f64,
    /// Virtual mass along the tool axis (kg).
    pub virtual_mass_kg: f64,
    /// Least damping along the tool axis (N·s/m).
    pub least_damping: f64,
    /// Rate of the integral over the frequency at which the loop crosses.
    pub integral_share: f64,
    /// How fast the slope of the skin against the plan is learnt (1/s).
    pub slope_learning_per_s: f64,
    /// Slew of the force set-point while it settles after touch (N/s).
    pub touch_ramp_n_per_s: f64,
}

impl Default for AdmittanceGains {
    fn default() -> Self {
        Self {
            place_per_s: 15.0,
            turn_per_s: 12.0,
            posture_per_s: 5.0,
            drive_delay_s: 0.012,
            sensor_delay_s: 0.002,
            phase_share: 0.4,
            virtual_mass_kg: 1.5,
            least_damping: 25.0,
            integral_share: 0.25,
            slope_learning_per_s: 4.0,
            touch_ramp_n_per_s: 12.0,
        }
    }
}

impl AdmittanceGains {
    /// Checks every gain against its range.
    ///
    /// # Errors
    /// The first [`GainsError`] found; a NaN is outside every range.
    pub fn checked(self) -> Result<Self, GainsError> {
        let rows = [
            ("place_per_s", self.place_per_s, 1.0, 30.0),
            ("turn_per_s", self.turn_per_s, 1.0, 30.0),
            ("posture_per_s", self.posture_per_s, 0.0, 10.0),
            ("drive_delay_s", self.drive_delay_s, 0.001, 0.04),
            ("sensor_delay_s", self.sensor_delay_s, 0.0, 0.02),
            ("phase_share", self.phase_share, 0.1, 0.6),
            ("virtual_mass_kg", self.virtual_mass_kg, 0.5, 10.0),
            ("least_damping", self.least_damping, 10.0, 500.0),
            ("integral_share", self.integral_share, 0.0, 0.4),
            ("slope_learning_per_s", self.slope_learning_per_s, 0.0, 20.0),
            ("touch_ramp_n_per_s", self.touch_ramp_n_per_s, 1.0, 60.0),
        ];
        let outside = |(_, seen, least, most): &(&str, f64, f64, f64)| {
            // Written so that a NaN fails.
            !(*seen >= *least && *seen <= *most)
        };
        match rows.into_iter().find(outside) {
            Some((name, seen, least, most)) => Err(GainsError {
                name,
                seen,
                least,
                most,
            }),
            None => Ok(self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_lie_in_their_own_ranges_and_a_nan_lies_in_none() {
        assert_eq!(
            AdmittanceGains::default().checked(),
            Ok(AdmittanceGains::default())
        );
        let broken = AdmittanceGains {
            phase_share: f64::NAN,
            ..AdmittanceGains::default()
        };
        assert_eq!(broken.checked().unwrap_err().name, "phase_share");
    }
}
