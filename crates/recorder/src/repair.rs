//! A whole file from a broken one: what can be read, with index and end.
//!
//! A file that its writer could not close (a kill, a full disk, a loss of power) can be read here, but has
//! no index, and public tools may refuse it. The repaired file has the same metadata, the
//! attachments and the messages up to the first byte that makes no sense, in the same order: same digest.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::container::MAGIC;
use crate::digest::StreamDigest;
use crate::part::{Opening, Part};
use crate::writer::CHUNK_NS;
use crate::{ArchiveError, ArchiveReader, Digest, Truncation};

/// What became of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repaired {
    /// The new file.
    pub path: PathBuf,
    /// Its size (bytes).
    pub bytes: u64,
    /// Messages that were saved.
    pub messages: u64,
    /// Time of the last of them (ns since the session's start).
    pub last_ns: u64,
    /// Digest of the messages.
    pub digest: Digest,
    /// Attachments that were saved.
    pub attachments: usize,
    /// Where the broken file ended, and how many bytes were lost.
    pub losses: Vec<Truncation>,
    /// Messages on channels that are declared after the first second; they are left out.
    pub passed_over: u64,
}

/// Whether a file is as its writer would have closed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wholeness {
    /// It is.
    Whole,
    /// All messages are there, and the end is missing.
    NoEnd,
    /// It ends early, or is damaged.
    Broken(Truncation),
}

/// Reads one file to its end and says whether it is whole.
///
/// # Errors
/// [`ArchiveError`] when it cannot be opened or does not begin as an MCAP file does.
pub fn wholeness(path: &Path) -> Result<Wholeness, ArchiveError> {
    let reader = ArchiveReader::recover_file(path)?;
    let mut messages = reader.raw_messages();
    while messages.next_message()?.is_some() {}
    let lost = reader.truncations().iter().chain(messages.losses()).next();
    match lost {
        Some(truncation) => Ok(Wholeness::Broken(truncation.clone())),
        None if ends_with_magic(path)? => Ok(Wholeness::Whole),
        None => Ok(Wholeness::NoEnd),
    }
}

fn ends_with_magic(path: &Path) -> Result<bool, ArchiveError> {
    let io = |source| ArchiveError::Io {
        doing: "read",
        path: path.to_owned(),
        source,
    };
    let mut file = File::open(path).map_err(io)?;
    let size = file.metadata().map_err(io)?.len();
    if size < 2 * MAGIC.len() as u64 {
        return Ok(false);
    }
    file.seek(SeekFrom::Start(size - MAGIC.len() as u64))
        .map_err(io)?;
    let mut end = Vec::new();
    file.read_to_end(&mut end).map_err(io)?;
    Ok(end == MAGIC)
}

/// Writes a whole file to `out` from what can be read of `broken`, and brings it to the disk. Parts that
/// follow `broken` are files of their own.
///
/// # Errors
/// [`ArchiveError`] when `broken` is no MCAP file, or `out` exists or cannot be written; then there is no
/// `out`.
pub fn repair_file(broken: &Path, out: &Path) -> Result<Repaired, ArchiveError> {
    let reader = ArchiveReader::recover_file(broken)?;
    let part = Part::create(
        out,
        Opening {
            metadata: reader.metadata().clone(),
            attachments: reader.attachments(),
            channels: reader.channels().to_vec(),
        },
    )?;
    let repaired = copied(&reader, part);
    if repaired.is_err() {
        // What was begun is of no use; the first error is the one to tell.
        let _ = std::fs::remove_file(out);
    }
    repaired
}

fn copied(reader: &ArchiveReader, mut part: Part) -> Result<Repaired, ArchiveError> {
    let mut messages = reader.raw_messages();
    let (mut digest, mut second) = (StreamDigest::default(), 0);
    let (mut saved, mut last_ns, mut passed_over) = (0, 0, 0);
    while let Some(message) = messages.next_message()? {
        let channels = reader.channels();
        let Some(channel) = channels.iter().position(|c| c.topic == message.topic) else {
            passed_over += 1;
            continue;
        };
        if message.at_ns / CHUNK_NS > second {
            second = message.at_ns / CHUNK_NS;
            part.flush()?;
        }
        part.write(channel, message.at_ns, message.payload)?;
        digest.add(message.topic, message.at_ns, message.payload);
        saved += 1;
        last_ns = last_ns.max(message.at_ns);
    }
    let (path, bytes) = part.finish()?;
    part.sync()?;
    // The survey met what stands outside of chunks, the messages what stands within: the first is the end.
    let losses = messages.losses().iter().chain(reader.truncations());
    let first = losses.min_by_key(|loss| loss.offset);
    Ok(Repaired {
        path,
        bytes,
        messages: saved,
        last_ns,
        digest: digest.finish(),
        attachments: reader.attachments().len(),
        losses: first.cloned().into_iter().collect(),
        passed_over,
    })
}

#[cfg(test)]
mod tests;
