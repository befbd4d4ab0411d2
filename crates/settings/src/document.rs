//! A text with values that know their place in it, and typed getters that collect every fault.
//!
//! ```text
//! TOML ─┐
//!       ├─▶ Node tree with spans ─▶ Section.required("offset_mm", millimetres(0.0..=300.0)) ─▶ value
//! JSON ─┘                                      └────── faults ──▶ Report ─▶ SettingsErrors
//! ```
//!
//! A getter that fails notes the fault and yields `None`; reading goes on, so that one run shows all
//! faults. The keys that a reader asked for are the keys that exist: whatever else stands in the
//! section is unknown.

mod json;
mod kinds;
mod node;
mod report;
mod section;
mod toml_text;

pub(crate) use kinds::{
    Kind, degrees, flag, kilograms, list, millimetres, number, section, sections, text, triple,
    whole, words, words_of,
};
pub(crate) use node::Value;
pub(crate) use report::Report;
pub(crate) use section::{Cell, Section};

use crate::SettingsErrors;

/// Languages of settings files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Toml,
    Json,
}

/// Parses a text and reads it: the tree never outlives this call, and a value only comes out of it
/// when no fault was noted.
pub(crate) fn read<T>(
    text: &str,
    file_name: &str,
    language: Language,
    reader: impl FnOnce(&Section<'_>) -> Option<T>,
) -> Result<T, SettingsErrors> {
    let report = Report::new(file_name, text);
    let root = match language {
        Language::Toml => toml_text::parse(text, &report),
        Language::Json => json::parse(text, &report),
    };
    let value = root.and_then(|node| Cell::root(&report, &node).section(reader));
    report.conclude(value)
}

#[cfg(test)]
mod tests;
