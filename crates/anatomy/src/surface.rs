//! The skin as a height field `z = h(x, y)` over the table: a C2 bicubic spline and a mask.
//!
//! A prone back is seen from above, so one height per place is enough; where the flank turns away
//! from above the mask ends, and so does every answer. This type is a numerical kernel: its numbers
//! are bare metres in the table frame.

use nalgebra::Vector3;
use quantities::{Direction, Point, Table};

use crate::bytes::{ByteReader, ByteWriter, DecodeError};
use crate::spline::{GridJet, SplineGrid};

const WORD: [u8; 4] = *b"KNSF";
const VERSION: u16 = 1;
const MAX_CELLS: usize = 1_000_000;
/// Newton steps to the nearest place; four to six reach rounding on a back from 60 mm away.
const NEAREST_STEPS: usize = 30;

/// Smallest curvature of the squared distance that a step trusts.
const FLATTEST: f64 = 0.01;
/// The way to an accepted place stands on the skin to this much (m).
const NEAR_ENOUGH: f64 = 1e-4;
/// Points farther outside of the rectangle, or farther up or down (m), have no nearest place.
const REACH: f64 = 0.3;
const FARTHEST: f64 = 5.0;

/// Height and slopes of the skin at one place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SurfaceSample {
    /// z of the skin in the table frame (m).
    pub height: f64,
    /// ∂h/∂x (no unit).
    pub slope_x: f64,
    /// ∂h/∂y (no unit).
    pub slope_y: f64,
}

/// Second derivatives of the height at one place (1/m).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SurfaceCurvature {
    /// ∂²h/∂x².
    pub xx: f64,
    /// ∂²h/∂x∂y.
    pub xy: f64,
    /// ∂²h/∂y².
    pub yy: f64,
}

/// The rectangle of the table (m) that a surface is stored over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SurfaceBounds {
    /// Foot end.
    pub min_x: f64,
    /// Head end.
    pub max_x: f64,
    /// Right end.
    pub min_y: f64,
    /// Left end.
    pub max_y: f64,
}

/// The skin: height, slopes and normal over the table, wherever there is skin.
#[derive(Clone, Debug, PartialEq)]
pub struct Surface {
    grid: SplineGrid,
    /// One per cell, y fastest: true where the skin is known.
    known: Vec<bool>,
}

impl Surface {
    /// From a spline and the cells where it is trusted.
    pub(crate) fn new(grid: SplineGrid, known: Vec<bool>) -> Option<Self> {
        let (cells_x, cells_y) = grid.cells();
        (known.len() == cells_x * cells_y).then_some(Self { grid, known })
    }

    /// Samples `height(x, y)` (m) over `bounds` every `step` (m) and keeps the cells of which the
    /// centre is `inside`. `None` when the sizes are no sizes, or a height is not finite.
    #[must_use]
    pub fn from_function(
        bounds: SurfaceBounds,
        step: f64,
        height: impl Fn(f64, f64) -> f64,
        inside: impl Fn(f64, f64) -> bool,
    ) -> Option<Self> {
        let cells = |low: f64, high: f64| {
            let count = ((high - low) / step).ceil();
            (1.0..2000.0).contains(&count).then_some(count as usize)
        };
        let (cells_x, cells_y) = (
            cells(bounds.min_x, bounds.max_x)?,
            cells(bounds.min_y, bounds.max_y)?,
        );
        let start = (bounds.min_x, bounds.min_y);
        let grid = SplineGrid::through(start, step, (cells_x, cells_y), height)?;
        let known = cell_centres(&grid).map(|(x, y)| inside(x, y)).collect();
        Self::new(grid, known)
    }

    /// Height and slopes at a place of the table (m), or `None` where there is no known skin.
    #[must_use]
    pub fn sample(&self, x: f64, y: f64) -> Option<SurfaceSample> {
        let cell = self.grid.cell(x, y)?;
        if !self.cell_is_known(cell.0, cell.1) {
            return None;
        }
        let (height, slope_x, slope_y) = self.grid.slopes_in(cell);
        Some(SurfaceSample {
            height,
            slope_x,
            slope_y,
        })
    }

    /// Second derivatives at a place of the table (m), or `None` where there is no known skin.
    #[must_use]
    pub fn curvature_at(&self, x: f64, y: f64) -> Option<SurfaceCurvature> {
        self.is_known(x, y).then(|| {
            let jet = self.grid.jet_clamped(x, y);
            SurfaceCurvature {
                xx: jet.dxx,
                xy: jet.dxy,
                yy: jet.dyy,
            }
        })
    }

