//! `knead arm`: check, eval, swing.

use std::io::{BufRead, Write};
use std::path::Path;

use kinematics::{ArmChain, ArmModel, JointKind, RobotDescription, swing_states};
use nalgebra::{SMatrix, SVector, Vector3};
use quantities::Wrench;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use settings::ArmProfile;

use crate::cli::ArmCommand;
use crate::dispatch::with_joint_count;
use crate::failure::Failure;
use crate::say::say;

/// Gravity of these commands (m/s²): the round figure that simulators and robot makers use, so that
/// numbers compare.
const GRAVITY: f64 = 9.81;

/// An arm as loaded, with all that was odd about it.
struct Loaded {
    chain: ArmChain,
    warnings: Vec<String>,
}

pub fn run(command: ArmCommand) -> Result<(), Failure> {
    match command {
        ArmCommand::Check {
            arm,
            urdf,
            tip,
            json,
        } => check(&load(&arm, urdf.as_deref(), tip.as_deref())?, json),
        ArmCommand::Eval { arm, urdf, tip } => {
            let loaded = load(&arm, urdf.as_deref(), tip.as_deref())?;
            complain(&loaded.warnings);
            let joints = loaded.chain.joints.len();
            with_joint_count!(joints, D => eval::<D>(&loaded.chain), else Err(unfit(joints)))
        }
        ArmCommand::Swing {
            arm,
            urdf,
            tip,
            q0,
            damping,
            seconds,
            json,
        } => {
            let loaded = load(&arm, urdf.as_deref(), tip.as_deref())?;
            complain(&loaded.warnings);
            let joints = loaded.chain.joints.len();
            with_joint_count!(
                joints,
                D => swing::<D>(&loaded.chain, &q0, damping, seconds, json),
                else Err(unfit(joints))
            )
        }
    }
}

fn unfit(joints: usize) -> Failure {
    Failure::Input(format!(
        "the chain has {joints} moving joints, allowed are 4 to 7; name another --tip"
    ))
}

fn complain(warnings: &[String]) {
    for warning in warnings {
        eprintln!("warning: {warning}");
    }
}

fn load(arm: &Path, urdf: Option<&Path>, tip: Option<&str>) -> Result<Loaded, Failure> {
    if arm.extension().is_some_and(|e| e == "toml") {
        let profile = ArmProfile::read(arm).map_err(Failure::input)?;
        let (text, path) = profile.read_urdf(urdf).map_err(Failure::input)?;
        let setup = profile
            .chain(&text, &path.display().to_string(), tip)
            .map_err(Failure::input)?;
        let warnings = setup.warnings.iter().map(ToString::to_string).collect();
        return Ok(Loaded {
            chain: setup.chain,
            warnings,
        });
    }
    let text = settings::read_text(arm, 16 << 20).map_err(Failure::input)?;
    let named =
        |error: kinematics::UrdfError| Failure::Input(format!("{}: {error}", arm.display()));
    let (robot, mut warnings) = RobotDescription::parse(&text).map_err(named)?;
    let (chain, more) = robot.chain(tip).map_err(named)?;
    warnings.extend(more);
    Ok(Loaded {
        chain,
        warnings: warnings.iter().map(ToString::to_string).collect(),
    })
}

