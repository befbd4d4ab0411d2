//! How hard one tool may press at each place: the least ceiling under the patch and around it, less
//! the margin that a set-point keeps.

use anatomy::Zone;
use limits::Block;
use quantities::{Metres, Newtons};

use super::{Ground, Piece};

/// Surroundings of the patch that count (m): what breathing, tracking and the scan may shift it by.
const AROUND: f64 = 0.015;
/// Grid of the map (m).
const GRID: f64 = 0.005;

/// Beyond the edge of the patch by this much (m) no place changes what [`Allowance`] says: the surroundings,
/// and what rounding to the grid adds.
pub(crate) const MAP_REACH: f64 = AROUND + 2.0 * GRID;

/// A map over `(u, v)` of the force allowed to one piece of a patch, for the whole tool.
#[derive(Clone, Debug)]
pub(crate) struct Allowance {
    pieces: Vec<(f64, Map)>,
    share: f64,
}

#[derive(Clone, Debug)]
struct Map {
    u_from: f64,
    v_from: f64,
    columns: usize,
    rows: usize,
    /// Least ceiling (N) over the piece and its surroundings.
    around: Vec<f64>,
}

impl Allowance {
    /// Measures the ceilings for all places where the tool's centre may be.
    pub(crate) fn of(ground: &Ground<'_>) -> Self {
        let pieces = ground.pieces();
        let share = pieces.len() as f64;
        Self {
            pieces: pieces
                .iter()
                .map(|p| (p.offset, Map::of(ground, p)))
                .collect(),
            share,
        }
    }

    /// Ceiling (N) for the whole tool with its centre at `(u, v)`: as many times the least ceiling of a
    /// piece as there are pieces.
    pub(crate) fn ceiling(&self, u: f64, v: f64) -> f64 {
        // Tool y points to the client's right.
        let least = self
            .pieces
            .iter()
            .map(|(offset, map)| map.at(u, v - offset));
        least.fold(f64::INFINITY, f64::min).max(0.0) * self.share
    }
}

impl Ground<'_> {
    /// The zone that sets the ceiling at a place: of those under the patch and around it the one with
    /// the least.
    pub(crate) fn weakest_zone(&self, u: f64, v: f64) -> Zone {
        let mut weakest = (f64::INFINITY, Zone::NoContact);
        for piece in self.pieces() {
            for (u, v) in around(&piece, AROUND, u, v) {
                let ceiling = ceiling_at(self, &piece, u, v);
                if ceiling < weakest.0 {
                    let zone = self.envelope.zone_at(Metres::new(u), Metres::new(v));
                    weakest = (ceiling, zone);
                }
            }
        }
        weakest.1
    }

    /// What the client has closed under the patch or around it, as far as the map of ceilings looks, and
    /// where; places that do not count for that map do not count here.
    pub(crate) fn block_near(&self, u: f64, v: f64) -> Option<(Block, (f64, f64))> {
        self.pieces().iter().find_map(|piece| {
            around(piece, MAP_REACH, u, v).find_map(|(u, v)| {
                let is_closed = ceiling_at(self, piece, u, v) <= 0.0;
                let block = || self.envelope.block_at(Metres::new(u), Metres::new(v));
                is_closed.then(block).flatten().map(|block| (block, (u, v)))
            })
        })
    }
}

/// Places on a grid over a piece of a patch at `(u, v)` and so far (m) around it.
fn around(piece: &Piece, beyond: f64, u: f64, v: f64) -> impl Iterator<Item = (f64, f64)> {
    let reach = |half: f64| ((half + beyond) / GRID).ceil() as i32;
    let (along, across, v) = (reach(piece.half_x), reach(piece.half_y), v - piece.offset);
    (-along..=along).flat_map(move |i| {
        (-across..=across).map(move |j| (u + f64::from(i) * GRID, v + f64::from(j) * GRID))
    })
}

impl Map {
    fn of(ground: &Ground<'_>, piece: &Piece) -> Self {
        let (low, high) = ground.back.u_range();
        let (u_from, u_to) = (low.get(), high.get());
        let rows = ((u_to - u_from) / GRID).ceil().clamp(1.0, 1000.0) as usize + 1;
        let half_columns = 80_usize;
        let columns = 2 * half_columns + 1;
        let v_from = -(half_columns as f64) * GRID;
        let mut ceilings = Vec::with_capacity(rows * columns);
        for row in 0..rows {
            for column in 0..columns {
                let (u, v) = (u_from + row as f64 * GRID, v_from + column as f64 * GRID);
                ceilings.push(ceiling_at(ground, piece, u, v));
            }
        }
        let mut map = Self {
            u_from,
            v_from,
            columns,
            rows,
            around: ceilings,
        };
        map.spread(piece.half_x + AROUND, piece.half_y + AROUND);
        map
    }

    /// Each node takes the least of the nodes within the half extents, first along u, then along v.
    fn spread(&mut self, half_u: f64, half_v: f64) {
        let (reach_u, reach_v) = (
            (half_u / GRID).ceil() as usize,
            (half_v / GRID).ceil() as usize,
        );
        for column in 0..self.columns {
            let line: Vec<f64> = (0..self.rows)
                .map(|row| self.around[row * self.columns + column])
                .collect();
            let least = crate::profile::extreme(&line, reach_u, f64::min);
            for (row, value) in least.into_iter().enumerate() {
                self.around[row * self.columns + column] = value;
            }
        }
        for row in self.around.chunks_mut(self.columns) {
            let least = crate::profile::extreme(row, reach_v, f64::min);
            row.copy_from_slice(&least);
        }
    }

    /// The least of the four nodes around a place; zero off the map.
    fn at(&self, u: f64, v: f64) -> f64 {
        let (x, y) = ((u - self.u_from) / GRID, (v - self.v_from) / GRID);
        let inside =
            x >= 0.0 && y >= 0.0 && x <= (self.rows - 1) as f64 && y <= (self.columns - 1) as f64;
        if !inside {
            return 0.0;
        }
        let (row, column) = (x.floor() as usize, y.floor() as usize);
        let mut least = f64::INFINITY;
        for r in row..=(row + 1).min(self.rows - 1) {
            for c in column..=(column + 1).min(self.columns - 1) {
                least = least.min(self.around[r * self.columns + c]);
            }
        }
        // Infinite where no place around has a ceiling of its own: nothing may press there.
        if least.is_finite() { least } else { 0.0 }
    }
}

/// The ceiling at a node. The spine and the no-contact zones do not count: the keep-out and the
/// outline of the patch are checked as distances, and a ceiling of theirs would darken the whole
/// neighbourhood.
fn ceiling_at(ground: &Ground<'_>, piece: &Piece, u: f64, v: f64) -> f64 {
    let (u, v) = (Metres::new(u), Metres::new(v));
    let zone = ground.envelope.zone_at(u, v);
    if zone == Zone::NoContact || v.abs() < ground.envelope.keep_out_half_width() {
        return f64::INFINITY;
    }
    // At the border of a no-contact zone the envelope answers with that zone's zero.
    let here = ground.envelope.force_ceiling(zone, piece.area);
    let at = ground.envelope.force_ceiling_at(u, v, piece.area);
    let blocked = at <= Newtons::ZERO && !ground.near_no_contact(u, v);
    let rated = ground.rating * piece.area;
    if blocked { 0.0 } else { here.min(rated).get() }
}
