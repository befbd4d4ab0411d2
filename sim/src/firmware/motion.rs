//! What the drives do in each mode.
//!
//! ```text
//! Braked ─hold─▶ Holding ─command─▶ Following ─trip─▶ Yielding ─force gone─▶ Resting (until a new session)
//! ```
//! To yield is to let the push on the world fade, at a bounded rate, while the arm's own weight is carried
//! and its motion damped; a press that stays is helped off the skin. To rest is to hang in a weak spring
//! where the force was gone: a person can push the arm aside.

use kinematics::{ArmModel, ToolKinematics};
use nalgebra::{SVector, Vector3, Vector6};
use signals::JointState;

use super::FirmwareLimits;

/// Stiffness and damping of a hold: the joint's inertia times these (1/s², 1/s). Chosen: natural frequency
/// of 30 rad/s, critically damped.
const HOLD_RATE: f64 = 900.0;
const HOLD_DAMPING: f64 = 60.0;
/// A rest is so much weaker, and gives way beyond this share of the torque limit.
const REST_SHARE: f64 = 0.2;
const GIVES_WAY: f64 = 0.06;
/// A fade is not shorter than this (s): never with a jerk.
const SHORTEST_FADE: f64 = 0.02;
/// Press that stays (N) is helped off with a force that grows (N/s) to a most (N).
const RELIEF_FROM: f64 = 1.5;
const RELIEF_GROWTH: f64 = 60.0;
const RELIEF_MOST: f64 = 12.0;
/// A blind arm pushes off with this share of what it pressed with, so that friction does not keep it there.
const BLIND_PUSH_OFF: f64 = 0.6;
/// The way off ends at this distance (m).
const OFF: f64 = 0.02;
/// Period of the firmware (s).
const TICK: f64 = 1e-3;

/// What the drives are told for one millisecond.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Told<const D: usize> {
    /// The brakes hold.
    Brakes,
    /// Joint torques, the arm's own weight included.
    Torques(SVector<f64, D>),
    /// Joint speeds, for the drives' own servo.
    Velocities(SVector<f64, D>),
}

/// The mode's memory.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Motion<const D: usize> {
    /// Brakes on.
    Braked,
    /// A stiff hold of a posture.
    Holding(SVector<f64, D>),
    /// What the host commanded last.
    Following(Told<D>),
    /// The push on the world fades.
    Yielding(Yield<D>),
    /// Gone: a weak hold.
    Resting(SVector<f64, D>),
}

/// Memory of a yield.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Yield<const D: usize> {
    task: SVector<f64, D>,
    share: f64,
    fade: f64,
    relief: f64,
    from: [f64; 3],
    ticks: u32,
    /// The joints' samples are not believed: the push fades by what was known last, then the brakes close.
    is_blind: bool,
}

/// What the law works with in one tick.
pub(super) struct Body<'a, const D: usize> {
    pub model: &'a ArmModel<D>,
    pub joints: &'a JointState<D>,
    pub kinematics: &'a ToolKinematics<D>,
    pub press: Option<f64>,
    pub limits: &'a FirmwareLimits<D>,
}

impl<const D: usize> Body<'_, D> {
    fn carrying(&self) -> SVector<f64, D> {
        self.model
            .bias(&self.joints.positions, &self.joints.velocities)
    }

    fn inertia(&self) -> SVector<f64, D> {
        self.model.mass_matrix(&self.joints.positions).diagonal()
    }

    fn hold(&self, anchor: &SVector<f64, D>, share: f64) -> SVector<f64, D> {
        let inertia = self.inertia();
        let error = anchor - self.joints.positions;
        let spring = inertia.component_mul(&error) * (HOLD_RATE * share);
        let damping =
            inertia.component_mul(&self.joints.velocities) * (HOLD_DAMPING * share.sqrt());
        spring - damping
    }

    /// The tool's axis in the base frame: into the body.
    fn axis(&self) -> Vector3<f64> {
        let axis = quantities::Direction::<quantities::Tool>::Z;
        *self.kinematics.base_from_tool.rotate(&axis).raw()
    }

    /// Where the tool is (m, base frame).
    pub fn place(&self) -> [f64; 3] {
        let origin = self.kinematics.base_from_tool.origin();
        [origin.x(), origin.y(), origin.z()]
    }
}

