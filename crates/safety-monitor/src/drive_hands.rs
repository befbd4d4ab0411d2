//! The hands that fit the arm's drives.

use nalgebra::SVector;
use signals::{Drive, DriveKind, Wanted};

use crate::hands::{Hands, Manner, Reach};
use crate::velocity_hands::VelocityHands;

/// Either way to yield, behind one face.
#[derive(Clone, Copy, Debug)]
pub(crate) enum DriveHands<const D: usize> {
    Torques(Hands<D>),
    Velocities(VelocityHands<D>),
}

impl<const D: usize> DriveHands<D> {
    pub fn new(kind: DriveKind, limits: &kinematics::JointLimits<D>, period: f64) -> Self {
        match kind {
            DriveKind::Torques => Self::Torques(Hands::new(&limits.torque, period)),
            DriveKind::Velocities => Self::Velocities(VelocityHands::new(&limits.velocity, period)),
        }
    }

    pub const fn kind(&self) -> DriveKind {
        match self {
            Self::Torques(_) => DriveKind::Torques,
            Self::Velocities(_) => DriveKind::Velocities,
        }
    }

    /// True when the drives can take it at all: of their kind, and made of numbers.
    pub fn can_take(&self, wanted: &Wanted<D>) -> bool {
        wanted.drive.kind() == self.kind() && wanted.drive.is_finite()
    }

    pub fn follow(&mut self, wish: &SVector<f64, D>, reach: &Reach<'_, D>) -> Drive<D> {
        match self {
            Self::Torques(hands) => Drive::Torques(hands.follow(wish, reach)),
            Self::Velocities(hands) => Drive::Velocities(hands.follow(wish, reach)),
        }
    }

    pub fn give_way(&mut self, manner: &Manner, reach: &Reach<'_, D>) -> Drive<D> {
        match self {
            Self::Torques(hands) => Drive::Torques(hands.give_way(manner, reach)),
            Self::Velocities(hands) => Drive::Velocities(hands.give_way(manner, reach)),
        }
    }

    pub fn is_unloaded(&self) -> bool {
        match self {
            Self::Torques(hands) => hands.is_unloaded(),
            Self::Velocities(hands) => hands.is_unloaded(),
        }
    }

    /// Largest share of what the gate lets through, one when at a limit.
    pub fn largest_share(&self, wish: &SVector<f64, D>) -> f64 {
        match self {
            Self::Torques(hands) => hands.largest_share(wish),
            Self::Velocities(hands) => hands.largest_share(wish),
        }
    }
}
