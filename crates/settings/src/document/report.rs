//! The list of faults of one text, and from byte to line and column.

use core::cell::RefCell;
use core::ops::Range;

use crate::{Code, Problem, SettingsErrors};

/// More faults than this help nobody; the rest is left out.
const MOST_PROBLEMS: usize = 100;
/// Longest excerpt of a line (characters).
const EXCERPT: usize = 100;

/// Collects the faults of one text.
pub(crate) struct Report {
    file: String,
    text: String,
    problems: RefCell<Vec<Problem>>,
}

impl Report {
    pub fn new(file: &str, text: &str) -> Self {
        Self {
            file: file.to_owned(),
            text: text.to_owned(),
            problems: RefCell::new(Vec::new()),
        }
    }

    /// Notes a fault at a place.
    pub fn note(&self, span: &Range<usize>, code: Code, message: String, help: String) {
        if self.problems.borrow().len() >= MOST_PROBLEMS {
            return;
        }
        let (line, column) = self.place(span.start);
        self.problems.borrow_mut().push(Problem {
            file: self.file.clone(),
            line: Some(line),
            column: Some(column),
            code,
            message,
            help,
            excerpt: self.excerpt(span, line, column),
        });
    }

    /// Line and column of a byte, both from 1; columns count characters.
    pub fn place(&self, offset: usize) -> (usize, usize) {
        let before = self.before(offset);
        let line = before.matches('\n').count() + 1;
        let column = before
            .rsplit('\n')
            .next()
            .map_or(0, |start| start.chars().count())
            + 1;
        (line, column)
    }

    /// The text up to a byte, moved back to the border of a character.
    fn before(&self, offset: usize) -> &str {
        let mut end = offset.min(self.text.len());
        while end > 0 && !self.text.is_char_boundary(end) {
            end -= 1;
        }
        self.text.get(..end).unwrap_or_default()
    }

    fn excerpt(&self, span: &Range<usize>, line: usize, column: usize) -> String {
        let Some(content) = self.text.lines().nth(line - 1) else {
            return String::new();
        };
        let marked = self
            .text
            .get(span.clone())
            .and_then(|seen| seen.lines().next())
            .unwrap_or("");
        let (lead, width) = (column - 1, marked.trim_end().chars().count().max(1));
        if lead >= EXCERPT {
            return String::new();
        }
        let shown: String = content.chars().take(EXCERPT).map(plain).collect();
        let marks = "^".repeat(width.min(EXCERPT - lead));
        let number = line.to_string();
        let blank = " ".repeat(number.len());
        format!(
            "  {number} | {shown}\n  {blank} | {}{marks}",
            " ".repeat(lead)
        )
    }

    /// The value, when no fault was noted.
    pub fn conclude<T>(self, value: Option<T>) -> Result<T, SettingsErrors> {
        let mut problems = self.problems.into_inner();
        match value {
            Some(value) if problems.is_empty() => Ok(value),
            Some(_) => Err(SettingsErrors::new(problems)),
            None => {
                if problems.is_empty() {
                    // Every `None` is noted where it arises; should one be forgotten, nothing is let through.
                    problems.push(Problem {
                        file: self.file,
                        line: None,
                        column: None,
                        code: Code::BadSyntax,
                        message: "the file could not be read to its end".to_owned(),
                        help: "compare it with the files in config/".to_owned(),
                        excerpt: String::new(),
                    });
                }
                Err(SettingsErrors::new(problems))
            }
        }
    }
}

/// Tabs and control characters would move the marks or the terminal.
fn plain(letter: char) -> char {
    if letter.is_control() { ' ' } else { letter }
}
