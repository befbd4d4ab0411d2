//! The way to a posture: damped least squares inside the joint limits.
//!
//! Each step minimises `|J dq - e|² + λ |dq - v|²` over the box of joint limits, where `e` is what is
//! left of the way and `v` a pull toward a preferred posture (once there); the pull thus acts where the
//! task leaves freedom. `λ` falls while steps help and rises when one does not (Levenberg 1944, Marquardt 1963).
//! A joint that would leave its range is put on the limit and the step solved again without it.

use nalgebra::{Matrix3, SMatrix, SVector, Vector3, Vector6};
use quantities::{Base, Metres, Radians, Tool, Transform};

use crate::inverse_kinematics::{IkFailure, IkOptions, IkSolution, LimitedBy};
use crate::{ArmModel, cholesky};

/// Weight of a radian against a metre in the error (m/rad): the size of a hand's lever. Chosen.
const METRES_PER_RADIAN: f64 = 0.3;
/// Longest step of one joint (rad or m). Chosen: keeps the linearisation honest.
const LONGEST_STEP: f64 = 0.4;
/// The damping λ (m²) at the start, and at least. Chosen: the Jacobian's entries are of order 0.5 m, the
/// least one is far above the rounding of their squares.
const FIRST_DAMPING: f64 = 1e-3;
const LEAST_DAMPING: f64 = 1e-10;
/// Steps without gain after which a descent gives up: λ has then grown 10 million times. Chosen.
const MOST_IDLE: u32 = 8;
/// Pull at which halving stops, and slide per gain (rad or m) at which the posture is reached. Chosen.
const LEAST_GAIN: f64 = 0.01;
const SETTLED: f64 = 1e-3;

impl<const D: usize> ArmModel<D> {
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
        Look {
            q: *positions,
            error,
            jacobian,
            distance,
            angle,
        }
    }
}

/// The target in bare numbers.
#[derive(Clone, Copy)]
pub(crate) struct Goal {
    rotation: Matrix3<f64>,
    origin: Vector3<f64>,
    free_yaw: bool,
}

impl Goal {
    pub(crate) fn new(target: &Transform<Base, Tool>, options: &IkOptions) -> Self {
        Self {
            rotation: target.rotation().matrix(),
            origin: target.origin().raw().coords,
            free_yaw: options.free_yaw,
        }
    }

    pub(crate) fn is_finite(&self) -> bool {
        self.rotation
            .iter()
            .chain(self.origin.iter())
            .all(|number| number.is_finite())
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
        (
            Vector6::new(shift.x, shift.y, shift.z, w.x, w.y, w.z),
            turn.norm(),
        )
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
    if length > 1e-12 {
        axis * (angle / length)
    } else {
        Vector3::new(angle, 0.0, 0.0)
    }
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

/// One search: the arm, where to, within what.
pub(crate) struct Search<'a, const D: usize> {
    arm: &'a ArmModel<D>,
    goal: Goal,
    range: Range<D>,
    posture: SVector<f64, D>,
    options: &'a IkOptions,
}

/// Where a descent ended, after how many steps, and whether its last one still helped.
#[derive(Clone, Copy)]
struct Descent<const D: usize> {
    look: Look<D>,
    steps: u32,
    still_helping: bool,
}

impl<'a, const D: usize> Search<'a, D> {
    pub(crate) fn new(
        arm: &'a ArmModel<D>,
        goal: Goal,
        posture: SVector<f64, D>,
        options: &'a IkOptions,
    ) -> Self {
        let range = arm.range_inside(options.joint_margin);
        Self {
            arm,
            goal,
            range,
            posture,
            options,
        }
    }

    pub(crate) fn run(&self, seed: &SVector<f64, D>) -> Result<IkSolution<D>, IkFailure<D>> {
        let start = self.arm.look(&self.goal, &self.range.clamp(seed));
        let first = self.descend(start, self.options.max_iterations);
        if self.arrived(&first.look) && self.options.posture_gain > 0.0 {
            return self.outcome(&self.relax(first));
        }
        self.outcome(&first)
    }

    /// Comes closer to the goal until arrived, stuck, or out of steps.
    fn descend(&self, start: Look<D>, most_steps: u32) -> Descent<D> {
        let mut at = Descent {
            look: start,
            steps: 0,
            still_helping: true,
        };
        let (mut damping, mut idle) = (FIRST_DAMPING, 0_u32);
        while at.steps < most_steps && idle < MOST_IDLE && !self.arrived(&at.look) {
            at.steps += 1;
            let step = self.step(&at.look, &SVector::zeros(), damping);
            let next = self
                .arm
                .look(&self.goal, &self.range.clamp(&(at.look.q + step)));
            let ratio = next.error.norm() / at.look.error.norm();
            at.still_helping = ratio < 0.999;
            idle = if at.still_helping { 0 } else { idle + 1 };
            if ratio < 1.0 {
                at.look = next;
                damping = (damping * 0.2).max(LEAST_DAMPING);
            } else {
                damping *= 8.0;
            }
        }
        at
    }

