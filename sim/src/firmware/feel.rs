//! What the firmware feels: the press on the tool, from its own sensor alone.
//!
//! The weight of the tool is taken off by its data, the zero of the sensor as it was when the arm last
//! stood still with the drives just on. The zero is kept in memory that outlives the power: an arm that wakes in its
//! brakes on somebody's back must feel that it presses. The tool's inertia is not taken off: at the speeds of contact it is
//! less than the allowance of the ceiling.

use kinematics::{ArmModel, ToolModel};
use nalgebra::{SVector, Vector3};
use quantities::{Flange, Force, Sensor, Torque, Transform, Wrench};
use signals::Sensed;

use crate::sensors::load_on_sensor;

/// Samples of which the mean is the zero.
const ZERO_SAMPLES: u32 = 100;

/// Takes the zero, tells the press.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Feel {
    zero: Option<Vector3<f64>>,
    /// The zero of the time before power was lost: good enough to feel whether something presses.
    kept: Option<Vector3<f64>>,
    sum: Vector3<f64>,
    count: u32,
}

impl Feel {
    pub const NEW: Self = Self {
        zero: None,
        kept: None,
        sum: Vector3::new(0.0, 0.0, 0.0),
        count: 0,
    };

    /// True once the zero is known.
    pub const fn is_tared(&self) -> bool {
        self.zero.is_some()
    }

    /// The zero is taken anew from the samples that come.
    pub fn tare(&mut self) {
        *self = Self::NEW;
    }

    /// Power was lost and is back: the zero has to be taken anew in the next session, but the old one was kept. False
    /// when there is none.
    pub fn wake(&mut self) -> bool {
        *self = Self {
            kept: self.zero.or(self.kept),
            ..Self::NEW
        };
        self.kept.is_some()
    }

    /// The press along the tool axis (N, positive into the body); `None` without a sample or a zero.
    /// `at_rest`: the sample may serve for the zero; none does while the zero of before is kept.
    pub fn press<const D: usize>(
        &mut self,
        sensed: &Sensed<D>,
        arm: &(&ArmModel<D>, &ToolModel),
        flange_from_sensor: &Transform<Flange, Sensor>,
        at_rest: bool,
    ) -> Option<f64> {
        let (model, tool) = arm;
        let joints = sensed.joints.value()?;
        let wrench = sensed.wrench.value()?;
        let seen = model.tool_kinematics(&joints.positions, &SVector::zeros());
        let weight = load_on_sensor(
            &tool.payload,
            flange_from_sensor,
            &seen,
            &SVector::zeros(),
            model.gravity_in_base(),
            &Wrench::zero(),
        );
        let left = wrench.force.raw() - weight.force.raw();
        let Some(zero) = self.zero.or(self.kept) else {
            if at_rest {
                self.sum += left;
                self.count += 1;
                if self.count >= ZERO_SAMPLES {
                    self.zero = Some(self.sum / f64::from(self.count));
                }
            }
            return None;
        };
        let felt = Wrench::<Sensor> {
            force: Force::from_raw(left - zero),
            torque: Torque::from_raw(Vector3::zeros()),
        };
        let tool_from_sensor = tool.payload.flange_from_tool.inverse() * *flange_from_sensor;
        let press = -tool_from_sensor.rotate(&felt.force).z();
        // What is no number is no sample.
        press.is_finite().then_some(press)
    }
}
