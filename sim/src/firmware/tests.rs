//! The firmware against a small host that speaks the protocol by hand.

use core::num::NonZeroU32;

use wire_format::{
    Address, Command, Deframer, Drive, Frame, Header, Heartbeat, Hello, Joints, MAX_FRAME, Message,
    Mode, Open, ParameterId, ParameterWrite, Reaction, State, Text, encode,
};

use super::*;
use crate::breathing::Breathing;
use crate::plant::ArmPlantParams;
use crate::sensors::SensorParams;
use crate::stage;
use crate::tissue::TissueParams;

const MS: u64 = TICK_NS;

/// A host by hand: counts, sends, listens.
struct Bench {
    firmware: Firmware<7>,
    now: u64,
    counts: [u32; 2],
    outside: u32,
    session: u32,
    deframer: Deframer,
    state: Option<(u32, State, Mode)>,
    heard: Vec<Message>,
    beats: u32,
    goal: Option<quantities::Transform<quantities::Base, quantities::Tool>>,
}

impl Bench {
    /// The arm `gap` off the skin.
    fn new(gap: f64) -> Self {
        let (model, tool) = stage::armed(stage::palm());
        let still = Breathing::made(
            crate::breathing::BreathingParams {
                amplitude: quantities::Metres::ZERO,
                ..Default::default()
            },
            1,
        );
        let still = still.expect("a breath");
        let world = stage::world_under(&model, (0.12, 0.06), gap, TissueParams::default(), still);
        let arm = SimArm::new(
            vec![(model.clone(), tool)],
            ArmPlantParams::default(),
            SensorParams::default(),
            world,
            stage::posture(),
            3,
        )
        .expect("an arm");
        let limits = model.limits();
        let params = FirmwareParams {
            model: Text::new("bench").unwrap(),
            serial: Text::new("B-1").unwrap(),
            version: Text::new("1").unwrap(),
            boot_nonce: 77,
            limits: FirmwareLimits::with_arm(&limits.torque, &limits.velocity),
            takes_torques: true,
            takes_velocities: false,
            max_rate_hz: 1000,
            baud: 3_000_000,
            latency_us: 125,
            stepped: false,
        };
        Self {
            firmware: Firmware::new(arm, params, 1).expect("a firmware"),
            now: 0,
            counts: [0; 2],
            outside: 0,
            session: 0,
            deframer: Deframer::new(),
            state: None,
            heard: Vec::new(),
            beats: 0,
            goal: None,
        }
    }

    fn send_as(&mut self, source: Address, message: Message, mode: Mode, inside: bool) {
        let counter = match (inside, source) {
            (false, _) => &mut self.outside,
            (true, Address::Monitor) => &mut self.counts[1],
            (true, _) => &mut self.counts[0],
        };
        *counter += 1;
        let frame = Frame {
            header: Header {
                source,
                destination: Address::Arm,
                session: if inside { self.session } else { 0 },
                sequence: *counter,
                time_ns: self.now,
                mode,
            },
            message,
        };
        let mut bytes = [0; MAX_FRAME];
        let length = encode(&frame, &mut bytes);
        self.firmware.receive(&bytes[..length], self.now);
    }

    fn tick(&mut self) {
        self.now += MS;
        self.firmware.tick(self.now).expect("a sound plant");
        let mut bytes = Vec::new();
        self.firmware.take_outgoing(&mut bytes);
        for byte in bytes {
            let Some(frame) = self.deframer.push(byte) else {
                continue;
            };
            let frame = frame.expect("what the firmware sends is sound");
            match frame.message {
                Message::State(state) => {
                    self.state = Some((frame.header.sequence, state, frame.header.mode));
                }
                other => self.heard.push(other),
            }
        }
    }

    fn open(&mut self, session: u32) -> Open {
        let hello = Hello {
            lowest_version: 1,
            highest_version: 1,
            host_nonce: 5,
        };
        self.send_as(
            Address::ControlLoop,
            Message::Hello(hello),
            Mode::Idle,
            false,
        );
        self.tick();
        let boot_nonce = self
            .heard
            .iter()
            .rev()
            .find_map(|message| match message {
                Message::Capabilities(seen) => Some(seen.boot_nonce),
                _ => None,
            })
            .expect("capabilities");
        let open = Open {
            boot_nonce,
            session,
            rate_hz: 1000,
            drive: Drive::Torque,
            force_ceiling_n: 40.0,
            tool_speed_m_s: 0.5,
            host_limits_hash: [9; 32],
        };
        self.session = session;
        self.counts = [0; 2];
        self.send_as(Address::ControlLoop, Message::Open(open), Mode::Idle, false);
        self.tick();
        open
    }

