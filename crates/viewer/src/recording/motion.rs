//! What moves: links, tool, the trail of the patch and the arrow of the true force.

use std::collections::BTreeMap;

use nalgebra::{Isometry3, Vector3};
use recorder::{PoseRecord, WrenchRecord};
use rerun::{Arrows3D, Color, LineStrip3D, LineStrips3D, TextLog, Transform3D};

use super::canvas::{Canvas, path_part};
use super::layout;
use super::scenery::{quaternion, technique_colour};
use crate::palette::{self, Rgb};
use crate::session::{Latest, Session};
use crate::touches::{TOUCH_N, pose, tool_of, touches};
use crate::{Scene, ViewerError};

/// The trail of the patch: one short line a row; the layout shows the newest ones together.
pub(super) const TRAIL: &str = "world/walked";
/// Length of the force arrow (m/N): 10 N are 10 cm (chosen).
const ARROW_M_PER_N: f64 = 0.01;
/// Distance of the force arrow from the middle of the patch (m), more than a tool is wide (chosen).
const ARROW_ASIDE_M: f64 = 0.075;
/// The trail is lifted by this (m), above the lines of the plan (chosen).
const TRAIL_LIFT_M: f64 = 0.004;
/// Two rows of the trail farther apart than this are not joined (s).
const TRAIL_GAP_NS: u64 = 200_000_000;

/// Draws all that moves.
pub(super) fn draw(canvas: &Canvas, scene: &Scene, session: &Session) -> Result<(), ViewerError> {
    let tracks = tracks(session);
    for (frame, (times, poses)) in &tracks {
        let columns = Transform3D::update_fields()
            .with_many_translation(poses.iter().map(|p| floats(&p.translation.vector)))
            .with_many_quaternion(poses.iter().map(|p| quaternion(&p.rotation)))
            .columns_of_unit_batches();
        canvas.rows(&format!("world/arm/{}", path_part(frame)), times, columns)?;
    }
    warn_of_missing_frames(canvas, scene, &tracks)?;
    draw_patch(canvas, scene, session)?;
    draw_trail(canvas, scene, session)?;
    draw_force(canvas, scene, session)
}

type Track = (Vec<u64>, Vec<Isometry3<f64>>);

/// `table_from_frame` over time for each frame: `/tf` resolved to the table, the tool from `/tool_pose`.
fn tracks(session: &Session) -> BTreeMap<String, Track> {
    let mut tracks: BTreeMap<String, Track> = BTreeMap::new();
    for (at_ns, bundle) in &session.transforms {
        for transform in bundle {
            let Some(local) = pose(transform.position, transform.orientation) else {
                continue;
            };
            let parent = if transform.parent == "table" {
                Some(Isometry3::identity())
            } else {
                tracks
                    .get(&transform.parent)
                    .and_then(|track| track.1.last().copied())
            };
            let Some(table_from_parent) = parent else {
                continue;
            };
            let (times, poses) = tracks.entry(transform.child.clone()).or_default();
            times.push(*at_ns);
            poses.push(table_from_parent * local);
        }
    }
    let told = session.tool_poses.iter();
    let told = told.filter_map(|p| pose(p.position, p.orientation).map(|pose| (p.at_ns, pose)));
    let tool: Track = told.unzip();
    if !tool.0.is_empty() {
        tracks.insert("tool".to_owned(), tool);
    }
    tracks
}

/// A link whose pose is nowhere in the archive would lie at the table's origin: say so instead.
fn warn_of_missing_frames(
    canvas: &Canvas,
    scene: &Scene,
    tracks: &BTreeMap<String, Track>,
) -> Result<(), ViewerError> {
    let missing = scene.links.iter().map(|link| link.frame.as_str());
    let mut missing: Vec<&str> = missing
        .filter(|f| *f != "table" && !tracks.contains_key(*f))
        .collect();
    missing.dedup();
    for frame in missing {
        let entity = format!("world/arm/{}", path_part(frame));
        // An empty scale makes the shape vanish.
        canvas.still(&entity, &Transform3D::from_scale(0.0))?;
        let text = format!("link shape not drawn: the archive holds no pose of frame {frame:?}");
        let line = TextLog::update_fields()
            .with_many_text([text])
            .with_many_level(["WARN"]);
        canvas.rows("log/viewer", &[0], line.columns_of_unit_batches())?;
    }
    Ok(())
}

