//! What was found, as text and as JSON.

use std::fmt::Write as _;
use std::path::Path;

use kinematics::JointKind;
use planner::{Mount, Placement, Placing, ReachFigures};
use serde_json::{Value, json};

use crate::load::{Loaded, body_label};

/// Name and figures of a base, in the order of the table.
pub(super) fn rows<const D: usize>(placement: &Placement<D>) -> Vec<(&'static str, String)> {
    let figures = &placement.figures;
    let (margin_joint, margin) = figures.joint_margin;
    let (weak_joint, reserve) = figures.torque_reserve;
    let of_joint = |joint: usize| format!(", joint {joint}");
    let margin = decimals(margin.get().to_degrees(), 1, &of_joint(margin_joint));
    let reserve = decimals(reserve * 100.0, 0, &of_joint(weak_joint));
    vec![
        ("x, y, z (mm)", triple(&position_mm(placement), 0)),
        ("roll, pitch, yaw (deg)", triple(&angles_deg(placement), 1)),
        ("plans", verdict(placement)),
        ("unreached", unreached(figures)),
        ("comfort, 0 to 1", format!("{:.2}", figures.comfort)),
        (
            "manipulability (mm/rad)",
            decimals(figures.manipulability * 1e3, 0, ""),
        ),
        ("joint margin (deg)", margin),
        ("torque reserve (%)", reserve),
        (
            "spare clearance (mm)",
            decimals(figures.clearance.get() * 1e3, 0, ""),
        ),
        (
            "back in reach (%)",
            decimals(share_of_back(placement) * 100.0, 0, ""),
        ),
    ]
}

fn decimals(value: f64, decimals: usize, after: &str) -> String {
    if value.is_finite() {
        format!("{value:.decimals$}{after}")
    } else {
        "-".to_owned()
    }
}

/// Share of the cells of the back that the main tool reaches.
fn share_of_back<const D: usize>(placement: &Placement<D>) -> f64 {
    let reached = placement.map.iter().filter(|c| c.comfort.is_some()).count();
    reached as f64 / placement.map.len().max(1) as f64
}

fn unreached(figures: &ReachFigures) -> String {
    let share = 100.0 * figures.unreached as f64 / figures.places.max(1) as f64;
    format!("{} of {} ({share:.0} %)", figures.unreached, figures.places)
}

fn verdict<const D: usize>(placement: &Placement<D>) -> String {
    match &placement.verdict {
        Ok(duration) => format!("yes, {:.0} s", duration.get()),
        Err(rejection) => {
            let words = rejection.violations.first().map(|v| v.rule.word());
            format!("no: {}", words.unwrap_or("refused"))
        }
    }
}

/// What a base is called.
pub(super) fn name<const D: usize>(placement: &Placement<D>, number: usize) -> String {
    match placement.mount {
        Some(mount) => format!("{number} {}", mount.word()),
        None => "present".to_owned(),
    }
}

/// Place of the base on the table (mm).
fn position_mm<const D: usize>(placement: &Placement<D>) -> [f64; 3] {
    let place = placement.table_from_base.translation.vector * 1e3;
    // Adding zero takes the sign from a zero.
    [place.x, place.y, place.z].map(|x| x.round() + 0.0)
}

/// Its angles in tenths of a degree.
fn angles_deg<const D: usize>(placement: &Placement<D>) -> [f64; 3] {
    let angles = placement.roll_pitch_yaw();
    angles.map(|angle| tenth_deg(angle.get()))
}

fn tenth_deg(angle: f64) -> f64 {
    (angle.to_degrees() * 10.0).round() / 10.0 + 0.0
}

fn thousandth(value: f64) -> f64 {
    (value * 1e3).round() / 1e3 + 0.0
}

fn triple(values: &[f64; 3], decimals: usize) -> String {
    values.map(|x| format!("{x:.decimals$}")).join(", ")
}

/// What goes into the arm profile; the park posture belongs to the base.
pub(super) fn snippet<const D: usize>(loaded: &Loaded, placement: &Placement<D>) -> String {
    let mut text = format!(
        "[installation.base_in_table]\nposition_mm = [{}]\nroll_pitch_yaw_deg = [{}]\n",
        triple(&position_mm(placement), 0),
        triple(&angles_deg(placement), 1),
    );
    text.push_str("# and the park posture that belongs to it:\n");
    for (joint, park) in loaded.setup.chain.joints.iter().zip(placement.park.iter()) {
        let (key, value) = match joint.kind {
            JointKind::Prismatic => ("park_mm", thousandth(park * 1e3)),
            JointKind::Revolute | JointKind::Continuous => ("park_deg", tenth_deg(*park)),
        };
        let _ = writeln!(text, "#   {}: {key} = {value}", joint.name);
    }
    text
}

