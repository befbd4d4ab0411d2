//! Postures for poses: found when there, refused with a reason when not.

mod arms;

use kinematics::{ArmModel, IkFailure, IkOptions, IkSolution, LimitedBy};
use nalgebra::SVector;
use quantities::{Base, Metres, Point, Rotation, Tool, Transform};

fn inside<const D: usize>(arm: &ArmModel<D>, q: &SVector<f64, D>, margin: f64) -> bool {
    let limits = arm.limits();
    (0..D).all(|i| {
        q[i] >= limits.lower[i] + margin - 1e-12 && q[i] <= limits.upper[i] - margin + 1e-12
    })
}

/// Postures well inside the limits, so that a posture with margin exists for their poses.
fn inner_posture<const D: usize>(arm: &ArmModel<D>, number: u32) -> SVector<f64, D> {
    arm.spread_posture(number) * 0.9
}

fn near_seeds_succeed<const D: usize>(text: &str) {
    let arm: ArmModel<D> = arms::model_of(text, None);
    let options = IkOptions::default();
    let mut solved = 0;
    for number in 1..=300 {
        let q = inner_posture(&arm, number);
        let target = arm.tool_pose(&q);
        let seed = q + (arm.spread_posture(number + 1000) * 0.05);
        if let Ok(IkSolution { q, .. }) = arm.inverse_kinematics(&target, &seed, &options) {
            let gap = target.inverse() * arm.tool_pose(&q);
            assert!(gap.raw().translation.vector.norm() <= 1e-6);
            assert!(gap.raw().rotation.angle() <= 1.1e-6);
            assert!(inside(&arm, &q, options.joint_margin));
            solved += 1;
        }
    }
    println!("{solved} of 300 from near seeds");
    assert!(solved >= 297, "{solved} of 300");
}

#[test]
fn a_near_seed_leads_to_the_pose() {
    near_seeds_succeed::<7>(arms::R7);
    near_seeds_succeed::<6>(arms::R6);
}

#[test]
fn free_yaw_holds_place_and_axis_only() {
    let arm: ArmModel<6> = arms::model_of(arms::R6, None);
    let options = IkOptions {
        free_yaw: true,
        ..IkOptions::default()
    };
    let seed = SVector::from([0.2, -1.2, 1.8, 0.6, 0.4, 0.1]);
    let twisted = arm.tool_pose(&seed)
        * Transform::<Tool, Tool>::from_raw(nalgebra::Isometry3::rotation(nalgebra::Vector3::new(
            0.0, 0.0, 2.5,
        )));
    let solution = arm
        .inverse_kinematics(&twisted, &seed, &options)
        .expect("is there already");
    assert!((solution.q - seed).norm() < 1e-6, "no need to turn");
    // Four joints cannot hold a whole pose, nor always place and axis: refused, not faked.
    let shifted = Transform::<Base, Tool>::new(
        Point::new(
            twisted.origin().x() - 0.1,
            twisted.origin().y() + 0.1,
            twisted.origin().z(),
        ),
        twisted.rotation(),
    );
    let moved = arm
        .inverse_kinematics(&shifted, &seed, &options)
        .expect("in reach");
    let pose = arm.tool_pose(&moved.q);
    let gap = shifted.inverse() * pose;
    assert!(gap.raw().translation.vector.norm() < 1e-6);
    let z = gap.raw().rotation * nalgebra::Vector3::z();
    assert!((z - nalgebra::Vector3::z()).norm() < 2e-6);
}

#[test]
fn an_antiparallel_axis_is_turned_round() {
    let arm: ArmModel<7> = arms::model_of(arms::R7, None);
    let seed = SVector::from([0.0, 0.4, 0.0, 1.2, 0.0, 1.0, 0.0]);
    let pose = arm.tool_pose(&seed);
    let flip = Transform::<Tool, Tool>::from_raw(nalgebra::Isometry3::rotation(
        nalgebra::Vector3::new(core::f64::consts::PI, 0.0, 0.0),
    ));
    for free_yaw in [false, true] {
        let options = IkOptions {
            free_yaw,
            ..IkOptions::default()
        };
        let upside_down = pose * flip;
        match arm.solve_globally(&upside_down, &options, 60) {
            Ok(solution) => {
                let z = arm.tool_pose(&solution.q).raw().rotation * nalgebra::Vector3::z();
                let wanted = upside_down.raw().rotation * nalgebra::Vector3::z();
                assert!((z - wanted).norm() < 2e-6);
            }
            Err(failure) => panic!("{failure}"),
        }
    }
}