    /// Height, slopes and second derivatives in one look, or `None` where there is no known skin: what it
    /// takes to tell the skin in a small neighbourhood.
    #[must_use]
    pub fn jet_at(&self, x: f64, y: f64) -> Option<(SurfaceSample, SurfaceCurvature)> {
        let cell = self.grid.cell(x, y)?;
        if !self.cell_is_known(cell.0, cell.1) {
            return None;
        }
        let jet = self.grid.jet_in(cell);
        let sample = SurfaceSample {
            height: jet.value,
            slope_x: jet.dx,
            slope_y: jet.dy,
        };
        let curvature = SurfaceCurvature {
            xx: jet.dxx,
            xy: jet.dxy,
            yy: jet.dyy,
        };
        Some((sample, curvature))
    }

    /// The place on the skin above `(x, y)` (m), or `None` where there is no known skin.
    #[must_use]
    pub fn point_at(&self, x: f64, y: f64) -> Option<Point<Table>> {
        Some(Point::new(x, y, self.sample(x, y)?.height))
    }

    /// Unit normal out of the body (up), or `None` where there is no known skin.
    #[must_use]
    pub fn normal_at(&self, x: f64, y: f64) -> Option<Direction<Table>> {
        Some(outward(&self.sample(x, y)?))
    }

    /// True where the skin is known.
    #[must_use]
    pub fn is_known(&self, x: f64, y: f64) -> bool {
        self.grid
            .cell(x, y)
            .is_some_and(|(i, j, _, _)| self.cell_is_known(i, j))
    }

    /// True when the skin is known at every place within `reach` (m) of one; each cell of the square around
    /// is asked.
    pub(crate) fn is_known_within(&self, (x, y): (f64, f64), reach: f64) -> bool {
        let corners = (
            self.grid.cell(x - reach, y - reach),
            self.grid.cell(x + reach, y + reach),
        );
        let (Some((i, j, _, _)), Some((last_i, last_j, _, _))) = corners else {
            return false;
        };
        (i..=last_i).all(|i| (j..=last_j).all(|j| self.cell_is_known(i, j)))
    }

    /// The place of the skin nearest to a point (Newton on the foot of the perpendicular), or
    /// `None` when that foot is not on known skin or none is found.
    #[must_use]
    pub fn nearest(&self, point: &Point<Table>) -> Option<Point<Table>> {
        let (x, y) = self.foot(point.x(), point.y(), point.z())?;
        self.point_at(x, y)
    }

    /// x and y of the foot of the perpendicular from a point; the mask is not asked.
    ///
    /// Newton on half the squared distance, with a step that never makes it grow.
    pub(crate) fn foot(&self, px: f64, py: f64, pz: f64) -> Option<(f64, f64)> {
        let bounds = self.bounds();
        let near = (bounds.min_x - REACH..=bounds.max_x + REACH).contains(&px)
            && (bounds.min_y - REACH..=bounds.max_y + REACH).contains(&py)
            && pz.abs() <= FARTHEST;
        if !near {
            return None;
        }
        let half_square = |x: f64, y: f64, height: f64| {
            let (dx, dy, dz) = (x - px, y - py, height - pz);
            0.5 * (dx * dx + dy * dy + dz * dz)
        };
        let (mut x, mut y) = (px, py);
        let mut jet = self.grid.jet_clamped(x, y);
        let mut cost = half_square(x, y, jet.value);
        for _ in 0..NEAREST_STEPS {
            let (step_x, step_y, gradient) = descent(&jet, x - px, y - py, jet.value - pz);
            let length = (step_x * step_x + step_y * step_y).sqrt();
            if length < 1e-9 || gradient < 1e-12 {
                return Some((x - step_x, y - step_y));
            }
            // No step longer than 50 mm: the spline is only known near.
            let mut share = if length > 0.05 { 0.05 / length } else { 1.0 };
            for _ in 0..8 {
                let (next_x, next_y) = (x - share * step_x, y - share * step_y);
                let next = self.grid.jet_clamped(next_x, next_y);
                let next_cost = half_square(next_x, next_y, next.value);
                if next_cost <= cost {
                    (x, y, jet, cost) = (next_x, next_y, next, next_cost);
                    break;
                }
                share *= 0.4;
            }
        }
        // At the centre of a hollow all places of it are equally near, and the way there is long.
        let (_, _, gradient) = descent(&jet, x - px, y - py, jet.value - pz);
        (gradient < NEAR_ENOUGH).then_some((x, y))
    }

