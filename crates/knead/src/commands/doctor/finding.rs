//! One thing that was looked at.

use serde_json::{Value, json};

/// The word on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// A session runs, and may be disturbed.
    Warn,
    /// A session does not run.
    Fail,
}

/// What was looked at, what was seen, and the command that mends it.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Its name.
    pub what: &'static str,
    /// The word on it.
    pub verdict: Verdict,
    /// What was seen.
    pub seen: String,
    /// The command that mends it; absent when nothing needs mending.
    pub mend: Option<String>,
    /// Whether real time rests on it.
    pub guarantee: bool,
}

impl Finding {
    /// As it should be.
    pub fn ok(what: &'static str, seen: impl Into<String>) -> Self {
        Self {
            what,
            verdict: Verdict::Ok,
            seen: seen.into(),
            mend: None,
            guarantee: false,
        }
    }

    /// Not as it should be.
    pub fn wrong(
        what: &'static str,
        verdict: Verdict,
        seen: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        Self {
            what,
            verdict,
            seen: seen.into(),
            mend: Some(mend.into()),
            guarantee: false,
        }
    }

    /// Real time rests on it.
    pub fn guaranteeing(self) -> Self {
        Self {
            guarantee: true,
            ..self
        }
    }

    const fn word(&self) -> &'static str {
        match self.verdict {
            Verdict::Ok => "ok",
            Verdict::Warn => "warn",
            Verdict::Fail => "fail",
        }
    }

    /// A line, and one below it with the command.
    pub fn text(&self) -> String {
        let line = format!("{:<5}{:<13} {}\n", self.word(), self.what, self.seen);
        match &self.mend {
            Some(mend) => format!("{line}{:<18} mend: {mend}\n", ""),
            None => line,
        }
    }

    /// For scripts.
    pub fn json(&self) -> Value {
        json!({
            "what": self.what,
            "verdict": self.word(),
            "seen": self.seen,
            "mend": self.mend,
            "guarantee": self.guarantee,
        })
    }
}
