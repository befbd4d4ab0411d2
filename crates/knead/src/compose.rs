//! From checked parts to a kit that can plan and run: the composition root proper.
//!
//! Truth and belief part here. The plant gets the true back and the true base pose; everything that plans,
//! steers or judges in the loop gets the scan's back and the measured base pose.

mod bodies;

use std::sync::Arc;

use control_cycle::{ControlCycle, CycleParts, Reference, ReferenceSettings};
use force_control::{
    AdmittanceGains, ControlLaw, Estimator, EstimatorSettings, ForceControl, Gains, VelocityControl,
};
use kinematics::{ArmModel, ArmShape, Capsule, ToolModel};
use limits::Envelope;
use nalgebra::SVector;
use plan::{Plan, SegmentKind};
use planner::{ClientWishes, PlanRejection, PlanRequest, ToolSpec};
use quantities::{Base, Duration, Flange, Metres, Point, Seconds, Sensor, Table, Transform};
use safety_monitor::{Monitor, MonitorConfig, SensorTraits, Skin};
use settings::{Control, ControlMode};
use signals::DriveKind;
use sim::{ArmPlantParams, SensorParams, SimArm, TrueWorld};

use crate::failure::Failure;
use crate::load::{self, Loaded};

pub use bodies::{Bodies, bodies, read_cloud};

/// Grid of the monitor's own height map.
const SKIN_SPACING: Metres = Metres::new(0.01);

/// Everything that a session on one arm needs, sealed.
pub struct Kit<'a, const D: usize> {
    loaded: &'a Loaded,
    /// The arm with each tool, by tool index.
    pub arms: Vec<(ArmModel<D>, ToolSpec)>,
    /// The limits on the believed back.
    pub envelope: Envelope,
    /// What the client likes, on the believed back.
    pub wishes: ClientWishes,
    /// The true and the believed back.
    pub bodies: Bodies,
    /// The measured pose of the table.
    pub base_from_table: Transform<Base, Table>,
    /// Where the wrist sensor sits.
    pub flange_from_sensor: Transform<Flange, Sensor>,
    /// Where the arm waits.
    pub park: SVector<f64, D>,
    /// Where a session begins.
    pub start: SVector<f64, D>,
    /// Capsules around the links.
    pub capsules: Vec<Capsule>,
    /// The arm with each tool as a body, by tool index.
    pub shapes: Vec<ArmShape<D>>,
    /// Period of the loop: the arm's own, or the next longer one that the loop knows.
    pub period: Duration,
    /// What the drives take.
    pub drive: DriveKind,
    /// What a link adds to the loop's delay; none in process.
    pub link_delay: Seconds,
}

impl<'a, const D: usize> Kit<'a, D> {
    /// Puts the parts together.
    pub fn new(loaded: &'a Loaded, seed: u64) -> Result<Self, Failure> {
        let bodies = bodies(&loaded.body, &loaded.simulation, seed)?;
        let installation = &loaded.profile.installation;
        let bare = ArmModel::<D>::from_chain(&loaded.setup.chain)
            .map_err(Failure::input)?
            .with_gravity(installation.gravity_in_base());
        let arms: Vec<(ArmModel<D>, ToolSpec)> = loaded
            .tools
            .iter()
            .map(|tool| {
                let spec = ToolSpec {
                    name: tool.name.clone(),
                    model: tool.model,
                    techniques: tool.techniques.clone(),
                };
                (bare.with_payload(&tool.model.payload), spec)
            })
            .collect();
        let envelope = loaded.envelope(&bodies.believed)?;
        let wishes = loaded
            .client
            .wishes(&bodies.believed)
            .map_err(Failure::input)?;
        let capsules = loaded.setup.capsules.clone();
        let shape = |(arm, spec): &(ArmModel<D>, ToolSpec)| {
            ArmShape::new(arm, &capsules, Some(&spec.model)).map_err(Failure::input)
        };
        let shapes = arms.iter().map(shape).collect::<Result<_, _>>()?;
        let sensor = loaded.profile.sensor.as_ref();
        Ok(Self {
            loaded,
            arms,
            envelope,
            wishes,
            bodies,
            base_from_table: installation.base_from_table,
            flange_from_sensor: sensor.map_or(Transform::identity(), |s| s.flange_from_sensor),
            park: SVector::from_iterator(loaded.profile.park_posture()),
            start: SVector::from_iterator(loaded.profile.start_posture()),
            capsules,
            shapes,
            period: period(&loaded.profile.control)?,
            drive: drive(loaded.profile.control.mode),
            link_delay: Seconds::ZERO,
        })
    }

