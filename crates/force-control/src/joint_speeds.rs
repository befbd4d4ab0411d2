//! From a twist of the tool to joint velocities that the arm can keep.
//!
//! ```text
//! q̇ = s Jᵀ (J Jᵀ + λ²)⁻¹ V + (I − J⁺ J) q̇_posture       |q̇_i| ≤ v_i,  |Δq̇_i| ≤ a_i Δt,  room to the joint limits
//! ```
//!
//! Damped least squares (Wampler 1986; Nakamura and Hanafusa 1986). In contact the damping is small: the planner keeps
//! away from singular postures there, and the pose error takes off what the damping costs. In free space a plan may
//! lead through a stretched elbow; there the damping is large, so that where the twist does not tell the branch the
//! planned posture does. Where a joint cannot keep its
//! share, the task is scaled as a whole (Flacco, De Luca and Khatib, "Motion control of redundant robots under joint
//! constraints: saturation in the null space", 2012, where scaling is the last resort): the tool goes slower on its way
//! and not elsewhere. The posture gives way first.

use kinematics::ArmModel;
use nalgebra::{Cholesky, Matrix6, SMatrix, SVector, Vector6};

/// λ² in contact (m²): a hundredth of the squared singular values in the postures that the planner lets through.
pub(crate) const DAMPING_IN_CONTACT: f64 = 2.5e-5;
/// λ² in free space (m²).
pub(crate) const DAMPING_IN_FREE_SPACE: f64 = 4e-3;
/// Time in which a joint may reach its speed limit from rest (s). Chosen: 17 rad/s² for a joint of 150 °/s.
pub(crate) const RISE_S: f64 = 0.15;
/// Share of the speed limits that is used, so that the monitor has nothing to clip.
const SPEED_SHARE: f64 = 0.95;
/// Nearer to a joint limit the speed toward it falls with the room left (1/s), none of which is left so far from it
/// (rad or m): the monitor trips at half of that.
const ROOM_RATE: f64 = 5.0;
const ROOM_KEPT: f64 = 0.02;

/// The joint velocities told last.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JointSpeeds<const D: usize> {
    period_s: f64,
    told: Option<SVector<f64, D>>,
}

/// What came of a twist.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Solved<const D: usize> {
    /// Joint velocities.
    pub(crate) speeds: SVector<f64, D>,
    /// True when the twist could not be kept whole: integrals must not grow.
    pub(crate) is_cut: bool,
}

impl<const D: usize> JointSpeeds<D> {
    pub(crate) const fn new(period_s: f64) -> Self {
        Self {
            period_s,
            told: None,
        }
    }

    /// Velocities for a twist of the tool (base axes, `[linear; angular]`) and those of the planned posture, with λ²
    /// (m²). `None` when they cannot be solved for.
    pub(crate) fn solve(
        &mut self,
        arm: &ArmModel<D>,
        positions: &SVector<f64, D>,
        jacobian: &SMatrix<f64, 6, D>,
        twist: &Vector6<f64>,
        posture: &SVector<f64, D>,
        damping: f64,
    ) -> Option<Solved<D>> {
        let mut square: Matrix6<f64> = jacobian * jacobian.transpose();
        for i in 0..6 {
            square[(i, i)] += damping;
        }
        let factor = Cholesky::new(square)?;
        let task = jacobian.transpose() * factor.solve(twist);
        let aside = posture - jacobian.transpose() * factor.solve(&(jacobian * posture));
        let bounds = self.bounds(arm, positions);
        let aside = if fits(&aside, &bounds) {
            aside
        } else {
            SVector::zeros()
        };
        let share = share_within(&task, &aside, &bounds);
        let wished = task * share + aside;
        let before = self.told.unwrap_or_else(SVector::zeros);
        let change = wished - before;
        let most = arm.limits().velocity * (self.period_s / RISE_S);
        let step = (0..D).fold(1.0_f64, |step, i| {
            let size = change[i].abs();
            if size > most[i] {
                step.min(most[i] / size)
            } else {
                step
            }
        });
        let speeds = before + change * step;
        if !speeds.iter().all(|speed| speed.is_finite()) {
            return None;
        }
        self.told = Some(speeds);
        Some(Solved {
            speeds,
            is_cut: share < 1.0 || step < 1.0,
        })
    }

    /// Slowest and fastest that each joint may go from where it stands.
    fn bounds(&self, arm: &ArmModel<D>, positions: &SVector<f64, D>) -> [SVector<f64, D>; 2] {
        let limits = arm.limits();
        let toward = |room: f64, most: f64| {
            ((room - ROOM_KEPT).max(0.0) * ROOM_RATE).min(most * SPEED_SHARE)
        };
        [
            SVector::from_fn(|i, _| -toward(positions[i] - limits.lower[i], limits.velocity[i])),
            SVector::from_fn(|i, _| toward(limits.upper[i] - positions[i], limits.velocity[i])),
        ]
    }
}

fn fits<const D: usize>(speeds: &SVector<f64, D>, [low, high]: &[SVector<f64, D>; 2]) -> bool {
    (0..D).all(|i| speeds[i] >= low[i] && speeds[i] <= high[i])
}

/// Largest share of the task, up to one, with which every joint stays within its bounds; `aside` does by itself.
fn share_within<const D: usize>(
    task: &SVector<f64, D>,
    aside: &SVector<f64, D>,
    [low, high]: &[SVector<f64, D>; 2],
) -> f64 {
    (0..D).fold(1.0_f64, |share, i| {
        let whole = task[i] + aside[i];
        let room = if whole > high[i] {
            high[i] - aside[i]
        } else if whole < low[i] {
            low[i] - aside[i]
        } else {
            return share;
        };
        share.min((room / task[i]).max(0.0))
    })
}

#[cfg(test)]
mod tests;
