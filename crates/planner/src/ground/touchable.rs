//! Where a place may surely be touched, remembered: most of a back, so that few places are asked about one by
//! one.
//!
//! A node answers for all places around it, never for more: where skin and zones are the same all over its
//! square it says so, and elsewhere each place is looked at by itself. A node is asked when it is first
//! needed. What it says does not depend on when that is, nor on which thread asks.

use core::sync::atomic::{AtomicU8, Ordering};

use anatomy::Zone;
use quantities::Metres;

use super::Ground;

/// Distance between nodes (m). Chosen: small against a back, large against the way between two knots.
const GRID: f64 = 0.005;
/// Places that a node answers for lie no farther from it (m), along u and along v; a little beyond the half of
/// the grid, for rounding.
const HALF: f64 = 0.0026;
/// Columns to either side of the spine: no back is wider than they reach.
const HALF_COLUMNS: usize = 64;
/// Most rows: a back needs about 150.
const MOST_ROWS: f64 = 1000.0;

/// Not asked yet.
const UNKNOWN: u8 = 0;
/// All places around may be touched.
const ALL: u8 = 1;
/// Some may not, or it is not certain.
const SOME: u8 = 2;

/// What is remembered of one body, whatever the tool.
#[derive(Debug)]
pub(crate) struct Touchable {
    u_from: f64,
    nodes: Vec<AtomicU8>,
}

impl Touchable {
    /// Knows nothing yet.
    pub(crate) fn over(back: &anatomy::Back) -> Self {
        let (low, high) = back.u_range();
        let rows = ((high - low).get() / GRID).ceil().clamp(0.0, MOST_ROWS) as usize + 1;
        let count = rows * (2 * HALF_COLUMNS + 1);
        Self {
            u_from: low.get(),
            nodes: (0..count).map(|_| AtomicU8::new(UNKNOWN)).collect(),
        }
    }

    /// True when the node next to a place answers for all that lies around it.
    pub(super) fn is_sure(&self, ground: &Ground<'_>, u: f64, v: f64) -> bool {
        let (row, column) = (((u - self.u_from) / GRID).round(), (v / GRID).round());
        // A NaN fails these comparisons too.
        if !((0.0..MOST_ROWS).contains(&row) && column.abs() <= HALF_COLUMNS as f64) {
            return false;
        }
        let across = (column + HALF_COLUMNS as f64) as usize;
        let at = row as usize * (2 * HALF_COLUMNS + 1) + across;
        let Some(node) = self.nodes.get(at) else {
            return false;
        };
        match node.load(Ordering::Relaxed) {
            UNKNOWN => {
                let place = (self.u_from + row * GRID, column * GRID);
                let all = ground.is_contact_around(place.0, place.1, HALF);
                node.store(if all { ALL } else { SOME }, Ordering::Relaxed);
                all
            }
            found => found == ALL,
        }
    }
}

impl Ground<'_> {
    /// True when [`Ground::is_contact`] is true at every place whose coordinates differ by at most `half` (m);
    /// false also where that is not certain.
    fn is_contact_around(&self, u: f64, v: f64, half: f64) -> bool {
        // Each square of the zone map that a place or one of its neighbours may lie in holds one of these
        // places: they are less than a spacing apart and reach to the corners.
        const ASKED: i32 = 2;
        let reach = half + limits::ZONE_SPACING;
        let step = 1.001 * reach / f64::from(ASKED);
        let mut offsets = (-ASKED..=ASKED).map(|i| step * f64::from(i));
        let in_contact = |du: f64| {
            let mut across = (-ASKED..=ASKED).map(|j| step * f64::from(j));
            across.all(|dv| {
                let (u, v) = (Metres::new(u + du), Metres::new(v + dv));
                self.envelope.zone_at(u, v) != Zone::NoContact
            })
        };
        let known = |ground: &Self| {
            let (u, v, half) = (Metres::new(u), Metres::new(v), Metres::new(half));
            ground.back.chart().is_known_around(u, v, half)
        };
        offsets.all(in_contact) && known(self)
    }
}

#[cfg(test)]
mod tests {
    use anatomy::{BodyParameters, Sex, parametric_back};
    use kinematics::Patch;
    use limits::{Envelope, RawLimits};
    use quantities::{Kilograms, Pascals};

    use super::*;

    #[test]
    fn what_is_remembered_agrees_with_a_look_at_the_place_and_spares_most_looks() {
        let back = parametric_back(&BodyParameters {
            sex: Sex::Male,
            stature: Metres::new(1.78),
            mass: Kilograms::new(78.0),
        })
        .expect("an ordinary body");
        let envelope = Envelope::for_back(&RawLimits::default(), &back).expect("the defaults");
        let all = Touchable::over(&back);
        let ground = Ground {
            back: &back,
            envelope: &envelope,
            patch: Patch::Disc {
                radius: Metres::new(0.01),
            },
            rating: Pascals::new(250e3),
            touchable: None,
        };
        let (low, high) = back.u_range();
        let (mut sure, mut touchable) = (0, 0);
        for i in 0..400 {
            for j in 0..200 {
                let share = f64::from(i) / 399.0;
                let u = low.get() - 0.01 + (high - low).get() * 1.02 * share;
                let v = -0.33 + 0.0033 * f64::from(j) + 0.0011 * share;
                let looked_at = ground.is_contact_looked_at(u, v);
                let is_sure = all.is_sure(&ground, u, v);
                assert!(looked_at || !is_sure, "u {u} v {v}");
                sure += usize::from(is_sure);
                touchable += usize::from(looked_at);
            }
        }
        assert!(
            touchable > 20_000 && sure * 10 > touchable * 8,
            "{sure} of {touchable}"
        );
        assert!(!all.is_sure(&ground, f64::NAN, 0.05) && !all.is_sure(&ground, 0.1, f64::NAN));
    }
}
