//! The gate moves an arm with dynamics on soft skin: does the force really go away as promised?

use kinematics::ArmModel;
use limits::RawLimits;
use nalgebra::{Matrix6, SVector, Vector3, Vector6};
use quantities::{Force, Instant, Metres, Tool, Torque, Wrench};
use signals::{
    CycleTiming, Drive, DriveKind, JointState, Reaction, Reading, Request, Sensed, ToolIndex,
    Wanted, WhyMissing,
};

use super::bench::{
    J, PALM, SKIN, base_from_table, chain, config, flange_from_sensor, posture, table_from_tool,
    tools,
};
use crate::{Monitor, MonitorConfig};

/// Stiffness of the skin (N/m) and its damping (N·s/m): resting muscle under a palm.
const STIFFNESS: f64 = 3_000.0;
const DAMPING: f64 = 30.0;
const SUBSTEPS: u32 = 10;

pub(super) struct Loop {
    monitor: Monitor<J>,
    pub(super) model: ArmModel<J>,
    pub(super) q: SVector<f64, J>,
    pub(super) qd: SVector<f64, J>,
    cycle: u64,
    torques: SVector<f64, J>,
    /// What drives that take velocities were told; `None`: they take torques.
    told: Option<SVector<f64, J>>,
    stiffness: f64,
    /// The controller wishes for what the drives do not take.
    pub(super) wishes_the_other_kind: bool,
    speed: Vector3<f64>,
    /// The controller's push into the body (N).
    push: f64,
    pub(super) goal: f64,
    /// Where it holds the tool over the skin; at zero it pushes instead (m).
    height: f64,
    pub(super) hears_wrench: bool,
    pub(super) hears_joints: bool,
    pub press: f64,
    pub reaction: Reaction,
    pub cause: Option<&'static str>,
}

impl Loop {
    /// Tared in the air, then set down on the skin.
    fn on_the_skin(push: f64) -> Self {
        Self::on(push, DriveKind::Torques, STIFFNESS)
    }

    /// The same with drives of a kind, on skin of a stiffness.
    pub(super) fn on(push: f64, drive: DriveKind, stiffness: f64) -> Self {
        let config = MonitorConfig {
            drive,
            ..config(chain(), &RawLimits::default())
        };
        let model = config.tools[usize::from(PALM)].0.clone();
        let high = posture(&model, 0.15, 0.06, 0.1);
        let mut this = Self {
            monitor: Monitor::new(config).expect("sound"),
            q: high,
            qd: SVector::zeros(),
            cycle: 100,
            torques: model.gravity(&high),
            told: match drive {
                DriveKind::Torques => None,
                DriveKind::Velocities => Some(SVector::zeros()),
            },
            stiffness,
            wishes_the_other_kind: false,
            speed: Vector3::zeros(),
            model,
            push: 0.0,
            goal: 0.0,
            height: 0.1,
            hears_wrench: true,
            hears_joints: true,
            press: 0.0,
            reaction: Reaction::Go,
            cause: None,
        };
        this.run(450, Request::None);
        assert!(this.monitor.is_tared());
        for _ in 0..2500 {
            this.height = (this.height - 4e-5).max(0.0);
            this.cycle(Request::None);
        }
        this.height = 0.0;
        this.goal = push;
        let patience = match drive {
            DriveKind::Torques => 1500,
            DriveKind::Velocities => 4000,
        };
        this.run(patience, Request::None);
        assert_eq!(
            (this.reaction, this.cause),
            (Reaction::Go, None),
            "calm so far"
        );
        this
    }

    pub(super) fn lift(&self) -> f64 {
        let table_from_tool = base_from_table().inverse() * self.model.tool_pose(&self.q);
        table_from_tool.origin().z() - SKIN
    }

