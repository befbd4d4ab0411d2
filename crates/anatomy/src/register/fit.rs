//! A smooth height field through scattered, noisy points: robust penalised least squares.
//!
//! Minimises `Σ w_k (h(x_k, y_k) - z_k)² + λ ∫ |∇²h|²` over bicubic splines, from a coarse grid to a
//! fine one. After each solution points far from the sheet lose their weight (Tukey's biweight,
//! Beaton & Tukey 1974), measured across the sheet and not up, so that a flank seen at a grazing
//! angle is not thrown away. The thin-plate penalty (`λ = ρ/ω⁴` halves waves of angular frequency ω
//! under ρ points per area) also carries the sheet over holes. Solved by conjugate gradients.

use super::normal_equations::solve;
use crate::spline::SplineGrid;

/// Finest distance of knots (m), chosen: a furrow of the spine is 40 to 60 mm wide.
pub(crate) const KNOT_STEP: f64 = 0.006;
/// Distance of the knots at the start (m): three halvings lead to the finest.
pub(crate) const COARSE_STEP: f64 = 8.0 * KNOT_STEP;
/// Waves shorter than this (m) are taken for noise (chosen).
const SHORTEST_WAVE: f64 = 0.045;
/// Re-weightings at each grid, coarse to fine.
const PASSES: [usize; 4] = [3, 2, 2, 3];
/// Smallest scale of the residuals (m): a coarse grid cannot follow the shape.
const SMALLEST_SCALE: [f64; 4] = [0.010, 0.005, 0.0025, 0.0015];
/// Re-weightings once the arms are gone.
const REFIT_PASSES: usize = 2;
/// Tukey's constant: 95 % efficient on Gaussian noise.
const TUKEY: f64 = 4.685;

/// A fitted sheet.
pub(crate) struct SheetFit {
    pub grid: SplineGrid,
    /// Distance of each point across the sheet (m), positive above.
    pub residuals: Vec<f64>,
    /// Robust scale of the residuals (m).
    pub scale: f64,
    /// Final weight of each point, 0 for the rejected.
    pub weights: Vec<f64>,
}

/// Fits the sheet over `[low, low + cells·48 mm]`; all points lie inside. `None` without points.
pub(crate) fn fit_sheet(
    points: &[[f64; 3]],
    low: (f64, f64),
    coarse_cells: (usize, usize),
) -> Option<SheetFit> {
    if points.is_empty() {
        return None;
    }
    let heights: Vec<f64> = points.iter().map(|p| p[2]).collect();
    let middle = median(&heights);
    let counts = (coarse_cells.0 + 3, coarse_cells.1 + 3);
    let mut grid = SplineGrid::new(low, COARSE_STEP, counts, vec![middle; counts.0 * counts.1])?;
    let mut weights = vec![1.0; points.len()];
    let (mut residuals, mut scale) = (Vec::new(), 0.0);
    let smoothing = penalty_per_area(points, COARSE_STEP);
    for (level, (passes, smallest)) in PASSES.iter().zip(SMALLEST_SCALE).enumerate() {
        if level > 0 {
            grid = halved(&grid)?;
        }
        for _ in 0..*passes {
            solve(&mut grid, points, &weights, smoothing);
            (residuals, scale) = across(&grid, points, smallest);
            weights = residuals
                .iter()
                .map(|r| tukey(*r / (TUKEY * scale)))
                .collect();
            lean(&grid, points, &mut weights);
        }
    }
    Some(SheetFit {
        grid,
        residuals,
        scale,
        weights,
    })
}

/// Fits the finest sheet again without the points that are not `kept`.
pub(crate) fn refit(sheet: SheetFit, points: &[[f64; 3]], kept: &[bool]) -> SheetFit {
    let SheetFit {
        mut grid,
        mut residuals,
        scale,
        mut weights,
    } = sheet;
    let smoothing = penalty_per_area(points, COARSE_STEP);
    for _ in 0..REFIT_PASSES {
        for (w, kept) in weights.iter_mut().zip(kept) {
            *w = if *kept { *w } else { 0.0 };
        }
        solve(&mut grid, points, &weights, smoothing);
        residuals = distances(&grid, points);
        weights = residuals
            .iter()
            .map(|r| tukey(*r / (TUKEY * scale)))
            .collect();
        lean(&grid, points, &mut weights);
    }
    for (w, kept) in weights.iter_mut().zip(kept) {
        *w = if *kept { *w } else { 0.0 };
    }
    SheetFit {
        grid,
        residuals,
        scale,
        weights,
    }
}

/// λ for the occupied part of the sheet.
fn penalty_per_area(points: &[[f64; 3]], cell: f64) -> f64 {
    let occupied: std::collections::BTreeSet<(i64, i64)> = points
        .iter()
        .map(|p| ((p[0] / cell).floor() as i64, (p[1] / cell).floor() as i64))
        .collect();
    let density = points.len() as f64 / (occupied.len().max(1) as f64 * cell * cell);
    let cut = SHORTEST_WAVE / core::f64::consts::TAU;
    density * cut * cut * cut * cut
}

/// The same sheet on a grid of half the step (knot insertion at the middle of every cell).
fn halved(grid: &SplineGrid) -> Option<SplineGrid> {
    let (nx, ny) = (grid.count_x, grid.count_y);
    let (mx, my) = (2 * (nx - 3) + 3, 2 * (ny - 3) + 3);
    let pick = |m: usize, at: &dyn Fn(usize) -> f64| {
        if m.is_multiple_of(2) {
            0.5 * (at(m / 2) + at(m / 2 + 1))
        } else {
            let k = m.div_ceil(2);
            (at(k - 1) + 6.0 * at(k) + at(k + 1)) / 8.0
        }
    };
    let mut fine = Vec::with_capacity(mx * my);
    for m in 0..mx {
        for n in 0..my {
            fine.push(pick(m, &|i| pick(n, &|j| grid.coefficients[i * ny + j])));
        }
    }
    SplineGrid::new(
        (grid.start_x, grid.start_y),
        0.5 * grid.step,
        (mx, my),
        fine,
    )
}

/// Distances across the sheet.
fn distances(grid: &SplineGrid, points: &[[f64; 3]]) -> Vec<f64> {
    let across = |p: &[f64; 3]| {
        let jet = grid.jet_clamped(p[0], p[1]);
        (p[2] - jet.value) / (1.0 + jet.dx * jet.dx + jet.dy * jet.dy).sqrt()
    };
    points.iter().map(across).collect()
}

/// Distances across the sheet and their robust scale.
fn across(grid: &SplineGrid, points: &[[f64; 3]], smallest: f64) -> (Vec<f64>, f64) {
    let residuals = distances(grid, points);
    let sizes: Vec<f64> = residuals.iter().map(|r| r.abs()).collect();
    // 1.4826 turns the median of |r| into a standard deviation, for Gaussian noise.
    let scale = (1.4826 * median(&sizes)).max(smallest);
    (residuals, scale)
}

/// A height error on a slope is only partly a distance: weight by cos² of the tilt.
fn lean(grid: &SplineGrid, points: &[[f64; 3]], weights: &mut [f64]) {
    for (p, w) in points.iter().zip(weights) {
        let jet = grid.jet_clamped(p[0], p[1]);
        *w /= 1.0 + jet.dx * jet.dx + jet.dy * jet.dy;
    }
}

fn tukey(ratio: f64) -> f64 {
    let inside = (1.0 - ratio * ratio).max(0.0);
    inside * inside
}

/// The middle value; 0 for none.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests;
