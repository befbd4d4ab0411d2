//! A gantry that strokes the built-in body, made with our own kinematics and the simulation's tissue;
//! the judge must find the same by its own route, and must see every lie and every fault put in.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anatomy::{BodyParameters, Sex, Zone, parametric_back};
use kinematics::{ArmModel, Patch, Payload, RobotDescription};
use nalgebra::{Isometry3, Matrix3, SVector, Translation3, UnitQuaternion, Vector3};
use quantities::{Base, Instant, Kilograms, Metres, Point, Table, Transform};
use recorder::{ArchiveWriter, CycleRecord, Header, PoseRecord, TruthRecord};
use sim::{Breathing, BreathingParams, Tissue, TissueMemory, TissueParams, TrueWorld};

use super::judge;
use crate::attachments::{
    ArmFile, JointBounds, LimitsFile, PatchFile, PlanFile, PoseFile, SegmentFile, ToolFile,
    ZoneLimit,
};
use crate::judgement::Judgement;

const URDF: &str = r#"<robot name="gantry">
  <link name="rail"/>
  <link name="bridge"><inertial><mass value="5"/><inertia ixx="0.1" iyy="0.1" izz="0.1" ixy="0" ixz="0" iyz="0"/></inertial></link>
  <link name="cart"><inertial><mass value="4"/><inertia ixx="0.1" iyy="0.1" izz="0.1" ixy="0" ixz="0" iyz="0"/></inertial></link>
  <link name="column"><inertial><mass value="3"/><inertia ixx="0.1" iyy="0.1" izz="0.1" ixy="0" ixz="0" iyz="0"/></inertial></link>
  <link name="wrist"><inertial><mass value="1"/><inertia ixx="0.01" iyy="0.01" izz="0.01" ixy="0" ixz="0" iyz="0"/></inertial></link>
  <link name="flange"/>
  <joint name="x" type="prismatic"><parent link="rail"/><child link="bridge"/><origin xyz="0.01 0 0.8" rpy="0 0 0"/><axis xyz="1 0 0"/><limit lower="-2" upper="2" velocity="1" effort="500"/></joint>
  <joint name="y" type="prismatic"><parent link="bridge"/><child link="cart"/><origin xyz="0 0.02 0" rpy="0 0 0"/><axis xyz="0 1 0"/><limit lower="-2" upper="2" velocity="1" effort="500"/></joint>
  <joint name="z" type="prismatic"><parent link="cart"/><child link="column"/><origin xyz="0 0 0" rpy="0 0 0"/><axis xyz="0 0 1"/><limit lower="-2" upper="2" velocity="1" effort="500"/></joint>
  <joint name="yaw" type="revolute"><parent link="column"/><child link="wrist"/><origin xyz="0 0 -0.3" rpy="0 0 0"/><axis xyz="0 0 1"/><limit lower="-3" upper="3" velocity="2" effort="50"/></joint>
  <joint name="flip" type="fixed"><parent link="wrist"/><child link="flange"/><origin xyz="0 0 -0.05" rpy="3.141592653589793 0 0"/></joint>
</robot>"#;

const JOINTS: usize = 4;
const STEP: f64 = 1e-3;
/// Segments: approach, touch, stroke, lift.
const PLAN: [(&str, u64); 4] = [
    ("approach", 200),
    ("touch", 800),
    ("stroke", 1000),
    ("lift", 400),
];

/// A run that can be spoilt before it is written.
#[derive(Clone)]
struct Bench {
    urdf: String,
    arm: ArmFile,
    world: TrueWorld,
    plan: PlanFile,
    limits: LimitsFile,
    turns: Vec<(CycleRecord, TruthRecord, PoseRecord)>,
}

