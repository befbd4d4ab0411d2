//! What the tests came to when somebody last looked: any change from it is told, and fails.
//!
//! A stepped session is the same each time, so its ending, cause and figures are held closely. On the wall clock the
//! same fault can be met by host or firmware first; there the verdict is held, and the figures widely.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use settings::Pace;

use super::verdict::{TestResult, Verdict};
use crate::failure::Failure;

/// A figure with what it may be off by.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct Figure {
    /// What it was.
    pub is: f64,
    /// By how much it may differ.
    pub within: f64,
}

/// A test in the baseline.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// Its verdict.
    pub verdict: String,
    /// How it ended, with the cause; only of a stepped test.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ended: Option<String>,
    /// Largest true press (N).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub largest_press_n: Option<Figure>,
    /// From the first event to the last touch (ms).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unloaded_after_ms: Option<Figure>,
}

/// The file.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// 1.
    pub version: u32,
    /// Name of the rig.
    pub rig: String,
    /// By the names of the tests.
    pub tests: BTreeMap<String, Kept>,
}

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    /// [`Failure::Input`] when it is none, or another rig's.
    pub fn read(path: &Path, rig: &str) -> Result<Self, Failure> {
        let text =
            settings::read_text(path, settings::LARGEST_DESCRIPTION).map_err(Failure::input)?;
        Self::parse(&text, rig).map_err(|why| Failure::Input(format!("{}: {why}", path.display())))
    }

    fn parse(text: &str, rig: &str) -> Result<Self, String> {
        let read: Self = serde_json::from_str(text)
            .map_err(|e| format!("no baseline: {e}; write one with --write-baseline"))?;
        if read.version != 1 {
            return Err(format!(
                "version {}; this program reads version 1",
                read.version
            ));
        }
        if read.rig != rig {
            return Err(format!("it is rig {}'s, and this is {rig}", read.rig));
        }
        Ok(read)
    }

    /// Takes results in, in place of what was kept of the same tests. What the rig got wrong is no result.
    pub fn take_in(&mut self, rig: &str, results: &[TestResult]) {
        self.version = 1;
        rig.clone_into(&mut self.rig);
        for result in results {
            if !matches!(result.verdict, Verdict::Error | Verdict::Skipped) {
                self.tests.insert(result.name.clone(), kept(result));
            }
        }
    }

    /// Writes the file.
    ///
    /// # Errors
    /// [`Failure::Device`] when the disk refuses.
    pub fn write(&self, path: &Path) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(self).map_err(Failure::device)?;
        std::fs::write(path, text + "\n")
            .map_err(|e| Failure::Device(format!("{}: {e}", path.display())))
    }
}

/// A flaky test passed.
const fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Passed | Verdict::Flaky => "passed",
        Verdict::Failed | Verdict::Error | Verdict::Skipped => verdict.word(),
    }
}

fn ended(result: &TestResult) -> Option<String> {
    let seen = result.evidence.as_ref()?;
    (result.pace == Pace::Stepped)
        .then(|| format!("{} {}", seen.ending, seen.cause).trim().to_owned())
}

fn kept(result: &TestResult) -> Kept {
    let touch = result.evidence.as_ref().and_then(|seen| seen.touch);
    let (press_n, gone_ms) = match result.pace {
        Pace::Stepped => (0.2, 5.0),
        Pace::RealTime => (3.0, 300.0),
    };
    let figure = |value: f64, within: f64| Figure {
        is: (value * 100.0).round() / 100.0,
        within,
    };
    Kept {
        verdict: word(result.verdict).to_owned(),
        ended: ended(result),
        largest_press_n: touch.map(|t| figure(t.largest_press_n, press_n)),
        // Where the session goes on, the last touch is not the fault's doing.
        unloaded_after_ms: touch
            .map(|t| t.unloaded_after_ms)
            .filter(|ms| *ms < 2000.0)
            .map(|ms| figure(ms, gone_ms)),
    }
}

