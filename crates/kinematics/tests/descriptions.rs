//! One arm, written down in several ways: links in pieces on fixed joints, elements in any order, another
//! root, a base that stands elsewhere. The results must not depend on the writing.

mod arms;

use arms::written::{Writing, written};
use arms::{chain_of, isometries, random_chain, vector};
use kinematics::{ArmChain, ArmModel};
use nalgebra::{Isometry3, SVector, Vector3};
use proptest::prelude::*;
use quantities::Wrench;

/// The arm of a text, which knows no rotors.
fn model<const D: usize>(chain: &ArmChain, how: &Writing) -> ArmModel<D> {
    let text = written(chain, how);
    let read = chain_of(&text, Some("flange"));
    ArmModel::from_chain(&read).expect("a sound chain")
}

/// The chain itself, without rotors.
fn reference<const D: usize>(chain: &ArmChain) -> ArmModel<D> {
    ArmModel::from_chain(chain)
        .expect("a sound chain")
        .with_rotor_inertia(SVector::zeros())
}

/// Everything that an arm answers, when `b`'s base stands at `a_from_b` in `a`'s. Gravity must have been
/// turned along.
fn same<const D: usize>(
    a: &ArmModel<D>,
    b: &ArmModel<D>,
    a_from_b: &Isometry3<f64>,
    (q, qd): (&SVector<f64, D>, &SVector<f64, D>),
) {
    let near = |gap: f64, scale: f64, what: &str| {
        assert!(gap < 1e-9 * (1.0 + scale), "{what}: {gap:e}");
    };
    let (in_a, in_b) = (a.tool_kinematics(q, qd), b.tool_kinematics(q, qd));
    let moved = a_from_b * in_b.base_from_tool.raw();
    let gap = in_a.base_from_tool.raw().to_homogeneous() - moved.to_homogeneous();
    near(gap.amax(), 1.0, "pose");
    let turn = a_from_b.rotation.to_rotation_matrix();
    for half in [0, 3] {
        let rows = in_a.jacobian.fixed_rows::<3>(half) - turn * in_b.jacobian.fixed_rows::<3>(half);
        near(rows.amax(), 1.0, "Jacobian");
        let bias = in_a.bias_acceleration.fixed_rows::<3>(half)
            - turn * in_b.bias_acceleration.fixed_rows::<3>(half);
        near(
            bias.amax(),
            in_a.bias_acceleration.amax(),
            "bias acceleration",
        );
    }
    let mass = a.mass_matrix(q);
    near((mass - b.mass_matrix(q)).amax(), mass.amax(), "mass matrix");
    let bias = a.bias(q, qd);
    near((bias - b.bias(q, qd)).amax(), bias.amax(), "bias");
    let weight = a.gravity(q);
    near((weight - b.gravity(q)).amax(), weight.amax(), "gravity");
    let energy = a.kinetic_energy(q, qd);
    near(
        (energy - b.kinetic_energy(q, qd)).abs(),
        energy,
        "kinetic energy",
    );
    let fall = |arm: &ArmModel<D>| {
        let falls = arm.forward_dynamics(q, qd, &SVector::zeros(), &Wrench::zero());
        arm.mass_matrix(q) * falls.expect("positive definite")
    };
    near((fall(a) - fall(b)).amax(), bias.amax(), "forward dynamics");
}

fn any_writing_means_the_same<const D: usize>(
    chain: &ArmChain,
    (q, qd): (&SVector<f64, D>, &SVector<f64, D>),
    pose: &Isometry3<f64>,
    seed: u64,
) {
    let straight = reference::<D>(chain);
    let here = Isometry3::identity();
    let plain = Writing::default();
    let halves = Writing {
        halves_at: Some(*pose),
        ..plain.clone()
    };
    let shuffled = Writing {
        shuffled_by: Some(seed),
        ..plain.clone()
    };
    let both = Writing {
        shuffled_by: Some(seed),
        ..halves.clone()
    };
    // The base as root, the stand hung on it: the same arm in the same place.
    let beside = Writing {
        beside: Some(*pose),
        ..both.clone()
    };
    for how in [&plain, &halves, &shuffled, &both, &beside] {
        same(&straight, &model::<D>(chain, how), &here, (q, qd));
    }
    // The stand as root: the base is moved and turned, and gravity is told in the axes of the stand.
    let under = Writing {
        under: Some(*pose),
        ..both
    };
    let gravity = pose.rotation * Vector3::new(0.0, 0.0, -kinematics::STANDARD_GRAVITY);
    let stood = model::<D>(chain, &under).with_gravity(gravity);
    same(&stood, &straight, pose, (q, qd));
}

macro_rules! for_all_sizes {
    ($($name:ident, $d:literal;)*) => {
        proptest! {
            #![proptest_config(ProptestConfig::with_cases(24))]
            $(
                #[test]
                fn $name(
                    chain in random_chain::<$d>(), q in vector::<$d>(2.5), qd in vector::<$d>(1.5),
                    pose in isometries(), seed in any::<u64>()
                ) {
                    any_writing_means_the_same::<$d>(&chain, (&q, &qd), &pose, seed);
                }
            )*
        }
    };
}

for_all_sizes! {
    four_joints_are_the_same_arm_in_any_writing, 4;
    five_joints_are_the_same_arm_in_any_writing, 5;
    six_joints_are_the_same_arm_in_any_writing, 6;
    seven_joints_are_the_same_arm_in_any_writing, 7;
}
