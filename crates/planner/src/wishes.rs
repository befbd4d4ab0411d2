//! What a client likes, on the back at hand: it scales the words of a routine, never a ceiling.
//!
//! ```text
//!  "light", "medium", "firm"  ─┐ the zone's word, else the overall one
//!  pins: less here, more here ─┴▶ force_factor(zone, u, v) ──▶ x the technique's light/medium/firm force
//!  pins: never here ──▶ the envelope, as a blocked area (here too: the lightest factor)
//!  pins: focus here ──▶ places for work on single spots
//! ```
//! All factors are chosen. A factor above 1 makes a wish; whether it may be granted is told by the envelope
//! alone, whose ceilings bind the product as they bind any other force.

use anatomy::Zone;
use quantities::Metres;

/// Factor of a client who likes it light. Chosen.
pub const LIGHT_FACTOR: f64 = 0.8;
/// Factor of a client who likes it firm. Chosen.
pub const FIRM_FACTOR: f64 = 1.15;
/// Factor within a pin that asks for less. Chosen.
pub const LESS_FACTOR: f64 = 0.7;
/// Factor within a pin that asks for more. Chosen.
pub const MORE_FACTOR: f64 = 1.1;
/// No combination of wishes leaves less than this share of a word. Chosen: half of light and less.
const LEAST_FACTOR: f64 = 0.28;

/// What a pin on the back asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PinKind {
    /// Less force here.
    Less,
    /// More force or one more repetition here, within the ceilings.
    More,
    /// Never touch this place; it is blocked in the envelope too.
    Never,
    /// A spot to be worked by itself.
    Focus,
}

impl PinKind {
    /// All kinds, in a fixed order.
    pub const ALL: [Self; 4] = [Self::Less, Self::More, Self::Never, Self::Focus];

    /// The word in files and messages.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Less => "less",
            Self::More => "more",
            Self::Never => "never",
            Self::Focus => "focus",
        }
    }
}

/// A place of this back that the client has spoken about: a disc on the chart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pin {
    /// What is asked.
    pub kind: PinKind,
    /// Along the spine from S2, positive toward the head.
    pub u: Metres,
    /// Beside the spine line, left positive.
    pub v: Metres,
    /// Radius of the disc.
    pub radius: Metres,
}

impl Pin {
    /// True within the disc, its rim included; false for a place that is no number.
    #[must_use]
    pub fn covers(&self, u: Metres, v: Metres) -> bool {
        let (du, dv, radius) = ((u - self.u).get(), (v - self.v).get(), self.radius.get());
        // Comparisons are false for NaN.
        du * du + dv * dv <= radius * radius
    }

    /// True within the square about the disc, which is what a pin that says never blocks.
    fn frames(&self, u: Metres, v: Metres) -> bool {
        (u - self.u).abs() <= self.radius && (v - self.v).abs() <= self.radius
    }
}

/// Oil or lotion between skin and tool (R11): what plan, friction model and observers reckon with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lubrication {
    /// Dry skin: 0.46, the mean over materials and sites of Zhang and Mak (1999).
    None,
    /// A thin film: 0.25 (chosen, between the two others; no measured figure was found).
    Light,
    /// Well oiled: 0.12 (chosen; no measured figure was found).
    #[default]
    Full,
}

impl Lubrication {
    /// All amounts, the driest first.
    pub const ALL: [Self; 3] = [Self::None, Self::Light, Self::Full];

    /// The word in files and messages.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Light => "light",
            Self::Full => "full",
        }
    }

    /// Believed coefficient of sliding friction.
    #[must_use]
    pub const fn friction(self) -> f64 {
        match self {
            Self::None => 0.46,
            Self::Light => 0.25,
            Self::Full => 0.12,
        }
    }
}

/// What the client likes: scales words, never ceilings.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientWishes {
    /// Factor of force words where no zone says otherwise.
    pub overall: f64,
    /// Factors of single zones, in place of the overall one.
    pub zones: Vec<(Zone, f64)>,
    /// Places spoken about.
    pub pins: Vec<Pin>,
    /// Zones that get more repetitions or time where a routine has a choice.
    pub favoured: Vec<Zone>,
    /// Zones to be left alone; the envelope blocks them too, and this tells a wish from an intake answer.
    pub avoided: Vec<Zone>,
    /// Conditions of routine steps that hold today, such as "deep".
    pub asked_for: Vec<String>,
    /// Oil or lotion.
    pub skin: Lubrication,
}

impl ClientWishes {
    /// Nothing is wished: every factor is 1, the skin is oiled.
    #[must_use]
    pub fn neutral() -> Self {
        Self {
            overall: 1.0,
            zones: Vec::new(),
            pins: Vec::new(),
            favoured: Vec::new(),
            avoided: Vec::new(),
            asked_for: Vec::new(),
            skin: Lubrication::Full,
        }
    }

    /// Factor of a force *word* at a place: the zone's or the overall factor, times that of the pins there.
    /// Where one pin asks for less and another for more, less is heard. From 0.28 to 1.15 x 1.1.
    #[must_use]
    pub fn force_factor(&self, zone: Zone, u: Metres, v: Metres) -> f64 {
        let of_zone = self.zones.iter().find(|(of, _)| *of == zone);
        let factor = of_zone.map_or(self.overall, |(_, factor)| *factor) * self.pinned(u, v);
        // What is no number counts as the lightest wish.
        let known = if factor.is_nan() { 0.0 } else { factor };
        known.clamp(LEAST_FACTOR, FIRM_FACTOR * MORE_FACTOR)
    }

