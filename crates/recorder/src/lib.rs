//! The MCAP archive: what happened, written while it happens, and read back.
//!
//! ```text
//! CycleRecord ─┐                           thread    ┌─▶ session.mcap, session_0001.mcap, ...
//! TruthRecord ─┼─▶ ArchiveWriter ─ CDR ══▶ ─ zstd ───┤      │
//! ...          ┘                            │ sha256 └──────┼─▶ ArchiveReader ─▶ (Topic, time, Message)
//!                                           ▼               ▼
//!                       ArchiveSummary.digest      ==     digest_of(path)
//! ```
//!
//! Every channel carries its ROS 2 definition (`ros2msg`) and CDR bytes, so that public tools open an
//! archive without a plug-in and without ROS. The digest covers topic, time and bytes of each message
//! in order, and nothing else: neither compression, nor chunks, nor file names move it.
//!
//! Must never: read a clock, put wall time into a file, lose a second that was flushed, or
//! let the order of messages depend on how its thread is scheduled.
#![forbid(unsafe_code)]

mod cdr;
mod container;
mod decode;
mod definitions;
mod digest;
mod encode;
mod error;
mod from_signals;
mod live;
mod message;
mod messages;
mod part;
mod reader;
mod repair;
mod topic;
mod writer;

pub use cdr::CdrError;
pub use digest::Digest;
pub use error::{ArchiveError, Truncation};
pub use live::{LiveArchive, LiveSummary};
pub use message::Message;
pub use messages::{
    ContactRecord, CycleRecord, JointsRecord, LogRecord, PoseRecord, TransformRecord, TruthRecord,
    VerdictRecord, WrenchRecord,
};
pub use reader::{ArchiveReader, ChannelInfo, Messages, RawMessage, RawMessages, digest_of};
pub use repair::{Repaired, Wholeness, repair_file, wholeness};
pub use topic::Topic;
pub use writer::{ArchiveSummary, ArchiveWriter, Attachment, Header, Sync, WhenBehind, part_path};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
