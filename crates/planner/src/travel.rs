//! Free motion: up, across, down; between hover poses along straight lines, to and from the park
//! posture through the joints. Where none of these fixed shapes is clear, [`detour`] searches for a way.

pub(crate) mod detour;

use kinematics::IkFailure;
use nalgebra::{Isometry3, SVector, Translation3, Vector3};
use plan::Knot;

use crate::scene::Scene;
use crate::timing::TrackPoint;
use crate::track::stops;

/// Hovering height over the skin (m), as everywhere in this project.
pub(crate) const HOVER: f64 = 0.040;
/// Height over the highest skin on the way that a crossing keeps (m). Chosen: twice the hover.
const CREST_MARGIN: f64 = 0.080;
/// Heights over the highest skin from which a crossing through the joints is tried, in turn (m).
const HEIGHTS: [f64; 3] = [CREST_MARGIN, 0.20, 0.35];
/// Points along straight lines (m).
const LINE_STEP: f64 = 0.004;
/// Joint motion between neighbouring points of a joint-space leg (rad).
const JOINT_STEP: f64 = 0.01;
/// Half window of the averaging that rounds the corners, in points.
const ROUNDING: usize = 10;
/// Up to this difference (rad) the posture at the end of a straight way is blended into the wanted one.
const BLENDABLE: f64 = 0.5;

impl<const D: usize> Scene<'_, D> {
    /// From hover to hover: straight over the crest of the skin between them; when the arm must change
    /// its posture on the way, through the joints high above the body, or by way of the park posture.
    /// The first way that is clear is taken; when none is, the proof will say why the first is not.
    pub(crate) fn hop(&self, from: &SVector<f64, D>, to: &SVector<f64, D>) -> Vec<Knot<D>> {
        let straight = self.straight(from, to);
        if let Some(way) = &straight
            && self.is_clear(way)
        {
            return straight.unwrap_or_default();
        }
        let across = self.clear_crossing(from, to, true);
        if self.is_clear(&across) {
            return across;
        }
        let park = &self.request.park;
        let mut by_park = self.between_rest_and(park, from, true);
        by_park.extend(self.between_rest_and(park, to, false));
        if self.is_clear(&by_park) {
            return by_park;
        }
        straight.unwrap_or(across)
    }

    /// Up, across and down along straight lines; `None` when the arm cannot, or ends in a posture that
    /// is too far from the wanted one.
    fn straight(&self, from: &SVector<f64, D>, to: &SVector<f64, D>) -> Option<Vec<Knot<D>>> {
        let (start, end) = (self.table_pose(from), self.table_pose(to));
        let crest = self.crest(&start, &end) + CREST_MARGIN;
        let (over_start, over_end) = (raised(&start, crest), raised(&end, crest));
        let legs = [
            line(&start, &over_start),
            line(&over_start, &over_end),
            line(&over_end, &end),
        ];
        let poses: Vec<Isometry3<f64>> = legs
            .iter()
            .flatten()
            .map(|pose| self.in_base(pose))
            .collect();
        let walk = self.reacher.follow(&poses, from);
        let gap = to - walk.postures.last()?;
        if !walk.failures.is_empty() || gap.amax() > BLENDABLE {
            return None;
        }
        let last = walk.postures.len().saturating_sub(1).max(1) as f64;
        let blended = walk.postures.iter().enumerate();
        let postures: Vec<_> = blended
            .map(|(i, q)| q + gap * crate::path::smooth_step(i as f64 / last))
            .collect();
        Some(self.timed(&postures))
    }

    /// From a posture beside the body (`rest`: parked, or where the session began) to hover, or back when
    /// `reversed`.
    pub(crate) fn between_rest_and(
        &self,
        rest: &SVector<f64, D>,
        to: &SVector<f64, D>,
        reversed: bool,
    ) -> Vec<Knot<D>> {
        let mut way = self.clear_crossing(rest, to, false);
        if reversed {
            way.reverse();
        }
        way
    }

    /// From one posture beside the body to another.
    pub(crate) fn between_rests(
        &self,
        from: &SVector<f64, D>,
        to: &SVector<f64, D>,
    ) -> Vec<Knot<D>> {
        self.clear_crossing(from, to, false)
    }

    /// Through the joints at the least of the heights at which that is clear, else at the first.
    fn clear_crossing(
        &self,
        from: &SVector<f64, D>,
        to: &SVector<f64, D>,
        hovers: bool,
    ) -> Vec<Knot<D>> {
        let mut first = None;
        for height in HEIGHTS {
            let way = self.through_joints(from, to, hovers, height);
            if self.is_clear(&way) {
                return way;
            }
            first = first.or(Some(way));
        }
        first.unwrap_or_default()
    }

    /// Up from `to` (and from `from`, when it hovers over the body), and across through the joints.
    fn through_joints(
        &self,
        from: &SVector<f64, D>,
        to: &SVector<f64, D>,
        hovers: bool,
        height: f64,
    ) -> Vec<Knot<D>> {
        let crest = self.highest_skin() + height;
        let mut postures = if hovers {
            self.climb(from, crest)
        } else {
            vec![*from]
        };
        let mut descent = self.climb(to, crest);
        descent.reverse();
        let high = postures.last().copied().unwrap_or(*from);
        let over_end = descent.first().copied().unwrap_or(*to);
        let travel = over_end - high;
        let pieces = (travel.amax() / JOINT_STEP).ceil().max(1.0);
        postures.extend((1..pieces as usize).map(|i| high + travel * (i as f64 / pieces)));
        postures.extend(descent);
        if postures.last() != Some(to) {
            postures.push(*to);
        }
        self.timed(&postures)
    }

    /// Straight up from a posture to a height over the table (m), or as far as the arm can go.
    fn climb(&self, from: &SVector<f64, D>, height: f64) -> Vec<SVector<f64, D>> {
        let pose = self.table_pose(from);
        let poses: Vec<_> = line(&pose, &raised(&pose, height))
            .iter()
            .map(|p| self.in_base(p))
            .collect();
        let mut walk = self.reacher.follow(&poses, from);
        // Where the arm cannot go higher, it crosses from where it can.
        if let Some((first, _)) = walk.failures.first() {
            walk.postures.truncate(*first);
        }
        walk.postures
    }

    /// Straight along the normal from hover to the skin or back, in touch order (hover first).
    /// Returns the postures from the skin outward.
    pub(crate) fn along_normal(
        &self,
        base_from_tool: &Isometry3<f64>,
        posture: &SVector<f64, D>,
    ) -> (Vec<SVector<f64, D>>, Option<IkFailure<D>>) {
        let pieces = (HOVER / 0.002).round();
        let poses: Vec<Isometry3<f64>> = (0..=pieces as usize)
            .map(|i| base_from_tool * Translation3::new(0.0, 0.0, -HOVER * i as f64 / pieces))
            .collect();
        let walk = self.reacher.follow(&poses, posture);
        (walk.postures, walk.failures.first().map(|f| f.1))
    }

    /// Knots along postures: corners rounded in joint space, then walked at the free pace.
    fn timed(&self, postures: &[SVector<f64, D>]) -> Vec<Knot<D>> {
        let smooth = averaged(&averaged(postures));
        let speed = self.free_speed();
        let track: Vec<TrackPoint<D>> = smooth
            .iter()
            .map(|q| {
                let knot = self.resting(q);
                TrackPoint {
                    base_from_tool: *knot.base_from_tool.raw(),
                    posture: *q,
                    u: knot.u.get(),
                    v: knot.v.get(),
                    force: 0.0,
                    relief: 0.0,
                    speed,
                }
            })
            .collect();
        stops(&track, &self.free_pace())
            .iter()
            .map(|s| s.knot(0.0, 0.0))
            .collect()
    }

    fn table_pose(&self, posture: &SVector<f64, D>) -> Isometry3<f64> {
        self.in_table(self.arm.tool_pose(posture).raw())
    }

    /// Highest of the skin under a straight line and of its two ends (m over the table).
    fn crest(&self, a: &Isometry3<f64>, b: &Isometry3<f64>) -> f64 {
        let (a, b) = (a.translation.vector, b.translation.vector);
        let pieces = ((b - a).norm() / 0.01).ceil().max(1.0);
        (0..=pieces as usize)
            .filter_map(|i| {
                let place = a.lerp(&b, i as f64 / pieces);
                Some(self.ground.back.surface().sample(place.x, place.y)?.height)
            })
            .fold(0.0, f64::max)
    }

    /// Highest skin of the whole body (m over the table).
    fn highest_skin(&self) -> f64 {
        let bounds = self.ground.back.surface().bounds();
        let count = |low: f64, high: f64| ((high - low) / 0.02).ceil().clamp(1.0, 500.0) as usize;
        let mut highest: f64 = 0.0;
        for i in 0..=count(bounds.min_x, bounds.max_x) {
            for j in 0..=count(bounds.min_y, bounds.max_y) {
                let (x, y) = (
                    bounds.min_x + 0.02 * i as f64,
                    bounds.min_y + 0.02 * j as f64,
                );
                if let Some(sample) = self.ground.back.surface().sample(x, y) {
                    highest = highest.max(sample.height);
                }
            }
        }
        highest
    }
}

