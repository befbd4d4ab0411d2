//! Pins: what a client said during a session, kept where it holds on the next visit's scan.
//!
//! ```text
//!   this visit's chart            the file                   the next visit's chart
//!   (u, v) in metres  ── ÷ arc ──▶ u_share, v_share ── x arc ──▶ (u, v) in metres
//! ```
//! The arc is the length of the spine line on the skin from S2 to C7: the same person lies a little
//! differently and is marked a little differently each time, and both coordinates are measured in that arc.

use anatomy::{Back, Level, Zone};
use limits::Area;
use planner::{Pin, PinKind};
use quantities::Metres;

use super::day::{Day, day};
use crate::Code;
use crate::document::{Section, millimetres, number, text, words_of};

/// Shares of the arc that a chart can reach along and beside the spine.
const U_SHARES: (f64, f64) = (-0.6, 1.2);
const V_SHARES: (f64, f64) = (-0.7, 0.7);
/// Radius of a pin (mm). Chosen: from a finger tip to a hand.
const RADII_MM: (f64, f64) = (5.0, 150.0);
/// Longest note (characters).
const LONGEST_NOTE: usize = 200;

/// A pin as the file keeps it.
#[derive(Clone, Debug, PartialEq)]
pub struct ChartPin {
    /// What is asked.
    pub kind: PinKind,
    /// Along the spine from S2 as a share of the arc from S2 to C7.
    pub u_share: f64,
    /// Beside the spine, left positive, as a share of the same arc.
    pub v_share: f64,
    /// Radius of the disc.
    pub radius: Metres,
    /// When it was said.
    pub date: Day,
    /// What was said.
    pub note: Option<String>,
    /// Line of its entry in the file, from 1; 0 for a pin that is not in a file yet.
    pub line: usize,
}

impl ChartPin {
    /// The place on a back.
    #[must_use]
    pub fn on(&self, back: &Back) -> Pin {
        let arc = back.level(Level::C7);
        Pin {
            kind: self.kind,
            u: arc * self.u_share,
            v: arc * self.v_share,
            radius: self.radius,
        }
    }

    /// A pin at a place of a back, ready to be kept.
    #[must_use]
    pub fn of(pin: &Pin, back: &Back, date: Day, note: Option<String>) -> Self {
        let arc = back.level(Level::C7).get();
        Self {
            kind: pin.kind,
            u_share: pin.u.get() / arc,
            v_share: pin.v.get() / arc,
            radius: pin.radius,
            date,
            note,
            line: 0,
        }
    }

    /// Its entry in a client's file.
    #[must_use]
    pub fn entry(&self) -> String {
        let mut entry = format!(
            "[[pin]]\nkind = \"{}\"\nu_share = {:.4}\nv_share = {:.4}\nradius_mm = {:.1}\ndate = \"{}\"\n",
            self.kind.word(),
            self.u_share,
            self.v_share,
            self.radius.get() * 1e3,
            self.date
        );
        if let Some(note) = &self.note {
            entry += &format!("note = {}\n", toml::Value::from(note.as_str()));
        }
        entry
    }
}

/// The square around a disc.
pub(super) fn area_around(pin: &Pin) -> Area {
    Area {
        u: (pin.u - pin.radius, pin.u + pin.radius),
        v: (pin.v - pin.radius, pin.v + pin.radius),
    }
}

/// True when some of the disc may be touched on this back.
#[must_use]
pub fn reaches_the_body(pin: &Pin, back: &Back) -> bool {
    const RINGS: i32 = 6;
    let step = pin.radius / f64::from(RINGS);
    let nodes = (-RINGS..=RINGS).flat_map(|i| (-RINGS..=RINGS).map(move |j| (i, j)));
    nodes
        .map(|(i, j)| (pin.u + step * f64::from(i), pin.v + step * f64::from(j)))
        .any(|(u, v)| pin.covers(u, v) && back.zone_at(u, v) != Zone::NoContact)
}

/// One `[[pin]]`.
pub(super) fn pin(section: &Section<'_>) -> Option<ChartPin> {
    let kinds = PinKind::ALL.map(|kind| (kind.word(), kind));
    let kind = section.required("kind", words_of(kinds.to_vec()));
    let u_share = section.required("u_share", number(U_SHARES.0..=U_SHARES.1, ""));
    let v_share = section.required("v_share", number(V_SHARES.0..=V_SHARES.1, ""));
    let radius = section.required("radius_mm", millimetres(RADII_MM.0..=RADII_MM.1));
    let date = section.required("date", day());
    let note = section.optional("note", text());
    let note = match note? {
        Some(note) if note.chars().count() > LONGEST_NOTE => {
            let message = format!(
                "`note` has {} characters; allowed are {LONGEST_NOTE}",
                note.chars().count()
            );
            return section.refuse_key("note", Code::OutOfRange, message, "say it more shortly");
        }
        note => note,
    };
    Some(ChartPin {
        kind: kind?,
        u_share: u_share?,
        v_share: v_share?,
        radius: radius?,
        date: date?,
        note,
        line: section.place().0,
    })
}
