//! A simulated session: the plant, the loop, the archive, the person beside the table.

mod attachments;
mod ingredients;
mod operator;
mod plan_digest;
mod record;

use std::path::Path;
use std::sync::Arc;

use plan::Plan;
use realtime_runner::run_at_plant_pace;
use recorder::{ArchiveSummary, ArchiveWriter, Header};
use sim::TrueWorld;

use crate::compose::Kit;
use crate::failure::Failure;
use crate::load::Loaded;

pub use attachments::{CapsuleFile, PlannedFile, RunFile, live_attachments, rebuilding};
pub use ingredients::{IngredientsFile, PlacedFile};
use operator::SimulatedOperator;
pub use plan_digest::plan_digest;
pub(crate) use record::words;
pub use record::{Ending, Recording, RecordingParts, fill_truth, segment_word};

/// What a session left.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// How it ended.
    pub ending: Ending,
    /// What was written.
    pub archive: ArchiveSummary,
}

/// Runs a plan in simulation and archives it at `archive`.
///
/// # Errors
/// [`Failure`] when the parts do not fit, the plant breaks, or the disk refuses.
pub fn simulate<const D: usize>(
    loaded: &Loaded,
    kit: &Kit<'_, D>,
    plan: Plan<D>,
    seed: u64,
    archive: &Path,
    progress: &mut dyn FnMut(f64, &str),
) -> Result<Outcome, Failure> {
    let world = kit.world(seed)?;
    simulate_in(loaded, kit, plan, world, seed, archive, progress)
}

/// [`simulate`] in a world of choice.
///
/// # Errors
/// As [`simulate`].
pub fn simulate_in<const D: usize>(
    loaded: &Loaded,
    kit: &Kit<'_, D>,
    plan: Plan<D>,
    world: TrueWorld,
    seed: u64,
    archive: &Path,
    progress: &mut dyn FnMut(f64, &str),
) -> Result<Outcome, Failure> {
    let plan = Arc::new(plan);
    let mut header = Header::new(
        loaded
            .setup
            .chain
            .joints
            .iter()
            .map(|j| j.name.clone())
            .collect(),
    );
    header.attachments = attachments::attachments(loaded, kit, &plan, &world, seed)?;
    let writer = ArchiveWriter::create(archive, header).map_err(Failure::device)?;
    let tools = kit.tools();
    let pads = tools
        .iter()
        .map(|(_, tool)| world.pad(&tool.patch))
        .collect();
    let mut cycle = kit.control_cycle(Arc::clone(&plan))?;
    let mut arm = kit.sim_arm(world, seed)?;
    let mut recording = Recording::new(RecordingParts {
        writer,
        plan,
        models: tools.into_iter().map(|(model, _)| model).collect(),
        pads,
        period: kit.period,
        operator: SimulatedOperator::following(&loaded.requests, kit.period),
        progress,
    });
    run_at_plant_pace(&mut cycle, &mut arm, &mut recording).map_err(Failure::device)?;
    let (ending, archive) = recording.finish().map_err(Failure::device)?;
    Ok(Outcome { ending, archive })
}
