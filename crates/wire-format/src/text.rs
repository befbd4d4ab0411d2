//! Short ASCII text of a fixed length, filled up with zeros.

use crate::codec::{Read, Reader, Writer};
use crate::refused::FieldFault;

/// At most `N` printable ASCII characters (0x20 to 0x7E).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text<const N: usize>([u8; N]);

impl<const N: usize> Text<N> {
    /// The text, or nothing when it is longer than `N` or not printable ASCII.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let mut bytes = [0; N];
        bytes
            .get_mut(..text.len())?
            .copy_from_slice(text.as_bytes());
        Self::from_bytes(bytes)
    }

    /// No text.
    #[must_use]
    pub const fn empty() -> Self {
        Self([0; N])
    }

    /// Without the zeros it is filled up with.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let end = self.0.iter().position(|b| *b == 0).unwrap_or(N);
        let text = self.0.get(..end).unwrap_or(&[]);
        core::str::from_utf8(text).unwrap_or("")
    }

    fn from_bytes(bytes: [u8; N]) -> Option<Self> {
        let end = bytes.iter().position(|b| *b == 0).unwrap_or(N);
        let (text, rest) = bytes.split_at_checked(end)?;
        let printable = text.iter().all(|b| (0x20..=0x7E).contains(b));
        (printable && rest.iter().all(|b| *b == 0)).then_some(Self(bytes))
    }

    pub(crate) fn write(&self, out: &mut Writer) {
        out.bytes(&self.0);
    }

    pub(crate) fn read(from: &mut Reader<'_>) -> Read<Self> {
        match Self::from_bytes(from.array()?) {
            Some(text) => Ok(text),
            None => from.stumble(FieldFault::NotText),
        }
    }
}
