//! What the arm is told: the controller's wish while all is well, otherwise the monitor's own way to
//! take the force away and hold.
//!
//! ```text
//! follow ──trip──▶ yield: last task torque fades with the force ─▶ relieve ─▶ (retreat) ─▶ hold softly
//!    ▲─────────────────── blend over 0.2 s ◀── reset at hover, or a wish again
//! ```

use kinematics::ArmModel;
use nalgebra::{SVector, UnitQuaternion, Vector3, Vector6};
use signals::Reaction;

use crate::observer::Motion;

/// The wish takes over from the hold within this time (s).
const BLEND_TIME: f64 = 0.2;
/// No fade is shorter than this (s): never with a jerk.
const SHORTEST_FADE: f64 = 0.02;
/// Damping of a joint is its inertia times this (1/s), ...
const DAMPING_RATE: f64 = 40.0;
/// ... or this share of its torque limit a rad/s, whichever is less.
const DAMPING_SHARE: f64 = 0.1;
/// Stiffness of the hold: inertia times this (1/s²), ...
const HOLD_RATE: f64 = 225.0;
/// ... or this share of the torque limit a radian, whichever is less.
const HOLD_SHARE: f64 = 0.4;
/// The hold gives way beyond this share of the torque limit: a person can push it aside.
const GIVES_WAY_SHARE: f64 = 0.06;
/// A `Stop` holds this many times firmer.
const STOP_FACTOR: f64 = 2.5;
/// Residual press above which the tool is helped off the skin (N), and the most help (N).
const RELIEF_FROM: f64 = 1.0;
const RELIEF_MOST: f64 = 8.0;
/// Time constant of the press that the relief answers to (s).
const RELIEF_TIME: f64 = 0.02;
/// A retreat begins when the press is below this (N).
const RETREAT_BELOW: f64 = 3.0;
/// Length of a retreat, and the distance from the skin that makes it needless (m).
pub(crate) const HOVER: f64 = 0.04;
/// Speed of a retreat (m/s), most force (N), and its growth while too slow (N/s).
const RETREAT_SPEED: f64 = 0.04;
const RETREAT_FORCE: f64 = 20.0;
const RETREAT_GROWTH: f64 = 40.0;
/// Orientation is kept during a retreat: stiffness (N·m/rad) and most torque (N·m).
const UPRIGHT_STIFFNESS: f64 = 30.0;
const UPRIGHT_MOST: f64 = 3.0;

/// A way off the skin.
#[derive(Clone, Copy, Debug)]
struct Retreat {
    from: Vector3<f64>,
    outward: Vector3<f64>,
    orientation: UnitQuaternion<f64>,
    force: f64,
}

/// Memory of a yield.
#[derive(Clone, Copy, Debug)]
struct Yielding<const D: usize> {
    /// The wish at the trip less what carried the arm's own weight.
    task: SVector<f64, D>,
    /// What is left of it, and how fast it goes (1/s).
    share: f64,
    fade: f64,
    anchor: Option<SVector<f64, D>>,
    press: f64,
    retreat: Option<Retreat>,
    is_away: bool,
}

#[derive(Clone, Copy, Debug)]
enum Mode<const D: usize> {
    Following,
    Yielding(Yielding<D>),
    /// Back from a yield: the share of the wish grows to one.
    Blending(Yielding<D>, f64),
}

/// What the hands work with in one cycle.
pub(crate) struct Reach<'a, const D: usize> {
    pub model: &'a ArmModel<D>,
    pub motion: Option<&'a Motion<D>>,
    /// Press on the skin, when known (N).
    pub press: Option<f64>,
    /// Distance from the skin (m); `None` beside the body.
    pub skin: Option<f64>,
    /// Diagonal of the mass matrix.
    pub inertia: SVector<f64, D>,
}

/// How to yield.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Manner {
    pub reaction: Reaction,
    /// Rate at which the normal force goes (N/s).
    pub unload_rate: f64,
    /// Go off the skin to hover.
    pub retreats: bool,
}

/// The gate's memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hands<const D: usize> {
    period: f64,
    /// Largest torques that single precision can tell without passing the limits.
    limits: SVector<f64, D>,
    mode: Mode<D>,
    last_wish: Option<SVector<f64, D>>,
    last_positions: Option<SVector<f64, D>>,
    told: SVector<f64, D>,
}

impl<const D: usize> Hands<D> {
    pub fn new(limits: &SVector<f64, D>, period: f64) -> Self {
        Self {
            period,
            limits: limits.map(below_in_single),
            mode: Mode::Following,
            last_wish: None,
            last_positions: None,
            told: SVector::zeros(),
        }
    }

