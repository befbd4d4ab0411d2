//! The plant: arm dynamics and touch, stepped together.
//!
//! State: joint positions, joint velocities, the tissue's memory. One step is the classical
//! fourth-order method of Runge and Kutta (1901) with the torque held; kinematics and contact are
//! recomputed in each stage. What is seen at the end of a step is kept and serves as the first stage
//! of the next (it does not depend on the torque), so a step costs four contacts, not five. The skin is
//! looked up there too; the stages between tell it by its derivatives.

use kinematics::{ArmModel, ReadyDynamics, ToolKinematics, ToolModel};
use nalgebra::SVector;
use quantities::{Base, Duration, Instant, Table, Tool, Transform, Twist};

use crate::breathing::Breath;
use crate::tissue::{ContactResult, Pad, SkinUnder, TissueMemory, Touch};
use crate::world::TrueWorld;

/// Figures of the arm as a machine, beyond its model. All chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ArmPlantParams {
    /// Runge-Kutta steps per millisecond.
    pub substeps: u32,
    /// Factor on the model's Coulomb and viscous joint friction; 0 takes it away.
    pub friction_scale: f64,
    /// Joint speed at which smoothed Coulomb friction has reached 71 % of its value (rad/s). Raised
    /// joint by joint where the joint's inertia is too small for the step.
    pub friction_speed_rad_per_s: f64,
    /// Hard stops at the joint limits: springs of natural frequency 300 rad/s, half-damped.
    pub stops: bool,
    /// Drives give no more than the model's torque limits.
    pub saturate: bool,
}

impl Default for ArmPlantParams {
    fn default() -> Self {
        Self {
            substeps: 1,
            friction_scale: 1.0,
            friction_speed_rad_per_s: 0.05,
            stops: true,
            saturate: true,
        }
    }
}

/// A tool on the arm.
#[derive(Clone, Debug)]
pub(crate) struct Mounted<const D: usize> {
    pub(crate) model: ArmModel<D>,
    pub(crate) tool: ToolModel,
    pub(crate) pad: Pad,
}

/// What is integrated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PlantState<const D: usize> {
    pub(crate) positions: SVector<f64, D>,
    pub(crate) velocities: SVector<f64, D>,
    pub(crate) memory: TissueMemory,
    /// Where each joint's own brake closed, for those that are closed.
    pub(crate) brakes: [Option<f64>; D],
}

impl<const D: usize> PlantState<D> {
    fn moved(&self, rate: &Rate<D>, dt: f64) -> Self {
        Self {
            positions: self.positions + rate.positions * dt,
            velocities: self.velocities + rate.velocities * dt,
            memory: self.memory.moved(&rate.memory, dt),
            brakes: self.brakes,
        }
    }

    pub(crate) fn is_finite(&self) -> bool {
        let joints = self.positions.iter().chain(self.velocities.iter());
        joints.into_iter().all(|x| x.is_finite()) && self.memory.is_finite()
    }
}

#[derive(Clone, Copy)]
struct Rate<const D: usize> {
    positions: SVector<f64, D>,
    velocities: SVector<f64, D>,
    memory: TissueMemory,
}

/// What follows from the state and the time alone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<const D: usize> {
    pub(crate) kinematics: ToolKinematics<D>,
    pub(crate) breath: Breath,
    pub(crate) contact: ContactResult,
    /// `None` when the mass matrix is singular.
    pub(crate) ready: Option<ReadyDynamics<D>>,
}

/// What a step brings along: the state, what is seen in it, and the skin that was looked up there.
pub(crate) struct Present<'a, const D: usize> {
    pub(crate) state: &'a mut PlantState<D>,
    pub(crate) view: &'a mut View<D>,
    pub(crate) skin: &'a mut SkinUnder,
}

/// Joint friction and stops, scaled to the arm.
#[derive(Clone, Copy, Debug)]
struct Joints<const D: usize> {
    coulomb: SVector<f64, D>,
    viscous: SVector<f64, D>,
    friction_speed: SVector<f64, D>,
    stop_stiffness: SVector<f64, D>,
    stop_damping: SVector<f64, D>,
    brake_stiffness: SVector<f64, D>,
    brake_damping: SVector<f64, D>,
}

/// Natural frequency of a joint that its own brake holds (rad/s), critically damped: stiff enough that an arm's
/// weight bends it by less than half a milliradian, soft enough for a step of 1 ms in every posture. Chosen.
const BRAKE_FREQUENCY: f64 = 300.0;
/// Natural frequency of a joint stop (rad/s).
const STOP_FREQUENCY: f64 = 300.0;
/// The loop's period (s), in which the torque is held.
const PERIOD_S: f64 = 1e-3;
/// Largest rate of decay by smoothed friction times the period that keeps a step accurate.
const FRICTION_STEP: f64 = 0.5;

