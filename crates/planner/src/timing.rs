//! When the tool is where: a time for each point of a track, found once the geometry stands.
//!
//! The track's own measure `s` counts metres of the tool, with turning and joint travel weighed in so
//! that it grows whenever anything moves. The limit on `ds/dt` at a place is the least that the wanted
//! speed, the turning rate, the joint speeds and the curvature leave (`v² κ <= a`); a forward and a
//! backward pass bound the acceleration, limits are taken over the whole averaging window, and the
//! resulting `s(t)` is averaged twice over time. An average of speeds that are each within the limits
//! of the places in the window is within the limit of the place in its middle, so the smoothing breaks
//! none of them, and it makes acceleration continuous.

use nalgebra::{Isometry3, SVector, Vector3};

/// Phase between knots (s).
pub(crate) const KNOT_SPACING: f64 = 0.010;

/// Half of each averaging window, in knots: two windows of 0.13 s. Chosen: long enough to keep the
/// jerk under `2 a / 0.13 s`, short against any stroke.
const WINDOW_HALF: usize = 6;

/// One point of a track.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TrackPoint<const D: usize> {
    /// Pose of the tool.
    pub base_from_tool: Isometry3<f64>,
    /// Posture that reaches it.
    pub posture: SVector<f64, D>,
    /// Along the spine (m).
    pub u: f64,
    /// Beside the spine (m).
    pub v: f64,
    /// Wanted force (N); the peak where it swells.
    pub force: f64,
    /// Share of the force that is taken off.
    pub relief: f64,
    /// Wanted speed (m/s).
    pub speed: f64,
}

/// What bounds the speed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace<const D: usize> {
    /// Acceleration of the tool across its path, and along it (m/s²).
    pub acceleration: f64,
    /// Turning rate of the tool (rad/s).
    pub turning: f64,
    /// Joint speeds (rad/s).
    pub joints: SVector<f64, D>,
}

/// Metres of `s` that a radian of the tool counts for.
const METRES_PER_TOOL_RADIAN: f64 = 0.05;
/// Metres of `s` that a radian of the joints counts for.
const METRES_PER_JOINT_RADIAN: f64 = 0.02;

/// Share of the acceleration that may go into speeding up and slowing down. Chosen.
const ALONG_SHARE: f64 = 0.5;
/// Points nearer than this are one (m of `s`).
const SAME_PLACE: f64 = 1e-9;

/// For each knot of 10 ms, the place on the track as a point index with fraction. Starts and ends at
/// rest on the first and last point. Empty for a track of fewer than two distinct points.
pub(crate) fn schedule<const D: usize>(track: &[TrackPoint<D>], pace: &Pace<D>) -> Vec<f64> {
    let measure = measure(track);
    let total = measure.last().copied().unwrap_or(0.0);
    if track.len() < 2 || total < 1e-9 {
        return Vec::new();
    }
    let limits = speed_limits(track, &measure, pace);
    let along = ALONG_SHARE * pace.acceleration;
    let fastest = within_acceleration(&measure, limits.clone(), along);
    let seen = windowed(&moments(&measure, &fastest), &limits);
    let speeds = within_acceleration(&measure, seen, along);
    let travelled = averaged_twice(&over_time(&measure, &speeds));
    let mut index = 0;
    travelled
        .iter()
        .map(|s| {
            while index + 2 < measure.len() && measure[index + 1] <= *s {
                index += 1;
            }
            let gap = measure[index + 1] - measure[index];
            let part = if gap > 0.0 {
                ((s - measure[index]) / gap).clamp(0.0, 1.0)
            } else {
                1.0
            };
            index as f64 + part
        })
        .collect()
}

/// `s` at each point.
fn measure<const D: usize>(track: &[TrackPoint<D>]) -> Vec<f64> {
    let mut s = 0.0;
    let steps = track.windows(2).map(|w| {
        let (moved, turned, joints) = differences(&w[0], &w[1]);
        moved + METRES_PER_TOOL_RADIAN * turned + METRES_PER_JOINT_RADIAN * joints.norm()
    });
    core::iter::once(0.0)
        .chain(steps.map(|step| {
            s += step;
            s
        }))
        .collect()
}

fn differences<const D: usize>(
    a: &TrackPoint<D>,
    b: &TrackPoint<D>,
) -> (f64, f64, SVector<f64, D>) {
    let moved = (b.base_from_tool.translation.vector - a.base_from_tool.translation.vector).norm();
    let turned = a
        .base_from_tool
        .rotation
        .angle_to(&b.base_from_tool.rotation);
    (moved, turned, b.posture - a.posture)
}

/// Largest `ds/dt` at each point.
fn speed_limits<const D: usize>(
    track: &[TrackPoint<D>],
    measure: &[f64],
    pace: &Pace<D>,
) -> Vec<f64> {
    let mut limits = vec![f64::MAX; track.len()];
    for (i, w) in track.windows(2).enumerate() {
        let ds = measure[i + 1] - measure[i];
        // At the tip of a reversal two points may coincide but for rounding: no motion, no limit.
        if ds <= SAME_PLACE {
            continue;
        }
        let (moved, turned, joints) = differences(&w[0], &w[1]);
        let mut limit = ds / (moved / w[1].speed).max(turned / pace.turning).max(1e-12);
        for (travel, allowed) in joints.iter().zip(pace.joints.iter()) {
            limit = limit.min(ds * allowed / travel.abs().max(1e-12));
        }
        limits[i] = limits[i].min(limit);
        limits[i + 1] = limits[i + 1].min(limit);
    }
    for (i, limit) in limits.iter_mut().enumerate() {
        let bend = curvature(track, measure, i);
        if bend > 1e-9 {
            *limit = limit.min((pace.acceleration / bend).sqrt());
        }
    }
    limits
}