    /// Lets the wish through, clamped. After a yield it takes over gently.
    pub fn follow(&mut self, wish: &SVector<f64, D>, reach: &Reach<'_, D>) -> SVector<f64, D> {
        self.note(reach);
        let torques = match self.mode {
            Mode::Following => *wish,
            Mode::Yielding(yielding) => self.blend(wish, yielding, 0.0, reach),
            Mode::Blending(yielding, share) => self.blend(wish, yielding, share, reach),
        };
        self.last_wish = Some(*wish);
        self.tell(torques)
    }

    /// Takes the force away, then holds.
    pub fn give_way(&mut self, manner: &Manner, reach: &Reach<'_, D>) -> SVector<f64, D> {
        self.note(reach);
        let mut yielding = match self.mode {
            Mode::Yielding(yielding) => yielding,
            Mode::Following | Mode::Blending(..) => self.begin(manner, reach),
        };
        let torques = self.yielding_torques(&mut yielding, manner, reach);
        self.mode = Mode::Yielding(yielding);
        self.tell(torques)
    }

    /// True when the task torque of a yield is gone.
    pub fn is_unloaded(&self) -> bool {
        match &self.mode {
            Mode::Yielding(yielding) => yielding.share <= 0.0,
            Mode::Following | Mode::Blending(..) => false,
        }
    }

    /// Share of the wish within the torque limits that is largest, one when at a limit.
    pub fn largest_share(&self, wish: &SVector<f64, D>) -> f64 {
        wish.zip_map(&self.limits, |torque, limit| torque.abs() / limit)
            .max()
    }

    fn note(&mut self, reach: &Reach<'_, D>) {
        if let Some(motion) = reach.motion {
            self.last_positions = Some(motion.positions);
        }
    }

    fn begin(&self, manner: &Manner, reach: &Reach<'_, D>) -> Yielding<D> {
        // What was told last, less what carries the arm: the push on the world.
        let pushes = self.last_wish.is_some();
        let task = if pushes {
            self.told - self.carrying(reach)
        } else {
            SVector::zeros()
        };
        // An unknown press is taken for a large one, so that the fade is slow enough for it.
        let press = reach.press.map_or(40.0, |press| press.max(0.0));
        let time = (press / manner.unload_rate).max(SHORTEST_FADE);
        Yielding {
            task,
            share: 1.0,
            fade: 1.0 / time,
            anchor: None,
            press: reach.press.unwrap_or(0.0),
            retreat: None,
            is_away: false,
        }
    }

    /// Torques that carry the arm's own weight and Coriolis load; from the last known posture, at rest,
    /// when the joints are not known now; none when they never were.
    fn carrying(&self, reach: &Reach<'_, D>) -> SVector<f64, D> {
        match (reach.motion, self.last_positions) {
            (Some(motion), _) => reach.model.bias(&motion.positions, &motion.velocities),
            (None, Some(positions)) => reach.model.gravity(&positions),
            (None, None) => SVector::zeros(),
        }
    }

    fn blend(
        &mut self,
        wish: &SVector<f64, D>,
        mut yielding: Yielding<D>,
        share: f64,
        reach: &Reach<'_, D>,
    ) -> SVector<f64, D> {
        let share = share + self.period / BLEND_TIME;
        if share >= 1.0 {
            self.mode = Mode::Following;
            return *wish;
        }
        let manner = Manner {
            reaction: Reaction::Unload,
            unload_rate: 200.0,
            retreats: false,
        };
        let hold = self.yielding_torques(&mut yielding, &manner, reach);
        self.mode = Mode::Blending(yielding, share);
        hold * (1.0 - share) + wish * share
    }

    fn yielding_torques(
        &self,
        yielding: &mut Yielding<D>,
        manner: &Manner,
        reach: &Reach<'_, D>,
    ) -> SVector<f64, D> {
        let carrying = self.carrying(reach);
        if manner.reaction == Reaction::PowerCut {
            // The runner removes the power; until it has, the arm only carries itself.
            return carrying;
        }
        yielding.share = (yielding.share - yielding.fade * self.period).max(0.0);
        let faded = yielding.task * yielding.share;
        let Some(motion) = reach.motion else {
            return carrying + faded;
        };
        let press = reach.press.unwrap_or(0.0);
        yielding.press += (press - yielding.press) * (self.period / RELIEF_TIME).min(1.0);
        let firmness = if manner.reaction >= Reaction::Stop {
            STOP_FACTOR
        } else {
            1.0
        };
        let damping = reach.inertia.zip_map(&self.limits, |inertia, limit| {
            (inertia * DAMPING_RATE).min(limit * DAMPING_SHARE * firmness)
        });
        let mut torques = carrying + faded - damping.component_mul(&motion.velocities);
        let pull = self.pull_off(yielding, manner, reach, motion);
        if let Some(wrench) = pull {
            yielding.anchor = None;
            torques += motion.tool.jacobian.transpose() * wrench;
        } else if yielding.share <= 0.0 {
            torques += self.hold(yielding, firmness, &reach.inertia, &motion.positions);
        }
        torques
    }

