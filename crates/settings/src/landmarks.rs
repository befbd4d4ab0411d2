//! Landmark files: where the bones of one client lie, in metres, in the table frame.
//!
//! ```json
//! { "landmarks": { "C7": { "xyz": [0.482, 0.0, 0.175] }, "S2": { "xyz": [0.0, 0.0, 0.212] }, ... },
//!   "spine_midline_C7_to_S2": [[0.482, 0.0, 0.175], ...], "midline_uncertainty_mm": 4 }
//! ```
//! Any of C7, T1 to T12, L1 to L5, S1, S2 may be given, or none; the six C7, T3, T7, T12, L4, S2 are the full
//! set. `touched_surface` is a list of points touched all over the back, for a body without a scan.
//! The same in TOML, with `version = 1`. A JSON file may hold more than we ask for, since scanners
//! write what they know; a TOML file is written for us, and unknown keys are refused.

use std::path::Path;

use anatomy::{DEFAULT_MIDLINE_UNCERTAINTY, KnownLandmarks, LandmarkError, Landmarks, Level};
use quantities::{Point, Table};

use crate::document::{self, Cell, Kind, Language, Section, Value, list, millimetres};
use crate::file::{LARGEST_DESCRIPTION, read_text};
use crate::{Code, SettingsErrors};

/// Reads a landmark file; one whose name ends in `.toml` is TOML, all others are JSON.
///
/// # Errors
/// [`SettingsErrors`] with every fault of the file; what no person can have is refused too.
pub fn read_landmarks(path: &Path) -> Result<Landmarks, SettingsErrors> {
    parse_landmarks(
        &read_text(path, LARGEST_DESCRIPTION)?,
        &path.display().to_string(),
    )
}

/// What somebody found with their fingers: landmarks as far as they go, and points of the skin.
#[derive(Clone, Debug, PartialEq)]
pub struct TouchedBody {
    /// The landmarks that are known.
    pub landmarks: KnownLandmarks,
    /// Points touched all over the back; empty when a scan tells the skin.
    pub surface: Vec<Point<Table>>,
}

/// Reads a landmark file of which any part may be absent; one whose name ends in `.toml` is TOML, all
/// others are JSON.
///
/// # Errors
/// [`SettingsErrors`] with every fault of the file; what no person can have is refused too.
pub fn read_touched(path: &Path) -> Result<TouchedBody, SettingsErrors> {
    parse_touched(
        &read_text(path, LARGEST_DESCRIPTION)?,
        &path.display().to_string(),
    )
}

/// Reads landmarks, of which any may be absent, from their text.
///
/// # Errors
/// [`SettingsErrors`] with every fault of the text; what no person can have is refused too.
pub fn parse_touched(text: &str, file_name: &str) -> Result<TouchedBody, SettingsErrors> {
    let language = language_of(file_name);
    document::read(text, file_name, language, |root| {
        match language {
            Language::Toml => root.version()?,
            Language::Json => root.let_unknown_keys_be(),
        }
        touched(root, language)
    })
}

fn language_of(file_name: &str) -> Language {
    let is_toml = Path::new(file_name)
        .extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("toml"));
    if is_toml {
        Language::Toml
    } else {
        Language::Json
    }
}

/// Reads landmarks from their text; a `file_name` ending in `.toml` tells TOML, any other JSON.
///
/// # Errors
/// [`SettingsErrors`] with every fault of the text; what no person can have is refused too.
pub fn parse_landmarks(text: &str, file_name: &str) -> Result<Landmarks, SettingsErrors> {
    let language = language_of(file_name);
    document::read(text, file_name, language, |root| {
        match language {
            Language::Toml => root.version()?,
            Language::Json => root.let_unknown_keys_be(),
        }
        landmarks(root, language == Language::Toml)
    })
}

fn touched(root: &Section<'_>, language: Language) -> Option<TouchedBody> {
    let midline = root.or(
        "spine_midline_C7_to_S2",
        list(place(), 0..=10_000),
        Vec::new(),
    );
    let uncertainty = root.or(
        "midline_uncertainty_mm",
        millimetres(0.0..=100.0),
        DEFAULT_MIDLINE_UNCERTAINTY,
    );
    let surface = root.or("touched_surface", list(place(), 0..=10_000), Vec::new());
    let closed = language == Language::Toml;
    let bones = root.optional(
        "landmarks",
        document::section(move |section| known_bones(section, closed)),
    );
    let mut landmarks = bones?.unwrap_or_default();
    landmarks.midline = midline?;
    landmarks.midline_uncertainty = uncertainty?;
    let surface = surface?;
    match landmarks.check() {
        Ok(()) => Some(TouchedBody { landmarks, surface }),
        Err(error) => refuse(root, &error),
    }
}

/// Levels that may be given: all spinous processes; the tip of the tail-bone is no landmark.
fn touchable() -> impl Iterator<Item = Level> {
    Level::ALL.into_iter().filter(|l| *l != Level::TailBone)
}

fn known_bones(section: &Section<'_>, closed: bool) -> Option<KnownLandmarks> {
    if !closed {
        section.let_unknown_keys_be();
        refuse_lower_case(section)?;
    }
    // All are read before one that is faulty ends it, so that every fault is told.
    let read: Vec<_> = touchable()
        .map(|level| (level, section.optional(level.name(), landmark())))
        .collect();
    let levels = read.into_iter().filter_map(|(level, found)| match found {
        Some(None) => None,
        Some(Some(point)) => Some(Some((level, point))),
        None => Some(None),
    });
    let levels: Option<Vec<(Level, Point<Table>)>> = levels.collect();
    let extra = |key| section.optional(key, landmark());
    let (acromion_left, acromion_right) = (extra("acromion_L"), extra("acromion_R"));
    let (psis_left, psis_right) = (extra("PSIS_L"), extra("PSIS_R"));
    let scapula_left = extra("scapula_inferior_angle_L");
    let scapula_right = extra("scapula_inferior_angle_R");
    Some(KnownLandmarks {
        levels: levels?,
        acromion_left: acromion_left?,
        acromion_right: acromion_right?,
        psis_left: psis_left?,
        psis_right: psis_right?,
        scapula_inferior_left: scapula_left?,
        scapula_inferior_right: scapula_right?,
        ..KnownLandmarks::default()
    })
}

