//! Tests on a rig: a controller in a process of its own, an arm (or its twin) at the other end of the link, faults
//! at chosen moments, and a verdict from what really happened.
//!
//! ```text
//!  suite ─▶ attempt ─┬─ knead run ── events ─▶ script ─▶ orders, keys, signals ─┐
//!                    │       ⇅ link                                            │
//!                    └─ knead twin ◀───────────────────────────────────────────┘
//!                            └─▶ truth, archive, exit code ─▶ evidence ─▶ verdict ─▶ table, JUnit, baseline
//! ```
//! What the rig itself does wrong (no twin, a busy link, a hook that fails) is told apart from what a test finds.
//!
//! Must never: end a process that it did not start, take a missing figure for a good one, or pass a test whose fault
//! never came.

mod attempt;
mod baseline;
mod child;
mod evidence;
mod junit;
mod lock;
mod report;
mod rig;
mod script;
mod session;
mod verdict;

pub use attempt::Runner;
pub use baseline::{Baseline, changes};
pub use evidence::{Evidence, TouchFigures, TouchScan};
pub use junit::junit;
pub use lock::RigLock;
pub use report::{json, table};
pub use verdict::{TestResult, Verdict, reasons};

/// What the rig, and not the controller, did wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RigError(pub String);

impl RigError {
    /// With what was being done.
    pub fn new(words: impl std::fmt::Display) -> Self {
        Self(words.to_string())
    }
}
