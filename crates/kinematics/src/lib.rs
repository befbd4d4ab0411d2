//! URDF to arm model: pose, Jacobian, inverse kinematics, dynamics.
#![forbid(unsafe_code)]

mod tool;

pub use tool::{OUTLINE_POINTS, Patch, Payload, ToolModel};
