//! The simulated arm behind the gate: takes vetted commands, gives sensed samples, keeps the truth.

use kinematics::{ArmModel, ToolModel};
use nalgebra::SVector;
use quantities::{
    Base, Duration, Instant, Pascals, Sensor, SquareMetres, Tool, Transform, Twist, Wrench,
};
use safety_monitor::{Arm, ArmFault, Vetted};
use signals::{
    Command, CycleTiming, Drive, DriveKind, JointState, Reading, Request, Sensed, ToolIndex,
};

use crate::breathing::Breath;
use crate::plant::{ArmPlantParams, Mounted, Plant, PlantState, Present, View};
use crate::sensors::{SensorParams, Sensors, load_on_sensor, wired};
use crate::servo::VelocityServo;
use crate::tissue::{ContactResult, Pad, SkinUnder, TissueMemory};
use crate::world::TrueWorld;

mod checks;
mod raw;

pub use checks::SimError;
use checks::{check_figures, check_period, check_start};

/// What really is, at one instant. The controller never sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlantTruth<const D: usize> {
    /// Simulated time.
    pub at: Instant,
    /// Joint positions (rad or m).
    pub positions: SVector<f64, D>,
    /// Joint velocities.
    pub velocities: SVector<f64, D>,
    /// Joint accelerations at the end of the last step.
    pub accelerations: SVector<f64, D>,
    /// Memory of the tissue: slow branch, sideways drag, way slipped.
    pub tissue_memory: TissueMemory,
    /// Breathing.
    pub breath: Breath,
    /// Tool that is bolted on.
    pub tool: ToolIndex,
    /// Pose of the patch.
    pub base_from_tool: Transform<Base, Tool>,
    /// Velocity of the patch.
    pub twist: Twist<Base>,
    /// What the tissue does to the tool.
    pub contact: ContactResult,
}

impl<const D: usize> PlantTruth<D> {
    /// Load of the skin on the tool, in tool axes at the patch.
    #[must_use]
    pub const fn contact_wrench(&self) -> Wrench<Tool> {
        self.contact.on_tool
    }

    /// Highest pressure under the patch.
    #[must_use]
    pub const fn peak_pressure(&self) -> Pascals {
        self.contact.peak_pressure
    }

    /// Area that touches.
    #[must_use]
    pub const fn contact_area(&self) -> SquareMetres {
        self.contact.contact_area
    }
}

/// A simulated arm over a true world.
#[derive(Clone, Debug)]
pub struct SimArm<const D: usize> {
    plant: Plant<D>,
    sensors: Sensors,
    world: TrueWorld,
    tool: usize,
    at: Instant,
    sequence: u64,
    state: PlantState<D>,
    view: View<D>,
    skin: SkinUnder,
    accelerations: SVector<f64, D>,
    sensed: Option<Sensed<D>>,
    takes: DriveKind,
    servo: VelocityServo<D>,
    /// Torques that the drives gave in the last millisecond.
    given: SVector<f64, D>,
    /// Milliseconds of an exchange.
    exchange_ms: u32,
    /// What really was after each of them but the last.
    passed: Vec<PlantTruth<D>>,
}

/// The plant's own period, in which drives and wrist sensor work.
const PERIOD: Duration = Duration::from_millis(1);

impl<const D: usize> SimArm<D> {
    /// An arm at rest in posture `start` with the first tool on. Each arm model must carry the
    /// payload of its tool.
    ///
    /// # Errors
    /// [`SimError`] when something given cannot be simulated.
    pub fn new(
        tools: Vec<(ArmModel<D>, ToolModel)>,
        params: ArmPlantParams,
        sensors: SensorParams,
        world: TrueWorld,
        start: SVector<f64, D>,
        seed: u64,
    ) -> Result<Self, SimError> {
        check_figures(&params, &sensors)?;
        check_start(&tools, &start)?;
        let edge_drop = world.tissue().params().pad_edge_drop;
        let mounted: Vec<Mounted<D>> = tools
            .into_iter()
            .map(|(model, tool)| Mounted {
                model,
                tool,
                pad: Pad::new(&tool.patch, edge_drop),
            })
            .collect();
        let plant = Plant::new(mounted, params, &start).ok_or(SimError::Singular)?;
        let state = PlantState {
            positions: start,
            velocities: SVector::zeros(),
            memory: TissueMemory::default(),
            brakes: [None; D],
        };
        let breath = world.breathing().at(Instant::START);
        let first = plant.tools.first().ok_or(SimError::NoTool)?;
        let mut skin = SkinUnder::nothing();
        let view = plant.view(first, &world, &state, breath, &mut skin);
        Ok(Self {
            plant,
            sensors: Sensors::new(sensors, seed),
            world,
            tool: 0,
            at: Instant::START,
            sequence: 0,
            state,
            view,
            skin,
            accelerations: SVector::zeros(),
            sensed: None,
            takes: DriveKind::Torques,
            servo: VelocityServo::at_rest(),
            given: SVector::zeros(),
            exchange_ms: 1,
            passed: Vec::new(),
        })
    }

