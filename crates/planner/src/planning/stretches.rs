//! The points that a pass misses, gathered into stretches with their reasons.

use kinematics::IkFailure;
use nalgebra::{SVector, Translation3};

use super::breaches::out_of_reach;
use crate::passage::Laid;
use crate::path::PathPoint;
use crate::reach::{Hover, Reason, Route, Station};
use crate::rejection::{Breach, Rule, Stretch, StretchReason};
use crate::scene::Scene;
use crate::travel::HOVER;

/// Missed points with fewer reached ones between them are one stretch.
const GAP: usize = 40;
/// Points of a stretch that are looked at; those between count with their neighbours.
const LOOKED_AT: usize = 150;
/// Seeds from which reasons are looked for besides the postures at the ends of the stretch.
const SEEDS: u32 = 4;

/// The stretches of a pass, each with the breach it is.
pub(super) fn stretches<const D: usize>(
    scene: &Scene<'_, D>,
    laid: &Laid,
    route: &Route<D>,
    missed: &[usize],
) -> Vec<(Breach, Stretch)> {
    let stations = scene.stations(laid);
    let points: Vec<&PathPoint> = laid.poses().map(|(point, _)| point).collect();
    let runs = missed.chunk_by(|a, b| b - a <= GAP);
    let told = runs.filter_map(|run| told(scene, &stations, &points, route, run));
    told.collect()
}

/// Breaches for the hovers that the arm cannot join to the ends of a pass.
pub(super) fn missed_hovers<const D: usize>(
    scene: &Scene<'_, D>,
    laid: &Laid,
    route: &Route<D>,
) -> Vec<Breach> {
    let stations = scene.stations(laid);
    let points: Vec<&PathPoint> = laid.poses().map(|(point, _)| point).collect();
    let breaches = route.hovers.iter().filter_map(|hover| {
        let at = match hover {
            Hover::First => 0,
            Hover::Last => stations.len().checked_sub(1)?,
        };
        let (station, point) = (stations.get(at)?, points.get(at)?);
        let above = Station {
            base_from_tool: station.base_from_tool * Translation3::new(0.0, 0.0, -HOVER),
            force: 0.0,
            ..*station
        };
        let own = route.stops.iter().find(|stop| stop.station == at);
        let own = own.map(|stop| stop.posture);
        let others = seeds_around(scene, route, &[at]);
        let seeds: Vec<_> = own.into_iter().chain(others).collect();
        let found = scene.reacher.why_not(&above, route.yaw, &seeds);
        let place = (point.u, point.v);
        let breach = match &found.failure {
            Some(failure) => out_of_reach(place, failure, scene),
            None => no_way_on(place, scene, ""),
        };
        let why = match (found.failure, found.reason) {
            (Some(failure), _) => format!("is out of reach: {failure}"),
            (None, Reason::OtherPosture) => "is reached in another posture only".to_owned(),
            (None, reason) => format!("is out of reach: {}", reason.word()),
        };
        let (name, height) = (&scene.spec.name, HOVER * 1e3);
        let detail = format!("with the {name}: the hover {height:.0} mm above it {why}");
        Some(Breach { detail, ..breach })
    });
    breaches.collect()
}

/// A place that postures reach, none of which can be had.
fn no_way_on<const D: usize>(place: (f64, f64), scene: &Scene<'_, D>, what: &str) -> Breach {
    Breach {
        rule: Rule::Reach,
        time: None,
        place: Some(place),
        figures: None,
        detail: format!("with the {}: {what}", scene.spec.name),
        remedy: "move or turn the base so that this place lies in the middle of the arm's reach"
            .to_owned(),
    }
}

