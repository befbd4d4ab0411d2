//! Draws a made-up session, to look at recording and report without planner, arm or simulation:
//! `cargo run --release -p viewer --example synthetic_session -- FOLDER`.
//!
//! Nothing here is physics. A tool follows four figures over half a cylinder, and its force is the
//! set-point with a ripple.

use std::path::Path;

use nalgebra::{Isometry3, Matrix3, Rotation3, Translation3, UnitQuaternion, Vector3};
use quantities::{Direction, Metres, Point};
use recorder::{
    ArchiveWriter, ContactRecord, Header, JointsRecord, LogRecord, PoseRecord, TransformRecord,
    VerdictRecord, WrenchRecord,
};
use viewer::{
    BodyMap, BodyMesh, Figure, KeepOutBand, Landmark, LinkCapsule, Outcome, PlannedPath,
    ReportInput, ReportTable, Scene, StepName, ToolShape, write_recording, write_report,
};

const STEP_S: f64 = 90.0;
const TICK_S: f64 = 0.02;
const RADIUS: f64 = 0.19;
const HEIGHT: f64 = 0.22;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args()
        .nth(1)
        .ok_or("name a folder for session.mcap, .rrd and report")?;
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder)?;
    let archive = folder.join("session.mcap");
    write_archive(&archive)?;
    write_recording(
        &scene(),
        &archive,
        &folder.join("session.rrd"),
        &mut |share| {
            eprintln!("recording {:.0} %", share * 100.0);
        },
    )?;
    write_report(&report(), &archive, &folder.join("report.html"))?;
    Ok(())
}

/// Height and outward normal of the made-up back.
fn skin(x: f64, y: f64) -> (f64, Vector3<f64>) {
    let across = (y / (RADIUS * 1.35)).clamp(-0.98, 0.98);
    let bulge = 0.03 * libm::cos((x - 0.05) * 8.0);
    let z = HEIGHT - RADIUS * (1.0 - (1.0 - across * across).sqrt()) - bulge;
    let slope = |f: &dyn Fn(f64) -> f64| (f(1e-4) - f(-1e-4)) / 2e-4;
    let height = |x: f64, y: f64| {
        let across = (y / (RADIUS * 1.35)).clamp(-0.98, 0.98);
        HEIGHT
            - RADIUS * (1.0 - (1.0 - across * across).sqrt())
            - 0.03 * libm::cos((x - 0.05) * 8.0)
    };
    let normal = Vector3::new(
        -slope(&|d| height(x + d, y)),
        -slope(&|d| height(x, y + d)),
        1.0,
    )
    .normalize();
    (z, normal)
}

/// Where the tool is in back coordinates at a time within a step, and what it presses (N).
fn figure(step: usize, t: f64) -> (f64, f64, f64) {
    let side = if (t / 15.0).floor() as i64 % 2 == 0 {
        1.0
    } else {
        -1.0
    };
    let local = (t % 15.0) / 15.0;
    let up = 0.5 - 0.5 * libm::cos(local * core::f64::consts::TAU);
    let turn = core::f64::consts::TAU;
    match step {
        0 => (0.02 + 0.36 * up, side * (0.055 + 0.02 * local), 22.0),
        1 => (
            0.05 + 0.3 * local + 0.025 * libm::cos(turn * 0.6 * t),
            side * (0.085 + 0.025 * libm::sin(turn * 0.6 * t)),
            18.0,
        ),
        2 => (
            0.04 + 0.3 * local + 0.008 * libm::cos(turn * 1.2 * t),
            side * (0.045 + 0.008 * libm::sin(turn * 1.2 * t)),
            26.0,
        ),
        _ => (0.03 + 0.34 * up, 0.0, 30.0),
    }
}

/// A small ripple that looks like noise but is the same every time.
fn ripple(t: f64) -> f64 {
    0.25 * libm::sin(t * 37.0) + 0.18 * libm::sin(t * 91.7) + 0.12 * libm::sin(t * 213.1)
}

fn write_archive(path: &Path) -> Result<(), Box<dyn std::error::Error>> {
    if path.exists() {
        std::fs::remove_file(path)?;
    }
    let mut archive = ArchiveWriter::create(path, Header::new(joint_names()))?;
    let line = |at_ns, level, text: &str| LogRecord {
        at_ns,
        level,
        name: "session".into(),
        text: text.into(),
    };
    archive.log(&line(0, 20, "routine lower_back, 4 steps, seed 42"))?;
    archive.log(&line(
        61_000_000_000,
        30,
        "rhythm lowered from 0.8 to 0.6 Hz: tool speed",
    ))?;
    for tick in 0..(4.0 * STEP_S / TICK_S) as u64 {
        write_tick(&mut archive, tick)?;
    }
    archive.finish()?;
    Ok(())
}

