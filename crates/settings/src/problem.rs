//! What is wrong with a file: every fault at once, each with its place, code and remedy.

use core::fmt;

use crate::Code;

/// One fault of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file, as it was named by whoever asked for it.
    pub file: String,
    /// Line, from 1; `None` when the fault concerns the file as a whole.
    pub line: Option<usize>,
    /// Column in characters, from 1; `None` when the fault concerns the file as a whole.
    pub column: Option<usize>,
    /// What kind of fault; `Code::explain` tells more.
    pub code: Code,
    /// What was seen and what was allowed.
    pub message: String,
    /// What to do.
    pub help: String,
    /// The line of the file and marks under the place, ready to print; empty without a place.
    pub excerpt: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let (Some(line), Some(column)) = (self.line, self.column) {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": error[{}]: {}", self.code, self.message)?;
        if !self.excerpt.is_empty() {
            write!(f, "\n{}", self.excerpt)?;
        }
        write!(f, "\n  help: {}", self.help)
    }
}

/// All faults that one reading found, file by file, in the order of their places.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct SettingsErrors {
    problems: Vec<Problem>,
}

impl SettingsErrors {
    pub(crate) fn new(mut problems: Vec<Problem>) -> Self {
        problems.sort_by_key(|p| (p.line.unwrap_or(0), p.column.unwrap_or(0)));
        Self { problems }
    }

    /// These faults, and after them those of another file.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.problems.extend(other.problems);
        self
    }

    /// The faults; at least one.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for SettingsErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}
