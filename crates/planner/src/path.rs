//! Curves in back coordinates, and the small algebra that makes a technique from a few moves.
//!
//! A [`Path`] is a dense polyline over `(u, v)` whose points also say how hard and how fast. It is
//! built from glides, then bent: corners rounded, held between two fences, mirrored. Every operation
//! that moves points averages them, so a path never leaves the convex hull of what the author drew.
//! What is laid over a path in time (circles, presses that swell) is made in [`crate::figures`].

/// Distance between neighbouring points after [`Path::resampled`] (m). Chosen: a tenth of the
/// tightest figure (thumb circles of 6 mm radius move 0.17 rad a point).
pub(crate) const STEP: f64 = 1e-3;

/// Half window of [`Path::evened`], in points: two windows of 90 ms. Chosen.
const EVEN_HALF: usize = 4;

/// Points over which [`Path::joined_to`] leads from one path to the other: 0.3 s. Chosen.
const JOIN: f64 = 30.0;

/// One point of a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PathPoint {
    /// Along the spine from S2 (m), positive toward the head.
    pub u: f64,
    /// Lateral offset (m), left positive.
    pub v: f64,
    /// Wanted normal force (N) of the leg that ends here; the peak where it swells and fades.
    pub force: f64,
    /// Share of the force that is taken off here by a press that swells and fades; 0 where it does not.
    pub relief: f64,
    /// Wanted speed over the skin (m/s) of the leg that ends here.
    pub speed: f64,
}

impl PathPoint {
    /// A place with a steady force.
    pub(crate) const fn at(u: f64, v: f64, force: f64, speed: f64) -> Self {
        Self {
            u,
            v,
            force,
            relief: 0.0,
            speed,
        }
    }
}

/// A curve in back coordinates with force and speed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Path {
    points: Vec<PathPoint>,
}

impl Path {
    /// A path that consists of its start.
    pub(crate) fn start(u: f64, v: f64, force: f64, speed: f64) -> Self {
        Self {
            points: vec![PathPoint::at(u, v, force, speed)],
        }
    }

    /// Goes straight on to a place.
    pub(crate) fn glide_to(mut self, u: f64, v: f64, force: f64, speed: f64) -> Self {
        self.points.push(PathPoint::at(u, v, force, speed));
        self
    }

    /// A path of given points; of one at the origin when there is none.
    pub(crate) fn of(points: Vec<PathPoint>) -> Self {
        if points.is_empty() {
            return Self::start(0.0, 0.0, 0.0, 0.0);
        }
        Self { points }
    }

    /// The points.
    pub(crate) fn points(&self) -> &[PathPoint] {
        &self.points
    }

    /// First point; a path always has one.
    pub(crate) fn first(&self) -> PathPoint {
        let nowhere = PathPoint::at(0.0, 0.0, 0.0, 0.0);
        self.points.first().copied().unwrap_or(nowhere)
    }

    /// Last point.
    pub(crate) fn last(&self) -> PathPoint {
        self.points.last().copied().unwrap_or(self.first())
    }

    /// Length in chart metres.
    pub(crate) fn length(&self) -> f64 {
        self.points.windows(2).map(|w| apart(&w[0], &w[1])).sum()
    }

    /// The mirror image on the other side of the spine.
    pub(crate) fn mirrored(mut self) -> Self {
        for point in &mut self.points {
            point.v = -point.v;
        }
        self
    }

    /// The same curve with points about every `step` metres, ends kept. Points that coincide with
    /// their predecessor vanish.
    pub(crate) fn resampled(&self, step: f64) -> Self {
        let mut points = vec![self.first()];
        for pair in self.points.windows(2) {
            let (from, to) = (pair[0], pair[1]);
            let pieces = (apart(&from, &to) / step).ceil();
            for i in 1..=(pieces as usize) {
                let t = i as f64 / pieces;
                points.push(PathPoint {
                    u: from.u + (to.u - from.u) * t,
                    v: from.v + (to.v - from.v) * t,
                    ..to
                });
            }
        }
        Self { points }
    }

