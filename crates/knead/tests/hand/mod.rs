//! Plans made by hand: one tool, one place, and whatever is pressed there, walked in a world of choice and
//! judged from the archive.
#![allow(dead_code)] // each test binary compiles this file for itself

#[path = "../short/mod.rs"]
mod short;

use std::path::PathBuf;

use judge::{Judgement, judge};
use kinematics::ArmModel;
use knead::compose::Kit;
use knead::load::Loaded;
use knead::session::{Ending, simulate_in};
use nalgebra::{Isometry3, Matrix3, Matrix6, SVector, UnitQuaternion, Vector3, Vector6};
use plan::{Knot, Plan, Segment, SegmentKind, Step, Technique};
use quantities::{Metres, Newtons, Seconds, Transform};
use recorder::{ArchiveReader, Message};
use settings::ToolProfile;
use signals::ToolIndex;
use sim::{Breathing, BreathingParams, Tissue, TissueParams, TrueWorld};

/// Phase between knots (s), and height of the hover over the skin (m).
const SPACING: f64 = 0.02;
const HOVER: f64 = 0.04;

/// What is pressed, as a function of phase: place along the spine and beside it, off the middle (m), and force (N).
pub struct Pressed {
    pub kind: SegmentKind,
    pub seconds: f64,
    pub way: Box<dyn Fn(f64) -> (f64, f64, f64)>,
}

/// A hand-made session.
pub struct Hand {
    pub loaded: Loaded,
    pub at: (f64, f64),
    pub touch_n: f64,
    pub technique: Technique,
    pub tissue: TissueParams,
    pub breathing: Option<BreathingParams>,
    pub seed: u64,
}

/// What became of it.
pub struct Outcome {
    pub ending: Ending,
    pub judgement: Judgement,
    /// Lines of the log: time (s), who, text.
    pub log: Vec<(f64, String, String)>,
}

impl Hand {
    pub fn with(tool: &str, at: (f64, f64)) -> Self {
        let mut loaded = short::loaded();
        let file = short::root().join(format!("config/tools/{tool}.toml"));
        loaded.tools = vec![ToolProfile::read(&file).expect("a tool of the shipped ones")];
        Self {
            loaded,
            at,
            touch_n: 3.0,
            technique: Technique::ThumbCircles,
            tissue: TissueParams {
                knots: 0,
                ..TissueParams::default()
            },
            breathing: Some(BreathingParams::default()),
            seed: 1,
        }
    }

    /// Plans, walks and judges.
    pub fn run(&self, name: &str, pressed: Vec<Pressed>) -> Outcome {
        let kit = Kit::<7>::new(&self.loaded, self.seed).unwrap_or_else(|f| panic!("{}", f.text()));
        let plan = self.plan(&kit, pressed);
        let usual = kit.world(self.seed).expect("a world");
        let back = usual.back().clone();
        let tissue = Tissue::under(&back, self.tissue, self.seed).expect("a tissue");
        let breathing = self.breathing.map_or_else(Breathing::still, |figures| {
            Breathing::made(figures, self.seed).expect("a breath")
        });
        let world = TrueWorld::new(back, tissue, breathing, *usual.base_from_table());
        let archive = Scratch::new(name);
        let outcome = simulate_in(
            &self.loaded,
            &kit,
            plan,
            world,
            self.seed,
            &archive.0,
            &mut |_, _| {},
        )
        .unwrap_or_else(|f| panic!("{}", f.text()));
        let judgement = judge(&archive.0).expect("an archive that can be judged");
        Outcome {
            ending: outcome.ending,
            judgement,
            log: log(&archive.0),
        }
    }

