//! What the arm can do: speeds, joint ends, singularity, torque, clearance.

use nalgebra::{Isometry3, SVector};
use plan::Knot;
use quantities::Force;

use super::{Manner, Sample};
use crate::clearance::{Against, Watch};
use crate::reach::{self, has_gain, joint_margin, smallest_singular_value};
use crate::rejection::{Breach, Rule};
use crate::scene::{Scene, TURNING};
use crate::timing::KNOT_SPACING;

/// Promised distance from every joint end (rad).
pub(crate) const JOINT_MARGIN: f64 = 0.09;
/// Least motion of the tool per joint motion in the worst direction (m/rad). Chosen: below it, joints
/// spin for nothing.
pub(crate) const LEAST_GAIN: f64 = 0.015;
/// Shares of the joint limits that may be used.
const SPEED_SHARE: f64 = 0.8;
pub(crate) const TORQUE_SHARE: f64 = 0.8;
/// The posture puts the tool on its pose this well (m; rad).
const POSE_TOLERANCE: (f64, f64) = (5e-4, 3e-3);
/// Least height of the patch over the skin in free motion (m); at the hover's ends the patch is within
/// 40 mm, less what the skin rises under its edge.
const FREE_HEIGHT: f64 = 0.026;

const MOVE_BASE: &str = "move the base, or turn it, so that this place lies in the middle of the \
                         arm's reach";

const RAISE: &str =
    "set the base higher, or give the height of the table top with height_mm in [table]";
const SPREAD_OUT: &str = "move the base further from this place, choose another park posture, or tighten \
                          the capsules of the arm's profile where they are thicker than the links";

