//! A routine becomes a plan, or a list of reasons why it may not.
#![forbid(unsafe_code)]

mod routine;

pub use routine::{ForceWord, Hands, Level, LevelName, Routine, RoutineStep, Sides, Stroke, Wish};
