//! What can go wrong on the way: faults L1 to L11, L13 and L14 on whole frames of one direction.
//!
//! Frames end with a zero byte, which is all that has to be known of them here, but for two faults that
//! need a frame with a good checksum (a stranger's address, another version). Unplugging (L12) is not a
//! matter of bytes: whoever owns the port pulls it.

use std::collections::VecDeque;

use wire_format::{Address, Deframer, Frame, MAX_FRAME, encode};

use crate::noise::{Chance, Purpose};

/// One fault of the link. A share is a probability for each frame, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LinkFault {
    /// L1: frames vanish.
    Drop {
        /// Share of frames.
        share: f64,
    },
    /// L2: so many frames in a row vanish, once.
    BurstDrop {
        /// How many.
        frames: u32,
    },
    /// L3: bits of a frame are flipped.
    BitFlips {
        /// Share of frames.
        share: f64,
        /// Bits in each.
        bits: u32,
    },
    /// L4: the end of a frame is missing.
    Truncate {
        /// Share of frames.
        share: f64,
    },
    /// L5: a frame comes twice.
    Duplicate {
        /// Share of frames.
        share: f64,
    },
    /// L6: a frame comes after its successor.
    Reorder {
        /// Share of frames.
        share: f64,
    },
    /// L7: every frame comes so much later.
    Delay {
        /// By how much (ns).
        by_ns: u64,
    },
    /// L8: every frame comes later by a random time.
    Jitter {
        /// At most (ns).
        most_ns: u64,
    },
    /// L9: a frame of at least 64 frames ago comes again.
    ReplayOld {
        /// Share of frames.
        share: f64,
    },
    /// L10: a copy of a frame goes to a stranger's address.
    Misaddress {
        /// Share of frames.
        share: f64,
    },
    /// L11: frames carry another protocol version.
    WrongVersion {
        /// Share of frames.
        share: f64,
    },
    /// L13: random bytes between the frames, without end.
    Babble {
        /// Bytes for each frame of the sender.
        bytes: u32,
    },
    /// L14: this direction is dead.
    Silence,
}

/// Frames that are kept for a replay.
const KEPT: usize = 128;
/// A replayed frame is at least this many frames old.
const OLD: usize = 64;

/// The faults of one direction, switched on and off.
#[derive(Clone, Debug)]
pub struct LinkFaults {
    active: Vec<LinkFault>,
    chance: Chance,
    partial: Vec<u8>,
    kept: VecDeque<Vec<u8>>,
    held_back: Option<Vec<u8>>,
    delayed: VecDeque<(u64, Vec<u8>)>,
    injected: u64,
}

impl LinkFaults {
    /// A way without faults.
    #[must_use]
    pub fn none(seed: u64) -> Self {
        Self {
            active: Vec::new(),
            chance: Chance::new(seed, Purpose::LinkFaults),
            partial: Vec::with_capacity(MAX_FRAME),
            kept: VecDeque::with_capacity(KEPT),
            held_back: None,
            delayed: VecDeque::new(),
            injected: 0,
        }
    }

    /// Switches a fault on.
    pub fn inject(&mut self, fault: LinkFault) {
        self.active.push(fault);
    }

    /// Switches all faults off. What is delayed still comes.
    pub fn clear(&mut self) {
        self.active.clear();
    }

    /// How many frames were tampered with so far.
    #[must_use]
    pub const fn injected(&self) -> u64 {
        self.injected
    }

    /// Takes what the sender sent at `now` (ns); what goes on to the line is appended to `out`.
    pub fn pass(&mut self, now: u64, bytes: &[u8], out: &mut Vec<u8>) {
        for byte in bytes {
            self.partial.push(*byte);
            // Garbage without an end goes on as it is.
            if *byte == 0 || self.partial.len() >= 2 * MAX_FRAME {
                let frame = std::mem::take(&mut self.partial);
                self.frame(now, frame, out);
            }
        }
        self.release(now, out);
    }

    /// Appends the delayed frames that are due.
    pub fn release(&mut self, now: u64, out: &mut Vec<u8>) {
        while self.delayed.front().is_some_and(|(due, _)| *due <= now) {
            if let Some((_, frame)) = self.delayed.pop_front() {
                out.extend_from_slice(&frame);
            }
        }
    }

    /// When the next delayed frame is due (ns).
    #[must_use]
    pub fn next_due(&self) -> Option<u64> {
        self.delayed.front().map(|(due, _)| *due)
    }

    fn frame(&mut self, now: u64, frame: Vec<u8>, out: &mut Vec<u8>) {
        if self.active.is_empty() && self.held_back.is_none() && self.delayed.is_empty() {
            out.extend_from_slice(&frame);
            self.keep(frame);
            return;
        }
        let mut batch = vec![frame.clone()];
        let mut wait = 0;
        for at in 0..self.active.len() {
            let Some(fault) = self.active.get(at).copied() else {
                break;
            };
            wait += self.tamper(at, fault, &mut batch);
        }
        self.keep(frame);
        for frame in batch {
            self.send(now, wait, frame, out);
        }
    }

    fn keep(&mut self, frame: Vec<u8>) {
        if self.kept.len() >= KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back(frame);
    }

