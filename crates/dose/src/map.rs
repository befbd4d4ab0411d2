//! The map: what every cell got.

use quantities::{Metres, NewtonSeconds, Pascals, Seconds};

use crate::grid::{CELL, Grid};
use crate::tip::{POINTS_PER_CELL, Tip, Touch};

/// A visit of a cell ends when the patch has been away for longer than this. Chosen: longer than a turn of the
/// slowest circles of a thumb (1 Hz), so that circling on one spot is one pass, and shorter than any lift.
pub const VISIT_PAUSE: Seconds = Seconds::new(1.0);
/// A cell is covered when at least this share of it lies under the patch. Chosen.
const COVERED: f64 = 0.5;

/// What was pressed where.
#[derive(Clone, Debug, PartialEq)]
pub struct DoseMap {
    grid: Grid,
    /// Force times time (N·s), cell by cell.
    impulse: Vec<f64>,
    /// Time under the patch (s).
    time: Vec<f64>,
    /// Visits.
    visits: Vec<u16>,
    /// Highest pressure of any patch that covered the cell (Pa).
    pressure: Vec<f64>,
    /// When the patch last covered the cell (s).
    left_at: Vec<f64>,
    /// What fell beside the map (N·s).
    outside: f64,
    /// Points of the present touch in each cell; all zero between touches.
    counts: Vec<u16>,
    /// The cells of the present touch.
    under: Vec<usize>,
}

impl DoseMap {
    /// A map on which nothing was pressed yet.
    #[must_use]
    pub fn new(grid: Grid) -> Self {
        let cells = grid.len();
        Self {
            grid,
            impulse: vec![0.0; cells],
            time: vec![0.0; cells],
            visits: vec![0; cells],
            pressure: vec![0.0; cells],
            left_at: vec![f64::NEG_INFINITY; cells],
            outside: 0.0,
            counts: vec![0; cells],
            under: Vec::new(),
        }
    }

    /// An empty map over all of a back.
    #[must_use]
    pub fn over(back: &anatomy::Back) -> Self {
        let (low, high) = back.u_range();
        let rows = ((high - low) / CELL).ceil().clamp(0.0, 1000.0) as usize;
        let reach = (0..=rows)
            .filter_map(|row| back.v_range((low + CELL * row as f64).min(high)))
            .fold(Metres::ZERO, |most, (right, left)| {
                most.max(left).max(-right)
            });
        Self::new(Grid::spanning((low, high), reach))
    }

    pub(crate) fn of_cells(
        grid: Grid,
        outside: f64,
        cells: impl Iterator<Item = (usize, f64, f64, u16, f64)>,
    ) -> Self {
        let mut map = Self::new(grid);
        map.outside = outside;
        for (index, impulse, time, visits, pressure) in cells {
            let slots = (
                map.impulse.get_mut(index),
                map.time.get_mut(index),
                map.visits.get_mut(index),
                map.pressure.get_mut(index),
            );
            if let (Some(i), Some(t), Some(v), Some(p)) = slots {
                (*i, *t, *v, *p) = (impulse, time, visits, pressure);
            }
        }
        map
    }

    /// Adds one moment of one tip. A touch that is not finite, or presses with nothing, adds nothing.
    pub fn add(&mut self, tip: &Tip, touch: &Touch) {
        let (impulse, lasting) = ((touch.force * touch.lasting).get(), touch.lasting.get());
        let place = [touch.u.get(), touch.v.get(), touch.along.0, touch.along.1];
        let finite = place.iter().all(|x| x.is_finite()) && touch.until.is_finite();
        // NaN fails these comparisons too.
        let presses = impulse > 0.0 && impulse.is_finite() && lasting > 0.0;
        if !(finite && presses) {
            return;
        }
        let lost = self.lay(tip, touch);
        let points = tip.points().len().max(1) as f64;
        self.outside += impulse * lost as f64 / points;
        let begin = touch.until.get() - lasting;
        let mut under = core::mem::take(&mut self.under);
        for index in under.drain(..) {
            let count = self.counts.get_mut(index).map_or(0, core::mem::take);
            let count = f64::from(count);
            add(&mut self.impulse, index, impulse * count / points);
            if count >= COVERED * POINTS_PER_CELL {
                self.cover(index, begin, touch);
            }
        }
        self.under = under;
    }

