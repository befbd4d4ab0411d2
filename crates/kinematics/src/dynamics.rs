//! Forces and motion: gravity, inverse and forward dynamics, mass matrix, energy.
//!
//! All spatial vectors are told at the origin of base, in base axes. A joint's motion subspace is
//! `S = (z, p × z)` when it turns about the axis `z` through `p`, `(0, z)` when it slides; a body with
//! mass `m`, centre of mass `c` and central inertia `I` answers the acceleration `(α, a)` with the force
//! `f = m (a + α × c)` and the moment about the origin `n = I α + c × f`. Sums over bodies then need
//! no transforms. Recursive Newton-Euler: Featherstone 2008, table 5.1; composite rigid bodies: table
//! 6.2; both in absolute coordinates.

use nalgebra::{Matrix3, SMatrix, SVector, Vector3, Vector6};
use quantities::{Tool, Wrench};

use crate::bodies::point_inertia;
use crate::placement::Placement;
use crate::{ArmModel, cholesky};

/// A spatial motion or force at the origin of base: `angular` is ω, α or the moment; `linear` is the
/// velocity of the body's point at the origin, or the force.
#[derive(Clone, Copy)]
struct Spatial {
    angular: Vector3<f64>,
    linear: Vector3<f64>,
}

impl Spatial {
    fn zero() -> Self {
        Self {
            angular: Vector3::zeros(),
            linear: Vector3::zeros(),
        }
    }

    fn plus(&self, other: &Self) -> Self {
        Self {
            angular: self.angular + other.angular,
            linear: self.linear + other.linear,
        }
    }

    fn times(&self, factor: f64) -> Self {
        Self {
            angular: self.angular * factor,
            linear: self.linear * factor,
        }
    }

    fn dot(&self, other: &Self) -> f64 {
        self.angular.dot(&other.angular) + self.linear.dot(&other.linear)
    }

    /// `v × m` for motions, Featherstone 2008, chapter 2.
    fn cross_motion(&self, m: &Self) -> Self {
        Self {
            angular: self.angular.cross(&m.angular),
            linear: self.angular.cross(&m.linear) + self.linear.cross(&m.angular),
        }
    }
}

/// A body placed in base.
#[derive(Clone, Copy)]
struct PlacedBody {
    mass: f64,
    centre: Vector3<f64>,
    inertia: Matrix3<f64>,
}

impl PlacedBody {
    /// Twice the kinetic energy.
    fn vis_viva(&self, velocity: &Spatial) -> f64 {
        let centre_velocity = velocity.linear + velocity.angular.cross(&self.centre);
        self.mass * centre_velocity.norm_squared()
            + velocity.angular.dot(&(self.inertia * velocity.angular))
    }

    /// Force that gives the body this acceleration at this velocity: Newton's law for the centre of
    /// mass, Euler's about it, moved to the origin. Equals `I a + v ×* I v` of the spatial notation.
    fn force(&self, velocity: &Spatial, acceleration: &Spatial) -> Spatial {
        let (spin, spin_up) = (&velocity.angular, &acceleration.angular);
        let centre_velocity = velocity.linear + spin.cross(&self.centre);
        let centre_acceleration =
            acceleration.linear + spin_up.cross(&self.centre) + spin.cross(&centre_velocity);
        let linear = centre_acceleration * self.mass;
        let angular = self.inertia * spin_up
            + spin.cross(&(self.inertia * spin))
            + self.centre.cross(&linear);
        Spatial { angular, linear }
    }
}

impl<const D: usize> ArmModel<D> {
    /// Torques that hold the arm still against gravity (N·m or N).
    #[must_use]
    pub fn gravity(&self, positions: &SVector<f64, D>) -> SVector<f64, D> {
        let placed = self.place(positions);
        let mut torques = SVector::zeros();
        let mut mass = 0.0;
        let mut moment = Vector3::zeros();
        for i in (0..D).rev() {
            let body = &self.bodies[i];
            mass += body.mass;
            moment += (placed.origins[i] + placed.rotations[i] * body.centre) * body.mass;
            let axis = &placed.axes[i];
            torques[i] = if self.geometry[i].turns() {
                let lever = moment - placed.origins[i] * mass;
                -axis.dot(&lever.cross(&self.gravity_in_base))
            } else {
                -axis.dot(&self.gravity_in_base) * mass
            };
        }
        torques
    }

