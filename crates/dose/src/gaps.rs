//! Places that the plan set out to work and the run did not: what a second visit would be for.
//!
//! Plan and run are told in charts that differ by millimetres, the believed one and the true one, so the edge
//! of a track never matches. A cell therefore counts as short only when nothing within 10 mm of it got enough.

use quantities::{Metres, NewtonSeconds, SquareMetres};
use serde::Serialize;

use crate::figures::Side;
use crate::grid::{CELL, Grid};
use crate::map::DoseMap;

/// With this share of the planned dose a place is worked. Chosen.
pub const COVERED_ENOUGH: f64 = 0.6;
/// Smaller gaps are not told. Chosen: less than a thumb.
pub const SMALLEST_GAP: SquareMetres = SquareMetres::new(3e-4);
/// Planned doses below this share of the plan's mean are the fringe of a track, not its aim. Chosen.
const FRINGE: f64 = 0.25;
/// Reach of the neighbourhood that may stand in for a cell (cells): 10 mm.
const NEAR: usize = 2;
/// Gaps of one side that are no farther apart than this are one (cells): 20 mm.
const TOGETHER: usize = 4;

/// A place that was planned and not given.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Gap {
    /// Which side.
    pub side: Side,
    /// Lowest u (mm).
    pub from_u_mm: f64,
    /// Highest u (mm).
    pub to_u_mm: f64,
    /// Least distance from the spine (mm).
    pub inner_mm: f64,
    /// Greatest distance from the spine (mm).
    pub outer_mm: f64,
    /// Area (cm²).
    pub area_cm2: f64,
    /// Planned there (N·s).
    pub planned_n_s: f64,
    /// Given there (N·s).
    pub given_n_s: f64,
}

impl Gap {
    /// What is missing.
    #[must_use]
    pub fn missing(&self) -> NewtonSeconds {
        NewtonSeconds::new((self.planned_n_s - self.given_n_s).max(0.0))
    }
}

/// The gaps of a run against its plan, largest first: connected areas of one side in which less than
/// [`COVERED_ENOUGH`] of the planned dose was given.
#[must_use]
pub fn gaps(planned: &DoseMap, given: &DoseMap) -> Vec<Gap> {
    let grid = *planned.grid();
    let given = on(&grid, given);
    let worked = planned
        .passes()
        .iter()
        .filter(|passes| **passes > 0)
        .count();
    let mean = planned.impulse_n_s().iter().sum::<f64>() / worked.max(1) as f64;
    let at = |values: &[f64], index: usize| values.get(index).copied().unwrap_or(0.0);
    let is_short = |index: usize, nearest: f64| {
        let wanted = at(planned.impulse_n_s(), index);
        planned.is_worked(index) && wanted >= FRINGE * mean && nearest < COVERED_ENOUGH * wanted
    };
    // Sure: nothing near got enough. Doubtful: the cell itself did not.
    let sure: Vec<usize> = (0..grid.len())
        .filter(|index| {
            let near = grid.around(*index, NEAR).map(|other| at(&given, other));
            is_short(*index, near.fold(0.0, f64::max))
        })
        .collect();
    let mut open = vec![false; grid.len()];
    for index in sure.iter().flat_map(|index| grid.around(*index, NEAR)) {
        if let Some(open) = open.get_mut(index) {
            *open = is_short(index, at(&given, index));
        }
    }
    let mut found: Vec<Gap> = components(&grid, &mut open)
        .iter()
        .map(|cells| gap(&grid, cells, planned.impulse_n_s(), &given))
        .filter(|gap| gap.area_cm2 * 1e-4 >= SMALLEST_GAP.get())
        .collect();
    found.sort_by(|a, b| b.area_cm2.total_cmp(&a.area_cm2));
    found
}

/// The impulse of a map, cell by cell of another grid.
fn on(grid: &Grid, map: &DoseMap) -> Vec<f64> {
    (0..grid.len())
        .map(|index| {
            let (u, v) = grid.centre(index);
            let place = map.grid().index(u, v);
            place
                .and_then(|place| map.impulse_n_s().get(place).copied())
                .unwrap_or(0.0)
        })
        .collect()
}

/// Cells that hang together, or nearly, on one side of the spine.
fn components(grid: &Grid, open: &mut [bool]) -> Vec<Vec<usize>> {
    let side = |index: usize| Side::of(grid.centre(index).1);
    let mut all = Vec::new();
    for start in 0..open.len() {
        let mut cells = Vec::new();
        let mut next = vec![start];
        while let Some(index) = next.pop() {
            let taken = open.get_mut(index).is_some_and(core::mem::take);
            if taken {
                cells.push(index);
                next.extend(
                    grid.around(index, TOGETHER)
                        .filter(|i| side(*i) == side(index)),
                );
            }
        }
        if !cells.is_empty() {
            all.push(cells);
        }
    }
    all
}

