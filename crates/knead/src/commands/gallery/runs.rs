//! From a plan's segments to stretches in contact.

use plan::{Plan, Segment, SegmentKind};
use quantities::Seconds;
use viewer::{ContactRun, PressedPlace};

/// What one step of a plan does, with its times from the step's start.
pub(super) struct StepRuns {
    /// In contact, in the order of time; contact without a break is one run.
    pub runs: Vec<ContactRun>,
    /// From the step's start to its end, ways through the air included.
    pub duration: Seconds,
}

/// Reads a step's segments.
pub(super) fn step_runs<const D: usize>(plan: &Plan<D>, step: usize) -> StepRuns {
    let mut runs: Vec<ContactRun> = Vec::new();
    let mut at = Seconds::ZERO;
    let mut unbroken = false;
    let own = plan
        .segments()
        .iter()
        .filter(|s| usize::from(s.step) == step);
    for segment in own {
        let blows = match &segment.kind {
            SegmentKind::Stroke | SegmentKind::Hold(_) => Some(None),
            SegmentKind::Tap(tap) => Some(Some(tap.period)),
            SegmentKind::Approach
            | SegmentKind::Touch
            | SegmentKind::Lift
            | SegmentKind::Transit
            | SegmentKind::Operator(_) => None,
        };
        if let Some(blows) = blows {
            let run = ContactRun {
                start: at,
                spacing: segment.spacing,
                blows,
                places: places(segment),
            };
            match runs
                .last_mut()
                .filter(|last| unbroken && goes_on(last, &run))
            {
                // Its first place is the last one of the run before.
                Some(last) => last.places.extend(run.places.into_iter().skip(1)),
                None => runs.push(run),
            }
        }
        unbroken = blows.is_some();
        at += segment.duration();
    }
    StepRuns { runs, duration: at }
}

fn goes_on(last: &ContactRun, next: &ContactRun) -> bool {
    last.blows.is_none() && next.blows.is_none() && last.spacing == next.spacing
}

fn places<const D: usize>(segment: &Segment<D>) -> Vec<PressedPlace> {
    let knots = segment.knots.iter().map(|knot| PressedPlace {
        u: knot.u,
        v: knot.v,
        force: knot.force,
    });
    knots.collect()
}
