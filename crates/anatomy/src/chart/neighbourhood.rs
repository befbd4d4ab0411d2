//! Where skin is known not only at a place of the chart but all around it, without asking at every place.
//!
//! How far a place moves, seen from above, when u and v change follows from the slopes of the arc lengths.
//! A slope of a B-spline lies within the span of the differences of neighbouring coefficients, so the
//! bounds below hold between the nodes too.

use quantities::Metres;

use super::{BackChart, HALF_WIDTH, STEP};
use crate::spline::{SplineGrid, SplineLine};

/// Cells of the table of arc lengths to either side of a place that the bounds are taken over, along the
/// spine and beside it.
const CELLS: (usize, usize) = (1, 2);
/// Rounding of the searches by which the chart finds a place (m), with much to spare.
const ROUNDING: f64 = 1e-8;

impl BackChart {
    /// True when skin is known at every place of the chart whose coordinates differ by at most `half` from
    /// these. False where that is not so, and where it is not certain: then ask place by place.
    #[must_use]
    pub fn is_known_around(&self, u: Metres, v: Metres, half: Metres) -> bool {
        let (u, v, half) = (u.get(), v.get(), half.get());
        // A NaN fails these comparisons too.
        if !(half >= 0.0 && u - half >= self.u_low && u + half <= self.u_high) {
            return false;
        }
        self.shadow(u, v, half)
            .is_some_and(|(centre, reach)| self.surface.is_known_within(centre, reach))
    }

    /// The place at `(u, v)` seen from above, and how far from it any is whose coordinates differ by at most
    /// `half`; `None` where no bound is certain.
    fn shadow(&self, u: f64, v: f64, half: f64) -> Option<((f64, f64), f64)> {
        let foot = self.spine.x_of_u(u);
        let t = self.walk(foot, v)?;
        let foot_moves = half / self.spine.arc.least_slope()?.max(1e-3) + ROUNDING;
        let (widest, steepest) = self.lateral.slope_bounds(foot, t, CELLS)?;
        let t_moves = (half + widest * foot_moves) / steepest + ROUNDING;
        // Within the cells that the bounds were taken over, and well within the table.
        let within = foot_moves <= CELLS.0 as f64 * STEP
            && t_moves <= CELLS.1 as f64 * STEP
            && t.abs() + t_moves <= HALF_WIDTH - STEP;
        let (foot_y, slope, bend) = self.spine.above.eval(foot);
        let (left, _) = super::SpineFromAbove::left(slope, bend);
        // The foot goes along the line; the way beside it turns with the line, by its bend at most.
        let (slant, turn) = self.spine.above.line.slope_and_bend_bounds();
        let along = libm::hypot(1.0, slant) + (t.abs() + t_moves) * turn;
        let centre = (foot + t * left.0, foot_y + t * left.1);
        within.then_some((centre, along * foot_moves + t_moves))
    }
}

impl SplineLine {
    /// No slope of the line is less; `None` when the line may fall somewhere.
    fn least_slope(&self) -> Option<f64> {
        let steps = self.differences().fold(f64::INFINITY, f64::min);
        (steps > 0.0).then_some(steps / self.step)
    }

    /// Greatest absolute slope and second derivative anywhere.
    fn slope_and_bend_bounds(&self) -> (f64, f64) {
        let steepest = self
            .differences()
            .fold(0.0, |most: f64, d| most.max(d.abs()));
        let changes = self.differences().zip(self.differences().skip(1));
        let sharpest = changes.fold(0.0, |most: f64, (a, b)| most.max((b - a).abs()));
        (steepest / self.step, sharpest / (self.step * self.step))
    }

    fn differences(&self) -> impl Iterator<Item = f64> {
        let all = &self.coefficients;
        all.iter().zip(all.iter().skip(1)).map(|(a, b)| b - a)
    }
}

impl SplineGrid {
    /// Over the cell of a place and so many to either side: the greatest absolute slope along x and the
    /// least slope along y. `None` near the edge of the grid, and where the values may fall along y.
    fn slope_bounds(&self, x: f64, y: f64, cells: (usize, usize)) -> Option<(f64, f64)> {
        let (i, j, _, _) = self.cell(x, y)?;
        let (first_i, first_j) = (i.checked_sub(cells.0)?, j.checked_sub(cells.1)?);
        // A cell has four coefficients each way.
        let (last_i, last_j) = (i + cells.0 + 3, j + cells.1 + 3);
        if last_i >= self.count_x || last_j >= self.count_y {
            return None;
        }
        let at = |i: usize, j: usize| self.coefficients.get(i * self.count_y + j).copied();
        let (mut widest, mut steepest) = (0.0_f64, f64::INFINITY);
        for i in first_i..=last_i {
            for j in first_j..=last_j {
                let here = at(i, j)?;
                if i < last_i {
                    widest = widest.max((at(i + 1, j)? - here).abs());
                }
                if j < last_j {
                    steepest = steepest.min(at(i, j + 1)? - here);
                }
            }
        }
        (steepest > 0.0).then_some((widest / self.step, steepest / self.step))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::{crooked, man};
    use super::*;

    /// Asks the chart at many places of the square around one.
    fn asked_one_by_one(chart: &BackChart, u: f64, v: f64, half: f64) -> bool {
        let share = |k: i32| f64::from(k) / 6.0 * half;
        (-6..=6).all(|i| {
            (-6..=6).all(|j| {
                let (u, v) = (Metres::new(u + share(i)), Metres::new(v + share(j)));
                chart.at(u, v).is_some()
            })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

        #[test]
        fn where_all_around_is_known_every_place_is(u in -0.3..0.6, v in -0.3..0.3, half in 0.0..0.004) {
            for chart in [man().chart(), crooked()] {
                let all = chart.is_known_around(Metres::new(u), Metres::new(v), Metres::new(half));
                prop_assert!(!all || asked_one_by_one(chart, u, v, half));
            }
        }
    }

    #[test]
    fn well_within_the_back_it_is_certain_and_beside_the_body_or_for_no_number_it_is_not() {
        let known = |u: f64, v: f64| {
            let half = Metres::new(0.0026);
            man()
                .chart()
                .is_known_around(Metres::new(u), Metres::new(v), half)
        };
        for i in 0..30 {
            for j in -10..=10 {
                assert!(known(0.01 * f64::from(i), 0.01 * f64::from(j)), "{i} {j}");
            }
        }
        assert!(
            !known(0.1, 0.4) && !known(-5.0, 0.0) && !known(f64::NAN, 0.0) && !known(0.0, f64::NAN)
        );
    }
}
