//! How long a frame takes to become bytes, and bytes a frame: a state of seven joints, the longest that
//! goes over the wire in each period.

use std::hint::black_box;
use std::num::NonZeroU32;

use criterion::{Criterion, criterion_group, criterion_main};
use wire_format::{
    Address, AgeBound, Answered, Deframer, Expectation, Frame, Guard, Header, JointSamples,
    MAX_FRAME, Message, Mode, State, StateFlags, WrenchSample, encode,
};

fn state() -> Frame {
    let positions = [0.1, -0.7, 0.2, -2.1, 0.05, 1.6, 0.8];
    let velocities = [0.01, 0.02, -0.03, 0.0, 0.05, -0.06, 0.07];
    let torques = [0.4, -31.5, 1.2, 20.8, 0.9, 2.1, 0.0];
    Frame {
        header: Header {
            source: Address::Arm,
            destination: Address::ControlLoop,
            session: 0x5EED_0001,
            sequence: 1,
            time_ns: 1_000_000_000,
            mode: Mode::Following,
        },
        message: Message::State(State {
            answered: NonZeroU32::new(41).map(|sequence| Answered {
                sequence,
                age_us: 312,
            }),
            tool: Some(2),
            flags: StateFlags::TARED,
            joints: JointSamples::new(&positions, &velocities, &torques).expect("seven joints"),
            joint_age_us: 120,
            wrench: Some(WrenchSample {
                force_n: [0.5, -0.2, 31.0],
                torque_nm: [0.01, 0.02, 0.0],
                age_us: 400,
            }),
            temperatures_c: [Some(41); 7],
            limits_check: 0xC0FF_EE00,
        }),
    }
}

fn codec(c: &mut Criterion) {
    let frame = state();
    let mut bytes = [0; MAX_FRAME];
    c.bench_function("encode a state of seven joints", |b| {
        b.iter(|| encode(black_box(&frame), &mut bytes));
    });
    let used = encode(&frame, &mut bytes);
    let mut deframer = Deframer::new();
    c.bench_function("deframe and decode a state of seven joints", |b| {
        b.iter(|| {
            black_box(&bytes[..used])
                .iter()
                .find_map(|byte| deframer.push(*byte))
        });
    });
    c.bench_function("guard a state", |b| {
        let mut guard = Guard::new(Expectation {
            source: Address::Arm,
            destination: Address::ControlLoop,
            session: 0x5EED_0001,
            most_lost: 1000,
            age: AgeBound::Within {
                oldest_ns: 5_000_000,
                ahead_ns: 200_000,
            },
        });
        let mut next = frame;
        b.iter(|| {
            let accepted = guard.accept(black_box(&next), 1_000_500_000);
            next.header.sequence += 1;
            accepted
        });
    });
}

criterion_group!(benches, codec);
criterion_main!(benches);
