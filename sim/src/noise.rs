//! Seeded chance: one ChaCha8 stream for each purpose, so that a new consumer of chance in one part
//! of the plant does not change the bits of another.

use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What a stream of chance is for. The number picks the ChaCha stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Periods and amplitudes of the breaths.
    Breathing,
    /// Places and hardness of the knots.
    Knots,
    /// Error of the believed base pose.
    BasePose,
    /// Bias of the wrist sensor.
    SensorBias,
    /// Noise of all sensors, sample by sample.
    SensorNoise,
    /// Everything in a simulated scan.
    Scan,
    /// Postures in which something is measured.
    Postures,
    /// What goes wrong on a link.
    LinkFaults,
    /// What goes wrong in a rig.
    RigFaults,
}

/// A stream of pseudo-random numbers: the same seed and purpose give the same bits everywhere.
#[derive(Clone, Debug)]
pub struct Chance {
    generator: ChaCha8Rng,
    spare: Option<f64>,
}

impl Chance {
    /// The stream of `purpose` under `seed`.
    #[must_use]
    pub fn new(seed: u64, purpose: Purpose) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(match purpose {
            Purpose::Breathing => 1,
            Purpose::Knots => 2,
            Purpose::BasePose => 3,
            Purpose::SensorBias => 4,
            Purpose::SensorNoise => 5,
            Purpose::Scan => 6,
            Purpose::Postures => 7,
            Purpose::LinkFaults => 8,
            Purpose::RigFaults => 9,
        });
        Self {
            generator,
            spare: None,
        }
    }

    /// Uniform in `[0, 1)`, 53 bits.
    pub fn uniform(&mut self) -> f64 {
        const STEP: f64 = 1.0 / (1u64 << 53) as f64;
        (self.generator.next_u64() >> 11) as f64 * STEP
    }

    /// Uniform in `[low, high)`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    /// Standard normal, by the transform of Box and Muller (1958).
    pub fn gaussian(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        // 1 - u lies in (0, 1], so that the logarithm is finite.
        let radius = (-2.0 * libm::log(1.0 - self.uniform())).sqrt();
        let (sin, cos) = libm::sincos(core::f64::consts::TAU * self.uniform());
        self.spare = Some(radius * sin);
        radius * cos
    }

    /// Uniform on the unit sphere (Archimedes: z and longitude are uniform).
    pub fn direction(&mut self) -> [f64; 3] {
        let z = self.between(-1.0, 1.0);
        let (sin, cos) = libm::sincos(core::f64::consts::TAU * self.uniform());
        let ring = (1.0 - z * z).max(0.0).sqrt();
        [ring * cos, ring * sin, z]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gaussian_has_mean_zero_and_variance_one() {
        let mut chance = Chance::new(7, Purpose::SensorNoise);
        let draws = 40_000;
        let (mut sum, mut squares) = (0.0, 0.0);
        for _ in 0..draws {
            let x = chance.gaussian();
            sum += x;
            squares += x * x;
        }
        let mean = sum / f64::from(draws);
        let variance = squares / f64::from(draws) - mean * mean;
        // Four standard errors of mean (0.005) and variance (0.007).
        assert!(mean.abs() < 0.02, "mean {mean}");
        assert!((variance - 1.0).abs() < 0.03, "variance {variance}");
    }

    #[test]
    fn purposes_and_seeds_part_the_streams_and_equal_ones_agree() {
        let first = |seed, purpose| Chance::new(seed, purpose).uniform().to_bits();
        assert_eq!(first(1, Purpose::Knots), first(1, Purpose::Knots));
        assert_ne!(first(1, Purpose::Knots), first(2, Purpose::Knots));
        assert_ne!(first(1, Purpose::Knots), first(1, Purpose::Scan));
    }
}
