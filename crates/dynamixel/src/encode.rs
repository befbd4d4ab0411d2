//! Packets into bytes.
//!
//! [`PacketWriter`] writes byte by byte into a buffer of the caller: it stuffs (after `FF FF FD` between
//! instruction and last parameter an extra `FD`, so that no data looks like a header), and puts length and
//! checksum in at the end. The functions beside it are the instructions by name.

use crate::crc::crc16;
use crate::packet::{BROADCAST, HEADER, Id, Instruction, StatusError};

/// A packet did not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a packet needs more than the {room} bytes of its buffer; give a larger one or ask fewer servos"
)]
pub struct TooLong {
    /// Bytes there were.
    pub room: usize,
}

/// Writes one packet.
#[derive(Debug)]
pub struct PacketWriter<'a> {
    out: &'a mut [u8],
    length: usize,
    /// How much of `FF FF FD` the last bytes are.
    matched: u8,
    full: bool,
}

/// Where the stuffed part begins.
const BODY: usize = 7;

impl<'a> PacketWriter<'a> {
    /// Begins a packet at the start of `out`.
    pub fn new(out: &'a mut [u8], address: u8, instruction: Instruction) -> Self {
        let mut writer = Self {
            out,
            length: 0,
            matched: 0,
            full: false,
        };
        for byte in HEADER {
            writer.put(byte);
        }
        for byte in [address, 0, 0] {
            writer.put(byte);
        }
        writer.push(instruction.code());
        writer
    }

    fn put(&mut self, byte: u8) {
        match self.out.get_mut(self.length) {
            Some(place) => {
                *place = byte;
                self.length += 1;
            }
            None => self.full = true,
        }
    }

    /// Adds one parameter byte.
    pub fn push(&mut self, byte: u8) {
        self.put(byte);
        self.matched = match (self.matched, byte) {
            (2, 0xFD) => {
                self.put(0xFD);
                0
            }
            (1 | 2, 0xFF) => 2,
            (0, 0xFF) => 1,
            (_, _) => 0,
        };
    }

    /// Adds parameter bytes.
    pub fn extend(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.push(*byte);
        }
    }

    /// Adds a number, low byte first.
    pub fn word(&mut self, word: u16) {
        self.extend(&word.to_le_bytes());
    }

    /// Puts length and checksum in; the number of bytes of the packet.
    pub fn finish(mut self) -> Result<usize, TooLong> {
        let room = self.out.len();
        let length = u16::try_from((self.length + 2).saturating_sub(BODY));
        let (Ok(length), false) = (length, self.full) else {
            return Err(TooLong { room });
        };
        self.out[5..BODY].copy_from_slice(&length.to_le_bytes());
        let crc = crc16(&self.out[..self.length]);
        for byte in crc.to_le_bytes() {
            self.put(byte);
        }
        if self.full {
            return Err(TooLong { room });
        }
        Ok(self.length)
    }
}

/// Asks one servo who it is.
pub fn ping(out: &mut [u8], id: Id) -> Result<usize, TooLong> {
    PacketWriter::new(out, id.get(), Instruction::Ping).finish()
}

/// Asks all servos who they are; they answer one after the other, by rising id.
pub fn ping_all(out: &mut [u8]) -> Result<usize, TooLong> {
    PacketWriter::new(out, BROADCAST, Instruction::Ping).finish()
}

/// Reads `length` bytes from `address` on.
pub fn read(out: &mut [u8], id: Id, address: u16, length: u16) -> Result<usize, TooLong> {
    let mut packet = PacketWriter::new(out, id.get(), Instruction::Read);
    packet.word(address);
    packet.word(length);
    packet.finish()
}

/// Writes `data` from `address` on.
pub fn write(out: &mut [u8], id: Id, address: u16, data: &[u8]) -> Result<usize, TooLong> {
    written(out, id, Instruction::Write, address, data)
}

/// Keeps a write until [`action`].
pub fn reg_write(out: &mut [u8], id: Id, address: u16, data: &[u8]) -> Result<usize, TooLong> {
    written(out, id, Instruction::RegWrite, address, data)
}

