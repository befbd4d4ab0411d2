//! A page in its file: complete, or not there under its name.

use std::path::{Path, PathBuf};

use crate::ViewerError;

/// Writes `text` beside `out` first and renames it then, so that nobody ever reads half a page.
///
/// # Errors
/// [`ViewerError::Write`] when the disk refuses.
pub(crate) fn write_page_file(text: &str, out: &Path) -> Result<(), ViewerError> {
    let mut part = out.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let unwritable = |e: std::io::Error| ViewerError::Write {
        path: out.to_owned(),
        reason: e.to_string(),
    };
    std::fs::write(&part, text).map_err(unwritable)?;
    std::fs::rename(&part, out).map_err(unwritable)
}
