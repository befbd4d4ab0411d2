//! From the setpoint to joint torques.
//!
//! ```text
//! τ = h(q, q̇) + τ_friction + Jᵀ [ Λ (a_d − J̇ q̇) + F ] + (I − Jᵀ J̄ᵀ) τ_posture
//! ```
//!
//! with `Λ = (J M⁻¹ Jᵀ)⁻¹` and `J̄ = M⁻¹ Jᵀ Λ` (Khatib, "A unified approach for motion and force control of
//! robot manipulators: the operational space formulation", 1987). `F` is a spring and damper toward the
//! planned pose, except along the tool axis, where the normal law decides. Departs from Khatib: the
//! arm's inertia is fed forward but not shaped, because shaping multiplies the sensor's delay into the
//! force loop.

use kinematics::ArmModel;
use nalgebra::{Cholesky, Matrix6, SMatrix, SVector, Vector3, Vector6};
use quantities::{Direction, NewtonsPerMetre, Tool};
use signals::{ContactPhase, Estimate, Press, Setpoint, Wanted};

use crate::estimator::Seen;
use crate::normal::{NormalInput, NormalLaw};
use crate::pose_error::{PoseError, clipped};
use crate::tap::{Asked, Felt, TapLaw};
use crate::{ContactMachine, Gains};

/// Added to the diagonal of `J M⁻¹ Jᵀ` so that Λ stays finite at a singularity (1/kg and 1/(kg·m²)).
const SINGULARITY_DAMPING: f64 = 1e-3;
/// Joint speed over which the friction compensation changes sign (rad/s).
const FRICTION_SPEED: f64 = 0.05;
/// Largest acceleration that is fed forward (m/s², rad/s²): bounds what a bad setpoint can ask.
const FEED_FORWARD_MAX: f64 = 6.0;
/// Largest pose error that the spring acts on (m): bounds the pull toward a far goal.
const SPRING_REACH: f64 = 0.03;
/// Largest rotation error that the spring acts on (rad).
const SPRING_TURN: f64 = 0.2;

/// The control law and its memory.
#[derive(Clone, Debug)]
pub struct ForceControl {
    gains: Gains,
    period_s: f64,
    contact: ContactMachine,
    normal: NormalLaw,
    tap: TapLaw,
    surface_integral: Vector3<f64>,
}

/// One cycle's outcome.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Acted<const D: usize> {
    /// The torques, `None` when the arm model could not be solved.
    pub wanted: Option<Wanted<D>>,
    /// The belief with the contact phase of this cycle.
    pub estimate: Estimate<D>,
}

impl ForceControl {
    /// A law at rest. `period_s` is the loop's period.
    #[must_use]
    pub fn new(gains: Gains, period_s: f64) -> Self {
        Self {
            gains,
            period_s,
            contact: ContactMachine::new(period_s),
            normal: NormalLaw::default(),
            tap: TapLaw::default(),
            surface_integral: Vector3::zeros(),
        }
    }

    /// The contact phase after the latest step.
    #[must_use]
    pub const fn phase(&self) -> ContactPhase {
        self.contact.phase()
    }

    /// One cycle: torques that would follow the setpoint.
    pub fn step<const D: usize>(
        &mut self,
        arm: &ArmModel<D>,
        seen: &Seen<D>,
        setpoint: &Setpoint<D>,
    ) -> Acted<D> {
        let felt = seen.estimate.contact.press();
        let phase = match setpoint.press {
            Press::Free | Press::Seek { .. } | Press::Hold { .. } => {
                self.contact.step(&setpoint.press, felt, self.normal.goal())
            }
            Press::Tap { .. } => {
                self.contact.strike(self.tap.phase());
                self.contact.phase()
            }
        };
        let wrench = self.wrench(arm, seen, setpoint, phase);
        let stiffness = self.tap.stiffness().or(self.normal.stiffness());
        let estimate = Estimate {
            phase,
            stiffness: stiffness.map(NewtonsPerMetre::new),
            ..seen.estimate
        };
        let wanted = wrench.and_then(|(lambda, minv_jt, wrench)| {
            let torques = self.torques(arm, seen, setpoint, &lambda, &minv_jt, &wrench);
            torques
                .iter()
                .all(|t| t.is_finite())
                .then_some(Wanted::torques(torques))
        });
        Acted { wanted, estimate }
    }

