//! The back chart: from `(u, v)` to a place of the skin and back.
//!
//! ```text
//!   v > 0 (client's left)          the section of the skin over the straight line that is
//!   ────────┬──────────┬────       perpendicular to the spine line, both seen from above
//!           │ u = 0 S2 │ u → head
//!   ────────┴──────────┴────       v is the arc length walked on that section
//! ```
//! `u` is the arc length along the spine line on the skin from S2. Each place seen from above has one
//! nearest place of the spine line, so the chart is one to one as long as the spine bends with a
//! radius above the width of the back. The sections are not geodesics: on a back that is symmetric
//! they leave the spine at a right angle and stay within a few millimetres of one.

mod neighbourhood;

use nalgebra::Vector3;
use quantities::{Direction, Metres, Point, Table};

use crate::spine::{SpineFromAbove, SpineLine, gauss};
use crate::spline::SplineGrid;
use crate::surface::Surface;

/// Half-width of the table of arc lengths, seen from above (m).
const HALF_WIDTH: f64 = 0.30;
/// Nodes of that table (m).
const STEP: f64 = 0.006;
const NEWTON_STEPS: usize = 12;

/// A place of the skin with its frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChartPoint {
    /// The place.
    pub point: Point<Table>,
    /// Unit normal out of the body.
    pub outward: Direction<Table>,
    /// Unit tangent along growing u at constant v (toward the head).
    pub along: Direction<Table>,
    /// Unit tangent along growing v at constant u (to the client's left).
    pub across: Direction<Table>,
}

/// The places of a chart with one `u`. Lookups neither allocate nor panic.
#[derive(Clone, Copy, Debug)]
pub struct ChartSection<'a> {
    chart: &'a BackChart,
    foot_x: f64,
}

impl ChartSection<'_> {
    /// The place at `v` with its frame; `None` where no skin is known.
    #[must_use]
    pub fn at(&self, v: Metres) -> Option<ChartPoint> {
        self.chart.place(self.foot_x, self.way(v)?)
    }

    /// The place at `v` alone.
    #[must_use]
    pub fn point(&self, v: Metres) -> Option<Point<Table>> {
        let (x, y) = self.chart.beside(self.foot_x, self.way(v)?);
        self.chart.surface.point_at(x, y)
    }

    fn way(&self, v: Metres) -> Option<f64> {
        // A NaN fails this comparison too.
        let may_be = v.get().abs() <= 2.0 * HALF_WIDTH;
        may_be.then(|| self.chart.walk(self.foot_x, v.get()))?
    }
}

/// The chart of one back. Lookups neither allocate nor panic.
#[derive(Clone, Debug, PartialEq)]
pub struct BackChart {
    surface: Surface,
    spine: SpineLine,
    /// v as a function of x of the section's foot and of the way `t` to its left, seen from above.
    lateral: SplineGrid,
    u_low: f64,
    u_high: f64,
}

impl BackChart {
    /// Measures all sections. `u_low..u_high` is where the spine line runs over known skin.
    pub(crate) fn new(surface: Surface, spine: SpineLine, u_low: f64, u_high: f64) -> Option<Self> {
        let bounds = surface.bounds();
        let cells_x = ((bounds.max_x - bounds.min_x) / STEP)
            .ceil()
            .clamp(1.0, 2000.0) as usize;
        let half_cells = (HALF_WIDTH / STEP).round() as usize;
        let columns: Vec<Vec<f64>> = (0..=cells_x)
            .map(|i| {
                section(
                    &surface,
                    &spine.above,
                    bounds.min_x + i as f64 * STEP,
                    half_cells,
                )
            })
            .collect();
        let start = (bounds.min_x, -(half_cells as f64) * STEP);
        let lateral = SplineGrid::through(start, STEP, (cells_x, 2 * half_cells), |x, t| {
            let i = ((x - start.0) / STEP).round() as usize;
            let j = ((t - start.1) / STEP).round() as usize;
            columns
                .get(i)
                .and_then(|c| c.get(j))
                .copied()
                .unwrap_or(f64::NAN)
        })?;
        let ordered = u_low.is_finite() && u_high.is_finite() && u_low < u_high;
        ordered.then_some(Self {
            surface,
            spine,
            lateral,
            u_low,
            u_high,
        })
    }

    /// The skin that the chart lies on.
    #[must_use]
    pub fn surface(&self) -> &Surface {
        &self.surface
    }

    pub(crate) fn spine(&self) -> &SpineLine {
        &self.spine
    }

    /// Lowest and highest u (m).
    #[must_use]
    pub fn u_range(&self) -> (Metres, Metres) {
        (Metres::new(self.u_low), Metres::new(self.u_high))
    }

    /// The place at `(u, v)` with its frame; `None` outside of the u range and where no skin is known.
    #[must_use]
    pub fn at(&self, u: Metres, v: Metres) -> Option<ChartPoint> {
        self.section(u)?.at(v)
    }