    /// A soft spring to where the arm came to rest; beyond its strength it slides along.
    fn hold(
        &self,
        yielding: &mut Yielding<D>,
        firmness: f64,
        inertia: &SVector<f64, D>,
        positions: &SVector<f64, D>,
    ) -> SVector<f64, D> {
        let anchor = yielding.anchor.get_or_insert(*positions);
        let mut torques = SVector::zeros();
        for joint in 0..D {
            let stiffness = (inertia[joint] * HOLD_RATE).min(self.limits[joint] * HOLD_SHARE);
            let strongest = self.limits[joint] * GIVES_WAY_SHARE * firmness;
            let reach = strongest / stiffness.max(1e-9);
            let stretch = (anchor[joint] - positions[joint]).clamp(-reach, reach);
            anchor[joint] = positions[joint] + stretch;
            torques[joint] = stiffness * stretch;
        }
        torques
    }

    /// The wrench (base axes, at the patch) that takes the tool off the skin, when there is need.
    fn pull_off(
        &self,
        yielding: &mut Yielding<D>,
        manner: &Manner,
        reach: &Reach<'_, D>,
        motion: &Motion<D>,
    ) -> Option<Vector6<f64>> {
        if yielding.share > 0.0 {
            return None;
        }
        let may_retreat = yielding.retreat.is_some() || yielding.press < RETREAT_BELOW;
        if manner.retreats && may_retreat && !yielding.is_away {
            return self.retreat(yielding, reach, motion);
        }
        if yielding.press > RELIEF_FROM && reach.press.is_some() {
            let force = motion.into_body * -yielding.press.min(RELIEF_MOST);
            return Some(stacked(&force, &Vector3::zeros()));
        }
        None
    }

    fn retreat(
        &self,
        yielding: &mut Yielding<D>,
        reach: &Reach<'_, D>,
        motion: &Motion<D>,
    ) -> Option<Vector6<f64>> {
        let pose = motion.tool.base_from_tool.raw();
        let here = pose.translation.vector;
        let retreat = yielding.retreat.get_or_insert(Retreat {
            from: here,
            outward: -motion.into_body,
            orientation: pose.rotation,
            force: 0.0,
        });
        let travelled = (here - retreat.from).dot(&retreat.outward);
        let is_far = reach.skin.is_none_or(|skin| skin >= HOVER) && yielding.press < RELIEF_FROM;
        if travelled >= HOVER || is_far {
            yielding.is_away = true;
            yielding.retreat = None;
            return None;
        }
        let speed = motion.tool.twist.linear.raw().dot(&retreat.outward);
        let growth = (1.0 - speed / RETREAT_SPEED).clamp(-1.0, 1.0) * RETREAT_GROWTH;
        retreat.force = (retreat.force + growth * self.period).clamp(0.0, RETREAT_FORCE);
        let turn =
            (retreat.orientation * pose.rotation.inverse()).scaled_axis() * UPRIGHT_STIFFNESS;
        let torque = turn.cap_magnitude(UPRIGHT_MOST);
        Some(stacked(&(retreat.outward * retreat.force), &torque))
    }

    /// Clamps, rounds to what the wire carries, and lets nothing out that is not finite.
    fn tell(&mut self, torques: SVector<f64, D>) -> SVector<f64, D> {
        if torques.iter().all(|torque| torque.is_finite()) {
            self.told = torques.zip_map(&self.limits, |torque, limit| {
                f64::from(torque.clamp(-limit, limit) as f32)
            });
        }
        self.told
    }
}

fn stacked(force: &Vector3<f64>, torque: &Vector3<f64>) -> Vector6<f64> {
    Vector6::new(force.x, force.y, force.z, torque.x, torque.y, torque.z)
}

/// The largest single-precision number that is not above a positive limit.
pub(crate) fn below_in_single(limit: f64) -> f64 {
    let nearest = limit as f32;
    let below = if f64::from(nearest) > limit {
        nearest.next_down()
    } else {
        nearest
    };
    f64::from(below.clamp(0.0, f32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_on_the_wire_is_never_above_the_limit() {
        for limit in [87.0, 0.1, 12.3, 1e-3, 1e39, 28.000_000_01] {
            let told = below_in_single(limit);
            assert!(
                told <= limit && told > limit.min(3e38) * 0.999_999,
                "{limit} became {told}"
            );
        }
    }
}
