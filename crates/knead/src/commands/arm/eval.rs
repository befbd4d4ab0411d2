//! `knead arm eval`: kinematics and dynamics, posture after posture.

use std::io::{BufRead, Write};

use kinematics::{ArmChain, ArmModel};
use nalgebra::{SMatrix, SVector};
use quantities::Wrench;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{model, vector};
use crate::failure::Failure;

/// One line of input; what is left out leaves out its outputs.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Posture {
    q: Vec<f64>,
    qd: Option<Vec<f64>>,
    qdd: Option<Vec<f64>>,
    tau: Option<Vec<f64>>,
}

pub(super) fn eval<const D: usize>(chain: &ArmChain) -> Result<(), Failure> {
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
    finite(&answer)?;
    Ok(Value::Object(answer))
}

/// JSON has no infinity: a number beyond all bounds became null.
fn finite(answer: &Map<String, Value>) -> Result<(), String> {
    fn has_null(value: &Value) -> bool {
        match value {
            Value::Array(all) => all.iter().any(has_null),
            other => other.is_null(),
        }
    }
    match answer.iter().find(|(_, value)| has_null(value)) {
        Some((name, _)) => Err(format!(
            "\"{name}\" is not finite; give smaller positions (rad, m), speeds, accelerations or torques"
        )),
        None => Ok(()),
    }
}

fn rows<const R: usize, const C: usize>(matrix: &SMatrix<f64, R, C>) -> Value {
    let rows: Vec<Vec<f64>> = matrix
        .row_iter()
        .map(|row| row.iter().copied().collect())
        .collect();
    json!(rows)
}
