//! One cycle: goals out, question out, answers in.
//!
//! The question is for present current, velocity and position, 10 bytes that lie together. Every so often, and at
//! once after an alert, it is for 16 bytes of indirect data instead: the same 10, then hardware errors,
//! watchdog, torque enable, temperature and supply, which the start-up has mapped there.
//!
//! Packets carry no number. A late answer is told from a fresh one by its length: after a loss the next question asks
//! for two bytes more (present PWM, which lies in front), or no longer does.

use quantities::Instant;

use super::reading::{JointReading, JointState};
use super::{BusConfig, Counters};
use crate::budget::{FAST_BYTES, WATCH_BYTES};
use crate::encode::{TooLong, bulk_read, sync_read, sync_write};
use crate::joint::Drive;
use crate::packet::{BARE, MAX_PACKET, Status};
use crate::table::{
    BUS_WATCHDOG, GOAL_CURRENT, GOAL_POSITION, GOAL_VELOCITY, HARDWARE_ERROR, PRESENT_CURRENT,
    PRESENT_POSITION, PRESENT_PWM, PRESENT_TEMPERATURE, PRESENT_VELOCITY, PRESENT_VOLTAGE,
    Register, TORQUE_ENABLE,
};

/// What the indirect data show, in this order.
const SHOWN: [Register; 8] = [
    PRESENT_CURRENT,
    PRESENT_VELOCITY,
    PRESENT_POSITION,
    HARDWARE_ERROR,
    BUS_WATCHDOG,
    TORQUE_ENABLE,
    PRESENT_TEMPERATURE,
    PRESENT_VOLTAGE,
];

/// What goes into the indirect address registers, so that the data registers show [`SHOWN`].
pub(super) fn indirect_addresses() -> [u8; 2 * WATCH_BYTES] {
    let mut bytes = [0; 2 * WATCH_BYTES];
    let shown = SHOWN
        .iter()
        .flat_map(|register| register.address..register.address + register.length);
    for (place, address) in bytes.chunks_exact_mut(2).zip(shown) {
        place.copy_from_slice(&address.to_le_bytes());
    }
    bytes
}

/// Which registers were asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    State,
    StateAndPwm,
    StateAndCare,
}

impl Asked {
    const fn bytes(self) -> usize {
        match self {
            Self::State => FAST_BYTES,
            Self::StateAndPwm => FAST_BYTES + PRESENT_PWM.length as usize,
            Self::StateAndCare => WATCH_BYTES,
        }
    }
}

/// A question and who still owes an answer.
#[derive(Clone, Copy, Debug)]
struct Question<const D: usize> {
    asked: Asked,
    owing: [bool; D],
    sent: Instant,
    deadline: Instant,
}

impl<const D: usize> Question<D> {
    fn open(&self) -> bool {
        self.owing.contains(&true)
    }
}

/// What the driver keeps while it runs.
#[derive(Clone, Debug)]
pub(super) struct Run<const D: usize> {
    pub(super) joints: [JointState; D],
    /// The last goals, in the servos' units.
    goals: [i32; D],
    question: Option<Question<D>>,
    since_care: u16,
    wider: bool,
}

impl<const D: usize> Default for Run<D> {
    fn default() -> Self {
        Self::at([0; D])
    }
}

impl<const D: usize> Run<D> {
    /// A run whose servos stand at `present`, pulses.
    pub(super) fn at(present: [i32; D]) -> Self {
        Self {
            joints: [JointState::default(); D],
            goals: present,
            question: None,
            since_care: u16::MAX,
            wider: false,
        }
    }

    /// What is known of each joint; an answer that is overdue counts as missed.
    pub(super) fn readings(&self, now: Instant) -> [JointReading; D] {
        let overdue = self
            .question
            .filter(|question| now >= question.deadline)
            .map_or([false; D], |question| question.owing);
        let mut readings = self.joints.map(|joint| joint.reading(now));
        for (reading, overdue) in readings.iter_mut().zip(overdue) {
            reading.missed = reading.missed.saturating_add(u32::from(overdue));
        }
        readings
    }

    /// True when no answer is due any more at `now`.
    pub(super) fn idle(&self, now: Instant) -> bool {
        self.question
            .is_none_or(|question| !question.open() || now >= question.deadline)
    }

    /// As [`Self::idle`]; counts what was lost, and cycles that must wait.
    pub(super) fn free(&mut self, now: Instant, counters: &mut Counters) -> bool {
        if !self.idle(now) {
            counters.held_back += 1;
            return false;
        }
        if let Some(question) = self.question.take().filter(Question::open) {
            for (joint, owing) in self.joints.iter_mut().zip(question.owing) {
                if owing {
                    joint.missed = joint.missed.saturating_add(1);
                    counters.lost += 1;
                }
            }
            self.wider = !self.wider;
        }
        true
    }

    /// Writes goals (none: torque off) and question.
    pub(super) fn send(
        &mut self,
        config: &BusConfig<D>,
        goals: Option<&[f64; D]>,
        now: Instant,
        out: &mut [u8; MAX_PACKET],
        counters: &mut Counters,
    ) -> usize {
        let asked = self.next_question(config);
        let written = match goals {
            Some(goals) => self.write_goals(config, goals, out, counters),
            None => {
                let off = config.joints.iter().map(|joint| (joint.id, [0]));
                sync_write(out, TORQUE_ENABLE.address, off)
            }
        };
        // No goals without question: a cycle that does not fit is not sent. `MAX_JOINTS` fit.
        let Ok(bytes) = written.and_then(|goal_bytes| {
            ask(config, asked, &mut out[goal_bytes..]).map(|question| goal_bytes + question)
        }) else {
            return 0;
        };
        let answer = D * (BARE + 1 + asked.bytes());
        let takes = config.line.exchange(bytes, D, answer) + config.line.margin;
        self.question = Some(Question {
            asked,
            owing: [true; D],
            sent: now,
            deadline: now + takes,
        });
        counters.cycles += 1;
        bytes
    }

