//! Any frame that may be sent, for property tests.
#![allow(dead_code)] // each test file uses a part of it

use std::num::NonZeroU32;

use proptest::prelude::*;
use wire_format::{
    Address, Answered, Capabilities, CapabilityFlags, Command, Drive, Drives, Fault, FaultClass,
    Frame, Header, Heartbeat, Hello, JointCaps, JointSamples, Joints, Kind, Message, Mode, Open,
    Opened, Parameter, ParameterRead, ParameterWrite, Reaction, Refused, Scope, Sensors, State,
    StateFlags, Stop, StopCause, Text, TimeReply, TimeRequest, Why, WrenchSample,
};

fn finite() -> impl Strategy<Value = f32> {
    prop_oneof![
        any::<f32>().prop_map(|v| if v.is_finite() { v } else { 0.0 }),
        -100.0_f32..100.0,
        Just(0.0),
    ]
}

fn bound() -> impl Strategy<Value = f32> {
    finite().prop_map(f32::abs)
}

fn one_of<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
    prop::sample::select(all)
}

fn text<const N: usize>() -> impl Strategy<Value = Text<N>> {
    prop::collection::vec(0x20_u8..=0x7E, 0..=N).prop_map(|bytes| {
        let text = String::from_utf8(bytes).expect("ASCII");
        Text::new(&text).expect("short and printable")
    })
}

fn hash() -> impl Strategy<Value = [u8; 32]> {
    any::<[u8; 32]>()
}

fn hello() -> impl Strategy<Value = Message> {
    (any::<u16>(), any::<u16>(), any::<u32>()).prop_map(|(a, b, host_nonce)| {
        Message::Hello(Hello {
            lowest_version: a.min(b),
            highest_version: a.max(b),
            host_nonce,
        })
    })
}

fn caps() -> impl Strategy<Value = JointCaps> {
    (1_usize..=7)
        .prop_flat_map(|n| {
            let values = || prop::collection::vec(bound(), n);
            (values(), values())
        })
        .prop_map(|(torques, velocities)| JointCaps::new(&torques, &velocities).expect("sound"))
}

fn capabilities() -> impl Strategy<Value = Message> {
    let nonces = (any::<u32>(), any::<u32>());
    let bits = (0_u8..8, 0_u8..16, 0_u8..2);
    let line = (any::<u16>(), any::<u32>(), any::<u16>());
    let limits = (bound(), bound(), caps(), hash());
    let names = (text::<16>(), text::<16>(), text::<16>());
    (nonces, bits, line, limits, names).prop_map(|(nonces, bits, line, limits, names)| {
        Message::Capabilities(Capabilities {
            host_nonce: nonces.0,
            boot_nonce: nonces.1,
            drives: Drives::from_bits(bits.0).expect("named"),
            sensors: Sensors::from_bits(bits.1).expect("named"),
            flags: CapabilityFlags::from_bits(bits.2).expect("named"),
            max_rate_hz: line.0,
            baud: line.1,
            latency_us: line.2,
            force_ceiling_n: limits.0,
            tool_speed_m_s: limits.1,
            caps: limits.2,
            limits_hash: limits.3,
            firmware: names.0,
            model: names.1,
            serial: names.2,
        })
    })
}

fn open() -> impl Strategy<Value = Message> {
    let nonces = (any::<u32>(), 1..=u32::MAX);
    (
        nonces,
        any::<u16>(),
        one_of(Drive::ALL),
        bound(),
        bound(),
        hash(),
    )
        .prop_map(
            |((boot_nonce, session), rate_hz, drive, force, speed, host_limits_hash)| {
                Message::Open(Open {
                    boot_nonce,
                    session,
                    rate_hz,
                    drive,
                    force_ceiling_n: force,
                    tool_speed_m_s: speed,
                    host_limits_hash,
                })
            },
        )
}

fn opened() -> impl Strategy<Value = Message> {
    (1..=u32::MAX, any::<u16>(), one_of(Drive::ALL), hash()).prop_map(
        |(session, rate_hz, drive, host_limits_hash)| {
            Message::Opened(Opened {
                session,
                rate_hz,
                drive,
                host_limits_hash,
            })
        },
    )
}

fn command() -> impl Strategy<Value = Message> {
    let values = prop::collection::vec(finite(), 0..=7);
    (any::<u32>(), one_of(Drive::ALL), values, bound(), bound()).prop_map(
        |(answers, drive, values, force, speed)| {
            Message::Command(Command {
                answers: NonZeroU32::new(answers),
                drive,
                values: Joints::new(&values).expect("at most seven"),
                force_ceiling_n: force,
                speed_ceiling_m_s: speed,
            })
        },
    )
}

fn samples() -> impl Strategy<Value = JointSamples> {
    (1_usize..=7)
        .prop_flat_map(|n| {
            let values = || prop::collection::vec(finite(), n);
            (values(), values(), values())
        })
        .prop_map(|(q, dq, tau)| JointSamples::new(&q, &dq, &tau).expect("sound"))
}