/// The steppable arm; owns no state.
#[derive(Clone, Debug)]
pub(crate) struct Plant<const D: usize> {
    pub(crate) tools: Vec<Mounted<D>>,
    params: ArmPlantParams,
    joints: Joints<D>,
    dt: f64,
}

impl<const D: usize> Plant<D> {
    /// `at` is a typical posture: there the joints' own inertias are looked up, to which friction
    /// smoothing and stops are scaled. `None` when the mass matrix is singular there.
    pub(crate) fn new(
        tools: Vec<Mounted<D>>,
        params: ArmPlantParams,
        at: &SVector<f64, D>,
    ) -> Option<Self> {
        let dt = PERIOD_S / f64::from(params.substeps.max(1));
        let model = &tools.first()?.model;
        let inertia = joint_inertias(model, at)?;
        let coulomb = model.friction() * params.friction_scale;
        // By the whole period, not the sub-step: finer steps must not change what is simulated.
        let floor = coulomb.component_div(&inertia) * (PERIOD_S / FRICTION_STEP);
        let friction_speed = floor.map(|v| v.max(params.friction_speed_rad_per_s));
        let joints = Joints {
            coulomb,
            viscous: model.damping() * params.friction_scale,
            friction_speed,
            stop_stiffness: inertia * (STOP_FREQUENCY * STOP_FREQUENCY),
            stop_damping: inertia * STOP_FREQUENCY,
            brake_stiffness: inertia * (BRAKE_FREQUENCY * BRAKE_FREQUENCY),
            brake_damping: inertia * (2.0 * BRAKE_FREQUENCY),
        };
        Some(Self {
            tools,
            params,
            joints,
            dt,
        })
    }

    /// What is to be seen in `state` under `breath`; `skin` keeps the skin under the tool.
    pub(crate) fn view(
        &self,
        tool: &Mounted<D>,
        world: &TrueWorld,
        state: &PlantState<D>,
        breath: Breath,
        skin: &mut SkinUnder,
    ) -> View<D> {
        let seen = tool
            .model
            .tool_kinematics(&state.positions, &state.velocities);
        let (pose, twist) = (&seen.base_from_tool, &seen.twist);
        let contact = world.contact_looking(pose, twist, &tool.pad, breath, &state.memory, skin);
        Self::seen(tool, state, breath, seen, contact)
    }

    /// The same for a state within a step of where `skin` was looked up.
    fn glance(
        tool: &Mounted<D>,
        world: &TrueWorld,
        state: &PlantState<D>,
        breath: Breath,
        skin: &SkinUnder,
    ) -> View<D> {
        let seen = tool
            .model
            .tool_kinematics(&state.positions, &state.velocities);
        let (pose, twist) = (&seen.base_from_tool, &seen.twist);
        let contact = world.contact_near(pose, twist, &tool.pad, breath, &state.memory, skin);
        Self::seen(tool, state, breath, seen, contact)
    }

    fn seen(
        tool: &Mounted<D>,
        state: &PlantState<D>,
        breath: Breath,
        kinematics: ToolKinematics<D>,
        contact: ContactResult,
    ) -> View<D> {
        let ready =
            tool.model
                .ready_dynamics(&state.positions, &state.velocities, &contact.on_tool);
        View {
            kinematics,
            breath,
            contact,
            ready,
        }
    }

    /// Torque that the drives really give for a commanded one.
    pub(crate) fn drive_torque(
        &self,
        tool: &Mounted<D>,
        commanded: &SVector<f64, D>,
    ) -> SVector<f64, D> {
        if !self.params.saturate {
            return *commanded;
        }
        commanded.zip_map(&tool.model.limits().torque, |torque, limit| {
            torque.clamp(-limit.abs(), limit.abs())
        })
    }

    /// Joint acceleration under a drive torque; `None` when the mass matrix is singular.
    pub(crate) fn acceleration(
        &self,
        tool: &Mounted<D>,
        state: &PlantState<D>,
        drive: &SVector<f64, D>,
        view: &View<D>,
    ) -> Option<SVector<f64, D>> {
        let torque = drive + self.passive_torque(tool, state);
        view.ready.as_ref()?.accelerations(&torque)
    }

