//! The byte form of a body inside an archive: little-endian numbers, a word and a version in front.

use thiserror::Error;

/// Why bytes of an archive are not what they should be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// The bytes end in the middle of something.
    #[error("the bytes end at {at} where {wanted} more were expected: the attachment is cut short")]
    CutShort {
        /// Offset at which more was wanted.
        at: usize,
        /// Bytes wanted from there.
        wanted: usize,
    },
    /// The first bytes are not ours.
    #[error("these bytes are no {0}: the first bytes are not its word")]
    NotOurs(&'static str),
    /// Written by a version that this one does not know.
    #[error(
        "{what} of format version {found}, this program reads version {known}: use the program that wrote it"
    )]
    Version {
        /// What was read.
        what: &'static str,
        /// Version found.
        found: u16,
        /// Version known.
        known: u16,
    },
    /// Numbers that cannot be a body.
    #[error(
        "the numbers of the {0} make no sense (not finite, or sizes that do not fit): the attachment is damaged"
    )]
    Nonsense(&'static str),
    /// Bytes after the end.
    #[error("{0} bytes follow the end: the attachment is damaged")]
    Surplus(usize),
}

/// Appends numbers.
#[derive(Default)]
pub(crate) struct ByteWriter {
    bytes: Vec<u8>,
}

impl ByteWriter {
    pub(crate) fn start(word: [u8; 4], version: u16) -> Self {
        let mut out = Self::default();
        out.bytes.extend_from_slice(&word);
        out.bytes.extend_from_slice(&version.to_le_bytes());
        out
    }

    pub(crate) fn f64(&mut self, value: f64) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    pub(crate) fn count(&mut self, value: usize) {
        // Counts are bounded far below 2^32 by the readers.
        self.bytes.extend_from_slice(&(value as u32).to_le_bytes());
    }

    pub(crate) fn f64s(&mut self, values: &[f64]) {
        self.count(values.len());
        values.iter().for_each(|v| self.f64(*v));
    }

    pub(crate) fn raw(&mut self, values: &[u8]) {
        self.count(values.len());
        self.bytes.extend_from_slice(values);
    }

    pub(crate) fn done(self) -> Vec<u8> {
        self.bytes
    }
}

/// Takes numbers, never beyond the end.
pub(crate) struct ByteReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> ByteReader<'a> {
    pub(crate) fn start(
        bytes: &'a [u8],
        what: &'static str,
        word: [u8; 4],
        known: u16,
    ) -> Result<Self, DecodeError> {
        let mut reader = Self { bytes, at: 0 };
        if reader.take(4).map_err(|_| DecodeError::NotOurs(what))? != word.as_slice() {
            return Err(DecodeError::NotOurs(what));
        }
        let found = u16::from_le_bytes(reader.array::<2>()?);
        if found != known {
            return Err(DecodeError::Version { what, found, known });
        }
        Ok(reader)
    }

    fn take(&mut self, wanted: usize) -> Result<&'a [u8], DecodeError> {
        let cut = DecodeError::CutShort {
            at: self.at,
            wanted,
        };
        let end = self.at.checked_add(wanted).ok_or(cut.clone())?;
        let taken = self.bytes.get(self.at..end).ok_or(cut)?;
        self.at = end;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let at = self.at;
        self.take(N)?
            .try_into()
            .map_err(|_| DecodeError::CutShort { at, wanted: N })
    }

    pub(crate) fn f64(&mut self) -> Result<f64, DecodeError> {
        Ok(f64::from_le_bytes(self.array()?))
    }

    pub(crate) fn finite(&mut self, what: &'static str) -> Result<f64, DecodeError> {
        let value = self.f64()?;
        value
            .is_finite()
            .then_some(value)
            .ok_or(DecodeError::Nonsense(what))
    }

    pub(crate) fn count(&mut self, most: usize) -> Result<usize, DecodeError> {
        let count = u32::from_le_bytes(self.array()?) as usize;
        (count <= most)
            .then_some(count)
            .ok_or(DecodeError::Nonsense("count"))
    }

    pub(crate) fn f64s(&mut self, most: usize) -> Result<Vec<f64>, DecodeError> {
        let count = self.count(most)?;
        let raw = self.take(count.saturating_mul(8))?;
        Ok(raw
            .chunks_exact(8)
            .filter_map(|c| c.try_into().ok())
            .map(f64::from_le_bytes)
            .collect())
    }

    pub(crate) fn raw(&mut self, most: usize) -> Result<&'a [u8], DecodeError> {
        let count = self.count(most)?;
        self.take(count)
    }

    pub(crate) fn end(self) -> Result<(), DecodeError> {
        match self.bytes.len() - self.at {
            0 => Ok(()),
            surplus => Err(DecodeError::Surplus(surplus)),
        }
    }
}
