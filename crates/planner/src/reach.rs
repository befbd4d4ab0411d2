//! Which postures carry the tool along: one start posture chosen for a whole pass, then followed.

use kinematics::{ArmModel, IkFailure, IkOptions};
use nalgebra::{Isometry3, SMatrix, SVector, Translation3, UnitQuaternion, Vector3};
use quantities::{Metres, Radians, Transform};

use crate::clearance::Clearance;

/// Distance that planned postures keep from the joint ends (rad); the plan promises 0.05.
const JOINT_MARGIN: f64 = 0.10;
/// Postures tried besides the present one and the parked one.
const RESTARTS: u32 = 24;
/// Along a path, every so many points are looked at when start postures are compared.
const STRIDE: usize = 15;
/// A start posture this good is taken without looking further: the parked one, and the present one,
/// which needs no change of posture on the way.
const GOOD_ENOUGH: f64 = 0.6;
const GOOD_ENOUGH_TO_STAY: f64 = 0.45;
/// Steps toward the middle when a start posture settles.
const SETTLING_STEPS: usize = 40;
/// Drift toward the middle from one point of a path to the next (rad): at 1 mm a point and 0.14 m/s
/// below 0.15 rad/s.
const NUDGE: f64 = 1e-3;
/// Weight of a radian against a metre in the Jacobian (m/rad): the lever of a hand. Chosen.
const METRES_PER_RADIAN: f64 = 0.3;

/// Half turns about tool z that show the same patch: every patch is symmetric under them.
const YAWS: [f64; 2] = [0.0, core::f64::consts::PI];

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

/// How to start a pass.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start<const D: usize> {
    /// Posture at the first pose.
    pub posture: SVector<f64, D>,
    /// Yaw to be added to every pose (rad).
    pub yaw: f64,
    /// Score of the worst place; negative when a place is out of reach.
    pub score: f64,
}

impl<'a, const D: usize> Reacher<'a, D> {
    pub(crate) fn new(arm: &'a ArmModel<D>, clearance: &'a Clearance<'a, D>) -> Self {
        let limits = arm.limits();
        let centre = SVector::from_fn(|i, _| {
            let middle = 0.5 * (limits.lower[i] + limits.upper[i]);
            if middle.is_finite() { middle } else { 0.0 }
        });
        Self {
            arm,
            clearance,
            centre,
        }
    }

    fn options(&self, max_iterations: u32) -> IkOptions {
        IkOptions {
            position_tolerance: Metres::new(2e-6),
            orientation_tolerance: Radians::new(1e-5),
            max_iterations,
            joint_margin: JOINT_MARGIN,
            ..IkOptions::default()
        }
    }

