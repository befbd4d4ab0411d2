//! Scalar quantities in SI units, one type each. Only physically meaningful products exist.

use core::ops::{Add, AddAssign, Div, Mul, Neg, Sub, SubAssign};

macro_rules! unit {
    ($(#[$doc:meta])* $name:ident, $symbol:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
        pub struct $name(f64);

        impl $name {
            /// No amount of it.
            pub const ZERO: Self = Self(0.0);

            /// Wraps a number that is in this SI unit.
            #[must_use]
            pub const fn new(value: f64) -> Self {
                Self(value)
            }

            /// The number in this SI unit.
            #[must_use]
            pub const fn get(self) -> f64 {
                self.0
            }

            /// The magnitude.
            #[must_use]
            pub const fn abs(self) -> Self {
                Self(self.0.abs())
            }

            /// The smaller of the two; a NaN on either side yields the other.
            #[must_use]
            pub const fn min(self, other: Self) -> Self {
                Self(self.0.min(other.0))
            }

            /// The larger of the two; a NaN on either side yields the other.
            #[must_use]
            pub const fn max(self, other: Self) -> Self {
                Self(self.0.max(other.0))
            }

            /// True for every number but NaN and the infinities.
            #[must_use]
            pub const fn is_finite(self) -> bool {
                self.0.is_finite()
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Display::fmt(&self.0, f)?;
                f.write_str(concat!(" ", $symbol))
            }
        }

        impl Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }
        impl Sub for $name {
            type Output = Self;
            fn sub(self, other: Self) -> Self {
                Self(self.0 - other.0)
            }
        }
        impl AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                self.0 += other.0;
            }
        }
        impl SubAssign for $name {
            fn sub_assign(&mut self, other: Self) {
                self.0 -= other.0;
            }
        }
        impl Neg for $name {
            type Output = Self;
            fn neg(self) -> Self {
                Self(-self.0)
            }
        }
        impl Mul<f64> for $name {
            type Output = Self;
            fn mul(self, factor: f64) -> Self {
                Self(self.0 * factor)
            }
        }
        impl Mul<$name> for f64 {
            type Output = $name;
            fn mul(self, quantity: $name) -> $name {
                $name(self * quantity.0)
            }
        }
        impl Div<f64> for $name {
            type Output = Self;
            fn div(self, divisor: f64) -> Self {
                Self(self.0 / divisor)
            }
        }
        /// The ratio of two like quantities is a bare number.
        impl Div for $name {
            type Output = f64;
            fn div(self, other: Self) -> f64 {
                self.0 / other.0
            }
        }
    };
}

/// `A * B = C`, and the three other ways to write it.
macro_rules! product {
    ($a:ident * $b:ident = $c:ident) => {
        impl Mul<$b> for $a {
            type Output = $c;
            fn mul(self, other: $b) -> $c {
                $c(self.0 * other.0)
            }
        }
        impl Mul<$a> for $b {
            type Output = $c;
            fn mul(self, other: $a) -> $c {
                $c(self.0 * other.0)
            }
        }
        impl Div<$a> for $c {
            type Output = $b;
            fn div(self, other: $a) -> $b {
                $b(self.0 / other.0)
            }
        }
        impl Div<$b> for $c {
            type Output = $a;
            fn div(self, other: $b) -> $a {
                $a(self.0 / other.0)
            }
        }
    };
}

unit!(/// Length.
    Metres, "m");
unit!(/// Area.
    SquareMetres, "m²");
unit!(/// A span of time as a number; for clock readings see [`crate::Instant`].
    Seconds, "s");
unit!(/// Linear speed.
    MetresPerSecond, "m/s");
unit!(/// Angle.
    Radians, "rad");
unit!(/// Angular speed.
    RadiansPerSecond, "rad/s");
unit!(/// Mass.
    Kilograms, "kg");
unit!(/// Force. Along a contact normal, positive means that the tool presses into the body.
    Newtons, "N");
unit!(/// Rate of change of a force.
    NewtonsPerSecond, "N/s");
unit!(/// How fast the rate of change of a force changes.
    NewtonsPerSecondSquared, "N/s²");
unit!(/// Torque.
    NewtonMetres, "N·m");
unit!(/// Contact stiffness.
    NewtonsPerMetre, "N/m");
unit!(/// Impulse; also the dose of a zone.
    NewtonSeconds, "N·s");
unit!(/// Pressure.
    Pascals, "Pa");
unit!(/// Power.
    Watts, "W");

product!(MetresPerSecond * Seconds = Metres);
product!(RadiansPerSecond * Seconds = Radians);
product!(NewtonsPerSecond * Seconds = Newtons);
product!(NewtonsPerSecondSquared * Seconds = NewtonsPerSecond);
product!(Newtons * Seconds = NewtonSeconds);
product!(NewtonsPerMetre * Metres = Newtons);
product!(Pascals * SquareMetres = Newtons);
product!(Newtons * MetresPerSecond = Watts);

impl Mul for Metres {
    type Output = SquareMetres;
    fn mul(self, other: Self) -> SquareMetres {
        SquareMetres(self.0 * other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_palm_that_presses_20_newtons_on_50_square_centimetres_makes_4_kilopascals() {
        let pressure = Newtons::new(20.0) / SquareMetres::new(50e-4);
        assert!((pressure - Pascals::new(4000.0)).abs() < Pascals::new(1e-9));
    }

    #[test]
    fn products_and_quotients_undo_each_other() {
        let travelled = MetresPerSecond::new(0.05) * Seconds::new(3.0);
        let (speed, time) = (
            travelled / Seconds::new(3.0),
            travelled / MetresPerSecond::new(0.05),
        );
        assert!((speed - MetresPerSecond::new(0.05)).abs() < MetresPerSecond::new(1e-15));
        assert!((time - Seconds::new(3.0)).abs() < Seconds::new(1e-12));
    }

    #[test]
    fn quantities_print_with_their_unit() {
        assert_eq!(format!("{:.1}", Newtons::new(12.34)), "12.3 N");
    }
}