fn world() -> TrueWorld {
    let body = BodyParameters {
        sex: Sex::Male,
        stature: Metres::new(1.78),
        mass: Kilograms::new(75.0),
    };
    let back = parametric_back(&body).unwrap();
    let tissue = Tissue::under(&back, TissueParams::default(), 5).unwrap();
    let breathing = Breathing::made(BreathingParams::default(), 5).unwrap();
    let base_from_table = Isometry3::from_parts(
        Translation3::new(0.4, -0.1, 0.02),
        UnitQuaternion::from_scaled_axis(Vector3::new(0.002, -0.001, 0.2)),
    );
    TrueWorld::new(
        back,
        tissue,
        breathing,
        Transform::from_raw(base_from_table),
    )
}

fn arm_file(patch: &Patch, flange_from_tool: &Isometry3<f64>) -> ArmFile {
    ArmFile {
        tip: "flange".to_owned(),
        joint_names: ["x", "y", "z", "yaw"].map(str::to_owned).to_vec(),
        limits: JointBounds {
            lower: vec![Some(-2.0), Some(-2.0), Some(-2.0), None],
            upper: vec![Some(2.0), Some(2.0), Some(2.0), None],
            velocity: vec![1.0, 1.0, 1.0, 2.0],
            torque: vec![500.0, 500.0, 500.0, 50.0],
        },
        tools: vec![ToolFile {
            name: "pad".to_owned(),
            flange_from_tool: PoseFile::of(flange_from_tool),
            patch: PatchFile::from(patch),
            pressure_rating_kpa: None,
        }],
    }
}

fn limits() -> LimitsFile {
    let touched = Zone::ALL.iter().filter(|zone| **zone != Zone::NoContact);
    let zones = touched
        .map(|zone| ZoneLimit {
            zone: zone.word().to_owned(),
            force_n: 40.0,
            pressure_kpa: 100.0,
        })
        .collect();
    LimitsFile {
        zones,
        tangential_n: 20.0,
    }
}

/// The gantry with its tool, by our own kinematics.
fn model(flange_from_tool: &Isometry3<f64>) -> ArmModel<JOINTS> {
    let (robot, _) = RobotDescription::parse(URDF).unwrap();
    let (chain, _) = robot.chain(Some("flange")).unwrap();
    ArmModel::from_chain(&chain)
        .unwrap()
        .with_payload(&Payload {
            flange_from_tool: Transform::from_raw(*flange_from_tool),
            mass: Kilograms::new(0.5),
            centre_of_mass: Point::new(0.0, 0.0, 0.02),
            inertia: Matrix3::identity() * 1e-3,
        })
}