    /// Proves the routine.
    pub fn plan(&self) -> Result<Plan<D>, PlanRejection> {
        planner::plan(&self.plan_request())
    }

    /// What the planner is asked.
    pub fn plan_request(&self) -> PlanRequest<'_, D> {
        PlanRequest {
            routine: &self.loaded.routine,
            client: &self.wishes,
            back: &self.bodies.believed,
            envelope: &self.envelope,
            arms: &self.arms,
            capsules: &self.capsules,
            table: self.loaded.profile.table,
            base_from_table: self.base_from_table,
            park: self.park,
            start: self.start,
            drive: self.drive,
        }
    }

    /// The arm models with their tools, as loop and plant take them.
    pub fn tools(&self) -> Vec<(ArmModel<D>, ToolModel)> {
        self.arms
            .iter()
            .map(|(model, spec)| (model.clone(), spec.model))
            .collect()
    }

    /// The control cycle at the start of a plan.
    pub fn control_cycle(&self, plan: Arc<Plan<D>>) -> Result<ControlCycle<D>, Failure> {
        self.control_cycle_with(plan, Gains::default())
    }

    /// The control cycle at the start of a plan, with gains of choice.
    pub fn control_cycle_with(
        &self,
        plan: Arc<Plan<D>>,
        gains: Gains,
    ) -> Result<ControlCycle<D>, Failure> {
        let monitor = self.monitor(&plan)?;
        let period_s = self.period.seconds().get();
        let law = self.control_law(gains);
        let estimator = Estimator::new(EstimatorSettings {
            arms: self.tools(),
            flange_from_sensor: self.flange_from_sensor,
            period_s,
            gravity_in_base: self.loaded.profile.installation.gravity_in_base(),
            inertia: law.inertia(),
        });
        let settings = ReferenceSettings {
            period_s,
            tempo: 1.0,
        };
        Ok(ControlCycle::new(CycleParts {
            estimator,
            reference: Reference::new(plan, settings),
            force_control: law,
            monitor,
        }))
    }

    /// The law for what the drives take.
    fn control_law(&self, gains: Gains) -> ControlLaw<D> {
        let period_s = self.period.seconds().get();
        match self.drive {
            DriveKind::Torques => {
                let sensor = self.loaded.profile.sensor.as_ref();
                let age = sensor.map_or(SensorTraits::default().delay.seconds(), |s| s.delay);
                let gains = gains.for_period(period_s, age.get(), self.link_delay.get());
                ControlLaw::Torques(ForceControl::new(gains, period_s))
            }
            DriveKind::Velocities => {
                ControlLaw::Velocities(VelocityControl::new(AdmittanceGains::default(), period_s))
            }
        }
    }

    fn monitor(&self, plan: &Plan<D>) -> Result<Monitor<D>, Failure> {
        let back = &self.bodies.believed;
        let bounds = back.surface().bounds();
        let skin = Skin::sampled(
            (Metres::new(bounds.min_x), Metres::new(bounds.max_x)),
            (Metres::new(bounds.min_y), Metres::new(bounds.max_y)),
            SKIN_SPACING,
            |x, y| back.surface().sample(x, y).map(|s| s.height),
        )
        .map_err(Failure::input)?;
        let sensor = self.loaded.profile.sensor.as_ref();
        let traits = sensor.map_or(SensorTraits::default(), |s| SensorTraits {
            noise: s.noise,
            bias: s.bias,
            delay: Duration::from_micros((s.delay.get() * 1e6) as u64),
            ..SensorTraits::default()
        });
        Monitor::new(MonitorConfig {
            tools: self.tools(),
            shapes: self.shapes.clone(),
            table: self.loaded.profile.table,
            envelope: self.envelope.clone(),
            spine: back.spine().to_vec(),
            spine_from: back.u_range().0,
            skin,
            base_from_table: self.base_from_table,
            flange_from_sensor: self.flange_from_sensor,
            sensor: traits,
            period: self.period,
            delay: Seconds::new(
                traits.delay.seconds().get()
                    + 2.0 * self.period.seconds().get()
                    + answer(self.drive)
                    + self.link_delay.get(),
            ),
            stiffness: None,
            crossing_allowed: false,
            trigger_points: trigger_points(plan),
            drive: self.drive,
            drives_report_torque: self.loaded.profile.reports_torque,
        })
        .map_err(Failure::input)
    }

    /// The world as it truly is.
    pub fn world(&self, seed: u64) -> Result<TrueWorld, Failure> {
        load::world(
            &self.loaded.simulation,
            &self.bodies.truth,
            &self.loaded.profile.installation,
            self.wishes.skin,
            seed,
        )
    }

    /// The plant at its start.
    pub fn sim_arm(&self, world: TrueWorld, seed: u64) -> Result<SimArm<D>, Failure> {
        let sensors: SensorParams = self.loaded.sensor_params(self.flange_from_sensor);
        SimArm::new(
            self.tools(),
            ArmPlantParams::default(),
            sensors,
            world,
            self.start,
            seed,
        )
        .and_then(|arm| arm.taking(self.drive).with_period(self.period))
        .map_err(Failure::input)
    }
}