    fn command(&mut self, mode: Mode, torques: &[f32]) {
        let answers = self.state.as_ref().and_then(|(s, ..)| NonZeroU32::new(*s));
        let command = Command {
            answers,
            drive: Drive::Torque,
            values: Joints::new(torques).expect("joints"),
            force_ceiling_n: 40.0,
            speed_ceiling_m_s: 0.5,
        };
        self.send_as(Address::ControlLoop, Message::Command(command), mode, true);
    }

    fn beat(&mut self, of: Address) {
        self.beats += 1;
        let beat = Heartbeat {
            counter: self.beats,
            verdicts: self.beats,
            reaction: Reaction::Go,
            overruns: 0,
        };
        self.send_as(of, Message::Heartbeat(beat), Mode::Holding, true);
    }

    fn live(&mut self, mode: Mode, torques: &[f32], ticks: u32) {
        for _ in 0..ticks {
            self.command(mode, torques);
            self.beat(Address::ControlLoop);
            self.beat(Address::Monitor);
            self.tick();
        }
    }

    /// Torques that carry the arm, hold the tool over its place and upright, and push so hard along its axis (N).
    fn pushing(&mut self, force: f64) -> Vec<f32> {
        let (model, _) = self.firmware.arm().mounted().unwrap();
        let truth = self.firmware.truth();
        let seen = model.tool_kinematics(&truth.positions, &truth.velocities);
        let here = truth.base_from_tool;
        let goal = *self.goal.get_or_insert(here);
        let axis = *here
            .rotate(&quantities::Direction::<quantities::Tool>::Z)
            .raw();
        let twist = seen.twist.stacked();
        let (v, w) = (
            twist.fixed_rows::<3>(0).into_owned(),
            twist.fixed_rows::<3>(3).into_owned(),
        );
        let off = *(goal.origin() - here.origin()).raw();
        let beside = off - axis * off.dot(&axis);
        let push = beside * 1500.0 - v * 60.0 + axis * force;
        let turn = (goal.raw().rotation * here.raw().rotation.inverse()).scaled_axis();
        let moment = turn * 30.0 - w * 1.0;
        let wrench = nalgebra::Vector6::new(push.x, push.y, push.z, moment.x, moment.y, moment.z);
        // Each joint is damped by its own inertia, so that a held torque never turns it round within a tick.
        let inertia = model.mass_matrix(&truth.positions).diagonal();
        let torques = model.bias(&truth.positions, &truth.velocities)
            + seen.jacobian.transpose() * wrench
            - inertia.component_mul(&truth.velocities) * 40.0;
        torques.iter().map(|t| *t as f32).collect()
    }

    fn press(&self) -> f64 {
        -self.firmware.truth().contact_wrench().force.z()
    }

    /// Opened, held, then pressing about so hard.
    fn pressing(force: f64) -> Self {
        let mut bench = Self::new(0.003);
        bench.open(11);
        bench.tick();
        bench.live(Mode::Holding, &[], 300);
        for _ in 0..1200 {
            let torques = bench.pushing(force);
            bench.live(Mode::Following, &torques, 1);
        }
        bench
    }
}

#[test]
fn a_handshake_opens_a_session_and_states_come_each_tick() {
    let mut bench = Bench::new(0.05);
    bench.open(11);
    assert_eq!(bench.firmware.session(), 11);
    bench.tick();
    let (first, ..) = bench.state.expect("a state");
    bench.tick();
    let (second, state, mode) = bench.state.expect("a state");
    assert_eq!((second, mode), (first + 1, Mode::Idle));
    assert_eq!(state.limits_check, u32::from_le_bytes([9; 4]));
}

#[test]
fn an_open_that_is_repeated_is_answered_again_and_a_recorded_one_is_worth_nothing() {
    let mut bench = Bench::new(0.05);
    let open = bench.open(11);
    bench.send_as(Address::ControlLoop, Message::Open(open), Mode::Idle, false);
    bench.tick();
    let opened = |m: &&Message| matches!(m, Message::Opened(_));
    assert_eq!(bench.heard.iter().filter(opened).count(), 2);
    bench.open(12);
    bench.send_as(Address::ControlLoop, Message::Open(open), Mode::Idle, false);
    bench.tick();
    assert_eq!(bench.firmware.session(), 12);
    assert!(matches!(bench.heard.last(), Some(Message::Refused(_))));
}

