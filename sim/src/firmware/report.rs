//! What the firmware says of itself, each period.

use nalgebra::SVector;
use signals::Reading;
use wire_format::{
    Address, Answered, FaultClass, JointSamples, MAX_JOINTS, Message, State, StateFlags,
    WrenchSample,
};

use super::Firmware;
use super::motion::Motion;

impl<const D: usize> Firmware<D> {
    /// Sends what the arm does now.
    pub(super) fn send_state(&mut self, now: u64) {
        let Some(state) = self.state(now) else {
            return;
        };
        let mode = self.mode();
        let sent = self
            .desk
            .send(Address::ControlLoop, Message::State(state), mode, now);
        if let Some(sequence) = sent {
            self.watch.sent(sequence, self.counted());
        }
    }

    fn has(&self, class: FaultClass) -> bool {
        self.fault == Some(class)
    }

    fn state(&self, now: u64) -> Option<State> {
        let agreed = self.desk.agreed()?;
        let joints = self.sensed.joints.value()?;
        let single = |values: &SVector<f64, D>| values.map(|v| v as f32);
        let (q, v, t) = (
            single(&joints.positions),
            single(&joints.velocities),
            single(&joints.torques),
        );
        let age = |taken: signals::Reading<()>| match taken {
            Reading::Taken { at, .. } => self
                .sensed
                .at
                .since(at)
                .map_or(0, |age| (age.nanos() / 1000).min(65_534)),
            Reading::Missing(_) => 65_534,
        } as u16;
        let joint_age_us = age(stamp(&self.sensed.joints));
        let wrench = self.sensed.wrench.value().map(|wrench| WrenchSample {
            force_n: wrench.force.raw().map(|x| x as f32).into(),
            torque_nm: wrench.torque.raw().map(|x| x as f32).into(),
            age_us: age(stamp(&self.sensed.wrench)),
        });
        let flags = StateFlags::none()
            .with_if(StateFlags::BRAKES_ON, self.motion == Motion::Braked)
            .with_if(StateFlags::TARED, self.feel.is_tared())
            .with_if(StateFlags::STEPPED, self.params.stepped)
            .with_if(StateFlags::WATCHDOG, self.has(FaultClass::Silence))
            .with_if(StateFlags::CEILING_TRIP, self.has(FaultClass::ForceCeiling))
            .with_if(
                StateFlags::JOINT_SENSOR_FAULT,
                self.has(FaultClass::JointSensor),
            )
            .with_if(StateFlags::DRIVE_FAULT, self.has(FaultClass::Drive))
            .with_if(StateFlags::BROWN_OUT, self.has(FaultClass::Supply))
            .with_if(
                StateFlags::LATCHED,
                self.fault.is_some()
                    || matches!(self.motion, Motion::Yielding(_) | Motion::Resting(_)),
            )
            .with(self.faults.flags());
        Some(State {
            answered: agreed.command.map(|(sequence, at)| Answered {
                sequence,
                age_us: u32::try_from(now.saturating_sub(at) / 1000).unwrap_or(u32::MAX),
            }),
            tool: self.sensed.tool.map(|tool| tool.0),
            flags,
            joints: JointSamples::new(q.as_slice(), v.as_slice(), t.as_slice())?,
            joint_age_us,
            wrench,
            temperatures_c: [None; MAX_JOINTS],
            limits_check: agreed.limits_check,
        })
    }
}

/// When a reading was taken, without what it read.
fn stamp<T>(reading: &Reading<T>) -> Reading<()> {
    match reading {
        Reading::Taken { at, .. } => Reading::Taken { value: (), at: *at },
        Reading::Missing(why) => Reading::Missing(*why),
    }
}