/// The loop's period for an arm.
fn period(control: &Control) -> Result<Duration, Failure> {
    let ms = control.period_ms().ok_or_else(|| {
        Failure::Input(format!(
            "the arm takes {} commands a second; the loop gives 100 at the least: set up a faster interface in \
             `rate_hz`",
            control.rate_hz
        ))
    })?;
    Ok(Duration::from_millis(u64::from(ms)))
}

/// What the drives take. Positions are velocities that the link integrates.
const fn drive(mode: ControlMode) -> DriveKind {
    match mode {
        ControlMode::Torque | ControlMode::IdealisedTorque => DriveKind::Torques,
        ControlMode::Velocity | ControlMode::Position => DriveKind::Velocities,
    }
}

/// Time in which the drives answer beyond the loop's own periods (s).
const fn answer(drive: DriveKind) -> f64 {
    match drive {
        DriveKind::Torques => 0.0,
        DriveKind::Velocities => 0.010,
    }
}

/// Nearer than this two holds are on one trigger point.
const ONE_POINT: Metres = Metres::new(0.005);

/// Where the plan holds a static press and waits for the tissue.
fn trigger_points<const D: usize>(plan: &Plan<D>) -> Vec<Point<Table>> {
    let table_from_base = plan.base_from_table().inverse();
    let mut points: Vec<Point<Table>> = Vec::new();
    for segment in plan.segments() {
        match segment.kind {
            SegmentKind::Hold(_) => {}
            SegmentKind::Approach
            | SegmentKind::Touch
            | SegmentKind::Stroke
            | SegmentKind::Tap(_)
            | SegmentKind::Lift
            | SegmentKind::Transit
            | SegmentKind::Operator(_) => continue,
        }
        let Some(knot) = segment.knots.last() else {
            continue;
        };
        let place = table_from_base.transform(&knot.base_from_tool.origin());
        if points
            .iter()
            .all(|point| point.distance(&place) > ONE_POINT)
        {
            points.push(place);
        }
    }
    points
}
