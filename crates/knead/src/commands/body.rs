//! `knead body`: fit a scan and say how well it fits.

use anatomy::{FitReport, Level};
use serde_json::json;

use crate::cli::BodyCommand;
use crate::compose::{Bodies, bodies};
use crate::failure::Failure;
use crate::load::{body_label, body_source};
use crate::say::say;
use settings::{BodySource, SimulationProfile};

pub fn run(command: BodyCommand) -> Result<(), Failure> {
    let BodyCommand::Fit {
        scan,
        landmarks,
        simulation,
        seed,
        json,
    } = command;
    let source = body_source(&scan, landmarks.as_deref(), None)?;
    let mut room = SimulationProfile::read(&simulation).map_err(Failure::input)?;
    // A real scan is fitted with the landmarks as they were given; only a simulation misplaces them.
    if matches!(source, BodySource::Scan { .. }) {
        room.midline_error = quantities::Metres::ZERO;
    }
    let fitted = bodies(&source, &room, seed)?;
    if json {
        as_json(&source, &fitted)
    } else {
        as_text(&source, &fitted)
    }
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
    let warnings: Vec<String> = report.warnings.iter().map(ToString::to_string).collect();
    say!(
        "{}",
        json!({
            "version": 1, "body": body_label(source),
            "residual_rms_m": report.residual_rms.get(), "coverage": report.coverage,
            "widest_hole_m": report.widest_hole.get(),
            "midline_uncertainty_m": report.midline_uncertainty.get(),
            "spine_length_m": report.spine_length.get(),
            "landmarks": landmarks, "warnings": warnings,
            "levels_u_m": levels(fitted).into_iter().collect::<std::collections::BTreeMap<_, _>>(),
        })
    );
}

fn as_text(source: &BodySource, fitted: &Bodies) {
    let report = &fitted.report;
    say!("{}", body_label(source));
    say!("points: {:?}", report.points);
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
