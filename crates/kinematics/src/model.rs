//! The arm as the loop sees it: fixed-size, allocation-free; where the tool is and how it moves.

use nalgebra::{Isometry3, IsometryMatrix3, Matrix3, Rotation3, SVector, Translation3, Vector3};
use quantities::{Base, Flange, Tool, Transform};

use crate::bodies::{RigidBody, principal_moments};
use crate::chain::{ArmChain, ChainJoint, JointKind};
use crate::description::{finite, not_negative};
use crate::moments::Moments;
use crate::placement::{Geometry, Placement, isometry};
use crate::{Payload, UrdfError};

/// Standard acceleration of free fall (m/s²), by definition of the 3rd General Conference on Weights
/// and Measures, 1901.
pub const STANDARD_GRAVITY: f64 = 9.80665;

/// Limits of all joints; units per joint as in [`crate::ChainLimits`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JointLimits<const D: usize> {
    /// Least positions (rad or m); minus infinity for continuous joints.
    pub lower: SVector<f64, D>,
    /// Greatest positions (rad or m); infinity for continuous joints.
    pub upper: SVector<f64, D>,
    /// Greatest speeds (rad/s or m/s).
    pub velocity: SVector<f64, D>,
    /// Greatest motor torques or forces (N·m or N).
    pub torque: SVector<f64, D>,
}

/// A serial arm of `D` joints with an optional payload. Positions, speeds and torques are joint
/// vectors, root side first, in rad or m, per second, N·m or N.
///
/// Rotor inertia is added to the diagonal of the mass matrix (the rotors spin about their own joints;
/// their gyroscopic coupling with the links is neglected). Friction and damping are carried as data
/// and enter no method: they belong to the plant and to whoever compensates them.
#[derive(Clone, Debug)]
pub struct ArmModel<const D: usize> {
    pub(crate) geometry: Geometry<D>,
    /// Bodies in the joint frames of `geometry`; the payload is in the last one.
    pub(crate) bodies: [RigidBody; D],
    /// The same bodies as the recursions take them.
    pub(crate) moments: [Moments; D],
    /// The last body without payload.
    bare_last: RigidBody,
    pub(crate) gravity_in_base: Vector3<f64>,
    /// Gravity in the frame that the first joint counts from.
    pub(crate) gravity_in_foot: Vector3<f64>,
    pub(crate) limits: JointLimits<D>,
    pub(crate) rotor_inertia: SVector<f64, D>,
    friction: SVector<f64, D>,
    damping: SVector<f64, D>,
    /// Pose of the flange in the last joint frame.
    last_from_flange: Isometry3<f64>,
    /// Rotation and origin of the tool in the last joint frame.
    pub(crate) last_from_tool: (Matrix3<f64>, Vector3<f64>),
}

impl<const D: usize> ArmModel<D> {
    /// Builds the model, gravity along minus z of base, no payload (the tool is the flange).
    ///
    /// # Errors
    /// [`UrdfError::WrongSize`] when `D` is not the number of joints; [`UrdfError::BadNumber`] and its
    /// kin when a number of the chain (perhaps overridden) is out of range.
    pub fn from_chain(chain: &ArmChain) -> Result<Self, UrdfError> {
        let wrong_size = || UrdfError::WrongSize {
            chain: chain.name.clone(),
            found: chain.joints.len(),
            asked: D,
        };
        for joint in &chain.joints {
            judge_joint(joint)?;
        }
        let joints: &[ChainJoint; D] = chain
            .joints
            .as_slice()
            .try_into()
            .map_err(|_| wrong_size())?;
        let geometry = Geometry::new(joints);
        let mut bodies = joints.each_ref().map(ChainJoint::body);
        for (body, joint_from_link) in bodies.iter_mut().zip(&geometry.joint_from_link) {
            *body = body.told_in(&isometry(joint_from_link, &Vector3::zeros()));
        }
        let (bare_last, last_turn) = bodies
            .last()
            .zip(geometry.joint_from_link.last())
            .ok_or_else(wrong_size)?;
        let bare_last = *bare_last;
        let last_from_flange = isometry(last_turn, &Vector3::zeros()) * chain.last_from_tip;
        let each = |of: fn(&ChainJoint) -> f64| SVector::from(joints.each_ref().map(of));
        let gravity_in_base = Vector3::new(0.0, 0.0, -STANDARD_GRAVITY);
        Ok(Self {
            moments: bodies.each_ref().map(Moments::of),
            bodies,
            bare_last,
            gravity_in_base,
            gravity_in_foot: geometry.foot.tr_mul(&gravity_in_base),
            geometry,
            limits: JointLimits {
                lower: each(|joint| joint.limits.lower),
                upper: each(|joint| joint.limits.upper),
                velocity: each(|joint| joint.limits.velocity),
                torque: each(|joint| joint.limits.effort),
            },
            rotor_inertia: each(|joint| joint.rotor_inertia),
            friction: each(|joint| joint.friction),
            damping: each(|joint| joint.damping),
            last_from_flange,
            last_from_tool: split(&last_from_flange),
        })
    }

