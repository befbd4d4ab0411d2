//! What the firmware answers to each message.

use core::num::NonZeroU32;

use nalgebra::SVector;
use sha2::{Digest, Sha256};
use wire_format::{
    Address, Answered, Capabilities, CapabilityFlags, Command, Drive, Drives, Frame, Hello,
    JointCaps, JointSamples, MAX_JOINTS, Message, Mode, Open, Opened, PROTOCOL_VERSION, Parameter,
    ParameterId, ParameterWrite, Refused, Sensors, State, StateFlags, TimeReply, Why, WrenchSample,
};

use super::motion::{Body, Motion, Told};
use super::watch::Ceilings;
use super::{AT_REST_N, Firmware, give_way};
use signals::{Reading, ToolIndex};
use wire_format::FaultClass;

/// Joints slower than this stand still (rad/s).
const STILL: f64 = 0.02;

impl<const D: usize> Firmware<D> {
    /// Does what a frame says; true when it was a command of the open session.
    pub(super) fn serve(&mut self, frame: &Frame, now: u64) -> bool {
        let reply_to = frame.header.source;
        let is_of_session = frame.header.session != 0;
        let is_believed = is_of_session && self.desk.believe(frame, now).is_ok();
        match frame.message {
            Message::Hello(hello) => self.hello(&hello, reply_to, now),
            Message::Open(open) => self.open(&open, reply_to, now),
            // Whoever asks for a stop gets it, believed or not: it only ever makes the arm safer.
            Message::Stop(_) => self.yield_to_host(),
            Message::TimeRequest(_) | Message::ParameterRead(_)
                if is_of_session && !is_believed => {}
            Message::TimeRequest(request) => {
                let reply = Message::TimeReply(TimeReply {
                    request_sent_ns: request.sent_ns,
                    received_ns: now,
                    sent_ns: now,
                });
                self.send(reply_to, reply, now);
            }
            Message::ParameterRead(read) => self.read_parameter(read.id, reply_to, now),
            Message::Command(_)
            | Message::Heartbeat(_)
            | Message::ParameterWrite(_)
            | Message::Close
                if is_believed =>
            {
                return self.serve_in_session(frame, now);
            }
            Message::Command(_)
            | Message::Heartbeat(_)
            | Message::ParameterWrite(_)
            | Message::Close => {}
            Message::Capabilities(_)
            | Message::Opened(_)
            | Message::Refused(_)
            | Message::State(_)
            | Message::Fault(_)
            | Message::Parameter(_)
            | Message::TimeReply(_) => {}
        }
        false
    }

    fn serve_in_session(&mut self, frame: &Frame, now: u64) -> bool {
        let reply_to = frame.header.source;
        match frame.message {
            Message::Command(command) => return self.command(frame, &command, now),
            Message::Heartbeat(beat) => {
                let counted = self.counted();
                self.watch.beat(reply_to, &beat, counted);
            }
            Message::ParameterWrite(write) => self.write_parameter(&write, reply_to, now),
            Message::Close => self.close(),
            Message::Hello(_)
            | Message::Capabilities(_)
            | Message::Open(_)
            | Message::Opened(_)
            | Message::Refused(_)
            | Message::State(_)
            | Message::Stop(_)
            | Message::Fault(_)
            | Message::ParameterRead(_)
            | Message::Parameter(_)
            | Message::TimeRequest(_)
            | Message::TimeReply(_) => {}
        }
        false
    }

    fn send(&mut self, to: Address, message: Message, now: u64) {
        let mode = self.mode();
        self.desk.send(to, message, mode, now);
    }

    fn refuse(&mut self, to: Address, why: Why, seen: u32, allowed: u32, now: u64) {
        let refused = Refused { why, seen, allowed };
        self.send(to, Message::Refused(refused), now);
    }

    fn hello(&mut self, hello: &Hello, to: Address, now: u64) {
        let own = u16::from(PROTOCOL_VERSION);
        if !(hello.lowest_version..=hello.highest_version).contains(&own) {
            let lowest = u32::from(hello.lowest_version);
            return self.refuse(to, Why::Version, lowest, u32::from(own), now);
        }
        if let Some(capabilities) = self.capabilities(hello.host_nonce) {
            self.send(to, Message::Capabilities(capabilities), now);
        }
    }