    /// Λ, `M⁻¹Jᵀ` and the wrench to exert at the tool (base axes, `[force; torque]`).
    #[allow(clippy::type_complexity)]
    fn wrench<const D: usize>(
        &mut self,
        arm: &ArmModel<D>,
        seen: &Seen<D>,
        setpoint: &Setpoint<D>,
        phase: ContactPhase,
    ) -> Option<(Matrix6<f64>, SMatrix<f64, D, 6>, Vector6<f64>)> {
        let jacobian = &seen.kinematics.jacobian;
        let mass = Cholesky::new(arm.mass_matrix(&seen.estimate.positions))?;
        let minv_jt: SMatrix<f64, D, 6> = mass.solve(&jacobian.transpose());
        let mut mobility: Matrix6<f64> = jacobian * minv_jt;
        for i in 0..6 {
            mobility[(i, i)] += SINGULARITY_DAMPING;
        }
        let lambda = Cholesky::new(mobility)?.inverse();

        let error = PoseError::between(&seen.estimate, setpoint);
        let axis = error.axis;
        let normal = NormalInput {
            felt: seen.estimate.contact.press(),
            speed: error.twist.fixed_rows::<3>(0).dot(&axis),
            planned_speed: setpoint.velocity.linear.raw().dot(&axis),
            glide: error.across(setpoint.velocity.linear.raw()),
            glide_change: error.across(setpoint.acceleration.linear.raw()),
            ceiling: setpoint.ceiling,
            mass_kg: 1.0 / along_axis(&mobility, &axis).max(0.02),
            age_s: seen.wrench_age_s,
            period_s: self.period_s,
        };
        let push = match self.blow(setpoint, &normal, &error) {
            Some(push) => Some(push),
            None => self
                .normal
                .step(&setpoint.press, phase, &normal, &self.gains),
        };
        let mut force = self.spring(&error, &lambda, setpoint);
        if let Some(push) = push {
            force += axis * (push - force.dot(&axis));
        }
        let torque = self.turn(&error, &lambda, setpoint);
        let mut wanted = setpoint.acceleration.stacked();
        for a in wanted.iter_mut() {
            *a = a.clamp(-FEED_FORWARD_MAX, FEED_FORWARD_MAX);
        }
        let inertial = lambda * (wanted - seen.kinematics.bias_acceleration);
        let wrench = Vector6::new(force.x, force.y, force.z, torque.x, torque.y, torque.z);
        Some((lambda, minv_jt, inertial + wrench))
    }

    /// Force along the tool axis while blows are asked for (N); `None` otherwise.
    fn blow<const D: usize>(
        &mut self,
        setpoint: &Setpoint<D>,
        input: &NormalInput,
        error: &PoseError,
    ) -> Option<f64> {
        let Press::Tap {
            force,
            height,
            speed,
            due,
            period,
        } = setpoint.press
        else {
            self.tap = TapLaw::default();
            return None;
        };
        self.normal = NormalLaw::default();
        let asked = Asked {
            peak: force.min(input.ceiling).get().max(0.0),
            height: height.get(),
            speed: speed.get(),
            due,
            period: period.get(),
        };
        let felt = Felt {
            force: input.felt,
            depth: -error.place.dot(&error.axis),
            speed: input.speed - input.planned_speed,
            ceiling: input.ceiling.get(),
            mass: input.mass_kg,
            age: input.age_s,
            dt: input.period_s,
        };
        Some(self.tap.step(&asked, &felt))
    }

    /// How the tool is led along its axis beyond what the setpoint says (m/s², base axes): blows make their
    /// own way, and the tool's inertia is felt with it.
    #[must_use]
    pub fn own_acceleration<const D: usize>(&self, estimate: &Estimate<D>) -> Vector3<f64> {
        let axis = estimate.base_from_tool.rotate(&Direction::<Tool>::Z);
        axis.raw() * self.tap.acceleration()
    }

