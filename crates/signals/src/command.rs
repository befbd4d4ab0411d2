//! What the controller would like, and what the arm is told.

use nalgebra::SVector;

/// What a joint's drive is told to give. Revolute: N·m, rad/s; prismatic: N, m/s.
///
/// An arm that takes positions is served by velocities: whoever stands at its link integrates them from the
/// measured position, so that nothing in the loop has to know.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Drive<const D: usize> {
    /// Joint torques, gravity compensation included.
    Torques(SVector<f64, D>),
    /// Joint velocities, which the drives hold by themselves until told otherwise.
    Velocities(SVector<f64, D>),
}

/// Which of the two a drive takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DriveKind {
    /// Joint torques.
    #[default]
    Torques,
    /// Joint velocities.
    Velocities,
}

impl DriveKind {
    /// Values of this kind.
    #[must_use]
    pub const fn of<const D: usize>(self, values: SVector<f64, D>) -> Drive<D> {
        match self {
            Self::Torques => Drive::Torques(values),
            Self::Velocities => Drive::Velocities(values),
        }
    }

    /// The word for people.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Torques => "torques",
            Self::Velocities => "velocities",
        }
    }
}

impl<const D: usize> Drive<D> {
    /// Which kind the values are of.
    #[must_use]
    pub const fn kind(&self) -> DriveKind {
        match self {
            Self::Torques(_) => DriveKind::Torques,
            Self::Velocities(_) => DriveKind::Velocities,
        }
    }

    /// The numbers, whatever they stand for.
    #[must_use]
    pub const fn values(&self) -> &SVector<f64, D> {
        match self {
            Self::Torques(values) | Self::Velocities(values) => values,
        }
    }

    /// The same, to be changed.
    pub const fn values_mut(&mut self) -> &mut SVector<f64, D> {
        match self {
            Self::Torques(values) | Self::Velocities(values) => values,
        }
    }

    /// The torques, when that is what they are.
    #[must_use]
    pub const fn torques(&self) -> Option<&SVector<f64, D>> {
        match self {
            Self::Torques(torques) => Some(torques),
            Self::Velocities(_) => None,
        }
    }

    /// The velocities, when that is what they are.
    #[must_use]
    pub const fn velocities(&self) -> Option<&SVector<f64, D>> {
        match self {
            Self::Torques(_) => None,
            Self::Velocities(velocities) => Some(velocities),
        }
    }

    /// True when every value is a number.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        self.values().iter().all(|value| value.is_finite())
    }
}

/// The controller's wish; judged before it becomes a command.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wanted<const D: usize> {
    /// What the drives shall give.
    pub drive: Drive<D>,
}

impl<const D: usize> Wanted<D> {
    /// A wish for torques.
    #[must_use]
    pub const fn torques(torques: SVector<f64, D>) -> Self {
        Self {
            drive: Drive::Torques(torques),
        }
    }

    /// A wish for velocities.
    #[must_use]
    pub const fn velocities(velocities: SVector<f64, D>) -> Self {
        Self {
            drive: Drive::Velocities(velocities),
        }
    }
}

/// What the arm is told. Reaches it only inside the safety monitor's `Vetted`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Command<const D: usize> {
    /// Answers the sample with this sequence number.
    pub sequence: u64,
    /// What the drives shall give.
    pub drive: Drive<D>,
}
