//! The wrist sensor of an arm that stands still in the air: what a payload is identified from.
//!
//! The same sensors as in a session, with their noise, bias and delay; nothing moves and nothing touches.

use kinematics::{ArmModel, Payload};
use nalgebra::SVector;
use quantities::{Duration, Force, Instant, Sensor, Torque, Wrench};
use signals::Reading;

use crate::arm::SimError;
use crate::sensors::{SensorParams, Sensors, load_on_sensor};

/// An arm at rest with one tool on, posture after posture.
#[derive(Clone, Debug)]
pub struct RestingArm<const D: usize> {
    model: ArmModel<D>,
    payload: Payload,
    sensors: Sensors,
    at: Instant,
}

/// What is read in one posture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weighing<const D: usize> {
    /// Joint positions as the encoders tell them.
    pub positions: SVector<f64, D>,
    /// Mean of the wrench samples.
    pub wrench: Wrench<Sensor>,
}

impl<const D: usize> RestingArm<D> {
    /// `model` must carry `payload`; it also tells gravity.
    ///
    /// # Errors
    /// [`SimError`] when a figure of the sensors is out of range.
    pub fn new(
        model: ArmModel<D>,
        payload: Payload,
        params: SensorParams,
        seed: u64,
    ) -> Result<Self, SimError> {
        if let Some((name, seen)) = params.fault() {
            return Err(SimError::Figure { name, seen });
        }
        Ok(Self {
            model,
            payload,
            sensors: Sensors::new(params, seed),
            at: Instant::from_nanos(0),
        })
    }

    /// The sensor's constant bias: the truth that an identification should find.
    #[must_use]
    pub fn bias(&self) -> Wrench<Sensor> {
        self.sensors.bias()
    }

    /// Stands still in a posture and takes the mean of `samples` (at least one) wrench samples, one a
    /// millisecond, after those that were still under way.
    pub fn weigh(&mut self, positions: &SVector<f64, D>, samples: u32) -> Weighing<D> {
        let still = SVector::zeros();
        let load = load_on_sensor(
            &self.payload,
            self.sensors.flange_from_sensor(),
            &self.model.tool_kinematics(positions, &still),
            &still,
            self.model.gravity_in_base(),
            &Wrench::zero(),
        );
        let torques = self.model.gravity(positions);
        let joints = self.sensors.joints(positions, &still, &torques);
        // What is under way belongs to the posture before.
        let stale = self.sensors.delay().seconds().get() * 1000.0;
        for _ in 0..stale.round() as u32 {
            let _ = self.sample(&load);
        }
        let mut sum = Wrench::zero();
        let mut taken = 0_u32;
        for _ in 0..samples.max(1) {
            if let Reading::Taken { value, .. } = self.sample(&load) {
                sum = sum.plus(&value);
                taken += 1;
            }
        }
        let share = 1.0 / f64::from(taken.max(1));
        Weighing {
            positions: joints.positions,
            wrench: Wrench {
                force: Force::from_raw(sum.force.raw() * share),
                torque: Torque::from_raw(sum.torque.raw() * share),
            },
        }
    }

    fn sample(&mut self, load: &Wrench<Sensor>) -> Reading<Wrench<Sensor>> {
        self.at += Duration::from_millis(1);
        self.sensors.wrench(self.at, load)
    }
}

#[cfg(test)]
mod tests {
    use quantities::Newtons;

    use super::*;
    use crate::stage::{armed, thumb};

    #[test]
    fn perfect_sensors_read_the_weight_of_the_tool_and_its_moment_about_the_sensor() {
        let (model, tool) = armed(thumb());
        let payload = tool.payload;
        let mut arm = RestingArm::new(model.clone(), payload, SensorParams::perfect(), 1)
            .expect("sound figures");
        for number in 1..20 {
            let q = model.spread_posture(number);
            let read = arm.weigh(&q, 3);
            let flange = model.tool_pose(&q) * payload.flange_from_tool.inverse();
            let down = flange.raw().rotation.inverse() * model.gravity_in_base();
            let weight = down * payload.mass.get();
            let moment = payload.centre_of_mass.raw().coords.cross(&weight);
            // The wire carries f32.
            assert!((read.wrench.force.raw() - weight).norm() < 1e-5);
            assert!((read.wrench.torque.raw() - moment).norm() < 1e-6);
        }
    }

    #[test]
    fn a_mean_of_many_samples_is_the_load_and_the_bias_whatever_came_before() {
        let (model, tool) = armed(thumb());
        let params = SensorParams {
            force_bias: Newtons::new(2.0),
            ..SensorParams::default()
        };
        let mut noisy = RestingArm::new(model.clone(), tool.payload, params, 7).expect("sound");
        let mut perfect = RestingArm::new(model.clone(), tool.payload, SensorParams::perfect(), 7)
            .expect("sound");
        let (a, b) = (model.spread_posture(3), model.spread_posture(8));
        let _ = noisy.weigh(&a, 1);
        let read = noisy.weigh(&b, 400);
        let expected = perfect.weigh(&b, 1).wrench.plus(&noisy.bias());
        // 0.15 N over the root of 400 samples are 7.5 mN: five of them.
        assert!((read.wrench.force.raw() - expected.force.raw()).amax() < 0.04);
        assert!((noisy.bias().force.norm() - 2.0).abs() < 1e-12);
    }
}
