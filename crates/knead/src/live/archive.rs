//! The archive of a live session, written beside the loop from records of fixed size.

use std::path::Path;

use control_cycle::{HoldEnd, WhyHoldEnded};
use quantities::{Duration, Newtons};
use realtime_runner::{Inbox, rest};
use recorder::{CycleRecord, Header, JointsRecord, LiveArchive, LiveSummary, WrenchRecord};
use signals::{Command, Cycle, Reaction, Sensed};

use super::course::Course;
use super::figures::LiveFigures;
use crate::failure::Failure;
use crate::session::words::{hold_words, log, reaction_word, verdict_record};

/// Time between two of the 50 Hz messages (ns).
const SLOW_EVERY_NS: u64 = 20_000_000;
/// Time between two notes on the arm's clock (ns).
const CLOCK_EVERY_NS: u64 = 1_000_000_000;

/// One turn, as it leaves the loop.
#[derive(Clone, Copy, Debug)]
pub struct LiveRecord<const D: usize> {
    /// What came in.
    pub sensed: Sensed<D>,
    /// What was made of it.
    pub cycle: Cycle<D, Command<D>>,
    /// How far the arm's clock is ahead of ours (ns); `None` before a comparison.
    pub arm_ahead_ns: Option<i64>,
    /// How the latest static press ended.
    pub hold_end: Option<HoldEnd>,
}

/// What a scribe leaves.
pub struct Written {
    /// What was felt.
    pub figures: LiveFigures,
    /// The same over time.
    pub course: Course,
    /// Records that the line to the scribe dropped.
    pub missed: u64,
    /// What the disk took.
    pub archive: LiveSummary,
}

/// Writes the archive.
pub struct Scribe<const D: usize> {
    archive: LiveArchive,
    cycle: CycleRecord,
    figures: LiveFigures,
    course: Course,
    reaction: Reaction,
    hold_end: Option<HoldEnd>,
    next_slow: u64,
    next_clock: u64,
    missed: u64,
}

impl<const D: usize> Scribe<D> {
    /// Begins an archive.
    ///
    /// # Errors
    /// [`Failure::Device`] when the disk refuses.
    pub fn create(path: &Path, header: Header) -> Result<Self, Failure> {
        Ok(Self {
            archive: LiveArchive::create(path, header).map_err(Failure::device)?,
            cycle: CycleRecord::default(),
            figures: LiveFigures::default(),
            course: Course::default(),
            reaction: Reaction::Go,
            hold_end: None,
            next_slow: 0,
            next_clock: 0,
            missed: 0,
        })
    }

    /// Writes until the loop is gone and nothing waits.
    pub fn write_all(&mut self, inbox: &mut Inbox<LiveRecord<D>>) {
        loop {
            while let Some(numbered) = inbox.take() {
                self.write(&numbered.record);
            }
            if inbox.is_over() {
                self.missed += inbox.missed();
                return;
            }
            rest(Duration::from_millis(5));
        }
    }

    fn write(&mut self, record: &LiveRecord<D>) {
        let LiveRecord { sensed, cycle, .. } = record;
        let at_ns = sensed.at.nanos();
        self.cycle.fill(sensed, cycle, &cycle.command.drive);
        let full = &self.cycle;
        self.archive.put(|archive| archive.cycle(full));
        self.figures.note(sensed, cycle);
        self.course.note(sensed, cycle);
        if cycle.verdict.reaction != self.reaction {
            let text = format!(
                "monitor: {} -> {}",
                reaction_word(self.reaction),
                reaction_word(cycle.verdict.reaction),
            );
            self.reaction = cycle.verdict.reaction;
            let level = if self.reaction >= Reaction::Unload {
                40
            } else {
                30
            };
            self.archive
                .put(|archive| archive.verdict(&verdict_record(at_ns, &cycle.verdict)));
            self.say(at_ns, level, "safety", text);
        }
        if record.hold_end != self.hold_end
            && let Some(end) = record.hold_end
        {
            let level = match end.why {
                WhyHoldEnded::Eased | WhyHoldEnded::TimedOut => 20,
                WhyHoldEnded::Bone => 30,
            };
            self.say(at_ns, level, "hold", hold_words(&end));
        }
        self.hold_end = record.hold_end;
        if at_ns >= self.next_slow {
            self.next_slow = at_ns + SLOW_EVERY_NS;
            self.write_slow(record);
        }
        if let Some(ahead) = record.arm_ahead_ns
            && at_ns >= self.next_clock
        {
            self.next_clock = at_ns + CLOCK_EVERY_NS;
            self.say(at_ns, 10, "clock", format!("arm ahead {ahead} ns"));
        }
    }

    fn write_slow(&mut self, record: &LiveRecord<D>) {
        let at_ns = record.sensed.at.nanos();
        if let Some(joints) = record.sensed.joints.value() {
            let joints = JointsRecord {
                at_ns,
                positions: joints.positions.as_slice().to_vec(),
                velocities: joints.velocities.as_slice().to_vec(),
                efforts: joints.torques.as_slice().to_vec(),
            };
            self.archive.put(|archive| archive.joint_states(&joints));
        }
        if let Some(wrench) = record.sensed.wrench.value() {
            let wrench = WrenchRecord {
                at_ns,
                wrench: wrench.stacked().into(),
            };
            self.archive.put(|archive| archive.wrench_measured(&wrench));
        }
    }

    /// A line for people.
    pub fn say(&mut self, at_ns: u64, level: u8, who: &'static str, text: String) {
        self.archive
            .put(|archive| archive.log(&log(at_ns, level, who, text)));
    }

    /// What was felt so far.
    #[must_use]
    pub const fn figures(&self) -> &LiveFigures {
        &self.figures
    }

    /// Closes the archive.
    #[must_use]
    pub fn finish(self) -> Written {
        Written {
            figures: self.figures,
            course: self.course,
            missed: self.missed,
            archive: self.archive.finish(),
        }
    }
}

/// The press that is felt, when it is known.
pub fn felt<const D: usize>(cycle: &Cycle<D, Command<D>>) -> Option<Newtons> {
    cycle.estimate.and_then(|estimate| estimate.contact.press())
}
