//! The arm of a stepped session: its time goes on with each command, and an exchange waits for the state that answers.

use nalgebra::SVector;
use quantities::Instant;
use safety_monitor::{Arm, ArmFault, Vetted};
use signals::{Drive, Sensed};

use super::{SerialArm, lost};

/// Reads that a stepped exchange waits for, each up to [`STEP_WAIT`].
const STEP_WAITS: u32 = 50;
/// One wait of a stepped exchange.
const STEP_WAIT: rustix::event::Timespec = rustix::event::Timespec {
    tv_sec: 0,
    tv_nsec: 100_000_000,
};

impl<const D: usize> Arm<D> for SerialArm<D> {
    fn begin(&mut self) -> Result<Sensed<D>, ArmFault> {
        self.step(None)
    }

    fn exchange(&mut self, command: &Vetted<signals::Command<D>>) -> Result<Sensed<D>, ArmFault> {
        self.step(Some(&command.get().drive))
    }
}

impl<const D: usize> SerialArm<D> {
    fn step(&mut self, drive: Option<&Drive<D>>) -> Result<Sensed<D>, ArmFault> {
        let now = self.host.received().map_or(Instant::START, |received| {
            Instant::from_nanos(received.sent_ns)
        });
        let rest = Drive::Torques(SVector::zeros());
        self.write_command(drive.unwrap_or(&rest), now);
        self.prove_life(now);
        self.flush().map_err(lost)?;
        for _ in 0..STEP_WAITS {
            let mut fds = [rustix::event::PollFd::from_borrowed_fd(
                self.port.readable(),
                rustix::event::PollFlags::IN,
            )];
            // An interrupted wait is a short one.
            let _ = rustix::event::poll(&mut fds, Some(&STEP_WAIT));
            self.fetch_bytes().map_err(lost)?;
            if self.take_in(now) {
                let sent = self.host.received().map_or(0, |r| r.sent_ns);
                return Ok(self.sample(Instant::from_nanos(sent)));
            }
            self.flush().map_err(lost)?;
        }
        Err(ArmFault::Lost {
            what: format!("{}: no state answers a step within 5 s", self.port_name()),
        })
    }
}
