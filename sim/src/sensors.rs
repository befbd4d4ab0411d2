//! What the arm's sensors make of the truth: quantised, noisy, biased, late, and rounded to the
//! `f32` that a wire carries.

use kinematics::{Payload, ToolKinematics};
use nalgebra::{Matrix3, SVector, Vector3};
use quantities::{
    Base, Duration, Flange, Force, Instant, NewtonMetres, Newtons, Sensor, Torque, Transform,
    Wrench,
};
use signals::{JointState, Reading, WhyMissing};

use crate::noise::{Chance, Purpose};

/// Figures of the sensors. The defaults are chosen: a mid-range wrist sensor and harmonic drives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SensorParams {
    /// Encoder step at the joint (rad or m): 20 bits a turn.
    pub position_resolution: f64,
    /// Standard deviation of the drive's velocity (rad/s or m/s).
    pub velocity_noise: f64,
    /// Step of the drive's velocity (rad/s or m/s).
    pub velocity_resolution: f64,
    /// Standard deviation of the reported drive torque (N·m or N).
    pub torque_noise: f64,
    /// Standard deviation of each force component.
    pub force_noise: Newtons,
    /// Standard deviation of each torque component.
    pub moment_noise: NewtonMetres,
    /// Length of the constant force bias; its direction is seeded.
    pub force_bias: Newtons,
    /// Length of the constant torque bias; its direction is seeded.
    pub moment_bias: NewtonMetres,
    /// Samples by which the wrench comes late, one a millisecond; at most 16.
    pub wrench_delay: u32,
    /// Each force component saturates here; infinite: never.
    pub force_range: Newtons,
    /// Each torque component saturates here; infinite: never.
    pub moment_range: NewtonMetres,
    /// Pose of the sensor on the flange.
    pub flange_from_sensor: Transform<Flange, Sensor>,
}

impl Default for SensorParams {
    fn default() -> Self {
        Self {
            position_resolution: core::f64::consts::TAU / f64::from(1u32 << 20),
            velocity_noise: 3e-4,
            velocity_resolution: 1e-4,
            torque_noise: 0.02,
            force_noise: Newtons::new(0.15),
            moment_noise: NewtonMetres::new(0.01),
            force_bias: Newtons::new(0.3),
            moment_bias: NewtonMetres::new(0.02),
            wrench_delay: 2,
            force_range: Newtons::new(f64::INFINITY),
            moment_range: NewtonMetres::new(f64::INFINITY),
            flange_from_sensor: Transform::identity(),
        }
    }
}

impl SensorParams {
    /// Sensors that tell the truth at once, but for the rounding to `f32`.
    #[must_use]
    pub fn perfect() -> Self {
        Self {
            position_resolution: 0.0,
            velocity_noise: 0.0,
            velocity_resolution: 0.0,
            torque_noise: 0.0,
            force_noise: Newtons::ZERO,
            moment_noise: NewtonMetres::ZERO,
            force_bias: Newtons::ZERO,
            moment_bias: NewtonMetres::ZERO,
            wrench_delay: 0,
            force_range: Newtons::new(f64::INFINITY),
            moment_range: NewtonMetres::new(f64::INFINITY),
            flange_from_sensor: Transform::identity(),
        }
    }

    /// The first figure that is negative or not finite, or the delay when it is too long.
    pub(crate) fn fault(&self) -> Option<(&'static str, f64)> {
        let rows = [
            ("position resolution", self.position_resolution),
            ("velocity noise", self.velocity_noise),
            ("velocity resolution", self.velocity_resolution),
            ("torque noise", self.torque_noise),
            ("force noise", self.force_noise.get()),
            ("moment noise", self.moment_noise.get()),
            ("force bias", self.force_bias.get()),
            ("moment bias", self.moment_bias.get()),
        ];
        let bad = rows
            .into_iter()
            .find(|(_, x)| !(x.is_finite() && *x >= 0.0));
        let ranges = [
            ("force range", self.force_range.get()),
            ("moment range", self.moment_range.get()),
        ];
        // Infinite is allowed, NaN is not.
        let bad = bad.or_else(|| ranges.into_iter().find(|(_, x)| x.is_nan() || *x <= 0.0));
        let late = self.wrench_delay as usize > LONGEST_DELAY;
        bad.or_else(|| late.then(|| ("wrench delay (samples)", f64::from(self.wrench_delay))))
    }
}

/// Longest delay of the wrench (samples).
pub const LONGEST_DELAY: usize = 16;

/// The sensors of one arm, with the samples that are under way.
#[derive(Clone, Debug)]
pub(crate) struct Sensors {
    params: SensorParams,
    chance: Chance,
    bias: Wrench<Sensor>,
    under_way: [Option<(Instant, Wrench<Sensor>)>; LONGEST_DELAY + 1],
}

impl Sensors {
    pub(crate) fn new(params: SensorParams, seed: u64) -> Self {
        let mut chance = Chance::new(seed, Purpose::SensorBias);
        let force = Vector3::from(chance.direction()) * params.force_bias.get();
        let torque = Vector3::from(chance.direction()) * params.moment_bias.get();
        Self {
            params,
            chance: Chance::new(seed, Purpose::SensorNoise),
            bias: Wrench {
                force: Force::from_raw(force),
                torque: Torque::from_raw(torque),
            },
            under_way: [None; LONGEST_DELAY + 1],
        }
    }

