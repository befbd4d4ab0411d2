//! Which cells of the fitted sheet are skin of the trunk: seen by the camera or bridged over a small
//! hole, not too steep, and on the trunk's side of the gap to an arm.

use super::fit::KNOT_STEP;
use crate::spine::SpineFromAbove;
use crate::spline::SplineGrid;
use crate::surface::cell_centres;

/// Holes up to twice this wide (m) are bridged (chosen: a hole of 60 mm spans one vertebra and a half,
/// and the thin plate over it errs by about 2 mm).
pub(crate) const BRIDGE_RADIUS: f64 = 0.030;
/// Steepest skin that a height field tells well: tan 68° (chosen).
const STEEPEST: f64 = 2.475;
/// Nearer to the spine than this (m) nothing is taken for an arm (chosen).
const ARM_BEYOND: f64 = 0.10;
/// A rise of this much (m) beyond that is an arm and not noise (chosen).
const ARM_RISE: f64 = 0.004;
/// A flank only gets steeper outward. Where a slope above the first figure falls below the second
/// share of its maximum, the sheet has gone over to an arm or the table (chosen).
const FLANK_SLOPE: f64 = 0.8;
const SHELF_SHARE: f64 = 0.6;
/// Rows over which the narrowest side counts, so that an edge is not ragged.
const EDGE_ROWS: usize = 2;

/// Which cells are skin.
pub(crate) struct Masks {
    /// Seen by the camera, with gaps between points closed (15 mm wide).
    pub seen: Vec<bool>,
    /// Seen or bridged.
    pub supported: Vec<bool>,
    /// Skin of the trunk.
    pub trunk: Vec<bool>,
}

impl Masks {
    /// True for points over cells of the trunk.
    pub(crate) fn is_trunk(&self, grid: &SplineGrid, p: &[f64; 3]) -> bool {
        grid.cell(p[0], p[1])
            .and_then(|(i, j, _, _)| self.trunk.get(i * grid.cells().1 + j))
            .copied()
            .unwrap_or(false)
    }
}

/// What ends the trunk on the way outward.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// Unseen skin, steep skin, or the crease toward an arm or the table.
    Arms,
    /// Unseen or steep skin: the arms' points are gone already.
    Skin,
}

/// Builds all masks from the points that the fit kept.
pub(crate) fn masks<'a>(
    grid: &SplineGrid,
    kept: impl Iterator<Item = &'a [f64; 3]>,
    spine: &SpineFromAbove,
    end: End,
) -> Masks {
    let (cells_x, cells_y) = grid.cells();
    let mut hit = vec![false; cells_x * cells_y];
    for p in kept {
        if let Some((i, j, _, _)) = grid.cell(p[0], p[1])
            && let Some(cell) = hit.get_mut(i * cells_y + j)
        {
            *cell = true;
        }
    }
    let seen = closed(&hit, (cells_x, cells_y), 0.0075 / KNOT_STEP);
    let supported = closed(&seen, (cells_x, cells_y), BRIDGE_RADIUS / KNOT_STEP);
    let trunk = trunk(grid, &supported, spine, end);
    Masks {
        seen,
        supported,
        trunk,
    }
}

/// Morphological closing by a disc of `radius` cells.
pub(crate) fn closed(mask: &[bool], counts: (usize, usize), radius: f64) -> Vec<bool> {
    let near = |mask: &[bool], value: bool| distance_squared(mask, counts, value);
    let grown: Vec<bool> = near(mask, true)
        .iter()
        .map(|d| *d <= radius * radius + 1e-9)
        .collect();
    near(&grown, false)
        .iter()
        .map(|d| *d > radius * radius + 1e-9)
        .collect()
}

/// Squared distance (cells²) of every cell to the nearest cell of the given value, by rows and then
/// columns (exact; Felzenszwalb & Huttenlocher 2012 in its plain quadratic form).
fn distance_squared(mask: &[bool], counts: (usize, usize), value: bool) -> Vec<f64> {
    const FAR: f64 = 1e12;
    let (nx, ny) = counts;
    let mut along = vec![FAR; nx * ny];
    for i in 0..nx {
        for forward in [true, false] {
            let mut since = FAR;
            for n in 0..ny {
                let j = if forward { n } else { ny - 1 - n };
                let k = i * ny + j;
                since = if mask[k] == value { 0.0 } else { since + 1.0 };
                along[k] = along[k].min(since);
            }
        }
    }
    // Beyond 12 cells nobody asks.
    const REACH: usize = 12;
    let mut best = vec![FAR; nx * ny];
    for i in 0..nx {
        for other in i.saturating_sub(REACH)..(i + REACH + 1).min(nx) {
            let gap = i.abs_diff(other) as f64;
            for j in 0..ny {
                let d = along[other * ny + j];
                best[i * ny + j] = best[i * ny + j].min(gap * gap + d * d);
            }
        }
    }
    best
}

