//! A few seconds of a made-up session, for the tests of recording and report.

use std::path::{Path, PathBuf};

use quantities::{Direction, Metres, Point};
use recorder::{
    ArchiveWriter, ContactRecord, Header, LogRecord, PoseRecord, TransformRecord, VerdictRecord,
    WrenchRecord,
};

use crate::{BodyMesh, KeepOutBand, LinkCapsule, PlannedPath, Scene, StepName, ToolShape};

/// Messages of each 50 Hz topic in the made-up session.
pub(crate) const TICKS: u64 = 200;
/// Its highest true force (N): one sample.
pub(crate) const SPIKE_N: f64 = 33.5;

/// A folder of its own for each test, removed at the end.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("knead-viewer-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("the temporary folder is writable");
        Self(path)
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The true force at a tick (N): off the skin at first, then pressing, with one spike.
pub(crate) fn force(tick: u64) -> f64 {
    match tick {
        0..=49 => 0.0,
        120 => SPIKE_N,
        _ => 20.0,
    }
}

pub(crate) fn contact(tick: u64) -> ContactRecord {
    let touching = force(tick) > 0.0;
    ContactRecord {
        at_ns: tick * 20_000_000,
        normal_force_true_n: force(tick),
        normal_force_measured_n: touching.then(|| force(tick) + 0.1),
        normal_force_setpoint_n: if touching { 20.0 } else { 0.0 },
        ceiling_n: 40.0,
        u_m: 0.1 + tick as f64 * 0.0005,
        v_m: 0.05,
        spine_clearance_m: 0.03,
        normal_error_rad: 0.01,
        tangential_error_m: 0.001,
        peak_pressure_pa: force(tick) * 1e3,
        phase: if touching { "settled" } else { "away" }.into(),
        technique: if touching { "effleurage" } else { "" }.into(),
        zone: "paraspinal".into(),
        segment: if touching { "stroke" } else { "approach" }.into(),
        segment_index: 0,
        step_index: 0,
    }
}

fn pose(tick: u64) -> PoseRecord {
    PoseRecord {
        at_ns: tick * 20_000_000,
        position: [0.1 + tick as f64 * 0.0005, 0.05, 0.2],
        orientation: [1.0, 0.0, 0.0, 0.0],
    }
}

fn frame(child: &str, tick: u64) -> TransformRecord {
    let PoseRecord {
        position,
        orientation,
        ..
    } = pose(tick);
    let [x, y, z] = position;
    TransformRecord {
        parent: "table".into(),
        child: child.into(),
        position: [x, y - 0.3, z + 0.2],
        orientation,
    }
}

/// Writes the session to an archive, with a log line of the test's choice.
pub(crate) fn write_archive(path: &Path, line: &str) {
    let names = vec!["a".to_owned(), "b".to_owned()];
    let mut archive = ArchiveWriter::create(path, Header::new(names)).expect("a fresh folder");
    for tick in 0..TICKS {
        let at_ns = tick * 20_000_000;
        let wrench = [0.0, 0.0, -force(tick), 0.0, 0.0, 0.0];
        archive.contact(&contact(tick)).expect("disk");
        archive.tool_pose(&pose(tick)).expect("disk");
        archive
            .transforms(at_ns, &[frame("link_1", tick)])
            .expect("disk");
        archive
            .wrench_true(&WrenchRecord { at_ns, wrench })
            .expect("disk");
        let tripped = (150..160).contains(&tick);
        let verdict = VerdictRecord {
            at_ns,
            reaction: if tripped { "slow" } else { "go" }.into(),
            level: u8::from(tripped),
            cause: if tripped { "force_headroom" } else { "" }.into(),
            values: Vec::new(),
        };
        archive.verdict(&verdict).expect("disk");
    }
    let log = LogRecord {
        at_ns: 1_000_000_000,
        level: 30,
        name: "planner".into(),
        text: line.into(),
    };
    archive.log(&log).expect("disk");
    archive.finish().expect("disk");
}

pub(crate) fn steps() -> Vec<StepName> {
    vec![StepName {
        name: "Glide <up>".into(),
        technique: "effleurage".into(),
        rows: vec!["B-L1".into()],
        tool: Some(0),
        notes: vec!["one arm & two hands".into()],
    }]
}

pub(crate) fn tools() -> Vec<ToolShape> {
    let outline = vec![[-0.02, -0.02], [0.02, -0.02], [0.02, 0.02], [-0.02, 0.02]];
    vec![ToolShape {
        name: "palm".into(),
        outlines: vec![outline],
    }]
}

/// A flat back of 60 by 40 cm, a spine, a band, two links of which one has no pose in the archive.
pub(crate) fn scene() -> Scene {
    let (along, across) = (30u32, 20u32);
    let place =
        |i: u32, j: u32| Point::new(f64::from(i) * 0.02 - 0.1, f64::from(j) * 0.02 - 0.2, 0.2);
    let index = move |i: u32, j: u32| i * (across + 1) + j;
    let cells = (0..along).flat_map(|i| (0..across).map(move |j| (i, j)));
    let faces = cells.flat_map(|(i, j)| {
        let (a, b, c, d) = (
            index(i, j),
            index(i + 1, j),
            index(i + 1, j + 1),
            index(i, j + 1),
        );
        [[a, b, c], [a, c, d]]
    });
    let vertices: Vec<_> = (0..=along)
        .flat_map(|i| (0..=across).map(move |j| place(i, j)))
        .collect();
    let line = |v: f64| {
        (0..40)
            .map(|i| Point::new(f64::from(i) * 0.01, v, 0.2))
            .collect::<Vec<_>>()
    };
    let link = |frame: &str| LinkCapsule {
        frame: frame.into(),
        a: [0.0; 3],
        b: [0.0, 0.0, -0.3],
        radius: Metres::new(0.05),
    };
    Scene {
        title: "Made-up".into(),
        joint_names: vec!["a".into(), "b".into()],
        links: vec![link("link_1"), link("link_2")],
        body: BodyMesh {
            normals: vec![Direction::Z; vertices.len()],
            zones: vec!["paraspinal".into(); vertices.len()],
            places: vertices
                .iter()
                .map(|p| Some((Metres::new(p.x()), Metres::new(p.y()))))
                .collect(),
            triangles: faces.collect(),
            vertices,
        },
        spine: line(0.0),
        keep_out: KeepOutBand {
            left: line(0.02),
            right: line(-0.02),
            half_width: Metres::new(0.02),
        },
        planned: vec![PlannedPath {
            step: 0,
            segment: "stroke".into(),
            points: line(0.05),
        }],
        tools: tools(),
        steps: steps(),
    }
}
