//! Uniform cubic B-splines over a line and over a grid: the arithmetic below surface and chart.
//!
//! With `t` the fraction inside a cell, the four basis functions are
//! `(1-t)³/6, (3t³-6t²+4)/6, (-3t³+3t²+3t+1)/6, t³/6` (de Boor, *A Practical Guide to Splines*,
//! uniform knots). The curve is C2, so its second derivative has no jumps.

use crate::bytes::{ByteReader, ByteWriter, DecodeError};

/// Largest number of coefficients accepted from bytes: 50 times a back at 6 mm.
const MAX_COEFFICIENTS: usize = 1_000_000;

/// Values of the four basis functions and of their first and second derivatives with respect to `t`.
pub(crate) fn basis(t: f64) -> ([f64; 4], [f64; 4], [f64; 4]) {
    // Products instead of quotients: this is the innermost of all that asks for the skin.
    const SIXTH: f64 = 1.0 / 6.0;
    let (t2, s) = (t * t, 1.0 - t);
    let t3 = t2 * t;
    (
        [
            s * s * s * SIXTH,
            0.5 * t3 - t2 + 4.0 * SIXTH,
            0.5 * (t2 + t - t3) + SIXTH,
            t3 * SIXTH,
        ],
        [
            -0.5 * s * s,
            1.5 * t2 - 2.0 * t,
            t + 0.5 - 1.5 * t2,
            0.5 * t2,
        ],
        [s, 3.0 * t - 2.0, -3.0 * t + 1.0, t],
    )
}

fn dot(weights: &[f64; 4], values: &[f64]) -> f64 {
    weights.iter().zip(values).map(|(w, v)| w * v).sum()
}

/// Coefficients of the natural cubic spline through equally spaced values: two more than values.
pub(crate) fn interpolating_coefficients(values: &[f64]) -> Vec<f64> {
    let (Some(first), Some(last)) = (values.first(), values.last()) else {
        return Vec::new();
    };
    // Inner equations c[k-1] + 4 c[k] + c[k+1] = 6 f[k]; natural ends give c = f there.
    let inner = values.len().saturating_sub(2);
    let (mut factor, mut right) = (Vec::with_capacity(inner), Vec::with_capacity(inner));
    let (mut previous_factor, mut previous_right) = (0.0, *first);
    for (k, value) in values.iter().skip(1).take(inner).enumerate() {
        let known_end = if k + 1 == inner { *last } else { 0.0 };
        let pivot = 4.0 - previous_factor;
        previous_right = (6.0 * value - known_end - previous_right) / pivot;
        previous_factor = 1.0 / pivot;
        factor.push(previous_factor);
        right.push(previous_right);
    }
    let mut solved = vec![*last];
    for (k, (f, r)) in factor.iter().zip(&right).rev().enumerate() {
        // The last inner row has its end value already on the right-hand side.
        let upper = if k == 0 {
            0.0
        } else {
            solved.last().copied().unwrap_or(0.0)
        };
        solved.push(r - f * upper);
    }
    if values.len() > 1 {
        solved.push(*first);
    }
    solved.reverse();
    let (head, tail) = (beyond(&solved, false), beyond(&solved, true));
    solved.insert(0, head);
    solved.push(tail);
    solved
}

/// The coefficient beyond an end which makes the second derivative there zero.
fn beyond(solved: &[f64], at_tail: bool) -> f64 {
    let pick = |k: usize| {
        let index = if at_tail {
            solved.len().checked_sub(k + 1)
        } else {
            Some(k)
        };
        index.and_then(|i| solved.get(i)).copied()
    };
    match (pick(0), pick(1)) {
        (Some(end), Some(next)) => 2.0 * end - next,
        (Some(end), None) => end,
        (None, _) => 0.0,
    }
}

/// A cubic spline over an equally spaced line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SplineLine {
    start: f64,
    pub step: f64,
    pub coefficients: Vec<f64>,
}

impl SplineLine {
    /// From at least four coefficients; the first cell starts at `start`.
    pub(crate) fn new(start: f64, step: f64, coefficients: Vec<f64>) -> Option<Self> {
        let fine = start.is_finite() && step.is_finite() && step > 0.0 && coefficients.len() >= 4;
        (fine && coefficients.iter().all(|c| c.is_finite())).then_some(Self {
            start,
            step,
            coefficients,
        })
    }

    /// The natural spline through `values` at `start + k·step`.
    pub(crate) fn through(start: f64, step: f64, values: &[f64]) -> Option<Self> {
        Self::new(start, step, interpolating_coefficients(values))
    }