fn smooth(t: f64) -> f64 {
    let t = t.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Joint positions that bring the patch to its place at time `t`: down by `depth` below the skin at
/// `(u, v)`, 40 mm along x, and up again.
fn posture(
    world: &TrueWorld,
    arm: &ArmModel<JOINTS>,
    (u, v): (f64, f64),
    t: f64,
) -> SVector<f64, JOINTS> {
    const HOVER: f64 = 0.02;
    const DEPTH: f64 = 0.003;
    let start = world
        .back()
        .chart()
        .at(Metres::new(u), Metres::new(v))
        .unwrap()
        .point;
    let x = start.x() + 0.04 * smooth(t - 1.0);
    let skin = world.back().surface().sample(x, start.y()).unwrap().height;
    // It follows the breath, as a good controller does.
    let share = world
        .tissue()
        .breath_share_at(&Point::new(x, start.y(), 0.0));
    let skin = skin + share * world.breathing().at_seconds(t.max(0.0)).lift.get();
    let down = smooth((t - 0.2) / 0.5) - smooth((t - 2.0) / 0.4);
    let goal = Point::<Table>::new(x, start.y(), skin + HOVER - (HOVER + DEPTH) * down);
    let yaw = 0.2 * smooth(t - 1.0);
    let at_zero = arm.tool_pose(&SVector::from([0.0, 0.0, 0.0, yaw])).origin();
    let goal: Point<Base> = world.base_from_table().transform(&goal);
    SVector::from([
        goal.x() - at_zero.x(),
        goal.y() - at_zero.y(),
        goal.z() - at_zero.z(),
        yaw,
    ])
}

impl Bench {
    fn new(patch: Patch, at: (f64, f64)) -> Self {
        let flange_from_tool = Isometry3::from_parts(
            Translation3::new(0.01, -0.005, 0.06),
            UnitQuaternion::from_scaled_axis(Vector3::new(0.02, 0.01, 0.3)),
        );
        let (world, arm) = (world(), model(&flange_from_tool));
        let pad = world.pad(&patch);
        let mut memory = TissueMemory::default();
        let total: u64 = PLAN.iter().map(|(_, ms)| ms).sum();
        let mut turns = Vec::new();
        for ms in 0..total {
            let at_ns = ms * 1_000_000;
            let t = ms as f64 * STEP;
            let q = posture(&world, &arm, at, t);
            let ahead = posture(&world, &arm, at, t + 1e-6);
            let behind = posture(&world, &arm, at, t - 1e-6);
            let qd = (ahead - behind) / 2e-6;
            let moving = arm.tool_kinematics(&q, &qd);
            let breath = world.breathing().at(Instant::from_nanos(at_ns));
            let contact =
                world.contact(&moving.base_from_tool, &moving.twist, &pad, breath, &memory);
            let truth = TruthRecord {
                at_ns,
                positions: q.as_slice().to_vec(),
                velocities: qd.as_slice().to_vec(),
                tissue_memory: memory.numbers().to_vec(),
                breath_m: breath.lift.get(),
                breath_m_per_s: breath.rate.get(),
                tool: 0,
                contact_wrench: contact.on_tool.stacked().map(|x| x as f32).into(),
                peak_pressure_pa: contact.peak_pressure.get() as f32,
                contact_area_m2: contact.contact_area.get() as f32,
            };
            memory = memory.moved(&contact.memory_rate, STEP);
            let origin = (world.base_from_table().inverse() * moving.base_from_tool).origin();
            let position = [origin.x(), origin.y(), origin.z()];
            let pose = PoseRecord {
                at_ns,
                position,
                orientation: [0.0, 0.0, 0.0, 1.0],
            };
            turns.push((cycle(ms, -contact.on_tool.force.z()), truth, pose));
        }
        let segments = PLAN
            .iter()
            .enumerate()
            .map(|(index, (kind, _))| SegmentFile {
                index: index as u32,
                kind: (*kind).to_owned(),
                technique: "effleurage".to_owned(),
                ..SegmentFile::default()
            });
        let plan = PlanFile {
            segments: segments.collect(),
            ..PlanFile::default()
        };
        let arm = arm_file(&patch, &flange_from_tool);
        let mut bench = Self {
            urdf: URDF.to_owned(),
            arm,
            world,
            plan,
            limits: limits(),
            turns,
        };
        // The touch is asked to settle at what the stroke begins with.
        let settled = bench.turns[1000].0.force_setpoint_n;
        let touch = bench
            .turns
            .iter_mut()
            .filter(|(cycle, ..)| cycle.segment == 1);
        touch.for_each(|(cycle, ..)| cycle.force_setpoint_n = settled);
        bench
    }

    /// A disc beside the spine, at the height of the waist.
    fn fair() -> Self {
        static FAIR: OnceLock<Bench> = OnceLock::new();
        let disc = Patch::Disc {
            radius: Metres::new(0.03),
        };
        FAIR.get_or_init(|| Self::new(disc, (0.12, 0.06))).clone()
    }

    fn write(&self, name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("judge-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("session.mcap");
        let mut writer =
            ArchiveWriter::create(&path, Header::new(self.arm.joint_names.clone())).unwrap();
        let json = "application/json";
        writer
            .attach("arm.urdf", "application/xml", self.urdf.as_bytes())
            .unwrap();
        writer
            .attach("arm.json", json, &serde_json::to_vec(&self.arm).unwrap())
            .unwrap();
        writer
            .attach(
                "world.bin",
                "application/octet-stream",
                &self.world.to_bytes(),
            )
            .unwrap();
        writer
            .attach("plan.json", json, &serde_json::to_vec(&self.plan).unwrap())
            .unwrap();
        writer
            .attach(
                "limits.json",
                json,
                &serde_json::to_vec(&self.limits).unwrap(),
            )
            .unwrap();
        for (cycle, truth, pose) in &self.turns {
            writer.cycle(cycle).unwrap();
            writer.truth(truth).unwrap();
            if cycle.sequence % 20 == 0 {
                writer.tool_pose(pose).unwrap();
            }
        }
        writer.finish().unwrap();
        path
    }

    fn judged(&self, name: &str) -> Judgement {
        let path = self.write(name);
        let judgement = judge(&path).unwrap();
        clear(&path);
        judgement
    }
}

/// Removes the folder of an archive.
fn clear(archive: &Path) {
    if let Some(folder) = archive.parent() {
        let _ = std::fs::remove_dir_all(folder);
    }
}

/// What the controller would have recorded: the segment, and the force as its own set-point.
fn cycle(ms: u64, force: f64) -> CycleRecord {
    let (mut segment, mut start) = (0, 0);
    for (index, (_, length)) in PLAN.iter().enumerate() {
        if ms >= start + length && index + 1 < PLAN.len() {
            start += length;
            segment = index as i32 + 1;
        } else {
            break;
        }
    }
    CycleRecord {
        at_ns: ms * 1_000_000,
        sequence: ms,
        command: vec![1.0, -1.0, 90.0, 0.1],
        segment,
        phase_s: (ms - start) as f32 * 1e-3,
        cause: -1,
        force_setpoint_n: force as f32,
        ..CycleRecord::default()
    }
}

/// The one reason that is given contains these words.
fn only_reason(judgement: &Judgement, words: &str) {
    assert!(!judgement.passed);
    assert!(
        judgement.reasons.len() == 1 && judgement.reasons[0].contains(words),
        "expected only `{words}`: {:#?}",
        judgement.reasons
    );
}

#[test]
fn a_fair_run_passes_and_both_routes_agree() {
    let judgement = Bench::fair().judged("fair");
    assert!(judgement.passed, "{:#?}", judgement.reasons);
    assert_eq!((judgement.samples, judgement.gaps), (2400, 0));
    assert!(
        judgement.worst_wrench_difference_n < 1e-5,
        "{}",
        judgement.worst_wrench_difference_n
    );
    assert!(judgement.worst_pose_difference_mm < 1e-9);
    let figures = &judgement.techniques[0];
    assert_eq!(
        (figures.technique.as_str(), figures.samples),
        ("effleurage", 1000)
    );
    assert!(
        figures.rmse_n < 1e-5 && figures.max_force_n > 3.0,
        "{figures:?}"
    );
    // The disc's rim is 30 mm nearer than its centre, which is 60 mm beside the line along the skin.
    let clearance = judgement.min_clearance_mm.unwrap();
    assert!((24.0..30.5).contains(&clearance), "{clearance}");
    assert_eq!(judgement.touches.len(), 1);
    assert!(judgement.contact_samples > 1000 && judgement.stray_contact_samples == 0);
}

#[test]
fn a_stated_force_that_the_state_does_not_give_is_a_lie() {
    let mut bench = Bench::fair();
    bench.turns[1500].1.contact_wrench[2] += 0.005;
    only_reason(&bench.judged("lie"), "stated contact wrench");
}

#[test]
fn an_arm_that_is_a_millimetre_longer_is_seen_in_pose_and_force() {
    let mut bench = Bench::fair();
    bench.urdf = bench.urdf.replace("0 0 -0.05", "0 0 -0.051");
    let judgement = bench.judged("longer");
    assert!((judgement.worst_pose_difference_mm - 1.0).abs() < 1e-3);
    assert!(judgement.worst_wrench_difference_n > 0.05);
}

#[test]
fn force_off_its_setpoint_fails_the_technique() {
    let mut bench = Bench::fair();
    bench
        .turns
        .iter_mut()
        .for_each(|(cycle, ..)| cycle.force_setpoint_n += 0.6);
    let judgement = bench.judged("off");
    only_reason(&judgement, "RMSE off its set-point");
    assert!((judgement.techniques[0].bias_n + 0.6).abs() < 1e-5);
}

#[test]
fn a_controller_that_records_what_it_got_as_what_it_wanted_is_found_by_the_plan() {
    let mut bench = Bench::fair();
    let stroke = &mut bench.plan.segments[2];
    (stroke.spacing_s, stroke.force_n) = (Some(1.0), vec![9.0, 9.0]);
    let judgement = bench.judged("flatterer");
    assert_eq!(
        (
            judgement.setpoints_from_plan,
            judgement.setpoints_from_cycle
        ),
        (1000, 0)
    );
    assert!(
        judgement
            .reasons
            .iter()
            .any(|r| r.contains("off the plan's")),
        "{:?}",
        judgement.reasons
    );
    assert!(
        judgement.reasons.iter().any(|r| r.contains("RMSE")),
        "{:?}",
        judgement.reasons
    );
}

#[test]
fn a_slowed_run_is_held_to_the_plan_where_its_set_point_still_is_the_plans() {
    let slowed = |lowered: f32| {
        let mut bench = Bench::fair();
        let stroked = bench.turns.iter().filter(|turn| turn.0.segment == 2);
        let planned = stroked
            .map(|turn| f64::from(turn.0.force_setpoint_n))
            .collect();
        let stroke = &mut bench.plan.segments[2];
        (stroke.spacing_s, stroke.force_n) = (Some(STEP), planned);
        for (cycle, _, _) in &mut bench.turns {
            if cycle.segment == 2 {
                cycle.reaction = 2;
                cycle.force_setpoint_n -= lowered;
            }
        }
        bench.judged("slowed")
    };
    let same = slowed(0.0);
    assert!(same.passed, "{:?}", same.reasons);
    assert_eq!(same.setpoints_while_slow, 0);
    assert!(same.setpoints_from_plan > 500);
    let lowered = slowed(1.0);
    assert!(lowered.setpoints_while_slow > 500);
    assert!(
        lowered
            .reasons
            .iter()
            .any(|why| why.contains("slowed by the monitor")),
        "{:?}",
        lowered.reasons
    );
}

#[test]
fn an_operator_who_asks_for_less_makes_the_cycles_setpoint_count() {
    let mut bench = Bench::fair();
    let stroke = &mut bench.plan.segments[2];
    (stroke.spacing_s, stroke.force_n) = (Some(1.0), vec![9.0, 9.0]);
    bench.turns[500].0.request = super::walk::SOFTER;
    let judgement = bench.judged("softer");
    assert!(judgement.passed, "{:?}", judgement.reasons);
    assert_eq!(
        (
            judgement.setpoints_from_plan,
            judgement.setpoints_from_cycle
        ),
        (0, 1000)
    );
}

#[test]
fn an_operator_who_ends_the_session_has_it_judged_up_to_there() {
    let mut bench = Bench::fair();
    // In the stroke: from here on the set-point fades, whatever the plan says and the tool does.
    for (cycle, _, _) in &mut bench.turns[1700..] {
        cycle.force_setpoint_n = 0.0;
    }
    assert!(!bench.judged("faded").passed);
    bench.turns[1700].0.request = super::walk::END;
    bench.turns.truncate(2000);
    let judgement = bench.judged("ended");
    assert!(judgement.passed, "{:?}", judgement.reasons);
    assert!(judgement.cut_short && judgement.techniques[0].samples > 100);
    // A force above its ceiling counts to the last sample.
    bench
        .limits
        .zones
        .iter_mut()
        .for_each(|zone| zone.force_n = 5.0);
    assert!(!bench.judged("ended_above").passed);
}

#[test]
fn a_ceiling_of_the_true_zone_is_kept_or_told_with_its_place() {
    let mut bench = Bench::fair();
    bench
        .limits
        .zones
        .iter_mut()
        .for_each(|zone| zone.force_n = 2.0);
    let judgement = bench.judged("ceiling");
    only_reason(&judgement, "samples above a ceiling");
    assert!(
        judgement.reasons[0].contains("2.00 N are allowed"),
        "{:?}",
        judgement.reasons
    );
    let mut unlisted = Bench::fair();
    unlisted.limits.zones.clear();
    assert!(unlisted.judged("unlisted").ceiling_violations > 1000);
}

#[test]
fn a_tool_is_held_to_the_pressure_that_it_is_made_for() {
    let rated = |kpa: f64| {
        let mut bench = Bench::fair();
        bench.arm.tools[0].pressure_rating_kpa = Some(kpa);
        bench
    };
    only_reason(&rated(1.0).judged("weak"), "samples above a ceiling");
    assert!(rated(1e6).judged("boast").passed);
}

#[test]
fn a_patch_whose_edge_is_in_the_keep_out_fails_though_its_centre_is_not() {
    let bench = Bench::new(
        Patch::Disc {
            radius: Metres::new(0.03),
        },
        (0.12, 0.04),
    );
    let judgement = bench.judged("keep-out");
    only_reason(&judgement, "inside the keep-out");
    assert!(judgement.min_clearance_mm.unwrap() < 11.0);
}

#[test]
fn a_fork_astride_the_spine_is_judged_by_its_tips() {
    let fork = Patch::Fork {
        tip_radius: Metres::new(0.012),
        spacing: Metres::new(0.09),
    };
    let judgement = Bench::new(fork, (0.12, 0.0)).judged("fork");
    let clearance = judgement.min_clearance_mm.unwrap();
    // The tool ends 0.5 rad askew: half the spacing, less the radius of a tip.
    let by_hand = 45.0 * libm::cos(0.5) - 12.0;
    assert!((clearance - by_hand).abs() < 0.2, "{clearance} {by_hand}");
    assert_eq!(judgement.keep_out_violations, 0);
    assert!(judgement.worst_wrench_difference_n < 1e-5);
}

#[test]
fn a_touch_that_overshoots_by_more_than_a_fifth_is_told() {
    let mut bench = Bench::fair();
    for (cycle, ..) in bench
        .turns
        .iter_mut()
        .filter(|(cycle, ..)| cycle.segment == 1)
    {
        cycle.force_setpoint_n *= 0.7;
    }
    only_reason(&bench.judged("overshoot"), "the touch at");
}

#[test]
fn limits_of_the_joints_and_finite_commands_are_judged() {
    let mut bench = Bench::fair();
    bench.turns[700].0.command[3] = 50.1;
    only_reason(&bench.judged("torque"), "torques above");
    bench.turns[700].0.command = vec![0.1, 2.6, 0.1, 0.1];
    bench.turns[700].0.drive = 1;
    only_reason(&bench.judged("told-speed"), "velocities above");
    bench.turns[700].0.command = vec![0.0; 4];
    bench.turns[700].0.drive = 2;
    only_reason(&bench.judged("no-such-drive"), "not finite");
    bench.turns[700].0.drive = 0;
    bench.turns[700].0.command[3] = f32::NAN;
    only_reason(&bench.judged("nan"), "not finite");
    bench.turns[700].0.command[3] = 0.0;
    let wanted = core::mem::replace(&mut bench.turns[700].0.force_setpoint_n, f32::NAN);
    only_reason(&bench.judged("nan-setpoint"), "not finite");
    bench.turns[700].0.force_setpoint_n = wanted;
    bench.turns[700].0.command = vec![0.0; 3];
    only_reason(&bench.judged("three"), "incomplete");
    let mut narrow = Bench::fair();
    narrow.arm.limits.upper[0] = Some(-1.0);
    narrow.arm.limits.velocity[2] = 0.01;
    let judgement = narrow.judged("narrow");
    assert!(judgement.joint_position_violations == 2400 && judgement.joint_speed_violations > 100);
}

#[test]
fn a_state_that_is_missing_or_jumps_is_told() {
    let mut bench = Bench::fair();
    bench.turns.remove(1200);
    only_reason(&bench.judged("gap"), "one period");
    let mut jump = Bench::fair();
    jump.turns
        .iter_mut()
        .take(100)
        .for_each(|(_, truth, _)| truth.velocities[1] = 0.5);
    let judgement = jump.judged("jump");
    assert!(
        judgement.inconsistent_steps >= 99,
        "{}",
        judgement.inconsistent_steps
    );
    let mut breathless = Bench::fair();
    breathless.turns[10].1.breath_m += 0.001;
    only_reason(&breathless.judged("breath"), "stated breath");
}

#[test]
fn a_plan_that_was_not_walked_to_its_end_does_not_pass_unless_the_operator_ended_it() {
    let mut bench = Bench::fair();
    bench.turns.truncate(1900);
    only_reason(&bench.judged("unfinished"), "never reached");
    bench.turns[1890].0.request = super::walk::STOP;
    assert!(bench.judged("asked").passed);
    bench.turns[1890].0.reaction = super::walk::UNLOAD;
    only_reason(
        &bench.judged("stopped"),
        "the monitor ended the run at 1.890 s",
    );
}

#[test]
fn an_archive_that_is_cut_off_does_not_pass() {
    let path = Bench::fair().write("cut");
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() * 9 / 10]).unwrap();
    let judgement = judge(&path).unwrap();
    clear(&path);
    assert!(
        !judgement.passed && judgement.reasons[0].contains("ends early"),
        "{:?}",
        judgement.reasons
    );
}

