//! Which postures carry the tool along a whole pass.
//!
//! ```text
//! stations ─▶ waypoints ─▶ candidates at each ─▶ ladder: the way whose ─▶ dense postures,
//! every mm    every 2 cm   redundancy, yaw,      worst place is best      every step bounded
//!                          branch                (and the easiest such)
//! ```
//! Following one posture greedily can walk into a joint end that another start would have passed. So
//! the choice is made over the whole pass: a ladder graph as in Descartes (De Maeyer, Moyaers and
//! Demeester, "Cartesian path planning for arc welding robots", 2017), its rungs searched for the way
//! with the best worst place. A rung without candidates, or two rungs without an edge, is a hole: the
//! pass has no continuous motion there, and says so.

mod assembly;
mod candidates;
mod edges;
mod ladder;
mod reason;
mod route;
mod trace;
mod waypoints;
mod worth;

use kinematics::{ArmModel, IkFailure, IkOptions};
use nalgebra::{Isometry3, SMatrix, SVector, Translation3, UnitQuaternion, Vector3};
use quantities::{Metres, Radians, Transform};

use crate::clearance::Clearance;

pub(crate) use assembly::{Hover, Route};
pub(crate) use reason::Reason;

pub(crate) use waypoints::Station;

/// Distance that planned postures keep from the joint ends (rad); the plan promises 0.09.
pub(crate) const PLANNED_JOINT_MARGIN: f64 = 0.10;
/// Distance that postures keep from the joint ends while backing off (rad): above what the monitor holds.
const BACKING_OFF_MARGIN: f64 = 0.03;
/// Drift toward the middle from one point of a path to the next (rad): at 1 mm a point and 0.14 m/s
/// below 0.15 rad/s.
const NUDGE: f64 = 1e-3;
/// Weight of a radian against a metre in the Jacobian (m/rad): the lever of a hand. Chosen.
pub(crate) const METRES_PER_RADIAN: f64 = 0.3;

/// Follows poses with one arm and tool.
pub(crate) struct Reacher<'a, const D: usize> {
    pub arm: &'a ArmModel<D>,
    pub clearance: &'a Clearance<'a, D>,
    /// Where joints like to be: the middle of their ranges.
    centre: SVector<f64, D>,
}

/// Postures along poses, and where none was found.
#[derive(Clone, Debug)]
pub(crate) struct Walk<const D: usize> {
    /// One for each pose; the nearest one where the pose is out of reach.
    pub postures: Vec<SVector<f64, D>>,
    /// Index of the pose, and how near the arm came.
    pub failures: Vec<(usize, IkFailure<D>)>,
}

impl<'a, const D: usize> Reacher<'a, D> {
    pub(crate) fn new(arm: &'a ArmModel<D>, clearance: &'a Clearance<'a, D>) -> Self {
        Self {
            arm,
            clearance,
            centre: middle(arm),
        }
    }

    fn options(&self, max_iterations: u32) -> IkOptions {
        IkOptions {
            position_tolerance: Metres::new(2e-6),
            orientation_tolerance: Radians::new(1e-5),
            max_iterations,
            joint_margin: PLANNED_JOINT_MARGIN,
            ..IkOptions::default()
        }
    }

    fn toward_centre(&self, q: &SVector<f64, D>, most: f64) -> SVector<f64, D> {
        toward_centre(self.arm, &self.centre, q, most)
    }

    fn solve(
        &self,
        base_from_tool: &Isometry3<f64>,
        seed: &SVector<f64, D>,
        iterations: u32,
    ) -> Result<SVector<f64, D>, IkFailure<D>> {
        let target = Transform::from_raw(*base_from_tool);
        Ok(self
            .arm
            .inverse_kinematics(&target, seed, &self.options(iterations))?
            .q)
    }

    /// Why the arm cannot draw back to a pose; nothing when it can. Whoever backs off needs no margin for work:
    /// joints may come near their ends.
    pub(crate) fn withdraw(
        &self,
        base_from_tool: &Isometry3<f64>,
        from: &SVector<f64, D>,
    ) -> Option<IkFailure<D>> {
        let target = Transform::from_raw(*base_from_tool);
        let options = IkOptions {
            position_tolerance: Metres::new(1e-4),
            orientation_tolerance: Radians::new(1e-3),
            joint_margin: BACKING_OFF_MARGIN,
            ..self.options(60)
        };
        self.arm.inverse_kinematics(&target, from, &options).err()
    }

