//! An arm of Dynamixel servos, as loop and gate know it.
//!
//! [`dynamixel::BusDriver`] knows the bus, [`Port`] moves the bytes; here a vetted command becomes goals, and the
//! answers become a sample.
//!
//! ```text
//!        tell ─▶ velocities ─▶ (integrate) ─▶ driver.cycle ─▶ Port ─▶ ~~ bus ~~
//! look, sensed ◀─ whole sample of all joints ◀─ driver.receive ◀─ Port ◀─ ~~ bus ~~
//! ```
//! The servos do not pace anybody: they answer when asked, with the command. So there is nothing to wait on, the loop
//! turns on an absolute grid of periods, and the sample of a cycle is one period old. Such an arm has no stepped
//! time either, hence no [`safety_monitor::Arm`].
//!
//! What goes wrong, and who acts:
//! * A servo reports a hardware error, has tripped its watchdog, or is not driven: [`ArmFault`] with the driver's words
//!   from the next [`look`](PacedArm::look), because whatever is commanded, not all joints would do it. All are told to
//!   stand still with it; when nothing more is written, the servos' own watchdogs (20 ms) see to it that they stay so.
//!   A servo that raises an alert is asked for its reason first, within two cycles.
//! * Answers are late or lost, of one servo or of all: silence. The sample keeps its time and grows older; the
//!   monitor acts on its age. Commands are still sent, because the way to the servos may be whole.
//! * The host falls silent: the servos' watchdogs stop them where they are. They stay driven and hold, so force that
//!   was there stays: such an arm cannot unload by itself.
//! * The port hangs up: [`ArmFault::Lost`].
//!
//! Without a wrist sensor the contact force is not told at all: the wrench is missing, for good.
//! [`DynamixelArm::capabilities`] says so, and that half of every force ceiling is what is left. Today's loop and monitor
//! both need a wrist sensor; a session on such an arm unloads at once.

mod connect;
mod goals;
#[cfg(test)]
mod tests;

use dynamixel::{
    BusConfig, BusDriver, Capabilities, Drive as BusDrive, Effort, MAX_PACKET, Trouble,
};
use nalgebra::SVector;
use quantities::{Duration, Instant};
use safety_monitor::{ArmFault, PacedArm, Vetted};
use signals::{
    Command, Cycle, CycleTiming, Drive, JointState, Reaction, Reading, Request, Sensed, ToolIndex,
    WhyMissing,
};

use crate::arm::Lead;
use crate::port::{Port, PortError};
pub use connect::ServosRefused;
use goals::Goals;

/// Bytes that one look reads at most: what the fastest bus brings in ten periods of 1 ms.
const READ: usize = 4096;
/// An alert whose reason is not told for so long is a fault of its own (chosen: ten cycles at 100 Hz; the reason is
/// asked for at once).
const ALERT_WITHIN: Duration = Duration::from_millis(100);
/// The units of 20 ms after which servos stop by themselves: what the project allows.
const WATCHDOG: u8 = 1;
/// Samples of whatever age: staleness is for the monitor to judge.
const ANY_AGE: Duration = Duration::from_nanos(u64::MAX);

/// What went over the port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BusCounts {
    /// Bytes read.
    pub bytes_in: u64,
    /// Bytes written.
    pub bytes_out: u64,
    /// Commands that were not sent, because the port or the bus was still busy.
    pub untold: u64,
}

/// Bytes on their way into the port.
#[derive(Clone, Debug)]
struct Outgoing {
    bytes: [u8; MAX_PACKET],
    from: usize,
    to: usize,
}

impl Outgoing {
    const fn is_empty(&self) -> bool {
        self.from >= self.to
    }

    const fn room(&mut self) -> &mut [u8; MAX_PACKET] {
        &mut self.bytes
    }

    fn hold(&mut self, count: usize) {
        (self.from, self.to) = (0, count.min(MAX_PACKET));
    }

    fn waiting(&self) -> &[u8] {
        self.bytes.get(self.from..self.to).unwrap_or(&[])
    }
}

/// An arm of servos on a serial bus. Driven by velocity, or by positions that the velocities are integrated to.
pub struct DynamixelArm<const D: usize> {
    port: Port,
    driver: BusDriver<D>,
    tool: Option<ToolIndex>,
    lead: Lead,
    goals: Goals<D>,
    outgoing: Outgoing,
    /// The newest sample of all joints, and when the oldest part of it was asked for.
    whole: Option<(JointState<D>, Instant)>,
    /// When the newest cycle was sent.
    sent: Option<Instant>,
    round_trip: Option<Duration>,
    alert_since: Option<Instant>,
    is_yielding: bool,
    is_released: bool,
    sequence: u64,
    counts: BusCounts,
    buffer: [u8; READ],
}

