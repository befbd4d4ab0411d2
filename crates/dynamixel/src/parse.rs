//! Bytes into packets.
//!
//! A parser with a buffer of fixed size: bytes go in one by one, packets come out checked. Nothing that
//! arrives can stop it: after damage it looks for the next header *behind the first byte* of what was taken
//! for a packet, so a true packet that lies inside a false one is still found. A header inside the
//! body of a packet cannot be data (stuffing sees to that), so bytes lost in mid-packet are noticed at once.

use crate::crc::{crc16, crc16_after};
use crate::packet::{BROADCAST, HEADER, Id, Instruction, MAX_PACKET, Packet, StatusError};

/// Why bytes did not make a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// The checksum does not fit.
    #[error("checksum {seen:#06x}, computed {computed:#06x}")]
    Crc {
        /// What the packet says.
        seen: u16,
        /// What its bytes say.
        computed: u16,
    },
    /// A length that no packet here has.
    #[error("a packet of length {seen}; allowed are 3 to {allowed}")]
    Length {
        /// What the packet says.
        seen: u16,
        /// The largest that fits the parser.
        allowed: u16,
    },
    /// An address that no servo has.
    #[error("address {seen}; allowed are 0 to 252, and 254 for all")]
    Address {
        /// What the packet says.
        seen: u8,
    },
    /// A sound packet with an instruction that this crate does not know.
    #[error("unknown instruction {seen:#04x}")]
    Instruction {
        /// What the packet says.
        seen: u8,
    },
    /// A new header before the packet's end.
    #[error("a packet broken off by the next header")]
    BrokenOff,
}

/// Bytes before instruction: header, address, length.
const HEAD: usize = 7;
const LONGEST: u16 = (MAX_PACKET - HEAD) as u16;

/// Finds packets in a stream of bytes.
#[derive(Clone, Debug)]
pub struct Parser {
    buffer: [u8; MAX_PACKET],
    /// Bytes in the buffer.
    filled: usize,
    /// Bytes of the packet handed out last, to be removed.
    handed_out: usize,
    /// Bytes of the candidate in which no inner header begins.
    looked_at: usize,
    /// The parameters without stuffing.
    plain: [u8; MAX_PACKET],
    skipped: u32,
}

impl Default for Parser {
    fn default() -> Self {
        Self {
            buffer: [0; MAX_PACKET],
            filled: 0,
            handed_out: 0,
            looked_at: HEAD,
            plain: [0; MAX_PACKET],
            skipped: 0,
        }
    }
}

/// What the bytes at the front of the buffer are.
enum Front {
    Unfinished,
    Packet(usize),
    Damaged(Damage, usize),
}

impl Parser {
    /// Adds a byte. Call [`Self::poll`] until it gives `None` before the next one.
    pub fn push(&mut self, byte: u8) {
        self.drop_front(self.handed_out);
        self.handed_out = 0;
        if self.filled == MAX_PACKET {
            self.skip(1);
        }
        self.buffer[self.filled] = byte;
        self.filled += 1;
    }

    /// The next packet, or what is wrong with the bytes; `None` when more bytes are needed.
    pub fn poll(&mut self) -> Option<Result<Packet<'_>, Damage>> {
        self.drop_front(self.handed_out);
        self.handed_out = 0;
        self.align();
        match self.front() {
            Front::Unfinished => None,
            Front::Damaged(damage, skip) => {
                self.skip(skip);
                Some(Err(damage))
            }
            Front::Packet(size) => Some(self.hand_out(size)),
        }
    }

    /// Forgets an unfinished packet: silence on the bus ended it. True when there was one.
    pub fn give_up(&mut self) -> bool {
        let left = self.filled - self.handed_out;
        self.skipped = self
            .skipped
            .saturating_add(u32::try_from(left).unwrap_or(u32::MAX));
        self.filled = 0;
        self.handed_out = 0;
        self.looked_at = HEAD;
        left > 0
    }

    /// Bytes since the start that were part of no packet.
    #[must_use]
    pub const fn skipped(&self) -> u32 {
        self.skipped
    }

    fn skip(&mut self, bytes: usize) {
        self.skipped = self
            .skipped
            .saturating_add(u32::try_from(bytes).unwrap_or(u32::MAX));
        self.drop_front(bytes);
    }

    fn drop_front(&mut self, bytes: usize) {
        if bytes > 0 {
            self.buffer.copy_within(bytes..self.filled, 0);
            self.filled -= bytes;
            self.looked_at = HEAD;
        }
    }

    /// Drops bytes until the buffer begins with a header, or with the beginning of one.
    fn align(&mut self) {
        let bytes = &self.buffer[..self.filled];
        let start = (0..bytes.len()).find(|start| {
            let rest = &bytes[*start..];
            let compared = rest.len().min(HEADER.len());
            rest[..compared] == HEADER[..compared]
        });
        match start {
            Some(0) => {}
            Some(start) => self.skip(start),
            None => self.skip(bytes.len()),
        }
    }

    fn front(&mut self) -> Front {
        let bytes = &self.buffer[..self.filled];
        let Some(head) = bytes.first_chunk::<HEAD>() else {
            return Front::Unfinished;
        };
        let [_, _, _, _, address, low, high] = *head;
        if address > Id::HIGHEST && address != BROADCAST {
            return Front::Damaged(Damage::Address { seen: address }, 1);
        }
        let length = u16::from_le_bytes([low, high]);
        if !(3..=LONGEST).contains(&length) {
            let allowed = LONGEST;
            return Front::Damaged(
                Damage::Length {
                    seen: length,
                    allowed,
                },
                1,
            );
        }
        let size = HEAD + usize::from(length);
        let body = &bytes[..self.filled.min(size - 2)];
        if !unstuffed(bytes) {
            while self.looked_at + HEADER.len() <= body.len() {
                if body[self.looked_at..].starts_with(&HEADER) {
                    return Front::Damaged(Damage::BrokenOff, self.looked_at);
                }
                self.looked_at += 1;
            }
        }
        if self.filled < size {
            return Front::Unfinished;
        }
        let (checked, crc) = bytes[..size].split_at(size - 2);
        let seen = u16::from_le_bytes([crc[0], crc[1]]);
        let computed = crc16(checked);
        if seen == computed {
            Front::Packet(size)
        } else {
            Front::Damaged(Damage::Crc { seen, computed }, 1)
        }
    }

    fn hand_out(&mut self, size: usize) -> Result<Packet<'_>, Damage> {
        self.handed_out = size;
        let bytes = &self.buffer[..size];
        let Some(instruction) = Instruction::from_code(bytes[HEAD]) else {
            return Err(Damage::Instruction { seen: bytes[HEAD] });
        };
        let stuffed = &bytes[HEAD + 1..size - 2];
        let length = if unstuffed(bytes) {
            self.plain[..stuffed.len()].copy_from_slice(stuffed);
            stuffed.len()
        } else {
            without_stuffing(stuffed, &mut self.plain)
        };
        Ok(Packet {
            address: bytes[4],
            instruction,
            parameters: &self.plain[..length],
        })
    }
}