/// A level in lower case is surely meant, but would be passed over among the strangers of a JSON file.
fn refuse_lower_case(section: &Section<'_>) -> Option<()> {
    for level in touchable() {
        let word = if level == Level::Waist {
            "l2"
        } else {
            level.word()
        };
        if section.has(word) && !section.has(level.name()) {
            return section.refuse_key(
                word,
                Code::UnknownKey,
                format!("`{word}` is no landmark of ours"),
                format!("if {} is meant, rename it", level.name()),
            );
        }
    }
    Some(())
}

fn landmarks(root: &Section<'_>, closed: bool) -> Option<Landmarks> {
    let midline = root.or(
        "spine_midline_C7_to_S2",
        list(place(), 0..=10_000),
        Vec::new(),
    );
    let uncertainty = root.or(
        "midline_uncertainty_mm",
        millimetres(0.0..=100.0),
        DEFAULT_MIDLINE_UNCERTAINTY,
    );
    let bones = root.required(
        "landmarks",
        document::section(move |section| bones(section, closed)),
    );
    let mut landmarks = bones?;
    landmarks.midline = midline?;
    landmarks.midline_uncertainty = uncertainty?;
    match landmarks.check() {
        Ok(()) => Some(landmarks),
        Err(error) => refuse(root, &error),
    }
}

fn refuse<T>(root: &Section<'_>, error: &LandmarkError) -> Option<T> {
    let code = match error {
        LandmarkError::Unit { .. } => Code::WrongUnit,
        LandmarkError::NotFinite(_)
        | LandmarkError::NoBack { .. }
        | LandmarkError::Heading { .. }
        | LandmarkError::Order { .. }
        | LandmarkError::Mirrored { .. }
        | LandmarkError::OneSided { .. }
        | LandmarkError::OffSpine { .. }
        | LandmarkError::Uncertain { .. }
        | LandmarkError::Ragged { .. }
        | LandmarkError::ShortMidline { .. } => Code::LandmarksRefused,
    };
    let help = "landmarks are told in metres in the table frame: x toward the head, y to the client's \
                left, z up, origin under S2";
    root.refuse_key("landmarks", code, error.to_string(), help)
}

fn bones(section: &Section<'_>, closed: bool) -> Option<Landmarks> {
    if !closed {
        section.let_unknown_keys_be();
    }
    let needed = |key| section.required(key, landmark());
    let (c7, t3, t7) = (needed("C7"), needed("T3"), needed("T7"));
    let (t12, l4, s2) = (needed("T12"), needed("L4"), needed("S2"));
    let extra = |key| section.optional(key, landmark());
    let (acromion_left, acromion_right) = (extra("acromion_L"), extra("acromion_R"));
    let (psis_left, psis_right) = (extra("PSIS_L"), extra("PSIS_R"));
    let scapula_left = extra("scapula_inferior_angle_L");
    let scapula_right = extra("scapula_inferior_angle_R");
    Some(Landmarks {
        c7: c7?,
        t3: t3?,
        t7: t7?,
        t12: t12?,
        l4: l4?,
        s2: s2?,
        acromion_left: acromion_left?,
        acromion_right: acromion_right?,
        psis_left: psis_left?,
        psis_right: psis_right?,
        scapula_inferior_left: scapula_left?,
        scapula_inferior_right: scapula_right?,
        midline: Vec::new(),
        midline_uncertainty: DEFAULT_MIDLINE_UNCERTAINTY,
    })
}

/// `{ xyz = [...] }` with whatever else was noted about it, or the bare list.
fn landmark<'k>() -> Kind<'k, Point<Table>> {
    Kind::new("{ xyz = [x, y, z] } in metres", |cell| {
        match cell.node.value {
            Value::Table(_) => cell.section(|section| {
                section.let_unknown_keys_be();
                section.required("xyz", place())
            }),
            _ => place().read(cell),
        }
    })
}

/// No landmark of a table lies further than this from its origin (m). Chosen: longer than any table.
const FARTHEST: f64 = 3.0;

fn place<'k>() -> Kind<'k, Point<Table>> {
    let numbers = list(document::number(-1e9..=1e9, "m"), 3..=3);
    Kind::new("[x, y, z] in metres", move |cell| {
        let &[x, y, z] = numbers.read(cell)?.as_slice() else {
            return None;
        };
        if [x, y, z].iter().any(|metres| metres.abs() > FARTHEST) {
            return wrong_unit(cell, [x, y, z]);
        }
        Some(Point::new(x, y, z))
    })
}

fn wrong_unit(cell: &Cell<'_>, [x, y, z]: [f64; 3]) -> Option<Point<Table>> {
    let message = format!(
        "`{}` is [{x}, {y}, {z}], more than {FARTHEST} m from the table's origin",
        cell.name
    );
    cell.refuse(
        Code::WrongUnit,
        message,
        "landmarks are in metres; numbers in the hundreds look like millimetres: divide them by 1000",
    )
}

#[cfg(test)]
mod tests;
