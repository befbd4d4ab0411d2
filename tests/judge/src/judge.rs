//! The walk over the archive, sample by sample.

mod dosing;
mod inputs;
mod reasons;
mod walk;

use std::path::Path;

use recorder::{ArchiveReader, Message};

use crate::error::JudgeError;
use crate::judgement::Judgement;
use inputs::Inputs;
use walk::Walk;

/// Judges the simulated run in an archive.
///
/// # Errors
/// [`JudgeError`] when the archive cannot be read or lacks what judging needs. A bad run is no error.
pub fn judge(archive: &Path) -> Result<Judgement, JudgeError> {
    let reader = ArchiveReader::open(archive)?;
    let inputs = Inputs::of(&reader)?;
    let mut walk = Walk::new(&inputs);
    for message in reader.messages() {
        match message?.2 {
            Message::Cycle(cycle) => walk.cycle(cycle),
            Message::Truth(truth) => walk.truth(truth),
            Message::ToolPose(pose) => walk.stated_pose(&pose),
            Message::JointStates(_)
            | Message::JointCommand(_)
            | Message::WrenchTrue(_)
            | Message::WrenchMeasured(_)
            | Message::ToolGoal(_)
            | Message::Tf(..)
            | Message::Contact(_)
            | Message::Verdict(_)
            | Message::Log(_) => {}
        }
    }
    let cut = reader.truncations().iter().map(ToString::to_string);
    walk.finish()
        .map(|(judgement, left)| reasons::decide(judgement, &inputs, &left, cut))
        .ok_or(JudgeError::NoTruth)
}

#[cfg(test)]
mod tests;
