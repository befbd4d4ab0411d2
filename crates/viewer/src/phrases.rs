//! Words that recording and report share.

use std::fmt::Write as _;

use recorder::VerdictRecord;

/// One line for a verdict.
pub(crate) fn verdict_line(verdict: &VerdictRecord) -> String {
    let mut line = verdict.reaction.replace('_', " ");
    if !verdict.cause.is_empty() {
        let _ = write!(line, ": {}", verdict.cause);
    }
    for (key, value) in &verdict.values {
        let _ = write!(line, " · {key} {value}");
    }
    line
}

/// Word for a level of `rcl_interfaces/Log`.
pub(crate) fn level_word(level: u8) -> &'static str {
    match level {
        0..=10 => "DEBUG",
        11..=20 => "INFO",
        21..=30 => "WARN",
        31..=40 => "ERROR",
        _ => "CRITICAL",
    }
}
