//! From a track and a schedule to the knots of a plan.

use nalgebra::{Isometry3, SVector, Translation3, Vector3};
use plan::Knot;
use quantities::{Metres, Newtons, Transform};

use crate::timing::{Pace, TrackPoint, schedule};

/// A knot before force and ceiling are known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stop<const D: usize> {
    pub base_from_tool: Isometry3<f64>,
    pub posture: SVector<f64, D>,
    pub u: f64,
    pub v: f64,
    /// Force that the leg asks for (N).
    pub asked: f64,
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
    schedule
        .iter()
        .filter_map(|index| between(track, *index))
        .collect()
}

fn still<const D: usize>(point: &TrackPoint<D>) -> Stop<D> {
    Stop {
        base_from_tool: point.base_from_tool,
        posture: point.posture,
        u: point.u,
        v: point.v,
        asked: point.force,
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
    let (from, to) = (p1.base_from_tool.rotation, p2.base_from_tool.rotation);
    let turn = (to * from.inverse()).scaled_axis();
    let rotation = nalgebra::UnitQuaternion::from_scaled_axis(turn * t) * from;
    Some(Stop {
        base_from_tool: Isometry3::from_parts(Translation3::from(position), rotation),
        posture: p0.posture * a + p1.posture * b + p2.posture * c + p3.posture * d,
        u: p0.u * a + p1.u * b + p2.u * c + p3.u * d,
        v: p0.v * a + p1.v * b + p2.v * c + p3.v * d,
        asked: if t > 0.0 { p2.force } else { p1.force },
    })
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
