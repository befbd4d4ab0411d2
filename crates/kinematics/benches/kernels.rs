//! What the loop pays for the arm: each kernel on the 7-joint reference arm at one fixed posture.

use core::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use kinematics::{ArmModel, IkOptions, RobotDescription, swing};
use nalgebra::SVector;
use quantities::{Tool, Wrench};

const REFERENCE: &str = include_str!("../../../urdf/knead_r7.urdf");

fn reference_arm() -> Option<ArmModel<7>> {
    let (description, _) = RobotDescription::parse(REFERENCE).ok()?;
    let (chain, _) = description.chain(Some("flange")).ok()?;
    ArmModel::from_chain(&chain).ok()
}

fn kernels(criterion: &mut Criterion) {
    let Some(arm) = reference_arm() else {
        eprintln!("the reference arm does not load; the tests say why");
        return;
    };
    let q = SVector::from([0.3, 0.5, -0.2, 1.4, 0.1, 1.1, 0.4]);
    let qd = SVector::from([0.2, -0.1, 0.3, 0.4, -0.5, 0.2, 0.6]);
    let torques = arm.gravity(&q);
    let wrench = Wrench::<Tool>::zero();
    criterion.bench_function("pose", |b| b.iter(|| arm.tool_pose(black_box(&q))));
    criterion.bench_function("pose_jacobian_bias", |b| {
        b.iter(|| arm.tool_kinematics(black_box(&q), black_box(&qd)));
    });
    criterion.bench_function("gravity", |b| b.iter(|| arm.gravity(black_box(&q))));
    criterion.bench_function("inverse_dynamics", |b| {
        b.iter(|| arm.inverse_dynamics(black_box(&q), black_box(&qd), black_box(&qd)));
    });
    criterion.bench_function("mass_matrix", |b| b.iter(|| arm.mass_matrix(black_box(&q))));
    criterion.bench_function("forward_dynamics", |b| {
        b.iter(|| {
            arm.forward_dynamics(black_box(&q), black_box(&qd), black_box(&torques), &wrench)
        });
    });
    let target = arm.tool_pose(&q);
    let seed = q.add_scalar(0.05);
    let options = IkOptions::default();
    criterion.bench_function("inverse_kinematics_near_seed", |b| {
        b.iter(|| arm.inverse_kinematics(black_box(&target), black_box(&seed), &options));
    });
    criterion.bench_function("swing_100_ms", |b| {
        b.iter(|| swing(&arm, black_box(&q), 0.0, 0.1))
    });
}

criterion_group!(benches, kernels);
criterion_main!(benches);
