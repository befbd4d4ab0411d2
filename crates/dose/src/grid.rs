//! The lattice of cells: fixed in back coordinates, so that two maps of one client share their cells
//! whatever part of the back each of them spans.

use quantities::Metres;

/// Edge of a cell. Chosen: a quarter of the smallest tool (20 mm).
pub const CELL: Metres = Metres::new(0.005);

/// Most cells along either direction: 2 m of back. More is a mistake in the bounds, not a person.
const MOST: i32 = 400;

/// Which cells a map has. Rows run along u toward the head, columns along v to the client's left; as many
/// columns right of the spine as left of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    first_row: i32,
    rows: i32,
    half_columns: i32,
}

impl Grid {
    /// Cells that span a range of u and reach `half_width` to either side of the spine. Bounds that are not
    /// finite or not in order give a grid without cells; no grid spans more than 2 m.
    #[must_use]
    pub fn spanning(u: (Metres, Metres), half_width: Metres) -> Self {
        let (low, high, half) = (u.0 / CELL, u.1 / CELL, half_width / CELL);
        let sound = low.is_finite() && high.is_finite() && half.is_finite() && low < high;
        if !sound || half <= 0.0 {
            return Self {
                first_row: 0,
                rows: 0,
                half_columns: 0,
            };
        }
        let bound = f64::from(MOST);
        let first = low.floor().clamp(-bound, bound) as i32;
        let last = high.ceil().clamp(-bound, bound) as i32;
        Self {
            first_row: first,
            rows: (last - first).clamp(0, MOST),
            half_columns: half.ceil().clamp(0.0, bound / 2.0) as i32,
        }
    }

    /// Cells given by number, as a file tells them; `None` when no back is that large.
    pub(crate) fn of_counts(first_row: i32, rows: i32, half_columns: i32) -> Option<Self> {
        let sound = (-MOST..=MOST).contains(&first_row)
            && (0..=MOST).contains(&rows)
            && (0..=MOST / 2).contains(&half_columns);
        sound.then_some(Self {
            first_row,
            rows,
            half_columns,
        })
    }

    /// Number of the lowest row: its lower edge is at this many cells from u = 0.
    #[must_use]
    pub fn first_row(&self) -> i32 {
        self.first_row
    }

    /// Rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows.max(0) as usize
    }

    /// Columns: column 0 is the rightmost.
    #[must_use]
    pub fn columns(&self) -> usize {
        2 * self.half_columns.max(0) as usize
    }

    /// Cells.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows() * self.columns()
    }

    /// True when there is no cell.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Range of u.
    #[must_use]
    pub fn u_range(&self) -> (Metres, Metres) {
        let at = |row: i32| CELL * f64::from(row);
        (at(self.first_row), at(self.first_row + self.rows))
    }

    /// Reach to either side of the spine.
    #[must_use]
    pub fn half_width(&self) -> Metres {
        CELL * f64::from(self.half_columns)
    }

    /// Centre of a cell (u, v), by its place in the map's lists (row by row).
    #[must_use]
    pub fn centre(&self, index: usize) -> (Metres, Metres) {
        let columns = self.columns().max(1);
        let (row, column) = (index / columns, index % columns);
        let u = f64::from(self.first_row) + row as f64 + 0.5;
        let v = column as f64 + 0.5 - f64::from(self.half_columns);
        (CELL * u, CELL * v)
    }

    /// The cell of a place (m); `None` outside and for NaN.
    #[must_use]
    pub fn index(&self, u: Metres, v: Metres) -> Option<usize> {
        self.index_in_cells(u / CELL, v / CELL)
    }

    /// The same, with u and v told in cells.
    pub(crate) fn index_in_cells(&self, u: f64, v: f64) -> Option<usize> {
        let row = u.floor() - f64::from(self.first_row);
        let column = v.floor() + f64::from(self.half_columns);
        // NaN fails these comparisons too.
        let inside = row >= 0.0
            && row < f64::from(self.rows)
            && column >= 0.0
            && column < f64::from(2 * self.half_columns);
        inside.then(|| row as usize * self.columns() + column as usize)
    }

    /// The cell on the other side of the spine.
    #[must_use]
    pub fn mirrored(&self, index: usize) -> usize {
        let columns = self.columns().max(1);
        index / columns * columns + (columns - 1 - index % columns)
    }

    /// The cells within so many cells of one, itself among them.
    pub(crate) fn around(&self, index: usize, reach: usize) -> impl Iterator<Item = usize> + use<> {
        let columns = self.columns().max(1);
        let (row, column) = (index / columns, index % columns);
        let span = |at: usize, count: usize| at.saturating_sub(reach)..(at + reach + 1).min(count);
        let (rows, across) = (span(row, self.rows()), span(column, columns));
        rows.flat_map(move |row| across.clone().map(move |column| row * columns + column))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn grid() -> Grid {
        Grid::spanning((Metres::new(-0.11), Metres::new(0.52)), Metres::new(0.183))
    }

    #[test]
    fn nonsense_bounds_give_no_cells_and_huge_ones_a_bounded_number() {
        let m = Metres::new;
        assert!(Grid::spanning((m(0.0), m(f64::NAN)), m(0.1)).is_empty());
        assert!(Grid::spanning((m(1.0), m(0.0)), m(0.1)).is_empty());
        assert!(Grid::spanning((m(-1e9), m(1e9)), m(1e9)).len() <= 160_000);
        assert_eq!(Grid::of_counts(0, 401, 3), None);
    }

    proptest! {
        #[test]
        fn the_centre_of_a_cell_lies_in_it_and_its_mirror_image_across_the_spine(index in 0usize..9000) {
            let grid = grid();
            prop_assume!(index < grid.len());
            let (u, v) = grid.centre(index);
            prop_assert_eq!(grid.index(u, v), Some(index));
            prop_assert_eq!(grid.index(u, -v), Some(grid.mirrored(index)));
        }

        #[test]
        fn grids_of_different_bounds_share_their_cells(u in 0.0..0.4f64, v in -0.1..0.1f64) {
            let other = Grid::spanning((Metres::new(-0.02), Metres::new(0.47)), Metres::new(0.131));
            let (u, v) = (Metres::new(u), Metres::new(v));
            let (one, two) = (grid().index(u, v).unwrap(), other.index(u, v).unwrap());
            let (a, b) = (grid().centre(one), other.centre(two));
            prop_assert!((a.0 - b.0).abs().get() < 1e-12 && (a.1 - b.1).abs().get() < 1e-12);
        }
    }
}
