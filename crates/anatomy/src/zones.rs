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

use crate::bytes::{ByteReader, ByteWriter, DecodeError};

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

    /// The zone of a word, or `None`.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|zone| zone.word() == word)
    }
}

/// Named heights along the spine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Tip of the tail-bone.
    TailBone,
    /// Second sacral vertebra: u = 0.
    S2,
    /// Fourth lumbar vertebra, about the iliac crests.
    L4,
    /// The waist, at L2.
    Waist,
    /// Twelfth thoracic vertebra.
    T12,
    /// Seventh thoracic vertebra.
    T7,
    /// Third thoracic vertebra.
    T3,
    /// Seventh cervical vertebra: nothing above it is touched.
    C7,
}

impl Level {
    /// All levels from the feet to the head.
    pub const ALL: [Self; 8] = [
        Self::TailBone,
        Self::S2,
        Self::L4,
        Self::Waist,
        Self::T12,
        Self::T7,
        Self::T3,
        Self::C7,
    ];

    /// The word in files and messages.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::TailBone => "tail_bone",
            Self::S2 => "s2",
            Self::L4 => "l4",
            Self::Waist => "waist",
            Self::T12 => "t12",
            Self::T7 => "t7",
            Self::T3 => "t3",
            Self::C7 => "c7",
        }
    }

    /// The level of a word, or `None`.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.word() == word)
    }
}

/// u (m) of every level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Levels {
    pub l4: f64,
    pub t12: f64,
    pub t7: f64,
    pub t3: f64,
    pub c7: f64,
}

/// Tail-bone below S2, as a share of the arc S2 to C7 (chosen: 100 mm on a back of 0.50 m; lower
/// half of a sacrum of about 110 mm plus a coccyx of about 40 mm).
const TAIL_SHARE: f64 = 0.20;
/// The arc S2 to C7 for which the widths below were chosen (m).
const REFERENCE_ARC: f64 = 0.50;
/// Half-width of the erector spinae as felt at the skin (m). Chosen: surface electrodes for it sit
/// 35 mm from the midline at L2 and L4, and its outer edge is about twice that, less its slope.
const PARASPINAL: f64 = 0.060;
/// Half-width of the sacral bone at S2 when no dimples are given (m), chosen.
const SACRUM: f64 = 0.043;
/// Half-width of the sacrum's tip and of the cleft below it (m), chosen.
const CLEFT: f64 = 0.025;
/// Upper end of the sacrum above S2 (m), chosen: one vertebra.
const SACRUM_ABOVE_S2: f64 = 0.025;
/// Inferior angle beside the spine when not given (m), chosen; T7 to T8 with the arms at the sides.
const ANGLE: f64 = 0.085;
/// The blade's inner border runs this much inside of the line through its inferior angle (m), chosen:
/// the landmark is uncertain by 25 mm.
const BORDER_MARGIN: f64 = 0.020;
/// Inner border at T3 (m), chosen: 30 to 40 mm standing, farther out prone with the arms down.
const BORDER_AT_T3: f64 = 0.050;
/// Neck base below C7 (m): the project's safety figure.
const NECK_BASE: f64 = 0.040;

impl Levels {
    /// u (m) of a level.
    pub(crate) fn u(&self, level: Level) -> f64 {
        match level {
            Level::TailBone => -TAIL_SHARE * self.c7,
            Level::S2 => 0.0,
            Level::L4 => self.l4,
            // L1, L2, L3 lie between T12 and L4 at about equal steps, so L2 is half-way.
            Level::Waist => 0.5 * (self.l4 + self.t12),
            Level::T12 => self.t12,
            Level::T7 => self.t7,
            Level::T3 => self.t3,
            Level::C7 => self.c7,
        }
    }

    /// Size of the person against the reference back.
    fn scale(&self) -> f64 {
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
    /// u and |v| of the inferior angle of the shoulder blade.
    angle: (f64, f64),
    /// Right (negative) and left limit of v at equal steps of u.
    sides: Vec<(f64, f64)>,
}

/// Step of the table of side limits (m).
pub(crate) const SIDE_STEP: f64 = 0.005;

/// Landmarks beside the spine, told in the chart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SideLandmarks {
    /// |v| of the dimples.
    pub psis_v: Option<f64>,
    /// u and |v| of the inferior angles.
    pub angle: Option<(f64, f64)>,
}

impl ZoneMap {
    pub(crate) fn new(
        levels: Levels,
        u_range: (f64, f64),
        beside: SideLandmarks,
        sides: Vec<(f64, f64)>,
    ) -> Self {
        let scale = levels.scale();
        Self {
            levels,
            u_low: u_range.0,
            u_high: u_range.1,
            paraspinal: PARASPINAL * scale,
            sacrum: beside.psis_v.unwrap_or(SACRUM * scale),
            angle: beside.angle.unwrap_or((levels.t7, ANGLE * scale)),
            sides,
        }
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
        let numbers = [
            l.l4,
            l.t12,
            l.t7,
            l.t3,
            l.c7,
            self.u_low,
            self.u_high,
            self.paraspinal,
            self.sacrum,
            self.angle.0,
            self.angle.1,
        ];
        numbers.iter().for_each(|n| out.f64(*n));
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
        let (u_low, u_high, paraspinal, sacrum) = (next()?, next()?, next()?, next()?);
        let angle = (next()?, next()?);
        let flat = bytes.f64s(20_000)?;
        let sides = flat
            .chunks_exact(2)
            .filter_map(|pair| match pair {
                [right, left] => Some((*right, *left)),
                _ => None,
            })
            .collect();
        let ordered = u_low < u_high && levels.c7 > 0.0 && flat.iter().all(|v| v.is_finite());
        // No person is two metres from tail to neck; the bound also bounds the work of rebuilding.
        let sized = u_low > -2.0 && u_high < 2.0 && levels.c7 < 2.0;
        if !(ordered && sized) {
            return Err(DecodeError::Nonsense("zones"));
        }
        Ok(Self {
            levels,
            u_low,
            u_high,
            paraspinal,
            sacrum,
            angle,
            sides,
        })
    }
}

#[cfg(test)]
mod tests;
