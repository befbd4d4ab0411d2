//! A frame: header and message, and its way to bytes.

use crate::codec::{Reader, Writer};
use crate::header::{Header, Kind};
use crate::messages::Message;
use crate::refused::Rejected;
use crate::{
    CHECKSUM_BYTES, HEADER_BYTES, MAX_DECODED, MAX_FRAME, MAX_JOINTS, PROTOCOL_VERSION, checksum,
    cobs,
};

/// One message on its way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// From whom, to whom, when.
    pub header: Header,
    /// What.
    pub message: Message,
}

/// Turns a frame into the bytes to send, delimiter included, and gives their number.
///
/// A field that the other end would refuse (a bound that is not finite, a kind that does not go that way)
/// is sent as it stands and refused there: [`Frame::check`] tells beforehand.
#[must_use]
pub fn encode(frame: &Frame, out: &mut [u8; MAX_FRAME]) -> usize {
    let mut decoded = [0; MAX_DECODED];
    let used = frame.lay_out(&mut decoded);
    cobs::stuff(decoded.get(..used).unwrap_or(&[]), out)
}

impl Frame {
    /// What the other end would refuse this frame for.
    ///
    /// # Errors
    /// As [`crate::decode`] would give.
    pub fn check(&self) -> Result<(), Rejected> {
        let mut decoded = [0; MAX_DECODED];
        let used = self.lay_out(&mut decoded);
        crate::decode(decoded.get(..used).unwrap_or(&[])).map(|_| ())
    }

    /// Header, payload and checksum, before COBS; gives the bytes used.
    #[must_use]
    pub fn lay_out(&self, out: &mut [u8; MAX_DECODED]) -> usize {
        let mut payload = Writer::new();
        self.message.write(&mut payload);
        let payload = payload.written();
        let body = HEADER_BYTES + payload.len();
        write_header(&self.header, self.message.kind(), payload.len(), out);
        if let Some(room) = out.get_mut(HEADER_BYTES..body) {
            room.copy_from_slice(payload);
        }
        let checksum = checksum::crc32c(out.get(..body).unwrap_or(&[]));
        if let Some(room) = out.get_mut(body..body + CHECKSUM_BYTES) {
            room.copy_from_slice(&checksum.to_le_bytes());
        }
        body + CHECKSUM_BYTES
    }
}

fn write_header(header: &Header, kind: Kind, payload: usize, out: &mut [u8; MAX_DECODED]) {
    let [length_low, length_high, ..] = payload.to_le_bytes();
    out[0] = PROTOCOL_VERSION;
    out[1] = kind.code();
    out[2] = header.source.code();
    out[3] = header.destination.code();
    out[4..8].copy_from_slice(&header.session.to_le_bytes());
    out[8..12].copy_from_slice(&header.sequence.to_le_bytes());
    out[12..20].copy_from_slice(&header.time_ns.to_le_bytes());
    out[20] = header.mode.code();
    out[21] = 0;
    out[22] = length_low;
    out[23] = length_high;
}

/// Reads the payload of a kind; offsets of faults count from the frame's start.
pub(crate) fn read_message(kind: Kind, payload: &[u8]) -> Result<Message, Rejected> {
    let mut reader = Reader::new(payload);
    Message::read(kind, &mut reader)
        .and_then(|message| reader.end().map(|()| message))
        .map_err(|stumble| Rejected::Field {
            kind: Some(kind),
            offset: HEADER_BYTES + stumble.at,
            fault: stumble.fault,
        })
}

/// Bytes on the wire of a frame of this kind, delimiter included, for an arm of `dof` joints (at most
/// [`MAX_JOINTS`] are counted). There is no worse case: COBS adds one byte to every frame.
#[must_use]
pub const fn wire_size(kind: Kind, dof: usize) -> usize {
    HEADER_BYTES + payload_bytes(kind, dof) + CHECKSUM_BYTES + 2
}

/// Payload of a kind for an arm of `dof` joints, bytes.
pub(crate) const fn payload_bytes(kind: Kind, dof: usize) -> usize {
    let dof = if dof > MAX_JOINTS { MAX_JOINTS } else { dof };
    match kind {
        Kind::Hello => 8,
        Kind::Capabilities => 164,
        Kind::Open => 52,
        Kind::Opened => 40,
        Kind::Refused => 9,
        Kind::Command => 14 + 4 * dof,
        Kind::State => 46 + 13 * dof,
        Kind::Heartbeat => 11,
        Kind::Stop => 2,
        Kind::Fault => 37,
        Kind::ParameterRead => 2,
        Kind::ParameterWrite | Kind::Parameter => 6,
        Kind::TimeRequest => 8,
        Kind::TimeReply => 24,
        Kind::Close => 0,
    }
}

/// Time that so many bytes take on a serial line, ns, rounded up: ten bits a byte (start, eight, stop).
/// At 0 baud nothing ever arrives: [`u64::MAX`].
#[must_use]
pub const fn wire_time_ns(bytes: usize, baud: u32) -> u64 {
    if baud == 0 {
        return u64::MAX;
    }
    (bytes as u64)
        .saturating_mul(10_000_000_000)
        .div_ceil(baud as u64)
}
