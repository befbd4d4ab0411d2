//! The control cycle at the pace of an arm on a wire, with the wall clock as the judge of lateness.

use std::os::fd::BorrowedFd;

use control_cycle::{ControlCycle, Progress};
use quantities::Instant;
use safety_monitor::{ArmFault, PacedArm, Vetted};
use signals::{Command, Cycle, CycleTiming, Request, Sensed};

use crate::grid::RunSettings;
use crate::monotonic::Waits;
use crate::requests::RequestReceiver;
use crate::session::Next;
use crate::statistics::RunStatistics;
use crate::turning::{Ages, Ending, Stages, Stamps, Turning};

/// One turn of the real-time loop, as whoever accompanies the session sees it.
#[derive(Clone, Copy, Debug)]
pub struct Turn<'a, const D: usize> {
    /// The sample.
    pub sensed: &'a Sensed<D>,
    /// What was made of it; the arm has the command already.
    pub cycle: &'a Cycle<D, Vetted<Command<D>>>,
    /// Where the plan stands.
    pub progress: &'a Progress,
    /// When the stages ended.
    pub stamps: Stamps,
    /// Whether the sample holds a state that the turn before did not have.
    pub news: bool,
    /// What the loop has counted so far; the present turn's overrun is in it, its times are not.
    pub statistics: &'a RunStatistics,
}

/// Whoever accompanies a session in real time: hands records out, and speaks for the plan's end. Runs inside the
/// loop: allocates nothing, waits for nothing.
pub trait PacedSession<const D: usize, A> {
    /// Called once a turn, after the command was written. A request is in the next sample, before those that
    /// wait in the operator's line; an operator's stop goes before it.
    fn after(&mut self, turn: &Turn<'_, D>, arm: &mut A) -> Next;
}

/// What the loop needs besides cycle, arm and session.
pub struct Surroundings<'a, W> {
    /// The clock whose origin is the session's start.
    pub clock: &'a W,
    /// Pace and bounds.
    pub settings: RunSettings,
    /// The operator's line.
    pub requests: &'a mut RequestReceiver,
    /// What is counted; it holds whatever ends the loop.
    pub statistics: &'a mut RunStatistics,
}

/// Turns the cycle at the pace of an arm's states, on the calling thread, until the session or a fault ends it.
///
/// A cycle begins when a state is in, at the latest at its deadline; bytes that are no state do not quicken it.
/// A panic ends the loop like a fault, and nothing more is written: the arm's own watchdog unloads.
pub fn run_in_real_time<const D: usize, A: PacedArm<D>, W: Waits>(
    cycle: &mut ControlCycle<D>,
    arm: &mut A,
    session: &mut impl PacedSession<D, A>,
    surroundings: Surroundings<'_, W>,
) -> Ending {
    let Surroundings {
        clock,
        settings,
        requests,
        statistics,
    } = surroundings;
    let mut stages = CycleOnArm {
        cycle,
        arm,
        session,
        sensed: None,
        outcome: None,
    };
    Turning {
        stages: &mut stages,
        clock,
        settings,
        requests,
        statistics,
    }
    .turn_until_it_ends()
}

struct CycleOnArm<'a, const D: usize, A, S> {
    cycle: &'a mut ControlCycle<D>,
    arm: &'a mut A,
    session: &'a mut S,
    sensed: Option<Sensed<D>>,
    outcome: Option<Cycle<D, Vetted<Command<D>>>>,
}

impl<const D: usize, A: PacedArm<D>, S: PacedSession<D, A>> Stages for CycleOnArm<'_, D, A, S> {
    fn readable(&self) -> Option<BorrowedFd<'_>> {
        self.arm.readable()
    }

    fn fetch(&mut self) -> Result<(), ArmFault> {
        self.arm.fetch()
    }

    fn look(&mut self, now: Instant) -> Result<bool, ArmFault> {
        self.arm.look(now)
    }

    fn sense(&mut self, now: Instant, timing: CycleTiming, request: Request) -> Ages {
        let mut sensed = self.arm.sensed(now);
        sensed.timing = timing;
        sensed.request = request;
        self.sensed = Some(sensed);
        Ages {
            sample: sensed.joints.age(now),
            round_trip: self.arm.round_trip(),
        }
    }

    fn step(&mut self) {
        self.outcome = self.sensed.as_ref().map(|sensed| self.cycle.step(sensed));
    }

    fn tell(&mut self, now: Instant) -> Result<(), ArmFault> {
        match &self.outcome {
            Some(outcome) => self.arm.tell(outcome, now),
            None => Ok(()),
        }
    }

    fn after(&mut self, stamps: Stamps, news: bool, statistics: &RunStatistics) -> Next {
        let (Some(sensed), Some(cycle)) = (&self.sensed, &self.outcome) else {
            return Next::Go(Request::None);
        };
        let turn = Turn {
            sensed,
            cycle,
            progress: &self.cycle.progress(),
            stamps,
            news,
            statistics,
        };
        self.session.after(&turn, self.arm)
    }
}