impl<const D: usize> DynamixelArm<D> {
    /// An arm behind an open port, with the tool that is mounted: servos cannot tell it. [`Self::connect`] drives it.
    ///
    /// # Errors
    /// [`ServosRefused`] when the settings cannot be served.
    pub fn new(
        port: Port,
        config: BusConfig<D>,
        tool: Option<ToolIndex>,
    ) -> Result<Self, ServosRefused> {
        let name = || port.path().display().to_string();
        if config.drive == BusDrive::Torque {
            return Err(ServosRefused::Torque { port: name() });
        }
        if config.watchdog != WATCHDOG {
            return Err(ServosRefused::Watchdog {
                port: name(),
                seen: config.watchdog,
            });
        }
        let driver =
            BusDriver::new(config).map_err(|why| ServosRefused::Driver { port: name(), why })?;
        Ok(Self {
            port,
            driver,
            tool,
            lead: Lead::Hold,
            goals: Goals::new(),
            outgoing: Outgoing {
                bytes: [0; MAX_PACKET],
                from: 0,
                to: 0,
            },
            whole: None,
            sent: None,
            round_trip: None,
            alert_since: None,
            is_yielding: false,
            is_released: false,
            sequence: 0,
            counts: BusCounts::default(),
            buffer: [0; READ],
        })
    }

    /// What this arm can do: its rate, no wrist sensor, torques roughly or not at all, and the share of every force
    /// ceiling that is left for it.
    #[must_use]
    pub fn capabilities(&self) -> Capabilities {
        self.driver.capabilities()
    }

    /// What is done with the commands from now on. Servos have no brakes: idle is a hold.
    pub const fn lead(&mut self, lead: Lead) {
        self.lead = lead;
    }

    /// The driver: each servo's reading, temperature and supply, counts.
    #[must_use]
    pub const fn driver(&self) -> &BusDriver<D> {
        &self.driver
    }

    /// What went over the port.
    #[must_use]
    pub const fn counts(&self) -> &BusCounts {
        &self.counts
    }

    /// Ends in good order: all joints are told to stand still. They stay driven and hold.
    ///
    /// # Errors
    /// [`PortError`] when the other end is gone.
    pub fn close(&mut self, now: Instant) -> Result<(), PortError> {
        self.lead = Lead::Hold;
        self.hold(now)
    }

    /// All joints are told to stand still, outside of any cycle: said once a period it keeps the servos' watchdogs
    /// content while there is no loop yet. What is on its way into the port is not cut off.
    ///
    /// # Errors
    /// [`PortError`] when the other end is gone.
    pub fn hold(&mut self, now: Instant) -> Result<(), PortError> {
        self.send(&SVector::zeros(), now)
    }

    fn port_name(&self) -> String {
        self.port.path().display().to_string()
    }

    fn begin(&mut self, period: Duration) {
        self.goals.begin(period);
        self.outgoing.hold(0);
        self.whole = None;
        self.sent = None;
        self.round_trip = None;
        self.alert_since = None;
        self.is_yielding = false;
        self.is_released = false;
        self.lead = Lead::Hold;
    }

    /// Reads what is there.
    fn hear(&mut self, now: Instant) -> Result<(), PortError> {
        let count = self.port.read(&mut self.buffer)?;
        self.counts.bytes_in += count as u64;
        self.driver
            .receive(self.buffer.get(..count).unwrap_or(&[]), now);
        Ok(())
    }

    /// Writes what the port takes.
    fn flush(&mut self) -> Result<(), PortError> {
        if !self.outgoing.is_empty() {
            let went = self.port.write(self.outgoing.waiting())?;
            self.outgoing.from += went;
            self.counts.bytes_out += went as u64;
        }
        Ok(())
    }

    /// Takes a new sample of all joints, when there is one: every joint has answered, and the oldest answer is to
    /// a newer question than the oldest of the sample before.
    fn gather(&mut self, now: Instant) -> bool {
        let mut state = JointState {
            positions: SVector::zeros(),
            velocities: SVector::zeros(),
            torques: SVector::zeros(),
        };
        let mut oldest: Option<Instant> = None;
        for (index, reading) in self.driver.joints(now).iter().enumerate() {
            let Some(sample) = reading.sample else {
                return false;
            };
            state.positions[index] = sample.position.get();
            state.velocities[index] = sample.velocity.get();
            state.torques[index] = match sample.effort {
                Effort::RoughTorque(torque) => torque.get(),
                // A share of the output is no torque; `capabilities` says that none is told.
                Effort::Load(_) => 0.0,
            };
            oldest = Some(oldest.map_or(sample.at, |at| at.min(sample.at)));
        }
        let Some(at) = oldest.filter(|at| self.whole.is_none_or(|(_, before)| *at > before)) else {
            return false;
        };
        self.whole = Some((state, at));
        if self.sent == Some(at) {
            self.round_trip = now.since(at);
        }
        true
    }

