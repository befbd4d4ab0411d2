//! A session on a real arm, or on what stands for one behind a serial port.
//!
//! ```text
//!  operator's keys ─▶ RequestLine ─▶ ┌ real-time thread ────────────────┐ ─▶ Outbox ─▶ archive thread
//!  questions ◀── Events ◀─────────── │ SerialArm ⇄ ControlCycle ⇄ Escort │
//!                                    └──────────────────────────────────┘
//! ```
//! The loop is the simulation's; what is different is who paces it, and that a person is asked before the
//! arm moves, before it touches, and whether the first touch is right. Whatever ends a session, the arm is
//! unloaded first: by the plan's own end, by the monitor, or, when the host is gone, by its firmware.

mod archive;
mod course;
mod escort;
mod events;
mod figures;
mod keys;
mod link;
mod merged;
mod operator;
mod page;
mod start;
mod summary;

pub use archive::{LiveRecord, Scribe, Written};
pub use course::Course;
pub use escort::Escort;
pub use events::{Ending, Event, Manner};
pub use figures::LiveFigures;
pub use keys::{Keys, Terminal};
pub use link::{MonotonicWait, open_link, port_path, profile};
pub use merged::judged;
pub use operator::{Desk, Talk, ending_words};
pub use page::{Steps, write_page};
pub use start::{StartGate, terms};
pub use summary::{LiveSummary, summary_text};
