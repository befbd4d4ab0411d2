//! Answers on their way to the master, and what can happen to them there.

use std::collections::VecDeque;

use quantities::{Duration, Instant};

use crate::packet::{Id, MAX_PACKET};

/// What happens to an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is not sent.
    Silent,
    /// One bit of its checksum is wrong.
    WrongChecksum,
    /// It carries another sender.
    WrongId(Id),
    /// It comes later than it should, by so much.
    Late(Duration),
    /// Noise comes before it: the beginning of a header and a byte.
    Noise,
    /// It comes twice, as if two servos had the address.
    Twice,
}

/// Most answers on their way.
const WAITING: usize = 64;

#[derive(Clone, Debug)]
struct Answer {
    bytes: [u8; MAX_PACKET],
    length: usize,
    /// Bytes already sent.
    sent: usize,
    due: Instant,
}

/// Answers on their way; room is made once.
#[derive(Clone, Debug)]
pub(super) struct Answers {
    waiting: VecDeque<Answer>,
}

impl Answers {
    pub(super) fn new() -> Self {
        Self {
            waiting: VecDeque::with_capacity(WAITING),
        }
    }

    /// Adds bytes that reach the master at `due`. What does not fit is lost, as on a wire.
    pub(super) fn push(&mut self, bytes: &[u8], due: Instant) {
        if self.waiting.len() >= WAITING || bytes.len() > MAX_PACKET {
            return;
        }
        let mut answer = Answer {
            bytes: [0; MAX_PACKET],
            length: bytes.len(),
            sent: 0,
            due,
        };
        answer.bytes[..bytes.len()].copy_from_slice(bytes);
        self.waiting.push_back(answer);
    }

    /// Takes what is due into `out`; the number of bytes.
    pub(super) fn take(&mut self, now: Instant, out: &mut [u8]) -> usize {
        let mut written = 0;
        for answer in self.waiting.iter_mut().filter(|answer| answer.due <= now) {
            let rest = &answer.bytes[answer.sent..answer.length];
            let fits = rest.len().min(out.len() - written);
            out[written..written + fits].copy_from_slice(&rest[..fits]);
            answer.sent += fits;
            written += fits;
        }
        self.waiting.retain(|answer| answer.sent < answer.length);
        written
    }
}
