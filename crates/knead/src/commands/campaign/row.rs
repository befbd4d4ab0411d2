//! What one pair came to: the judge's figures that tell how good a session was, or why there was none.

use judge::{BlowSeries, Judgement, TechniqueFigures};
use plan::Plan;
use planner::{PlanRejection, PlanSummary, Rule};
use serde::Serialize;

use crate::failure::Failure;
use crate::session::Ending;
use crate::trial::Trial;

use super::pairs::Pair;

/// How a pair ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Completed, and the judge found nothing against it.
    Passed,
    /// Completed, and the judge did.
    NotPassed,
    /// The safety monitor ended it.
    SafetyStop,
    /// It ended where the scan has skin and none was met.
    NoSkin,
    /// It took more than three times as long as planned.
    Overtime,
    /// The planner proved that this routine cannot be done on this body.
    Refused,
    /// A part could not be read, did not fit, or failed.
    Unfit,
}

impl Verdict {
    /// In the table.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::NotPassed => "NOT PASSED",
            Self::SafetyStop => "SAFETY STOP",
            Self::NoSkin => "NO SKIN",
            Self::Overtime => "OVERTIME",
            Self::Refused => "refused",
            Self::Unfit => "UNFIT",
        }
    }
}

/// One row of the table.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The routine file's name without its end.
    pub routine: String,
    /// The body's.
    pub body: String,
    /// How it ended.
    pub verdict: Verdict,
    /// All that speaks against it, the first first; for a refusal its violations.
    pub reasons: Vec<String>,
    /// What was planned; absent where nothing was.
    pub plan: Option<Planned>,
    /// Why nothing was planned: the first violation.
    pub refusal: Option<Refusal>,
    /// What the judge measured; absent where nothing ran.
    pub figures: Option<Box<Figures>>,
    /// Time that the pair took (s).
    pub wall_s: f64,
}

/// What was planned.
#[derive(Clone, Debug, Serialize)]
pub struct Planned {
    /// Planned time (min) at tempo 1, operator steps counted as nothing.
    pub minutes: f64,
    /// What the plan did that the routine did not say, each with its step.
    pub notes: Vec<String>,
}

/// The first violation.
#[derive(Clone, Debug, Serialize)]
pub struct Refusal {
    /// Number of the step, from 1.
    pub step: usize,
    /// Its name.
    pub name: String,
    /// The rule.
    pub rule: Rule,
    /// All of it, in words.
    pub text: String,
}

/// What the judge measured, on the truth.
#[derive(Clone, Debug, Serialize)]
pub struct Figures {
    /// From the first to the last state (min).
    pub minutes: f64,
    /// Largest force error of a technique (N, RMS); absent where nothing was tracked.
    pub worst_rmse_n: Option<f64>,
    /// That technique.
    pub worst_rmse_of: Option<String>,
    /// Samples above a ceiling of normal force.
    pub above_ceiling: u64,
    /// Samples above the ceiling of the force along the skin.
    pub above_tangential: u64,
    /// Least distance from the spine line to the edge of a touching patch (mm); absent without touch.
    pub least_clearance_mm: Option<f64>,
    /// Samples with the touching patch in the keep-out.
    pub in_keep_out: u64,
    /// First touches.
    pub touches: usize,
    /// Of these, the ones that overshot their bound.
    pub touches_over: usize,
    /// Worked share of the left side's area that may be touched (%), between the ends of the work.
    pub covered_left_percent: Option<f64>,
    /// As `covered_left_percent`, right.
    pub covered_right_percent: Option<f64>,
    /// Left dose less right dose, as a share of the larger (%).
    pub left_over_right_percent: f64,
    /// Given dose (N·s).
    pub given_n_s: f64,
    /// Planned dose (N·s); absent where the archive does not tell.
    pub planned_n_s: Option<f64>,
    /// Way slipped over the skin (m).
    pub slipped_m: f64,
    /// How often a slip began, all techniques together.
    pub slips: u64,
    /// Light blows planned.
    pub blows_planned: u32,
    /// Light blows made.
    pub blows_made: u32,
    /// Of these, the ones whose peak or parting was not as asked.
    pub blows_off: u32,
    /// Places that were left because they are as stiff as bone.
    pub left_for_bone: usize,
    /// Joint samples beyond a limit of position, speed or torque.
    pub joint_violations: u64,
    /// Largest normal force (N).
    pub max_force_n: f64,
    /// Largest pressure (kPa).
    pub peak_pressure_kpa: f64,
}

