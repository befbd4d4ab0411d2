//! What the reader of URDFs must do with any text whatever: not panic, and give no model that answers a
//! posture within its limits with a number that is none. The mutation test and the fuzz target share it.

use kinematics::{ArmChain, ArmModel, IkOptions, RobotDescription};
use nalgebra::SVector;
use quantities::Wrench;

/// Postures and speeds that are tried are cut to this (rad or m): limits may be placeholders.
const FAR: f64 = 1e6;

/// How far a text came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Came {
    /// No robot could be read.
    Refused,
    /// A robot, but no arm of it.
    NoArm,
    /// An arm whose numbers were all finite.
    Arm,
}

/// Feeds a text to the loader and what it accepts to the kernels.
pub fn endure(text: &str) -> Came {
    let Ok((description, warnings)) = RobotDescription::parse(text) else {
        return Came::Refused;
    };
    for warning in &warnings {
        let _ = warning.to_string();
    }
    let mut came = Came::NoArm;
    let tips = description.tips();
    let tips = core::iter::once(None).chain(tips.iter().take(3).map(|tip| Some(tip.as_str())));
    for tip in tips {
        match description.chain(tip) {
            Ok((chain, _)) => {
                if is_endured(&chain) {
                    came = Came::Arm;
                }
            }
            Err(error) => {
                let _ = error.to_string();
            }
        }
    }
    came
}

fn is_endured(chain: &ArmChain) -> bool {
    match chain.joints.len() {
        4 => moved::<4>(chain),
        5 => moved::<5>(chain),
        6 => moved::<6>(chain),
        7 => moved::<7>(chain),
        other => panic!("a chain of {other} joints was accepted"),
    }
}

fn moved<const D: usize>(chain: &ArmChain) -> bool {
    let Ok(arm) = ArmModel::<D>::from_chain(chain) else {
        return false;
    };
    let limits = *arm.limits();
    let cut = |v: SVector<f64, D>| v.map(|x| x.clamp(-FAR, FAR));
    let (lower, upper) = (cut(limits.lower), cut(limits.upper));
    let speeds = limits.velocity.map(|v| v.min(10.0));
    for q in [
        lower,
        (lower + upper) * 0.5,
        upper,
        lower * 0.3 + upper * 0.7,
    ] {
        all_finite(&arm, &q, &speeds);
    }
    inverted(&arm, &(lower * 0.4 + upper * 0.6));
    true
}

fn all_finite<const D: usize>(arm: &ArmModel<D>, q: &SVector<f64, D>, qd: &SVector<f64, D>) {
    let finite = |what: &str, numbers: &[f64]| {
        assert!(
            numbers.iter().all(|x| x.is_finite()),
            "{what} is {numbers:?} at {q:?}"
        );
    };
    let kinematics = arm.tool_kinematics(q, qd);
    finite(
        "the pose",
        kinematics.base_from_tool.raw().to_homogeneous().as_slice(),
    );
    finite("the Jacobian", kinematics.jacobian.as_slice());
    finite(
        "the bias acceleration",
        kinematics.bias_acceleration.as_slice(),
    );
    finite("gravity", arm.gravity(q).as_slice());
    finite("the bias", arm.bias(q, qd).as_slice());
    finite("the mass matrix", arm.mass_matrix(q).as_slice());
    finite(
        "inverse dynamics",
        arm.inverse_dynamics(q, qd, &(qd * 2.0)).as_slice(),
    );
    let energies = [arm.kinetic_energy(q, qd), arm.potential_energy(q)];
    finite("the energy", &energies);
    if let Some(qdd) = arm.forward_dynamics(q, qd, &arm.gravity(q), &Wrench::zero()) {
        finite("forward dynamics", qdd.as_slice());
    }
}

/// The way back from a pose ends, with a posture or with words.
fn inverted<const D: usize>(arm: &ArmModel<D>, q: &SVector<f64, D>) {
    let target = arm.tool_pose(q);
    match arm.inverse_kinematics(&target, &(q * 0.9), &IkOptions::default()) {
        Ok(found) => assert!(found.q.iter().all(|x| x.is_finite()), "{found:?}"),
        Err(failure) => assert!(!failure.to_string().is_empty()),
    }
}
