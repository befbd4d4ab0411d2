//! Zones of the back as areas in `(u, v)`, scaled from the person's landmarks.
//!
//! ```text
//!   u   C7 ──────────── no contact above ───────────────
//!       │  neck base (40 mm)                            │
//!       │  trapezius top │ paraspinal │ trapezius top   │
//!   T3  │  shoulder blade│     ↑      │ shoulder blade  │
//!   inf.│────────────────│            │─────────────────│
//!       │  latissimus    │ paraspinal │ latissimus      │
//!   T12 │  kidney        │            │ kidney          │
//!   L2  │  latissimus    │            │ latissimus      │
//!       │  buttock       │     ↓      │ buttock         │
//!   S2  │  buttock       │  sacrum    │ buttock         │
//!       │  buttock        ╲    ↓    ╱  buttock          │
//!   tail│  buttock          no contact  buttock         │
//! ```
//! The spine itself is no zone: the keep-out band around `v = 0` is the business of the limits.
//! Figures measured on people are rare (transverse tip to midline: none was found), so the widths are
//! chosen for a back of 0.50 m from C7 to S2 and scaled with that length; each says so.

use quantities::Metres;

use crate::bones::{Bones, DIMPLE_V, SideMarks, lower_angle};
use crate::bytes::{ByteReader, ByteWriter, DecodeError};
use crate::levels::{Level, Levels};

/// What lies under the skin at one place, as far as limits care.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Zone {
    /// The long muscles beside the spine (erector spinae, multifidus), with the spine between them.
    Paraspinal,
    /// Broad muscle of side and middle back, beside the erector spinae.
    Latissimus,
    /// Top of the shoulders.
    Trapezius,
    /// Over and around the shoulder blade.
    ShoulderBlade,
    /// T12 to L2, lateral to the erector spinae: only soft tissue in front of the kidneys.
    Kidney,
    /// Over the sacral bone.
    Sacrum,
    /// Gluteal muscle.
    Buttock,
    /// Within 40 mm below C7.
    NeckBase,
    /// Above C7, beyond the flanks, in the gluteal cleft, off the chart.
    NoContact,
}

impl Zone {
    /// All zones, in a fixed order.
    pub const ALL: [Self; 9] = [
        Self::Paraspinal,
        Self::Latissimus,
        Self::Trapezius,
        Self::ShoulderBlade,
        Self::Kidney,
        Self::Sacrum,
        Self::Buttock,
        Self::NeckBase,
        Self::NoContact,
    ];

    /// The word in files, messages and recordings.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Paraspinal => "paraspinal",
            Self::Latissimus => "latissimus",
            Self::Trapezius => "trapezius",
            Self::ShoulderBlade => "shoulder_blade",
            Self::Kidney => "kidney",
            Self::Sacrum => "sacrum",
            Self::Buttock => "buttock",
            Self::NeckBase => "neck_base",
            Self::NoContact => "no_contact",
        }
    }

    /// Factor on a word of force (light, medium, firm) in this zone, 0 to 1, so that one word feels alike
    /// everywhere. The order is measured (the upper trapezius has the lowest pressure pain threshold of
    /// the back, its neighbours follow, the lumbar midline the highest); the figures are chosen, since no
    /// reliable normal value of a threshold exists.
    #[must_use]
    pub const fn tenderness(self) -> f64 {
        match self {
            Self::Paraspinal | Self::Buttock => 1.0,
            Self::Latissimus => 0.85,
            Self::ShoulderBlade | Self::Sacrum => 0.80,
            Self::Kidney | Self::NeckBase => 0.70,
            Self::Trapezius => 0.60,
            Self::NoContact => 0.0,
        }
    }

    /// The most that may be done in this zone. Chosen after the rules of the source texts: nothing deep
    /// over bone, nothing that beats over kidneys, only strokes at the base of the neck.
    #[must_use]
    pub const fn handling(self) -> Handling {
        match self {
            Self::Paraspinal | Self::Latissimus | Self::Trapezius | Self::Buttock => Handling::Any,
            Self::ShoulderBlade | Self::Sacrum => Handling::NothingDeep,
            Self::Kidney | Self::NeckBase => Handling::StrokesOnly,
            Self::NoContact => Handling::Nothing,
        }
    }

    /// The zone of a word, or `None`.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|zone| zone.word() == word)
    }
}

/// What may be done in a zone, from all to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Handling {
    /// Every technique.
    Any,
    /// No technique that presses to the depth, since bone lies under the skin.
    NothingDeep,
    /// Strokes and slow circles alone: no beating, no shaking, no holds.
    StrokesOnly,
    /// No contact.
    Nothing,
}

