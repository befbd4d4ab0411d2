//! Pose, Jacobian and motion of the tool, in base axes.

use nalgebra::{SMatrix, SVector, Vector3, Vector6};
use quantities::{Base, Tool, Transform, Twist};

use crate::ArmModel;
use crate::placement::{Placement, isometry};

/// Pose and motion of the tool at one posture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ToolKinematics<const D: usize> {
    /// Pose of the tool in base.
    pub base_from_tool: Transform<Base, Tool>,
    /// Rows vx vy vz wx wy wz of the tool origin, in base axes; one column a joint.
    pub jacobian: SMatrix<f64, 6, D>,
    /// Velocity of the tool origin and angular velocity, in base axes: `J qd`.
    pub twist: Twist<Base>,
    /// `Jdot qd`: acceleration of the tool origin (m/s²) over angular acceleration (rad/s²), in base
    /// axes, when no joint accelerates.
    pub bias_acceleration: Vector6<f64>,
}

impl<const D: usize> ArmModel<D> {
    /// Pose, Jacobian, twist and bias acceleration of the tool.
    ///
    /// The column of a revolute joint with axis `z` through `p` is `[z × (t - p); z]` for the tool
    /// origin `t`, that of a prismatic one `[z; 0]`. Twist and bias are carried out from link to link
    /// (Craig 2005, chapter 5), not read off the Jacobian.
    #[must_use]
    pub fn tool_kinematics(
        &self,
        positions: &SVector<f64, D>,
        speeds: &SVector<f64, D>,
    ) -> ToolKinematics<D> {
        let placed = self.place(positions);
        let (rotation, origin) = self.tool_of(&placed);
        let (twist, bias_acceleration) = self.motion_of(&placed, speeds, &origin);
        ToolKinematics {
            base_from_tool: Transform::from_raw(isometry(&rotation, &origin)),
            jacobian: self.jacobian_of(&placed, &origin),
            twist: Twist::from_stacked(&twist),
            bias_acceleration,
        }
    }

    /// Pose and Jacobian of the tool, for whoever needs no motion; rows as in [`ToolKinematics`].
    #[must_use]
    pub fn tool_jacobian(
        &self,
        positions: &SVector<f64, D>,
    ) -> (Transform<Base, Tool>, SMatrix<f64, 6, D>) {
        let placed = self.place(positions);
        let (rotation, origin) = self.tool_of(&placed);
        let pose = Transform::from_raw(isometry(&rotation, &origin));
        (pose, self.jacobian_of(&placed, &origin))
    }

    /// Jacobian of a point of the last link (m, base).
    #[inline]
    pub(crate) fn jacobian_of(
        &self,
        placed: &Placement<D>,
        point: &Vector3<f64>,
    ) -> SMatrix<f64, 6, D> {
        let mut jacobian = SMatrix::zeros();
        for i in 0..D {
            let axis = placed.axis(i);
            let (linear, angular) = if self.geometry.joints[i].turns() {
                (axis.cross(&(point - placed.origins[i])), axis)
            } else {
                (axis, Vector3::zeros())
            };
            for row in 0..3 {
                jacobian[(row, i)] = linear[row];
                jacobian[(row + 3, i)] = angular[row];
            }
        }
        jacobian
    }

    /// Twist of a point of the last link, and its acceleration when no joint accelerates.
    #[inline]
    fn motion_of(
        &self,
        placed: &Placement<D>,
        speeds: &SVector<f64, D>,
        point: &Vector3<f64>,
    ) -> (Vector6<f64>, Vector6<f64>) {
        let (mut spin, mut velocity) = (Vector3::zeros(), Vector3::zeros());
        let (mut spin_up, mut acceleration) = (Vector3::zeros(), Vector3::zeros());
        let mut before = Vector3::zeros();
        let mut carry = |to: &Vector3<f64>, spin: &Vector3<f64>, spin_up: &Vector3<f64>| {
            let lever = to - before;
            before = *to;
            let swept = spin.cross(&lever);
            (swept, spin_up.cross(&lever) + spin.cross(&swept))
        };
        for i in 0..D {
            let (swept, pulled) = carry(&placed.origins[i], &spin, &spin_up);
            velocity += swept;
            acceleration += pulled;
            let pace = placed.axis(i) * speeds[i];
            if self.geometry.joints[i].turns() {
                spin_up += spin.cross(&pace);
                spin += pace;
            } else {
                velocity += pace;
                acceleration += spin.cross(&pace) * 2.0;
            }
        }
        let (swept, pulled) = carry(point, &spin, &spin_up);
        (
            stacked(&(velocity + swept), &spin),
            stacked(&(acceleration + pulled), &spin_up),
        )
    }
}

fn stacked(linear: &Vector3<f64>, angular: &Vector3<f64>) -> Vector6<f64> {
    let (v, w) = (linear, angular);
    Vector6::new(v.x, v.y, v.z, w.x, w.y, w.z)
}