fn write_tick(archive: &mut ArchiveWriter, tick: u64) -> Result<(), recorder::ArchiveError> {
    let time = tick as f64 * TICK_S;
    let at_ns = tick * 20_000_000;
    let step = (time / STEP_S) as usize;
    let local = time % STEP_S;
    let (u, v, press) = figure(step, local);
    // Four seconds of every 15 the tool is off the skin, to change sides.
    let cycle = local % 15.0;
    let blend = (cycle / 1.5).min((15.0 - cycle) / 1.5).min(1.0);
    let (touching, hover) = (cycle > 1.0 && cycle < 14.0, (1.0 - blend).max(0.0) * 0.06);
    let (z, normal) = skin(u, v);
    let place = Vector3::new(u, v, z) + normal * hover;
    let x = (Vector3::x() - normal * normal.x).normalize();
    let axes = Matrix3::from_columns(&[x, (-normal).cross(&x), -normal]);
    let turn = UnitQuaternion::from_rotation_matrix(&Rotation3::from_matrix_unchecked(axes));
    let settle = 1.0 - libm::exp(-(cycle - 1.0).max(0.0) * 6.0);
    let goal = if touching {
        press * (0.85 + 0.15 * libm::sin(local * 0.9))
    } else {
        0.0
    };
    let force = if touching {
        (goal * settle + ripple(time)).max(0.0)
    } else {
        0.0
    };
    let phase = match (touching, cycle) {
        (true, c) if c < 1.4 => "touching",
        (true, _) => "settled",
        (false, c) if c <= 1.0 && c > 0.4 => "approaching",
        (false, c) if (14.0..14.6).contains(&c) => "leaving",
        (false, _) => "away",
    };
    let quaternion = [turn.i, turn.j, turn.k, turn.w];
    let position = [place.x, place.y, place.z];
    archive.tool_pose(&PoseRecord {
        at_ns,
        position,
        orientation: quaternion,
    })?;
    archive.transforms(
        at_ns,
        &arm(&Isometry3::from_parts(Translation3::from(place), turn)),
    )?;
    let wrench = [0.08 * force, 0.02 * force, -force, 0.0, 0.0, 0.0];
    archive.wrench_true(&WrenchRecord { at_ns, wrench })?;
    let slow = (200.0..203.0).contains(&time);
    archive.verdict(&VerdictRecord {
        at_ns,
        reaction: if slow { "slow" } else { "go" }.into(),
        level: u8::from(slow),
        cause: if slow { "headroom" } else { "" }.into(),
        values: if slow {
            vec![("inward speed".into(), "31 mm/s of 28 mm/s".into())]
        } else {
            vec![]
        },
    })?;
    let wave = |k: usize| libm::sin(time * 0.4 + k as f64) * 0.5;
    archive.joint_states(&JointsRecord {
        at_ns,
        positions: (0..7).map(wave).collect(),
        velocities: (0..7)
            .map(|k| 0.2 * libm::cos(time * 0.4 + k as f64))
            .collect(),
        efforts: (0..7).map(|k| 20.0 * wave(k) + force * 0.2).collect(),
    })?;
    archive.contact(&ContactRecord {
        at_ns,
        normal_force_true_n: force,
        normal_force_measured_n: (time > 0.5).then(|| force + 0.3 + 0.8 * ripple(time * 3.1)),
        normal_force_setpoint_n: goal,
        ceiling_n: if u > 0.2 && u < 0.32 && v.abs() > 0.07 {
            20.0
        } else {
            40.0
        },
        u_m: u,
        v_m: v,
        spine_clearance_m: if step == 3 { 0.024 } else { v.abs() - 0.018 },
        normal_error_rad: 0.02 + 0.01 * libm::sin(time * 3.0),
        tangential_error_m: 0.002 + 0.001 * libm::sin(time * 2.0),
        peak_pressure_pa: force * if step == 2 { 2600.0 } else { 900.0 },
        phase: phase.into(),
        technique: if touching {
            steps()[step].technique.clone()
        } else {
            String::new()
        },
        zone: if u < 0.06 {
            "sacrum"
        } else if v.abs() > 0.07 && u > 0.2 {
            "kidney"
        } else {
            "paraspinal"
        }
        .into(),
        segment: if touching { "stroke" } else { "transit" }.into(),
        segment_index: (time / 15.0) as u32,
        step_index: step as u32,
    })
}

