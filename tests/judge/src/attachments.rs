//! The attachments that the judge reads, as types: whoever writes an archive serialises these, so the
//! two sides cannot drift. Unknown keys are passed over. Lengths in m, forces in N, angles in rad
//! unless a key says otherwise.

use kinematics::Patch;
use quantities::Metres;
use serde::{Deserialize, Serialize};

/// Figures of the arm that the URDF does not hold (`arm.json`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArmFile {
    /// Name of the URDF's link that is the flange.
    pub tip: String,
    /// Moving joints, root to tip: the order of all joint arrays.
    pub joint_names: Vec<String>,
    /// What the joints may do, after the arm's profile.
    pub limits: JointBounds,
    /// The tools, in the order of their indices.
    pub tools: Vec<ToolFile>,
}

/// Joint limits, one number a joint (rad or m, and per second; N·m or N).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JointBounds {
    /// Least positions; `null` for none.
    pub lower: Vec<Option<f64>>,
    /// Greatest positions; `null` for none.
    pub upper: Vec<Option<f64>>,
    /// Greatest speeds.
    pub velocity: Vec<f64>,
    /// Greatest torques or forces.
    pub torque: Vec<f64>,
}

/// A tool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolFile {
    /// Its name.
    pub name: String,
    /// Pose of the patch on the flange.
    pub flange_from_tool: PoseFile,
    /// The patch.
    pub patch: PatchFile,
    /// Most pressure that the tool is made for (kPa); `null` where an archive does not tell.
    #[serde(default)]
    pub pressure_rating_kpa: Option<f64>,
}

/// A pose.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PoseFile {
    /// Origin (m).
    pub xyz_m: [f64; 3],
    /// Unit quaternion x y z w.
    pub quat_xyzw: [f64; 4],
}

impl PoseFile {
    /// The pose of an isometry.
    #[must_use]
    pub fn of(pose: &nalgebra::Isometry3<f64>) -> Self {
        let (t, q) = (pose.translation.vector, pose.rotation.coords);
        Self {
            xyz_m: [t.x, t.y, t.z],
            quat_xyzw: [q.x, q.y, q.z, q.w],
        }
    }
}

/// A patch outline (see `kinematics::Patch`).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PatchFile {
    /// A rectangle with rounded corners.
    RoundedRectangle {
        /// Along tool x.
        length_m: f64,
        /// Along tool y.
        width_m: f64,
        /// Corner radius.
        corner_m: f64,
    },
    /// A disc.
    Disc {
        /// Its radius.
        radius_m: f64,
    },
    /// Two discs side by side along tool y.
    Fork {
        /// Radius of each.
        tip_radius_m: f64,
        /// Between their centres.
        spacing_m: f64,
    },
}

impl From<&Patch> for PatchFile {
    fn from(patch: &Patch) -> Self {
        match *patch {
            Patch::RoundedRectangle {
                length,
                width,
                corner,
            } => Self::RoundedRectangle {
                length_m: length.get(),
                width_m: width.get(),
                corner_m: corner.get(),
            },
            Patch::Disc { radius } => Self::Disc {
                radius_m: radius.get(),
            },
            Patch::Fork {
                tip_radius,
                spacing,
            } => Self::Fork {
                tip_radius_m: tip_radius.get(),
                spacing_m: spacing.get(),
            },
        }
    }
}

impl From<&PatchFile> for Patch {
    fn from(file: &PatchFile) -> Self {
        match *file {
            PatchFile::RoundedRectangle {
                length_m,
                width_m,
                corner_m,
            } => Self::RoundedRectangle {
                length: Metres::new(length_m),
                width: Metres::new(width_m),
                corner: Metres::new(corner_m),
            },
            PatchFile::Disc { radius_m } => Self::Disc {
                radius: Metres::new(radius_m),
            },
            PatchFile::Fork {
                tip_radius_m,
                spacing_m,
            } => Self::Fork {
                tip_radius: Metres::new(tip_radius_m),
                spacing: Metres::new(spacing_m),
            },
        }
    }
}