    fn contact(&self) -> Wrench<Tool> {
        let tool = self.model.tool_kinematics(&self.q, &self.qd);
        let speed = tool.twist.linear.z();
        let into = (-self.lift()).max(0.0);
        let press = if into > 0.0 {
            (self.stiffness * into - DAMPING * speed).max(0.0)
        } else {
            0.0
        };
        // Straight up in the base, told in the tool.
        let up = tool
            .base_from_tool
            .inverse()
            .rotate(&Force::new(0.0, 0.0, press));
        Wrench {
            force: up,
            torque: Torque::zero(),
        }
    }

    fn judge(&mut self, request: Request) {
        self.cycle += 1;
        let at = Instant::from_nanos(self.cycle * 1_000_000);
        let contact = self.contact();
        self.press = -contact.force.z();
        let payload = tools()[usize::from(PALM)].payload;
        let sensor_from_tool = flange_from_sensor().inverse() * payload.flange_from_tool;
        let tool_from_base = self.model.tool_pose(&self.q).inverse();
        let speed = *self
            .model
            .tool_kinematics(&self.q, &self.qd)
            .twist
            .linear
            .raw();
        let acceleration = (speed - self.speed) / 1e-3;
        self.speed = speed;
        let pull = (self.model.gravity_in_base() - acceleration) * payload.mass.get();
        let weight = Force::from_raw(pull);
        let pull = sensor_from_tool.rotate(&tool_from_base.rotate(&weight));
        let centre = flange_from_sensor()
            .inverse()
            .transform(&payload.centre_of_mass);
        let own = Wrench {
            force: pull,
            torque: Torque::from_raw(centre.raw().coords.cross(pull.raw())),
        };
        // A noise that never repeats, small enough not to blur the figures.
        let noise = Vector3::new(0.0, 0.0, 1e-3 * ((self.cycle * 7919 % 101) as f64 - 50.0));
        let noise = Wrench {
            force: Force::from_raw(noise),
            torque: Torque::zero(),
        };
        let wrench = contact.told_in(&sensor_from_tool).plus(&own).plus(&noise);
        let missing = Reading::Missing(WhyMissing::Silent);
        let joints = JointState {
            positions: self.q,
            velocities: self.qd,
            torques: self.torques,
        };
        let sensed = Sensed {
            at,
            sequence: self.cycle,
            joints: if self.hears_joints {
                Reading::Taken { value: joints, at }
            } else {
                Reading::Missing(WhyMissing::Silent)
            },
            wrench: if self.hears_wrench {
                Reading::Taken { value: wrench, at }
            } else {
                missing
            },
            tool: Some(ToolIndex(PALM)),
            timing: CycleTiming::default(),
            request,
        };
        let wanted = match self.told {
            None => Wanted::torques(self.model.bias(&self.q, &self.qd) + self.task()),
            Some(_) if self.wishes_the_other_kind => Wanted::torques(SVector::zeros()),
            Some(_) => Wanted::velocities(self.way()),
        };
        let (verdict, command) = self.monitor.judge(&sensed, Some(&wanted));
        self.reaction = verdict.reaction;
        self.cause = verdict.cause.map(|c| crate::rules()[usize::from(c.0)].word);
        match command.get().drive {
            Drive::Torques(torques) => self.torques = torques,
            Drive::Velocities(velocities) => self.told = Some(velocities),
        }
    }

    /// An impedance to the place over (0.15, 0.06), and a push along the tool axis once on the skin.
    fn task(&mut self) -> SVector<f64, J> {
        self.push += (self.goal - self.push).clamp(-0.03, 0.03);
        let tool = self.model.tool_kinematics(&self.q, &self.qd);
        let target = base_from_table() * table_from_tool(0.15, 0.06, self.height);
        let (pose, target) = (tool.base_from_tool.raw(), target.raw());
        let place = target.translation.vector - pose.translation.vector;
        let turn = (target.rotation * pose.rotation.inverse()).scaled_axis();
        let mut force = place * 1500.0 - tool.twist.linear.raw() * 120.0;
        if self.height <= 0.0 {
            force.z = -self.push - tool.twist.linear.z() * 120.0;
        }
        let torque = turn * 20.0 - tool.twist.angular.raw() * 0.5;
        let wrench = Vector6::new(force.x, force.y, force.z, torque.x, torque.y, torque.z);
        let damping = self.model.mass_matrix(&self.q).diagonal() * 3.0;
        tool.jacobian.transpose() * wrench - damping.component_mul(&self.qd)
    }

