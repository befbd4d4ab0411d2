//! The monitor's own way with drives that take velocities: such drives hold what they are told stiffly, so that *standing
//! still* keeps the press, and a breath adds to it. The force is taken away by moving.
//!
//! ```text
//! follow ──trip──▶ out along the tool axis: the press follows a line down to none ─▶ (retreat) ─▶ stand still
//!    ▲                      │ press not known: out slowly, to hover                        └─ pressed again: out
//!    └── wish grows to whole over 0.2 s ◀── reset at hover, or a wish again
//! ```
//!
//! The stiffness under the tool is not known, so that the speed is that of muscle to begin with, and grows or falls
//! with how far the press is behind or ahead of its line. It is bounded, and so is each joint's acceleration.

use kinematics::ArmModel;
use nalgebra::{Cholesky, Matrix6, SMatrix, SVector, Vector3, Vector6};
use signals::Reaction;

use crate::hands::{HOVER, Manner, Reach, below_in_single};

/// The wish takes over from a stand within this time (s).
const BLEND_TIME: f64 = 0.2;
/// Time in which the gate lets a joint reach its speed limit from rest (s): a third of what the controller takes.
const RISE_TIME: f64 = 0.05;
/// Stiffness by which the unloading begins (N/m): muscle under a palm.
const BEGINS_WITH: f64 = 4_000.0;
/// Speed for each newton that the press is behind its line (m/s/N).
const CATCHING_UP: f64 = 0.03;
/// Most speed of an unloading (m/s).
const UNLOAD_MOST: f64 = 0.25;
/// Press from which a standing tool gives way outward (N), how fast for each newton (m/s/N), and at the most (m/s).
const RELIEF_FROM: f64 = 1.0;
const RELIEF_GAIN: f64 = 0.01;
const RELIEF_MOST: f64 = 0.04;
/// Speed of a retreat, and of a way out without a press that is known (m/s).
const RETREAT_SPEED: f64 = 0.04;
const BLIND_SPEED: f64 = 0.02;
/// Without joints the last known posture serves for this long (s); then the tool stands.
const REMEMBERED_FOR: f64 = 0.3;
/// Damping of the inverse (m²).
const DAMPING: f64 = 1e-4;

/// Memory of a yield.
#[derive(Clone, Copy, Debug)]
struct Yielding {
    /// What the press may still be by now (N); not known before the press was.
    line: Option<f64>,
    /// The press has been taken away.
    is_unloaded: bool,
    /// A retreat or a blind way out is over.
    is_away: bool,
    /// Way that a retreat or a blind way out has gone (m).
    gone: f64,
}

#[derive(Clone, Copy, Debug)]
enum Mode {
    Following,
    Yielding(Yielding),
    /// Back from a yield: the share of the wish grows to one.
    Blending(f64),
}

/// Where the tool last was.
#[derive(Clone, Copy, Debug)]
struct Remembered<const D: usize> {
    jacobian: SMatrix<f64, 6, D>,
    positions: SVector<f64, D>,
    outward: Vector3<f64>,
    age: f64,
}

/// The gate's memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct VelocityHands<const D: usize> {
    period: f64,
    /// Largest velocities that single precision can tell without passing the limits.
    limits: SVector<f64, D>,
    mode: Mode,
    last_wish: Option<SVector<f64, D>>,
    last: Option<Remembered<D>>,
    told: SVector<f64, D>,
}

impl<const D: usize> VelocityHands<D> {
    pub fn new(limits: &SVector<f64, D>, period: f64) -> Self {
        Self {
            period,
            limits: limits.map(below_in_single),
            mode: Mode::Following,
            last_wish: None,
            last: None,
            told: SVector::zeros(),
        }
    }

    /// Lets the wish through, clamped. After a yield it takes over gently.
    pub fn follow(&mut self, wish: &SVector<f64, D>, reach: &Reach<'_, D>) -> SVector<f64, D> {
        self.note(reach);
        self.last_wish = Some(*wish);
        let share = match self.mode {
            Mode::Following => 1.0,
            Mode::Yielding(_) => self.period / BLEND_TIME,
            Mode::Blending(share) => share + self.period / BLEND_TIME,
        };
        self.mode = if share < 1.0 {
            Mode::Blending(share)
        } else {
            Mode::Following
        };
        self.tell(wish * share.min(1.0))
    }

    /// Takes the force away, then stands.
    pub fn give_way(&mut self, manner: &Manner, reach: &Reach<'_, D>) -> SVector<f64, D> {
        self.note(reach);
        self.last_wish = None;
        let mut yielding = match self.mode {
            Mode::Yielding(yielding) => yielding,
            Mode::Following | Mode::Blending(_) => Yielding {
                line: None,
                is_unloaded: false,
                is_away: false,
                gone: 0.0,
            },
        };
        let speed = self.outward_speed(&mut yielding, manner, reach);
        self.mode = Mode::Yielding(yielding);
        let velocities = self.moving_out(reach.model, speed);
        self.tell(velocities)
    }

