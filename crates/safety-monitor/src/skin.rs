//! The believed skin as a coarse height map of the monitor's own: one bilinear look-up.

use quantities::{Metres, Point, Table};

/// Nodes that a map may hold.
const MOST_NODES: f64 = 1e6;

/// Why a height map cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error(
    "a skin map from ({x_from} m, {y_from} m) to ({x_to} m, {y_to} m) every {spacing} m has no cell or too many; give the believed back's bounds and a spacing of about 10 mm"
)]
pub struct SkinError {
    x_from: f64,
    x_to: f64,
    y_from: f64,
    y_to: f64,
    spacing: f64,
}

/// Height of the skin over the table on a regular grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Skin {
    x_from: f64,
    y_from: f64,
    /// Nodes a metre.
    density: f64,
    columns: usize,
    heights: Vec<Option<f64>>,
    highest: f64,
}

impl Skin {
    /// Asks `height_of(x, y)` (m, table frame) at every node; `None` where there is no body.
    ///
    /// # Errors
    /// [`SkinError`] when the area or the spacing makes no cell, or too many.
    pub fn sampled(
        (x_from, x_to): (Metres, Metres),
        (y_from, y_to): (Metres, Metres),
        spacing: Metres,
        height_of: impl Fn(f64, f64) -> Option<f64>,
    ) -> Result<Self, SkinError> {
        let (x_from, x_to, y_from, y_to) = (x_from.get(), x_to.get(), y_from.get(), y_to.get());
        let spacing = spacing.get();
        let (rows, columns) = ((x_to - x_from) / spacing, (y_to - y_from) / spacing);
        // Written so that NaN is refused too.
        let usable = spacing > 0.0 && rows >= 1.0 && columns >= 1.0 && rows * columns <= MOST_NODES;
        if !usable {
            return Err(SkinError {
                x_from,
                x_to,
                y_from,
                y_to,
                spacing,
            });
        }
        let (rows, columns) = (rows as usize + 1, columns as usize + 1);
        let mut heights = Vec::with_capacity(rows * columns);
        for row in 0..rows {
            for column in 0..columns {
                let (x, y) = (
                    x_from + row as f64 * spacing,
                    y_from + column as f64 * spacing,
                );
                heights.push(height_of(x, y).filter(|h| h.is_finite()));
            }
        }
        Ok(Self {
            x_from,
            y_from,
            density: 1.0 / spacing,
            columns,
            highest: heights
                .iter()
                .flatten()
                .copied()
                .fold(f64::NEG_INFINITY, f64::max),
            heights,
        })
    }

    /// Distance of a place from the skin, positive outside, to first order along the normal; `None`
    /// where there is no body below.
    #[must_use]
    pub fn distance(&self, place: &Point<Table>) -> Option<f64> {
        let (height, slope_x, slope_y) = self.at(place.x(), place.y())?;
        Some((place.z() - height) / (1.0 + slope_x * slope_x + slope_y * slope_y).sqrt())
    }

    /// No skin is higher over the table (m).
    pub(crate) const fn highest(&self) -> f64 {
        self.highest
    }

    /// The place of the skin straight below or above a place; the place itself where there is no body.
    pub(crate) fn under(&self, place: &Point<Table>) -> Point<Table> {
        let height = self
            .at(place.x(), place.y())
            .map_or(place.z(), |(height, ..)| height);
        Point::new(place.x(), place.y(), height)
    }

    /// Height and slopes along x and y.
    #[inline]
    fn at(&self, x: f64, y: f64) -> Option<(f64, f64, f64)> {
        let row = (x - self.x_from) * self.density;
        let column = (y - self.y_from) * self.density;
        // Written so that NaN falls outside.
        let inside =
            row >= 0.0 && column >= 0.0 && column < (self.columns - 1) as f64 && row < MOST_NODES;
        if !inside {
            return None;
        }
        // Not negative: a cast rounds down.
        let (i, j) = (row as usize, column as usize);
        let (s, t) = (row - i as f64, column - j as f64);
        let first = i * self.columns + j;
        let node = |offset: usize| self.heights.get(first + offset).copied().flatten();
        let (h00, h01) = (node(0)?, node(1)?);
        let (h10, h11) = (node(self.columns)?, node(self.columns + 1)?);
        let (near, far) = (h00 + (h01 - h00) * t, h10 + (h11 - h10) * t);
        let slope_x = (far - near) * self.density;
        let slope_y = ((h01 - h00) * (1.0 - s) + (h11 - h10) * s) * self.density;
        Some((near + (far - near) * s, slope_x, slope_y))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn m(value: f64) -> Metres {
        Metres::new(value)
    }

    #[test]
    fn distance_over_a_tilted_plane_is_the_perpendicular() {
        let plane = |x: f64, y: f64| Some(0.2 + 0.5 * x - 0.25 * y);
        let skin =
            Skin::sampled((m(-0.3), m(0.3)), (m(-0.2), m(0.2)), m(0.01), plane).expect("cells");
        let normal = nalgebra::Vector3::new(-0.5, 0.25, 1.0).normalize();
        let on_skin = nalgebra::Point3::new(0.05, 0.03, 0.2 + 0.025 - 0.0075);
        let place = Point::from_raw(on_skin + normal * 0.04);
        assert!((skin.distance(&place).expect("over the body") - 0.04).abs() < 1e-12);
    }

    #[test]
    fn there_is_no_distance_where_there_is_no_body() {
        let half = |x: f64, _: f64| (x < 0.0).then_some(0.2);
        let skin =
            Skin::sampled((m(-0.3), m(0.3)), (m(-0.2), m(0.2)), m(0.01), half).expect("cells");
        for (x, y) in [
            (0.1, 0.0),
            (9.0, 0.0),
            (-9.0, 0.0),
            (0.0, 0.3),
            (f64::NAN, 0.0),
        ] {
            assert_eq!(skin.distance(&Point::new(x, y, 0.5)), None);
        }
        assert!(skin.distance(&Point::new(-0.1, 0.0, 0.5)).is_some());
    }

    #[test]
    fn a_map_without_cells_is_refused() {
        for spacing in [0.0, -1.0, f64::NAN, 10.0, 1e-9] {
            assert!(
                Skin::sampled((m(0.0), m(1.0)), (m(0.0), m(1.0)), m(spacing), |_, _| None).is_err()
            );
        }
    }
}
