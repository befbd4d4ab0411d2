use kinematics::ArmModel;
use nalgebra::SVector;
use quantities::{Metres, Point};

use crate::arm::SimArm;
use crate::breathing::{Breathing, BreathingParams};
use crate::plant::ArmPlantParams;
use crate::sensors::SensorParams;
use crate::stage::{arm_over_muscle, armed, palm, posture, pressing, thumb};
use crate::tissue::Pad;

const SMOOTH: ArmPlantParams = ArmPlantParams {
    substeps: 1,
    friction_scale: 0.0,
    friction_speed_rad_per_s: 0.05,
    stops: false,
    saturate: false,
};

fn breath() -> Breathing {
    Breathing::made(BreathingParams::default(), 5).unwrap()
}

fn begun(mut arm: SimArm<7>) -> SimArm<7> {
    safety_monitor::Arm::begin(&mut arm).unwrap();
    arm
}

#[test]
fn a_free_arm_without_friction_keeps_its_energy() {
    let (model, _) = armed(thumb());
    let mut arm = begun(arm_over_muscle(
        thumb(),
        3.0,
        SMOOTH,
        SensorParams::perfect(),
        breath(),
        1,
    ));
    let energy = |arm: &SimArm<7>| {
        let truth = arm.truth();
        let kinetic = model.kinetic_energy(&truth.positions, &truth.velocities);
        (kinetic + model.potential_energy(&truth.positions), kinetic)
    };
    let (start, _) = energy(&arm);
    let (mut drift, mut swing) = (0.0f64, 0.0f64);
    for _ in 0..500 {
        arm.advance(&SVector::zeros()).unwrap();
        let (total, kinetic) = energy(&arm);
        drift = drift.max((total - start).abs());
        swing = swing.max(kinetic);
    }
    assert!(swing > 1.0, "the arm hardly moved: {swing} J");
    assert!(drift < 1e-6 * swing, "{drift} J lost of {swing} J");
}

/// Plays one open-loop torque history and gives back positions and contact force each 50 ms.
fn played(gap: f64, substeps: u32) -> Vec<(SVector<f64, 7>, f64)> {
    let params = ArmPlantParams {
        substeps,
        friction_scale: 1.0,
        ..SMOOTH
    };
    let (model, _) = armed(palm());
    let arm = arm_over_muscle(palm(), gap, params, SensorParams::perfect(), breath(), 1);
    let mut arm = begun(arm);
    let rest = SVector::zeros();
    let carry = pressing(&model, &posture(), &rest, 0.0, 0.0);
    let mut seen = Vec::new();
    for step in 0..300 {
        let push = 14.0 + 5.0 * libm::sin(0.04 * f64::from(step));
        let press = pressing(&model, &posture(), &rest, push, 0.0);
        let mut torque = if gap < 1.0 { press } else { carry };
        torque[0] += 0.8 * libm::cos(0.03 * f64::from(step));
        arm.advance(&torque).unwrap();
        if step % 50 == 49 {
            let truth = arm.truth();
            seen.push((truth.positions, -truth.contact.on_tool.force.z()));
        }
    }
    seen
}

fn worst(a: &[(SVector<f64, 7>, f64)], b: &[(SVector<f64, 7>, f64)]) -> (f64, f64) {
    a.iter()
        .zip(b)
        .fold((0.0, 0.0), |(q, f): (f64, f64), (a, b)| {
            (q.max((a.0 - b.0).amax()), f.max((a.1 - b.1).abs()))
        })
}

#[test]
fn halving_the_step_changes_a_free_motion_by_less_than_a_nanoradian() {
    let (joints, _) = worst(&played(3.0, 1), &played(3.0, 4));
    assert!(joints < 1e-9, "{joints} rad");
}

#[test]
fn halving_the_step_changes_a_gliding_press_by_less_than_a_millinewton() {
    let fine = played(-0.004, 16);
    assert!(
        fine.iter().all(|(_, force)| *force > 1.0),
        "the palm left the skin: {fine:?}"
    );
    let (joints, force) = worst(&played(-0.004, 1), &fine);
    let (half_joints, half_force) = worst(&played(-0.004, 2), &fine);
    println!(
        "1 ms: {joints:.1e} rad, {force:.1e} N; 0.5 ms: {half_joints:.1e} rad, {half_force:.1e} N"
    );
    assert!(
        joints < 1e-5 && force < 1e-3,
        "1 ms is off by {joints} rad, {force} N"
    );
    assert!(
        half_force < 0.5 * force,
        "halving brings {force} N only to {half_force} N"
    );
}

/// Presses with a steady force until all is at rest.
fn settled(force: f64) -> (SimArm<7>, ArmModel<7>) {
    let (model, _) = armed(thumb());
    let params = ArmPlantParams {
        stops: true,
        ..SMOOTH
    };
    let still = Breathing::still();
    let mut arm = begun(arm_over_muscle(
        thumb(),
        0.002,
        params,
        SensorParams::perfect(),
        still,
        1,
    ));
    for _ in 0..12_000 {
        let truth = arm.truth();
        let torque = pressing(&model, &truth.positions, &truth.velocities, force, 1.0);
        arm.advance(&torque).unwrap();
    }
    (arm, model)
}

