//! A routine becomes a plan, or a list of reasons why it may not.
//!
//! ```text
//! Routine ─▶ figures ─▶ passage ────────────────▶ checks ─▶ Plan
//!            path       ground  poses, ceilings      │
//!            room       reach   postures             └────▶ PlanRejection
//!                       timing  when
//!                       profile how hard
//!                       travel  the ways between
//! ```
//! `placing` asks the same checks where the arm should stand.
//!
//! A technique is a row of [`recipe`]: a course in back coordinates and what is laid over it, with force,
//! speed and rhythm; everything after that is the same for all techniques. The numbers inside are SI; units and frames are in the types at the border.
//!
//! Must never: drop part of a routine without a note, cross the spine in contact, lower a check to make
//! a plan pass, read a file or a clock.
#![forbid(unsafe_code)]

// Tests within share a file with those beside the crate, which know it by this name.
#[cfg(test)]
extern crate self as planner;

mod checks;
mod clearance;
mod crew;
mod figures;
mod ground;
mod known;
mod lint;
mod passage;
mod path;
mod placing;
mod planning;
mod profile;
mod reach;
mod recipe;
mod rejection;
mod request;
mod room;
mod routine;
mod rules;
mod scene;
mod side_by_side;
mod summary;
mod timing;
mod track;
mod travel;
mod wishes;

pub use lint::{Finding, LintContext, Severity, Topic, lint, rough_seconds};
pub use placing::{Lack, MapCell, Mount, PlaceRequest, Placement, Placing, ReachFigures, place};
pub use planning::{plan, way_to_park};
pub use recipe::{CourseKind, Manner, Pressed, Range, Recipe, Returning, recipe};
pub use rejection::{
    PlanRejection, Rule, SOURCE_RULES, SourceRule, Stretch, StretchReason, Violation,
};
pub use request::{Capsule, PlanRequest, TableTop, ToolSpec};
pub use routine::{
    Course, ForceWord, Hands, Level, PatchAxis, Routine, RoutineStep, Shape, Sides, Span, Spots,
};
pub use summary::{DosePrediction, PlanSummary, PostureFigures, StepSummary};
pub use wishes::{
    ClientWishes, FIRM_FACTOR, LESS_FACTOR, LIGHT_FACTOR, Lubrication, MORE_FACTOR, Pin, PinKind,
};
