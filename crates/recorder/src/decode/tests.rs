use super::*;
use crate::encode;
use proptest::collection::vec;
use proptest::prelude::*;

/// Times that a ROS 2 stamp can hold.
fn times() -> impl Strategy<Value = u64> {
    prop_oneof![0..400_000_000_000u64, 0..=encode::LATEST_STAMP_NS]
}

/// Numbers that equal themselves.
fn numbers() -> impl Strategy<Value = f64> {
    prop_oneof![
        -1e3..1e3f64,
        any::<f64>().prop_filter("NaN", |x| !x.is_nan())
    ]
}

fn singles() -> impl Strategy<Value = f32> {
    any::<f32>().prop_filter("NaN", |x| !x.is_nan())
}

fn three() -> impl Strategy<Value = [f64; 3]> {
    prop::array::uniform3(numbers())
}

fn four() -> impl Strategy<Value = [f64; 4]> {
    prop::array::uniform4(numbers())
}

fn cycles() -> impl Strategy<Value = CycleRecord> {
    let whole = (
        any::<[u64; 5]>(),
        any::<[u32; 2]>(),
        any::<i32>(),
        any::<[i16; 2]>(),
    );
    let rest = (any::<[u8; 6]>(), singles(), singles(), vec(singles(), 34));
    (whole, rest, 0..8usize).prop_map(|((a, b, segment, c), (d, phase_s, set, f), joints)| {
        let joint_values = |from: usize| f[from..from + joints].to_vec();
        CycleRecord {
            at_ns: a[0],
            sequence: a[1],
            joints_at_ns: a[2],
            wrench_at_ns: a[3],
            tripped: a[4],
            computed_in_ns: b[0],
            late_by_ns: b[1],
            segment,
            tool: c[0],
            cause: c[1],
            joints_missing: d[0],
            wrench_missing: d[1],
            request: d[2],
            reaction: d[3],
            contact_phase: d[4],
            phase_s,
            force_setpoint_n: set,
            wrench: [f[0], f[1], f[2], f[3], f[4], f[5]],
            positions: joint_values(6),
            velocities: joint_values(13),
            torques: joint_values(20),
            command: joint_values(27),
            drive: d[5],
        }
    })
}

fn truths() -> impl Strategy<Value = TruthRecord> {
    let sequences = (
        vec(numbers(), 0..8),
        vec(numbers(), 0..8),
        vec(numbers(), 0..30),
    );
    (
        any::<u64>(),
        sequences,
        [numbers(), numbers()],
        any::<u8>(),
        vec(singles(), 8),
    )
        .prop_map(
            |(at_ns, (positions, velocities, tissue_memory), breath, tool, f)| TruthRecord {
                at_ns,
                positions,
                velocities,
                tissue_memory,
                breath_m: breath[0],
                breath_m_per_s: breath[1],
                tool,
                contact_wrench: [f[0], f[1], f[2], f[3], f[4], f[5]],
                peak_pressure_pa: f[6],
                contact_area_m2: f[7],
            },
        )
}

fn joint_records() -> impl Strategy<Value = JointsRecord> {
    (
        times(),
        vec(numbers(), 0..8),
        vec(numbers(), 0..8),
        vec(numbers(), 0..8),
    )
        .prop_map(|(at_ns, positions, velocities, efforts)| JointsRecord {
            at_ns,
            positions,
            velocities,
            efforts,
        })
}

fn wrenches() -> impl Strategy<Value = WrenchRecord> {
    (times(), prop::array::uniform6(numbers()))
        .prop_map(|(at_ns, wrench)| WrenchRecord { at_ns, wrench })
}

fn poses() -> impl Strategy<Value = PoseRecord> {
    (times(), three(), four()).prop_map(|(at_ns, position, orientation)| PoseRecord {
        at_ns,
        position,
        orientation,
    })
}

fn frames() -> impl Strategy<Value = Message> {
    let one = (".*", ".*", three(), four()).prop_map(|(parent, child, position, orientation)| {
        TransformRecord {
            parent,
            child,
            position,
            orientation,
        }
    });
    (times(), vec(one, 0..5)).prop_map(|(at_ns, records)| Message::Tf(at_ns, records))
}

fn contacts() -> impl Strategy<Value = ContactRecord> {
    let texts = (".*", ".*", ".*", ".*");
    (
        times(),
        vec(numbers(), 11),
        any::<bool>(),
        texts,
        any::<[u32; 2]>(),
    )
        .prop_map(
            |(at_ns, f, known, (phase, technique, zone, segment), indices)| ContactRecord {
                at_ns,
                normal_force_true_n: f[0],
                normal_force_measured_n: known.then_some(f[1]),
                normal_force_setpoint_n: f[2],
                ceiling_n: f[3],
                u_m: f[4],
                v_m: f[5],
                spine_clearance_m: f[6],
                normal_error_rad: f[7],
                tangential_error_m: f[8],
                peak_pressure_pa: f[9],
                phase,
                technique,
                zone,
                segment,
                segment_index: indices[0],
                step_index: indices[1],
            },
        )
}

