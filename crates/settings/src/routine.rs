//! Routine files: what an author writes, to what the planner reads.
//!
//! ```toml
//! version = 1
//! name = "First minutes"
//! summary = "Warm up the lower back."
//!
//! [[step]]
//! name = "opening"
//! technique = "fan_out"
//! source = "B-L1"
//! from = "S2"
//! to = { at = "waist", shift_mm = 10 }
//! offset_mm = 55
//! flank_offset_mm = 120
//! force = "light"          # or force_n = 8
//! repeat = 3
//! ```
//!
//! Which keys a step takes depends on its technique. Ranges here catch slips of unit and sign; what is
//! safe is judged by the planner, against the client's envelope.

mod rows;
mod stroke;

use std::path::Path;

use planner::{ForceWord, Hands, Routine, RoutineStep, Sides};
use quantities::{Metres, MetresPerSecond, Newtons};

use crate::document::{
    self, Kind, Language, Section, list, millimetres, number, sections, text, whole, words,
    words_of,
};
use crate::file::{LARGEST_TOML, read_text};
use crate::{Code, SettingsErrors};

pub use rows::SOURCE_ROWS;

/// Reads a routine file.
///
/// # Errors
/// [`SettingsErrors`] with every fault of the file.
pub fn read_routine(path: &Path) -> Result<Routine, SettingsErrors> {
    parse_routine(&read_text(path, LARGEST_TOML)?, &path.display().to_string())
}

/// Reads a routine from its text; `file_name` is what messages call it.
///
/// # Errors
/// [`SettingsErrors`] with every fault of the text.
pub fn parse_routine(text: &str, file_name: &str) -> Result<Routine, SettingsErrors> {
    document::read(text, file_name, Language::Toml, routine)
}

fn routine(root: &Section<'_>) -> Option<Routine> {
    root.version()?;
    let name = root.required("name", text());
    let summary = root.required("summary", text());
    let steps = root.required("step", sections(step, 1..=1000));
    let steps = steps.filter(|steps| names_differ(root, steps).is_some());
    Some(Routine {
        name: name?,
        summary: summary?,
        steps: steps?,
    })
}

/// Reports and recordings tell steps by name.
fn names_differ(root: &Section<'_>, steps: &[RoutineStep]) -> Option<()> {
    let mut fine = Some(());
    for (index, step) in steps.iter().enumerate() {
        let earlier = steps
            .iter()
            .take(index)
            .find(|other| other.name == step.name);
        if let Some(other) = earlier {
            let message = format!(
                "the step in line {} has the name \"{}\" of the step in line {}",
                step.line, step.name, other.line
            );
            fine = root.refuse_key(
                "step",
                Code::Duplicate,
                message,
                "give each step its own name",
            );
        }
    }
    fine
}

/// Tools that a routine may ask for.
pub(crate) const TOOLS: [&str; 7] = ["palm", "heel", "fist", "thumb", "fork", "roller", "cap"];

fn step(section: &Section<'_>) -> Option<RoutineStep> {
    let technique = section.required("technique", words(&stroke::TECHNIQUES));
    let Some(technique) = technique else {
        // Which other keys are right depends on the technique.
        section.let_unknown_keys_be();
        return None;
    };
    let name = section.required("name", text());
    let rows = section.or("source", source_rows(), Vec::new());
    let stroke = stroke::stroke(section, technique);
    let tools = words_of(TOOLS.iter().map(|tool| (*tool, *tool)).collect());
    let tool = section.or("tool", tools, technique.usual_tool());
    let manner = if technique.is_for_a_person() {
        Some(Manner::NONE)
    } else {
        manner(section, technique)
    };
    let (line, column) = section.place();
    let manner = manner?;
    Some(RoutineStep {
        name: name?,
        rows: rows?,
        line,
        column,
        tool: tool?.to_owned(),
        sides: manner.sides,
        hands: manner.hands,
        force: manner.force,
        speed: manner.speed,
        repeat: manner.repeat,
        outward_shift: manner.outward_shift,
        stroke: stroke?,
    })
}

