//! Who approved a session in spite of an answer, and when.

use super::day::{Day, day};
use super::intake::CAUTIONS;
use crate::document::{Section, flag, list, text, whole, words_of};

/// Last week of a pregnancy in which somebody may lie prone on this table: the end of the first three months.
/// Chosen; the table is flat and has no room for a belly.
pub const LAST_PRONE_WEEK: u32 = 13;

/// An approval.
#[derive(Clone, Debug, PartialEq)]
pub struct Approval {
    /// Who gave it.
    pub by: String,
    /// When.
    pub date: Day,
    /// The answers that it covers; all of them when the file does not say.
    pub answers: Option<Vec<&'static str>>,
    /// True when lying prone was part of it.
    pub prone: bool,
    /// Week of the pregnancy, where there is one.
    pub pregnancy_week: Option<u32>,
}

impl Approval {
    /// True when a question's answer is among those approved.
    #[must_use]
    pub fn covers(&self, question: &str) -> bool {
        let named = self.answers.as_ref();
        named.is_none_or(|answers| answers.contains(&question))
    }
}

pub(super) fn approval(section: &Section<'_>) -> Option<Approval> {
    let by = section.required("by", text());
    let date = section.required("date", day());
    let questions = CAUTIONS
        .iter()
        .map(|caution| (caution.question, caution.question));
    let answers = section.optional(
        "covers",
        list(words_of(questions.collect()), 1..=CAUTIONS.len()),
    );
    let prone = section.or("prone", flag(), false);
    // Weeks after the first day of the last period; no pregnancy lasts longer.
    let pregnancy_week = section.optional("pregnancy_week", whole(1..=42));
    Some(Approval {
        by: by?,
        date: date?,
        answers: answers?,
        prone: prone?,
        pregnancy_week: pregnancy_week?,
    })
}