fn gap(grid: &Grid, cells: &[usize], planned: &[f64], given: &[f64]) -> Gap {
    let half = CELL * 0.5;
    let places = || cells.iter().map(|index| grid.centre(*index));
    let least = |values: &mut dyn Iterator<Item = Metres>| {
        values.fold(Metres::new(f64::INFINITY), Metres::min)
    };
    let most = |values: &mut dyn Iterator<Item = Metres>| {
        values.fold(Metres::new(f64::NEG_INFINITY), Metres::max)
    };
    let sum = |values: &[f64]| -> f64 { cells.iter().filter_map(|index| values.get(*index)).sum() };
    let mm = |length: Metres| length.get() * 1e3;
    let v = places().next().map_or(Metres::ZERO, |(_, v)| v);
    Gap {
        side: Side::of(v),
        from_u_mm: mm(least(&mut places().map(|(u, _)| u)) - half),
        to_u_mm: mm(most(&mut places().map(|(u, _)| u)) + half),
        inner_mm: mm(least(&mut places().map(|(_, v)| v.abs())) - half),
        outer_mm: mm(most(&mut places().map(|(_, v)| v.abs())) + half),
        area_cm2: cells.len() as f64 * (CELL * CELL).get() * 1e4,
        planned_n_s: sum(planned),
        given_n_s: sum(given),
    }
}

#[cfg(test)]
mod tests {
    use kinematics::Patch;
    use proptest::prelude::*;
    use quantities::{Newtons, Pascals, Seconds};

    use super::*;
    use crate::{Tip, Touch};

    /// Up and down beside the spine, left then right, 80 mm/s: 20 s in all.
    fn moments() -> Vec<Touch> {
        let at = |tick: u32| {
            let t = f64::from(tick) * 0.02;
            let (leg, share) = ((t / 5.0).floor(), (t / 5.0).fract());
            let up = leg as i64 % 2 == 0;
            let (side, offset) = (
                if t < 10.0 { 1.0 } else { -1.0 },
                if up { 0.06 } else { 0.1 },
            );
            Touch {
                until: Seconds::new(t + 0.02),
                lasting: Seconds::new(0.02),
                u: Metres::new(if up { 0.4 * share } else { 0.4 * (1.0 - share) }),
                v: Metres::new(side * offset),
                along: (1.0, 0.0),
                force: Newtons::new(12.0),
                pressure: Pascals::new(3e3),
            }
        };
        (0..1000).map(at).collect()
    }

    fn map(moments: &[Touch], shift: f64) -> DoseMap {
        let grid = Grid::spanning((Metres::new(-0.1), Metres::new(0.5)), Metres::new(0.2));
        let mut map = DoseMap::new(grid);
        let tips = Tip::of(&Patch::RoundedRectangle {
            length: Metres::new(0.1),
            width: Metres::new(0.05),
            corner: Metres::new(0.0125),
        });
        for touch in moments {
            let v = touch.v + Metres::new(shift);
            map.add(&tips[0], &Touch { v, ..*touch });
        }
        map
    }

    #[test]
    fn a_run_as_planned_has_no_gap_even_when_the_midline_is_off_by_millimetres() {
        let planned = map(&moments(), 0.0);
        for shift in [0.0, 0.003, -0.006, 0.008] {
            assert_eq!(gaps(&planned, &map(&moments(), shift)), vec![], "{shift}");
        }
    }

    #[test]
    fn a_run_that_was_cut_short_lacks_what_came_after() {
        let moments = moments();
        let planned = map(&moments, 0.0);
        // Stopped half-way up on the right.
        let given = map(&moments[..625], 0.003);
        let found = gaps(&planned, &given);
        assert_eq!(found.len(), 1, "{found:?}");
        let gap = &found[0];
        assert_eq!(gap.side, Side::Right);
        assert!(gap.to_u_mm > 430.0 && gap.outer_mm > 115.0, "{gap:?}");
        assert!(gap.given_n_s < 0.3 * gap.planned_n_s, "{gap:?}");
        // Seven and a half seconds at 12 N were left out.
        assert!(
            gap.missing().get() < 90.0 && gap.missing().get() > 70.0,
            "{gap:?}"
        );
    }

    #[test]
    fn easing_off_on_one_side_is_a_gap_of_that_side() {
        let planned = map(&moments(), 0.0);
        let eased: Vec<Touch> = moments()
            .into_iter()
            .map(|t| Touch {
                force: if t.v < Metres::ZERO {
                    t.force * 0.4
                } else {
                    t.force
                },
                ..t
            })
            .collect();
        let found = gaps(&planned, &map(&eased, 0.0));
        assert_eq!(
            found.iter().map(|g| g.side).collect::<Vec<_>>(),
            [Side::Right]
        );
        assert!((found[0].given_n_s / found[0].planned_n_s - 0.4).abs() < 0.01);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn what_is_cut_out_is_found_where_it_was(start in 0usize..800, length in 80usize..200) {
            let moments = moments();
            let planned = map(&moments, 0.0);
            let cut: Vec<Touch> = moments
                .iter()
                .enumerate()
                .filter(|(i, _)| *i < start || *i >= start + length)
                .map(|(_, touch)| *touch)
                .collect();
            let given = map(&cut, 0.0);
            let lost = planned.total().get() - given.total().get();
            let found = gaps(&planned, &given);
            let missing: f64 = found.iter().map(|g| g.missing().get()).sum();
            prop_assert!(missing <= lost + 1e-9);
            prop_assert!(given.total().get() < planned.total().get());
            for gap in &found {
                prop_assert!(gap.given_n_s < COVERED_ENOUGH * gap.planned_n_s);
                prop_assert!(gap.from_u_mm < gap.to_u_mm && gap.inner_mm < gap.outer_mm);
            }
        }
    }
}
