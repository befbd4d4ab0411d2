//! Takes a bus into service: who is there, is it who it should be, is it set as it should be; then drives it.
//!
//! One question at a time, each asked three times at most. EEPROM is written only where it differs. Nothing is
//! driven before everything else has been checked; goals are set to where the joint stands before torque goes on.

use quantities::{Duration, Instant};

use super::BusConfig;
use super::item::{Heard, Item};
use super::refusal::Refusal;
use crate::encode::{TooLong, ping_all, sync_read, sync_write};
use crate::packet::{Id, MAX_PACKET, Status};
use crate::table::{BUS_WATCHDOG, PRESENT_POSITION, Register, TORQUE_ENABLE};

/// What comes of a call of [`BusDriver::start`](super::BusDriver::start).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Start {
    /// Send so many bytes.
    Send(usize),
    /// Answers are due; feed them in and call again.
    Wait,
    /// All joints are driven; go on with cycles.
    Ready,
    /// The bus is not taken into service.
    Refused(Refusal),
}

/// Attempts for each question (chosen).
const ATTEMPTS: u8 = 3;
/// Wait for an answer beside its time on the wire: EEPROM takes a few milliseconds to write (chosen).
const PATIENCE: Duration = Duration::from_millis(10);
/// Wait for everybody's answer to a ping: 3 ms for each address and 16 ms, as the maker's SDK waits.
const ROLL_CALL: Duration = Duration::from_millis(3 * 253 + 16);

/// How far a joint may be from where it stood before torque, pulses (chosen): nothing moves so far within the
/// few milliseconds between, and a forgotten turn is four times as much.
const QUARTER_TURN: u32 = 1024;

/// A question of the start-up. The order is the order of asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Everybody at once.
    RollCall,
    /// The joints one after the other.
    Joint(Item, usize),
    /// All joints at once, no answer.
    SetWatchdogs,
    /// All joints at once, no answer.
    TorqueOn,
    /// All joints at once.
    Verify(Register, u8, &'static str),
    /// All joints at once: torque may make a servo forget whole turns.
    Standing,
    Done,
}

/// The state of a start-up.
#[derive(Clone, Debug)]
pub(super) struct StartUp<const D: usize> {
    step: Step,
    deadline: Option<Instant>,
    attempts: u8,
    /// Answers to the roll call by address.
    heard: [u8; Id::HIGHEST as usize + 1],
    /// Good answers to the present question, by joint.
    answers: [u8; D],
    garbled: u32,
    /// Return delay, drive mode and operating mode as the present joint has them.
    modes: [u8; 3],
    present: [i32; D],
    refused: Option<Refusal>,
}

impl<const D: usize> Default for StartUp<D> {
    fn default() -> Self {
        Self {
            step: Step::RollCall,
            deadline: None,
            attempts: 0,
            heard: [0; Id::HIGHEST as usize + 1],
            answers: [0; D],
            garbled: 0,
            modes: [0; 3],
            present: [0; D],
            refused: None,
        }
    }
}

impl<const D: usize> StartUp<D> {
    /// Where the joints stood, pulses.
    pub(super) const fn present(&self) -> [i32; D] {
        self.present
    }

    /// Something damaged came in.
    pub(super) const fn garbled(&mut self) {
        self.garbled = self.garbled.saturating_add(1);
    }

    pub(super) fn step(
        &mut self,
        config: &BusConfig<D>,
        now: Instant,
        out: &mut [u8; MAX_PACKET],
    ) -> Start {
        if let Some(refusal) = self.refused {
            return Start::Refused(refusal);
        }
        if let Some(deadline) = self.deadline {
            if !self.answered() && now < deadline {
                return Start::Wait;
            }
            if let Err(refusal) = self.conclude(config) {
                return Start::Refused(refusal);
            }
        }
        if self.step == Step::Done {
            return Start::Ready;
        }
        self.answers = [0; D];
        self.attempts += 1;
        match self.ask(config, out) {
            Ok(bytes) => {
                self.deadline = Some(now + self.wait(config, bytes));
                Start::Send(bytes)
            }
            Err(too_long) => Start::Refused(too_long.into()),
        }
    }

    /// True when nothing more is to be waited for. Pings listen to the end: two might answer.
    fn answered(&self) -> bool {
        match self.step {
            Step::RollCall | Step::Joint(Item::Ping, _) => false,
            Step::Joint(_, joint) => self.answers.get(joint).is_some_and(|answers| *answers > 0),
            Step::Verify(..) | Step::Standing => !self.answers.contains(&0),
            Step::SetWatchdogs | Step::TorqueOn | Step::Done => true,
        }
    }