#[test]
fn when_the_host_falls_silent_the_press_is_gone_within_200_ms_and_nothing_resumes() {
    for force in [10.0, 30.0] {
        let mut bench = Bench::pressing(force);
        assert!(bench.press() > 0.7 * force, "{} N", bench.press());
        let mut gone = None;
        for tick in 0..3000_u32 {
            bench.tick();
            if bench.press() < 5.0 {
                gone.get_or_insert(tick);
            } else {
                assert!(gone.is_none(), "pressed again after {tick} ms");
            }
        }
        assert!(gone.is_some_and(|tick| tick < 220), "{gone:?}");
        assert_eq!(bench.firmware.mode(), Mode::Stopped);
        // The host is back and goes on as if nothing had been: nothing moves.
        let torques = bench.pushing(force);
        bench.live(Mode::Following, &torques, 500);
        assert!(bench.press() < 5.0);
        assert_eq!(bench.firmware.mode(), Mode::Stopped);
    }
}

#[test]
fn either_heartbeat_alone_is_not_enough() {
    for silent in [Address::ControlLoop, Address::Monitor] {
        let mut bench = Bench::pressing(10.0);
        for _ in 0..60 {
            let torques = bench.pushing(10.0);
            bench.command(Mode::Following, &torques);
            let other = match silent {
                Address::Monitor => Address::ControlLoop,
                _ => Address::Monitor,
            };
            bench.beat(other);
            bench.tick();
        }
        assert!(
            matches!(bench.firmware.mode(), Mode::Unloading | Mode::Stopped),
            "{silent:?} was not missed"
        );
    }
}

#[test]
fn commands_that_answer_what_is_long_past_are_not_followed() {
    let mut bench = Bench::pressing(10.0);
    let old = bench.state;
    for _ in 0..60 {
        bench.tick();
        // Always the same old state is answered, with living heartbeats.
        bench.state = old;
        let torques = bench.pushing(10.0);
        bench.live(Mode::Following, &torques, 1);
        bench.state = old;
    }
    assert!(matches!(
        bench.firmware.mode(),
        Mode::Unloading | Mode::Stopped
    ));
}

#[test]
fn the_firmware_holds_its_ceiling_without_the_host() {
    let mut bench = Bench::pressing(20.0);
    let mut most: f64 = 0.0;
    for _ in 0..600 {
        let torques = bench.pushing(70.0);
        bench.live(Mode::Following, &torques, 1);
        most = most.max(bench.press());
    }
    assert!(most < 55.0, "{most} N");
    assert!(bench.press() < 5.0, "{} N", bench.press());
    assert!(
        bench
            .heard
            .iter()
            .any(|m| matches!(m, Message::Fault(fault) if fault.class == FaultClass::ForceCeiling))
    );
}

#[test]
fn drives_that_do_otherwise_are_noticed_before_the_arm_has_fallen_on_what_it_presses() {
    let faults = [
        (RigFault::DeadDrive(1), FaultClass::Drive),
        (RigFault::DeadDrive(3), FaultClass::Drive),
        (RigFault::TorqueRunaway(1, 10.0), FaultClass::Drive),
        (RigFault::WrongGain(3, 1.6), FaultClass::Drive),
        (RigFault::WrongDirection(1), FaultClass::Drive),
        (RigFault::Derated(0.7), FaultClass::Supply),
        (RigFault::BrownOut(0.5), FaultClass::Supply),
        (RigFault::StaleButFresh, FaultClass::JointSensor),
    ];
    for (fault, class) in faults {
        let mut bench = Bench::pressing(10.0);
        bench.firmware.faults().inject(fault);
        let mut most: f64 = 0.0;
        for _ in 0..1500 {
            let torques = bench.pushing(10.0);
            bench.live(Mode::Following, &torques, 1);
            most = most.max(bench.press());
        }
        let told = bench.heard.iter().find_map(|m| match m {
            Message::Fault(fault) => Some(fault.class),
            _ => None,
        });
        assert_eq!(told, Some(class), "{fault:?}");
        assert!(most < 24.0, "{fault:?}: {most} N");
        assert!(bench.press() < 5.0, "{fault:?}: {} N stay", bench.press());
    }
}

