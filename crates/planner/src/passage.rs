//! One stay in contact: from the drawn path to poses, postures, times and forces.

use kinematics::IkFailure;
use nalgebra::{Isometry3, SVector, Vector3};
use plan::Knot;

use crate::figures::{Pass, TOUCH_FORCE};
use crate::ground::pose;
use crate::path::{Path, PathPoint};
use crate::profile::shaped;
use crate::reach::{Route, Station, turned};
use crate::scene::{LIFT_SPEED, Scene, TOUCH_SPEED};
use crate::timing::TrackPoint;
use crate::track::{Stop, stops};

/// Half window over which orientations are averaged along a path, in points of 1 mm. Chosen: the
/// reach of a fingertip.
const TURN_SMOOTHING: usize = 6;

/// A drawn pass laid on the body: poses in the table frame for every point of every stroke.
pub(crate) struct Laid {
    /// Points and poses, stroke by stroke.
    pub strokes: Vec<Vec<(PathPoint, Isometry3<f64>)>>,
    /// Places off the known surface.
    pub missing: Vec<(f64, f64)>,
}

/// The knots of a pass.
pub(crate) struct Passage<const D: usize> {
    /// Hover to skin.
    pub touch: Vec<Knot<D>>,
    /// Each part that starts and ends at rest.
    pub strokes: Vec<Vec<Knot<D>>>,
    /// Skin to hover.
    pub lift: Vec<Knot<D>>,
    /// Poses on the way in or out that are out of reach: place on the back, how near the arm came.
    pub failures: Vec<Missed<D>>,
    /// Numbers of the points of the pass, counted over all strokes, that no continuous motion reaches.
    pub missed: Vec<usize>,
    /// Where the force had to give way most.
    pub tapered: Option<Taper>,
}

/// A place on the back that the arm misses, and how near it came.
pub(crate) type Missed<const D: usize> = ((f64, f64), IkFailure<D>);

/// Where a ceiling leaves less than is asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taper {
    /// u and v (m).
    pub place: (f64, f64),
    /// Asked and allowed (N).
    pub asked: f64,
    pub allowed: f64,
}

impl Laid {
    /// All poses in order.
    pub(crate) fn poses(&self) -> impl Iterator<Item = &(PathPoint, Isometry3<f64>)> {
        self.strokes.iter().flatten()
    }
}

