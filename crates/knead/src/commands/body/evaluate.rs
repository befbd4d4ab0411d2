//! `knead body evaluate`: what a fit finds against landmarks that were kept from it.

use anatomy::{
    Back, FitReport, KnownLandmarks, Level, PlacedLandmark, PointCloud, Registration, Side,
    register_known,
};
use quantities::{Metres, Point, Table};
use serde_json::json;
use settings::read_touched;

use super::spoil;
use crate::cli::EvaluateOptions;
use crate::compose::read_cloud;
use crate::failure::Failure;
use crate::say::say;

/// One landmark, found and given.
struct Row {
    name: String,
    found: Point<Table>,
    given: Point<Table>,
    /// Error along and across the given spine (mm).
    along_mm: f64,
    across_mm: f64,
    /// What the fit states for both (mm, 95 %); `None` for places that follow from chosen proportions.
    stated_mm: Option<(f64, f64)>,
    told: bool,
}

impl Row {
    fn inside(&self) -> Option<bool> {
        let (along, across) = self.stated_mm?;
        Some(self.along_mm.abs() <= along && self.across_mm.abs() <= across)
    }
}

/// The midline, found and given.
struct Midline {
    worst_mm: f64,
    rms_mm: f64,
    stated_mm: f64,
    inside: usize,
    count: usize,
}

pub fn run(options: &EvaluateOptions) -> Result<(), Failure> {
    spoil::check(options)?;
    let all = read_touched(&options.landmarks)
        .map_err(Failure::input)?
        .landmarks;
    if all.complete().is_none() {
        return Err(Failure::Input(format!(
            "{}: an evaluation needs C7, T3, T7, T12, L4 and S2 to compare with",
            options.landmarks.display()
        )));
    }
    let cloud = spoil::spoiled(&read_cloud(&options.cloud)?, options);
    let all = spoil::turned_landmarks(&all, options.turn_deg);
    let known = told(&all, &options.known)?;
    match register_known(&cloud, &known) {
        Ok(fit) => show(options, &cloud, &all, &fit),
        Err(refused) if options.json => {
            say!(
                "{}",
                json!({"version": 1, "points": cloud.len(), "refused": refused.to_string()})
            );
        }
        Err(refused) => say!("refused: {refused}"),
    }
    Ok(())
}

/// The landmarks that the fit is told.
fn told(all: &KnownLandmarks, names: &[String]) -> Result<KnownLandmarks, Failure> {
    let mut known = KnownLandmarks {
        midline_uncertainty: all.midline_uncertainty,
        ..KnownLandmarks::default()
    };
    for name in names {
        if name == "midline" {
            known.midline.clone_from(&all.midline);
            continue;
        }
        let found = all.levels.iter().find(|(level, _)| level.name() == name);
        let Some(found) = found else {
            let names: Vec<&str> = all.levels.iter().map(|(level, _)| level.name()).collect();
            return Err(Failure::Input(format!(
                "--known names {name}; the landmarks hold {} and midline",
                names.join(", ")
            )));
        };
        known.levels.push(*found);
    }
    Ok(known)
}

fn show(options: &EvaluateOptions, cloud: &PointCloud, all: &KnownLandmarks, fit: &Registration) {
    let report = &fit.report;
    let mut rows: Vec<Row> = report
        .certainty
        .landmarks
        .iter()
        .filter_map(|placed| vertebra(placed, all))
        .collect();
    rows.extend(beside(&fit.back, all));
    let midline = midline(&fit.back, report, all);
    if options.json {
        as_json(cloud, report, &rows, midline.as_ref());
    } else {
        as_text(cloud, report, &rows, midline.as_ref());
    }
}

/// Unit vector from S2 to C7 as given, seen from above.
fn ahead(all: &KnownLandmarks) -> (f64, f64) {
    let ends = all.level(Level::S2).zip(all.level(Level::C7));
    let (dx, dy) = ends.map_or((1.0, 0.0), |(s2, c7)| (c7.x() - s2.x(), c7.y() - s2.y()));
    let length = (dx * dx + dy * dy).sqrt().max(1e-9);
    (dx / length, dy / length)
}

fn row(name: String, found: Point<Table>, given: Point<Table>, all: &KnownLandmarks) -> Row {
    let (ax, ay) = ahead(all);
    let (dx, dy) = (found.x() - given.x(), found.y() - given.y());
    Row {
        name,
        found,
        given,
        along_mm: 1e3 * (dx * ax + dy * ay),
        across_mm: 1e3 * (dy * ax - dx * ay),
        stated_mm: None,
        told: false,
    }
}

fn vertebra(placed: &PlacedLandmark, all: &KnownLandmarks) -> Option<Row> {
    let given = all.level(placed.level)?;
    let mut row = row(placed.level.name().to_owned(), placed.point, given, all);
    row.stated_mm = Some((placed.along.get() * 1e3, placed.across.get() * 1e3));
    row.told = placed.given;
    Some(row)
}

