//! A run on a twin, judged by what really happened there.
//!
//! The run's archive knows what the controller saw and did, the twin's what truly was. Put together in the
//! plant's own time they make an archive that the judge of simulations takes.
//!
//! ```text
//! host ── arm ahead (clock fit) ──▶ twin's clock ── the twin's own notes ──▶ plant's time
//! ```

use std::path::{Path, PathBuf};

use judge::Judgement;
use recorder::{ArchiveReader, ArchiveWriter, Attachment, Header, LogRecord, Message};

use crate::failure::Failure;
use crate::twin::TWIN_ARCHIVE;

/// Name of the archive that is judged, in the run's folder.
pub const JUDGED: &str = "judged.mcap";

/// One clock in terms of another: the newest note before a moment holds.
#[derive(Clone, Debug, Default)]
struct Offsets(Vec<(u64, i64)>);

impl Offsets {
    fn note(&mut self, at: u64, offset: i64) {
        self.0.push((at, offset));
    }

    fn at(&self, moment: u64) -> i64 {
        let after = self.0.partition_point(|(at, _)| *at <= moment);
        let note = self.0.get(after.saturating_sub(1));
        note.map_or(0, |(_, offset)| *offset)
    }

    fn shifted(&self, moment: u64) -> u64 {
        moment.saturating_add_signed(self.at(moment))
    }
}

/// Puts the run in `folder` and the twin's record together, and judges what comes out.
///
/// # Errors
/// [`Failure::Device`] when an archive cannot be read or written, or the judge finds nothing to judge.
pub fn judged(folder: &Path, archive: &Path, twin: &Path) -> Result<(PathBuf, Judgement), Failure> {
    let (run, truth) = (open(archive)?, open(&twin.join(TWIN_ARCHIVE))?);
    let mut header = Header::new(joint_names(&run)?);
    header.attachments = run.attachments().to_vec();
    let world = truth.attachments().iter().find(|a| a.name == "world.bin");
    header
        .attachments
        .extend(world.cloned().into_iter().collect::<Vec<Attachment>>());
    let out = folder.join(JUDGED);
    let writer = ArchiveWriter::create(&out, header).map_err(Failure::device)?;
    merge(&run, &truth, writer)?;
    let judgement = judge::judge(&out).map_err(Failure::device)?;
    Ok((out, judgement))
}

fn open(path: &Path) -> Result<ArchiveReader, Failure> {
    ArchiveReader::recover(path).map_err(Failure::device)
}

fn joint_names(run: &ArchiveReader) -> Result<Vec<String>, Failure> {
    let file = run
        .attachments()
        .iter()
        .find(|a| a.name == "arm.json")
        .ok_or_else(|| Failure::Device("the run's archive carries no arm.json".to_owned()))?;
    let arm: judge::ArmFile = serde_json::from_slice(&file.bytes).map_err(Failure::device)?;
    Ok(arm.joint_names)
}

/// Notes of a clock: lines of `who` that read "… N …", with the number's place.
fn offsets(
    archive: &ArchiveReader,
    read: impl Fn(&LogRecord) -> Option<(u64, i64)>,
) -> Result<Offsets, Failure> {
    let mut offsets = Offsets::default();
    for message in archive.messages() {
        if let Message::Log(log) = message.map_err(Failure::device)?.2
            && log.name == "clock"
            && let Some((at, offset)) = read(&log)
        {
            offsets.note(at, offset);
        }
    }
    Ok(offsets)
}

fn merge(
    run: &ArchiveReader,
    truth: &ArchiveReader,
    mut writer: ArchiveWriter,
) -> Result<(), Failure> {
    let number = |text: &str, place: usize| text.split(' ').nth(place)?.parse::<i64>().ok();
    // "arm ahead N ns", at the host's time.
    let ahead = offsets(run, |log| Some((log.at_ns, number(&log.text, 2)?)))?;
    // "clock N plant M".
    let plant = offsets(truth, |log| {
        let (clock, plant) = (number(&log.text, 1)?, number(&log.text, 3)?);
        Some((u64::try_from(clock).ok()?, plant - clock))
    })?;
    if plant.0.is_empty() {
        return Err(Failure::Device(
            "the twin's record has no notes of its clock; it is not whole: run twin and session anew".to_owned(),
        ));
    }
    let mut states = truth.messages().filter_map(|message| match message {
        Ok((_, _, Message::Truth(state))) => Some(state),
        Ok(_) | Err(_) => None,
    });
    let mut next = states.next();
    let mut begun = false;
    for message in run.messages() {
        let Message::Cycle(mut cycle) = message.map_err(Failure::device)?.2 else {
            continue;
        };
        cycle.at_ns = plant.shifted(ahead.shifted(cycle.at_ns));
        // What was before the first cycle is nobody's; what comes until the next one is this one's.
        while let Some(state) = next.take_if(|state| state.at_ns < cycle.at_ns) {
            if begun {
                writer
                    .write(&Message::Truth(state))
                    .map_err(Failure::device)?;
            }
            next = states.next();
        }
        begun = true;
        writer
            .write(&Message::Cycle(cycle))
            .map_err(Failure::device)?;
    }
    writer.finish().map(|_| ()).map_err(Failure::device)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_note_before_a_moment_holds_and_the_first_one_before_all() {
        let mut offsets = Offsets::default();
        offsets.note(100, 7);
        offsets.note(200, -3);
        assert_eq!(offsets.shifted(50), 57);
        assert_eq!(offsets.shifted(150), 157);
        assert_eq!(offsets.shifted(250), 247);
        assert_eq!(Offsets::default().shifted(9), 9);
    }
}
