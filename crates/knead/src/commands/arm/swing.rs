//! `knead arm swing`: the arm left to itself.

use std::io::Write;

use kinematics::{ArmChain, swing_states};
use serde_json::json;

use super::{model, vector};
use crate::failure::Failure;

pub(super) fn swing<const D: usize>(
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