/// The pose at a height of its own, or higher when it is higher already.
fn raised(pose: &Isometry3<f64>, height: f64) -> Isometry3<f64> {
    let mut up = *pose;
    up.translation.vector.z = pose.translation.vector.z.max(height);
    up
}

/// Poses along a straight line, turning evenly.
fn line(from: &Isometry3<f64>, to: &Isometry3<f64>) -> Vec<Isometry3<f64>> {
    let (a, b): (Vector3<f64>, Vector3<f64>) = (from.translation.vector, to.translation.vector);
    let turn = (to.rotation * from.rotation.inverse()).scaled_axis();
    let pieces = ((b - a).norm() / LINE_STEP)
        .max(turn.norm() / 0.03)
        .ceil()
        .max(1.0);
    (0..=pieces as usize)
        .map(|i| {
            let t = i as f64 / pieces;
            let rotation = nalgebra::UnitQuaternion::from_scaled_axis(turn * t) * from.rotation;
            Isometry3::from_parts(Translation3::from(a.lerp(&b, t)), rotation)
        })
        .collect()
}

/// Mean over a window that narrows toward the ends, which stay put.
fn averaged<const D: usize>(postures: &[SVector<f64, D>]) -> Vec<SVector<f64, D>> {
    let last = postures.len().saturating_sub(1);
    (0..postures.len())
        .map(|i| {
            let reach = ROUNDING.min(i).min(last - i);
            let window = postures.iter().skip(i - reach).take(2 * reach + 1);
            window.sum::<SVector<f64, D>>() / (2 * reach + 1) as f64
        })
        .collect()
}