    fn next_question(&mut self, config: &BusConfig<D>) -> Asked {
        self.since_care = self.since_care.saturating_add(1);
        let alarmed = self.joints.iter().any(JointState::wants_care);
        // Never two such questions in a row: a late answer must differ in length from the next fresh one.
        if self.since_care > 1 && (alarmed || self.since_care >= config.care_every) {
            self.since_care = 0;
            Asked::StateAndCare
        } else if self.wider {
            Asked::StateAndPwm
        } else {
            Asked::State
        }
    }

    fn write_goals(
        &mut self,
        config: &BusConfig<D>,
        goals: &[f64; D],
        out: &mut [u8],
        counters: &mut Counters,
    ) -> Result<usize, TooLong> {
        let states = self.joints.iter().zip(&config.joints);
        for ((kept, goal), (state, joint)) in self.goals.iter_mut().zip(goals).zip(states) {
            if !goal.is_finite() {
                counters.goals_refused += 1;
            }
            match (config.drive, goal.is_finite()) {
                (Drive::Position, true) => *kept = joint.pulses(*goal),
                (Drive::Position, false) => {}
                (Drive::Velocity, true) if state.leads_out(joint, *goal) => {
                    counters.goals_stopped += 1;
                    *kept = 0;
                }
                (Drive::Velocity, true) => *kept = joint.raw_velocity(*goal),
                (Drive::Torque, true) => *kept = i32::from(joint.raw_current(*goal).unwrap_or(0)),
                (Drive::Velocity | Drive::Torque, false) => *kept = 0,
            }
        }
        let ids = config.joints.iter().map(|joint| joint.id);
        let words = ids.clone().zip(self.goals.map(i32::to_le_bytes));
        match config.drive {
            Drive::Position => sync_write(out, GOAL_POSITION.address, words),
            Drive::Velocity => sync_write(out, GOAL_VELOCITY.address, words),
            Drive::Torque => {
                let halves = self.goals.map(|goal| (goal as i16).to_le_bytes());
                sync_write(out, GOAL_CURRENT.address, ids.zip(halves))
            }
        }
    }

    /// Takes an answer in, if it is one to the open question.
    pub(super) fn hear(
        &mut self,
        config: &BusConfig<D>,
        status: &Status<'_>,
        now: Instant,
        counters: &mut Counters,
    ) {
        let Some(at) = config.joint_of(status.id.get()) else {
            counters.strangers += 1;
            return;
        };
        let Some(question) = self
            .question
            .as_mut()
            .filter(|question| question.owing[at] && now >= question.sent)
        else {
            counters.unexpected += 1;
            return;
        };
        if status.error.number.is_some() {
            question.owing[at] = false;
            counters.declined += 1;
            let state = &mut self.joints[at];
            state.alert = status.error.alert;
            state.missed = state.missed.saturating_add(1);
            return;
        }
        if status.data.len() != question.asked.bytes() {
            counters.wrong_length += 1;
            return;
        }
        question.owing[at] = false;
        counters.answers += 1;
        let (asked, sent) = (question.asked, question.sent);
        let state = &mut self.joints[at];
        state.alert = status.error.alert;
        let from = match asked {
            Asked::State | Asked::StateAndCare => 0,
            Asked::StateAndPwm => usize::from(PRESENT_PWM.length),
        };
        let data = status.data.get(from..).unwrap_or(&[]);
        if let Some((sample, rest)) = data.split_first_chunk::<FAST_BYTES>() {
            state.take_sample(&config.joints[at], sample, sent);
            if let Some(care) = rest.first_chunk() {
                state.take_care(care, sent);
            }
        }
    }
}

fn ask<const D: usize>(
    config: &BusConfig<D>,
    asked: Asked,
    out: &mut [u8],
) -> Result<usize, TooLong> {
    let ids = config.joints.iter().map(|joint| joint.id);
    let length = asked.bytes() as u16;
    match asked {
        Asked::State => sync_read(out, PRESENT_CURRENT.address, length, ids),
        Asked::StateAndPwm => sync_read(out, PRESENT_PWM.address, length, ids),
        Asked::StateAndCare if config.mixed() => {
            let span = |joint: &crate::JointConfig| (joint.id, joint.model.indirect_data, length);
            bulk_read(out, config.joints.iter().map(span))
        }
        Asked::StateAndCare => {
            let from = config
                .joints
                .first()
                .map_or(0, |joint| joint.model.indirect_data);
            sync_read(out, from, length, ids)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_care_block_is_as_long_as_what_it_shows() {
        let shown: u16 = SHOWN.iter().map(|register| register.length).sum();
        assert_eq!(usize::from(shown), WATCH_BYTES);
        assert_eq!(indirect_addresses()[..4], [126, 0, 127, 0]);
        assert_eq!(indirect_addresses()[30..], [145, 0]);
    }
}
