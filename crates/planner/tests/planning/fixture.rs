//! The reference arm beside a table with the built-in body, and routines to plan.

use anatomy::{Back, BodyParameters, Sex, parametric_back};
use kinematics::{ArmModel, Patch, Payload, RobotDescription, ToolModel};
use limits::{Envelope, RawLimits};
use nalgebra::{Isometry3, Matrix3, Point3, SVector, Vector3};
use plan::Plan;
use planner::{
    Capsule, ForceWord, Hands, Level, LevelName, PlanRejection, PlanRequest, Routine, RoutineStep,
    Rule, Sides, Stroke, TableTop, ToolSpec, plan,
};
use quantities::{Kilograms, Metres, Pascals, Point, Transform};

pub const URDF: &str = include_str!("../../../../urdf/knead_r7.urdf");

/// Everything a request borrows.
pub struct Room {
    pub back: Back,
    pub envelope: Envelope,
    pub arms: Vec<(ArmModel<7>, ToolSpec)>,
    pub capsules: Vec<Capsule>,
    pub table: TableTop,
    pub table_from_base: Isometry3<f64>,
    pub park: SVector<f64, 7>,
    /// Where the session begins, if not parked.
    pub start: Option<SVector<f64, 7>>,
}

pub fn m(value: f64) -> Metres {
    Metres::new(value)
}

pub fn tool(name: &str, patch: Patch) -> ToolSpec {
    let flange_from_tool = Transform::from_raw(Isometry3::translation(0.0, 0.0, 0.12));
    let payload = Payload {
        flange_from_tool,
        mass: Kilograms::new(0.5),
        centre_of_mass: Point::new(0.0, 0.0, 0.06),
        inertia: Matrix3::from_diagonal(&Vector3::new(7e-4, 1e-3, 5e-4)),
    };
    ToolSpec {
        name: name.to_owned(),
        model: ToolModel {
            payload,
            patch,
            pressure_rating: Pascals::new(250e3),
            body_radius: m(0.02),
        },
        techniques: plan::Technique::ALL.to_vec(),
    }
}

pub fn palm() -> ToolSpec {
    tool(
        "palm",
        Patch::RoundedRectangle {
            length: m(0.1),
            width: m(0.05),
            corner: m(0.015),
        },
    )
}

impl Room {
    pub fn new() -> Self {
        let body = BodyParameters {
            sex: Sex::Male,
            stature: m(1.78),
            mass: Kilograms::new(78.0),
        };
        Self::with_body(&body)
    }

    pub fn with_body(body: &BodyParameters) -> Self {
        let back = parametric_back(body).expect("an ordinary body");
        let envelope =
            Envelope::for_back(&RawLimits::default(), &back).expect("the default profile");
        let (description, _) = RobotDescription::parse(URDF).expect("the reference arm");
        let (chain, _) = description.chain(None).expect("one tip");
        let arm = ArmModel::<7>::from_chain(&chain).expect("seven joints");
        let tools = [
            palm(),
            tool("thumb", Patch::Disc { radius: m(0.01) }),
            tool(
                "fork",
                Patch::Fork {
                    tip_radius: m(0.01),
                    spacing: m(0.1),
                },
            ),
        ];
        let arms = tools
            .map(|t| (arm.with_payload(&t.model.payload), t))
            .into_iter()
            .collect();
        let upper = Capsule {
            link: Some(1),
            a: Point3::new(0.0, 0.0, 0.0),
            b: Point3::new(0.0, 0.0, 0.42),
            radius: m(0.06),
        };
        let fore = Capsule {
            link: Some(3),
            b: Point3::new(0.0, 0.0, 0.40),
            ..upper
        };
        Self {
            back,
            envelope,
            arms,
            capsules: vec![upper, fore],
            table: TableTop::default(),
            table_from_base: Isometry3::new(
                Vector3::new(0.28, -0.49, 0.28),
                Vector3::z() * core::f64::consts::FRAC_PI_2,
            ),
            park: SVector::from([0.0, 0.35, 0.0, 1.75, 0.0, 1.05, -1.57]),
            start: None,
        }
    }

    pub fn plan(&self, steps: &[RoutineStep]) -> Result<Plan<7>, PlanRejection> {
        let routine = Routine {
            name: "test".to_owned(),
            summary: String::new(),
            steps: steps.to_vec(),
        };
        plan(&PlanRequest {
            routine: &routine,
            back: &self.back,
            envelope: &self.envelope,
            arms: &self.arms,
            capsules: &self.capsules,
            table: self.table,
            base_from_table: Transform::from_raw(self.table_from_base.inverse()),
            park: self.park,
            start: self.start.unwrap_or(self.park),
        })
    }

    /// The rules that a routine breaks.
    pub fn broken(&self, steps: &[RoutineStep]) -> Vec<Rule> {
        match self.plan(steps) {
            Ok(_) => Vec::new(),
            Err(rejection) => rejection.violations.iter().map(|v| v.rule).collect(),
        }
    }
}

pub fn at(name: LevelName) -> Level {
    Level {
        name,
        shift: Metres::ZERO,
    }
}

pub fn step(name: &str, stroke: Stroke) -> RoutineStep {
    let tool = match stroke {
        Stroke::ThumbCircles { .. } => "thumb",
        Stroke::TwoLineStroke { .. } => "fork",
        _ => "palm",
    };
    RoutineStep {
        name: name.to_owned(),
        rows: vec!["B-L1".to_owned()],
        line: 7,
        column: 1,
        tool: tool.to_owned(),
        sides: Sides::Left,
        hands: Hands::One,
        force: ForceWord::Light,
        speed: None,
        repeat: 1,
        outward_shift: Metres::ZERO,
        stroke,
    }
}

pub fn fan_out() -> Stroke {
    Stroke::FanOut {
        from: at(LevelName::S2),
        to: at(LevelName::Waist),
        offset: m(0.06),
        flank_offset: m(0.105),
    }
}

pub fn pulls() -> Stroke {
    Stroke::PullStrokes {
        from: at(LevelName::S2),
        to: at(LevelName::Waist),
        flank_offset: m(0.105),
        inner_offset: m(0.06),
        spacing: m(0.05),
    }
}

/// Warm-up, something, cool-down.
pub fn around(middle: RoutineStep) -> Vec<RoutineStep> {
    vec![
        step("warm up", fan_out()),
        middle,
        step("cool down", fan_out()),
    ]
}
