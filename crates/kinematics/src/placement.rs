//! Where every joint is, in base axes: computed once, used by everything else.
//!
//! A joint's rotation about a fixed axis `a` by `q` is `R0 (a aᵀ + cos q (1 - a aᵀ) + sin q [a]×)`
//! (Rodrigues' formula). The three constant
//! matrices are made once, so that a pose costs one `sincos` and one matrix product a joint.

use nalgebra::{Isometry3, Matrix3, Rotation3, SVector, Translation3, UnitQuaternion, Vector3};

use crate::chain::{ChainJoint, JointKind};

/// The constants of one joint.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JointGeometry {
    turns: bool,
    /// Origin of the joint frame in the frame before, at position 0 (m).
    offset: Vector3<f64>,
    /// The axis in the axes of the frame before.
    axis_in_parent: Vector3<f64>,
    steady: Matrix3<f64>,
    cosine: Matrix3<f64>,
    sine: Matrix3<f64>,
}

impl JointGeometry {
    pub(crate) fn new(joint: &ChainJoint) -> Self {
        let turn = joint
            .parent_from_joint
            .rotation
            .to_rotation_matrix()
            .into_inner();
        let axis = joint.axis;
        let offset = joint.parent_from_joint.translation.vector;
        let axis_in_parent = turn * axis;
        let along = turn * (axis * axis.transpose());
        match joint.kind {
            JointKind::Revolute | JointKind::Continuous => Self {
                turns: true,
                offset,
                axis_in_parent,
                steady: along,
                cosine: turn - along,
                sine: turn * axis.cross_matrix(),
            },
            JointKind::Prismatic => Self {
                turns: false,
                offset,
                axis_in_parent,
                steady: turn,
                cosine: Matrix3::zeros(),
                sine: Matrix3::zeros(),
            },
        }
    }

    /// True when the joint turns, false when it slides.
    pub(crate) fn turns(&self) -> bool {
        self.turns
    }

    /// Greatest distance from this joint's origin to the one before, over a range of positions (m).
    pub(crate) fn longest_offset(&self, lower: f64, upper: f64) -> f64 {
        if self.turns {
            return self.offset.norm();
        }
        let at = |position: f64| (self.offset + self.axis_in_parent * position).norm();
        at(lower).max(at(upper))
    }
}

/// All joint frames at one posture, in base axes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Placement<const D: usize> {
    /// `R` with base ← link i.
    pub(crate) rotations: [Matrix3<f64>; D],
    /// Origin of link i in base (m).
    pub(crate) origins: [Vector3<f64>; D],
    /// Axis of joint i in base.
    pub(crate) axes: [Vector3<f64>; D],
}

impl<const D: usize> Placement<D> {
    pub(crate) fn new(joints: &[JointGeometry; D], positions: &SVector<f64, D>) -> Self {
        let mut placed = Self {
            rotations: [Matrix3::identity(); D],
            origins: [Vector3::zeros(); D],
            axes: [Vector3::zeros(); D],
        };
        let mut rotation = Matrix3::identity();
        let mut origin = Vector3::zeros();
        for i in 0..D {
            let joint = &joints[i];
            let axis = rotation * joint.axis_in_parent;
            origin += rotation * joint.offset;
            if joint.turns {
                let (sine, cosine) = libm::sincos(positions[i]);
                let turn = joint.steady + joint.cosine * cosine + joint.sine * sine;
                rotation *= turn;
            } else {
                origin += axis * positions[i];
                rotation *= joint.steady;
            }
            placed.rotations[i] = rotation;
            placed.origins[i] = origin;
            placed.axes[i] = axis;
        }
        placed
    }

    /// Rotation and origin of the last link; the base itself when there is none.
    pub(crate) fn last(&self) -> (Matrix3<f64>, Vector3<f64>) {
        match (self.rotations.last(), self.origins.last()) {
            (Some(rotation), Some(origin)) => (*rotation, *origin),
            (None, _) | (_, None) => (Matrix3::identity(), Vector3::zeros()),
        }
    }
}

/// A pose from a rotation matrix and an origin.
pub(crate) fn isometry(rotation: &Matrix3<f64>, origin: &Vector3<f64>) -> Isometry3<f64> {
    let rotation =
        UnitQuaternion::from_rotation_matrix(&Rotation3::from_matrix_unchecked(*rotation));
    Isometry3::from_parts(Translation3::from(*origin), rotation)
}
