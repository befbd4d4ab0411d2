//! The linear system of one penalised least-squares fit on a spline grid, and its solution.
//!
//! Each coefficient meets those at most three away along both axes, so the symmetric matrix is kept
//! as 25 diagonals and applied by running along them.

use crate::spline::{SplineGrid, basis};

/// Most steps of conjugate gradients; each fit starts from the one before.
const CG_STEPS: usize = 80;
const CG_TOLERANCE: f64 = 1e-5;
/// Offsets (0, 0..=3) and (1..=3, -3..=3) in the upper triangle.
const DIAGONALS: usize = 25;

/// Upper triangle by diagonals, with the right-hand side.
struct System {
    /// Distance of the partner in the list of coefficients, per diagonal.
    offsets: Vec<usize>,
    diagonals: Vec<Vec<f64>>,
    right: Vec<f64>,
}

/// Place of an offset among the diagonals.
fn diagonal_of(along: usize, across: isize) -> usize {
    match (along, across) {
        (0, across) => across.unsigned_abs(),
        (along, across) => 4 + 7 * (along - 1) + across.saturating_add(3).unsigned_abs(),
    }
}

impl System {
    fn new(grid: &SplineGrid) -> Self {
        let (count, stride) = (grid.coefficients.len(), grid.count_y as isize);
        let mut offsets = vec![0; DIAGONALS];
        for along in 0..4isize {
            for across in -3..=3isize {
                if along > 0 || across >= 0 {
                    offsets[diagonal_of(along.unsigned_abs(), across)] =
                        (along * stride + across).max(0).unsigned_abs();
                }
            }
        }
        Self {
            offsets,
            diagonals: vec![vec![0.0; count]; DIAGONALS],
            right: vec![0.0; count],
        }
    }

    /// Adds `weight (b·c - z)²` of one point.
    fn add_point(&mut self, grid: &SplineGrid, p: &[f64; 3], weight: f64) {
        let (end_x, end_y) = grid.end();
        let inside = (
            p[0].clamp(grid.start_x, end_x),
            p[1].clamp(grid.start_y, end_y),
        );
        let Some((i, j, tx, ty)) = grid.cell(inside.0, inside.1) else {
            return;
        };
        let (bx, by) = (basis(tx).0, basis(ty).0);
        // Products along each axis, once.
        let mut pairs_y = [[0.0; 4]; 4];
        for (row, b) in pairs_y.iter_mut().zip(by) {
            *row = by.map(|other| b * other);
        }
        for k in 0..4 {
            let first = (i + k) * grid.count_y + j;
            for (m, b) in by.iter().enumerate() {
                self.right[first + m] += weight * p[2] * bx[k] * b;
            }
            for n in k..4 {
                let scaled = weight * bx[k] * bx[n];
                for (m, row) in pairs_y.iter().enumerate() {
                    let from = if n == k { m } else { 0 };
                    for (o, pair) in row.iter().enumerate().skip(from) {
                        let diagonal = diagonal_of(n - k, o as isize - m as isize);
                        self.diagonals[diagonal][first + m] += scaled * pair;
                    }
                }
            }
        }
    }

    /// Adds `λ Σ (xx² + 2 xy² + yy²)` over all second differences.
    fn add_bending(&mut self, grid: &SplineGrid, penalty: f64) {
        let (nx, ny) = (grid.count_x, grid.count_y);
        for i in 0..nx {
            for j in 0..ny {
                if i + 2 < nx {
                    self.add_stencil(
                        ny,
                        &[(i, j, 1.0), (i + 1, j, -2.0), (i + 2, j, 1.0)],
                        penalty,
                    );
                }
                if j + 2 < ny {
                    self.add_stencil(
                        ny,
                        &[(i, j, 1.0), (i, j + 1, -2.0), (i, j + 2, 1.0)],
                        penalty,
                    );
                }
                if i + 1 < nx && j + 1 < ny {
                    let twist = [
                        (i, j, 1.0),
                        (i, j + 1, -1.0),
                        (i + 1, j, -1.0),
                        (i + 1, j + 1, 1.0),
                    ];
                    self.add_stencil(ny, &twist, 2.0 * penalty);
                }
            }
        }
    }

    /// Adds the square of one difference; its places are in rising order.
    fn add_stencil(&mut self, ny: usize, places: &[(usize, usize, f64)], factor: f64) {
        for (k, (i, j, w)) in places.iter().enumerate() {
            for (other_i, other_j, other_w) in places.iter().skip(k) {
                let diagonal = diagonal_of(other_i - i, *other_j as isize - *j as isize);
                self.diagonals[diagonal][i * ny + j] += factor * w * other_w;
            }
        }
    }

    /// `out = A c`.
    fn apply(&self, c: &[f64], out: &mut [f64]) {
        out.fill(0.0);
        for (diagonal, offset) in self.diagonals.iter().zip(&self.offsets) {
            let shifted = c.get(*offset..).unwrap_or(&[]);
            for ((o, m), c) in out.iter_mut().zip(diagonal).zip(shifted) {
                *o += m * c;
            }
            if *offset > 0 {
                let partners = out.get_mut(*offset..).unwrap_or(&mut []);
                for ((o, m), c) in partners.iter_mut().zip(diagonal).zip(c) {
                    *o += m * c;
                }
            }
        }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Moves the grid's coefficients to the minimum of
/// `Σ w (h - z)² + smoothing ∫ |∇²h|²`: conjugate gradients, preconditioned by the diagonal.
pub(crate) fn solve(grid: &mut SplineGrid, points: &[[f64; 3]], weights: &[f64], smoothing: f64) {
    let mut system = System::new(grid);
    for (point, weight) in points.iter().zip(weights) {
        if *weight > 0.0 {
            system.add_point(grid, point, *weight);
        }
    }
    // Second differences over step², times the area of a cell.
    system.add_bending(grid, smoothing / (grid.step * grid.step));
    let inverse: Vec<f64> = system
        .diagonals
        .iter()
        .take(1)
        .flatten()
        .map(|d| 1.0 / (d + 1e-9))
        .collect();
    let precise = |residual: &[f64]| -> Vec<f64> {
        residual.iter().zip(&inverse).map(|(r, d)| r * d).collect()
    };
    let mut image = vec![0.0; system.right.len()];
    system.apply(&grid.coefficients, &mut image);
    let mut residual: Vec<f64> = system
        .right
        .iter()
        .zip(&image)
        .map(|(b, a)| b - a)
        .collect();
    let mut direction = precise(&residual);
    let mut strength = dot(&residual, &direction);
    let goal = CG_TOLERANCE * CG_TOLERANCE * dot(&system.right, &precise(&system.right));
    for _ in 0..CG_STEPS {
        if strength <= goal {
            break;
        }
        system.apply(&direction, &mut image);
        let energy = dot(&direction, &image);
        if energy <= 0.0 {
            break;
        }
        let alpha = strength / energy;
        grid.coefficients
            .iter_mut()
            .zip(&direction)
            .for_each(|(c, d)| *c += alpha * d);
        residual
            .iter_mut()
            .zip(&image)
            .for_each(|(r, a)| *r -= alpha * a);
        let next_direction = precise(&residual);
        let next = dot(&residual, &next_direction);
        let beta = next / strength;
        strength = next;
        direction
            .iter_mut()
            .zip(&next_direction)
            .for_each(|(d, z)| *d = z + beta * *d);
    }
}
