//! One stay in contact: from the drawn path to poses, postures, times and forces.

use kinematics::IkFailure;
use nalgebra::{Isometry3, SVector, Translation3, Vector3};
use plan::{Knot, SegmentKind};

use crate::figures::{Act, Drawn, Pass, TOUCH_FORCE, Timing};
use crate::ground::pose;
use crate::path::PathPoint;
use crate::profile::Ramp;
use crate::reach::{Route, Station, turned};
use crate::routine::PatchAxis;
use crate::scene::{LIFT_SPEED, Scene, TOUCH_SPEED};
use crate::timing::TrackPoint;
use crate::track::{Stop, clocked, stops};

/// Half window over which orientations are averaged along a path, in points of 1 mm. Chosen: the
/// reach of a fingertip.
const TURN_SMOOTHING: usize = 6;

/// A drawn pass laid on the body: poses in the table frame for every point of every stroke.
pub(crate) struct Laid {
    /// Stroke by stroke.
    pub strokes: Vec<LaidStroke>,
    /// Places off the known surface.
    pub missing: Vec<(f64, f64)>,
}

/// One part of a pass on the skin.
pub(crate) struct LaidStroke {
    /// Points and poses.
    pub points: Vec<(PathPoint, Isometry3<f64>)>,
    /// How they are timed.
    pub timing: Timing,
    /// What the loop does there.
    pub act: Act,
}

/// The knots of a pass.
pub(crate) struct Passage<const D: usize> {
    /// Hover to skin.
    pub touch: Vec<Knot<D>>,
    /// Each part that starts and ends at rest.
    pub strokes: Vec<(SegmentKind, Vec<Knot<D>>)>,
    /// Skin to hover.
    pub lift: Vec<Knot<D>>,
    /// Poses on the way in or out that are out of reach: place on the back, how near the arm came.
    pub failures: Vec<Missed<D>>,
    /// Numbers of the points of the pass, counted over all strokes, that no continuous motion reaches.
    pub missed: Vec<usize>,
    /// Where the force had to give way most.
    pub tapered: Option<Taper>,
    /// Share of the drawn rhythm that skin and joints leave.
    pub rhythm: f64,
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
        self.strokes.iter().flat_map(|stroke| &stroke.points)
    }
}

impl<const D: usize> Scene<'_, D> {
    /// Lays a pass on the skin.
    pub(crate) fn lay(&self, pass: &Pass) -> Laid {
        let mut missing = Vec::new();
        let strokes = pass
            .strokes
            .iter()
            .map(|drawn| self.lay_stroke(drawn, &mut missing))
            .collect();
        Laid { strokes, missing }
    }

    fn lay_stroke(&self, drawn: &Drawn, missing: &mut Vec<(f64, f64)>) -> LaidStroke {
        let mut points: Vec<(PathPoint, Isometry3<f64>)> =
            Vec::with_capacity(drawn.path.points().len());
        for point in drawn.path.points() {
            // A tool that stays put has one footing.
            let same = points
                .last()
                .filter(|(last, _)| (last.u, last.v) == (point.u, point.v))
                .map(|(_, footing)| *footing);
            match same.or_else(|| self.ground.footing(point.u, point.v)) {
                Some(footing) => points.push((*point, footing)),
                None => missing.push((point.u, point.v)),
            }
        }
        smooth_turning(&mut points);
        if self.usage.axis == PatchAxis::Across {
            for (_, pose) in &mut points {
                *pose = turned(pose, core::f64::consts::FRAC_PI_2);
            }
        }
        LaidStroke {
            points,
            timing: drawn.timing,
            act: drawn.act,
        }
    }

    /// Clearance from the spine line of the hovers over both ends of a pass (m): where the skin leans toward the
    /// spine, they lie nearer to it.
    pub(crate) fn clearances_above(&self, laid: &Laid) -> impl Iterator<Item = f64> {
        let ends = [laid.poses().next(), laid.poses().last()];
        ends.into_iter().flatten().map(|(point, pose)| {
            let hover = pose * Translation3::new(0.0, 0.0, -crate::travel::HOVER);
            self.spine_clearance(&hover, point.u, point.v)
        })
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
            let last = stroke.points.len().saturating_sub(1);
            stroke
                .points
                .iter()
                .enumerate()
                .map(move |(i, (point, pose))| {
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
        let mut rhythm: f64 = 1.0;
        for stroke in &laid.strokes {
            let track: Vec<TrackPoint<D>> = stroke
                .points
                .iter()
                .zip(dense.by_ref())
                .map(|((point, _), (station, posture))| TrackPoint {
                    base_from_tool: turned(&station.base_from_tool, route.yaw),
                    posture: *posture,
                    u: point.u,
                    v: point.v,
                    force: point.force,
                    relief: point.relief,
                    speed: point.speed,
                })
                .collect();
            timed.push(match stroke.timing {
                Timing::Paced => stops(&track, &self.contact_pace()),
                Timing::Clocked => {
                    let (stops, left) = clocked(&track, &self.contact_pace());
                    rhythm = rhythm.min(left);
                    stops
                }
            });
        }
        let acts: Vec<Act> = laid.strokes.iter().map(|stroke| stroke.act).collect();
        let (strokes, tapered) = self.pressed(&timed, &acts);
        let (touch, lift, failures) = self.ends(&strokes, &timed);
        Passage {
            touch,
            strokes,
            lift,
            failures,
            missed: trace.missed,
            tapered,
            rhythm,
        }
    }

    /// Forces over all strokes of a pass.
    fn pressed(
        &self,
        timed: &[Vec<Stop<D>>],
        acts: &[Act],
    ) -> (Vec<(SegmentKind, Vec<Knot<D>>)>, Option<Taper>) {
        let mut tapered: Option<Taper> = None;
        let mut before = None;
        let mut strokes = Vec::new();
        for (number, (stops, act)) in timed.iter().zip(acts).enumerate() {
            let wishes: Vec<Wish> = stops.iter().map(|s| self.wish(s)).collect();
            for (stop, wish) in stops.iter().zip(&wishes) {
                let lost = |t: &Taper| t.asked - t.allowed;
                let taper = Taper {
                    place: (stop.u, stop.v),
                    asked: wish.asked,
                    allowed: wish.allowed,
                };
                if lost(&taper) > 0.0 && tapered.is_none_or(|t| lost(&taper) > lost(&t)) {
                    tapered = Some(taper);
                }
            }
            let next = timed.get(number + 1).and_then(|next| next.first());
            let meeting = next.map(|next| self.wish(next).asked);
            let ends = ends_of(&wishes, *act, before, meeting);
            let (rests, forces) = profile(&wishes, ends);
            let (stops, wishes) = (resting(stops, rests), resting(&wishes, rests));
            before = forces.last().copied();
            let knots = stops.iter().zip(forces).zip(&wishes).map(|((s, f), wish)| {
                // The swell of a press comes on top of the shaped peak, always downward, and keeps the touch.
                s.knot((f * (1.0 - s.relief)).max(f.min(TOUCH_FORCE)), wish.ceiling)
            });
            strokes.push((act.kind(), knots.collect()));
        }
        (strokes, tapered)
    }

    /// What is asked and what is allowed at a stop.
    fn wish(&self, stop: &Stop<D>) -> Wish {
        let (allowed, ceiling) = self.allowed(stop.u, stop.v);
        let (liked, over_bone) = self.likings(stop.u, stop.v);
        // Whatever is liked, a touch is kept: less than its force cannot be told from none.
        let least = TOUCH_FORCE.min(stop.asked);
        let asked = (stop.asked * liked).max(least);
        Wish {
            asked,
            allowed,
            gentle: allowed.min((asked * over_bone).max(least)),
            ceiling,
        }
    }

    /// The way in and the way out, straight along the normal.
    fn ends(
        &self,
        strokes: &[(SegmentKind, Vec<Knot<D>>)],
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
                    relief: 0.0,
                    speed,
                })
                .collect();
            stops(&track, &self.free_pace())
        };
        let first = strokes.first().and_then(|(_, s)| s.first());
        let last = strokes.last().and_then(|(_, s)| s.last());
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

