//! Named heights along the spine, and where each vertebra lies between those that were found.
//!
//! Somebody who palpates finds six spinous processes at most; the others lie between them at steps
//! that grow from neck to waist. The steps below are chosen: they grow evenly, and their sums agree with
//! the shares of the skin arc from C7 to S2 at which a body model's landmarks were set (T3 0.125, T7
//! 0.315, T12 0.600, L4 0.865). Between two known levels the steps are scaled to fit.

use quantities::Metres;

/// Named heights along the spine: spinous processes, felt through the skin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Tip of the tail-bone.
    TailBone,
    /// Second sacral vertebra, at the dimples: u = 0.
    S2,
    /// First sacral vertebra, the upper end of the sacrum.
    S1,
    /// Fifth lumbar vertebra.
    L5,
    /// Fourth lumbar vertebra, about the iliac crests.
    L4,
    /// Third lumbar vertebra.
    L3,
    /// The waist, at L2.
    Waist,
    /// First lumbar vertebra.
    L1,
    /// Twelfth thoracic vertebra.
    T12,
    /// Eleventh thoracic vertebra.
    T11,
    /// Tenth thoracic vertebra.
    T10,
    /// Ninth thoracic vertebra.
    T9,
    /// Eighth thoracic vertebra, about the lower angle of the shoulder blade.
    T8,
    /// Seventh thoracic vertebra.
    T7,
    /// Sixth thoracic vertebra.
    T6,
    /// Fifth thoracic vertebra.
    T5,
    /// Fourth thoracic vertebra.
    T4,
    /// Third thoracic vertebra, at the root of the spine of the shoulder blade.
    T3,
    /// Second thoracic vertebra, about the upper angle of the shoulder blade.
    T2,
    /// First thoracic vertebra.
    T1,
    /// Seventh cervical vertebra: nothing above it is touched.
    C7,
}

/// Share of the skin arc from S2 to C7 at which each level lies (module documentation), S2 first.
const SHARES: [(Level, f64); 20] = [
    (Level::S2, 0.0),
    (Level::S1, 0.038),
    (Level::L5, 0.081),
    (Level::L4, 0.135),
    (Level::L3, 0.2005),
    (Level::Waist, 0.2675),
    (Level::L1, 0.3345),
    (Level::T12, 0.400),
    (Level::T11, 0.461),
    (Level::T10, 0.520),
    (Level::T9, 0.577),
    (Level::T8, 0.632),
    (Level::T7, 0.685),
    (Level::T6, 0.7355),
    (Level::T5, 0.784),
    (Level::T4, 0.8305),
    (Level::T3, 0.875),
    (Level::T2, 0.9175),
    (Level::T1, 0.959),
    (Level::C7, 1.0),
];

/// Tip of the tail-bone below S2 over the arc S2 to C7 (chosen: 100 mm on a back of 0.50 m; lower
/// half of a sacrum of about 110 mm plus a coccyx of about 40 mm).
const TAIL_SHARE: f64 = 0.20;

impl Level {
    /// All levels from the feet to the head.
    pub const ALL: [Self; 21] = [
        Self::TailBone,
        Self::S2,
        Self::S1,
        Self::L5,
        Self::L4,
        Self::L3,
        Self::Waist,
        Self::L1,
        Self::T12,
        Self::T11,
        Self::T10,
        Self::T9,
        Self::T8,
        Self::T7,
        Self::T6,
        Self::T5,
        Self::T4,
        Self::T3,
        Self::T2,
        Self::T1,
        Self::C7,
    ];

    /// The levels that a picture of a back names, few enough to be read.
    pub const LANDMARKS: [Self; 8] = [
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
            Self::S1 => "s1",
            Self::L5 => "l5",
            Self::L4 => "l4",
            Self::L3 => "l3",
            Self::Waist => "waist",
            Self::L1 => "l1",
            Self::T12 => "t12",
            Self::T11 => "t11",
            Self::T10 => "t10",
            Self::T9 => "t9",
            Self::T8 => "t8",
            Self::T7 => "t7",
            Self::T6 => "t6",
            Self::T5 => "t5",
            Self::T4 => "t4",
            Self::T3 => "t3",
            Self::T2 => "t2",
            Self::T1 => "t1",
            Self::C7 => "c7",
        }
    }

    /// The name in landmark files and reports, as anatomists write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TailBone => "tail bone",
            Self::S2 => "S2",
            Self::S1 => "S1",
            Self::L5 => "L5",
            Self::L4 => "L4",
            Self::L3 => "L3",
            Self::Waist => "L2",
            Self::L1 => "L1",
            Self::T12 => "T12",
            Self::T11 => "T11",
            Self::T10 => "T10",
            Self::T9 => "T9",
            Self::T8 => "T8",
            Self::T7 => "T7",
            Self::T6 => "T6",
            Self::T5 => "T5",
            Self::T4 => "T4",
            Self::T3 => "T3",
            Self::T2 => "T2",
            Self::T1 => "T1",
            Self::C7 => "C7",
        }
    }

    /// The level of a word, or `None`; `l2` is the waist.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let by_word = Self::ALL.into_iter().find(|level| level.word() == word);
        by_word.or_else(|| (word == "l2").then_some(Self::Waist))
    }

    /// Where the level lies between S2 (0) and C7 (1) along the skin of a person of whom nothing else
    /// is known; the tail-bone lies below 0.
    #[must_use]
    pub fn share(self) -> f64 {
        let found = SHARES.iter().find(|(level, _)| *level == self);
        found.map_or(-TAIL_SHARE, |(_, share)| *share)
    }
}

