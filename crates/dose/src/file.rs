//! The map as it travels in archives: the cells that got something, and nothing for the others.

use serde::{Deserialize, Serialize};

use crate::grid::{CELL, Grid};
use crate::map::DoseMap;

/// A map in numbers. Figures are rounded to `f32`; a map that was read is equal to no more than that.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MapFile {
    /// Edge of a cell (mm); maps of other cells are refused.
    pub cell_mm: f64,
    /// Number of the lowest row, counted in cells from u = 0.
    pub first_row: i32,
    /// Rows.
    pub rows: i32,
    /// Columns on either side of the spine.
    pub half_columns: i32,
    /// What fell beside the map (N·s).
    pub outside_n_s: f64,
    /// The cells, row by row from the feet and in a row from the client's right.
    pub cells: Vec<CellFile>,
}

/// One cell: its place in the list of all cells, N·s, s, passes, highest pressure in kPa.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CellFile(pub u32, pub f32, pub f32, pub u16, pub f32);

/// Why numbers are no map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MapFileError {
    /// The cells have another size (mm).
    OtherCells(f64),
    /// More rows or columns than a back has.
    TooLarge {
        /// Rows.
        rows: i32,
        /// Columns on either side.
        half_columns: i32,
    },
    /// A cell that lies outside, or holds a number that is negative or not finite.
    BadCell {
        /// Its place in the list of all cells.
        index: u32,
    },
}

impl core::fmt::Display for MapFileError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::OtherCells(seen) => write!(
                f,
                "the dose map has cells of {seen} mm, this program reads {} mm; run the session again",
                CELL.get() * 1e3
            ),
            Self::TooLarge { rows, half_columns } => write!(
                f,
                "a dose map of {rows} rows and twice {half_columns} columns spans no back; the file is damaged"
            ),
            Self::BadCell { index } => write!(
                f,
                "cell {index} of the dose map lies outside of it or holds a number that is negative or \
                 not finite; the file is damaged"
            ),
        }
    }
}

impl core::error::Error for MapFileError {}

impl From<&DoseMap> for MapFile {
    fn from(map: &DoseMap) -> Self {
        let grid = map.grid();
        let figures = map
            .impulse_n_s()
            .iter()
            .zip(map.time_s())
            .zip(map.passes())
            .zip(map.highest_pressure_pa())
            .enumerate();
        let cells = figures
            .filter(|(_, (((impulse, _), _), _))| **impulse > 0.0)
            .map(|(index, (((impulse, time), passes), pressure))| {
                let index = u32::try_from(index).unwrap_or(u32::MAX);
                CellFile(
                    index,
                    *impulse as f32,
                    *time as f32,
                    *passes,
                    (*pressure * 1e-3) as f32,
                )
            });
        Self {
            cell_mm: CELL.get() * 1e3,
            first_row: grid.first_row(),
            rows: grid.rows() as i32,
            half_columns: (grid.columns() / 2) as i32,
            outside_n_s: map.outside().get(),
            cells: cells.collect(),
        }
    }
}

impl TryFrom<&MapFile> for DoseMap {
    type Error = MapFileError;

    fn try_from(file: &MapFile) -> Result<Self, MapFileError> {
        // Written so that NaN is refused too.
        let same = (file.cell_mm - CELL.get() * 1e3).abs() < 1e-9;
        if !same {
            return Err(MapFileError::OtherCells(file.cell_mm));
        }
        let grid = Grid::of_counts(file.first_row, file.rows, file.half_columns).ok_or(
            MapFileError::TooLarge {
                rows: file.rows,
                half_columns: file.half_columns,
            },
        )?;
        for cell in &file.cells {
            let CellFile(index, impulse, time, _, pressure) = *cell;
            let sound = [impulse, time, pressure]
                .iter()
                .all(|x| x.is_finite() && *x >= 0.0);
            if !sound || index as usize >= grid.len() {
                return Err(MapFileError::BadCell { index });
            }
        }
        let outside = if file.outside_n_s.is_finite() {
            file.outside_n_s.max(0.0)
        } else {
            0.0
        };
        let cells = file.cells.iter().map(|cell| {
            let CellFile(index, impulse, time, passes, pressure) = *cell;
            (
                index as usize,
                f64::from(impulse),
                f64::from(time),
                passes,
                f64::from(pressure) * 1e3,
            )
        });
        Ok(Self::of_cells(grid, outside, cells))
    }
}

#[cfg(test)]
mod tests {
    use kinematics::Patch;
    use quantities::{Metres, Newtons, Pascals, Seconds};

    use super::*;
    use crate::{Tip, Touch};

    fn pressed() -> DoseMap {
        let mut map = DoseMap::new(Grid::spanning(
            (Metres::new(-0.1), Metres::new(0.5)),
            Metres::new(0.2),
        ));
        let patch = Patch::Disc {
            radius: Metres::new(0.02),
        };
        for tip in Tip::of(&patch) {
            map.add(
                &tip,
                &Touch {
                    until: Seconds::new(1.0),
                    lasting: Seconds::new(1.0),
                    u: Metres::new(0.1),
                    v: Metres::new(-0.07),
                    along: (1.0, 0.0),
                    force: Newtons::new(12.0),
                    pressure: Pascals::new(9.5e3),
                },
            );
        }
        map
    }

    #[test]
    fn a_map_survives_the_file_to_the_precision_of_its_numbers() {
        let map = pressed();
        let text = serde_json::to_string(&MapFile::from(&map)).unwrap();
        let file: MapFile = serde_json::from_str(&text).unwrap();
        let read = DoseMap::try_from(&file).unwrap();
        assert_eq!(read.grid(), map.grid());
        assert_eq!(read.passes(), map.passes());
        for (a, b) in read.impulse_n_s().iter().zip(map.impulse_n_s()) {
            assert!((a - b).abs() < 1e-6);
        }
        assert_eq!(
            MapFile::from(&read),
            MapFile::from(&DoseMap::try_from(&file).unwrap())
        );
    }

    #[test]
    fn damaged_files_are_refused_with_what_is_wrong() {
        let sound = MapFile::from(&pressed());
        let with = |change: &dyn Fn(&mut MapFile)| {
            let mut file = sound.clone();
            change(&mut file);
            DoseMap::try_from(&file).err().map(|e| e.to_string())
        };
        let cells = with(&|f| f.cell_mm = 10.0).unwrap();
        assert!(cells.contains("10 mm"), "{cells}");
        assert!(with(&|f| f.rows = 2_000_000_000).is_some());
        assert!(with(&|f| f.half_columns = -1).is_some());
        assert!(with(&|f| f.cells[0].0 = u32::MAX).is_some());
        assert!(with(&|f| f.cells[0].1 = f32::NAN).is_some());
        assert_eq!(with(&|_| ()), None);
    }
}
