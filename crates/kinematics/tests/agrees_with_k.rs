//! Pose and Jacobian by another route: the `k` crate reads the same text.

mod arms;

use arms::{R6, R7, model_of, published};
use kinematics::{ArmModel, RobotDescription};
use nalgebra::{SMatrix, SVector};

/// Worst difference in pose elements and Jacobian elements over random postures.
fn worst_difference<const D: usize>(text: &str, tip: &str) -> (f64, f64) {
    let arm: ArmModel<D> = model_of(text, Some(tip));
    let robot = urdf_rs::read_from_string(text).expect("a URDF");
    let whole = k::Chain::<f64>::from(&robot);
    let end = whole
        .find_link(tip)
        .expect("k knows the tip");
    let chain = k::SerialChain::from_end(end);
    let mut worst = (0.0_f64, 0.0_f64);
    for number in 1..=200 {
        let q = arm.spread_posture(number);
        chain.set_joint_positions(q.as_slice()).expect("within limits");
        let theirs = chain.end_transform().to_homogeneous();
        let pose = arm.flange_pose(&q).raw().to_homogeneous();
        let jacobian = k::jacobian(&chain);
        let ours = arm.tool_kinematics(&q, &SVector::zeros()).jacobian;
        for row in 0..4 {
            for column in 0..4 {
                worst.0 = worst.0.max((pose[(row, column)] - theirs[(row, column)]).abs());
            }
        }
        let theirs = SMatrix::<f64, 6, D>::from_fn(|row, column| jacobian[(row, column)]);
        worst.1 = worst.1.max((ours - theirs).amax());
    }
    worst
}

fn agree<const D: usize>(text: &str, tip: &str) {
    let (pose, jacobian) = worst_difference::<D>(text, tip);
    println!("{tip}: pose {pose:.1e}, Jacobian {jacobian:.1e}");
    assert!(pose < 1e-9 && jacobian < 1e-9, "pose {pose:e}, Jacobian {jacobian:e}");
}

#[test]
fn our_seven_joint_arm_is_the_same_in_k() {
    agree::<7>(R7, "flange");
}

#[test]
fn our_six_joint_arm_is_the_same_in_k() {
    agree::<6>(R6, "flange");
}

#[test]
fn a_published_seven_joint_arm_is_the_same_in_k() {
    if let Some(text) = published("arm_panda") {
        agree::<7>(&text, "fer_link8");
    }
}

#[test]
fn a_published_six_joint_arm_is_the_same_in_k() {
    if let Some(text) = published("arm_ur5e") {
        agree::<6>(&text, "tool0");
        agree::<6>(&text, "flange");
    }
}

#[test]
fn published_quirks_are_survived_and_named() {
    if let Some(text) = published("arm_panda") {
        let (description, warnings) = RobotDescription::parse(&text).expect("a URDF");
        let told = warnings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        assert!(told.contains("'fer_link4'") && told.contains("triangle inequality"), "{told}");
        assert!(told.contains("'fer_link8' has no mass"), "{told}");
        let (chain, _) = description.chain(None).expect("an arm");
        assert_eq!((chain.root.as_str(), chain.tip.as_str()), ("base", "fer_link8"));
    }
    if let Some(text) = published("arm_ur5e") {
        let (description, warnings) = RobotDescription::parse(&text).expect("a URDF");
        let told = warnings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        assert!(told.contains("'forearm_link': the inertial frame is rotated"), "{told}");
        let (chain, warnings) = description.chain(None).expect("an arm");
        assert_eq!(chain.tip, "tool0");
        let told = warnings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        assert!(told.contains("ft_frame") && told.contains("took 'tool0'"), "{told}");
    }
}
