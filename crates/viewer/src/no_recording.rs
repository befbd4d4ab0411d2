//! Stands in for the recording in a build without its library.

use std::path::Path;

use crate::{Scene, ViewerError};

/// Refuses: this build cannot draw.
///
/// # Errors
/// Always [`ViewerError::NoRecording`].
pub fn write_recording(
    _scene: &Scene,
    _archive: &Path,
    out: &Path,
    _progress: &mut dyn FnMut(f64),
) -> Result<(), ViewerError> {
    Err(ViewerError::NoRecording {
        path: out.to_owned(),
    })
}