    /// Spring, damper and integral toward the planned place (N, base axes).
    fn spring<const D: usize>(
        &mut self,
        error: &PoseError,
        lambda: &Matrix6<f64>,
        setpoint: &Setpoint<D>,
    ) -> Vector3<f64> {
        let gains = &self.gains;
        let mass = (lambda[(0, 0)] + lambda[(1, 1)] + lambda[(2, 2)]) / 3.0;
        let damping =
            2.0 * gains.surface_damping_ratio * (gains.surface_stiffness * mass.max(0.5)).sqrt();
        let reach = clipped(error.place, SPRING_REACH);
        let slip = setpoint.velocity.linear.raw() - error.twist.fixed_rows::<3>(0);
        let along = match setpoint.press {
            Press::Free => reach,
            // Along the tool axis the touch decides, not the planned depth.
            Press::Seek { .. } | Press::Hold { .. } | Press::Tap { .. } => {
                reach - error.axis * reach.dot(&error.axis)
            }
        };
        let growth = gains.surface_stiffness * gains.surface_integral_per_s * self.period_s;
        self.surface_integral = clipped(
            self.surface_integral + along * growth,
            gains.surface_integral_max_n,
        );
        if !matches!(setpoint.press, Press::Free) {
            self.surface_integral -= error.axis * self.surface_integral.dot(&error.axis);
        }
        reach * gains.surface_stiffness + slip * damping + self.surface_integral
    }

    /// Spring and damper toward the planned orientation (N·m, base axes).
    fn turn<const D: usize>(
        &self,
        error: &PoseError,
        lambda: &Matrix6<f64>,
        setpoint: &Setpoint<D>,
    ) -> Vector3<f64> {
        let gains = &self.gains;
        let inertia = (lambda[(3, 3)] + lambda[(4, 4)] + lambda[(5, 5)]) / 3.0;
        let damping = 2.0
            * gains.orientation_damping_ratio
            * (gains.orientation_stiffness * inertia.max(0.01)).sqrt();
        let slip = setpoint.velocity.angular.raw() - error.twist.fixed_rows::<3>(3);
        clipped(error.turn, SPRING_TURN) * gains.orientation_stiffness + slip * damping
    }

    fn torques<const D: usize>(
        &self,
        arm: &ArmModel<D>,
        seen: &Seen<D>,
        setpoint: &Setpoint<D>,
        lambda: &Matrix6<f64>,
        minv_jt: &SMatrix<f64, D, 6>,
        wrench: &Vector6<f64>,
    ) -> SVector<f64, D> {
        let (q, qd) = (&seen.estimate.positions, &seen.estimate.velocities);
        let jacobian = &seen.kinematics.jacobian;
        let posture =
            (setpoint.posture - q) * self.gains.posture_stiffness - qd * self.gains.posture_damping;
        // (I − Jᵀ J̄ᵀ) τ with J̄ᵀ = Λ J M⁻¹.
        let jbar_t_posture = lambda * (minv_jt.transpose() * posture);
        let mut torques =
            arm.bias(q, qd) + jacobian.transpose() * (wrench - jbar_t_posture) + posture;
        let share = self.gains.friction_share;
        for i in 0..D {
            let speed = qd[i] / FRICTION_SPEED;
            torques[i] += share * (arm.friction()[i] * saturate(speed) + arm.damping()[i] * qd[i]);
        }
        torques
    }
}

/// `aᵀ (J M⁻¹ Jᵀ) a` of the translational block: the inverse of the effective mass along `a` (1/kg).
fn along_axis(mobility: &Matrix6<f64>, axis: &Vector3<f64>) -> f64 {
    (mobility.fixed_view::<3, 3>(0, 0) * axis).dot(axis)
}

/// A smooth sign: odd, ±1 far out, slope 1 at zero.
fn saturate(x: f64) -> f64 {
    x / (1.0 + x * x).sqrt()
}
