//! The files of an archive, one after the other, with all that is counted over them.

use std::path::{Path, PathBuf};

use crate::digest::StreamDigest;
use crate::part::{Opening, Part};
use crate::writer::{ArchiveSummary, Attachment, Header, Sync};
use crate::{ArchiveError, Topic};

/// The file with this number of an archive that begins at `first`: `session.mcap` itself, then
/// `session_0001.mcap` and on.
#[must_use]
pub fn part_path(first: &Path, number: u32) -> PathBuf {
    if number == 0 {
        return first.to_owned();
    }
    let stem = first.file_stem().unwrap_or_default().to_string_lossy();
    let mut name = format!("{stem}_{number:04}");
    if let Some(extension) = first.extension() {
        name.push('.');
        name.push_str(&extension.to_string_lossy());
    }
    first.with_file_name(name)
}

/// The open file, those that are done, and the digest and counts of all of them.
pub(crate) struct Files {
    first_path: PathBuf,
    header: Header,
    part: Part,
    done: Vec<(PathBuf, u64)>,
    digest: StreamDigest,
    counts: Vec<u64>,
    last_ns: u64,
}

impl Files {
    /// Creates the first file.
    pub(crate) fn create(path: &Path, header: Header) -> Result<Self, ArchiveError> {
        let opening = Opening::of_session(0, &header.joint_names, &header.attachments);
        let part = Part::create(path, opening)?;
        Ok(Self::with_part(path, header, part))
    }

    /// Goes on from a first file that is open.
    pub(crate) fn with_part(path: &Path, header: Header, part: Part) -> Self {
        Self {
            first_path: path.to_owned(),
            header,
            part,
            done: Vec::new(),
            digest: StreamDigest::default(),
            counts: vec![0; Topic::ALL.len()],
            last_ns: 0,
        }
    }

    /// Adds a file to this part and to those that follow.
    pub(crate) fn attach(&mut self, attachment: Attachment) -> Result<(), ArchiveError> {
        self.part.attach(&attachment)?;
        self.header.attachments.push(attachment);
        Ok(())
    }

    /// Writes one message.
    pub(crate) fn write(
        &mut self,
        topic: Topic,
        at_ns: u64,
        payload: &[u8],
    ) -> Result<(), ArchiveError> {
        self.part.write(topic as usize, at_ns, payload)?;
        self.digest.add(topic.name(), at_ns, payload);
        if let Some(count) = self.counts.get_mut(topic as usize) {
            *count += 1;
        }
        self.last_ns = self.last_ns.max(at_ns);
        Ok(())
    }

    /// Flushes, because a new second begins; goes on in a new file when this one is full.
    pub(crate) fn end_second(&mut self) -> Result<(), ArchiveError> {
        self.part.flush()?;
        self.sync()?;
        if self.part.bytes() < self.header.rotate_at_bytes {
            return Ok(());
        }
        self.done.push(self.part.finish()?);
        let number = u32::try_from(self.done.len()).unwrap_or(u32::MAX);
        let path = part_path(&self.first_path, number);
        let header = &self.header;
        let opening = Opening::of_session(number, &header.joint_names, &header.attachments);
        self.part = Part::create(&path, opening)?;
        Ok(())
    }

    fn sync(&mut self) -> Result<(), ArchiveError> {
        match self.header.sync {
            Sync::Never => Ok(()),
            Sync::EachSecond => self.part.sync(),
        }
    }

    /// Closes the last file.
    pub(crate) fn finish(mut self) -> Result<ArchiveSummary, ArchiveError> {
        self.done.push(self.part.finish()?);
        self.sync()?;
        let names = Topic::ALL.iter().map(|topic| topic.name());
        Ok(ArchiveSummary {
            digest: self.digest.finish(),
            messages: names.zip(self.counts).collect(),
            bytes: self.done.iter().map(|(_, bytes)| bytes).sum(),
            files: self.done.into_iter().map(|(path, _)| path).collect(),
            last_ns: self.last_ns,
        })
    }
}
