//! What is said: states as lanes, verdicts and log lines, and a page that explains the picture.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use recorder::{ContactRecord, LogRecord, VerdictRecord};
use rerun::{Color, StateChange, StateConfiguration, TextDocument, TextLog};

use super::canvas::Canvas;
use super::scenery::technique_colour;
use crate::palette::{self, Rgb};
use crate::phrases::{level_word, verdict_line};
use crate::session::Session;
use crate::{Scene, ViewerError};

/// Draws all words.
pub(super) fn draw(canvas: &Canvas, scene: &Scene, session: &Session) -> Result<(), ViewerError> {
    let contacts = &session.contacts;
    let of_contact =
        |of: fn(&ContactRecord) -> &str| changes(contacts, |c| (c.at_ns, of(c).to_owned()));
    draw_lane(
        canvas,
        "state/phase",
        of_contact(|c| &c.phase),
        &palette::phase,
    )?;
    let technique = |word: &str| technique_colour(scene, word);
    draw_lane(
        canvas,
        "state/technique",
        of_contact(|c| &c.technique),
        &technique,
    )?;
    draw_lane(canvas, "state/zone", of_contact(|c| &c.zone), &zone)?;
    let step = |c: &ContactRecord| match scene.steps.get(c.step_index as usize) {
        Some(step) => (c.at_ns, step.name.clone()),
        None => (c.at_ns, format!("step {}", c.step_index + 1)),
    };
    let step_colour = |name: &str| {
        let step = scene.steps.iter().find(|step| step.name == name);
        step.map_or(palette::SKIN, |step| {
            technique_colour(scene, &step.technique)
        })
    };
    draw_lane(canvas, "state/step", changes(contacts, step), &step_colour)?;
    let verdicts = changes(&session.verdicts, |v| (v.at_ns, v.reaction.clone()));
    draw_lane(canvas, "state/verdict", verdicts, &palette::reaction)?;
    draw_verdicts(canvas, &session.verdicts)?;
    draw_log(canvas, &session.logs)?;
    draw_warnings(canvas, &session.warnings)?;
    canvas.still("about", &TextDocument::from_markdown(about(scene)))
}

/// A lane shows a zone more strongly than the skin does.
fn zone(word: &str) -> Rgb {
    palette::blend(palette::zone(word), [120, 60, 40], 0.3)
}

/// Only where the word differs from the one before.
fn changes<T>(entries: &[T], of: impl Fn(&T) -> (u64, String)) -> Vec<(u64, String)> {
    let mut kept: Vec<(u64, String)> = Vec::new();
    for (at_ns, word) in entries.iter().map(of) {
        if kept.last().is_none_or(|(_, before)| *before != word) {
            kept.push((at_ns, word));
        }
    }
    kept
}

fn draw_lane(
    canvas: &Canvas,
    entity: &str,
    changes: Vec<(u64, String)>,
    colour: &dyn Fn(&str) -> Rgb,
) -> Result<(), ViewerError> {
    let words: BTreeSet<&str> = changes
        .iter()
        .map(|(_, word)| word.as_str())
        .filter(|word| !word.is_empty())
        .collect();
    if words.is_empty() {
        return Ok(());
    }
    let configuration = StateConfiguration::new()
        .with_values(words.iter().copied())
        .with_labels(words.iter().map(|word| word.replace('_', " ")))
        .with_colors(words.iter().map(|word| Color::from(colour(word))));
    canvas.still(entity, &configuration)?;
    // An empty word ends a state: the lane shows a gap.
    let (times, states): (Vec<u64>, Vec<String>) = changes.into_iter().unzip();
    canvas.rows(
        entity,
        &times,
        StateChange::new()
            .with_state(states)
            .columns_of_unit_batches(),
    )
}

/// Verdicts at each change of reaction or cause.
fn draw_verdicts(canvas: &Canvas, verdicts: &[VerdictRecord]) -> Result<(), ViewerError> {
    let mut before: Option<(&str, &str)> = None;
    let mut kept: Vec<&VerdictRecord> = Vec::new();
    for verdict in verdicts {
        let now = (verdict.reaction.as_str(), verdict.cause.as_str());
        if before != Some(now) {
            kept.push(verdict);
        }
        before = Some(now);
    }
    let times: Vec<u64> = kept.iter().map(|v| v.at_ns).collect();
    let level = |v: &&VerdictRecord| match v.level {
        0 => "INFO",
        1 => "WARN",
        _ => "ERROR",
    };
    let columns = TextLog::update_fields()
        .with_many_text(kept.iter().map(|v| verdict_line(v)))
        .with_many_level(kept.iter().map(level))
        .columns_of_unit_batches();
    canvas.rows("verdict", &times, columns)
}

fn draw_log(canvas: &Canvas, logs: &[LogRecord]) -> Result<(), ViewerError> {
    let times: Vec<u64> = logs.iter().map(|l| l.at_ns).collect();
    let text = |l: &LogRecord| {
        if l.name.is_empty() {
            l.text.clone()
        } else {
            format!("{}: {}", l.name, l.text)
        }
    };
    let columns = TextLog::update_fields()
        .with_many_text(logs.iter().map(text))
        .with_many_level(logs.iter().map(|l| level_word(l.level)))
        .columns_of_unit_batches();
    canvas.rows("log/session", &times, columns)
}

/// What reading the archive ran into, at the session's start: it is true of all of it.
fn draw_warnings(canvas: &Canvas, warnings: &[String]) -> Result<(), ViewerError> {
    let columns = TextLog::update_fields()
        .with_many_text(warnings.iter().map(String::as_str))
        .with_many_level(warnings.iter().map(|_| "WARN"))
        .columns_of_unit_batches();
    canvas.rows("log/archive", &vec![0; warnings.len()], columns)
}

fn about(scene: &Scene) -> String {
    let mut page = format!("# {}\n\n", scene.title);
    page.push_str(
        "Table frame: x to the head, y to the client's left, z up. \
         Skin: tinted by zone, turning to heat as the dose (N·s/cm²) grows. \
         Red band: spine keep-out. Thin lines: the plan, coloured by technique. \
         Thick line: where the patch was in the last 20 s. \
         Yellow outline: the contact patch. \
         Red arrow: true force of the tool on the body, 1 cm per newton.\n\n\
         | step | technique | tool | serves |\n|---|---|---|---|\n",
    );
    for step in &scene.steps {
        let tool = step
            .tool
            .and_then(|t| scene.tools.get(t))
            .map_or("", |t| t.name.as_str());
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} |",
            step.name,
            step.technique.replace('_', " "),
            tool,
            step.rows.join(", ")
        );
    }
    for step in scene.steps.iter().filter(|step| !step.notes.is_empty()) {
        let _ = write!(page, "\n**{}**\n\n", step.name);
        for note in &step.notes {
            let _ = writeln!(page, "* {note}");
        }
    }
    page
}
