//! The gate: what an arm accepts, and who may make it.

use signals::Sensed;

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
    fn exchange(&mut self, command: &Vetted<signals::Command<D>>) -> Result<Sensed<D>, ArmFault>;
}