fn written(
    out: &mut [u8],
    id: Id,
    instruction: Instruction,
    address: u16,
    data: &[u8],
) -> Result<usize, TooLong> {
    let mut packet = PacketWriter::new(out, id.get(), instruction);
    packet.word(address);
    packet.extend(data);
    packet.finish()
}

/// Carries out what [`reg_write`] left.
pub fn action(out: &mut [u8], id: Id) -> Result<usize, TooLong> {
    PacketWriter::new(out, id.get(), Instruction::Action).finish()
}

/// Restarts a servo.
pub fn reboot(out: &mut [u8], id: Id) -> Result<usize, TooLong> {
    PacketWriter::new(out, id.get(), Instruction::Reboot).finish()
}

/// Takes whole turns out of the present position; a servo in motion refuses.
pub fn clear_turns(out: &mut [u8], id: Id) -> Result<usize, TooLong> {
    let mut packet = PacketWriter::new(out, id.get(), Instruction::Clear);
    // Option 1 and the four fixed bytes that guard it.
    packet.extend(&[0x01, 0x44, 0x58, 0x4C, 0x22]);
    packet.finish()
}

/// Reads the same registers of many servos; each answers with its own packet, in this order.
pub fn sync_read(
    out: &mut [u8],
    address: u16,
    length: u16,
    ids: impl IntoIterator<Item = Id>,
) -> Result<usize, TooLong> {
    read_of_many(out, Instruction::SyncRead, address, length, ids)
}

/// Reads the same registers of many servos; all answer within one packet, in this order.
pub fn fast_sync_read(
    out: &mut [u8],
    address: u16,
    length: u16,
    ids: impl IntoIterator<Item = Id>,
) -> Result<usize, TooLong> {
    read_of_many(out, Instruction::FastSyncRead, address, length, ids)
}

fn read_of_many(
    out: &mut [u8],
    instruction: Instruction,
    address: u16,
    length: u16,
    ids: impl IntoIterator<Item = Id>,
) -> Result<usize, TooLong> {
    let mut packet = PacketWriter::new(out, BROADCAST, instruction);
    packet.word(address);
    packet.word(length);
    for id in ids {
        packet.push(id.get());
    }
    packet.finish()
}

/// Writes `N` bytes from `address` on to many servos at the same moment; none answers.
pub fn sync_write<const N: usize>(
    out: &mut [u8],
    address: u16,
    data: impl IntoIterator<Item = (Id, [u8; N])>,
) -> Result<usize, TooLong> {
    let mut packet = PacketWriter::new(out, BROADCAST, Instruction::SyncWrite);
    packet.word(address);
    packet.word(u16::try_from(N).unwrap_or(u16::MAX));
    for (id, bytes) in data {
        packet.push(id.get());
        packet.extend(&bytes);
    }
    packet.finish()
}

/// Reads different registers (address, length) of many servos; each answers with its own packet.
pub fn bulk_read(
    out: &mut [u8],
    spans: impl IntoIterator<Item = (Id, u16, u16)>,
) -> Result<usize, TooLong> {
    let mut packet = PacketWriter::new(out, BROADCAST, Instruction::BulkRead);
    for (id, address, length) in spans {
        packet.push(id.get());
        packet.word(address);
        packet.word(length);
    }
    packet.finish()
}

/// Writes different registers of many servos at the same moment; none answers.
pub fn bulk_write<'a>(
    out: &mut [u8],
    data: impl IntoIterator<Item = (Id, u16, &'a [u8])>,
) -> Result<usize, TooLong> {
    let room = out.len();
    let mut packet = PacketWriter::new(out, BROADCAST, Instruction::BulkWrite);
    for (id, address, bytes) in data {
        packet.push(id.get());
        packet.word(address);
        packet.word(u16::try_from(bytes.len()).map_err(|_| TooLong { room })?);
        packet.extend(bytes);
    }
    packet.finish()
}

/// A servo's answer.
pub fn status(out: &mut [u8], id: Id, error: StatusError, data: &[u8]) -> Result<usize, TooLong> {
    let mut packet = PacketWriter::new(out, id.get(), Instruction::Status);
    packet.push(error.byte());
    packet.extend(data);
    packet.finish()
}
