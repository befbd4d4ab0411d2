//! The numbers that a session reads from the firmware and, some of them, sets.

use wire_format::{Address, Message, Mode, Parameter, ParameterId, ParameterWrite, Why};

use super::Firmware;
use super::motion::Motion;
use signals::ToolIndex;

/// Joints slower than this stand still (rad/s).
const STILL: f64 = 0.02;

impl<const D: usize> Firmware<D> {
    fn parameter(&self, id: ParameterId) -> f32 {
        let limits = &self.params.limits;
        match id {
            ParameterId::ForceCeiling => self.desk.ceilings(&self.params).press_n as f32,
            ParameterId::CommandTimeout => f32::from(limits.command_timeout_ms),
            ParameterId::HeartbeatTimeout => f32::from(limits.heartbeat_timeout_ms),
            ParameterId::Tare => f32::from(u8::from(self.feel.is_tared())),
            ParameterId::Brakes => f32::from(u8::from(self.motion == Motion::Braked)),
            ParameterId::Tool => self.sensed.tool.map_or(255.0, |tool| f32::from(tool.0)),
            ParameterId::StateRate => self
                .desk
                .agreed()
                .map_or(0.0, |agreed| 1000.0 / agreed.period_ticks.max(1) as f32),
            ParameterId::UnloadRate => limits.unload_n_per_s,
        }
    }

    pub(super) fn read_parameter(&mut self, id: u16, to: Address, now: u64) {
        match ParameterId::from_code(id) {
            Some(known) => {
                let value = self.parameter(known);
                self.send(to, Message::Parameter(Parameter { id, value }), now);
            }
            None => self.refuse(to, Why::ParameterUnknown, u32::from(id), 8, now),
        }
    }

    pub(super) fn write_parameter(&mut self, write: &ParameterWrite, to: Address, now: u64) {
        let Some(id) = ParameterId::from_code(write.id) else {
            return self.refuse(to, Why::ParameterUnknown, u32::from(write.id), 8, now);
        };
        let still = self
            .sensed
            .joints
            .value()
            .is_some_and(|joints| joints.velocities.amax() < STILL);
        let free = still && (self.motion == Motion::Braked || !self.may_press());
        let at_rest = match id {
            // A person may change the tool while the arm is led and waits.
            ParameterId::Tool => free,
            ParameterId::ForceCeiling
            | ParameterId::CommandTimeout
            | ParameterId::HeartbeatTimeout
            | ParameterId::Tare
            | ParameterId::Brakes
            | ParameterId::StateRate
            | ParameterId::UnloadRate => {
                self.motion.is_at_rest() || matches!(self.motion, Motion::Holding(_))
            }
        };
        if !id.may_be_written() || !at_rest {
            let mode = u32::from(Mode::Idle.code());
            return self.refuse(to, Why::ParameterLocked, u32::from(write.id), mode, now);
        }
        let bound = match id {
            ParameterId::ForceCeiling => self.desk.ceilings(&self.params).press_n as f32,
            ParameterId::Tool => 254.0,
            ParameterId::Tare
            | ParameterId::Brakes
            | ParameterId::CommandTimeout
            | ParameterId::HeartbeatTimeout
            | ParameterId::StateRate
            | ParameterId::UnloadRate => 1.0,
        };
        if !(0.0..=bound).contains(&write.value) || !self.set(id, write.value) {
            let (seen, most) = (write.value * 1000.0, bound * 1000.0);
            return self.refuse(to, Why::ParameterValue, seen as u32, most as u32, now);
        }
        self.read_parameter(write.id, to, now);
    }

    /// Sets what may be set; false when the arm cannot.
    fn set(&mut self, id: ParameterId, value: f32) -> bool {
        match id {
            ParameterId::ForceCeiling => {
                if let Some(agreed) = self.desk.agreed_mut() {
                    agreed.press_n = agreed.press_n.min(value);
                }
                true
            }
            ParameterId::Tare => {
                self.feel.tare();
                true
            }
            ParameterId::Brakes => {
                let on = value > 0.5;
                if on && self.motion != Motion::Braked && self.may_press() {
                    // Brakes would keep a press on the body.
                    return false;
                }
                if on && matches!(self.motion, Motion::Holding(_)) {
                    self.motion = Motion::Braked;
                }
                // Off they come with the first command that holds.
                on
            }
            // The coupling of a simulated arm changes tools by itself, as a person would.
            ParameterId::Tool => self.attach(ToolIndex(value as u8)).is_ok(),
            ParameterId::CommandTimeout
            | ParameterId::HeartbeatTimeout
            | ParameterId::StateRate
            | ParameterId::UnloadRate => false,
        }
    }
}
