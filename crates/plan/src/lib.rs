//! The plan: a promise that has been checked, sample by sample, and is then only read.
//!
//! A [`Plan`] is a list of [`Segment`]s. Each segment is a function of a *phase* in seconds, stored as
//! equally spaced [`Knot`]s. The loop asks [`Plan::sample`] where the tool should be at a phase; how
//! fast the phase runs is the loop's business, so pausing, slowing and tempo need no new plan.
//!
//! Must never: allocate in [`Plan::sample`], change after it was built, or know how it was planned.
#![forbid(unsafe_code)]

mod knot;
mod sample;
mod segment;
mod technique;

pub use knot::Knot;
pub use sample::PlanSample;
pub use segment::{HoldStep, OperatorStep, Plan, PlanError, Segment, SegmentKind, Step, TapStep};
pub use technique::Technique;
