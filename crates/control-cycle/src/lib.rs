//! The main idea on one screen: sensed, estimated, asked, wished, judged, commanded.
//!
//! ```text
//! Sensed ─▶ estimate ─▶ reference(phase) ─▶ force control ─▶ Wanted ─┐
//!    └──────────────────────── raw ────────────────────────▶ safety monitor ─▶ Vetted<Command>
//! ```
//!
//! The very same [`ControlCycle::step`] runs against a simulation, an arm, a rig and a recording. It is a
//! pure function of its own memory and of the sample that comes in; time is in the sample.
//!
//! Must never: allocate, lock, read a clock, do I/O, panic, or know who moves the arm.
#![forbid(unsafe_code)]

mod cycle;
mod reference;

pub use cycle::{ControlCycle, CycleParts};
pub use reference::{HoldEnd, Progress, Reference, ReferenceSettings, WhyHoldEnded};
