//! How far the arm is from its setpoint.

use nalgebra::{Vector3, Vector6};
use quantities::{Direction, Tool};
use signals::{Estimate, Setpoint};

/// How far the arm is from its setpoint, base axes.
pub(crate) struct PoseError {
    /// Way to go (m).
    pub(crate) place: Vector3<f64>,
    /// Rotation to go (rad).
    pub(crate) turn: Vector3<f64>,
    /// The tool's own motion, `[linear; angular]`.
    pub(crate) twist: Vector6<f64>,
    /// Tool axis, into the body.
    pub(crate) axis: Vector3<f64>,
    /// Tool x and y in base axes.
    sides: [Vector3<f64>; 2],
}

impl PoseError {
    /// Components of a vector of base axes along tool x and y.
    pub(crate) fn across(&self, vector: &Vector3<f64>) -> [f64; 2] {
        [vector.dot(&self.sides[0]), vector.dot(&self.sides[1])]
    }

    pub(crate) fn between<const D: usize>(estimate: &Estimate<D>, setpoint: &Setpoint<D>) -> Self {
        let here = estimate.base_from_tool;
        let goal = setpoint.base_from_tool;
        let turn = (goal.raw().rotation * here.raw().rotation.inverse()).scaled_axis();
        Self {
            place: *(goal.origin() - here.origin()).raw(),
            turn,
            twist: estimate.tool_twist.stacked(),
            axis: *here.rotate(&Direction::<Tool>::Z).raw(),
            sides: [
                *here.rotate(&Direction::<Tool>::X).raw(),
                *here.rotate(&Direction::<Tool>::Y).raw(),
            ],
        }
    }
}

/// The vector, shortened to this length where it is longer.
pub(crate) fn clipped(vector: Vector3<f64>, most: f64) -> Vector3<f64> {
    let length = vector.norm();
    if length > most {
        vector * (most / length)
    } else {
        vector
    }
}
