//! URDF to arm model: pose, Jacobian, inverse kinematics, dynamics.
//!
//! ```text
//!  URDF text ──▶ RobotDescription ──chain(tip)──▶ ArmChain ──▶ ArmModel<D> ◀── Payload (tool)
//!              (a checked link tree)           (plain fields,   │ tool_kinematics, link_poses
//!                    │                          a profile may   │ gravity, bias, inverse_dynamics,
//!                    ▼                          override them)  │ mass_matrix, forward_dynamics
//!              UrdfWarning, UrdfError                           │ inverse_kinematics
//!                                                               ▼ swing (passive motion)
//! ```
//!
//! `ArmShape` is the same arm as a body: capsules around links and tool, from a profile or from the file's
//! collision shapes, placed in a posture and measured against each other and against a `TableTop`.
//!
//! Left of `ArmModel` is set-up: it allocates and says at length what is wrong with a file. `ArmModel`
//! and right of it is for the loop: fixed-size, no allocation, no panic (`swing` and the planning
//! seeds aside, which are for tools and planning).
//!
//! Must never: invent a number that the file does not hold, snap an angle, allocate in a method of
//! [`ArmModel`], read a file or a clock.
#![forbid(unsafe_code)]

mod arm_shape;
mod bodies;
mod capsule;
mod chain;
mod cholesky;
mod collision;
mod damped;
mod descent;
mod description;
mod dynamics;
mod energy;
mod faults;
mod gathering;
mod goal;
mod inverse_kinematics;
mod meshes;
mod model;
mod moments;
mod payload_identification;
mod placement;
mod range;
mod restarts;
mod segments;
mod sines;
mod swing;
mod table_top;
mod tool;
mod tool_motion;
mod tracking;
mod tree;
mod xml_guard;

pub use arm_shape::{
    ArmShape, BodyPart, MOST_CAPSULES, NearestPair, NotCompared, Placed, ShapeError, ShapePart,
};
pub use capsule::{Capsule, Rod};
pub use chain::{ArmChain, ChainJoint, ChainLimits, JointKind};
pub use collision::CollisionShape;
pub use description::RobotDescription;
pub use dynamics::ReadyDynamics;
pub use faults::{UrdfError, UrdfWarning};
pub use inverse_kinematics::{IkFailure, IkOptions, IkSolution, LimitedBy};
pub use meshes::{MeshPurpose, MeshReference};
pub use model::{ArmModel, JointLimits, STANDARD_GRAVITY};
pub use payload_identification::{
    Estimated, PayloadEstimate, PayloadIdentificationError, RestingReading, identify_payload,
};
pub use swing::{SwingError, SwingState, swing, swing_states};
pub use table_top::TableTop;
pub use tool::{OUTLINE_POINTS, Patch, Payload, ToolModel};
pub use tool_motion::ToolKinematics;
pub use tracking::Tracked;

/// The README's example is compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
