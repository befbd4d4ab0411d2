//! Wrenches and twists, with named halves: an index into a six-vector is a trap, because half the
//! field writes force first and the other half torque first.

use nalgebra::Vector6;

use crate::{AngularVelocity, Direction, Force, Frame, LinearVelocity, Newtons, Torque, Transform};

/// Force and torque at the origin of `F`, told along its axes. Signs are the owner's to state; in
/// this project a wrench is what acts *on* the tool unless said otherwise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wrench<F: Frame> {
    /// Force (N).
    pub force: Force<F>,
    /// Torque about the origin of `F` (N·m).
    pub torque: Torque<F>,
}

impl<F: Frame> Wrench<F> {
    /// No force, no torque.
    #[must_use]
    pub const fn zero() -> Self {
        Self {
            force: Force::zero(),
            torque: Torque::zero(),
        }
    }

    /// Sum of two wrenches about the same origin.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            force: self.force + other.force,
            torque: self.torque + other.torque,
        }
    }

    /// Difference of two wrenches about the same origin.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        Self {
            force: self.force - other.force,
            torque: self.torque - other.torque,
        }
    }

    /// The same load told about the origin and along the axes of `A`:
    /// `f_A = R f`, `m_A = R m + p × R f` with `p` the origin of `F` in `A`.
    #[must_use]
    pub fn told_in<A: Frame>(&self, a_from_f: &Transform<A, F>) -> Wrench<A> {
        let force = a_from_f.rotate(&self.force);
        let lever = a_from_f.raw().translation.vector;
        let torque =
            Torque::from_raw(a_from_f.rotate(&self.torque).raw() + lever.cross(force.raw()));
        Wrench { force, torque }
    }

    /// Force along a direction.
    #[must_use]
    pub fn force_along(&self, direction: &Direction<F>) -> Newtons {
        Newtons::new(self.force.along(direction))
    }

    /// True when no component is NaN or infinite.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        self.force.is_finite() && self.torque.is_finite()
    }

    /// Stacked as `[force; torque]`, the order of every Jacobian in this project.
    #[must_use]
    pub fn stacked(&self) -> Vector6<f64> {
        let (f, m) = (self.force.raw(), self.torque.raw());
        Vector6::new(f.x, f.y, f.z, m.x, m.y, m.z)
    }

    /// The inverse of [`Wrench::stacked`].
    #[must_use]
    pub fn from_stacked(v: &Vector6<f64>) -> Self {
        Self {
            force: Force::new(v[0], v[1], v[2]),
            torque: Torque::new(v[3], v[4], v[5]),
        }
    }
}

/// Velocity of a frame's origin and its angular velocity, told along the axes of `F`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Twist<F: Frame> {
    /// Velocity of the origin (m/s).
    pub linear: LinearVelocity<F>,
    /// Angular velocity (rad/s).
    pub angular: AngularVelocity<F>,
}

impl<F: Frame> Twist<F> {
    /// At rest.
    #[must_use]
    pub const fn zero() -> Self {
        Self {
            linear: LinearVelocity::zero(),
            angular: AngularVelocity::zero(),
        }
    }

    /// Both halves times a number (a phase rate, a time step).
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        Self {
            linear: self.linear * factor,
            angular: self.angular * factor,
        }
    }

    /// Stacked as `[linear; angular]`.
    #[must_use]
    pub fn stacked(&self) -> Vector6<f64> {
        let (v, w) = (self.linear.raw(), self.angular.raw());
        Vector6::new(v.x, v.y, v.z, w.x, w.y, w.z)
    }

    /// The inverse of [`Twist::stacked`].
    #[must_use]
    pub fn from_stacked(v: &Vector6<f64>) -> Self {
        Self {
            linear: LinearVelocity::new(v[0], v[1], v[2]),
            angular: AngularVelocity::new(v[3], v[4], v[5]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Flange, Point, Rotation, Tool};

    #[test]
    fn a_force_at_the_tool_makes_a_torque_at_the_flange_by_its_lever() {
        let flange_from_tool =
            Transform::<Flange, Tool>::new(Point::new(0.0, 0.0, 0.1), Rotation::identity());
        let at_tool = Wrench::<Tool> {
            force: Force::new(5.0, 0.0, -20.0),
            torque: Torque::zero(),
        };
        let at_flange = at_tool.told_in(&flange_from_tool);
        assert!((at_flange.torque.y() - 0.5).abs() < 1e-12);
        let back = at_flange.told_in(&flange_from_tool.inverse());
        assert!(back.minus(&at_tool).stacked().norm() < 1e-12);
    }
}
