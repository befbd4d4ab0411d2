//! The rerun recording and the HTML report, made from an archive.
//!
//! ```text
//!              ┌─▶ recording ─▶ session.rrd ─▶ open_viewer
//! archive ─▶ session ─▶ dose
//!              └─▶ report ────▶ report.html
//! bases to choose from (plain data) ─▶ placement_page ─▶ placement.html
//! a session on a real arm (plain data) ─▶ live_page ─▶ report.html
//! techniques as planned (plain data) ─▶ gallery_page ─▶ gallery.html
//! scene, report input (plain data, filled by whoever made the plan)
//! ```
//!
//! The recording is a feature, on by default: its library takes most of a build, and who works on anything
//! else may do without.
//!
//! Must never: run in the loop, judge a session (it prints verdicts, it does not make them), write into the
//! archive, fetch anything from a network, or let a type of rerun out of this crate.
#![forbid(unsafe_code)]
// What only the recording draws with stays idle in a build without it.
#![cfg_attr(not(feature = "recording"), allow(dead_code))]

mod error;
mod scene;

mod archive;
mod session;

mod palette;
mod touches;

mod phrases;

mod gallery_page;
mod live_page;
mod page_file;
mod placement_page;

#[cfg(feature = "recording")]
mod recording;
#[cfg(not(feature = "recording"))]
#[path = "no_recording.rs"]
mod recording;
mod report;

mod open;

#[cfg(test)]
mod sample;

pub use error::ViewerError;
pub use gallery_page::{
    ContactRun, GalleryBack, GalleryPage, PressedPlace, Shown, TechniqueCard, write_gallery_page,
};
pub use live_page::{LivePage, LiveStretch, TimeSpread, write_live_page};
pub use open::{VIEWER_VERSION, open_viewer};
pub use placement_page::{BaseSketch, PlacementPage, ReachCell, write_placement_page};
pub use recording::write_recording;
pub use report::{
    BodyMap, DoseView, Figure, Landmark, Outcome, ReportInput, ReportTable, write_report,
};
pub use scene::{BodyMesh, KeepOutBand, LinkCapsule, PlannedPath, Scene, StepName, ToolShape};
