//! Results for people and for machines.

use serde_json::{Value, json as object};
use settings::Pace;

use super::verdict::{TestResult, Verdict};

/// A table, a line for each test and one for each reason.
#[must_use]
pub fn table(results: &[TestResult]) -> String {
    let widest = results.iter().map(|r| r.name.len()).max().unwrap_or(4);
    let mut text = format!(
        "{:widest$}  {:7}  {:28}  {:>7}  {:>8}  {:>6}\n",
        "test", "verdict", "ended as", "press N", "gone ms", "s"
    );
    for result in results {
        let (ended, press, gone) = match &result.evidence {
            None => ("-".to_owned(), "-".to_owned(), "-".to_owned()),
            Some(seen) => {
                let ended = if seen.cause.is_empty() {
                    seen.ending.clone()
                } else {
                    format!("{} {}", seen.ending, seen.cause)
                };
                let figure = |value: Option<f64>, places: usize| {
                    value.map_or_else(|| "-".to_owned(), |v| format!("{v:.places$}"))
                };
                let touch = seen.touch;
                (
                    ended,
                    figure(touch.map(|t| t.largest_press_n), 1),
                    figure(
                        touch
                            .map(|t| t.unloaded_after_ms)
                            .filter(|_| seen.done.0 > 0),
                        0,
                    ),
                )
            }
        };
        text += &format!(
            "{:widest$}  {:7}  {ended:28}  {press:>7}  {gone:>8}  {:>6.1}\n",
            result.name,
            result.verdict.word(),
            result.seconds
        );
        for reason in &result.reasons {
            text += &format!("{:widest$}    {reason}\n", "");
        }
    }
    text + &tally(results)
}

/// How many of each.
fn tally(results: &[TestResult]) -> String {
    let count = |verdict: Verdict| results.iter().filter(|r| r.verdict == verdict).count();
    let seconds: f64 = results.iter().map(|r| r.seconds).sum();
    let words: Vec<String> = [
        Verdict::Passed,
        Verdict::Flaky,
        Verdict::Failed,
        Verdict::Error,
        Verdict::Skipped,
    ]
    .into_iter()
    .filter(|verdict| *verdict == Verdict::Passed || count(*verdict) > 0)
    .map(|verdict| format!("{} {}", count(verdict), verdict.word()))
    .collect();
    format!(
        "{} tests: {}; {seconds:.0} s\n",
        results.len(),
        words.join(", ")
    )
}

/// The same as JSON.
#[must_use]
pub fn json(rig: &str, results: &[TestResult], changed: &[String]) -> Value {
    object!({
        "version": 1,
        "kind": "hil",
        "rig": rig,
        "tests": results.iter().map(test_json).collect::<Vec<_>>(),
        "changes": changed,
    })
}

fn test_json(result: &TestResult) -> Value {
    let seen = result.evidence.as_ref();
    let touch = seen.and_then(|seen| seen.touch);
    object!({
        "suite": result.suite,
        "name": result.name,
        "pace": match result.pace { Pace::Stepped => "stepped", Pace::RealTime => "real_time" },
        "verdict": result.verdict.word(),
        "reasons": result.reasons,
        "tries": result.tries,
        "seconds": result.seconds,
        "folder": result.folder.display().to_string(),
        "ending": seen.map(|s| &s.ending),
        "cause": seen.map(|s| &s.cause),
        "exit_code": seen.and_then(|s| s.exit_code),
        "rmse_n": seen.and_then(|s| s.rmse_n),
        "largest_press_n": touch.map(|t| t.largest_press_n),
        "pressed_at_fault_n": touch.map(|t| t.pressed_at_fault_n),
        "unloaded_after_ms": touch.map(|t| t.unloaded_after_ms),
        "contact_resumed": touch.map(|t| t.resumed),
    })
}