/// Second derivative of the position with respect to `s` (1/m): the largest over one to three points
/// to either side, so that the tip of a reversal counts although two points may coincide there.
fn curvature<const D: usize>(track: &[TrackPoint<D>], measure: &[f64], i: usize) -> f64 {
    let widest = 3.min(i).min(track.len() - 1 - i);
    let place = |k: usize| -> Vector3<f64> { track[k].base_from_tool.translation.vector };
    let bend = |reach: usize| {
        let (before, after) = (
            measure[i] - measure[i - reach],
            measure[i + reach] - measure[i],
        );
        if before <= SAME_PLACE || after <= SAME_PLACE {
            return 0.0;
        }
        let slopes = (place(i + reach) - place(i)) / after - (place(i) - place(i - reach)) / before;
        slopes.norm() * 2.0 / (before + after)
    };
    (1..=widest).map(bend).fold(0.0, f64::max)
}

/// When each point is passed at these speeds (s).
fn moments(measure: &[f64], speeds: &[f64]) -> Vec<f64> {
    let mut clock = 0.0;
    let spans = measure.windows(2).zip(speeds.windows(2)).map(|(s, v)| {
        let (gap, sum) = (s[1] - s[0], v[0] + v[1]);
        if gap > 0.0 && sum > 0.0 {
            2.0 * gap / sum
        } else {
            0.0
        }
    });
    core::iter::once(0.0)
        .chain(spans.map(|span| {
            clock += span;
            clock
        }))
        .collect()
}

/// Least limit over the places that the averaging windows can see from each point. The moments are
/// those of a motion at least as fast as the final one, so the final windows see less.
fn windowed(moments: &[f64], limits: &[f64]) -> Vec<f64> {
    let reach = KNOT_SPACING * (2 * WINDOW_HALF) as f64;
    // The least over [t - reach, t + reach], by a queue of candidates that rises.
    let mut queue: std::collections::VecDeque<usize> = std::collections::VecDeque::new();
    let mut next = 0;
    moments
        .iter()
        .map(|t| {
            while next < moments.len() && moments[next] <= t + reach {
                while queue
                    .back()
                    .is_some_and(|&last| limits[last] >= limits[next])
                {
                    queue.pop_back();
                }
                queue.push_back(next);
                next += 1;
            }
            while queue
                .front()
                .is_some_and(|&first| moments[first] < t - reach)
            {
                queue.pop_front();
            }
            queue.front().map_or(f64::MAX, |&first| limits[first])
        })
        .collect()
}

/// Lowers the limits until no acceleration along the track exceeds the allowed one; at rest at the ends.
fn within_acceleration(measure: &[f64], mut speeds: Vec<f64>, acceleration: f64) -> Vec<f64> {
    let last = speeds.len() - 1;
    speeds[0] = 0.0;
    speeds[last] = 0.0;
    let reachable = |from: f64, gap: f64| (from * from + 2.0 * acceleration * gap).sqrt();
    for i in 1..=last {
        speeds[i] = speeds[i].min(reachable(speeds[i - 1], measure[i] - measure[i - 1]));
    }
    for i in (0..last).rev() {
        speeds[i] = speeds[i].min(reachable(speeds[i + 1], measure[i + 1] - measure[i]));
    }
    speeds
}

/// `s` at each multiple of the knot spacing, with constant acceleration between points.
fn over_time(measure: &[f64], speeds: &[f64]) -> Vec<f64> {
    let mut places = vec![0.0];
    let mut clock = 0.0;
    for i in 0..measure.len() - 1 {
        let gap = measure[i + 1] - measure[i];
        let sum = speeds[i] + speeds[i + 1];
        if gap <= 0.0 || sum <= 0.0 {
            continue;
        }
        let span = 2.0 * gap / sum;
        let rise = (speeds[i + 1] - speeds[i]) / span;
        loop {
            let wanted = places.len() as f64 * KNOT_SPACING;
            if wanted >= clock + span {
                break;
            }
            let t = wanted - clock;
            places.push(measure[i] + speeds[i] * t + 0.5 * rise * t * t);
        }
        clock += span;
    }
    places.push(measure.last().copied().unwrap_or(0.0));
    places
}

/// Two running means; the curve rests at both ends, so it is extended by rest.
fn averaged_twice(places: &[f64]) -> Vec<f64> {
    let end = places.last().copied().unwrap_or(0.0);
    let pad = 2 * WINDOW_HALF;
    let mut extended = vec![0.0; pad];
    extended.extend_from_slice(places);
    extended.extend(core::iter::repeat_n(end, pad));
    running_mean(&running_mean(&extended, WINDOW_HALF), WINDOW_HALF)
}

/// Mean over `half` samples to either side; the ends are extended by their values.
pub(crate) fn running_mean(values: &[f64], half: usize) -> Vec<f64> {
    let at = |i: isize| -> f64 {
        let last = values.len().saturating_sub(1) as isize;
        values
            .get(i.clamp(0, last) as usize)
            .copied()
            .unwrap_or(0.0)
    };
    // Each mean is summed afresh: a running sum would carry its rounding along.
    let h = half as isize;
    (0..values.len() as isize)
        .map(|i| (i - h..=i + h).map(at).sum::<f64>() / (2 * half + 1) as f64)
        .collect()
}

#[cfg(test)]
mod tests;
