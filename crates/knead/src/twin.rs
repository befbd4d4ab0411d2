//! The firmware twin: an arm with a body under it, in a process of its own behind a pseudo-terminal.
//!
//! Whoever opens the terminal meets what a serial port would show: the protocol, the line's delays, the
//! firmware's own watchdog and ceilings, and, when asked for, faults of every class.

mod process;
mod truth;
mod words;

pub use process::{Twin, TwinParts, boot_nonce};
pub use truth::{TWIN_ARCHIVE, TruthLog};
pub use words::{Order, Way, order};