    /// Joint velocities toward the same place, and into the skin until the push is reached.
    fn way(&mut self) -> SVector<f64, J> {
        self.push += (self.goal - self.push).clamp(-0.012, 0.012);
        let tool = self.model.tool_kinematics(&self.q, &self.qd);
        let target = base_from_table() * table_from_tool(0.15, 0.06, self.height);
        let (pose, target) = (tool.base_from_tool.raw(), target.raw());
        let mut way = (target.translation.vector - pose.translation.vector) * 8.0;
        if self.height <= 0.0 {
            way.z = (self.press - self.push) / (0.06 * self.stiffness);
        }
        let way = way.cap_magnitude(0.06);
        let turn = (target.rotation * pose.rotation.inverse()).scaled_axis() * 5.0;
        let twist = Vector6::new(way.x, way.y, way.z, turn.x, turn.y, turn.z);
        let square = tool.jacobian * tool.jacobian.transpose() + Matrix6::identity() * 1e-4;
        tool.jacobian.transpose() * square.cholesky().expect("regular").solve(&twist)
    }

    /// Torques of drives that hold a velocity: stiffly, as their own loop of 25 Hz does.
    fn held(&self, told: &SVector<f64, J>) -> SVector<f64, J> {
        self.model.mass_matrix(&self.q) * ((told - self.qd) * 157.0)
            + self.model.bias(&self.q, &self.qd)
            + self.model.damping().component_mul(&self.qd)
    }

    pub(super) fn cycle(&mut self, request: Request) {
        self.judge(request);
        for _ in 0..SUBSTEPS {
            let contact = self.contact();
            if let Some(told) = self.told {
                let felt = self.model.tool_kinematics(&self.q, &self.qd);
                let up = felt.base_from_tool.rotate(&contact.force);
                // The integral of the drives has found the touch.
                let borne = felt.jacobian.fixed_rows::<3>(0).transpose() * up.raw();
                self.torques = self.held(&told) - borne;
            }
            let driven = self.torques - self.model.damping().component_mul(&self.qd);
            let qdd = self
                .model
                .forward_dynamics(&self.q, &self.qd, &driven, &contact);
            let dt = 1e-3 / f64::from(SUBSTEPS);
            self.qd += qdd.expect("regular") * dt;
            self.q += self.qd * dt;
        }
    }

    /// The controller, too, now wants to stay in the air.
    pub(super) fn hover_too(&mut self) {
        (self.goal, self.push, self.height) = (0.0, 0.0, 0.04);
    }

    pub(super) fn run(&mut self, cycles: u32, request: Request) {
        for step in 0..cycles {
            self.cycle(if step == 0 { request } else { Request::None });
        }
    }
}

#[test]
fn an_unload_takes_30_newtons_away_at_200_newtons_a_second_without_a_jerk_and_stays() {
    let mut arm = Loop::on_the_skin(30.0);
    assert!((arm.press - 30.0).abs() < 2.0, "{}", arm.press);
    // Twenty milliseconds without a wrench trip the unload; the force is unknown then.
    arm.hears_wrench = false;
    arm.run(25, Request::None);
    assert_eq!(arm.reaction, Reaction::Unload);
    arm.hears_wrench = true;
    let mut before = arm.press;
    let mut steepest: f64 = 0.0;
    let mut until_5 = None;
    for cycle in 0..1000 {
        arm.cycle(Request::None);
        // Over 10 ms: the skin's own damping makes single differences meaningless.
        if cycle % 10 == 9 {
            steepest = steepest.max((before - arm.press) / 0.01);
            before = arm.press;
        }
        if arm.press < 5.0 && until_5.is_none() {
            until_5 = Some(cycle);
        }
    }
    assert!(steepest < 320.0, "{steepest} N/s");
    assert!(until_5.is_some_and(|cycle| cycle < 250), "{until_5:?}");
    assert!(arm.press < 1.5, "{} N are left", arm.press);
    assert!(arm.qd.norm() < 0.02, "still moving at {}", arm.qd.norm());
    assert_eq!(arm.reaction, Reaction::Unload);
}

