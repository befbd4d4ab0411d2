//! The velocity loop inside the drives of an arm that takes joint velocities.
//!
//! ```text
//! told ─▶ 4 ms under way ─▶ q̇_ref ─▶ M(q) [ K (q̇_ref − q̇) + K K_i ∫(q̇_ref − q̇) dt ] + h(q, q̇) ─▶ torque
//! ```
//!
//! Each millisecond the drives carry what the model says the arm weighs and needs in motion (`h`, as a maker's
//! controller does once it is told the tool) and add a proportional and integral torque on the velocity error,
//! scaled by the mass matrix so that every joint answers alike in every posture. Most of the joint friction that the wanted
//! velocity meets is fed forward; the rest, and the touch, the integral has to find. A joint whose torque is at its limit keeps its integral.
//!
//! Figures (chosen, as for the drives of collaborative arms): the loop crosses at 25 Hz, its integral at 8 Hz. A
//! velocity takes 4 ms from the port to the drives. Together with the loop's own 6 ms a step is answered after about
//! 10 ms, which is what the law of such an arm has to reckon with.

use kinematics::ArmModel;
use nalgebra::SVector;

/// Proportional rate (1/s): 25 Hz.
const RATE: f64 = core::f64::consts::TAU * 25.0;
/// Integral rate (1/s): 8 Hz.
const INTEGRAL_RATE: f64 = core::f64::consts::TAU * 8.0;
/// Share of the model's joint friction that is fed forward, and the speed over which it changes its sign (rad/s or m/s).
const FRICTION_SHARE: f64 = 0.6;
const FRICTION_SPEED: f64 = 0.05;
/// Milliseconds that a velocity is under way.
pub(crate) const UNDER_WAY_MS: usize = 4;
/// Period of the drives (s).
const PERIOD_S: f64 = 1e-3;

/// Memory of the drives' velocity loop.
#[derive(Clone, Copy, Debug)]
pub(crate) struct VelocityServo<const D: usize> {
    under_way: [SVector<f64, D>; UNDER_WAY_MS],
    /// Accelerations that the integral has found (rad/s² or m/s²).
    integral: SVector<f64, D>,
}

impl<const D: usize> VelocityServo<D> {
    /// Drives that stand still.
    pub(crate) fn at_rest() -> Self {
        Self {
            under_way: [SVector::zeros(); UNDER_WAY_MS],
            integral: SVector::zeros(),
        }
    }

    /// Torques of the next millisecond for the velocities told now.
    pub(crate) fn torques(
        &mut self,
        model: &ArmModel<D>,
        positions: &SVector<f64, D>,
        velocities: &SVector<f64, D>,
        told: &SVector<f64, D>,
    ) -> SVector<f64, D> {
        self.under_way.rotate_right(1);
        let wanted = core::mem::replace(&mut self.under_way[0], *told);
        let error = wanted - velocities;
        let grown = self.integral + error * (RATE * INTEGRAL_RATE * PERIOD_S);
        let carrying = model.bias(positions, velocities);
        let rubbing = SVector::from_fn(|joint, _| {
            let speed: f64 = wanted[joint];
            let sign = speed / (speed * speed + FRICTION_SPEED * FRICTION_SPEED).sqrt();
            model.friction()[joint] * sign + model.damping()[joint] * speed
        });
        let torques = model.mass_matrix(positions) * (error * RATE + grown)
            + carrying
            + rubbing * FRICTION_SHARE;
        let limits = &model.limits().torque;
        for joint in 0..D {
            let is_free = torques[joint].abs() < limits[joint].abs();
            let shrinks = grown[joint].abs() < self.integral[joint].abs();
            if is_free || shrinks {
                self.integral[joint] = grown[joint];
            }
        }
        torques
    }
}
