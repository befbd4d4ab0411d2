//! The loop around the control cycle.

use control_cycle::{ControlCycle, Progress};
use safety_monitor::{Arm, ArmFault, Vetted};
use signals::{Command, Cycle, Request, Sensed};

/// What happens after a cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Go on; the next sample carries this request.
    Go(Request),
    /// End the session here.
    End,
}

/// Whoever accompanies a session: records it, shows it, and speaks for the operator.
pub trait Session<const D: usize, A> {
    /// Called once a cycle, after the command was vetted and before the arm gets it.
    fn after(
        &mut self,
        sensed: &Sensed<D>,
        cycle: &Cycle<D, Vetted<Command<D>>>,
        progress: &Progress,
        arm: &mut A,
    ) -> Next;
}

/// Turns the cycle at the pace at which the arm delivers samples: a simulation's own time.
///
/// # Errors
/// [`ArmFault`] when the arm ends the exchange.
pub fn run_at_plant_pace<const D: usize, A: Arm<D>>(
    cycle: &mut ControlCycle<D>,
    arm: &mut A,
    session: &mut impl Session<D, A>,
) -> Result<(), ArmFault> {
    let mut sensed = arm.begin()?;
    loop {
        let outcome = cycle.step(&sensed);
        match session.after(&sensed, &outcome, &cycle.progress(), arm) {
            Next::End => return Ok(()),
            Next::Go(request) => {
                sensed = arm.exchange(&outcome.command)?;
                sensed.request = request;
            }
        }
    }
}
