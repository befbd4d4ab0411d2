//! Every arm in `config/arms` is complete, and fits a chain with the names that the maker's file uses.
//! The chains here are our own: right in names, kinds and order, round in everything else.
#![allow(clippy::panic)] // a test that cannot read its own files has nothing to say

use std::path::{Path, PathBuf};

use kinematics::JointKind;
use settings::{ArmProfile, ArmWarning, Code, ControlMode};

/// Robot, tip and moving joints as the makers' files name them; `~` marks a joint without end.
const PUBLISHED: [(&str, &str, &str, &[&str]); 9] = [
    (
        "panda",
        "fer",
        "fer_link8",
        &[
            "fer_joint1",
            "fer_joint2",
            "fer_joint3",
            "fer_joint4",
            "fer_joint5",
            "fer_joint6",
            "fer_joint7",
        ],
    ),
    (
        "fr3",
        "fr3",
        "fr3_link8",
        &[
            "fr3_joint1",
            "fr3_joint2",
            "fr3_joint3",
            "fr3_joint4",
            "fr3_joint5",
            "fr3_joint6",
            "fr3_joint7",
        ],
    ),
    ("ur5e", "ur5e", "tool0", UR),
    ("ur10e", "ur10e", "tool0", UR),
    ("iiwa7", "iiwa7", "lbr_link_ee", LBR),
    ("iiwa14", "iiwa14", "lbr_link_ee", LBR),
    (
        "gen3",
        "gen3",
        "end_effector_link",
        &[
            "~joint_1", "joint_2", "~joint_3", "joint_4", "~joint_5", "joint_6", "~joint_7",
        ],
    ),
    (
        "xarm7",
        "xarm7",
        "link_eef",
        &[
            "joint1", "joint2", "joint3", "joint4", "joint5", "joint6", "joint7",
        ],
    ),
    (
        "knead_r7",
        "knead_r7",
        "flange",
        &[
            "joint1", "joint2", "joint3", "joint4", "joint5", "joint6", "joint7",
        ],
    ),
];
const UR: &[&str] = &[
    "shoulder_pan_joint",
    "shoulder_lift_joint",
    "elbow_joint",
    "wrist_1_joint",
    "wrist_2_joint",
    "wrist_3_joint",
];
const LBR: &[&str] = &[
    "lbr_A1", "lbr_A2", "lbr_A3", "lbr_A4", "lbr_A5", "lbr_A6", "lbr_A7",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/arms")
}

fn profile(name: &str) -> ArmProfile {
    let path = folder().join(format!("{name}.toml"));
    ArmProfile::read(&path).unwrap_or_else(|errors| panic!("{errors}"))
}

/// A straight chain of round numbers, limits as wide as any arm's.
fn urdf(robot: &str, tip: &str, joints: &[&str]) -> String {
    use std::fmt::Write as _;
    let body = "<inertial><mass value=\"2\"/><inertia ixx=\"0.01\" ixy=\"0\" ixz=\"0\" iyy=\"0.01\" iyz=\"0\" izz=\"0.01\"/></inertial>";
    let mut text = format!("<robot name=\"{robot}\"><link name=\"l0\"/>");
    for (i, joint) in joints.iter().enumerate() {
        let (kind, name) = match joint.strip_prefix('~') {
            Some(name) => ("continuous", name),
            None => ("revolute", *joint),
        };
        let _ = write!(
            text,
            "<link name=\"l{n}\">{body}</link><joint name=\"{name}\" type=\"{kind}\">\
             <origin xyz=\"0 0 0.2\"/><parent link=\"l{i}\"/><child link=\"l{n}\"/><axis xyz=\"0 0 1\"/>\
             <limit lower=\"-6.3\" upper=\"6.3\" velocity=\"6\" effort=\"400\"/></joint>",
            n = i + 1
        );
    }
    let last = joints.len();
    let _ = write!(
        text,
        "<link name=\"{tip}\"/><joint name=\"end\" type=\"fixed\"><parent link=\"l{last}\"/><child link=\"{tip}\"/></joint></robot>"
    );
    text
}

#[test]
fn every_profile_of_the_library_is_complete() {
    let listing = std::fs::read_dir(folder()).expect("the folder of arms");
    let mut seen = 0;
    for entry in listing.filter_map(Result::ok) {
        let path = entry.path();
        let arm = ArmProfile::read(&path).unwrap_or_else(|errors| panic!("{errors}"));
        let name = path
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned());
        assert_eq!(
            Some(&arm.name),
            name.as_ref(),
            "a profile is found by its name"
        );
        assert!((6..=7).contains(&arm.joints.len()), "{}", arm.name);
        assert!(arm.sensor.is_some(), "{}: a wrist sensor", arm.name);
        assert!(arm.control.rate_hz >= 100.0, "{}: a rate", arm.name);
        for joint in &arm.joints {
            assert!(
                joint.rotor_inertia.is_some_and(|i| i > 0.0),
                "{}: {}",
                arm.name,
                joint.name
            );
            assert!(joint.encoder_step > 0.0, "{}: {}", arm.name, joint.name);
        }
        for index in 0..arm.joints.len() {
            assert!(
                arm.capsules.iter().any(|c| c.link == Some(index)),
                "{}: joint {} carries no capsule",
                arm.name,
                index + 1
            );
        }
        seen += 1;
    }
    assert!(seen >= 10, "only {seen} arms");
}