    /// First and last argument of the line.
    pub(crate) fn range(&self) -> (f64, f64) {
        (
            self.start,
            self.start + self.step * (self.coefficients.len() - 3) as f64,
        )
    }

    /// Value, first and second derivative; beyond the ends the line goes on straight.
    pub(crate) fn eval(&self, x: f64) -> (f64, f64, f64) {
        let (low, high) = self.range();
        let inside = x.clamp(low, high);
        let cell = ((inside - self.start) / self.step).max(0.0);
        let last = self.coefficients.len() - 4;
        let index = (cell as usize).min(last);
        let (b, d, dd) = basis(cell - index as f64);
        let four = self.coefficients.get(index..index + 4).unwrap_or(&[]);
        let slope = dot(&d, four) / self.step;
        let outside = x - inside;
        let curvature = if outside == 0.0 {
            dot(&dd, four) / (self.step * self.step)
        } else {
            0.0
        };
        (dot(&b, four) + slope * outside, slope, curvature)
    }

    pub(crate) fn write(&self, out: &mut ByteWriter) {
        out.f64(self.start);
        out.f64(self.step);
        out.f64s(&self.coefficients);
    }

    pub(crate) fn read(bytes: &mut ByteReader) -> Result<Self, DecodeError> {
        let (start, step) = (bytes.f64()?, bytes.f64()?);
        let coefficients = bytes.f64s(MAX_COEFFICIENTS)?;
        Self::new(start, step, coefficients).ok_or(DecodeError::Nonsense("spline line"))
    }
}

/// Value and derivatives of a [`SplineGrid`] at one place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct GridJet {
    pub value: f64,
    pub dx: f64,
    pub dy: f64,
    pub dxx: f64,
    pub dxy: f64,
    pub dyy: f64,
}

/// A bicubic spline over a regular grid of square cells.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SplineGrid {
    pub start_x: f64,
    pub start_y: f64,
    pub step: f64,
    /// Coefficients along x; cells are three fewer.
    pub count_x: usize,
    /// Coefficients along y; cells are three fewer.
    pub count_y: usize,
    /// `[i * count_y + j]`, i along x.
    pub coefficients: Vec<f64>,
}

impl SplineGrid {
    /// From coefficients, y fastest.
    pub(crate) fn new(
        start: (f64, f64),
        step: f64,
        counts: (usize, usize),
        coefficients: Vec<f64>,
    ) -> Option<Self> {
        let (count_x, count_y) = counts;
        let fine = start.0.is_finite()
            && start.1.is_finite()
            && step.is_finite()
            && step > 0.0
            && count_x >= 4
            && count_y >= 4
            && count_x.checked_mul(count_y) == Some(coefficients.len())
            && coefficients.iter().all(|c| c.is_finite());
        fine.then_some(Self {
            start_x: start.0,
            start_y: start.1,
            step,
            count_x,
            count_y,
            coefficients,
        })
    }

    /// The spline through `value(x, y)` at every corner of `cells_x` by `cells_y` cells.
    pub(crate) fn through(
        start: (f64, f64),
        step: f64,
        cells: (usize, usize),
        value: impl Fn(f64, f64) -> f64,
    ) -> Option<Self> {
        let (nodes_x, nodes_y) = (cells.0 + 1, cells.1 + 1);
        let rows: Vec<Vec<f64>> = (0..nodes_x)
            .map(|i| {
                let x = start.0 + i as f64 * step;
                let row: Vec<f64> = (0..nodes_y)
                    .map(|j| value(x, start.1 + j as f64 * step))
                    .collect();
                interpolating_coefficients(&row)
            })
            .collect();
        let columns: Vec<Vec<f64>> = (0..nodes_y + 2)
            .map(|j| {
                let column: Vec<f64> = rows.iter().filter_map(|r| r.get(j)).copied().collect();
                interpolating_coefficients(&column)
            })
            .collect();
        let coefficients = (0..nodes_x + 2)
            .flat_map(|i| columns.iter().filter_map(move |c| c.get(i)).copied())
            .collect();
        Self::new(start, step, (nodes_x + 2, nodes_y + 2), coefficients)
    }

    /// Number of cells along x and along y.
    pub(crate) fn cells(&self) -> (usize, usize) {
        (self.count_x - 3, self.count_y - 3)
    }

    /// Upper corner of the grid.
    pub(crate) fn end(&self) -> (f64, f64) {
        let (cells_x, cells_y) = self.cells();
        (
            self.start_x + self.step * cells_x as f64,
            self.start_y + self.step * cells_y as f64,
        )
    }

