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
    let end = whole.find_link(tip).expect("k knows the tip");
    let chain = k::SerialChain::from_end(end);
    let mut worst = (0.0_f64, 0.0_f64);
    for number in 1..=200 {
        let q = arm.spread_posture(number);
        chain
            .set_joint_positions(q.as_slice())
            .expect("within limits");
        let theirs = chain.end_transform().to_homogeneous();
        let pose = arm.flange_pose(&q).raw().to_homogeneous();
        let jacobian = k::jacobian(&chain);
        let ours = arm.tool_kinematics(&q, &SVector::zeros()).jacobian;
        for row in 0..4 {
            for column in 0..4 {
                worst.0 = worst
                    .0
                    .max((pose[(row, column)] - theirs[(row, column)]).abs());
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
    assert!(
        pose < 1e-9 && jacobian < 1e-9,
        "pose {pose:e}, Jacobian {jacobian:e}"
    );
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

/// Energies link by link from the file's own numbers, with `k` saying where each link is; its motion by
/// central differences. Nothing is merged on this route.
fn energies_agree<const D: usize>(text: &str, tip: &str) {
    let arm: ArmModel<D> = model_of(text, Some(tip));
    let robot = urdf_rs::read_from_string(text).expect("a URDF");
    let whole = k::Chain::<f64>::from(&robot);
    let chain = k::SerialChain::from_end(whole.find_link(tip).expect("k knows the tip"));
    let inertial_poses = |q: &SVector<f64, D>| -> Vec<(nalgebra::Matrix4<f64>, &urdf_rs::Link)> {
        chain.set_joint_positions_unchecked(q.as_slice());
        whole.update_transforms();
        let moved = |link: &urdf_rs::Link| {
            let node = whole.find_link(&link.name)?;
            let rpy = link.inertial.origin.rpy.0;
            let frame = nalgebra::Isometry3::from_parts(
                nalgebra::Translation3::from(nalgebra::Vector3::from(link.inertial.origin.xyz.0)),
                nalgebra::UnitQuaternion::from_euler_angles(rpy[0], rpy[1], rpy[2]),
            );
            let pose = node.world_transform()?.to_homogeneous();
            let pose = nalgebra::Matrix4::from_fn(|row, column| pose[(row, column)]);
            Some(pose * frame.to_homogeneous())
        };
        robot
            .links
            .iter()
            .filter(|link| link.inertial.mass.value > 0.0)
            .filter_map(|link| Some((moved(link)?, link)))
            .collect()
    };
    let potential = |q: &SVector<f64, D>| -> f64 {
        let weight = |(pose, link): &(nalgebra::Matrix4<f64>, &urdf_rs::Link)| {
            link.inertial.mass.value * 9.80665 * pose[(2, 3)]
        };
        inertial_poses(q).iter().map(weight).sum()
    };
    let zero = SVector::zeros();
    for number in 1..=20 {
        let (q, qd) = (
            arm.spread_posture(number),
            arm.spread_posture(number + 50) * 0.5,
        );
        let lifted = potential(&q) - potential(&zero);
        let ours = arm.potential_energy(&q) - arm.potential_energy(&zero);
        assert!(
            (lifted - ours).abs() < 1e-9 * (1.0 + lifted.abs()),
            "{lifted} {ours}"
        );
        let h = 1e-5;
        let (before, after) = (inertial_poses(&(q - qd * h)), inertial_poses(&(q + qd * h)));
        let mut kinetic = 0.0;
        for ((a, link), (b, _)) in before.iter().zip(&after) {
            let rate = (b - a) / (2.0 * h);
            let here = (a + b) * 0.5;
            // Rᵀ Ṙ is the spin, told in the inertial frame's own axes.
            let spin = here.fixed_view::<3, 3>(0, 0).transpose() * rate.fixed_view::<3, 3>(0, 0);
            let spin = nalgebra::Vector3::new(spin[(2, 1)], spin[(0, 2)], spin[(1, 0)]);
            let t = &link.inertial.inertia;
            let inertia = nalgebra::Matrix3::new(
                t.ixx, t.ixy, t.ixz, t.ixy, t.iyy, t.iyz, t.ixz, t.iyz, t.izz,
            );
            kinetic +=
                0.5 * link.inertial.mass.value * rate.fixed_view::<3, 1>(0, 3).norm_squared();
            kinetic += 0.5 * spin.dot(&(inertia * spin));
        }
        let ours = arm.kinetic_energy(&q, &qd);
        assert!(
            (kinetic - ours).abs() < 1e-6 * (1.0 + kinetic),
            "{kinetic} {ours}"
        );
    }
}

#[test]
fn energies_are_those_of_the_single_links_in_the_file() {
    energies_agree::<7>(R7, "flange");
    energies_agree::<6>(R6, "flange");
    if let Some(text) = published("arm_panda") {
        energies_agree::<7>(&text, "fer_link8");
    }
    if let Some(text) = published("arm_ur5e") {
        energies_agree::<6>(&text, "tool0");
    }
}

#[test]
fn published_quirks_are_survived_and_named() {
    if let Some(text) = published("arm_panda") {
        let (description, warnings) = RobotDescription::parse(&text).expect("a URDF");
        let told = warnings
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n");
        assert!(
            told.contains("'fer_link4'") && told.contains("triangle inequality"),
            "{told}"
        );
        assert!(told.contains("'fer_link8' has no mass"), "{told}");
        let (chain, _) = description.chain(None).expect("an arm");
        assert_eq!(
            (chain.root.as_str(), chain.tip.as_str()),
            ("base", "fer_link8")
        );
    }
    if let Some(text) = published("arm_ur5e") {
        let (description, warnings) = RobotDescription::parse(&text).expect("a URDF");
        let told = warnings
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n");
        assert!(
            told.contains("'forearm_link': the inertial frame is rotated"),
            "{told}"
        );
        let (chain, warnings) = description.chain(None).expect("an arm");
        assert_eq!(chain.tip, "tool0");
        let told = warnings
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n");
        assert!(
            told.contains("ft_frame") && told.contains("took 'tool0'"),
            "{told}"
        );
    }
}
