//! Where the vertebrae lie along the axis, from the shape of neck, hollow, cleft and fork.
//!
//! | cue | tells | standard deviation |
//! |---|---|---|
//! | the furrow between the blades gives way to the ridge of the neck | C7 34 mm above | 15 mm |
//! | the outline narrows half-way from shoulders to neck | C7 40 mm above | 16 mm |
//! | the cleft of the buttocks becomes 8 mm deep | S2 42 mm above | 18 mm |
//! | the legs part | S2 155 mm above | 22 mm |
//! | the back is lowest (lordosis) | S2 118 mm below | 26 mm |
//! | everybody | C7 495 mm above S2 | 35 mm |
//! | a landmark that was given | itself | 6 mm |
//!
//! Distances are chosen to fit two measured body models and the built-in bodies; the deviations are
//! chosen wider than those few differ among themselves, and the last but one follows from ANSUR II
//! (C7 to the iliac crest: 456 mm SD 25 in men, 400 mm SD 22 in women, of which C7 to S2 is 1.15).
//! Two unknowns, the places of C7 and S2, are solved by weighted least squares; a cue three deviations
//! off is dropped and costs confidence.

use crate::levels::Level;

use super::profile::{Profile, STEP};

/// The neck is at most this wide (m, half) and a ridge of at least this height (m).
const NECK_HALF_WIDTH: f64 = 0.12;
const RIDGE: f64 = 0.003;
const FURROW: f64 = 0.0015;
/// A cleft is this deep (m) over this length (m).
const CLEFT: f64 = 0.008;
const CLEFT_LENGTH: f64 = 0.04;
/// Deeper than this (m) it is no cleft any more but the gap between the legs; the bodies show 17 to 40 mm.
const DEEPEST_CLEFT: f64 = 0.045;
/// How far below C7 the buttocks are looked for (m).
const BUTTOCKS: (f64, f64) = (0.42, 0.80);
/// The same for the hollow of the back.
const HOLLOW: (f64, f64) = (0.24, 0.46);
/// Uncertainty of a level half-way between known ones, from people's unlike proportions (m, standard
/// deviation), and of a landmark along the spine; chosen.
const PROPORTION: f64 = 0.008;
const GIVEN: f64 = 0.006;
/// Distances of the table (m).
const RIDGE_TO_C7: f64 = 0.034;
const NARROWING_TO_C7: f64 = 0.040;
const CLEFT_TO_S2: f64 = 0.042;
const FORK_TO_S2: f64 = 0.155;
const S2_TO_HOLLOW: f64 = 0.118;
const TYPICAL_LENGTH: f64 = 0.495;
const LENGTH_SIGMA: f64 = 0.035;
const DROPPED: f64 = 3.0;

/// What the shape says of one height: `weight_c7 · C7 + weight_s2 · S2 = s`.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Cue {
    share: f64,
    s: f64,
    sigma: f64,
    length_only: bool,
}

/// Why the shape does not show a prone body with its head ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Odd {
    /// No neck at the head end.
    NoNeck,
    /// The neck is at the foot end.
    Turned,
    /// Neck, but no cleft of the buttocks.
    NoCleft,
}

/// Heights found along the axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Heights {
    pub c7: f64,
    pub s2: f64,
    /// Covariance (m²): of C7, between both, of S2.
    covariance: (f64, f64, f64),
    given: Vec<(f64, f64)>,
    /// Share of the cues that agree.
    pub agreeing: f64,
}

impl Heights {
    /// `s` of a level.
    pub(super) fn s(&self, level: Level) -> f64 {
        let share = level.share();
        // Given levels are kept; between them the solved line is bent to pass through.
        let mut known: Vec<(f64, f64)> = self.given.clone();
        for (end, s) in [(0.0, self.s2), (1.0, self.c7)] {
            if !known.iter().any(|(share, _)| (share - end).abs() < 1e-9) {
                known.push((end, s));
            }
        }
        known.sort_by(|a, b| a.0.total_cmp(&b.0));
        crate::levels::between(&known, share)
    }

    /// Standard deviation (m) of `s` of a level.
    pub(super) fn sigma(&self, level: Level) -> f64 {
        let share = level.share();
        if self.given.iter().any(|(at, _)| (at - share).abs() < 1e-9) {
            return GIVEN;
        }
        let (a, b) = (share, 1.0 - share);
        let (cc, cs, ss) = self.covariance;
        let line = a * a * cc + 2.0 * a * b * cs + b * b * ss;
        // Proportions vary most half-way between places that are known.
        let ends = |at: f64| {
            let low = self
                .given
                .iter()
                .map(|g| g.0)
                .filter(|g| *g < at)
                .fold(0.0, f64::max);
            let high = self
                .given
                .iter()
                .map(|g| g.0)
                .filter(|g| *g > at)
                .fold(1.0, f64::min);
            (high - low, (at - low) * (high - at))
        };
        let (width, product) = ends(share);
        let proportion = PROPORTION * (4.0 * product / width.max(1e-9)).max(0.0).sqrt();
        (line.max(0.0) + proportion * proportion).sqrt()
    }
}

