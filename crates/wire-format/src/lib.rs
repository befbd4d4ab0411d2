//! Frames and messages between host and arm firmware, and what the receiver checks before it believes one.
//!
//! ```text
//! Frame ─▶ encode: header, payload, CRC-32C ─▶ COBS, zero byte ─▶ ~~~ wire ~~~ ─▶ Deframer ─▶ Frame
//!                                                                                    │ Rejected
//!                                                    Accepted{lost} ◀── Guard ◀──────┘
//!                                                    or Refusal
//! ```
//!
//! A byte pipe loses, changes, repeats and delays what goes through it, and says nothing about it. So the
//! pipe is taken for a *black channel*: nothing is asked of it, and all that can go wrong in it is looked
//! for at its end. [`Deframer`] tells whether bytes are a frame as somebody meant it; [`Guard`] whether
//! the frame is from the right sender, to this receiver, of this session, new, and young enough.
//!
//! The same code runs at both ends: no allocation, no clock (`now` is given), bounded memory and time for
//! every byte, whatever the peer sends. The layout, byte by byte, for an end in another language:
//! `docs/wire-protocol.md`.
//!
//! Must never: panic or allocate; let a number through that is not finite, an enum value that has no
//! name, or a reserved bit that is set; take a frame twice; guess at a damaged frame.
#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]

mod bits;
mod checksum;
mod cobs;
mod codec;
mod deframer;
mod frame;
mod guard;
mod header;
mod joints;
mod messages;
mod names;
mod refused;
mod text;

pub use bits::{CapabilityFlags, Drives, Sensors, StateFlags};
pub use checksum::crc32c;
pub use deframer::{Deframer, decode};
pub use frame::{Frame, encode, wire_size, wire_time_ns};
pub use guard::{Accepted, AgeBound, Expectation, Guard, GuardCounts, Refusal, Sequencer};
pub use header::{Address, Header, Kind, Mode, Scope};
pub use joints::{JointCaps, JointSamples, Joints};
pub use messages::{
    Answered, Capabilities, ClockComparison, Command, Drive, Fault, FaultClass, Heartbeat, Hello,
    Message, Open, Opened, Parameter, ParameterId, ParameterRead, ParameterWrite, Reaction,
    Refused, State, Stop, StopCause, TimeReply, TimeRequest, Why, WrenchSample,
};
pub use refused::{FieldFault, Rejected};
pub use text::Text;

/// Version of the protocol that this crate speaks: byte 0 of every frame.
pub const PROTOCOL_VERSION: u8 = 1;

/// Joints that a frame has room for (seven: the arms that the project knows have six or seven).
pub const MAX_JOINTS: usize = 7;

/// Bytes of the header, byte 0 to 23.
pub const HEADER_BYTES: usize = 24;

/// Bytes of the checksum at a frame's end.
pub const CHECKSUM_BYTES: usize = 4;

/// Longest payload, bytes: that of [`Capabilities`].
pub const MAX_PAYLOAD: usize = 164;

/// Longest frame before COBS, bytes.
pub const MAX_DECODED: usize = HEADER_BYTES + MAX_PAYLOAD + CHECKSUM_BYTES;

/// Longest frame on the wire, bytes, delimiter included: COBS adds one byte to at most 254.
pub const MAX_FRAME: usize = MAX_DECODED + 2;

// One byte of COBS overhead is all there ever is only while a frame is no longer than one block.
const _: () = assert!(MAX_DECODED <= 254);

/// The example of the README, run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
