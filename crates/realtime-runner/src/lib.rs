//! The only clock, and the loop that turns the control cycle.
//!
//! ```text
//!            ┌────────── exchange ◀─ Vetted<Command> ───────────┐
//!  Arm ──────┴▶ Sensed ─▶ ControlCycle::step ─▶ Cycle ─▶ Session::after ─▶ Next (request or end)
//! ```
//!
//! In simulation the plant's time is the time: the loop turns as fast as it can. The wall clock here
//! serves folder names and the stop-watch of a whole run; neither reaches a result.
//!
//! Must never: let a wall-clock reading into a cycle of a simulation, or run a cycle with a command
//! that the monitor has not vetted.
#![forbid(unsafe_code)]

mod clock;
mod session;

pub use clock::{Stopwatch, WallStamp};
pub use session::{Next, Session, run_at_plant_pace};
