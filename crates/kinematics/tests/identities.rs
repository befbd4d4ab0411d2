//! Laws of mechanics that hold for every arm: two routes to one number, on random arms of 4 to 7
//! revolute, continuous and prismatic joints.

mod arms;

use arms::{random_arm, random_chain, vector};
use kinematics::{ArmModel, Payload};
use nalgebra::{Matrix3, SMatrix, SVector, Vector3, Vector6};
use proptest::prelude::*;
use quantities::{Kilograms, Point, Rotation, Tool, Transform, Twist, Wrench};

/// Central differences of a vector function of time, at step `h`.
fn rate<const N: usize>(f: impl Fn(f64) -> SVector<f64, N>, h: f64) -> SVector<f64, N> {
    (f(h) - f(-h)) / (2.0 * h)
}

fn motion_between<const D: usize>(
    arm: &ArmModel<D>,
    from: &SVector<f64, D>,
    to: &SVector<f64, D>,
) -> Vector6<f64> {
    let (a, b) = (arm.tool_pose(from), arm.tool_pose(to));
    let shift = b.origin() - a.origin();
    let turn = (b.raw().rotation * a.raw().rotation.inverse()).scaled_axis();
    Vector6::new(shift.x(), shift.y(), shift.z(), turn.x, turn.y, turn.z)
}

fn jacobian_is_derivative<const D: usize>(arm: &ArmModel<D>, q: &SVector<f64, D>) {
    let jacobian = arm.tool_kinematics(q, &SVector::zeros()).jacobian;
    let h = 1e-5;
    for i in 0..D {
        let step = SVector::<f64, D>::from_fn(|row, _| if row == i { h } else { 0.0 });
        let numeric = motion_between(arm, &(q - step), &(q + step)) / (2.0 * h);
        assert!((jacobian.column(i) - numeric).norm() < 1e-8, "column {i}");
    }
}

fn bias_is_the_jacobians_rate<const D: usize>(
    arm: &ArmModel<D>,
    q: &SVector<f64, D>,
    qd: &SVector<f64, D>,
) {
    let now = arm.tool_kinematics(q, qd);
    assert!((now.twist.stacked() - now.jacobian * qd).norm() < 1e-12);
    let numeric = rate(
        |t| arm.tool_kinematics(&(q + qd * t), qd).jacobian * qd,
        1e-5,
    );
    assert!((now.bias_acceleration - numeric).norm() < 1e-7 * (1.0 + numeric.norm()));
}

fn dynamics_agree<const D: usize>(
    arm: &ArmModel<D>,
    q: &SVector<f64, D>,
    qd: &SVector<f64, D>,
    qdd: &SVector<f64, D>,
    load: &Vector6<f64>,
) {
    let zero = SVector::zeros();
    let mass: SMatrix<f64, D, D> = arm.mass_matrix(q);
    let inverse = arm.inverse_dynamics(q, qd, qdd);
    let scale = 1.0 + inverse.norm() + (mass * qdd).norm();
    // Newton-Euler against composite bodies.
    assert!((inverse - (mass * qdd + arm.bias(q, qd))).norm() < 1e-11 * scale);
    // Gravity by levers against Newton-Euler at rest.
    assert!((arm.gravity(q) - arm.inverse_dynamics(q, &zero, &zero)).norm() < 1e-11 * scale);
    // Forward inverts inverse, with a wrench on the tool.
    let wrench = Wrench::<Tool>::from_stacked(load);
    let kinematics = arm.tool_kinematics(q, qd);
    let turn = kinematics.base_from_tool.rotation();
    let in_base = Vector6::from_iterator(
        turn.rotate(&wrench.force)
            .raw()
            .iter()
            .chain(turn.rotate(&wrench.torque).raw())
            .copied(),
    );
    let torques = inverse - kinematics.jacobian.tr_mul(&in_base);
    let back = arm
        .forward_dynamics(q, qd, &torques, &wrench)
        .expect("positive definite");
    assert!((mass * (back - qdd)).norm() < 1e-10 * scale);
    // Mass matrix: symmetric, positive definite, twice the kinetic energy.
    assert!((mass - mass.transpose()).norm() < 1e-12 * mass.norm());
    assert!(mass.cholesky().is_some());
    let energy = arm.kinetic_energy(q, qd);
    assert!((energy - 0.5 * qd.dot(&(mass * qd))).abs() < 1e-12 * (1.0 + energy));
}

