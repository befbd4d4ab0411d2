//! Every technique on one page: its path over the back, its force over time, and what was said of it.
//!
//! One HTML file that needs nothing else, like the report; it reads in a light and in a dark room. The
//! caller fills plain data from whatever it planned; nothing is planned or judged here.
//!
//! ```text
//! runs in contact ─▶ strip (seconds, metres, newtons) ─┬─▶ map      path over the back
//!                                                      ├─▶ curves   force over time, 3 s of it
//!                                                      └─▶ close_up the path in these 3 s
//! ```

mod close_up;
mod curves;
mod map;
mod page;
mod shades;
mod strip;
mod thin;

use std::path::Path;

use quantities::{Metres, Newtons, Seconds};

use crate::page_file::write_page_file;
use crate::{BodyMap, ViewerError};

/// The back that all cards draw.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GalleryBack {
    /// Outline, keep-out band and levels.
    pub map: BodyMap,
    /// Borders of the shoulder blades as closed lines of (u, v).
    pub blades: Vec<Vec<(Metres, Metres)>>,
}

/// One place of a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PressedPlace {
    /// Along the spine from S2, positive toward the head.
    pub u: Metres,
    /// Beside the spine, left positive.
    pub v: Metres,
    /// Wanted normal force, positive into the body; of blows their peak.
    pub force: Newtons,
}

/// A stretch in contact without a break.
#[derive(Clone, Debug, PartialEq)]
pub struct ContactRun {
    /// When it begins, from the start of the step.
    pub start: Seconds,
    /// Time between neighbouring places.
    pub spacing: Seconds,
    /// Time from one blow to the next, where contact is made and broken; `None` where it is kept.
    pub blows: Option<Seconds>,
    /// The places, in the order of time.
    pub places: Vec<PressedPlace>,
}

/// What a card shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    /// What was planned.
    Planned {
        /// In contact, in the order of time.
        runs: Vec<ContactRun>,
        /// Whether it has a rhythm that is worth a look at 3 s.
        rhythmic: bool,
    },
    /// It cannot be planned on this body: why, line by line.
    Refused(Vec<String>),
    /// The arm does nothing: a person acts.
    Person(String),
}

/// A technique.
#[derive(Clone, Debug, PartialEq)]
pub struct TechniqueCard {
    /// Its id, such as "T1".
    pub id: String,
    /// Its word in routine files.
    pub word: String,
    /// What it is, in a sentence.
    pub summary: String,
    /// Label and words.
    pub facts: Vec<(String, String)>,
    /// What the plan did that was not asked.
    pub notes: Vec<String>,
    /// The pictures.
    pub shown: Shown,
}

/// Everything on the page.
#[derive(Clone, Debug, PartialEq)]
pub struct GalleryPage {
    /// Headline.
    pub title: String,
    /// Line below it: body, arm, how it was made.
    pub subtitle: String,
    /// The back.
    pub back: GalleryBack,
    /// One for each technique.
    pub cards: Vec<TechniqueCard>,
}

/// Makes `out`, one HTML page. The file appears under its name only when it is complete.
///
/// # Errors
/// [`ViewerError::Write`] when `out` cannot be written.
pub fn write_gallery_page(page: &GalleryPage, out: &Path) -> Result<(), ViewerError> {
    write_page_file(&page::build(page), out)
}

#[cfg(test)]
mod tests;
