//! The sealed envelope and the questions it answers.

use anatomy::{Back, Zone};
use quantities::{
    Kilograms, Metres, MetresPerSecond, NewtonSeconds, Newtons, NewtonsPerMetre, Pascals, Seconds,
    SquareMetres, Watts,
};

use crate::{
    Area, Figure, LimitError, LimitErrors, RawLimits, Sense, Tightening, ZoneMap, headroom_speed,
};

/// A spine line known worse than this (95 %, lateral) is refused.
const MIDLINE_UNCERTAINTY_ALLOWED: Metres = Metres::new(0.008);

/// Tangential force allowed without any normal force (the sensor's own noise, a fold of cloth).
const TANGENTIAL_FLOOR: Newtons = Newtons::new(2.0);
/// Tangential force allowed per newton of normal force.
const TANGENTIAL_SHARE: f64 = 0.8;
/// Share of its surroundings' ceiling that the kidney zone may take.
const KIDNEY_SHARE: f64 = 0.5;
/// A set-point stays below its ceiling by this at least, ...
const SETPOINT_MARGIN: Newtons = Newtons::new(3.0);
/// ... or by this share of the ceiling.
const SETPOINT_SHARE: f64 = 0.1;

/// How hard, how fast, how close: the sealed answer. Built by [`Envelope::seal`] alone; from then on
/// it can only shrink.
#[derive(Clone, Debug, PartialEq)]
pub struct Envelope {
    pub(crate) figures: RawLimits,
    pub(crate) midline_uncertainty: Metres,
    pub(crate) zones: ZoneMap,
    /// Extra ceilings of single zones; zero blocks.
    pub(crate) zone_forces: Vec<(Zone, Newtons)>,
    pub(crate) blocked_areas: Vec<Area>,
}

impl Envelope {
    /// Checks every figure and seals them together with the zones of the believed back and the 95 %
    /// lateral uncertainty of its midline.
    ///
    /// # Errors
    /// [`LimitErrors`]: every figure beyond what may be configured, and a midline known too badly.
    pub fn seal(
        raw: &RawLimits,
        zones: ZoneMap,
        midline_uncertainty: Metres,
    ) -> Result<Self, LimitErrors> {
        let mut errors: Vec<LimitError> = raw
            .figures()
            .iter()
            .filter_map(|figure| refuse(figure).err())
            .collect();
        // Written so that NaN is refused too.
        let known = midline_uncertainty >= Metres::ZERO
            && midline_uncertainty <= MIDLINE_UNCERTAINTY_ALLOWED;
        if !known {
            errors.push(LimitError::MidlineTooUncertain {
                seen_mm: midline_uncertainty.get() * 1e3,
                allowed_mm: MIDLINE_UNCERTAINTY_ALLOWED.get() * 1e3,
            });
        }
        if !errors.is_empty() {
            return Err(LimitErrors(errors));
        }
        Ok(Self {
            figures: raw.within_ceilings(),
            midline_uncertainty,
            zones,
            zone_forces: Vec::new(),
            blocked_areas: Vec::new(),
        })
    }

    /// Seals figures for a believed back: its zones and the uncertainty of its midline.
    ///
    /// # Errors
    /// As [`Envelope::seal`], and a back without extent.
    pub fn for_back(raw: &RawLimits, back: &Back) -> Result<Self, LimitErrors> {
        let zones = ZoneMap::of_back(back).map_err(|error| LimitErrors(vec![error]))?;
        Self::seal(raw, zones, back.midline_uncertainty())
    }

    /// The same envelope with less in it: of each pair of values the safer one stays.
    ///
    /// # Errors
    /// [`LimitErrors`] for a value that is not finite or not positive, and for a reversed area.
    pub fn tightened_by(&self, wish: &Tightening) -> Result<Self, LimitErrors> {
        let errors = wish.faults();
        if errors.is_empty() {
            Ok(self.shrunk(wish))
        } else {
            Err(LimitErrors(errors))
        }
    }

    fn shrunk(&self, wish: &Tightening) -> Self {
        let mut smaller = self.clone();
        smaller.figures = wish.lowered(&self.figures);
        if let Some(share) = wish.share {
            let share = share.clamp(0.0, 1.0);
            for (_, force) in &mut smaller.zone_forces {
                *force = *force * share;
            }
        }
        smaller.zone_forces.extend(wish.zone_forces.iter().copied());
        smaller
            .zone_forces
            .extend(wish.blocked_zones.iter().map(|zone| (*zone, Newtons::ZERO)));
        smaller
            .blocked_areas
            .extend(wish.blocked_areas.iter().copied());
        smaller
    }

