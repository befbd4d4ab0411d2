//! The tool's patch as a fixed set of small areas, on each of which the tissue presses.

use kinematics::Patch;
use quantities::{Metres, SquareMetres};

/// Most tips a tool has (a fork has two).
pub const TIPS: usize = 2;

/// One small area of the patch, in tool axes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Cell {
    /// Centre (m). `z <= 0`: the dome falls away from the body toward the edge.
    pub(crate) centre: nalgebra::Vector3<f64>,
    /// Area (m²).
    pub(crate) area: f64,
    /// Which tip it belongs to; below [`TIPS`].
    pub(crate) tip: usize,
}

/// One number of some neighbouring cells, side by side, so that the compiler computes cells two or four at a time.
pub(crate) type Lanes = [f64; LANES];
/// One number of every cell. Places beyond the pad's last cell hold 0: no area, no force.
pub(crate) type Column = [Lanes; BLOCKS];

/// Cells in a block: enough to hide the latency of roots and quotients.
pub(crate) const LANES: usize = 8;
/// Blocks in a column. A fork has 38 cells; a rectangle at most 33.
pub(crate) const BLOCKS: usize = 5;

/// The cells as columns: centre in tool axes (m) and area (m²).
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PadColumns {
    /// Blocks that hold cells.
    pub(crate) blocks: usize,
    pub(crate) x: Column,
    pub(crate) y: Column,
    pub(crate) z: Column,
    pub(crate) area: Column,
    /// `y` seen from the middle of the cell's own tip (m).
    pub(crate) y_in_tip: Column,
    /// 1 for cells of the second tip, 0 for all others.
    pub(crate) second: Column,
}

impl PadColumns {
    fn of(cells: &[Cell], tip_centres: [f64; TIPS]) -> Self {
        let column = |of: &dyn Fn(&Cell) -> f64| {
            let mut column = [[0.0; LANES]; BLOCKS];
            column
                .iter_mut()
                .flatten()
                .zip(cells)
                .for_each(|(place, cell)| *place = of(cell));
            column
        };
        Self {
            blocks: cells.len().div_ceil(LANES).min(BLOCKS),
            x: column(&|c| c.centre.x),
            y: column(&|c| c.centre.y),
            z: column(&|c| c.centre.z),
            area: column(&|c| c.area),
            y_in_tip: column(&|c| c.centre.y - tip_centres.get(c.tip).copied().unwrap_or(0.0)),
            second: column(&|c| if c.tip == 1 { 1.0 } else { 0.0 }),
        }
    }
}

/// A tool's contact face. Build it once; every contact evaluation walks its cells in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Pad {
    cells: Vec<Cell>,
    columns: PadColumns,
    patch: Patch,
    tip_area: f64,
    tip_radius: f64,
    tip_centres: [f64; TIPS],
    reach: f64,
}

/// Cells of a rectangle, about.
const RECTANGLE_CELLS: f64 = 28.0;
/// Sub-samples along each side of a cell, for its share of a rounded outline.
const SUBSAMPLES: usize = 8;
/// Cells of a disc by ring, each of equal area.
const RINGS: [usize; 3] = [1, 6, 12];

impl Pad {
    /// Divides a patch into cells. `edge_drop` is how far the dome's rim lies behind its crown
    /// (a rectangle's corner; the middle of its sides lies half as far behind).
    #[must_use]
    pub fn new(patch: &Patch, edge_drop: Metres) -> Self {
        let drop = edge_drop.get().max(0.0);
        let cells = match *patch {
            Patch::RoundedRectangle { .. } => rectangle(patch, drop),
            Patch::Disc { radius } => disc(radius.get(), 0.0, 0, drop),
            Patch::Fork {
                tip_radius,
                spacing,
            } => {
                let mut cells = disc(tip_radius.get(), 0.5 * spacing.get(), 0, drop);
                cells.extend(disc(tip_radius.get(), -0.5 * spacing.get(), 1, drop));
                cells
            }
        };
        let (tips, tip_centres) = match patch {
            Patch::RoundedRectangle { .. } | Patch::Disc { .. } => (1.0, [0.0; TIPS]),
            Patch::Fork { spacing, .. } => (2.0, [0.5 * spacing.get(), -0.5 * spacing.get()]),
        };
        let tip_area = patch.area().get() / tips;
        let (hx, hy) = patch.half_extents();
        Self {
            columns: PadColumns::of(&cells, tip_centres),
            tip_centres,
            cells,
            patch: *patch,
            tip_area,
            tip_radius: (tip_area / core::f64::consts::PI).sqrt(),
            reach: (hx * hx + hy * hy).sqrt(),
        }
    }

    pub(crate) fn cells(&self) -> &[Cell] {
        &self.cells
    }

    pub(crate) const fn columns(&self) -> &PadColumns {
        &self.columns
    }

    /// The cells of one block.
    pub(crate) fn block(&self, block: usize) -> impl Iterator<Item = &Cell> {
        self.cells.iter().skip(block * LANES).take(LANES)
    }

    /// The outline it was made from.
    #[must_use]
    pub const fn patch(&self) -> &Patch {
        &self.patch
    }

    /// Number of cells.
    #[must_use]
    pub fn cell_count(&self) -> usize {
        self.cells.len()
    }

    /// Area of one tip.
    #[must_use]
    pub const fn tip_area(&self) -> SquareMetres {
        SquareMetres::new(self.tip_area)
    }

