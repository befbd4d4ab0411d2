//! What can go wrong between an archive and its pictures, and what to do about it.

use std::path::PathBuf;

/// Why a recording, a report or a viewer could not be had.
#[derive(Debug, thiserror::Error)]
pub enum ViewerError {
    /// The file is not there.
    #[error(
        "there is no file at {path}; give a run's own session file, or make a run with `knead sim`"
    )]
    NoFile {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The archive is there but cannot be read.
    #[error(
        "the archive {path} cannot be read: {reason}; record the session again or give another file"
    )]
    BadArchive {
        /// The file.
        path: PathBuf,
        /// What the reader said.
        reason: String,
    },
    /// The archive holds none of the messages that the picture is made of.
    #[error(
        "the archive {path} holds no message on {topics}; nothing can be drawn: was the session ended before its first cycle?"
    )]
    EmptyArchive {
        /// The file.
        path: PathBuf,
        /// The topics that were looked for.
        topics: &'static str,
    },
    /// A shape of the scene contradicts itself.
    #[error("the scene cannot be drawn: {what}, seen {seen}, allowed {allowed}")]
    BadScene {
        /// Which part.
        what: &'static str,
        /// What was seen.
        seen: String,
        /// What was allowed.
        allowed: String,
    },
    /// The file could not be written.
    #[error(
        "{path} cannot be written: {reason}; check that the folder exists, is writable and not full"
    )]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// The recording library refused something.
    #[error("the recording {path} could not be made: {reason}")]
    Recording {
        /// The file.
        path: PathBuf,
        /// What the library said.
        reason: String,
    },
    /// The build has no recording library.
    #[error(
        "{path} cannot be made: this build was made without recordings; build with the feature `recording` (the default), or run with --no-recording"
    )]
    NoRecording {
        /// The recording that was wanted.
        path: PathBuf,
    },
    /// No viewer on this machine.
    #[error(
        "no `rerun` viewer was found on PATH; get one with `cargo install rerun-cli --version {version} --locked` or `pip install rerun-sdk=={version}`, then run `rerun {path}`"
    )]
    NoViewer {
        /// The version that reads the recording.
        version: &'static str,
        /// The recording.
        path: PathBuf,
    },
    /// The viewer is there but does not start.
    #[error("the viewer {program} did not start: {reason}; try `{program} {path}` by hand")]
    ViewerFailed {
        /// The program.
        program: PathBuf,
        /// The recording.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
}