/// How results differ from what was kept, in words. Tests that are not in the baseline are new; those that were
/// not run are not missed.
#[must_use]
pub fn changes(baseline: &Baseline, results: &[TestResult]) -> Vec<String> {
    let mut told = Vec::new();
    for result in results {
        if matches!(result.verdict, Verdict::Error | Verdict::Skipped) {
            continue;
        }
        let name = &result.name;
        let Some(was) = baseline.tests.get(name) else {
            told.push(format!(
                "{name}: is not in the baseline; look at it and write it there"
            ));
            continue;
        };
        let is = kept(result);
        if was.verdict != is.verdict {
            told.push(format!("{name}: was {}, is {}", was.verdict, is.verdict));
        }
        if let (Some(was), Some(is)) = (&was.ended, &is.ended)
            && was != is
        {
            told.push(format!("{name}: ended as {was}, ends as {is}"));
        }
        let figures = [
            (
                "largest press",
                "N",
                was.largest_press_n,
                is.largest_press_n,
            ),
            (
                "unloaded after",
                "ms",
                was.unloaded_after_ms,
                is.unloaded_after_ms,
            ),
        ];
        for (what, unit, was, is) in figures {
            if let (Some(was), Some(is)) = (was, is)
                && (was.is - is.is).abs() > was.within
            {
                told.push(format!(
                    "{name}: {what} was {} {unit}, is {} {unit}; it may differ by {}",
                    was.is, is.is, was.within
                ));
            }
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::super::evidence::{ArchiveState, Evidence, TouchFigures};
    use super::*;

    fn result(name: &str, verdict: Verdict, press_n: f64) -> TestResult {
        TestResult {
            suite: "s".to_owned(),
            name: name.to_owned(),
            pace: Pace::Stepped,
            verdict,
            reasons: Vec::new(),
            evidence: Some(Evidence {
                exit_code: Some(4),
                ending: "safety_stop".to_owned(),
                cause: "SR-38".to_owned(),
                rmse_n: None,
                touch: Some(TouchFigures {
                    largest_press_n: press_n,
                    unloaded_after_ms: 100.0,
                    ..TouchFigures::default()
                }),
                archive: ArchiveState::None(String::new()),
                killed_at_s: None,
                done: (1, 1),
                last_words: String::new(),
            }),
            tries: 1,
            seconds: 1.0,
            folder: "f".into(),
        }
    }

    fn baseline() -> Baseline {
        let mut baseline = Baseline::default();
        let results = [
            result("a", Verdict::Passed, 20.0),
            result("b", Verdict::Failed, 20.0),
        ];
        baseline.take_in("twin", &results);
        baseline
    }

    #[test]
    fn what_is_written_is_read_back_and_holds() {
        let text = serde_json::to_string(&baseline()).expect("text");
        let read = Baseline::parse(&text, "twin").expect("a baseline");
        assert_eq!(read, baseline());
        let same = [
            result("a", Verdict::Flaky, 20.1),
            result("b", Verdict::Failed, 19.9),
        ];
        assert_eq!(changes(&read, &same), Vec::<String>::new());
        for (text, rig, part) in [
            (text.as_str(), "bench", "rig twin's"),
            ("{}", "twin", "--write-baseline"),
            (
                "{\"version\":2,\"rig\":\"twin\",\"tests\":{}}",
                "twin",
                "version 2",
            ),
        ] {
            let words = Baseline::parse(text, rig).expect_err(part);
            assert!(words.contains(part), "{words}");
        }
    }

    #[test]
    fn each_change_is_told_and_an_error_of_the_rig_is_none() {
        let mut other = result("a", Verdict::Passed, 20.0);
        if let Some(seen) = &mut other.evidence {
            seen.cause = "SR-01".to_owned();
        }
        for (result, part) in [
            (result("a", Verdict::Failed, 20.0), "was passed, is failed"),
            (result("b", Verdict::Passed, 20.0), "was failed, is passed"),
            (
                result("a", Verdict::Passed, 21.0),
                "largest press was 20 N, is 21 N",
            ),
            (
                other,
                "ended as safety_stop SR-38, ends as safety_stop SR-01",
            ),
            (result("c", Verdict::Passed, 20.0), "not in the baseline"),
        ] {
            let told = changes(&baseline(), &[result]);
            assert_eq!(told.len(), 1, "{part}: {told:?}");
            assert!(told[0].contains(part), "{told:?}");
        }
        let error = [result("a", Verdict::Error, 0.0)];
        assert!(changes(&baseline(), &error).is_empty());
    }
}