/// The arc S2 to C7 for which the widths below were chosen (m).
const REFERENCE_ARC: f64 = 0.50;
/// Half-width of the erector spinae as felt at the skin (m). Chosen: surface electrodes for it sit
/// 35 mm from the midline at L2 and L4, and its outer edge is about twice that, less its slope.
const PARASPINAL: f64 = 0.060;
/// Half-width of the sacrum's tip and of the cleft below it (m), chosen.
const CLEFT: f64 = 0.025;
/// Upper end of the sacrum above S2 (m), chosen: one vertebra.
const SACRUM_ABOVE_S2: f64 = 0.025;
/// The blade's inner border runs this much inside of the line through its inferior angle (m), chosen:
/// the landmark is uncertain by 25 mm.
const BORDER_MARGIN: f64 = 0.020;
/// Edge of the long muscles at T3 (m), chosen: trapezius and rhomboids cover the blade's inner border
/// there, so their zone reaches over it by 10 mm; how much bone lies below tells [`crate::Back::bone_share`].
const BORDER_AT_T3: f64 = 0.050;
/// Neck base below C7 (m): the project's safety figure.
const NECK_BASE: f64 = 0.040;

impl Levels {
    /// Size of the person against the reference back.
    pub(crate) fn scale(&self) -> f64 {
        self.c7 / REFERENCE_ARC
    }
}

/// The areas of one person's back.
#[derive(Clone, Debug, PartialEq)]
pub struct ZoneMap {
    pub(crate) levels: Levels,
    u_low: f64,
    u_high: f64,
    paraspinal: f64,
    sacrum: f64,
    /// u and |v| of the lower angle of the shoulder blade, mean of both sides.
    angle: (f64, f64),
    marks: Marks,
    bones: Bones,
    /// Right (negative) and left limit of v at equal steps of u.
    pub(crate) sides: Vec<(f64, f64)>,
}

/// Step of the table of side limits (m).
pub(crate) const SIDE_STEP: f64 = 0.005;

/// Landmarks of the client's left and right side.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Marks {
    pub left: SideMarks,
    pub right: SideMarks,
}

impl Marks {
    /// Left and right averaged; the one that is known when the other is not.
    fn mean(&self, pick: impl Fn(&SideMarks) -> Option<(f64, f64)>) -> Option<(f64, f64)> {
        match (pick(&self.left), pick(&self.right)) {
            (Some(a), Some(b)) => Some((0.5 * (a.0 + b.0), 0.5 * (a.1 + b.1))),
            (Some(one), None) | (None, Some(one)) => Some(one),
            (None, None) => None,
        }
    }
}

impl ZoneMap {
    pub(crate) fn new(
        levels: Levels,
        u_range: (f64, f64),
        marks: Marks,
        sides: Vec<(f64, f64)>,
    ) -> Self {
        let scale = levels.scale();
        Self {
            levels,
            u_low: u_range.0,
            u_high: u_range.1,
            paraspinal: PARASPINAL * scale,
            sacrum: marks.mean(|m| m.psis).map_or(DIMPLE_V * scale, |p| p.1),
            angle: lower_angle(&levels, marks.mean(|m| m.angle)),
            marks,
            bones: Bones::new(&levels, &marks.left, &marks.right),
            sides,
        }
    }

    pub(crate) fn bones(&self) -> &Bones {
        &self.bones
    }

    /// Rightmost (negative) and leftmost v at u, or `None` off the chart.
    #[must_use]
    pub fn v_range(&self, u: Metres) -> Option<(Metres, Metres)> {
        let u = u.get();
        if !(u >= self.u_low && u <= self.u_high) {
            return None;
        }
        let cell = (u - self.u_low) / SIDE_STEP;
        let index = cell as usize;
        let low = self.sides.get(index)?;
        let high = self.sides.get(index + 1).unwrap_or(low);
        let t = cell - index as f64;
        let mix = |a: f64, b: f64| Metres::new(a + t * (b - a));
        Some((mix(low.0, high.0), mix(low.1, high.1)))
    }

    /// The zone at a place of the chart. NaN is no contact.
    #[must_use]
    pub fn zone_at(&self, u: Metres, v: Metres) -> Zone {
        let Some((right, left)) = self.v_range(u) else {
            return Zone::NoContact;
        };
        if !(v >= right && v <= left) {
            return Zone::NoContact;
        }
        let (u, aside) = (u.get(), v.get().abs());
        if u > self.levels.c7 {
            Zone::NoContact
        } else if u >= self.levels.c7 - NECK_BASE {
            Zone::NeckBase
        } else if u < SACRUM_ABOVE_S2 * self.levels.scale() {
            self.below_the_waist(u, aside)
        } else if aside <= self.paraspinal.min(self.blade_border(u)) {
            Zone::Paraspinal
        } else {
            self.beside_the_spine(u)
        }
    }

