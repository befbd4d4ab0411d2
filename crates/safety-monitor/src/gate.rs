//! The gate: what an arm accepts, and who may make it.

use std::os::fd::BorrowedFd;

use quantities::{Duration, Instant};
use signals::{Command, Cycle, Sensed};

/// A command that the safety monitor has let through. Only this crate can build one, and
/// [`Arm::exchange`] takes nothing else.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Vetted<C>(C);

impl<C> Vetted<C> {
    pub(crate) const fn new(command: C) -> Self {
        Self(command)
    }

    /// What was let through.
    pub const fn get(&self) -> &C {
        &self.0
    }
}

/// Why an arm cannot go on exchanging.
#[derive(Clone, Debug, PartialEq)]
pub enum ArmFault {
    /// The other end is gone.
    Lost {
        /// What was seen.
        what: String,
    },
    /// The plant or the link produced something that cannot be: what and where.
    Broken {
        /// What was seen.
        what: String,
    },
}

impl core::fmt::Display for ArmFault {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Lost { what } => write!(f, "the arm is gone: {what}"),
            Self::Broken { what } => {
                write!(f, "the arm answered with something impossible: {what}")
            }
        }
    }
}

impl core::error::Error for ArmFault {}

/// Anything that moves on command: a simulation, an arm on a wire, a replay.
pub trait Arm<const D: usize> {
    /// The first sample, before any command; the drives hold themselves until the first exchange.
    ///
    /// # Errors
    /// [`ArmFault`] when there is nobody to answer.
    fn begin(&mut self) -> Result<Sensed<D>, ArmFault>;

    /// Gives one command and brings back the sample one period later. `request` and `timing` of the
    /// sample are left at their defaults: the runner fills them in.
    ///
    /// # Errors
    /// [`ArmFault`] when the arm cannot go on.
    fn exchange(&mut self, command: &Vetted<Command<D>>) -> Result<Sensed<D>, ArmFault>;
}

/// An arm that is paced by the wall clock: it sends states when it likes, and takes the newest command.
///
/// [`Arm::exchange`] waits for the answer; here nothing waits. Whoever owns the clock decides when to look,
/// and says what time it is: an implementation reads no clock, allocates nothing once the session is open,
/// and returns at once from every call. All instants are the host's, since the start of the session.
pub trait PacedArm<const D: usize> {
    /// Takes from the line what has come, without blocking, and does not look at it yet. Whoever owns the clock reads it
    /// after this and before [`Self::look`]: were it read before, a thread that is held up between clock and line would
    /// find states that are younger than its own now, and take them for older than they are.
    ///
    /// # Errors
    /// [`ArmFault`] when the arm cannot go on.
    fn fetch(&mut self) -> Result<(), ArmFault>;

    /// Looks at what was fetched, which has come by `now`. True when a state is in that was not in at the previous look.
    /// States that queued up while the host was held up are looked at together, and the newest counts.
    ///
    /// # Errors
    /// [`ArmFault`] when the arm cannot go on.
    fn look(&mut self, now: Instant) -> Result<bool, ArmFault>;

    /// The sample as it stands at `now`: `at` is `now`, `sequence` grows by one each call, readings carry the
    /// moment at which they were taken or say why they are missing. `request` and `timing` are left at their
    /// defaults: the runner fills them in.
    fn sensed(&mut self, now: Instant) -> Sensed<D>;

    /// Writes the cycle's command without blocking; what does not fit into the line is a fault of the line
    /// and never a wait.
    ///
    /// # Errors
    /// [`ArmFault`] when the arm cannot go on.
    fn tell(&mut self, cycle: &Cycle<D, Vetted<Command<D>>>, now: Instant) -> Result<(), ArmFault>;

    /// What becomes readable when a state may be in; `None` when there is nothing to wait on, and the arm is
    /// looked at on an absolute grid of periods.
    fn readable(&self) -> Option<BorrowedFd<'_>>;

    /// The newest round trip, from a command's departure to the arrival of the state that answers it, each
    /// once; `None` when there is none that was not told.
    fn round_trip(&mut self) -> Option<Duration> {
        None
    }
}