    /// Factor of a force that a routine gives in newtons: never above 1.
    #[must_use]
    pub fn exact_force_factor(&self, zone: Zone, u: Metres, v: Metres) -> f64 {
        self.force_factor(zone, u, v).min(1.0)
    }

    /// True within a pin that asks for more and for nothing gentler.
    #[must_use]
    pub fn wants_more(&self, u: Metres, v: Metres) -> bool {
        self.pinned(u, v) > 1.0
    }

    /// True when the zone is to get more repetitions or time.
    #[must_use]
    pub fn favours(&self, zone: Zone) -> bool {
        self.favoured.contains(&zone)
    }

    /// True where the client, and not an answer about their health, wants nothing to touch: an avoided zone
    /// or a pin that says never.
    #[must_use]
    pub fn avoids(&self, zone: Zone, u: Metres, v: Metres) -> bool {
        let never = |pin: &Pin| pin.kind == PinKind::Never && pin.frames(u, v);
        self.avoided.contains(&zone) || self.pins.iter().any(never)
    }

    /// True when a condition of a step was asked for.
    #[must_use]
    pub fn asks_for(&self, condition: &str) -> bool {
        self.asked_for.iter().any(|asked| asked == condition)
    }

    /// The spots to be worked by themselves that no gentler pin covers.
    pub fn focus(&self) -> impl Iterator<Item = &Pin> {
        self.pins
            .iter()
            .filter(|pin| pin.kind == PinKind::Focus && self.pinned(pin.u, pin.v) >= 1.0)
    }

    fn pinned(&self, u: Metres, v: Metres) -> f64 {
        let here = || self.pins.iter().filter(|pin| pin.covers(u, v));
        let gentler = here().any(|pin| match pin.kind {
            PinKind::Less | PinKind::Never => true,
            PinKind::More | PinKind::Focus => false,
        });
        if gentler {
            LESS_FACTOR
        } else if here().any(|pin| pin.kind == PinKind::More) {
            MORE_FACTOR
        } else {
            1.0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ORIGIN: Metres = Metres::ZERO;

    fn pin(kind: PinKind, u: f64, v: f64) -> Pin {
        Pin {
            kind,
            u: Metres::new(u),
            v: Metres::new(v),
            radius: Metres::new(0.03),
        }
    }

    #[test]
    fn a_zone_has_the_word_of_its_own_in_place_of_the_overall_one() {
        let wishes = ClientWishes {
            overall: FIRM_FACTOR,
            zones: vec![(Zone::Trapezius, LIGHT_FACTOR)],
            ..ClientWishes::neutral()
        };
        let factor = |zone| wishes.force_factor(zone, ORIGIN, ORIGIN);
        assert!((factor(Zone::Paraspinal) - 1.15).abs() < 1e-12);
        assert!((factor(Zone::Trapezius) - 0.8).abs() < 1e-12);
        let exact = wishes.exact_force_factor(Zone::Paraspinal, ORIGIN, ORIGIN);
        assert!((exact - 1.0).abs() < 1e-12);
    }

    #[test]
    fn where_less_and_more_are_pinned_less_is_heard_and_a_pin_ends_at_its_rim() {
        let wishes = ClientWishes {
            pins: vec![
                pin(PinKind::More, 0.10, 0.05),
                pin(PinKind::Less, 0.14, 0.05),
                pin(PinKind::Focus, 0.14, 0.05),
                pin(PinKind::Focus, 0.30, 0.05),
            ],
            ..ClientWishes::neutral()
        };
        let at = |u: f64| wishes.force_factor(Zone::Paraspinal, Metres::new(u), Metres::new(0.05));
        assert!((at(0.09) - 1.1).abs() < 1e-12);
        assert!((at(0.12) - 0.7).abs() < 1e-12, "both reach here");
        assert!((at(0.1701) - 1.0).abs() < 1e-12);
        assert!(!wishes.wants_more(Metres::new(0.12), Metres::new(0.05)));
        let spots: Vec<f64> = wishes.focus().map(|pin| pin.u.get()).collect();
        assert_eq!(spots, [0.30], "a tender spot is not worked by itself");
    }

    proptest! {
        #[test]
        fn whatever_is_wished_the_factor_stays_in_its_range_and_a_pin_never_or_less_never_raises_it(
            overall in prop_oneof![Just(f64::NAN), Just(-1.0), 0.0..5.0f64],
            zone in 0..Zone::ALL.len(), factor in 0.0..5.0f64,
            kind in 0..PinKind::ALL.len(), u in -0.1..0.5f64, v in -0.2..0.2f64,
        ) {
            let mut wishes = ClientWishes {
                overall,
                zones: vec![(Zone::ALL[zone], factor)],
                ..ClientWishes::neutral()
            };
            let here = (Metres::new(u), Metres::new(v));
            for zone in Zone::ALL {
                let before = wishes.force_factor(zone, here.0, here.1);
                prop_assert!(before > 0.0 && before <= 1.15 * 1.1);
                wishes.pins = vec![pin(PinKind::ALL[kind], u, v)];
                let after = wishes.force_factor(zone, here.0, here.1);
                prop_assert!(after > 0.0 && after <= 1.15 * 1.1);
                match PinKind::ALL[kind] {
                    PinKind::Less | PinKind::Never => prop_assert!(after <= before),
                    PinKind::More => prop_assert!(after >= before),
                    PinKind::Focus => prop_assert!((after - before).abs() < 1e-12),
                }
                wishes.pins.clear();
            }
        }
    }
}
