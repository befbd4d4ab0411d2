//! Files to sealed types, and nothing half-read in between.
//!
//! ```text
//! config/routines/*.toml ─▶ planner::Routine          config/arms/*.toml  ─▶ ArmProfile ─▶ ArmChain
//! config/tools/*.toml    ─▶ ToolProfile               landmarks (JSON, TOML) ─▶ anatomy::Landmarks
//! ```
//!
//! This is the only crate that parses configuration. A file yields either a value of which every part
//! was checked, or all of its faults at once, each with line, column, code, what was seen, what was
//! allowed, and what to do.
//!
//! Must never: guess at an unknown key, invent a default for something a client feels, let a value out
//! beside a fault, panic on any input, or write a file.
#![forbid(unsafe_code)]

mod angles;
mod arm;
mod code;
mod document;
mod file;
mod landmarks;
mod nearest;
mod problem;
mod routine;
mod tool;

pub use arm::{
    ArmProfile, ArmSetup, ArmWarning, ControlMode, ForceSensor, Installation, JointBody, JointProfile,
    LinkCapsule, Margins,
};
pub use code::{Code, explain};
pub use file::{LARGEST_DESCRIPTION, LARGEST_SCAN, LARGEST_TOML, read_bytes, read_text};
pub use landmarks::{parse_landmarks, read_landmarks};
pub use nearest::nearest;
pub use problem::{Problem, SettingsErrors};
pub use routine::{SOURCE_ROWS, parse_routine, read_routine};
pub use tool::ToolProfile;