    /// Follows neighbouring poses from a posture near the first: for the short ways in and out and the
    /// ways between, where there is nothing to choose.
    pub(crate) fn follow(&self, poses: &[Isometry3<f64>], start: &SVector<f64, D>) -> Walk<D> {
        let mut walk = Walk {
            postures: Vec::with_capacity(poses.len()),
            failures: Vec::new(),
        };
        let mut posture = *start;
        for (index, pose) in poses.iter().enumerate() {
            let nudge = if index == 0 { 0.0 } else { NUDGE };
            let seed = self.toward_centre(&posture, nudge);
            let found = self
                .solve(pose, &seed, 12)
                .or_else(|_| self.solve(pose, &posture, 60));
            posture = match found {
                Ok(q) => q,
                Err(failure) => {
                    walk.failures.push((index, failure));
                    failure.nearest
                }
            };
            walk.postures.push(posture);
        }
        walk
    }
}

/// Where joints like to be: the middle of their ranges (rad or m), 0 for those without ends.
pub(crate) fn middle<const D: usize>(arm: &ArmModel<D>) -> SVector<f64, D> {
    let limits = arm.limits();
    SVector::from_fn(|i, _| {
        let middle = 0.5 * (limits.lower[i] + limits.upper[i]);
        if middle.is_finite() { middle } else { 0.0 }
    })
}

/// A step toward the middle of the joint ranges, no longer than `most` (rad). Solving for the pose from
/// there takes back what moved the tool; what stays is motion that the tool does not feel. Six joints
/// leave nothing to choose.
pub(crate) fn toward_centre<const D: usize>(
    arm: &ArmModel<D>,
    centre: &SVector<f64, D>,
    q: &SVector<f64, D>,
    most: f64,
) -> SVector<f64, D> {
    if D <= 6 {
        return *q;
    }
    let limits = arm.limits();
    let pull = SVector::<f64, D>::from_fn(|i, _| {
        let half = 0.5 * (limits.upper[i] - limits.lower[i]);
        if half.is_finite() && half > 0.0 {
            (centre[i] - q[i]) / (half * half)
        } else {
            0.0
        }
    });
    let length = pull.norm();
    if length > most {
        q + pull * (most / length)
    } else {
        q + pull
    }
}

/// The pose turned about its own z.
pub(crate) fn turned(pose: &Isometry3<f64>, yaw: f64) -> Isometry3<f64> {
    let turn = UnitQuaternion::from_axis_angle(&Vector3::z_axis(), yaw);
    pose * Isometry3::from_parts(Translation3::identity(), turn)
}

/// The joint nearest to one of its ends and its distance from it (rad or m); `None` when no joint has
/// ends.
pub(crate) fn joint_margin<const D: usize>(
    arm: &ArmModel<D>,
    q: &SVector<f64, D>,
) -> Option<(usize, f64)> {
    let limits = arm.limits();
    let margins = (0..D).map(|i| (i, (q[i] - limits.lower[i]).min(limits.upper[i] - q[i])));
    margins
        .filter(|(_, m)| m.is_finite())
        .min_by(|a, b| a.1.total_cmp(&b.1))
}

/// Least motion of the tool (m, a radian of turning counted as 0.3 m) that a unit joint motion gives
/// in any direction: the smallest singular value of the weighted Jacobian.
pub(crate) fn smallest_gain<const D: usize>(arm: &ArmModel<D>, q: &SVector<f64, D>) -> f64 {
    smallest_singular_value(&arm.tool_jacobian(q).1)
}

/// As [`smallest_gain`], for a Jacobian at hand.
pub(crate) fn smallest_singular_value<const D: usize>(jacobian: &SMatrix<f64, 6, D>) -> f64 {
    let least = weighted_square(jacobian).symmetric_eigenvalues().min();
    least.max(0.0).sqrt()
}

/// True only where [`smallest_singular_value`] is at least `gain`; where it is less by a hair or equal, false
/// too. Ten times quicker: what is left after taking the square of the gain off is still positive definite.
pub(crate) fn has_gain<const D: usize>(jacobian: &SMatrix<f64, 6, D>, gain: f64) -> bool {
    // Far above the rounding of both.
    const HAIR: f64 = 1e-12;
    let mut left = weighted_square(jacobian);
    for i in 0..6 {
        left[(i, i)] -= gain * gain * (1.0 + 1e-9) + HAIR;
    }
    left.cholesky().is_some()
}

/// `J Jᵀ` with turning counted in metres.
fn weighted_square<const D: usize>(jacobian: &SMatrix<f64, 6, D>) -> SMatrix<f64, 6, 6> {
    let mut weighted = *jacobian;
    weighted.fixed_rows_mut::<3>(3).scale_mut(METRES_PER_RADIAN);
    weighted * weighted.transpose()
}

#[cfg(test)]
mod tests;