impl<const D: usize> Scene<'_, D> {
    pub(super) fn prove_motion(&self, sample: &Sample<'_, D>, report: &mut impl FnMut(Breach)) {
        let Some(before) = sample.before else { return };
        let knot = sample.knot;
        let (from, to) = (before.base_from_tool.raw(), knot.base_from_tool.raw());
        let speed = (to.translation.vector - from.translation.vector).norm() / KNOT_SPACING;
        let envelope = self.request.envelope;
        let allowed = match sample.manner {
            Manner::Contact | Manner::Holding => envelope.contact_speed().get(),
            Manner::Free | Manner::Entering => envelope.free_speed().get(),
        };
        if speed > allowed {
            let detail = String::new();
            let remedy = "lower speed_mm_per_s of the step";
            report(sample.breach(Rule::ToolSpeed, (speed, allowed), detail, remedy));
        }
        let turning = from.rotation.angle_to(&to.rotation) / KNOT_SPACING;
        // The grain of the interpolation stays under the difference to the planned rate.
        let turning_allowed = 1.5 * TURNING;
        if turning > turning_allowed {
            let remedy = "lower speed_mm_per_s of the step, or keep further from the flank";
            let detail = String::new();
            report(sample.breach(Rule::Turning, (turning, turning_allowed), detail, remedy));
        }
        let limits = self.arm.limits();
        for i in 0..D {
            let share =
                (knot.posture[i] - before.posture[i]).abs() / KNOT_SPACING / limits.velocity[i];
            if share > SPEED_SHARE {
                let detail = format!("joint {}", i + 1);
                let remedy = "lower speed_mm_per_s of the step, or move the base";
                report(sample.breach(Rule::JointSpeed, (share, SPEED_SHARE), detail, remedy));
            }
        }
    }

    /// `watch` goes with the samples of one segment, in their order.
    pub(super) fn prove_posture(
        &self,
        sample: &Sample<'_, D>,
        watch: &mut Watch<D>,
        report: &mut impl FnMut(Breach),
    ) {
        let q = &sample.knot.posture;
        let (base_from_tool, jacobian) = self.arm.tool_jacobian(q);
        let pose = sample.knot.base_from_tool.raw();
        let reached = base_from_tool.raw();
        let away = (reached.translation.vector - pose.translation.vector).norm();
        let turned = reached.rotation.angle_to(&pose.rotation);
        if away > POSE_TOLERANCE.0 || turned > POSE_TOLERANCE.1 {
            let detail = format!(
                "the nearest posture is {:.1} mm and {:.1} deg off",
                away * 1e3,
                turned.to_degrees()
            );
            report(sample.breach(Rule::Reach, (away, POSE_TOLERANCE.0), detail, MOVE_BASE));
        }
        if let Some((joint, margin)) = joint_margin(self.arm, q)
            && margin < JOINT_MARGIN
        {
            let detail = format!("joint {}", joint + 1);
            report(sample.breach(Rule::JointMargin, (margin, JOINT_MARGIN), detail, MOVE_BASE));
        }
        // The joint-space legs of free motion may pass near a singular posture without harm.
        if sample.manner != Manner::Free && !has_gain(&jacobian, LEAST_GAIN) {
            let gain = smallest_singular_value(&jacobian);
            if gain < LEAST_GAIN {
                let (figures, detail) = ((gain, LEAST_GAIN), String::new());
                report(sample.breach(Rule::Singularity, figures, detail, MOVE_BASE));
            }
        }
        self.prove_torque(sample, &jacobian, report);
        self.prove_clearance(sample, watch, report);
    }

    /// Gravity and the press, standing still: `τ = g(q) + Jᵀ f`.
    fn prove_torque(
        &self,
        sample: &Sample<'_, D>,
        jacobian: &nalgebra::SMatrix<f64, 6, D>,
        report: &mut impl FnMut(Breach),
    ) {
        let q = &sample.knot.posture;
        let press = Force::<quantities::Tool>::new(0.0, 0.0, sample.knot.force.get());
        let force = sample.knot.base_from_tool.rotate(&press);
        let force = force.raw();
        let wrench = nalgebra::Vector6::new(force.x, force.y, force.z, 0.0, 0.0, 0.0);
        let torque = self.arm.gravity(q) + jacobian.tr_mul(&wrench);
        let limits = self.arm.limits();
        for i in 0..D {
            let share = torque[i].abs() / limits.torque[i];
            if share > TORQUE_SHARE {
                let detail = format!("joint {} would hold {:.1} N·m", i + 1, torque[i]);
                let remedy = "use a lighter tool or a stronger arm, or move the base nearer";
                report(sample.breach(Rule::JointTorque, (share, TORQUE_SHARE), detail, remedy));
            }
        }
    }

    fn prove_clearance(
        &self,
        sample: &Sample<'_, D>,
        watch: &mut Watch<D>,
        report: &mut impl FnMut(Breach),
    ) {
        let Some(tight) = self.clearance.breach(&sample.knot.posture, watch) else {
            return;
        };
        let part = tight.part;
        let (rule, detail, remedy) = match tight.against {
            Against::Body => (
                Rule::BodyClearance,
                format!("{part} over the client"),
                MOVE_BASE,
            ),
            Against::Table => (
                Rule::TableClearance,
                format!("{part} and the table"),
                MOVE_BASE,
            ),
            Against::Floor => (
                Rule::FloorClearance,
                format!("{part} over the floor"),
                RAISE,
            ),
            Against::Part(other) => (
                Rule::SelfClearance,
                format!("{part} and {other}"),
                SPREAD_OUT,
            ),
        };
        report(sample.breach(rule, (tight.distance, tight.limit), detail, remedy));
    }

    /// In free space the patch stays clear of body and table.
    pub(super) fn prove_free(&self, sample: &Sample<'_, D>, report: &mut impl FnMut(Breach)) {
        let height = self.patch_height(sample.knot.base_from_tool.raw());
        if height < FREE_HEIGHT {
            let detail = format!("the {} in free motion", self.spec.name);
            report(sample.breach(
                Rule::BodyClearance,
                (height, FREE_HEIGHT),
                detail,
                MOVE_PARK,
            ));
        }
    }

    /// True when links and patch stay clear all along a free motion.
    pub(crate) fn is_clear(&self, knots: &[Knot<D>]) -> bool {
        knots.iter().step_by(5).all(|knot| {
            self.patch_height(knot.base_from_tool.raw()) >= FREE_HEIGHT
                && self.clearance.spare(&knot.posture) >= 0.0
        })
    }

    /// True when a free motion may hold this posture with `margin` (m) to spare over every distance, and
    /// with the joint ends as far away as plans keep them.
    pub(crate) fn has_room(&self, q: &SVector<f64, D>, margin: f64) -> bool {
        let limits = self.arm.limits();
        let gravity = self.arm.gravity(q);
        let is_held = (0..D).all(|i| gravity[i].abs() <= TORQUE_SHARE * limits.torque[i]);
        is_held
            && joint_margin(self.arm, q).is_none_or(|(_, rest)| rest >= reach::PLANNED_JOINT_MARGIN)
            && self.patch_height(self.arm.tool_pose(q).raw()) >= FREE_HEIGHT + margin
            && self.clearance.spare(q) >= margin
    }

    /// Least height of the patch's outline over the skin and over the table top (m).
    fn patch_height(&self, base_from_tool: &Isometry3<f64>) -> f64 {
        let table_from_tool = self.in_table(base_from_tool);
        let heights = self.outline.iter().map(|(x, y)| {
            let place = (table_from_tool * nalgebra::Point3::new(*x, *y, 0.0)).coords;
            match self.ground.height_over_skin(&place) {
                Some(height) => height,
                None if self.clearance.table.is_over(&place) => place.z,
                None => f64::INFINITY,
            }
        });
        heights.fold(f64::INFINITY, f64::min)
    }
}

const MOVE_PARK: &str =
    "choose a park posture beside or above the client from which the way is free";
