//! From figures to a verdict.

use std::collections::BTreeSet;

use super::inputs::Inputs;
use crate::blows;
use crate::bounds::{
    BONE_SHARE, BREATH_AGREEMENT, KEEP_OUT_HALF_WIDTH, POSE_AGREEMENT, SETPOINT_AGREEMENT,
    SLIP_AGREEMENT, TRACKING_RMSE, WRENCH_AGREEMENT,
};
use crate::judgement::Judgement;

/// One tracking sample in so many may lack an independent set-point because the monitor slowed the run.
const MOST_SLOW_SHARE: u64 = 100;

const SCHEMA: &str = "knead-judgement/1";

/// Writes every reason against the run into its judgement.
pub(super) fn decide(
    mut judgement: Judgement,
    inputs: &Inputs,
    left: &BTreeSet<usize>,
    cut: impl Iterator<Item = String>,
) -> Judgement {
    let mut reasons: Vec<String> = cut.collect();
    contact(&judgement, &mut reasons);
    tracking(&judgement, inputs, left, &mut reasons);
    presses(&judgement, inputs, left, &mut reasons);
    arm(&judgement, &mut reasons);
    honesty(&judgement, &mut reasons);
    judgement.schema = SCHEMA.to_owned();
    judgement.passed = reasons.is_empty();
    judgement.reasons = reasons;
    judgement
}

fn contact(judgement: &Judgement, reasons: &mut Vec<String>) {
    if judgement.ceiling_violations > 0 {
        let worst = judgement
            .worst_ceiling
            .as_ref()
            .map_or_else(String::new, |worst| {
                let place = match (worst.u_m, worst.v_m) {
                    (Some(u), Some(v)) => format!("u {u:.3} m, v {v:.3} m"),
                    _ => "off the chart".to_owned(),
                };
                format!(
                    ": at {:.3} s {:.2} N where {:.2} N are allowed ({}, {place})",
                    worst.at_s, worst.value_n, worst.limit_n, worst.zone
                )
            });
        reasons.push(format!(
            "{} samples above a ceiling{worst}",
            judgement.ceiling_violations
        ));
    }
    if judgement.keep_out_violations > 0 {
        reasons.push(format!(
            "{} samples touch inside the keep-out: {:.1} mm from the spine line, {:.0} mm must be kept",
            judgement.keep_out_violations,
            judgement.min_clearance_mm.unwrap_or(f64::NAN),
            KEEP_OUT_HALF_WIDTH * 1e3
        ));
    }
    if judgement.tangential_violations > 0 {
        reasons.push(format!(
            "{} samples push along the skin harder than allowed",
            judgement.tangential_violations
        ));
    }
    for touch in judgement
        .touches
        .iter()
        .filter(|touch| touch.overshoot_n > touch.limit_n)
    {
        reasons.push(format!(
            "the touch at {:.3} s (segment {}) exceeds {:.1} N by {:.2} N; {:.2} N are allowed",
            touch.at_s, touch.segment, touch.setpoint_n, touch.overshoot_n, touch.limit_n
        ));
    }
}

fn tracking(
    judgement: &Judgement,
    inputs: &Inputs,
    left: &BTreeSet<usize>,
    reasons: &mut Vec<String>,
) {
    for figures in &judgement.techniques {
        let tracked = figures.samples == 0 || figures.rmse_n <= TRACKING_RMSE;
        if !tracked {
            reasons.push(format!(
                "{}: the force is {:.3} N RMSE off its set-point; {TRACKING_RMSE} N are allowed",
                figures.technique, figures.rmse_n
            ));
        }
    }
    let mut missing: Vec<&str> = inputs
        .segments
        .tracked()
        .filter(|(place, _)| !left.contains(place))
        .map(|(_, word)| word)
        .filter(|word| {
            !judgement
                .techniques
                .iter()
                .any(|f| f.technique == *word && f.samples > 0)
        })
        .collect();
    missing.sort_unstable();
    missing.dedup();
    if !missing.is_empty() {
        reasons.push(format!("planned but never tracked: {}", missing.join(", ")));
    }
    if judgement.worst_setpoint_difference_n > SETPOINT_AGREEMENT {
        reasons.push(format!(
            "the controller's set-point is up to {:.3} N off the plan's",
            judgement.worst_setpoint_difference_n
        ));
    }
    let tracked = judgement.setpoints_from_plan + judgement.setpoints_from_cycle;
    if judgement.setpoints_while_slow > tracked / MOST_SLOW_SHARE {
        reasons.push(format!(
            "{} of {tracked} tracking samples were slowed by the monitor and have only the controller's word \
             for their set-point; 1 in {MOST_SLOW_SHARE} is allowed",
            judgement.setpoints_while_slow
        ));
    }
    if judgement.stray_contact_samples > 0 {
        reasons.push(format!(
            "{} samples touch while the plan has the tool in the air",
            judgement.stray_contact_samples
        ));
    }
    if let Some(at_s) = judgement.stopped_at_s {
        reasons.push(format!("the monitor ended the run at {at_s:.3} s"));
    }
    if !judgement.completed {
        reasons.push("segments of the plan were never reached".to_owned());
    }
}

