use nalgebra::SVector;
use proptest::prelude::*;

use super::*;
use crate::stage::{armed, bare_arm, thumb};

fn vectors(size: f64) -> impl Strategy<Value = SVector<f64, 7>> {
    prop::array::uniform7(-size..size).prop_map(SVector::from)
}

proptest! {
    /// Second route: what the tool asks of the flange is what the arm with the tool needs more than the
    /// bare one: `τ_with - τ_bare = -Jᵀ·load`.
    #[test]
    fn the_load_is_what_the_joints_need_more_with_the_tool_on(
        q in vectors(2.5), qd in vectors(2.0), qdd in vectors(10.0),
    ) {
        let (model, tool) = armed(thumb());
        let bare = bare_arm();
        let load = load_on_sensor(
            &tool.payload,
            &Transform::identity(),
            &model.tool_kinematics(&q, &qd),
            &qdd,
            model.gravity_in_base(),
            &Wrench::zero(),
        );
        let more = model.inverse_dynamics(&q, &qd, &qdd) - bare.inverse_dynamics(&q, &qd, &qdd);
        let turn = bare.flange_pose(&q).rotation();
        let in_base = |v: Vector3<f64>| turn.raw() * v;
        let (f, m) = (in_base(*load.force.raw()), in_base(*load.torque.raw()));
        let stacked = nalgebra::Vector6::new(f.x, f.y, f.z, m.x, m.y, m.z);
        let asked = -bare.tool_kinematics(&q, &qd).jacobian.transpose() * stacked;
        prop_assert!((more - asked).amax() < 1e-9, "{more} against {asked}");
    }
}

#[test]
fn the_bias_has_its_length_and_stays() {
    let quiet = SensorParams {
        wrench_delay: 0,
        ..SensorParams::perfect()
    };
    let params = SensorParams {
        force_bias: Newtons::new(0.3),
        ..quiet
    };
    let mut sensors = Sensors::new(params, 3);
    let mut read = |ms: u64| {
        let at = Instant::START + Duration::from_millis(ms);
        sensors
            .wrench(at, &Wrench::zero())
            .value()
            .copied()
            .unwrap()
    };
    let first = read(0);
    assert!((first.force.norm() - 0.3).abs() < 1e-6);
    assert!((1..1000).all(|ms| read(ms) == first));
    let other = Sensors::new(params, 4).wrench(Instant::START, &Wrench::zero());
    assert_ne!(other.value(), Some(&first));
}

#[test]
fn the_noise_has_its_standard_deviation() {
    let params = SensorParams {
        wrench_delay: 0,
        ..SensorParams::default()
    };
    let mut sensors = Sensors::new(params, 3);
    let (mut sum, mut squares) = (0.0, 0.0);
    let count = 20_000;
    for ms in 0..count {
        let at = Instant::START + Duration::from_millis(ms);
        let z = sensors
            .wrench(at, &Wrench::zero())
            .value()
            .unwrap()
            .force
            .z();
        sum += z;
        squares += z * z;
    }
    let mean = sum / count as f64;
    let sigma = (squares / count as f64 - mean * mean).sqrt();
    assert!((sigma - 0.15).abs() < 0.004, "sigma {sigma} N");
    assert!(mean.abs() <= 0.3 + 0.005, "mean {mean} N");
}

#[test]
fn encoders_count_in_their_steps() {
    let mut sensors = Sensors::new(SensorParams::default(), 3);
    let positions = SVector::<f64, 4>::from([0.1, -2.0, 1.234567, 3.0]);
    let read = sensors.joints(&positions, &SVector::zeros(), &SVector::zeros());
    let step = SensorParams::default().position_resolution;
    for (read, truth) in read.positions.iter().zip(&positions) {
        assert!(
            (read - truth).abs() <= 0.5 * step + 2e-7,
            "{read} for {truth}"
        );
    }
}

#[test]
fn a_delay_that_is_too_long_is_named() {
    let params = SensorParams {
        wrench_delay: 17,
        ..SensorParams::default()
    };
    assert_eq!(params.fault(), Some(("wrench delay (samples)", 17.0)));
    assert_eq!(SensorParams::default().fault(), None);
}

#[test]
fn a_load_beyond_the_range_reads_as_the_range() {
    let params = SensorParams {
        force_range: Newtons::new(60.0),
        moment_range: NewtonMetres::new(5.0),
        ..SensorParams::perfect()
    };
    let mut sensors = Sensors::new(params, 3);
    let load = Wrench {
        force: Force::new(10.0, -75.0, 61.0),
        torque: Torque::new(4.0, 9.0, -5.5),
    };
    let Reading::Taken { value, .. } = sensors.wrench(Instant::START, &load) else {
        panic!("no sample");
    };
    assert_eq!(*value.force.raw(), Vector3::new(10.0, -60.0, 60.0));
    assert_eq!(*value.torque.raw(), Vector3::new(4.0, 5.0, -5.0));
    let none = SensorParams {
        force_range: Newtons::ZERO,
        ..params
    };
    assert_eq!(none.fault(), Some(("force range", 0.0)));
}
