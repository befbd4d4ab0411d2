//! Which posture puts the tool there: damped least squares inside the joint limits.
//!
//! Each step minimises `|J dq - e|² + λ |dq - v|²` over the box of joint limits, where `e` is what is
//! left of the way and `v` a pull toward a preferred posture; the pull thus acts where the task leaves
//! freedom. `λ` falls while steps help and rises when one does not (Levenberg 1944, Marquardt 1963).
//! A joint that would leave its range is put on the limit and the step solved again without it.

use nalgebra::{Matrix3, SMatrix, SVector, Vector3, Vector6};
use quantities::{Base, Metres, Radians, Tool, Transform};

use crate::{ArmModel, cholesky};

/// How exact, how long, and what may give.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IkOptions {
    /// Leaves rotation about the tool's z axis free: position and axis only.
    pub free_yaw: bool,
    /// Position error that is good enough.
    pub position_tolerance: Metres,
    /// Orientation error that is good enough.
    pub orientation_tolerance: Radians,
    /// Steps at most.
    pub max_iterations: u32,
    /// Distance kept from each joint limit (rad or m); a range too short for it is halved instead.
    pub joint_margin: f64,
    /// Share of the way to the preferred posture that is asked for in each step, 0 to 1. With 0 the
    /// solution is the one near the seed.
    pub posture_gain: f64,
}

impl Default for IkOptions {
    /// Chosen: 1 µm and 1 µrad, 60 steps, 0.02 rad from the limits, no pull.
    fn default() -> Self {
        Self {
            free_yaw: false,
            position_tolerance: Metres::new(1e-6),
            orientation_tolerance: Radians::new(1e-6),
            max_iterations: 60,
            joint_margin: 0.02,
            posture_gain: 0.0,
        }
    }
}

/// A posture that does it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IkSolution<const D: usize> {
    /// Joint positions (rad or m), within limits less margin.
    pub q: SVector<f64, D>,
    /// Position error left.
    pub position_residual: Metres,
    /// Orientation error left; without the free rotation about z, when that is free.
    pub orientation_residual: Radians,
    /// Steps taken.
    pub iterations: u32,
}

/// What stood in the way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LimitedBy {
    /// A joint (counted from 0, root side first) rests on its limit less margin.
    JointLimit {
        /// Which one.
        joint: usize,
    },
    /// The stretched arm is too short.
    Reach {
        /// Longest possible distance from the first joint to the tool.
        reach: Metres,
        /// Distance asked for.
        asked: Metres,
    },
    /// No step helps although no limit is touched: a singular posture, or too few joints.
    NoDescent,
    /// Steps ran out while still coming closer.
    Iterations,
    /// The target or the seed holds a NaN or an infinity.
    NotFinite,
}

/// No posture was found, and how near the best came.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IkFailure<const D: usize> {
    /// The posture with the least error.
    pub nearest: SVector<f64, D>,
    /// Its position error.
    pub position_residual: Metres,
    /// Its orientation error.
    pub orientation_residual: Radians,
    /// What stood in the way.
    pub limited_by: LimitedBy,
}

impl<const D: usize> core::fmt::Display for IkFailure<D> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let millimetres = self.position_residual.get() * 1e3;
        let degrees = self.orientation_residual.get().to_degrees();
        write!(f, "no posture reaches the pose: nearest is {millimetres:.1} mm, {degrees:.1}° off; ")?;
        match self.limited_by {
            LimitedBy::JointLimit { joint } => write!(f, "joint {} is on its limit", joint + 1),
            LimitedBy::Reach { reach, asked } => {
                write!(f, "the arm reaches {:.3} m, asked are {:.3} m", reach.get(), asked.get())
            }
            LimitedBy::NoDescent => write!(f, "the arm cannot move that way from here"),
            LimitedBy::Iterations => write!(f, "the allowed number of steps ran out"),
            LimitedBy::NotFinite => write!(f, "target or seed is not a number"),
        }
    }
}

impl<const D: usize> core::error::Error for IkFailure<D> {}

