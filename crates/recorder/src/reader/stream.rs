//! The messages of an archive, one after the other.

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};

use super::ArchiveReader;
use super::file::{McapFile, Step, Want};
use super::open::Damage;
use crate::container::{self, Inner, kind};
use crate::digest::StreamDigest;
use crate::{ArchiveError, Digest, Message, Topic, Truncation, decode};

/// A message as it stands in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawMessage<'a> {
    /// Name of the topic.
    pub topic: &'a str,
    /// Time since the session's start (ns).
    pub at_ns: u64,
    /// The CDR bytes.
    pub payload: &'a [u8],
    /// The topic, when this version knows it.
    pub known: Option<Topic>,
}

/// Where a message stands in the unpacked records.
struct Place {
    channel: u16,
    at_ns: u64,
    payload: core::ops::Range<usize>,
}

/// Reads message by message, one chunk in memory at a time. Stops without an error where a file was cut
/// off; stops after the first error.
pub struct RawMessages {
    parts: VecDeque<PathBuf>,
    file: Option<McapFile>,
    channels: BTreeMap<u16, (String, Option<Topic>)>,
    body: Vec<u8>,
    records: Vec<u8>,
    at: usize,
    damage: Damage,
    losses: Vec<Truncation>,
}

impl RawMessages {
    pub(crate) fn new(parts: Vec<PathBuf>, damage: Damage) -> Self {
        Self {
            parts: parts.into(),
            file: None,
            channels: BTreeMap::new(),
            body: Vec::new(),
            records: Vec::new(),
            at: 0,
            damage,
            losses: Vec::new(),
        }
    }

    /// Where files ended early, of those that were read to their end so far.
    #[must_use]
    pub fn losses(&self) -> &[Truncation] {
        &self.losses
    }

    /// The next message, borrowed until the next call; `None` at the end.
    ///
    /// # Errors
    /// [`ArchiveError`] where a file cannot be read or is damaged; the call after that gives `None`.
    pub fn next_message(&mut self) -> Result<Option<RawMessage<'_>>, ArchiveError> {
        let found = self.seek_readable();
        if found.is_err() {
            self.parts.clear();
            self.file = None;
            self.records.clear();
        }
        let Some(Place {
            channel,
            at_ns,
            payload,
        }) = found?
        else {
            return Ok(None);
        };
        let (topic, known) = match self.channels.get(&channel) {
            Some((topic, known)) => (topic.as_str(), *known),
            None => ("", None),
        };
        let payload = self.records.get(payload).unwrap_or_default();
        Ok(Some(RawMessage {
            topic,
            at_ns,
            payload,
            known,
        }))
    }

    /// [`seek_message`](Self::seek_message), past the end of damaged files where damage ends a file.
    fn seek_readable(&mut self) -> Result<Option<Place>, ArchiveError> {
        loop {
            match self.seek_message() {
                Err(ArchiveError::Damaged { what, .. }) if self.damage == Damage::EndsTheFile => {
                    self.records.clear();
                    self.at = 0;
                    if let Some(file) = self.file.take() {
                        self.losses.push(file.lost_from_here(what));
                    }
                }
                found => return found,
            }
        }
    }

    /// Channel, time and place (in `records`) of the next message.
    fn seek_message(&mut self) -> Result<Option<Place>, ArchiveError> {
        loop {
            while let Some(Inner { kind, body, next }) =
                container::record_in(&self.records, self.at).map_err(|what| self.damaged(what))?
            {
                self.at = next;
                if kind == kind::MESSAGE {
                    let (channel, at_ns, payload) =
                        container::message(body).map_err(|what| self.damaged(what))?;
                    if !self.channels.contains_key(&channel) {
                        let what = format!("a message on channel {channel}, which is not declared");
                        return Err(self.damaged(what));
                    }
                    return Ok(Some(Place {
                        channel,
                        at_ns,
                        payload: next - payload.len()..next,
                    }));
                }
                if kind == kind::CHANNEL {
                    let channel = container::channel(body).map_err(|what| self.damaged(what))?;
                    let known = Topic::from_name(&channel.topic);
                    self.channels.insert(channel.id, (channel.topic, known));
                }
            }
            if !self.next_records()? {
                return Ok(None);
            }
        }
    }

    fn damaged(&self, what: String) -> ArchiveError {
        match &self.file {
            Some(file) => file.damaged(what),
            None => ArchiveError::Damaged {
                path: PathBuf::new(),
                offset: 0,
                what,
            },
        }
    }

    /// Brings the next chunk, or a record that stands outside the chunks, into `records`; false at the
    /// end of the last file.
    fn next_records(&mut self) -> Result<bool, ArchiveError> {
        self.records.clear();
        self.at = 0;
        loop {
            let Some(file) = &mut self.file else {
                let Some(part) = self.parts.pop_front() else {
                    return Ok(false);
                };
                self.channels.clear();
                self.file = Some(McapFile::open(&part)?);
                continue;
            };
            let step = file.next(&mut self.body, |kind| match kind {
                kind::CHUNK | kind::CHANNEL | kind::MESSAGE => Want::Whole,
                _ => Want::Nothing,
            })?;
            match step {
                Step::End => self.file = None,
                Step::Truncated(truncation) => {
                    self.losses.push(truncation);
                    self.file = None;
                }
                Step::Record(kind::CHUNK) => {
                    container::unpack(&self.body, &mut self.records)
                        .map_err(|what| self.damaged(what))?;
                    return Ok(true);
                }
                Step::Record(kind @ (kind::CHANNEL | kind::MESSAGE)) => {
                    self.records.push(kind);
                    self.records
                        .extend_from_slice(&(self.body.len() as u64).to_le_bytes());
                    self.records.extend_from_slice(&self.body);
                    return Ok(true);
                }
                Step::Record(_) => {}
            }
        }
    }
}

/// Messages with their types. Topics that this version does not know are passed over.
pub struct Messages {
    raw: RawMessages,
    index: u64,
    ended: bool,
}

impl Messages {
    pub(crate) const fn new(raw: RawMessages) -> Self {
        Self {
            raw,
            index: 0,
            ended: false,
        }
    }

    fn next_known(&mut self) -> Result<Option<(Topic, u64, Message)>, ArchiveError> {
        loop {
            let Some(raw) = self.raw.next_message()? else {
                return Ok(None);
            };
            let index = self.index;
            self.index += 1;
            let Some(topic) = raw.known else {
                continue;
            };
            return decode::message(topic, raw.at_ns, raw.payload)
                .map(|message| Some((topic, raw.at_ns, message)))
                .map_err(|source| ArchiveError::Message {
                    topic,
                    index,
                    source,
                });
        }
    }
}

impl Iterator for Messages {
    type Item = Result<(Topic, u64, Message), ArchiveError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let next = self.next_known();
        // After an error there is no telling where the next message would begin.
        self.ended = !matches!(next, Ok(Some(_)));
        next.transpose()
    }
}

/// The digest of an archive, computed from its files: the second route to the number that the writer
/// found while writing. Of a truncated archive it is the digest of what is there.
///
/// # Errors
/// [`ArchiveError`] when the archive cannot be read.
pub fn digest_of(path: &Path) -> Result<Digest, ArchiveError> {
    let mut messages = ArchiveReader::open(path)?.raw_messages();
    let mut digest = StreamDigest::default();
    while let Some(message) = messages.next_message()? {
        digest.add(message.topic, message.at_ns, message.payload);
    }
    Ok(digest.finish())
}
