//! Why a pose is not reached.

use nalgebra::SVector;

use super::{Reacher, Station, smallest_gain, turned};
use crate::checks::LEAST_GAIN;
use kinematics::{IkFailure, LimitedBy};

/// What stands in the way of one pose.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Reason {
    /// The stretched arm is too short.
    TooFar,
    /// A joint, counted from 0, rests on its limit.
    JointEnd(usize),
    /// The posture that comes nearest is nearly singular.
    Singular,
    /// A posture reaches it, with a link in the body, the table or another link.
    Collision,
    /// A posture reaches it, but not from the pose before without lifting off.
    OtherPosture,
    /// The search ended without touching a limit.
    Stuck,
}

impl Reason {
    /// In words.
    pub(crate) fn word(self) -> String {
        match self {
            Self::TooFar => "out of reach of the stretched arm".to_owned(),
            Self::JointEnd(joint) => format!("joint {} at its limit", joint + 1),
            Self::Singular => "nearly singular".to_owned(),
            Self::Collision => "a link would touch".to_owned(),
            Self::OtherPosture => "only in another posture, after lifting off".to_owned(),
            Self::Stuck => "the arm cannot turn the tool that way there".to_owned(),
        }
    }
}

/// The reason, and the failure that came nearest when no posture reaches the pose.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WhyNot<const D: usize> {
    pub reason: Reason,
    pub failure: Option<IkFailure<D>>,
}

impl<const D: usize> Reacher<'_, D> {
    /// Why the pose of a station is not reached from any of the seeds.
    pub(crate) fn why_not(
        &self,
        station: &Station,
        yaw: f64,
        seeds: &[SVector<f64, D>],
    ) -> WhyNot<D> {
        let pose = turned(&station.base_from_tool, yaw);
        let mut nearest: Option<IkFailure<D>> = None;
        for seed in seeds {
            match self.solve(&pose, seed, 60) {
                Ok(q) => {
                    let reason = if self.clearance.spare(&q) < 0.0 {
                        Reason::Collision
                    } else if smallest_gain(self.arm, &q) < LEAST_GAIN {
                        Reason::Singular
                    } else {
                        Reason::OtherPosture
                    };
                    return WhyNot {
                        reason,
                        failure: None,
                    };
                }
                Err(failure) => {
                    if nearest.is_none_or(|old| miss(&failure) < miss(&old)) {
                        nearest = Some(failure);
                    }
                }
            }
        }
        let reason = nearest.map_or(Reason::Stuck, |failure| match failure.limited_by {
            LimitedBy::Reach { .. } => Reason::TooFar,
            LimitedBy::JointLimit { joint } => Reason::JointEnd(joint),
            LimitedBy::NoDescent
            | LimitedBy::Iterations
            | LimitedBy::NotAccepted
            | LimitedBy::NotFinite => {
                if smallest_gain(self.arm, &failure.nearest) < 2.0 * LEAST_GAIN {
                    Reason::Singular
                } else {
                    Reason::Stuck
                }
            }
        });
        WhyNot {
            reason,
            failure: nearest,
        }
    }
}

/// How far off a failure is (m, a radian counting as 0.3 m).
fn miss<const D: usize>(failure: &IkFailure<D>) -> f64 {
    failure.position_residual.get() + super::METRES_PER_RADIAN * failure.orientation_residual.get()
}
