//! From evidence to a verdict, with the reasons in words.

use std::path::PathBuf;

use settings::{Expectations, Pace};

use super::evidence::{AfterStop, ArchiveState, Evidence, TOUCH_N};

/// What came of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As expected.
    Passed,
    /// As expected, but not the first time.
    Flaky,
    /// Not as expected.
    Failed,
    /// The rig did not do its part.
    Error,
    /// Not for this rig.
    Skipped,
}

impl Verdict {
    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Flaky => "flaky",
            Self::Failed => "failed",
            Self::Error => "error",
            Self::Skipped => "skipped",
        }
    }
}

/// A test with what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct TestResult {
    /// Suite.
    pub suite: String,
    /// Test.
    pub name: String,
    /// Who paced it.
    pub pace: Pace,
    /// What came of it.
    pub verdict: Verdict,
    /// Why, where it did not simply pass.
    pub reasons: Vec<String>,
    /// What it was judged by; `None` when there was nothing to judge.
    pub evidence: Option<Evidence>,
    /// How often it was tried.
    pub tries: u32,
    /// How long it took (s).
    pub seconds: f64,
    /// Where its files are.
    pub folder: PathBuf,
}

/// What is not as expected.
#[must_use]
pub fn reasons(expect: &Expectations, seen: &Evidence) -> Vec<String> {
    let mut reasons = Vec::new();
    if seen.done.0 < seen.done.1 && (seen.done.0 == 0 || expect.ending == ["completed"]) {
        reasons.push(format!(
            "only {} of {} events came before the session was over",
            seen.done.0, seen.done.1
        ));
    }
    judge_end(expect, seen, &mut reasons);
    judge_touch(expect, seen, &mut reasons);
    if expect.archive {
        judge_archive(seen, &mut reasons);
    }
    if let Some(most) = expect.rmse_n {
        match seen.rmse_n {
            Some(rmse) if rmse <= most => {}
            Some(rmse) => reasons.push(format!(
                "the felt force is off by {rmse:.2} N (root mean square); at most {most} N is allowed"
            )),
            None => reasons.push("there is no settled touch to tell the error of the force from".to_owned()),
        }
    }
    if !reasons.is_empty() && !seen.last_words.is_empty() {
        reasons.push(format!("the controller's last words: {}", seen.last_words));
    }
    reasons
}

fn judge_end(expect: &Expectations, seen: &Evidence, reasons: &mut Vec<String>) {
    let Some(code) = seen.exit_code else {
        reasons.push("the controller did not end in time".to_owned());
        return;
    };
    if !expect.ending.contains(&seen.ending.as_str()) {
        reasons.push(format!(
            "it ended as {}{}; expected {}",
            seen.ending,
            if seen.cause.is_empty() {
                String::new()
            } else {
                format!(" ({})", seen.cause)
            },
            expect.ending.join(" or ")
        ));
    } else if let Some(causes) = &expect.cause
        && !causes.contains(&seen.cause)
    {
        let cause = if seen.cause.is_empty() {
            "none"
        } else {
            &seen.cause
        };
        reasons.push(format!(
            "the cause of {} is {cause}; expected {}",
            seen.ending,
            causes.join(" or ")
        ));
    }
    if let Some(codes) = &expect.exit_code
        && !codes.contains(&code)
    {
        let codes: Vec<String> = codes.iter().map(u8::to_string).collect();
        reasons.push(format!(
            "the exit code is {code}; expected {}",
            codes.join(" or ")
        ));
    }
}

fn judge_touch(expect: &Expectations, seen: &Evidence, reasons: &mut Vec<String>) {
    let asks = expect.largest_press_n.is_some()
        || expect.pressed_at_fault_n.is_some()
        || expect.unloaded_within_ms.is_some()
        || expect.unloaded_after_stop_ms.is_some()
        || expect.no_more_contact;
    let Some(touch) = &seen.touch else {
        if asks {
            reasons.push("there is no record of the true press to judge by".to_owned());
        }
        return;
    };
    if let Some(most) = expect.largest_press_n
        && touch.largest_press_n > most
    {
        reasons.push(format!(
            "the largest true press is {:.1} N; at most {most} N is allowed",
            touch.largest_press_n
        ));
    }
    if let Some(least) = expect.pressed_at_fault_n
        && touch.pressed_at_fault_n < least
    {
        reasons.push(format!(
            "the arm pressed {:.1} N when the first event came; the test means at least {least} N",
            touch.pressed_at_fault_n
        ));
    }
    if let Some(most) = expect.unloaded_within_ms
        && touch.unloaded_after_ms > most
    {
        reasons.push(format!(
            "the true press was last above {TOUCH_N} N {:.0} ms after the first event; at most {most} ms is allowed",
            touch.unloaded_after_ms
        ));
    }
    if expect.no_more_contact && touch.resumed {
        reasons.push(format!(
            "contact was gone after the first event and came again (last above {TOUCH_N} N {:.0} ms after it)",
            touch.unloaded_after_ms
        ));
    }
    if let Some(most) = expect.unloaded_after_stop_ms {
        match &touch.after_stop {
            Some(after) => judge_after_stop(most, after, reasons),
            None if is_stop(&seen.ending) => {
                reasons.push("nothing tells when the session was stopped".to_owned());
            }
            None => {}
        }
    }
    let asks_for_the_end = expect.unloaded_within_ms.is_some()
        || expect.unloaded_after_stop_ms.is_some()
        || expect.no_more_contact;
    if asks_for_the_end && touch.last_press_n >= TOUCH_N {
        reasons.push(format!(
            "the record ends while {:.1} N press: what came after is not known",
            touch.last_press_n
        ));
    }
}

/// One of both ends stopped the session, and both live to tell of it.
fn is_stop(ending: &str) -> bool {
    ["safety_stop", "firmware_stop"].contains(&ending)
}

/// Whoever stops the session has taken the force away soon, and it stays away.
fn judge_after_stop(most_ms: f64, after: &AfterStop, reasons: &mut Vec<String>) {
    if after.resumed {
        reasons.push(format!(
            "contact was gone after the stop and came again (last above {TOUCH_N} N {:.0} ms after it)",
            after.unloaded_after_ms
        ));
    } else if after.unloaded_after_ms > most_ms {
        reasons.push(format!(
            "the true press was last above {TOUCH_N} N {:.0} ms after the stop; at most {most_ms} ms is allowed",
            after.unloaded_after_ms
        ));
    }
}

fn judge_archive(seen: &Evidence, reasons: &mut Vec<String>) {
    match (&seen.archive, seen.killed_at_s) {
        (ArchiveState::None(why), _) => reasons.push(format!("no archive: {why}")),
        (ArchiveState::Read { is_whole, .. }, None) => {
            if !is_whole {
                reasons.push("the archive is not closed as its writer closes it".to_owned());
            }
        }
        (ArchiveState::Read { ends_at_s, .. }, Some(killed_at_s)) => {
            // A second, and what the line between loop and writer holds.
            if *ends_at_s < killed_at_s - 1.1 {
                reasons.push(format!(
                    "the archive ends {:.2} s before the controller was killed; at most 1 s may be lost",
                    killed_at_s - ends_at_s
                ));
            }
        }
    }
}

#[cfg(test)]
mod tests;