    /// Ceiling of the normal force of a patch in a zone: the least of the compiled-in, the configured,
    /// the zone's, and pressure times area. Zero where nothing may touch.
    #[must_use]
    pub fn force_ceiling(&self, zone: Zone, patch_area: SquareMetres) -> Newtons {
        let by_pressure = self.pressure_ceiling(zone) * patch_area;
        let own = self.zone_forces.iter().filter(|(of, _)| *of == zone);
        let least = own.fold(
            force_in(&self.figures, zone).min(by_pressure),
            |f, (_, g)| f.min(*g),
        );
        if by_pressure.is_finite() {
            least.max(Newtons::ZERO)
        } else {
            Newtons::ZERO
        }
    }

    /// The ceiling at a place (a patch in one piece, or one tip, by its centre): the least over the four
    /// map nodes around it, so that a zone's lower ceiling already holds one node before its border; no
    /// more than the crossing's within the keep-out. Zero in blocked areas and outside the back.
    #[must_use]
    pub fn force_ceiling_at(&self, u: Metres, v: Metres, patch_area: SquareMetres) -> Newtons {
        if self.blocked_areas.iter().any(|area| area.contains(u, v)) {
            return Newtons::ZERO;
        }
        let most = if v.abs() < self.keep_out_half_width() {
            self.figures.crossing_force
        } else {
            Newtons::new(f64::INFINITY)
        };
        let zones = self.zones.zones_around(u, v);
        zones
            .iter()
            .map(|zone| self.force_ceiling(*zone, patch_area))
            .fold(most, Newtons::min)
    }

    /// Ceiling of the total normal force of a tool that touches at several places, each with its own
    /// area, and shares its load evenly among them: their number times the least ceiling. Zero without
    /// any place.
    #[must_use]
    pub fn force_ceiling_over(&self, contacts: &[(Metres, Metres, SquareMetres)]) -> Newtons {
        let ceilings = contacts
            .iter()
            .map(|&(u, v, area)| self.force_ceiling_at(u, v, area));
        ceilings
            .reduce(Newtons::min)
            .map_or(Newtons::ZERO, |f| f * contacts.len() as f64)
    }

    /// The compiled-in force ceiling of a zone, whatever was configured: beyond it something is broken.
    #[must_use]
    pub fn hard_force_ceiling(&self, zone: Zone) -> Newtons {
        force_in(&RawLimits::compiled_in(), zone)
    }

    /// Ceiling of force over patch area in a zone.
    #[must_use]
    pub fn pressure_ceiling(&self, zone: Zone) -> Pascals {
        match zone_class(zone) {
            Class::Muscle | Class::Buttock | Class::Kidney => self.figures.muscle_pressure,
            Class::Trapezius | Class::NeckBase => self
                .figures
                .trapezius_pressure
                .min(self.figures.muscle_pressure),
            Class::NoContact => Pascals::ZERO,
        }
    }

    /// The least pressure ceiling of the four map nodes around a place.
    #[must_use]
    pub fn pressure_ceiling_at(&self, u: Metres, v: Metres) -> Pascals {
        let zones = self.zones.zones_around(u, v);
        zones
            .iter()
            .map(|zone| self.pressure_ceiling(*zone))
            .fold(Pascals::new(f64::INFINITY), Pascals::min)
    }

    /// Zone at a place of the believed back; [`Zone::NoContact`] outside it.
    #[must_use]
    pub fn zone_at(&self, u: Metres, v: Metres) -> Zone {
        self.zones.zone_at(u, v)
    }

    /// From the believed spine line to the nearest edge of the patch, the uncertainty of that line
    /// included.
    #[must_use]
    pub fn keep_out_half_width(&self) -> Metres {
        self.figures.keep_out_half_width + self.midline_uncertainty
    }

    /// 95 % lateral uncertainty of the believed spine line.
    #[must_use]
    pub fn midline_uncertainty(&self) -> Metres {
        self.midline_uncertainty
    }

    /// Normal force allowed in a permitted crossing of the midline.
    #[must_use]
    pub fn crossing_ceiling(&self) -> Newtons {
        self.figures.crossing_force
    }

    /// Force along the skin that goes with a normal force (negative or unusable counts as none):
    /// `min(2 N + 0.8 x normal, cap)`. It says what the skin may take, and that does not depend on oil;
    /// what gliding over the skin causes does, see [`Envelope::gliding_ceiling`].
    #[must_use]
    pub fn tangential_ceiling(&self, normal: Newtons) -> Newtons {
        // `max` takes the other side for NaN.
        let pressed = normal.max(Newtons::ZERO);
        (TANGENTIAL_FLOOR + pressed * TANGENTIAL_SHARE).min(self.figures.tangential_force)
    }

