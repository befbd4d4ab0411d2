//! The difference between where the tool is and where the plan has it, fading once free motion begins.

use nalgebra::{Isometry3, Translation3, UnitQuaternion, Vector3};
use quantities::{Base, Tool, Transform};
use signals::Estimate;

/// Time constant with which an offset fades (s).
const FADES_IN_S: f64 = 0.3;

/// A difference of poses, base axes, and the place where the tool rests while nothing is asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offset {
    shift: Vector3<f64>,
    turn: Vector3<f64>,
    rest: Option<Transform<Base, Tool>>,
}

impl Offset {
    pub(super) fn none() -> Self {
        Self {
            shift: Vector3::zeros(),
            turn: Vector3::zeros(),
            rest: None,
        }
    }

    pub(super) fn between(planned: &Transform<Base, Tool>, real: &Transform<Base, Tool>) -> Self {
        Self {
            shift: *(real.origin() - planned.origin()).raw(),
            turn: (real.raw().rotation * planned.raw().rotation.inverse()).scaled_axis(),
            rest: None,
        }
    }

    pub(super) fn fade(&mut self, period_s: f64) {
        let keep = 1.0 - period_s / FADES_IN_S;
        self.shift *= keep;
        self.turn *= keep;
    }

    pub(super) fn applied(&self, planned: &Transform<Base, Tool>) -> Transform<Base, Tool> {
        let raw = planned.raw();
        Transform::from_raw(Isometry3::from_parts(
            Translation3::from(raw.translation.vector + self.shift),
            UnitQuaternion::from_scaled_axis(self.turn) * raw.rotation,
        ))
    }

    /// Where the tool came to rest. A change of tool moves the patch without moving the arm; a jump of
    /// the patch by more than 20 mm at rest can only be that, so the resting place moves along.
    pub(super) fn rest_at<const D: usize>(
        &mut self,
        estimate: &Estimate<D>,
    ) -> Transform<Base, Tool> {
        let here = estimate.base_from_tool;
        match self.rest {
            Some(place) if place.origin().distance(&here.origin()).get() < 0.02 => place,
            Some(_) | None => {
                self.rest = Some(here);
                here
            }
        }
    }
}
