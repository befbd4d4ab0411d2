//! One stored moment of a segment.

use nalgebra::SVector;
use quantities::{Base, Metres, Newtons, Tool, Transform};

/// What the plan promises at one phase.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Knot<const D: usize> {
    /// Pose of the contact patch on (or above) the believed skin; tool z points into the body.
    pub base_from_tool: Transform<Base, Tool>,
    /// Wanted normal force, positive into the body; zero in free space.
    pub force: Newtons,
    /// The ceiling this knot was proved against.
    pub ceiling: Newtons,
    /// Along the spine from S2, positive toward the head.
    pub u: Metres,
    /// Lateral offset of the tool centre from the spine line, left positive.
    pub v: Metres,
    /// Joint posture that reaches the pose, with margin.
    pub posture: SVector<f64, D>,
}