    fn plan(&self, kit: &Kit<'_, 7>, pressed: Vec<Pressed>) -> Plan<7> {
        let (arm, tool) = &kit.arms[0];
        let area = tool.model.patch.area();
        let mut walker = Walker {
            arm,
            kit,
            posture: kit.start,
            ceiling: Box::new(move |u, v| {
                let by_zone = kit
                    .envelope
                    .force_ceiling_at(Metres::new(u), Metres::new(v), area);
                by_zone.min(tool.model.pressure_rating * area)
            }),
        };
        let (u, v) = self.at;
        let over = walker.at(u, v, HOVER, 0.0);
        let on = walker.at(u, v, 0.0, self.touch_n);
        let mut segments = vec![
            self.segment(SegmentKind::Approach, walker.approach(&over)),
            self.segment(SegmentKind::Touch, vec![over, on]),
        ];
        let mut last = on;
        for part in pressed {
            let knots: Vec<Knot<7>> = (0..=(part.seconds / SPACING).round() as usize)
                .map(|i| {
                    let (du, dv, force) = (part.way)(i as f64 * SPACING);
                    walker.at(u + du, v + dv, 0.0, force)
                })
                .collect();
            last = *knots.last().expect("knots");
            segments.push(self.segment(part.kind, knots));
        }
        let off = walker.at(last.u.get(), last.v.get(), HOVER, 0.0);
        let from = Knot {
            force: Newtons::ZERO,
            ..last
        };
        let mut lift: Vec<Knot<7>> = Vec::new();
        for i in 0..=50 {
            let share = f64::from(i) / 50.0;
            let share = share * share * (3.0 - 2.0 * share);
            let place = walker.at(from.u.get(), from.v.get(), HOVER * share, 0.0);
            lift.push(place);
        }
        lift.push(off);
        segments.push(self.segment(SegmentKind::Lift, lift));
        let step = Step {
            name: "By hand".to_owned(),
            rows: Vec::new(),
            technique: self.technique,
            notes: Vec::new(),
        };
        Plan::new(kit.base_from_table, vec![step], segments).expect("a plan")
    }

    fn segment(&self, kind: SegmentKind, knots: Vec<Knot<7>>) -> Segment<7> {
        Segment {
            step: 0,
            kind,
            tool: ToolIndex(0),
            spacing: Seconds::new(SPACING),
            knots,
        }
    }
}

struct Walker<'a> {
    arm: &'a ArmModel<7>,
    kit: &'a Kit<'a, 7>,
    posture: SVector<f64, 7>,
    ceiling: Box<dyn Fn(f64, f64) -> Newtons + 'a>,
}

impl Walker<'_> {
    /// The tool `gap` off the believed skin.
    fn at(&mut self, u: f64, v: f64, gap: f64, force: f64) -> Knot<7> {
        let chart = self.kit.bodies.believed.chart();
        let place = chart
            .at(Metres::new(u), Metres::new(v))
            .expect("on the back");
        let z = -*place.outward.raw();
        let x = *place.along.raw();
        let x = (x - z * x.dot(&z)).normalize();
        let turn = UnitQuaternion::from_matrix(&Matrix3::from_columns(&[x, z.cross(&x), z]));
        let table_from_tool =
            Isometry3::from_parts((place.point.raw().coords - z * gap).into(), turn);
        let pose = self.kit.base_from_table.raw() * table_from_tool;
        self.reach(&pose);
        Knot {
            base_from_tool: Transform::from_raw(pose),
            force: Newtons::new(force),
            ceiling: (self.ceiling)(u, v),
            u: Metres::new(u),
            v: Metres::new(v),
            posture: self.posture,
        }
    }

    /// Damped least squares from where the arm is.
    fn reach(&mut self, pose: &Isometry3<f64>) {
        for _ in 0..400 {
            let now = self.arm.tool_kinematics(&self.posture, &SVector::zeros());
            let here = now.base_from_tool.raw();
            let away: Vector3<f64> = pose.translation.vector - here.translation.vector;
            let turn = (pose.rotation * here.rotation.inverse()).scaled_axis();
            let error = Vector6::new(away.x, away.y, away.z, turn.x, turn.y, turn.z);
            if error.norm() < 1e-9 {
                return;
            }
            let short = error * (0.1 / error.norm()).min(1.0);
            let jacobian = now.jacobian;
            let square = jacobian * jacobian.transpose() + Matrix6::identity() * 1e-6;
            let step = jacobian.transpose() * square.try_inverse().expect("damped") * short;
            self.posture += step;
        }
        panic!("the arm does not reach {pose}");
    }

    /// From the start to the hover, through the joints.
    fn approach(&self, over: &Knot<7>) -> Vec<Knot<7>> {
        let from = self.kit.start;
        let count = 250;
        (0..=count)
            .map(|i| {
                let t = f64::from(i) / f64::from(count);
                let share = t * t * t * (10.0 - 15.0 * t + 6.0 * t * t);
                let posture = from + (over.posture - from) * share;
                Knot {
                    base_from_tool: self.arm.tool_pose(&posture),
                    posture,
                    ..*over
                }
            })
            .collect()
    }
}

fn log(archive: &std::path::Path) -> Vec<(f64, String, String)> {
    let reader = ArchiveReader::open(archive).expect("an archive");
    let mut lines = Vec::new();
    for message in reader.messages() {
        if let Message::Log(line) = message.expect("a message").2 {
            lines.push((line.at_ns as f64 * 1e-9, line.name, line.text));
        }
    }
    lines
}

/// A file that is gone when the test is.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let file = format!("knead-{name}-{}.mcap", std::process::id());
        Self(std::env::temp_dir().join(file))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
