//! Encoded messages on their way to the archive's thread, many at a time.

use crate::Topic;

/// A batch is handed over before it would grow past this many bytes. Chosen: about half a second of a
/// session, so that handing over costs nothing by the message and a killed process loses little.
pub(crate) const BATCH_BYTES: usize = 256 * 1024;

/// Batches of one writer: one that is filled, one that is written, two that wait. Chosen: at the full
/// rate that is more than a second, so that the end of a chunk delays nobody.
pub(crate) const BATCHES: usize = 4;

/// Room for the entries of a batch; more of them grow it once.
const ENTRIES: usize = 2048;

/// One message of a batch.
struct Entry {
    topic: Topic,
    at_ns: u64,
    length: usize,
}

/// Payloads one behind the other, and what each of them is.
pub(crate) struct Batch {
    payloads: Vec<u8>,
    entries: Vec<Entry>,
}

impl Batch {
    /// An empty batch with its room.
    pub(crate) fn with_room(bytes: usize) -> Self {
        Self {
            payloads: Vec::with_capacity(bytes),
            entries: Vec::with_capacity(ENTRIES),
        }
    }

    /// Whether a payload of this length goes in. An empty batch takes any, and grows.
    pub(crate) fn takes(&self, length: usize, most: usize) -> bool {
        self.entries.is_empty() || self.payloads.len().saturating_add(length) <= most
    }

    /// Adds a message behind the others.
    pub(crate) fn push(&mut self, topic: Topic, at_ns: u64, payload: &[u8]) {
        self.payloads.extend_from_slice(payload);
        self.entries.push(Entry {
            topic,
            at_ns,
            length: payload.len(),
        });
    }

    /// The messages in the order in which they came: topic, time (ns), payload.
    pub(crate) fn messages(&self) -> impl Iterator<Item = (Topic, u64, &[u8])> {
        let mut rest = self.payloads.as_slice();
        self.entries.iter().map_while(move |entry| {
            let (payload, behind) = rest.split_at_checked(entry.length)?;
            rest = behind;
            Some((entry.topic, entry.at_ns, payload))
        })
    }

    /// Forgets the messages and keeps the room.
    pub(crate) fn clear(&mut self) {
        self.payloads.clear();
        self.entries.clear();
    }
}
