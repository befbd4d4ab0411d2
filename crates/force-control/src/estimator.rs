//! From raw samples to belief: pose, velocity and the load of the skin.
//!
//! The wrist sensor feels the skin, the weight and the inertia of the tool, and its own zero. The
//! weight and inertia are known from the tool's profile; the zero is taken while the arm stands still
//! in free space (*tare*), and again after every tool change.

use kinematics::{ArmModel, ToolKinematics, ToolModel};
use nalgebra::{SVector, Vector3, Vector6};
use quantities::{Base, Flange, Force, Sensor, Tool, Torque, Transform, Wrench};
use signals::{ContactForce, ContactPhase, Estimate, JointState, Sensed, WhyUnknown};

/// What the estimator must know about the installation.
#[derive(Clone, Debug)]
pub struct EstimatorSettings<const D: usize> {
    /// Arm with tool, one entry for each tool of the session, by [`signals::ToolIndex`].
    pub arms: Vec<(ArmModel<D>, ToolModel)>,
    /// Pose of the wrist sensor.
    pub flange_from_sensor: Transform<Flange, Sensor>,
    /// Period of the loop (s).
    pub period_s: f64,
    /// Gravity in base axes (m/s²).
    pub gravity_in_base: Vector3<f64>,
    /// Where the acceleration comes from with which the tool's inertia is taken off.
    pub inertia: InertiaFrom,
}

/// Where the tool's acceleration is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InertiaFrom {
    /// From the plan: an arm that is told torques gives way to the touch, and what it does beyond the plan is
    /// small and part of what is felt.
    Plan,
    /// From the joints, by differences of the tool's velocity: an arm that is told velocities is moved by what it
    /// feels, so that its tool's own inertia, taken for skin, would close a loop through the law.
    Joints,
}

/// How long samples are averaged for a tare (s): at 1 kHz half a second takes a noise of 0.15 N down to 7 mN, at
/// 250 Hz to 13 mN.
const TARE_S: f64 = 0.5;
/// Fastest joint that still counts as standing still (rad/s).
const STILL_RAD_PER_S: f64 = 0.02;
/// Corner of the contact-force filter (Hz): low enough for the sensor's noise, high enough that its
/// 3 ms of delay leave the force loop its margin.
pub(crate) const FORCE_FILTER_HZ: f64 = 60.0;
/// Corner of the joint-velocity filter (Hz).
const VELOCITY_FILTER_HZ: f64 = 80.0;

#[derive(Clone, Copy, Debug)]
enum Tare {
    Collecting { sum: Vector6<f64>, count: u32 },
    Done { bias: Vector6<f64> },
}

