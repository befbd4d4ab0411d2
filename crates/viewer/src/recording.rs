//! The session as a rerun recording: what an engineer scrubs through.
//!
//! Everything goes in as whole columns on one timeline, `session`, in seconds since the session's start.
//! Six minutes at 50 Hz are a few dozen columns of 18 000 rows, not a million log calls.

mod canvas;
mod layout;
mod motion;
mod plots;
mod scenery;
mod words;

use std::path::Path;

use crate::archive::read_session;
use crate::session::Session;
use crate::{Scene, ViewerError};
use canvas::Canvas;

/// Makes `out` (a `.rrd` file) from an archive and the shapes that its messages refer to.
///
/// `progress` is told the share of the work that is done, from 0 to 1. The file appears under its name only
/// when it is complete.
///
/// # Errors
/// [`ViewerError`] when the archive is missing, unreadable or empty, when the scene contradicts itself, or when
/// `out` cannot be written.
pub fn write_recording(
    scene: &Scene,
    archive: &Path,
    out: &Path,
    progress: &mut dyn FnMut(f64),
) -> Result<(), ViewerError> {
    scenery::check(scene)?;
    progress(0.0);
    let session = read_session(archive)?;
    progress(0.5);
    record(scene, &session, out, progress)?;
    progress(1.0);
    Ok(())
}

/// Draws a session that is in memory.
pub(crate) fn record(
    scene: &Scene,
    session: &Session,
    out: &Path,
    progress: &mut dyn FnMut(f64),
) -> Result<(), ViewerError> {
    let canvas = Canvas::create(out, &scene.title)?;
    layout::send(&canvas, scene, session)?;
    scenery::draw(&canvas, scene)?;
    progress(0.55);
    plots::draw(&canvas, scene, session)?;
    progress(0.65);
    words::draw(&canvas, scene, session)?;
    progress(0.7);
    motion::draw(&canvas, scene, session)?;
    progress(0.85);
    scenery::draw_dose(&canvas, scene, session)?;
    progress(0.95);
    canvas.finish()
}

#[cfg(test)]
mod tests;
