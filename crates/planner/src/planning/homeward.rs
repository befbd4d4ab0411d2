//! The way to park from wherever a session ended.

use kinematics::ArmShape;
use nalgebra::SVector;
use plan::{Plan, Step};
use signals::ToolIndex;

use std::sync::Arc;

use super::{Planner, breaches};
use crate::rejection::{PlanRejection, StepTag};
use crate::request::PlanRequest;

/// Plans the way from a posture over or beside the body to the park posture, with the tool that is bolted
/// on, proved like every free motion. The routine's first step lends its name to messages.
///
/// # Errors
/// [`PlanRejection`]: what the way would come too near to, or why the arm cannot go it.
pub fn way_to_park<const D: usize>(
    request: &PlanRequest<'_, D>,
    from: &SVector<f64, D>,
    tool: ToolIndex,
) -> Result<Plan<D>, PlanRejection> {
    let shapes: Arc<[ArmShape<D>]> = breaches::shapes(request)?.into();
    let mut planner = Planner::new(request, shapes);
    planner.tool = tool;
    planner.present = *from;
    planner.resting = false;
    planner
        .steps
        .extend(request.routine.steps.first().map(|step| Step {
            name: "to park".to_owned(),
            technique: step.technique,
            rows: Vec::new(),
            notes: Vec::new(),
        }));
    planner.go_park();
    planner.settle();
    planner.hand_over_knots();
    let Planner {
        steps,
        segments,
        mut findings,
        ..
    } = planner;
    if findings.is_empty() {
        match Plan::new(request.base_from_table, steps, segments) {
            Ok(plan) => return Ok(plan),
            Err(error) => {
                let tag = StepTag {
                    index: 0,
                    name: "to park",
                    line: 0,
                };
                let remedy = "lead the arm to its park posture by hand";
                findings.report(tag, breaches::refused(error.to_string(), remedy.to_owned()));
            }
        }
    }
    let name = "the way to park".to_owned();
    Err(findings.into_rejection(&name).unwrap_or(PlanRejection {
        routine: name,
        violations: Vec::new(),
    }))
}