    /// The same arm with drives that take this kind of command. Without it they take torques.
    #[must_use]
    pub const fn taking(mut self, kind: DriveKind) -> Self {
        self.takes = kind;
        self
    }

    /// The same arm with exchanges this long. Without it they last one millisecond.
    ///
    /// # Errors
    /// [`SimError::Period`] when it is not 1, 2, 4, 5, 8 or 10 ms.
    pub fn with_period(mut self, period: Duration) -> Result<Self, SimError> {
        self.exchange_ms = check_period(period)?;
        self.passed = Vec::with_capacity(self.exchange_ms as usize);
        Ok(self)
    }

    /// Bolts another tool on. The arm stays where it is; the tissue forgets the old tool.
    ///
    /// # Errors
    /// [`SimError::UnknownTool`] when there is none with this index.
    pub fn attach(&mut self, tool: ToolIndex) -> Result<(), SimError> {
        let count = self.plant.tools.len();
        let index = usize::from(tool.0);
        let mounted = self.plant.tools.get(index).ok_or(SimError::UnknownTool {
            seen: tool.0,
            count,
        })?;
        if index != self.tool {
            self.state.memory = self.state.memory.forgotten();
        }
        self.tool = index;
        let breath = self.view.breath;
        self.view = self
            .plant
            .view(mounted, &self.world, &self.state, breath, &mut self.skin);
        Ok(())
    }

    /// What really is.
    #[must_use]
    pub fn truth(&self) -> PlantTruth<D> {
        PlantTruth {
            at: self.at,
            positions: self.state.positions,
            velocities: self.state.velocities,
            accelerations: self.accelerations,
            tissue_memory: self.state.memory,
            breath: self.view.breath,
            tool: self.tool_index(),
            base_from_tool: self.view.kinematics.base_from_tool,
            twist: self.view.kinematics.twist,
            contact: self.view.contact,
        }
    }

    /// What really was at each millisecond of the last exchange but its end, which is [`Self::truth`]: empty where an
    /// exchange lasts one.
    #[must_use]
    pub fn passed(&self) -> &[PlantTruth<D>] {
        &self.passed
    }

    /// The world that it stands in.
    #[must_use]
    pub const fn world(&self) -> &TrueWorld {
        &self.world
    }

    fn tool_index(&self) -> ToolIndex {
        // `new` lets no more than 256 tools in.
        ToolIndex(self.tool as u8)
    }

    /// The plant under the gate, for benchmarks: [`Arm::exchange`] without a monitor's word.
    ///
    /// # Errors
    /// As [`Arm::exchange`].
    #[cfg(feature = "ungated")]
    pub fn advance_ungated(&mut self, torques: &SVector<f64, D>) -> Result<Sensed<D>, ArmFault> {
        self.advance(torques)
    }

    /// The same as [`Arm::exchange`] for a bare torque: the plant under the gate.
    #[cfg(any(test, feature = "ungated"))]
    pub(crate) fn advance(&mut self, torques: &SVector<f64, D>) -> Result<Sensed<D>, ArmFault> {
        self.advance_by(&Drive::Torques(*torques))
    }

    /// One exchange: the plant's milliseconds with the drive held, the wrist sensor at work in each, the
    /// joints read at the end.
    pub(crate) fn advance_by(&mut self, drive: &Drive<D>) -> Result<Sensed<D>, ArmFault> {
        if self.sensed.is_none() {
            return Err(broken(
                self.at,
                "a command came before the first sample; call begin, joints",
                D,
            ));
        }
        self.passed.clear();
        for _ in 1..self.exchange_ms {
            self.millisecond(drive)?;
            self.weigh()?;
            let truth = self.truth();
            self.passed.push(truth);
        }
        self.millisecond(drive)?;
        self.sequence += 1;
        self.sample()
    }

