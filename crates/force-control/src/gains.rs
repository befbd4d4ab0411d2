//! The numbers an engineer tunes, with the range in which each is believed safe.

/// Gains of the torque law. SI units. All figures are chosen by tuning against the simulation over
/// contact stiffness from 0.3 to 35 N/mm and effective masses from 2 to 8 kg.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gains {
    /// Spring along the surface (N/m).
    pub surface_stiffness: f64,
    /// Damping ratio of the surface spring on the arm's effective mass.
    pub surface_damping_ratio: f64,
    /// Integral along the surface (1/s): takes off what friction holds back.
    pub surface_integral_per_s: f64,
    /// Largest force of that integral (N).
    pub surface_integral_max_n: f64,
    /// Rotational spring (N·m/rad).
    pub orientation_stiffness: f64,
    /// Damping ratio of the rotational spring.
    pub orientation_damping_ratio: f64,
    /// Proportional gain on the force error; 0 to 1.
    pub force_proportional: f64,
    /// Derivative gain on the felt force (s): at least the proportional gain times the delay.
    pub force_derivative_s: f64,
    /// Integral gain on the force error (1/s).
    pub force_integral_per_s: f64,
    /// How fast the slope of the skin against the plan is learnt (1/s).
    pub slope_learning_per_s: f64,
    /// Largest force of the integral (N).
    pub force_integral_max_n: f64,
    /// Damper along the normal against motion relative to the planned skin (N·s/m).
    pub normal_damping: f64,
    /// Damper that drives the search for the skin (N·s/m).
    pub seek_damping: f64,
    /// Slew of the force set-point while it settles after touch (N/s).
    pub touch_ramp_n_per_s: f64,
    /// Posture spring in the null space (N·m/rad).
    pub posture_stiffness: f64,
    /// Posture damper in the null space (N·m·s/rad).
    pub posture_damping: f64,
    /// Share of the modelled joint friction that is compensated; below 1, so that the arm never
    /// drives itself.
    pub friction_share: f64,
}

impl Default for Gains {
    fn default() -> Self {
        Self {
            surface_stiffness: 6000.0,
            surface_damping_ratio: 1.0,
            surface_integral_per_s: 4.0,
            surface_integral_max_n: 15.0,
            orientation_stiffness: 80.0,
            orientation_damping_ratio: 0.8,
            force_proportional: 2.0,
            force_derivative_s: 0.014,
            force_integral_per_s: 12.0,
            slope_learning_per_s: 4.0,
            force_integral_max_n: 12.0,
            normal_damping: 80.0,
            seek_damping: 200.0,
            touch_ramp_n_per_s: 12.0,
            posture_stiffness: 30.0,
            posture_damping: 6.0,
            friction_share: 0.9,
        }
    }
}

/// A gain outside the range in which the law was studied.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GainsError {
    /// Name of the field.
    pub name: &'static str,
    /// What was given.
    pub seen: f64,
    /// Smallest allowed value.
    pub least: f64,
    /// Largest allowed value.
    pub most: f64,
}

impl core::fmt::Display for GainsError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Self {
            name,
            seen,
            least,
            most,
        } = self;
        write!(
            f,
            "gain `{name}` is {seen}; allowed is {least} to {most}: choose a value in that range"
        )
    }
}

impl core::error::Error for GainsError {}

/// Period for which the default gains were tuned (s).
const TUNED_PERIOD_S: f64 = 0.001;

impl Gains {
    /// The same gains for a loop of this period, whose force samples are `age_s` old when they come in, behind a
    /// link that adds `link_s`. Two periods and these are the delay from skin to drive. The derivative must be at least the proportional gain times the delay;
    /// a spring on a mass turns by `√(k/m)` times the delay, so that for an equal phase springs go with the inverse
    /// square of the delay, dampers and integrals with its inverse.
    #[must_use]
    pub fn for_period(self, period_s: f64, age_s: f64, link_s: f64) -> Self {
        if period_s <= TUNED_PERIOD_S && link_s <= 0.0 {
            return self;
        }
        let late = age_s + 2.0 * period_s + link_s;
        let slower = (age_s + 2.0 * TUNED_PERIOD_S) / late;
        Self {
            surface_stiffness: self.surface_stiffness * slower * slower,
            surface_integral_per_s: self.surface_integral_per_s * slower,
            orientation_stiffness: self.orientation_stiffness * slower * slower,
            force_proportional: self.force_proportional.min(self.force_derivative_s / late),
            force_integral_per_s: self.force_integral_per_s * slower,
            slope_learning_per_s: self.slope_learning_per_s * slower,
            seek_damping: self.seek_damping * slower,
            posture_stiffness: self.posture_stiffness * slower * slower,
            posture_damping: self.posture_damping * slower,
            ..self
        }
    }

    /// Checks every gain against its range.
    ///
    /// # Errors
    /// The first [`GainsError`] found; a NaN is outside every range.
    pub fn checked(self) -> Result<Self, GainsError> {
        let rows = [
            ("surface_stiffness", self.surface_stiffness, 100.0, 10_000.0),
            (
                "surface_damping_ratio",
                self.surface_damping_ratio,
                0.3,
                2.0,
            ),
            (
                "surface_integral_per_s",
                self.surface_integral_per_s,
                0.0,
                10.0,
            ),
            (
                "surface_integral_max_n",
                self.surface_integral_max_n,
                0.0,
                20.0,
            ),
            (
                "orientation_stiffness",
                self.orientation_stiffness,
                5.0,
                200.0,
            ),
            (
                "orientation_damping_ratio",
                self.orientation_damping_ratio,
                0.3,
                2.0,
            ),
            ("force_proportional", self.force_proportional, 0.0, 3.0),
            ("force_derivative_s", self.force_derivative_s, 0.0, 0.03),
            ("force_integral_per_s", self.force_integral_per_s, 0.0, 40.0),
            ("slope_learning_per_s", self.slope_learning_per_s, 0.0, 20.0),
            ("force_integral_max_n", self.force_integral_max_n, 0.0, 20.0),
            ("normal_damping", self.normal_damping, 10.0, 500.0),
            ("seek_damping", self.seek_damping, 20.0, 500.0),
            ("touch_ramp_n_per_s", self.touch_ramp_n_per_s, 1.0, 60.0),
            ("posture_stiffness", self.posture_stiffness, 0.0, 100.0),
            ("posture_damping", self.posture_damping, 0.0, 50.0),
            ("friction_share", self.friction_share, 0.0, 0.95),
        ];
        for (name, seen, least, most) in rows {
            // Written so that a NaN fails.
            if !(seen >= least && seen <= most) {
                return Err(GainsError {
                    name,
                    seen,
                    least,
                    most,
                });
            }
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slower_loop_gets_softer_gains_in_their_ranges_and_the_tuned_one_the_same() {
        let tuned = Gains::default();
        assert_eq!(tuned.for_period(0.001, 0.002, 0.0), tuned);
        let slow = tuned.for_period(0.004, 0.002, 0.0);
        assert_eq!(slow.checked(), Ok(slow));
        assert!((slow.surface_stiffness - 960.0).abs() < 1e-9);
        assert!((slow.force_proportional - 1.4).abs() < 1e-9);
    }

    #[test]
    fn the_defaults_lie_in_their_own_ranges_and_a_nan_lies_in_none() {
        assert_eq!(Gains::default().checked(), Ok(Gains::default()));
        let broken = Gains {
            normal_damping: f64::NAN,
            ..Gains::default()
        };
        assert_eq!(broken.checked().unwrap_err().name, "normal_damping");
    }
}