/// Made-up link poses: an elbow between base and tool.
fn arm(table_from_tool: &Isometry3<f64>) -> Vec<TransformRecord> {
    let base = Vector3::new(0.15, -0.62, 0.0);
    let wrist = table_from_tool.translation.vector
        + table_from_tool.rotation * Vector3::new(0.0, 0.0, -0.16);
    let elbow = (base + wrist) * 0.5 + Vector3::new(-0.05, -0.1, 0.38);
    let corners = [base, base + Vector3::z() * 0.3, elbow, wrist];
    let frame = |child: String, at: Vector3<f64>, turn: UnitQuaternion<f64>| TransformRecord {
        parent: "table".into(),
        child,
        position: [at.x, at.y, at.z],
        orientation: [turn.i, turn.j, turn.k, turn.w],
    };
    let mut records: Vec<TransformRecord> = corners
        .windows(2)
        .enumerate()
        .map(|(i, pair)| {
            let way = pair[1] - pair[0];
            let turn = UnitQuaternion::rotation_between(&Vector3::z(), &way);
            let stretch = turn.unwrap_or_else(UnitQuaternion::identity);
            frame(format!("link_{}", i + 1), pair[0], stretch)
        })
        .collect();
    records.push(frame("link_4".into(), wrist, table_from_tool.rotation));
    records.push(frame(
        "tool".into(),
        table_from_tool.translation.vector,
        table_from_tool.rotation,
    ));
    records
}

fn joint_names() -> Vec<String> {
    (1..=7).map(|i| format!("joint_{i}")).collect()
}

fn steps() -> Vec<StepName> {
    let step = |name: &str, technique: &str, row: &str, tool| StepName {
        name: name.into(),
        technique: technique.into(),
        rows: vec![row.into()],
        tool: Some(tool),
        notes: vec![],
    };
    let mut steps = vec![
        step("Warm-up glides", "effleurage", "B-L1", 0),
        step("Palm circles <beside> the spine", "palm_circles", "B-L3", 0),
        step("Thumb circles", "thumb_circles", "B-L4", 1),
        step("Two-line stroke", "two_line_stroke", "B-L5", 2),
    ];
    steps[2]
        .notes
        .push("two hands would mirror each other; one arm does left, then right".into());
    steps
}

fn tools() -> Vec<ToolShape> {
    let ring = |radius: f64, y: f64| -> Vec<[f64; 2]> {
        let angle = |i: usize| core::f64::consts::TAU * i as f64 / 24.0;
        (0..24)
            .map(|i| {
                [
                    radius * libm::cos(angle(i)),
                    y + radius * libm::sin(angle(i)),
                ]
            })
            .collect()
    };
    let palm = ring(0.02, 0.0)
        .iter()
        .map(|[x, y]| [x + 0.02 * x.signum(), y + 0.01 * y.signum()])
        .collect();
    let tool = |name: &str, outlines| ToolShape {
        name: name.into(),
        outlines,
    };
    vec![
        tool("palm", vec![palm]),
        tool("thumb", vec![ring(0.011, 0.0)]),
        tool("fork", vec![ring(0.012, 0.036), ring(0.012, -0.036)]),
    ]
}