    /// Counts the tip's points into cells; gives how many fell beside the map.
    fn lay(&mut self, tip: &Tip, touch: &Touch) -> usize {
        let (cos, sin) = touch.along;
        let (u, v) = (touch.u / CELL, touch.v / CELL);
        let mut lost = 0;
        for (x, y) in tip.points() {
            // Tool y points to the client's right when tool x points to the head.
            let (du, dv) = (cos * x + sin * y, sin * x - cos * y);
            let index = self.grid.index_in_cells(u + du, v + dv);
            let Some(index) = index else {
                lost += 1;
                continue;
            };
            if let Some(count) = self.counts.get_mut(index) {
                if *count == 0 {
                    self.under.push(index);
                }
                *count = count.saturating_add(1);
            }
        }
        lost
    }

    fn cover(&mut self, index: usize, begin: f64, touch: &Touch) {
        add(&mut self.time, index, touch.lasting.get());
        if let Some(pressure) = self.pressure.get_mut(index) {
            *pressure = pressure.max(touch.pressure.get());
        }
        if let (Some(left_at), Some(visits)) =
            (self.left_at.get_mut(index), self.visits.get_mut(index))
        {
            if begin - *left_at > VISIT_PAUSE.get() {
                *visits = visits.saturating_add(1);
            }
            *left_at = touch.until.get();
        }
    }

    /// Its cells.
    #[must_use]
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// Force times time of each cell (N·s), row by row from the feet, in a row from the client's right.
    #[must_use]
    pub fn impulse_n_s(&self) -> &[f64] {
        &self.impulse
    }

    /// Time that each cell lay under the patch (s).
    #[must_use]
    pub fn time_s(&self) -> &[f64] {
        &self.time
    }

    /// Separate visits of each cell.
    #[must_use]
    pub fn passes(&self) -> &[u16] {
        &self.visits
    }

    /// Highest pressure that was told for any patch over the cell (Pa).
    #[must_use]
    pub fn highest_pressure_pa(&self) -> &[f64] {
        &self.pressure
    }

    /// Pressure times time of each cell (kPa·s): its N·s over its area.
    pub fn pressure_dose_kpa_s(&self) -> impl Iterator<Item = f64> + '_ {
        let area = (CELL * CELL).get();
        self.impulse.iter().map(move |n_s| n_s / area * 1e-3)
    }

    /// Was the cell ever covered?
    #[must_use]
    pub fn is_worked(&self, index: usize) -> bool {
        self.visits.get(index).is_some_and(|visits| *visits > 0)
    }

    /// Lowest and highest u of the cells that were covered; `None` when none was.
    #[must_use]
    pub fn worked_u_range(&self) -> Option<(Metres, Metres)> {
        let columns = self.grid.columns().max(1);
        let rows = || self.visits.chunks(columns);
        let worked = |row: &[u16]| row.iter().any(|visits| *visits > 0);
        let first = rows().position(worked)?;
        let last = rows().rposition(worked)?;
        let edge = |row: usize| CELL * (f64::from(self.grid.first_row()) + row as f64);
        Some((edge(first), edge(last + 1)))
    }

    /// All that was deposited, on the map and beside it.
    #[must_use]
    pub fn total(&self) -> NewtonSeconds {
        NewtonSeconds::new(self.impulse.iter().sum::<f64>() + self.outside)
    }

    /// What fell beside the map.
    #[must_use]
    pub fn outside(&self) -> NewtonSeconds {
        NewtonSeconds::new(self.outside)
    }

    /// Highest pressure of all.
    #[must_use]
    pub fn highest_pressure(&self) -> Pascals {
        Pascals::new(self.pressure.iter().copied().fold(0.0, f64::max))
    }
}

fn add(values: &mut [f64], index: usize, more: f64) {
    if let Some(value) = values.get_mut(index) {
        *value += more;
    }
}

#[cfg(test)]
mod tests;
