//! The master of a bus: takes it into service, then asks and tells all servos once a cycle.
//!
//! ```text
//! start() until Ready:  ping ▶ identity ▶ settings ▶ watchdog ▶ torque on
//! cycle() at the loop's pace:  goals (sync write) + question (sync read)  ▶ bus ▶ receive() ▶ joints()
//! ```
//!
//! The bus is half duplex: while answers are due, a further cycle waits (and is counted), until the answers are in
//! or counted as lost. A lost answer leaves the joint's old sample with its age.

mod cycle;
mod item;
mod reading;
mod refusal;
mod startup;

use core::fmt;

use quantities::{Duration, Instant};

use crate::budget::{Budget, Line, budget};
use crate::joint::{Drive, Effort, JointConfig};
use crate::packet::{Instruction, MAX_PACKET};
use crate::parse::Parser;
use crate::table::WATCHDOG_UNIT;
use cycle::Run;
pub use reading::{Care, JointReading, JointSample, Trouble};
pub use refusal::Refusal;
pub use startup::Start;
use startup::StartUp;

/// Most joints of one bus (chosen; packets of a cycle fit their buffers for so many).
pub const MAX_JOINTS: usize = 16;

/// Baud rates of the X series.
const BAUDS: core::ops::RangeInclusive<u32> = 9_600..=4_500_000;

/// One bus and its joints.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BusConfig<const D: usize> {
    /// The joints, in the order of all arrays of the driver.
    pub joints: [JointConfig; D],
    /// What goals are.
    pub drive: Drive,
    /// The line.
    pub line: Line,
    /// A servo stops by itself after as many times 20 ms without an instruction; 1 to 127.
    pub watchdog: u8,
    /// Every how many cycles the servos themselves are looked after; never twice in a row. 25 is chosen: ten times
    /// a second at 250 Hz.
    pub care_every: u16,
}

impl<const D: usize> BusConfig<D> {
    /// Says what is wrong with the settings, if anything.
    pub fn check(&self) -> Result<(), Refusal> {
        if D == 0 || D > MAX_JOINTS {
            return Err(Refusal::Joints {
                seen: D,
                allowed: MAX_JOINTS,
            });
        }
        if !(1..=127).contains(&self.watchdog) {
            return Err(Refusal::Watchdog {
                seen: self.watchdog,
            });
        }
        if !BAUDS.contains(&self.line.baud) {
            return Err(Refusal::Baud {
                seen: self.line.baud,
            });
        }
        for (at, joint) in self.joints.iter().enumerate() {
            joint.check(self.drive)?;
            if self.joints[..at].iter().any(|other| other.id == joint.id) {
                return Err(Refusal::SharedServo { id: joint.id });
            }
        }
        Ok(())
    }

    /// The arithmetic of this bus's longest cycle.
    #[must_use]
    pub fn budget(&self) -> Budget {
        budget(&self.line, D, self.drive, self.mixed())
    }

    /// True when the servos keep their indirect data in different places.
    fn mixed(&self) -> bool {
        let mut places = self.joints.iter().map(|joint| joint.model.indirect_data);
        let first = places.next();
        places.any(|place| Some(place) != first)
    }

    /// The joint of this servo.
    fn joint_of(&self, address: u8) -> Option<usize> {
        self.joints
            .iter()
            .position(|joint| joint.id.get() == address)
    }
}

/// What such an arm can and cannot do; less than an arm with torque sensors and a wrist sensor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Capabilities {
    /// Joints.
    pub joints: usize,
    /// What goals are.
    pub drive: Drive,
    /// Cycles a second by arithmetic.
    pub rate_hz: f64,
    /// True when every joint tells at least a rough torque.
    pub rough_torque: bool,
    /// True when every servo holds itself to its joint's largest torque, as far as currents tell torques.
    pub torque_capped: bool,
    /// Never fitted to these servos: contact force is told from rough torques or not at all.
    pub wrist_wrench: bool,
    /// Share of every force ceiling that is left without a wrist sensor (chosen: half).
    pub ceiling_share: f64,
    /// A servo stops by itself after this long without an instruction.
    pub stops_after: Duration,
}

