//! The only clock, and the loop that turns the control cycle.
//!
//! ```text
//!            ┌────────── exchange ◀─ Vetted<Command> ───────────┐
//!  Arm ──────┴▶ Sensed ─▶ ControlCycle::step ─▶ Cycle ─▶ Session::after ─▶ Next (request or end)
//!
//!  PacedArm ─ state, or deadline ─▶ Sensed ─▶ step ─▶ tell ─▶ PacedSession::after ─▶ Outbox ─▶ outside
//!      ▲ MonotonicClock             ▲ RequestReceiver ◀─ operator          └▶ RunStatistics, with blame
//! ```
//!
//! In simulation the plant's time is the time: the loop turns as fast as it can, and the wall clock serves
//! folder names and the stop-watch of a whole run. With an arm on a wire the arm's states set the pace, and the
//! monotonic clock says what is late: the loop wakes when a state is in, at the latest at an absolute deadline.
//!
//! Must never: let a wall-clock reading into a cycle of a simulation, run a cycle with a command
//! that the monitor has not vetted, or wait for the world outside.
#![deny(unsafe_code)] // two calls to the kernel in `kernel`; nowhere else

mod bare;
mod clock;
mod grid;
mod kernel;
mod monotonic;
mod outbox;
mod paced;
mod requests;
mod session;
mod statistics;
mod text;
mod thread;
mod turning;

pub use bare::measure_bare_loop;
pub use clock::{Stopwatch, WallStamp, rest};
pub use grid::RunSettings;
pub use kernel::Faults;
pub use monotonic::{ClockFault, MonotonicClock, Waits};
pub use outbox::{Inbox, Numbered, Outbox, outbox};
pub use paced::{PacedSession, Surroundings, Turn, run_in_real_time};
pub use requests::{LineFull, RequestReceiver, RequestSender, StopSwitch, request_line};
pub use session::{Next, Session, run_at_plant_pace};
pub use statistics::{
    Bar, Blame, Overrun, OverrunCounts, RunStatistics, Spread, SpreadFigures, Stage,
    StatisticsFault,
};
pub use text::{bars_text, figures_text, statistics_text, time_text};
pub use thread::{
    Promise, Promises, RealTimeThread, ThreadBroke, ThreadWishes, prepare_thread,
    start_real_time_thread,
};
pub use turning::{Ending, Stamps};
