//! Why bytes are not a frame.

use core::fmt;

use crate::header::Kind;
use crate::{MAX_DECODED, MAX_JOINTS, PROTOCOL_VERSION};

/// What the deframer could not take for a frame. Nothing of such bytes is used.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rejected {
    /// A byte-stuffing code points past the end: bytes were lost or changed.
    Cobs,
    /// More bytes without a delimiter than any frame has; told once for each such length.
    TooLong,
    /// The frame's length is not what its header and kind ask for.
    Length {
        /// Bytes of the frame, before COBS.
        seen: usize,
        /// Bytes asked for; the least there can be when the frame is too short to tell.
        expected: usize,
    },
    /// The checksum does not fit: bytes were changed.
    Crc {
        /// As received.
        seen: u32,
        /// As computed over the bytes before it.
        expected: u32,
    },
    /// Another version of the protocol.
    Version {
        /// As received.
        seen: u8,
    },
    /// No message of this number.
    Kind {
        /// As received.
        seen: u8,
    },
    /// An address that has no name, or one that may not send or get this kind.
    Address {
        /// Source, as received.
        source: u8,
        /// Destination, as received.
        destination: u8,
    },
    /// A message of this kind does not travel in, or not without, a session.
    Session {
        /// The message.
        kind: Kind,
        /// The nonce, as received.
        seen: u32,
    },
    /// A field of the header or the payload is not as it should be.
    Field {
        /// The message; nothing when the fault lies in the header.
        kind: Option<Kind>,
        /// Where the field starts: bytes from the start of the frame, before COBS.
        offset: usize,
        /// What is wrong with it.
        fault: FieldFault,
    },
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FieldFault {
    /// A number that is infinite or none.
    NotFinite,
    /// A bound below zero.
    Negative,
    /// A code without a name.
    NoSuchName {
        /// As received.
        seen: u8,
    },
    /// A count of joints that is not allowed.
    Count {
        /// As received.
        seen: u8,
    },
    /// Zero where zero has no meaning.
    Zero,
    /// Not zero where zero is the one value.
    NotZero,
    /// A bit that has no name.
    UnknownBits {
        /// The bits without a name.
        seen: u32,
    },
    /// Not printable ASCII filled up with zeros.
    NotText,
    /// The second of two that rise is below the first.
    Order,
    /// The payload ends before it.
    Missing,
    /// Bytes after the last field.
    LeftOver,
}

impl fmt::Display for FieldFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFinite => write!(out, "is not a finite number"),
            Self::Negative => write!(out, "is a bound below zero"),
            Self::NoSuchName { seen } => write!(out, "holds {seen}, a code without a name"),
            Self::Count { seen } => {
                write!(
                    out,
                    "counts {seen} joints; a frame has room for {MAX_JOINTS}"
                )
            }
            Self::Zero => write!(out, "is zero, which has no meaning here"),
            Self::NotZero => write!(out, "must be zero"),
            Self::UnknownBits { seen } => write!(out, "has bits without a name: {seen:#x}"),
            Self::NotText => write!(out, "is not printable ASCII filled up with zeros"),
            Self::Order => write!(out, "is below the one before it"),
            Self::Missing => write!(out, "is missing"),
            Self::LeftOver => write!(out, "follows the last field"),
        }
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cobs => write!(
                out,
                "byte stuffing points past the frame's end: bytes lost or changed"
            ),
            Self::TooLong => write!(
                out,
                "no delimiter within {} bytes: not this protocol, another baud rate, or a babbling peer",
                MAX_DECODED + 1
            ),
            Self::Length { seen, expected } => {
                write!(
                    out,
                    "a frame of {seen} bytes where {expected} are asked for"
                )
            }
            Self::Crc { seen, expected } => {
                write!(
                    out,
                    "checksum {seen:#010x} where {expected:#010x} fits: bytes were changed"
                )
            }
            Self::Version { seen } => write!(
                out,
                "protocol version {seen}; this end speaks {PROTOCOL_VERSION}: update one of both"
            ),
            Self::Kind { seen } => write!(
                out,
                "message kind {seen} has no name in version {PROTOCOL_VERSION}"
            ),
            Self::Address {
                source,
                destination,
            } => write!(
                out,
                "from address {source} to {destination}: not a way this kind of message goes"
            ),
            Self::Session { kind, seen } => {
                write!(out, "{kind:?} with session nonce {seen:#010x}: ")?;
                write!(
                    out,
                    "handshakes travel with 0, what moves or configures the arm with a session's"
                )
            }
            Self::Field {
                kind,
                offset,
                fault,
            } => match kind {
                Some(kind) => write!(out, "{kind:?}: the field at byte {offset} {fault}"),
                None => write!(out, "header: the field at byte {offset} {fault}"),
            },
        }
    }
}

impl core::error::Error for Rejected {}
