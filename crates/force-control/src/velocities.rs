//! From the setpoint to joint velocities.
//!
//! ```text
//! Setpoint ─▶ planned twist, led by the drives' delay ─┐
//! pose error ─▶ × K_p ─────────────────────────────────┼─▶ twist ─▶ joint speeds within limits ─▶ Wanted
//! felt force ─▶ admittance along the tool axis ────────┘
//! ```
//!
//! The drives hold a velocity by themselves, stiffly; so along the surface and in orientation the tool is led, and only
//! along the tool axis does it give way, as the admittance decides. Blows are not for such an arm: its tool meets the skin
//! with what the drives weigh. Asked for one, the law has no wish, and says so by giving none; the planner refuses such a
//! step before.

use kinematics::ArmModel;
use nalgebra::{Cholesky, SVector, Vector3, Vector6};
use quantities::NewtonsPerMetre;
use signals::{ContactPhase, Press, Setpoint, Wanted};

use crate::ContactMachine;
use crate::admittance::{AdmittanceInput, AdmittanceLaw};
use crate::admittance_gains::AdmittanceGains;
use crate::estimator::Seen;
use crate::joint_speeds::{DAMPING_IN_CONTACT, DAMPING_IN_FREE_SPACE, JointSpeeds};
use crate::pose_error::{PoseError, clipped};
use crate::torques::Acted;

/// Most speed (m/s) and turning speed (rad/s) that an error of the pose asks for.
const PLACE_MOST: f64 = 0.1;
const TURN_MOST: f64 = 0.5;
/// Most speed of a joint that the posture asks for (rad/s).
const POSTURE_MOST: f64 = 0.5;
/// Felt force from which a leaving tool may no longer be led inward (N).
const STILL_FELT_N: f64 = 0.5;
/// Largest acceleration that is led by (m/s², rad/s²): bounds what a bad setpoint can ask.
const LEAD_MOST: f64 = 6.0;
/// The arm's inertia along the tool axis is looked up every so often (s).
const MASS_EVERY_S: f64 = 0.016;

/// The control law of an arm that takes velocities, and its memory.
#[derive(Clone, Debug)]
pub struct VelocityControl<const D: usize> {
    gains: AdmittanceGains,
    period_s: f64,
    contact: ContactMachine,
    normal: AdmittanceLaw,
    joints: JointSpeeds<D>,
    is_cut: bool,
    /// Posture of the cycle before.
    posture: Option<SVector<f64, D>>,
    mass_kg: f64,
    mass_every: u32,
    mass_due: u32,
}

impl<const D: usize> VelocityControl<D> {
    /// A law at rest. `period_s` is the loop's period.
    #[must_use]
    pub fn new(gains: AdmittanceGains, period_s: f64) -> Self {
        Self {
            gains,
            period_s,
            contact: ContactMachine::new(period_s),
            normal: AdmittanceLaw::new(gains, period_s),
            joints: JointSpeeds::new(period_s),
            is_cut: false,
            posture: None,
            mass_kg: 4.0,
            mass_every: (MASS_EVERY_S / period_s.max(1e-4)).round().max(1.0) as u32,
            mass_due: 0,
        }
    }

    /// The contact phase after the latest step.
    #[must_use]
    pub const fn phase(&self) -> ContactPhase {
        self.contact.phase()
    }

    /// One cycle: joint velocities that would follow the setpoint.
    pub fn step(&mut self, arm: &ArmModel<D>, seen: &Seen<D>, setpoint: &Setpoint<D>) -> Acted<D> {
        let felt = seen.estimate.contact.press();
        let phase = self.contact.step(&setpoint.press, felt, self.normal.goal());
        let twist = self.twist(arm, seen, setpoint, phase);
        let estimate = signals::Estimate {
            phase,
            stiffness: self.normal.stiffness().map(NewtonsPerMetre::new),
            ..seen.estimate
        };
        let wanted = match setpoint.press {
            Press::Free | Press::Seek { .. } | Press::Hold { .. } => {
                self.speeds(arm, seen, setpoint, &twist)
            }
            Press::Tap { .. } => None,
        };
        Acted { wanted, estimate }
    }

