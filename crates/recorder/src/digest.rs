//! The digest of a message stream: two runs that did the same have the same digest.
//!
//! SHA-256 over, for each message in order: length of the topic (u32), topic, time in ns (u64), length
//! of the payload (u32), payload; all little endian.

use sha2::{Digest as _, Sha256};

/// SHA-256 of a message stream. Shown as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The 32 bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl core::fmt::Display for Digest {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl core::fmt::Debug for Digest {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Digest({self})")
    }
}

/// A digest that is still growing.
#[derive(Clone, Debug, Default)]
pub(crate) struct StreamDigest(Sha256);

impl StreamDigest {
    pub(crate) fn add(&mut self, topic: &str, at_ns: u64, payload: &[u8]) {
        let length = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX).to_le_bytes();
        self.0.update(length(topic.len()));
        self.0.update(topic.as_bytes());
        self.0.update(at_ns.to_le_bytes());
        self.0.update(length(payload.len()));
        self.0.update(payload);
    }

    pub(crate) fn finish(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(messages: &[(&str, u64, &[u8])]) -> Digest {
        let mut stream = StreamDigest::default();
        messages
            .iter()
            .for_each(|(topic, at, payload)| stream.add(topic, *at, payload));
        stream.finish()
    }

    #[test]
    fn topic_time_bytes_and_order_all_count() {
        let a: (&str, u64, &[u8]) = ("/a", 1, &[1]);
        let b: (&str, u64, &[u8]) = ("/b", 2, &[2]);
        let whole = of(&[a, b]);
        assert_eq!(whole, of(&[a, b]));
        for other in [
            of(&[b, a]),
            of(&[a]),
            of(&[("/c", 1, &[1]), b]),
            of(&[("/a", 3, &[1]), b]),
            of(&[("/a", 1, &[9]), b]),
        ] {
            assert_ne!(whole, other);
        }
    }

    #[test]
    fn bytes_cannot_move_from_the_topic_to_the_payload() {
        assert_ne!(of(&[("/ab", 0, b"c")]), of(&[("/a", 0, b"bc")]));
    }
}
