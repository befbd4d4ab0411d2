//! The spine line: a smooth curve on the skin over the spinous processes, measured in arc length.
//!
//! Seen from above it is `y = y(x)`, a smoothing cubic spline; its height comes from the surface. Arc
//! length runs along the skin, is 0 at S2 and grows toward the head.

use crate::bytes::{ByteReader, ByteWriter, DecodeError};
use crate::spline::{SplineLine, basis};
use crate::surface::Surface;

/// Distance between the knots of `y(x)` (m); with the smoothing below, bends shorter than about
/// 150 mm are taken for noise (chosen: a scoliosis bends over several vertebrae).
const KNOT_STEP: f64 = 0.04;
const SHORTEST_BEND: f64 = 0.15;
/// Nodes of the arc-length table (m).
const ARC_STEP: f64 = 0.004;

/// The spine seen from above: `y(x)` (m), straight beyond its data.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SpineFromAbove {
    pub line: SplineLine,
}

impl SpineFromAbove {
    /// Least squares with a penalty on bending through `(x, y)` points, over `[from_x, to_x]`.
    /// `None` with fewer than three points or without extent.
    pub(crate) fn fit(points: &[(f64, f64)], from_x: f64, to_x: f64) -> Option<Self> {
        let low = points.iter().map(|p| p.0).fold(f64::INFINITY, f64::min);
        let high = points.iter().map(|p| p.0).fold(f64::NEG_INFINITY, f64::max);
        let extent = high - low;
        if points.len() < 3 || !(0.05..10.0).contains(&extent) || from_x >= to_x {
            return None;
        }
        let cells = ((to_x - from_x) / KNOT_STEP).ceil().clamp(1.0, 200.0) as usize;
        let count = cells + 3;
        let mut normal = nalgebra::DMatrix::<f64>::zeros(count, count);
        let mut right = nalgebra::DVector::<f64>::zeros(count);
        for (x, y) in points {
            let cell = ((x - from_x) / KNOT_STEP).clamp(0.0, cells as f64);
            let index = (cell as usize).min(cells - 1);
            let (b, _, _) = basis(cell - index as f64);
            for (k, bk) in b.iter().enumerate() {
                right[index + k] += bk * y;
                for (m, bm) in b.iter().enumerate() {
                    normal[(index + k, index + m)] += bk * bm;
                }
            }
        }
        // A penalty λ∫y''² lets pass wavelengths above 2π(λ/ρ)^¼ with ρ points per metre.
        let cut = SHORTEST_BEND / core::f64::consts::TAU;
        let density = points.len() as f64 / extent;
        let penalty = density * cut * cut * cut * cut / (KNOT_STEP * KNOT_STEP * KNOT_STEP);
        for k in 1..count - 1 {
            for (a, wa) in [(k - 1, 1.0), (k, -2.0), (k + 1, 1.0)] {
                for (b, wb) in [(k - 1, 1.0), (k, -2.0), (k + 1, 1.0)] {
                    normal[(a, b)] += penalty * wa * wb;
                }
            }
        }
        let solved = normal.cholesky()?.solve(&right);
        let line = SplineLine::new(from_x, KNOT_STEP, solved.iter().copied().collect())?;
        Some(Self { line })
    }

    /// y, y' and y'' at x.
    pub(crate) fn eval(&self, x: f64) -> (f64, f64, f64) {
        self.line.eval(x)
    }

    /// x of the place of the line nearest to a point seen from above.
    pub(crate) fn nearest(&self, px: f64, py: f64) -> f64 {
        let mut x = px;
        for _ in 0..8 {
            let (y, slope, bend) = self.eval(x);
            let residual = (x - px) + (y - py) * slope;
            let step = residual / (1.0 + slope * slope + (y - py) * bend).max(0.2);
            x -= step.clamp(-0.05, 0.05);
            if step.abs() < 1e-12 {
                break;
            }
        }
        x
    }

    /// Horizontal unit vector to the client's left, perpendicular to the line, and its derivative
    /// with respect to x.
    pub(crate) fn left(slope: f64, bend: f64) -> ((f64, f64), (f64, f64)) {
        let length2 = 1.0 + slope * slope;
        let length = length2.sqrt();
        let change = bend / (length2 * length);
        ((-slope / length, 1.0 / length), (-change, -slope * change))
    }
}

/// The spine line on the skin, with its arc length.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SpineLine {
    pub above: SpineFromAbove,
    /// u (m) as a function of x (m); strictly increasing.
    pub arc: SplineLine,
}

impl SpineLine {
    /// Measures the line along the skin; u is 0 at `x_of_s2`.
    pub(crate) fn on(above: SpineFromAbove, surface: &Surface, x_of_s2: f64) -> Option<Self> {
        let bounds = surface.bounds();
        let cells = ((bounds.max_x - bounds.min_x) / ARC_STEP).floor().max(1.0) as usize;
        let speed = |x: f64| {
            let (y, slope, _) = above.eval(x);
            let jet = surface.grid().jet_clamped(x, y);
            let climb = jet.dx + jet.dy * slope;
            (1.0 + slope * slope + climb * climb).sqrt()
        };
        let mut length = vec![0.0];
        let mut sum = 0.0;
        for k in 0..cells {
            sum += gauss(bounds.min_x + k as f64 * ARC_STEP, ARC_STEP, speed);
            length.push(sum);
        }
        let raw = SplineLine::through(bounds.min_x, ARC_STEP, &length)?;
        let at_s2 = raw.eval(x_of_s2).0;
        let shifted: Vec<f64> = length.iter().map(|s| s - at_s2).collect();
        Some(Self {
            above,
            arc: SplineLine::through(bounds.min_x, ARC_STEP, &shifted)?,
        })
    }

    /// u (m) at x (m).
    pub(crate) fn u_of_x(&self, x: f64) -> f64 {
        self.arc.eval(x).0
    }

    /// x (m) at u (m): Newton on a strictly increasing spline.
    pub(crate) fn x_of_u(&self, u: f64) -> f64 {
        let (low, high) = self.arc.range();
        let (u_low, u_high) = (self.u_of_x(low), self.u_of_x(high));
        let mut x = low + (high - low) * (u - u_low) / (u_high - u_low);
        for _ in 0..10 {
            let (value, slope, _) = self.arc.eval(x);
            let step = (value - u) / slope.max(0.5);
            x -= step;
            if step.abs() < 1e-13 {
                break;
            }
        }
        x
    }

    pub(crate) fn write(&self, out: &mut ByteWriter) {
        self.above.line.write(out);
        self.arc.write(out);
    }

    pub(crate) fn read(bytes: &mut ByteReader) -> Result<Self, DecodeError> {
        let above = SpineFromAbove {
            line: SplineLine::read(bytes)?,
        };
        let arc = SplineLine::read(bytes)?;
        let (low, high) = arc.range();
        let rises = arc.eval(low).0 < arc.eval(high).0;
        if !rises {
            return Err(DecodeError::Nonsense("arc length of the spine"));
        }
        Ok(Self { above, arc })
    }
}

/// Integral over `[start, start + width]`, exact for polynomials up to degree five (Gauss, 3 places).
pub(crate) fn gauss(start: f64, width: f64, f: impl Fn(f64) -> f64) -> f64 {
    // sqrt(3/5) / 2.
    const OFFSET: f64 = 0.387_298_334_620_741_7;
    let middle = start + 0.5 * width;
    let sides = f(middle - OFFSET * width) + f(middle + OFFSET * width);
    width * (5.0 * sides + 8.0 * f(middle)) / 18.0
}

#[cfg(test)]
mod tests;
