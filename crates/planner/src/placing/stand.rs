//! The arm on one base: postures for poses, and their margins.

use kinematics::{ArmModel, ArmShape, IkFailure, IkOptions};
use nalgebra::{Isometry3, Point3, SVector, Vector3, Vector6};
use quantities::{Metres, Radians, Transform};

use super::course::{Course, Spot};
use super::margins::Margins;
use super::mounts::{Mount, foot_radius};
use crate::PlanRequest;
use crate::clearance::{Clearance, foot_has_room, highest_skin};
use crate::ground::Ground;
use crate::reach::{
    PLANNED_JOINT_MARGIN, joint_margin, middle, smallest_singular_value, toward_centre,
};

/// Standard gravity (m/s²).
const GRAVITY: f64 = kinematics::STANDARD_GRAVITY;
/// What links keep from the ceiling plate and from the column below the base (m). Chosen.
const KEPT: f64 = 0.02;
/// Two postures of the park pose are different branches when a joint differs by more (rad).
const BRANCH: f64 = 0.35;
/// Drift toward the middle of the joint ranges while the branch settles (rad), where joints are to spare.
const SETTLING: f64 = 0.15;

/// How closely to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Detail {
    /// Joints alone: for the coarse grid.
    Joints,
    /// Clearances too.
    Full,
}

/// The arm on one base, with each of the tools.
pub(super) struct Stand<'a, const D: usize> {
    request: &'a PlanRequest<'a, D>,
    /// The arm with each of the tools as a body.
    shapes: &'a [ArmShape<D>],
    highest_skin: f64,
    /// `None` for the present base.
    pub mount: Option<Mount>,
    pub table_from_base: Isometry3<f64>,
    base_from_table: Isometry3<f64>,
    /// Under the gravity that this base has.
    pub arms: Vec<ArmModel<D>>,
    centre: SVector<f64, D>,
    foot: f64,
}

impl<'a, const D: usize> Stand<'a, D> {
    pub(super) fn new(
        request: &'a PlanRequest<'a, D>,
        shapes: &'a [ArmShape<D>],
        table_from_base: Isometry3<f64>,
        mount: Option<Mount>,
    ) -> Self {
        let base_from_table = table_from_base.inverse();
        let gravity = base_from_table.rotation * Vector3::new(0.0, 0.0, -GRAVITY);
        let arms = request
            .arms
            .iter()
            .map(|(arm, _)| arm.with_gravity(gravity));
        let arms: Vec<ArmModel<D>> = arms.collect();
        let centre = arms.first().map_or_else(SVector::zeros, middle);
        Self {
            request,
            shapes,
            highest_skin: highest_skin(request.back),
            mount,
            table_from_base,
            base_from_table,
            arms,
            centre,
            foot: foot_radius(request.capsules),
        }
    }

    /// A pose told in base.
    pub(super) fn in_base(&self, table_from_tool: &Isometry3<f64>) -> Isometry3<f64> {
        self.base_from_table * table_from_tool
    }