    /// A step toward the middle of the joint ranges, no longer than `most` (rad). Solving for the pose
    /// from there takes back what moved the tool; what stays is motion that the tool does not feel.
    fn toward_centre(&self, q: &SVector<f64, D>, most: f64) -> SVector<f64, D> {
        if D <= 6 {
            // Six joints leave nothing to choose.
            return *q;
        }
        let limits = self.arm.limits();
        let pull = SVector::<f64, D>::from_fn(|i, _| {
            let half = 0.5 * (limits.upper[i] - limits.lower[i]);
            if half.is_finite() && half > 0.0 {
                (self.centre[i] - q[i]) / (half * half)
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

    /// One posture from a seed; the redundancy settles toward the middle of the joint ranges.
    fn settle(
        &self,
        base_from_tool: &Isometry3<f64>,
        seed: &SVector<f64, D>,
    ) -> Result<SVector<f64, D>, IkFailure<D>> {
        let mut posture = self.solve(base_from_tool, seed, 80)?;
        for _ in 0..SETTLING_STEPS {
            let nudged = self.toward_centre(&posture, 0.10);
            let Ok(next) = self.solve(base_from_tool, &nudged, 20) else {
                break;
            };
            let moved = (next - posture).norm();
            posture = next;
            if moved < 2e-3 {
                break;
            }
        }
        Ok(posture)
    }

    /// Follows neighbouring poses from a posture near the first.
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

    /// Chooses how to start a pass through `poses`: from `present` when that goes well, else the best
    /// of spread postures; little joint travel from `present` counts in favour.
    pub(crate) fn choose(
        &self,
        poses: &[Isometry3<f64>],
        present: &SVector<f64, D>,
        park: &SVector<f64, D>,
    ) -> Result<Start<D>, IkFailure<D>> {
        let coarse: Vec<Isometry3<f64>> = poses
            .iter()
            .copied()
            .step_by(STRIDE)
            .chain(poses.last().copied())
            .collect();
        let mut best: Option<(Start<D>, f64)> = None;
        let mut nearest: Option<IkFailure<D>> = None;
        let spread = (1..=RESTARTS).map(|number| self.arm.spread_posture(number));
        let seeds: Vec<SVector<f64, D>> = [*present, *park].into_iter().chain(spread).collect();
        for (number, seed) in seeds.iter().enumerate() {
            for yaw in YAWS {
                let turned: Vec<Isometry3<f64>> = coarse.iter().map(|p| turned(p, yaw)).collect();
                let Some(first) = turned.first() else {
                    continue;
                };
                let posture = match self.settle(first, seed) {
                    Ok(posture) => posture,
                    Err(failure) => {
                        nearest = Some(nearest.map_or(failure, |old| nearer(old, failure)));
                        continue;
                    }
                };
                let score = self.score_along(&turned, &posture);
                let worth = score - 0.05 * (posture - present).norm();
                if best.is_none_or(|(_, old)| worth > old) {
                    best = Some((
                        Start {
                            posture,
                            yaw,
                            score,
                        },
                        worth,
                    ));
                }
            }
            // The present posture and the parked one come first.
            let enough = match number {
                0 => GOOD_ENOUGH_TO_STAY,
                1 => GOOD_ENOUGH,
                _ => f64::INFINITY,
            };
            if best.is_some_and(|(start, _)| start.score > enough) {
                break;
            }
        }
        let nowhere = IkFailure {
            nearest: *present,
            position_residual: Metres::new(f64::INFINITY),
            orientation_residual: Radians::new(f64::INFINITY),
            limited_by: kinematics::LimitedBy::NotFinite,
        };
        best.map(|(start, _)| start)
            .ok_or(nearest.unwrap_or(nowhere))
    }

    fn score_along(&self, poses: &[Isometry3<f64>], start: &SVector<f64, D>) -> f64 {
        let walk = self.follow(poses, start);
        if !walk.failures.is_empty() {
            return -(walk.failures.len() as f64) / poses.len() as f64;
        }
        walk.postures
            .iter()
            .map(|q| self.score(q))
            .fold(f64::INFINITY, f64::min)
    }

    /// 0 at a limit, 1 where all is comfortable: joint ends, singularity, clearance.
    fn score(&self, q: &SVector<f64, D>) -> f64 {
        let ends = joint_margin(self.arm, q).map_or(1.0, |(_, margin)| margin / 0.4);
        let singular = smallest_gain(self.arm, q) / 0.10;
        let clear = self.clearance.spare(q) / 0.03 + 0.3;
        ends.min(singular).min(clear).min(1.0)
    }
}

fn nearer<const D: usize>(a: IkFailure<D>, b: IkFailure<D>) -> IkFailure<D> {
    let miss = |f: &IkFailure<D>| f.position_residual.get() + 0.3 * f.orientation_residual.get();
    if miss(&b) < miss(&a) { b } else { a }
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
    let jacobian = arm.tool_kinematics(q, &SVector::zeros()).jacobian;
    smallest_singular_value(&jacobian)
}

/// As [`smallest_gain`], for a Jacobian at hand.
pub(crate) fn smallest_singular_value<const D: usize>(jacobian: &SMatrix<f64, 6, D>) -> f64 {
    let mut weighted = *jacobian;
    weighted.fixed_rows_mut::<3>(3).scale_mut(METRES_PER_RADIAN);
    let squared: SMatrix<f64, 6, 6> = weighted * weighted.transpose();
    let least = squared.symmetric_eigenvalues().min();
    least.max(0.0).sqrt()
}

#[cfg(test)]
mod tests;
