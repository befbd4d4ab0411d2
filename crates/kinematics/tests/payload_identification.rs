//! Payloads that are known beforehand must be found again: exactly without noise, and with noise as far
//! off as the stated errors say.

use kinematics::{
    Estimated, PayloadEstimate, PayloadIdentificationError as Error, RestingReading,
    identify_payload,
};
use nalgebra::{Isometry3, UnitQuaternion, Vector3};
use proptest::prelude::*;
use quantities::{Force, Sensor, Torque, Transform, Wrench};
use rand_like::Draw;

/// A small generator, so that the tests need no crate for it: the mixer of Steele, Lea and Flood 2014.
mod rand_like {
    pub struct Draw(pub u64);

    impl Draw {
        pub fn uniform(&mut self) -> f64 {
            self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = self.0;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
        }

        /// Standard normal: the sum of twelve uniforms is near enough within four deviations.
        pub fn normal(&mut self) -> f64 {
            (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
        }
    }
}

const TURNS: usize = 10;

/// Mass, centre, force bias, torque bias.
type Truth = [f64; TURNS];

const TRUTH: Truth = [
    0.5, 0.004, -0.007, 0.04, 0.2, -0.1, 0.25, 0.01, -0.015, 0.02,
];

fn vector(truth: &Truth, from: usize) -> Vector3<f64> {
    Vector3::new(truth[from], truth[from + 1], truth[from + 2])
}

/// What a sensor reads when gravity points this way: weight at its centre, and the biases.
fn reading(truth: &Truth, gravity: Vector3<f64>) -> RestingReading {
    let weight = gravity * truth[0];
    RestingReading {
        gravity_in_sensor: gravity,
        wrench: Wrench {
            force: Force::from_raw(weight + vector(truth, 4)),
            torque: Torque::from_raw(vector(truth, 1).cross(&weight) + vector(truth, 7)),
        },
    }
}

/// Gravity directions within a cone of `half_angle` (rad) about the sensor's z axis.
fn cone(count: usize, half_angle: f64, draw: &mut Draw) -> Vec<Vector3<f64>> {
    (0..count)
        .map(|_| {
            let tilt = Vector3::new(
                (draw.uniform() - 0.5) * 2.0 * half_angle,
                (draw.uniform() - 0.5) * 2.0 * half_angle,
                0.0,
            );
            UnitQuaternion::from_scaled_axis(tilt) * Vector3::new(0.0, 0.0, -9.80665)
        })
        .collect()
}

fn found(estimate: &PayloadEstimate) -> [Estimated; TURNS] {
    let [x, y, z] = estimate.centre_in_flange(&Transform::identity());
    let [fx, fy, fz] = estimate.force_bias;
    let [tx, ty, tz] = estimate.torque_bias;
    [estimate.mass, x, y, z, fx, fy, fz, tx, ty, tz]
}

fn noisy(seed: u64) -> Vec<RestingReading> {
    let mut draw = Draw(seed);
    let directions = cone(24, 1.2, &mut draw);
    directions
        .into_iter()
        .map(|gravity| {
            let mut exact = reading(&TRUTH, gravity);
            let mut noise = |size: f64| Vector3::from_fn(|_, _| size * draw.normal());
            exact.wrench.force = Force::from_raw(exact.wrench.force.raw() + noise(0.15));
            exact.wrench.torque = Torque::from_raw(exact.wrench.torque.raw() + noise(0.01));
            exact
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn without_noise_any_payload_is_found_again(
        mass in 0.05..5.0f64, centre in prop::array::uniform3(-0.2..0.2f64),
        bias in prop::array::uniform6(-2.0..2.0f64), seed in any::<u64>()
    ) {
        let [x, y, z] = centre;
        let [a, b, c, d, e, f] = bias;
        let truth = [mass, x, y, z, a, b, c, d, e, f];
        let readings: Vec<RestingReading> =
            cone(12, 1.0, &mut Draw(seed)).into_iter().map(|g| reading(&truth, g)).collect();
        let estimate = identify_payload(&readings).expect("well spread");
        for (got, known) in found(&estimate).iter().zip(truth) {
            prop_assert!((got.value - known).abs() < 1e-9, "{} {known}", got.value);
        }
        prop_assert!(estimate.force_residual.iter().all(|r| *r < 1e-9));
    }
}

/// 50 seeds and 10 numbers each: 500 errors. With the stated errors right, 95 % lie within two of them;
/// 2.5 % more or less are 2.6 standard deviations of that count were they all independent.
#[test]
fn noise_leads_as_far_off_as_the_stated_errors_say() {
    let mut within_two = 0;
    for seed in 0..50 {
        let estimate = identify_payload(&noisy(seed)).expect("well spread");
        for (number, (got, known)) in found(&estimate).iter().zip(TRUTH).enumerate() {
            let off = (got.value - known).abs() / got.error;
            assert!(
                off < 4.5,
                "seed {seed}, number {number}: {off:.1} errors off"
            );
            within_two += i32::from(off < 2.0);
        }
        let [x, y, z] = estimate.force_residual;
        let force = ((x * x + y * y + z * z) / 3.0).sqrt();
        assert!((0.10..0.20).contains(&force), "{force}");
    }
    println!("{within_two} of 500 lie within two stated errors");
    assert!((460..=490).contains(&within_two), "{within_two} of 500");
}

/// The errors are those of the scatter between repeated identifications: the second route to them.
#[test]
fn the_stated_errors_are_the_scatter_of_repetitions() {
    let runs: Vec<[Estimated; TURNS]> = (100..300)
        .map(|seed| found(&identify_payload(&noisy(seed)).expect("well spread")))
        .collect();
    for number in 0..TURNS {
        let square = |value: f64| value * value;
        let scatter: f64 = runs
            .iter()
            .map(|r| square(r[number].value - TRUTH[number]))
            .sum();
        let stated: f64 = runs.iter().map(|r| square(r[number].error)).sum();
        let ratio = (scatter / stated).sqrt();
        assert!((0.85..1.15).contains(&ratio), "number {number}: {ratio:.2}");
    }
}

#[test]
fn a_sensor_that_is_turned_and_shifted_on_the_flange_tells_the_same_centre() {
    let pose = Isometry3::new(
        Vector3::new(0.01, -0.02, 0.03),
        Vector3::new(0.4, -0.9, 0.2),
    );
    let flange_from_sensor = Transform::from_raw(pose);
    let estimate = identify_payload(&noisy(3)).expect("well spread");
    let there = estimate.centre_in_flange(&flange_from_sensor);
    let expected = pose * nalgebra::Point3::from(estimate.centre);
    for axis in 0..3 {
        assert!((there[axis].value - expected[axis]).abs() < 1e-12);
    }
    // Turning a covariance keeps its trace.
    let trace: f64 = there.iter().map(|c| c.error * c.error).sum();
    assert!((trace - estimate.centre_covariance.trace()).abs() < 1e-12 * trace);
}

#[test]
fn poses_that_cannot_tell_are_refused_with_what_to_do() {
    let all = |directions: Vec<Vector3<f64>>| {
        let readings: Vec<RestingReading> =
            directions.into_iter().map(|g| reading(&TRUTH, g)).collect();
        identify_payload(&readings)
    };
    let refused = |directions| all(directions).expect_err("refused").to_string();
    let turned = |axis: Vector3<f64>, degrees: [f64; 8]| {
        degrees
            .map(|d| {
                UnitQuaternion::from_scaled_axis(axis * d.to_radians())
                    * Vector3::new(0.0, 0.0, -9.80665)
            })
            .to_vec()
    };
    let fan = [-40.0, -30.0, -20.0, -10.0, 10.0, 20.0, 30.0, 40.0];
    let down = vec![Vector3::new(0.0, 0.0, -9.80665); 20];
    let same = refused(down);
    assert!(
        same.contains("about two axes") && same.contains("0.0 deg"),
        "{same}"
    );
    // Turned about the vertical nothing changes at all; two directions are one too few.
    assert!(matches!(
        all(turned(Vector3::z(), fan)),
        Err(Error::TooMuchAlike { .. })
    ));
    let two = [-40.0, 40.0, -40.0, 40.0, -40.0, 40.0, -40.0, 40.0];
    assert!(matches!(
        all(turned(Vector3::x(), two)),
        Err(Error::TooMuchAlike { .. })
    ));
    let timid = fan.map(|d| d * 0.2);
    assert!(matches!(
        all(turned(Vector3::x(), timid)),
        Err(Error::TooMuchAlike { .. })
    ));
    assert!(refused(cone(3, 1.0, &mut Draw(1))).contains("3 poses"));
    // Both axes, 30 degrees to either side: enough.
    let mut both = turned(Vector3::x(), fan.map(|d| d * 0.75));
    both.extend(turned(Vector3::y(), fan.map(|d| d * 0.75)));
    assert!(all(both).is_ok());
}

#[test]
fn numbers_that_are_none_and_a_weight_that_is_none_are_refused_by_pose_and_name() {
    let refused = |change: fn(&mut RestingReading)| {
        let mut readings = noisy(1);
        change(&mut readings[6]);
        identify_payload(&readings)
            .expect_err("refused")
            .to_string()
    };
    let text = refused(|r| r.wrench.force = Force::new(0.0, f64::NAN, 0.0));
    assert!(text.contains("pose 7") && text.contains("force"), "{text}");
    let text = refused(|r| r.wrench.torque = Torque::new(f64::INFINITY, 0.0, 0.0));
    assert!(text.contains("pose 7") && text.contains("torque"), "{text}");
    let text = refused(|r| r.gravity_in_sensor = Vector3::zeros());
    assert!(
        text.contains("pose 7") && text.contains("gravity"),
        "{text}"
    );
    // The reaction instead of the load: the mass comes out negative.
    let mut reversed = noisy(1);
    for reading in &mut reversed {
        reading.wrench.force = Force::from_raw(-reading.wrench.force.raw());
    }
    assert!(matches!(
        identify_payload(&reversed),
        Err(Error::NoWeight { .. })
    ));
}

#[test]
fn a_pose_with_a_hand_on_the_tool_is_pointed_at() {
    let mut readings = noisy(2);
    let pushed = readings[5].wrench.force.raw() + Vector3::new(2.0, 0.0, 0.0);
    readings[5].wrench.force = Force::<Sensor>::from_raw(pushed);
    let estimate = identify_payload(&readings).expect("well spread");
    assert_eq!(estimate.worst_pose, 5);
    assert!(estimate.worst_residual > 4.0, "{}", estimate.worst_residual);
}