    fn speeds(
        &mut self,
        arm: &ArmModel<D>,
        seen: &Seen<D>,
        setpoint: &Setpoint<D>,
        twist: &Vector6<f64>,
    ) -> Option<Wanted<D>> {
        let positions = &seen.estimate.positions;
        let posture = self.planned_speeds(arm, setpoint)
            + ((setpoint.posture - positions) * self.gains.posture_per_s)
                .map(|speed| speed.clamp(-POSTURE_MOST, POSTURE_MOST));
        let damping = match self.contact.phase() {
            ContactPhase::Away => DAMPING_IN_FREE_SPACE,
            ContactPhase::Approaching
            | ContactPhase::Touching
            | ContactPhase::Settled
            | ContactPhase::Leaving => DAMPING_IN_CONTACT,
        };
        let jacobian = &seen.kinematics.jacobian;
        let solved = self
            .joints
            .solve(arm, positions, jacobian, twist, &posture, damping)?;
        self.is_cut = solved.is_cut;
        Some(Wanted::velocities(solved.speeds))
    }

    /// How fast the planned posture moves; a posture that jumps does not move.
    fn planned_speeds(&mut self, arm: &ArmModel<D>, setpoint: &Setpoint<D>) -> SVector<f64, D> {
        let before = self.posture.replace(setpoint.posture);
        let moved = setpoint.posture - before.unwrap_or(setpoint.posture);
        let speeds = moved / self.period_s;
        let fits = |i: usize| speeds[i].abs() <= arm.limits().velocity[i];
        if (0..D).all(fits) {
            speeds
        } else {
            SVector::zeros()
        }
    }

    /// The twist to take (base axes, `[linear; angular]`).
    fn twist(
        &mut self,
        arm: &ArmModel<D>,
        seen: &Seen<D>,
        setpoint: &Setpoint<D>,
        phase: ContactPhase,
    ) -> Vector6<f64> {
        let error = PoseError::between(&seen.estimate, setpoint);
        let lead = |velocity: &Vector3<f64>, acceleration: &Vector3<f64>| {
            velocity + clipped(*acceleration, LEAD_MOST) * self.gains.drive_delay_s
        };
        let planned = lead(
            setpoint.velocity.linear.raw(),
            setpoint.acceleration.linear.raw(),
        );
        let turning = lead(
            setpoint.velocity.angular.raw(),
            setpoint.acceleration.angular.raw(),
        );
        let mut linear = planned + clipped(error.place * self.gains.place_per_s, PLACE_MOST);
        let along = linear.dot(&error.axis);
        let felt = seen.estimate.contact.press();
        let input = AdmittanceInput {
            felt,
            speed: error.twist.fixed_rows::<3>(0).dot(&error.axis),
            planned_speed: planned.dot(&error.axis),
            glide: error.across(&planned),
            ceiling: setpoint.ceiling,
            mass_kg: self.mass(arm, seen, &error.axis),
            age_s: seen.wrench_age_s,
            is_cut: self.is_cut,
        };
        let leaves =
            phase == ContactPhase::Leaving && felt.is_none_or(|felt| felt.get() > STILL_FELT_N);
        let inward = match self.normal.step(&setpoint.press, phase, &input) {
            Some(speed) => speed,
            None if leaves => along.min(0.0),
            None => along,
        };
        linear += error.axis * (inward - along);
        let angular = turning + clipped(error.turn * self.gains.turn_per_s, TURN_MOST);
        Vector6::new(
            linear.x, linear.y, linear.z, angular.x, angular.y, angular.z,
        )
    }

    /// Effective mass along the tool axis (kg); it changes slowly and is looked up now and then.
    fn mass(&mut self, arm: &ArmModel<D>, seen: &Seen<D>, axis: &Vector3<f64>) -> f64 {
        if self.mass_due == 0 {
            self.mass_due = self.mass_every;
            let levers: SVector<f64, D> =
                seen.kinematics.jacobian.fixed_rows::<3>(0).transpose() * axis;
            let moved = Cholesky::new(arm.mass_matrix(&seen.estimate.positions))
                .map(|factor| factor.solve(&levers).dot(&levers));
            self.mass_kg = moved.map_or(self.mass_kg, |moved| 1.0 / moved.max(0.02));
        }
        self.mass_due -= 1;
        self.mass_kg
    }
}
