//! What is refused before an arm is simulated.

use kinematics::{ArmModel, ToolModel};
use nalgebra::SVector;
use quantities::Duration;

use crate::plant::ArmPlantParams;
use crate::sensors::SensorParams;

/// Periods of the loop that divide evenly into the plant's milliseconds (ms).
const PERIODS_MS: [u32; 6] = [1, 2, 4, 5, 8, 10];

/// Why a simulated arm cannot be set up.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SimError {
    /// No tool was given.
    #[error("a simulated arm needs at least one tool, got none")]
    NoTool,
    /// More tools than an index can tell apart.
    #[error("{seen} tools were given; at most 256 can be told apart")]
    TooManyTools {
        /// How many were given.
        seen: usize,
    },
    /// The arm model of a tool does not carry that tool.
    #[error(
        "the arm model of tool {index} places the patch {distance_m:.6} m from where the tool's own data put it; build it with `with_payload` of that tool"
    )]
    ModelWithoutTool {
        /// Index of the tool.
        index: usize,
        /// Distance between the two places (m).
        distance_m: f64,
    },
    /// No such tool.
    #[error("tool {seen} was asked for; there are {count} (0 to {})", count.saturating_sub(1))]
    UnknownTool {
        /// Index asked for.
        seen: u8,
        /// Number of tools.
        count: usize,
    },
    /// The starting posture is not finite.
    #[error("joint {joint} of the starting posture is {seen}; it must be finite")]
    Posture {
        /// Index of the joint.
        joint: usize,
        /// What was given.
        seen: f64,
    },
    /// A figure is negative, not finite or too large.
    #[error("{name} is {seen}; it must be finite, not negative, and a delay at most 16 samples")]
    Figure {
        /// Which.
        name: &'static str,
        /// What was given.
        seen: f64,
    },
    /// The loop's period is not one that the plant can keep.
    #[error(
        "the loop's period is {seen_ms} ms; the plant keeps 1, 2, 4, 5, 8 or 10 ms: choose one of them"
    )]
    Period {
        /// What was given (ms).
        seen_ms: f64,
    },
    /// The mass matrix cannot be inverted.
    #[error(
        "the arm's mass matrix is singular in the starting posture: a joint carries no inertia; give the massless links or the rotors an inertia"
    )]
    Singular,
}

pub(super) fn check_figures(
    params: &ArmPlantParams,
    sensors: &SensorParams,
) -> Result<(), SimError> {
    let rows = [
        ("friction scale", params.friction_scale),
        ("friction speed (rad/s)", params.friction_speed_rad_per_s),
    ];
    let bad = rows
        .into_iter()
        .find(|(_, x)| !(x.is_finite() && *x >= 0.0));
    match bad.or_else(|| sensors.fault()) {
        Some((name, seen)) => Err(SimError::Figure { name, seen }),
        None => Ok(()),
    }
}

pub(super) fn check_start<const D: usize>(
    tools: &[(ArmModel<D>, ToolModel)],
    start: &SVector<f64, D>,
) -> Result<(), SimError> {
    if tools.is_empty() {
        return Err(SimError::NoTool);
    }
    if tools.len() > 256 {
        return Err(SimError::TooManyTools { seen: tools.len() });
    }
    if let Some((joint, &seen)) = start.iter().enumerate().find(|(_, x)| !x.is_finite()) {
        return Err(SimError::Posture { joint, seen });
    }
    for (index, (model, tool)) in tools.iter().enumerate() {
        let by_data = model.flange_pose(start) * tool.payload.flange_from_tool;
        let distance = by_data
            .origin()
            .distance(&model.tool_pose(start).origin())
            .get();
        if distance.is_nan() || distance > 1e-9 {
            return Err(SimError::ModelWithoutTool {
                index,
                distance_m: distance,
            });
        }
    }
    Ok(())
}

/// The period in milliseconds of the plant.
pub(super) fn check_period(period: Duration) -> Result<u32, SimError> {
    PERIODS_MS
        .into_iter()
        .find(|&ms| Duration::from_millis(u64::from(ms)) == period)
        .ok_or(SimError::Period {
            seen_ms: period.seconds().get() * 1e3,
        })
}
