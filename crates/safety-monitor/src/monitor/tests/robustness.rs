//! Whatever comes in, what goes out is finite, within the limits, and of the same sequence.

use nalgebra::SVector;
use proptest::prelude::*;
use quantities::{Duration, Force, Instant, Torque, Wrench};
use signals::{
    CycleTiming, JointState, Reaction, Reading, Request, Sensed, ToolIndex, Wanted, WhyMissing,
};

use super::bench::{J, away, near, touching};

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => -3.0..3.0f64,
        1 => any::<f64>(),
        1 => Just(f64::NAN),
        1 => Just(f64::INFINITY),
        1 => -1e6..1e6f64,
    ]
}

fn joints() -> impl Strategy<Value = SVector<f64, J>> {
    prop::array::uniform7(number()).prop_map(SVector::from)
}

fn instant() -> impl Strategy<Value = Instant> {
    prop_oneof![4 => 0..4_000_000_000_u64, 1 => any::<u64>()].prop_map(Instant::from_nanos)
}

fn sensed() -> impl Strategy<Value = Sensed<J>> {
    let joint_reading = prop_oneof![
        4 => (joints(), joints(), joints(), instant()).prop_map(|(positions, velocities, torques, at)| {
            Reading::Taken { value: JointState { positions, velocities, torques }, at }
        }),
        1 => Just(Reading::Missing(WhyMissing::Silent)),
    ];
    let wrench_reading = prop_oneof![
        4 => (prop::array::uniform6(number()), instant()).prop_map(|(w, at)| Reading::Taken {
            value: Wrench { force: Force::new(w[0], w[1], w[2]), torque: Torque::new(w[3], w[4], w[5]) },
            at,
        }),
        1 => Just(Reading::Missing(WhyMissing::NotFitted)),
    ];
    let request = prop_oneof![
        Just(Request::None),
        Just(Request::Stop),
        Just(Request::Reset)
    ];
    (
        instant(),
        any::<u64>(),
        joint_reading,
        wrench_reading,
        prop::option::of(0..5_u8),
        any::<u32>(),
        request,
    )
        .prop_map(
            |(at, sequence, joints, wrench, tool, late, request)| Sensed {
                at,
                sequence,
                joints,
                wrench,
                tool: tool.map(ToolIndex),
                timing: CycleTiming {
                    computed_in: Duration::from_nanos(u64::from(late)),
                    late_by: Duration::from_nanos(u64::from(late) / 2),
                },
                request,
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nothing_that_comes_in_makes_anything_unfit_go_out(
        start in 0..3_usize,
        samples in prop::collection::vec((sensed(), prop::option::of(joints())), 1..40),
    ) {
        let bench = match start {
            0 => away(),
            1 => near(0.06),
            _ => touching(),
        };
        let mut monitor = bench.monitor;
        for (sensed, wanted) in samples {
            let wanted = wanted.map(Wanted::torques);
            let (verdict, command) = monitor.judge(&sensed, wanted.as_ref());
            let told = command.get();
            prop_assert_eq!(told.sequence, sensed.sequence);
            let effort = super::bench::chain().joints.iter().map(|joint| joint.limits.effort);
            for (torque, limit) in told.drive.values().iter().zip(effort) {
                prop_assert!(torque.is_finite() && torque.abs() <= limit);
                prop_assert!(f64::from(*torque as f32).to_bits() == torque.to_bits());
            }
            prop_assert!(verdict.ceiling.is_finite());
            prop_assert_eq!(verdict.cause.is_some(), verdict.reaction > Reaction::Go);
        }
    }
}

#[test]
fn a_latched_verdict_stays_whatever_the_samples_say() {
    let mut bench = touching();
    bench.press(41.0).run(5).press(15.0).run(500);
    assert!(
        bench
            .log
            .iter()
            .skip(1)
            .all(|line| line.reaction >= Reaction::Unload)
    );
}

#[test]
fn one_cycle_without_a_wish_is_bridged_without_a_trip() {
    let mut bench = touching();
    bench.spoil(1, |_, wanted| *wanted = None).run(50);
    bench.settled();
}

#[test]
fn a_slow_goes_by_itself_and_never_trips_itself() {
    let mut bench = touching();
    bench.spoil(8, |_, wanted| *wanted = None);
    let full = 40.0;
    let mut lowest: f64 = full;
    // A controller that obeys holds half of what it is shown.
    for _ in 0..900 {
        bench.run(1);
        let shown = bench.last.expect("has run").0.ceiling.get();
        lowest = lowest.min(shown);
        bench.press(15.0_f64.min(shown * 0.5));
    }
    assert!(lowest < 0.6 * full, "{lowest}");
    bench.run(2500);
    assert_eq!(
        bench.log.last().map(|line| line.reaction),
        Some(Reaction::Go)
    );
    assert!(bench.log.iter().all(|line| line.reaction <= Reaction::Slow));
}
