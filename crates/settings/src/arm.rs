//! Arm profiles: what the URDF does not tell, or tells wrong, and where the arm stands.
//!
//! ```text
//! URDF ──────────────▶ ArmChain ──┐
//! config/arms/*.toml ─▶ ArmProfile ┴─ overrides, margins ─▶ ArmChain that the project trusts
//! ```
//!
//! Published descriptions hold placeholder limits and impossible inertias. A profile overrides them
//! joint by joint and says where its figures come from; what it leaves alone stays as written.

mod chain;
mod control;
mod joint;
mod mounting;
mod profile;
mod shape;

pub use chain::{ArmSetup, ArmWarning};
pub use control::{Control, ControlMode, LOOP_RATE_HZ};
pub use joint::{JointBody, JointProfile};
pub use mounting::{ForceSensor, Installation};
pub use profile::{ArmProfile, Margins};
pub use shape::{LinkShape, ShapeSource, link_shapes};

#[cfg(test)]
mod tests;
