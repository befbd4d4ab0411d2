//! What lies under the skin, on a regular grid over the table: modulus, and share of the breathing
//! lift. Looked up by bilinear interpolation; beyond the grid its rim goes on.

use quantities::Metres;

/// Spacing of the grid (m). Small against the smallest feature (a knot of 6 mm radius).
const SPACING: f64 = 0.004;

/// Modulus and breathing share over the table's xy plane.
#[derive(Clone, Debug, PartialEq)]
pub struct SkinMap {
    origin: (f64, f64),
    columns: usize,
    rows: usize,
    /// `[modulus Pa, breathing share]`, row by row along x. `f32` halves the cache that it takes.
    nodes: Vec<[f32; 2]>,
    highest: f64,
}

impl SkinMap {
    /// Samples `skin_at(x, y) -> [modulus Pa, breathing share]` over the box `low..high` (m).
    pub(crate) fn build(
        low: (f64, f64),
        high: (f64, f64),
        mut skin_at: impl FnMut(f64, f64) -> [f64; 2],
    ) -> Self {
        let count =
            |low: f64, high: f64| (((high - low) / SPACING).ceil().clamp(1.0, 2000.0)) as usize + 1;
        let (columns, rows) = (count(low.0, high.0), count(low.1, high.1));
        let mut nodes = Vec::with_capacity(columns * rows);
        for row in 0..rows {
            for column in 0..columns {
                let [modulus, share] = skin_at(
                    low.0 + column as f64 * SPACING,
                    low.1 + row as f64 * SPACING,
                );
                nodes.push([modulus as f32, share as f32]);
            }
        }
        Self {
            origin: low,
            columns,
            rows,
            nodes,
            highest: f64::INFINITY,
        }
    }

    /// Notes the highest place of the skin without breath: above it nothing can touch.
    pub(crate) fn below(self, highest: Metres) -> Self {
        Self {
            highest: highest.get(),
            ..self
        }
    }

    /// Highest place of the skin without breath (m).
    pub(crate) const fn highest(&self) -> f64 {
        self.highest
    }

    /// Modulus (Pa) and breathing share at a place (m).
    #[must_use]
    pub fn at(&self, x: f64, y: f64) -> (f64, f64) {
        let [modulus, share] = self.sloping_at(x, y);
        (modulus.value, share.value)
    }

    /// Modulus (Pa) and breathing share with their slopes, those of the grid's cell; level beyond the rim.
    #[must_use]
    pub(crate) fn sloping_at(&self, x: f64, y: f64) -> [Sloping; 2] {
        const PER_METRE: f64 = 1.0 / SPACING;
        let gx = ((x - self.origin.0) * PER_METRE).clamp(0.0, (self.columns - 1) as f64);
        let gy = ((y - self.origin.1) * PER_METRE).clamp(0.0, (self.rows - 1) as f64);
        let column = (gx as usize).min(self.columns.saturating_sub(2));
        let row = (gy as usize).min(self.rows.saturating_sub(2));
        let (tx, ty) = (gx - column as f64, gy - row as f64);
        let first = row * self.columns + column;
        let pair = |start: usize| match self.nodes.get(start..start + 2) {
            Some([a, b]) => (*a, *b),
            Some(_) | None => ([0.0; 2], [0.0; 2]),
        };
        let ((a, b), (c, d)) = (pair(first), pair(first + self.columns));
        core::array::from_fn(|i| {
            let at = |node: [f32; 2]| node.get(i).copied().map_or(0.0, f64::from);
            let (a, b, c, d) = (at(a), at(b), at(c), at(d));
            let (near, far) = (a + (b - a) * tx, c + (d - c) * tx);
            Sloping {
                value: near + (far - near) * ty,
                slope_x: ((b - a) + ((d - c) - (b - a)) * ty) * PER_METRE,
                slope_y: (far - near) * PER_METRE,
            }
        })
    }
}

/// A value of the map and its slopes (per metre).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Sloping {
    pub(crate) value: f64,
    pub(crate) slope_x: f64,
    pub(crate) slope_y: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plane_is_reproduced_and_the_rim_goes_on() {
        let map = SkinMap::build((-0.1, -0.2), (0.1, 0.2), |x, y| {
            [1000.0 + 100.0 * x + 50.0 * y, 0.5]
        });
        let (modulus, share) = map.at(0.0312, -0.1234);
        assert!((modulus - (1000.0 + 3.12 - 6.17)).abs() < 1e-3);
        assert!((share - 0.5).abs() < 1e-6);
        assert_eq!(map.at(5.0, 5.0), map.at(0.1, 0.2));
        assert!(map.at(f64::NAN, 0.0).0.is_nan() || map.at(f64::NAN, 0.0).0.is_finite());
    }
}
