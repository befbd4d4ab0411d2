//! What stands still: skin, spine, keep-out band, planned paths, link shapes. And the dose that settles on the skin.

use nalgebra::{Unit, UnitQuaternion, Vector3};
use quantities::{Point, Table};
use rerun::{Capsules3D, Color, FillMode, LineStrip3D, LineStrips3D, Mesh3D, ViewCoordinates};

use super::canvas::{Canvas, path_part};
use crate::palette::{self, Rgb};
use crate::session::Session;
use crate::touches::{SkinDose, presses};
use crate::{BodyMesh, KeepOutBand, LinkCapsule, Scene, ViewerError};

/// The skin mesh; its colours change as the dose grows.
const SKIN: &str = "world/body/skin";
/// Lines on the skin are lifted by this (m), else they sink between vertices (chosen).
const LIFT_M: f64 = 0.002;
/// Bytes that the changing colours may take in the file, uncompressed (chosen).
const DOSE_BYTES: usize = 12_000_000;
/// Most often that the colours change (s).
const DOSE_EVERY_S: f64 = 1.0;

/// Refuses shapes that contradict themselves, before a file is begun.
pub(super) fn check(scene: &Scene) -> Result<(), ViewerError> {
    let BodyMesh {
        vertices,
        triangles,
        normals,
        zones,
        places,
    } = &scene.body;
    let count = vertices.len();
    let highest = triangles
        .iter()
        .flatten()
        .max()
        .map_or(0, |index| *index as usize);
    let bad = |what, seen: String, allowed: String| ViewerError::BadScene {
        what,
        seen,
        allowed,
    };
    if !triangles.is_empty() && highest >= count {
        return Err(bad(
            "a corner of the body mesh",
            format!("vertex {highest}"),
            format!("below {count}"),
        ));
    }
    for (what, length) in [
        ("normals of the body mesh", normals.len()),
        ("zones of the body mesh", zones.len()),
        ("places of the body mesh", places.len()),
    ] {
        if length != 0 && length != count {
            return Err(bad(what, length.to_string(), format!("0 or {count}")));
        }
    }
    let (left, right) = (scene.keep_out.left.len(), scene.keep_out.right.len());
    if left != right {
        return Err(bad(
            "edges of the keep-out band",
            format!("{left} and {right} points"),
            "equally many".into(),
        ));
    }
    let finite = |p: &Point<Table>| p.raw().iter().all(|c| c.is_finite());
    match vertices.iter().position(|p| !finite(p)) {
        Some(index) => Err(bad(
            "a vertex of the body mesh",
            format!("vertex {index} not finite"),
            "finite".into(),
        )),
        None => Ok(()),
    }
}

/// Draws all that never changes.
pub(super) fn draw(canvas: &Canvas, scene: &Scene) -> Result<(), ViewerError> {
    canvas.still("world", &ViewCoordinates::RIGHT_HAND_Z_UP())?;
    draw_skin(canvas, &scene.body)?;
    if scene.spine.len() > 1 {
        let spine = line(&scene.spine, [250, 246, 240], 0.0016);
        canvas.still("world/body/spine", &spine)?;
    }
    draw_keep_out(canvas, &scene.keep_out)?;
    draw_plan(canvas, scene)?;
    for (index, link) in scene.links.iter().enumerate() {
        let entity = format!("world/arm/{}/shape_{index}", path_part(&link.frame));
        canvas.still(&entity, &capsule(link, index))?;
    }
    Ok(())
}

fn draw_skin(canvas: &Canvas, body: &BodyMesh) -> Result<(), ViewerError> {
    if body.triangles.is_empty() {
        return Ok(());
    }
    let mut mesh = Mesh3D::new(body.vertices.iter().map(place))
        .with_triangle_indices(body.triangles.iter().copied());
    if !body.normals.is_empty() {
        mesh = mesh.with_vertex_normals(
            body.normals
                .iter()
                .map(|n| [n.x() as f32, n.y() as f32, n.z() as f32]),
        );
    }
    // The colours come as rows over time, with the dose: what is static would shadow them.
    canvas.still(SKIN, &mesh)
}

/// Colour of each vertex by its zone.
fn skin_colours(body: &BodyMesh) -> Vec<Rgb> {
    if body.zones.is_empty() {
        return vec![palette::SKIN; body.vertices.len()];
    }
    body.zones.iter().map(|word| palette::zone(word)).collect()
}

fn draw_keep_out(canvas: &Canvas, band: &KeepOutBand) -> Result<(), ViewerError> {
    if band.left.len() < 2 {
        return Ok(());
    }
    for (name, edge) in [("left", &band.left), ("right", &band.right)] {
        let entity = format!("world/body/keep_out/{name}");
        canvas.still(&entity, &line(edge, palette::CEILING, 0.0018))?;
    }
    let corners = band
        .left
        .iter()
        .zip(&band.right)
        .flat_map(|(l, r)| [raised(l), raised(r)]);
    let corners: Vec<[f32; 3]> = corners.collect();
    let strips = (0..band.left.len() as u32 - 1).map(|i| 2 * i);
    let triangles = strips.flat_map(|i| [[i, i + 1, i + 3], [i, i + 3, i + 2]]);
    let [r, g, b] = palette::CEILING;
    let fill = Mesh3D::new(corners)
        .with_triangle_indices(triangles)
        .with_albedo_factor([r, g, b, 70]);
    canvas.still("world/body/keep_out/band", &fill)
}

