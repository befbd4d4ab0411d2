//! Where joints may be: limits less margin, whole turns taken off.

use core::f64::consts::{PI, TAU};

use nalgebra::SVector;

use crate::ArmModel;

/// A turning joint that can do all but this much of a turn (rad) is let through its ends by a global
/// search: the forbidden wedge is thin, and seldom where a goal lies. Chosen.
const THIN_WEDGE: f64 = 0.5;
/// A joint this near to its end (rad or m) rests on it.
const RESTING: f64 = 1e-9;

/// Limits less margin; continuous joints keep their infinities.
#[derive(Clone, Copy)]
pub(crate) struct Range<const D: usize> {
    lower: SVector<f64, D>,
    upper: SVector<f64, D>,
    /// The middle of every range; 0 where it has no ends.
    pub(crate) middle: SVector<f64, D>,
    turns: [bool; D],
}

/// How far each joint may move down (at most 0) and up (rad or m).
#[derive(Clone, Copy)]
pub(crate) struct Room<const D: usize> {
    pub(crate) down: SVector<f64, D>,
    pub(crate) up: SVector<f64, D>,
}

impl<const D: usize> Range<D> {
    /// The margin is cut where a range is too short for it.
    pub(crate) fn inside(arm: &ArmModel<D>, margin: f64) -> Self {
        let (lower, upper) = (&arm.limits.lower, &arm.limits.upper);
        let keep = |i: usize| margin.max(0.0).min(0.25 * (upper[i] - lower[i]));
        let middle = |i: usize| 0.5 * (lower[i] + upper[i]);
        Self {
            middle: SVector::from_fn(|i, _| {
                if middle(i).is_finite() {
                    middle(i)
                } else {
                    0.0
                }
            }),
            lower: SVector::from_fn(|i, _| lower[i] + keep(i)),
            upper: SVector::from_fn(|i, _| upper[i] - keep(i)),
            turns: core::array::from_fn(|i| arm.geometry.joints[i].turns()),
        }
    }

    pub(crate) fn clamp(&self, q: &SVector<f64, D>) -> SVector<f64, D> {
        SVector::from_fn(|i, _| q[i].max(self.lower[i]).min(self.upper[i]))
    }

    /// The same posture with turning joints less than half a turn from the middle of their range; what
    /// is then still outside goes to the end that is nearer around the circle.
    pub(crate) fn fold(&self, q: &SVector<f64, D>) -> SVector<f64, D> {
        let folded = SVector::from_fn(|i, _| {
            let off = q[i] - self.middle[i];
            if self.turns[i] && off.abs() > PI {
                q[i] - TAU * libm::round(off / TAU)
            } else {
                q[i]
            }
        });
        self.clamp(&folded)
    }

    pub(crate) fn room(&self, q: &SVector<f64, D>) -> Room<D> {
        Room {
            down: self.lower - q,
            up: self.upper - q,
        }
    }

    /// As [`Range::room`], with no end for joints that turn (almost) all the way round.
    pub(crate) fn room_around(&self, q: &SVector<f64, D>) -> Room<D> {
        let mut room = self.room(q);
        for i in 0..D {
            if self.turns[i] && self.upper[i] - self.lower[i] > TAU - THIN_WEDGE {
                room.down[i] = f64::NEG_INFINITY;
                room.up[i] = f64::INFINITY;
            }
        }
        room
    }

    /// The first joint that rests on an end.
    pub(crate) fn resting(&self, q: &SVector<f64, D>) -> Option<usize> {
        (0..D).find(|i| q[*i] <= self.lower[*i] + RESTING || q[*i] >= self.upper[*i] - RESTING)
    }
}
