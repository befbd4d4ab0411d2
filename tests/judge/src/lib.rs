//! The archive judge: recomputes force, clearance, ceilings and kinematics from the plant's state.
//!
//! ```text
//!  archive ─┬ arm.urdf, arm.json ─▶ k (second route) ─▶ tool pose, twist ─┐
//!           ├ world.bin ──────────▶ true body, tissue ────────────────────┼▶ force, clearance, ceiling
//!           ├ /knead/truth ───────▶ q, q̇, breath, tissue memory ──────────┘        │
//!           ├ plan.json, limits.json ──▶ set-point, technique, figures ────────────┤
//!           └ /knead/cycle ───────▶ place in the plan, command ────────────────────┴▶ Judgement
//! ```
//!
//! The forces, places and poses that the controller wrote are not read. What the plant itself stated
//! is compared with what its state gives when computed again.
//!
//! Must never: use the controller's arithmetic, excuse a sample that it cannot recompute, pass an
//! archive that it could not read to the end.
#![forbid(unsafe_code)]

mod attachments;
mod blows;
mod bounds;
mod clearance;
mod context;
mod error;
mod judge;
mod judgement;
mod pose;
mod tally;

pub use attachments::{
    ArmFile, DoseFile, HoldFile, JointBounds, LimitsFile, PatchFile, PlanFile, PoseFile,
    SegmentFile, StepFile, TapFile, ToolFile, ToolName, ZoneLimit,
};
pub use error::JudgeError;
pub use judge::judge;
pub use judgement::{BlowSeries, Judgement, LeftPlace, Overshoot, TechniqueFigures, Worst};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
