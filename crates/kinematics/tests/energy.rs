//! Energy and power, on random arms of 4 to 7 joints: what motors and a load on the tool put in is what
//! the arm gains, and Coriolis forces do no work.

mod arms;

use arms::{random_arm, vector};
use kinematics::ArmModel;
use nalgebra::{SMatrix, SVector, Vector6};
use proptest::prelude::*;
use quantities::{Tool, Wrench};

/// dE/dt = τ·q̇ + w·v: the energy's rate, by central differences along the motion that forward dynamics
/// gives, is the power of the motors and of the wrench on the tool. The wrench is told in tool axes, the
/// twist in base axes: this also proves their frames.
fn load_and_motors_do_the_work<const D: usize>(
    arm: &ArmModel<D>,
    q: &SVector<f64, D>,
    qd: &SVector<f64, D>,
    torques: &SVector<f64, D>,
    load: &Vector6<f64>,
) {
    let wrench = Wrench::<Tool>::from_stacked(load);
    let qdd = arm
        .forward_dynamics(q, qd, torques, &wrench)
        .expect("positive definite");
    let energy = |t: f64| {
        let (q, qd) = (q + qd * t + qdd * (0.5 * t * t), qd + qdd * t);
        arm.kinetic_energy(&q, &qd) + arm.potential_energy(&q)
    };
    // Light wrists accelerate hard: the step is scaled to how far the state moves.
    let h = 1e-3 / (1.0 + qdd.norm());
    let numeric = (energy(h) - energy(-h)) / (2.0 * h);
    let kinematics = arm.tool_kinematics(q, qd);
    let turn = kinematics.base_from_tool.rotation();
    let (force, torque) = (turn.rotate(&wrench.force), turn.rotate(&wrench.torque));
    let by_load = force.raw().dot(kinematics.twist.linear.raw())
        + torque.raw().dot(kinematics.twist.angular.raw());
    let power = torques.dot(qd) + by_load;
    let scale = 1.0 + power.abs() + (arm.mass_matrix(q) * qdd).dot(qd).abs();
    assert!((numeric - power).abs() < 1e-5 * scale, "{numeric} {power}");
}

/// Velocity torques are quadratic in the speeds, so their polar form is the matrix `C` of Christoffel
/// symbols: `2 C(q̇) v = c(q̇ + v) - c(q̇) - c(v)`. With that `C`, `Ṁ - 2C` is skew, and `Ṁ = C + Cᵀ`
/// (Murray, Li and Sastry 1994, lemma 4.2). `Ṁ` is taken by central differences.
fn coriolis_does_no_work<const D: usize>(
    arm: &ArmModel<D>,
    q: &SVector<f64, D>,
    qd: &SVector<f64, D>,
) {
    let gravity = arm.gravity(q);
    let velocity_torques = |speeds: &SVector<f64, D>| arm.bias(q, speeds) - gravity;
    let own = velocity_torques(qd);
    let mut coriolis = SMatrix::<f64, D, D>::zeros();
    for i in 0..D {
        let unit = SVector::<f64, D>::from_fn(|row, _| if row == i { 1.0 } else { 0.0 });
        let column = (velocity_torques(&(qd + unit)) - own - velocity_torques(&unit)) * 0.5;
        coriolis.set_column(i, &column);
    }
    assert!((coriolis * qd - own).norm() < 1e-10 * (1.0 + own.norm()));
    let h = 1e-5;
    let rate = (arm.mass_matrix(&(q + qd * h)) - arm.mass_matrix(&(q - qd * h))) / (2.0 * h);
    let skew = rate - coriolis * 2.0;
    let scale = 1.0 + rate.norm() + coriolis.norm();
    assert!((skew + skew.transpose()).norm() < 1e-7 * scale);
    assert!((rate - coriolis - coriolis.transpose()).norm() < 1e-7 * scale);
}

/// The mass matrix is positive definite with room: no speed of length 1 has less energy than its least
/// eigenvalue says, which is above that of the rotors alone.
fn speed_costs_energy<const D: usize>(
    arm: &ArmModel<D>,
    q: &SVector<f64, D>,
    qd: &SVector<f64, D>,
) {
    let mass = arm.mass_matrix(q);
    let least = arm.rotor_inertia().min();
    let energy = arm.kinetic_energy(q, qd);
    assert!(energy >= 0.5 * least * qd.norm_squared() * (1.0 - 1e-12));
    assert!(mass.cholesky().is_some());
    assert!((mass - mass.transpose()).norm() <= 1e-12 * mass.norm());
}

/// Forward dynamics is affine in torque: what a torque adds, inverse dynamics asks for.
fn forward_and_inverse_are_inverses<const D: usize>(
    arm: &ArmModel<D>,
    q: &SVector<f64, D>,
    qd: &SVector<f64, D>,
    torques: &SVector<f64, D>,
) {
    let qdd = arm
        .forward_dynamics(q, qd, torques, &Wrench::zero())
        .expect("positive definite");
    let back = arm.inverse_dynamics(q, qd, &qdd);
    let scale = 1.0 + torques.norm() + arm.bias(q, qd).norm();
    assert!((back - torques).norm() < 1e-9 * scale, "{back} {torques}");
}

macro_rules! for_all_sizes {
    ($($module:ident, $d:literal;)*) => {$(
        mod $module {
            use super::*;
            proptest! {
                #![proptest_config(ProptestConfig::with_cases(48))]

                #[test]
                fn what_motors_and_load_put_in_the_arm_gains(
                    arm in random_arm::<$d>(), q in vector::<$d>(2.5), qd in vector::<$d>(1.0),
                    torques in vector::<$d>(20.0), load in vector::<6>(20.0)
                ) {
                    load_and_motors_do_the_work(&arm, &q, &qd, &torques, &load);
                }

                #[test]
                fn the_rate_of_the_mass_matrix_less_twice_coriolis_is_skew(
                    arm in random_arm::<$d>(), q in vector::<$d>(2.5), qd in vector::<$d>(1.5)
                ) {
                    coriolis_does_no_work(&arm, &q, &qd);
                }

                #[test]
                fn no_motion_is_free(
                    arm in random_arm::<$d>(), q in vector::<$d>(2.5), qd in vector::<$d>(2.0)
                ) {
                    speed_costs_energy(&arm, &q, &qd);
                }

                #[test]
                fn a_torque_makes_the_acceleration_that_asks_for_it(
                    arm in random_arm::<$d>(), q in vector::<$d>(2.5), qd in vector::<$d>(2.0),
                    torques in vector::<$d>(50.0)
                ) {
                    forward_and_inverse_are_inverses(&arm, &q, &qd, &torques);
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