    /// Slides along the freedom that the goal leaves toward the preferred posture: a pull, then a
    /// descent that repairs what the pull bent; pulls that do not end nearer are halved.
    fn relax(&self, arrived: Descent<D>) -> Descent<D> {
        let mut best = arrived;
        let mut gain = self.options.posture_gain.min(1.0);
        while best.steps < self.options.max_iterations && gain > LEAST_GAIN {
            let away = self.posture - best.look.q;
            let slide = self.step(&best.look, &(away * gain), LEAST_DAMPING);
            if slide.norm() < SETTLED * gain {
                break;
            }
            let pulled = self
                .arm
                .look(&self.goal, &self.range.clamp(&(best.look.q + slide)));
            let repaired = self.descend(pulled, self.options.max_iterations - best.steps);
            best.steps = best.steps.saturating_add(repaired.steps).saturating_add(1);
            let nearer = (self.posture - repaired.look.q).norm() < away.norm() - 1e-9;
            if self.arrived(&repaired.look) && nearer {
                best.look = repaired.look;
            } else {
                gain *= 0.5;
            }
        }
        best
    }

    fn arrived(&self, look: &Look<D>) -> bool {
        look.distance <= self.options.position_tolerance.get()
            && look.angle <= self.options.orientation_tolerance.get()
    }

    fn outcome(&self, end: &Descent<D>) -> Result<IkSolution<D>, IkFailure<D>> {
        let best = &end.look;
        let iterations = end.steps;
        let position_residual = Metres::new(best.distance);
        let orientation_residual = Radians::new(best.angle);
        if self.arrived(best) {
            let q = best.q;
            return Ok(IkSolution {
                q,
                position_residual,
                orientation_residual,
                iterations,
            });
        }
        let (first, reach) = self.arm.reach();
        let asked = (self.goal.origin - first).norm();
        let resting = (0..D).find(|i| {
            best.q[*i] <= self.range.lower[*i] + 1e-9 || best.q[*i] >= self.range.upper[*i] - 1e-9
        });
        let limited_by = match resting {
            _ if asked > reach => LimitedBy::Reach {
                reach: Metres::new(reach),
                asked: Metres::new(asked),
            },
            Some(joint) => LimitedBy::JointLimit { joint },
            None if end.still_helping => LimitedBy::Iterations,
            None => LimitedBy::NoDescent,
        };
        Err(IkFailure {
            nearest: best.q,
            position_residual,
            orientation_residual,
            limited_by,
        })
    }

    /// One damped step inside the box. Joints that would leave it are put on their limit, and what
    /// that contributes is taken out of the error, until the others stay inside.
    fn step(&self, look: &Look<D>, pull: &SVector<f64, D>, damping: f64) -> SVector<f64, D> {
        let mut free = [true; D];
        let mut step = SVector::<f64, D>::zeros();
        for _ in 0..=D {
            let error = look.error - look.jacobian * step_where(&step, pull, &free);
            let Some(change) = solve_free(&look.jacobian, &error, &free, damping) else {
                break;
            };
            for i in (0..D).filter(|i| free[*i]) {
                step[i] = pull[i] + change[i];
            }
            let mut left_the_box = false;
            for i in 0..D {
                let (lower, upper) = (
                    self.range.lower[i] - look.q[i],
                    self.range.upper[i] - look.q[i],
                );
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
        if longest > LONGEST_STEP {
            step * (LONGEST_STEP / longest)
        } else {
            step
        }
    }
}

/// Solves `(JᵀJ + λ) y = Jᵀ e` over the free joints; the others get 0.
fn solve_free<const D: usize>(
    jacobian: &SMatrix<f64, 6, D>,
    error: &Vector6<f64>,
    free: &[bool; D],
    damping: f64,
) -> Option<SVector<f64, D>> {
    let mut jacobian = *jacobian;
    for i in (0..D).filter(|i| !free[*i]) {
        jacobian.column_mut(i).fill(0.0);
    }
    let mut normal = jacobian.tr_mul(&jacobian);
    for i in 0..D {
        normal[(i, i)] += damping;
    }
    cholesky::solve(normal, jacobian.tr_mul(error))
}

/// The pull where joints are free, the step already fixed where they are not.
fn step_where<const D: usize>(
    step: &SVector<f64, D>,
    pull: &SVector<f64, D>,
    free: &[bool; D],
) -> SVector<f64, D> {
    SVector::from_fn(|i, _| if free[i] { pull[i] } else { step[i] })
}
