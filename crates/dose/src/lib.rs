//! Dose maps: where a back was pressed, how hard, how long and how often.
//!
//! ```text
//!  Touch { place, yaw, force, time } + Tip (outline) ─▶ DoseMap ─┬─▶ DoseFigures (zones, sides, symmetry)
//!                                                                └─▶ gaps (planned, but not given)
//! ```
//! A press is force times time. Spread over the cells that lie under the patch it becomes N·s a cell; over
//! the area of a cell it becomes kPa·s. What comes back after a while is another pass.
//!
//! The planner predicts with it, the judge measures with it, the viewer draws it: one piece of code, so a
//! difference between prediction and measurement is one of what happened, not of how it was counted.
//!
//! Must never: read a file or a clock, lose a newton-second without saying so, or let a file decide how much
//! memory it takes.
#![forbid(unsafe_code)]

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod figures;
mod file;
mod gaps;
mod grid;
mod map;
mod tip;

pub use figures::{DoseFigures, Side, SideFigures, ZoneFigures, Zones};
pub use file::{CellFile, MapFile, MapFileError};
pub use gaps::{COVERED_ENOUGH, Gap, SMALLEST_GAP, gaps};
pub use grid::{CELL, Grid};
pub use map::{DoseMap, VISIT_PAUSE};
pub use tip::{Tip, Touch, along_chart};
