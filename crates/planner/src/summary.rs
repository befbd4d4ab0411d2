//! A plan in a few lines, for printing.

mod doses;
mod postures;

use kinematics::ArmModel;
use plan::{Plan, Segment, SegmentKind};
use serde::Serialize;

pub use doses::DosePrediction;
pub use postures::PostureFigures;

use crate::request::ToolSpec;

/// What a plan will do, step by step.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlanSummary {
    /// Planned time (s) at tempo 1, operator steps counted as nothing.
    pub duration_s: f64,
    /// The worst postures of all steps; absent until [`PlanSummary::with_postures`].
    pub postures: Option<PostureFigures>,
    /// The steps in order.
    pub steps: Vec<StepSummary>,
}

/// What one step will do.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StepSummary {
    /// Its name.
    pub name: String,
    /// The technique's word.
    pub technique: &'static str,
    /// Rows of the source texts that it serves.
    pub rows: Vec<String>,
    /// Planned time (s), free motion and touching included.
    pub duration_s: f64,
    /// Planned time in contact (s).
    pub contact_s: f64,
    /// Least and greatest set-point while stroking (N); absent for a step without contact.
    pub force_n: Option<(f64, f64)>,
    /// Fastest motion over the skin (mm/s); absent for a step without contact.
    pub speed_mm_per_s: Option<f64>,
    /// Its worst postures; absent until [`PlanSummary::with_postures`].
    pub postures: Option<PostureFigures>,
    /// What the plan did that the routine did not say.
    pub notes: Vec<String>,
}

impl PlanSummary {
    /// Reads a plan.
    #[must_use]
    pub fn of<const D: usize>(plan: &Plan<D>) -> Self {
        let steps = plan.steps().iter().enumerate().map(|(index, step)| {
            let own: Vec<_> = plan
                .segments()
                .iter()
                .filter(|s| usize::from(s.step) == index)
                .collect();
            let strokes = || own.iter().filter(|s| s.kind == SegmentKind::Stroke);
            let forces = strokes().flat_map(|s| s.knots.iter().map(|k| k.force.get()));
            let speeds = strokes().flat_map(|s| {
                s.knots.windows(2).map(|w| {
                    let moved = w[1]
                        .base_from_tool
                        .origin()
                        .distance(&w[0].base_from_tool.origin());
                    (moved / s.spacing).get() * 1e3
                })
            });
            StepSummary {
                name: step.name.clone(),
                technique: step.technique.word(),
                rows: step.rows.clone(),
                duration_s: own.iter().map(|s| s.duration().get()).sum(),
                contact_s: strokes().map(|s| s.duration().get()).sum(),
                force_n: forces.fold(None, |range, f| {
                    let (low, high) = range.unwrap_or((f, f));
                    Some((f.min(low), f.max(high)))
                }),
                speed_mm_per_s: speeds.fold(None, |most, s| Some(s.max(most.unwrap_or(s)))),
                postures: None,
                notes: step.notes.clone(),
            }
        });
        Self {
            duration_s: plan.duration().get(),
            postures: None,
            steps: steps.collect(),
        }
    }

    /// Adds how the arms that the plan was made for hold it; `arms` as in [`crate::PlanRequest`].
    #[must_use]
    pub fn with_postures<const D: usize>(
        mut self,
        plan: &Plan<D>,
        arms: &[(ArmModel<D>, ToolSpec)],
    ) -> Self {
        for (index, step) in self.steps.iter_mut().enumerate() {
            let own = plan.segments().iter();
            let own: Vec<&Segment<D>> = own.filter(|s| usize::from(s.step) == index).collect();
            step.postures = PostureFigures::of(&own, arms, plan.base_from_table().raw());
            match (&mut self.postures, &step.postures) {
                (Some(all), Some(own)) => all.join(own),
                (all @ None, own) => all.clone_from(own),
                (Some(_), None) => {}
            }
        }
        self
    }
}

impl core::fmt::Display for PlanSummary {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let minutes = (self.duration_s / 60.0).floor();
        writeln!(
            f,
            "planned: {minutes:.0} min {:02.0} s",
            self.duration_s - 60.0 * minutes
        )?;
        for (number, step) in self.steps.iter().enumerate() {
            write!(
                f,
                "{:>3}. {:<24} {:>6.1} s",
                number + 1,
                step.name,
                step.duration_s
            )?;
            if let Some((low, high)) = step.force_n {
                write!(f, "  {low:>4.1} to {high:>4.1} N")?;
            }
            if let Some(speed) = step.speed_mm_per_s {
                write!(f, "  up to {speed:>3.0} mm/s")?;
            }
            writeln!(f, "  {} [{}]", step.technique, step.rows.join(", "))?;
            if let Some(postures) = &step.postures {
                writeln!(f, "       {postures}")?;
            }
            for note in &step.notes {
                writeln!(f, "       - {note}")?;
            }
        }
        Ok(())
    }
}