/// u (m) of the levels that a person's landmarks tell; all others lie between them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Levels {
    pub l4: f64,
    pub t12: f64,
    pub t7: f64,
    pub t3: f64,
    pub c7: f64,
}

impl Levels {
    /// u (m) of a level.
    pub(crate) fn u(&self, level: Level) -> f64 {
        if level == Level::TailBone {
            return -TAIL_SHARE * self.c7;
        }
        let known = [
            (0.0, 0.0),
            (Level::L4.share(), self.l4),
            (Level::T12.share(), self.t12),
            (Level::T7.share(), self.t7),
            (Level::T3.share(), self.t3),
            (1.0, self.c7),
        ];
        between(&known, level.share())
    }

    /// Whether each lies above the one before, as vertebrae do. What is built on levels assumes it.
    pub(crate) fn are_ordered(&self) -> bool {
        let rising = [0.0, self.l4, self.t12, self.t7, self.t3, self.c7];
        rising.iter().is_sorted_by(|low, high| low < high)
    }

    /// u of a level, as a length.
    pub(crate) fn metres(&self, level: Level) -> Metres {
        Metres::new(self.u(level))
    }
}

/// Linear between known `(share, place)` in rising order; beyond the ends, on with the last slope.
pub(crate) fn between(known: &[(f64, f64)], share: f64) -> f64 {
    let last = known.len().saturating_sub(2);
    let pair = known
        .windows(2)
        .enumerate()
        .find(|(k, pair)| *k == last || pair.get(1).is_some_and(|upper| share <= upper.0));
    match pair {
        Some((_, [(low, at_low), (high, at_high)])) => {
            at_low + (at_high - at_low) * (share - low) / (high - low)
        }
        Some(_) | None => known.first().map_or(0.0, |(_, place)| *place),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEVELS: Levels = Levels {
        l4: 0.07,
        t12: 0.21,
        t7: 0.35,
        t3: 0.44,
        c7: 0.50,
    };

    #[test]
    fn every_level_has_a_share_and_shares_rise_toward_the_head() {
        for pair in Level::ALL.windows(2) {
            assert!(pair[0].share() < pair[1].share(), "{pair:?}");
            assert!(pair[0] < pair[1], "{pair:?}");
        }
        assert_eq!(Level::TailBone.share(), -TAIL_SHARE);
        assert_eq!(SHARES.len() + 1, Level::ALL.len());
    }

    #[test]
    fn known_levels_come_back_and_the_others_lie_between_them_in_order() {
        for (level, u) in [
            (Level::S2, 0.0),
            (Level::L4, 0.07),
            (Level::T12, 0.21),
            (Level::T7, 0.35),
            (Level::T3, 0.44),
            (Level::C7, 0.50),
        ] {
            assert!((LEVELS.u(level) - u).abs() < 1e-12, "{level:?}");
        }
        for pair in Level::ALL.windows(2) {
            assert!(LEVELS.u(pair[0]) < LEVELS.u(pair[1]), "{pair:?}");
        }
    }

    #[test]
    fn the_waist_lies_half_way_between_l4_and_t12() {
        assert!((LEVELS.u(Level::Waist) - 0.14).abs() < 1e-12);
        assert_eq!(Level::from_word("l2"), Some(Level::Waist));
    }

    #[test]
    fn vertebrae_grow_from_the_neck_to_the_waist() {
        let step = |k: usize| SHARES[k + 1].1 - SHARES[k].1;
        // From C7-T1 down to L2-L3; then they shrink toward the sacrum.
        for k in (5..18).rev() {
            assert!(step(k) + 2e-3 > step(k + 1) - 1e-12, "{:?}", SHARES[k]);
        }
    }
}
