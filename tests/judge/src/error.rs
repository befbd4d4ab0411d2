//! Why an archive cannot be judged at all. What is wrong with a *run* is in the judgement.

use recorder::ArchiveError;

/// Why there is no judgement.
#[derive(Debug, thiserror::Error)]
pub enum JudgeError {
    /// The archive, or an attachment of it, cannot be read.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// An attachment is not what its name says.
    #[error("attachment `{name}`: {what}; record the run anew with a matching version")]
    Attachment {
        /// Its name.
        name: &'static str,
        /// What was seen and what is allowed.
        what: String,
    },
    /// The archive holds no state of a plant: a run on hardware, or an empty one.
    #[error("the archive has no message on /knead/truth; only a simulated run can be judged")]
    NoTruth,
}
