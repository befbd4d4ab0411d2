//! One turn of the loop, all stages side by side.

use quantities::Instant;

use crate::{Command, Estimate, Setpoint, Verdict, Wanted};

/// The outcome of one control cycle. `C` is what holds the command: the safety monitor's `Vetted` on
/// its way to the arm, the plain [`Command`] in a record of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cycle<const D: usize, C = Command<D>> {
    /// The instant of the sample it answers.
    pub at: Instant,
    /// The sequence number of the sample it answers.
    pub sequence: u64,
    /// What the controller believed; `None` when the joints could not be read.
    pub estimate: Option<Estimate<D>>,
    /// What the plan asked for; `None` when there was no belief to place it in.
    pub setpoint: Option<Setpoint<D>>,
    /// What the controller wished; `None` when it could not compute one.
    pub wanted: Option<Wanted<D>>,
    /// What the monitor said.
    pub verdict: Verdict,
    /// What the arm is told.
    pub command: C,
    /// The plan is at its end and the arm is away.
    pub finished: bool,
}

impl<const D: usize, C> Cycle<D, C> {
    /// The same cycle with its command held otherwise.
    pub fn with_command<E>(self, command: E) -> Cycle<D, E> {
        Cycle {
            at: self.at,
            sequence: self.sequence,
            estimate: self.estimate,
            setpoint: self.setpoint,
            wanted: self.wanted,
            verdict: self.verdict,
            command,
            finished: self.finished,
        }
    }
}
