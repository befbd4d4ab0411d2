//! A routine becomes a plan, or a list of reasons why it may not.
#![forbid(unsafe_code)]

mod checks;
mod clearance;
mod figures;
mod ground;
mod passage;
mod path;
mod planning;
mod profile;
mod reach;
mod rejection;
mod request;
mod room;
mod routine;
mod rules;
mod scene;
mod summary;
mod timing;
mod track;
mod travel;

pub use planning::plan;
pub use rejection::{PlanRejection, Rule, Violation};
pub use request::{Capsule, PlanRequest, TableTop, ToolSpec};
pub use routine::{ForceWord, Hands, Level, LevelName, Routine, RoutineStep, Sides, Stroke, Wish};
pub use summary::{PlanSummary, StepSummary};