/// Weight of a radian against a metre in the error (m/rad): the size of a hand's lever. Chosen.
const METRES_PER_RADIAN: f64 = 0.3;
/// Longest step of one joint (rad or m). Chosen: keeps the linearisation honest.
const LONGEST_STEP: f64 = 0.4;
/// Range of the damping λ (m²). Chosen.
const DAMPING: (f64, f64) = (1e-10, 1e2);

impl<const D: usize> ArmModel<D> {
    /// A posture near `seed` that puts the tool on `target`, preferring the seed's own posture.
    ///
    /// # Errors
    /// [`IkFailure`] with the nearest posture and what limited it. One descent, no restarts.
    pub fn inverse_kinematics(
        &self,
        target: &Transform<Base, Tool>,
        seed: &SVector<f64, D>,
        options: &IkOptions,
    ) -> Result<IkSolution<D>, IkFailure<D>> {
        self.inverse_kinematics_near(target, seed, seed, options)
    }

    /// As [`ArmModel::inverse_kinematics`], but `posture_gain` pulls toward `posture`.
    ///
    /// # Errors
    /// [`IkFailure`] with the nearest posture and what limited it.
    pub fn inverse_kinematics_near(
        &self,
        target: &Transform<Base, Tool>,
        seed: &SVector<f64, D>,
        posture: &SVector<f64, D>,
        options: &IkOptions,
    ) -> Result<IkSolution<D>, IkFailure<D>> {
        let finite = |v: &SVector<f64, D>| v.iter().all(|number| number.is_finite());
        let target = Goal::new(target, options);
        if !(target.is_finite() && finite(seed) && finite(posture)) {
            return Err(IkFailure {
                nearest: *seed,
                position_residual: Metres::new(f64::INFINITY),
                orientation_residual: Radians::new(f64::INFINITY),
                limited_by: LimitedBy::NotFinite,
            });
        }
        let range = self.range_inside(options.joint_margin);
        let mut search = Search {
            arm: self,
            goal: target,
            range,
            posture: *posture,
            options,
            damping: 1e-3,
            best: self.look(&target, &range.clamp(seed)),
        };
        search.run()
    }

    /// Limits less margin; continuous joints keep their infinities.
    fn range_inside(&self, margin: f64) -> Range<D> {
        let (lower, upper) = (&self.limits.lower, &self.limits.upper);
        let keep = |i: usize| margin.max(0.0).min(0.25 * (upper[i] - lower[i]));
        Range {
            lower: SVector::from_fn(|i, _| lower[i] + keep(i)),
            upper: SVector::from_fn(|i, _| upper[i] - keep(i)),
        }
    }

    fn look(&self, goal: &Goal, positions: &SVector<f64, D>) -> Look<D> {
        let placed = self.place(positions);
        let (rotation, origin) = self.tool_of(&placed);
        let (error, angle) = goal.error_from(&rotation, &origin);
        let mut jacobian = self.jacobian_of(&placed, &origin);
        // Angular rows into tool axes (so that yaw is one row) and into metres.
        for i in 0..D {
            let angular = Vector3::new(jacobian[(3, i)], jacobian[(4, i)], jacobian[(5, i)]);
            let turned = rotation.tr_mul(&angular) * METRES_PER_RADIAN;
            jacobian[(3, i)] = turned.x;
            jacobian[(4, i)] = turned.y;
            jacobian[(5, i)] = if goal.free_yaw { 0.0 } else { turned.z };
        }
        let distance = error.fixed_rows::<3>(0).norm();
        Look { q: *positions, error, jacobian, distance, angle }
    }
}

/// The target in bare numbers.
#[derive(Clone, Copy)]
struct Goal {
    rotation: Matrix3<f64>,
    origin: Vector3<f64>,
    free_yaw: bool,
}

impl Goal {
    fn new(target: &Transform<Base, Tool>, options: &IkOptions) -> Self {
        Self {
            rotation: target.rotation().matrix(),
            origin: target.origin().raw().coords,
            free_yaw: options.free_yaw,
        }
    }