/// Finds the heights in a profile; `given` are levels with their `s`.
pub(super) fn find(profile: &Profile, given: &[(Level, f64)]) -> Result<Heights, Odd> {
    let neck = match neck(profile) {
        Some(neck) => neck,
        None if self::neck(&profile.turned()).is_some() => return Err(Odd::Turned),
        None => return Err(Odd::NoNeck),
    };
    let cleft = cleft(profile, neck.ridge).ok_or(Odd::NoCleft)?;
    let cue = |share: f64, s: f64, sigma: f64| Cue {
        share,
        s,
        sigma,
        length_only: false,
    };
    let mut cues = vec![
        cue(1.0, neck.ridge + RIDGE_TO_C7, 0.015),
        cue(0.0, cleft.deep + CLEFT_TO_S2, 0.018),
        Cue {
            share: f64::NAN,
            s: TYPICAL_LENGTH,
            sigma: LENGTH_SIGMA,
            length_only: true,
        },
    ];
    cues.extend(neck.narrowing.map(|s| cue(1.0, s + NARROWING_TO_C7, 0.016)));
    cues.extend(cleft.fork.map(|s| cue(0.0, s + FORK_TO_S2, 0.022)));
    cues.extend(hollow(profile, neck.ridge).map(|s| cue(0.0, s - S2_TO_HOLLOW, 0.026)));
    cues.extend(given.iter().map(|(level, s)| given_cue(*level, *s)));
    solved(&cues, given).ok_or(Odd::NoNeck)
}

/// Heights from given levels and proportions alone; C7 and S2 must be among them.
pub(super) fn from_given(given: &[(Level, f64)]) -> Option<Heights> {
    let cues: Vec<Cue> = given
        .iter()
        .map(|(level, s)| given_cue(*level, *s))
        .collect();
    solved(&cues, given)
}

fn given_cue(level: Level, s: f64) -> Cue {
    let share = level.share();
    let between = PROPORTION * (4.0 * share * (1.0 - share)).max(0.0).sqrt();
    Cue {
        share,
        s,
        sigma: (GIVEN * GIVEN + between * between).sqrt(),
        length_only: false,
    }
}

/// Weighted least squares; the worst cue beyond three deviations is dropped, twice at most.
fn solved(cues: &[Cue], given: &[(Level, f64)]) -> Option<Heights> {
    let mut kept = cues.to_vec();
    let (mut c7, mut s2, mut covariance) = line(&kept)?;
    for _ in 0..2 {
        let worst = kept
            .iter()
            .enumerate()
            .max_by(|a, b| off(a.1, c7, s2).total_cmp(&off(b.1, c7, s2)))
            .map(|(k, cue)| (k, off(cue, c7, s2)))?;
        if worst.1 < DROPPED {
            break;
        }
        kept.remove(worst.0);
        (c7, s2, covariance) = line(&kept)?;
    }
    // Signs that contradict each other more than they should make all of it less sure (Birge's ratio).
    let squares: f64 = kept
        .iter()
        .map(|cue| off(cue, c7, s2) * off(cue, c7, s2))
        .sum();
    let freedom = kept.len().saturating_sub(2).max(1) as f64;
    let wider = (squares / freedom).max(1.0);
    let covariance = (
        wider * covariance.0,
        wider * covariance.1,
        wider * covariance.2,
    );
    Some(Heights {
        c7,
        s2,
        covariance,
        given: given.iter().map(|(level, s)| (level.share(), *s)).collect(),
        agreeing: kept.len() as f64 / cues.len() as f64,
    })
}

/// How far a cue is off C7 and S2, in its standard deviations.
fn off(cue: &Cue, c7: f64, s2: f64) -> f64 {
    let told = if cue.length_only {
        c7 - s2
    } else {
        cue.share * c7 + (1.0 - cue.share) * s2
    };
    (cue.s - told).abs() / cue.sigma
}

/// C7, S2 and their covariance from cues.
fn line(cues: &[Cue]) -> Option<(f64, f64, (f64, f64, f64))> {
    let mut normal = nalgebra::Matrix2::<f64>::zeros();
    let mut right = nalgebra::Vector2::<f64>::zeros();
    for cue in cues {
        let row = if cue.length_only {
            nalgebra::Vector2::new(1.0, -1.0)
        } else {
            nalgebra::Vector2::new(cue.share, 1.0 - cue.share)
        };
        let weight = 1.0 / (cue.sigma * cue.sigma);
        normal += row * row.transpose() * weight;
        right += row * (weight * cue.s);
    }
    let inverse = normal.try_inverse()?;
    let solved = inverse * right;
    Some((solved.x, solved.y, (inverse.m11, inverse.m12, inverse.m22)))
}

