//! What the archive says about arm, world, plan and limits.

use kinematics::Patch;
use recorder::ArchiveReader;
use serde::de::DeserializeOwned;
use sim::{Pad, TrueWorld};

use crate::attachments::{ArmFile, JointBounds, LimitsFile, PlanFile, ToolFile};
use crate::bounds::Ceilings;
use crate::clearance::{PatchPoints, SpineFromAbove};
use crate::context::Segments;
use crate::error::JudgeError;
use crate::pose::SecondRoute;

/// A tool's contact face.
pub(super) struct Face {
    pub(super) pad: Pad,
    pub(super) points: PatchPoints,
    /// Centre of each tip along tool y (m).
    pub(super) tips: Vec<f64>,
    /// Area of each tip (m²).
    pub(super) tip_area: f64,
    /// Force that each tip is made for (N).
    pub(super) tip_rating: f64,
}

/// Everything that stays the same over a run.
pub(super) struct Inputs {
    pub(super) route: SecondRoute,
    pub(super) limits: JointBounds,
    pub(super) joints: usize,
    pub(super) faces: Vec<Face>,
    pub(super) world: TrueWorld,
    pub(super) spine: SpineFromAbove,
    pub(super) segments: Segments,
    pub(super) ceilings: Ceilings,
}

impl Inputs {
    pub(super) fn of(reader: &ArchiveReader) -> Result<Self, JudgeError> {
        let arm: ArmFile = json(reader, "arm.json")?;
        let joints = arm.joint_names.len();
        check_limits(&arm.limits, joints)?;
        let route = SecondRoute::new(reader.attachment("arm.urdf")?, &arm)?;
        let world = TrueWorld::from_bytes(reader.attachment("world.bin")?).map_err(|e| {
            JudgeError::Attachment {
                name: "world.bin",
                what: e.to_string(),
            }
        })?;
        let faces = arm
            .tools
            .iter()
            .map(|tool| face(&world, tool))
            .collect::<Result<_, _>>()?;
        let plan: PlanFile = json(reader, "plan.json")?;
        let limits: LimitsFile = json(reader, "limits.json")?;
        Ok(Self {
            route,
            limits: arm.limits,
            joints,
            faces,
            spine: SpineFromAbove::of(world.back()),
            world,
            segments: Segments::of(plan)?,
            ceilings: Ceilings::of(&limits)?,
        })
    }
}

fn json<T: DeserializeOwned>(reader: &ArchiveReader, name: &'static str) -> Result<T, JudgeError> {
    serde_json::from_slice(reader.attachment(name)?).map_err(|e| JudgeError::Attachment {
        name,
        what: e.to_string(),
    })
}

fn check_limits(limits: &JointBounds, joints: usize) -> Result<(), JudgeError> {
    let lengths = [
        limits.lower.len(),
        limits.upper.len(),
        limits.velocity.len(),
        limits.torque.len(),
    ];
    if lengths.iter().all(|length| *length == joints) {
        return Ok(());
    }
    Err(JudgeError::Attachment {
        name: "arm.json",
        what: format!("limits have {lengths:?} entries, the arm has {joints} joints"),
    })
}

fn face(world: &TrueWorld, tool: &ToolFile) -> Result<Face, JudgeError> {
    let patch = Patch::from(&tool.patch);
    let tips = match patch {
        Patch::RoundedRectangle { .. } | Patch::Disc { .. } => vec![0.0],
        Patch::Fork { spacing, .. } => vec![0.5 * spacing.get(), -0.5 * spacing.get()],
    };
    let tip_area = patch.area().get() / tips.len() as f64;
    let rating_kpa = tool.pressure_rating_kpa.unwrap_or(f64::INFINITY);
    if rating_kpa.is_nan() || rating_kpa < 0.0 {
        return Err(JudgeError::Attachment {
            name: "arm.json",
            what: format!("tool `{}` is rated for {rating_kpa} kPa", tool.name),
        });
    }
    Ok(Face {
        pad: world.pad(&patch),
        points: PatchPoints::of(&patch),
        tips,
        tip_area,
        tip_rating: rating_kpa * 1e3 * tip_area,
    })
}
