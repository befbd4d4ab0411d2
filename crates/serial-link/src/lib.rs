//! The arm on a serial port: bytes, session, rate, identity.
//!
//! ```text
//!            ┌───────────────────────── serial-link ─────────────────────────┐
//! Vetted ──▶ │ HostEnd: frames out ─▶ Port ─▶ ~~ wire ~~                       │
//! Sensed ◀── │ HostEnd: states in, clock fit, ages ◀─ Port ◀─ ~~ wire ~~       │
//!            └────────────────────────────────────────────────────────────────┘
//! /sys, /dev, /etc/group ─▶ discovery ─▶ which ports there are: lasting name, USB identity, access, latency
//! ```
//! An arm of Dynamixel servos takes the same place: [`DynamixelArm`], over the same port.
//!
//! Nothing is asked of the wire: whatever comes is checked ([`wire_format::Guard`]), and what does not come is
//! told as an age. Where to go from there is for the safety monitor to say, and for the arm's own firmware.
//!
//! Must never: read a clock, wait inside the loop, allocate while a session runs, give out a number for a
//! sample that did not come, or take another arm for the one it was told.
#![forbid(unsafe_code)]

// The bench of the tests is used from inside and from outside of the crate.
#[cfg(test)]
extern crate self as serial_link;

mod arm;
mod clock_fit;
mod connect;
pub mod discovery;
mod host;
mod port;
mod pseudo_terminal;
mod rate;
mod servos;
mod waiting;

pub use arm::{Lead, Remarks, SerialArm};
pub use clock_fit::{ClockFit, Exchange};
pub use connect::{ConnectError, Connected, Terms};
pub use host::{HostEnd, LinkCounts, News, Received};
pub use port::{Port, PortError};
pub use pseudo_terminal::PseudoTerminal;
pub use rate::{LineFigures, RateFigures, RateRefused};
pub use servos::{BusCounts, DynamixelArm, ServosRefused};
pub use waiting::Waiting;
