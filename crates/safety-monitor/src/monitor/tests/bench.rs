//! An arm on rails over a flat body: it goes where the test says and feels what the test says, and
//! every sample is consistent with that until the test spoils it.

use std::sync::LazyLock;

use kinematics::{
    ArmChain, ArmModel, IkOptions, Patch, Payload, RobotDescription, TableTop, ToolModel,
};
use limits::{Envelope, RawLimits, Zone, ZoneMap};
use nalgebra::{Matrix3, SMatrix, SVector, UnitQuaternion, Vector3};
use quantities::{
    Base, Duration, Flange, Force, Instant, Kilograms, Metres, Pascals, Point, Rotation, Seconds,
    Sensor, Table, Tool, Torque, Transform, Wrench,
};
use signals::{
    Command, CycleTiming, JointState, Reaction, Reading, Request, Sensed, ToolIndex, Verdict,
    Wanted,
};

use crate::monitor::Monitor;
use crate::{MonitorConfig, SensorTraits, Skin, Vetted};

/// Joints of the bench's arm.
pub const J: usize = 7;
pub const THUMB: u8 = 0;
pub const FORK: u8 = 1;
pub const PALM: u8 = 2;
/// Height of the body over the table (m).
pub const SKIN: f64 = 0.2;
const DT: f64 = 1e-3;

pub fn m(value: f64) -> Metres {
    Metres::new(value)
}

pub fn chain() -> &'static ArmChain {
    static CHAIN: LazyLock<ArmChain> = LazyLock::new(|| {
        let urdf = include_str!("../../../../../urdf/knead_r7.urdf");
        RobotDescription::parse(urdf)
            .expect("our own arm")
            .0
            .chain(None)
            .expect("7 joints")
            .0
    });
    &CHAIN
}

fn tool(patch: Patch) -> ToolModel {
    ToolModel {
        payload: Payload {
            flange_from_tool: Transform::new(Point::new(0.0, 0.0, 0.1), Rotation::identity()),
            mass: Kilograms::new(0.5),
            centre_of_mass: Point::new(0.0, 0.005, 0.05),
            inertia: Matrix3::from_diagonal(&Vector3::new(6e-4, 6e-4, 4e-4)),
        },
        patch,
        pressure_rating: Pascals::new(250e3),
        body_radius: m(0.02),
    }
}

pub fn tools() -> [ToolModel; 3] {
    [
        tool(Patch::Disc { radius: m(0.01) }),
        tool(Patch::Fork {
            tip_radius: m(0.01),
            spacing: m(0.1),
        }),
        tool(Patch::RoundedRectangle {
            length: m(0.1),
            width: m(0.05),
            corner: m(0.01),
        }),
    ]
}

pub fn base_from_table() -> Transform<Base, Table> {
    Transform::new(Point::new(0.4, 0.0, -0.1), Rotation::identity())
}

pub fn flange_from_sensor() -> Transform<Flange, Sensor> {
    let turn = UnitQuaternion::from_axis_angle(&Vector3::z_axis(), 0.3);
    Transform::new(Point::new(0.0, 0.0, 0.02), Rotation::from_raw(turn))
}

/// Tool z down, tool x toward the head.
pub fn table_from_tool(u: f64, v: f64, height: f64) -> Transform<Table, Tool> {
    let down = UnitQuaternion::from_axis_angle(&Vector3::x_axis(), core::f64::consts::PI);
    Transform::new(Point::new(u, v, SKIN + height), Rotation::from_raw(down))
}

pub fn envelope(raw: &RawLimits) -> Envelope {
    let zones = ZoneMap::sampled((m(-0.15), m(0.5)), (m(-0.2), m(0.2)), |_, _| {
        Zone::Paraspinal
    });
    Envelope::seal(raw, zones.expect("extent"), m(0.0)).expect("within what may be configured")
}