    /// What should end the session, in the driver's words.
    fn fault(&mut self, now: Instant) -> Option<ArmFault> {
        let trouble = self.driver.trouble(now, ANY_AGE);
        let is_alert = matches!(trouble, Some(Trouble::Alert { .. }));
        self.alert_since = is_alert.then(|| self.alert_since.unwrap_or(now));
        let is_fault = match trouble {
            Some(Trouble::WatchdogTripped { .. } | Trouble::Hardware { .. }) => true,
            Some(Trouble::NotDriven { .. }) => !self.is_released,
            Some(Trouble::Alert { .. }) => self
                .alert_since
                .and_then(|since| now.since(since))
                .is_some_and(|lasted| lasted > ALERT_WITHIN),
            Some(Trouble::Stale { .. }) | None => false,
        };
        trouble
            .filter(|_| is_fault)
            .map(|trouble| ArmFault::Broken {
                what: format!("{}: {trouble}", self.port_name()),
            })
    }

    /// Goals and question, if bus and port are free.
    fn send(&mut self, velocities: &SVector<f64, D>, now: Instant) -> Result<(), PortError> {
        self.flush()?;
        let measured = self
            .whole
            .as_ref()
            .map(|(state, at)| (&state.positions, *at));
        let goals = self
            .goals
            .of(self.driver.config(), velocities, measured, now);
        // Until a joint was measured, positions are asked for with the goals that start-up has set: those of no number.
        let goals = goals.unwrap_or([f64::NAN; D]);
        let count = if self.outgoing.is_empty() {
            self.driver.cycle(&goals, now, self.outgoing.room())
        } else {
            0
        };
        if count == 0 {
            self.counts.untold += 1;
            return Ok(());
        }
        self.sent = Some(now);
        self.outgoing.hold(count);
        self.flush()
    }

    /// What is done with a command.
    fn give(&mut self, drive: &Drive<D>, reaction: Reaction, now: Instant) -> Result<(), ArmFault> {
        let velocities = match drive {
            Drive::Velocities(velocities) => *velocities,
            Drive::Torques(_) => {
                self.goals.let_go();
                self.hold(now).map_err(lost)?;
                return Err(ArmFault::Broken {
                    what: format!(
                        "{}: a torque command for servos that are led by velocities; set `control = \"velocity\"` in the \
                         arm's profile",
                        self.port_name()
                    ),
                });
            }
        };
        if reaction == Reaction::PowerCut {
            self.driver.release();
            self.is_released = true;
        }
        let yields = reaction >= Reaction::Unload;
        if yields && !self.is_yielding {
            self.goals.let_go();
        }
        self.is_yielding = yields;
        match self.lead {
            Lead::Follow => self.send(&velocities, now),
            Lead::Idle | Lead::Hold => self.send(&SVector::zeros(), now),
        }
        .map_err(lost)
    }
}

impl<const D: usize> PacedArm<D> for DynamixelArm<D> {
    // Samples of servos carry no stamp of their own: they are as old as the question that they answer.
    fn fetch(&mut self) -> Result<(), ArmFault> {
        Ok(())
    }

    fn look(&mut self, now: Instant) -> Result<bool, ArmFault> {
        self.hear(now).map_err(lost)?;
        self.flush().map_err(lost)?;
        let is_new = self.gather(now);
        match self.fault(now) {
            None => Ok(is_new),
            Some(fault) => {
                self.goals.let_go();
                self.hold(now).map_err(lost)?;
                Err(fault)
            }
        }
    }

    fn sensed(&mut self, now: Instant) -> Sensed<D> {
        let sequence = self.sequence;
        self.sequence += 1;
        Sensed {
            at: now,
            sequence,
            joints: match self.whole {
                Some((value, at)) => Reading::Taken { value, at },
                None => Reading::Missing(WhyMissing::NotYet),
            },
            wrench: Reading::Missing(WhyMissing::NotFitted),
            tool: self.tool,
            timing: CycleTiming::default(),
            request: Request::None,
        }
    }

    /// A power cut takes the torque off all servos, cycle by cycle, and only [`Self::connect`] leads back. From the
    /// first reaction that yields on, position goals begin where the joints are.
    fn tell(&mut self, cycle: &Cycle<D, Vetted<Command<D>>>, now: Instant) -> Result<(), ArmFault> {
        self.give(&cycle.command.get().drive, cycle.verdict.reaction, now)
    }

    /// None: servos answer and do not pace.
    fn readable(&self) -> Option<std::os::fd::BorrowedFd<'_>> {
        None
    }

    fn round_trip(&mut self) -> Option<Duration> {
        self.round_trip.take()
    }
}

fn lost(error: PortError) -> ArmFault {
    ArmFault::Lost {
        what: error.to_string(),
    }
}
