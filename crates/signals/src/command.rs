//! What the controller would like, and what the arm is told.

use nalgebra::SVector;

/// The controller's wish; judged before it becomes a command.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wanted<const D: usize> {
    /// Joint torques, gravity compensation included (N·m; N for a prismatic joint).
    pub torques: SVector<f64, D>,
}

/// What the arm is told. Reaches it only inside the safety monitor's `Vetted`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Command<const D: usize> {
    /// Answers the sample with this sequence number.
    pub sequence: u64,
    /// Joint torques, gravity compensation included (N·m; N for a prismatic joint).
    pub torques: SVector<f64, D>,
}
