//! Limits on the plan as a whole.

use std::collections::BTreeMap;

use plan::SegmentKind;
use quantities::Metres;

use super::Planner;
use crate::clearance::{foot_breach, foot_tightest};
use crate::rejection::{Breach, Rule, StepTag};
use crate::request::PlanRequest;
use crate::routine::Course;

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
            if matches!(step.course, Course::Person { repositions: true, .. }) {
                positions.push((first, index, total));
                (first, total) = (index, 0.0);
            }
            let own = self.segments.iter().filter(|s| usize::from(s.step) == index);
            total += own.map(|s| s.duration().get()).sum::<f64>();
        }
        positions.push((first, steps.len().saturating_sub(1), total));
        for (from, to, total) in positions.into_iter().filter(|(_, _, total)| *total > allowed) {
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
                remedy: "shorten the routine, or put an operator_step with `repositions = true` between"
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
        let mut doses = BTreeMap::new();
        for segment in self
            .segments
            .iter()
            .filter(|s| presses(&s.kind))
        {
            for knot in &segment.knots {
                let zone = envelope.zone_at(knot.u, knot.v);
                let left = knot.v >= Metres::ZERO;
                *doses.entry((zone, left)).or_insert(0.0) +=
                    knot.force.get() * segment.spacing.get();
            }
        }
        let limit = envelope.zone_dose().get();
        for ((zone, left), dose) in doses {
            if dose > limit {
                let side = if left { "left" } else { "right" };
                let breach = Breach {
                    rule: Rule::Dose,
                    time: None,
                    place: None,
                    figures: Some((dose, limit)),
                    detail: format!("zone {} on the {side}", zone.word()),
                    remedy: "fewer repetitions or less force over this zone".to_owned(),
                };
                self.findings.report(tag, breach);
            }
        }
    }
}

/// True for the kinds of segment in which the tool works.
const fn presses(kind: &SegmentKind) -> bool {
    match kind {
        SegmentKind::Stroke | SegmentKind::Hold(_) | SegmentKind::Tap(_) => true,
        SegmentKind::Approach
        | SegmentKind::Touch
        | SegmentKind::Lift
        | SegmentKind::Transit
        | SegmentKind::Operator(_) => false,
    }
}
