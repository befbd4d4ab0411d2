//! What the judge says.

use dose::{DoseFigures, DoseMap, Gap};
use serde::Serialize;

/// The judgement of one run. Figures are of the truth, recomputed; lists are in the order of time.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Judgement {
    /// Name and version of this form.
    pub schema: String,
    /// True when there is no reason against the run.
    pub passed: bool,
    /// Every bound that was broken: what, by how much, where.
    pub reasons: Vec<String>,
    /// From the first to the last state (s).
    pub duration_s: f64,
    /// States judged.
    pub samples: u64,
    /// States in which anything touched.
    pub contact_samples: u64,
    /// Force tracking and contact by technique.
    pub techniques: Vec<TechniqueFigures>,
    /// Every first touch.
    pub touches: Vec<Overshoot>,
    /// Every series of light blows.
    pub blows: Vec<BlowSeries>,
    /// Every place that was left because it is as stiff as bone.
    pub left_for_bone: Vec<LeftPlace>,
    /// Largest normal force on the body (N).
    pub max_force_n: f64,
    /// Largest pressure on any spot (kPa).
    pub peak_pressure_kpa: f64,
    /// Least distance from the true spine line to the edge of a touching patch (mm); none without touch.
    pub min_clearance_mm: Option<f64>,
    /// Samples above a ceiling of normal force.
    pub ceiling_violations: u64,
    /// The sample nearest to its ceiling, or farthest above it.
    pub worst_ceiling: Option<Worst>,
    /// Samples with more force along the skin than allowed.
    pub tangential_violations: u64,
    /// Samples with the touching patch inside the keep-out.
    pub keep_out_violations: u64,
    /// Joint samples outside the position limits.
    pub joint_position_violations: u64,
    /// Joint samples above the speed limits.
    pub joint_speed_violations: u64,
    /// Commanded joint torques above the limits.
    pub torque_violations: u64,
    /// Commanded joint velocities above the limits.
    pub told_speed_violations: u64,
    /// Commands and states that hold a number that is not finite.
    pub not_finite: u64,
    /// Steps in which the plant did not move as its velocities say.
    pub inconsistent_steps: u64,
    /// Missing states.
    pub gaps: u64,
    /// Samples that touch while the plan has the tool in the air.
    pub stray_contact_samples: u64,
    /// Largest difference between stated and recomputed contact wrench (N or N·m).
    pub worst_wrench_difference_n: f64,
    /// Largest difference between stated and recomputed tool position (mm), at 50 Hz.
    pub worst_pose_difference_mm: f64,
    /// Largest difference between the plant's breath and the true world's at that time (mm).
    pub worst_breath_difference_mm: f64,
    /// Way that the tool slipped over the skin, as the plant states it (m), and the largest difference
    /// from what the recomputed speeds of slip add up to (m).
    pub slipped_m: f64,
    /// See `slipped_m`.
    pub slip_difference_m: f64,
    /// Tracking samples whose set-point came from the plan.
    pub setpoints_from_plan: u64,
    /// Tracking samples whose set-point came from the cycle.
    pub setpoints_from_cycle: u64,
    /// Of these, the ones that differ from the plan because the monitor had slowed the run and halved its ceiling, not
    /// because anybody asked for another force.
    pub setpoints_while_slow: u64,
    /// Largest difference between the plan's set-point and the cycle's, where both are known (N).
    pub worst_setpoint_difference_n: f64,
    /// Greatest speed of the tool with nothing touching (mm/s).
    pub max_free_speed_mm_per_s: f64,
    /// Greatest speed of the tool in touch (mm/s).
    pub max_contact_speed_mm_per_s: f64,
    /// The plan's last segment was reached and none was left out.
    pub completed: bool,
    /// The operator skipped a step or stopped: what came after is not missed.
    pub cut_short: bool,
    /// When the monitor latched a stop (s).
    pub stopped_at_s: Option<f64>,
    /// What was pressed where: true force on the true back, by the true zones.
    pub dose: DoseFigures,
    /// What the plan promised, by the believed zones; absent when the archive does not tell.
    pub planned_dose: Option<DoseFigures>,
    /// Places that were planned and got less than 60 % of their dose, largest first.
    pub dose_gaps: Vec<Gap>,
    /// The dose cell by cell.
    #[serde(skip)]
    pub dose_map: Option<DoseMap>,
    /// The promised dose cell by cell.
    #[serde(skip)]
    pub planned_dose_map: Option<DoseMap>,
}