fn draw_plan(canvas: &Canvas, scene: &Scene) -> Result<(), ViewerError> {
    for (index, step) in scene.steps.iter().enumerate() {
        let of_step = scene
            .planned
            .iter()
            .filter(|path| path.step as usize == index);
        for (kind, colour, radius) in [
            ("contact", technique_colour(scene, &step.technique), 0.0014),
            ("free", [150, 155, 165], 0.0006),
        ] {
            let strips = of_step
                .clone()
                .filter(|p| in_contact(&p.segment) == (kind == "contact"));
            let strips: Vec<LineStrip3D> = strips
                .map(|p| p.points.iter().map(raised).collect())
                .map(strip)
                .collect();
            if strips.is_empty() {
                continue;
            }
            let entity = format!(
                "world/plan/{kind}/step_{:02}_{}",
                index + 1,
                path_part(&step.name)
            );
            let lines = LineStrips3D::new(strips)
                .with_colors([colour])
                .with_radii([radius]);
            canvas.still(&entity, &lines)?;
        }
    }
    Ok(())
}

/// True for the kinds of segment in which the patch is on the skin.
pub(super) fn in_contact(segment: &str) -> bool {
    matches!(segment, "stroke" | "hold" | "tap" | "touch")
}

/// Colour of a technique of the routine.
pub(super) fn technique_colour(scene: &Scene, technique: &str) -> Rgb {
    palette::technique(&scene.steps, technique).unwrap_or(palette::SKIN)
}

/// Lets the dose settle on the skin: the zone's colour turns into heat, as hot as the final highest dose.
pub(super) fn draw_dose(
    canvas: &Canvas,
    scene: &Scene,
    session: &Session,
) -> Result<(), ViewerError> {
    let places = &scene.body.places;
    if places.is_empty() {
        return Ok(());
    }
    let end_ns = session.contacts.last().map_or(0, |c| c.at_ns);
    let rows = (DOSE_BYTES / (4 * places.len())).max(2) as f64;
    let every_ns = ((end_ns as f64 / rows).max(DOSE_EVERY_S * 1e9)) as u64;
    let mut dose = SkinDose::new(places, &scene.tools);
    let (mut times, mut doses, mut next_ns) = (Vec::new(), Vec::new(), every_ns);
    let mut keep = |at_ns: u64, dose: &SkinDose| {
        times.push(at_ns);
        doses.push(dose.kpa_s().iter().map(|d| *d as f32).collect::<Vec<f32>>());
    };
    keep(0, &dose);
    for press in presses(session, &scene.steps, &scene.tools) {
        if press.contact.at_ns >= next_ns {
            keep(press.contact.at_ns, &dose);
            next_ns = press.contact.at_ns.saturating_add(every_ns);
        }
        dose.add(&press);
    }
    keep(end_ns, &dose);
    let highest = dose.kpa_s().into_iter().fold(0.0, f64::max);
    paint(canvas, &scene.body, &times, &doses, highest)
}

fn paint(
    canvas: &Canvas,
    body: &BodyMesh,
    times: &[u64],
    doses: &[Vec<f32>],
    highest: f64,
) -> Result<(), ViewerError> {
    let plain = skin_colours(body);
    let colour = |(plain, dose): (&Rgb, &f32)| {
        // The root brings out light strokes beside deep ones.
        let share = if *dose > 0.0 {
            (f64::from(*dose) / highest).sqrt()
        } else {
            0.0
        };
        let cover = if *dose > 0.0 {
            0.35 + 0.65 * share
        } else {
            0.0
        };
        Color::from(palette::blend(
            *plain,
            palette::heat(0.15 + 0.85 * share),
            cover,
        ))
    };
    let colours: Vec<Color> = doses
        .iter()
        .flat_map(|row| plain.iter().zip(row).map(colour))
        .collect();
    let lengths = std::iter::repeat_n(plain.len(), times.len());
    let columns = Mesh3D::update_fields()
        .with_vertex_colors(colours)
        .columns(lengths);
    canvas.rows(SKIN, times, columns)
}

fn capsule(link: &LinkCapsule, index: usize) -> Capsules3D {
    let (a, b) = (Vector3::from(link.a), Vector3::from(link.b));
    let axis = Unit::try_new(b - a, 1e-9);
    let turn = axis.map_or_else(UnitQuaternion::identity, |axis| {
        // Opposite to z there are many shortest turns: any will do for a capsule.
        UnitQuaternion::rotation_between_axis(&Vector3::z_axis(), &axis).unwrap_or_else(|| {
            UnitQuaternion::from_axis_angle(&Vector3::x_axis(), core::f64::consts::PI)
        })
    });
    let grey: Rgb = if index.is_multiple_of(2) {
        [226, 229, 234]
    } else {
        [148, 160, 176]
    };
    Capsules3D::from_lengths_and_radii([(b - a).norm() as f32], [link.radius.get() as f32])
        .with_translations([[a.x as f32, a.y as f32, a.z as f32]])
        .with_quaternions([quaternion(&turn)])
        .with_colors([grey])
        // The default draws a wire frame.
        .with_fill_mode(FillMode::Solid)
}

/// A rotation in rerun's order.
pub(super) fn quaternion(turn: &UnitQuaternion<f64>) -> rerun::Quaternion {
    let q = turn.quaternion();
    rerun::Quaternion::from_xyzw([q.i as f32, q.j as f32, q.k as f32, q.w as f32])
}

fn line(points: &[Point<Table>], colour: Rgb, radius: f32) -> LineStrips3D {
    LineStrips3D::new([strip(points.iter().map(raised).collect())])
        .with_colors([colour])
        .with_radii([radius])
}

fn strip(points: Vec<[f32; 3]>) -> LineStrip3D {
    LineStrip3D::from_iter(points)
}

fn place(p: &Point<Table>) -> [f32; 3] {
    [p.x() as f32, p.y() as f32, p.z() as f32]
}

fn raised(p: &Point<Table>) -> [f32; 3] {
    [p.x() as f32, p.y() as f32, (p.z() + LIFT_M) as f32]
}