    /// Radius of the disc that has one tip's area.
    #[must_use]
    pub const fn tip_radius(&self) -> Metres {
        Metres::new(self.tip_radius)
    }

    /// Middle of a tip on tool y (m).
    pub(crate) fn tip_centre(&self, tip: usize) -> f64 {
        self.tip_centres.get(tip).copied().unwrap_or(0.0)
    }

    /// Distance from the patch origin to its farthest corner, at most.
    #[must_use]
    pub const fn reach(&self) -> Metres {
        Metres::new(self.reach)
    }
}

/// A regular grid of cells, each weighted by the share of it that lies within the outline.
fn rectangle(patch: &Patch, drop: f64) -> Vec<Cell> {
    let (hx, hy) = patch.half_extents();
    let across = (RECTANGLE_CELLS * hy / hx.max(1e-6))
        .sqrt()
        .round()
        .clamp(3.0, 8.0);
    let along = (RECTANGLE_CELLS / across).round().clamp(3.0, 10.0);
    let (dx, dy) = (2.0 * hx / along, 2.0 * hy / across);
    let mut cells = Vec::new();
    for i in 0..along as usize {
        for j in 0..across as usize {
            let (x0, y0) = (i as f64 * dx - hx, j as f64 * dy - hy);
            let (mut count, mut sum_x, mut sum_y) = (0.0, 0.0, 0.0);
            for a in 0..SUBSAMPLES {
                for b in 0..SUBSAMPLES {
                    let x = x0 + dx * (a as f64 + 0.5) / SUBSAMPLES as f64;
                    let y = y0 + dy * (b as f64 + 0.5) / SUBSAMPLES as f64;
                    if patch.contains(x, y) {
                        count += 1.0;
                        sum_x += x;
                        sum_y += y;
                    }
                }
            }
            if count > 0.0 {
                let (x, y) = (sum_x / count, sum_y / count);
                let (rx, ry) = (x / hx, y / hy);
                let z = -0.5 * drop * (rx * rx + ry * ry);
                cells.push(Cell {
                    centre: nalgebra::Vector3::new(x, y, z),
                    area: count,
                    tip: 0,
                });
            }
        }
    }
    // The shares are counts so far; the whole is the outline's exact area.
    let counted: f64 = cells.iter().map(|c| c.area).sum();
    let scale = patch.area().get() / counted.max(1.0);
    cells.iter_mut().for_each(|c| c.area *= scale);
    cells
}

/// Rings of cells of equal area around `(0, y)`, each at its ring's root-mean-square radius, so that
/// the disc's second moment is exact.
fn disc(radius: f64, y: f64, tip: usize, drop: f64) -> Vec<Cell> {
    let total: usize = RINGS.iter().sum();
    let area = core::f64::consts::PI * radius * radius / total as f64;
    let mut cells = Vec::with_capacity(total);
    let mut inside = 0usize;
    for count in RINGS {
        let inner = inside as f64 / total as f64;
        let outer = (inside + count) as f64 / total as f64;
        let share = if count == 1 {
            0.0
        } else {
            0.5 * (inner + outer)
        };
        for k in 0..count {
            let angle = core::f64::consts::TAU * (k as f64 + 0.5) / count as f64;
            let (sin, cos) = libm::sincos(angle);
            let r = radius * share.sqrt();
            let centre = nalgebra::Vector3::new(r * cos, y + r * sin, -drop * share);
            cells.push(Cell { centre, area, tip });
        }
        inside += count;
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    fn palm() -> Patch {
        Patch::RoundedRectangle {
            length: Metres::new(0.1),
            width: Metres::new(0.05),
            corner: Metres::new(0.015),
        }
    }

    #[test]
    fn cells_make_up_the_whole_patch_and_stay_on_it() {
        let disc = Patch::Disc {
            radius: Metres::new(0.01),
        };
        let fork = Patch::Fork {
            tip_radius: Metres::new(0.01),
            spacing: Metres::new(0.1),
        };
        for patch in [palm(), disc, fork] {
            let pad = Pad::new(&patch, Metres::new(0.001));
            let area: f64 = pad.cells().iter().map(|c| c.area).sum();
            assert!((area - patch.area().get()).abs() < 1e-12 * area.max(1.0));
            assert!(
                (19..=45).contains(&pad.cell_count()),
                "{} cells",
                pad.cell_count()
            );
            assert!(
                pad.cells()
                    .iter()
                    .all(|c| patch.contains(c.centre.x, c.centre.y))
            );
            assert!(
                pad.cells()
                    .iter()
                    .all(|c| c.centre.z <= 0.0 && c.centre.z >= -0.001)
            );
            let moment: f64 = pad.cells().iter().map(|c| c.area * c.centre.x).sum();
            assert!(
                moment.abs() < 1e-12,
                "the cells' centre is off by {moment} m³"
            );
        }
    }

    #[test]
    fn a_fork_has_two_equal_tips() {
        let fork = Patch::Fork {
            tip_radius: Metres::new(0.01),
            spacing: Metres::new(0.1),
        };
        let pad = Pad::new(&fork, Metres::ZERO);
        let of_tip = |tip: usize| pad.cells().iter().filter(|c| c.tip == tip).count();
        assert_eq!(of_tip(0), of_tip(1));
        assert!(
            pad.cells()
                .iter()
                .all(|c| (c.tip == 0) == (c.centre.y > 0.0))
        );
    }
}