fn wrench() -> impl Strategy<Value = Option<WrenchSample>> {
    let values = (finite(), finite(), finite());
    let torques = (finite(), finite(), finite());
    prop::option::of(
        (values, torques, 0_u16..65535).prop_map(|(f, t, age_us)| WrenchSample {
            force_n: [f.0, f.1, f.2],
            torque_nm: [t.0, t.1, t.2],
            age_us,
        }),
    )
}

fn state() -> impl Strategy<Value = Message> {
    let answered = prop::option::of((1..=u32::MAX, any::<u32>())).prop_map(|answered| {
        answered.and_then(|(sequence, age_us)| {
            NonZeroU32::new(sequence).map(|sequence| Answered { sequence, age_us })
        })
    });
    let temperatures = prop::array::uniform7(prop::option::of(-127_i8..=127));
    let tool = prop::option::of(0_u8..255);
    let rest = (any::<u16>(), any::<u32>(), 0_u32..1 << 11);
    (answered, tool, samples(), wrench(), temperatures, rest).prop_map(
        |(answered, tool, joints, wrench, mut temperatures_c, (joint_age_us, check, flags))| {
            temperatures_c[usize::from(joints.dof())..].fill(None);
            Message::State(State {
                answered,
                tool,
                flags: StateFlags::from_bits(flags).expect("named"),
                joints,
                joint_age_us,
                wrench,
                temperatures_c,
                limits_check: check,
            })
        },
    )
}

fn heartbeat() -> impl Strategy<Value = Message> {
    (
        any::<u32>(),
        any::<u32>(),
        one_of(Reaction::ALL),
        any::<u16>(),
    )
        .prop_map(|(counter, verdicts, reaction, overruns)| {
            Message::Heartbeat(Heartbeat {
                counter,
                verdicts,
                reaction,
                overruns,
            })
        })
}

fn small() -> impl Strategy<Value = Message> {
    prop_oneof![
        (one_of(Why::ALL), any::<u32>(), any::<u32>())
            .prop_map(|(why, seen, allowed)| Message::Refused(Refused { why, seen, allowed })),
        (one_of(Reaction::ALL), one_of(StopCause::ALL))
            .prop_map(|(reaction, cause)| Message::Stop(Stop { reaction, cause })),
        (one_of(FaultClass::ALL), any::<u32>(), text::<32>()).prop_map(|(class, detail, text)| {
            Message::Fault(Fault {
                class,
                detail,
                text,
            })
        }),
        any::<u16>().prop_map(|id| Message::ParameterRead(ParameterRead { id })),
        (any::<u16>(), finite())
            .prop_map(|(id, value)| Message::ParameterWrite(ParameterWrite { id, value })),
        (any::<u16>(), finite())
            .prop_map(|(id, value)| Message::Parameter(Parameter { id, value })),
        any::<u64>().prop_map(|sent_ns| Message::TimeRequest(TimeRequest { sent_ns })),
        (any::<u64>(), any::<u64>(), any::<u64>()).prop_map(|(t1, a, b)| {
            Message::TimeReply(TimeReply {
                request_sent_ns: t1,
                received_ns: a.min(b),
                sent_ns: a.max(b),
            })
        }),
        Just(Message::Close),
    ]
}

/// Any message.
pub fn message() -> impl Strategy<Value = Message> {
    prop_oneof![
        hello(),
        capabilities(),
        open(),
        opened(),
        command(),
        state(),
        heartbeat(),
        small(),
    ]
}

/// The ways that a kind may go.
pub fn ways(kind: Kind) -> Vec<(Address, Address)> {
    let ends = || Address::ALL.iter().copied();
    ends()
        .flat_map(|source| ends().map(move |destination| (source, destination)))
        .filter(|(source, destination)| kind.may_go(*source, *destination))
        .collect()
}

/// Any frame that may be sent.
pub fn frame() -> impl Strategy<Value = Frame> {
    let numbers = (1..=u32::MAX, 1..=u32::MAX, any::<u64>(), any::<bool>());
    (message(), any::<prop::sample::Index>(), 0_u8..6, numbers).prop_map(
        |(message, way, mode, (session, sequence, time_ns, outside))| {
            let ways = ways(message.kind());
            let (source, destination) = ways[way.index(ways.len())];
            let mode = Mode::from_code(mode).expect("named");
            Frame {
                header: Header {
                    source,
                    destination,
                    session: match message.kind().scope() {
                        Scope::Handshake => 0,
                        Scope::Session => session,
                        Scope::Either if outside => 0,
                        Scope::Either => session,
                    },
                    sequence,
                    time_ns,
                    mode: if source == Address::Arm || mode != Mode::Fault {
                        mode
                    } else {
                        Mode::Stopped
                    },
                },
                message,
            }
        },
    )
}
