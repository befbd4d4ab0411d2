//! The only crate that touches serial ports.
//!
//! ```text
//! /sys, /dev, /etc/group ─▶ discovery ─▶ Port: name, lasting name, USB identity, driver, access, latency
//! ```
//!
//! Must never: change a setting of the machine, or read a clock.
#![forbid(unsafe_code)]

pub mod discovery;