impl<const D: usize> Motion<D> {
    /// The push fades from here on, at a rate in N/s; by the joints' samples, or blind.
    pub fn give_way(&mut self, body: &Body<'_, D>, rate_n_per_s: f64, is_blind: bool) {
        let given = match self {
            Self::Yielding(state) => {
                state.is_blind |= is_blind;
                return;
            }
            Self::Resting(_) if is_blind => {
                *self = Self::Braked;
                return;
            }
            Self::Resting(_) | Self::Braked => return,
            // Not what a drive made of it, which may be what is wrong.
            Self::Following(Told::Torques(told)) => bounded(told, &body.limits.torque, 1.0),
            Self::Holding(anchor) => {
                let holding = body.carrying() + body.hold(anchor, 1.0);
                bounded(&holding, &body.limits.torque, 1.0)
            }
            Self::Following(_) => body.joints.torques,
        };
        let task = given - body.carrying();
        // An unknown press is taken for a large one, so that the fade is slow enough for it.
        let press = body
            .press
            .map_or(f64::from(body.limits.press_n), |press| press.max(0.0));
        let time = (press / rate_n_per_s.max(1.0)).max(SHORTEST_FADE);
        *self = Self::Yielding(Yield {
            task,
            share: 1.0,
            fade: 1.0 / time,
            relief: 0.0,
            from: body.place(),
            ticks: 0,
            is_blind,
        });
    }

    /// Leaves the brakes, which hold a press on the body. Nothing is pushed back: the skin's own push moves the damped arm
    /// off, and what stays is helped off.
    pub fn leave_brakes(&mut self, body: &Body<'_, D>) {
        *self = Self::Yielding(Yield {
            task: SVector::zeros(),
            share: 0.0,
            fade: 1.0 / SHORTEST_FADE,
            relief: 0.0,
            from: body.place(),
            ticks: 0,
            is_blind: false,
        });
    }

    /// What the drives are told now; a yield goes on by one tick.
    pub fn tick(&mut self, body: &Body<'_, D>) -> Told<D> {
        let told = match self {
            Self::Braked => return Told::Brakes,
            Self::Holding(anchor) => {
                let holding = body.carrying() + body.hold(anchor, 1.0);
                bounded(&holding, &body.limits.torque, 1.0)
            }
            Self::Following(told) => match told {
                Told::Brakes => return Told::Brakes,
                Told::Torques(torques) => *torques,
                Told::Velocities(velocities) => {
                    return Told::Velocities(bounded(velocities, &body.limits.velocity, 1.0));
                }
            },
            Self::Yielding(state) => {
                let torques = state.tick(body);
                match (state.is_blind, state.is_over(body)) {
                    (true, _) if state.share <= -BLIND_PUSH_OFF => *self = Self::Braked,
                    (false, true) => *self = Self::Resting(body.joints.positions),
                    (true | false, _) => {}
                }
                torques
            }
            Self::Resting(anchor) => {
                let give = bounded(
                    &body.hold(anchor, REST_SHARE),
                    &body.limits.torque,
                    GIVES_WAY,
                );
                body.carrying() + give
            }
        };
        Told::Torques(bounded(&told, &body.limits.torque, 1.0))
    }

    /// True when nothing pushes any more.
    pub const fn is_at_rest(&self) -> bool {
        match self {
            Self::Braked | Self::Resting(_) => true,
            Self::Holding(_) | Self::Following(_) | Self::Yielding(_) => false,
        }
    }
}

/// A yield that finds no end is over after this many ticks (2 s).
const LONGEST: u32 = 2000;

impl<const D: usize> Yield<D> {
    fn tick(&mut self, body: &Body<'_, D>) -> SVector<f64, D> {
        self.ticks = self.ticks.saturating_add(1);
        let least = if self.is_blind { -BLIND_PUSH_OFF } else { 0.0 };
        self.share = (self.share - self.fade * TICK).max(least);
        if self.is_blind {
            return body.carrying() + self.task * self.share;
        }
        if self.share <= 0.0 {
            let stays = body.press.is_some_and(|press| press > RELIEF_FROM);
            let change = if stays { RELIEF_GROWTH } else { -RELIEF_GROWTH } * TICK;
            self.relief = (self.relief + change).clamp(0.0, RELIEF_MOST);
        }
        let damping =
            body.inertia().component_mul(&body.joints.velocities) * (HOLD_DAMPING * REST_SHARE);
        let off = body.axis() * -self.relief;
        let push =
            body.kinematics.jacobian.transpose() * Vector6::new(off.x, off.y, off.z, 0.0, 0.0, 0.0);
        body.carrying() + self.task * self.share + push - damping
    }

    /// The push is gone and so is the press, or the tool is off the skin.
    fn is_over(&self, body: &Body<'_, D>) -> bool {
        let here = body.place();
        let way: f64 = here
            .iter()
            .zip(self.from)
            .map(|(a, b)| (a - b) * (a - b))
            .sum();
        let gone = body.press.is_none_or(|press| press < RELIEF_FROM) && self.relief <= 0.0;
        self.share <= 0.0 && (gone || way > OFF * OFF || self.ticks > LONGEST)
    }
}

fn bounded<const D: usize>(
    values: &SVector<f64, D>,
    limits: &SVector<f32, D>,
    share: f64,
) -> SVector<f64, D> {
    values.zip_map(limits, |value, limit| {
        let most = f64::from(limit.abs()) * share;
        value.clamp(-most, most)
    })
}
