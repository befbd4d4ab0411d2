//! Bone under the skin, as curves in `(u, v)`: shoulder blades, iliac crests, sacrum, lower ribs.
//!
//! ```text
//!       T2   ╭─2──────────────╮        1 upper angle      4 lateral border
//!       T3   1 root ── spine ─┤ 5      2 upper border     5 toward the shoulder joint
//!            │ medial border ╱         3 lower angle: T8, with the arms hanging up to a level lower
//!       T7   │            ╱ 4
//!       T8    ╲_______3_╱
//! ```
//! A plan asks two things: where the border of the blade runs, to go around it, and how much bone lies
//! under a place, to press less there. Both follow from few landmarks, so both are about as sure as
//! those: a blade slides by 20 mm with the arm. What is not a landmark is chosen, for a back of 0.50 m
//! from S2 to C7, and scaled with that length.
//!
//! | figure | value | from |
//! |---|---|---|
//! | root of the blade's spine | T3 | clinical text |
//! | medial border at T3 beside the midline | 40 mm | clinical text: 30 to 40 mm; prone, the upper one |
//! | upper angle | T2, 50 mm | rib 2 (clinical text); 50 mm chosen |
//! | lower angle | T8, 85 mm, or the landmark | X-ray: T8, SD 0.9 levels; prone, arms hanging, one level lower; 85 mm chosen |
//! | width root to shoulder joint | 100 mm | chosen |
//! | iliac crest, highest | L4, 105 mm | Tuffier's line; 105 mm chosen |
//! | dimples, at S2 | 43 mm, or the landmarks | chosen |
//! | lower rib edge | from T12, 55 mm, to L3, 145 mm | chosen |
//! | reach of a ridge | 15 to 18 mm | chosen: about the bone's width and its tissue |

use quantities::Metres;

use crate::levels::{Level, Levels};

/// Left or right, as the client has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The client's left: positive v.
    Left,
    /// The client's right: negative v.
    Right,
}

impl Side {
    /// Both, left first.
    pub const BOTH: [Self; 2] = [Self::Left, Self::Right];

    /// Sign of v on this side.
    #[must_use]
    pub const fn sign(self) -> f64 {
        match self {
            Self::Left => 1.0,
            Self::Right => -1.0,
        }
    }
}

/// Bone that is felt through the skin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bone {
    /// Ridge across the shoulder blade, from its root at T3 to the tip of the shoulder.
    ScapulaSpine,
    /// Inner border of the shoulder blade, upper to lower angle.
    MedialBorder,
    /// Upper edge of the hip bone, from the dimple outward.
    IliacCrest,
    /// Sacrum and tail-bone.
    Sacrum,
    /// Lower edge of the ribs.
    RibEdge,
}

impl Bone {
    /// All, in a fixed order.
    pub const ALL: [Self; 5] = [
        Self::ScapulaSpine,
        Self::MedialBorder,
        Self::IliacCrest,
        Self::Sacrum,
        Self::RibEdge,
    ];

    /// The word in files, messages and recordings.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::ScapulaSpine => "scapula_spine",
            Self::MedialBorder => "medial_border",
            Self::IliacCrest => "iliac_crest",
            Self::Sacrum => "sacrum",
            Self::RibEdge => "rib_edge",
        }
    }

    /// How far beside its ridge the bone is still felt (m); chosen.
    const fn reach(self) -> f64 {
        match self {
            Self::ScapulaSpine | Self::IliacCrest => 0.018,
            Self::MedialBorder | Self::RibEdge => 0.015,
            Self::Sacrum => 0.010,
        }
    }
}

/// From this share on, bone lies under a place: seven tenths of the reach from the ridge.
const FELT: f64 = 0.25;
/// Pieces into which a stretch between two marks of a curve is cut.
const PIECES: usize = 8;
const ROOT_V: f64 = 0.040;
const UPPER_V: f64 = 0.050;
/// Inner border over the lower angle: so far inside of the angle's tip, and above it (m).
const TIP_INSIDE: f64 = 0.020;
const TIP_ABOVE: f64 = 0.020;
const BLADE_WIDTH: f64 = 0.100;
pub(crate) const LOWER_ANGLE_V: f64 = 0.085;
pub(crate) const DIMPLE_V: f64 = 0.043;

