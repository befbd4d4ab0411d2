//! Readings from a file of JSON lines.

use std::path::Path;

use kinematics::JointLimits;
use nalgebra::SVector;
use quantities::{Force, Sensor, Torque, Wrench};
use serde::Deserialize;

use crate::commands::arm::vector;
use crate::failure::Failure;

/// Largest file of readings (bytes). Chosen: some hundred thousand poses.
const LARGEST: u64 = 64 << 20;

/// Beyond this a number is told by its power of ten.
const LONGEST: f64 = 1e6;

/// One line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    q: Vec<f64>,
    force_n: Vec<f64>,
    torque_nm: Vec<f64>,
}

/// One reading at rest.
pub(super) struct Pose<const D: usize> {
    pub positions: SVector<f64, D>,
    pub wrench: Wrench<Sensor>,
}

/// All lines that are not blank, each within the joints' limits.
pub(super) fn read<const D: usize>(
    path: &Path,
    limits: &JointLimits<D>,
    names: &[String],
) -> Result<Vec<Pose<D>>, Failure> {
    let text = settings::read_text(path, LARGEST).map_err(Failure::input)?;
    let lines = text.lines().enumerate();
    lines
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(index, line)| {
            let read = pose(line).and_then(|pose| within(pose, limits, names));
            read.map_err(|what| {
                Failure::Input(format!("{} line {}: {what}", path.display(), index + 1))
            })
        })
        .collect()
}

fn pose<const D: usize>(line: &str) -> Result<Pose<D>, String> {
    let line: Line = serde_json::from_str(line).map_err(|e| {
        format!("{e}; a line is {{\"q\":[..],\"force_n\":[x,y,z],\"torque_nm\":[x,y,z]}}")
    })?;
    let three = |name: &str, values: &[f64]| match values {
        [x, y, z] => Ok([*x, *y, *z]),
        _ => Err(format!("\"{name}\" has {} numbers, not 3", values.len())),
    };
    let positions = vector::<D>("q", &line.q)?;
    Ok(Pose {
        positions,
        wrench: Wrench {
            force: Force::from_raw(three("force_n", &line.force_n)?.into()),
            torque: Torque::from_raw(three("torque_nm", &line.torque_nm)?.into()),
        },
    })
}

/// A posture beyond the limits is one in degrees or of another arm: the weights would point anywhere.
fn within<const D: usize>(
    pose: Pose<D>,
    limits: &JointLimits<D>,
    names: &[String],
) -> Result<Pose<D>, String> {
    let ranges = limits.lower.iter().zip(&limits.upper);
    for ((at, (lower, upper)), name) in pose.positions.iter().zip(ranges).zip(names) {
        if at < lower || at > upper {
            let seen = match at.abs() {
                size if size > LONGEST => format!("{at:e}"),
                _ => format!("{at:.4}"),
            };
            return Err(format!(
                "joint '{name}' is at {seen}, allowed are {lower:.4} to {upper:.4}; angles are in rad, \
                 lengths in m"
            ));
        }
    }
    Ok(pose)
}