#[test]
fn what_is_missing_or_wrong_in_the_attachments_is_named() {
    let folder = std::env::temp_dir().join(format!("judge-{}-bare", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let bare = folder.join("session.mcap");
    ArchiveWriter::create(&bare, Header::new(Vec::new()))
        .unwrap()
        .finish()
        .unwrap();
    assert!(judge(&bare).unwrap_err().to_string().contains("arm.json"));
    clear(&bare);
    let refused = |spoil: fn(&mut Bench), name: &str| {
        let mut bench = Bench::fair();
        spoil(&mut bench);
        let path = bench.write(name);
        let text = judge(&path).unwrap_err().to_string();
        clear(&path);
        text
    };
    let text = refused(|b| b.urdf = "<robot".to_owned(), "no-urdf");
    assert!(text.contains("arm.urdf"), "{text}");
    let text = refused(|b| b.arm.tip = "hand".to_owned(), "no-tip");
    assert!(text.contains("hand"), "{text}");
    let text = refused(|b| b.arm.joint_names.swap(0, 1), "swapped");
    assert!(text.contains("joint_names"), "{text}");
    let text = refused(
        |b| b.arm.tools[0].flange_from_tool.quat_xyzw[3] = 2.0,
        "quaternion",
    );
    assert!(text.contains("unit quaternion"), "{text}");
    let text = refused(|b| b.arm.limits.torque.clear(), "limits");
    assert!(text.contains("4 joints"), "{text}");
    let text = refused(|b| b.turns.clear(), "empty");
    assert!(text.contains("/knead/truth"), "{text}");
}

#[test]
fn the_dose_is_the_integral_of_the_true_force_and_without_a_plan_has_no_gaps() {
    let run = Bench::fair();
    let pressed = |truth: &TruthRecord| (-f64::from(truth.contact_wrench[2])).max(0.0);
    let integral: f64 = run
        .turns
        .iter()
        .map(|(_, truth, _)| pressed(truth) * 1e-3)
        .sum();
    let judgement = run.judged("dose");
    let dose = &judgement.dose;
    assert!(integral > 1.0, "{integral}");
    assert!(
        (dose.total_n_s - integral).abs() < 1e-4 * integral,
        "{dose:?} {integral}"
    );
    assert!(
        dose.whole.left.worked_cm2 + dose.whole.right.worked_cm2 > 10.0,
        "{dose:?}"
    );
    let map = judgement.dose_map.expect("a map");
    assert!((map.total().get() - dose.total_n_s).abs() < 1e-9);
    assert!(judgement.planned_dose.is_none() && judgement.dose_gaps.is_empty());
}
