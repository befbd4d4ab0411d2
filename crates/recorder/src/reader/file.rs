//! One file, record by record.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use crate::container::{LARGEST, MAGIC, kind};
use crate::{ArchiveError, Truncation};

/// What stands at the present place of a file.
pub(crate) enum Step {
    /// A record of this kind; its body is in the buffer.
    Record(u8),
    /// The data ends here, as it should.
    End,
    /// The file ends in the middle of things.
    Truncated(Truncation),
}

/// How much of a record's body is put into the buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    /// All of it.
    Whole,
    /// At most so many bytes from its start.
    Start(u64),
    /// Nothing: it is passed over.
    Nothing,
}

/// An MCAP file that is read from front to back.
pub(crate) struct McapFile {
    path: PathBuf,
    file: BufReader<File>,
    size: u64,
    at: u64,
    record_at: u64,
}

impl McapFile {
    pub(crate) fn open(path: &Path) -> Result<Self, ArchiveError> {
        let io = |source| ArchiveError::Io {
            doing: "open",
            path: path.to_owned(),
            source,
        };
        let file = File::open(path).map_err(io)?;
        let size = file.metadata().map_err(io)?.len();
        let mut file = BufReader::new(file);
        let mut start = Vec::new();
        file.by_ref()
            .take(MAGIC.len() as u64)
            .read_to_end(&mut start)
            .map_err(io)?;
        if start != MAGIC {
            return Err(ArchiveError::NotAnArchive {
                path: path.to_owned(),
                seen: format!("{size} bytes, the first are {start:02x?}"),
            });
        }
        let at = MAGIC.len() as u64;
        Ok(Self {
            path: path.to_owned(),
            file,
            size,
            at,
            record_at: at,
        })
    }

    /// Where the present record begins.
    pub(crate) fn damaged(&self, what: String) -> ArchiveError {
        ArchiveError::Damaged {
            path: self.path.clone(),
            offset: self.record_at,
            what,
        }
    }

    fn io(&self, source: std::io::Error) -> ArchiveError {
        ArchiveError::Io {
            doing: "read",
            path: self.path.clone(),
            source,
        }
    }

    fn truncated(&self, what: &str) -> Step {
        Step::Truncated(self.lost_from_here(what.to_owned()))
    }

    /// The present record as the place from which on nothing can be read.
    pub(crate) fn lost_from_here(&self, what: String) -> Truncation {
        Truncation {
            path: self.path.clone(),
            offset: self.record_at,
            lost_bytes: self.size.saturating_sub(self.record_at),
            what,
        }
    }

    /// Goes to the next record. Of its body as much is put into `body` as `wanted` says of its kind.
    pub(crate) fn next(
        &mut self,
        body: &mut Vec<u8>,
        wanted: impl Fn(u8) -> Want,
    ) -> Result<Step, ArchiveError> {
        body.clear();
        self.record_at = self.at;
        let left = self.size.saturating_sub(self.at);
        if left < 9 {
            return Ok(self.truncated("the file has no end mark"));
        }
        let mut head = [0; 9];
        self.file.read_exact(&mut head).map_err(|e| self.io(e))?;
        let [kind, length @ ..] = head;
        let length = u64::from_le_bytes(length);
        if kind == kind::DATA_END || kind == kind::FOOTER {
            return Ok(Step::End);
        }
        if kind == kind::NONE {
            let zeros = "zeros stand where a record should begin, as after a loss of power";
            return Ok(self.truncated(zeros));
        }
        if length > left - 9 {
            return Ok(self.truncated("its last record is cut off"));
        }
        if length > LARGEST {
            return Err(self.damaged(format!(
                "a record of {length} bytes is more than the {LARGEST} that an archive may hold"
            )));
        }
        let most = match wanted(kind) {
            Want::Whole => length,
            Want::Start(most) => most.min(length),
            Want::Nothing => 0,
        };
        let read = self
            .file
            .by_ref()
            .take(most)
            .read_to_end(body)
            .map_err(|e| self.io(e))?;
        if read as u64 != most {
            return Ok(self.truncated("the file shrank while it was read"));
        }
        // At most 2^30, so the cast cannot change it.
        self.file
            .seek_relative((length - most) as i64)
            .map_err(|e| self.io(e))?;
        self.at += 9 + length;
        Ok(Step::Record(kind))
    }
}
