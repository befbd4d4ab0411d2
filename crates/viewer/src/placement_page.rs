//! Where a base may stand, on one page: every base from above and from the feet, with the reach over
//! the back and the figures.
//!
//! One HTML file that needs nothing else, like the report. The caller fills plain data; nothing is
//! judged here.

mod from_above;
mod from_feet;
mod page;

use std::path::Path;

use quantities::{Metres, Point, Table};

use crate::ViewerError;
use crate::page_file::write_page_file;

/// A piece of the back.
#[derive(Clone, Debug)]
pub struct ReachCell {
    /// Its corners on the skin, in turn around it.
    pub corners: [Point<Table>; 4],
    /// 0 at a limit, 1 where all is comfortable; `None` where the tool does not get.
    pub comfort: Option<f64>,
}

/// One base.
#[derive(Clone, Debug)]
pub struct BaseSketch {
    /// What it is called.
    pub name: String,
    /// Whether the routine plans from there.
    pub plans: bool,
    /// Where it stands.
    pub base: Point<Table>,
    /// The base's x axis along table x and y.
    pub ahead: (f64, f64),
    /// How wide its foot is, from the middle.
    pub foot_radius: Metres,
    /// Reach over the back.
    pub cells: Vec<ReachCell>,
    /// The arm at its worst place: base, joints, flange, tool.
    pub arm: Vec<Point<Table>>,
    /// Label and figure.
    pub figures: Vec<(String, String)>,
    /// What is least comfortable.
    pub tightest: String,
    /// What goes into the arm's profile.
    pub snippet: Option<String>,
}

/// Everything on the page.
#[derive(Clone, Debug)]
pub struct PlacementPage {
    /// Headline.
    pub title: String,
    /// Line below it.
    pub subtitle: String,
    /// Edges of the table top toward feet and head, along x.
    pub table_ends: (Metres, Metres),
    /// Half of its width, along y.
    pub table_half_width: Metres,
    /// Edge of the back, once around.
    pub body: Vec<Point<Table>>,
    /// The skin across the back.
    pub section: Vec<Point<Table>>,
    /// Lines of the routine on the skin.
    pub passes: Vec<Vec<Point<Table>>>,
    /// Best first, then the present one.
    pub bases: Vec<BaseSketch>,
}

/// Makes `out`, one HTML page. The file appears under its name only when it is complete.
///
/// # Errors
/// [`ViewerError::Write`] when `out` cannot be written.
pub fn write_placement_page(page: &PlacementPage, out: &Path) -> Result<(), ViewerError> {
    write_page_file(&page::build(page), out)
}

#[cfg(test)]
mod tests;
