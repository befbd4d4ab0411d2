//! What an archive says about itself.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::file::{McapFile, Step, Want};
use super::stream::{Messages, RawMessages};
use crate::container::{self, Channel, Inner, Schema, kind};
use crate::part::{JOINT_NAMES, METADATA, NAME_SEPARATOR};
use crate::writer::part_path;
use crate::{ArchiveError, Attachment, Topic, Truncation};

/// A channel and its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelInfo {
    /// The topic's name.
    pub topic: String,
    /// How its payloads are encoded: `cdr`.
    pub message_encoding: String,
    /// The type's name, such as `sensor_msgs/msg/JointState`.
    pub schema_name: String,
    /// How the definition is written: `ros2msg`.
    pub schema_encoding: String,
    /// The definition.
    pub schema_text: String,
}

impl ChannelInfo {
    /// A topic as this version declares it.
    pub(crate) fn of(topic: Topic) -> Self {
        Self {
            topic: topic.name().to_owned(),
            message_encoding: "cdr".to_owned(),
            schema_name: topic.schema_name().to_owned(),
            schema_encoding: "ros2msg".to_owned(),
            schema_text: topic.schema_text(),
        }
    }
}

/// An archive that is open for reading: all parts of the sequence that begins at its path.
#[derive(Clone, Debug)]
pub struct ArchiveReader {
    parts: Vec<PathBuf>,
    channels: Vec<ChannelInfo>,
    attachments: Vec<Attachment>,
    metadata: BTreeMap<String, String>,
    truncations: Vec<Truncation>,
    last_ns: u64,
    damage: Damage,
}

/// What is done where the bytes of a file make no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Damage {
    /// It is an error.
    Refused,
    /// The file ends there, as if it were cut off.
    EndsTheFile,
}

/// What one record told.
enum Taken {
    /// Something, or nothing of interest.
    Record,
    /// That the data ends, as it should.
    End,
    /// That the file ends early.
    Lost(Truncation),
}

/// The files of the sequence that begins at `path`.
fn parts_of(path: &Path) -> Vec<PathBuf> {
    let mut parts = vec![path.to_owned()];
    for number in 1..u32::MAX {
        let next = part_path(path, number);
        if !next.exists() {
            break;
        }
        parts.push(next);
    }
    parts
}

impl ArchiveReader {
    /// Opens `session.mcap` and the parts that follow it (`session_0001.mcap`, ...); reads what stands
    /// outside the chunks, and the channels.
    ///
    /// # Errors
    /// [`ArchiveError`] when the first file is missing, is no MCAP file, or its attachments are damaged.
    /// A file that ends early is no error: see [`truncations`](Self::truncations).
    pub fn open(path: &Path) -> Result<Self, ArchiveError> {
        Self::open_parts(parts_of(path), Damage::Refused)
    }

    /// Opens an archive that may be damaged as well as cut off, as after a loss of power: each file is read
    /// up to the first bytes that make no sense, and what follows counts as lost. The messages that
    /// are read are the first that were written. Damage within a chunk is met when its messages are read:
    /// [`RawMessages::losses`](super::RawMessages::losses) tells it then.
    ///
    /// # Errors
    /// [`ArchiveError`] when the first file is missing or does not begin as an MCAP file does.
    pub fn recover(path: &Path) -> Result<Self, ArchiveError> {
        Self::open_parts(parts_of(path), Damage::EndsTheFile)
    }

    /// [`recover`](Self::recover) of one file, without those that follow it.
    pub(crate) fn recover_file(path: &Path) -> Result<Self, ArchiveError> {
        Self::open_parts(vec![path.to_owned()], Damage::EndsTheFile)
    }

    fn open_parts(parts: Vec<PathBuf>, damage: Damage) -> Result<Self, ArchiveError> {
        let mut reader = Self {
            parts: Vec::new(),
            channels: Vec::new(),
            attachments: Vec::new(),
            metadata: BTreeMap::new(),
            truncations: Vec::new(),
            last_ns: 0,
            damage,
        };
        for part in &parts {
            reader.survey(part)?;
        }
        reader.parts = parts;
        Ok(reader)
    }

    /// Walks one file without unpacking more than its first chunk.
    fn survey(&mut self, path: &Path) -> Result<(), ArchiveError> {
        let mut file = McapFile::open(path)?;
        let (mut body, mut records) = (Vec::new(), Vec::new());
        let mut seen_chunk = false;
        loop {
            let step = file.next(&mut body, |kind| match kind {
                kind::ATTACHMENT | kind::METADATA => Want::Whole,
                kind::CHUNK if !seen_chunk => Want::Whole,
                kind::CHUNK => Want::Start(container::CHUNK_TIMES),
                _ => Want::Nothing,
            });
            let lost = match step
                .and_then(|step| self.take(step, &file, &body, &mut records, &mut seen_chunk))
            {
                Ok(Taken::Record) => continue,
                Ok(Taken::End) => return Ok(()),
                Ok(Taken::Lost(truncation)) => truncation,
                Err(ArchiveError::Damaged { what, .. }) if self.damage == Damage::EndsTheFile => {
                    file.lost_from_here(what)
                }
                Err(error) => return Err(error),
            };
            self.truncations.push(lost);
            return Ok(());
        }
    }

