//! What a client profile, an intake answer or an operator may take away. Nothing here can give.

use anatomy::Zone;
use quantities::{Metres, MetresPerSecond, Newtons, Pascals};

/// A rectangle in back coordinates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// From and to along the spine, the smaller first.
    pub u: (Metres, Metres),
    /// From and to beside the spine (left positive), the smaller first.
    pub v: (Metres, Metres),
}

impl Area {
    /// True when the place lies in it, its border included.
    #[must_use]
    pub fn contains(&self, u: Metres, v: Metres) -> bool {
        self.u.0 <= u && u <= self.u.1 && self.v.0 <= v && v <= self.v.1
    }

    pub(crate) fn is_ordered(&self) -> bool {
        // Comparisons are false for NaN.
        self.u.0 <= self.u.1 && self.v.0 <= self.v.1
    }
}

/// A wish to be allowed less. Values that would allow more change nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tightening {
    /// Highest normal force anywhere.
    pub force: Option<Newtons>,
    /// Highest pressure anywhere.
    pub pressure: Option<Pascals>,
    /// Highest normal force in single zones.
    pub zone_forces: Vec<(Zone, Newtons)>,
    /// Zones that must not be touched.
    pub blocked_zones: Vec<Zone>,
    /// Areas that must not be touched, to the centre of the tool.
    pub blocked_areas: Vec<Area>,
    /// Highest speed in free space.
    pub free_speed: Option<MetresPerSecond>,
    /// Highest speed in contact.
    pub contact_speed: Option<MetresPerSecond>,
    /// Keep-out half-width to hold at least, before the midline's uncertainty.
    pub keep_out_half_width: Option<Metres>,
}