    fn capabilities(&self, host_nonce: u32) -> Option<Capabilities> {
        let params = &self.params;
        let limits = &params.limits;
        let mut capabilities = Capabilities {
            host_nonce,
            boot_nonce: params.boot_nonce,
            drives: Drives::none()
                .with_if(Drives::TORQUE, params.takes_torques)
                .with_if(Drives::VELOCITY, params.takes_velocities),
            max_rate_hz: params.max_rate_hz,
            baud: params.baud,
            latency_us: params.latency_us,
            sensors: Sensors::JOINT_TORQUE
                .with(Sensors::WRIST_WRENCH)
                .with(Sensors::TOOL_ID),
            flags: CapabilityFlags::none().with_if(CapabilityFlags::STEPPED, params.stepped),
            force_ceiling_n: limits.press_n,
            tool_speed_m_s: limits.tool_speed_m_per_s,
            caps: JointCaps::new(limits.torque.as_slice(), limits.velocity.as_slice())?,
            limits_hash: [0; 32],
            firmware: params.version,
            model: params.model,
            serial: params.serial,
        };
        capabilities.limits_hash = Sha256::digest(capabilities.limits_bytes()).into();
        Some(capabilities)
    }

    fn open(&mut self, open: &Open, to: Address, now: u64) {
        if self.desk.is_repeated(open) {
            // The answer was lost on its way; nothing has happened in the session yet.
            return self.confirm(open, to, now);
        }
        if let Some((why, seen, allowed)) = self.against(open) {
            return self.refuse(to, why, seen, allowed, now);
        }
        // Opening is the operator's explicit word: what was latched is let go, the brakes come on.
        self.motion = Motion::Braked;
        self.fault = None;
        self.watch = super::Watch::new();
        self.feel.tare();
        self.desk.open(open);
        // A recorded request for a session is worth nothing afterwards: it names another start.
        self.params.boot_nonce = self.params.boot_nonce.wrapping_mul(0x9E37_79B1) | 1;
        self.confirm(open, to, now);
    }

    fn confirm(&mut self, open: &Open, to: Address, now: u64) {
        let opened = Opened {
            session: open.session,
            rate_hz: open.rate_hz,
            drive: open.drive,
            host_limits_hash: open.host_limits_hash,
        };
        self.send(to, Message::Opened(opened), now);
    }

    /// What speaks against a session, with what was seen and what is allowed.
    fn against(&self, open: &Open) -> Option<(Why, u32, u32)> {
        let params = &self.params;
        let takes = match open.drive {
            Drive::Torque => params.takes_torques,
            Drive::Velocity => params.takes_velocities,
            Drive::Position => false,
        };
        let rates = u32::from(params.max_rate_hz);
        let rate = u32::from(open.rate_hz);
        let thousands = |value: f32| (value * 1000.0).max(0.0) as u32;
        if open.boot_nonce != params.boot_nonce {
            Some((Why::BootNonce, open.boot_nonce, params.boot_nonce))
        } else if open.session == self.desk.last_nonce() {
            Some((Why::SessionNonce, open.session, 0))
        } else if rate == 0 || rate > rates || !1000_u32.is_multiple_of(rate) {
            Some((Why::Rate, rate, rates))
        } else if !takes {
            Some((Why::Drive, u32::from(open.drive.code()), 3))
        } else if open.force_ceiling_n > params.limits.press_n {
            let own = thousands(params.limits.press_n);
            Some((Why::ForceCeiling, thousands(open.force_ceiling_n), own))
        } else if open.tool_speed_m_s > params.limits.tool_speed_m_per_s {
            let own = thousands(params.limits.tool_speed_m_per_s);
            Some((Why::ToolSpeed, thousands(open.tool_speed_m_s), own))
        } else if !self.is_quiet() {
            Some((Why::Busy, open.session, self.desk.session()))
        } else {
            None
        }
    }

    /// Nothing pushes and nothing moves.
    fn is_quiet(&self) -> bool {
        let pressed = self.arm.truth_press() > AT_REST_N;
        self.motion.is_at_rest() && !(pressed && matches!(self.motion, Motion::Resting(_)))
    }

