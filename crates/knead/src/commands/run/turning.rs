//! The loop on a thread of its own, at the arm's pace or at that of its steps.

use control_cycle::{ControlCycle, Progress};
use realtime_runner::{
    MonotonicClock, Next, RequestReceiver, RunSettings, RunStatistics, Surroundings,
    run_at_plant_pace, run_in_real_time,
};
use safety_monitor::Vetted;
use serial_link::SerialArm;
use signals::{Command, Cycle, Request, Sensed};

use crate::live::{Ending, Escort};

/// What the loop's thread takes with it.
pub(super) struct LoopParts<const D: usize> {
    pub(super) clock: MonotonicClock,
    pub(super) settings: RunSettings,
    pub(super) stepped: bool,
    pub(super) statistics: RunStatistics,
    pub(super) cycle: ControlCycle<D>,
    pub(super) escort: Escort<D>,
    pub(super) receiver: RequestReceiver,
}

/// What the loop's thread brings back.
pub(super) struct Turned {
    pub(super) ending: Option<Ending>,
    pub(super) broken: Option<String>,
    pub(super) statistics: Option<RunStatistics>,
}

impl<const D: usize> LoopParts<D> {
    pub(super) fn turn(mut self, arm: &mut SerialArm<D>) -> Turned {
        let mut lost = false;
        let broken = if self.stepped {
            let mut heard = Heard {
                escort: &mut self.escort,
                receiver: &mut self.receiver,
            };
            run_at_plant_pace(&mut self.cycle, arm, &mut heard)
                .err()
                .map(|fault| fault.to_string())
        } else {
            let ended = run_in_real_time(
                &mut self.cycle,
                arm,
                &mut self.escort,
                Surroundings {
                    clock: &self.clock,
                    settings: self.settings,
                    requests: &mut self.receiver,
                    statistics: &mut self.statistics,
                },
            );
            match ended {
                realtime_runner::Ending::Session => None,
                other => {
                    lost = matches!(other, realtime_runner::Ending::Arm(_));
                    Some(other.to_string())
                }
            }
        };
        while !self.escort.flush() {
            std::thread::yield_now();
        }
        // A port that hung up is a lost link, and nothing else.
        let ending = self.escort.ended();
        Turned {
            ending: match (&broken, ending) {
                (Some(_), None) => lost.then_some(Ending::LinkLost),
                (_, ending) => ending,
            },
            broken,
            statistics: (!self.stepped).then_some(self.statistics),
        }
    }
}

/// The companion of a stepped arm, with the operator's word.
struct Heard<'a, const D: usize> {
    escort: &'a mut Escort<D>,
    receiver: &'a mut RequestReceiver,
}

impl<const D: usize> realtime_runner::Session<D, SerialArm<D>> for Heard<'_, D> {
    fn after(
        &mut self,
        sensed: &Sensed<D>,
        cycle: &Cycle<D, Vetted<Command<D>>>,
        progress: &Progress,
        arm: &mut SerialArm<D>,
    ) -> Next {
        arm.judged(&cycle.verdict, None);
        match self.escort.accompany(sensed, cycle, progress, arm) {
            Next::Go(Request::None) => Next::Go(self.receiver.take()),
            next @ (Next::Go(_) | Next::End) => next,
        }
    }
}
