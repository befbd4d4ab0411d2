//! What is left of the way to a pose: error and Jacobian in one weighted measure.
//!
//! The turn is told in tool axes, so that a free yaw is one row left out, and in metres: a radian counts
//! as the lever of a hand.

use nalgebra::{Matrix3, SMatrix, SVector, Vector3, Vector6};
use quantities::{Base, Tool, Transform};

use crate::{ArmModel, IkOptions};

/// Weight of a radian against a metre in the error (m/rad): the size of a hand's lever. Chosen.
const METRES_PER_RADIAN: f64 = 0.3;

impl<const D: usize> ArmModel<D> {
    /// Error and Jacobian at a posture.
    pub(crate) fn look(&self, goal: &Goal, positions: &SVector<f64, D>) -> Look<D> {
        let placed = self.place(positions);
        let (rotation, origin) = self.tool_of(&placed);
        let (error, angle) = goal.error_from(&rotation, &origin);
        let mut jacobian = self.jacobian_of(&placed, &origin);
        // Angular rows into tool axes (so that yaw is one row) and into metres.
        for i in 0..D {
            let angular = Vector3::new(jacobian[(3, i)], jacobian[(4, i)], jacobian[(5, i)]);
            let turned = rotation.tr_mul(&angular) * METRES_PER_RADIAN;
            jacobian[(3, i)] = turned.x;
            jacobian[(4, i)] = turned.y;
            jacobian[(5, i)] = if goal.free_yaw { 0.0 } else { turned.z };
        }
        let distance = error.fixed_rows::<3>(0).norm();
        Look {
            q: *positions,
            error,
            jacobian,
            distance,
            angle,
        }
    }
}

/// The target in bare numbers.
#[derive(Clone, Copy)]
pub(crate) struct Goal {
    rotation: Matrix3<f64>,
    pub(crate) origin: Vector3<f64>,
    free_yaw: bool,
}

impl Goal {
    pub(crate) fn new(target: &Transform<Base, Tool>, options: &IkOptions) -> Self {
        Self {
            rotation: target.rotation().matrix(),
            origin: target.origin().raw().coords,
            free_yaw: options.free_yaw,
        }
    }

    pub(crate) fn is_finite(&self) -> bool {
        self.rotation
            .iter()
            .chain(self.origin.iter())
            .all(|number| number.is_finite())
    }

    /// Distance of the goal from a place in base (m).
    pub(crate) fn distance_from(&self, place: &Vector3<f64>) -> f64 {
        (self.origin - place).norm()
    }

    /// Error (position in base axes, weighted rotation in tool axes) and the bare angle.
    fn error_from(&self, rotation: &Matrix3<f64>, origin: &Vector3<f64>) -> (Vector6<f64>, f64) {
        let shift = self.origin - origin;
        let tool_from_goal = rotation.tr_mul(&self.rotation);
        let turn = if self.free_yaw {
            shortest_tilt(&tool_from_goal.column(2).into_owned())
        } else {
            rotation_vector(&tool_from_goal)
        };
        let w = turn * METRES_PER_RADIAN;
        (
            Vector6::new(shift.x, shift.y, shift.z, w.x, w.y, w.z),
            turn.norm(),
        )
    }
}

/// The least rotation vector that brings z onto `direction` (both in tool axes); its z is 0.
fn shortest_tilt(direction: &Vector3<f64>) -> Vector3<f64> {
    let sine = libm::sqrt(direction.x * direction.x + direction.y * direction.y);
    let angle = libm::atan2(sine, direction.z);
    if sine > 1e-12 {
        Vector3::new(-direction.y, direction.x, 0.0) * (angle / sine)
    } else {
        // Straight ahead, or straight behind: any axis across will do.
        Vector3::new(angle, 0.0, 0.0)
    }
}

/// Axis times angle of a rotation matrix, angle 0 to π.
fn rotation_vector(rotation: &Matrix3<f64>) -> Vector3<f64> {
    let skew = Vector3::new(
        rotation[(2, 1)] - rotation[(1, 2)],
        rotation[(0, 2)] - rotation[(2, 0)],
        rotation[(1, 0)] - rotation[(0, 1)],
    ) * 0.5;
    let sine = skew.norm();
    let cosine = (rotation.trace() - 1.0) * 0.5;
    let angle = libm::atan2(sine, cosine);
    if sine > 1e-6 {
        return skew * (angle / sine);
    }
    if cosine > 0.0 {
        return skew;
    }
    // Half a turn: the axis is the longest column of R + 1 = 2 a aᵀ.
    let doubled = rotation + Matrix3::identity();
    let mut axis = doubled.column(0).into_owned();
    for i in 1..3 {
        let column = doubled.column(i).into_owned();
        if column.norm_squared() > axis.norm_squared() {
            axis = column;
        }
    }
    let length = axis.norm();
    if length > 1e-12 {
        axis * (angle / length)
    } else {
        Vector3::new(angle, 0.0, 0.0)
    }
}

/// One posture looked at.
#[derive(Clone, Copy)]
pub(crate) struct Look<const D: usize> {
    /// The posture (rad or m).
    pub(crate) q: SVector<f64, D>,
    /// Way left: place in base axes, weighted turn in tool axes (m).
    pub(crate) error: Vector6<f64>,
    /// Its rows answer those of `error`: metres a radian or metre of joint motion.
    pub(crate) jacobian: SMatrix<f64, 6, D>,
    /// Position error (m).
    pub(crate) distance: f64,
    /// Orientation error (rad).
    pub(crate) angle: f64,
}

impl<const D: usize> Look<D> {
    pub(crate) fn arrived(&self, options: &IkOptions) -> bool {
        self.distance <= options.position_tolerance.get()
            && self.angle <= options.orientation_tolerance.get()
    }
}