    pub(crate) fn has_noisy_joints(&self) -> bool {
        self.params.torque_noise > 0.0
    }

    pub(crate) fn delay(&self) -> Duration {
        Duration::from_millis(u64::from(self.params.wrench_delay))
    }

    pub(crate) fn bias(&self) -> Wrench<Sensor> {
        self.bias
    }

    pub(crate) fn flange_from_sensor(&self) -> &Transform<Flange, Sensor> {
        &self.params.flange_from_sensor
    }

    /// The joints at this instant.
    pub(crate) fn joints<const D: usize>(
        &mut self,
        positions: &SVector<f64, D>,
        velocities: &SVector<f64, D>,
        torques: &SVector<f64, D>,
    ) -> JointState<D> {
        let params = self.params;
        let mut noisy = |value: f64, sigma: f64, step: f64| {
            wired(quantised(value + sigma * self.chance.gaussian(), step))
        };
        JointState {
            positions: positions.map(|q| wired(quantised(q, params.position_resolution))),
            velocities: velocities
                .map(|v| noisy(v, params.velocity_noise, params.velocity_resolution)),
            torques: torques.map(|t| noisy(t, params.torque_noise, 0.0)),
        }
    }

    /// Takes in the true load at `at` and gives out the sample that arrives now.
    pub(crate) fn wrench(
        &mut self,
        at: Instant,
        truth: &Wrench<Sensor>,
    ) -> Reading<Wrench<Sensor>> {
        let (force, moment) = (
            self.params.force_noise.get(),
            self.params.moment_noise.get(),
        );
        let (most_force, most_moment) = (
            self.params.force_range.get(),
            self.params.moment_range.get(),
        );
        let biased = truth.plus(&self.bias);
        let taken = Wrench {
            force: Force::from_raw(
                biased
                    .force
                    .raw()
                    .map(|x| wired(saturated(x + force * self.chance.gaussian(), most_force))),
            ),
            torque: Torque::from_raw(
                biased
                    .torque
                    .raw()
                    .map(|x| wired(saturated(x + moment * self.chance.gaussian(), most_moment))),
            ),
        };
        let delay = self.params.wrench_delay as usize;
        self.under_way.rotate_right(1);
        if let Some(newest) = self.under_way.first_mut() {
            *newest = Some((at, taken));
        }
        match self.under_way.get(delay).copied().flatten() {
            Some((at, value)) => Reading::Taken { value, at },
            None => Reading::Missing(WhyMissing::NotYet),
        }
    }
}

/// No further than the sensor can tell.
fn saturated(value: f64, most: f64) -> f64 {
    value.max(-most).min(most)
}

/// To the nearest step; a step of zero keeps the value.
fn quantised(value: f64, step: f64) -> f64 {
    if step > 0.0 {
        (value / step).round() * step
    } else {
        value
    }
}

/// What is left of a number on the wire.
pub(crate) fn wired(value: f64) -> f64 {
    f64::from(value as f32)
}

/// What the tool exerts on the sensor, told at the sensor: touch, weight, and inertia of everything
/// beyond the sensor, by Newton's and Euler's laws for the tool as a free body:
///
/// `f = f_c + m·g − m·a`, `n = n_c + r_c × (m·g − m·a) − (I·α + ω × I·ω)`, about the sensor origin, with
/// `a` the acceleration of the centre of mass. `contact` acts on the tool at the patch.
pub(crate) fn load_on_sensor<const D: usize>(
    payload: &Payload,
    flange_from_sensor: &Transform<Flange, Sensor>,
    kinematics: &ToolKinematics<D>,
    acceleration: &SVector<f64, D>,
    gravity_in_base: &Vector3<f64>,
    contact: &Wrench<quantities::Tool>,
) -> Wrench<Sensor> {
    let base_from_tool = kinematics.base_from_tool;
    let base_from_flange: Transform<Base, Flange> =
        base_from_tool * payload.flange_from_tool.inverse();
    let base_from_sensor = base_from_flange * *flange_from_sensor;
    let rate = kinematics.jacobian * acceleration + kinematics.bias_acceleration;
    let alpha = Vector3::new(rate[3], rate[4], rate[5]);
    let omega = *kinematics.twist.angular.raw();
    let centre = base_from_flange.transform(&payload.centre_of_mass);
    let lever = centre.raw() - base_from_tool.origin().raw();
    let centre_acceleration = Vector3::new(rate[0], rate[1], rate[2])
        + alpha.cross(&lever)
        + omega.cross(&omega.cross(&lever));
    let rotation: Matrix3<f64> = base_from_flange.rotation().matrix();
    let inertia = rotation * payload.inertia * rotation.transpose();
    let dead = (gravity_in_base - centre_acceleration) * payload.mass.get();
    let spin = inertia * alpha + omega.cross(&(inertia * omega));
    let from_sensor = centre.raw() - base_from_sensor.origin().raw();
    let own = Wrench::<Sensor> {
        force: base_from_sensor.inverse().rotate(&Force::from_raw(dead)),
        torque: base_from_sensor
            .inverse()
            .rotate(&Torque::from_raw(from_sensor.cross(&dead) - spin)),
    };
    let sensor_from_tool = flange_from_sensor.inverse() * payload.flange_from_tool;
    contact.told_in(&sensor_from_tool).plus(&own)
}

#[cfg(test)]
mod tests;