/// dE/dt = τ·q̇: the energy's rate along the motion that the torques make is their power.
fn power_is_energy_rate<const D: usize>(
    arm: &ArmModel<D>,
    q: &SVector<f64, D>,
    qd: &SVector<f64, D>,
    qdd: &SVector<f64, D>,
) {
    let torques = arm.inverse_dynamics(q, qd, qdd);
    let energy = |t: f64| {
        let (q, qd) = (q + qd * t + qdd * (0.5 * t * t), qd + qdd * t);
        SVector::<f64, 1>::new(arm.kinetic_energy(&q, &qd) + arm.potential_energy(&q))
    };
    let numeric = rate(energy, 1e-4).x;
    let power = torques.dot(qd);
    assert!(
        (numeric - power).abs() < 1e-5 * (1.0 + power.abs() + torques.norm()),
        "{numeric} {power}"
    );
}

macro_rules! for_all_sizes {
    ($($module:ident, $d:literal;)*) => {$(
        mod $module {
            use super::*;
            proptest! {
                #![proptest_config(ProptestConfig::with_cases(48))]

                #[test]
                fn the_jacobian_is_the_derivative_of_the_pose(
                    arm in random_arm::<$d>(), q in vector::<$d>(2.5)
                ) {
                    jacobian_is_derivative(&arm, &q);
                }

                #[test]
                fn the_bias_acceleration_is_the_rate_of_the_jacobian(
                    arm in random_arm::<$d>(), q in vector::<$d>(2.5), qd in vector::<$d>(1.5)
                ) {
                    bias_is_the_jacobians_rate(&arm, &q, &qd);
                }

                #[test]
                fn inverse_forward_mass_gravity_and_energy_agree(
                    arm in random_arm::<$d>(), q in vector::<$d>(2.5), qd in vector::<$d>(2.0),
                    qdd in vector::<$d>(5.0), load in vector::<6>(30.0)
                ) {
                    dynamics_agree(&arm, &q, &qd, &qdd, &load);
                }

                #[test]
                fn power_is_the_rate_of_energy(
                    arm in random_arm::<$d>(), q in vector::<$d>(2.5), qd in vector::<$d>(1.0),
                    qdd in vector::<$d>(2.0)
                ) {
                    power_is_energy_rate(&arm, &q, &qd, &qdd);
                }
            }
        }
    )*};
}

for_all_sizes! {
    four_joints, 4;
    five_joints, 5;
    six_joints, 6;
    seven_joints, 7;
}

