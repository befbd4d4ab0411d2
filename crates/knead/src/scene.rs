//! From what an archive carries to what viewer and report draw. Nothing but the archive is asked, so a run
//! can be drawn again years later.

use std::path::Path;

use anatomy::{Back, Level};
use judge::{ArmFile, PlanFile};
use kinematics::Patch;
use quantities::{Direction, Metres, Point};
use recorder::ArchiveReader;
use serde::de::DeserializeOwned;
use sim::TrueWorld;
use viewer::{
    BodyMap, BodyMesh, KeepOutBand, Landmark, LinkCapsule, PlannedPath, Scene, StepName, ToolShape,
};

use crate::failure::Failure;
use crate::session::RunFile;

/// Grid of the drawn skin.
const MESH_SPACING: f64 = 0.01;

/// Everything of an archive that stands still.
pub struct Archived {
    /// What the run was made of.
    pub run: RunFile,
    /// The scene.
    pub scene: Scene,
    /// The back as a map.
    pub map: BodyMap,
    /// The true back.
    pub back: Back,
    /// The arm and its tools.
    pub arm: ArmFile,
    /// The plan's table of contents.
    pub plan: PlanFile,
}

/// Reads the attachments of an archive.
pub fn archived(path: &Path) -> Result<Archived, Failure> {
    let reader = ArchiveReader::open(path).map_err(Failure::input)?;
    let run: RunFile = attachment(&reader, path, "run.json")?;
    let arm: ArmFile = attachment(&reader, path, "arm.json")?;
    let plan: PlanFile = attachment(&reader, path, "plan.json")?;
    let bytes = bytes(&reader, path, "world.bin")?;
    let world = TrueWorld::from_bytes(bytes).map_err(Failure::input)?;
    let back = world.back();
    let half_width = Metres::new(run.keep_out_half_width_mm * 1e-3);
    let tools: Vec<ToolShape> = arm.tools.iter().map(shape).collect();
    let scene = Scene {
        title: run.title.clone(),
        joint_names: arm.joint_names.clone(),
        links: run.capsules.iter().map(link).collect(),
        body: mesh(back),
        spine: back.spine().to_vec(),
        keep_out: band(back, half_width),
        planned: run.planned.iter().map(path_of).collect(),
        tools: tools.clone(),
        steps: steps(&plan, &run),
    };
    let map = body_map(back, half_width);
    let back = back.clone();
    Ok(Archived {
        run,
        scene,
        map,
        back,
        arm,
        plan,
    })
}

/// The back as a map: outline, keep-out band and levels.
pub fn body_map(back: &Back, keep_out_half_width: Metres) -> BodyMap {
    BodyMap {
        outline: outline(back),
        keep_out_half_width,
        landmarks: Level::LANDMARKS
            .iter()
            .map(|level| Landmark {
                name: level.word().to_owned(),
                u: back.level(*level),
                v: Metres::ZERO,
            })
            .collect(),
    }
}

fn bytes<'r>(reader: &'r ArchiveReader, path: &Path, name: &str) -> Result<&'r [u8], Failure> {
    reader
        .attachments()
        .iter()
        .find(|a| a.name == name)
        .map(|a| a.bytes.as_slice())
        .ok_or_else(|| {
            Failure::Input(format!(
                "{} carries no {name}; it was not written by `knead sim`, run the session again",
                path.display()
            ))
        })
}

fn attachment<T: DeserializeOwned>(
    reader: &ArchiveReader,
    path: &Path,
    name: &str,
) -> Result<T, Failure> {
    serde_json::from_slice(bytes(reader, path, name)?)
        .map_err(|e| Failure::Input(format!("{}: {name}: {e}", path.display())))
}

fn link(capsule: &crate::session::CapsuleFile) -> LinkCapsule {
    LinkCapsule {
        frame: capsule.frame.clone(),
        a: capsule.a,
        b: capsule.b,
        radius: Metres::new(capsule.radius),
    }
}

fn path_of(planned: &crate::session::PlannedFile) -> PlannedPath {
    let point = |p: &[f32; 3]| Point::new(f64::from(p[0]), f64::from(p[1]), f64::from(p[2]));
    PlannedPath {
        step: planned.step,
        segment: planned.segment.clone(),
        points: planned.points.iter().map(point).collect(),
    }
}

