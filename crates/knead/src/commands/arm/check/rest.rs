//! Postures in which the arm waits: clear of the table, and above whoever lies on it.

use kinematics::{ArmModel, Payload};
use nalgebra::{Isometry3, Point3, SVector};
use settings::ArmProfile;

use super::finding::{Finding, Severity};

/// Least distance of a resting link from the table top (m). Chosen, as in planning.
const TABLE: f64 = 0.010;
/// Height over the table below which a resting tool could meet a lying person (m). Chosen: a thick chest
/// and a hand's breadth.
const PERSON: f64 = 0.35;

/// Judges the park posture and, where it is another, the start posture.
pub(super) fn postures<const D: usize>(
    profile: &ArmProfile,
    model: &ArmModel<D>,
    longest: Option<&Payload>,
) -> Vec<Finding> {
    let (park, start) = (profile.park_posture(), profile.start_posture());
    let mut findings = one(profile, model, longest, "park", &park);
    if start != park {
        findings.extend(one(profile, model, longest, "start", &start));
    }
    findings
}

fn one<const D: usize>(
    profile: &ArmProfile,
    model: &ArmModel<D>,
    longest: Option<&Payload>,
    which: &str,
    posture: &[f64],
) -> Vec<Finding> {
    let table_from_base = profile.installation.base_from_table.inverse();
    let q = SVector::<f64, D>::from_iterator(posture.iter().copied());
    let links = model
        .link_poses(&q)
        .map(|link| table_from_base.raw() * link);
    let mut findings = Vec::new();
    for capsule in &profile.capsules {
        let Some(link) = capsule.link.and_then(|joint| links.get(joint)) else {
            continue;
        };
        let lowest = lowest_over_table(profile, link, capsule.a, capsule.b, capsule.radius.get());
        if lowest < TABLE {
            let joint = capsule.link.and_then(|j| profile.joints.get(j));
            findings.push(Finding::new(
                Severity::Error,
                "rests_on_the_table",
                format!("{which} posture"),
                format!(
                    "the link of joint '{}' is {:.0} mm above the table top, at least {:.0} mm are needed",
                    joint.map_or("", |j| j.name.as_str()),
                    lowest * 1e3,
                    TABLE * 1e3
                ),
                "raise the posture, or move the base",
            ));
        }
    }
    let tip = longest.map_or_else(|| model.clone(), |payload| model.with_payload(payload));
    let tool = table_from_base.transform(&tip.tool_pose(&q).origin());
    if over_table(profile, tool.x(), tool.y(), 0.0) && tool.z() < PERSON {
        findings.push(Finding::new(
            Severity::Warning,
            "rests_low",
            format!("{which} posture"),
            format!(
                "the longest tool ends {:.0} mm above the table; a person may lie up to {:.0} mm high there",
                tool.z() * 1e3,
                PERSON * 1e3
            ),
            "raise the posture, or turn the arm away from the table",
        ));
    }
    findings
}

/// Height of the lowest point of a rod over the table top; infinite when it is beside the table.
fn lowest_over_table(
    profile: &ArmProfile,
    link: &Isometry3<f64>,
    a: Point3<f64>,
    b: Point3<f64>,
    radius: f64,
) -> f64 {
    let (a, b) = (link * a, link * b);
    // Points at most 25 mm apart on rods of up to half a metre.
    (0..=20)
        .map(|i| a + (b - a) * (f64::from(i) / 20.0))
        .filter(|p| over_table(profile, p.x, p.y, radius))
        .map(|p| p.z - radius)
        .fold(f64::INFINITY, f64::min)
}

fn over_table(profile: &ArmProfile, x: f64, y: f64, radius: f64) -> bool {
    let table = &profile.table;
    x > table.foot_end.get() - radius
        && x < table.head_end.get() + radius
        && y.abs() < table.half_width.get() + radius
}
