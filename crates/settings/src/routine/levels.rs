//! Where along the spine: the words for it.

use std::sync::LazyLock;

use planner::{Level, Span};
use quantities::Metres;

use crate::Code;
use crate::document::{Kind, Section, Value, millimetres, words_of};

/// Words and their levels: those of the back chart, vertebrae written as anatomists do, and the nape.
static WORDS: LazyLock<Vec<(String, anatomy::Level)>> = LazyLock::new(|| {
    let named = anatomy::Level::ALL
        .iter()
        .map(|&level| (level_word(level), level));
    named
        .chain([("C7".to_owned(), anatomy::Level::C7)])
        .collect()
});

/// The word of a level in routine files: "S2", "waist", "nape" for the seventh neck vertebra.
#[must_use]
pub fn level_word(level: anatomy::Level) -> String {
    if level == anatomy::Level::C7 {
        return "nape".to_owned();
    }
    let word = level.word();
    let is_vertebra = word.chars().any(|letter| letter.is_ascii_digit());
    if is_vertebra {
        word.to_ascii_uppercase()
    } else {
        word.to_owned()
    }
}

/// `from` and `to`.
pub(super) fn span(section: &Section<'_>) -> Option<Span> {
    let from = section.required("from", level());
    let to = section.required("to", level());
    let (from, to) = (from?, to?);
    if from == to {
        let message = "`from` and `to` name the same place: the figure has no length".to_owned();
        return section.refuse_key(
            "to",
            Code::Contradiction,
            message,
            "name another level, or shift it",
        );
    }
    Some(Span { from, to })
}

/// `at` and `shift_mm` of a table.
pub(super) fn shifted(section: &Section<'_>) -> Option<Level> {
    let name = section.required("at", word());
    let shift = section.or("shift_mm", millimetres(-200.0..=200.0), Metres::ZERO);
    Some(Level {
        name: name?,
        shift: shift?,
    })
}

/// `"T12"`, or `{ at = "T12", shift_mm = -10 }`.
fn level<'k>() -> Kind<'k, Level> {
    let plain = word();
    let allowed = format!("{}, or {{ at = \"T12\", shift_mm = -10 }}", plain.allowed());
    Kind::new(allowed, move |cell| match cell.node.value {
        Value::Table(_) => cell.section(shifted),
        _ => plain.read(cell).map(|name| Level {
            name,
            shift: Metres::ZERO,
        }),
    })
}

fn word<'k>() -> Kind<'k, anatomy::Level> {
    let known = WORDS.iter().map(|(word, level)| (word.as_str(), *level));
    words_of(known.collect())
}
