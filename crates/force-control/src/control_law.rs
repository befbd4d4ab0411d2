//! The law that fits the arm's drives.

use kinematics::ArmModel;
use nalgebra::Vector3;
use signals::{ContactPhase, DriveKind, Estimate, Setpoint};

use crate::estimator::{InertiaFrom, Seen};
use crate::{Acted, ForceControl, VelocityControl};

/// Either law, behind one face: the loop does not ask which.
#[derive(Clone, Debug)]
pub enum ControlLaw<const D: usize> {
    /// For drives that take torques.
    Torques(ForceControl),
    /// For drives that take velocities.
    Velocities(VelocityControl<D>),
}

impl<const D: usize> ControlLaw<D> {
    /// The kind of command that it wishes for.
    #[must_use]
    pub const fn kind(&self) -> DriveKind {
        match self {
            Self::Torques(_) => DriveKind::Torques,
            Self::Velocities(_) => DriveKind::Velocities,
        }
    }

    /// Where the estimator takes the tool's acceleration from under this law.
    #[must_use]
    pub const fn inertia(&self) -> InertiaFrom {
        match self {
            Self::Torques(_) => InertiaFrom::Plan,
            Self::Velocities(_) => InertiaFrom::Joints,
        }
    }

    /// The contact phase after the latest step.
    #[must_use]
    pub const fn phase(&self) -> ContactPhase {
        match self {
            Self::Torques(law) => law.phase(),
            Self::Velocities(law) => law.phase(),
        }
    }

    /// One cycle.
    pub fn step(&mut self, arm: &ArmModel<D>, seen: &Seen<D>, setpoint: &Setpoint<D>) -> Acted<D> {
        match self {
            Self::Torques(law) => law.step(arm, seen, setpoint),
            Self::Velocities(law) => law.step(arm, seen, setpoint),
        }
    }

    /// How the tool is led along its axis beyond what the setpoint says (m/s², base axes).
    #[must_use]
    pub fn own_acceleration(&self, estimate: &Estimate<D>) -> Vector3<f64> {
        match self {
            Self::Torques(law) => law.own_acceleration(estimate),
            Self::Velocities(_) => Vector3::zeros(),
        }
    }
}
