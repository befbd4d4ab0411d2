//! A recorded session through the controller of today: identical, or the first difference.
//!
//! ```text
//! session.mcap ─ attachments ─▶ Rebuilt ─▶ Kit ─ plan ─▶ ControlCycle ─ step ─▶ today's cycle
//!      │                                                      ▲                     │ bits
//!      └──── /knead/cycle: what was sensed ───────────────────┘                     ▼
//!                          what was commanded ────────────────────────────────▶ Comparison
//! ```
//!
//! Nothing but the archive is asked: the files that made the session travel in it. What is replayed is
//! the loop alone, so a session of a real arm replays like a simulated one. The loop is *open*: the
//! recorded samples are the answer to the recorded commands. Where today's controller commands otherwise,
//! all that follows tells what it would have done with those samples, not what would have happened.
//!
//! Must never: write into a run's folder, or take a figure from files outside of the archive.

mod change;
mod comparison;
mod rebuilt;
mod tally;

use std::path::Path;
use std::sync::Arc;

use control_cycle::ControlCycle;
use plan::Plan;
use recorder::{ArchiveReader, CycleRecord, Message};

pub use change::{Change, Part};
pub use comparison::{Stage, Unlike, unlike};
pub use rebuilt::Rebuilt;
pub use tally::{Comparison, FirstDifference, Hole, LargestTorque, Latch, StageCounts};

use crate::compose::Kit;
use crate::failure::Failure;
use crate::session::plan_digest;
use tally::Tally;

/// The plan that a session is replayed with.
pub struct Walked<const D: usize> {
    /// The plan.
    pub plan: Arc<Plan<D>>,
    /// Digest of the plan that the archived files give today.
    pub digest: String,
    /// Whether it is the one that was walked, by its digest.
    pub as_recorded: bool,
}

/// Plans again what an archive's files tell; `files` names them where the planner refuses.
///
/// # Errors
/// A refusal of the planner.
pub fn plan_again<const D: usize>(
    kit: &Kit<'_, D>,
    recorded_digest: &str,
    files: &str,
) -> Result<Walked<D>, Failure> {
    let plan = kit.plan().map_err(|rejection| {
        Failure::Verdict(format!(
            "today's planner refuses what {files} ask for, so there is nothing to walk:\n{rejection}"
        ))
    })?;
    let digest = plan_digest(&plan);
    Ok(Walked {
        as_recorded: digest == recorded_digest,
        plan: Arc::new(plan),
        digest,
    })
}

/// Feeds every archived sample through `cycle` and compares what comes out with what was archived.
/// `progress` is told the share that is done (0 to 1), now and then.
///
/// # Errors
/// An archive that is damaged, or of another arm.
pub fn replay<const D: usize>(
    archive: &Path,
    cycle: &mut ControlCycle<D>,
    plan: &Plan<D>,
    progress: &mut dyn FnMut(f64),
) -> Result<Comparison, Failure> {
    let reader = ArchiveReader::open(archive).map_err(Failure::input)?;
    let whole = reader.last_ns().max(1) as f64;
    let mut tally = Tally::new(plan, reader.joint_names());
    let mut today = CycleRecord::default();
    for message in reader.messages() {
        let Message::Cycle(recorded) = message.map_err(damaged)?.2 else {
            continue;
        };
        let Some(sensed) = recorded.sensed::<D>() else {
            return Err(Failure::Input(format!(
                "{}: cycle {} is no sample of an arm with {D} joints; the archive was written by \
                 another version, or is damaged",
                archive.display(),
                tally.cycles()
            )));
        };
        let outcome = cycle.step(&sensed);
        today.fill(&sensed, &outcome, &outcome.command.get().drive);
        let wish = outcome.wanted.map(|wanted| *wanted.drive.values());
        tally.add(&recorded, &today, wish.as_ref().map(|wish| wish.as_slice()));
        if tally.cycles().is_multiple_of(1000) {
            progress(recorded.at_ns as f64 / whole);
        }
    }
    Ok(tally.finish())
}

fn damaged(error: recorder::ArchiveError) -> Failure {
    Failure::Input(format!(
        "{error}; `knead repair` writes a whole archive from what can be read"
    ))
}
