//! From bytes to frames: collects up to a delimiter, checks everything, finds its place again by itself.
//!
//! Memory is one frame and time is bounded for each byte, whatever a babbling peer sends.

use crate::codec::Reader;
use crate::frame::{Frame, payload_bytes, read_message};
use crate::header::{Address, Header, Kind, Mode, Scope};
use crate::refused::{FieldFault, Rejected};
use crate::{
    CHECKSUM_BYTES, HEADER_BYTES, MAX_DECODED, MAX_JOINTS, MAX_PAYLOAD, PROTOCOL_VERSION, checksum,
    cobs,
};

/// Bytes of the longest frame between delimiters.
const ROOM: usize = MAX_DECODED + 1;

/// Takes bytes one by one and gives a frame, or why there is none, at each delimiter.
#[derive(Clone, Debug)]
pub struct Deframer {
    bytes: [u8; ROOM],
    /// Bytes since the last delimiter, at most [`ROOM`].
    used: usize,
    /// True while bytes are thrown away up to the next delimiter.
    skipping: bool,
}

impl Default for Deframer {
    fn default() -> Self {
        Self::new()
    }
}

impl Deframer {
    /// Takes the next byte for the first of a frame.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            bytes: [0; ROOM],
            used: 0,
            skipping: false,
        }
    }

    /// One byte from the wire. Delimiters with nothing between them say nothing: a sender may put one in
    /// front of a frame to end what noise has left on the line. Opened in the middle of a frame, the rest
    /// of it is rejected, as it should be.
    pub fn push(&mut self, byte: u8) -> Option<Result<Frame, Rejected>> {
        if byte != 0 {
            return self.collect(byte).err().map(Err);
        }
        let used = core::mem::take(&mut self.used);
        if core::mem::take(&mut self.skipping) || used == 0 {
            return None;
        }
        let stuffed = self.bytes.get_mut(..used)?;
        Some(match cobs::unstuff(stuffed) {
            Some(frame) => decode(frame),
            None => Err(Rejected::Cobs),
        })
    }

    /// Told once for each whole length of a frame that went by without a delimiter.
    fn collect(&mut self, byte: u8) -> Result<(), Rejected> {
        if self.used == ROOM {
            self.used = 0;
            self.skipping = true;
            return Err(Rejected::TooLong);
        }
        if let Some(place) = self.bytes.get_mut(self.used) {
            *place = byte;
        }
        self.used += 1;
        Ok(())
    }
}

/// Reads a frame from its bytes, before COBS: header, payload, checksum. Checks, in this order: length,
/// checksum, version, kind, addresses, payload length, the other fields of the header, the payload.
///
/// # Errors
/// The first check that fails.
pub fn decode(bytes: &[u8]) -> Result<Frame, Rejected> {
    let (body, checksum) = split(bytes)?;
    let expected = checksum::crc32c(body);
    if checksum != expected {
        return Err(Rejected::Crc {
            seen: checksum,
            expected,
        });
    }
    let mut reader = Reader::new(body);
    let (header, kind) = read_header(&mut reader, body.len())?;
    let payload = body.get(HEADER_BYTES..).unwrap_or(&[]);
    let message = read_message(kind, payload)?;
    Ok(Frame { header, message })
}

fn split(bytes: &[u8]) -> Result<(&[u8], u32), Rejected> {
    let shortest = HEADER_BYTES + CHECKSUM_BYTES;
    if bytes.len() > MAX_DECODED {
        return Err(Rejected::Length {
            seen: bytes.len(),
            expected: MAX_DECODED,
        });
    }
    match bytes.split_last_chunk() {
        Some((body, checksum)) if bytes.len() >= shortest => {
            Ok((body, u32::from_le_bytes(*checksum)))
        }
        Some(_) | None => Err(Rejected::Length {
            seen: bytes.len(),
            expected: shortest,
        }),
    }
}

fn read_header(from: &mut Reader<'_>, body: usize) -> Result<(Header, Kind), Rejected> {
    let cut = |_| Rejected::Length {
        seen: body + CHECKSUM_BYTES,
        expected: HEADER_BYTES + CHECKSUM_BYTES,
    };
    let [version, kind, source, destination] = from.array().map_err(cut)?;
    if version != PROTOCOL_VERSION {
        return Err(Rejected::Version { seen: version });
    }
    let kind = Kind::from_code(kind).ok_or(Rejected::Kind { seen: kind })?;
    let (source, destination) = ends(kind, source, destination)?;
    let session = from.u32().map_err(cut)?;
    let sequence = from.u32().map_err(cut)?;
    let time_ns = from.u64().map_err(cut)?;
    let [mode, reserved] = from.array().map_err(cut)?;
    let payload = usize::from(from.u16().map_err(cut)?);
    check_length(kind, payload, body)?;
    check_session(kind, session)?;
    let in_header = |offset, fault| Rejected::Field {
        kind: None,
        offset,
        fault,
    };
    if sequence == 0 {
        return Err(in_header(8, FieldFault::Zero));
    }
    let mode = Mode::from_code(mode)
        .filter(|mode| *mode != Mode::Fault || source == Address::Arm)
        .ok_or(in_header(20, FieldFault::NoSuchName { seen: mode }))?;
    if reserved != 0 {
        return Err(in_header(21, FieldFault::NotZero));
    }
    let header = Header {
        source,
        destination,
        session,
        sequence,
        time_ns,
        mode,
    };
    Ok((header, kind))
}

fn ends(kind: Kind, source: u8, destination: u8) -> Result<(Address, Address), Rejected> {
    let named = Address::from_code(source).zip(Address::from_code(destination));
    named
        .filter(|(source, destination)| kind.may_go(*source, *destination))
        .ok_or(Rejected::Address {
            source,
            destination,
        })
}

/// The payload's length as stated, as received, and as the kind can have it must agree.
fn check_length(kind: Kind, payload: usize, body: usize) -> Result<(), Rejected> {
    let whole = HEADER_BYTES + payload;
    let possible =
        payload <= MAX_PAYLOAD && (0..=MAX_JOINTS).any(|dof| payload_bytes(kind, dof) == payload);
    if whole == body && possible {
        return Ok(());
    }
    let expected = if whole == body {
        HEADER_BYTES + payload_bytes(kind, MAX_JOINTS)
    } else {
        whole
    };
    Err(Rejected::Length {
        seen: body + CHECKSUM_BYTES,
        expected: expected + CHECKSUM_BYTES,
    })
}

fn check_session(kind: Kind, session: u32) -> Result<(), Rejected> {
    let sound = match kind.scope() {
        Scope::Handshake => session == 0,
        Scope::Session => session != 0,
        Scope::Either => true,
    };
    if sound {
        Ok(())
    } else {
        Err(Rejected::Session {
            kind,
            seen: session,
        })
    }
}
