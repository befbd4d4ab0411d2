//! Files to sealed types, and nothing half-read in between.
//!
//! ```text
//! config/routines/*.toml ─▶ planner::Routine          config/arms/*.toml  ─▶ ArmProfile ─▶ ArmChain
//! config/tools/*.toml    ─▶ ToolProfile               config/limits/*.toml ─▶ LimitsProfile ─▶ RawLimits
//! config/bodies/*.toml   ─▶ BodyProfile               config/clients/*.toml ─▶ ClientProfile ─▶ Tightening, ClientWishes
//! config/simulation/*.toml ─▶ SimulationProfile       landmarks (JSON, TOML) ─▶ anatomy::Landmarks
//! config/rigs/*.toml     ─▶ RigProfile                config/suites/*.toml ─▶ Suite
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
mod body;
mod client;
mod code;
mod document;
mod file;
mod landmarks;
mod limits_profile;
mod link;
mod nearest;
mod problem;
mod requests;
mod rig;
mod routine;
mod simulation;
mod suite;
mod tool;

pub use arm::{
    ArmProfile, ArmSetup, ArmWarning, Control, ControlMode, ForceSensor, Installation, JointBody,
    JointProfile, LOOP_RATE_HZ, LinkShape, Margins, ShapeSource, link_shapes,
};
pub use body::{BodyProfile, BodySource};
pub use client::{
    Answers, Approval, BlockedPlace, Caution, ChartPin, ClientProfile, Day, Due, LAST_PRONE_WEEK,
    Pressure, Taste, Visit, Where, client_starter, reaches_the_body, with_pin,
};
pub use code::{Code, explain};
pub use file::{LARGEST_DESCRIPTION, LARGEST_SCAN, LARGEST_TOML, read_bytes, read_text};
pub use landmarks::{TouchedBody, parse_landmarks, parse_touched, read_landmarks, read_touched};
pub use limits_profile::LimitsProfile;
pub use link::{LinkProfile, PortName};
pub use nearest::nearest;
pub use problem::{Problem, SettingsErrors};
pub use requests::{TimedRequest, parse_requests, read_requests};
pub use rig::{PowerCycle, RigProfile, RigTwin};
pub use routine::{SOURCE_ROWS, level_word, parse_routine, read_routine, read_routine_with_files};
pub use simulation::{BreathingFigures, SimulationProfile, Skin};
pub use suite::{
    Act, Deed, ENDING_WORDS, Expectations, Moment, Pace, Suite, SuiteEvent, SuitePhase, SuiteTest,
};
pub use tool::ToolProfile;
