//! What was seen, in words and as JSON.

use kinematics::{ChainJoint, JointKind};
use serde_json::{Value, json};

use super::super::shapes;
use super::finding::would_bite;
use super::rates::{Rate, Rates};
use super::workspace::Workspace;
use super::{Seen, Subject};
use crate::say::say;

pub(super) fn json(subject: &Subject, seen: &Seen) {
    let chain = &subject.chain;
    let joints: Vec<Value> = chain
        .joints
        .iter()
        .zip(&subject.as_written.joints)
        .map(|(joint, written)| joint_json(joint, written))
        .collect();
    let warnings: Vec<String> = subject.warnings.iter().map(ToString::to_string).collect();
    let control = subject.profile.as_ref().map(|profile| {
        json!({
            "mode": profile.control.mode.word(), "rate_hz": profile.control.rate_hz,
            "idealised_in_simulation": profile.control.mode.is_idealised(),
        })
    });
    say!(
        "{}",
        json!({
            "version": 1, "name": chain.name, "root": chain.root, "tip": chain.tip,
            "joints": joints, "moving_mass_kg": moving_mass(subject), "warnings": warnings,
            "control": control, "rates": seen.rates, "workspace": seen.workspace,
            "shapes": shapes::as_json(&subject.shapes), "findings": seen.findings, "usable": !would_bite(&seen.findings),
        })
    );
}

pub(super) fn text(subject: &Subject, seen: &Seen) {
    let chain = &subject.chain;
    say!(
        "{}: {} -> {}, {} moving joints, {:.2} kg moving",
        chain.name,
        chain.root,
        chain.tip,
        chain.joints.len(),
        moving_mass(subject)
    );
    joint_table(subject);
    shapes::tell(&subject.shapes);
    if let Some(rates) = &seen.rates {
        rate_lines(subject, rates);
    }
    if let Some(space) = &seen.workspace {
        workspace_lines(subject, space);
    }
    for finding in &seen.findings {
        say!("{finding}");
    }
    let word = if would_bite(&seen.findings) {
        "NOT usable"
    } else {
        "usable"
    };
    let more = if subject.profile.is_some() {
        ""
    } else {
        " (a URDF alone: reach, payload, sensor and rates need a profile)"
    };
    say!("{word}{more}");
}

fn moving_mass(subject: &Subject) -> f64 {
    subject.chain.joints.iter().map(|j| j.mass).sum()
}

fn joint_table(subject: &Subject) {
    say!(
        "{:<28} {:<10} {:>9} {:>9} {:>9} {:>9} {:>8}",
        "joint",
        "kind",
        "lower",
        "upper",
        "speed",
        "effort",
        "mass kg"
    );
    for joint in &subject.chain.joints {
        let l = &joint.limits;
        say!(
            "{:<28} {:<10} {:>9.4} {:>9.4} {:>9.3} {:>9.1} {:>8.3}",
            joint.name,
            kind_word(joint.kind),
            l.lower,
            l.upper,
            l.velocity,
            l.effort,
            joint.mass
        );
    }
}

fn rate_lines(subject: &Subject, rates: &Rates) {
    let Some(profile) = &subject.profile else {
        return;
    };
    let line = |who: &str, r: &Rate| {
        say!(
            "rate: {who} {:.0} Hz: {:.0} ms from skin to drive, touches at {:.0} mm/s at most, force gain {:.1}, surface spring {:.0} N/m",
            r.rate_hz,
            r.delay_ms,
            r.touch_mm_per_s,
            r.force_proportional,
            r.surface_stiffness
        );
    };
    say!(
        "control: {} at {:.0} Hz",
        profile.control.mode.word(),
        profile.control.rate_hz
    );
    line("the loop,", &rates.of_loop);
    if rates.of_arm != rates.of_loop {
        line("this arm,", &rates.of_arm);
    }
}

fn workspace_lines(subject: &Subject, space: &Workspace) {
    say!(
        "reach: {} of {} places over the back ({:.0} %) with the {} straight down",
        space.reached,
        space.places,
        space.share_reached() * 100.0,
        space.tool
    );
    let shares: Vec<String> = subject
        .chain
        .joints
        .iter()
        .zip(&space.share_of_effort)
        .map(|(joint, share)| format!("{} {:.0} %", joint.name, share * 100.0))
        .collect();
    say!(
        "payload: weight, {:.0} N down and {:.0} N along the skin take at most: {}",
        space.press_n,
        space.along_skin_n,
        shares.join(", ")
    );
    if let Some(spare) = space.spare_kg {
        say!(
            "payload: {spare:.1} kg could be added to the {} of {:.2} kg by static torque; the maker's own payload limit holds besides",
            space.tool,
            space.tool_kg
        );
    }
}

fn kind_word(kind: JointKind) -> &'static str {
    match kind {
        JointKind::Revolute => "revolute",
        JointKind::Continuous => "continuous",
        JointKind::Prismatic => "prismatic",
    }
}

fn joint_json(joint: &ChainJoint, written: &ChainJoint) -> Value {
    // A continuous joint has no position limits: JSON has no infinity, so they are null.
    let number = |x: f64| if x.is_finite() { json!(x) } else { Value::Null };
    let of = |l: &kinematics::ChainLimits| {
        json!({
            "lower": number(l.lower), "upper": number(l.upper),
            "velocity": number(l.velocity), "effort": number(l.effort),
        })
    };
    json!({
        "name": joint.name, "kind": kind_word(joint.kind), "mass_kg": joint.mass,
        "lower": number(joint.limits.lower), "upper": number(joint.limits.upper),
        "velocity": number(joint.limits.velocity), "effort": number(joint.limits.effort),
        "damping": joint.damping, "friction": joint.friction, "rotor_inertia": joint.rotor_inertia,
        "in_urdf": of(&written.limits),
    })
}