pub fn config(chain: &ArmChain, raw: &RawLimits) -> MonitorConfig<J> {
    let arm = ArmModel::from_chain(chain).expect("seven joints");
    let area = ((m(-0.2), m(0.5)), (m(-0.25), m(0.25)));
    MonitorConfig {
        tools: tools()
            .map(|tool| (arm.with_payload(&tool.payload), tool))
            .to_vec(),
        shapes: Vec::new(),
        table: TableTop::default(),
        envelope: envelope(raw),
        spine: (0..=60)
            .map(|i| Point::new(-0.15 + 0.01 * f64::from(i), 0.0, SKIN))
            .collect(),
        spine_from: m(-0.15),
        skin: Skin::sampled(area.0, area.1, m(0.01), |_, _| Some(SKIN)).expect("cells"),
        base_from_table: base_from_table(),
        flange_from_sensor: flange_from_sensor(),
        sensor: SensorTraits::default(),
        period: Duration::from_millis(1),
        delay: Seconds::new(0.005),
        stiffness: None,
        crossing_allowed: false,
        trigger_points: Vec::new(),
        drive: signals::DriveKind::Torques,
        drives_report_torque: true,
    }
}

/// A posture over the body.
pub fn posture(model: &ArmModel<J>, u: f64, v: f64, height: f64) -> SVector<f64, J> {
    let target = base_from_table() * table_from_tool(u, v, height);
    let seed = SVector::from([0.0, 0.4, 0.0, 1.5, 0.0, 1.0, 0.0]);
    let options = IkOptions {
        free_yaw: false,
        ..IkOptions::default()
    };
    model
        .inverse_kinematics(&target, &seed, &options)
        .or_else(|_| model.solve_globally(&target, &options, 20))
        .expect("within reach")
        .q
}

/// One line of the log.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    pub reaction: Reaction,
    pub cause: Option<usize>,
}

#[derive(Clone)]
pub struct Bench {
    pub monitor: Monitor<J>,
    models: Vec<ArmModel<J>>,
    pub tool: u8,
    pub q: SVector<f64, J>,
    qd: SVector<f64, J>,
    pub now: u64,
    sequence: u64,
    /// Velocity of the tool in table axes, and where it is ramped to (m/s).
    pub velocity: Vector3<f64>,
    pub goal: Vector3<f64>,
    pub ramp: f64,
    /// What the skin does to the tool, at the patch, in tool axes.
    pub force: Vector3<f64>,
    pub torque: Vector3<f64>,
    /// What the sensor adds to the force by itself, in its own axes.
    pub bias: Vector3<f64>,
    noise: u32,
    pub log: Vec<Line>,
    pub last: Option<(Verdict, Vetted<Command<J>>)>,
}

impl Bench {
    pub fn new(
        chain: &ArmChain,
        raw: &RawLimits,
        tool: u8,
        (u, v, height): (f64, f64, f64),
    ) -> Self {
        let config = config(chain, raw);
        let models: Vec<_> = config
            .tools
            .iter()
            .map(|(model, _)| model.clone())
            .collect();
        let q = posture(&models[usize::from(tool)], u, v, height);
        Self {
            monitor: Monitor::new(config).expect("a sound configuration"),
            models,
            tool,
            q,
            qd: SVector::zeros(),
            now: 1_000_000_000,
            sequence: 10,
            velocity: Vector3::zeros(),
            goal: Vector3::zeros(),
            ramp: 2.0,
            force: Vector3::zeros(),
            torque: Vector3::zeros(),
            bias: Vector3::new(0.2, -0.1, 0.15),
            noise: 1,
            log: Vec::new(),
            last: None,
        }
    }

    fn rustle(&mut self) -> f64 {
        self.noise = self
            .noise
            .wrapping_mul(1_664_525)
            .wrapping_add(1_013_904_223);
        (f64::from(self.noise >> 8) / f64::from(1_u32 << 24) - 0.5) * 0.4
    }