    pub(super) fn ground(&self, tool: usize) -> Option<Ground<'a>> {
        let (_, spec) = self.request.arms.get(tool)?;
        Some(Ground {
            back: self.request.back,
            envelope: self.request.envelope,
            patch: spec.model.patch,
            rating: spec.model.pressure_rating,
            touchable: None,
        })
    }

    /// True when the foot itself stands clear of the client, the table and the floor.
    pub(super) fn has_room(&self) -> bool {
        let PlanRequest {
            capsules,
            back,
            table,
            ..
        } = self.request;
        foot_has_room(capsules, back, table, &self.table_from_base)
    }

    pub(super) fn solve(
        &self,
        tool: usize,
        base_from_tool: &Isometry3<f64>,
        seed: &SVector<f64, D>,
        iterations: u32,
    ) -> Result<SVector<f64, D>, IkFailure<D>> {
        let nowhere = IkFailure {
            nearest: *seed,
            position_residual: Metres::new(f64::INFINITY),
            orientation_residual: Radians::new(f64::INFINITY),
            limited_by: kinematics::LimitedBy::NotFinite,
        };
        let options = IkOptions {
            position_tolerance: Metres::new(5e-5),
            orientation_tolerance: Radians::new(5e-4),
            max_iterations: iterations,
            joint_margin: PLANNED_JOINT_MARGIN,
            ..IkOptions::default()
        };
        let arm = self.arms.get(tool).ok_or(nowhere)?;
        let target = Transform::from_raw(*base_from_tool);
        Ok(arm.inverse_kinematics(&target, seed, &options)?.q)
    }

    /// A step toward the middle of the joint ranges, no longer than `most` (rad); what the tool feels
    /// of it is taken back by solving again.
    pub(super) fn toward_centre(&self, q: &SVector<f64, D>, most: f64) -> SVector<f64, D> {
        let drawn = |arm| toward_centre(arm, &self.centre, q, most);
        self.arms.first().map_or(*q, drawn)
    }

    /// Settles a posture toward the middle without moving the tool.
    pub(super) fn settled(
        &self,
        tool: usize,
        base_from_tool: &Isometry3<f64>,
        posture: &SVector<f64, D>,
        steps: u32,
    ) -> SVector<f64, D> {
        let mut settled = *posture;
        for _ in 0..if D > 6 { steps } else { 0 } {
            let nudged = self.toward_centre(&settled, SETTLING);
            match self.solve(tool, base_from_tool, &nudged, 15) {
                Ok(next) if (next - settled).norm() > 5e-3 => settled = next,
                Ok(_) | Err(_) => break,
            }
        }
        settled
    }

    /// Different postures that put the first tool over the middle of the work, most comfortable first.
    pub(super) fn branches(
        &self,
        course: &Course,
        seeds: u32,
        most: usize,
    ) -> Vec<SVector<f64, D>> {
        let tool = course.legs.first().map_or(0, |leg| leg.tool);
        let Some(arm) = self.arms.get(tool) else {
            return Vec::new();
        };
        let hub = self.in_base(&course.hub);
        let mut found: Vec<(SVector<f64, D>, f64)> = Vec::new();
        for number in 1..=seeds {
            let Ok(posture) = self.solve(tool, &hub, &arm.spread_posture(number), 40) else {
                continue;
            };
            let posture = unwound(arm, &self.settled(tool, &hub, &posture, 6));
            if found
                .iter()
                .any(|(known, _)| (known - posture).amax() < BRANCH)
            {
                continue;
            }
            let comfort = self.margins(tool, &posture, 0.0, Detail::Full).comfort().0;
            found.push((posture, comfort));
        }
        found.sort_by(|a, b| b.1.total_cmp(&a.1));
        found.truncate(most);
        let mut branches: Vec<SVector<f64, D>> = found.into_iter().map(|(q, _)| q).collect();
        if self.mount.is_none() {
            branches.insert(0, self.request.park);
        }
        branches
    }

    /// Margins of a posture that presses with `force` (N) along tool z.
    pub(super) fn margins(
        &self,
        tool: usize,
        q: &SVector<f64, D>,
        force: f64,
        detail: Detail,
    ) -> Margins {
        let Some(arm) = self.arms.get(tool) else {
            return Margins::BEST;
        };
        let now = arm.tool_kinematics(q, &SVector::zeros());
        let press = now.base_from_tool.raw().rotation * Vector3::new(0.0, 0.0, force);
        let wrench = Vector6::new(press.x, press.y, press.z, 0.0, 0.0, 0.0);
        let torque = arm.gravity(q) + now.jacobian.tr_mul(&wrench);
        let left = |i: usize| 1.0 - torque[i].abs() / arm.limits().torque[i];
        let reserves = (0..D).map(|i| (i, left(i))).filter(|r| r.1.is_finite());
        let full = detail == Detail::Full;
        Margins {
            joint: joint_margin(arm, q).unwrap_or((0, f64::INFINITY)),
            gain: smallest_singular_value(&now.jacobian),
            reserve: reserves
                .min_by(|a, b| a.1.total_cmp(&b.1))
                .unwrap_or((0, f64::INFINITY)),
            clearance: match (full, self.ground(tool), self.shapes.get(tool)) {
                (true, Some(ground), Some(shape)) => self.clearance(arm, ground, shape).room(q),
                _ => f64::INFINITY,
            },
            surroundings: if full {
                self.surroundings(arm, q)
            } else {
                f64::INFINITY
            },
        }
    }

    fn clearance<'s>(
        &'s self,
        arm: &'s ArmModel<D>,
        ground: Ground<'s>,
        shape: &'s ArmShape<D>,
    ) -> Clearance<'s, D> {
        Clearance {
            arm,
            ground,
            shape,
            table: self.request.table,
            table_from_base: self.table_from_base,
            highest_skin: self.highest_skin,
            skin: None,
        }
    }

    /// Spare distance of the links from what carries the base (m): the plate of a
    /// hanging arm, the column below a standing one.
    fn surroundings(&self, arm: &ArmModel<D>, q: &SVector<f64, D>) -> f64 {
        let links = arm.link_poses(q);
        let hangs = (self.table_from_base.rotation * Vector3::z()).z < -0.5;
        let mut spare = f64::INFINITY;
        for capsule in self.request.capsules {
            let Some(joint) = capsule.link.filter(|joint| *joint >= 1) else {
                continue;
            };
            let Some(link) = links.get(joint) else {
                continue;
            };
            for end in [capsule.a, capsule.b] {
                let in_base = (link * end).coords;
                let from_stand = if hangs {
                    in_base.z
                } else {
                    in_base.z.max(in_base.xy().norm() - self.foot)
                };
                spare = spare.min(from_stand - capsule.radius.get() - KEPT);
            }
        }
        spare
    }

    /// Origins of the links and the tool in the table frame, for the picture.
    pub(super) fn arm_at(&self, tool: usize, q: &SVector<f64, D>) -> Vec<Point3<f64>> {
        let Some(arm) = self.arms.get(tool) else {
            return Vec::new();
        };
        let base = Point3::from(self.table_from_base.translation.vector);
        let links = arm.link_poses(q);
        let origins = links.iter().map(|link| self.table_from_base * link);
        let tool = self.table_from_base * arm.tool_pose(q).raw();
        let flange = self.table_from_base * arm.flange_pose(q).raw();
        let origins = origins.chain([flange, tool]);
        let placed = origins.map(|pose| Point3::from(pose.translation.vector));
        [base].into_iter().chain(placed).collect()
    }

    /// The place told in words of the tool: a spot's pose in base, turned about tool z.
    pub(super) fn target(&self, spot: &Spot, yaw: f64) -> Isometry3<f64> {
        crate::reach::turned(&self.in_base(&spot.table_from_tool), yaw)
    }
}

/// The same posture with joints of more than a turn brought near the middle of their ranges.
fn unwound<const D: usize>(arm: &ArmModel<D>, q: &SVector<f64, D>) -> SVector<f64, D> {
    use core::f64::consts::TAU;
    let (limits, centre) = (arm.limits(), middle(arm));
    SVector::from_fn(|i, _| {
        if limits.upper[i] - limits.lower[i] > TAU {
            q[i] - TAU * ((q[i] - centre[i]) / TAU).round()
        } else {
            q[i]
        }
    })
}