fn scene() -> Scene {
    let (along, across) = (100usize, 72usize);
    let place = |i: usize, j: usize| {
        let (x, y) = (
            -0.16 + 0.7 * i as f64 / along as f64,
            -0.25 + 0.5 * j as f64 / across as f64,
        );
        let (z, normal) = skin(x, y);
        (Vector3::new(x, y, z), normal)
    };
    let grid = || (0..=along).flat_map(|i| (0..=across).map(move |j| (i, j)));
    let zone = |p: Vector3<f64>| {
        let word = match (p.x, p.y.abs()) {
            (_, y) if y < 0.02 => "spine",
            (x, _) if x < -0.06 => "buttock",
            (x, y) if x < 0.05 && y < 0.08 => "sacrum",
            (x, y) if x > 0.2 && x < 0.32 && y > 0.07 => "kidney",
            (_, y) if y < 0.075 => "paraspinal",
            (_, y) if y < 0.17 => "latissimus",
            _ => "no_contact",
        };
        word.to_owned()
    };
    let index = |i: usize, j: usize| (i * (across + 1) + j) as u32;
    let faces = |(i, j): (usize, usize)| {
        let (a, b, c, d) = (
            index(i, j),
            index(i + 1, j),
            index(i + 1, j + 1),
            index(i, j + 1),
        );
        [[a, b, c], [a, c, d]]
    };
    let lines = |v: f64| -> Vec<Point<quantities::Table>> {
        (0..60)
            .map(|i| -0.1 + 0.01 * f64::from(i))
            .map(|x| Point::new(x, v, skin(x, v).0))
            .collect()
    };
    let planned = (0..4).map(|step| PlannedPath {
        step,
        segment: "stroke".into(),
        points: (0..450)
            .map(|i| figure(step as usize, f64::from(i) * 0.0666))
            .map(|(u, v, _)| Point::new(u, v, skin(u, v).0))
            .collect(),
    });
    let link = |frame: &str, length: f64, radius: f64| LinkCapsule {
        frame: frame.into(),
        a: [0.0; 3],
        b: [0.0, 0.0, length],
        radius: Metres::new(radius),
    };
    Scene {
        title: "Lower back, made-up".into(),
        joint_names: joint_names(),
        links: vec![
            link("link_1", 0.3, 0.07),
            link("link_2", 0.45, 0.055),
            link("link_3", 0.4, 0.045),
            link("link_4", 0.06, 0.04),
            LinkCapsule {
                frame: "tool".into(),
                a: [0.0, 0.0, -0.1],
                b: [0.0, 0.0, -0.02],
                radius: Metres::new(0.018),
            },
        ],
        body: BodyMesh {
            vertices: grid()
                .map(|(i, j)| Point::from_raw(place(i, j).0.into()))
                .collect(),
            triangles: (0..along)
                .flat_map(|i| (0..across).map(move |j| (i, j)))
                .flat_map(faces)
                .collect(),
            normals: grid()
                .map(|(i, j)| Direction::from_raw(place(i, j).1))
                .collect(),
            zones: grid().map(|(i, j)| zone(place(i, j).0)).collect(),
            places: grid()
                .map(|(i, j)| place(i, j).0)
                .map(|p| Some((Metres::new(p.x), Metres::new(p.y))))
                .collect(),
        },
        spine: lines(0.0),
        keep_out: KeepOutBand {
            left: lines(0.02),
            right: lines(-0.02),
            half_width: Metres::new(0.02),
        },
        planned: planned.collect(),
        tools: tools(),
        steps: steps(),
    }
}

fn report() -> ReportInput {
    let mark = |name: &str, u: f64, v: f64| Landmark {
        name: name.into(),
        u: Metres::new(u),
        v: Metres::new(v),
    };
    let side = |sign: f64| {
        (0..=24).map(move |i| {
            let u = -0.12 + 0.6 * f64::from(i) / 24.0;
            (u, sign * (0.19 + 0.03 * libm::cos((u - 0.5) * 9.0)))
        })
    };
    let outline = side(1.0).chain(side(-1.0).collect::<Vec<_>>().into_iter().rev());
    let figure = |name: &str, seen: &str, allowed: &str, passed| Figure {
        name: name.into(),
        seen: seen.into(),
        allowed: allowed.into(),
        passed,
    };
    ReportInput {
        title: "Lower back on <average female>".into(),
        subtitle: "reference arm, 7 joints · simulated, breathing and default sensor faults on"
            .into(),
        outcome: Outcome::Passed,
        reasons: vec!["All 12 bounds of the judge hold; the routine ended as planned.".into()],
        figures: vec![
            figure(
                "force error, worst technique (RMSE)",
                "0.31 N",
                "0.50 N",
                Some(true),
            ),
            figure("samples over a ceiling", "0", "0", Some(true)),
            figure(
                "first-touch overshoot, worst",
                "0.8 N",
                "max(20 %, 1 N)",
                Some(true),
            ),
            figure(
                "least clearance to the spine",
                "24.0 mm",
                "20.0 mm",
                Some(true),
            ),
            figure("simulated faster than real time", "41 ×", "", None),
        ],
        tables: vec![ReportTable {
            caption: "Touches".into(),
            columns: vec!["touch".into(), "at".into(), "overshoot (N)".into()],
            rows: vec![
                vec!["1".into(), "0:01".into(), "0.4".into()],
                vec!["2".into(), "0:16".into(), "0.8".into()],
            ],
        }],
        facts: vec![
            ("seed".into(), "42".into()),
            ("configuration".into(), "sha256 3f9a…".into()),
            ("message stream".into(), "sha256 9c01…".into()),
            ("version".into(), "0.1.0".into()),
        ],
        notes: vec!["One arm stands in for two hands in step 3.".into()],
        steps: steps(),
        tools: tools(),
        dose: None,
        body: BodyMap {
            outline: outline
                .map(|(u, v)| (Metres::new(u), Metres::new(v)))
                .collect(),
            keep_out_half_width: Metres::new(0.02),
            landmarks: vec![
                mark("S2", 0.0, 0.0),
                mark("L4", 0.09, 0.0),
                mark("T12", 0.25, 0.0),
                mark("PSIS left", 0.0, 0.045),
                mark("PSIS right", 0.0, -0.045),
            ],
        },
    }
}
