//! Starting the viewer that is on this machine, if there is one.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::ViewerError;

/// The viewer version that is sure to read our recordings: the same as the library that wrote them.
pub const VIEWER_VERSION: &str = "0.36.3";

/// Opens a recording in the `rerun` viewer found on PATH and returns without waiting for it.
///
/// The viewer listens on the loopback address only.
///
/// # Errors
/// [`ViewerError::NoFile`] when there is no such file, [`ViewerError::NoViewer`] when there is no viewer (the text tells
/// how to get one), [`ViewerError::ViewerFailed`] when it does not start.
pub fn open_viewer(recording: &Path) -> Result<(), ViewerError> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    open_viewer_among(recording, std::env::split_paths(&folders))
}

fn open_viewer_among(
    recording: &Path,
    folders: impl Iterator<Item = PathBuf>,
) -> Result<(), ViewerError> {
    if !recording.is_file() {
        return Err(ViewerError::NoFile {
            path: recording.to_owned(),
        });
    }
    let name = format!("rerun{}", std::env::consts::EXE_SUFFIX);
    let found = folders
        .map(|folder| folder.join(&name))
        .find(|program| program.is_file());
    let Some(program) = found else {
        return Err(ViewerError::NoViewer {
            version: VIEWER_VERSION,
            path: recording.to_owned(),
        });
    };
    let started = Command::new(&program)
        .arg(recording)
        // The viewer would listen on every address of the machine otherwise.
        .args(["--bind", "127.0.0.1"])
        .stdin(Stdio::null())
        .spawn();
    match started {
        Ok(_child) => Ok(()),
        Err(error) => Err(ViewerError::ViewerFailed {
            program,
            path: recording.to_owned(),
            reason: error.to_string(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_viewer_the_error_tells_how_to_get_one() {
        let here = std::env::temp_dir().join("knead-viewer-open-test.rrd");
        std::fs::write(&here, b"RRF2").expect("the temporary folder is writable");
        let error = open_viewer_among(&here, std::iter::empty()).expect_err("no folder, no viewer");
        std::fs::remove_file(&here).expect("just written");
        let text = error.to_string();
        assert!(
            text.contains("cargo install rerun-cli --version 0.36.3 --locked"),
            "{text}"
        );
        assert!(text.contains("pip install rerun-sdk==0.36.3"), "{text}");
    }

    #[test]
    fn a_missing_recording_is_named() {
        let error = open_viewer(Path::new("no/such/session.rrd")).expect_err("it is not there");
        assert!(error.to_string().contains("no/such/session.rrd"));
    }
}