    /// True when the press is gone after a yield.
    pub fn is_unloaded(&self) -> bool {
        match &self.mode {
            Mode::Yielding(yielding) => yielding.is_unloaded,
            Mode::Following | Mode::Blending(_) => false,
        }
    }

    /// The wish's velocity, or its change since the last one, over what the gate lets through: the largest of all
    /// joints, one when at a limit.
    pub fn largest_share(&self, wish: &SVector<f64, D>) -> f64 {
        let before = self.last_wish.unwrap_or(*wish);
        let change = self.period / RISE_TIME;
        (0..D).fold(0.0, |most: f64, i| {
            let fast = wish[i].abs() / self.limits[i];
            let sudden = (wish[i] - before[i]).abs() / (self.limits[i] * change);
            most.max(fast).max(sudden)
        })
    }

    fn note(&mut self, reach: &Reach<'_, D>) {
        match (reach.motion, &mut self.last) {
            (Some(motion), last) => {
                *last = Some(Remembered {
                    jacobian: motion.tool.jacobian,
                    positions: motion.positions,
                    outward: -motion.into_body,
                    age: 0.0,
                });
            }
            (None, Some(last)) => last.age += self.period,
            (None, None) => {}
        }
    }

    /// How fast the tool shall go off the skin (m/s).
    fn outward_speed(&self, yielding: &mut Yielding, manner: &Manner, reach: &Reach<'_, D>) -> f64 {
        if manner.reaction == Reaction::PowerCut {
            // The runner removes the power, and the brakes hold.
            return 0.0;
        }
        let Some(press) = reach.press else {
            return self.go_out(yielding, BLIND_SPEED, reach.skin);
        };
        let line = yielding.line.unwrap_or(press) - manner.unload_rate * self.period;
        yielding.line = Some(line.max(0.0));
        if !yielding.is_unloaded {
            if press > RELIEF_FROM {
                let behind = press - line.max(0.0);
                let speed = manner.unload_rate / BEGINS_WITH + behind * CATCHING_UP;
                return speed.clamp(0.0, UNLOAD_MOST);
            }
            yielding.is_unloaded = true;
            yielding.gone = 0.0;
        }
        if manner.retreats {
            return self.go_out(yielding, RETREAT_SPEED, reach.skin);
        }
        ((press - RELIEF_FROM) * RELIEF_GAIN).clamp(0.0, RELIEF_MOST)
    }

    /// Outward until hover is reached.
    fn go_out(&self, yielding: &mut Yielding, speed: f64, skin: Option<f64>) -> f64 {
        let is_far = skin.is_some_and(|skin| skin >= HOVER);
        yielding.is_away |= is_far || yielding.gone >= HOVER;
        if yielding.is_away {
            return 0.0;
        }
        yielding.gone += speed * self.period;
        speed
    }

    /// Joint velocities that move the tool off the skin and do not turn it; none when it is not known where it is.
    fn moving_out(&self, model: &ArmModel<D>, speed: f64) -> SVector<f64, D> {
        let known = self.last.filter(|last| last.age < REMEMBERED_FOR);
        let Some(last) = known.filter(|_| speed > 0.0) else {
            return SVector::zeros();
        };
        let mut square: Matrix6<f64> = last.jacobian * last.jacobian.transpose();
        for i in 0..6 {
            square[(i, i)] += DAMPING;
        }
        let Some(factor) = Cholesky::new(square) else {
            return SVector::zeros();
        };
        let way = last.outward * speed;
        let twist = Vector6::new(way.x, way.y, way.z, 0.0, 0.0, 0.0);
        let mut velocities = last.jacobian.transpose() * factor.solve(&twist);
        let over = (0..D).fold(1.0_f64, |over, i| {
            over.max(velocities[i].abs() / self.limits[i])
        });
        velocities /= over;
        let limits = model.limits();
        for i in 0..D {
            // A joint at its stop goes no further into it.
            let is_in = (last.positions[i] <= limits.lower[i] && velocities[i] < 0.0)
                || (last.positions[i] >= limits.upper[i] && velocities[i] > 0.0);
            if is_in {
                velocities[i] = 0.0;
            }
        }
        velocities
    }

    /// Clamps velocity and change, rounds to what the wire carries, and brakes where something is not finite.
    fn tell(&mut self, velocities: SVector<f64, D>) -> SVector<f64, D> {
        let wished = if velocities.iter().all(|velocity| velocity.is_finite()) {
            velocities
        } else {
            SVector::zeros()
        };
        let change = self.period / RISE_TIME;
        self.told = SVector::from_fn(|i, _| {
            let (limit, before) = (self.limits[i], self.told[i]);
            let step = limit * change;
            let reached = before + (wished[i] - before).clamp(-step, step);
            f64::from(reached.clamp(-limit, limit) as f32)
        });
        self.told
    }
}