    /// Takes from one record what it tells of the archive.
    fn take(
        &mut self,
        step: Step,
        file: &McapFile,
        body: &[u8],
        records: &mut Vec<u8>,
        seen_chunk: &mut bool,
    ) -> Result<Taken, ArchiveError> {
        let result = match step {
            Step::End => return Ok(Taken::End),
            Step::Truncated(truncation) => return Ok(Taken::Lost(truncation)),
            Step::Record(kind::ATTACHMENT) => self.take_attachment(body),
            Step::Record(kind::METADATA) => self.take_metadata(body),
            Step::Record(kind::CHUNK) => {
                let first = !core::mem::replace(seen_chunk, true);
                let channels = if first {
                    container::unpack(body, records).and_then(|()| self.take_channels(records))
                } else {
                    Ok(())
                };
                channels.and_then(|()| {
                    self.last_ns = self.last_ns.max(container::chunk_end(body)?);
                    Ok(())
                })
            }
            Step::Record(_) => Ok(()),
        };
        result
            .map(|()| Taken::Record)
            .map_err(|what| file.damaged(what))
    }

    fn take_attachment(&mut self, body: &[u8]) -> Result<(), container::Wrong> {
        let (name, media_type, bytes) = container::attachment(body)?;
        // Later parts repeat what the first has.
        if !self.attachments.iter().any(|known| known.name == name) {
            self.attachments.push(Attachment {
                name,
                media_type,
                bytes,
            });
        }
        Ok(())
    }

    fn take_metadata(&mut self, body: &[u8]) -> Result<(), container::Wrong> {
        let (name, entries) = container::metadata(body)?;
        if name == METADATA && self.metadata.is_empty() {
            self.metadata = entries;
        }
        Ok(())
    }

    fn take_channels(&mut self, records: &[u8]) -> Result<(), container::Wrong> {
        let mut schemas: Vec<Schema> = Vec::new();
        let mut at = 0;
        while let Some(Inner { kind, body, next }) = container::record_in(records, at)? {
            at = next;
            match kind {
                kind::SCHEMA => schemas.push(container::schema(body)?),
                kind::CHANNEL => {
                    let channel = container::channel(body)?;
                    let schema = schemas.iter().find(|schema| schema.id == channel.schema);
                    self.take_channel(channel, schema);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn take_channel(&mut self, channel: Channel, schema: Option<&Schema>) {
        if self
            .channels
            .iter()
            .any(|known| known.topic == channel.topic)
        {
            return;
        }
        let part = |field: fn(&Schema) -> &String| schema.map(field).cloned().unwrap_or_default();
        self.channels.push(ChannelInfo {
            topic: channel.topic,
            message_encoding: channel.encoding,
            schema_name: part(|schema| &schema.name),
            schema_encoding: part(|schema| &schema.encoding),
            schema_text: part(|schema| &schema.text),
        });
    }

    /// The files, in order.
    #[must_use]
    pub fn parts(&self) -> &[PathBuf] {
        &self.parts
    }

    /// The channels and their types.
    #[must_use]
    pub fn channels(&self) -> &[ChannelInfo] {
        &self.channels
    }

    /// All attachments.
    #[must_use]
    pub fn attachments(&self) -> &[Attachment] {
        &self.attachments
    }

    /// The content of one attachment.
    ///
    /// # Errors
    /// [`ArchiveError::NoAttachment`] when there is none of this name.
    pub fn attachment(&self, name: &str) -> Result<&[u8], ArchiveError> {
        let found = self
            .attachments
            .iter()
            .find(|attachment| attachment.name == name);
        found
            .map(|attachment| attachment.bytes.as_slice())
            .ok_or_else(|| {
                let names: Vec<&str> = self.attachments.iter().map(|a| a.name.as_str()).collect();
                ArchiveError::NoAttachment {
                    path: self.parts.first().cloned().unwrap_or_default(),
                    name: name.to_owned(),
                    present: if names.is_empty() {
                        "none".to_owned()
                    } else {
                        names.join(", ")
                    },
                }
            })
    }

    /// Names of the joints, root to tip; empty in a file that does not tell them.
    #[must_use]
    pub fn joint_names(&self) -> Vec<String> {
        let joined = self.metadata.get(JOINT_NAMES).map_or("", String::as_str);
        joined
            .split(NAME_SEPARATOR)
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// Files that end early; empty for a whole archive.
    #[must_use]
    pub fn truncations(&self) -> &[Truncation] {
        &self.truncations
    }

    /// Time of the last message that can be read, as the file tells it (ns since the session's start).
    #[must_use]
    pub const fn last_ns(&self) -> u64 {
        self.last_ns
    }

    /// All entries of the archive's metadata.
    pub(crate) const fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }

    /// The messages as bytes, in the order in which they were written.
    #[must_use]
    pub fn raw_messages(&self) -> RawMessages {
        RawMessages::new(self.parts.clone(), self.damage)
    }

    /// The messages of the topics that this version knows, in the order in which they were written.
    #[must_use]
    pub fn messages(&self) -> Messages {
        Messages::new(self.raw_messages())
    }
}