/// What the landmarks of one side tell, in the chart: u and |v| (m).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct SideMarks {
    /// Lower angle of the shoulder blade.
    pub angle: Option<(f64, f64)>,
    /// Tip of the shoulder.
    pub acromion: Option<(f64, f64)>,
    /// The dimple.
    pub psis: Option<(f64, f64)>,
}

/// A curve in `(u, |v|)` of one side.
type Curve = Vec<(f64, f64)>;

/// The bone of one side.
#[derive(Clone, Debug, PartialEq)]
struct SideBones {
    blade: Curve,
    /// Of the blade's curve, the points from the upper to the lower angle.
    medial: usize,
    scapula_spine: Curve,
    crest: Curve,
    ribs: Curve,
    /// Edge of the sacrum, from S1 down to the tail-bone.
    sacrum: Curve,
}

/// The bone of one person.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bones {
    left: SideBones,
    right: SideBones,
}

impl Bones {
    pub(crate) fn new(levels: &Levels, left: &SideMarks, right: &SideMarks) -> Self {
        Self {
            left: SideBones::new(levels, left),
            right: SideBones::new(levels, right),
        }
    }

    fn side(&self, side: Side) -> &SideBones {
        match side {
            Side::Left => &self.left,
            Side::Right => &self.right,
        }
    }

    /// The closed circuit of the blade: `(u, |v|)`, the last point is the first.
    pub(crate) fn blade(&self, side: Side) -> &[(f64, f64)] {
        &self.side(side).blade
    }

    /// The ridge of a bone: `(u, |v|)`.
    pub(crate) fn ridge(&self, bone: Bone, side: Side) -> &[(f64, f64)] {
        self.side(side).ridge(bone)
    }

    /// How much of a bone lies under a place: 1 on its ridge, 0 beyond its reach.
    fn share(&self, bone: Bone, u: f64, v: f64) -> f64 {
        let side = if v < 0.0 { Side::Right } else { Side::Left };
        let (bones, aside) = (self.side(side), v.abs());
        if bone == Bone::Sacrum && bones.is_over_sacrum(u, aside) {
            return 1.0;
        }
        fading(distance(bones.ridge(bone), u, aside) / bone.reach())
    }

    /// The bone that is most under a place, with its share.
    pub(crate) fn most(&self, u: Metres, v: Metres) -> (Option<Bone>, f64) {
        let (u, v) = (u.get(), v.get());
        let mut most = (None, 0.0);
        for bone in Bone::ALL {
            let share = self.share(bone, u, v);
            if share > most.1 {
                most = (Some(bone), share);
            }
        }
        most
    }

    /// The bone under a place, or `None` over soft tissue.
    pub(crate) fn at(&self, u: Metres, v: Metres) -> Option<Bone> {
        let (bone, share) = self.most(u, v);
        bone.filter(|_| share >= FELT)
    }
}

impl SideBones {
    fn new(levels: &Levels, marks: &SideMarks) -> Self {
        let k = levels.scale();
        let u = |level| levels.u(level);
        let angle = lower_angle(levels, marks.angle);
        let root = (u(Level::T3), ROOT_V * k);
        let above_tip = (angle.0 + TIP_ABOVE * k, angle.1 - TIP_INSIDE * k);
        let joint = (u(Level::T3) - 0.010 * k, (ROOT_V + BLADE_WIDTH) * k);
        let beside_tip = (angle.0 + 0.022 * k, angle.1 + 0.017 * k);
        let marks_of_blade = [
            (u(Level::T2), UPPER_V * k),
            root,
            middle(root, above_tip),
            above_tip,
            angle,
            beside_tip,
            middle(beside_tip, joint),
            joint,
            (u(Level::T2) - 0.006 * k, 0.095 * k),
        ];
        let acromion = marks
            .acromion
            .unwrap_or((u(Level::T3) - 0.020 * k, 0.195 * k));
        let dimple = marks.psis.unwrap_or((0.0, DIMPLE_V * k));
        let tail = u(Level::TailBone);
        Self {
            blade: closed_curve(&marks_of_blade),
            medial: 4 * PIECES + 1,
            scapula_spine: open_curve(&[root, middle(root, acromion), acromion]),
            crest: open_curve(&[
                dimple,
                (0.62 * u(Level::L4), 0.5 * (dimple.1 + 0.105 * k)),
                (u(Level::L4), 0.105 * k),
                (u(Level::L4) - 0.012 * k, 0.145 * k),
            ]),
            ribs: open_curve(&[
                (u(Level::T12), 0.055 * k),
                (u(Level::L1), 0.085 * k),
                (u(Level::Waist), 0.115 * k),
                (u(Level::L3), 0.145 * k),
            ]),
            sacrum: vec![(u(Level::S1), dimple.1), (0.0, dimple.1), (tail, 0.012 * k)],
        }
    }