/// What all figures have in common.
struct Manner {
    sides: Sides,
    hands: Hands,
    force: ForceWord,
    speed: Option<MetresPerSecond>,
    repeat: u32,
    outward_shift: Metres,
}

impl Manner {
    /// Of a step in which the arm does nothing.
    const NONE: Self = Self {
        sides: Sides::Both,
        hands: Hands::One,
        force: ForceWord::Light,
        speed: None,
        repeat: 1,
        outward_shift: Metres::ZERO,
    };
}

fn manner(section: &Section<'_>, technique: stroke::Figure) -> Option<Manner> {
    // The fork is on both sides at once and cannot be spread: there these keys mean nothing.
    let one_sided = technique != stroke::Figure::TwoLineStroke;
    let (sides, outward_shift) = if one_sided {
        let shift = millimetres(0.0..=100.0);
        (
            section.or("sides", words(&SIDES), Sides::Both),
            section.or("outward_shift_mm", shift, Metres::ZERO),
        )
    } else {
        (Some(Sides::Both), Some(Metres::ZERO))
    };
    let hands = section.or("hands", words(&HANDS), Hands::One);
    let force = force(section);
    let speed = section.optional("speed_mm_per_s", number(1.0..=500.0, "mm/s"));
    let repeat = section.or("repeat", whole(1..=200), 1);
    Some(Manner {
        sides: sides?,
        hands: hands?,
        force: force?,
        speed: speed?.map(|mm_per_s| MetresPerSecond::new(mm_per_s / 1000.0)),
        repeat: repeat?,
        outward_shift: outward_shift?,
    })
}

const SIDES: [(&str, Sides); 3] = [
    ("left", Sides::Left),
    ("right", Sides::Right),
    ("both", Sides::Both),
];

const HANDS: [(&str, Hands); 4] = [
    ("one", Hands::One),
    ("mirrored", Hands::Mirrored),
    ("alternate", Hands::Alternate),
    ("together", Hands::Together),
];

const FORCES: [(&str, ForceWord); 4] = [
    ("light", ForceWord::Light),
    ("medium", ForceWord::Medium),
    ("firm", ForceWord::Firm),
    ("deep", ForceWord::Deep),
];

/// Either a word of the technique's scale, or newtons. The range of newtons is wide: a routine that
/// asks for too much is refused by the planner, which can tell the ceiling of the place.
fn force(section: &Section<'_>) -> Option<ForceWord> {
    let word = section.optional("force", words(&FORCES));
    let exact = section.optional("force_n", number(0.5..=1000.0, "N"));
    match (word?, exact?) {
        (Some(_), Some(_)) => {
            let message = "`force` and `force_n` both tell how hard".to_owned();
            section.refuse_key(
                "force_n",
                Code::Contradiction,
                message,
                "keep one of the two",
            )
        }
        (Some(word), None) => Some(word),
        (None, Some(newtons)) => Some(ForceWord::Exactly(Newtons::new(newtons))),
        (None, None) => {
            let message = "the step does not tell how hard it presses".to_owned();
            let help = "add `force = \"light\"` (or medium, firm, deep), or `force_n = ...`";
            section.refuse(Code::MissingKey, message, help)
        }
    }
}

/// One row or a list of rows.
fn source_rows<'k>() -> Kind<'k, Vec<String>> {
    let known = || words_of(SOURCE_ROWS.iter().map(|row| (*row, *row)).collect());
    let many = list(known().map(str::to_owned), 1..=SOURCE_ROWS.len());
    Kind::new("a row such as \"B-L1\", or a list of rows", move |cell| {
        if matches!(cell.node.value, document::Value::List(_)) {
            many.read(cell)
        } else {
            known().read(cell).map(|row| vec![row.to_owned()])
        }
    })
}

#[cfg(test)]
mod tests;
