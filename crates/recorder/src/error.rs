//! What can go wrong with an archive, told with the remedy.

use std::path::PathBuf;

use crate::{CdrError, Topic};

/// Why an archive cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The file system refused.
    #[error("cannot {doing} {}: {source}; check that the folder exists, is writable and has room", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// There is something already at this path.
    #[error(
        "{} exists, and an archive is never overwritten; name another file or move this one away",
        path.display()
    )]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// Two attachments of one name.
    #[error("attachment `{name}` is given twice; give each attachment a name of its own")]
    AttachedTwice {
        /// The name.
        name: String,
    },
    /// A stamp that ROS 2 cannot express.
    #[error(
        "a message on {topic} is stamped {at_ns} ns, later than the 2147483647 s that a ROS 2 stamp \
         holds; stamps count from the session's start"
    )]
    TooLate {
        /// The topic.
        topic: &'static str,
        /// The stamp.
        at_ns: u64,
    },
    /// The container layer refused.
    #[error("the MCAP layer refused while writing {}: {source}", path.display())]
    Container {
        /// The file.
        path: PathBuf,
        /// What it said.
        source: mcap::McapError,
    },
    /// The system gave no thread to write with.
    #[error(
        "cannot start the thread that writes {}: {source}; end other programs or raise the limit of \
         threads (ulimit -u)",
        path.display()
    )]
    NoThread {
        /// The first file of the archive.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The thread that writes broke down: a fault of this program.
    #[error(
        "the thread that writes {} panicked ({said}); the seconds flushed before it are safe in the \
         file; report this as a fault, with the words in brackets",
        path.display()
    )]
    Panicked {
        /// The first file of the archive.
        path: PathBuf,
        /// Its last words.
        said: String,
    },
    /// A writer that does not wait had no room for a message.
    #[error(
        "the thread that writes the archive is behind, and the message was dropped; the disk is too slow \
         for this session: record onto a faster one"
    )]
    Behind,
    /// The writer stopped at an earlier error.
    #[error(
        "the archive was closed by an earlier error; the seconds before it are safe in the file"
    )]
    Closed,
    /// Not an MCAP file.
    #[error("{} does not begin as an MCAP file does ({seen}); give the session.mcap of a run", path.display())]
    NotAnArchive {
        /// The file.
        path: PathBuf,
        /// Its first bytes, or how few there are.
        seen: String,
    },
    /// Bytes of the container that make no sense.
    #[error(
        "{}, byte {offset}: {what}; the file is damaged there, what lies before can be trusted",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where its bad record begins.
        offset: u64,
        /// What is wrong.
        what: String,
    },
    /// A message whose bytes do not fit its definition.
    #[error("message {index} on {topic} does not fit its definition: {source}")]
    Message {
        /// The topic.
        topic: Topic,
        /// Its number among the messages of the archive, from 0.
        index: u64,
        /// What does not fit.
        source: CdrError,
    },
    /// An attachment that is needed is not there.
    #[error("{} has no attachment `{name}` (it has: {present}); record it anew with this version", path.display())]
    NoAttachment {
        /// The file.
        path: PathBuf,
        /// What was looked for.
        name: String,
        /// What is there.
        present: String,
    },
}

/// A file that ends in the middle, as after a crash. All before `offset` is whole; a record that is there
/// in part is lost whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Truncation {
    /// The file.
    pub path: PathBuf,
    /// Where the first unreadable record begins (bytes).
    pub offset: u64,
    /// Bytes from there to the end of the file: they are there, and cannot be read.
    pub lost_bytes: u64,
    /// What is missing.
    pub what: String,
}

impl core::fmt::Display for Truncation {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(
            f,
            "{} ends early at byte {}: {}; what was flushed before is read",
            self.path.display(),
            self.offset,
            self.what
        )?;
        match self.lost_bytes {
            0 => Ok(()),
            lost => write!(f, ", {lost} bytes after it are lost"),
        }
    }
}
