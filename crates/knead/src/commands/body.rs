//! `knead body`: fit a scan and say how well it fits.

mod evaluate;
mod lettering;
mod picture;
mod spoil;

use std::path::Path;

use anatomy::{FitReport, Level};
use serde_json::json;

use crate::cli::BodyCommand;
use crate::compose::{Bodies, bodies, read_cloud};
use crate::failure::Failure;
use crate::load::{body_label, body_source};
use crate::say::{aside, say};
use settings::{BodySource, SimulationProfile};

pub fn run(command: BodyCommand) -> Result<(), Failure> {
    match command {
        BodyCommand::Fit {
            scan,
            landmarks,
            simulation,
            seed,
            out,
            json,
        } => {
            let source = body_source(&scan, landmarks.as_deref(), None)?;
            let fitted = fit(&source, &simulation, seed)?;
            if json {
                as_json(&source, &fitted);
            } else {
                as_text(&source, &fitted);
            }
            match out {
                Some(folder) => draw(&folder, &source, &fitted),
                None => Ok(()),
            }
        }
        BodyCommand::Evaluate(options) => evaluate::run(&options),
    }
}

fn fit(source: &BodySource, simulation: &Path, seed: u64) -> Result<Bodies, Failure> {
    let mut room = SimulationProfile::read(simulation).map_err(Failure::input)?;
    // A real body is fitted with the landmarks as they were given; only a simulation misplaces them.
    if !matches!(source, BodySource::Parametric(_)) {
        room.midline_error = quantities::Metres::ZERO;
    }
    bodies(source, &room, seed)
}

fn draw(folder: &Path, source: &BodySource, fitted: &Bodies) -> Result<(), Failure> {
    std::fs::create_dir_all(folder)
        .map_err(|e| Failure::Input(format!("{}: {e}", folder.display())))?;
    let cloud = match source {
        BodySource::Scan { cloud, .. } => Some(read_cloud(cloud)?),
        BodySource::Parametric(_) | BodySource::Touched { .. } => None,
    };
    let path = folder.join("back.png");
    let drawn = picture::Drawn {
        back: &fitted.believed,
        report: &fitted.report,
    };
    picture::write(&path, cloud.as_ref(), drawn)?;
    aside!("drawn: {}", path.display());
    Ok(())
}

fn levels(fitted: &Bodies) -> Vec<(&'static str, f64)> {
    Level::ALL
        .iter()
        .map(|l| (l.word(), fitted.believed.level(*l).get()))
        .collect()
}

fn as_json(source: &BodySource, fitted: &Bodies) {
    let report: &FitReport = &fitted.report;
    let landmarks: Vec<_> = report
        .landmarks
        .iter()
        .map(|l| json!({"name": l.name, "above_skin_m": l.above_skin.map(quantities::Metres::get)}))
        .collect();
    let certainty = &report.certainty;
    let placed: Vec<_> = certainty
        .landmarks
        .iter()
        .map(|l| {
            json!({"name": l.level.name(), "given": l.given,
                "place_m": [l.point.x(), l.point.y(), l.point.z()],
                "along_uncertainty_m": l.along.get(), "across_uncertainty_m": l.across.get()})
        })
        .collect();
    let midline: Vec<_> = certainty
        .midline
        .iter()
        .map(|m| {
            json!({"place_m": [m.point.x(), m.point.y(), m.point.z()],
                "across_uncertainty_m": m.across.get()})
        })
        .collect();
    let warnings: Vec<String> = report.warnings.iter().map(ToString::to_string).collect();
    say!(
        "{}",
        json!({
            "version": 1, "body": body_label(source),
            "residual_rms_m": report.residual_rms.get(), "coverage": report.coverage,
            "widest_hole_m": report.widest_hole.get(),
            "midline_uncertainty_m": report.midline_uncertainty.get(),
            "spine_length_m": report.spine_length.get(),
            "confidence": certainty.confidence, "turned_deg": certainty.turned_degrees,
            "found": placed, "midline": midline,
            "landmarks": landmarks, "warnings": warnings,
            "levels_u_m": levels(fitted).into_iter().collect::<std::collections::BTreeMap<_, _>>(),
        })
    );
}

fn as_text(source: &BodySource, fitted: &Bodies) {
    let report = &fitted.report;
    say!("{}", body_label(source));
    let points = &report.points;
    say!(
        "points: {} seen, {} used; left out: {} table, {} beside the body, {} strays",
        points.total,
        points.used,
        points.table + points.below_table,
        points.outside,
        points.outliers
    );
    say!("residual: {:.2} mm rms", report.residual_rms.get() * 1e3);
    say!(
        "seen: {:.1} % of the working area, widest hole {:.0} mm",
        report.coverage * 100.0,
        report.widest_hole.get() * 1e3
    );
    say!(
        "midline: within {:.1} mm (95 %)",
        report.midline_uncertainty.get() * 1e3
    );
    say!(
        "confidence: {:.0} % (refused below {:.0} %); body turned {:.1} degrees",
        report.certainty.confidence * 100.0,
        anatomy::LEAST_CONFIDENCE * 100.0,
        report.certainty.turned_degrees
    );
    for found in &report.certainty.landmarks {
        say!(
            "  {:<4} at x {:>6.0}, y {:>6.1} mm; within {:.0} mm along, {:.1} mm across (95 %); {}",
            found.level.name(),
            found.point.x() * 1e3,
            found.point.y() * 1e3,
            found.along.get() * 1e3,
            found.across.get() * 1e3,
            if found.given { "given" } else { "from shape" }
        );
    }
    say!(
        "spine: {:.0} mm from S2 to C7 on the skin",
        report.spine_length.get() * 1e3
    );
    for (word, u) in levels(fitted) {
        say!("  {word:<9} u = {:>6.1} mm", u * 1e3);
    }
    for landmark in &report.landmarks {
        match landmark.above_skin {
            Some(off) => say!(
                "  {:<26} {:>6.1} mm off the skin",
                landmark.name,
                off.get() * 1e3
            ),
            None => say!("  {:<26} no skin seen there", landmark.name),
        }
    }
    for warning in &report.warnings {
        say!("warning: {warning}");
    }
}
