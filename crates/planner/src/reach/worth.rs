//! How good a posture is: 0 at the limits that the proof holds, 1 where all is comfortable.

use nalgebra::{SVector, Vector3, Vector6};

use super::{Reacher, has_gain, joint_margin, smallest_singular_value};
use crate::checks::{JOINT_MARGIN, LEAST_GAIN, TORQUE_SHARE};

/// What lies beyond the limit when all is comfortable: distance from the joint ends (rad), least motion
/// of the tool per joint motion (m/rad), distance of the links (m), share of the joint torques. Chosen:
/// 35 degrees, the gain of an arm well within its reach, a finger, a third.
const COMFORT_ENDS: f64 = 0.6;
const COMFORT_GAIN: f64 = 0.10;
const COMFORT_DISTANCE: f64 = 0.015;
const COMFORT_TORQUE: f64 = 0.3;

/// A posture judged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Worth {
    /// The least of the four reserves, 1 at most; negative where the proof will fail.
    pub least: f64,
    /// Sum of the squares of what each reserve lacks to 1, every joint's end counted: it tells postures
    /// apart whose worst reserve is the same, as that of an elbow which the distance alone bends.
    pub strain: f64,
}

impl Worth {
    fn best() -> Self {
        Self {
            least: 1.0,
            strain: 0.0,
        }
    }

    /// Takes a reserve in; `None` below the floor.
    fn with(self, reserve: f64, floor: f64) -> Option<Self> {
        let reserve = reserve.min(1.0);
        let lack = 1.0 - reserve;
        let next = Self {
            least: self.least.min(reserve),
            strain: self.strain + lack * lack,
        };
        (reserve >= floor).then_some(next)
    }
}

impl<const D: usize> Reacher<'_, D> {
    /// Judges a posture that presses with `press` (N) along tool z; `None` when any reserve is below
    /// `floor`. The cheap reserves come first.
    pub(super) fn worth(&self, q: &SVector<f64, D>, press: f64, floor: f64) -> Option<Worth> {
        let ends = joint_margin(self.arm, q)
            .map_or(1.0, |(_, margin)| (margin - JOINT_MARGIN) / COMFORT_ENDS);
        let mut worth = Worth::best().with(ends, floor)?;
        worth.strain = self.strain_of_ends(q);
        let (base_from_tool, jacobian) = self.arm.tool_jacobian(q);
        let comfortable = LEAST_GAIN + COMFORT_GAIN;
        // A reserve counts as 1 at most.
        let gain = match has_gain(&jacobian, comfortable) {
            true => comfortable + COMFORT_GAIN,
            false => smallest_singular_value(&jacobian),
        };
        let worth = worth.with((gain - LEAST_GAIN) / COMFORT_GAIN, floor)?;
        let force = base_from_tool.raw().rotation * Vector3::new(0.0, 0.0, press);
        let wrench = Vector6::new(force.x, force.y, force.z, 0.0, 0.0, 0.0);
        let torque = self.arm.gravity(q) + jacobian.tr_mul(&wrench);
        let share = torque
            .iter()
            .zip(self.arm.limits().torque.iter())
            .map(|(holds, can)| holds.abs() / can)
            .fold(0.0, f64::max);
        let worth = worth.with((TORQUE_SHARE - share) / COMFORT_TORQUE, floor)?;
        let room = self.clearance.room_up_to(q, COMFORT_DISTANCE);
        worth.with(room / COMFORT_DISTANCE, floor)
    }

    /// Sum of the squares of what each joint lacks to a comfortable distance from its ends.
    fn strain_of_ends(&self, q: &SVector<f64, D>) -> f64 {
        let limits = self.arm.limits();
        let lacks = (0..D).map(|i| {
            let margin = (q[i] - limits.lower[i]).min(limits.upper[i] - q[i]);
            (1.0 - (margin - JOINT_MARGIN) / COMFORT_ENDS).max(0.0)
        });
        lacks.map(|lack| lack * lack).sum()
    }
}