#[test]
fn a_pressed_tool_settles_where_the_elastic_law_carries_the_push() {
    let (arm, model) = settled(8.0);
    let truth = arm.truth();
    assert!(
        truth.velocities.amax() < 1e-5,
        "still moving: {}",
        truth.velocities
    );
    let inward = model.tool_pose(&posture()).rotation().raw() * nalgebra::Vector3::z();
    let carried = -truth
        .base_from_tool
        .rotate(&truth.contact.on_tool.force)
        .raw()
        .dot(&inward);
    assert!((carried - 8.0).abs() < 5e-3, "{carried} N carry 8 N");

    // Second route: the elastic law by hand over the cells, from gaps and moduli alone.
    let world = arm.world();
    let params = *world.tissue().params();
    let pad = Pad::new(&thumb(), params.pad_edge_drop);
    let table_from_tool = world.base_from_table().inverse() * truth.base_from_tool;
    let mut by_hand = nalgebra::Vector3::zeros();
    for cell in pad.cells() {
        let place = table_from_tool.transform(&Point::from_raw(cell.centre.into()));
        let depth = -world.gap_below(&place, truth.breath).unwrap().get();
        let modulus = world.tissue().modulus_at(&place).get();
        let soft = modulus.min(params.hardening_cap.get()) / params.hardening_depth.get();
        let pressure =
            2.0 / (core::f64::consts::PI * 0.01) * (modulus * depth + soft * depth * depth);
        let normal = world
            .back()
            .surface()
            .normal_at(place.x(), place.y())
            .unwrap();
        by_hand += normal.raw() * (pressure.max(0.0) * cell.area);
    }
    let told = *table_from_tool.rotate(&truth.contact.on_tool.force).raw();
    let outward = by_hand.normalize();
    let along = told - outward * told.dot(&outward);
    assert!(
        (told.dot(&outward) - by_hand.norm()).abs() < 0.02,
        "{told} N, by hand {by_hand} N"
    );
    // Sideways the skin may hold what the arm leaves over, up to Coulomb's limit.
    assert!(along.norm() <= params.skin.friction() * by_hand.norm());
    assert!(truth.contact.deepest.unwrap() > Metres::new(0.002));
}

#[test]
fn torque_beyond_the_limits_is_not_given() {
    let (model, _) = armed(thumb());
    let limits = model.limits().torque;
    let run = |saturate: bool, torque: SVector<f64, 7>| {
        let params = ArmPlantParams { saturate, ..SMOOTH };
        let mut arm = begun(arm_over_muscle(
            thumb(),
            3.0,
            params,
            SensorParams::perfect(),
            breath(),
            1,
        ));
        arm.advance(&torque).unwrap();
        arm.truth().velocities
    };
    assert_eq!(run(true, limits * 10.0), run(false, limits));
    assert_ne!(run(true, limits * 10.0), run(false, limits * 10.0));
}

#[test]
fn a_hard_stop_turns_a_joint_back() {
    let (model, _) = armed(thumb());
    let params = ArmPlantParams {
        stops: true,
        ..ArmPlantParams::default()
    };
    let mut arm = begun(arm_over_muscle(
        thumb(),
        3.0,
        params,
        SensorParams::perfect(),
        breath(),
        1,
    ));
    let upper = model.limits().upper[3];
    let mut farthest = f64::NEG_INFINITY;
    for _ in 0..3000 {
        let truth = arm.truth();
        let mut torque = model.gravity(&truth.positions) - truth.velocities * 2.0;
        torque[3] += 15.0;
        arm.advance(&torque).unwrap();
        farthest = farthest.max(arm.truth().positions[3]);
    }
    assert!(
        farthest > upper,
        "never reached the stop: {farthest} of {upper}"
    );
    assert!(
        farthest < upper + 0.02,
        "went {} rad through the stop",
        farthest - upper
    );
}

#[test]
fn joint_friction_brakes_a_coasting_arm() {
    let coast = |friction_scale: f64| {
        let params = ArmPlantParams {
            friction_scale,
            ..SMOOTH
        };
        let (model, _) = armed(thumb());
        let mut arm = begun(arm_over_muscle(
            thumb(),
            3.0,
            params,
            SensorParams::perfect(),
            breath(),
            1,
        ));
        for step in 0..400 {
            let mut torque = model.gravity(&arm.truth().positions);
            torque[0] += if step < 100 { 5.0 } else { 0.0 };
            arm.advance(&torque).unwrap();
        }
        let truth = arm.truth();
        model.kinetic_energy(&truth.positions, &truth.velocities)
    };
    assert!(coast(1.0) < 0.95 * coast(0.0));
}