    fn command(&mut self, frame: &Frame, command: &Command, now: u64) -> bool {
        let limits = self.params.limits;
        let counted = self.counted();
        let Some(agreed) = self.desk.agreed_mut() else {
            return false;
        };
        agreed.command = NonZeroU32::new(frame.header.sequence).map(|sequence| (sequence, now));
        agreed.told = Some(Ceilings {
            press_n: f64::from(command.force_ceiling_n),
            tool_speed_m_per_s: f64::from(command.speed_ceiling_m_s),
        });
        let fits = command.drive == agreed.drive;
        let fresh = command.answers.is_some_and(|answers| {
            self.watch
                .answered(answers.get(), counted, limits.command_timeout_ms)
        });
        match frame.header.mode {
            Mode::Idle => self.idle(),
            Mode::Holding => self.hold(counted),
            Mode::Following => self.follow(command, fits && fresh, now),
            Mode::Unloading | Mode::Stopped | Mode::Fault => self.yield_to_host(),
        }
        true
    }

    fn idle(&mut self) {
        match self.motion {
            Motion::Braked => {}
            Motion::Holding(_) => {
                self.motion = Motion::Braked;
                self.watch.lead(None);
            }
            Motion::Following(_) => self.yield_to_host(),
            Motion::Yielding(_) | Motion::Resting(_) => {}
        }
    }

    fn hold(&mut self, now: u64) {
        let Some(positions) = self.sensed.joints.value().map(|joints| joints.positions) else {
            return;
        };
        match self.motion {
            Motion::Braked if self.fault.is_none() => {
                self.motion = Motion::Holding(positions);
                self.watch.lead(Some(now));
            }
            Motion::Following(_) => self.motion = Motion::Holding(positions),
            Motion::Braked | Motion::Holding(_) | Motion::Yielding(_) | Motion::Resting(_) => {}
        }
    }

    fn follow(&mut self, command: &Command, believed: bool, now: u64) {
        let values = command.values.as_slice();
        if values.len() != D {
            let seen = values.len() as u32;
            return self.refuse(Address::ControlLoop, Why::JointCount, seen, D as u32, now);
        }
        let values = SVector::from_fn(|j, _| values.get(j).map_or(0.0, |v| f64::from(*v)));
        match self.motion {
            Motion::Holding(_) | Motion::Following(_) if believed => {
                self.motion = Motion::Following(match command.drive {
                    Drive::Torque => Told::Torques(values),
                    Drive::Velocity | Drive::Position => Told::Velocities(values),
                });
            }
            Motion::Holding(_)
            | Motion::Following(_)
            | Motion::Braked
            | Motion::Yielding(_)
            | Motion::Resting(_) => {}
        }
    }

    /// The host asks for the force to be taken away: no fault, but latched like one.
    pub(super) fn yield_to_host(&mut self) {
        self.watch.lead(None);
        let Some(joints) = self.sensed.joints.value().copied() else {
            return;
        };
        let Some((model, _)) = self.arm.mounted() else {
            return;
        };
        let model = model.clone();
        let kinematics = model.tool_kinematics(&joints.positions, &joints.velocities);
        let body = Body {
            model: &model,
            joints: &joints,
            kinematics: &kinematics,
            press: None,
            limits: &self.params.limits,
        };
        give_way(
            &mut self.motion,
            &body,
            FaultClass::Internal,
            &self.params.limits,
        );
    }

    fn close(&mut self) {
        match self.motion {
            Motion::Following(_) => self.yield_to_host(),
            Motion::Holding(_) => self.motion = Motion::Braked,
            Motion::Braked | Motion::Yielding(_) | Motion::Resting(_) => {}
        }
        self.watch.lead(None);
        self.desk.close();
    }

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

    fn read_parameter(&mut self, id: u16, to: Address, now: u64) {
        match ParameterId::from_code(id) {
            Some(known) => {
                let value = self.parameter(known);
                self.send(to, Message::Parameter(Parameter { id, value }), now);
            }
            None => self.refuse(to, Why::ParameterUnknown, u32::from(id), 8, now),
        }
    }

    fn write_parameter(&mut self, write: &ParameterWrite, to: Address, now: u64) {
        let Some(id) = ParameterId::from_code(write.id) else {
            return self.refuse(to, Why::ParameterUnknown, u32::from(write.id), 8, now);
        };
        let still = self
            .sensed
            .joints
            .value()
            .is_some_and(|joints| joints.velocities.amax() < STILL);
        let free = still && self.arm.truth_press().abs() < AT_REST_N;
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
            .with_if(
                StateFlags::WATCHDOG,
                self.fault == Some(FaultClass::Silence),
            )
            .with_if(
                StateFlags::CEILING_TRIP,
                self.fault == Some(FaultClass::ForceCeiling),
            )
            .with_if(
                StateFlags::LATCHED,
                matches!(self.motion, Motion::Yielding(_) | Motion::Resting(_)),
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