    /// One millisecond of the plant under a drive. Nothing is sampled: whoever calls it asks [`Self::weigh`] once
    /// after each, because the wrist sensor takes a sample a millisecond, and [`Self::joints`] when it wants to.
    pub(crate) fn millisecond(&mut self, drive: &Drive<D>) -> Result<(), ArmFault> {
        if drive.kind() != self.takes {
            let what = match self.takes {
                DriveKind::Torques => "the drives take torques and were told velocities, joints",
                DriveKind::Velocities => "the drives take velocities and were told torques, joints",
            };
            return Err(broken(self.at, what, D));
        }
        if let Some(joint) = drive.values().iter().position(|t| !t.is_finite()) {
            let what = match self.takes {
                DriveKind::Torques => "the command holds a torque that is not finite, joint",
                DriveKind::Velocities => "the command holds a velocity that is not finite, joint",
            };
            return Err(broken(self.at, what, joint));
        }
        let Some(tool) = self.plant.tools.get(self.tool) else {
            return Err(broken(self.at, "there is no tool", self.tool));
        };
        let told = drive.values().map(wired);
        let asked = match self.takes {
            DriveKind::Torques => told,
            DriveKind::Velocities => self.servo.torques(
                &tool.model,
                &self.state.positions,
                &self.state.velocities,
                &told,
            ),
        };
        let drive = self.plant.drive_torque(tool, &asked);
        let (at, plant) = (self.at, &self.plant);
        let stepped = plant.step(
            tool,
            &self.world,
            Present {
                state: &mut self.state,
                view: &mut self.view,
                skin: &mut self.skin,
            },
            at,
            &drive,
        );
        let seen = stepped.and_then(|()| plant.acceleration(tool, &self.state, &drive, &self.view));
        let Some(accelerations) = seen.filter(|a| a.iter().all(|x| x.is_finite())) else {
            return Err(broken(
                self.at,
                "the plant's state is no longer finite, joints",
                D,
            ));
        };
        self.accelerations = accelerations;
        self.given = drive;
        self.at += PERIOD;
        Ok(())
    }

    /// What the drives report now.
    pub(crate) fn joints(&mut self) -> JointState<D> {
        self.sensors
            .joints(&self.state.positions, &self.state.velocities, &self.given)
    }

    /// The wrist sensor takes in the load of this millisecond and gives out the sample that arrives now.
    pub(crate) fn weigh(&mut self) -> Result<Reading<Wrench<Sensor>>, ArmFault> {
        let Some(tool) = self.plant.tools.get(self.tool) else {
            return Err(broken(self.at, "there is no tool", self.tool));
        };
        let load = load_on_sensor(
            &tool.tool.payload,
            self.sensors.flange_from_sensor(),
            &self.view.kinematics,
            &self.accelerations,
            tool.model.gravity_in_base(),
            &self.view.contact.on_tool,
        );
        if !load.is_finite() {
            return Err(broken(
                self.at,
                "the wrench on the sensor is not finite, tool",
                self.tool,
            ));
        }
        Ok(self.sensors.wrench(self.at, &load))
    }

    fn sample(&mut self) -> Result<Sensed<D>, ArmFault> {
        let joints = self.joints();
        let wrench = self.weigh()?;
        let sensed = Sensed {
            at: self.at,
            sequence: self.sequence,
            joints: Reading::Taken {
                value: joints,
                at: self.at,
            },
            wrench,
            tool: Some(self.tool_index()),
            timing: CycleTiming::default(),
            request: Request::None,
        };
        self.sensed = Some(sensed);
        Ok(sensed)
    }
}

impl<const D: usize> Arm<D> for SimArm<D> {
    /// The brakes hold while the wrist sensor's pipeline fills, so that the first sample is complete:
    /// it carries the time of the sensor's delay.
    fn begin(&mut self) -> Result<Sensed<D>, ArmFault> {
        if let Some(sensed) = self.sensed {
            return Ok(sensed);
        }
        let Some(tool) = self.plant.tools.get(self.tool) else {
            return Err(broken(self.at, "there is no tool", self.tool));
        };
        self.given = tool.model.gravity(&self.state.positions).map(wired);
        let first = Instant::START + self.sensors.delay();
        loop {
            if let Some(tool) = self.plant.tools.get(self.tool) {
                let breath = self.world.breathing().at(self.at);
                self.view = self
                    .plant
                    .view(tool, &self.world, &self.state, breath, &mut self.skin);
            }
            let sensed = self.sample()?;
            if self.at >= first {
                return Ok(sensed);
            }
            self.at += PERIOD;
        }
    }

    fn exchange(&mut self, command: &Vetted<Command<D>>) -> Result<Sensed<D>, ArmFault> {
        self.advance_by(&command.get().drive)
    }
}

/// Says what broke, when, and which one.
fn broken(at: Instant, what: &str, which: usize) -> ArmFault {
    ArmFault::Broken {
        what: format!("at {:.3} s: {what} {which}", at.seconds().get()),
    }
}

#[cfg(test)]
mod tests;