    fn ridge(&self, bone: Bone) -> &[(f64, f64)] {
        match bone {
            Bone::ScapulaSpine => &self.scapula_spine,
            Bone::MedialBorder => self.blade.get(..self.medial).unwrap_or(&[]),
            Bone::IliacCrest => &self.crest,
            Bone::Sacrum => &self.sacrum,
            Bone::RibEdge => &self.ribs,
        }
    }

    fn is_over_sacrum(&self, u: f64, aside: f64) -> bool {
        self.sacrum.windows(2).any(|pair| match pair {
            [(high, at_high), (low, at_low)] => {
                let share = (u - low) / (high - low);
                (0.0..=1.0).contains(&share) && aside <= at_low + share * (at_high - at_low)
            }
            _ => false,
        })
    }
}

/// The lower angle: the landmark, or the one that most people have; kept where a blade can be.
pub(crate) fn lower_angle(levels: &Levels, mark: Option<(f64, f64)>) -> (f64, f64) {
    let k = levels.scale();
    let (u, aside) = mark.unwrap_or((levels.u(Level::T8), LOWER_ANGLE_V * k));
    let (low, high) = (levels.u(Level::T11), levels.u(Level::T5));
    (u.clamp(low, high), aside.clamp(0.060 * k, 0.140 * k))
}

fn middle(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    (0.5 * (a.0 + b.0), 0.5 * (a.1 + b.1))
}

/// 1 on the ridge, 0 from `ratio` 1 on, smooth in between.
fn fading(ratio: f64) -> f64 {
    let inside = (1.0 - ratio * ratio).max(0.0);
    inside * inside
}

/// Distance (m) of a place from a curve, in the chart; infinite for an empty one and for NaN.
fn distance(curve: &[(f64, f64)], u: f64, aside: f64) -> f64 {
    let to_piece = |a: (f64, f64), b: (f64, f64)| {
        let (along, across) = (b.0 - a.0, b.1 - a.1);
        let length2 = (along * along + across * across).max(1e-12);
        let t = (((u - a.0) * along + (aside - a.1) * across) / length2).clamp(0.0, 1.0);
        let (du, dv) = (u - a.0 - t * along, aside - a.1 - t * across);
        (du * du + dv * dv).sqrt()
    };
    curve
        .windows(2)
        .filter_map(|pair| match pair {
            [a, b] => Some(to_piece(*a, *b)),
            _ => None,
        })
        .fold(f64::INFINITY, f64::min)
}

/// A smooth curve through marks (Catmull-Rom), the ends repeated.
fn open_curve(marks: &[(f64, f64)]) -> Curve {
    let at = |k: usize| marks.get(k.min(marks.len().saturating_sub(1))).copied();
    let mut curve: Curve = (0..marks.len().saturating_sub(1))
        .filter_map(|k| Some([at(k.saturating_sub(1))?, at(k)?, at(k + 1)?, at(k + 2)?]))
        .flat_map(pieces)
        .collect();
    curve.extend(marks.last());
    curve
}

/// A smooth closed curve through marks; the last point is the first.
fn closed_curve(marks: &[(f64, f64)]) -> Curve {
    let count = marks.len().max(1);
    let at = |k: usize| marks.get(k % count).copied();
    let mut curve: Curve = (0..marks.len())
        .filter_map(|k| Some([at(k + count - 1)?, at(k)?, at(k + 1)?, at(k + 2)?]))
        .flat_map(pieces)
        .collect();
    curve.extend(marks.first());
    curve
}

/// The stretch between the two inner of four marks.
fn pieces([a, b, c, d]: [(f64, f64); 4]) -> impl Iterator<Item = (f64, f64)> {
    let mix = |t: f64, a: f64, b: f64, c: f64, d: f64| {
        b + 0.5 * t * (c - a + t * (2.0 * a - 5.0 * b + 4.0 * c - d + t * (3.0 * (b - c) + d - a)))
    };
    (0..PIECES).map(move |k| {
        let t = k as f64 / PIECES as f64;
        (mix(t, a.0, b.0, c.0, d.0), mix(t, a.1, b.1, c.1, d.1))
    })
}

#[cfg(test)]
mod tests;
