//! Arms that take velocities, and exchanges longer than a millisecond.

use nalgebra::SVector;
use quantities::Duration;
use safety_monitor::{Arm, ArmFault};
use signals::{Drive, DriveKind};

use super::breath;
use crate::arm::SimArm;
use crate::plant::ArmPlantParams;
use crate::sensors::SensorParams;
use crate::stage::{arm_over_muscle, palm};

/// A tool this far off the skin (m).
fn arm(gap: f64) -> SimArm<7> {
    let params = ArmPlantParams::default();
    arm_over_muscle(palm(), gap, params, SensorParams::default(), breath(3), 4)
}

fn velocity_arm(gap: f64) -> SimArm<7> {
    let mut arm = arm(gap).taking(DriveKind::Velocities);
    arm.begin().unwrap();
    arm
}

fn told(joint: usize, speed: f64) -> Drive<7> {
    let mut speeds = SVector::<f64, 7>::zeros();
    speeds[joint] = speed;
    Drive::Velocities(speeds)
}

#[test]
fn a_velocity_is_reached_within_a_few_hundredths_of_a_second_by_every_joint_and_held() {
    for joint in 0..7 {
        let mut arm = velocity_arm(0.1);
        let mut half = None;
        for ms in 1..=300 {
            arm.advance_by(&told(joint, 0.1)).unwrap();
            let speed = arm.truth().velocities[joint];
            assert!(speed < 0.15, "joint {joint}: {speed} rad/s after {ms} ms");
            if speed > 0.05 && half.is_none() {
                half = Some(ms);
            }
        }
        let half = half.expect("it moves");
        assert!(
            (5..=20).contains(&half),
            "joint {joint}: half after {half} ms"
        );
        let speeds = arm.truth().velocities;
        for (other, speed) in speeds.iter().enumerate() {
            let wanted = if other == joint { 0.1 } else { 0.0 };
            assert!(
                (speed - wanted).abs() < 0.004,
                "joint {other}: {speed} rad/s"
            );
        }
    }
}

#[test]
fn drives_that_hold_still_carry_the_arm_and_bear_a_press() {
    let mut arm = velocity_arm(-0.004);
    let start = arm.truth().positions;
    let mut pressed: f64 = 0.0;
    for _ in 0..1500 {
        arm.advance_by(&Drive::Velocities(SVector::zeros()))
            .unwrap();
        pressed = pressed.max(-arm.truth().contact.on_tool.force.z());
    }
    assert!(pressed > 2.0, "{pressed} N");
    let moved = (arm.truth().positions - start).amax();
    assert!(moved < 1e-2, "{moved} rad");
}

#[test]
fn a_drive_of_the_other_kind_is_refused() {
    let zero = SVector::<f64, 7>::zeros();
    let refused = |arm: &mut SimArm<7>, drive| match arm.advance_by(&drive) {
        Err(ArmFault::Broken { what }) => what,
        other => panic!("{other:?}"),
    };
    let text = refused(&mut velocity_arm(0.1), Drive::Torques(zero));
    assert!(
        text.contains("take velocities and were told torques"),
        "{text}"
    );
    let mut torque_arm = arm(0.1);
    torque_arm.begin().unwrap();
    let text = refused(&mut torque_arm, Drive::Velocities(zero));
    assert!(
        text.contains("take torques and were told velocities"),
        "{text}"
    );
    let text = refused(&mut velocity_arm(0.1), told(2, f64::NAN));
    assert!(
        text.contains("a velocity that is not finite, joint 2"),
        "{text}"
    );
}

#[test]
fn an_exchange_of_four_milliseconds_is_four_exchanges_of_one() {
    let mut long = arm(0.1)
        .taking(DriveKind::Velocities)
        .with_period(Duration::from_millis(4))
        .unwrap();
    let mut short = velocity_arm(0.1);
    long.begin().unwrap();
    for step in 0..50 {
        let drive = told(step % 7, 0.1);
        let sensed = long.advance_by(&drive).unwrap();
        let mut between = Vec::new();
        for _ in 0..4 {
            short.advance_by(&drive).unwrap();
            between.push(short.truth());
        }
        assert_eq!(between.pop(), Some(long.truth()));
        assert_eq!(long.passed(), between);
        assert_eq!(sensed.at, long.truth().at);
        assert_eq!(sensed.sequence, step as u64 + 1);
        assert_eq!(sensed.wrench.age(sensed.at), Some(Duration::from_millis(2)));
    }
}

#[test]
fn a_period_that_is_no_whole_number_of_the_plant_s_is_refused() {
    for micros in [0, 500, 1500, 3000, 20_000] {
        let refused = arm(0.1).with_period(Duration::from_micros(micros));
        let text = refused.map(|_| ()).unwrap_err().to_string();
        assert!(text.contains("1, 2, 4, 5, 8 or 10 ms"), "{text}");
    }
}
