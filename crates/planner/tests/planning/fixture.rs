//! The reference arm beside a table with the built-in body, and routines to plan.

pub use anatomy::Level as At;
use anatomy::{Back, BodyParameters, Sex, parametric_back};
use kinematics::{ArmModel, Patch, Payload, RobotDescription, ToolModel};
use limits::{Envelope, RawLimits};
use nalgebra::{Isometry3, Matrix3, Point3, SVector, Vector3};
use plan::{Plan, Technique};
use planner::{
    Capsule, ClientWishes, Course, ForceWord, Hands, Level, PatchAxis, PlanRejection, PlanRequest,
    Routine, RoutineStep, Rule, Shape, Sides, Span, TableTop, ToolSpec, plan, recipe,
};
use quantities::{Kilograms, Metres, Pascals, Point, Transform};
use signals::DriveKind;

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
    /// What its drives take.
    pub drive: DriveKind,
    pub client: ClientWishes,
    pub tempo_hz: Option<f64>,
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
            drive: DriveKind::Torques,
            client: ClientWishes::neutral(),
            tempo_hz: None,
        }
    }

    pub fn plan(&self, steps: &[RoutineStep]) -> Result<Plan<7>, PlanRejection> {
        let routine = Routine {
            name: "test".to_owned(),
            summary: String::new(),
            tempo_hz: self.tempo_hz,
            steps: steps.to_vec(),
        };
        plan(&PlanRequest {
            routine: &routine,
            client: &self.client,
            back: &self.back,
            envelope: &self.envelope,
            arms: &self.arms,
            capsules: &self.capsules,
            table: self.table,
            base_from_table: Transform::from_raw(self.table_from_base.inverse()),
            park: self.park,
            start: self.start.unwrap_or(self.park),
            drive: self.drive,
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

pub fn at(name: At) -> Level {
    Level {
        name,
        shift: Metres::ZERO,
    }
}

/// What a step does, where and how large.
#[derive(Clone, Debug)]
pub struct Work {
    pub technique: Technique,
    pub course: Course,
    pub shape: Shape,
}

impl Work {
    pub fn new(technique: Technique, course: Course) -> Self {
        let shape = Shape::default();
        Self {
            technique,
            course,
            shape,
        }
    }
}

pub fn step(name: &str, work: Work) -> RoutineStep {
    let usual = recipe(work.technique).tool;
    let tool = match usual {
        "thumb" | "fork" => usual,
        "" => "",
        _ => "palm",
    };
    let tools = (!tool.is_empty()).then(|| tool.to_owned());
    RoutineStep {
        name: name.to_owned(),
        rows: vec!["B-L1".to_owned()],
        file: None,
        line: 7,
        column: 1,
        technique: work.technique,
        course: work.course,
        shape: work.shape,
        tools: tools.into_iter().collect(),
        patch_axis: PatchAxis::Along,
        sides: Sides::Left,
        hands: Hands::One,
        force: ForceWord::Light,
        speed: None,
        repeat: 1,
        outward_shift: Metres::ZERO,
        if_asked: None,
    }
}

pub fn span(from: Level, to: Level) -> Span {
    Span { from, to }
}

/// A loop of a gliding technique.
pub fn looped(technique: Technique, (from, to): (Level, Level), offset: f64, outer: f64) -> Work {
    let course = Course::Loop {
        span: span(from, to),
        offset: m(offset),
        outer: m(outer),
    };
    Work::new(technique, course)
}

pub fn fan_out() -> Work {
    let levels = (at(At::S2), at(At::Waist));
    looped(Technique::FanOut, levels, 0.06, 0.105)
}

/// Rows along the spine.
pub fn rows(technique: Technique, (from, to): (Level, Level), offset: f64) -> Work {
    let course = Course::Rows {
        span: span(from, to),
        offset: m(offset),
    };
    Work::new(technique, course)
}

/// Travelling circles.
pub fn circles(
    technique: Technique,
    levels: (Level, Level),
    offset: f64,
    (radius, frequency_hz): (f64, Option<f64>),
) -> Work {
    let mut work = rows(technique, levels, offset);
    work.shape.radius = Some(m(radius));
    work.shape.frequency_hz = frequency_hz;
    work
}

pub fn thumbs(levels: (Level, Level)) -> Work {
    circles(Technique::ThumbCircles, levels, 0.05, (0.008, None))
}

/// Strokes across.
pub fn across(
    technique: Technique,
    (from, to): (Level, Level),
    (offset, outer, spacing): (f64, f64, f64),
) -> Work {
    let course = Course::Across {
        span: span(from, to),
        offset: m(offset),
        outer: m(outer),
        spacing: m(spacing),
    };
    Work::new(technique, course)
}

pub fn pulls() -> Work {
    let levels = (at(At::S2), at(At::Waist));
    across(Technique::PullStrokes, levels, (0.06, 0.105, 0.05))
}

/// Both tips of the fork along both lines.
pub fn lines(from: Level, to: Level) -> Work {
    let course = Course::Straddle {
        span: span(from, to),
    };
    Work::new(Technique::TwoLineStroke, course)
}

/// A person is asked.
pub fn ask(prompt: &str) -> Work {
    let course = Course::Person {
        prompt: prompt.to_owned(),
        repositions: false,
    };
    Work::new(Technique::OperatorStep, course)
}

/// Warm-up, something, cool-down.
pub fn around(middle: RoutineStep) -> Vec<RoutineStep> {
    vec![
        step("warm up", fan_out()),
        middle,
        step("cool down", fan_out()),
    ]
}
