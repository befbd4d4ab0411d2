//! Places of the back in a client's file: zones, areas, and why they are blocked.

use anatomy::{Back, Zone};
use limits::Area;
use quantities::Metres;

use super::intake::BLOCKING;
use crate::Code;
use crate::document::{Kind, Section, list, number, text, words_of};

/// Step at which a place is held against a back (m): the spacing of the envelope's own map.
const STEP: f64 = limits::ZONE_SPACING;

/// Where.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Where {
    /// A whole zone, on both sides.
    Zone(Zone),
    /// A rectangle in back coordinates.
    Area(Area),
}

/// A place that must not be touched.
#[derive(Clone, Debug, PartialEq)]
pub struct BlockedPlace {
    /// The question whose yes asks for it; `None` where another reason is given.
    pub because: Option<&'static str>,
    /// Why, in words.
    pub reason: String,
    /// Where.
    pub place: Where,
    /// Line of its entry in the file, from 1.
    pub line: usize,
}

impl Where {
    /// True when something may be touched there on this back: blocking it takes something away.
    #[must_use]
    pub fn is_on(&self, back: &Back) -> bool {
        match self {
            Self::Zone(zone) => {
                let (low, high) = back.u_range();
                let rows = steps(low, high);
                rows.into_iter().any(|u| {
                    let Some((right, left)) = back.v_range(u) else {
                        return false;
                    };
                    steps(right, left)
                        .into_iter()
                        .any(|v| back.zone_at(u, v) == *zone)
                })
            }
            Self::Area(area) => {
                let columns = steps(area.v.0, area.v.1);
                let rows = steps(area.u.0, area.u.1);
                let touchable = |u: Metres, v: Metres| back.zone_at(u, v) != Zone::NoContact;
                rows.into_iter()
                    .any(|u| columns.iter().any(|v| touchable(u, *v)))
            }
        }
    }

    /// In words.
    #[must_use]
    pub fn told(&self) -> String {
        match self {
            Self::Zone(zone) => format!("zone {}", zone.word()),
            Self::Area(Area { u, v }) => format!(
                "u {:.0} to {:.0} mm, v {:.0} to {:.0} mm",
                u.0.get() * 1e3,
                u.1.get() * 1e3,
                v.0.get() * 1e3,
                v.1.get() * 1e3
            ),
        }
    }
}

/// From one end to the other, both included, in equal steps of at most [`STEP`].
fn steps(from: Metres, to: Metres) -> Vec<Metres> {
    let count = ((to - from).get() / STEP).ceil().clamp(1.0, 1000.0) as usize;
    let at = |k: usize| from + (to - from) * (k as f64 / count as f64);
    (0..=count).map(at).collect()
}

/// A zone that can be touched at all.
pub(super) fn zone<'k>() -> Kind<'k, Zone> {
    let touched = Zone::ALL
        .into_iter()
        .filter(|zone| *zone != Zone::NoContact);
    words_of(touched.map(|zone| (zone.word(), zone)).collect())
}

/// One `[[blocked]]`.
pub(super) fn blocked(section: &Section<'_>) -> Option<BlockedPlace> {
    let mut causes: Vec<(&str, Option<&'static str>)> = BLOCKING
        .iter()
        .map(|question| (*question, Some(*question)))
        .collect();
    causes.push(("other", None));
    let because = section.required("because", words_of(causes));
    let reason = section.optional("reason", text());
    let place = place(section);
    let (because, reason) = (because?, reason?);
    let reason = match (because, reason) {
        (_, Some(reason)) => reason,
        (Some(question), None) => question.replace('_', " "),
        (None, None) => {
            let message = "a place is blocked for another reason, which is not told".to_owned();
            return section.refuse(Code::MissingKey, message, "add `reason = \"...\"`");
        }
    };
    Some(BlockedPlace {
        because,
        reason,
        place: place?,
        line: section.place().0,
    })
}

/// Either a zone or an area.
fn place(section: &Section<'_>) -> Option<Where> {
    let whole = section.optional("zone", zone());
    let along = section.optional("u_mm", pair());
    let across = section.optional("v_mm", pair());
    match (whole?, along?, across?) {
        (Some(zone), None, None) => Some(Where::Zone(zone)),
        (None, Some(u), Some(v)) => Some(Where::Area(Area { u, v })),
        (Some(_), _, _) => section.refuse(
            Code::Contradiction,
            "a place is either a zone or an area, this one is both".to_owned(),
            "write two entries, or keep one of the two",
        ),
        (None, _, _) => section.refuse(
            Code::PlaceMissing,
            "the entry does not say where".to_owned(),
            "add `zone = \"...\"`, or both `u_mm = [from, to]` (from S2 toward the head) and `v_mm = [from, to]` \
             (beside the spine, left positive)",
        ),
    }
}

/// `[from, to]` in millimetres, the smaller first.
fn pair<'k>() -> Kind<'k, (Metres, Metres)> {
    let ends = list(number(-1000.0..=1000.0, "mm"), 2..=2);
    Kind::new("[from, to] in mm, the smaller first", move |cell| {
        let &[from, to] = ends.read(cell)?.as_slice() else {
            return None;
        };
        if from >= to {
            let message = format!("`{}` runs from {from} to {to}", cell.name);
            return cell.refuse(Code::Contradiction, message, "write the smaller end first");
        }
        Some((Metres::new(from / 1000.0), Metres::new(to / 1000.0)))
    })
}
