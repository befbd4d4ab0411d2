//! `knead arm check`: everything in a description that would bite.

use kinematics::JointKind;
use serde_json::{Value, json};

use super::Loaded;
use crate::failure::Failure;
use crate::say::say;

pub(super) fn check(loaded: &Loaded, as_json: bool) -> Result<(), Failure> {
    let chain = &loaded.chain;
    let mass: f64 = chain.joints.iter().map(|j| j.mass).sum();
    if as_json {
        let joints: Vec<Value> = chain.joints.iter().map(joint_json).collect();
        let shapes = super::shapes::as_json(&loaded.shapes);
        let report = json!({
            "version": 1, "name": chain.name, "root": chain.root, "tip": chain.tip,
            "joints": joints, "moving_mass_kg": mass, "warnings": loaded.warnings, "shapes": shapes,
        });
        say!("{report}");
        return Ok(());
    }
    say!(
        "{}: {} -> {}, {} moving joints, {mass:.2} kg moving",
        chain.name,
        chain.root,
        chain.tip,
        chain.joints.len()
    );
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
    for joint in &chain.joints {
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
    super::shapes::tell(&loaded.shapes);
    for warning in &loaded.warnings {
        say!("warning: {warning}");
    }
    Ok(())
}

fn kind_word(kind: JointKind) -> &'static str {
    match kind {
        JointKind::Revolute => "revolute",
        JointKind::Continuous => "continuous",
        JointKind::Prismatic => "prismatic",
    }
}

fn joint_json(joint: &kinematics::ChainJoint) -> Value {
    // A continuous joint has no position limits: JSON has no infinity, so they are null.
    let number = |x: f64| if x.is_finite() { json!(x) } else { Value::Null };
    json!({
        "name": joint.name, "kind": kind_word(joint.kind), "mass_kg": joint.mass,
        "lower": number(joint.limits.lower), "upper": number(joint.limits.upper),
        "velocity": number(joint.limits.velocity), "effort": number(joint.limits.effort),
        "damping": joint.damping, "friction": joint.friction, "rotor_inertia": joint.rotor_inertia,
    })
}
