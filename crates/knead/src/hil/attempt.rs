//! A test from its first try to its verdict.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use realtime_runner::Stopwatch;
use settings::{Deed, Expectations, LinkProfile, Pace, RigProfile, SuiteTest};

use super::RigError;
use super::evidence::Evidence;
use super::rig::Bench;
use super::script::Timetable;
use super::session::{Left, Session};
use super::verdict::{TestResult, Verdict, reasons};

/// A clean stepped session takes no longer (s of the wall clock).
const REFERENCE_TIMEOUT_S: f64 = 300.0;

/// Runs tests on one rig.
pub struct Runner<'a> {
    rig: &'a RigProfile,
    link: LinkProfile,
    program: PathBuf,
    out: PathBuf,
    interrupted: Arc<AtomicBool>,
    timetables: BTreeMap<PathBuf, Timetable>,
}

impl<'a> Runner<'a> {
    /// A runner whose files go into `out`; `program` is the `knead` that is tested and stands for the arm.
    #[must_use]
    pub const fn new(
        rig: &'a RigProfile,
        link: LinkProfile,
        program: PathBuf,
        out: PathBuf,
        interrupted: Arc<AtomicBool>,
    ) -> Self {
        Self {
            rig,
            link,
            program,
            out,
            interrupted,
            timetables: BTreeMap::new(),
        }
    }

    /// Runs one test.
    #[must_use]
    pub fn test(&mut self, suite: &str, test: &SuiteTest) -> TestResult {
        let watch = Stopwatch::start();
        let folder = self.out.join(&test.name);
        let mut result = TestResult {
            suite: suite.to_owned(),
            name: test.name.clone(),
            pace: test.pace,
            verdict: Verdict::Skipped,
            reasons: Vec::new(),
            evidence: None,
            tries: 0,
            seconds: 0.0,
            folder,
        };
        if let Some(why) = self.cannot(test) {
            result.reasons.push(why);
            return result;
        }
        self.try_until_passed(test, &mut result);
        result.seconds = watch.elapsed().get();
        result
    }

    fn try_until_passed(&mut self, test: &SuiteTest, result: &mut TestResult) {
        loop {
            result.tries += 1;
            let folder = result.folder.join(format!("try_{}", result.tries));
            match self.once(test, &folder) {
                Ok(seen) => {
                    let told = reasons(&test.expect, &seen);
                    result.evidence = Some(seen);
                    if told.is_empty() {
                        result.verdict = match result.tries {
                            1 => Verdict::Passed,
                            _ => Verdict::Flaky,
                        };
                        return;
                    }
                    let number = result.tries;
                    let told = told.into_iter().map(|why| format!("try {number}: {why}"));
                    result.reasons.extend(told);
                    result.verdict = Verdict::Failed;
                }
                Err(RigError(why)) => {
                    result.reasons.push(why);
                    result.verdict = Verdict::Error;
                    return;
                }
            }
            if result.tries > test.retries {
                return;
            }
        }
    }

    /// Why this rig cannot run the test.
    fn cannot(&self, test: &SuiteTest) -> Option<String> {
        if self.rig.twin.is_none() {
            let needs_twin = test.pace == Pace::Stepped
                || test.events.iter().any(|event| match event.deed {
                    Deed::Order(_) | Deed::Twin(_) => true,
                    Deed::Request(_) | Deed::Controller(_) | Deed::PowerCycle => false,
                });
            if needs_twin {
                return Some("it needs a twin, and a real arm stands at the other end".to_owned());
            }
        }
        let cycles = test
            .events
            .iter()
            .any(|event| event.deed == Deed::PowerCycle);
        (cycles && self.rig.power_cycle.is_none())
            .then(|| "it cycles the power, and the rig has no [power_cycle]".to_owned())
    }

    fn once(&mut self, test: &SuiteTest, folder: &Path) -> Result<Evidence, RigError> {
        let routine = test.routine.as_ref().unwrap_or(&self.rig.routine).clone();
        let orders = match test.pace {
            Pace::Stepped if !test.events.is_empty() => self.timetable(&routine)?.orders(test)?,
            Pace::Stepped | Pace::RealTime => Vec::new(),
        };
        Ok(self.session(test, &routine, &orders, folder)?.evidence)
    }

    fn session(
        &self,
        test: &SuiteTest,
        routine: &Path,
        orders: &[String],
        folder: &Path,
    ) -> Result<Left, RigError> {
        std::fs::create_dir_all(folder).map_err(|e| {
            RigError::new(format!(
                "{}: {e}; name a writable folder with --out",
                folder.display()
            ))
        })?;
        let bench = Bench {
            rig: self.rig,
            link: &self.link,
            program: &self.program,
            routine,
            pace: test.pace,
            folder,
        };
        Session::start(&bench, test, orders, &self.interrupted)?.run(test)
    }

    /// The times of the phases of a routine, from a clean stepped session; walked once for each routine.
    fn timetable(&mut self, routine: &Path) -> Result<&Timetable, RigError> {
        if !self.timetables.contains_key(routine) {
            let clean = SuiteTest {
                name: "reference".to_owned(),
                summary: String::new(),
                pace: Pace::Stepped,
                routine: None,
                events: Vec::new(),
                expect: Expectations::default(),
                timeout_s: REFERENCE_TIMEOUT_S,
                retries: 0,
            };
            let stem = routine.file_stem().unwrap_or_default().to_string_lossy();
            let folder = self
                .out
                .join(format!("reference_{}_{stem}", self.timetables.len() + 1));
            let left = self.session(&clean, routine, &[], &folder)?;
            if left.evidence.ending != "completed" {
                return Err(RigError::new(format!(
                    "the clean session that tells when the phases of {} begin ended as {}: {}",
                    routine.display(),
                    left.evidence.ending,
                    left.evidence.last_words
                )));
            }
            self.timetables.insert(routine.to_owned(), left.timetable);
        }
        self.timetables
            .get(routine)
            .ok_or_else(|| RigError::new("the timetable is not there"))
    }
}
