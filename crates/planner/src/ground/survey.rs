//! Where the centre of a tool may go on this body.

use anatomy::Zone;
use nalgebra::Vector3;
use quantities::Metres;

use super::{Ground, STEEPEST, TRACKING_MARGIN};
use crate::room::{Room, Side};

/// Step of the survey along the spine and outward (m).
const STEP_U: f64 = 0.010;
const STEP_V: f64 = 0.0025;
/// What the patch keeps from the edge of the known surface and from no-contact zones (m). Chosen.
const EDGE: f64 = 0.005;
/// Allowance for the difference between an offset in the chart and on the flat patch (m). Chosen; the
/// distance is measured again, sample by sample, on the planned poses.
const CHART_SLACK: f64 = 0.001;

impl Ground<'_> {
    /// Surveys the room for the tool; `extra` widens the keep-out when a first plan came too near.
    pub(crate) fn survey(&self, extra: f64) -> Room {
        let (half_x, half_y) = self.patch.half_extents();
        let keep_out = self.envelope.keep_out_half_width().get();
        let inner = match self.straddles() {
            true => 0.0,
            false => keep_out + half_y + TRACKING_MARGIN + CHART_SLACK + extra,
        };
        let (low, high) = self.back.u_range();
        let rows = (((high - low).get()) / STEP_U).floor().max(0.0) as usize + 1;
        let level = |row: usize| low.get() + row as f64 * STEP_U;
        let reach = |side: Side| -> Vec<f64> {
            let raw: Vec<f64> = (0..rows)
                .map(|row| self.reach_outward(level(row), inner, side))
                .collect();
            crate::profile::extreme(&raw, 1, f64::min)
        };
        let (left, right) = (reach(Side::Left), reach(Side::Right));
        let open: Vec<bool> = (0..rows)
            .map(|row| self.touches_at(level(row), inner))
            .collect();
        let (lowest, highest) = open_stretch(&open, level);
        let ends = half_x + EDGE;
        // Toward neck and cleft the body narrows: there the inner edge of the patch still lies on skin
        // that may be touched, and the outer edge no longer does.
        let fits = |row: usize| {
            let wide = |table: &[f64]| table.get(row).is_some_and(|reach| *reach >= inner);
            self.straddles() || (wide(&left) && wide(&right))
        };
        let (lowest, highest) = fitting((lowest + ends, highest - ends), rows, level, fits);
        Room {
            inner,
            lowest,
            highest,
            table_start: low.get(),
            table_step: STEP_U,
            left,
            right,
        }
    }

    /// Furthest `|v|` (m) of the centre at which the outer edge of the patch lies on known surface
    /// that may be touched and that is not too steep; zero where there is none.
    fn reach_outward(&self, u: f64, inner: f64, side: Side) -> f64 {
        let (half_x, half_y) = self.patch.half_extents();
        let section = self.back.chart().section(Metres::new(u));
        // Angle of the skin from the horizontal (rad).
        let slope = |v: f64| {
            let point = section?.at(Metres::new(v))?;
            let upright = point.outward.raw().dot(&Vector3::z());
            Some(libm::acos(upright.clamp(-1.0, 1.0)))
        };
        let mut v = inner;
        let mut furthest: f64 = 0.0;
        while v < MOST_OUTWARD {
            let edge = side.sign() * (v + half_y + EDGE);
            let centre = side.sign() * v;
            let fits = [-half_x, 0.0, half_x]
                .iter()
                .all(|du| self.is_contact(u + du, edge))
                && slope(centre).is_some_and(|slope| slope < STEEPEST);
            // At the ends of the chart the patch overhangs in u: that is the ends' business.
            let overhangs = || {
                self.skin(u - half_x, centre).is_none() || self.skin(u + half_x, centre).is_none()
            };
            if !fits && !overhangs() {
                break;
            }
            furthest = v;
            v += STEP_V;
        }
        furthest
    }

    /// True when both sides of the spine may be touched at this level, out to the edge of the patch
    /// nearest to the spine.
    fn touches_at(&self, u: f64, inner: f64) -> bool {
        let (_, half_y) = self.patch.half_extents();
        let edge = match self.straddles() {
            true => half_y + EDGE,
            false => inner - half_y,
        };
        [-edge, edge, -inner, inner]
            .iter()
            .all(|v| *v == 0.0 || self.is_contact(u, *v))
    }

    /// Known surface, in a zone that may be touched, and not within a node of the zone map of one that
    /// may not: there the envelope already answers with no force at all.
    pub(crate) fn is_contact(&self, u: f64, v: f64) -> bool {
        self.touchable.is_some_and(|all| all.is_sure(self, u, v)) || self.is_contact_looked_at(u, v)
    }

    /// As [`Ground::is_contact`], without what is remembered.
    pub(super) fn is_contact_looked_at(&self, u: f64, v: f64) -> bool {
        let here = (Metres::new(u), Metres::new(v));
        self.skin(u, v).is_some()
            && self.envelope.zone_at(here.0, here.1) != Zone::NoContact
            && !self.near_no_contact(here.0, here.1)
    }

    /// True when the zone map has a no-contact node next to a place.
    pub(super) fn near_no_contact(&self, u: Metres, v: Metres) -> bool {
        let step = limits::ZONE_SPACING;
        NEIGHBOURS.iter().any(|(a, b)| {
            let (u, v) = (u + Metres::new(a * step), v + Metres::new(b * step));
            self.envelope.zone_at(u, v) == Zone::NoContact
        })
    }
}

/// The eight neighbours of a node.
const NEIGHBOURS: [(f64, f64); 8] = [
    (1.0, 0.0),
    (-1.0, 0.0),
    (0.0, 1.0),
    (0.0, -1.0),
    (1.0, 1.0),
    (-1.0, 1.0),
    (1.0, -1.0),
    (-1.0, -1.0),
];

/// Beyond this no back goes on (m).
const MOST_OUTWARD: f64 = 0.30;

/// A stretch (m) with its ends drawn in to rows at which the whole patch has room; as it is where no
/// row has any, which is told where a figure is drawn.
fn fitting(
    (low, high): (f64, f64),
    rows: usize,
    level: impl Fn(usize) -> f64,
    fits: impl Fn(usize) -> bool,
) -> (f64, f64) {
    let within = |row: &usize| (low..=high).contains(&level(*row));
    let first = (0..rows).filter(within).find(|row| fits(*row));
    let last = (0..rows).rev().filter(within).find(|row| fits(*row));
    let (Some(first), Some(last)) = (first, last) else {
        return (low, high);
    };
    // Between two rows that fit, all places fit.
    let below = first.checked_sub(1).is_some_and(&fits);
    let above = fits(last + 1);
    (
        if below { low } else { level(first) },
        if above { high } else { level(last) },
    )
}

/// First and last level of the longest run of open rows.
fn open_stretch(open: &[bool], level: impl Fn(usize) -> f64) -> (f64, f64) {
    let (mut best, mut start) = ((0, 0), None);
    for (row, is_open) in open.iter().copied().chain([false]).enumerate() {
        match (is_open, start) {
            (true, None) => start = Some(row),
            (false, Some(first)) => {
                if row - first > best.1 - best.0 {
                    best = (first, row);
                }
                start = None;
            }
            (true, Some(_)) | (false, None) => {}
        }
    }
    (level(best.0), level(best.1.saturating_sub(1)))
}
