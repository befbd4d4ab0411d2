//! What is laid over a course in time: circles, kneading, rolling, rocking, blows.
//!
//! A gliding figure is drawn in space and timed afterwards. A rhythm cannot be: its beat is its point. So
//! these figures have a point for each knot of the plan (10 ms), and the place of the point is where the
//! tool is at that moment:
//!
//! ```text
//! place(t) = course(s(t)) + envelope · (along · cos, across · sin)      relief(t) = envelope · swell
//! ```
//! The envelope grows over the first cycle and fades over the last, so that every figure begins and ends
//! at rest on its course.

use core::f64::consts::TAU;

use crate::path::{Path, PathPoint, smooth_step};
use crate::timing::{KNOT_SPACING, running_mean};

/// Time for the centre to reach its speed (s). Chosen.
const RAMP: f64 = 0.5;
/// Half window of the averages over what the room leaves, in knots: two windows of 0.6 s. Chosen.
const EVEN_HALF: usize = 30;
/// Most of a course's time that goes into speeding up, and into slowing down (share).
pub(super) const MOST_RAMP: f64 = 0.25;

/// A rhythm over a course.
#[derive(Clone, Copy, Debug)]
pub(super) struct Beat {
    /// Half ways along the course and across it (m).
    pub along: f64,
    pub across: f64,
    /// +1 turns from +u toward +v, -1 the other way.
    pub sense: f64,
    /// Cycles per second.
    pub frequency: f64,
    /// Number of cycles.
    pub cycles: f64,
    /// Peak force (N), and the share of it that is taken off in the trough.
    pub force: f64,
    pub swell: f64,
}

/// The course `line` with a beat over it: a point for each 10 ms. `fits` tells for a place of the centre where
/// beside the spine it really goes, and the share of the figure's size that has room there.
pub(super) fn beaten(
    line: &[(f64, f64)],
    beat: &Beat,
    fits: impl Fn(f64, f64) -> (f64, f64),
) -> Path {
    let count = (beat.cycles / beat.frequency / KNOT_SPACING)
        .round()
        .max(2.0);
    let (length, heading) = (length(line), heading(line));
    let total = TAU * beat.cycles;
    let places: Vec<(f64, f64)> = (0..=(count as usize))
        .map(|i| {
            place_on(
                line,
                length * travelled(i as f64 / count, count * KNOT_SPACING),
            )
        })
        .collect();
    let (moves, sizes) = evened(places.iter().map(|(u, v)| {
        let (aside, size) = fits(*u, *v);
        (aside - v, size)
    }));
    let mut points = Vec::with_capacity(places.len());
    for (i, ((u, v), (moved, size))) in places.iter().zip(moves.iter().zip(&sizes)).enumerate() {
        let v = v + moved;
        let angle = total * i as f64 / count;
        let envelope = smooth_step((angle / TAU).min((total - angle) / TAU));
        let (sin, cos) = libm::sincos(angle);
        let (a, b) = (
            beat.along * size * envelope * cos,
            beat.across * size * envelope * sin * beat.sense,
        );
        // Harder while the tool moves on along the course (-sin > 0), lighter on its way back.
        let relief = 0.5 * beat.swell * envelope * (1.0 + sin);
        points.push(PathPoint {
            u: u + a * heading.0 - b * heading.1,
            v: v + a * heading.1 + b * heading.0,
            force: beat.force,
            relief,
            speed: 0.0,
        });
    }
    with_speeds(points)
}

/// How far the centre is moved and what is left of the size, without the corners of the room's tables: the arm would
/// jerk at them.
fn evened(fits: impl Iterator<Item = (f64, f64)>) -> (Vec<f64>, Vec<f64>) {
    let (moves, sizes): (Vec<f64>, Vec<f64>) = fits.unzip();
    (
        running_mean(&running_mean(&moves, EVEN_HALF), EVEN_HALF),
        running_mean(&running_mean(&sizes, EVEN_HALF), EVEN_HALF),
    )
}

/// A course that has room everywhere.
pub(super) const fn anywhere(_: f64, v: f64) -> (f64, f64) {
    (v, 1.0)
}

/// An oscillation on the spot, from end to end `travel`, in the direction (u, v).
pub(super) fn rocked(
    (u, v): (f64, f64),
    direction: (f64, f64),
    travel: f64,
    (frequency, seconds): (f64, f64),
    force: f64,
) -> Path {
    let cycles = (seconds * frequency).round().max(3.0);
    let count = (cycles / frequency / KNOT_SPACING).round();
    let total = TAU * cycles;
    let points = (0..=(count as usize)).map(|i| {
        let angle = total * i as f64 / count;
        let envelope = smooth_step((angle / TAU).min((total - angle) / TAU));
        let off = 0.5 * travel * envelope * libm::sin(angle);
        PathPoint::at(u + off * direction.0, v + off * direction.1, force, 0.0)
    });
    with_speeds(points.collect())
}

/// The tool stays where it is for a time (s).
pub(super) fn stayed((u, v): (f64, f64), seconds: f64, force: f64) -> Path {
    let count = (seconds / KNOT_SPACING).round().max(1.0) as usize;
    Path::of(vec![PathPoint::at(u, v, force, LEAST_SPEED); count + 1])
}

/// Speed that stands for none, so that a time can be told (m/s).
const LEAST_SPEED: f64 = 1e-3;

fn with_speeds(mut points: Vec<PathPoint>) -> Path {
    for i in 1..points.len() {
        let (du, dv) = (points[i].u - points[i - 1].u, points[i].v - points[i - 1].v);
        points[i].speed = ((du * du + dv * dv).sqrt() / KNOT_SPACING).max(LEAST_SPEED);
    }
    if let Some(first) = points.first_mut() {
        first.speed = LEAST_SPEED;
    }
    Path::of(points)
}