    /// The section through the spine line at `u`, for whoever asks for several of its places; `None` outside
    /// of the u range.
    #[must_use]
    pub fn section(&self, u: Metres) -> Option<ChartSection<'_>> {
        let u = u.get();
        // A NaN fails these comparisons too.
        (u >= self.u_low && u <= self.u_high).then(|| ChartSection {
            chart: self,
            foot_x: self.spine.x_of_u(u),
        })
    }

    /// `(u, v)` of a place, or of the place of the skin nearest to it; `None` when that is not on
    /// known skin or outside of the u range.
    #[must_use]
    pub fn locate(&self, point: &Point<Table>) -> Option<(Metres, Metres)> {
        let (x, y) = self.surface.foot(point.x(), point.y(), point.z())?;
        if !self.surface.is_known(x, y) {
            return None;
        }
        self.locate_from_above(x, y)
    }

    /// `(u, v)` of the place of the skin above `(x, y)` (m); the mask is not asked.
    pub(crate) fn locate_from_above(&self, x: f64, y: f64) -> Option<(Metres, Metres)> {
        let foot_x = self.spine.above.nearest(x, y);
        let (foot_y, slope, bend) = self.spine.above.eval(foot_x);
        let ((left_x, left_y), _) = SpineFromAbove::left(slope, bend);
        let t = (x - foot_x) * left_x + (y - foot_y) * left_y;
        let u = self.spine.u_of_x(foot_x);
        if t.abs() > HALF_WIDTH || !(u >= self.u_low && u <= self.u_high) {
            return None;
        }
        let v = self.lateral.slopes_clamped(foot_x, t).0;
        Some((Metres::new(u), Metres::new(v)))
    }

    /// x and y seen from above of the place `t` beside the spine line.
    fn beside(&self, foot_x: f64, t: f64) -> (f64, f64) {
        let (foot_y, slope, bend) = self.spine.above.eval(foot_x);
        let ((left_x, left_y), _) = SpineFromAbove::left(slope, bend);
        (foot_x + t * left_x, foot_y + t * left_y)
    }

    /// The way `t` seen from above at which the section through `foot_x` has the arc length `v`.
    fn walk(&self, foot_x: f64, v: f64) -> Option<f64> {
        let mut t = 0.85 * v;
        for _ in 0..NEWTON_STEPS {
            let (value, _, slope) = self.lateral.slopes_clamped(foot_x, t);
            // Arc length is never shorter than its shadow, so the slope is at least one.
            let step = (value - v) / slope.max(1.0);
            t -= step;
            if t.abs() > HALF_WIDTH {
                return None;
            }
            if step.abs() < 1e-11 {
                return Some(t);
            }
        }
        let residual = (self.lateral.slopes_clamped(foot_x, t).0 - v).abs();
        (residual < 1e-6).then_some(t)
    }

    fn place(&self, foot_x: f64, t: f64) -> Option<ChartPoint> {
        let (foot_y, slope, bend) = self.spine.above.eval(foot_x);
        let ((left_x, left_y), (turn_x, turn_y)) = SpineFromAbove::left(slope, bend);
        let (x, y) = (foot_x + t * left_x, foot_y + t * left_y);
        let sample = self.surface.sample(x, y)?;
        let (_, along_foot, along_t) = self.lateral.slopes_clamped(foot_x, t);
        // At constant v: dt/dfoot = -(∂v/∂foot) / (∂v/∂t).
        let drift = -along_foot / along_t.max(1.0);
        let (along_x, along_y) = (
            1.0 + t * turn_x + drift * left_x,
            slope + t * turn_y + drift * left_y,
        );
        let rise = |x: f64, y: f64| Vector3::new(x, y, sample.slope_x * x + sample.slope_y * y);
        Some(ChartPoint {
            point: Point::new(x, y, sample.height),
            outward: sample.outward(),
            along: Direction::normalised(rise(along_x, along_y))?,
            across: Direction::normalised(rise(left_x, left_y))?,
        })
    }
}

/// Arc lengths at `-half..=half` nodes of the section over the spine line's place at `foot_x`.
fn section(surface: &Surface, above: &SpineFromAbove, foot_x: f64, half: usize) -> Vec<f64> {
    let (foot_y, slope, bend) = above.eval(foot_x);
    let ((left_x, left_y), _) = SpineFromAbove::left(slope, bend);
    let speed = |t: f64| {
        let jet = surface
            .grid()
            .jet_clamped(foot_x + t * left_x, foot_y + t * left_y);
        let climb = jet.dx * left_x + jet.dy * left_y;
        (1.0 + climb * climb).sqrt()
    };
    let side = |sign: f64| {
        let mut sum = 0.0;
        (0..half)
            .map(|k| {
                sum += gauss(k as f64 * STEP, STEP, |t| speed(sign * t));
                sign * sum
            })
            .collect::<Vec<f64>>()
    };
    let mut all: Vec<f64> = side(-1.0).into_iter().rev().collect();
    all.push(0.0);
    all.extend(side(1.0));
    all
}

#[cfg(test)]
mod tests;