fn check(loaded: &Loaded, as_json: bool) -> Result<(), Failure> {
    let chain = &loaded.chain;
    let mass: f64 = chain.joints.iter().map(|j| j.mass).sum();
    if as_json {
        let joints: Vec<Value> = chain.joints.iter().map(joint_json).collect();
        let report = json!({
            "version": 1, "name": chain.name, "root": chain.root, "tip": chain.tip,
            "joints": joints, "moving_mass_kg": mass, "warnings": loaded.warnings,
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

/// One line of input; what is left out leaves out its outputs.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Posture {
    q: Vec<f64>,
    qd: Option<Vec<f64>>,
    qdd: Option<Vec<f64>>,
    tau: Option<Vec<f64>>,
}

fn eval<const D: usize>(chain: &ArmChain) -> Result<(), Failure> {
    let model = model::<D>(chain)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for (index, line) in std::io::stdin().lock().lines().enumerate() {
        let line = line.map_err(Failure::input)?;
        if line.trim().is_empty() {
            continue;
        }
        let at = |what: String| Failure::Input(format!("stdin line {}: {what}", index + 1));
        let posture: Posture = serde_json::from_str(&line).map_err(|e| {
            at(format!(
                "{e}; a line is {{\"q\":[..],\"qd\":[..],\"qdd\":[..],\"tau\":[..]}}"
            ))
        })?;
        let answer = evaluate(&model, &posture).map_err(at)?;
        if let Err(error) = writeln!(out, "{answer}").and_then(|()| out.flush()) {
            // Whoever reads has seen enough.
            return if error.kind() == std::io::ErrorKind::BrokenPipe {
                Ok(())
            } else {
                Err(Failure::device(error))
            };
        }
    }
    Ok(())
}

fn model<const D: usize>(chain: &ArmChain) -> Result<ArmModel<D>, Failure> {
    let model = ArmModel::<D>::from_chain(chain).map_err(Failure::input)?;
    Ok(model.with_gravity(Vector3::new(0.0, 0.0, -GRAVITY)))
}

fn vector<const D: usize>(name: &str, values: &[f64]) -> Result<SVector<f64, D>, String> {
    if values.len() != D {
        return Err(format!(
            "\"{name}\" has {} numbers, the arm has {D} joints",
            values.len()
        ));
    }
    if let Some(bad) = values.iter().find(|v| !v.is_finite()) {
        return Err(format!("\"{name}\" holds {bad}; give finite numbers"));
    }
    Ok(SVector::from_iterator(values.iter().copied()))
}

fn evaluate<const D: usize>(model: &ArmModel<D>, posture: &Posture) -> Result<Value, String> {
    let q = vector::<D>("q", &posture.q)?;
    let given = |name: &str, values: &Option<Vec<f64>>| {
        values.as_deref().map(|v| vector::<D>(name, v)).transpose()
    };
    let (qd, qdd, tau) = (
        given("qd", &posture.qd)?,
        given("qdd", &posture.qdd)?,
        given("tau", &posture.tau)?,
    );
    let kinematics = model.tool_kinematics(&q, &SVector::zeros());
    let pose = kinematics.base_from_tool.raw().to_homogeneous();
    let mut answer = Map::new();
    answer.insert("base_from_tip".into(), rows(&pose));
    answer.insert("jacobian".into(), rows(&kinematics.jacobian));
    answer.insert("mass_matrix".into(), rows(&model.mass_matrix(&q)));
    answer.insert("gravity".into(), json!(model.gravity(&q).as_slice()));
    if let (Some(qd), Some(qdd)) = (qd, qdd) {
        let torques = model.inverse_dynamics(&q, &qd, &qdd);
        answer.insert("inverse_dynamics".into(), json!(torques.as_slice()));
    }
    if let (Some(qd), Some(tau)) = (qd, tau) {
        let moved = model
            .forward_dynamics(&q, &qd, &tau, &Wrench::zero())
            .ok_or("the mass matrix is singular here: some joint moves no mass; give the links their inertia")?;
        answer.insert("forward_dynamics".into(), json!(moved.as_slice()));
    }
    Ok(Value::Object(answer))
}

fn rows<const R: usize, const C: usize>(matrix: &SMatrix<f64, R, C>) -> Value {
    let rows: Vec<Vec<f64>> = matrix
        .row_iter()
        .map(|row| row.iter().copied().collect())
        .collect();
    json!(rows)
}

fn swing<const D: usize>(
    chain: &ArmChain,
    q0: &[f64],
    damping: f64,
    seconds: f64,
    as_json: bool,
) -> Result<(), Failure> {
    let model = model::<D>(chain)?;
    let q0 = vector::<D>("q0", q0).map_err(Failure::Input)?;
    let states = swing_states(&model, &q0, damping, seconds).map_err(Failure::input)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for (millisecond, state) in states.iter().enumerate() {
        let (t, q) = (millisecond as f64 * 1e-3, state.positions.as_slice());
        let line = if as_json {
            json!({"t": t, "q": q}).to_string()
        } else {
            let numbers: Vec<String> = q.iter().map(|x| format!("{x:.9}")).collect();
            format!("{t:.3} {}", numbers.join(" "))
        };
        if let Err(error) = writeln!(out, "{line}") {
            return if error.kind() == std::io::ErrorKind::BrokenPipe {
                Ok(())
            } else {
                Err(Failure::device(error))
            };
        }
    }
    out.flush().map_err(Failure::device)
}
