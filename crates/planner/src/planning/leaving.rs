//! That a touch can be ended: from everywhere there is a way off the skin, and no press lasts too long.

use nalgebra::Translation3;
use plan::{Knot, SegmentKind};

use super::Planner;
use crate::rejection::{Breach, Rule, StepTag};
use crate::scene::Scene;

/// Knots between places at which a way off the skin is asked for: half a second.
const EVERY: usize = 50;
/// Way that an arm must be able to draw back from the skin (m). Chosen: half of the hover.
const WAY_OFF: f64 = 0.020;
/// Longest press on one spot by a staircase of holds (s): 90 s in all.
const STAIRCASE: f64 = 90.0;
/// Dwell of a static press anywhere else that goes with it (s).
const USUAL_DWELL: f64 = 10.0;

impl<const D: usize> Planner<'_, D> {
    /// A stop is always one press away: from places all along a stroke the arm can draw the tool back
    /// along its normal (rule R7).
    pub(super) fn check_retreat(
        &mut self,
        scene: &Scene<'_, D>,
        knots: &[Knot<D>],
        tag: StepTag<'_>,
    ) {
        for knot in knots.iter().step_by(EVERY) {
            let hover = knot.base_from_tool.raw() * Translation3::new(0.0, 0.0, -WAY_OFF);
            let Some(failure) = scene.reacher.withdraw(&hover, &knot.posture) else {
                continue;
            };
            let breach = Breach {
                rule: Rule::Retreat,
                time: None,
                place: Some((knot.u.get(), knot.v.get())),
                figures: Some((WAY_OFF - failure.position_residual.get(), WAY_OFF)),
                detail: "straight up along the tool's axis".to_owned(),
                remedy: "move the base, or keep this stretch out".to_owned(),
            };
            self.findings.report(tag, breach);
        }
    }

    /// The holds of one staircase together stay within what a spot may be pressed.
    pub(super) fn check_held(&mut self, strokes: &[(SegmentKind, Vec<Knot<D>>)], tag: StepTag<'_>) {
        let holds = strokes.iter().filter_map(|(kind, knots)| match kind {
            SegmentKind::Hold(hold) => {
                let knots = knots.len().saturating_sub(1) as f64;
                Some(knots * crate::timing::KNOT_SPACING + hold.most.get())
            }
            SegmentKind::Stroke
            | SegmentKind::Tap(_)
            | SegmentKind::Approach
            | SegmentKind::Touch
            | SegmentKind::Lift
            | SegmentKind::Transit
            | SegmentKind::Operator(_) => None,
        });
        let total: f64 = holds.sum();
        // A client who may be pressed for less anywhere may be for less here, in the same proportion.
        let dwell = self.request.envelope.dwell().get();
        let allowed = STAIRCASE * (dwell / USUAL_DWELL).clamp(0.0, 1.0);
        if total <= allowed {
            return;
        }
        let place = strokes.iter().find_map(|(_, knots)| knots.first());
        let breach = Breach {
            rule: Rule::Dwell,
            time: None,
            place: place.map(|knot| (knot.u.get(), knot.v.get())),
            figures: Some((total, allowed)),
            detail: "all holds of the staircase, each as long as it may wait".to_owned(),
            remedy: "fewer stages, or shorter holds".to_owned(),
        };
        self.findings.report(tag, breach);
    }
}