    /// The same arm with this payload instead of any it had.
    #[must_use]
    pub fn with_payload(&self, payload: &Payload) -> Self {
        let mut arm = self.clone();
        let in_flange = RigidBody {
            mass: payload.mass.get(),
            centre: payload.centre_of_mass.raw().coords,
            inertia: payload.inertia,
        };
        if let Some(last) = arm.bodies.last_mut() {
            *last = self
                .bare_last
                .joined(&in_flange.told_in(&self.last_from_flange));
        }
        arm.moments = arm.bodies.each_ref().map(Moments::of);
        arm.last_from_tool = split(&(self.last_from_flange * payload.flange_from_tool.raw()));
        arm
    }

    /// The same arm under another gravity (m/s², base axes): a tilted or hanging base.
    #[must_use]
    pub fn with_gravity(&self, gravity_in_base: Vector3<f64>) -> Self {
        Self {
            gravity_in_base,
            gravity_in_foot: self.geometry.foot.tr_mul(&gravity_in_base),
            ..self.clone()
        }
    }

    /// The same arm with other rotor inertias (kg·m² or kg, seen at the joint).
    #[must_use]
    pub fn with_rotor_inertia(&self, rotor_inertia: SVector<f64, D>) -> Self {
        Self {
            rotor_inertia,
            ..self.clone()
        }
    }

    /// Limits of all joints.
    #[must_use]
    pub fn limits(&self) -> &JointLimits<D> {
        &self.limits
    }

    /// Rotor inertia seen at each joint (kg·m² or kg).
    #[must_use]
    pub fn rotor_inertia(&self) -> &SVector<f64, D> {
        &self.rotor_inertia
    }

    /// Dry friction of each joint (N·m or N).
    #[must_use]
    pub fn friction(&self) -> &SVector<f64, D> {
        &self.friction
    }

    /// Viscous friction of each joint (N·m·s/rad or N·s/m).
    #[must_use]
    pub fn damping(&self) -> &SVector<f64, D> {
        &self.damping
    }

    /// Gravity in base axes (m/s²).
    #[must_use]
    pub fn gravity_in_base(&self) -> &Vector3<f64> {
        &self.gravity_in_base
    }

    /// Pose of the flange.
    #[must_use]
    pub fn flange_pose(&self, positions: &SVector<f64, D>) -> Transform<Base, Flange> {
        let (rotation, origin) = compose(&self.place(positions), &split(&self.last_from_flange));
        Transform::from_raw(isometry(&rotation, &origin))
    }

    /// Pose of the tool; without payload that of the flange.
    #[must_use]
    pub fn tool_pose(&self, positions: &SVector<f64, D>) -> Transform<Base, Tool> {
        let (rotation, origin) = self.tool_of(&self.place(positions));
        Transform::from_raw(isometry(&rotation, &origin))
    }

    /// Pose in base of every link: the frame that moves with joint i.
    #[must_use]
    pub fn link_poses(&self, positions: &SVector<f64, D>) -> [Isometry3<f64>; D] {
        self.link_frames(positions)
            .map(|frame| isometry(frame.rotation.matrix(), &frame.translation.vector))
    }

