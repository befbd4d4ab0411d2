//! A cloud from a coarse net of touched points.
//!
//! Somebody without a camera guides the arm to touch the back every few centimetres. A thin plate through
//! these points is the skin between them; sampled densely it stands for a scan, and everything else is as
//! with a scan. It ends where the touched points end.

use quantities::{Point, Table};

use super::fit::{COARSE_STEP, fit_sheet};
use super::mask::closed;
use super::report::FitError;
use crate::cloud::PointCloud;

/// Points needed: a net of 50 mm over a back of 0.55 by 0.25 m has 66 (chosen).
const LEAST: usize = 60;
/// Touched points are at most this far apart (m): half of it, as a radius, bridges the gaps between them.
const LARGEST_GAP: f64 = 0.070;
/// Largest area of the table that a net may span (m, along and across): also a check of the unit.
const LARGEST_EXTENT: f64 = 1.5;

impl PointCloud {
    /// The skin between touched points as a dense cloud.
    ///
    /// # Errors
    /// Fewer than 60 points, points that are not numbers, or points that do not span a back in metres.
    pub fn from_touched(touched: &[Point<Table>]) -> Result<Self, FitError> {
        let points: Vec<[f64; 3]> = touched
            .iter()
            .map(|p| [p.x(), p.y(), p.z()])
            .filter(|p| p.iter().all(|c| c.is_finite()))
            .collect();
        if points.len() < LEAST {
            return Err(FitError::TooFew {
                found: points.len(),
                needed: LEAST,
                place: "touched on the skin (a net of 50 mm over the back)",
            });
        }
        let range = |axis: usize| {
            let values = || points.iter().filter_map(|p| p.get(axis)).copied();
            (
                values().fold(f64::INFINITY, f64::min),
                values().fold(f64::NEG_INFINITY, f64::max),
            )
        };
        let ((low_x, high_x), (low_y, high_y)) = (range(0), range(1));
        let span = (high_x - low_x).max(high_y - low_y);
        if span > LARGEST_EXTENT {
            return Err(FitError::TouchedTooWide {
                span,
                allowed: LARGEST_EXTENT,
            });
        }
        let low = (low_x - COARSE_STEP, low_y - COARSE_STEP);
        let cells = |from: f64, to: f64| ((to - from) / COARSE_STEP).ceil().max(1.0) as usize + 1;
        let sheet = fit_sheet(&points, low, (cells(low.0, high_x), cells(low.1, high_y)))
            .ok_or(FitError::NoSpine)?;
        let grid = &sheet.grid;
        let (cells_x, cells_y) = grid.cells();
        let mut hit = vec![false; cells_x * cells_y];
        for p in &points {
            if let Some((i, j, _, _)) = grid.cell(p[0], p[1])
                && let Some(cell) = hit.get_mut(i * cells_y + j)
            {
                *cell = true;
            }
        }
        let between = closed(&hit, (cells_x, cells_y), 0.5 * LARGEST_GAP / grid.step);
        // Four points to a cell, so that no cell looks like a hole.
        let samples = (0..between.len())
            .filter(|k| between.get(*k) == Some(&true))
            .flat_map(|k| [(0.25, 0.25), (0.25, 0.75), (0.75, 0.25), (0.75, 0.75)].map(|q| (k, q)))
            .map(|(k, (a, b))| {
                let x = grid.start_x + ((k / cells_y) as f64 + a) * grid.step;
                let y = grid.start_y + ((k % cells_y) as f64 + b) * grid.step;
                Point::new(x, y, grid.jet_clamped(x, y).value)
            });
        Ok(Self::from_points(samples))
    }
}
