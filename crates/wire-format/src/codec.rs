//! Cursors over bytes: a writer that never leaves its buffer, a reader that says where it stumbled.

use crate::refused::FieldFault;
use crate::{MAX_JOINTS, MAX_PAYLOAD};

/// Writes little-endian values one after the other.
pub(crate) struct Writer {
    bytes: [u8; MAX_PAYLOAD],
    used: usize,
}

impl Writer {
    pub(crate) fn new() -> Self {
        Self {
            bytes: [0; MAX_PAYLOAD],
            used: 0,
        }
    }

    pub(crate) fn written(&self) -> &[u8] {
        self.bytes.get(..self.used).unwrap_or(&[])
    }

    /// Bytes as they are. What has no room is left out whole; no message is that long (a test counts).
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        let end = self.used + bytes.len();
        if let Some(room) = self.bytes.get_mut(self.used..end) {
            room.copy_from_slice(bytes);
            self.used = end;
        }
    }

    pub(crate) fn u8(&mut self, value: u8) {
        self.bytes(&[value]);
    }

    pub(crate) fn u16(&mut self, value: u16) {
        self.bytes(&value.to_le_bytes());
    }

    pub(crate) fn u32(&mut self, value: u32) {
        self.bytes(&value.to_le_bytes());
    }

    pub(crate) fn u64(&mut self, value: u64) {
        self.bytes(&value.to_le_bytes());
    }

    pub(crate) fn f32(&mut self, value: f32) {
        self.bytes(&value.to_le_bytes());
    }

    pub(crate) fn f32s(&mut self, values: &[f32]) {
        for value in values {
            self.f32(*value);
        }
    }
}

/// A field that is not as it should be: where it starts in what is read, and why.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stumble {
    pub(crate) at: usize,
    pub(crate) fault: FieldFault,
}

pub(crate) type Read<T> = Result<T, Stumble>;

/// Reads little-endian values one after the other and remembers where the last one began.
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    next: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            next: 0,
        }
    }

    /// The complaint about the value read last.
    pub(crate) fn stumble<T>(&self, fault: FieldFault) -> Read<T> {
        Err(Stumble { at: self.at, fault })
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Read<[u8; N]> {
        self.at = self.next;
        match self.bytes.get(self.at..).and_then(<[u8]>::first_chunk) {
            Some(chunk) => {
                self.next = self.at + N;
                Ok(*chunk)
            }
            None => self.stumble(FieldFault::Missing),
        }
    }

    pub(crate) fn u8(&mut self) -> Read<u8> {
        self.array().map(u8::from_le_bytes)
    }

    pub(crate) fn i8(&mut self) -> Read<i8> {
        self.array().map(i8::from_le_bytes)
    }

    pub(crate) fn u16(&mut self) -> Read<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(crate) fn u32(&mut self) -> Read<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Read<u64> {
        self.array().map(u64::from_le_bytes)
    }

    /// A finite number.
    pub(crate) fn f32(&mut self) -> Read<f32> {
        let value = f32::from_le_bytes(self.array()?);
        if value.is_finite() {
            Ok(value)
        } else {
            self.stumble(FieldFault::NotFinite)
        }
    }

    /// A finite number that is not negative.
    pub(crate) fn bound(&mut self) -> Read<f32> {
        let value = self.f32()?;
        if value >= 0.0 {
            Ok(value)
        } else {
            self.stumble(FieldFault::Negative)
        }
    }

    /// Finite numbers in the first `count` places of an array; the others are zero.
    pub(crate) fn f32s(&mut self, count: usize) -> Read<[f32; MAX_JOINTS]> {
        let mut values = [0.0; MAX_JOINTS];
        for value in values.iter_mut().take(count) {
            *value = self.f32()?;
        }
        Ok(values)
    }

    /// A byte that names one of a set.
    pub(crate) fn named<T>(&mut self, name: impl Fn(u8) -> Option<T>) -> Read<T> {
        let code = self.u8()?;
        match name(code) {
            Some(named) => Ok(named),
            None => self.stumble(FieldFault::NoSuchName { seen: code }),
        }
    }

    /// A word that must not be zero.
    pub(crate) fn nonzero(&mut self) -> Read<u32> {
        match self.u32()? {
            0 => self.stumble(FieldFault::Zero),
            value => Ok(value),
        }
    }

    /// A byte that must be zero.
    pub(crate) fn reserved(&mut self) -> Read<()> {
        match self.u8()? {
            0 => Ok(()),
            1.. => self.stumble(FieldFault::NotZero),
        }
    }

    /// A count of joints from `least` to [`MAX_JOINTS`].
    pub(crate) fn count(&mut self, least: u8) -> Read<u8> {
        let seen = self.u8()?;
        if seen >= least && usize::from(seen) <= MAX_JOINTS {
            Ok(seen)
        } else {
            self.stumble(FieldFault::Count { seen })
        }
    }

    /// Refuses what is left over.
    pub(crate) fn end(mut self) -> Read<()> {
        self.at = self.next;
        if self.next == self.bytes.len() {
            Ok(())
        } else {
            self.stumble(FieldFault::LeftOver)
        }
    }
}