    /// Torques that keep the joint speeds constant: gravity plus Coriolis and centrifugal.
    #[must_use]
    pub fn bias(&self, positions: &SVector<f64, D>, speeds: &SVector<f64, D>) -> SVector<f64, D> {
        let placed = self.place(positions);
        let bodies = self.bodies_of(&placed);
        self.newton_euler(&placed, &bodies, speeds, &SVector::zeros())
    }

    /// Torques that make the joints accelerate as asked (rad/s² or m/s²): recursive Newton-Euler, and
    /// rotor inertia times acceleration.
    #[must_use]
    pub fn inverse_dynamics(
        &self,
        positions: &SVector<f64, D>,
        speeds: &SVector<f64, D>,
        accelerations: &SVector<f64, D>,
    ) -> SVector<f64, D> {
        let placed = self.place(positions);
        let bodies = self.bodies_of(&placed);
        self.newton_euler(&placed, &bodies, speeds, accelerations)
            + self.rotor_inertia.component_mul(accelerations)
    }

    /// Joint-space mass matrix, rotor inertia on its diagonal (kg·m², kg·m or kg).
    #[must_use]
    pub fn mass_matrix(&self, positions: &SVector<f64, D>) -> SMatrix<f64, D, D> {
        let placed = self.place(positions);
        let bodies = self.bodies_of(&placed);
        self.composite_bodies(&placed, &bodies)
    }

    /// Joint accelerations under motor torques (N·m or N) and a wrench that acts on the tool, told at
    /// the tool's origin in tool axes. `None` when the mass matrix is singular or a number not finite.
    ///
    /// Solves `M qdd = τ + Jᵀ w - bias` (Featherstone 2008, chapter 6) by Cholesky.
    #[must_use]
    pub fn forward_dynamics(
        &self,
        positions: &SVector<f64, D>,
        speeds: &SVector<f64, D>,
        torques: &SVector<f64, D>,
        on_tool: &Wrench<Tool>,
    ) -> Option<SVector<f64, D>> {
        let placed = self.place(positions);
        let bodies = self.bodies_of(&placed);
        let bias = self.newton_euler(&placed, &bodies, speeds, &SVector::zeros());
        let (rotation, origin) = self.tool_of(&placed);
        let force = rotation * on_tool.force.raw();
        let moment = rotation * on_tool.torque.raw() + origin.cross(&force);
        let load = Spatial {
            angular: moment,
            linear: force,
        };
        let subspaces = self.subspaces_of(&placed);
        let mut net = torques - bias;
        for i in 0..D {
            net[i] += subspaces[i].dot(&load);
        }
        let solved = cholesky::solve(self.composite_bodies(&placed, &bodies), net)?;
        solved
            .iter()
            .all(|number| number.is_finite())
            .then_some(solved)
    }

