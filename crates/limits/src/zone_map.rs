//! Zones of a back on a regular grid in back coordinates, so that a query is one look-up.

use anatomy::{Back, Zone};
use quantities::Metres;

use crate::LimitError;

/// Spacing of the grid (m). Chosen: the narrowest zone is several times wider, and ceilings are taken
/// as the least of the four nodes around a place, which errs by one spacing toward caution.
pub const ZONE_SPACING: f64 = 0.005;

/// Nodes that a map may hold; a back needs about 30,000.
const MOST_NODES: f64 = 1e6;

/// Which zone lies where. Outside the map nothing may be touched.
#[derive(Clone, Debug, PartialEq)]
pub struct ZoneMap {
    u_from: f64,
    v_from: f64,
    columns: usize,
    zones: Vec<Zone>,
}

impl ZoneMap {
    /// Asks `zone_of` at every node of the area from `(u_from, v_from)` to `(u_to, v_to)`.
    ///
    /// # Errors
    /// [`LimitError::EmptyZoneMap`] when the area has no extent or is not finite.
    pub fn sampled(
        (u_from, u_to): (Metres, Metres),
        (v_from, v_to): (Metres, Metres),
        zone_of: impl Fn(Metres, Metres) -> Zone,
    ) -> Result<Self, LimitError> {
        let rows = (u_to - u_from).get() / ZONE_SPACING;
        let columns = (v_to - v_from).get() / ZONE_SPACING;
        // Written so that NaN is refused too.
        let has_extent = rows >= 1.0 && columns >= 1.0 && rows * columns <= MOST_NODES;
        if !has_extent {
            return Err(LimitError::EmptyZoneMap {
                u_from: u_from.get(),
                u_to: u_to.get(),
                v_from: v_from.get(),
                v_to: v_to.get(),
            });
        }
        let (rows, columns) = (rows as usize + 1, columns as usize + 1);
        let mut zones = Vec::with_capacity(rows * columns);
        for row in 0..rows {
            for column in 0..columns {
                let u = u_from + Metres::new(row as f64 * ZONE_SPACING);
                let v = v_from + Metres::new(column as f64 * ZONE_SPACING);
                zones.push(zone_of(u, v));
            }
        }
        Ok(Self {
            u_from: u_from.get(),
            v_from: v_from.get(),
            columns,
            zones,
        })
    }

    /// The map of a believed back.
    ///
    /// # Errors
    /// [`LimitError::EmptyZoneMap`] when the back has no extent.
    pub fn of_back(back: &Back) -> Result<Self, LimitError> {
        let (u_range, v_range) = extent(back);
        Self::sampled(u_range, v_range, |u, v| back.zone_at(u, v))
    }

    /// Zone of the nearest node; [`Zone::NoContact`] outside the map and for a place that is no number.
    #[must_use]
    pub fn zone_at(&self, u: Metres, v: Metres) -> Zone {
        let row = (u.get() - self.u_from) / ZONE_SPACING;
        let column = (v.get() - self.v_from) / ZONE_SPACING;
        self.node((row + 0.5).floor(), (column + 0.5).floor())
    }

    /// Zones of the four nodes around a place, the same one several times when they agree.
    #[must_use]
    pub fn zones_around(&self, u: Metres, v: Metres) -> [Zone; 4] {
        let row = ((u.get() - self.u_from) / ZONE_SPACING).floor();
        let column = ((v.get() - self.v_from) / ZONE_SPACING).floor();
        [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)]
            .map(|(up, left)| self.node(row + up, column + left))
    }

    fn node(&self, row: f64, column: f64) -> Zone {
        // Written so that NaN falls outside.
        let inside =
            row >= 0.0 && column >= 0.0 && column < self.columns as f64 && row < MOST_NODES;
        if !inside {
            return Zone::NoContact;
        }
        let index = row as usize * self.columns + column as usize;
        self.zones.get(index).copied().unwrap_or(Zone::NoContact)
    }

    /// Everything that decides an answer, for the digest.
    pub(crate) fn write_to(&self, mut write: impl FnMut(&[u8])) {
        write(&self.u_from.to_le_bytes());
        write(&self.v_from.to_le_bytes());
        write(&(self.columns as u64).to_le_bytes());
        write(&(self.zones.len() as u64).to_le_bytes());
        for zone in &self.zones {
            write(zone.word().as_bytes());
            write(&[0]);
        }
    }
}

/// The smallest rectangle in back coordinates that holds the whole back.
fn extent(back: &Back) -> ((Metres, Metres), (Metres, Metres)) {
    let (u_from, u_to) = back.u_range();
    let steps = ((u_to - u_from).get() / ZONE_SPACING).clamp(0.0, 1e4) as usize;
    let (mut v_from, mut v_to) = (Metres::ZERO, Metres::ZERO);
    for step in 0..=steps {
        let range = back.v_range(u_from + Metres::new(step as f64 * ZONE_SPACING));
        if let Some((right, left)) = range {
            (v_from, v_to) = (v_from.min(right), v_to.max(left));
        }
    }
    ((u_from, u_to), (v_from, v_to))
}
