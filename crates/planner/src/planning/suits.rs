//! Whether tool and arm are made for what a step asks.

use signals::DriveKind;

use super::Planner;
use crate::recipe::{Manner, recipe};
use crate::request::ToolSpec;
use crate::routine::{Course, RoutineStep};

impl<const D: usize> Planner<'_, D> {
    /// Why a tool cannot do a stroke, and what to do; nothing when it can.
    pub(super) fn unsuited(&self, spec: &ToolSpec, step: &RoutineStep) -> Option<(String, String)> {
        let technique = step.technique;
        let rating = spec.model.pressure_rating.get();
        // Not a number is not positive either.
        if !(rating > 0.0 && rating.is_finite()) {
            let detail = format!("the {} is rated for {rating} Pa", spec.name);
            let remedy = "give the tool a finite, positive pressure rating in its profile";
            return Some((detail, remedy.to_owned()));
        }
        if !spec.techniques.contains(&technique) {
            let detail = format!(
                "the profile of the {} does not allow {technique}",
                spec.name
            );
            let others = self.request.arms.iter().map(|(_, tool)| tool);
            let may: Vec<&str> = others
                .filter(|tool| tool.techniques.contains(&technique))
                .map(|tool| tool.name.as_str())
                .collect();
            let remedy = if may.is_empty() {
                format!("no tool at hand may do it: bring one whose profile allows {technique}")
            } else {
                format!("use a tool that may: {}", may.join(", "))
            };
            return Some((detail, remedy));
        }
        if self.request.drive == DriveKind::Velocities && recipe(technique).manner == Manner::Tap {
            let detail = format!(
                "the arm takes velocities, and {technique} gives blows: its drives would meet the skin with all they weigh"
            );
            let remedy = "leave the step out, or take an arm that takes torques";
            return Some((detail, remedy.to_owned()));
        }
        let is_fork = matches!(spec.model.patch, kinematics::Patch::Fork { .. });
        let wants_fork = matches!(step.course, Course::Straddle { .. });
        let remedy = if wants_fork {
            "use a fork"
        } else {
            "use a tool with one contact"
        };
        (is_fork != wants_fork).then(|| {
            let detail = format!("{technique} cannot be done with the {}", spec.name);
            (detail, remedy.to_owned())
        })
    }
}
