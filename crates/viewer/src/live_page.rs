//! A session on a real arm, on one page: how it ended, the felt press over time, the loop's times.
//!
//! One HTML file that needs nothing else, like the report. Nobody knows the truth of a real back: what is drawn is what
//! the arm's own sensors felt, and so it is called. The caller fills plain data; nothing is judged here.

mod histogram;
mod page;

use std::path::Path;

use quantities::{Duration, Newtons, Seconds};

use crate::ViewerError;
use crate::page_file::write_page_file;
use crate::report::{Figure, ReportTable};

/// A short stretch of the session; all stretches are of one length and follow on each other.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LiveStretch {
    /// Least and largest press that was felt; `None` without an estimate.
    pub felt: Option<(Newtons, Newtons)>,
    /// Least and largest press that was asked for.
    pub asked: Option<(Newtons, Newtons)>,
    /// Least ceiling in force while something was touched.
    pub ceiling: Option<Newtons>,
    /// The monitor's sternest word in it, as in the archive: `go`, `slow`, `unload` and so on.
    pub reaction: &'static str,
    /// Index of the step, when a segment of one was under way.
    pub step: Option<usize>,
}

/// How long something took, over all cycles.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeSpread {
    /// What.
    pub name: String,
    /// Times above the first and up to the second, and how many there were; in rising order, without gaps.
    pub bars: Vec<(Duration, Duration, u64)>,
    /// Label and time: median, 99 % and so on.
    pub figures: Vec<(&'static str, Duration)>,
}

/// Everything on the page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LivePage {
    /// Headline: the routine.
    pub title: String,
    /// Line below it: arm, link, rate.
    pub subtitle: String,
    /// It ended as it should.
    pub is_sound: bool,
    /// How it ended, in words.
    pub ending: String,
    /// What was felt and counted.
    pub figures: Vec<Figure>,
    /// Length of a stretch.
    pub stretch: Seconds,
    /// The session, stretch by stretch.
    pub course: Vec<LiveStretch>,
    /// Names of the steps, by index.
    pub steps: Vec<String>,
    /// The loop's times; none for an arm that is stepped by its commands.
    pub times: Vec<TimeSpread>,
    /// Further tables.
    pub tables: Vec<ReportTable>,
    /// What else should be known.
    pub notes: Vec<String>,
}

/// Makes `out` (one HTML page). The file appears under its name only when it is complete.
///
/// # Errors
/// [`ViewerError`] when `out` cannot be written.
pub fn write_live_page(page: &LivePage, out: &Path) -> Result<(), ViewerError> {
    write_page_file(&page::build(page), out)
}

#[cfg(test)]
mod tests;
