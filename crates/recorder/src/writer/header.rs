//! What is known of an archive before its first message, and how it is to be written.

/// A file that travels inside the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Its name, such as `arm.urdf`.
    pub name: String,
    /// Its media type, such as `application/xml`.
    pub media_type: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// What is known before the first message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Names of the moving joints, root to tip: the order of every joint array.
    pub joint_names: Vec<String>,
    /// Files to carry along; more can follow with [`ArchiveWriter::attach`](crate::ArchiveWriter::attach).
    pub attachments: Vec<Attachment>,
    /// A file that has grown past this many bytes is closed at the end of its second, and the next one
    /// begun (`session.mcap`, `session_0001.mcap`, ...), each with all attachments.
    pub rotate_at_bytes: u64,
    /// Whether each second is brought to the disk itself.
    pub sync: Sync,
    /// What happens to messages when the disk is slower than the session.
    pub when_behind: WhenBehind,
}

/// How far a second is brought when it has ended. The operating system is given it in any case, so that
/// it outlives this process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sync {
    /// To the operating system, which brings it to the disk when it sees fit.
    #[default]
    Never,
    /// To the disk (`fdatasync`), so that it outlives the machine too. The archive's thread waits for it.
    EachSecond,
}

/// What a call does when all batches are under way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WhenBehind {
    /// It waits: a simulated session has time.
    #[default]
    Waits,
    /// It drops the message and returns [`ArchiveError::Behind`](crate::ArchiveError::Behind) at once: a live session has none.
    Drops,
}

impl Header {
    /// Chosen: a file of this size still opens at once in a viewer.
    pub const ROTATE_AT_BYTES: u64 = 512 * 1024 * 1024;

    /// No attachments yet, and the default size of a file.
    #[must_use]
    pub fn new(joint_names: Vec<String>) -> Self {
        Self {
            joint_names,
            attachments: Vec::new(),
            rotate_at_bytes: Self::ROTATE_AT_BYTES,
            sync: Sync::default(),
            when_behind: WhenBehind::default(),
        }
    }
}