/// Dimples and lower angles of the blades, as they follow from the levels.
fn beside(back: &Back, all: &KnownLandmarks) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut compare = |name: &str, given: Option<Point<Table>>, u: Metres, v: Metres| {
        if let (Some(given), Some(found)) = (given, back.chart().at(u, v)) {
            rows.push(row(name.to_owned(), found.point, given, all));
        }
    };
    let lowest = |side| {
        let border = back.blade_border(side).into_iter();
        border.min_by(|a, b| a.0.get().total_cmp(&b.0.get()))
    };
    let dimple = |side| {
        back.bone_ridge(anatomy::Bone::IliacCrest, side)
            .first()
            .copied()
    };
    for (side, angle, psis, word) in [
        (Side::Left, all.scapula_inferior_left, all.psis_left, "left"),
        (
            Side::Right,
            all.scapula_inferior_right,
            all.psis_right,
            "right",
        ),
    ] {
        if let Some((u, v)) = lowest(side) {
            compare(&format!("blade, lower angle {word}"), angle, u, v);
        }
        if let Some((u, v)) = dimple(side) {
            compare(&format!("PSIS {word}"), psis, u, v);
        }
    }
    rows
}

fn midline(back: &Back, report: &FitReport, all: &KnownLandmarks) -> Option<Midline> {
    let stated_mm = report.midline_uncertainty.get() * 1e3;
    let offs: Vec<f64> = all
        .midline
        .iter()
        .filter_map(|p| Some(back.chart().locate(p)?.1.get().abs() * 1e3))
        .collect();
    let count = offs.len();
    (count > 0).then(|| Midline {
        worst_mm: offs.iter().copied().fold(0.0, f64::max),
        rms_mm: (offs.iter().map(|o| o * o).sum::<f64>() / count as f64).sqrt(),
        stated_mm,
        inside: offs.iter().filter(|o| **o <= stated_mm).count(),
        count,
    })
}

fn as_json(cloud: &PointCloud, report: &FitReport, rows: &[Row], midline: Option<&Midline>) {
    let xyz = |p: &Point<Table>| [p.x(), p.y(), p.z()];
    let landmarks: Vec<_> = rows
        .iter()
        .map(|row| {
            json!({
                "name": row.name, "told": row.told,
                "found_m": xyz(&row.found), "given_m": xyz(&row.given),
                "along_mm": row.along_mm, "across_mm": row.across_mm,
                "stated_along_mm": row.stated_mm.map(|s| s.0),
                "stated_across_mm": row.stated_mm.map(|s| s.1),
                "inside": row.inside(),
            })
        })
        .collect();
    let midline = midline.map(|m| {
        json!({"worst_mm": m.worst_mm, "rms_mm": m.rms_mm, "stated_mm": m.stated_mm,
            "inside": m.inside, "of": m.count})
    });
    say!(
        "{}",
        json!({
            "version": 1, "points": cloud.len(), "confidence": report.certainty.confidence,
            "turned_deg": report.certainty.turned_degrees, "landmarks": landmarks,
            "midline": midline, "coverage": report.coverage,
            "residual_rms_m": report.residual_rms.get(),
        })
    );
}

fn as_text(cloud: &PointCloud, report: &FitReport, rows: &[Row], midline: Option<&Midline>) {
    say!(
        "{} points; confidence {:.0} %; axis turned {:.1} degrees; {:.0} % of the working area seen",
        cloud.len(),
        100.0 * report.certainty.confidence,
        report.certainty.turned_degrees,
        100.0 * report.coverage
    );
    say!(
        "{:<26} {:>15} {:>15} {:>7} {:>7}  {:>13}  inside",
        "landmark",
        "found x, y (mm)",
        "given x, y (mm)",
        "along",
        "across",
        "stated (95 %)"
    );
    for row in rows {
        let place = |p: &Point<Table>| format!("{:.0}, {:.1}", 1e3 * p.x(), 1e3 * p.y());
        let stated = row
            .stated_mm
            .map_or("chosen".to_owned(), |(a, b)| format!("{a:.1}, {b:.1}"));
        let inside = match (row.told, row.inside()) {
            (true, _) => "told",
            (false, Some(true)) => "yes",
            (false, Some(false)) => "NO",
            (false, None) => "-",
        };
        say!(
            "{:<26} {:>15} {:>15} {:>7.1} {:>7.1}  {:>13}  {inside}",
            row.name,
            place(&row.found),
            place(&row.given),
            row.along_mm,
            row.across_mm,
            stated
        );
    }
    if let Some(m) = midline {
        say!(
            "midline: worst {:.1} mm, rms {:.1} mm to the side; stated {:.1} mm (95 %); {} of {} given points inside",
            m.worst_mm,
            m.rms_mm,
            m.stated_mm,
            m.inside,
            m.count
        );
    }
}