    /// [`ArmModel::link_poses`] with rotation matrices: quicker to have, and quicker to apply to many points.
    #[must_use]
    pub fn link_frames(&self, positions: &SVector<f64, D>) -> [IsometryMatrix3<f64>; D] {
        let placed = self.place(positions);
        core::array::from_fn(|i| {
            let rotation = placed.rotations[i] * self.geometry.joint_from_link[i];
            IsometryMatrix3::from_parts(
                Translation3::from(placed.origins[i]),
                Rotation3::from_matrix_unchecked(rotation),
            )
        })
    }

    pub(crate) fn place(&self, positions: &SVector<f64, D>) -> Placement<D> {
        Placement::new(&self.geometry, positions)
    }

    /// Rotation and origin of the tool in base.
    pub(crate) fn tool_of(&self, placed: &Placement<D>) -> (Matrix3<f64>, Vector3<f64>) {
        compose(placed, &self.last_from_tool)
    }

    /// Longest distance the tool origin can have from the first joint's origin (m), and that origin.
    pub(crate) fn reach(&self) -> (Vector3<f64>, f64) {
        let first = self
            .place(&SVector::zeros())
            .origins
            .first()
            .copied()
            .unwrap_or_default();
        let mut reach = self.last_from_tool.1.norm();
        for i in 0..D {
            let (lower, upper) = (self.limits.lower[i], self.limits.upper[i]);
            if i > 0 {
                reach += self.geometry.joints[i].longest_offset(lower, upper);
            } else if !self.geometry.joints[i].turns() {
                reach += lower.abs().max(upper.abs());
            }
        }
        (first, reach)
    }
}

fn split(pose: &Isometry3<f64>) -> (Matrix3<f64>, Vector3<f64>) {
    (
        pose.rotation.to_rotation_matrix().into_inner(),
        pose.translation.vector,
    )
}

fn compose<const D: usize>(
    placed: &Placement<D>,
    last_from_end: &(Matrix3<f64>, Vector3<f64>),
) -> (Matrix3<f64>, Vector3<f64>) {
    let (rotation, origin) = placed.last();
    (
        rotation * last_from_end.0,
        origin + rotation * last_from_end.1,
    )
}

/// Judges a joint again: a profile may have written into it.
fn judge_joint(joint: &ChainJoint) -> Result<(), UrdfError> {
    let place = || format!("joint '{}'", joint.name);
    let limits = &joint.limits;
    if limits.lower.is_nan() || limits.upper.is_nan() || limits.lower > limits.upper {
        let (joint, lower, upper) = (joint.name.clone(), limits.lower, limits.upper);
        return Err(UrdfError::LimitsReversed {
            joint,
            lower,
            upper,
        });
    }
    if limits.lower == limits.upper {
        return Err(UrdfError::LimitsMissing {
            joint: joint.name.clone(),
            at: limits.lower,
        });
    }
    if joint.kind != JointKind::Continuous {
        finite(limits.lower, "the lower limit", place)?;
        finite(limits.upper, "the upper limit", place)?;
    }
    not_negative(limits.velocity, "the velocity limit", place)?;
    not_negative(limits.effort, "the effort limit", place)?;
    not_negative(joint.damping, "the damping", place)?;
    not_negative(joint.friction, "the friction", place)?;
    not_negative(joint.rotor_inertia, "the rotor inertia", place)?;
    not_negative(joint.mass, "the mass", place)?;
    for number in joint.centre_of_mass.iter() {
        finite(*number, "the centre of mass", place)?;
    }
    for number in joint.inertia.iter() {
        finite(*number, "the inertia", place)?;
    }
    if (joint.axis.norm() - 1.0).abs() > 1e-9 || joint.axis.iter().any(|c| !c.is_finite()) {
        return Err(UrdfError::ZeroAxis {
            joint: joint.name.clone(),
        });
    }
    let [smallest, _, largest] = principal_moments(&joint.inertia);
    if smallest < -1e-9 * largest.abs() {
        return Err(UrdfError::NegativeInertia {
            joint: joint.name.clone(),
            moment: smallest,
        });
    }
    Ok(())
}
