//! What the URDF gets wrong, and what of it the profile mends.

use std::path::Path;

use kinematics::{ArmChain, JointKind, MeshReference, RobotDescription, UrdfWarning};
use settings::ArmWarning;

use super::finding::{Finding, Severity};

const OVERRIDE: &str = "override it in the arm's profile";

/// The warnings of reading, each with its weight.
pub(super) fn from_warnings(warnings: &[ArmWarning], chain: &ArmChain) -> Vec<Finding> {
    warnings.iter().map(|w| from_warning(w, chain)).collect()
}

fn from_warning(warning: &ArmWarning, chain: &ArmChain) -> Finding {
    match warning {
        ArmWarning::Urdf(odd) => from_urdf(odd, chain),
        ArmWarning::Mended { warning } => {
            let found = from_urdf(warning, chain);
            let what = format!("{} [overridden by the profile]", found.what);
            Finding::new(Severity::Note, found.kind, found.place, what, "")
        }
        ArmWarning::Widened {
            joint,
            quantity,
            urdf,
            profile,
            source_of_limit,
        } => Finding::new(
            Severity::Warning,
            "wider_than_the_file",
            format!("joint '{joint}'"),
            format!(
                "the profile widens the {quantity} limit from {urdf:.4} to {profile:.4} (SI); source: {source_of_limit}"
            ),
            "make sure that this arm, with its cables, may do that",
        ),
        ArmWarning::NoShape { after_joint } => Finding::new(
            Severity::Warning,
            "no_shape",
            format!("joint '{after_joint}'"),
            warning.to_string(),
            "describe the link with [[capsule]] in the arm's profile",
        ),
        ArmWarning::Idealised(notice) => Finding::new(
            Severity::Warning,
            "idealised",
            "control",
            *notice,
            "take a simulated run as a proof of the plan, not of this arm's force",
        ),
        ArmWarning::SlowInterface { .. } => Finding::new(
            Severity::Error,
            "slow_interface",
            "control",
            warning.to_string(),
            "set up a faster interface, and say so in `rate_hz`",
        ),
        ArmWarning::SingleEstimate => Finding::new(
            Severity::Warning,
            "single_estimate",
            "reports_torque",
            warning.to_string(),
            "say `reports_torque = true` where the drives tell torques that the model explains",
        ),
    }
}

/// Weight, place, words and remedy of one oddity of the file.
fn from_urdf(odd: &UrdfWarning, chain: &ArmChain) -> Finding {
    let link = |name: &str| format!("link '{name}'");
    let joint = |name: &str| format!("joint '{name}'");
    let (severity, kind, place, remedy) = match odd {
        UrdfWarning::MasslessLink { link: name } => (
            Severity::Note,
            "missing_inertial",
            link(name),
            "fine for a frame; a part of the arm needs an <inertial>",
        ),
        UrdfWarning::MasslessBody { joint: name } => {
            let driven = |j: &&kinematics::ChainJoint| j.name == *name && j.rotor_inertia > 0.0;
            let severity = match chain.joints.iter().find(driven) {
                Some(_) => Severity::Warning,
                None => Severity::Error,
            };
            (
                severity,
                "massless_body",
                joint(name),
                "give mass and inertia in `[joint.body]`, or at least a rotor inertia",
            )
        }
        UrdfWarning::PointMass { link: name, .. } => {
            (Severity::Warning, "missing_inertia", link(name), OVERRIDE)
        }
        UrdfWarning::ImpossibleInertia { link: name, .. } => (
            Severity::Warning,
            "impossible_inertia",
            link(name),
            // The words say it.
            "",
        ),
        UrdfWarning::RotatedInertialFrame { link: name, .. } => {
            (Severity::Note, "rotated_inertial", link(name), "")
        }
        UrdfWarning::PlaceholderLimit {
            joint: name,
            quantity,
            value,
        } => {
            let (severity, kind) = if *value <= 0.0 && *quantity != "position" {
                (Severity::Error, "zero_limit")
            } else {
                (Severity::Warning, "placeholder_limit")
            };
            (
                severity,
                kind,
                joint(name),
                "write the maker's figure into the arm's profile",
            )
        }
        UrdfWarning::SeveralTips { .. } => (
            Severity::Warning,
            "several_tips",
            "tip".to_owned(),
            "name the flange with --tip, or in the profile",
        ),
        UrdfWarning::LockedBranch { joint: name, .. } => (
            Severity::Warning,
            "locked_branch",
            joint(name),
            "make it fixed in the URDF, or take the gripper off",
        ),
        UrdfWarning::MeshNotRead { link: name } => {
            (Severity::Note, "mesh_not_read", link(name), "")
        }
        UrdfWarning::AxisNotUnit { joint: name, .. } => {
            (Severity::Note, "axis_not_unit", joint(name), "")
        }
    };
    Finding::new(severity, kind, place, odd.to_string(), remedy)
}

/// Joints that copy another. On the arm itself they refuse the file; beside it they are held still.
pub(super) fn mimics(robot: &RobotDescription) -> Vec<Finding> {
    robot
        .mimics()
        .map(|(joint, leader)| {
            Finding::new(
                Severity::Warning,
                "mimic_joint",
                format!("joint '{joint}'"),
                format!("mimics joint '{leader}' beside the arm; it is held still like its leader"),
                "take the gripper off, or make its joints fixed",
            )
        })
        .collect()
}

/// Joints without end.
pub(super) fn continuous(chain: &ArmChain) -> Vec<Finding> {
    let endless = chain
        .joints
        .iter()
        .filter(|j| j.kind == JointKind::Continuous);
    endless
        .map(|joint| {
            Finding::new(
                Severity::Note,
                "continuous_joint",
                format!("joint '{}'", joint.name),
                "turns without end: nothing here keeps a cable or hose from being wound up",
                "lead cables so that some turns do no harm, and unwind before each session",
            )
        })
        .collect()
}

/// One line for each way in which meshes are named, and whether those that can be looked for are there.
pub(super) fn meshes(robot: &RobotDescription, folder: &Path) -> Vec<Finding> {
    let needless = "meshes are never needed here: clearance comes from the profile's capsules";
    let all = robot.meshes();
    let (packaged, local): (Vec<_>, Vec<_>) = all
        .iter()
        .partition(|mesh| mesh.file.contains("://") && !mesh.file.starts_with("file://"));
    let missing: Vec<&MeshReference> = local
        .iter()
        .copied()
        .filter(|mesh| {
            !folder
                .join(mesh.file.trim_start_matches("file://"))
                .is_file()
        })
        .collect();
    let first = |list: &[&MeshReference]| {
        list.first().map_or_else(String::new, |mesh| {
            format!("'{}' of link '{}'", mesh.file, mesh.link)
        })
    };
    let mut findings = Vec::new();
    if !packaged.is_empty() {
        let what = format!(
            "{} mesh paths point into a package, the first is {}; they were not looked for",
            packaged.len(),
            first(&packaged)
        );
        findings.push(Finding::new(
            Severity::Note,
            "mesh_in_package",
            "meshes",
            what,
            needless,
        ));
    }
    if !missing.is_empty() {
        let what = format!(
            "{} of {} mesh files beside the URDF are not there, the first is {}",
            missing.len(),
            local.len(),
            first(&missing)
        );
        findings.push(Finding::new(
            Severity::Note,
            "mesh_missing",
            "meshes",
            what,
            needless,
        ));
    }
    findings
}
