//! One MCAP file of an archive, being written.
//!
//! The MCAP writer writes into memory, which cannot fail; whole chunks are then handed to the file. So a
//! crash or a full disk leaves a file whose finished chunks can all be read.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use mcap::records::{MessageHeader, Metadata};
use mcap::write::NoSeek;

use crate::writer::Attachment;
use crate::{ArchiveError, ChannelInfo, Topic};

/// Level 1: speed before size; noisy numbers do not get much smaller at any level.
const COMPRESSION_LEVEL: u32 = 1;

/// Name of the metadata record, and of its entries.
pub(crate) const METADATA: &str = "knead";
pub(crate) const JOINT_NAMES: &str = "joint_names";
pub(crate) const FORMAT: &str = "format";
pub(crate) const PART: &str = "part";
/// Version of what this crate writes; grows when a definition changes.
pub(crate) const FORMAT_VERSION: &str = "2";
/// Between the names in one metadata entry.
pub(crate) const NAME_SEPARATOR: char = '\n';

/// What stands in a file before its first message. Attachments come first of all, so that a run that is
/// killed still carries what it was made of.
pub(crate) struct Opening<'a> {
    /// Entries of the metadata.
    pub(crate) metadata: BTreeMap<String, String>,
    /// Files to carry along.
    pub(crate) attachments: &'a [Attachment],
    /// The channels; messages are written by their place in this list.
    pub(crate) channels: Vec<ChannelInfo>,
}

impl<'a> Opening<'a> {
    /// Of a session's file: all topics of this version, in the order of `Topic::ALL`.
    pub(crate) fn of_session(
        number: u32,
        joint_names: &[String],
        attachments: &'a [Attachment],
    ) -> Self {
        let joined = joint_names.join(&NAME_SEPARATOR.to_string());
        let metadata = BTreeMap::from([
            (FORMAT.to_owned(), FORMAT_VERSION.to_owned()),
            (PART.to_owned(), number.to_string()),
            (JOINT_NAMES.to_owned(), joined),
        ]);
        Self {
            metadata,
            attachments,
            channels: Topic::ALL.iter().copied().map(ChannelInfo::of).collect(),
        }
    }
}

/// Bytes on their way to the file, shared with the MCAP writer.
#[derive(Clone, Default)]
struct Pending(Arc<Mutex<Vec<u8>>>);

impl Write for Pending {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// An open file with all channels declared.
pub(crate) struct Part {
    path: PathBuf,
    file: File,
    pending: Pending,
    writer: mcap::Writer<NoSeek<Pending>>,
    /// Channel id and next sequence number, in the order of the opening's channels.
    channels: Vec<(u16, u32)>,
    bytes: u64,
}

impl Part {
    /// Creates the file; refuses one that exists.
    pub(crate) fn create(path: &Path, opening: Opening<'_>) -> Result<Self, ArchiveError> {
        let file = File::create_new(path).map_err(|source| match source.kind() {
            std::io::ErrorKind::AlreadyExists => ArchiveError::Exists {
                path: path.to_owned(),
            },
            _ => ArchiveError::Io {
                doing: "create",
                path: path.to_owned(),
                source,
            },
        })?;
        Self::onto(file, path, opening)
    }

    /// Begins a part in a file that is open and empty.
    pub(crate) fn onto(
        file: File,
        path: &Path,
        opening: Opening<'_>,
    ) -> Result<Self, ArchiveError> {
        let pending = Pending::default();
        let container = |source| ArchiveError::Container {
            path: path.to_owned(),
            source,
        };
        let writer = mcap::WriteOptions::new()
            .profile("ros2")
            .library(concat!("knead ", env!("CARGO_PKG_VERSION")))
            .compression(Some(mcap::Compression::Zstd))
            .compression_level(COMPRESSION_LEVEL)
            .compression_threads(0)
            // Chunks end with the simulated second, not with their size.
            .chunk_size(None)
            .disable_seeking(true)
            .create(NoSeek::new(pending.clone()))
            .map_err(container)?;
        let (channels, path) = (Vec::new(), path.to_owned());
        let mut part = Self {
            path,
            file,
            pending,
            writer,
            channels,
            bytes: 0,
        };
        part.describe(opening.metadata)?;
        opening
            .attachments
            .iter()
            .try_for_each(|attachment| part.attach(attachment))?;
        part.declare(&opening.channels)?;
        Ok(part)
    }

