//! Frames that every end must write and read: two or more of each kind.

use std::num::NonZeroU32;

use wire_format::{
    Address, Answered, Capabilities, CapabilityFlags, Command, Drive, Drives, Fault, FaultClass,
    Frame, Header, Heartbeat, Hello, JointCaps, JointSamples, Joints, Message, Mode, Open, Opened,
    Parameter, ParameterId, ParameterRead, ParameterWrite, Reaction, Refused, Scope, Sensors,
    State, StateFlags, Stop, StopCause, Text, TimeReply, TimeRequest, Why, WrenchSample,
};

/// Nonce of the session in the vectors.
pub const SESSION: u32 = 0x5EED_0001;

const HASH: [u8; 32] = [
    0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF,
    0x0F, 0x1E, 0x2D, 0x3C, 0x4B, 0x5A, 0x69, 0x78, 0x87, 0x96, 0xA5, 0xB4, 0xC3, 0xD2, 0xE1, 0xF0,
];

type Named = (&'static str, Frame);

/// All of them, by kind.
pub fn frames() -> Vec<Named> {
    [handshake(), control(), reports(), requests()].concat()
}

/// A frame of the session (or of the handshake).
pub fn frame(source: Address, sequence: u32, mode: Mode, message: Message) -> Frame {
    let session = match message.kind().scope() {
        Scope::Handshake => 0,
        Scope::Session | Scope::Either => SESSION,
    };
    let destination = if source == Address::Arm {
        Address::ControlLoop
    } else {
        Address::Arm
    };
    Frame {
        header: Header {
            source,
            destination,
            session,
            sequence,
            time_ns: 1_000_000_000 + u64::from(sequence) * 1_000_000,
            mode,
        },
        message,
    }
}

fn text<const N: usize>(text: &str) -> Text<N> {
    Text::new(text).expect("short and printable")
}

fn handshake() -> Vec<Named> {
    let hello = |host_nonce| {
        Message::Hello(Hello {
            lowest_version: 1,
            highest_version: 1,
            host_nonce,
        })
    };
    let mut to_all = frame(Address::Tools, 1, Mode::Idle, hello(0x0102_0304));
    to_all.header.destination = Address::Broadcast;
    let open = Open {
        boot_nonce: 0xB007_0001,
        session: SESSION,
        rate_hz: 1000,
        drive: Drive::Torque,
        force_ceiling_n: 40.0,
        tool_speed_m_s: 0.25,
        host_limits_hash: HASH,
    };
    let opened = Opened {
        session: SESSION,
        rate_hz: 1000,
        drive: Drive::Torque,
        host_limits_hash: HASH,
    };
    let from_loop = |n, message| frame(Address::ControlLoop, n, Mode::Idle, message);
    let from_arm = |n, message| frame(Address::Arm, n, Mode::Idle, message);
    vec![
        ("hello_to_the_arm", from_loop(1, hello(0xFFFF_FFFF))),
        ("hello_to_all", to_all),
        ("capabilities_of_seven_joints", from_arm(1, seven_joints())),
        ("capabilities_of_three_joints", from_arm(2, three_joints())),
        ("open_torque", from_loop(2, Message::Open(open))),
        (
            "open_velocity",
            from_loop(
                3,
                Message::Open(Open {
                    rate_hz: 250,
                    drive: Drive::Velocity,
                    host_limits_hash: [0; 32],
                    ..open
                }),
            ),
        ),
        ("opened_torque", from_arm(3, Message::Opened(opened))),
        (
            "opened_position",
            from_arm(
                4,
                Message::Opened(Opened {
                    session: u32::MAX,
                    rate_hz: 250,
                    drive: Drive::Position,
                    host_limits_hash: [0xFF; 32],
                }),
            ),
        ),
    ]
}

fn seven_joints() -> Message {
    Message::Capabilities(Capabilities {
        host_nonce: 0xFFFF_FFFF,
        boot_nonce: 0xB007_0001,
        drives: Drives::TORQUE.with(Drives::VELOCITY).with(Drives::POSITION),
        max_rate_hz: 1000,
        baud: 3_000_000,
        latency_us: 1000,
        sensors: Sensors::JOINT_TORQUE
            .with(Sensors::WRIST_WRENCH)
            .with(Sensors::TEMPERATURES)
            .with(Sensors::TOOL_ID),
        flags: CapabilityFlags::none(),
        force_ceiling_n: 60.0,
        tool_speed_m_s: 0.5,
        caps: JointCaps::new(
            &[87.0, 87.0, 87.0, 87.0, 12.0, 12.0, 12.0],
            &[2.175, 2.175, 2.175, 2.175, 2.61, 2.61, 2.61],
        )
        .expect("seven joints"),
        limits_hash: HASH,
        firmware: text("1.0.0"),
        model: text("seven joints"),
        serial: text("0123456789ABCDEF"),
    })
}

fn three_joints() -> Message {
    Message::Capabilities(Capabilities {
        host_nonce: 1,
        boot_nonce: 0,
        drives: Drives::VELOCITY,
        max_rate_hz: 250,
        baud: 1_000_000,
        latency_us: 0,
        sensors: Sensors::none(),
        flags: CapabilityFlags::STEPPED,
        force_ceiling_n: 20.0,
        tool_speed_m_s: 0.1,
        caps: JointCaps::new(&[5.0, 4.0, 3.0], &[1.0, 1.5, 2.0]).expect("three joints"),
        limits_hash: [0; 32],
        firmware: text("0.9"),
        model: Text::empty(),
        serial: Text::empty(),
    })
}

fn control() -> Vec<Named> {
    let hold = Command {
        answers: None,
        drive: Drive::Torque,
        values: Joints::new(&[0.0, -31.5, 1.25, 20.75, 0.5, 2.0, 0.0]).expect("seven"),
        force_ceiling_n: 40.0,
        speed_ceiling_m_s: 0.25,
    };
    let idle = Command {
        values: Joints::none(),
        force_ceiling_n: 0.0,
        speed_ceiling_m_s: 0.0,
        ..hold
    };
    let follow = Command {
        answers: NonZeroU32::new(0x0102_0300),
        speed_ceiling_m_s: 0.15,
        ..hold
    };
    let beat = Heartbeat {
        counter: 1000,
        verdicts: 1000,
        reaction: Reaction::Go,
        overruns: 0,
    };
    let slow = Heartbeat {
        counter: u32::MAX,
        verdicts: 0,
        reaction: Reaction::Slow,
        overruns: 513,
    };
    let stop = |reaction, cause| Message::Stop(Stop { reaction, cause });
    let command = |n, mode, c| frame(Address::ControlLoop, n, mode, Message::Command(c));
    let loop_end = Address::ControlLoop;
    vec![
        ("command_idle", command(1, Mode::Idle, idle)),
        ("command_holding", command(2, Mode::Holding, hold)),
        ("command_following", command(3, Mode::Following, follow)),
        ("state_first", frame(Address::Arm, 1, Mode::Idle, bare())),
        (
            "state_following",
            frame(Address::Arm, 256, Mode::Following, full()),
        ),
        (
            "heartbeat_of_the_loop",
            frame(loop_end, 4, Mode::Following, Message::Heartbeat(beat)),
        ),
        (
            "heartbeat_of_the_monitor",
            frame(
                Address::Monitor,
                1,
                Mode::Following,
                Message::Heartbeat(slow),
            ),
        ),
        (
            "stop_by_the_operator",
            frame(
                loop_end,
                5,
                Mode::Stopped,
                stop(Reaction::Stop, StopCause::Operator),
            ),
        ),
        (
            "stop_by_the_monitor",
            frame(
                Address::Monitor,
                2,
                Mode::Unloading,
                stop(Reaction::Unload, StopCause::Monitor),
            ),
        ),
        ("close_idle", frame(loop_end, 6, Mode::Idle, Message::Close)),
        (
            "close_last_sequence",
            frame(Address::Tools, u32::MAX, Mode::Idle, Message::Close),
        ),
    ]
}

fn bare() -> Message {
    Message::State(State {
        answered: None,
        tool: None,
        flags: StateFlags::BRAKES_ON,
        joints: JointSamples::new(&[0.5], &[0.0], &[-1.5]).expect("one joint"),
        joint_age_us: 65535,
        wrench: None,
        temperatures_c: [None; 7],
        limits_check: 0,
    })
}

fn full() -> Message {
    let samples = JointSamples::new(
        &[0.1, -0.7, 0.2, -2.1, 0.05, 1.6, 0.8],
        &[0.01, 0.02, -0.03, 0.0, 0.05, -0.06, 0.07],
        &[0.4, -31.5, 1.2, 20.8, 0.9, 2.1, 0.0],
    );
    Message::State(State {
        answered: NonZeroU32::new(255).map(|sequence| Answered {
            sequence,
            age_us: 312,
        }),
        tool: Some(2),
        flags: StateFlags::TARED.with(StateFlags::CLAMPED),
        joints: samples.expect("seven joints"),
        joint_age_us: 120,
        wrench: Some(WrenchSample {
            force_n: [0.5, -0.25, 31.0],
            torque_nm: [0.01, 0.02, 0.0],
            age_us: 400,
        }),
        temperatures_c: [
            Some(41),
            Some(40),
            Some(-5),
            None,
            Some(127),
            Some(-127),
            Some(0),
        ],
        limits_check: State::limits_check_of(&HASH),
    })
}

fn reports() -> Vec<Named> {
    let refused = |why, seen, allowed| Message::Refused(Refused { why, seen, allowed });
    let fault = |class, detail, words| {
        Message::Fault(Fault {
            class,
            detail,
            text: text(words),
        })
    };
    let mut outside = frame(
        Address::Arm,
        5,
        Mode::Idle,
        refused(Why::ForceCeiling, 70_000, 60_000),
    );
    outside.header.session = 0;
    let in_session = |n, mode, message| frame(Address::Arm, n, mode, message);
    vec![
        ("refused_open", outside),
        (
            "refused_parameter",
            in_session(257, Mode::Idle, refused(Why::ParameterUnknown, 99, 8)),
        ),
        (
            "fault_silence",
            in_session(
                258,
                Mode::Unloading,
                fault(FaultClass::Silence, 0, "commands silent 20 ms"),
            ),
        ),
        (
            "fault_drive",
            in_session(
                259,
                Mode::Fault,
                fault(FaultClass::Drive, 3, "32 characters fill the field ..."),
            ),
        ),
    ]
}

fn requests() -> Vec<Named> {
    let id = ParameterId::code;
    let host = |n, message| frame(Address::ControlLoop, n, Mode::Idle, message);
    let arm = |n, message| frame(Address::Arm, n, Mode::Idle, message);
    let read = |id| Message::ParameterRead(ParameterRead { id });
    let write = |id, value| Message::ParameterWrite(ParameterWrite { id, value });
    let parameter = |id, value| Message::Parameter(Parameter { id, value });
    let ask = |sent_ns| Message::TimeRequest(TimeRequest { sent_ns });
    let reply = |request_sent_ns, received_ns, sent_ns| {
        Message::TimeReply(TimeReply {
            request_sent_ns,
            received_ns,
            sent_ns,
        })
    };
    let mut from_tools = frame(
        Address::Tools,
        7,
        Mode::Idle,
        read(id(ParameterId::UnloadRate)),
    );
    from_tools.header.session = 0;
    vec![
        (
            "parameter_read",
            host(8, read(id(ParameterId::ForceCeiling))),
        ),
        ("parameter_read_outside_a_session", from_tools),
        (
            "parameter_write_tare",
            host(9, write(id(ParameterId::Tare), 1.0)),
        ),
        (
            "parameter_write_ceiling",
            host(10, write(id(ParameterId::ForceCeiling), 35.5)),
        ),
        (
            "parameter_timeout",
            arm(260, parameter(id(ParameterId::CommandTimeout), 20.0)),
        ),
        (
            "parameter_unload_rate",
            arm(261, parameter(id(ParameterId::UnloadRate), 200.0)),
        ),
        ("time_request", host(11, ask(1_011_000_000))),
        ("time_request_of_the_arm", arm(262, ask(u64::MAX))),
        (
            "time_reply",
            arm(263, reply(1_011_000_000, 5_000_000_000, 5_000_020_000)),
        ),
        ("time_reply_of_the_host", host(12, reply(u64::MAX, 0, 0))),
    ]
}
