//! Reach over the table, and how much of the drives a press there takes.
//!
//! ```text
//! places over the back ─▶ posture with the tool straight down ─▶ torques of weight and press ─▶ margins
//! ```

use kinematics::{ArmModel, IkOptions, STANDARD_GRAVITY};
use nalgebra::{Isometry3, Matrix3, Rotation3, SVector, Translation3, UnitQuaternion, Vector3};
use quantities::{Metres, Newtons, Radians, Transform};
use serde::Serialize;
use settings::{ArmProfile, ToolProfile};

use super::finding::{Finding, Severity};

/// Where a back lies: along the spine from S2, and across (m). Chosen: a tall adult's back without the neck.
const ALONG: (f64, f64) = (-0.10, 0.45);
const ACROSS: (f64, f64) = (-0.15, 0.15);
/// Steps of the grid (m).
const STEP: f64 = 0.05;
/// Heights of skin over the table top (m). Chosen: the flank of a slim person, the crest of a heavy one.
const HEIGHTS: [f64; 2] = [0.15, 0.25];
/// Seeds tried at a place beside that of the place before.
const RESTARTS: u32 = 24;
/// Shares of reach below which the arm is no good, or worth a thought. Chosen.
const POOR: f64 = 0.5;
const GOOD: f64 = 0.95;
/// Share of a drive's limit, margins in, that a press may take before it is worth a thought. Chosen.
const STRAINED: f64 = 0.8;

/// What the arm can do over the table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Workspace {
    /// Places asked for, and reached with the tool straight down.
    pub places: usize,
    pub reached: usize,
    /// Place that was missed and is nearest to the middle of the back (mm, table frame).
    pub nearest_missed_mm: Option<[f64; 3]>,
    /// Heaviest tool, its mass (kg), the press and the force along the skin (N).
    pub tool: String,
    pub tool_kg: f64,
    pub press_n: f64,
    pub along_skin_n: f64,
    /// For each joint, the largest share of its effort limit (margins in) that weight and press take.
    pub share_of_effort: Vec<f64>,
    /// Torque or force left at that place for each joint (N·m or N).
    pub effort_left: Vec<f64>,
    /// Mass that could be added at the tool's centre of mass (kg); negative when the tool is too heavy.
    pub spare_kg: Option<f64>,
}

/// What presses, and how hard.
pub(super) struct Press<'a> {
    pub tool: &'a ToolProfile,
    pub ceiling: Newtons,
    pub tangential: Newtons,
}

pub(super) fn workspace<const D: usize>(
    profile: &ArmProfile,
    bare: &ArmModel<D>,
    press: &Press<'_>,
) -> Workspace {
    let model = bare.with_payload(&press.tool.model.payload);
    let base_from_table = profile.installation.base_from_table.raw();
    let options = IkOptions {
        position_tolerance: Metres::new(1e-4),
        orientation_tolerance: Radians::new(1e-3),
        ..IkOptions::default()
    };
    let park = SVector::<f64, D>::from_iterator(profile.park_posture());
    let mut seed = park;
    let (mut missed, mut loads) = (Vec::new(), Loads::<D>::none());
    let (mut asked, mut reached) = (0, 0);
    for place in places() {
        asked += 1;
        let target = Transform::from_raw(base_from_table * tool_down(&place));
        let found = model
            .inverse_kinematics(&target, &seed, &options)
            .or_else(|_| model.solve_globally(&target, &options, RESTARTS));
        match found.or_else(|_| model.inverse_kinematics(&target, &park, &options)) {
            Ok(solution) => {
                reached += 1;
                seed = solution.q;
                loads.take(&model, press, base_from_table.rotation, &solution.q);
            }
            Err(_) => missed.push(place),
        }
    }
    let middle = Vector3::new((ALONG.0 + ALONG.1) * 0.5, 0.0, HEIGHTS[0]);
    missed.sort_by(|a, b| (a - middle).norm().total_cmp(&(b - middle).norm()));
    Workspace {
        places: asked,
        reached,
        nearest_missed_mm: missed.first().map(|p| [p.x * 1e3, p.y * 1e3, p.z * 1e3]),
        tool: press.tool.name.clone(),
        tool_kg: press.tool.model.payload.mass.get(),
        press_n: press.ceiling.get(),
        along_skin_n: press.tangential.get(),
        share_of_effort: loads.share.iter().copied().collect(),
        effort_left: loads.left.iter().copied().collect(),
        spare_kg: loads.spare.is_finite().then_some(loads.spare),
    }
}