fn verdicts() -> impl Strategy<Value = VerdictRecord> {
    (times(), ".*", any::<u8>(), ".*", vec((".*", ".*"), 0..4)).prop_map(
        |(at_ns, reaction, level, cause, values)| VerdictRecord {
            at_ns,
            reaction,
            level,
            cause,
            values,
        },
    )
}

fn lines() -> impl Strategy<Value = LogRecord> {
    (times(), any::<u8>(), ".*", ".*").prop_map(|(at_ns, level, name, text)| LogRecord {
        at_ns,
        level,
        name,
        text,
    })
}

pub(crate) fn messages() -> impl Strategy<Value = Message> {
    prop_oneof![
        cycles().prop_map(Message::Cycle),
        truths().prop_map(Message::Truth),
        joint_records().prop_map(Message::JointStates),
        joint_records().prop_map(Message::JointCommand),
        wrenches().prop_map(Message::WrenchTrue),
        wrenches().prop_map(Message::WrenchMeasured),
        poses().prop_map(Message::ToolPose),
        poses().prop_map(Message::ToolGoal),
        frames(),
        contacts().prop_map(Message::Contact),
        verdicts().prop_map(Message::Verdict),
        lines().prop_map(Message::Log),
    ]
}

fn encoded(message: &Message) -> Vec<u8> {
    let mut bytes = Vec::new();
    let names = ["one".to_owned(), "zwei".to_owned()];
    match message {
        Message::Cycle(record) => encode::cycle(&mut bytes, record),
        Message::Truth(record) => encode::truth(&mut bytes, record),
        Message::JointStates(record) | Message::JointCommand(record) => {
            encode::joints(&mut bytes, record, &names);
        }
        Message::WrenchTrue(record) | Message::WrenchMeasured(record) => {
            encode::wrench(&mut bytes, record, "tool");
        }
        Message::ToolPose(record) | Message::ToolGoal(record) => {
            encode::pose(&mut bytes, record, "table");
        }
        Message::Tf(at_ns, records) => encode::transforms(&mut bytes, *at_ns, records),
        Message::Contact(record) => encode::contact(&mut bytes, record, "table"),
        Message::Verdict(record) => encode::verdict(&mut bytes, record),
        Message::Log(record) => encode::log(&mut bytes, record),
    }
    bytes
}

proptest! {
    #[test]
    fn every_record_comes_back_as_it_went(given in messages()) {
        let bytes = encoded(&given);
        prop_assert_eq!(message(given.topic(), given.at_ns(), &bytes), Ok(given));
    }

    #[test]
    fn any_bytes_at_all_are_decoded_or_refused(
        given in vec(any::<u8>(), 0..300), topic in prop::sample::select(Topic::ALL),
    ) {
        let mut bytes = vec![0, 1, 0, 0];
        bytes.extend(given);
        let _ = message(topic, 0, &bytes);
    }

    #[test]
    fn a_message_with_bytes_changed_or_cut_is_decoded_or_refused(
        given in messages(), cut in any::<prop::sample::Index>(),
        flips in vec((any::<prop::sample::Index>(), any::<u8>()), 1..5),
    ) {
        let mut bytes = encoded(&given);
        for (place, value) in flips {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        let _ = message(given.topic(), 0, &bytes);
        bytes.truncate(cut.index(bytes.len()));
        // Nothing may be missing: a cut message is never taken for a whole one.
        prop_assert!(message(given.topic(), 0, &bytes).is_err());
    }
}

#[test]
fn an_archive_of_format_1_is_read_as_torques() {
    let record = CycleRecord {
        contact_phase: 3,
        command: vec![1.5, -2.5],
        ..CycleRecord::default()
    };
    let mut bytes = encoded(&Message::Cycle(record.clone()));
    // Five bytes end at 69 of the body; floats begin at 72. Format 1 left three bytes of padding.
    assert_eq!(bytes[4 + 68..4 + 72], [3, 0, 0, 0]);
    assert_eq!(
        message(Topic::Cycle, 0, &bytes),
        Ok(Message::Cycle(record.clone()))
    );
    bytes[4 + 69] = 1;
    let drive = 1;
    assert_eq!(
        message(Topic::Cycle, 0, &bytes),
        Ok(Message::Cycle(CycleRecord { drive, ..record }))
    );
}

#[test]
fn a_force_that_is_not_known_comes_back_as_not_known() {
    let record = ContactRecord {
        normal_force_measured_n: None,
        ..ContactRecord::default()
    };
    let bytes = encoded(&Message::Contact(record.clone()));
    assert_eq!(
        message(Topic::Contact, 0, &bytes),
        Ok(Message::Contact(record))
    );
}
