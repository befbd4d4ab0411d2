//! Forces and motion: gravity, inverse and forward dynamics, mass matrix.
//!
//! All recursions run in the joint frames of `placement`, where the joint axis is z: a joint's torque is the
//! z component of the moment that its body passes on, its unit acceleration touches two numbers, and a
//! change of frame costs 8 multiplications. Recursive Newton-Euler: Luh, Walker and Paul 1980, with the
//! acceleration of a body's points gathered in one matrix `B = [α]× + ω ωᵀ - |ω|² 1` (Khalil and Dombre
//! 2002, chapter 9). Composite rigid bodies: Featherstone 2008, table 6.2.

use nalgebra::{SMatrix, SVector, Vector3};
use quantities::{Tool, Wrench};

use crate::ArmModel;
use crate::cholesky::Factor;
use crate::moments::Moments;
use crate::placement::Angles;

/// An arm at one posture, speed and load, ready to answer torques with accelerations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReadyDynamics<const D: usize> {
    /// Torques under which no joint accelerates (N·m or N).
    needed: SVector<f64, D>,
    mass: Factor<D>,
}

impl<const D: usize> ReadyDynamics<D> {
    /// Joint accelerations (rad/s² or m/s²) under motor torques (N·m or N); `None` when a number is not finite.
    #[must_use]
    pub fn accelerations(&self, torques: &SVector<f64, D>) -> Option<SVector<f64, D>> {
        let solved = self.mass.solve(torques - self.needed);
        solved
            .iter()
            .all(|number| number.is_finite())
            .then_some(solved)
    }
}

/// What a body passes on to the one before: force, and moment about the joint's origin, in its joint frame.
#[derive(Clone, Copy)]
struct Load {
    force: Vector3<f64>,
    moment: Vector3<f64>,
}

impl Load {
    const NONE: Self = Self {
        force: Vector3::new(0.0, 0.0, 0.0),
        moment: Vector3::new(0.0, 0.0, 0.0),
    };
}

/// How a joint frame moves, told in itself: angular velocity and acceleration, acceleration of the origin
/// with gravity as an upward acceleration.
#[derive(Clone, Copy)]
struct Motion {
    spin: Vector3<f64>,
    spin_up: Vector3<f64>,
    lift: Vector3<f64>,
}

impl Motion {
    /// `B v` of the module's page: acceleration of the point at `v` against the origin.
    #[inline]
    fn swept(&self, v: &Vector3<f64>) -> Vector3<f64> {
        let (w, a) = (&self.spin, &self.spin_up);
        let (xx, yy, zz) = (w.x * w.x, w.y * w.y, w.z * w.z);
        let (xy, xz, yz) = (w.x * w.y, w.x * w.z, w.y * w.z);
        Vector3::new(
            (xy - a.z) * v.y + (xz + a.y) * v.z - (yy + zz) * v.x,
            (xy + a.z) * v.x + (yz - a.x) * v.z - (xx + zz) * v.y,
            (xz - a.y) * v.x + (yz + a.x) * v.y - (xx + yy) * v.z,
        )
    }

    /// Newton's and Euler's laws about the origin: `f = m a + B h`, `n = J α + ω × J ω + h × a`.
    #[inline]
    fn load(&self, body: &Moments) -> Load {
        let h = &body.first;
        Load {
            force: self.lift * body.mass + self.swept(h),
            moment: body.second.times(&self.spin_up)
                + self.spin.cross(&body.second.times(&self.spin))
                + h.cross(&self.lift),
        }
    }
}

impl<const D: usize> ArmModel<D> {
    /// Torques that hold the arm still against gravity (N·m or N).
    #[must_use]
    pub fn gravity(&self, positions: &SVector<f64, D>) -> SVector<f64, D> {
        let angles = self.geometry.angles(positions);
        let mut lift = -self.gravity_in_foot;
        let mut loads = [Load::NONE; D];
        for (i, (load, body)) in loads.iter_mut().zip(&self.moments).enumerate() {
            lift = self.geometry.hinge(i, &angles).inner(&lift);
            *load = Load {
                force: lift * body.mass,
                moment: body.first.cross(&lift),
            };
        }
        self.passed_down(positions, &angles, &loads)
    }

    /// Torques that keep the joint speeds constant: gravity plus Coriolis and centrifugal.
    #[must_use]
    pub fn bias(&self, positions: &SVector<f64, D>, speeds: &SVector<f64, D>) -> SVector<f64, D> {
        let angles = self.geometry.angles(positions);
        self.newton_euler(positions, &angles, speeds, &SVector::zeros(), &Load::NONE)
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
        let angles = self.geometry.angles(positions);
        self.newton_euler(positions, &angles, speeds, accelerations, &Load::NONE)
            + self.rotor_inertia.component_mul(accelerations)
    }

    /// Joint-space mass matrix, rotor inertia on its diagonal (kg·m², kg·m or kg).
    #[must_use]
    pub fn mass_matrix(&self, positions: &SVector<f64, D>) -> SMatrix<f64, D, D> {
        let angles = self.geometry.angles(positions);
        let mut matrix = self.composite_bodies(positions, &angles);
        for i in 0..D {
            for j in 0..i {
                matrix[(j, i)] = matrix[(i, j)];
            }
        }
        matrix
    }