    /// Friction, closed brakes and stops: `-b·q̇ - c·q̇/√(q̇² + v²)`, a stiff damped spring where a brake closed,
    /// and one beyond a limit.
    fn passive_torque(&self, tool: &Mounted<D>, state: &PlantState<D>) -> SVector<f64, D> {
        let joints = &self.joints;
        let limits = tool.model.limits();
        SVector::from_fn(|j, _| {
            let (q, qd) = (state.positions[j], state.velocities[j]);
            let v = joints.friction_speed[j];
            let rubbing =
                -joints.viscous[j] * qd - joints.coulomb[j] * qd / (qd * qd + v * v).sqrt();
            let braking = state.brakes[j].map_or(0.0, |closed_at| {
                joints.brake_stiffness[j] * (closed_at - q) - joints.brake_damping[j] * qd
            });
            let friction = rubbing + braking;
            let beyond = (q - limits.upper[j]).max(0.0) + (q - limits.lower[j]).min(0.0);
            if !self.params.stops || beyond == 0.0 {
                return friction;
            }
            // A stop pushes back, it never holds on.
            let push = -joints.stop_stiffness[j] * beyond - joints.stop_damping[j] * qd;
            friction + if push * beyond < 0.0 { push } else { 0.0 }
        })
    }

    /// One millisecond from `at` with `drive` held. View and skin belong to the state and are brought along.
    /// `None` when the dynamics cannot be solved or a number is not finite.
    pub(crate) fn step(
        &self,
        tool: &Mounted<D>,
        world: &TrueWorld,
        now: Present<'_, D>,
        at: Instant,
        drive: &SVector<f64, D>,
    ) -> Option<()> {
        let Present { state, view, skin } = now;
        let start = at.seconds().get();
        let end = at + Duration::from_millis(1);
        for sub in 0..self.params.substeps.max(1) {
            let now = start + f64::from(sub) * self.dt;
            let middle = world.breathing().at_seconds(now + 0.5 * self.dt);
            let last = sub + 1 == self.params.substeps.max(1);
            let after = if last {
                world.breathing().at(end)
            } else {
                world.breathing().at_seconds(now + self.dt)
            };
            let rate = |state: &PlantState<D>, view: &View<D>| -> Option<Rate<D>> {
                Some(Rate {
                    positions: state.velocities,
                    velocities: self.acceleration(tool, state, drive, view)?,
                    memory: view.contact.memory_rate,
                })
            };
            let stage = |from: &Rate<D>, share: f64, breath| -> Option<Rate<D>> {
                let guess = state.moved(from, share * self.dt);
                rate(&guess, &Self::glance(tool, world, &guess, breath, skin))
            };
            let k1 = rate(state, view)?;
            let k2 = stage(&k1, 0.5, middle)?;
            let k3 = stage(&k2, 0.5, middle)?;
            let k4 = stage(&k3, 1.0, after)?;
            let mean = Rate {
                positions: (k1.positions + (k2.positions + k3.positions) * 2.0 + k4.positions)
                    / 6.0,
                velocities: (k1.velocities + (k2.velocities + k3.velocities) * 2.0 + k4.velocities)
                    / 6.0,
                memory: {
                    let outer = k1.memory.with(&k4.memory, |a, b| a + b);
                    let inner = k2.memory.with(&k3.memory, |a, b| a + b);
                    outer.with(&inner, |outer, inner| (outer + 2.0 * inner) / 6.0)
                },
            };
            *state = state.moved(&mean, self.dt);
            if !state.is_finite() {
                return None;
            }
            *view = self.view(tool, world, state, after, skin);
        }
        Some(())
    }
}

/// What each joint feels of the arm's inertia when the others are free: `1 / (M⁻¹)_jj`.
fn joint_inertias<const D: usize>(
    model: &ArmModel<D>,
    at: &SVector<f64, D>,
) -> Option<SVector<f64, D>> {
    let rest = SVector::zeros();
    let idle = quantities::Wrench::zero();
    let free = model.forward_dynamics(at, &rest, &rest, &idle)?;
    let mut inertias = SVector::zeros();
    for j in 0..D {
        let mut unit = SVector::<f64, D>::zeros();
        unit[j] = 1.0;
        let pushed = model.forward_dynamics(at, &rest, &unit, &idle)?;
        let mobility = pushed[j] - free[j];
        if !(mobility.is_finite() && mobility > 0.0) {
            return None;
        }
        inertias[j] = 1.0 / mobility;
    }
    Some(inertias)
}

/// Tool pose and twist over the table.
pub(crate) fn touch_over_table(
    base_from_table: &Transform<Base, Table>,
    base_from_tool: &Transform<Base, Tool>,
    twist: &Twist<Base>,
) -> Touch {
    let table_from_base = base_from_table.inverse();
    Touch {
        table_from_tool: table_from_base * *base_from_tool,
        twist: Twist {
            linear: table_from_base.rotate(&twist.linear),
            angular: table_from_base.rotate(&twist.angular),
        },
    }
}

#[cfg(test)]
mod tests;
