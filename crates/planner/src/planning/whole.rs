//! Limits on the plan as a whole.

use dose::Side;

use super::Planner;
use crate::clearance::{foot_breach, foot_tightest};
use crate::rejection::{Breach, Rule, StepTag};
use crate::request::PlanRequest;
use crate::routine::Course;
use crate::summary::DosePrediction;

impl<const D: usize> Planner<'_, D> {
    /// The foot is where the base is, whatever the posture: one finding for the whole plan.
    pub(super) fn check_foot(&mut self) {
        let PlanRequest {
            capsules,
            back,
            table,
            base_from_table,
            routine,
            ..
        } = self.request;
        let Some(step) = routine.steps.first() else {
            return;
        };
        let tag = StepTag {
            index: 0,
            name: &step.name,
            line: step.line,
        };
        let table_from_base = base_from_table.raw().inverse();
        let tight = foot_tightest(capsules, back, table, &table_from_base);
        if let Some(breach) = tight.as_ref().and_then(foot_breach) {
            self.findings.report_whole(tag, breach);
        }
    }

    /// One position at most 20 minutes: from the start or one repositioning to the next (rule R8).
    fn check_positions(&mut self) {
        let allowed = self.request.envelope.position_time().get();
        let steps = &self.request.routine.steps;
        let (mut first, mut total) = (0, 0.0);
        let mut positions = Vec::new();
        for (index, step) in steps.iter().enumerate() {
            if matches!(
                step.course,
                Course::Person {
                    repositions: true,
                    ..
                }
            ) {
                positions.push((first, index, total));
                (first, total) = (index, 0.0);
            }
            let own = self
                .segments
                .iter()
                .filter(|s| usize::from(s.step) == index);
            total += own.map(|s| s.duration().get()).sum::<f64>();
        }
        positions.push((first, steps.len().saturating_sub(1), total));
        for (from, to, total) in positions
            .into_iter()
            .filter(|(_, _, total)| *total > allowed)
        {
            let (Some(first), Some(last)) = (steps.get(from), steps.get(to)) else {
                continue;
            };
            let tag = StepTag {
                index: to,
                name: &last.name,
                line: last.line,
            };
            let breach = Breach {
                rule: Rule::Duration,
                time: None,
                place: None,
                figures: Some((total, allowed)),
                detail: format!("from step {} \"{}\" on", from + 1, first.name),
                remedy:
                    "shorten the routine, or put an operator_step with `repositions = true` between"
                        .to_owned(),
            };
            self.findings.report(tag, breach);
        }
    }

    /// Each position its time, each zone its dose.
    pub(super) fn check_dose_and_duration(&mut self) {
        let envelope = self.request.envelope;
        let last = self.request.routine.steps.len().saturating_sub(1);
        let Some(step) = self.request.routine.steps.get(last) else {
            return;
        };
        let tag = StepTag {
            index: last,
            name: &step.name,
            line: step.line,
        };
        self.check_positions();
        let PlanRequest {
            back,
            base_from_table,
            arms,
            ..
        } = self.request;
        let segments = &self.segments;
        let laid =
            DosePrediction::of_segments(segments, base_from_table, back, envelope, arms).figures;
        let limit = envelope.zone_dose().get();
        let sides = |zone| Side::BOTH.map(|side| (zone, side));
        for (zone, side) in laid.zones.iter().flat_map(sides) {
            let dose = zone.side(side).dose_n_s;
            if dose > limit {
                let breach = Breach {
                    rule: Rule::Dose,
                    time: None,
                    place: None,
                    figures: Some((dose, limit)),
                    detail: format!("zone {} on the {}", zone.zone, side.word()),
                    remedy: "fewer repetitions or less force over this zone".to_owned(),
                };
                self.findings.report(tag, breach);
            }
        }
    }
}