#[test]
fn each_profile_fits_the_names_that_its_maker_uses_and_brings_its_own_limits() {
    for (name, robot, tip, joints) in PUBLISHED {
        let arm = profile(name);
        let setup = arm
            .chain(&urdf(robot, tip, joints), "fixture.urdf", None)
            .unwrap_or_else(|errors| panic!("{name}: {errors}"));
        let widened = setup
            .warnings
            .iter()
            .any(|w| matches!(w, ArmWarning::Widened { .. }));
        assert!(!widened, "{name}: nothing is wider than the fixture");
        for (joint, own) in setup.chain.joints.iter().zip(&arm.joints) {
            if own.name.starts_with("joint") && name == "knead_r7" {
                continue; // its limits are in its URDF
            }
            let velocity = own
                .velocity
                .unwrap_or_else(|| panic!("{name}: {} has no speed", own.name));
            let effort = own
                .effort
                .unwrap_or_else(|| panic!("{name}: {} has no effort", own.name));
            assert!(
                (joint.limits.velocity - 0.9 * velocity).abs() < 1e-12,
                "{name}"
            );
            assert!((joint.limits.effort - 0.9 * effort).abs() < 1e-12, "{name}");
            let bounded = joint.limits.upper.is_finite() && joint.limits.lower.is_finite();
            assert_eq!(
                bounded,
                joint.kind != JointKind::Continuous,
                "{name}: {}",
                own.name
            );
        }
    }
}

#[test]
fn the_reference_arms_fit_their_own_urdf_without_a_wider_limit() {
    for name in ["knead_r7", "knead_r6"] {
        let arm = profile(name);
        let (text, path) = arm
            .read_urdf(None)
            .unwrap_or_else(|errors| panic!("{errors}"));
        let setup = arm
            .chain(&text, &path.display().to_string(), None)
            .unwrap_or_else(|errors| panic!("{errors}"));
        let told: Vec<String> = setup
            .warnings
            .iter()
            .filter(|w| !matches!(w, ArmWarning::Urdf(_)))
            .map(ToString::to_string)
            .collect();
        assert!(told.is_empty(), "{name}: {told:?}");
    }
}

#[test]
fn wrong_joint_names_are_told_side_by_side_with_the_right_ones() {
    let (_, robot, tip, joints) = PUBLISHED[1];
    let mut prefixed: Vec<String> = joints.iter().map(|j| format!("left_{j}")).collect();
    prefixed.truncate(7);
    let names: Vec<&str> = prefixed.iter().map(String::as_str).collect();
    let errors = profile("fr3")
        .chain(&urdf(robot, tip, &names), "mine.urdf", None)
        .expect_err("other names");
    let printed = errors.to_string();
    assert_eq!(errors.problems()[0].code, Code::WrongJoints);
    for word in [
        "fr3_joint1",
        "mine.urdf has left_fr3_joint1",
        "in order, by its URDF name and kind",
    ] {
        assert!(printed.contains(word), "no {word:?} in {printed}");
    }
}

#[test]
fn a_joint_without_end_that_the_file_bounds_is_another_arm() {
    let (_, robot, tip, joints) = PUBLISHED[6];
    let bounded: Vec<&str> = joints.iter().map(|j| j.trim_start_matches('~')).collect();
    let errors = profile("gen3")
        .chain(&urdf(robot, tip, &bounded), "mine.urdf", None)
        .expect_err("another kind");
    assert!(
        errors.to_string().contains("the `kind` of a joint"),
        "{errors}"
    );
}

#[test]
fn arms_say_what_they_take_and_run_at_their_own_rate() {
    for (name, mode, period_ms) in [
        ("ur5e", ControlMode::Velocity, 2),
        ("ur10e", ControlMode::Velocity, 2),
        ("xarm7", ControlMode::Velocity, 4),
        ("fr3", ControlMode::Torque, 1),
        ("gen3", ControlMode::Torque, 1),
    ] {
        let (_, robot, tip, joints) = PUBLISHED
            .into_iter()
            .find(|row| row.0 == name)
            .expect("a published arm");
        let arm = profile(name);
        assert_eq!(arm.control.mode, mode, "{name}");
        let setup = arm
            .chain(&urdf(robot, tip, joints), "fixture.urdf", None)
            .unwrap_or_else(|errors| panic!("{name}: {errors}"));
        let has = |of: fn(&ArmWarning) -> bool| setup.warnings.iter().any(of);
        assert_eq!(
            has(|w| matches!(w, ArmWarning::Idealised(_))),
            mode.is_idealised(),
            "{name}"
        );
        assert!(!mode.is_idealised(), "{name}");
        assert!(
            !has(|w| matches!(w, ArmWarning::SlowInterface { .. })),
            "{name}"
        );
        assert_eq!(arm.control.period_ms(), Some(period_ms), "{name}");
    }
}