struct Neck {
    /// Where the furrow gives way to a ridge.
    ridge: f64,
    /// Where the outline is half-way between shoulders and neck.
    narrowing: Option<f64>,
}

/// The neck: from the head end, a narrow ridge that ends in a furrow between wide shoulders.
fn neck(profile: &Profile) -> Option<Neck> {
    let known = |k: &usize| profile.get(*k).hollow.is_some();
    let first = (0..profile.len()).rev().find(known)?;
    let hollow = |k: usize| profile.get(k).hollow;
    // The furrow: three sections in a row that are hollow.
    let furrow = (2..=first)
        .rev()
        .find(|k| (0..3).all(|n| hollow(k - n).is_some_and(|h| h > FURROW)))?;
    let ridges = (furrow + 1..=first)
        .filter_map(hollow)
        .filter(|h| *h < -RIDGE);
    let narrow = (furrow + 1..=first)
        .map(|k| profile.get(k).half_width)
        .filter(|w| *w > 0.0)
        .fold(f64::INFINITY, f64::min);
    let shoulders = profile.widest(furrow.saturating_sub(20), furrow + 1);
    if ridges.count() < 3 || narrow > NECK_HALF_WIDTH || shoulders < 1.4 * narrow {
        return None;
    }
    // Between the last hollow section and the first raised one.
    let crossing = (furrow..first).find_map(|k| {
        let (a, b) = (hollow(k)?, hollow(k + 1)?);
        (a > 0.0 && b <= 0.0).then(|| profile.s(k) + STEP * a / (a - b))
    });
    let half = 0.5 * (shoulders + narrow);
    let neck_at = (furrow + 1..=first).find(|k| profile.get(*k).half_width < narrow + 0.02)?;
    let narrowing = (furrow.saturating_sub(12)..neck_at)
        .rev()
        .find(|k| profile.get(*k).half_width >= half)
        .map(|k| {
            let (a, b) = (profile.get(k).half_width, profile.get(k + 1).half_width);
            profile.s(k) + STEP * ((a - half) / (a - b).max(1e-6)).clamp(0.0, 1.0)
        });
    Some(Neck {
        ridge: crossing.unwrap_or_else(|| profile.s(furrow) + 0.5 * STEP),
        narrowing,
    })
}

struct Cleft {
    /// Where the cleft is 8 mm deep, coming from the legs.
    deep: f64,
    /// Where the legs part, when that is seen.
    fork: Option<f64>,
}

/// The cleft of the buttocks below a neck.
fn cleft(profile: &Profile, neck: f64) -> Option<Cleft> {
    let (low, high) = (
        profile.index(neck - BUTTOCKS.1),
        profile.index(neck - BUTTOCKS.0),
    );
    let parted = |k: usize| {
        let here = profile.get(k);
        let table = here.middle.is_none() && here.hollow.is_none() && here.half_width < 0.004;
        table || here.hollow.is_some_and(|h| h > DEEPEST_CLEFT)
    };
    // Legs stay parted; a hole of the scan does not go on for 40 mm.
    let forked = (low.max(4)..=high)
        .rev()
        .find(|k| (0..5).all(|n| parted(k - n)));
    let start = forked.map_or(low, |k| k + 1);
    // The deepest stretch above the fork, and on from there until it is shallow.
    let end = profile.index(neck - 0.36);
    let hollow = |k: usize| profile.get(k).hollow;
    let deepest = (start..=high)
        .filter_map(|k| Some((k, hollow(k)?)))
        .filter(|(_, h)| *h > CLEFT)
        .max_by(|a, b| a.1.total_cmp(&b.1))?
        .0;
    let last = (deepest..end).find(|k| hollow(k + 1).is_some_and(|h| h < CLEFT))?;
    let first = (start..=deepest).find(|k| hollow(*k).is_some_and(|h| h > CLEFT))?;
    if ((last - first + 1) as f64) * STEP < CLEFT_LENGTH {
        return None;
    }
    let (a, b) = (hollow(last)?, hollow(last + 1)?);
    Some(Cleft {
        deep: profile.s(last) + STEP * ((a - CLEFT) / (a - b).max(1e-6)).clamp(0.0, 1.0),
        fork: forked.map(|k| profile.s(k) + 0.5 * STEP),
    })
}

/// Where the back is lowest between chest and buttocks.
fn hollow(profile: &Profile, neck: f64) -> Option<f64> {
    let (low, high) = (
        profile.index(neck - HOLLOW.1),
        profile.index(neck - HOLLOW.0),
    );
    let height = |k: usize| profile.get(k).middle;
    let lowest = (low..=high)
        .filter_map(|k| Some((k, height(k)?)))
        .min_by(|a, b| a.1.total_cmp(&b.1))?;
    let inside = lowest.0 > low + 1 && lowest.0 + 1 < high;
    let rises = [low, high]
        .iter()
        .all(|k| height(*k).is_some_and(|h| h > lowest.1 + 0.003));
    (inside && rises).then(|| profile.s(lowest.0))
}
