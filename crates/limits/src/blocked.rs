//! Which places a client's answers and wishes have closed, told apart from ceilings that are merely low.

use anatomy::Zone;
use quantities::{Metres, Newtons};

use crate::{Area, Envelope};

/// Why nothing may touch a place that the body itself would allow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Block {
    /// The whole zone was closed.
    Zone(Zone),
    /// An area was closed.
    Area(Area),
}

impl core::fmt::Display for Block {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Zone(zone) => write!(f, "the zone {}", zone.word()),
            Self::Area(Area { u, v }) => write!(
                f,
                "the area u {:+.0} to {:+.0} mm, v {:+.0} to {:+.0} mm",
                u.0.get() * 1e3,
                u.1.get() * 1e3,
                v.0.get() * 1e3,
                v.1.get() * 1e3
            ),
        }
    }
}

impl Envelope {
    /// What closed a place (u along the spine, v beside it, left positive): an area before a zone. `None`
    /// where nothing was closed, whatever the ceiling there.
    #[must_use]
    pub fn block_at(&self, u: Metres, v: Metres) -> Option<Block> {
        let area = self.blocked_areas.iter().find(|area| area.contains(u, v));
        let zone = self.zone_at(u, v);
        let closed = |(of, force): &(Zone, Newtons)| *of == zone && *force <= Newtons::ZERO;
        let by_zone = || {
            let is_closed = zone != Zone::NoContact && self.zone_forces.iter().any(closed);
            is_closed.then_some(Block::Zone(zone))
        };
        area.map(|area| Block::Area(*area)).or_else(by_zone)
    }
}

#[cfg(test)]
mod tests {
    use anatomy::{BodyParameters, Sex, parametric_back};
    use quantities::{Kilograms, SquareMetres};

    use super::*;
    use crate::{RawLimits, Tightening};

    #[test]
    fn a_block_is_told_exactly_where_a_wish_brought_the_ceiling_to_zero() {
        let back = parametric_back(&BodyParameters {
            sex: Sex::Female,
            stature: Metres::new(1.66),
            mass: Kilograms::new(62.0),
        })
        .expect("an ordinary body");
        let open = Envelope::for_back(&RawLimits::default(), &back).expect("the defaults");
        let area = Area {
            u: (Metres::new(0.30), Metres::new(0.36)),
            v: (Metres::new(0.03), Metres::new(0.09)),
        };
        let wish = Tightening {
            blocked_zones: vec![Zone::Kidney],
            blocked_areas: vec![area],
            zone_forces: vec![(Zone::Sacrum, Newtons::new(2.0))],
            ..Tightening::default()
        };
        let closed = open.tightened_by(&wish).expect("a fair wish");
        let palm = SquareMetres::new(0.004);
        let mut told = [0, 0, 0];
        for i in 0..120 {
            for j in 0..60 {
                let (u, v) = (f64::from(i) * 5e-3, f64::from(j) * 5e-3 - 0.15);
                let (u, v) = (Metres::new(u), Metres::new(v));
                assert_eq!(open.block_at(u, v), None);
                let zone = closed.zone_at(u, v);
                let was_open = open.force_ceiling(zone, palm) > Newtons::ZERO;
                match closed.block_at(u, v) {
                    Some(Block::Area(seen)) => {
                        assert!(seen == area && area.contains(u, v));
                        assert_eq!(closed.force_ceiling_at(u, v, palm), Newtons::ZERO);
                        told[0] += 1;
                    }
                    Some(Block::Zone(seen)) => {
                        assert!(seen == zone && was_open);
                        assert_eq!(closed.force_ceiling(zone, palm), Newtons::ZERO);
                        told[1] += 1;
                    }
                    None => {
                        let still = closed.force_ceiling(zone, palm) > Newtons::ZERO;
                        assert!(still == was_open, "{zone:?}");
                        told[2] += 1;
                    }
                }
            }
        }
        assert!(told.iter().all(|count| *count > 50), "{told:?}");
    }
}