    fn wait(&self, config: &BusConfig<D>, bytes: usize) -> Duration {
        match self.step {
            Step::RollCall => ROLL_CALL + config.line.usb_latency,
            Step::Joint(..) | Step::Verify(..) | Step::Standing => {
                config.line.exchange(bytes, D, 32 * D) + config.line.margin + PATIENCE
            }
            Step::SetWatchdogs | Step::TorqueOn | Step::Done => Duration::ZERO,
        }
    }

    /// Ends the present question: on to the next, the same again, or refused.
    fn conclude(&mut self, config: &BusConfig<D>) -> Result<(), Refusal> {
        self.deadline = None;
        match self.step {
            Step::RollCall => {
                for joint in &config.joints {
                    self.alone(joint.id, self.heard[usize::from(joint.id.get())])?;
                }
                self.advance(config);
            }
            Step::Joint(Item::Ping, at) => {
                let (id, answers) = (config.joints[at].id, self.answers[at]);
                self.alone(id, answers)?;
                if answers == 1 {
                    self.advance(config);
                } else if self.attempts >= ATTEMPTS {
                    let heard = self.heard.iter().filter(|answers| **answers > 0).count();
                    let garbled = self.garbled;
                    return Err(Refusal::Missing { id, heard, garbled });
                }
            }
            // At its lowest levels a servo obeys this without a word; the next question tells.
            Step::Joint(Item::ReturnLevel, _) => self.advance(config),
            Step::Joint(item, at) => {
                if self.answers[at] > 0 {
                    self.advance(config);
                } else {
                    self.once_more(config.joints[at].id, item.words())?;
                }
            }
            Step::Verify(_, _, doing) => self.all_or_once_more(config, doing)?,
            Step::Standing => {
                self.all_or_once_more(config, "asked whether it still stands there")?
            }
            Step::SetWatchdogs | Step::TorqueOn | Step::Done => self.advance(config),
        }
        Ok(())
    }

    fn all_or_once_more(
        &mut self,
        config: &BusConfig<D>,
        doing: &'static str,
    ) -> Result<(), Refusal> {
        match self.answers.iter().position(|count| *count == 0) {
            None => self.advance(config),
            Some(at) => self.once_more(config.joints[at].id, doing)?,
        }
        Ok(())
    }

    fn alone(&self, id: Id, answers: u8) -> Result<(), Refusal> {
        if answers > 1 {
            return Err(Refusal::Duplicate { id, answers });
        }
        Ok(())
    }

    fn once_more(&self, id: Id, doing: &'static str) -> Result<(), Refusal> {
        let attempts = self.attempts;
        if attempts >= ATTEMPTS {
            return Err(Refusal::Silent {
                id,
                doing,
                attempts,
            });
        }
        Ok(())
    }

    /// Goes to the next question that is needed.
    fn advance(&mut self, config: &BusConfig<D>) {
        self.attempts = 0;
        loop {
            self.step = self.following(config);
            if self.needed(config) {
                return;
            }
        }
    }

    fn following(&self, config: &BusConfig<D>) -> Step {
        match self.step {
            Step::RollCall => Step::Joint(Item::Ping, 0),
            Step::Joint(item, joint) => {
                let at = Item::ORDER.iter().position(|other| *other == item);
                let next = at.and_then(|at| Item::ORDER.get(at + 1));
                let further = joint + 1 < D;
                match (item, next) {
                    // All pings first: nothing is changed on a bus that lacks somebody.
                    (Item::Ping, _) if further => Step::Joint(Item::Ping, joint + 1),
                    // All settings before the first goal: little time for an arm to sink in.
                    (Item::Profile, _) if further => Step::Joint(Item::ReturnLevel, joint + 1),
                    (Item::Ping | Item::Profile, Some(next)) => Step::Joint(*next, 0),
                    (_, Some(next)) => Step::Joint(*next, joint),
                    (_, None) if further => Step::Joint(Item::Present, joint + 1),
                    (_, None) => Step::SetWatchdogs,
                }
            }
            Step::SetWatchdogs => {
                Step::Verify(BUS_WATCHDOG, config.watchdog, "setting the bus watchdog")
            }
            Step::Verify(BUS_WATCHDOG, ..) => Step::TorqueOn,
            Step::TorqueOn => Step::Verify(TORQUE_ENABLE, 1, "torque on"),
            Step::Verify(..) => Step::Standing,
            Step::Standing | Step::Done => Step::Done,
        }
    }