    fn is_finite(&self) -> bool {
        self.rotation.iter().chain(self.origin.iter()).all(|number| number.is_finite())
    }

    /// Error (position in base axes, weighted rotation in tool axes) and the bare angle.
    fn error_from(&self, rotation: &Matrix3<f64>, origin: &Vector3<f64>) -> (Vector6<f64>, f64) {
        let shift = self.origin - origin;
        let tool_from_goal = rotation.tr_mul(&self.rotation);
        let turn = if self.free_yaw {
            shortest_tilt(&tool_from_goal.column(2).into_owned())
        } else {
            rotation_vector(&tool_from_goal)
        };
        let w = turn * METRES_PER_RADIAN;
        (Vector6::new(shift.x, shift.y, shift.z, w.x, w.y, w.z), turn.norm())
    }
}

/// The least rotation vector that brings z onto `direction` (both in tool axes); its z is 0.
fn shortest_tilt(direction: &Vector3<f64>) -> Vector3<f64> {
    let sine = libm::sqrt(direction.x * direction.x + direction.y * direction.y);
    let angle = libm::atan2(sine, direction.z);
    if sine > 1e-12 {
        Vector3::new(-direction.y, direction.x, 0.0) * (angle / sine)
    } else {
        // Straight ahead, or straight behind: any axis across will do.
        Vector3::new(angle, 0.0, 0.0)
    }
}

/// Axis times angle of a rotation matrix, angle 0 to π.
fn rotation_vector(rotation: &Matrix3<f64>) -> Vector3<f64> {
    let skew = Vector3::new(
        rotation[(2, 1)] - rotation[(1, 2)],
        rotation[(0, 2)] - rotation[(2, 0)],
        rotation[(1, 0)] - rotation[(0, 1)],
    ) * 0.5;
    let sine = skew.norm();
    let cosine = (rotation.trace() - 1.0) * 0.5;
    let angle = libm::atan2(sine, cosine);
    if sine > 1e-6 {
        return skew * (angle / sine);
    }
    if cosine > 0.0 {
        return skew;
    }
    // Half a turn: the axis is the longest column of R + 1 = 2 a aᵀ.
    let doubled = rotation + Matrix3::identity();
    let mut axis = doubled.column(0).into_owned();
    for i in 1..3 {
        let column = doubled.column(i).into_owned();
        if column.norm_squared() > axis.norm_squared() {
            axis = column;
        }
    }
    let length = axis.norm();
    if length > 1e-12 { axis * (angle / length) } else { Vector3::new(angle, 0.0, 0.0) }
}

/// One posture looked at.
#[derive(Clone, Copy)]
struct Look<const D: usize> {
    q: SVector<f64, D>,
    error: Vector6<f64>,
    jacobian: SMatrix<f64, 6, D>,
    distance: f64,
    angle: f64,
}

#[derive(Clone, Copy)]
struct Range<const D: usize> {
    lower: SVector<f64, D>,
    upper: SVector<f64, D>,
}

impl<const D: usize> Range<D> {
    fn clamp(&self, q: &SVector<f64, D>) -> SVector<f64, D> {
        SVector::from_fn(|i, _| q[i].max(self.lower[i]).min(self.upper[i]))
    }
}

struct Search<'a, const D: usize> {
    arm: &'a ArmModel<D>,
    goal: Goal,
    range: Range<D>,
    posture: SVector<f64, D>,
    options: &'a IkOptions,
    damping: f64,
    best: Look<D>,
}