/// Places on the back, row by row and to and fro, so that neighbours follow each other.
fn places() -> Vec<Vector3<f64>> {
    let steps = |(from, to): (f64, f64)| ((to - from) / STEP).round() as usize;
    let mut all = Vec::new();
    for z in HEIGHTS {
        for row in 0..=steps(ACROSS) {
            let y = ACROSS.0 + STEP * row as f64;
            let mut line: Vec<f64> = (0..=steps(ALONG))
                .map(|i| ALONG.0 + STEP * i as f64)
                .collect();
            if row % 2 == 1 {
                line.reverse();
            }
            all.extend(line.into_iter().map(|x| Vector3::new(x, y, z)));
        }
    }
    all
}

/// Tool z straight down, tool x toward the head.
fn tool_down(place: &Vector3<f64>) -> Isometry3<f64> {
    let down = Matrix3::from_diagonal(&Vector3::new(1.0, -1.0, -1.0));
    Isometry3::from_parts(
        Translation3::from(*place),
        UnitQuaternion::from_rotation_matrix(&Rotation3::from_matrix_unchecked(down)),
    )
}

/// The worst over all places.
struct Loads<const D: usize> {
    share: SVector<f64, D>,
    left: SVector<f64, D>,
    spare: f64,
}

impl<const D: usize> Loads<D> {
    fn none() -> Self {
        Self {
            share: SVector::zeros(),
            left: SVector::repeat(f64::INFINITY),
            spare: f64::INFINITY,
        }
    }

    /// Static torques at a posture, hanging free and pressing: `g(q) - Jᵀ f`, where the skin pushes the
    /// tool up by the ceiling and along the skin, in the worst direction for each joint.
    fn take(
        &mut self,
        model: &ArmModel<D>,
        press: &Press<'_>,
        base_from_table: UnitQuaternion<f64>,
        q: &SVector<f64, D>,
    ) {
        let weight = model.gravity(q);
        let jacobian = model.tool_kinematics(q, &SVector::zeros()).jacobian;
        let linear = jacobian.fixed_rows::<3>(0).into_owned();
        let up = base_from_table * Vector3::z();
        let limits = model.limits().torque;
        // A mass at the tool's centre of mass, taken at the tool's origin: the tools are short.
        let by_mass: SVector<f64, D> = linear.transpose() * up * STANDARD_GRAVITY;
        let push: SVector<f64, D> = linear.transpose() * up * press.ceiling.get();
        for joint in 0..D {
            let column = linear.column(joint);
            let sideways = (column - up * up.dot(&column)).norm() * press.tangential.get();
            let pressing = weight[joint] - push[joint];
            for (torque, extra) in [(weight[joint], 0.0), (pressing, sideways)] {
                let taken = torque.abs() + extra;
                let limit = limits[joint];
                self.share[joint] = self.share[joint].max(taken / limit.max(1e-9));
                self.left[joint] = self.left[joint].min(limit - taken);
                let room = limit - extra - torque * by_mass[joint].signum();
                if by_mass[joint].abs() > 1e-6 {
                    self.spare = self.spare.min(room / by_mass[joint].abs());
                }
            }
        }
    }
}

impl Workspace {
    /// Share of the places that are reached.
    pub(super) fn share_reached(&self) -> f64 {
        self.reached as f64 / self.places.max(1) as f64
    }

    pub(super) fn findings(&self, names: &[&str]) -> Vec<Finding> {
        let mut findings = Vec::new();
        let share = self.share_reached();
        if share < GOOD {
            let severity = if share < POOR {
                Severity::Error
            } else {
                Severity::Warning
            };
            let [x, y, z] = self.nearest_missed_mm.unwrap_or_default();
            findings.push(Finding::new(
                severity,
                "reach",
                "installation",
                format!(
                    "{} of {} places over the back are within reach with the tool straight down; the missed one nearest to the middle is ({x:.0}, {y:.0}, {z:.0}) mm",
                    self.reached, self.places
                ),
                "move the base, or plan routines that stay within reach",
            ));
        }
        for (joint, (share, left)) in self
            .share_of_effort
            .iter()
            .zip(&self.effort_left)
            .enumerate()
        {
            if *share <= STRAINED {
                continue;
            }
            let severity = if *share > 1.0 {
                Severity::Error
            } else {
                Severity::Warning
            };
            findings.push(Finding::new(
                severity,
                "effort",
                format!("joint '{}'", names.get(joint).copied().unwrap_or_default()),
                format!(
                    "weight and a press of {:.0} N take {:.0} % of its effort limit (margins in), {left:.1} N·m (N) are left",
                    self.press_n,
                    share * 100.0
                ),
                "move the base so that the arm is less stretched, lower `ceiling_factor`, or take a lighter tool",
            ));
        }
        findings
    }
}
