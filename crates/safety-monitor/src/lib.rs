//! The rule table, the judge, the gate.
//!
//! ```text
//! Sensed ──▶ Observer (own pose, speed, force, ages) ──▶ Facts ──▶ rule table ──▶ Latch ──▶ Verdict
//!                                                                                   │
//! Wanted ───────────────────────────────────────────────▶ gate: follow, or unload and hold ──▶ Vetted
//! ```
//!
//! *Unloaded* is safe, *stopped* is not: every reaction takes the force away first.
//! The monitor judges from raw samples. It knows neither the plan nor the controller, so that one
//! mistake there cannot also blind the judge.
//!
//! Must never: depend on planner, plan or force control; read a clock, allocate, lock, do I/O or
//! panic in [`Monitor::judge`]; let a number that is not finite out; read a missing or old sample as
//! "no contact".
#![forbid(unsafe_code)]

mod config;
mod drive_hands;
mod dwell;
mod facts;
mod gate;
mod hands;
mod latch;
mod ledger;
mod links;
mod monitor;
mod observer;
mod place;
mod rules;
mod skin;
mod spine;
mod stamps;
mod touch;
mod velocity_hands;
mod work;

pub use config::{ConfigError, MonitorConfig, SensorTraits};
pub use gate::{Arm, ArmFault, PacedArm, Vetted};
pub use monitor::Monitor;
pub use rules::{Rule, rules, rules_markdown};
pub use skin::{Skin, SkinError};