impl<const D: usize> Search<'_, D> {
    fn run(&mut self) -> Result<IkSolution<D>, IkFailure<D>> {
        let (mut iterations, mut idle) = (0, 0_u32);
        let mut still_helping = false;
        while iterations < self.options.max_iterations {
            let arrived = self.arrived(&self.best);
            let pull = (self.posture - self.best.q) * self.options.posture_gain.clamp(0.0, 1.0);
            let step = self.step(&pull);
            // The posture pull may go on after arrival, but no longer than it moves anything.
            let settled = self.options.posture_gain <= 0.0 || step.norm() < 1e-4;
            if arrived && settled {
                break;
            }
            iterations += 1;
            let next = self.arm.look(&self.goal, &self.range.clamp(&(self.best.q + step)));
            let improves = next.error.norm_squared() < self.best.error.norm_squared();
            if improves || (arrived && self.arrived(&next)) {
                still_helping = next.error.norm() < 0.999 * self.best.error.norm();
                idle = if still_helping || arrived { 0 } else { idle + 1 };
                self.best = next;
                self.damping = (self.damping * 0.2).max(DAMPING.0);
            } else {
                idle += 1;
                self.damping *= 8.0;
                if self.damping > DAMPING.1 {
                    break;
                }
            }
            if arrived && idle > 3 || idle > 12 {
                break;
            }
        }
        self.outcome(iterations, still_helping)
    }

    fn arrived(&self, look: &Look<D>) -> bool {
        look.distance <= self.options.position_tolerance.get()
            && look.angle <= self.options.orientation_tolerance.get()
    }

    fn outcome(
        &self,
        iterations: u32,
        still_helping: bool,
    ) -> Result<IkSolution<D>, IkFailure<D>> {
        let best = &self.best;
        let position_residual = Metres::new(best.distance);
        let orientation_residual = Radians::new(best.angle);
        if self.arrived(best) {
            let q = best.q;
            return Ok(IkSolution { q, position_residual, orientation_residual, iterations });
        }
        let (first, reach) = self.arm.reach();
        let asked = (self.goal.origin - first).norm();
        let resting = (0..D).find(|i| {
            best.q[*i] <= self.range.lower[*i] + 1e-9 || best.q[*i] >= self.range.upper[*i] - 1e-9
        });
        let limited_by = match resting {
            _ if asked > reach => {
                LimitedBy::Reach { reach: Metres::new(reach), asked: Metres::new(asked) }
            }
            Some(joint) => LimitedBy::JointLimit { joint },
            None if still_helping => LimitedBy::Iterations,
            None => LimitedBy::NoDescent,
        };
        Err(IkFailure { nearest: best.q, position_residual, orientation_residual, limited_by })
    }

    /// One damped step inside the box. Joints that would leave it are put on their limit, and what
    /// that contributes is taken out of the error, until the others stay inside.
    fn step(&self, pull: &SVector<f64, D>) -> SVector<f64, D> {
        let look = &self.best;
        let mut free = [true; D];
        let mut step = SVector::<f64, D>::zeros();
        for _ in 0..=D {
            let error = look.error - look.jacobian * step_where(&step, pull, &free);
            let Some(change) = self.solve_free(&error, &free) else { break };
            for i in (0..D).filter(|i| free[*i]) {
                step[i] = pull[i] + change[i];
            }
            let mut left_the_box = false;
            for i in 0..D {
                let (lower, upper) = (self.range.lower[i] - look.q[i], self.range.upper[i] - look.q[i]);
                if free[i] && (step[i] < lower || step[i] > upper) {
                    step[i] = step[i].max(lower).min(upper);
                    free[i] = false;
                    left_the_box = true;
                }
            }
            if !left_the_box {
                break;
            }
        }
        let longest = step.amax();
        if longest > LONGEST_STEP { step * (LONGEST_STEP / longest) } else { step }
    }

    fn solve_free(&self, error: &Vector6<f64>, free: &[bool; D]) -> Option<SVector<f64, D>> {
        let mut jacobian = self.best.jacobian;
        for i in (0..D).filter(|i| !free[*i]) {
            jacobian.column_mut(i).fill(0.0);
        }
        let mut normal = jacobian.tr_mul(&jacobian);
        for i in 0..D {
            normal[(i, i)] += self.damping;
        }
        cholesky::solve(normal, jacobian.tr_mul(error))
    }
}

/// The pull where joints are free, the step already fixed where they are not.
fn step_where<const D: usize>(
    step: &SVector<f64, D>,
    pull: &SVector<f64, D>,
    free: &[bool; D],
) -> SVector<f64, D> {
    SVector::from_fn(|i, _| if free[i] { pull[i] } else { step[i] })
}