/// The plan's table of contents (`plan.json`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PlanFile {
    /// The segments, in order.
    pub segments: Vec<SegmentFile>,
    /// The steps.
    #[serde(default)]
    pub steps: Vec<StepFile>,
    /// The tools, by index.
    #[serde(default)]
    pub tools: Vec<ToolName>,
}

/// One segment of the plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SegmentFile {
    /// Its index.
    pub index: u32,
    /// `approach`, `touch`, `stroke`, `hold`, `tap`, `lift`, `transit` or `operator`.
    pub kind: String,
    /// The technique's word.
    pub technique: String,
    /// Index of its step.
    pub step: u32,
    /// Index of its tool.
    pub tool: u8,
    /// Phase between the planned forces (s). With `force_n` it lets the judge read the set-point from
    /// the plan itself; without, the set-point that the cycle recorded is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spacing_s: Option<f64>,
    /// Planned normal force at each knot (N).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub force_n: Vec<f64>,
    /// What a hold waits for; given for holds alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<HoldFile>,
    /// How blows are given; given for taps alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tap: Option<TapFile>,
}

/// What a hold waits for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct HoldFile {
    /// Longest wait beyond the knots (s).
    pub most_s: f64,
    /// Creep below which the tissue counts as eased (m/s).
    pub eased_m_per_s: f64,
    /// Stiffness from which the place counts as bone (N/m); `null` for none.
    #[serde(default)]
    pub bone_n_per_m: Option<f64>,
}

/// How blows are given.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TapFile {
    /// Phase from one blow to the next (s).
    pub period_s: f64,
    /// Height between blows (m).
    pub height_m: f64,
    /// Speed with which the skin is met (m/s).
    pub speed_m_per_s: f64,
}

/// One step of the routine.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StepFile {
    /// Its name.
    pub name: String,
    /// Rows of the source texts that it serves.
    #[serde(default)]
    pub rows: Vec<String>,
    /// The technique's word.
    pub technique: String,
}

/// A tool's name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ToolName {
    /// The name.
    pub name: String,
}

/// The configured limits (`limits.json`). The judge never allows more than its own compiled-in table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LimitsFile {
    /// Ceilings by zone; a zone that is not listed may not be touched.
    pub zones: Vec<ZoneLimit>,
    /// Greatest force along the skin, whatever the normal force (N).
    pub tangential_n: f64,
}

/// Ceilings of one zone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ZoneLimit {
    /// The zone's word.
    pub zone: String,
    /// Normal force (N).
    pub force_n: f64,
    /// Force over patch area (kPa).
    pub pressure_kpa: f64,
}

/// The dose that the plan promised on the believed back (`dose.json`). An archive may lack it; then the run's
/// dose is told alone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DoseFile {
    /// Half-width of the band beside the spine that was not to be worked (mm).
    pub keep_out_mm: f64,
    /// By zone and side.
    pub figures: dose::DoseFigures,
    /// Cell by cell.
    pub map: dose::MapFile,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_survives_the_file() {
        for patch in [
            Patch::RoundedRectangle {
                length: Metres::new(0.08),
                width: Metres::new(0.05),
                corner: Metres::new(0.01),
            },
            Patch::Disc {
                radius: Metres::new(0.03),
            },
            Patch::Fork {
                tip_radius: Metres::new(0.012),
                spacing: Metres::new(0.09),
            },
        ] {
            let text = serde_json::to_string(&PatchFile::from(&patch)).unwrap();
            let file: PatchFile = serde_json::from_str(&text).unwrap();
            assert_eq!(Patch::from(&file), patch, "{text}");
        }
    }

    #[test]
    fn the_least_plan_that_is_described_is_read() {
        let text = r#"{"segments":[{"index":0,"kind":"stroke","technique":"effleurage","step":0,"tool":0}],
            "steps":[{"name":"warm-up","rows":["B-L1"],"technique":"effleurage"}],"tools":[{"name":"palm"}]}"#;
        let plan: PlanFile = serde_json::from_str(text).unwrap();
        assert_eq!(plan.segments[0].kind, "stroke");
        assert!(plan.segments[0].force_n.is_empty());
    }
}