    /// Joint accelerations under motor torques (N·m or N) and a wrench that acts on the tool, told at
    /// the tool's origin in tool axes. `None` when the mass matrix is singular or a number not finite.
    ///
    /// Solves `M qdd = τ + Jᵀ w - bias` (Featherstone 2008, chapter 6); the wrench enters as a load that the
    /// last body passes on.
    #[must_use]
    pub fn forward_dynamics(
        &self,
        positions: &SVector<f64, D>,
        speeds: &SVector<f64, D>,
        torques: &SVector<f64, D>,
        on_tool: &Wrench<Tool>,
    ) -> Option<SVector<f64, D>> {
        self.ready_dynamics(positions, speeds, on_tool)?
            .accelerations(torques)
    }

    /// All of [`ArmModel::forward_dynamics`] that does not depend on the torques, for whoever tries several.
    /// `None` when the mass matrix is singular or not finite.
    #[must_use]
    pub fn ready_dynamics(
        &self,
        positions: &SVector<f64, D>,
        speeds: &SVector<f64, D>,
        on_tool: &Wrench<Tool>,
    ) -> Option<ReadyDynamics<D>> {
        let angles = self.geometry.angles(positions);
        let (rotation, origin) = &self.last_from_tool;
        let force = -(rotation * on_tool.force.raw());
        let moment = origin.cross(&force) - rotation * on_tool.torque.raw();
        let at_end = Load { force, moment };
        Some(ReadyDynamics {
            needed: self.newton_euler(positions, &angles, speeds, &SVector::zeros(), &at_end),
            mass: Factor::of(self.composite_bodies(positions, &angles))?,
        })
    }

    /// Out along the arm for the motion, back for the loads; `at_end` acts against the last body.
    #[inline]
    fn newton_euler(
        &self,
        positions: &SVector<f64, D>,
        angles: &Angles<D>,
        speeds: &SVector<f64, D>,
        accelerations: &SVector<f64, D>,
        at_end: &Load,
    ) -> SVector<f64, D> {
        let mut motion = Motion {
            spin: Vector3::zeros(),
            spin_up: Vector3::zeros(),
            lift: -self.gravity_in_foot,
        };
        let mut loads = [Load::NONE; D];
        for i in 0..D {
            let hinge = self.geometry.hinge(i, angles);
            let lift = motion.lift + motion.swept(&self.geometry.offset(i, positions));
            motion = Motion {
                spin: hinge.inner(&motion.spin),
                spin_up: hinge.inner(&motion.spin_up),
                lift: hinge.inner(&lift),
            };
            let (speed, acceleration) = (speeds[i], accelerations[i]);
            let (across_x, across_y) = (motion.spin.y * speed, motion.spin.x * speed);
            if self.geometry.joints[i].turns() {
                motion.spin_up += Vector3::new(across_x, -across_y, acceleration);
                motion.spin.z += speed;
            } else {
                motion.lift += Vector3::new(2.0 * across_x, -2.0 * across_y, acceleration);
            }
            loads[i] = motion.load(&self.moments[i]);
        }
        if let Some(last) = loads.last_mut() {
            last.force += at_end.force;
            last.moment += at_end.moment;
        }
        self.passed_down(positions, angles, &loads)
    }

    /// Adds up loads from tip to base; each joint's motor takes its z component.
    #[inline]
    fn passed_down(
        &self,
        positions: &SVector<f64, D>,
        angles: &Angles<D>,
        loads: &[Load; D],
    ) -> SVector<f64, D> {
        let mut torques = SVector::zeros();
        let mut carried = Load::NONE;
        for i in (0..D).rev() {
            let force = carried.force + loads[i].force;
            let moment = carried.moment + loads[i].moment;
            torques[i] = if self.geometry.joints[i].turns() {
                moment.z
            } else {
                force.z
            };
            let hinge = self.geometry.hinge(i, angles);
            let force = hinge.outer(&force);
            let offset = self.geometry.offset(i, positions);
            carried = Load {
                force,
                moment: hinge.outer(&moment) + offset.cross(&force),
            };
        }
        torques
    }

    /// Lower triangle of the mass matrix. Going in from the tip, the load of each joint's unit acceleration
    /// on all that it carries is passed on; its z components are the matrix's elements. The loads of
    /// all joints further out travel side by side.
    #[inline]
    fn composite_bodies(
        &self,
        positions: &SVector<f64, D>,
        angles: &Angles<D>,
    ) -> SMatrix<f64, D, D> {
        let mut matrix = SMatrix::zeros();
        let mut loads = [Load::NONE; D];
        let mut carried: Option<Moments> = None;
        for i in (0..D).rev() {
            let body = carried.map_or(self.moments[i], |outer| outer.plus(&self.moments[i]));
            let h = &body.first;
            let turns = self.geometry.joints[i].turns();
            loads[i] = if turns {
                let s = &body.second;
                Load {
                    force: Vector3::new(-h.y, h.x, 0.0),
                    moment: Vector3::new(s.xz, s.yz, s.zz),
                }
            } else {
                Load {
                    force: Vector3::new(0.0, 0.0, body.mass),
                    moment: Vector3::new(h.y, -h.x, 0.0),
                }
            };
            for k in i..D {
                matrix[(k, i)] = if turns {
                    loads[k].moment.z
                } else {
                    loads[k].force.z
                };
            }
            matrix[(i, i)] += self.rotor_inertia[i];
            if i == 0 {
                break;
            }
            let hinge = self.geometry.hinge(i, angles);
            let offset = self.geometry.offset(i, positions);
            for load in loads.iter_mut().skip(i) {
                let force = hinge.outer(&load.force);
                load.moment = hinge.outer(&load.moment) + offset.cross(&force);
                load.force = force;
            }
            carried = Some(body.carried_out(&hinge, &offset));
        }
        matrix
    }
}
