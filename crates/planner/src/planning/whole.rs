//! Limits on the plan as a whole.

use dose::Side;

use super::Planner;
use crate::clearance::{foot_breach, foot_tightest};
use crate::rejection::{Breach, Rule, StepTag};
use crate::request::PlanRequest;
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

    /// One position at most 20 minutes; each zone its dose.
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
        let total: f64 = self.segments.iter().map(|s| s.duration().get()).sum();
        let allowed = envelope.position_time().get();
        if total > allowed {
            let figures = Some((total, allowed));
            let remedy =
                "shorten the routine, or split it in two with the client repositioned between";
            let (time, place, detail) = (None, None, "the whole routine".to_owned());
            let remedy = remedy.to_owned();
            self.findings.report(
                tag,
                Breach {
                    rule: Rule::Duration,
                    time,
                    place,
                    figures,
                    detail,
                    remedy,
                },
            );
        }
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