/// The joint answer to a fast sync read is not stuffed, because no servo could know the packet's length if
/// it were (DynamixelSDK reads it so).
fn unstuffed(bytes: &[u8]) -> bool {
    bytes.get(4) == Some(&BROADCAST) && bytes.get(HEAD) == Some(&Instruction::Status.code())
}

/// Takes the extra `FD` out. The instruction is never `FF`, so looking at the parameters alone is enough.
fn without_stuffing(stuffed: &[u8], plain: &mut [u8; MAX_PACKET]) -> usize {
    let mut length = 0;
    let mut matched = 0u8;
    for byte in stuffed {
        if matched == 3 {
            matched = 0;
            if *byte == 0xFD {
                continue;
            }
        }
        matched = match (matched, byte) {
            (2, 0xFD) => 3,
            (1 | 2, 0xFF) => 2,
            (0, 0xFF) => 1,
            (_, _) => 0,
        };
        plain[length] = *byte;
        length += 1;
    }
    length
}

/// One servo's part of the joint answer to a fast sync read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FastBlock<'a> {
    /// Who answers.
    pub id: Id,
    /// How it went.
    pub error: StatusError,
    /// The registers asked for.
    pub data: &'a [u8],
}

/// The blocks of a joint answer, in the order asked for. Each ends with the checksum of everything from the
/// header to there; iteration ends before the first block whose checksum does not fit.
#[derive(Clone, Debug)]
pub struct FastBlocks<'a> {
    rest: &'a [u8],
    data_length: usize,
    crc: u16,
}

impl<'a> FastBlocks<'a> {
    /// The blocks of `packet`, each with `data_length` bytes of registers; `None` when the packet is no joint
    /// answer.
    #[must_use]
    pub fn new(packet: &Packet<'a>, data_length: usize) -> Option<Self> {
        if packet.address != BROADCAST || packet.instruction != Instruction::Status {
            return None;
        }
        let length = u16::try_from(packet.parameters.len() + 3).ok()?;
        let mut crc = crc16(&HEADER);
        let [low, high] = length.to_le_bytes();
        for byte in [BROADCAST, low, high, Instruction::Status.code()] {
            crc = crc16_after(crc, byte);
        }
        Some(Self {
            rest: packet.parameters,
            data_length,
            crc,
        })
    }
}

impl<'a> Iterator for FastBlocks<'a> {
    type Item = FastBlock<'a>;

    fn next(&mut self) -> Option<FastBlock<'a>> {
        let size = self.data_length.checked_add(2)?;
        let (block, rest) = self.rest.split_at_checked(size)?;
        self.crc = block
            .iter()
            .fold(self.crc, |crc, byte| crc16_after(crc, *byte));
        self.rest = match rest {
            // The last block's checksum is the packet's own, which the parser has seen to.
            [] => rest,
            [low, high, behind @ ..] if u16::from_le_bytes([*low, *high]) == self.crc => {
                self.crc = crc16_after(crc16_after(self.crc, *low), *high);
                behind
            }
            [..] => {
                self.rest = &[];
                return None;
            }
        };
        let [error, id, data @ ..] = block else {
            return None;
        };
        Some(FastBlock {
            id: Id::new(*id)?,
            error: StatusError::from_byte(*error),
            data,
        })
    }
}