    /// Never overtakes what is delayed already.
    fn send(&mut self, now: u64, wait: u64, frame: Vec<u8>, out: &mut Vec<u8>) {
        let due = now + wait;
        let last = self.delayed.back().map_or(0, |(due, _)| *due);
        if due <= now && last <= now && self.delayed.is_empty() {
            out.extend_from_slice(&frame);
        } else {
            self.delayed.push_back((due.max(last), frame));
        }
    }

    /// Does what one fault does to the frames of a batch; returns a delay (ns).
    fn tamper(&mut self, at: usize, fault: LinkFault, batch: &mut Vec<Vec<u8>>) -> u64 {
        match fault {
            LinkFault::Drop { share } => {
                if self.strikes(share) {
                    batch.clear();
                }
            }
            LinkFault::BurstDrop { frames } => {
                if frames > 0 {
                    batch.clear();
                    self.injected += 1;
                    if let Some(burst) = self.active.get_mut(at) {
                        *burst = LinkFault::BurstDrop { frames: frames - 1 };
                    }
                }
            }
            LinkFault::BitFlips { share, bits } => self.flip(share, bits, batch),
            LinkFault::Truncate { share } => self.truncate(share, batch),
            LinkFault::Duplicate { share } => {
                if self.strikes(share)
                    && let Some(first) = batch.first().cloned()
                {
                    batch.push(first);
                }
            }
            LinkFault::Reorder { share } => self.reorder(share, batch),
            LinkFault::Delay { by_ns } => {
                self.injected += 1;
                return by_ns;
            }
            LinkFault::Jitter { most_ns } => {
                self.injected += 1;
                return (self.chance.uniform() * most_ns as f64) as u64;
            }
            LinkFault::ReplayOld { share } => {
                let old = self.kept.len().checked_sub(OLD);
                if let Some(old) = old.filter(|_| self.strikes(share))
                    && let Some(frame) = self.kept.get(old).cloned()
                {
                    batch.push(frame);
                }
            }
            LinkFault::Misaddress { share } => {
                if self.strikes(share) {
                    let strange = batch.first().and_then(|frame| misaddressed(frame));
                    batch.extend(strange);
                }
            }
            LinkFault::WrongVersion { share } => {
                if self.strikes(share)
                    && let Some(first) = batch.first_mut()
                    && let Some(other) = of_another_version(first)
                {
                    *first = other;
                }
            }
            LinkFault::Babble { bytes } => {
                self.injected += 1;
                let noise = (0..bytes).map(|_| (self.chance.uniform() * 256.0) as u8);
                batch.push(noise.collect());
            }
            LinkFault::Silence => {
                self.injected += 1;
                batch.clear();
            }
        }
        0
    }

    fn strikes(&mut self, share: f64) -> bool {
        let strikes = self.chance.uniform() < share;
        self.injected += u64::from(strikes);
        strikes
    }

    fn flip(&mut self, share: f64, bits: u32, batch: &mut [Vec<u8>]) {
        for frame in batch {
            if !self.strikes(share) {
                continue;
            }
            for _ in 0..bits {
                let bit = (self.chance.uniform() * 8.0 * frame.len() as f64) as usize;
                if let Some(byte) = frame.get_mut(bit / 8) {
                    *byte ^= 1 << (bit % 8);
                }
            }
        }
    }

    fn truncate(&mut self, share: f64, batch: &mut [Vec<u8>]) {
        for frame in batch {
            if self.strikes(share) {
                let left = (self.chance.uniform() * frame.len() as f64) as usize;
                frame.truncate(left);
                frame.push(0);
            }
        }
    }

    fn reorder(&mut self, share: f64, batch: &mut Vec<Vec<u8>>) {
        if let Some(held) = self.held_back.take() {
            batch.push(held);
        } else if self.strikes(share) && !batch.is_empty() {
            self.held_back = Some(batch.remove(0));
        }
    }
}

/// The same frame for somebody who is not there, with a good checksum.
fn misaddressed(encoded: &[u8]) -> Option<Vec<u8>> {
    let mut deframer = Deframer::new();
    let frame: Frame = encoded.iter().find_map(|byte| deframer.push(*byte))?.ok()?;
    let mut strange = frame;
    strange.header.destination = Address::Tools;
    let mut out = [0; MAX_FRAME];
    let length = encode(&strange, &mut out);
    out.get(..length).map(<[u8]>::to_vec)
}

/// The same frame in version 127 of the protocol, with a good checksum. Frames are shorter than a block of COBS
/// (Cheshire and Baker, 1999), so each code byte is the distance to the next zero.
fn of_another_version(encoded: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.strip_suffix(&[0])?;
    while let Some((code, after)) = rest.split_first() {
        let block = after.get(..usize::from(*code).checked_sub(1)?)?;
        bytes.extend_from_slice(block);
        rest = after.get(block.len()..)?;
        if !rest.is_empty() {
            bytes.push(0);
        }
    }
    let body = bytes.len().checked_sub(4)?;
    *bytes.first_mut()? = 127;
    let checksum = wire_format::crc32c(bytes.get(..body)?);
    bytes.truncate(body);
    bytes.extend_from_slice(&checksum.to_le_bytes());
    let mut out = Vec::with_capacity(encoded.len());
    for block in bytes.split(|byte| *byte == 0) {
        out.push(u8::try_from(block.len() + 1).ok()?);
        out.extend_from_slice(block);
    }
    out.push(0);
    Some(out)
}