    fn needed(&self, config: &BusConfig<D>) -> bool {
        let Step::Joint(item, at) = self.step else {
            return true;
        };
        let Some(joint) = config.joints.get(at) else {
            return true;
        };
        item.needed(joint, config.drive, self.modes)
    }

    fn ask(&self, config: &BusConfig<D>, out: &mut [u8]) -> Result<usize, TooLong> {
        let ids = config.joints.iter().map(|joint| joint.id);
        match self.step {
            Step::RollCall => ping_all(out),
            Step::Joint(item, at) => match config.joints.get(at) {
                Some(joint) => item.ask(joint, config.drive, self.present[at], out),
                None => Ok(0),
            },
            Step::SetWatchdogs => sync_write(
                out,
                BUS_WATCHDOG.address,
                ids.map(|id| (id, [config.watchdog])),
            ),
            Step::TorqueOn => sync_write(out, TORQUE_ENABLE.address, ids.map(|id| (id, [1]))),
            Step::Verify(register, ..) => sync_read(out, register.address, register.length, ids),
            Step::Standing => {
                sync_read(out, PRESENT_POSITION.address, PRESENT_POSITION.length, ids)
            }
            Step::Done => Ok(0),
        }
    }

    /// Takes an answer in.
    pub(super) fn hear(&mut self, config: &BusConfig<D>, status: &Status<'_>) {
        if self.deadline.is_none() {
            return;
        }
        let joint = config.joint_of(status.id.get());
        let outcome = match (self.step, joint) {
            (Step::RollCall, _) => {
                let heard = &mut self.heard[usize::from(status.id.get())];
                *heard = heard.saturating_add(1);
                Ok(())
            }
            (Step::Joint(item, asked), Some(at)) if asked == at => {
                self.hear_joint(config, item, at, status)
            }
            (Step::Verify(_, wanted, doing), Some(at)) => self.verify(at, wanted, doing, status),
            (Step::Standing, Some(at)) => self.stands(at, status),
            (
                Step::Joint(..)
                | Step::Verify(..)
                | Step::Standing
                | Step::SetWatchdogs
                | Step::TorqueOn
                | Step::Done,
                _,
            ) => Ok(()),
        };
        if let Err(refusal) = outcome {
            self.refused = Some(refusal);
        }
    }

    fn verify(
        &mut self,
        at: usize,
        wanted: u8,
        doing: &'static str,
        status: &Status<'_>,
    ) -> Result<(), Refusal> {
        let id = status.id;
        match (status.error.number, status.data) {
            (Some(why), _) => Err(Refusal::Declined { id, doing, why }),
            (None, [seen]) if *seen == wanted => {
                self.answers[at] = 1;
                Ok(())
            }
            (None, [seen]) => Err(Refusal::Unverified {
                id,
                doing,
                seen: *seen,
                wanted,
            }),
            // Of another length: an answer to something else.
            (None, _) => Ok(()),
        }
    }

    fn stands(&mut self, at: usize, status: &Status<'_>) -> Result<(), Refusal> {
        let (None, [a, b, c, d]) = (status.error.number, status.data) else {
            return Ok(());
        };
        let (before, after) = (self.present[at], i32::from_le_bytes([*a, *b, *c, *d]));
        if before.abs_diff(after) > QUARTER_TURN {
            return Err(Refusal::Turned {
                id: status.id,
                before,
                after,
            });
        }
        self.answers[at] = 1;
        Ok(())
    }

    fn hear_joint(
        &mut self,
        config: &BusConfig<D>,
        item: Item,
        at: usize,
        status: &Status<'_>,
    ) -> Result<(), Refusal> {
        let joint = &config.joints[at];
        if let Some(why) = status.error.number {
            return Err(Refusal::Declined {
                id: joint.id,
                doing: item.words(),
                why,
            });
        }
        match item.hear(joint, config.drive, status.data)? {
            Heard::SomethingElse => return Ok(()),
            Heard::Done => {}
            Heard::Modes(modes) => self.modes = modes,
            Heard::Present(pulses) => self.present[at] = pulses,
        }
        self.answers[at] = self.answers[at].saturating_add(1);
        Ok(())
    }
}
