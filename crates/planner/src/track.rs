//! From a track and a schedule to the knots of a plan.

use nalgebra::{Isometry3, Quaternion, SVector, Translation3, UnitQuaternion, Vector3, Vector4};
use plan::Knot;
use quantities::{Metres, Newtons, Transform};

use crate::timing::{KNOT_SPACING, Pace, TrackPoint, schedule};

/// A knot before force and ceiling are known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stop<const D: usize> {
    pub base_from_tool: Isometry3<f64>,
    pub posture: SVector<f64, D>,
    pub u: f64,
    pub v: f64,
    /// Force that the leg asks for (N); the peak where it swells.
    pub asked: f64,
    /// Share of it that is taken off here.
    pub relief: f64,
}

impl<const D: usize> Stop<D> {
    /// The knot with its force and ceiling (N).
    pub(crate) fn knot(&self, force: f64, ceiling: f64) -> Knot<D> {
        Knot {
            base_from_tool: Transform::from_raw(self.base_from_tool),
            force: Newtons::new(force),
            ceiling: Newtons::new(ceiling),
            u: Metres::new(self.u),
            v: Metres::new(self.v),
            posture: self.posture,
        }
    }
}

/// Walks a track in time; one stop every 10 ms. A track that goes nowhere gives two equal stops.
pub(crate) fn stops<const D: usize>(track: &[TrackPoint<D>], pace: &Pace<D>) -> Vec<Stop<D>> {
    let Some(first) = track.first() else {
        return Vec::new();
    };
    let schedule = schedule(track, pace);
    if schedule.is_empty() {
        return vec![still(first); 2];
    }
    let sharp: Vec<Stop<D>> = schedule
        .iter()
        .filter_map(|index| between(track, *index))
        .collect();
    averaged(&averaged(&sharp))
}

/// Fastest motion of the tool in a figure that is drawn in time (m/s): below the contact limit by what tempo
/// and tracking need.
const FASTEST_ON_SKIN: f64 = 0.143;
/// How much of a pace's turning and joint speeds such a figure may take: it is drawn, not searched, and what is
/// proved leaves this much.
const TURNING_SHARE: f64 = 1.4;
const JOINT_SHARE: f64 = 1.25;

/// A track with a point for each knot: its places are its stops. Where the tool on the skin, or a joint, would
/// be too fast, the whole track is slowed; told is the share of its rhythm that is left.
pub(crate) fn clocked<const D: usize>(
    track: &[TrackPoint<D>],
    pace: &Pace<D>,
) -> (Vec<Stop<D>>, f64) {
    if let [one] = track {
        return (vec![still(one); 2], 1.0);
    }
    let left = track.windows(2).map(|w| rhythm_left(&w[0], &w[1], pace));
    let left = left.fold(1.0, f64::min);
    if left >= 1.0 {
        return (track.iter().map(still).collect(), 1.0);
    }
    let last = track.len().saturating_sub(1) as f64;
    let count = (last / left).ceil();
    let slowed = (0..=count as usize).filter_map(|i| between(track, last * i as f64 / count));
    (slowed.collect(), left)
}

/// Share of the rhythm that a step from one knot to the next leaves.
fn rhythm_left<const D: usize>(from: &TrackPoint<D>, to: &TrackPoint<D>, pace: &Pace<D>) -> f64 {
    let (a, b) = (&from.base_from_tool, &to.base_from_tool);
    let per_second = |way: f64| (way / KNOT_SPACING).max(1e-12);
    let moved = (b.translation.vector - a.translation.vector).norm();
    let tool = (FASTEST_ON_SKIN / per_second(moved))
        .min(TURNING_SHARE * pace.turning / per_second(a.rotation.angle_to(&b.rotation)));
    let travel = to.posture - from.posture;
    let joints = travel.iter().zip(pace.joints.iter());
    joints
        .map(|(way, allowed)| JOINT_SHARE * allowed / per_second(way.abs()))
        .fold(tool, f64::min)
}

/// Half window of the last averaging, in knots: two windows of 50 ms. It spreads the turn at the tip of
/// a reversal, and shrinks a circle by `(v t)² / 12 r` for the window `t`: 0.3 mm for thumb circles.
const LAST_HALF: usize = 2;

