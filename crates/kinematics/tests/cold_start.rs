//! Postures for poses without a seed, and the loop's step or two: what is found is checked by forward
//! kinematics, what is refused says why.

mod arms;

use arms::{R6, R7, chain_of, model_of, published};
use kinematics::{ArmModel, ChainLimits, IkOptions, JointKind, LimitedBy};
use nalgebra::{SVector, Vector3};
use quantities::{Base, Metres, Point, Rotation, Tool, Transform};
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

const SEEDS: u32 = 100;

/// The limits themselves: where a drawn posture may lie, its pose is asked for.
fn to_the_limits(free_yaw: bool) -> IkOptions {
    IkOptions {
        free_yaw,
        joint_margin: 0.0,
        ..IkOptions::default()
    }
}

fn uniform<const D: usize>(arm: &ArmModel<D>, chance: &mut ChaCha8Rng) -> SVector<f64, D> {
    let limits = arm.limits();
    SVector::from_fn(|i, _| {
        let share = (chance.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
        limits.lower[i] + (limits.upper[i] - limits.lower[i]) * share
    })
}

fn inside<const D: usize>(arm: &ArmModel<D>, q: &SVector<f64, D>, margin: f64) -> bool {
    let limits = arm.limits();
    (0..D).all(|i| {
        q[i] >= limits.lower[i] + margin - 1e-12 && q[i] <= limits.upper[i] - margin + 1e-12
    })
}

/// Distance, and angle between the poses or, with free yaw, between their z axes.
fn gap(a: &Transform<Base, Tool>, b: &Transform<Base, Tool>, free_yaw: bool) -> (f64, f64) {
    let gap = (a.inverse() * *b).raw().to_owned();
    let angle = if free_yaw {
        let z = gap.rotation * Vector3::z();
        libm::atan2(z.xy().norm(), z.z)
    } else {
        gap.rotation.angle()
    };
    (gap.translation.vector.norm(), angle)
}

fn random_poses_are_solved<const D: usize>(arm: &ArmModel<D>, name: &str) {
    let mut chance = ChaCha8Rng::seed_from_u64(11);
    let targets: Vec<_> = (0..500)
        .map(|_| arm.tool_pose(&uniform(arm, &mut chance)))
        .collect();
    for free_yaw in [false, true] {
        let options = to_the_limits(free_yaw);
        let mut missed = 0;
        for target in &targets {
            let Ok(found) = arm.solve_globally(target, &options, SEEDS) else {
                missed += 1;
                continue;
            };
            assert!(inside(arm, &found.q, 0.0), "{name}: {}", found.q);
            let (place, turn) = gap(target, &arm.tool_pose(&found.q), free_yaw);
            assert!(
                place <= 1.01e-6 && turn <= 1.1e-6,
                "{name}: {place:e} {turn:e}"
            );
            let again = arm.solve_globally(target, &options, SEEDS);
            assert_eq!(again, Ok(found), "the same pose, the same posture");
        }
        assert!(
            missed <= 1,
            "{name}, free yaw {free_yaw}: {missed} of 500 missed"
        );
    }
}

#[test]
fn random_poses_of_our_arms_are_solved_without_a_seed() {
    random_poses_are_solved(&model_of::<7>(R7, None), "R7");
    random_poses_are_solved(&model_of::<6>(R6, None), "R6");
}

#[test]
fn random_poses_of_published_arms_are_solved_without_a_seed() {
    if let Some(text) = published("arm_panda") {
        random_poses_are_solved(&model_of::<7>(&text, Some("fer_link8")), "Panda");
    }
    if let Some(text) = published("arm_ur5e") {
        random_poses_are_solved(&model_of::<6>(&text, Some("tool0")), "UR5e");
    }
}

#[test]
fn a_stretched_arm_and_a_folded_wrist_are_solved_too() {
    let arm: ArmModel<7> = model_of(R7, None);
    for q in [
        SVector::zeros(),
        SVector::from([0.4, 0.7, 0.0, 0.0, 0.0, 0.0, 0.0]),
        SVector::from([0.4, 0.7, -0.3, 1.1, 0.5, 0.0, 0.2]),
        SVector::from([0.4, 0.0, -0.3, 1.1, 0.5, 0.8, 0.2]),
    ] {
        let target = arm.tool_pose(&q);
        for free_yaw in [false, true] {
            let found = arm.solve_globally(&target, &to_the_limits(free_yaw), SEEDS);
            let found = found.unwrap_or_else(|failure| panic!("{q}: {failure}"));
            let (place, turn) = gap(&target, &arm.tool_pose(&found.q), free_yaw);
            assert!(place <= 1.01e-6 && turn <= 1.1e-6, "{place:e} {turn:e}");
        }
    }
}

#[test]
fn the_margin_is_kept_from_every_limit() {
    let arm: ArmModel<7> = model_of(R7, None);
    let options = IkOptions {
        joint_margin: 0.3,
        ..IkOptions::default()
    };
    let mut chance = ChaCha8Rng::seed_from_u64(12);
    let mut solved = 0;
    for _ in 0..200 {
        // Drawn inside the margin, so that a posture with margin exists.
        let q = uniform(&arm, &mut chance) * 0.8;
        if let Ok(found) = arm.solve_globally(&arm.tool_pose(&q), &options, SEEDS) {
            assert!(inside(&arm, &found.q, 0.3), "{}", found.q);
            solved += 1;
        }
    }
    assert!(solved >= 199, "{solved} of 200");
}

#[test]
fn joints_without_ends_and_of_two_turns_come_back_within_half_a_turn() {
    let mut chain = chain_of(R6, None);
    for joint in &mut chain.joints {
        let endless = joint.name.ends_with(['1', '6']);
        let (kind, end) = if endless {
            (JointKind::Continuous, f64::INFINITY)
        } else {
            (JointKind::Revolute, 6.3)
        };
        joint.kind = kind;
        joint.limits = ChainLimits {
            lower: -end,
            upper: end,
            ..joint.limits
        };
    }
    let arm = ArmModel::<6>::from_chain(&chain).expect("sound");
    let drawn: ArmModel<6> = model_of(R6, None);
    let mut chance = ChaCha8Rng::seed_from_u64(13);
    for _ in 0..200 {
        let target = arm.tool_pose(&uniform(&drawn, &mut chance));
        let found = arm
            .solve_globally(&target, &IkOptions::default(), SEEDS)
            .unwrap_or_else(|failure| panic!("{failure}"));
        assert!(
            found.q.amax() <= core::f64::consts::PI + 1e-9,
            "{}",
            found.q
        );
    }
}

#[test]
fn the_pull_brings_seven_joints_nearer_to_the_middle() {
    let arm: ArmModel<7> = model_of(R7, None);
    let pulled = IkOptions {
        posture_gain: 0.3,
        max_iterations: 200,
        ..to_the_limits(false)
    };
    let mut chance = ChaCha8Rng::seed_from_u64(14);
    let (mut before, mut after) = (0.0, 0.0);
    for _ in 0..50 {
        let target = arm.tool_pose(&uniform(&arm, &mut chance));
        let free = arm.solve_globally(&target, &to_the_limits(false), SEEDS);
        let near = arm.solve_globally(&target, &pulled, SEEDS);
        let (free, near) = (free.expect("reachable"), near.expect("reachable"));
        // The middle of all of this arm's ranges is 0.
        assert!(near.q.norm() <= free.q.norm() + 1e-6);
        before += free.q.norm();
        after += near.q.norm();
    }
    println!(
        "mean distance from the middle {:.2} -> {:.2} rad",
        before / 50.0,
        after / 50.0
    );
    assert!(after < 0.9 * before, "{after} {before}");
}

#[test]
fn a_refusal_gives_the_nearest_posture_and_what_limited_it() {
    let arm: ArmModel<7> = model_of(R7, None);
    let options = to_the_limits(false);
    // 3 m away, when the stretched arm reaches less than 1 m.
    let far = Transform::<Base, Tool>::new(Point::new(3.0, 0.0, 0.34), Rotation::identity());
    let failure = arm
        .solve_globally(&far, &options, SEEDS)
        .expect_err("too far");
    let LimitedBy::Reach { reach, asked } = failure.limited_by else {
        panic!("{failure}");
    };
    assert!(asked > reach);
    assert!(failure.position_residual >= asked - reach - Metres::new(1e-9));
    let (place, turn) = gap(&far, &arm.tool_pose(&failure.nearest), false);
    assert!((place - failure.position_residual.get()).abs() < 1e-9);
    assert!((turn - failure.orientation_residual.get()).abs() < 1e-6);
    assert!(place < 2.6, "stretched toward the place: {place}");
    let nan = Transform::<Base, Tool>::new(Point::new(f64::NAN, 0.0, 0.0), Rotation::identity());
    let failure = arm.solve_globally(&nan, &options, SEEDS).expect_err("NaN");
    assert_eq!(failure.limited_by, LimitedBy::NotFinite);
    // An arm that cannot turn its foot far enough says which joint rests on its limit.
    let mut chain = chain_of(R6, None);
    chain.joints[0].limits.lower = -0.2;
    chain.joints[0].limits.upper = 0.2;
    let narrow = ArmModel::<6>::from_chain(&chain).expect("sound");
    let wide: ArmModel<6> = model_of(R6, None);
    let behind = wide.tool_pose(&SVector::from([1.5, -1.2, 1.8, 0.6, 0.4, 0.1]));
    let failure = narrow
        .solve_globally(&behind, &options, SEEDS)
        .expect_err("behind a limit");
    assert!(
        matches!(failure.limited_by, LimitedBy::JointLimit { .. }),
        "{failure}"
    );
    assert!(inside(&narrow, &failure.nearest, 0.0));
    // No seeds at all leave one descent from the middle.
    let middle = arm.tool_pose(&SVector::zeros());
    let found = arm
        .solve_globally(&middle, &options, 0)
        .expect("is there already");
    assert_eq!((found.iterations, found.restarts), (0, 0));
}

/// The worst residuals (m, rad) of following 2 s of a smooth path with a call a millisecond, and the
/// fastest joint.
fn followed<const D: usize>(
    arm: &ArmModel<D>,
    start: SVector<f64, D>,
    steps: u32,
    free_yaw: bool,
) -> (f64, f64, f64) {
    let options = IkOptions {
        free_yaw,
        max_iterations: steps,
        position_tolerance: Metres::new(1e-9),
        orientation_tolerance: quantities::Radians::new(1e-9),
        ..IkOptions::default()
    };
    let first = arm.tool_pose(&start);
    let (mut q, mut worst) = (start, (0.0_f64, 0.0_f64, 0.0_f64));
    for millisecond in 0..2000 {
        let t = f64::from(millisecond) * 1e-3;
        // An ellipse at up to 0.19 m/s, with a nod of up to 0.4 rad/s.
        let shift = Vector3::new(
            0.06 * libm::sin(3.0 * t),
            0.04 * (1.0 - libm::cos(3.0 * t)),
            0.01 * t,
        );
        let nod = Vector3::new(0.1 * libm::sin(4.0 * t), 0.05 * libm::sin(4.0 * t), 0.0);
        let target = first * Transform::from_raw(nalgebra::Isometry3::new(shift, nod));
        let tracked = arm.track(&target, &q, &options, 0.01);
        let (place, turn) = gap(&target, &arm.tool_pose(&tracked.q), free_yaw);
        assert!((place - tracked.position_residual.get()).abs() < 1e-9);
        worst = (
            worst.0.max(place),
            worst.1.max(turn),
            worst.2.max((tracked.q - q).amax()),
        );
        q = tracked.q;
    }
    worst
}

#[test]
fn one_or_two_steps_a_millisecond_hold_the_tool_on_a_smooth_path() {
    let r7: ArmModel<7> = model_of(R7, None);
    let r6: ArmModel<6> = model_of(R6, None);
    let seven = SVector::from([0.3, 0.5, -0.2, 1.4, 0.1, 1.1, 0.4]);
    let six = SVector::from([0.2, -1.2, 1.8, 0.6, 0.4, 0.1]);
    for free_yaw in [false, true] {
        for (steps, place_bound, turn_bound) in [(1, 2e-7, 2e-6), (2, 1e-9, 1e-9)] {
            for (place, turn, moved) in [
                followed(&r7, seven, steps, free_yaw),
                followed(&r6, six, steps, free_yaw),
            ] {
                println!("{steps} steps: {place:.1e} m {turn:.1e} rad, {moved:.4} rad a call");
                assert!(
                    place < place_bound && turn < turn_bound,
                    "{place:e} {turn:e}"
                );
                assert!(moved < 0.002, "no jump: {moved}");
            }
        }
    }
}

#[test]
fn tracking_moves_little_keeps_limits_and_tells_what_is_left() {
    let arm: ArmModel<7> = model_of(R7, None);
    let seed = SVector::from([0.3, 0.5, -0.2, 1.4, 0.1, 1.1, 0.4]);
    let far = arm.tool_pose(&SVector::from([1.3, 0.9, -0.2, 1.0, 0.1, 1.1, 0.4]));
    let options = IkOptions::default();
    let tracked = arm.track(&far, &seed, &options, 0.01);
    assert!(
        (tracked.q - seed).amax() <= 0.02 + 1e-12,
        "two steps of 0.01 rad"
    );
    let (place, _) = gap(&far, &arm.tool_pose(&tracked.q), false);
    assert!(place > 0.1 && (place - tracked.position_residual.get()).abs() < 1e-9);
    assert_eq!(arm.track(&far, &seed, &options, f64::NAN).q, seed);
    let hurt = SVector::<f64, 7>::repeat(f64::NAN);
    let nowhere = arm.track(&far, &hurt, &options, 0.01);
    assert_eq!(nowhere.position_residual, Metres::new(f64::INFINITY));
    // Pulled past the end of a joint's range it stops there and says so.
    let at_end = SVector::from([2.85, 0.5, -0.2, 1.4, 0.1, 1.1, 0.4]);
    let mut beyond = at_end;
    beyond[0] = 3.1;
    let mut q = at_end;
    let mut last = arm.track(&arm.tool_pose(&beyond), &q, &options, 0.01);
    for _ in 0..100 {
        q = last.q;
        last = arm.track(&arm.tool_pose(&beyond), &q, &options, 0.01);
        assert!(inside(&arm, &last.q, options.joint_margin));
    }
    assert_eq!(last.resting, Some(0), "{}", last.q);
}

#[test]
fn a_posture_that_is_turned_down_is_not_the_only_one() {
    let arm: ArmModel<6> = model_of(R6, None);
    let options = IkOptions::default();
    let (mut others, mut refused) = (0, 0);
    for number in 1..=100 {
        let target = arm.tool_pose(&(arm.spread_posture(number) * 0.8));
        let Ok(first) = arm.solve_globally(&target, &options, 100) else {
            continue;
        };
        // Whoever takes anything gets the same as who does not ask.
        let any = arm.solve_globally_where(&target, &options, 100, |_| true);
        assert_eq!(any, Ok(first));
        match arm.solve_globally_where(&target, &options, 100, |q| (q - first.q).amax() > 0.1) {
            Ok(other) => {
                let gap = target.inverse() * arm.tool_pose(&other.q);
                assert!(gap.raw().translation.vector.norm() <= 1e-6);
                assert!((other.q - first.q).amax() > 0.1);
                others += 1;
            }
            Err(failure) => {
                assert_eq!(failure.limited_by, kinematics::LimitedBy::NotAccepted);
                assert_eq!(failure.nearest, first.q);
                refused += 1;
            }
        }
    }
    println!("{others} have another branch, {refused} have none");
    assert!(others >= 80);
}