impl Figures {
    fn of(j: &Judgement) -> Self {
        let tracked = j.techniques.iter().filter(|t| t.samples > 0);
        let worst = tracked.max_by(|a: &&TechniqueFigures, b| a.rmse_n.total_cmp(&b.rmse_n));
        let over = |touch: &&judge::Overshoot| touch.overshoot_n > touch.limit_n;
        let blows = |count: fn(&BlowSeries) -> u32| j.blows.iter().map(count).sum();
        Self {
            minutes: j.duration_s / 60.0,
            worst_rmse_n: worst.map(|t| t.rmse_n),
            worst_rmse_of: worst.map(|t| t.technique.clone()),
            above_ceiling: j.ceiling_violations,
            above_tangential: j.tangential_violations,
            least_clearance_mm: j.min_clearance_mm,
            in_keep_out: j.keep_out_violations,
            touches: j.touches.len(),
            touches_over: j.touches.iter().filter(over).count(),
            covered_left_percent: j.dose.whole.left.covered_percent,
            covered_right_percent: j.dose.whole.right.covered_percent,
            left_over_right_percent: j.dose.whole.left_over_right_percent,
            given_n_s: j.dose.total_n_s,
            planned_n_s: j.planned_dose.as_ref().map(|dose| dose.total_n_s),
            slipped_m: j.slipped_m,
            slips: j.techniques.iter().map(|t| t.slips).sum(),
            blows_planned: blows(|series| series.planned),
            blows_made: blows(|series| series.made),
            blows_off: blows(|series| series.off_peak + series.unbroken),
            left_for_bone: j.left_for_bone.len(),
            joint_violations: j.joint_position_violations
                + j.joint_speed_violations
                + j.torque_violations
                + j.told_speed_violations,
            max_force_n: j.max_force_n,
            peak_pressure_kpa: j.peak_pressure_kpa,
        }
    }
}

impl Planned {
    /// Of a plan.
    pub fn of<const D: usize>(plan: &Plan<D>) -> Self {
        let summary = PlanSummary::of(plan);
        let notes = summary.steps.iter().flat_map(|step| {
            let with_step = |note: &String| format!("{}: {note}", step.name);
            step.notes.iter().map(with_step).collect::<Vec<_>>()
        });
        Self {
            minutes: summary.duration_s / 60.0,
            notes: notes.collect(),
        }
    }
}

impl Row {
    fn new(pair: &Pair, verdict: Verdict, reasons: Vec<String>) -> Self {
        Self {
            routine: pair.routine.clone(),
            body: pair.body.clone(),
            verdict,
            reasons,
            plan: None,
            refusal: None,
            figures: None,
            wall_s: 0.0,
        }
    }

    /// Of a pair that the planner refused.
    pub fn refused(pair: &Pair, rejection: &PlanRejection) -> Self {
        let texts = rejection.violations.iter().map(ToString::to_string);
        let first = rejection.violations.first().map(|violation| Refusal {
            step: violation.step,
            name: violation.name.clone(),
            rule: violation.rule,
            text: violation.to_string(),
        });
        Self {
            refusal: first,
            ..Self::new(pair, Verdict::Refused, texts.collect())
        }
    }

    /// Of a pair whose parts cannot be used.
    pub fn unfit(pair: &Pair, failure: &Failure) -> Self {
        Self::new(pair, Verdict::Unfit, vec![failure.text().to_owned()])
    }

    /// Of a pair that was tried; `reached` is the step that began last.
    pub fn tried(pair: &Pair, plan: Planned, trial: &Trial, reached: &str) -> Self {
        let judgement = &trial.judgement;
        let (verdict, why) = match &trial.outcome.ending {
            Ending::Completed if judgement.passed => (Verdict::Passed, None),
            Ending::Completed => (Verdict::NotPassed, None),
            Ending::SafetyStop(_) => (Verdict::SafetyStop, trial.verdict().err()),
            Ending::NoSkin => (Verdict::NoSkin, trial.verdict().err()),
            Ending::Overtime => (Verdict::Overtime, trial.verdict().err()),
        };
        let why = why
            .iter()
            .map(|failure| format!("in \"{reached}\": {}", failure.text()));
        let reasons = why.chain(judgement.reasons.iter().cloned()).collect();
        Self {
            plan: Some(plan),
            figures: Some(Box::new(Figures::of(judgement))),
            ..Self::new(pair, verdict, reasons)
        }
    }

    /// "lower_back on demo".
    pub fn label(&self) -> String {
        format!("{} on {}", self.routine, self.body)
    }
}
