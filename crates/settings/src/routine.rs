//! Routine files: what an author writes, to what the planner reads.
//!
//! ```toml
//! version = 1
//! name = "First minutes"
//! summary = "Warm up the lower back, then all of the short session."
//! tempo_per_min = 60
//!
//! [[step]]
//! name = "opening"
//! technique = "fan_out"
//! source = "B-L1"
//! from = "S2"
//! to = { at = "waist", shift_mm = 10 }
//! offset_mm = 60
//! outer_mm = 110
//! force = "light"          # or force_n = 8
//! repeat = 3
//!
//! [[step]]
//! use = "lower_back.toml"  # its steps, here
//! except = ["Opening fan-outs"]
//! ```
//!
//! Which keys a step takes depends on its technique: its recipe tells a course (where) and a manner (what
//! is laid over that), and each of these has keys of its own. So a new technique asks for nothing new here.
//! Ranges catch slips of unit and sign; what is safe is judged by the planner, against the client's envelope.

mod course;
mod include;
mod levels;
mod rows;
mod shape;
mod step;

use std::path::{Path, PathBuf};

use planner::{Routine, RoutineStep};

use crate::document::{self, Language, Section, number, sections, text};
use crate::file::{LARGEST_TOML, read_text};
use crate::{Code, SettingsErrors};

use include::Origin;
pub use levels::level_word;
pub use rows::SOURCE_ROWS;
pub(crate) use step::TOOLS;

/// Most steps of a routine, those of used files counted (chosen: ten times the longest session).
const MOST_STEPS: usize = 1000;

/// Reads a routine file, and the files that it uses.
///
/// # Errors
/// [`SettingsErrors`] with every fault of the file and of those that it uses.
pub fn read_routine(path: &Path) -> Result<Routine, SettingsErrors> {
    read_routine_with_files(path).map(|(routine, _)| routine)
}

/// Reads a routine file as [`read_routine`] does, and tells every file that it uses, directly or by another:
/// each once, in the order in which they were first named, paths as they were opened.
///
/// # Errors
/// As [`read_routine`].
pub fn read_routine_with_files(path: &Path) -> Result<(Routine, Vec<PathBuf>), SettingsErrors> {
    let content = read_text(path, LARGEST_TOML)?;
    let uses = include::Uses::default();
    let routine = read(
        &content,
        &path.display().to_string(),
        &Origin::file(path, &uses),
    )?;
    Ok((routine, uses.files()))
}

/// Reads a routine from its text; `file_name` is what messages call it. A text lies in no folder, so it can
/// use no other file.
///
/// # Errors
/// [`SettingsErrors`] with every fault of the text.
pub fn parse_routine(text: &str, file_name: &str) -> Result<Routine, SettingsErrors> {
    let uses = include::Uses::default();
    read(text, file_name, &Origin::text(&uses))
}

/// Reads a text whose used files lie at `origin`.
fn read(text: &str, file_name: &str, origin: &Origin<'_>) -> Result<Routine, SettingsErrors> {
    let own = document::read(text, file_name, Language::Toml, |root| {
        routine(root, origin)
    });
    match (own, origin.faults()) {
        (own, None) => own,
        (Ok(_), Some(faults)) => Err(faults),
        (Err(own), Some(faults)) => Err(own.and(faults)),
    }
}

fn routine(root: &Section<'_>, origin: &Origin<'_>) -> Option<Routine> {
    root.version()?;
    let name = root.required("name", text());
    let summary = root.required("summary", text());
    let tempo = root.optional("tempo_per_min", number(20.0..=200.0, "per minute"));
    let entries = sections(|section| entry(section, origin), 1..=MOST_STEPS);
    let entries = root.required("step", entries);
    let steps = entries.and_then(|entries| in_one_list(root, entries));
    Some(Routine {
        name: name?,
        summary: summary?,
        tempo_hz: tempo?.map(|per_minute| per_minute / 60.0),
        steps: steps?,
    })
}

/// What one `[[step]]` stands for.
enum Entry {
    /// A step of the file's own.
    Own(Box<RoutineStep>),
    /// Steps of another file.
    Used(Vec<RoutineStep>),
}

fn entry(section: &Section<'_>, origin: &Origin<'_>) -> Option<Entry> {
    if section.has("use") {
        include::used(section, origin).map(Entry::Used)
    } else {
        step::step(section).map(|step| Entry::Own(Box::new(step)))
    }
}

/// All steps in order. Reports and recordings tell steps by name, so an author's own names must differ;
/// used steps whose name is taken get a number.
fn in_one_list(root: &Section<'_>, entries: Vec<Entry>) -> Option<Vec<RoutineStep>> {
    let mut taken: Vec<String> = Vec::new();
    let mut fine = Some(());
    for entry in &entries {
        let Entry::Own(step) = entry else { continue };
        if taken.contains(&step.name) {
            fine = root.refuse_key(
                "step",
                Code::Duplicate,
                format!(
                    "the step in line {} has the name \"{}\" of an earlier one",
                    step.line, step.name
                ),
                "give each step its own name",
            );
        }
        taken.push(step.name.clone());
    }
    let mut steps = Vec::new();
    for entry in entries {
        match entry {
            Entry::Own(step) => steps.push(*step),
            Entry::Used(used) => {
                steps.extend(used.into_iter().map(|step| renamed(step, &mut taken)))
            }
        }
    }
    fine?;
    if steps.len() > MOST_STEPS {
        let message = format!(
            "with those of the used files there are {} steps; allowed are {MOST_STEPS}",
            steps.len()
        );
        return root.refuse_key(
            "step",
            Code::WrongLength,
            message,
            "make several routines of it",
        );
    }
    Some(steps)
}

/// The step under a name that is not taken, which then is.
fn renamed(mut step: RoutineStep, taken: &mut Vec<String>) -> RoutineStep {
    let plain = step.name.clone();
    let mut number = 2;
    while taken.contains(&step.name) {
        step.name = format!("{plain} ({number})");
        number += 1;
    }
    taken.push(step.name.clone());
    step
}

#[cfg(test)]
mod tests;
