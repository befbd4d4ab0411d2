//! Visits: what was done and liked, and when the next one is due (E10, R10).

use super::day::{Day, day};
use crate::document::{Section, text};

/// A visit as the client's file keeps it.
#[derive(Clone, Debug, PartialEq)]
pub struct Visit {
    /// When.
    pub date: Day,
    /// Which routine.
    pub routine: String,
    /// What was liked.
    pub liked: Option<String>,
    /// Anything else.
    pub note: Option<String>,
}

/// How a next visit stands to a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// When it is due.
    pub on: Day,
    /// Days by which the day at hand is later; negative while there is time.
    pub overdue_days: i64,
}

impl Due {
    /// From the last visit, the days between two, and the day at hand.
    #[must_use]
    pub const fn after(last: Day, every_days: u32, today: Day) -> Self {
        let on = last.plus(every_days);
        Self {
            on,
            overdue_days: today.days_since(on),
        }
    }

    /// In words.
    #[must_use]
    pub fn told(&self) -> String {
        match self.overdue_days {
            0 => format!("due today, {}", self.on),
            1 => format!("due since yesterday, {}", self.on),
            days if days > 1 => format!("due since {}, {days} days ago", self.on),
            -1 => format!("due tomorrow, {}", self.on),
            days => format!("due on {}, in {} days", self.on, -days),
        }
    }
}

/// One `[[visit]]`.
pub(super) fn visit(section: &Section<'_>) -> Option<Visit> {
    let date = section.required("date", day());
    let routine = section.required("routine", text());
    let liked = section.optional("liked", text());
    let note = section.optional("note", text());
    Some(Visit {
        date: date?,
        routine: routine?,
        liked: liked?,
        note: note?,
    })
}
