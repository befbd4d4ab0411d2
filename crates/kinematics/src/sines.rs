//! Sine and cosine of all joint angles at once.
//!
//! Seven calls of a general `sincos` cost more than all products of a pose. Here every angle takes the
//! same way without a branch, so that the compiler computes them side by side: reduction to ±π/4 by a
//! three-part π/2 (Cody and Waite 1980), then one polynomial each. Only sums and products: the same bits on
//! every machine. Angles beyond a million radians go to `libm`, which reduces those exactly.

use core::f64::consts::FRAC_2_PI;

/// Adding and taking away 1.5 x 2^52 rounds to the nearest integer and leaves it in the low bits.
const ROUNDING: f64 = 6_755_399_441_055_744.0;
/// π/2 in three parts. The first two hold 33 bits, so that their products with the number of quarter
/// turns are exact.
const QUARTER_TURN: [f64; 3] = [
    1.570_796_326_734_125_6,
    6.077_100_506_303_966e-11,
    2.022_266_248_795_950_6e-21,
];
/// Beyond this angle (rad) the number of quarter turns no longer has room beside 33 bits.
const LARGEST: f64 = 1e6;
/// `sin r = r + r³ S(r²)` and `cos r = 1 - r²/2 + r⁴ C(r²)` for |r| up to π/4: coefficients of S and C, least
/// power first, by Remez exchange in 50 digits; the greatest errors are 4e-18 and 5e-20.
const SINE: [f64; 6] = [
    -0.166_666_666_666_666_32,
    0.008_333_333_333_322_432,
    -0.000_198_412_698_298_214_9,
    2.755_731_369_626_494_7e-6,
    -2.505_075_875_436_639_7e-8,
    1.589_683_101_902_993_5e-10,
];
const COSINE: [f64; 6] = [
    0.041_666_666_666_666_6,
    -0.001_388_888_888_887_414_2,
    2.480_158_728_949_340_2e-5,
    -2.755_731_435_543_012_6e-7,
    2.087_572_368_091_809_8e-9,
    -1.135_966_843_044_087_3e-11,
];

/// Sines and cosines of angles (rad); NaN for what is not finite. Absolute error below 3e-16.
#[inline]
pub(crate) fn sines_and_cosines<const D: usize>(angles: &[f64; D]) -> ([f64; D], [f64; D]) {
    let mut sines = [0.0; D];
    let mut cosines = [0.0; D];
    for i in 0..D {
        let turns = angles[i] * FRAC_2_PI + ROUNDING;
        let quarter = turns.to_bits();
        let turns = turns - ROUNDING;
        let r = angles[i] - turns * QUARTER_TURN[0];
        let r = r - turns * QUARTER_TURN[1] - turns * QUARTER_TURN[2];
        let z = r * r;
        let s = r + r * z * polynomial(&SINE, z);
        let c = (1.0 - 0.5 * z) + z * z * polynomial(&COSINE, z);
        // Odd quarters swap the two; the second bit turns the sign.
        let swap = (quarter & 1).wrapping_neg();
        let (s, c) = (s.to_bits(), c.to_bits());
        let sine = (s & !swap) | (c & swap);
        let cosine = (c & !swap) | (s & swap);
        sines[i] = f64::from_bits(sine ^ ((quarter & 2) << 62));
        cosines[i] = f64::from_bits(cosine ^ ((quarter.wrapping_add(1) & 2) << 62));
    }
    // Written so that NaN goes the long way too.
    if !angles.iter().all(|angle| angle.abs() <= LARGEST) {
        for i in 0..D {
            (sines[i], cosines[i]) = libm::sincos(angles[i]);
        }
    }
    (sines, cosines)
}

/// Estrin's scheme: three short chains instead of one long.
#[inline]
fn polynomial(c: &[f64; 6], z: f64) -> f64 {
    let zz = z * z;
    (c[0] + c[1] * z) + (c[2] + c[3] * z) * zz + (c[4] + c[5] * z) * (zz * zz)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_agree_with_libm_over_many_turns_and_next_to_the_axes() {
        let mut worst: f64 = 0.0;
        let mut look = |angle: f64| {
            let (sines, cosines) = sines_and_cosines(&[angle]);
            let (sine, cosine) = libm::sincos(angle);
            worst = worst
                .max((sines[0] - sine).abs())
                .max((cosines[0] - cosine).abs());
        };
        for i in 0..200_000 {
            let share = f64::from(i) * 1e-5 - 1.0;
            look(share * 7.0);
            look(share * 3.0e4);
            look(share * LARGEST);
            // Beside the multiples of a quarter turn, where the reduction cancels.
            look(f64::from(i % 64 - 32) * core::f64::consts::FRAC_PI_2 + share * 1e-9);
        }
        assert!(worst < 3e-16, "{worst}");
    }

    #[test]
    fn special_angles_are_exact_and_huge_ones_are_still_right() {
        let (sines, cosines) = sines_and_cosines(&[0.0, -0.0, 1e9, f64::NAN, f64::INFINITY]);
        assert_eq!((sines[0], cosines[0]), (0.0, 1.0));
        assert_eq!(cosines[1], 1.0);
        assert_eq!((sines[2], cosines[2]), libm::sincos(1e9));
        assert!(sines[3].is_nan() && cosines[3].is_nan() && sines[4].is_nan());
    }

    #[test]
    fn squares_add_up_to_one() {
        for i in 0..10_000 {
            let (s, c) = sines_and_cosines(&[f64::from(i) * 0.37 - 1800.0]);
            assert!((s[0] * s[0] + c[0] * c[0] - 1.0).abs() < 6e-16);
        }
    }
}
