//! The arrows of the block diagram, as plain data.
//!
//! ```text
//! Sensed ─▶ Estimate ─▶ Setpoint ─▶ Wanted ─▶ Verdict ─▶ Command      (all of them: Cycle)
//! ```
//!
//! Every arrow has one type and one name everywhere: the loop makes it, the recorder stores it, the
//! viewer draws it. The stage says which of several versions of a quantity is meant:
//! `sensed.` measured · `estimate.` inferred · `setpoint.` planned · `wanted.` computed · `command.` vetted.
//!
//! Must never: compute anything, allocate, or hold a missing value as a number.
#![forbid(unsafe_code)]

mod command;
mod cycle;
mod estimate;
mod operator;
mod sensed;
mod setpoint;
mod verdict;

pub use command::{Command, Drive, DriveKind, Wanted};
pub use cycle::Cycle;
pub use estimate::{ContactForce, ContactPhase, Estimate, WhyUnknown};
pub use operator::Request;
pub use sensed::{CycleTiming, JointState, Reading, Sensed, WhyMissing};
pub use setpoint::{Place, Press, Setpoint, ToolIndex};
pub use verdict::{Reaction, RuleIndex, Verdict};