#[test]
fn a_supply_that_sags_while_the_arm_is_held_without_a_zero_lets_nothing_fall() {
    let mut bench = Bench::new(0.050);
    bench.open(11);
    bench.live(Mode::Holding, &[], 20);
    let before = bench.firmware.truth().base_from_tool.origin();
    bench.firmware.faults().inject(RigFault::BrownOut(0.5));
    let mut fell: f64 = 0.0;
    for _ in 0..800 {
        bench.live(Mode::Holding, &[], 1);
        let now = bench.firmware.truth().base_from_tool.origin();
        fell = fell.max((now - before).norm());
    }
    assert_ne!(bench.firmware.mode(), Mode::Holding);
    // What four milliseconds of half the weight give, damped out.
    assert!(fell < 0.02, "{fell} m");
}

#[test]
fn samples_that_freeze_while_the_arm_yields_already_close_the_brakes() {
    let mut bench = Bench::pressing(10.0);
    for _ in 0..30 {
        bench.tick();
    }
    assert_eq!(bench.firmware.mode(), Mode::Unloading);
    bench.firmware.faults().inject(RigFault::StaleButFresh);
    for _ in 0..300 {
        bench.tick();
    }
    assert_eq!(bench.firmware.mode(), Mode::Fault);
    assert!(bench.press() < 5.0, "{} N", bench.press());
}

#[test]
fn a_tool_change_holds_the_arm_until_its_sensor_has_a_zero_and_is_followed_then() {
    let mut bench = Bench::new(0.050);
    bench.open(11);
    bench.live(Mode::Holding, &[], 300);
    let torques = bench.pushing(0.0);
    bench.live(Mode::Following, &torques, 5);
    assert_eq!(bench.firmware.mode(), Mode::Following);
    let change = ParameterWrite {
        id: ParameterId::Tool.code(),
        value: 0.0,
    };
    bench.send_as(
        Address::ControlLoop,
        Message::ParameterWrite(change),
        Mode::Following,
        true,
    );
    bench.tick();
    assert_eq!(bench.firmware.mode(), Mode::Holding);
    let torques = bench.pushing(0.0);
    bench.live(Mode::Following, &torques, 5);
    assert_eq!(bench.firmware.mode(), Mode::Holding, "not tared yet");
    bench.live(Mode::Following, &torques, 300);
    assert_eq!(bench.firmware.mode(), Mode::Following);
}

#[test]
fn a_reboot_under_load_forgets_the_session_and_takes_the_press_away_by_itself() {
    let mut bench = Bench::pressing(10.0);
    bench.firmware.reboot(99);
    bench.tick();
    assert_eq!(bench.firmware.session(), 0);
    assert_eq!(bench.firmware.mode(), Mode::Idle);
    let torques = bench.pushing(10.0);
    bench.live(Mode::Following, &torques, 5);
    assert_eq!(bench.firmware.mode(), Mode::Idle);
    let mut most: f64 = 0.0;
    let mut gone_after = None;
    for ms in 1..=1000 {
        bench.live(Mode::Following, &torques, 1);
        most = most.max(bench.press());
        gone_after = gone_after.or((bench.press() < 2.0).then_some(ms));
        assert!(gone_after.is_none() || bench.press() < 2.0, "at {ms} ms");
    }
    assert!(most < 12.0, "{most} N");
    assert!(gone_after.is_some_and(|ms| ms < 200), "{gone_after:?} ms");
    assert_eq!(bench.firmware.mode(), Mode::Stopped);
}

#[test]
fn a_reboot_off_the_skin_moves_nothing_and_is_tared_for_a_new_session() {
    let mut bench = Bench::new(0.05);
    bench.open(11);
    bench.live(Mode::Holding, &[], 300);
    bench.firmware.reboot(99);
    let before = bench.firmware.truth().positions;
    for _ in 0..1000 {
        bench.tick();
        assert_eq!(bench.firmware.mode(), Mode::Idle);
    }
    assert!((bench.firmware.truth().positions - before).amax() < 1e-6);
    bench.open(12);
    bench.live(Mode::Holding, &[], 300);
    let torques = bench.pushing(0.0);
    bench.live(Mode::Following, &torques, 5);
    assert_eq!(bench.firmware.mode(), Mode::Following);
}

