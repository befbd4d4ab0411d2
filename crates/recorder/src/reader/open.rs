//! What an archive says about itself.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::file::{McapFile, Step};
use super::stream::{Messages, RawMessages};
use crate::container::{self, Channel, Inner, Schema, kind};
use crate::part::{JOINT_NAMES, METADATA, NAME_SEPARATOR};
use crate::writer::part_path;
use crate::{ArchiveError, Attachment, Truncation};

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

/// An archive that is open for reading: all parts of the sequence that begins at its path.
#[derive(Clone, Debug)]
pub struct ArchiveReader {
    parts: Vec<PathBuf>,
    channels: Vec<ChannelInfo>,
    attachments: Vec<Attachment>,
    metadata: BTreeMap<String, String>,
    truncations: Vec<Truncation>,
}

impl ArchiveReader {
    /// Opens `session.mcap` and the parts that follow it (`session_0001.mcap`, ...); reads what stands
    /// outside the chunks, and the channels.
    ///
    /// # Errors
    /// [`ArchiveError`] when the first file is missing, is no MCAP file, or its attachments are damaged.
    /// A file that ends early is no error: see [`truncations`](Self::truncations).
    pub fn open(path: &Path) -> Result<Self, ArchiveError> {
        let mut parts = vec![path.to_owned()];
        for number in 1..u32::MAX {
            let next = part_path(path, number);
            if !next.exists() {
                break;
            }
            parts.push(next);
        }
        let mut reader = Self {
            parts: Vec::new(),
            channels: Vec::new(),
            attachments: Vec::new(),
            metadata: BTreeMap::new(),
            truncations: Vec::new(),
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
                kind::ATTACHMENT | kind::METADATA => true,
                kind::CHUNK => !seen_chunk,
                _ => false,
            })?;
            let result = match step {
                Step::End => return Ok(()),
                Step::Truncated(truncation) => {
                    self.truncations.push(truncation);
                    return Ok(());
                }
                Step::Record(kind::ATTACHMENT) => self.take_attachment(&body),
                Step::Record(kind::METADATA) => self.take_metadata(&body),
                Step::Record(kind::CHUNK) if !seen_chunk => {
                    seen_chunk = true;
                    container::unpack(&body, &mut records)
                        .and_then(|()| self.take_channels(&records))
                }
                Step::Record(_) => Ok(()),
            };
            result.map_err(|what| file.damaged(what))?;
        }
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

    /// The messages as bytes, in the order in which they were written.
    #[must_use]
    pub fn raw_messages(&self) -> RawMessages {
        RawMessages::new(self.parts.clone())
    }

    /// The messages of the topics that this version knows, in the order in which they were written.
    #[must_use]
    pub fn messages(&self) -> Messages {
        Messages::new(self.raw_messages())
    }
}