/// The table, and the snippet of each.
pub(super) fn as_text<const D: usize>(loaded: &Loaded, placing: &Placing<D>) -> String {
    let bases: Vec<&Placement<D>> = placing.best.iter().chain([&placing.present]).collect();
    let columns: Vec<Vec<(&str, String)>> = bases.iter().map(|base| rows(base)).collect();
    let numbered = bases.iter().enumerate();
    let names: Vec<String> = numbered.map(|(i, b)| name(b, i + 1)).collect();
    let mut text = format!(
        "{} with {} on {}: {} bases looked at\n\n",
        loaded.routine.name,
        loaded.profile.name,
        body_label(&loaded.body),
        placing.looked_at
    );
    let width = |column: usize| {
        let cells = columns.get(column).into_iter().flatten();
        let widest = cells.map(|(_, cell)| cell.chars().count()).max();
        widest.unwrap_or(0).max(12)
    };
    let _ = write!(text, "{:<24}", "");
    for (column, name) in names.iter().enumerate() {
        let _ = write!(text, "  {name:<width$}", width = width(column));
    }
    let labels = columns.first().into_iter().flatten();
    for (row, (label, _)) in labels.enumerate() {
        let _ = write!(text, "\n{label:<24}");
        for (column, cells) in columns.iter().enumerate() {
            let cell = cells.get(row).map_or("", |(_, cell)| cell.as_str());
            let _ = write!(text, "  {cell:<width$}", width = width(column));
        }
    }
    text.push_str("\n\n");
    for (base, name) in placing.best.iter().zip(&names) {
        if base.plans() {
            let _ = writeln!(text, "# {name}\n{}", snippet(loaded, base));
        }
    }
    let lines = text.lines().map(str::trim_end);
    lines.fold(String::new(), |all, line| all + line + "\n")
}

/// Why nothing is recommended.
pub(super) fn refusal<const D: usize>(placing: &Placing<D>) -> String {
    let Some(best) = placing.best.first() else {
        return "no base has room beside this table and body; allow another --mount".to_owned();
    };
    let figures = &best.figures;
    let mut text = format!(
        "no base was found from which the routine plans ({} looked at). The best misses {}",
        placing.looked_at,
        unreached(figures)
    );
    if let Some((lack, count)) = figures.lacks.first() {
        let _ = write!(text, "; most lacking: {} ({count} places)", lack.word());
    }
    if let Some((step, u, v)) = figures.first_unreached {
        let (u, v) = (u.get() * 1e3, v.get() * 1e3);
        let _ = write!(text, ", first in step {step} at u {u:+.0} mm, v {v:+.0} mm");
    }
    if let Err(rejection) = &best.verdict
        && let Some(violation) = rejection.violations.first()
    {
        let _ = write!(text, ".\nThe planner says of it: {violation}");
    }
    text.push_str(
        "\nDo: allow another --mount, take an arm with more reach, shorter tools, or split the routine",
    );
    text
}

/// Everything, for scripts.
pub(super) fn as_json<const D: usize>(loaded: &Loaded, placing: &Placing<D>, page: &Path) -> Value {
    let best: Vec<Value> = placing.best.iter().map(base_json).collect();
    json!({
        "version": 1, "arm": loaded.profile.name, "routine": loaded.routine.name,
        "body": body_label(&loaded.body), "looked_at": placing.looked_at,
        "best": best, "present": base_json(&placing.present),
        "map_tool": placing.map_tool, "page": page.display().to_string(),
    })
}

fn base_json<const D: usize>(placement: &Placement<D>) -> Value {
    let figures = &placement.figures;
    let finite = |x: f64| {
        if x.is_finite() { json!(x) } else { Value::Null }
    };
    let lacks: Vec<Value> = figures
        .lacks
        .iter()
        .map(|(lack, count)| json!({"what": lack.word(), "places": count}))
        .collect();
    let map: Vec<Value> = placement
        .map
        .iter()
        .map(|cell| json!({"u_m": cell.place.0.get(), "v_m": cell.place.1.get(), "comfort": cell.comfort}))
        .collect();
    let verdict = placement.verdict.as_ref();
    json!({
        "mount": placement.mount.map(Mount::word),
        "position_mm": position_mm(placement), "roll_pitch_yaw_deg": angles_deg(placement),
        "park": placement.park.as_slice(), "plans": placement.plans(),
        "duration_s": verdict.ok().map(|d| d.get()), "rejection": verdict.err(),
        "places": figures.places, "unreached": figures.unreached,
        "unreached_steps": figures.unreached_steps, "lacks": lacks,
        "comfort": figures.comfort, "tightest": figures.tightest.word(),
        "manipulability_m_per_rad": finite(figures.manipulability),
        "joint_margin_rad": finite(figures.joint_margin.1.get()),
        "joint_margin_joint": figures.joint_margin.0,
        "torque_reserve": finite(figures.torque_reserve.1),
        "torque_reserve_joint": figures.torque_reserve.0,
        "spare_clearance_m": finite(figures.clearance.get()),
        "back_in_reach": share_of_back(placement), "map": map,
    })
}
