//! What the firmware answers to each message.

use core::num::NonZeroU32;

use super::motion::{Body, Motion, Told};
use super::watch::Ceilings;
use super::{AT_REST_N, Firmware, give_way};
use nalgebra::SVector;
use sha2::{Digest, Sha256};
use wire_format::FaultClass;
use wire_format::{
    Address, Capabilities, CapabilityFlags, Command, Drive, Drives, Frame, Hello, JointCaps,
    Message, Mode, Open, Opened, PROTOCOL_VERSION, Refused, Sensors, TimeReply, Why,
};

impl<const D: usize> Firmware<D> {
    /// Does what a frame says; true when it was a command of the open session.
    pub(super) fn serve(&mut self, frame: &Frame, now: u64) -> bool {
        self.desk.answer_outside(frame.header.session == 0);
        let took = self.serve_frame(frame, now);
        self.desk.answer_outside(false);
        took
    }

    fn serve_frame(&mut self, frame: &Frame, now: u64) -> bool {
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

    pub(super) fn send(&mut self, to: Address, message: Message, now: u64) {
        let mode = self.mode();
        self.desk.send(to, message, mode, now);
    }

    pub(super) fn refuse(&mut self, to: Address, why: Why, seen: u32, allowed: u32, now: u64) {
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
        self.drives = super::DriveCheck::NEW;
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

    /// Nothing pushes and nothing moves, and after a loss of power it is known that nothing presses.
    fn is_quiet(&self) -> bool {
        let rests_on_something = matches!(self.motion, Motion::Resting(_)) && self.presses();
        self.motion.is_at_rest() && !rests_on_something && !self.waking.is_on()
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
            // Brakes would keep a press on the body.
            Motion::Holding(_) if self.presses() => self.yield_to_host(),
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
            // Without a zero no press is felt, and no ceiling held.
            Motion::Holding(_) | Motion::Following(_) if believed && self.feel.is_tared() => {
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
        let joints = self.sensed.joints.value().copied();
        let (Some(joints), Some((model, _))) = (joints, self.arm.mounted()) else {
            // Blind: the brakes, and never back to what was commanded.
            self.motion = Motion::Braked;
            self.fault.get_or_insert(FaultClass::JointSensor);
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

    /// More than a rest was felt last, or nothing is known of it.
    pub(super) fn may_press(&self) -> bool {
        self.felt.is_none_or(|press| press > AT_REST_N)
    }

    /// What was felt last is more than a rest.
    pub(super) fn presses(&self) -> bool {
        self.felt.is_some_and(|press| press > AT_REST_N)
    }

    fn close(&mut self) {
        match self.motion {
            Motion::Following(_) => self.yield_to_host(),
            Motion::Holding(_) if self.presses() => self.yield_to_host(),
            Motion::Holding(_) => self.motion = Motion::Braked,
            Motion::Braked | Motion::Yielding(_) | Motion::Resting(_) => {}
        }
        self.watch.lead(None);
        self.desk.close();
    }
}
