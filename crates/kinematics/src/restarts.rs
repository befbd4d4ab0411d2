//! Inverse kinematics for planning: when the first descent fails, evenly spread seeds are tried.

use core::f64::consts::PI;

use nalgebra::SVector;
use quantities::{Base, Tool, Transform};

use crate::{ArmModel, IkFailure, IkOptions, IkSolution};

/// Bases of the Halton sequence, one a joint: the first primes.
const PRIMES: [u32; 7] = [2, 3, 5, 7, 11, 13, 17];

impl<const D: usize> ArmModel<D> {
    /// Tries `seed` first; when that fails, `restarts` further seeds spread over the joint ranges, and
    /// returns of their solutions the one nearest to `seed`. The same input gives the same posture.
    ///
    /// Allocates nothing, but takes up to `restarts + 1` descents: for planning, not for the loop.
    ///
    /// # Errors
    /// The [`IkFailure`] that came nearest.
    pub fn solve_with_restarts(
        &self,
        target: &Transform<Base, Tool>,
        seed: &SVector<f64, D>,
        options: &IkOptions,
        restarts: u32,
    ) -> Result<IkSolution<D>, IkFailure<D>> {
        let mut nearest_failure = match self.inverse_kinematics(target, seed, options) {
            Ok(solution) => return Ok(solution),
            Err(failure) => failure,
        };
        let mut best: Option<IkSolution<D>> = None;
        for number in 1..=restarts {
            let start = self.spread_posture(number);
            match self.inverse_kinematics_near(target, &start, seed, options) {
                Ok(found) => {
                    let nearer =
                        best.is_none_or(|old| (found.q - seed).norm() < (old.q - seed).norm());
                    if nearer {
                        best = Some(found);
                    }
                }
                Err(failure) => {
                    if miss(&failure) < miss(&nearest_failure) {
                        nearest_failure = failure;
                    }
                }
            }
        }
        best.ok_or(nearest_failure)
    }

    /// The `number`-th of a sequence of postures that fills the joint ranges evenly (Halton 1960).
    /// Joints without limits get one turn around 0.
    #[must_use]
    pub fn spread_posture(&self, number: u32) -> SVector<f64, D> {
        let limits = self.limits();
        SVector::from_fn(|i, _| {
            let prime = PRIMES.get(i).copied().unwrap_or(19);
            let (lower, upper) = (limits.lower[i], limits.upper[i]);
            let (lower, upper) = if (upper - lower).is_finite() {
                (lower, upper)
            } else {
                (-PI, PI)
            };
            lower + (upper - lower) * radical_inverse(number, prime)
        })
    }
}

/// How far off a failure is, a radian counting as 0.3 m.
fn miss<const D: usize>(failure: &IkFailure<D>) -> f64 {
    failure.position_residual.get() + 0.3 * failure.orientation_residual.get()
}

/// The digits of `number` in base `prime`, mirrored at the point: in [0, 1).
fn radical_inverse(mut number: u32, prime: u32) -> f64 {
    let (mut value, mut weight) = (0.0, 1.0);
    while number > 0 {
        weight /= f64::from(prime);
        value += weight * f64::from(number % prime);
        number /= prime;
    }
    value
}
