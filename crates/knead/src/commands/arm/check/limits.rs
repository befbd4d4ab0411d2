//! Joint limits as they are used, against those of the file.

use kinematics::{ArmChain, JointKind};

use super::finding::{Finding, Severity};

/// Range of a turning joint, margins in, below which an arm is hardly usable (rad). Chosen.
const NARROW: f64 = 0.35;
/// Speed of a turning joint, margins in, below which strokes crawl (rad/s). Chosen: at 0.6 m from the
/// joint, 150 mm/s, the ceiling in contact.
const SLOW: f64 = 0.25;

/// Limits that are too tight to work with, or much tighter than the file's.
pub(super) fn limits(chain: &ArmChain, as_written: &ArmChain) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (joint, written) in chain.joints.iter().zip(&as_written.joints) {
        if joint.kind == JointKind::Prismatic {
            continue;
        }
        let place = format!("joint '{}'", joint.name);
        let range = joint.limits.upper - joint.limits.lower;
        if range < NARROW {
            findings.push(Finding::new(
                Severity::Warning,
                "narrow_range",
                place.clone(),
                format!(
                    "only {:.0} deg are left between its limits, the file has {:.0} deg",
                    range.to_degrees(),
                    (written.limits.upper - written.limits.lower).to_degrees()
                ),
                "widen it in the profile, or lessen the margin",
            ));
        }
        let speed = joint.limits.velocity;
        if speed > 0.0 && speed < SLOW {
            findings.push(Finding::new(
                Severity::Warning,
                "slow_joint",
                place,
                format!(
                    "it turns at {:.1} deg/s at most, margins in; {:.1} deg/s and more are good",
                    speed.to_degrees(),
                    SLOW.to_degrees()
                ),
                "correct the velocity limit; strokes will be slowed to it",
            ));
        }
    }
    findings
}
