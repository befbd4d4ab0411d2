//! What can be told of a routine before body and arm are known: a pure look at its file.
//!
//! ```text
//! Routine ─▶ order (R3) · direction and staging (R4, R6) · forces (R1, R5) · rhythm (R12) · tools · time (R8)
//!             └──────────────────────── findings, worst first ────────────────────────┘
//! ```
//! An *error* is what [`plan`](crate::plan()) refuses on any body. A *warning* is what it may refuse, or what a
//! therapist would not do. A *note* says what the plan will bend. Figures that need a body are taken from the
//! body in the context, which stands for the client; the plan alone proves.

mod extent;
mod force;
mod kit;
mod order;
mod rhythm;
mod time;

use anatomy::Back;
use limits::Envelope;
use serde::Serialize;

use crate::request::ToolSpec;
use crate::routine::{Routine, RoutineStep};

pub use time::rough_seconds;

/// What a routine is looked at with.
#[derive(Clone, Copy, Debug)]
pub struct LintContext<'a> {
    /// A body that stands for the client.
    pub back: &'a Back,
    /// What is allowed on it.
    pub envelope: &'a Envelope,
    /// The tools at hand.
    pub tools: &'a [ToolSpec],
    /// Words that clients at hand ask for; nothing is said about them when it is not known.
    pub asked_for: Option<&'a [String]>,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// No plan will be made.
    Error,
    /// A plan may be refused, or the step is unusual.
    Warning,
    /// The plan will bend something, and say so.
    Note,
}

impl Severity {
    /// The word in messages.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// R1: distance from the spine.
    KeepOut,
    /// R3: warm-up first, cool-down last, depth after warm-up.
    Order,
    /// R4: pressure runs toward the heart.
    Direction,
    /// R5: forces and pressures.
    Force,
    /// R6: a spot is pressed by stages.
    Staging,
    /// R8: time in one position.
    Time,
    /// R12: rhythms and the tempo.
    Rhythm,
    /// Tools and what they may do.
    Tool,
    /// Steps that only some clients ask for.
    Asked,
}

impl Topic {
    /// The rule's number where the project's rules have one, and the word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::KeepOut => "R1 keep-out",
            Self::Order => "R3 order",
            Self::Direction => "R4 direction",
            Self::Force => "R5 force",
            Self::Staging => "R6 staging",
            Self::Time => "R8 time",
            Self::Rhythm => "R12 rhythm",
            Self::Tool => "tool",
            Self::Asked => "asked for",
        }
    }
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// What it is about.
    pub topic: Topic,
    /// Number of the step, from 1.
    pub step: usize,
    /// Its name.
    pub name: String,
    /// The file of the step, when it is not the routine's own.
    pub file: Option<String>,
    /// Its line there, from 1.
    pub line: usize,
    /// Its column there, from 1.
    pub column: usize,
    /// What was seen and what is allowed.
    pub seen: String,
    /// What to do.
    pub remedy: String,
}

impl core::fmt::Display for Finding {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(
            f,
            "{}: step {} \"{}\" (",
            self.severity.word(),
            self.step,
            self.name
        )?;
        if let Some(file) = &self.file {
            write!(f, "{file} ")?;
        }
        write!(
            f,
            "line {}): {}: {}\n    do: {}",
            self.line,
            self.topic.word(),
            self.seen,
            self.remedy
        )
    }
}

/// Looks at a routine: all findings, errors first, each kind in the order of the steps.
#[must_use]
pub fn lint(routine: &Routine, context: &LintContext<'_>) -> Vec<Finding> {
    let mut found = Found::default();
    order::look(routine, context, &mut found);
    for (index, step) in routine.steps.iter().enumerate() {
        kit::look(index, step, context, &mut found);
        if step.is_for_a_person() {
            continue;
        }
        force::look(index, step, context, &mut found);
        rhythm::look(index, step, routine.tempo_hz, &mut found);
    }
    time::look(routine, context, &mut found);
    let mut findings = found.0;
    findings.sort_by_key(|finding| (finding.severity, finding.step));
    findings
}

/// Collects findings.
#[derive(Debug, Default)]
struct Found(Vec<Finding>);

impl Found {
    fn add(
        &mut self,
        severity: Severity,
        topic: Topic,
        (index, step): (usize, &RoutineStep),
        seen: String,
        remedy: impl Into<String>,
    ) {
        self.0.push(Finding {
            severity,
            topic,
            step: index + 1,
            name: step.name.clone(),
            file: step.file.clone(),
            line: step.line,
            column: step.column,
            seen,
            remedy: remedy.into(),
        });
    }
}

#[cfg(test)]
mod tests;