    /// Highest normal force at which a tool that glides with this coefficient of friction stays within
    /// [`Envelope::tangential_ceiling`]: on dry skin (0.46) and with a cap of 20 N, 43 N. Infinite without
    /// friction; none for a coefficient that is no number.
    #[must_use]
    pub fn gliding_ceiling(&self, friction: f64) -> Newtons {
        if friction.is_nan() {
            return Newtons::ZERO;
        }
        let by_cap = self.figures.tangential_force.get() / friction.max(0.0);
        // Above the allowed share the floor is all that is left to live on.
        let by_share = if friction > TANGENTIAL_SHARE {
            TANGENTIAL_FLOOR.get() / (friction - TANGENTIAL_SHARE)
        } else {
            f64::INFINITY
        };
        Newtons::new(by_cap.min(by_share))
    }

    /// Speed of the tool in free space.
    #[must_use]
    pub fn free_speed(&self) -> MetresPerSecond {
        self.figures.free_speed
    }

    /// Speed of the tool in contact.
    #[must_use]
    pub fn contact_speed(&self) -> MetresPerSecond {
        self.figures.contact_speed
    }

    /// Power into tissue, mean over one second.
    #[must_use]
    pub fn mean_power(&self) -> Watts {
        self.figures.mean_power
    }

    /// Power into tissue at any moment.
    #[must_use]
    pub fn peak_power(&self) -> Watts {
        self.figures.peak_power
    }

    /// Longest static press above half the ceiling.
    #[must_use]
    pub fn dwell(&self) -> Seconds {
        self.figures.dwell
    }

    /// Longest time in one position of the client.
    #[must_use]
    pub fn position_time(&self) -> Seconds {
        self.figures.position_time
    }

    /// Impulse that one zone may take in a session.
    #[must_use]
    pub fn zone_dose(&self) -> NewtonSeconds {
        self.figures.zone_dose
    }

    /// How far a set-point stays below its ceiling.
    #[must_use]
    pub fn setpoint_margin(&self, ceiling: Newtons) -> Newtons {
        SETPOINT_MARGIN.max(ceiling * SETPOINT_SHARE)
    }

    /// Highest inward speed relative to the skin; see [`headroom_speed`].
    #[must_use]
    pub fn headroom_speed(
        &self,
        ceiling: Newtons,
        force: Newtons,
        stiffness: Option<NewtonsPerMetre>,
        delay: Seconds,
        effective_mass: Kilograms,
    ) -> MetresPerSecond {
        headroom_speed(ceiling, force, stiffness, delay, effective_mass)
    }

    /// The figures as sealed, for printing.
    #[must_use]
    pub fn figures(&self) -> [Figure; RawLimits::KEYS.len()] {
        self.figures.figures()
    }
}

/// What a zone is made of, as far as ceilings go.
#[derive(Clone, Copy)]
enum Class {
    Muscle,
    Trapezius,
    Buttock,
    NeckBase,
    Kidney,
    NoContact,
}

const fn zone_class(zone: Zone) -> Class {
    match zone {
        // The shoulder blade and the sacrum are bone under a thin cover: the force ceiling is that of
        // muscle, and techniques taper over them.
        Zone::Paraspinal | Zone::Latissimus | Zone::ShoulderBlade | Zone::Sacrum => Class::Muscle,
        Zone::Trapezius => Class::Trapezius,
        Zone::Buttock => Class::Buttock,
        Zone::NeckBase => Class::NeckBase,
        Zone::Kidney => Class::Kidney,
        Zone::NoContact => Class::NoContact,
    }
}

fn force_in(figures: &RawLimits, zone: Zone) -> Newtons {
    match zone_class(zone) {
        Class::Muscle | Class::Trapezius => figures.muscle_force,
        Class::Buttock => figures.buttock_force,
        Class::NeckBase => figures.neck_base_force,
        Class::Kidney => figures.muscle_force * KIDNEY_SHARE,
        Class::NoContact => Newtons::ZERO,
    }
}

fn refuse(figure: &Figure) -> Result<(), LimitError> {
    let Figure {
        key,
        value,
        default,
        configurable,
        sense,
        ..
    } = *figure;
    // A hair of tolerance for the way from the key's unit to SI and back.
    let slack = configurable.abs() * 1e-9;
    if !value.is_finite() {
        return Err(LimitError::NotFinite {
            key,
            seen: value,
            default,
        });
    }
    let (smallest, largest) = match sense {
        Sense::SmallerIsSafer => (0.0, configurable),
        Sense::LargerIsSafer => (configurable, WIDEST_SHARE * configurable),
    };
    if value > largest + slack {
        return Err(LimitError::TooLarge {
            key,
            seen: value,
            allowed: largest,
            default,
        });
    }
    if value < smallest - slack {
        return Err(LimitError::TooSmall {
            key,
            seen: value,
            allowed: smallest,
            default,
        });
    }
    Ok(())
}

/// A distance to keep may be widened to this many times its narrowest value: beyond, a slipped digit
/// is likelier than a wish.
const WIDEST_SHARE: f64 = 5.0;

#[cfg(test)]
mod tests;