/// Outline of the patch on the tool; it changes with the tool.
fn draw_patch(canvas: &Canvas, scene: &Scene, session: &Session) -> Result<(), ViewerError> {
    let (mut times, mut strips, mut lengths) = (Vec::new(), Vec::new(), Vec::new());
    let mut shown = None;
    for contact in &session.contacts {
        let Some(tool) = tool_of(contact, &scene.steps, &scene.tools) else {
            continue;
        };
        if shown == Some(tool.name.as_str()) {
            continue;
        }
        shown = Some(tool.name.as_str());
        times.push(contact.at_ns);
        lengths.push(tool.outlines.len());
        strips.extend(tool.outlines.iter().map(|outline| {
            let closed = outline.iter().chain(outline.first());
            LineStrip3D::from_iter(closed.map(|[x, y]| [*x as f32, *y as f32, 0.0]))
        }));
    }
    let count = strips.len();
    let columns = LineStrips3D::update_fields()
        .with_strips(strips)
        .with_colors(std::iter::repeat_n(Color::from([255, 214, 90]), count))
        .with_radii(std::iter::repeat_n(0.0025f32, count))
        .columns(lengths);
    canvas.rows("world/arm/tool/patch", &times, columns)
}

fn draw_trail(canvas: &Canvas, scene: &Scene, session: &Session) -> Result<(), ViewerError> {
    let mut contacts = Latest::new(&session.contacts, |c| c.at_ns);
    let (mut times, mut strips, mut colours, mut radii) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for pair in session.tool_poses.windows(2) {
        let [from, to] = pair else { continue };
        let far = to.at_ns.saturating_sub(from.at_ns) > TRAIL_GAP_NS;
        let finite = from
            .position
            .iter()
            .chain(&to.position)
            .all(|c| c.is_finite());
        if far || !finite {
            continue;
        }
        let touch = contacts.at(to.at_ns).filter(|c| touches(c));
        let (colour, radius): (Rgb, f32) = match touch {
            Some(contact) => {
                let technique = technique_colour(scene, &contact.technique);
                (palette::blend(technique, [255, 255, 255], 0.25), 0.003)
            }
            None => ([140, 200, 230], 0.0012),
        };
        times.push(to.at_ns);
        strips.push(LineStrip3D::from_iter([raised(from), raised(to)]));
        colours.push(Color::from(colour));
        radii.push(radius);
    }
    let columns = LineStrips3D::update_fields()
        .with_strips(strips)
        .with_colors(colours)
        .with_radii(radii)
        .columns_of_unit_batches();
    canvas.rows(TRAIL, &times, columns)
}

/// The force of the tool on the body, as an arrow toward the skin. It stands beside the tool, on the
/// camera's side: at the patch the tool itself would hide it.
fn draw_force(canvas: &Canvas, scene: &Scene, session: &Session) -> Result<(), ViewerError> {
    let camera = Vector3::new(0.0, layout::camera_side(scene, session), 0.0);
    let mut wrenches = Latest::new(&session.true_wrenches, |w: &WrenchRecord| w.at_ns);
    let (mut times, mut lengths, mut tails, mut arrows) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for record in &session.tool_poses {
        let Some(table_from_tool) = pose(record.position, record.orientation) else {
            continue;
        };
        let Some(wrench) = wrenches.at(record.at_ns) else {
            continue;
        };
        let [x, y, z, ..] = wrench.wrench;
        let skin_on_tool = Vector3::new(x, y, z);
        let felt = skin_on_tool.iter().all(|c| c.is_finite()) && skin_on_tool.norm() > TOUCH_N;
        times.push(record.at_ns);
        lengths.push(usize::from(felt));
        if felt {
            let arrow = table_from_tool * -skin_on_tool * ARROW_M_PER_N;
            let tip = table_from_tool.translation.vector + aside(&table_from_tool, &camera);
            tails.push(floats(&(tip - arrow)));
            arrows.push(floats(&arrow));
        }
    }
    let count = arrows.len();
    let columns = Arrows3D::update_fields()
        .with_vectors(arrows)
        .with_origins(tails)
        .with_colors(std::iter::repeat_n(Color::from([255, 82, 60]), count))
        .with_radii(std::iter::repeat_n(0.006f32, count))
        .columns(lengths);
    canvas.rows("world/true_force", &times, columns)
}

/// From the patch along the skin toward the camera (m).
fn aside(table_from_tool: &Isometry3<f64>, camera: &Vector3<f64>) -> Vector3<f64> {
    let inward = table_from_tool.rotation * Vector3::z();
    let along_skin = camera - inward * inward.dot(camera);
    along_skin
        .try_normalize(1e-6)
        .map_or(Vector3::zeros(), |way| way * ARROW_ASIDE_M)
}

/// The place of the patch, lifted off the skin so that the line is seen.
fn raised(record: &PoseRecord) -> [f32; 3] {
    let [x, y, z] = record.position;
    [x as f32, y as f32, (z + TRAIL_LIFT_M) as f32]
}

fn floats(v: &Vector3<f64>) -> [f32; 3] {
    [v.x as f32, v.y as f32, v.z as f32]
}
