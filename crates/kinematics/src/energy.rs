//! Kinetic and potential energy, by the bodies' own speeds and heights in base axes: a route that shares
//! nothing with the recursions of `dynamics`, so that tests can hold one against the other.

use nalgebra::{SVector, Vector3};

use crate::ArmModel;

impl<const D: usize> ArmModel<D> {
    /// Kinetic energy, rotors included (J).
    #[must_use]
    pub fn kinetic_energy(&self, positions: &SVector<f64, D>, speeds: &SVector<f64, D>) -> f64 {
        let placed = self.place(positions);
        let (mut spin, mut velocity) = (Vector3::zeros(), Vector3::zeros());
        let mut before = Vector3::zeros();
        let mut energy = 0.0;
        for i in 0..D {
            let (rotation, origin) = (&placed.rotations[i], &placed.origins[i]);
            velocity += Vector3::cross(&spin, &(origin - before));
            let pace = placed.axis(i) * speeds[i];
            if self.geometry.joints[i].turns() {
                spin += pace;
            } else {
                velocity += pace;
            }
            let body = &self.bodies[i];
            let centre_velocity = velocity + spin.cross(&(rotation * body.centre));
            let turning = rotation.tr_mul(&spin);
            energy += body.mass * centre_velocity.norm_squared()
                + turning.dot(&(body.inertia * turning))
                + self.rotor_inertia[i] * speeds[i] * speeds[i];
            before = *origin;
        }
        0.5 * energy
    }

    /// Potential energy in the field of gravity, zero with all mass at the base origin (J).
    #[must_use]
    pub fn potential_energy(&self, positions: &SVector<f64, D>) -> f64 {
        let placed = self.place(positions);
        let mut energy = 0.0;
        for i in 0..D {
            let body = &self.bodies[i];
            let centre = placed.origins[i] + placed.rotations[i] * body.centre;
            energy -= body.mass * self.gravity_in_base.dot(&centre);
        }
        energy
    }
}