#[test]
fn the_posture_pull_moves_the_elbow_but_not_the_tool() {
    let arm: ArmModel<7> = arms::model_of(arms::R7, None);
    let seed = SVector::from([0.3, 0.5, 0.6, 1.4, -0.5, 1.1, 0.4]);
    let wished = SVector::from([0.3, 0.5, 0.0, 1.4, 0.0, 1.1, 0.4]);
    let target = arm.tool_pose(&seed);
    let options = IkOptions {
        posture_gain: 0.3,
        max_iterations: 200,
        ..IkOptions::default()
    };
    let pulled = arm
        .inverse_kinematics_near(&target, &seed, &wished, &options)
        .expect("there");
    let gap = target.inverse() * arm.tool_pose(&pulled.q);
    assert!(gap.raw().translation.vector.norm() <= 1e-6);
    let far = |q: &SVector<f64, 7>| (q - wished).norm();
    println!(
        "distance from the wished posture {:.3} -> {:.3}",
        far(&seed),
        far(&pulled.q)
    );
    assert!(far(&pulled.q) < 0.8 * far(&seed));
    // At the best place the pull has no part left along the arm's own freedom.
    let jacobian = arm.tool_kinematics(&pulled.q, &SVector::zeros()).jacobian;
    let pull = wished - pulled.q;
    let across = jacobian.transpose()
        * (jacobian * jacobian.transpose())
            .try_inverse()
            .expect("regular")
        * (jacobian * pull);
    assert!((pull - across).norm() < 0.02, "{}", (pull - across).norm());
}

#[test]
fn what_cannot_be_reached_is_refused_with_the_reason() {
    let arm: ArmModel<7> = arms::model_of(arms::R7, None);
    let seed = SVector::from([0.0, 0.4, 0.0, 1.2, 0.0, 1.0, 0.0]);
    let at = |x: f64| Transform::<Base, Tool>::new(Point::new(x, 0.0, 0.34), Rotation::identity());
    let options = IkOptions::default();
    let failure: IkFailure<7> = arm
        .inverse_kinematics(&at(3.0), &seed, &options)
        .expect_err("too far");
    assert!(
        matches!(failure.limited_by, LimitedBy::Reach { .. }),
        "{failure}"
    );
    assert!(failure.to_string().contains("0.940 m") || failure.to_string().contains("reaches"));
    let failure = arm
        .inverse_kinematics(&at(f64::NAN), &seed, &options)
        .expect_err("NaN");
    assert_eq!(failure.limited_by, LimitedBy::NotFinite);
    // Behind a joint limit: the shoulder turn ends at 2.9 rad, the arm is told to keep its elbow plane.
    let mut chain = arms::chain_of(arms::R6, None);
    chain.joints[0].limits.lower = -0.5;
    chain.joints[0].limits.upper = 0.5;
    let narrow = ArmModel::<6>::from_chain(&chain).expect("sound");
    let wide: ArmModel<6> = arms::model_of(arms::R6, None);
    let q = SVector::from([1.5, -1.2, 1.8, 0.6, 0.4, 0.1]);
    let seed = SVector::from([0.4, -1.2, 1.8, 0.6, 0.4, 0.1]);
    let failure = narrow
        .inverse_kinematics(&wide.tool_pose(&q), &seed, &options)
        .expect_err("out of the range");
    assert!(
        matches!(failure.limited_by, LimitedBy::JointLimit { .. }),
        "{failure}"
    );
    assert!(failure.position_residual > Metres::new(0.01));
    assert!(inside(&narrow, &failure.nearest, options.joint_margin));
}