    fn container(&self, source: mcap::McapError) -> ArchiveError {
        ArchiveError::Container {
            path: self.path.clone(),
            source,
        }
    }

    fn describe(&mut self, metadata: BTreeMap<String, String>) -> Result<(), ArchiveError> {
        let record = Metadata {
            name: METADATA.to_owned(),
            metadata,
        };
        self.writer
            .write_metadata(&record)
            .map_err(|e| self.container(e))
    }

    fn declare(&mut self, channels: &[ChannelInfo]) -> Result<(), ArchiveError> {
        for channel in channels {
            let (encoding, text) = (&channel.schema_encoding, &channel.schema_text);
            let id = self
                .writer
                .add_schema(&channel.schema_name, encoding, text.as_bytes())
                .and_then(|schema| {
                    let (topic, encoding) = (&channel.topic, &channel.message_encoding);
                    self.writer
                        .add_channel(schema, topic, encoding, &BTreeMap::new())
                })
                .map_err(|e| self.container(e))?;
            self.channels.push((id, 0));
        }
        Ok(())
    }

    pub(crate) fn attach(&mut self, attachment: &Attachment) -> Result<(), ArchiveError> {
        let record = mcap::Attachment {
            // Simulated time has no wall clock to tell.
            log_time: 0,
            create_time: 0,
            name: attachment.name.clone(),
            media_type: attachment.media_type.clone(),
            data: attachment.bytes.as_slice().into(),
        };
        self.writer.attach(&record).map_err(|e| self.container(e))?;
        self.hand_over()
    }

    /// Writes a message on the channel at place `channel` of the opening's.
    pub(crate) fn write(
        &mut self,
        channel: usize,
        at_ns: u64,
        payload: &[u8],
    ) -> Result<(), ArchiveError> {
        let Some((channel_id, next)) = self.channels.get_mut(channel) else {
            return Err(ArchiveError::Closed);
        };
        let header = MessageHeader {
            channel_id: *channel_id,
            sequence: *next,
            log_time: at_ns,
            publish_time: at_ns,
        };
        *next = next.wrapping_add(1);
        self.writer
            .write_to_known_channel(&header, payload)
            .map_err(|e| self.container(e))
    }

    /// Ends the chunk and gives it to the operating system.
    pub(crate) fn flush(&mut self) -> Result<(), ArchiveError> {
        self.writer.flush().map_err(|e| self.container(e))?;
        self.hand_over()
    }

    /// Waits until the disk holds what the operating system was given.
    pub(crate) fn sync(&mut self) -> Result<(), ArchiveError> {
        self.file.sync_data().map_err(|source| ArchiveError::Io {
            doing: "bring to the disk",
            path: self.path.clone(),
            source,
        })
    }

    /// Bytes in the file so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Writes index and end, after which nothing more may be written; returns path and size of the file.
    pub(crate) fn finish(&mut self) -> Result<(PathBuf, u64), ArchiveError> {
        self.writer.finish().map_err(|e| self.container(e))?;
        self.hand_over()?;
        Ok((self.path.clone(), self.bytes))
    }

    fn hand_over(&mut self) -> Result<(), ArchiveError> {
        let mut pending = self
            .pending
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let written = self.file.write_all(&pending);
        self.bytes += pending.len() as u64;
        pending.clear();
        drop(pending);
        written.map_err(|source| ArchiveError::Io {
            doing: "write",
            path: self.path.clone(),
            source,
        })
    }
}
