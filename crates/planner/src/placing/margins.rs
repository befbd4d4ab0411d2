//! How comfortable a posture is: four margins, each from the planner's promise (0) to ample (1).
//!
//! Of joint ends, singularity and torque the promise is that of `checks`, of clearance that of `clearance`.

use quantities::{Metres, Radians};

use crate::checks::{JOINT_MARGIN, LEAST_GAIN, TORQUE_SHARE};

/// Where more brings nothing (rad, m/rad, share, m). Chosen: 30°; what a well-bent arm of this size has;
/// half of the strength; 15 mm more than limits that already hold a margin.
const AMPLE_JOINT: f64 = 0.52;
const AMPLE_GAIN: f64 = 0.12;
const AMPLE_RESERVE: f64 = 0.5;
const AMPLE_CLEARANCE: f64 = 0.015;

/// What is lacking at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lack {
    /// No posture puts the tool there, or none that the neighbouring one leads to.
    Reach,
    /// A joint is too near its end.
    JointRange,
    /// The posture is nearly singular.
    Dexterity,
    /// A joint is too weak.
    Strength,
    /// A link is too near body, table or another link.
    Clearance,
    /// A link is too near the floor, the ceiling or the arm's own stand.
    Surroundings,
}

impl Lack {
    /// In words.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Reach => "reach",
            Self::JointRange => "range of a joint",
            Self::Dexterity => "distance from a singular posture",
            Self::Strength => "strength of a joint",
            Self::Clearance => "clearance from body, table or another link",
            Self::Surroundings => "clearance from floor, ceiling or the arm's own stand",
        }
    }
}

/// Margins of one posture at one place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Margins {
    /// Joint and its distance from its nearest end (rad or m).
    pub joint: (usize, f64),
    /// Smallest singular value of the weighted Jacobian (m/rad).
    pub gain: f64,
    /// Joint, and the share of its torque limit that is left.
    pub reserve: (usize, f64),
    /// Spare clearance over the least that is allowed (m): from body, table and links; from floor,
    /// ceiling and stand.
    pub clearance: f64,
    pub surroundings: f64,
}

impl Margins {
    /// Nothing known: the neutral element of [`Margins::worse`].
    pub(super) const BEST: Self = Self {
        joint: (0, f64::INFINITY),
        gain: f64::INFINITY,
        reserve: (0, f64::INFINITY),
        clearance: f64::INFINITY,
        surroundings: f64::INFINITY,
    };

    fn shares(&self) -> [(f64, Lack); 5] {
        let share = |value: f64, promised: f64, ample: f64| (value - promised) / (ample - promised);
        [
            (
                share(self.joint.1, JOINT_MARGIN, AMPLE_JOINT),
                Lack::JointRange,
            ),
            (share(self.gain, LEAST_GAIN, AMPLE_GAIN), Lack::Dexterity),
            (
                share(self.reserve.1, 1.0 - TORQUE_SHARE, AMPLE_RESERVE),
                Lack::Strength,
            ),
            (share(self.clearance, 0.0, AMPLE_CLEARANCE), Lack::Clearance),
            (
                share(self.surroundings, 0.0, AMPLE_CLEARANCE),
                Lack::Surroundings,
            ),
        ]
    }

    /// The least of the shares and whose it is: negative where the planner would refuse, at most 1.
    pub(super) fn comfort(&self) -> (f64, Lack) {
        let mut least = (f64::INFINITY, Lack::Reach);
        for (share, lack) in self.shares() {
            if share < least.0 {
                least = (share, lack);
            }
        }
        (least.0.min(1.0), least.1)
    }

    /// The worse of both, margin by margin.
    pub(super) fn worse(&self, other: &Self) -> Self {
        let least = |a: (usize, f64), b: (usize, f64)| if b.1 < a.1 { b } else { a };
        Self {
            joint: least(self.joint, other.joint),
            gain: self.gain.min(other.gain),
            reserve: least(self.reserve, other.reserve),
            clearance: self.clearance.min(other.clearance),
            surroundings: self.surroundings.min(other.surroundings),
        }
    }
}

/// Worst margins of a base over a routine.
#[derive(Clone, Debug, PartialEq)]
pub struct ReachFigures {
    /// Places that were looked at.
    pub places: usize,
    /// Of these, how many the arm does not serve as the planner asks.
    pub unreached: usize,
    /// What the unreached ones lack, most frequent first.
    pub lacks: Vec<(Lack, usize)>,
    /// Step (from 1) and place of the first one, along the spine and beside it.
    pub first_unreached: Option<(usize, Metres, Metres)>,
    /// Steps (from 1) that hold any.
    pub unreached_steps: Vec<usize>,
    /// Least of all margins, 0 where the planner would refuse and 1 where all is ample; of the places
    /// that are served.
    pub comfort: f64,
    /// Which margin that is.
    pub tightest: Lack,
    /// Smallest singular value of the Jacobian, a radian of turning counted as 0.3 m (m/rad).
    pub manipulability: f64,
    /// Joint (from 1) and its distance from its nearest end, the profile's margins taken off.
    pub joint_margin: (usize, Radians),
    /// Joint (from 1) and the share of its torque limit that gravity and press leave.
    pub torque_reserve: (usize, f64),
    /// Spare distance over the least that the planner allows: links from body, table, floor, ceiling,
    /// stand and each other.
    pub clearance: Metres,
}