    /// One consistent cycle, spoilt by `spoil`.
    pub fn cycle(
        &mut self,
        spoil: &mut impl FnMut(&mut Sensed<J>, &mut Option<Wanted<J>>),
    ) -> Verdict {
        let before = self.velocity;
        self.velocity += (self.goal - self.velocity).cap_magnitude(self.ramp * DT);
        let model = self.models[usize::from(self.tool)].clone();
        let jacobian = model.tool_kinematics(&self.q, &SVector::zeros()).jacobian;
        let mut twist = nalgebra::Vector6::zeros();
        twist.fixed_rows_mut::<3>(0).copy_from(&self.velocity);
        let square: SMatrix<f64, 6, 6> = jacobian * jacobian.transpose();
        let qd = jacobian.transpose() * square.try_inverse().expect("not singular") * twist;
        let qdd = (qd - self.qd) / DT;
        self.q += qd * DT;
        self.qd = qd;
        self.now += 1_000_000;
        self.sequence += 1;
        let mut sensed = self.sense(&model, &qdd, (self.velocity - before) / DT);
        let mut wanted = Some(Wanted::torques(model.gravity(&self.q)));
        spoil(&mut sensed, &mut wanted);
        let (verdict, command) = self.monitor.judge(&sensed, wanted.as_ref());
        let cause = verdict.cause.map(|cause| usize::from(cause.0));
        self.log.push(Line {
            reaction: verdict.reaction,
            cause,
        });
        self.last = Some((verdict, command));
        verdict
    }

    fn sense(
        &mut self,
        model: &ArmModel<J>,
        qdd: &SVector<f64, J>,
        acceleration: Vector3<f64>,
    ) -> Sensed<J> {
        let tool = tools()[usize::from(self.tool)];
        let kinematics = model.tool_kinematics(&self.q, &self.qd);
        let contact = Wrench::<Tool> {
            force: Force::from_raw(self.force),
            torque: Torque::from_raw(self.torque),
        };
        let sensor_from_tool = flange_from_sensor().inverse() * tool.payload.flange_from_tool;
        let sensor_from_base = sensor_from_tool * kinematics.base_from_tool.inverse();
        let pull = (*model.gravity_in_base() - acceleration) * tool.payload.mass.get();
        let weight = sensor_from_base.rotate(&Force::<Base>::from_raw(pull));
        let centre = flange_from_sensor()
            .inverse()
            .transform(&tool.payload.centre_of_mass);
        let own = Wrench {
            force: weight,
            torque: Torque::from_raw(centre.raw().coords.cross(weight.raw())),
        };
        let rustle = Vector3::new(self.rustle(), self.rustle(), self.rustle());
        let added = Wrench {
            force: Force::from_raw(self.bias + rustle),
            torque: Torque::zero(),
        };
        let wrench = contact.told_in(&sensor_from_tool).plus(&own).plus(&added);
        let rubbing = model
            .friction()
            .zip_map(&self.qd, |dry, speed| dry * (speed / 0.01).clamp(-1.0, 1.0))
            + model.damping().component_mul(&self.qd);
        let on_joints = kinematics.jacobian.transpose()
            * contact
                .told_in(&Transform::<Base, Tool>::new(
                    Point::origin(),
                    kinematics.base_from_tool.rotation(),
                ))
                .stacked();
        let torques = model.inverse_dynamics(&self.q, &self.qd, qdd) + rubbing - on_joints;
        let single = |x: f64| f64::from(x as f32);
        let at = Instant::from_nanos(self.now);
        Sensed {
            at,
            sequence: self.sequence,
            joints: Reading::Taken {
                value: JointState {
                    positions: self.q.map(single),
                    velocities: self.qd.map(single),
                    torques: torques.map(single),
                },
                at,
            },
            wrench: Reading::Taken {
                value: wrench,
                at: Instant::from_nanos(self.now - 2_000_000),
            },
            tool: Some(ToolIndex(self.tool)),
            timing: CycleTiming::default(),
            request: Request::None,
        }
    }