    /// The rectangle that the surface is stored over.
    #[must_use]
    pub fn bounds(&self) -> SurfaceBounds {
        let (max_x, max_y) = self.grid.end();
        SurfaceBounds {
            min_x: self.grid.start_x,
            max_x,
            min_y: self.grid.start_y,
            max_y,
        }
    }

    /// Distance between knots (m).
    #[must_use]
    pub fn knot_step(&self) -> f64 {
        self.grid.step
    }

    /// Spline coefficients (m), y fastest; the first belongs one knot step outside of the corner.
    #[must_use]
    pub fn coefficients(&self) -> &[f64] {
        &self.grid.coefficients
    }

    /// Number of coefficients along x and along y.
    #[must_use]
    pub fn coefficient_counts(&self) -> (usize, usize) {
        (self.grid.count_x, self.grid.count_y)
    }

    pub(crate) fn grid(&self) -> &SplineGrid {
        &self.grid
    }

    fn cell_is_known(&self, i: usize, j: usize) -> bool {
        self.known
            .get(i * (self.grid.count_y - 3) + j)
            .copied()
            .unwrap_or(false)
    }

    /// The byte form, for archives.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = ByteWriter::start(WORD, VERSION);
        self.grid.write(&mut out);
        let bits: Vec<u8> = self
            .known
            .chunks(8)
            .map(|eight| {
                eight
                    .iter()
                    .enumerate()
                    .fold(0, |byte, (k, known)| byte | (u8::from(*known) << k))
            })
            .collect();
        out.raw(&bits);
        out.done()
    }

    /// Reads the byte form.
    ///
    /// # Errors
    /// Bytes that are cut short, foreign, of another version or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut bytes = ByteReader::start(bytes, "surface", WORD, VERSION)?;
        let grid = SplineGrid::read(&mut bytes)?;
        let bits = bytes.raw(MAX_CELLS)?;
        let (cells_x, cells_y) = grid.cells();
        let cells = cells_x * cells_y;
        if bits.len() != cells.div_ceil(8) {
            return Err(DecodeError::Nonsense("surface mask"));
        }
        bytes.end()?;
        let known = bits
            .iter()
            .flat_map(|byte| (0..8).map(move |k| byte >> k & 1 == 1))
            .take(cells)
            .collect();
        Self::new(grid, known).ok_or(DecodeError::Nonsense("surface"))
    }
}

/// What to subtract from (x, y), and the length of the gradient (m): Newton on half the squared
/// distance, its Hessian shifted to be positive where it is not (above a hollow, beyond its
/// centre). `aside` is the foot less the point.
fn descent(jet: &GridJet, aside_x: f64, aside_y: f64, above: f64) -> (f64, f64, f64) {
    let (fx, fy) = (aside_x + above * jet.dx, aside_y + above * jet.dy);
    let (a, b, c) = (
        1.0 + jet.dx * jet.dx + above * jet.dxx,
        jet.dx * jet.dy + above * jet.dxy,
        1.0 + jet.dy * jet.dy + above * jet.dyy,
    );
    let half_gap = 0.5 * (a - c);
    let smaller = 0.5 * (a + c) - (half_gap * half_gap + b * b).sqrt();
    let shift = if smaller < FLATTEST {
        FLATTEST + 2.0 * (-smaller).max(0.0)
    } else {
        0.0
    };
    let (a, c) = (a + shift, c + shift);
    let determinant = a * c - b * b;
    let gradient = (fx * fx + fy * fy).sqrt();
    (
        (c * fx - b * fy) / determinant,
        (a * fy - b * fx) / determinant,
        gradient,
    )
}

/// Unit normal out of the body (up) of a sample.
fn outward(sample: &SurfaceSample) -> Direction<Table> {
    let raw = Vector3::new(-sample.slope_x, -sample.slope_y, 1.0);
    Direction::from_raw(raw / raw.norm())
}

/// Centres of all cells, y fastest.
pub(crate) fn cell_centres(grid: &SplineGrid) -> impl Iterator<Item = (f64, f64)> + '_ {
    let (cells_x, cells_y) = grid.cells();
    (0..cells_x).flat_map(move |i| {
        (0..cells_y).map(move |j| {
            (
                grid.start_x + (i as f64 + 0.5) * grid.step,
                grid.start_y + (j as f64 + 0.5) * grid.step,
            )
        })
    })
}

impl SurfaceSample {
    /// Unit normal out of the body (up).
    #[must_use]
    pub fn outward(&self) -> Direction<Table> {
        outward(self)
    }
}

#[cfg(test)]
mod tests;
