//! What the archive says about arm, world, plan and limits.

use kinematics::Patch;
use recorder::ArchiveReader;
use serde::de::DeserializeOwned;
use sim::{Pad, TrueWorld};

use crate::attachments::{ArmFile, DoseFile, JointBounds, LimitsFile, PlanFile, ToolFile};
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
    /// The tips as the dose map takes them.
    pub(super) pressing: Vec<dose::Tip>,
}

/// The dose that the plan promised.
pub(super) struct Promised {
    pub(super) keep_out_mm: f64,
    pub(super) figures: dose::DoseFigures,
    pub(super) map: dose::DoseMap,
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
    /// Absent in archives that carry no `dose.json`.
    pub(super) promised: Option<Promised>,
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
            promised: promised(reader)?,
        })
    }
}

fn json<T: DeserializeOwned>(reader: &ArchiveReader, name: &'static str) -> Result<T, JudgeError> {
    serde_json::from_slice(reader.attachment(name)?).map_err(|e| JudgeError::Attachment {
        name,
        what: e.to_string(),
    })
}

fn promised(reader: &ArchiveReader) -> Result<Option<Promised>, JudgeError> {
    const NAME: &str = "dose.json";
    if !reader.attachments().iter().any(|a| a.name == NAME) {
        return Ok(None);
    }
    let wrong = |what: String| JudgeError::Attachment { name: NAME, what };
    let file: DoseFile = json(reader, NAME)?;
    let map = dose::DoseMap::try_from(&file.map).map_err(|e| wrong(e.to_string()))?;
    // Written so that NaN is refused too.
    let sound = file.keep_out_mm >= 0.0 && file.keep_out_mm < 1e3;
    if !sound {
        return Err(wrong(format!("keep_out_mm is {}", file.keep_out_mm)));
    }
    Ok(Some(Promised {
        keep_out_mm: file.keep_out_mm,
        figures: file.figures,
        map,
    }))
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
        pressing: dose::Tip::of(&patch),
    })
}