const EMPTY_TARE: Tare = Tare::Collecting {
    sum: Vector6::new(0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    count: 0,
};

/// The estimator's memory.
#[derive(Clone, Debug)]
pub struct Estimator<const D: usize> {
    settings: EstimatorSettings<D>,
    tare: Tare,
    tool: Option<usize>,
    velocities: Option<SVector<f64, D>>,
    load: Option<Vector6<f64>>,
    speed: Option<Vector3<f64>>,
}

/// What the estimator found, with the kinematics that the control law goes on with.
#[derive(Clone, Copy, Debug)]
pub struct Seen<const D: usize> {
    /// The belief; its contact phase is still the previous cycle's.
    pub estimate: Estimate<D>,
    /// Pose, Jacobian and bias acceleration at the patch.
    pub kinematics: ToolKinematics<D>,
    /// Index into the session's tools.
    pub tool: usize,
    /// How old the wrench sample is (s); zero when there is none.
    pub wrench_age_s: f64,
}

impl<const D: usize> Estimator<D> {
    /// An estimator that has seen nothing yet.
    #[must_use]
    pub fn new(settings: EstimatorSettings<D>) -> Self {
        Self {
            settings,
            tare: EMPTY_TARE,
            tool: None,
            velocities: None,
            load: None,
            speed: None,
        }
    }

    /// The arm model with the given tool.
    #[must_use]
    pub fn arm(&self, tool: usize) -> Option<&ArmModel<D>> {
        self.settings.arms.get(tool).map(|(arm, _)| arm)
    }

    /// Looks at one sample. `None` when there is no joint sample or no known tool: then nothing can be
    /// believed. `acceleration` is the tool's acceleration as planned (m/s², base axes), for the
    /// inertia of the tool; `phase` is the contact phase of the previous cycle.
    pub fn look(
        &mut self,
        sensed: &Sensed<D>,
        acceleration: &Vector3<f64>,
        phase: ContactPhase,
    ) -> Option<Seen<D>> {
        let joints = sensed.joints.value()?;
        let tool = usize::from(sensed.tool?.0);
        if self.tool != Some(tool) {
            // Another tool weighs and sits otherwise: the old zero and filters say nothing about it.
            self.tool = Some(tool);
            self.tare = EMPTY_TARE;
            self.load = None;
            self.speed = None;
        }
        let velocities = self.filter_velocities(joints);
        let (arm, tool_model) = self.settings.arms.get(tool)?;
        let (kinematics, tool_model) = (
            arm.tool_kinematics(&joints.positions, &velocities),
            *tool_model,
        );
        let own = self.own_acceleration(&kinematics, acceleration);
        let weight = self.tool_load(&tool_model, &kinematics, &own);
        let contact = self.contact(sensed, &tool_model, &weight, &velocities, phase);
        Some(Seen {
            estimate: Estimate {
                positions: joints.positions,
                velocities,
                base_from_tool: kinematics.base_from_tool,
                tool_twist: kinematics.twist,
                contact,
                phase,
                stiffness: None,
            },
            kinematics,
            tool,
            wrench_age_s: sensed
                .wrench
                .age(sensed.at)
                .map_or(0.0, |age| age.seconds().get()),
        })
    }

    fn filter_velocities(&mut self, joints: &JointState<D>) -> SVector<f64, D> {
        let blend = low_pass(VELOCITY_FILTER_HZ, self.settings.period_s);
        let filtered = match self.velocities {
            Some(before) => before + (joints.velocities - before) * blend,
            None => joints.velocities,
        };
        self.velocities = Some(filtered);
        filtered
    }

    /// Acceleration of the patch (m/s², base axes), which stands for that of the whole tool.
    fn own_acceleration(
        &mut self,
        kinematics: &ToolKinematics<D>,
        planned: &Vector3<f64>,
    ) -> Vector3<f64> {
        match self.settings.inertia {
            InertiaFrom::Plan => *planned,
            InertiaFrom::Joints => {
                let speed = *kinematics.twist.linear.raw();
                let before = self.speed.replace(speed).unwrap_or(speed);
                (speed - before) / self.settings.period_s
            }
        }
    }

    /// What the tool itself exerts on the sensor, told at the sensor: `m (g − a)` at its centre of mass.
    fn tool_load(
        &self,
        tool: &ToolModel,
        kinematics: &ToolKinematics<D>,
        acceleration: &Vector3<f64>,
    ) -> Wrench<Sensor> {
        let base_from_flange: Transform<Base, Flange> =
            kinematics.base_from_tool * tool.payload.flange_from_tool.inverse();
        let base_from_sensor = base_from_flange * self.settings.flange_from_sensor;
        let pull = (self.settings.gravity_in_base - acceleration) * tool.payload.mass.get();
        let force = base_from_sensor
            .inverse()
            .rotate(&Force::<Base>::from_raw(pull));
        let lever = self
            .settings
            .flange_from_sensor
            .inverse()
            .transform(&tool.payload.centre_of_mass);
        Wrench {
            force,
            torque: Torque::from_raw(lever.raw().coords.cross(force.raw())),
        }
    }

    fn contact(
        &mut self,
        sensed: &Sensed<D>,
        tool: &ToolModel,
        weight: &Wrench<Sensor>,
        velocities: &SVector<f64, D>,
        phase: ContactPhase,
    ) -> ContactForce {
        let Some(raw) = sensed.wrench.value() else {
            return ContactForce::Unknown(WhyUnknown::SensorMissing);
        };
        if !raw.is_finite() {
            return ContactForce::Unknown(WhyUnknown::NotFinite);
        }
        let beyond_weight = raw.minus(weight).stacked();
        let bias = match self.tare {
            Tare::Done { bias } => bias,
            Tare::Collecting { sum, count } => {
                let still = velocities.iter().all(|v| v.abs() < STILL_RAD_PER_S);
                let enough = (TARE_S / self.settings.period_s).round() as u32;
                self.tare = if still && phase == ContactPhase::Away {
                    advance_tare(sum + beyond_weight, count + 1, enough)
                } else {
                    EMPTY_TARE
                };
                return ContactForce::Unknown(WhyUnknown::NotTared);
            }
        };
        let blend = low_pass(FORCE_FILTER_HZ, self.settings.period_s);
        let load = match self.load {
            Some(before) => before + (beyond_weight - bias - before) * blend,
            None => beyond_weight - bias,
        };
        self.load = Some(load);
        let tool_from_sensor: Transform<Tool, Sensor> =
            tool.payload.flange_from_tool.inverse() * self.settings.flange_from_sensor;
        ContactForce::Felt(Wrench::<Sensor>::from_stacked(&load).told_in(&tool_from_sensor))
    }
}

fn advance_tare(sum: Vector6<f64>, count: u32, enough: u32) -> Tare {
    if count >= enough {
        Tare::Done {
            bias: sum / f64::from(count),
        }
    } else {
        Tare::Collecting { sum, count }
    }
}

/// Share of the new sample in a first-order low-pass of corner `hz` sampled each `period` seconds.
pub(crate) fn low_pass(hz: f64, period: f64) -> f64 {
    let x = core::f64::consts::TAU * hz * period;
    x / (1.0 + x)
}