    fn below_the_waist(&self, u: f64, aside: f64) -> Zone {
        let tail = self.levels.u(Level::TailBone);
        if u < tail {
            return if aside <= CLEFT {
                Zone::NoContact
            } else {
                Zone::Buttock
            };
        }
        // The sacrum narrows from the dimples to its tip.
        let share = ((u - tail) / -tail).clamp(0.0, 1.0);
        if aside <= CLEFT + share * (self.sacrum - CLEFT).max(0.0) {
            Zone::Sacrum
        } else if u >= 0.0 && aside <= self.paraspinal {
            Zone::Paraspinal
        } else {
            Zone::Buttock
        }
    }

    fn beside_the_spine(&self, u: f64) -> Zone {
        let levels = &self.levels;
        if u < 0.5 * levels.l4 {
            Zone::Buttock
        } else if u >= levels.u(Level::Waist) && u <= levels.t12 {
            Zone::Kidney
        } else if u > levels.t3 {
            Zone::Trapezius
        } else if u >= self.angle.0 {
            Zone::ShoulderBlade
        } else {
            Zone::Latissimus
        }
    }

    /// |v| of the inner border of the shoulder blade at u; infinite below and above it.
    fn blade_border(&self, u: f64) -> f64 {
        let (low, high) = (self.angle.0, self.levels.t3);
        if u < low || u > high || low >= high {
            return f64::INFINITY;
        }
        let (at_low, at_high) = (
            self.angle.1 - BORDER_MARGIN,
            BORDER_AT_T3 * self.levels.scale(),
        );
        at_low + (at_high - at_low) * (u - low) / (high - low)
    }

    pub(crate) fn write(&self, out: &mut ByteWriter) {
        let l = &self.levels;
        let numbers = [l.l4, l.t12, l.t7, l.t3, l.c7, self.u_low, self.u_high];
        numbers.iter().for_each(|n| out.f64(*n));
        for side in [&self.marks.left, &self.marks.right] {
            for mark in [side.angle, side.acromion, side.psis] {
                out.f64s(&mark.map_or(Vec::new(), |(u, v)| vec![u, v]));
            }
        }
        out.f64s(
            &self
                .sides
                .iter()
                .flat_map(|(r, l)| [*r, *l])
                .collect::<Vec<f64>>(),
        );
    }

    pub(crate) fn read(bytes: &mut ByteReader) -> Result<Self, DecodeError> {
        let mut next = || bytes.finite("zones");
        let levels = Levels {
            l4: next()?,
            t12: next()?,
            t7: next()?,
            t3: next()?,
            c7: next()?,
        };
        let (u_low, u_high) = (next()?, next()?);
        let marks = Marks {
            left: read_side(bytes)?,
            right: read_side(bytes)?,
        };
        let flat = bytes.f64s(20_000)?;
        let sides: Vec<(f64, f64)> = flat
            .chunks_exact(2)
            .filter_map(|pair| match pair {
                [right, left] => Some((*right, *left)),
                _ => None,
            })
            .collect();
        let ordered = u_low < u_high && levels.are_ordered();
        // False also where one is NaN.
        let skin = flat.len().is_multiple_of(2)
            && flat.iter().all(|v| v.is_finite())
            && sides.iter().all(|(right, left)| right <= left);
        // No person is two metres from tail to neck; the bound also bounds the work of rebuilding.
        let sized = u_low > -2.0 && u_high < 2.0 && levels.c7 < 2.0;
        if !(ordered && skin && sized) {
            return Err(DecodeError::Nonsense("zones"));
        }
        Ok(Self::new(levels, (u_low, u_high), marks, sides))
    }
}

fn read_side(bytes: &mut ByteReader) -> Result<SideMarks, DecodeError> {
    let mut mark = || match bytes.f64s(2)?.as_slice() {
        [] => Ok(None),
        [u, v] if u.is_finite() && v.is_finite() => Ok(Some((*u, *v))),
        _ => Err(DecodeError::Nonsense("landmarks beside the spine")),
    };
    Ok(SideMarks {
        angle: mark()?,
        acromion: mark()?,
        psis: mark()?,
    })
}

#[cfg(test)]
mod tests;