fn payload() -> Payload {
    Payload {
        flange_from_tool: Transform::new(
            Point::new(0.02, -0.01, 0.11),
            Rotation::from_raw(nalgebra::UnitQuaternion::from_euler_angles(0.1, -0.3, 0.8)),
        ),
        mass: Kilograms::new(0.9),
        centre_of_mass: Point::new(0.01, 0.02, 0.06),
        inertia: Matrix3::from_diagonal(&Vector3::new(0.002, 0.0015, 0.001)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// A payload is a wrench at the flange that its own weight makes.
    #[test]
    fn a_payload_adds_its_weight_times_lever(
        arm in random_arm::<7>(), q in vector::<7>(2.5)
    ) {
        let loaded = arm.with_payload(&payload());
        let pose = arm.flange_pose(&q);
        let tool = loaded.tool_pose(&q);
        prop_assert!((tool.raw().inverse() * (pose * payload().flange_from_tool).raw())
            .translation.vector.norm() < 1e-12);
        // Virtual work: moving the payload's centre against gravity.
        let centre = |q: &SVector<f64, 7>| *arm.flange_pose(q).transform(&payload().centre_of_mass).raw();
        let h = 1e-5;
        for i in 0..7 {
            let step = SVector::<f64, 7>::from_fn(|row, _| if row == i { h } else { 0.0 });
            let lift = (centre(&(q + step)) - centre(&(q - step))).z / (2.0 * h);
            let extra = loaded.gravity(&q)[i] - arm.gravity(&q)[i];
            prop_assert!((extra - 0.9 * 9.80665 * lift).abs() < 1e-7);
        }
        // A second payload replaces the first.
        prop_assert_eq!(loaded.with_payload(&payload()).gravity(&q), loaded.gravity(&q));
    }

    /// Kinetic energy of the payload by the flange's own motion.
    #[test]
    fn a_payload_adds_its_own_kinetic_energy(
        arm in random_arm::<6>(), q in vector::<6>(2.5), qd in vector::<6>(2.0)
    ) {
        let skew = Matrix3::new(3.0, 0.4, -0.2, 0.4, 2.0, 0.3, -0.2, 0.3, 4.0) * 1e-3;
        let payload = Payload { inertia: skew, ..payload() };
        let loaded = arm.with_payload(&payload);
        let flange = arm.flange_pose(&q);
        let twist = arm.tool_kinematics(&q, &qd).twist;
        let spin = twist.angular.raw();
        let lever = flange.raw().rotation * payload.centre_of_mass.raw().coords;
        let velocity = twist.linear.raw() + spin.cross(&lever);
        let in_flange = flange.raw().rotation.inverse() * spin;
        let expected = 0.5 * 0.9 * velocity.norm_squared() + 0.5 * in_flange.dot(&(skew * in_flange));
        let added = loaded.kinetic_energy(&q, &qd) - arm.kinetic_energy(&q, &qd);
        prop_assert!((added - expected).abs() < 1e-10 * (1.0 + expected));
    }

    #[test]
    fn the_last_link_pose_leads_to_the_flange(
        chain in random_chain::<5>(), q in vector::<5>(2.5)
    ) {
        let arm = ArmModel::<5>::from_chain(&chain).expect("a sound chain");
        let by_link = arm.link_poses(&q)[4] * chain.last_from_tip;
        let gap = by_link.inverse() * arm.flange_pose(&q).raw();
        prop_assert!(gap.translation.vector.norm() < 1e-12 && gap.rotation.angle() < 1e-7);
    }

    #[test]
    fn turning_gravity_and_base_together_changes_no_torque(
        chain in random_chain::<4>(), q in vector::<4>(2.5), qd in vector::<4>(2.0),
        turn in prop::array::uniform3(-3.0..3.0f64)
    ) {
        let upright = ArmModel::<4>::from_chain(&chain).expect("a sound chain");
        let turn = nalgebra::Isometry3::rotation(Vector3::from(turn));
        let mut turned_chain = chain;
        let first = &mut turned_chain.joints[0];
        first.parent_from_joint = turn * first.parent_from_joint;
        let turned = ArmModel::<4>::from_chain(&turned_chain).expect("a sound chain")
            .with_gravity(turn * Vector3::new(0.0, 0.0, -9.80665));
        prop_assert!((upright.bias(&q, &qd) - turned.bias(&q, &qd)).norm() < 1e-10);
    }
}

#[test]
fn a_twist_of_zero_speed_is_zero() {
    let arm: ArmModel<7> = arms::model_of(arms::R7, None);
    let still = arm.tool_kinematics(&SVector::zeros(), &SVector::zeros());
    assert_eq!(still.twist, Twist::zero());
    assert_eq!(still.bias_acceleration, Vector6::zeros());
}
