//! One step toward a goal: damped least squares inside a box.
//!
//! The step minimises `|J dq - e|² + λ |dq - v|²`, where `e` is what is left of the way and `v` a pull that
//! acts where the task leaves freedom. Its solution `dq = v + Jᵀ (J Jᵀ + λ)⁻¹ (e - J v)` (Wampler 1986,
//! Nakamura and Hanafusa 1986) needs six equations for any number of joints. A joint that would leave the
//! box is put on its side, and the step solved again without it.

use nalgebra::{Matrix6, SMatrix, SVector, Vector6};

use crate::cholesky;
use crate::goal::Look;
use crate::range::Room;

/// Least damping λ (m²): far above the rounding of the Jacobian's squared entries, of order 0.1 m².
pub(crate) const LEAST_DAMPING: f64 = 1e-10;

/// The step with its pull, damping (m²) and box.
pub(crate) fn damped_step<const D: usize>(
    look: &Look<D>,
    pull: &SVector<f64, D>,
    damping: f64,
    room: &Room<D>,
) -> SVector<f64, D> {
    let mut jacobian = look.jacobian;
    let mut error = look.error - jacobian * pull;
    let mut held = [false; D];
    let mut step = *pull;
    // Each round holds at least one more joint.
    for _ in 0..=D {
        let change = least_squares(&jacobian, &error, damping);
        let mut left_the_box = false;
        for i in 0..D {
            if held[i] {
                continue;
            }
            let wished = pull[i] + change[i];
            step[i] = wished.max(room.down[i]).min(room.up[i]);
            if step[i] != wished {
                // It leaves the equations with what it contributes.
                error -= jacobian.column(i) * (step[i] - pull[i]);
                jacobian.column_mut(i).fill(0.0);
                held[i] = true;
                left_the_box = true;
            }
        }
        if !left_the_box {
            break;
        }
    }
    step
}

/// The step shortened as a whole until no joint moves farther than `most` (rad or m).
pub(crate) fn no_longer_than<const D: usize>(most: f64, step: SVector<f64, D>) -> SVector<f64, D> {
    let longest = step.amax();
    if longest > most {
        step * (most / longest)
    } else {
        step
    }
}

/// `Jᵀ (J Jᵀ + λ)⁻¹ e`; nothing when rounding leaves no such step.
fn least_squares<const D: usize>(
    jacobian: &SMatrix<f64, 6, D>,
    error: &Vector6<f64>,
    damping: f64,
) -> SVector<f64, D> {
    let mut normal = Matrix6::zeros();
    for column in 0..6 {
        // The factorisation reads the lower triangle only.
        for row in column..6 {
            normal[(row, column)] = (0..D)
                .map(|i| jacobian[(row, i)] * jacobian[(column, i)])
                .sum();
        }
        normal[(column, column)] += damping;
    }
    cholesky::solve(normal, *error).map_or_else(SVector::zeros, |y| jacobian.tr_mul(&y))
}