fn shape(tool: &judge::ToolFile) -> ToolShape {
    let patch = Patch::from(&tool.patch);
    let points: Vec<[f64; 2]> = patch.outline().iter().map(|&(x, y)| [x, y]).collect();
    let outlines = match patch {
        Patch::Fork { .. } => points.chunks(points.len() / 2).map(<[_]>::to_vec).collect(),
        Patch::RoundedRectangle { .. } | Patch::Disc { .. } => vec![points],
    };
    ToolShape {
        name: tool.name.clone(),
        outlines,
    }
}

fn steps(plan: &PlanFile, run: &RunFile) -> Vec<StepName> {
    plan.steps
        .iter()
        .enumerate()
        .map(|(index, step)| StepName {
            name: step.name.clone(),
            technique: step.technique.clone(),
            rows: step.rows.clone(),
            tool: plan
                .segments
                .iter()
                .find(|s| {
                    s.step as usize == index && matches!(s.kind.as_str(), "stroke" | "hold" | "tap")
                })
                .map(|s| usize::from(s.tool)),
            notes: run.step_notes.get(index).cloned().unwrap_or_default(),
        })
        .collect()
}

fn band(back: &Back, half_width: Metres) -> KeepOutBand {
    let (from, to) = back.u_range();
    let count = ((to - from).get() / 0.01) as usize;
    let places = |side: f64| {
        (0..=count)
            .filter_map(|i| {
                let u = from + (to - from) * (i as f64 / count.max(1) as f64);
                back.chart().at(u, half_width * side).map(|p| p.point)
            })
            .collect::<Vec<_>>()
    };
    KeepOutBand {
        left: places(1.0),
        right: places(-1.0),
        half_width,
    }
}

fn outline(back: &Back) -> Vec<(Metres, Metres)> {
    let (from, to) = back.u_range();
    let us: Vec<Metres> = (0..=60)
        .map(|i| from + (to - from) * (f64::from(i) / 60.0))
        .collect();
    let ranges: Vec<_> = us
        .iter()
        .filter_map(|&u| back.v_range(u).map(|v| (u, v)))
        .collect();
    let left = ranges.iter().map(|(u, (_, most))| (*u, *most));
    let right = ranges.iter().rev().map(|(u, (least, _))| (*u, *least));
    left.chain(right).collect()
}

/// The skin as a mesh on a grid seen from above.
fn mesh(back: &Back) -> BodyMesh {
    let bounds = back.surface().bounds();
    let (x0, x1) = (bounds.min_x, bounds.max_x);
    let (y0, y1) = (bounds.min_y, bounds.max_y);
    let (rows, columns) = (
        ((x1 - x0) / MESH_SPACING) as usize + 1,
        ((y1 - y0) / MESH_SPACING) as usize + 1,
    );
    let mut mesh = BodyMesh::default();
    let mut index: Vec<Option<u32>> = vec![None; rows * columns];
    for row in 0..rows {
        for column in 0..columns {
            let (x, y) = (
                x0 + row as f64 * MESH_SPACING,
                y0 + column as f64 * MESH_SPACING,
            );
            let Some(skin) = back.surface().sample(x, y) else {
                continue;
            };
            index[row * columns + column] = Some(mesh.vertices.len() as u32);
            let point = Point::new(x, y, skin.height);
            mesh.vertices.push(point);
            let up = back.surface().normal_at(x, y).unwrap_or(Direction::Z);
            mesh.normals.push(up);
            let place = back.chart().locate(&point);
            let zone = place.map_or("", |(u, v)| back.zone_at(u, v).word());
            mesh.zones.push(zone.to_owned());
            mesh.places.push(place);
        }
    }
    for row in 1..rows {
        for column in 1..columns {
            let at = |r: usize, c: usize| index[r * columns + c];
            let corners = [
                at(row - 1, column - 1),
                at(row, column - 1),
                at(row, column),
                at(row - 1, column),
            ];
            if let [Some(a), Some(b), Some(c), Some(d)] = corners {
                mesh.triangles.push([a, b, c]);
                mesh.triangles.push([a, c, d]);
            }
        }
    }
    mesh
}