impl fmt::Display for Capabilities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let goals = match self.drive {
            Drive::Position => "positions",
            Drive::Velocity => "speeds",
            Drive::Torque => "rough torques",
        };
        let told = if self.rough_torque {
            "torques are told roughly, from currents"
        } else {
            "torques are not told"
        };
        let capped = if self.torque_capped {
            "each servo holds itself to its largest torque"
        } else {
            "no servo holds itself to a torque"
        };
        write!(
            f,
            "{} joints take {goals}, {:.0} times a second at most; {told}; {capped}; no wrist sensor, so {:.0} % of every force \
             ceiling is left; a servo stops by itself after {:.0} ms of silence",
            self.joints,
            self.rate_hz,
            self.ceiling_share * 100.0,
            self.stops_after.nanos() as f64 * 1e-6,
        )
    }
}

/// What went over the bus and what did not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Cycles sent.
    pub cycles: u64,
    /// Cycles not sent because answers were still due.
    pub held_back: u64,
    /// Answers taken in.
    pub answers: u64,
    /// Questions that a joint did not answer in time.
    pub lost: u64,
    /// Packets damaged on the way, or bytes that looked like packets.
    pub damaged: u64,
    /// Answers of a servo that was not asked, or that came too late or twice.
    pub unexpected: u64,
    /// Answers of another length than asked for.
    pub wrong_length: u64,
    /// Answers that say the question was not carried out.
    pub declined: u64,
    /// Answers of servos that belong to no joint.
    pub strangers: u64,
    /// Instructions heard: an adapter that echoes.
    pub echoes: u64,
    /// Speeds that would have led a joint out of its range; zero was sent instead.
    pub goals_stopped: u64,
    /// Goals that were no numbers; the servo kept still (speed and torque: zero; position: the last goal).
    pub goals_refused: u64,
}

/// Where the driver is.
#[derive(Clone, Copy, Debug)]
enum Phase {
    Starting,
    Refused(Refusal),
    Running,
    /// Torque is being taken off, cycle by cycle.
    Released,
}

/// The master of one bus of `D` servos.
#[derive(Clone, Debug)]
pub struct BusDriver<const D: usize> {
    config: BusConfig<D>,
    parser: Parser,
    phase: Phase,
    start_up: StartUp<D>,
    run: Run<D>,
    counters: Counters,
}

impl<const D: usize> BusDriver<D> {
    /// A driver that has not yet said anything.
    pub fn new(config: BusConfig<D>) -> Result<Self, Refusal> {
        config.check()?;
        Ok(Self {
            config,
            parser: Parser::default(),
            phase: Phase::Starting,
            start_up: StartUp::default(),
            run: Run::default(),
            counters: Counters::default(),
        })
    }

    /// Takes the bus into service, step by step: call it again and again, feed [`Self::receive`] in between, and
    /// send what it writes. Once [`Start::Ready`], cycles must begin within the watchdog's time.
    pub fn start(&mut self, now: Instant, out: &mut [u8; MAX_PACKET]) -> Start {
        match self.phase {
            Phase::Refused(refusal) => return Start::Refused(refusal),
            Phase::Running | Phase::Released => return Start::Ready,
            Phase::Starting => {}
        }
        let outcome = self.start_up.step(&self.config, now, out);
        match outcome {
            Start::Ready => {
                self.run = Run::at(self.start_up.present());
                self.phase = Phase::Running;
                self.parser.give_up();
            }
            Start::Refused(refusal) => self.phase = Phase::Refused(refusal),
            Start::Send(_) | Start::Wait => {}
        }
        outcome
    }

    /// Forgets everything and begins anew with [`Self::start`]: the only way out of a refusal, of a release and of a
    /// watchdog that has tripped. Torque goes off on the way.
    pub fn restart(&mut self) {
        self.parser.give_up();
        self.phase = Phase::Starting;
        self.start_up = StartUp::default();
        self.run = Run::default();
    }