    /// Evenly spaced again after an operation that moved the points: walks the curve and drops a
    /// point every `step` metres, ends kept.
    pub(crate) fn respaced(&self, step: f64) -> Self {
        let total = self.length();
        let count = (total / step).round().max(1.0);
        let gap = total / count;
        let mut points = vec![self.first()];
        let (mut walked, mut wanted) = (0.0, gap);
        for pair in self.points.windows(2) {
            let (from, to) = (pair[0], pair[1]);
            let length = apart(&from, &to);
            while length > 0.0 && wanted <= walked + length && (points.len() as f64) < count {
                let t = (wanted - walked) / length;
                points.push(PathPoint {
                    u: from.u + (to.u - from.u) * t,
                    v: from.v + (to.v - from.v) * t,
                    ..to
                });
                wanted += gap;
            }
            walked += length;
        }
        points.push(self.last());
        Self { points }
    }

    /// Rounds the corners: the curve is averaged twice over a window of `reach / 2` metres along
    /// itself (a cubic B-spline blend in the end), so direction and curvature are continuous and a
    /// corner is cut within `reach / 2` of it. The window shrinks toward the ends, which stay put.
    pub(crate) fn rounded(&self, reach: f64) -> Self {
        let mut path = self.resampled(STEP).respaced(STEP);
        let half = (reach / (4.0 * STEP)).round().max(1.0) as usize;
        for _ in 0..2 {
            path.points = averaged(&path.points, half);
        }
        path.respaced(STEP)
    }

    /// The same path with the ends of another of as many points, led over to them within [`JOIN`] points.
    pub(crate) fn joined_to(mut self, other: &Self) -> Self {
        let last = self.points.len().saturating_sub(1);
        for (i, (point, end)) in self.points.iter_mut().zip(&other.points).enumerate() {
            let own = smooth_step(i.min(last - i) as f64 / JOIN);
            point.u = end.u + (point.u - end.u) * own;
            point.v = end.v + (point.v - end.v) * own;
        }
        self
    }

    /// The same points in number, each the mean of its neighbours: what has a point for each knot keeps its
    /// rhythm and loses its corners. The ends stay put.
    pub(crate) fn evened(mut self) -> Self {
        for _ in 0..2 {
            self.points = averaged(&self.points, EVEN_HALF);
        }
        self
    }

    /// Moves each point to where the fence allows; returns the path and the largest move (m).
    pub(crate) fn fenced(mut self, fence: impl Fn(f64, f64) -> (f64, f64)) -> (Self, f64) {
        let mut largest: f64 = 0.0;
        for point in &mut self.points {
            let (u, v) = fence(point.u, point.v);
            largest = largest.max((v - point.v).abs()).max((u - point.u).abs());
            (point.u, point.v) = (u, v);
        }
        (self, largest)
    }
}

/// C1 step from 0 at `t <= 0` to 1 at `t >= 1`.
pub(crate) fn smooth_step(t: f64) -> f64 {
    let t = t.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

fn apart(a: &PathPoint, b: &PathPoint) -> f64 {
    let (du, dv) = (b.u - a.u, b.v - a.v);
    (du * du + dv * dv).sqrt()
}

/// Mean over a window of `half` points to either side, narrower toward the ends.
fn averaged(points: &[PathPoint], half: usize) -> Vec<PathPoint> {
    let mut sums = vec![(0.0, 0.0)];
    let (mut su, mut sv) = (0.0, 0.0);
    for p in points {
        su += p.u;
        sv += p.v;
        sums.push((su, sv));
    }
    let last = points.len().saturating_sub(1);
    points
        .iter()
        .enumerate()
        .map(|(i, p)| {
            let reach = half.min(i).min(last - i);
            if reach == 0 {
                return *p;
            }
            let (low, high) = (sums[i - reach], sums[i + reach + 1]);
            let n = (2 * reach + 1) as f64;
            PathPoint {
                u: (high.0 - low.0) / n,
                v: (high.1 - low.1) / n,
                ..*p
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