/// Mean over a window that narrows toward the ends, which stay put. The wanted force is left alone.
fn averaged<const D: usize>(stops: &[Stop<D>]) -> Vec<Stop<D>> {
    let last = stops.len().saturating_sub(1);
    stops
        .iter()
        .enumerate()
        .map(|(i, stop)| {
            let reach = LAST_HALF.min(i).min(last - i);
            let share = 1.0 / (2 * reach + 1) as f64;
            let window = || stops.iter().skip(i - reach).take(2 * reach + 1);
            let place: Vector3<f64> = window()
                .map(|s| s.base_from_tool.translation.vector)
                .sum::<Vector3<f64>>()
                * share;
            let here = stop.base_from_tool.rotation;
            let turned = window().fold(Vector4::zeros(), |sum, s| {
                sum + beside(&s.base_from_tool.rotation, &here) * share
            });
            let rotation = UnitQuaternion::from_quaternion(Quaternion::from(turned));
            Stop {
                base_from_tool: Isometry3::from_parts(Translation3::from(place), rotation),
                posture: window().map(|s| s.posture).sum::<SVector<f64, D>>() * share,
                u: window().map(|s| s.u).sum::<f64>() * share,
                v: window().map(|s| s.v).sum::<f64>() * share,
                asked: stop.asked,
                relief: stop.relief,
            }
        })
        .collect()
}

/// Coordinates of the quaternion of `rotation` on the side of `near` (q and -q turn alike).
fn beside(rotation: &UnitQuaternion<f64>, near: &UnitQuaternion<f64>) -> Vector4<f64> {
    let coords = rotation.into_inner().coords;
    if coords.dot(&near.into_inner().coords) < 0.0 {
        -coords
    } else {
        coords
    }
}

fn still<const D: usize>(point: &TrackPoint<D>) -> Stop<D> {
    Stop {
        base_from_tool: point.base_from_tool,
        posture: point.posture,
        u: point.u,
        v: point.v,
        asked: point.force,
        relief: point.relief,
    }
}

/// The track at a fractional index: cubic through the neighbours, so that the stops lie on a smooth
/// curve although the track has a point only every millimetre.
fn between<const D: usize>(track: &[TrackPoint<D>], index: f64) -> Option<Stop<D>> {
    let last = track.len().checked_sub(2)?;
    let i = (index.floor().max(0.0) as usize).min(last);
    let t = (index - i as f64).clamp(0.0, 1.0);
    let at = |k: usize| track.get(k.min(last + 1));
    let (p0, p1, p2, p3) = (at(i.saturating_sub(1))?, at(i)?, at(i + 1)?, at(i + 2)?);
    let weights = cubic_weights(t);
    let [a, b, c, d] = weights;
    let place = |p: &TrackPoint<D>| -> Vector3<f64> { p.base_from_tool.translation.vector };
    let position = place(p0) * a + place(p1) * b + place(p2) * c + place(p3) * d;
    let rotation = blended([p0, p1, p2, p3].map(|p| p.base_from_tool.rotation), weights);
    Some(Stop {
        base_from_tool: Isometry3::from_parts(Translation3::from(position), rotation),
        posture: p0.posture * a + p1.posture * b + p2.posture * c + p3.posture * d,
        u: p0.u * a + p1.u * b + p2.u * c + p3.u * d,
        v: p0.v * a + p1.v * b + p2.v * c + p3.v * d,
        asked: if t > 0.0 { p2.force } else { p1.force },
        relief: p1.relief * (1.0 - t) + p2.relief * t,
    })
}

/// Weighted mean of neighbouring rotations: the mean of their quaternions, brought back to unit
/// length. For turns of a hundredth of a radian it differs from the mean along the sphere by 1e-7.
fn blended(rotations: [UnitQuaternion<f64>; 4], weights: [f64; 4]) -> UnitQuaternion<f64> {
    let sum = rotations
        .iter()
        .zip(weights)
        .fold(Vector4::zeros(), |sum, (r, weight)| {
            sum + beside(r, &rotations[1]) * weight
        });
    UnitQuaternion::from_quaternion(Quaternion::from(sum))
}

/// Catmull and Rom's weights of four neighbours, `t` in [0, 1] between the middle two.
fn cubic_weights(t: f64) -> [f64; 4] {
    let (t2, t3) = (t * t, t * t * t);
    [
        0.5 * (2.0 * t2 - t3 - t),
        0.5 * (3.0 * t3 - 5.0 * t2 + 2.0),
        0.5 * (4.0 * t2 - 3.0 * t3 + t),
        0.5 * (t3 - t2),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weights_of_the_cubic_sum_to_one_and_hit_the_ends() {
        for i in 0..=10 {
            let sum: f64 = cubic_weights(f64::from(i) / 10.0).iter().sum();
            assert!((sum - 1.0).abs() < 1e-15);
        }
        assert_eq!(cubic_weights(0.0), [0.0, 1.0, 0.0, 0.0]);
        assert_eq!(cubic_weights(1.0), [0.0, 0.0, 1.0, 0.0]);
    }
}
