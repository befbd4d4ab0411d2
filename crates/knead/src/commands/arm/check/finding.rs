//! One thing that was found, and how bad it is.

use std::fmt;

use serde::Serialize;

/// How bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Severity {
    /// A session with this arm would fail or be refused.
    Error,
    /// A session works, but its result is worth less, or a margin is thin.
    Warning,
    /// Good to know.
    Note,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        })
    }
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Finding {
    pub severity: Severity,
    /// A word for scripts, such as "zero_limit".
    pub kind: &'static str,
    /// Where: a link, a joint, a file, "sensor".
    pub place: String,
    /// What was seen and what was allowed.
    pub what: String,
    /// What to do.
    pub remedy: String,
}

impl Finding {
    pub(super) fn new(
        severity: Severity,
        kind: &'static str,
        place: impl Into<String>,
        what: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            severity,
            kind,
            place: place.into(),
            what: what.into(),
            remedy: remedy.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.severity)?;
        // The words of the URDF reader name the place themselves.
        if !self.what.starts_with(&self.place) {
            write!(f, "{}: ", self.place)?;
        }
        f.write_str(&self.what)?;
        if self.remedy.is_empty() {
            return Ok(());
        }
        write!(f, "; {}", self.remedy)
    }
}

/// True when a session would bite on one of them.
pub(super) fn would_bite(findings: &[Finding]) -> bool {
    findings.iter().any(|f| f.severity == Severity::Error)
}
