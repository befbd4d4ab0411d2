//! A plan tried in simulation: run, archived, judged. `knead sim` shows one trial, `knead campaign` counts many.

use std::path::Path;

use judge::Judgement;
use plan::Plan;

use crate::compose::Kit;
use crate::failure::Failure;
use crate::load::Loaded;
use crate::output::{self, SessionFacts};
use crate::session::{Ending, Outcome, simulate};

/// Name of the archive in a run's folder.
pub const ARCHIVE: &str = "session.mcap";

/// How far a trial has come.
#[derive(Clone, Copy, Debug)]
pub enum Stage<'a> {
    /// The session runs.
    Simulating {
        /// Share of the plan that is done, 0 to 1.
        share: f64,
        /// The step that begins; empty within a step.
        step: &'a str,
    },
    /// The archive is complete and is being judged.
    Judging {
        /// Simulated time (s).
        simulated_s: f64,
    },
}

/// What came of a trial.
pub struct Trial {
    /// Whose session it was.
    pub facts: SessionFacts,
    /// How it ended.
    pub outcome: Outcome,
    /// What the judge found in the archive.
    pub judgement: Judgement,
}

impl Trial {
    /// Runs a plan, archives it in `folder` and judges the archive.
    ///
    /// # Errors
    /// Parts that do not fit, a plant that breaks, a disk that refuses; a bad verdict is none.
    pub fn run<const D: usize>(
        loaded: &Loaded,
        kit: &Kit<'_, D>,
        plan: Plan<D>,
        seed: u64,
        folder: &Path,
        progress: &mut dyn FnMut(Stage<'_>),
    ) -> Result<Self, Failure> {
        let archive = folder.join(ARCHIVE);
        let facts = SessionFacts::of(loaded, &plan, &kit.envelope);
        let outcome = simulate(loaded, kit, plan, seed, &archive, &mut |share, step| {
            progress(Stage::Simulating { share, step });
        })?;
        progress(Stage::Judging {
            simulated_s: outcome.archive.last_ns as f64 * 1e-9,
        });
        let judgement = judge::judge(&archive).map_err(Failure::device)?;
        Ok(Self {
            facts,
            outcome,
            judgement,
        })
    }

    /// Writes the summary into the run's folder; returns its text.
    ///
    /// # Errors
    /// A disk that refuses.
    pub fn write_summary(&self, folder: &Path, warnings: &[String]) -> Result<String, Failure> {
        output::write_summary(
            folder,
            &self.judgement,
            &self.outcome,
            &self.facts,
            warnings,
        )
    }

    /// No error when the session was completed and passed.
    ///
    /// # Errors
    /// What speaks against it.
    pub fn verdict(&self) -> Result<(), Failure> {
        match &self.outcome.ending {
            Ending::Completed if self.judgement.passed => Ok(()),
            Ending::Completed => Err(Failure::Verdict(format!(
                "not passed: {}",
                self.judgement.reasons.join("; ")
            ))),
            Ending::SafetyStop(rule) => Err(Failure::SafetyStop(format!(
                "the safety monitor stopped the session: {rule}; `knead safety explain {rule}` says what it watches"
            ))),
            Ending::NoSkin => Err(Failure::Verdict(
                "no skin where the scan has it; check the installation and scan again".to_owned(),
            )),
            Ending::Overtime => Err(Failure::Verdict(
                "the session took more than three times as long as planned".to_owned(),
            )),
        }
    }
}
