//! Dynamixel Protocol 2.0, because low-cost arms speak it.
//!
//! Servos on one wire, asked in turn: the master writes goals to all of them with one packet, asks for their state
//! with another, and each answers for itself. A codec ([`encode`], [`Parser`]), the master's side
//! ([`BusDriver`]) and the other end for tests ([`EmulatedBus`]). All pure: bytes in, bytes out, the time
//! handed in; whoever owns a port moves the bytes.
//!
//! Must never: open a port, read a clock, give an old or invented value as a fresh one, wake a servo that its
//! watchdog has stopped, panic on what arrives, or allocate in a cycle.
#![forbid(unsafe_code)]

mod budget;
mod crc;
mod driver;
mod emulated;
pub mod encode;
mod joint;
mod model;
mod packet;
mod parse;
pub mod table;

pub use budget::{Budget, Line, TooSlow, cycle_budget};
pub use crc::{crc16, crc16_after};
pub use driver::{
    BusConfig, BusDriver, Capabilities, Care, Counters, JointReading, JointSample, MAX_JOINTS,
    Refusal, Start, Trouble,
};
pub use emulated::{Asked, EmulatedBus, Fault, FirstOrder, Plant, ServoSetup, Shaft};
pub use encode::{PacketWriter, TooLong};
pub use joint::{Drive, Effort, JointConfig, JointFault, Sense};
pub use model::{EffortUnit, MODELS, Model};
pub use packet::{
    BARE, BROADCAST, ErrorNumber, HEADER, Id, Instruction, MAX_PACKET, Packet, Status, StatusError,
};
pub use parse::{Damage, FastBlock, FastBlocks, Parser};

/// The example of the README, run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