    /// Takes in what came from the bus.
    pub fn receive(&mut self, bytes: &[u8], now: Instant) {
        for byte in bytes {
            self.parser.push(*byte);
            while let Some(found) = self.parser.poll() {
                let Ok(packet) = found else {
                    self.counters.damaged += 1;
                    self.start_up.garbled();
                    continue;
                };
                let Some(status) = packet.status() else {
                    if packet.instruction == Instruction::Status {
                        self.counters.unexpected += 1;
                    } else {
                        self.counters.echoes += 1;
                    }
                    continue;
                };
                match self.phase {
                    Phase::Starting => self.start_up.hear(&self.config, &status),
                    Phase::Running | Phase::Released => {
                        self.run
                            .hear(&self.config, &status, now, &mut self.counters);
                    }
                    Phase::Refused(_) => self.counters.unexpected += 1,
                }
            }
        }
    }

    /// One cycle: writes goals (rad, rad/s or N·m at the joints, by [`Drive`]) and the question for the joints'
    /// state into `out`; the number of bytes to send. None before [`Start::Ready`], and none while answers of the
    /// cycle before may still come: call again a little later.
    pub fn cycle(&mut self, goals: &[f64; D], now: Instant, out: &mut [u8; MAX_PACKET]) -> usize {
        let goals = match self.phase {
            Phase::Running => Some(goals),
            Phase::Released => None,
            Phase::Starting | Phase::Refused(_) => return 0,
        };
        if !self.run.free(now, &mut self.counters) {
            return 0;
        }
        self.parser.give_up();
        self.run
            .send(&self.config, goals, now, out, &mut self.counters)
    }

    /// From the next cycle on torque is taken off, every cycle anew, instead of goals sent. An arm without brakes
    /// sinks. Only [`Self::restart`] leads back.
    pub fn release(&mut self) {
        match self.phase {
            Phase::Running | Phase::Released => self.phase = Phase::Released,
            Phase::Starting | Phase::Refused(_) => {}
        }
    }

    /// What is known of each joint.
    #[must_use]
    pub fn joints(&self, now: Instant) -> [JointReading; D] {
        self.run.readings(now)
    }

    /// The worst trouble of all joints, the first joint's of equals; samples older than `oldest` are trouble.
    #[must_use]
    pub fn trouble(&self, now: Instant, oldest: Duration) -> Option<Trouble> {
        self.run
            .joints
            .iter()
            .zip(&self.config.joints)
            .filter_map(|(state, joint)| state.trouble(joint.id, now, oldest))
            .min_by_key(Trouble::rank)
    }

    /// True when no answer is due: a cycle would be sent.
    #[must_use]
    pub fn idle(&self, now: Instant) -> bool {
        self.run.idle(now)
    }

    /// What this arm can do.
    #[must_use]
    pub fn capabilities(&self) -> Capabilities {
        let tells_torque = |joint: &JointConfig| match joint.effort(0) {
            Effort::RoughTorque(_) => true,
            Effort::Load(_) => false,
        };
        Capabilities {
            joints: D,
            drive: self.config.drive,
            rate_hz: self.config.budget().rate_hz,
            rough_torque: self.config.joints.iter().all(tells_torque),
            torque_capped: {
                let drive = self.config.drive;
                let capped = |joint: &JointConfig| joint.torque_capped(drive);
                self.config.joints.iter().all(capped)
            },
            wrist_wrench: false,
            ceiling_share: 0.5,
            stops_after: Duration::from_nanos(
                WATCHDOG_UNIT.nanos() * u64::from(self.config.watchdog),
            ),
        }
    }

    /// The settings.
    #[must_use]
    pub const fn config(&self) -> &BusConfig<D> {
        &self.config
    }

    /// What went over the bus.
    #[must_use]
    pub const fn counters(&self) -> Counters {
        self.counters
    }
}
