//! How high and how steep the skin is at most over a piece of the table: what is well above that need not be
//! measured against the skin point by point.
//!
//! A B-spline lies within the span of the coefficients that tell it, and its slopes within the span of their
//! differences over the step. So the bounds hold everywhere, not only where someone looked.

use anatomy::Back;

/// Cells of the surface along one side of a square. Chosen: as wide as a link is thick.
const BLOCK: usize = 4;
/// Rounding of places (m), with much to spare.
const ROUNDING: f64 = 1e-9;

/// Height (m) and squared slope that no known skin of a square exceeds; minus infinity and 0 without skin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Most {
    pub height: f64,
    pub steepness: f64,
}

impl Most {
    const NONE: Self = Self {
        height: f64::NEG_INFINITY,
        steepness: 0.0,
    };

    fn or(self, other: Self) -> Self {
        Self {
            height: self.height.max(other.height),
            steepness: self.steepness.max(other.steepness),
        }
    }
}

/// The bounds over all squares of a back.
#[derive(Debug)]
pub(crate) struct SkinBounds {
    start: (f64, f64),
    size: f64,
    /// Squares along x and along y.
    counts: (usize, usize),
    /// y fastest.
    squares: Vec<Most>,
}

impl SkinBounds {
    /// Takes the bounds of all squares.
    pub(crate) fn of(back: &Back) -> Self {
        let surface = back.surface();
        let (bounds, step) = (surface.bounds(), surface.knot_step());
        let (count_x, count_y) = surface.coefficient_counts();
        let cells = (count_x.saturating_sub(3), count_y.saturating_sub(3));
        let counts = (cells.0.div_ceil(BLOCK), cells.1.div_ceil(BLOCK));
        let mut squares = vec![Most::NONE; counts.0 * counts.1];
        for i in 0..cells.0 {
            for j in 0..cells.1 {
                let x = bounds.min_x + (i as f64 + 0.5) * step;
                let y = bounds.min_y + (j as f64 + 0.5) * step;
                if !surface.is_known(x, y) {
                    continue;
                }
                let most = most_in_cell(surface.coefficients(), count_y, (i, j), step);
                if let Some(square) = squares.get_mut(i / BLOCK * counts.1 + j / BLOCK) {
                    *square = square.or(most);
                }
            }
        }
        Self {
            start: (bounds.min_x, bounds.min_y),
            size: step * BLOCK as f64,
            counts,
            squares,
        }
    }

    /// The bounds over a rectangle of the table, given by its least and greatest x and y (m); `None` where it
    /// holds no known skin.
    pub(crate) fn over(&self, x: (f64, f64), y: (f64, f64)) -> Option<Most> {
        let along = span(x, self.start.0, self.size, self.counts.0)?;
        let across = span(y, self.start.1, self.size, self.counts.1)?;
        let mut most = Most::NONE;
        for i in along {
            let row = i * self.counts.1;
            let squares = self.squares.get(row + across.start..row + across.end);
            most = squares.into_iter().flatten().fold(most, |m, s| m.or(*s));
        }
        (most.height > f64::NEG_INFINITY).then_some(most)
    }
}

/// Squares that a piece of an axis touches.
fn span(
    (low, high): (f64, f64),
    start: f64,
    size: f64,
    count: usize,
) -> Option<core::ops::Range<usize>> {
    let (low, high) = (
        (low - ROUNDING - start) / size,
        (high + ROUNDING - start) / size,
    );
    // Written so that a NaN is no rectangle without skin.
    if high < 0.0 || low > count as f64 {
        return None;
    }
    Some(low.max(0.0) as usize..(high as usize).saturating_add(1).min(count))
}

/// The bounds of one cell from its 16 coefficients.
fn most_in_cell(all: &[f64], count_y: usize, (i, j): (usize, usize), step: f64) -> Most {
    let at = |a: usize, b: usize| {
        all.get((i + a) * count_y + j + b)
            .copied()
            .unwrap_or(f64::INFINITY)
    };
    let (mut height, mut along, mut across) = (f64::NEG_INFINITY, 0.0_f64, 0.0_f64);
    for a in 0..4 {
        for b in 0..4 {
            height = height.max(at(a, b));
            if a < 3 {
                along = along.max((at(a + 1, b) - at(a, b)).abs());
            }
            if b < 3 {
                across = across.max((at(a, b + 1) - at(a, b)).abs());
            }
        }
    }
    Most {
        height,
        steepness: (along * along + across * across) / (step * step),
    }
}

#[cfg(test)]
mod tests {
    use anatomy::{BodyParameters, Sex, parametric_back};
    use quantities::{Kilograms, Metres};

    use super::*;

    #[test]
    fn no_skin_of_a_rectangle_is_higher_or_steeper_and_where_there_is_none_none_is_found() {
        let back = parametric_back(&BodyParameters {
            sex: Sex::Female,
            stature: Metres::new(1.66),
            mass: Kilograms::new(60.0),
        })
        .expect("an ordinary body");
        let (bounds, skin) = (SkinBounds::of(&back), back.surface());
        let area = skin.bounds();
        let mut seen = 0;
        for i in 0..40 {
            for j in 0..30 {
                let x = area.min_x - 0.05 + 0.025 * f64::from(i);
                let y = area.min_y - 0.05 + 0.025 * f64::from(j);
                let most = bounds.over((x, x + 0.031), (y, y + 0.017));
                for (a, b) in [(0.0, 0.0), (1.0, 1.0), (0.5, 0.2), (0.1, 0.9)] {
                    if let Some(here) = skin.sample(x + 0.031 * a, y + 0.017 * b) {
                        let most = most.expect("there is skin");
                        let steep = here.slope_x * here.slope_x + here.slope_y * here.slope_y;
                        assert!(
                            here.height <= most.height && steep <= most.steepness * (1.0 + 1e-12)
                        );
                        // On a flank a rectangle falls by its own width.
                        let falls = 0.02 + 0.08 * most.steepness.sqrt();
                        assert!(most.height < here.height + falls, "it tells too little");
                        seen += 1;
                    }
                }
            }
        }
        assert!(seen > 500, "{seen} places");
        assert_eq!(bounds.over((9.0, 9.1), (0.0, 0.1)), None);
    }
}