fn told<const D: usize>(
    scene: &Scene<'_, D>,
    stations: &[Station],
    points: &[&PathPoint],
    route: &Route<D>,
    run: &[usize],
) -> Option<(Breach, Stretch)> {
    let (first, last) = (*run.first()?, *run.last()?);
    let (from, to) = (points.get(first)?, points.get(last)?);
    let (reasons, worst) = reasons(scene, stations, route, run);
    let inside = points.get(first..=last)?.iter();
    let (u, v) = (
        extent(inside.clone().map(|p| p.u)),
        extent(inside.map(|p| p.v)),
    );
    let stretch = Stretch {
        least_u_m: u.0,
        greatest_u_m: u.1,
        least_v_m: v.0,
        greatest_v_m: v.1,
        from_u_m: from.u,
        from_v_m: from.v,
        to_u_m: to.u,
        to_v_m: to.v,
        begins_m: length(stations.get(..=first)?),
        length_m: length(stations.get(first..=last)?),
        samples: run.len(),
        reasons,
    };
    let breach = match worst {
        Some((index, failure)) => {
            let place = points.get(index).map_or((from.u, from.v), |p| (p.u, p.v));
            Breach {
                place: Some((from.u, from.v)),
                ..out_of_reach(place, &failure, scene)
            }
        }
        None => no_way_on(
            (from.u, from.v),
            scene,
            "no posture leads on without lifting off",
        ),
    };
    Some((breach, stretch))
}

/// The histogram of reasons, and the station that the arm misses most.
fn reasons<const D: usize>(
    scene: &Scene<'_, D>,
    stations: &[Station],
    route: &Route<D>,
    run: &[usize],
) -> (Vec<StretchReason>, Option<(usize, IkFailure<D>)>) {
    let stride = run.len().div_ceil(LOOKED_AT).max(1);
    let mut counts: Vec<(Reason, usize, f64)> = Vec::new();
    let mut worst: Option<(usize, IkFailure<D>)> = None;
    let mut seeds = seeds_around(scene, route, run);
    for group in run.chunks(stride) {
        let Some((index, station)) = group.first().and_then(|i| Some((*i, stations.get(*i)?)))
        else {
            continue;
        };
        let found = scene.reacher.why_not(station, route.yaw, &seeds);
        let off = found.failure.map_or(0.0, |f| f.position_residual.get());
        match counts.iter_mut().find(|(r, _, _)| *r == found.reason) {
            Some((_, count, most)) => {
                *count += group.len();
                *most = most.max(off);
            }
            None => counts.push((found.reason, group.len(), off)),
        }
        if let Some(failure) = found.failure {
            // The next point is searched for from here first.
            if let Some(seed) = seeds.first_mut() {
                *seed = failure.nearest;
            }
            if worst.is_none_or(|(_, old)| old.position_residual < failure.position_residual) {
                worst = Some((index, failure));
            }
        }
    }
    counts.sort_by_key(|(_, count, _)| core::cmp::Reverse(*count));
    let told = counts
        .into_iter()
        .map(|(reason, samples, off)| StretchReason {
            reason: reason.word(),
            samples,
            missed_by_mm: (off > 1e-4).then_some(off * 1e3),
        });
    (told.collect(), worst)
}

/// The postures next to a stretch, and a few others.
fn seeds_around<const D: usize>(
    scene: &Scene<'_, D>,
    route: &Route<D>,
    run: &[usize],
) -> Vec<SVector<f64, D>> {
    let (first, last) = (run.first().copied(), run.last().copied());
    let before = route.stops.iter().rev().find(|s| Some(s.station) < first);
    let after = route.stops.iter().find(|s| Some(s.station) > last);
    let beside = before.into_iter().chain(after).map(|stop| stop.posture);
    let spread = (1..=SEEDS).map(|number| scene.arm.spread_posture(number));
    core::iter::once(scene.request.park)
        .chain(beside)
        .chain(spread)
        .collect()
}

/// Least and greatest.
fn extent(of: impl Iterator<Item = f64>) -> (f64, f64) {
    of.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
        (low.min(x), high.max(x))
    })
}

/// Way of the tool (m).
fn length(stations: &[Station]) -> f64 {
    let place = |s: &Station| s.base_from_tool.translation.vector;
    let steps = stations.iter().zip(stations.iter().skip(1));
    // An empty `sum()` of floats is -0.0.
    steps.fold(0.0, |way, (a, b)| way + (place(b) - place(a)).norm())
}