/// In each row the stretch around the spine line that is supported, not steep and not yet an arm.
fn trunk(grid: &SplineGrid, supported: &[bool], spine: &SpineFromAbove, end: End) -> Vec<bool> {
    let (cells_x, cells_y) = grid.cells();
    let rows: Vec<(usize, usize)> = (0..cells_x)
        .map(|i| {
            let x = grid.start_x + (i as f64 + 0.5) * grid.step;
            let y = spine.eval(x).0;
            let Some((_, middle, _, _)) = grid.cell(x, y) else {
                return (1, 0);
            };
            let left = reach(grid, supported, (i, middle), (true, end));
            let right = reach(grid, supported, (i, middle), (false, end));
            (middle + 1 - right.min(middle + 1), middle + left)
        })
        .collect();
    let narrow: Vec<(usize, usize)> = (0..cells_x)
        .map(|i| {
            let near = i.saturating_sub(EDGE_ROWS)..(i + EDGE_ROWS + 1).min(cells_x);
            rows.get(near)
                .unwrap_or(&[])
                .iter()
                .fold((0, usize::MAX), |(low, high), row| {
                    (low.max(row.0), high.min(row.1))
                })
        })
        .collect();
    cell_centres(grid)
        .enumerate()
        .map(|(k, _)| {
            let (i, j) = (k / cells_y, k % cells_y);
            narrow
                .get(i)
                .is_some_and(|(low, high)| j >= *low && j < *high)
        })
        .collect()
}

/// Number of trunk cells from the middle outward, the middle one included.
fn reach(grid: &SplineGrid, supported: &[bool], middle: (usize, usize), way: (bool, End)) -> usize {
    let (to_left, end) = way;
    let (_, cells_y) = grid.cells();
    let (i, start) = middle;
    let x = grid.start_x + (i as f64 + 0.5) * grid.step;
    let available = if to_left { cells_y - start } else { start + 1 };
    let mut flank = Flank::default();
    for n in 0..available {
        let j = if to_left { start + n } else { start - n };
        let y = grid.start_y + (j as f64 + 0.5) * grid.step;
        let jet = grid.jet_clamped(x, y);
        let steep = jet.dx * jet.dx + jet.dy * jet.dy > STEEPEST * STEEPEST;
        if steep || !supported.get(i * cells_y + j).copied().unwrap_or(false) {
            return n;
        }
        if end == End::Arms && n as f64 * grid.step > ARM_BEYOND {
            let fall = if to_left { -jet.dy } else { jet.dy };
            if let Some(end) = flank.ends(n, jet.value, fall, jet.dyy) {
                return end.max((ARM_BEYOND / grid.step) as usize);
            }
        }
    }
    available
}

/// What was met on the way outward.
struct Flank {
    lowest: (f64, usize),
    steepest: f64,
    /// Sharpest hollow since the steepest place.
    crease: (f64, usize),
}

impl Default for Flank {
    fn default() -> Self {
        Self {
            lowest: (f64::INFINITY, 0),
            steepest: 0.0,
            crease: (f64::NEG_INFINITY, 0),
        }
    }
}

impl Flank {
    /// Takes the next cell outward; the number of trunk cells once the trunk has ended.
    fn ends(&mut self, n: usize, height: f64, fall: f64, hollow: f64) -> Option<usize> {
        if height < self.lowest.0 {
            self.lowest = (height, n);
        }
        if fall > self.steepest {
            self.steepest = fall;
            self.crease = (f64::NEG_INFINITY, n);
        }
        if hollow > self.crease.0 {
            self.crease = (hollow, n);
        }
        let rises = height > self.lowest.0 + ARM_RISE;
        let levels = self.steepest > FLANK_SLOPE && fall < SHELF_SHARE * self.steepest;
        match (rises, levels) {
            (_, true) => Some(self.crease.1),
            (true, false) => Some(self.lowest.1),
            (false, false) => None,
        }
    }
}
