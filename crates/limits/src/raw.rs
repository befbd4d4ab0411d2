//! The figures before they are sealed: one table holds key, default, configurable bound and
//! compiled-in ceiling of each. All are our own choice, made far inside the wall.

use quantities::{Metres, MetresPerSecond, NewtonSeconds, Newtons, Pascals, Seconds, Watts};

/// On which side of a figure safety lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// A ceiling: smaller is safer.
    SmallerIsSafer,
    /// A distance to keep: larger is safer.
    LargerIsSafer,
}

/// One figure as configured, beside what it may be. Numbers are in the unit that the key names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    /// Name in a configuration file, with its unit.
    pub key: &'static str,
    /// The value at hand.
    pub value: f64,
    /// The value when nothing is configured.
    pub default: f64,
    /// The furthest that a configuration may go.
    pub configurable: f64,
    /// The compiled-in bound that holds whatever else is said.
    pub ceiling: f64,
    /// Times this, a number in the key's unit is in SI.
    pub to_si: f64,
    /// Which way is safe.
    pub sense: Sense,
}

macro_rules! figures {
    ($($(#[$doc:meta])* $name:ident: $unit:ident = $key:literal * $to_si:literal,
        $default:literal <= $configurable:literal <= $ceiling:literal, $sense:ident;)*) => {
        /// The limits as a configuration gives them, in SI; [`Default`] is the shipped profile. Plain
        /// data: nothing holds until [`crate::Envelope::seal`] has looked at it.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct RawLimits {
            $($(#[$doc])* pub $name: $unit,)*
        }

        impl Default for RawLimits {
            fn default() -> Self {
                Self { $($name: $unit::new($default * $to_si),)* }
            }
        }

        impl RawLimits {
            /// Keys of all figures, as a configuration file spells them.
            pub const KEYS: &'static [&'static str] = &[$($key,)*];

            /// All figures beside what they may be, in the order of [`RawLimits::KEYS`].
            #[must_use]
            pub fn figures(&self) -> [Figure; Self::KEYS.len()] {
                [$(Figure {
                    key: $key,
                    value: self.$name.get() / $to_si,
                    default: $default,
                    configurable: $configurable,
                    ceiling: $ceiling,
                    to_si: $to_si,
                    sense: Sense::$sense,
                },)*]
            }

            /// Sets one figure by its key, given in the key's own unit. False when there is no such key.
            pub fn set(&mut self, key: &str, value: f64) -> bool {
                match key {
                    $($key => self.$name = $unit::new(value * $to_si),)*
                    _ => return false,
                }
                true
            }

            /// Every figure at the safer of its own value and its compiled-in bound.
            #[must_use]
            pub(crate) fn within_ceilings(&self) -> Self {
                Self {
                    $($name: match Sense::$sense {
                        Sense::SmallerIsSafer => self.$name.min($unit::new($ceiling * $to_si)),
                        Sense::LargerIsSafer => self.$name.max($unit::new($ceiling * $to_si)),
                    },)*
                }
            }

            /// The compiled-in bounds themselves.
            #[must_use]
            pub fn compiled_in() -> Self {
                Self { $($name: $unit::new($ceiling * $to_si),)* }
            }
        }
    };
}

figures! {
    /// Normal force on muscle of the back (paraspinal, latissimus, trapezius) and over flat bone.
    muscle_force: Newtons = "muscle_force_n" * 1.0, 40.0 <= 60.0 <= 80.0, SmallerIsSafer;
    /// Normal force on the buttock.
    buttock_force: Newtons = "buttock_force_n" * 1.0, 45.0 <= 60.0 <= 80.0, SmallerIsSafer;
    /// Normal force within 40 mm of the level of C7.
    neck_base_force: Newtons = "neck_base_force_n" * 1.0, 15.0 <= 25.0 <= 40.0, SmallerIsSafer;
    /// Normal force in a permitted crossing of the midline.
    crossing_force: Newtons = "crossing_force_n" * 1.0, 5.0 <= 5.0 <= 8.0, SmallerIsSafer;
    /// Force over patch area on muscle.
    muscle_pressure: Pascals = "muscle_pressure_kpa" * 1e3, 100.0 <= 250.0 <= 400.0, SmallerIsSafer;
    /// Force over patch area on the trapezius and the base of the neck, the most tender places.
    trapezius_pressure: Pascals = "trapezius_pressure_kpa" * 1e3, 50.0 <= 250.0 <= 400.0,
        SmallerIsSafer;
    /// Highest force along the skin, whatever the normal force.
    tangential_force: Newtons = "tangential_force_n" * 1.0, 20.0 <= 25.0 <= 30.0, SmallerIsSafer;
    /// From the spine line to the nearest edge of the patch, before the midline's uncertainty.
    keep_out_half_width: Metres = "keep_out_half_width_mm" * 1e-3, 20.0 <= 20.0 <= 15.0,
        LargerIsSafer;
    /// Speed of the tool in free space.
    free_speed: MetresPerSecond = "free_speed_mm_per_s" * 1e-3, 250.0 <= 250.0 <= 500.0,
        SmallerIsSafer;
    /// Speed of the tool in contact.
    contact_speed: MetresPerSecond = "contact_speed_mm_per_s" * 1e-3, 150.0 <= 250.0 <= 500.0,
        SmallerIsSafer;
    /// Power into tissue, mean over one second.
    mean_power: Watts = "mean_power_w" * 1.0, 2.0 <= 2.0 <= 2.0, SmallerIsSafer;
    /// Power into tissue, peak.
    peak_power: Watts = "peak_power_w" * 1.0, 5.0 <= 5.0 <= 5.0, SmallerIsSafer;
    /// Longest static press above half the ceiling.
    dwell: Seconds = "dwell_s" * 1.0, 10.0 <= 10.0 <= 90.0, SmallerIsSafer;
    /// Longest time in one position of the client.
    position_time: Seconds = "position_time_min" * 60.0, 20.0 <= 20.0 <= 20.0, SmallerIsSafer;
    /// Impulse that one zone may take in a session; chosen as 20 minutes at 10 N.
    zone_dose: NewtonSeconds = "zone_dose_n_s" * 1.0, 12000.0 <= 12000.0 <= 24000.0, SmallerIsSafer;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_lie_within_what_may_be_configured_and_that_within_what_is_compiled_in() {
        for figure in RawLimits::default().figures() {
            match figure.sense {
                Sense::SmallerIsSafer => {
                    assert!(figure.default <= figure.configurable, "{}", figure.key);
                    assert!(figure.configurable <= figure.ceiling, "{}", figure.key);
                }
                Sense::LargerIsSafer => {
                    assert!(figure.default >= figure.configurable, "{}", figure.key);
                    assert!(figure.configurable >= figure.ceiling, "{}", figure.key);
                }
            }
            assert!((figure.value - figure.default).abs() < 1e-9);
        }
    }

    #[test]
    fn a_figure_set_by_its_key_is_in_the_unit_of_the_key() {
        let mut raw = RawLimits::default();
        assert!(raw.set("muscle_pressure_kpa", 120.0));
        assert!((raw.muscle_pressure.get() - 120e3).abs() < 1e-9);
        assert!(!raw.set("muscle_pressure", 1.0));
    }

    #[test]
    fn the_default_profile_stays_at_50_newtons_and_250_millimetres_per_second() {
        // The figures reported for class I robots in ISO 10218-1:2025 (second-hand).
        let raw = RawLimits::default();
        assert!(raw.muscle_force.max(raw.buttock_force) <= Newtons::new(50.0));
        assert!(raw.free_speed.max(raw.contact_speed) <= MetresPerSecond::new(0.25));
    }
}