    /// Kinetic energy, rotors included (J).
    #[must_use]
    pub fn kinetic_energy(&self, positions: &SVector<f64, D>, speeds: &SVector<f64, D>) -> f64 {
        let placed = self.place(positions);
        let bodies = self.bodies_of(&placed);
        let subspaces = self.subspaces_of(&placed);
        let mut velocity = Spatial::zero();
        let mut energy = 0.0;
        for i in 0..D {
            velocity = velocity.plus(&subspaces[i].times(speeds[i]));
            energy += 0.5 * bodies[i].vis_viva(&velocity);
            energy += 0.5 * self.rotor_inertia[i] * speeds[i] * speeds[i];
        }
        energy
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

    fn bodies_of(&self, placed: &Placement<D>) -> [PlacedBody; D] {
        core::array::from_fn(|i| {
            let (body, rotation) = (&self.bodies[i], &placed.rotations[i]);
            PlacedBody {
                mass: body.mass,
                centre: placed.origins[i] + rotation * body.centre,
                inertia: rotation * body.inertia * rotation.transpose(),
            }
        })
    }

    fn subspaces_of(&self, placed: &Placement<D>) -> [Spatial; D] {
        core::array::from_fn(|i| {
            let axis = placed.axes[i];
            if self.geometry[i].turns() {
                Spatial {
                    angular: axis,
                    linear: placed.origins[i].cross(&axis),
                }
            } else {
                Spatial {
                    angular: Vector3::zeros(),
                    linear: axis,
                }
            }
        })
    }

    /// Featherstone 2008, table 5.1. Gravity enters as an upward acceleration of the base.
    fn newton_euler(
        &self,
        placed: &Placement<D>,
        bodies: &[PlacedBody; D],
        speeds: &SVector<f64, D>,
        accelerations: &SVector<f64, D>,
    ) -> SVector<f64, D> {
        let subspaces = self.subspaces_of(placed);
        let mut forces = [Spatial::zero(); D];
        let mut velocity = Spatial::zero();
        let mut acceleration = Spatial {
            angular: Vector3::zeros(),
            linear: -self.gravity_in_base,
        };
        for i in 0..D {
            let joint_velocity = subspaces[i].times(speeds[i]);
            // S × S = 0, so the velocity before or after this joint serves alike.
            acceleration = acceleration
                .plus(&subspaces[i].times(accelerations[i]))
                .plus(&velocity.cross_motion(&joint_velocity));
            velocity = velocity.plus(&joint_velocity);
            forces[i] = bodies[i].force(&velocity, &acceleration);
        }
        let mut torques = SVector::zeros();
        let mut carried = Spatial::zero();
        for i in (0..D).rev() {
            carried = carried.plus(&forces[i]);
            torques[i] = subspaces[i].dot(&carried);
        }
        torques
    }

    /// Featherstone 2008, table 6.2: `M_ji = S_jᵀ I_i^c S_i` for `j ≤ i`, with the inertia `I_i^c` of
    /// all that joint i carries.
    fn composite_bodies(
        &self,
        placed: &Placement<D>,
        bodies: &[PlacedBody; D],
    ) -> SMatrix<f64, D, D> {
        let subspaces = self.subspaces_of(placed);
        let mut matrix = SMatrix::from_diagonal(&self.rotor_inertia);
        let mut mass = 0.0;
        let mut moment = Vector3::zeros();
        let mut inertia = Matrix3::zeros();
        for i in (0..D).rev() {
            let body = &bodies[i];
            mass += body.mass;
            moment += body.centre * body.mass;
            inertia += body.inertia + point_inertia(body.mass, &body.centre);
            let s = &subspaces[i];
            let force = Spatial {
                angular: inertia * s.angular + moment.cross(&s.linear),
                linear: s.linear * mass + s.angular.cross(&moment),
            };
            matrix[(i, i)] += s.dot(&force);
            for j in 0..i {
                let element = subspaces[j].dot(&force);
                matrix[(i, j)] = element;
                matrix[(j, i)] = element;
            }
        }
        matrix
    }

    /// `Jdot qd` at a point of the last link.
    pub(crate) fn tool_bias_of(
        &self,
        placed: &Placement<D>,
        speeds: &SVector<f64, D>,
        point: &Vector3<f64>,
    ) -> Vector6<f64> {
        let subspaces = self.subspaces_of(placed);
        let mut velocity = Spatial::zero();
        let mut acceleration = Spatial::zero();
        for i in 0..D {
            let joint_velocity = subspaces[i].times(speeds[i]);
            acceleration = acceleration.plus(&velocity.cross_motion(&joint_velocity));
            velocity = velocity.plus(&joint_velocity);
        }
        let point_velocity = velocity.linear + velocity.angular.cross(point);
        let linear = acceleration.linear
            + acceleration.angular.cross(point)
            + velocity.angular.cross(&point_velocity);
        let angular = acceleration.angular;
        Vector6::new(
            linear.x, linear.y, linear.z, angular.x, angular.y, angular.z,
        )
    }
}
