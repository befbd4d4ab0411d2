use super::*;
use kinematics::RobotDescription;

const PERIOD_S: f64 = 0.004;

fn arm() -> ArmModel<7> {
    let text = include_str!("../../../../urdf/knead_r7.urdf");
    let (robot, _) = RobotDescription::parse(text).unwrap();
    let (chain, _) = robot.chain(Some("flange")).unwrap();
    ArmModel::from_chain(&chain).unwrap()
}

fn posture() -> SVector<f64, 7> {
    SVector::from([0.2, 0.4, -0.1, 1.6, 0.1, 1.0, -0.4])
}

fn solve(
    joints: &mut JointSpeeds<7>,
    arm: &ArmModel<7>,
    positions: &SVector<f64, 7>,
    twist: &Vector6<f64>,
    posture: &SVector<f64, 7>,
) -> Solved<7> {
    let jacobian = arm.tool_kinematics(positions, &SVector::zeros()).jacobian;
    joints
        .solve(
            arm,
            positions,
            &jacobian,
            twist,
            posture,
            DAMPING_IN_CONTACT,
        )
        .unwrap()
}

#[test]
fn the_joints_take_the_twist_and_the_posture_only_where_the_tool_does_not_feel_it() {
    let (arm, q) = (arm(), posture());
    let mut joints = JointSpeeds::new(PERIOD_S);
    let twist = Vector6::new(0.02, -0.01, 0.03, 0.02, 0.05, -0.03);
    let aside = SVector::repeat(0.05);
    let mut solved = solve(&mut joints, &arm, &q, &twist, &aside);
    for _ in 0..20 {
        solved = solve(&mut joints, &arm, &q, &twist, &aside);
    }
    assert!(!solved.is_cut);
    // By the other route: what the joints do to the tool.
    let taken = arm.tool_kinematics(&q, &solved.speeds).twist.stacked();
    assert!((taken - twist).norm() < 1e-3, "{taken}");
    let without = solve(
        &mut JointSpeeds::new(1.0),
        &arm,
        &q,
        &twist,
        &SVector::zeros(),
    );
    assert!(
        (without.speeds - solved.speeds).norm() > 1e-3,
        "the posture does something"
    );
}

#[test]
fn a_twist_that_is_too_fast_is_slowed_as_a_whole_and_says_so() {
    let (arm, q) = (arm(), posture());
    let mut joints = JointSpeeds::new(PERIOD_S);
    let twist = Vector6::new(3.0, -2.0, 1.0, 0.0, 0.0, 0.0);
    let mut solved = solve(&mut joints, &arm, &q, &twist, &SVector::zeros());
    for _ in 0..200 {
        let before = solved.speeds;
        solved = solve(&mut joints, &arm, &q, &twist, &SVector::zeros());
        let limits = arm.limits().velocity;
        for i in 0..7 {
            assert!(solved.speeds[i].abs() <= limits[i]);
            let change = (solved.speeds[i] - before[i]).abs();
            assert!(change <= limits[i] * PERIOD_S / RISE_S * (1.0 + 1e-9));
        }
    }
    assert!(solved.is_cut);
    let taken = arm.tool_kinematics(&q, &solved.speeds).twist.stacked();
    let share = taken.dot(&twist) / twist.norm_squared();
    assert!(share > 0.1 && share < 0.9, "{share}");
    assert!(
        (taken - twist * share).norm() < 0.02 * taken.norm(),
        "{taken}"
    );
}

#[test]
fn a_joint_near_its_limit_goes_no_further_and_may_come_back() {
    let arm = arm();
    let mut q = posture();
    q[3] = arm.limits().upper[3] - 0.5 * ROOM_KEPT;
    let stretch = |sign: f64| {
        let mut joints = JointSpeeds::new(1.0);
        let kinematics = arm.tool_kinematics(
            &q,
            &SVector::from([0.0, 0.0, 0.0, sign * 0.1, 0.0, 0.0, 0.0]),
        );
        solve(
            &mut joints,
            &arm,
            &q,
            &kinematics.twist.stacked(),
            &SVector::zeros(),
        )
        .speeds[3]
    };
    assert!(stretch(1.0) <= 1e-12, "{}", stretch(1.0));
    assert!(stretch(-1.0) < -0.01, "{}", stretch(-1.0));
}