/// Forces at one stop (N).
#[derive(Clone, Copy, Debug)]
struct Wish {
    /// What the step asks for this client.
    asked: f64,
    /// What the ceiling allows.
    allowed: f64,
    /// The least of both, less over bone.
    gentle: f64,
    ceiling: f64,
}

/// The force (N) with which one part of a pass begins, after one that ended with `before`, and with which it
/// ends, when one follows that asks for `meeting`.
fn ends_of(wishes: &[Wish], act: Act, before: Option<f64>, meeting: Option<f64>) -> (f64, f64) {
    let first = |part: fn(&Wish) -> f64| wishes.first().map_or(0.0, part);
    let last = |part: fn(&Wish) -> f64| wishes.last().map_or(0.0, part);
    // What came before presses on: a force never jumps, it ramps from there.
    let starts = before
        .unwrap_or(TOUCH_FORCE.min(first(|w| w.gentle)))
        .min(first(|w| w.allowed));
    let ends = match act {
        // A hold waits at its last knot: there it presses as asked.
        Act::Hold(_) => last(|w| w.asked),
        Act::Stroke | Act::Tap(_) => meeting.unwrap_or(TOUCH_FORCE).min(last(|w| w.asked)),
    };
    (starts.max(0.0), ends.min(last(|w| w.gentle)).max(0.0))
}

/// Knots that one part of a pass rests at its beginning and end, and its shaped force (N) with these.
fn profile(wishes: &[Wish], ends: (f64, f64)) -> ((usize, usize), Vec<f64>) {
    let of = |part: fn(&Wish) -> f64| -> Vec<f64> { wishes.iter().map(part).collect() };
    let (asked, meant, allowed) = (of(|w| w.asked), of(|w| w.gentle), of(|w| w.allowed));
    let ramp = Ramp::of(&asked, &meant, ends);
    let rests = ramp.rests(&allowed, ends);
    let [asked, meant, allowed] = [asked, meant, allowed].map(|part| resting(&part, rests));
    (rests, ramp.shaped(&asked, &meant, &allowed, ends))
}

/// The same with its first and its last element so many times more.
fn resting<T: Copy>(parts: &[T], (before, after): (usize, usize)) -> Vec<T> {
    let again = |part: Option<&T>, times| part.map(|p| core::iter::repeat_n(*p, times));
    let head = again(parts.first(), before).into_iter().flatten();
    let tail = again(parts.last(), after).into_iter().flatten();
    head.chain(parts.iter().copied()).chain(tail).collect()
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