    /// Cell and fractions inside it; `None` outside of the grid or for a number that is none.
    pub(crate) fn cell(&self, x: f64, y: f64) -> Option<(usize, usize, f64, f64)> {
        let (fx, fy) = (
            (x - self.start_x) / self.step,
            (y - self.start_y) / self.step,
        );
        let (cells_x, cells_y) = self.cells();
        let inside = fx >= 0.0 && fy >= 0.0 && fx <= cells_x as f64 && fy <= cells_y as f64;
        if !inside {
            return None;
        }
        let (i, j) = (
            (fx as usize).min(cells_x - 1),
            (fy as usize).min(cells_y - 1),
        );
        Some((i, j, fx - i as f64, fy - j as f64))
    }

    /// Value and slopes inside a cell found by [`SplineGrid::cell`].
    pub(crate) fn slopes_in(&self, cell: (usize, usize, f64, f64)) -> (f64, f64, f64) {
        let (i, j, tx, ty) = cell;
        let ((bx, dx, _), (by, dy, _)) = (basis(tx), basis(ty));
        let (mut value, mut slope_x, mut slope_y) = (0.0, 0.0, 0.0);
        for k in 0..4 {
            let at = (i + k) * self.count_y + j;
            let Some(row) = self.coefficients.get(at..at + 4) else {
                continue;
            };
            let along = dot(&by, row);
            value += bx[k] * along;
            slope_x += dx[k] * along;
            slope_y += bx[k] * dot(&dy, row);
        }
        (value, slope_x / self.step, slope_y / self.step)
    }

    /// Value and slopes; outside of the grid the nearest edge answers.
    pub(crate) fn slopes_clamped(&self, x: f64, y: f64) -> (f64, f64, f64) {
        let (end_x, end_y) = self.end();
        let (x, y) = (x.clamp(self.start_x, end_x), y.clamp(self.start_y, end_y));
        self.slopes_in(self.cell(x, y).unwrap_or((0, 0, 0.0, 0.0)))
    }

    /// Everything up to second derivatives; outside of the grid the nearest edge answers.
    pub(crate) fn jet_clamped(&self, x: f64, y: f64) -> GridJet {
        let (end_x, end_y) = self.end();
        let (x, y) = (x.clamp(self.start_x, end_x), y.clamp(self.start_y, end_y));
        self.jet_in(self.cell(x, y).unwrap_or((0, 0, 0.0, 0.0)))
    }

    /// Everything up to second derivatives inside a cell found by [`SplineGrid::cell`].
    pub(crate) fn jet_in(&self, cell: (usize, usize, f64, f64)) -> GridJet {
        let (i, j, tx, ty) = cell;
        let ((bx, dx, ddx), (by, dy, ddy)) = (basis(tx), basis(ty));
        let mut jet = GridJet {
            value: 0.0,
            dx: 0.0,
            dy: 0.0,
            dxx: 0.0,
            dxy: 0.0,
            dyy: 0.0,
        };
        for k in 0..4 {
            let at = (i + k) * self.count_y + j;
            let Some(row) = self.coefficients.get(at..at + 4) else {
                continue;
            };
            let (b, d) = (dot(&by, row), dot(&dy, row));
            jet.value += bx[k] * b;
            jet.dx += dx[k] * b;
            jet.dy += bx[k] * d;
            jet.dxx += ddx[k] * b;
            jet.dxy += dx[k] * d;
            jet.dyy += bx[k] * dot(&ddy, row);
        }
        let (per, per2) = (1.0 / self.step, 1.0 / (self.step * self.step));
        jet.dx *= per;
        jet.dy *= per;
        jet.dxx *= per2;
        jet.dxy *= per2;
        jet.dyy *= per2;
        jet
    }

    pub(crate) fn write(&self, out: &mut ByteWriter) {
        out.f64(self.start_x);
        out.f64(self.start_y);
        out.f64(self.step);
        out.count(self.count_x);
        out.count(self.count_y);
        out.f64s(&self.coefficients);
    }

    pub(crate) fn read(bytes: &mut ByteReader) -> Result<Self, DecodeError> {
        let start = (bytes.f64()?, bytes.f64()?);
        let step = bytes.f64()?;
        let counts = (
            bytes.count(MAX_COEFFICIENTS)?,
            bytes.count(MAX_COEFFICIENTS)?,
        );
        let coefficients = bytes.f64s(MAX_COEFFICIENTS)?;
        Self::new(start, step, counts, coefficients).ok_or(DecodeError::Nonsense("spline grid"))
    }
}

#[cfg(test)]
mod tests;
