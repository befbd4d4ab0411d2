//! The archive of a live session, which matters less than the session.
//!
//! ```text
//! records ─ put ─▶ LiveArchive ─▶ ArchiveWriter ─▶ thread ─▶ files
//!                      │ never waits, never fails
//!                      └─▶ dropped (count), trouble (told once)
//! ```
//!
//! A hand on a back must not stand still because a disk is slow, nor be taken away because it is full. So
//! what cannot be written is dropped and counted, the first error is kept until somebody asks for it, and
//! the session goes on. Dropped cycles leave a gap in the numbers of their samples, which a replay names.

use std::path::Path;

use crate::{ArchiveError, ArchiveSummary, ArchiveWriter, Header, WhenBehind};

/// An [`ArchiveWriter`] that neither waits nor ends a session.
#[derive(Debug)]
pub struct LiveArchive {
    /// `None` after an error.
    writer: Option<ArchiveWriter>,
    trouble: Option<ArchiveError>,
    dropped: u64,
}

/// What a live session left.
#[derive(Debug)]
pub struct LiveSummary {
    /// What was written; or the error that ended the archive, when nobody asked for it before.
    pub archive: Result<ArchiveSummary, ArchiveError>,
    /// Messages that were dropped: while the thread was behind, and after an error. What the thread had
    /// taken and not yet written when an error ended it is lost too, and not counted.
    pub dropped: u64,
}

impl LiveArchive {
    /// Creates the archive; before a session begins, an archive that cannot be made is an error.
    ///
    /// # Errors
    /// As [`ArchiveWriter::create`].
    pub fn create(path: &Path, header: Header) -> Result<Self, ArchiveError> {
        let header = Header {
            when_behind: WhenBehind::Drops,
            ..header
        };
        Ok(Self::over(ArchiveWriter::create(path, header)?))
    }

    pub(crate) const fn over(writer: ArchiveWriter) -> Self {
        Self {
            writer: Some(writer),
            trouble: None,
            dropped: 0,
        }
    }

    /// Writes one message with one of the writer's methods, such as `put(|archive| archive.cycle(&record))`;
    /// returns at once, whatever comes of it.
    pub fn put(&mut self, write: impl FnOnce(&mut ArchiveWriter) -> Result<(), ArchiveError>) {
        let Some(writer) = &mut self.writer else {
            self.dropped += 1;
            return;
        };
        let Err(error) = write(writer) else {
            return;
        };
        self.dropped += 1;
        match error {
            ArchiveError::Behind => {}
            // The message is at fault, not the archive: the others are written.
            ArchiveError::TooLate { .. } | ArchiveError::AttachedTwice { .. } => {
                self.trouble.get_or_insert(error);
            }
            ArchiveError::Io { .. }
            | ArchiveError::Exists { .. }
            | ArchiveError::Container { .. }
            | ArchiveError::NoThread { .. }
            | ArchiveError::Panicked { .. }
            | ArchiveError::Closed
            | ArchiveError::NotAnArchive { .. }
            | ArchiveError::Damaged { .. }
            | ArchiveError::Message { .. }
            | ArchiveError::NoAttachment { .. } => {
                self.writer = None;
                self.trouble.get_or_insert(error);
            }
        }
    }

    /// The first error since this was last asked; told once.
    pub const fn take_trouble(&mut self) -> Option<ArchiveError> {
        self.trouble.take()
    }

    /// Messages dropped so far.
    #[must_use]
    pub const fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Whether the archive still takes messages.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.writer.is_some()
    }

    /// Waits until all is written and closes the archive. Not for the time in which an arm is held.
    #[must_use]
    pub fn finish(self) -> LiveSummary {
        let archive = match (self.writer, self.trouble) {
            (Some(writer), _) => writer.finish(),
            (None, trouble) => Err(trouble.unwrap_or(ArchiveError::Closed)),
        };
        LiveSummary {
            archive,
            dropped: self.dropped,
        }
    }
}
