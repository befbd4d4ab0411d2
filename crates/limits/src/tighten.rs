//! What a client profile, an intake answer or an operator may take away. Nothing here can give.

use anatomy::Zone;
use quantities::{Metres, MetresPerSecond, NewtonSeconds, Newtons, Pascals, Seconds};

use crate::{LimitError, RawLimits};

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
    /// Share that stays of every force, pressure and zone dose (0 to 1). Where the same wish names a figure
    /// too, the lower of the two stays.
    pub share: Option<f64>,
    /// Highest normal force anywhere.
    pub force: Option<Newtons>,
    /// Highest pressure anywhere.
    pub pressure: Option<Pascals>,
    /// Highest force along the skin, whatever the normal force.
    pub tangential_force: Option<Newtons>,
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
    /// Longest static press above half the ceiling.
    pub dwell: Option<Seconds>,
    /// Longest time in one position of the client.
    pub position_time: Option<Seconds>,
    /// Highest impulse that one zone may take in a session.
    pub zone_dose: Option<NewtonSeconds>,
}

impl Tightening {
    /// Every number of the wish that is no quantity, or negative, and every area that is none.
    pub(crate) fn faults(&self) -> Vec<LimitError> {
        let numbers = self.numbers().into_iter().filter_map(|(key, seen)| {
            let seen = seen?;
            let (allowed, default) = (0.0, 0.0);
            if !seen.is_finite() {
                Some(LimitError::NotFinite { key, seen, default })
            } else if seen < 0.0 {
                Some(LimitError::TooSmall {
                    key,
                    seen,
                    allowed,
                    default,
                })
            } else {
                None
            }
        });
        let unordered = self.blocked_areas.iter().filter(|area| !area.is_ordered());
        let areas = unordered.map(|Area { u, v }| LimitError::BadArea {
            u_from: u.0.get(),
            u_to: u.1.get(),
            v_from: v.0.get(),
            v_to: v.1.get(),
        });
        numbers.chain(areas).collect()
    }

    /// Its numbers, each by the key under which a person would have written it.
    fn numbers(&self) -> Vec<(&'static str, Option<f64>)> {
        let zones = self.zone_forces.iter();
        let mut all: Vec<_> = zones
            .map(|(_, force)| ("zone_force_n", Some(force.get())))
            .collect();
        all.extend([
            ("share", self.share),
            ("force_n", self.force.map(Newtons::get)),
            ("pressure_kpa", self.pressure.map(|p| p.get() * 1e-3)),
            (
                "tangential_force_n",
                self.tangential_force.map(Newtons::get),
            ),
            (
                "free_speed_mm_per_s",
                self.free_speed.map(|s| s.get() * 1e3),
            ),
            (
                "contact_speed_mm_per_s",
                self.contact_speed.map(|s| s.get() * 1e3),
            ),
            (
                "keep_out_half_width_mm",
                self.keep_out_half_width.map(|w| w.get() * 1e3),
            ),
            ("dwell_s", self.dwell.map(Seconds::get)),
            (
                "position_time_min",
                self.position_time.map(|t| t.get() / 60.0),
            ),
            ("zone_dose_n_s", self.zone_dose.map(NewtonSeconds::get)),
        ]);
        all
    }

    /// The figures with less in them: of each pair of values the safer one stays.
    pub(crate) fn lowered(&self, figures: &RawLimits) -> RawLimits {
        let share = self.share.map_or(1.0, |share| share.clamp(0.0, 1.0));
        let force = |at: Newtons| (at * share).min(self.force.unwrap_or(at));
        let pressure = |at: Pascals| (at * share).min(self.pressure.unwrap_or(at));
        let speed = |at: MetresPerSecond, to: Option<MetresPerSecond>| at.min(to.unwrap_or(at));
        let time = |at: Seconds, to: Option<Seconds>| at.min(to.unwrap_or(at));
        let along = (figures.tangential_force * share)
            .min(self.tangential_force.unwrap_or(figures.tangential_force));
        RawLimits {
            muscle_force: force(figures.muscle_force),
            buttock_force: force(figures.buttock_force),
            neck_base_force: force(figures.neck_base_force),
            crossing_force: force(figures.crossing_force),
            muscle_pressure: pressure(figures.muscle_pressure),
            trapezius_pressure: pressure(figures.trapezius_pressure),
            tangential_force: along,
            keep_out_half_width: figures.keep_out_half_width.max(
                self.keep_out_half_width
                    .unwrap_or(figures.keep_out_half_width),
            ),
            free_speed: speed(figures.free_speed, self.free_speed),
            contact_speed: speed(figures.contact_speed, self.contact_speed),
            mean_power: figures.mean_power,
            peak_power: figures.peak_power,
            dwell: time(figures.dwell, self.dwell),
            position_time: time(figures.position_time, self.position_time),
            zone_dose: (figures.zone_dose * share).min(self.zone_dose.unwrap_or(figures.zone_dose)),
        }
    }
}