impl<const D: usize> Scene<'_, D> {
    /// Lays a pass on the skin.
    pub(crate) fn lay(&self, pass: &Pass) -> Laid {
        let mut missing = Vec::new();
        let strokes = pass
            .strokes
            .iter()
            .map(|path| self.lay_path(path, &mut missing))
            .collect();
        Laid { strokes, missing }
    }

    fn lay_path(
        &self,
        path: &Path,
        missing: &mut Vec<(f64, f64)>,
    ) -> Vec<(PathPoint, Isometry3<f64>)> {
        let mut laid = Vec::with_capacity(path.points().len());
        for point in path.points() {
            match self.ground.footing(point.u, point.v) {
                Some(footing) => laid.push((*point, footing)),
                None => missing.push((point.u, point.v)),
            }
        }
        smooth_turning(&mut laid);
        laid
    }

    /// Chooses postures for a whole laid pass; each radian of joint travel from `present` counts
    /// `transit` against them.
    pub(crate) fn begin(&self, laid: &Laid, present: &SVector<f64, D>, transit: f64) -> Route<D> {
        let round = matches!(self.spec.model.patch, kinematics::Patch::Disc { .. });
        self.reacher.route(
            &self.stations(laid),
            round,
            present,
            &self.request.park,
            transit,
        )
    }

    /// The points of a laid pass as the reacher takes them.
    pub(crate) fn stations(&self, laid: &Laid) -> Vec<Station> {
        let strokes = laid.strokes.iter().flat_map(|stroke| {
            let last = stroke.len().saturating_sub(1);
            stroke.iter().enumerate().map(move |(i, (point, pose))| {
                let rests = i == 0 || i == last;
                (point, pose, rests)
            })
        });
        strokes
            .map(|(point, pose, rests)| Station {
                base_from_tool: self.in_base(pose),
                force: point.force,
                speed: point.speed,
                rests,
            })
            .collect()
    }

    /// Postures, times and forces of a laid pass.
    pub(crate) fn pass(&self, laid: &Laid, route: &Route<D>) -> Passage<D> {
        let stations = self.stations(laid);
        let trace = self.reacher.trace(&stations, route);
        let mut dense = stations.iter().zip(&trace.postures);
        let mut timed: Vec<Vec<Stop<D>>> = Vec::new();
        for stroke in &laid.strokes {
            let track: Vec<TrackPoint<D>> = stroke
                .iter()
                .zip(dense.by_ref())
                .map(|((point, _), (station, posture))| TrackPoint {
                    base_from_tool: turned(&station.base_from_tool, route.yaw),
                    posture: *posture,
                    u: point.u,
                    v: point.v,
                    force: point.force,
                    speed: point.speed,
                })
                .collect();
            timed.push(stops(&track, &self.contact_pace()));
        }
        let (strokes, tapered) = self.pressed(&timed);
        let (touch, lift, failures) = self.ends(&strokes, &timed);
        Passage {
            touch,
            strokes,
            lift,
            failures,
            missed: trace.missed,
            tapered,
        }
    }

    /// Forces over all strokes of a pass.
    fn pressed(&self, timed: &[Vec<Stop<D>>]) -> (Vec<Vec<Knot<D>>>, Option<Taper>) {
        let mut tapered: Option<Taper> = None;
        let mut before = None;
        let mut strokes = Vec::new();
        for (number, stops) in timed.iter().enumerate() {
            let limits: Vec<(f64, f64)> = stops.iter().map(|s| self.allowed(s.u, s.v)).collect();
            for (stop, (allowed, _)) in stops.iter().zip(&limits) {
                if stop.asked > *allowed
                    && tapered.is_none_or(|t| stop.asked - allowed > t.asked - t.allowed)
                {
                    let (place, asked) = ((stop.u, stop.v), stop.asked);
                    tapered = Some(Taper {
                        place,
                        asked,
                        allowed: *allowed,
                    });
                }
            }
            let asked: Vec<f64> = stops.iter().map(|s| s.asked).collect();
            let allowed: Vec<f64> = limits.iter().map(|l| l.0).collect();
            let meeting = timed
                .get(number + 1)
                .and_then(|next| next.first())
                .map(|next| next.asked);
            let at = |k: Option<&f64>| k.copied().unwrap_or(0.0);
            let (first_asked, last_asked) = (at(asked.first()), at(asked.last()));
            let starts = before
                .unwrap_or(TOUCH_FORCE.min(first_asked))
                .min(at(allowed.first()));
            let ends = meeting
                .unwrap_or(TOUCH_FORCE)
                .min(last_asked)
                .min(at(allowed.last()));
            before = Some(ends);
            let forces = shaped(&asked, &allowed, starts.max(0.0), ends.max(0.0));
            strokes.push(
                stops
                    .iter()
                    .zip(forces)
                    .zip(&limits)
                    .map(|((s, f), l)| s.knot(f, l.1))
                    .collect(),
            );
        }
        (strokes, tapered)
    }

    /// The way in and the way out, straight along the normal.
    fn ends(
        &self,
        strokes: &[Vec<Knot<D>>],
        timed: &[Vec<Stop<D>>],
    ) -> (Vec<Knot<D>>, Vec<Knot<D>>, Vec<Missed<D>>) {
        let mut missed = Vec::new();
        let mut end = |knot: Option<&Knot<D>>, speed: f64| -> Vec<Stop<D>> {
            let Some(knot) = knot else { return Vec::new() };
            let pose = knot.base_from_tool.raw();
            let (postures, failure) = self.along_normal(pose, &knot.posture);
            missed.extend(failure.map(|f| ((knot.u.get(), knot.v.get()), f)));
            let track: Vec<TrackPoint<D>> = postures
                .iter()
                .map(|q| TrackPoint {
                    base_from_tool: *self.arm.tool_pose(q).raw(),
                    posture: *q,
                    u: knot.u.get(),
                    v: knot.v.get(),
                    force: 0.0,
                    speed,
                })
                .collect();
            stops(&track, &self.free_pace())
        };
        let first = strokes.first().and_then(|s| s.first());
        let last = strokes.last().and_then(|s| s.last());
        let (mut inward, outward) = (end(first, TOUCH_SPEED), end(last, LIFT_SPEED));
        inward.reverse();
        let asked = timed
            .first()
            .and_then(|s| s.first())
            .map_or(0.0, |s| s.asked);
        let (touch_force, touch_ceiling) = first.map_or((0.0, 0.0), |k| {
            (k.force.get().min(TOUCH_FORCE.min(asked)), k.ceiling.get())
        });
        let touch = inward
            .iter()
            .map(|s| s.knot(touch_force, touch_ceiling))
            .collect();
        let (lift_force, lift_ceiling) =
            last.map_or((0.0, 0.0), |k| (k.force.get(), k.ceiling.get()));
        // The force goes out over the first tenth of a second of the way, before the tool has moved
        // by a millimetre; the loop unloads before it lets the phase run.
        let lift = outward
            .iter()
            .enumerate()
            .map(|(i, s)| {
                s.knot(
                    lift_force * (1.0 - crate::path::smooth_step(i as f64 / 10.0)),
                    lift_ceiling,
                )
            })
            .collect();
        (touch, lift, missed)
    }
}

/// Averages the axes of neighbouring poses twice, so that the tool does not shake with the grain of
/// the scan. The places stay.
fn smooth_turning(laid: &mut [(PathPoint, Isometry3<f64>)]) {
    for _ in 0..2 {
        let axes: Vec<(Vector3<f64>, Vector3<f64>)> = laid
            .iter()
            .map(|(_, p)| (p.rotation * Vector3::z(), p.rotation * Vector3::x()))
            .collect();
        let last = axes.len().saturating_sub(1);
        for (i, (_, placed)) in laid.iter_mut().enumerate() {
            let reach = TURN_SMOOTHING.min(i).min(last - i);
            let window = axes.iter().skip(i - reach).take(2 * reach + 1);
            let (z, x) = window.fold((Vector3::zeros(), Vector3::zeros()), |s, a| {
                (s.0 + a.0, s.1 + a.1)
            });
            if let Some(smooth) = pose(&placed.translation.vector, &z, &x) {
                *placed = smooth;
            }
        }
    }
}
