//! The arm let go: energy, and agreement with what is known otherwise.

mod arms;

use kinematics::{ArmModel, SwingError, SwingState, swing, swing_states};
use nalgebra::SVector;

/// Greatest energy drift over the peak of kinetic energy.
fn drift<const D: usize>(arm: &ArmModel<D>, states: &[SwingState<D>]) -> f64 {
    let bare = arm.with_rotor_inertia(SVector::zeros());
    let kinetic = |s: &SwingState<D>| bare.kinetic_energy(&s.positions, &s.speeds);
    let total = |s: &SwingState<D>| kinetic(s) + bare.potential_energy(&s.positions);
    let peak = states.iter().map(kinetic).fold(0.0, f64::max);
    let start = total(&states[0]);
    states
        .iter()
        .map(|s| (total(s) - start).abs())
        .fold(0.0, f64::max)
        / peak
}

fn keeps_energy<const D: usize>(text: &str, name: &str) {
    let arm: ArmModel<D> = arms::model_of(text, None);
    let states = swing_states(&arm, &arm.spread_posture(3), 0.0, 10.0).expect("swings");
    assert_eq!(states.len(), 10_001);
    let drift = drift(&arm, &states);
    println!("{name}: energy drift {drift:.1e} of peak kinetic energy");
    assert!(drift < 1e-6, "{drift:e}");
}

#[test]
fn ten_seconds_keep_the_energy_of_our_seven_joint_arm() {
    keeps_energy::<7>(arms::R7, "knead_r7");
}

#[test]
fn ten_seconds_keep_the_energy_of_our_six_joint_arm() {
    keeps_energy::<6>(arms::R6, "knead_r6");
}

#[test]
fn ten_seconds_keep_the_energy_of_published_arms() {
    if let Some(text) = arms::published("arm_panda") {
        keeps_energy::<7>(&text, "panda");
    }
    if let Some(text) = arms::published("arm_ur5e") {
        keeps_energy::<6>(&text, "ur5e");
    }
}

/// A small swing about hanging straight down is a sum of harmonic modes: `M q'' + K q = 0`.
#[test]
fn a_small_swing_has_the_frequencies_of_the_linear_modes() {
    let arm: ArmModel<7> = arms::model_of(arms::R7, None);
    // Hanging: gravity upward in base axes turns the standing arm into a hanging one.
    let hanging = arm.with_gravity(nalgebra::Vector3::new(0.0, 0.0, 9.80665));
    let zero = SVector::<f64, 7>::zeros();
    let moving = [1, 3, 5];
    let mass = arm.mass_matrix(&zero);
    let mass = nalgebra::Matrix3::from_fn(|i, j| mass[(moving[i], moving[j])]);
    let h = 1e-6;
    let stiffness = nalgebra::Matrix3::from_fn(|i, j| {
        let step = SVector::<f64, 7>::from_fn(|row, _| if row == moving[j] { h } else { 0.0 });
        (hanging.gravity(&step)[moving[i]] - hanging.gravity(&-step)[moving[i]]) / (2.0 * h)
    });
    // Slowest mode by inverse iteration on K⁻¹ M.
    let flexibility = stiffness.try_inverse().expect("stable") * mass;
    let mut mode = nalgebra::Vector3::new(1.0, 0.5, 0.2);
    let mut squared_period = 0.0;
    for _ in 0..200 {
        let next = flexibility * mode;
        squared_period = next.norm() / mode.norm();
        mode = next / next.norm();
    }
    let period = core::f64::consts::TAU * squared_period.sqrt();
    let q0 = SVector::<f64, 7>::from_fn(|row, _| {
        moving
            .iter()
            .position(|m| *m == row)
            .map_or(0.0, |at| 1e-4 * mode[at])
    });
    let path = swing(&hanging, &q0, 0.0, period).expect("swings");
    let half = path[(period * 500.0).round() as usize];
    let end = path[path.len() - 1];
    assert!(
        (half + q0).norm() < 2e-3 * q0.norm(),
        "half a period turns the sign"
    );
    assert!(
        (end - q0).norm() < 1e-2 * q0.norm(),
        "a whole period comes back"
    );
}

#[test]
fn damping_takes_energy_and_limits_friction_and_rotors_are_ignored() {
    let mut chain = arms::chain_of(arms::R6, None);
    let arm = ArmModel::<6>::from_chain(&chain).expect("sound");
    for joint in &mut chain.joints {
        joint.rotor_inertia = 2.0;
        joint.friction = 10.0;
        joint.damping = 10.0;
        joint.limits.lower = -0.1;
        joint.limits.upper = 0.1;
    }
    let burdened = ArmModel::<6>::from_chain(&chain).expect("sound");
    let q0 = arm.spread_posture(5);
    let states = swing_states(&arm, &q0, 0.5, 3.0).expect("swings");
    assert_eq!(
        states,
        swing_states(&burdened, &q0, 0.5, 3.0).expect("swings")
    );
    let energy = |s: &SwingState<6>| {
        arm.kinetic_energy(&s.positions, &s.speeds) + arm.potential_energy(&s.positions)
    };
    for pair in states.windows(2) {
        assert!(energy(&pair[1]) < energy(&pair[0]) + 1e-9);
    }
    // Power balance: what is lost is the integral of D |q'|² (Simpson over pairs of milliseconds).
    let burnt = |s: &SwingState<6>| 0.5 * s.speeds.norm_squared();
    let lost: f64 = states[..3001]
        .windows(3)
        .step_by(2)
        .map(|w| (burnt(&w[0]) + 4.0 * burnt(&w[1]) + burnt(&w[2])) * 1e-3 / 3.0)
        .sum();
    let drop = energy(&states[0]) - energy(&states[3000]);
    assert!((lost - drop).abs() < 1e-5 * drop, "{lost} {drop}");
}

#[test]
fn nonsense_is_refused() {
    let arm: ArmModel<7> = arms::model_of(arms::R7, None);
    let q = SVector::zeros();
    let bad = |result: Result<Vec<SVector<f64, 7>>, SwingError>| {
        assert!(matches!(result, Err(SwingError::BadInput { .. })));
    };
    bad(swing(&arm, &q, -1.0, 1.0));
    bad(swing(&arm, &q, f64::NAN, 1.0));
    bad(swing(&arm, &q, 0.0, -1.0));
    bad(swing(&arm, &q, 0.0, 1e9));
    bad(swing(&arm, &q.add_scalar(f64::INFINITY), 0.0, 1.0));
    let mut chain = arms::chain_of(arms::R7, None);
    chain.joints[6].mass = 0.0;
    chain.joints[6].inertia.fill(0.0);
    let light = ArmModel::<7>::from_chain(&chain).expect("a model");
    assert!(matches!(
        swing(&light, &q, 0.0, 1.0),
        Err(SwingError::Singular { .. })
    ));
}