#[test]
fn a_force_trip_is_over_within_60_milliseconds_and_some() {
    let mut arm = Loop::on_the_skin(36.0);
    // A controller that pushes too hard: 5 % over the palm's 40 N.
    arm.goal = 48.0;
    let mut tripped = None;
    let mut highest: f64 = 0.0;
    let mut until_5 = None;
    for cycle in 0..900 {
        arm.cycle(Request::None);
        highest = highest.max(arm.press);
        if arm.reaction >= Reaction::Unload && tripped.is_none() {
            tripped = Some(cycle);
        }
        if tripped.is_some() && arm.press < 5.0 && until_5.is_none() {
            until_5 = Some(cycle);
        }
    }
    let tripped = tripped.expect("48 N are over the ceiling of 40 N");
    let until_5 = until_5.expect("the force goes away");
    assert!(until_5 - tripped < 110, "took {} ms", until_5 - tripped);
    assert!(highest < 42.0, "{highest} N");
}

#[test]
fn the_operator_s_stop_ends_at_hover_and_only_a_reset_gives_the_arm_back() {
    let mut arm = Loop::on_the_skin(20.0);
    arm.run(4000, Request::Stop);
    assert_eq!(arm.reaction, Reaction::Retract);
    assert!(arm.press < 1e-9 && arm.lift() > 0.035, "{} m", arm.lift());
    assert!(
        arm.lift() < 0.06 && arm.qd.norm() < 0.02,
        "{} m, {}",
        arm.lift(),
        arm.qd.norm()
    );
    arm.run(1000, Request::Resume);
    assert_eq!(
        arm.reaction,
        Reaction::Retract,
        "nothing but a reset opens the latch"
    );
    arm.hover_too();
    arm.run(500, Request::Reset);
    assert_eq!(arm.reaction, Reaction::Go);
    assert!(
        arm.lift() > 0.035,
        "a reset ends in hover, {} m",
        arm.lift()
    );
}

#[test]
fn a_reset_on_the_skin_first_goes_to_hover() {
    let mut arm = Loop::on_the_skin(20.0);
    arm.hears_wrench = false;
    arm.run(30, Request::None);
    arm.hears_wrench = true;
    // Not idle yet: not heeded.
    arm.run(5, Request::Reset);
    arm.run(1500, Request::None);
    assert_eq!(arm.reaction, Reaction::Unload);
    assert!(
        arm.lift() < 0.01,
        "an unload stays where it is, {} m",
        arm.lift()
    );
    arm.hover_too();
    arm.run(3000, Request::Reset);
    assert_eq!(
        (arm.reaction, arm.cause),
        (Reaction::Go, None),
        "{} m, {} rad/s, {} N",
        arm.lift(),
        arm.qd.norm(),
        arm.press
    );
    assert!(arm.lift() > 0.03, "{} m", arm.lift());
}

#[test]
fn a_blind_monitor_keeps_the_arm_from_falling() {
    let mut arm = Loop::on_the_skin(20.0);
    arm.hears_joints = false;
    arm.run(300, Request::None);
    assert_eq!(arm.reaction, Reaction::PowerCut);
    // Without damping it may creep; it must not fall.
    assert!(arm.lift().abs() < 0.05, "{} m", arm.lift());
    assert!(Metres::new(arm.press) < Metres::new(42.0));
}
