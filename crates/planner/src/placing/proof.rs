//! The planner has the last word on every base that is recommended.

use kinematics::{ArmModel, ArmShape};
use nalgebra::SVector;
use quantities::{Seconds, Transform};

use super::course::Course;
use super::mounts::Candidate;
use super::search::{in_parallel, room};
use super::stand::{Detail, Stand};
use super::{PlaceRequest, Placement};
use crate::{PlanRejection, PlanRequest, ToolSpec, plan};

/// Seeds and branches as in the search.
const SEEDS: u32 = 32;
const BRANCHES: usize = 4;
/// The bar when the proof begins.
const BEGIN: f64 = 0.75;

/// Looks at the present base and at candidates, best first, until as many plan as are wanted or none is
/// left. Those that do not plan follow those that do.
pub(super) fn prove<const D: usize>(
    request: &PlaceRequest<'_, D>,
    shapes: &[ArmShape<D>],
    course: &Course,
    present: &Stand<'_, D>,
    candidates: &[Candidate],
    progress: &(dyn Fn(f64) + Sync),
) -> (Placement<D>, Vec<Placement<D>>) {
    let room = room(request, course);
    let stands: Vec<Stand<'_, D>> = candidates
        .iter()
        .map(|c| {
            Stand::new(
                &request.plan,
                shapes,
                room.table_from_base(c),
                Some(c.mount),
            )
        })
        .collect();
    let mut waiting: Vec<&Stand<'_, D>> = [present].into_iter().chain(&stands).collect();
    let total = waiting.len().max(1) as f64;
    let mut proved: Vec<Placement<D>> = Vec::new();
    let wanted = request.best.max(1);
    // The present base, and as many as are wanted; then wave after wave of as many as still lack. The
    // waves are as long for any number of threads.
    let mut wave = 1 + wanted;
    while wave > 0 && !waiting.is_empty() {
        let rest = waiting.split_off(wave.min(waiting.len()));
        let done = proved.len() as f64;
        let part = waiting.len() as f64;
        let bar = |share: f64| progress(BEGIN + (1.0 - BEGIN) * (done + share * part) / total);
        proved.extend(in_parallel(&waiting, request.threads, &bar, |stand| {
            placement(request, course, stand)
        }));
        waiting = rest;
        let good = proved.iter().skip(1).filter(|p| p.plans()).count();
        wave = wanted.saturating_sub(good);
    }
    progress(1.0);
    let mut proved = proved.into_iter();
    let present = proved
        .next()
        .unwrap_or_else(|| placement(request, course, present));
    let (mut best, others): (Vec<_>, Vec<_>) = proved.partition(Placement::plans);
    best.extend(others);
    best.truncate(wanted);
    (present, best)
}

fn placement<const D: usize>(
    request: &PlaceRequest<'_, D>,
    course: &Course,
    stand: &Stand<'_, D>,
) -> Placement<D> {
    let branches = stand.branches(course, SEEDS, BRANCHES);
    let tour = stand.tour(course, &branches, Detail::Full);
    let park = match (stand.mount, tour.hub) {
        (Some(_), Some(hub)) => tenths(&hub),
        _ => request.plan.park,
    };
    Placement {
        mount: stand.mount,
        table_from_base: stand.table_from_base,
        park,
        figures: tour.figures(course),
        map: stand.map(course, tour.hub.as_ref()),
        arm: tour.arm(stand),
        verdict: verdict(request, stand, park),
    }
}

/// Asks the planner.
fn verdict<const D: usize>(
    request: &PlaceRequest<'_, D>,
    stand: &Stand<'_, D>,
    park: SVector<f64, D>,
) -> Result<Seconds, PlanRejection> {
    let tools = request.plan.arms.iter().map(|(_, tool)| tool.clone());
    let arms: Vec<(ArmModel<D>, ToolSpec)> = stand.arms.iter().cloned().zip(tools).collect();
    let there = PlanRequest {
        arms: &arms,
        base_from_table: Transform::from_raw(stand.table_from_base.inverse()),
        park,
        start: park,
        ..request.plan
    };
    plan(&there).map(|plan| plan.duration())
}

/// The posture in tenths of a degree, as a profile tells it.
fn tenths<const D: usize>(q: &SVector<f64, D>) -> SVector<f64, D> {
    use core::f64::consts::PI;
    q.map(|angle| (angle * 1800.0 / PI).round() * PI / 1800.0)
}
