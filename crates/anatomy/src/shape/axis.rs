//! The line about which the body is most nearly its own mirror image, and cross sections along it.
//!
//! A prone body is symmetric to a few millimetres in most places and not at all in some (an arm, a fold
//! of cloth). So heights at mirrored places are compared with a bounded cost, over many lines, coarse to
//! fine. The line found is the frame of all that follows: `s` along it toward the head, `t` to the
//! client's left.

use super::raster::Raster;

/// Directions tried to both sides of the x axis (degrees); beyond 25 a scan is refused anyway.
const WIDEST: f64 = 30.0;
const COARSE_TURN: f64 = 3.0;
/// Offsets tried to both sides of the middle of the body (m).
const FARTHEST: f64 = 0.12;
const COARSE_SHIFT: f64 = 0.010;
/// Samples along and across (m).
const SPACING: f64 = 0.016;
const HALF_WIDTH: f64 = 0.24;
/// A difference counts as this at most (m), and as this when one side is missing.
const MOST: f64 = 0.025;
const MISSING: f64 = 0.015;
/// Halvings of the search steps: to 0.05 degrees and 0.2 mm.
const HALVINGS: usize = 6;

/// The frame along the body.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Axis {
    origin: (f64, f64),
    ahead: (f64, f64),
}

impl Axis {
    fn new(middle: (f64, f64), degrees: f64, shift: f64) -> Self {
        let (sine, cosine) = libm::sincos(degrees.to_radians());
        Self {
            origin: (middle.0 - sine * shift, middle.1 + cosine * shift),
            ahead: (cosine, sine),
        }
    }

    /// Place of the table (m) at `(s, t)`.
    pub(super) fn place(&self, s: f64, t: f64) -> (f64, f64) {
        (
            self.origin.0 + s * self.ahead.0 - t * self.ahead.1,
            self.origin.1 + s * self.ahead.1 + t * self.ahead.0,
        )
    }

    /// `(s, t)` of a place of the table.
    pub(super) fn told(&self, x: f64, y: f64) -> (f64, f64) {
        let (dx, dy) = (x - self.origin.0, y - self.origin.1);
        (
            dx * self.ahead.0 + dy * self.ahead.1,
            -dx * self.ahead.1 + dy * self.ahead.0,
        )
    }

    /// Height (m) at `(s, t)`.
    pub(super) fn height(&self, raster: &Raster, s: f64, t: f64) -> Option<f64> {
        let (x, y) = self.place(s, t);
        raster.at(x, y)
    }

    /// Direction against the x axis (degrees).
    pub(super) fn degrees(&self) -> f64 {
        libm::atan2(self.ahead.1, self.ahead.0).to_degrees()
    }
}

/// The axis with the range of `s` that holds body.
pub(super) struct Found {
    pub axis: Axis,
    pub range: (f64, f64),
}

/// Finds the axis. `None` without a body.
pub(super) fn find(raster: &Raster) -> Option<Found> {
    let middle = centre(raster)?;
    let span = |axis: &Axis| {
        let along = || raster.places().map(|(x, y)| axis.told(x, y).0);
        (
            along().fold(f64::INFINITY, f64::min),
            along().fold(f64::NEG_INFINITY, f64::max),
        )
    };
    let range = span(&Axis::new(middle, 0.0, 0.0));
    let cost =
        |degrees: f64, shift: f64| unlikeness(raster, &Axis::new(middle, degrees, shift), range);
    let turns = (2.0 * WIDEST / COARSE_TURN) as i32;
    let shifts = (2.0 * FARTHEST / COARSE_SHIFT) as i32;
    let mut best = (f64::INFINITY, 0.0, 0.0);
    for i in 0..=turns {
        for j in 0..=shifts {
            let degrees = f64::from(i) * COARSE_TURN - WIDEST;
            let shift = f64::from(j) * COARSE_SHIFT - FARTHEST;
            let here = cost(degrees, shift);
            if here < best.0 {
                best = (here, degrees, shift);
            }
        }
    }
    let (mut turn, mut slide) = (0.5 * COARSE_TURN, 0.5 * COARSE_SHIFT);
    for _ in 0..HALVINGS {
        best = descend(best, turn, slide, &cost);
        (turn, slide) = (0.5 * turn, 0.5 * slide);
    }
    let axis = Axis::new(middle, best.1, best.2);
    best.0.is_finite().then(|| Found {
        range: span(&axis),
        axis,
    })
}

/// Goes to the best of the eight neighbours until there is none better, ten steps at most.
fn descend(
    start: (f64, f64, f64),
    turn: f64,
    slide: f64,
    cost: &impl Fn(f64, f64) -> f64,
) -> (f64, f64, f64) {
    let mut best = start;
    for _ in 0..10 {
        let from = best;
        for (a, b) in [
            (-1.0, 0.0),
            (1.0, 0.0),
            (0.0, -1.0),
            (0.0, 1.0),
            (-1.0, -1.0),
            (-1.0, 1.0),
            (1.0, -1.0),
            (1.0, 1.0),
        ] {
            let (degrees, shift) = (from.1 + a * turn, from.2 + b * slide);
            let here = cost(degrees, shift);
            if here < best.0 {
                best = (here, degrees, shift);
            }
        }
        if best == from {
            break;
        }
    }
    best
}

/// Mean bounded difference (m) between the two sides of a line.
fn unlikeness(raster: &Raster, axis: &Axis, range: (f64, f64)) -> f64 {
    let (mut sum, mut count) = (0.0, 0usize);
    let rows = ((range.1 - range.0) / SPACING) as usize;
    let columns = (HALF_WIDTH / SPACING) as usize;
    for i in 0..=rows {
        let s = range.0 + i as f64 * SPACING;
        for j in 1..=columns {
            let t = j as f64 * SPACING;
            let left = axis.height(raster, s, t);
            let right = axis.height(raster, s, -t);
            match (left, right) {
                (Some(left), Some(right)) => sum += (left - right).abs().min(MOST),
                (Some(_), None) | (None, Some(_)) => sum += MISSING,
                (None, None) => continue,
            }
            count += 1;
        }
    }
    if count < 100 {
        return f64::INFINITY;
    }
    sum / count as f64
}

fn centre(raster: &Raster) -> Option<(f64, f64)> {
    let (mut sum, mut count) = ((0.0, 0.0), 0usize);
    for (x, y) in raster.places() {
        sum = (sum.0 + x, sum.1 + y);
        count += 1;
    }
    (count > 0).then(|| (sum.0 / count as f64, sum.1 / count as f64))
}

/// Direction of the longest extent against the x axis (degrees, 0 to 90) and how much longer it is
/// than the one across.
pub(super) fn longest(raster: &Raster) -> Option<(f64, f64)> {
    let middle = centre(raster)?;
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for (x, y) in raster.places() {
        let (dx, dy) = (x - middle.0, y - middle.1);
        (xx, xy, yy) = (xx + dx * dx, xy + dx * dy, yy + dy * dy);
    }
    let half = 0.5 * (xx - yy);
    let root = (half * half + xy * xy).sqrt();
    let mean = 0.5 * (xx + yy);
    let degrees = (0.5 * libm::atan2(2.0 * xy, xx - yy)).to_degrees().abs();
    let smaller = (mean - root).max(1e-12);
    Some((degrees, ((mean + root) / smaller).sqrt()))
}