/// Share of the way after a share of the time, for a motion of `seconds` that starts and ends at rest.
fn travelled(share: f64, seconds: f64) -> f64 {
    let ramp = (RAMP / seconds).min(MOST_RAMP);
    let rise = |t: f64| 0.5 * t * t / ramp;
    let way = if share < ramp {
        rise(share)
    } else if share > 1.0 - ramp {
        1.0 - ramp - rise(1.0 - share)
    } else {
        share - 0.5 * ramp
    };
    way / (1.0 - ramp)
}

pub(super) fn length(line: &[(f64, f64)]) -> f64 {
    line.windows(2).map(|w| apart(w[0], w[1])).sum()
}

fn apart(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (du, dv) = (b.0 - a.0, b.1 - a.1);
    (du * du + dv * dv).sqrt()
}

/// Direction from the first point to the last; along the spine for a course without length.
fn heading(line: &[(f64, f64)]) -> (f64, f64) {
    match (line.first(), line.last()) {
        (Some(&a), Some(&b)) if apart(a, b) > 1e-9 => {
            let d = apart(a, b);
            ((b.0 - a.0) / d, (b.1 - a.1) / d)
        }
        _ => (1.0, 0.0),
    }
}

fn place_on(line: &[(f64, f64)], way: f64) -> (f64, f64) {
    let mut left = way;
    for w in line.windows(2) {
        let d = apart(w[0], w[1]);
        if left <= d && d > 0.0 {
            let t = left / d;
            return (
                w[0].0 + (w[1].0 - w[0].0) * t,
                w[0].1 + (w[1].1 - w[0].1) * t,
            );
        }
        left -= d;
    }
    line.last().copied().unwrap_or((0.0, 0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beat() -> Beat {
        Beat {
            along: 0.01,
            across: 0.006,
            sense: 1.0,
            frequency: 1.25,
            cycles: 10.0,
            force: 18.0,
            swell: 0.7,
        }
    }

    #[test]
    fn a_beat_keeps_its_rhythm_and_begins_and_ends_at_rest_on_its_course() {
        let line = [(0.0, 0.06), (0.1, 0.06)];
        let path = beaten(&line, &beat(), anywhere);
        let points = path.points();
        assert_eq!(points.len(), 801, "10 cycles at 1.25 Hz are 8 s");
        for (end, place) in [(points[0], line[0]), (points[800], line[1])] {
            assert!((end.u - place.0).abs() < 1e-12 && (end.v - place.1).abs() < 1e-12);
            assert!(end.speed < 2e-3, "{}", end.speed);
            assert!(end.relief.abs() < 1e-12);
        }
        // Downward crossings of the course: one in the middle of each cycle.
        let crossings = points
            .windows(2)
            .filter(|w| w[0].v > 0.06 && w[1].v <= 0.06)
            .count();
        assert!((9..=10).contains(&crossings), "{crossings}");
    }

    #[test]
    fn circles_of_radius_r_reach_r_to_either_side_and_mirrored_ones_turn_the_other_way() {
        let round = Beat {
            along: 0.02,
            across: 0.02,
            swell: 0.0,
            ..beat()
        };
        let path = beaten(&[(0.0, 0.06), (0.15, 0.06)], &round, anywhere);
        let widest = path.points().iter().map(|p| (p.v - 0.06).abs());
        let widest = widest.fold(0.0, f64::max);
        assert!((widest - 0.02).abs() < 2e-4, "{widest}");
        let area = |p: &Path| -> f64 {
            let steps = p.points().windows(2);
            steps.map(|w| w[0].u * w[1].v - w[1].u * w[0].v).sum()
        };
        assert!(area(&path) > 0.0 || area(&path) < 0.0);
        assert!((area(&path) + area(&path.clone().mirrored())).abs() < 1e-9);
    }

    #[test]
    fn a_swelling_press_is_full_on_the_way_on_and_light_on_the_way_back() {
        let points = beaten(&[(0.0, 0.06), (0.1, 0.06)], &beat(), anywhere);
        let points = points.points();
        for w in points[80..720].windows(2) {
            let ahead = w[1].u - w[0].u;
            if ahead > 6e-4 {
                assert!(w[1].relief < 0.3, "{ahead} {}", w[1].relief);
            } else if ahead < -4e-4 {
                assert!(w[1].relief > 0.4, "{ahead} {}", w[1].relief);
            }
        }
        let most = points.iter().map(|p| p.relief).fold(0.0, f64::max);
        assert!((most - 0.7).abs() < 0.01, "{most}");
    }

    #[test]
    fn a_centre_walks_its_whole_course_and_never_turns_back() {
        let mut last = 0.0;
        for i in 0..=1000 {
            let way = travelled(f64::from(i) / 1000.0, 8.0);
            assert!(way >= last - 1e-15);
            last = way;
        }
        assert!((last - 1.0).abs() < 1e-12);
    }

    #[test]
    fn rocking_stays_within_its_travel() {
        let path = rocked((0.1, 0.05), (0.0, 1.0), 0.006, (2.5, 4.0), 12.0);
        let (least, most) = path
            .points()
            .iter()
            .fold((1.0, 0.0), |(a, b): (f64, f64), p| (a.min(p.v), b.max(p.v)));
        assert!(most - least <= 0.006 + 1e-12 && most - least > 0.0058);
        assert!(path.points().iter().all(|p| (p.u - 0.1).abs() < 1e-12));
    }
}
