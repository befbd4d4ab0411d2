//! What the walker is doing within a segment.

use nalgebra::Vector3;
use quantities::{Base, Displacement, Point, Tool, Transform, Twist};
use signals::{Estimate, Press, Setpoint};

/// ```text
/// Entering ─free─▶ Holding ─tared─▶ Running ─end─▶ (next) Entering ─▶ … ─▶ Finished
/// Entering ─operator─▶ Waiting ─confirmed─▶ (next)      Entering ─lift─▶ Unloading ─▶ Running
/// any ─skip─▶ Unloading ─▶ Retreating ─▶ (next step)    any ─reset─▶ Retreating ─▶ Finished
/// Running ─bone─▶ Unloading ─▶ Retreating ─▶ (next pass)
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Stage {
    /// The segment is new.
    Entering,
    /// Free motion is held until the sensor's zero is known.
    Holding {
        /// Where the arm holds.
        pose: Transform<Base, Tool>,
    },
    /// The phase runs.
    Running,
    /// A person is waited for.
    Waiting,
    /// The force goes to zero before the tool moves off.
    Unloading {
        /// Force asked last; `None` at the first cycle.
        force_n: Option<f64>,
        /// What comes then.
        then: Then,
    },
    /// Backing off along the tool axis.
    Retreating {
        /// Pose at the start.
        from: Transform<Base, Tool>,
        /// Way made (m).
        way: f64,
        /// Arrived at hover.
        done: bool,
        /// What comes then.
        then: Then,
    },
    /// Nothing more to do.
    Finished,
}

/// What follows when the force is taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// The plan's own lift.
    Lift,
    /// Back off, and on to the next step.
    NextStep,
    /// Back off, and on to what comes after the present pass.
    NextPass,
    /// Back off, and end.
    End,
}

/// Way to hover (m), and speed on it (m/s).
const HOVER: f64 = 0.040;
const RETREAT_SPEED: f64 = 0.05;

impl Stage {
    pub(super) fn holding<const D: usize>(estimate: &Estimate<D>) -> Self {
        Self::Holding {
            pose: estimate.base_from_tool,
        }
    }

    pub(super) fn retreat<const D: usize>(estimate: &Estimate<D>, then: Then) -> Self {
        Self::Retreating {
            from: estimate.base_from_tool,
            way: 0.0,
            done: false,
            then,
        }
    }

    /// Moves the setpoint to the present place of a retreat, and the retreat on by one period.
    pub(super) fn retreat_setpoint<const D: usize>(
        &mut self,
        setpoint: &mut Setpoint<D>,
        period_s: f64,
    ) {
        let Self::Retreating {
            from, way, done, ..
        } = self
        else {
            return;
        };
        *way = (*way + RETREAT_SPEED * period_s).min(HOVER);
        *done = *way >= HOVER;
        let back = from.raw().rotation * Vector3::z() * -*way;
        let place: Point<Base> = from.origin() + Displacement::from_raw(back);
        setpoint.base_from_tool = Transform::new(place, from.rotation());
        (setpoint.velocity, setpoint.acceleration) = (Twist::zero(), Twist::zero());
        setpoint.press = Press::Free;
    }
}
