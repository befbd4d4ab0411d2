//! Curves over time: forces, clearance, errors, joints.

use recorder::{ContactRecord, JointsRecord};
use rerun::{Scalars, SeriesLines};

use super::canvas::Canvas;
use crate::palette::{self, Rgb};
use crate::session::Session;
use crate::touches::{ceiling, touches};
use crate::{Scene, ViewerError};

/// A curve over the messages of `/contact`.
struct Curve {
    entity: &'static str,
    name: &'static str,
    colour: Rgb,
    width: f32,
    of: fn(&ContactRecord) -> Option<f64>,
}

/// Shorthand for a row of [`CURVES`].
const fn curve(
    entity: &'static str,
    name: &'static str,
    colour: Rgb,
    of: fn(&ContactRecord) -> Option<f64>,
) -> Curve {
    Curve {
        entity,
        name,
        colour,
        width: 1.4,
        of,
    }
}

/// All curves, those behind first. Errors count only where the tool touches.
const CURVES: [Curve; 8] = [
    curve("force/measured", "measured", palette::MEASURED_FORCE, |c| {
        c.normal_force_measured_n
    }),
    curve("force/ceiling", "ceiling", palette::CEILING, ceiling),
    curve("force/set_point", "set-point", palette::SET_POINT, |c| {
        Some(c.normal_force_setpoint_n)
    }),
    curve("force/true", "true", palette::TRUE_FORCE_ON_DARK, |c| {
        Some(c.normal_force_true_n)
    }),
    curve(
        "clearance/to_patch_edge",
        "to patch edge",
        palette::CLEARANCE,
        |c| touches(c).then_some(c.spine_clearance_m * 1e3),
    ),
    curve(
        "error/normal",
        "tool axis to normal",
        palette::POSE_ERROR,
        |c| touches(c).then_some(c.normal_error_rad.to_degrees()),
    ),
    curve(
        "error/tangential",
        "along the skin",
        palette::POSE_ERROR,
        |c| touches(c).then_some(c.tangential_error_m * 1e3),
    ),
    curve(
        "pressure/peak",
        "peak under the patch",
        palette::TRUE_FORCE_ON_DARK,
        |c| Some(c.peak_pressure_pa * 1e-3),
    ),
];

/// Draws all curves.
pub(super) fn draw(canvas: &Canvas, scene: &Scene, session: &Session) -> Result<(), ViewerError> {
    for curve in &CURVES {
        draw_curve(canvas, curve, &session.contacts)?;
    }
    draw_keep_out(canvas, scene, session)?;
    draw_joints(canvas, scene, session)
}

/// A curve; where there is no value there is a gap, not a line across.
fn draw_curve(
    canvas: &Canvas,
    curve: &Curve,
    contacts: &[ContactRecord],
) -> Result<(), ViewerError> {
    let Curve {
        entity,
        name,
        colour,
        width,
        of,
    } = curve;
    let lines = SeriesLines::new()
        .with_names([*name])
        .with_colors([*colour])
        .with_widths([*width]);
    canvas.still(entity, &lines)?;
    let times: Vec<u64> = contacts.iter().map(|c| c.at_ns).collect();
    let values = contacts
        .iter()
        .map(|c| of(c).filter(|v| v.is_finite()).unwrap_or(f64::NAN));
    canvas.rows(
        entity,
        &times,
        Scalars::new(values).columns_of_unit_batches(),
    )
}

/// The keep-out's edge as a level line in the clearance plot.
fn draw_keep_out(canvas: &Canvas, scene: &Scene, session: &Session) -> Result<(), ViewerError> {
    let half_width_mm = scene.keep_out.half_width.get() * 1e3;
    let ends = session.contacts.first().zip(session.contacts.last());
    let Some((first, last)) = ends.filter(|_| half_width_mm > 0.0) else {
        return Ok(());
    };
    let lines = SeriesLines::new()
        .with_names(["keep-out"])
        .with_colors([palette::CEILING])
        .with_widths([1.6f32]);
    canvas.still("clearance/keep_out", &lines)?;
    let columns = Scalars::new([half_width_mm, half_width_mm]).columns_of_unit_batches();
    canvas.rows("clearance/keep_out", &[first.at_ns, last.at_ns], columns)
}

fn draw_joints(canvas: &Canvas, scene: &Scene, session: &Session) -> Result<(), ViewerError> {
    draw_joint_curves(canvas, scene, session, "joints/position", |j| &j.positions)?;
    draw_joint_curves(canvas, scene, session, "joints/velocity", |j| &j.velocities)?;
    draw_joint_curves(canvas, scene, session, "joints/torque", |j| &j.efforts)
}

fn draw_joint_curves(
    canvas: &Canvas,
    scene: &Scene,
    session: &Session,
    entity: &str,
    of: fn(&JointsRecord) -> &Vec<f64>,
) -> Result<(), ViewerError> {
    let count = session
        .joints
        .iter()
        .map(|j| of(j).len())
        .max()
        .unwrap_or(0);
    let whole = session.joints.iter().filter(|j| of(j).len() == count);
    if count == 0 {
        return Ok(());
    }
    let name = |i: usize| match scene.joint_names.get(i) {
        Some(name) => name.clone(),
        None => format!("joint {}", i + 1),
    };
    let lines = SeriesLines::new()
        .with_names((0..count).map(name))
        .with_colors((0..count).map(palette::nth));
    canvas.still(entity, &lines)?;
    let times: Vec<u64> = whole.clone().map(|j| j.at_ns).collect();
    let values: Vec<f64> = whole.flat_map(|j| of(j).iter().copied()).collect();
    let lengths = std::iter::repeat_n(count, times.len());
    canvas.rows(entity, &times, Scalars::new(values).columns(lengths))
}
