//! What a client likes, as the file says it: pressure, zones, oil, what is asked for.

use anatomy::Zone;
use planner::{FIRM_FACTOR, LIGHT_FACTOR, Lubrication};

use super::place::zone;
use crate::Code;
use crate::document::{Kind, Section, list, section, text, words, words_of};

/// How much pressure a client likes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pressure {
    /// Less than the routine says.
    Light,
    /// As the routine says.
    Medium,
    /// More than the routine's words say, within the ceilings.
    Firm,
}

impl Pressure {
    const WORDS: [(&'static str, Self); 3] = [
        ("light", Self::Light),
        ("medium", Self::Medium),
        ("firm", Self::Firm),
    ];

    /// The word in files and messages.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Medium => "medium",
            Self::Firm => "firm",
        }
    }

    /// What the force words of a routine are multiplied with.
    #[must_use]
    pub const fn factor(self) -> f64 {
        match self {
            Self::Light => LIGHT_FACTOR,
            Self::Medium => 1.0,
            Self::Firm => FIRM_FACTOR,
        }
    }
}

/// What a client likes.
#[derive(Clone, Debug, PartialEq)]
pub struct Taste {
    /// Preferred pressure where no zone has a word of its own.
    pub pressure: Pressure,
    /// Words of single zones, in the order of [`Zone::ALL`].
    pub pressure_by_zone: Vec<(Zone, Pressure)>,
    /// Zones to leave out.
    pub avoided: Vec<Zone>,
    /// Zones to give more time.
    pub favoured: Vec<Zone>,
    /// Zones that hurt most: told to the operator, and favoured.
    pub sore: Vec<Zone>,
    /// Conditions of routine steps that hold.
    pub asked_for: Vec<String>,
    /// Oil or lotion.
    pub oil: Lubrication,
}

pub(super) fn taste(root: &Section<'_>) -> Option<Taste> {
    let pressure = root.required("pressure", words(&Pressure::WORDS).map(|pressure| pressure));
    let by_zone = root.or("pressure_by_zone", section(pressure_by_zone), Vec::new());
    let zones = |key| root.or(key, list(zone(), 0..=Zone::ALL.len()), Vec::new());
    let (avoided, favoured, sore) = (
        zones("avoid_zones"),
        zones("favour_zones"),
        zones("sore_zones"),
    );
    let asked_for = root.or("asked_for", list(condition(), 0..=20), Vec::new());
    let amounts = Lubrication::ALL.map(|oil| (oil.word(), oil));
    let oil = root.required("oil", words_of(amounts.to_vec()));
    let taste = Taste {
        pressure: pressure?,
        pressure_by_zone: by_zone?,
        avoided: avoided?,
        favoured: favoured?,
        sore: sore?,
        asked_for: asked_for?,
        oil: oil?,
    };
    one_way_or_the_other(root, &taste).map(|()| taste)
}

/// A zone cannot be left out and worked more, and something must be left to work on.
fn one_way_or_the_other(root: &Section<'_>, taste: &Taste) -> Option<()> {
    let mut fine = Some(());
    for (key, zones) in [
        ("favour_zones", &taste.favoured),
        ("sore_zones", &taste.sore),
    ] {
        for zone in zones.iter().filter(|zone| taste.avoided.contains(zone)) {
            fine = root.refuse_key(
                key,
                Code::Contradiction,
                format!("\"{}\" stands in `{key}` and in `avoid_zones`", zone.word()),
                "keep it in one of the two",
            );
        }
    }
    let touched = Zone::ALL.iter().filter(|zone| **zone != Zone::NoContact);
    if touched.clone().all(|zone| taste.avoided.contains(zone)) {
        fine = root.refuse_key(
            "avoid_zones",
            Code::Contradiction,
            "every zone of the back is avoided".to_owned(),
            "leave at least one zone to be worked on",
        );
    }
    fine
}

/// A table of zones with the pressure liked there; other keys are noted as unknown.
fn pressure_by_zone(section: &Section<'_>) -> Option<Vec<(Zone, Pressure)>> {
    let mut found = Some(Vec::new());
    for zone in Zone::ALL {
        if zone == Zone::NoContact {
            continue;
        }
        let word = section.optional(
            zone.word(),
            words(&Pressure::WORDS).map(|pressure| pressure),
        );
        match (word, &mut found) {
            (Some(Some(pressure)), Some(all)) => all.push((zone, pressure)),
            (Some(_), _) => {}
            (None, _) => found = None,
        }
    }
    found
}

/// The word of a condition, such as `deep`.
fn condition<'k>() -> Kind<'k, String> {
    let word = text();
    Kind::new("a word of a-z, 0-9 and _", move |cell| {
        let seen = word.read(cell)?;
        let fits = seen.len() <= 40
            && seen
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if fits {
            return Some(seen);
        }
        let message = format!(
            "`{}` is {}, which is no word for a condition",
            cell.name,
            cell.node.value.seen()
        );
        cell.refuse(
            Code::UnknownWord,
            message,
            "write a word such as \"deep\": a-z, 0-9 and _, at most 40",
        )
    })
}