/// Figures of one technique. Tracking: strokes, from 0.3 s after the touch.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct TechniqueFigures {
    /// Its word.
    pub technique: String,
    /// Tracking samples.
    pub samples: u64,
    /// Root mean square of true force minus set-point (N).
    pub rmse_n: f64,
    /// Its mean (N).
    pub bias_n: f64,
    /// Its largest size (N).
    pub max_abs_n: f64,
    /// Largest normal force in the technique's touches, strokes and lifts (N).
    pub max_force_n: f64,
    /// Largest pressure on any spot (kPa).
    pub peak_pressure_kpa: f64,
    /// Least distance from the spine line to the touching patch's edge (mm).
    pub min_clearance_mm: Option<f64>,
    /// Way of the tool over the body while it touches in strokes, holds and taps (mm).
    pub way_mm: f64,
    /// Way slipped over the skin meanwhile (mm): glides slip nearly all of their way, frictions nearly none.
    pub slipped_mm: f64,
    /// How often a slip began.
    pub slips: u64,
}

/// A series of light blows.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct BlowSeries {
    /// Its segment.
    pub segment: u32,
    /// The technique's word.
    pub technique: String,
    /// When it began (s).
    pub at_s: f64,
    /// Blows planned.
    pub planned: u32,
    /// Blows made: the skin met and left again.
    pub made: u32,
    /// Contacts that outlasted the series.
    pub unbroken: u32,
    /// Peaks farther from what was asked than allowed.
    pub off_peak: u32,
    /// Largest distance of a peak from what was asked (N).
    pub worst_miss_n: f64,
    /// Least and largest peak (N).
    pub least_peak_n: f64,
    /// See `least_peak_n`.
    pub largest_peak_n: f64,
    /// Peak of every blow, in the order of time (N).
    pub peaks_n: Vec<f64>,
    /// Fastest that the skin was met (mm/s).
    pub fastest_impact_mm_per_s: f64,
    /// Mean time in the skin (s).
    pub mean_contact_s: f64,
    /// Longest time in the skin (s).
    pub longest_contact_s: f64,
}

/// A place that was left.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LeftPlace {
    /// The hold that was left.
    pub segment: u32,
    /// When (s).
    pub at_s: f64,
    /// Along the spine (m); none off the chart.
    pub u_m: Option<f64>,
    /// Beside the spine (m); none off the chart.
    pub v_m: Option<f64>,
    /// Its true stiffness under the tool (N/mm): slope of the elastic law at the force on it.
    pub stiffness_n_per_mm: f64,
    /// What the plan calls bone (N/mm).
    pub bone_n_per_mm: f64,
}

/// A first touch.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Overshoot {
    /// Segment in which the skin was met.
    pub segment: u32,
    /// When (s).
    pub at_s: f64,
    /// The force to settle at (N).
    pub setpoint_n: f64,
    /// Most that the force exceeded the set-point, until 0.3 s after the touch and while the touch
    /// segment lasts (N); 0 when never.
    pub overshoot_n: f64,
    /// Allowed (N).
    pub limit_n: f64,
}

/// The worst sample of its kind.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Worst {
    /// Seen (N).
    pub value_n: f64,
    /// Allowed (N).
    pub limit_n: f64,
    /// When (s).
    pub at_s: f64,
    /// The true zone.
    pub zone: String,
    /// Along the spine (m); none off the chart.
    pub u_m: Option<f64>,
    /// Beside the spine (m); none off the chart.
    pub v_m: Option<f64>,
}
