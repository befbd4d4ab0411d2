//! The session on one page, for people without a viewer: verdict, figures, curves, body map, notes.
//!
//! One HTML file that needs nothing else: no script, no font, no picture from outside; a policy in its head
//! forbids the browser to fetch anything. Words come from outside and are escaped, all of them.

mod balance;
pub(crate) mod body_map;
pub(crate) mod chart;
mod dose_maps;
mod envelope;
mod figures;
mod input;
mod page;
mod strokes;
pub(crate) mod svg;
pub(crate) mod tables;

use std::path::Path;

use crate::ViewerError;
use crate::archive::read_session;
use crate::page_file::write_page_file;

pub use input::{BodyMap, DoseView, Figure, Landmark, Outcome, ReportInput, ReportTable};

/// Makes `out` (one HTML page) from what was judged and from the archive's curves.
///
/// The verdict is the caller's; this only prints it. The file appears under its name only when it is complete.
///
/// # Errors
/// [`ViewerError`] when the archive is missing, unreadable or empty, or when `out` cannot be written.
pub fn write_report(summary: &ReportInput, archive: &Path, out: &Path) -> Result<(), ViewerError> {
    let session = read_session(archive)?;
    let text = page::build(summary, &session);
    write_page_file(&text, out)
}

#[cfg(test)]
mod tests;