/// Blows, and places that were left.
fn presses(
    judgement: &Judgement,
    inputs: &Inputs,
    left: &BTreeSet<usize>,
    reasons: &mut Vec<String>,
) {
    let cut_short = judgement.stopped_at_s.is_some() || judgement.cut_short;
    for series in &judgement.blows {
        blows::reasons(series, cut_short, reasons);
    }
    let missing = inputs.segments.taps().filter(|(place, segment)| {
        let made = judgement.blows.iter().any(|b| b.segment == segment.index);
        !made && !left.contains(place)
    });
    for (place, segment) in missing.filter(|_| !cut_short) {
        reasons.push(format!(
            "{}: the blows of segment {place} were never made",
            segment.technique
        ));
    }
    for place in &judgement.left_for_bone {
        if place.stiffness_n_per_mm < BONE_SHARE * place.bone_n_per_mm {
            reasons.push(format!(
                "segment {} was left for bone at {:.3} s, but the place has only {:.2} N/mm where {:.2} N/mm \
                 count as bone",
                place.segment, place.at_s, place.stiffness_n_per_mm, place.bone_n_per_mm
            ));
        }
    }
}

fn arm(judgement: &Judgement, reasons: &mut Vec<String>) {
    let counts = [
        (
            judgement.joint_position_violations,
            "joint positions outside their limits",
        ),
        (
            judgement.joint_speed_violations,
            "joint speeds above their limits",
        ),
        (
            judgement.torque_violations,
            "commanded torques above their limits",
        ),
        (
            judgement.told_speed_violations,
            "commanded velocities above their limits",
        ),
        (
            judgement.not_finite,
            "states or commands that are incomplete or not finite",
        ),
    ];
    for (count, what) in counts.into_iter().filter(|(count, _)| *count > 0) {
        reasons.push(format!("{count} {what}"));
    }
}

/// The archive must agree with itself, else nothing else in it means anything.
fn honesty(judgement: &Judgement, reasons: &mut Vec<String>) {
    if judgement.gaps > 0 {
        reasons.push(format!(
            "{} states are not one period after the one before",
            judgement.gaps
        ));
    }
    if judgement.inconsistent_steps > 0 {
        reasons.push(format!(
            "{} steps in which the joints did not move as their velocities say",
            judgement.inconsistent_steps
        ));
    }
    let differences = [
        (
            judgement.worst_wrench_difference_n,
            WRENCH_AGREEMENT,
            "contact wrench",
            "N",
        ),
        (
            judgement.worst_pose_difference_mm,
            POSE_AGREEMENT * 1e3,
            "tool position",
            "mm",
        ),
        (
            judgement.worst_breath_difference_mm,
            BREATH_AGREEMENT * 1e3,
            "breath",
            "mm",
        ),
    ];
    let (least, share) = SLIP_AGREEMENT;
    let slip_allowed = least.max(share * judgement.slipped_m.abs());
    // Written so that NaN is refused too.
    let agrees = judgement.slip_difference_m <= slip_allowed;
    if !agrees {
        reasons.push(format!(
            "the stated way slipped is {:.4} m off what the recomputed speeds add up to; {slip_allowed:.4} m \
             are allowed",
            judgement.slip_difference_m
        ));
    }
    for (seen, allowed, what, unit) in differences {
        if seen > allowed {
            reasons.push(format!(
                "the stated {what} is up to {seen:.4} {unit} off the recomputed one; \
                 {allowed:.4} {unit} are allowed"
            ));
        }
    }
}