#[test]
fn no_session_is_opened_before_a_waking_arm_has_looked_and_a_second_loss_of_power_looks_again() {
    let mut bench = Bench::pressing(10.0);
    bench.firmware.reboot(99);
    // Every sample is lost: nothing is known of the press, and the brakes stay closed.
    bench.firmware.faults().inject(RigFault::WrenchNotANumber);
    for _ in 0..2000 {
        bench.tick();
    }
    assert!(bench.firmware.is_waking());
    bench.open(12);
    assert_eq!(bench.firmware.session(), 0);
    let busy = |message: &Message| matches!(message, Message::Refused(r) if r.why == wire_format::Why::Busy);
    assert!(bench.heard.iter().any(busy), "{:?}", bench.heard);
    bench.firmware.reboot(100);
    bench.firmware.faults().clear();
    for _ in 0..1500 {
        bench.tick();
    }
    assert!(bench.press() < 2.0 && !bench.firmware.is_waking());
    bench.open(13);
    assert_eq!(bench.firmware.session(), 13);
}

#[test]
fn a_sensor_that_lies_to_a_waking_arm_costs_some_way_off_the_body_and_no_force() {
    let mut bench = Bench::new(0.004);
    bench.open(11);
    bench.live(Mode::Holding, &[], 300);
    let before = bench.firmware.truth().base_from_tool;
    bench.firmware.faults().inject(RigFault::WrenchBias(-40.0));
    bench.firmware.reboot(99);
    for _ in 0..3000 {
        bench.tick();
        assert!(bench.press() < 0.5, "{} N", bench.press());
    }
    let after = bench.firmware.truth().base_from_tool;
    let moved = before.inverse().transform(&after.origin());
    assert!(moved.z() < -0.015 && moved.z() > -0.06, "{moved:?}");
    // What it felt cannot have been the body: another session takes a new zero.
    bench.open(12);
    assert_eq!(bench.firmware.session(), 12);
}

#[test]
fn a_link_fault_does_what_its_name_says() {
    let mut bench = Bench::new(0.05);
    bench.open(11);
    bench.live(Mode::Holding, &[], 5);
    let mut bytes = Vec::new();
    for _ in 0..200 {
        bench.now += MS;
        bench.firmware.tick(bench.now).unwrap();
        bench.firmware.take_outgoing(&mut bytes);
    }
    let accepted = |faults: &mut LinkFaults, bytes: &[u8]| {
        let mut out = Vec::new();
        let mut now = 0;
        for chunk in bytes.chunks(160) {
            faults.pass(now, chunk, &mut out);
            now += MS;
        }
        faults.release(u64::MAX, &mut out);
        let mut deframer = Deframer::new();
        let frames = out.iter().filter_map(|b| deframer.push(*b));
        frames.filter(Result::is_ok).count()
    };
    let whole = accepted(&mut LinkFaults::none(1), &bytes);
    let with = |fault| {
        let mut faults = LinkFaults::none(1);
        faults.inject(fault);
        let count = accepted(&mut faults, &bytes);
        assert!(faults.injected() > 0, "{fault:?} did nothing");
        count
    };
    assert_eq!(with(LinkFault::Silence), 0);
    assert_eq!(
        with(LinkFault::BitFlips {
            share: 1.0,
            bits: 2
        }),
        0
    );
    assert_eq!(with(LinkFault::WrongVersion { share: 1.0 }), 0);
    assert_eq!(with(LinkFault::BurstDrop { frames: 20 }), whole - 20);
    assert_eq!(with(LinkFault::Duplicate { share: 1.0 }), 2 * whole);
    assert_eq!(with(LinkFault::Misaddress { share: 1.0 }), 2 * whole);
    let dropped = with(LinkFault::Drop { share: 0.5 });
    assert!(dropped > whole / 4 && dropped < 3 * whole / 4);
    assert!(with(LinkFault::Truncate { share: 1.0 }) <= whole / 50);
    for kept in [
        LinkFault::Delay { by_ns: 10 * MS },
        LinkFault::Jitter { most_ns: 2 * MS },
        LinkFault::Reorder { share: 0.3 },
    ] {
        assert!(with(kept) >= whole - 1, "{kept:?}");
    }
    assert!(with(LinkFault::ReplayOld { share: 0.5 }) > whole);
}