    /// Consistent cycles, each spoilt alike.
    pub fn spoil(
        &mut self,
        cycles: u32,
        mut spoil: impl FnMut(&mut Sensed<J>, &mut Option<Wanted<J>>),
    ) -> &mut Self {
        for _ in 0..cycles {
            self.cycle(&mut spoil);
        }
        self
    }

    /// Consistent cycles.
    pub fn run(&mut self, cycles: u32) -> &mut Self {
        self.spoil(cycles, |_, _| {})
    }

    /// Presses with this force from now on (N).
    pub fn press(&mut self, force: f64) -> &mut Self {
        self.force.z = -force;
        self
    }

    /// Moves at this velocity (m/s, table axes) from now on, ramped.
    pub fn glide(&mut self, x: f64, y: f64, z: f64) -> &mut Self {
        self.goal = Vector3::new(x, y, z);
        self
    }

    /// Asserts that nothing has tripped so far and starts the log anew.
    pub fn settled(&mut self) -> Self {
        let odd = self
            .log
            .iter()
            .position(|line| line.reaction != Reaction::Go);
        assert_eq!(
            odd.map(|at| (at, self.log[at])),
            None,
            "the preparation must be calm"
        );
        self.log.clear();
        self.clone()
    }

    /// Goes down to a height over the skin, gently.
    pub fn descend(&mut self, from: f64, to: f64) -> &mut Self {
        // 50 mm/s less what the ramps take, then a moment at rest.
        let time = (from - to) / 0.05;
        self.glide(0.0, 0.0, -0.05)
            .run((time * 1e3) as u32)
            .glide(0.0, 0.0, 0.0)
            .run(80)
    }
}

pub const HIGH: f64 = 0.1;

/// At rest away from the body, zero not yet taken.
pub fn fresh() -> Bench {
    Bench::new(chain(), &RawLimits::default(), THUMB, (0.15, 0.06, HIGH))
}

fn tared(chain: &ArmChain, raw: &RawLimits, tool: u8, v: f64) -> Bench {
    let mut bench = Bench::new(chain, raw, tool, (0.15, v, HIGH));
    bench.run(450);
    assert!(bench.monitor.is_tared());
    bench.settled()
}

/// At rest away from the body.
pub fn away() -> Bench {
    tared(chain(), &RawLimits::default(), THUMB, 0.06)
}

/// At rest 15 mm over the skin, beside the spine by `v`.
pub fn near(v: f64) -> Bench {
    tared(chain(), &RawLimits::default(), THUMB, v)
        .descend(HIGH, 0.015)
        .settled()
}

/// At rest on the skin, pressing.
pub fn touching_with(raw: &RawLimits, tool: u8, press: f64) -> Bench {
    let v = if tool == FORK { 0.0 } else { 0.06 };
    let mut bench = tared(chain(), raw, tool, v);
    bench.descend(HIGH, 0.0);
    for step in 1..=100 {
        bench.press(press * f64::from(step) * 0.01).run(2);
    }
    bench.run(100).settled()
}

/// At rest on the skin with the palm at 15 N.
pub fn touching() -> Bench {
    touching_with(&RawLimits::default(), PALM, 15.0)
}

/// Away, with joint ranges of 0.03 rad around the posture.
pub fn cramped() -> Bench {
    let posture = away().q;
    let mut chain = chain().clone();
    for (joint, q) in chain.joints.iter_mut().zip(posture.iter()) {
        (joint.limits.lower, joint.limits.upper) = (q - 0.03, q + 0.03);
    }
    let raw = RawLimits::default();
    let mut bench = Bench::new(super::bench::chain(), &raw, THUMB, (0.15, 0.06, HIGH));
    bench.monitor = Monitor::new(config(&chain, &raw)).expect("sound");
    bench.run(450).settled()
}

/// Away, with joints that may turn at 0.1 rad/s at most.
pub fn sluggish() -> Bench {
    let mut chain = chain().clone();
    chain
        .joints
        .iter_mut()
        .for_each(|joint| joint.limits.velocity = 0.1);
    tared(&chain, &RawLimits::default(), THUMB, 0.06)
}
