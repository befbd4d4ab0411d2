//! What a run leaves besides its archive: the recording, the report, the summary, the words on the screen.

mod doses;
mod progress;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use dose::Zones;
use judge::Judgement;
use limits::Envelope;
use plan::{Plan, SegmentKind};
use planner::PlanSummary;
use quantities::Metres;
use serde::Serialize;
use serde_json::json;
use viewer::{DoseView, Figure, Outcome as Shown, ReportInput, ReportTable};

use crate::failure::Failure;
use crate::load::Loaded;
use crate::scene::{Archived, archived};
use crate::session::{Ending, Outcome};

pub use doses::{dose_text, gap_line};
pub use progress::progress_bar;

/// Writes the rerun recording of a run's archive.
pub fn write_recording(folder: &Path, progress: &mut dyn FnMut(f64)) -> Result<(), Failure> {
    let archive = folder.join("session.mcap");
    let archived = archived(&archive)?;
    viewer::write_recording(
        &archived.scene,
        &archive,
        &folder.join("session.rrd"),
        progress,
    )
    .map_err(Failure::device)
}

/// Writes the report of a run's archive; returns its path.
pub fn rewrite_report(folder: &Path, judgement: &Judgement) -> Result<PathBuf, Failure> {
    let archive = folder.join("session.mcap");
    let archived = archived(&archive)?;
    let run = &archived.run;
    let input = ReportInput {
        title: run.title.clone(),
        subtitle: format!("{} · {}", run.body, run.arm),
        outcome: if judgement.passed {
            Shown::Passed
        } else {
            Shown::Failed
        },
        reasons: judgement.reasons.clone(),
        figures: figures(judgement),
        tables: vec![technique_table(judgement)],
        dose: dose_view(judgement, &archived),
        facts: vec![
            ("arm".to_owned(), run.arm.clone()),
            ("body".to_owned(), run.body.clone()),
            ("seed".to_owned(), run.seed.to_string()),
            ("limits digest".to_owned(), run.limits_digest.clone()),
            (
                "midline uncertainty (95 %)".to_owned(),
                format!("{:.1} mm", run.midline_uncertainty_mm),
            ),
            (
                "keep-out half-width".to_owned(),
                format!("{:.1} mm", run.keep_out_half_width_mm),
            ),
            ("knead".to_owned(), run.knead.clone()),
        ],
        notes: run.warnings.clone(),
        steps: archived.scene.steps.clone(),
        tools: archived.scene.tools.clone(),
        body: archived.map,
    };
    let page = folder.join("report.html");
    viewer::write_report(&input, &archive, &page).map_err(Failure::device)?;
    Ok(page)
}

fn figures(j: &Judgement) -> Vec<Figure> {
    let figure = |name: &str, seen: String, allowed: &str, passed: Option<bool>| Figure {
        name: name.to_owned(),
        seen,
        allowed: allowed.to_owned(),
        passed,
    };
    let worst_rmse = j.techniques.iter().map(|t| t.rmse_n).fold(0.0, f64::max);
    let overshoots = j
        .touches
        .iter()
        .filter(|t| t.overshoot_n > t.limit_n)
        .count();
    let clearance = j
        .min_clearance_mm
        .map_or("no touch".to_owned(), |c| format!("{c:.1} mm"));
    let none = |name: &str, count: u64| figure(name, count.to_string(), "0", Some(count == 0));
    vec![
        figure(
            "Worst force error of a technique (RMS)",
            format!("{worst_rmse:.2} N"),
            "0.50 N",
            Some(worst_rmse <= 0.5),
        ),
        none("Samples above a force ceiling", j.ceiling_violations),
        none(
            "Samples with the patch in the keep-out",
            j.keep_out_violations,
        ),
        figure(
            "Least distance from the spine to the patch edge",
            clearance,
            "20.0 mm",
            j.min_clearance_mm.map(|c| c >= 20.0),
        ),
        none("First touches that overshot", overshoots as u64),
        none(
            "Samples above the tangential ceiling",
            j.tangential_violations,
        ),
        none(
            "Joint samples beyond their limits",
            j.joint_position_violations
                + j.joint_speed_violations
                + j.torque_violations
                + j.told_speed_violations,
        ),
        none("Numbers that were not finite", j.not_finite),
        figure(
            "Largest normal force",
            format!("{:.1} N", j.max_force_n),
            "",
            None,
        ),
        figure(
            "Peak pressure",
            format!("{:.0} kPa", j.peak_pressure_kpa),
            "",
            None,
        ),
        figure(
            "Force stated against force recomputed",
            format!("{:.2e} N", j.worst_wrench_difference_n),
            "1e-3 N",
            Some(j.worst_wrench_difference_n <= 1e-3),
        ),
    ]
}

/// The maps as the report draws them.
fn dose_view(j: &Judgement, archived: &Archived) -> Option<DoseView> {
    let given = j.dose_map.as_ref()?;
    let keep_out = Metres::new(archived.run.keep_out_half_width_mm * 1e-3);
    let back = &archived.back;
    let zones = Zones::new(given.grid(), keep_out, |u, v| back.zone_at(u, v));
    let ends = j.dose.from_to_mm;
    let reach = ends.map(|(low, high)| (Metres::new(low * 1e-3), Metres::new(high * 1e-3)));
    let open = |index| reach.is_some_and(|reach| zones.is_within(index, reach));
    Some(DoseView {
        planned: j.planned_dose_map.clone(),
        given: given.clone(),
        planned_figures: j.planned_dose.clone(),
        given_figures: j.dose.clone(),
        open: (0..given.grid().len()).map(open).collect(),
        gaps: j.dose_gaps.clone(),
        tables: dose_tables(j),
    })
}

fn dose_tables(j: &Judgement) -> Vec<ReportTable> {
    let table = doses::dose_table(j.planned_dose.as_ref(), &j.dose);
    [Some(table), doses::gap_table(&j.dose_gaps)]
        .into_iter()
        .flatten()
        .collect()
}

fn technique_table(j: &Judgement) -> ReportTable {
    let columns = [
        "technique",
        "force error RMS N",
        "bias N",
        "worst N",
        "largest force N",
        "peak kPa",
        "clearance mm",
    ];
    ReportTable {
        caption: "Force and clearance by technique, recomputed from the plant's state".to_owned(),
        columns: columns.map(str::to_owned).to_vec(),
        rows: j
            .techniques
            .iter()
            .map(|t| {
                vec![
                    t.technique.clone(),
                    format!("{:.3}", t.rmse_n),
                    format!("{:+.3}", t.bias_n),
                    format!("{:.2}", t.max_abs_n),
                    format!("{:.1}", t.max_force_n),
                    format!("{:.0}", t.peak_pressure_kpa),
                    t.min_clearance_mm
                        .map_or_else(|| "-".to_owned(), |c| format!("{c:.1}")),
                ]
            })
            .collect(),
    }
}

/// Whose session it was, and what was done: for the client's history.
#[derive(Clone, Debug, Serialize)]
pub struct SessionFacts {
    /// Name of the client's profile.
    pub client: String,
    /// Name of the routine.
    pub routine: String,
    /// Planned impulse of all strokes by zone (N·s).
    pub planned_dose_n_s: BTreeMap<&'static str, f64>,
}

impl SessionFacts {
    /// Of a plan that is to be run for a client.
    pub fn of<const D: usize>(loaded: &Loaded, plan: &Plan<D>, envelope: &Envelope) -> Self {
        let mut doses = BTreeMap::new();
        let segments = plan.segments().iter();
        for segment in segments.filter(|s| s.kind == SegmentKind::Stroke) {
            for knot in &segment.knots {
                let zone = envelope.zone_at(knot.u, knot.v).word();
                *doses.entry(zone).or_insert(0.0) += knot.force.get() * segment.spacing.get();
            }
        }
        Self {
            client: loaded.client.name.clone(),
            routine: loaded.routine.name.clone(),
            planned_dose_n_s: doses,
        }
    }
}

/// Writes `summary.json`; returns its text.
pub fn write_summary(
    folder: &Path,
    judgement: &Judgement,
    outcome: &Outcome,
    facts: &SessionFacts,
    warnings: &[String],
) -> Result<String, Failure> {
    let (ending, rule) = match &outcome.ending {
        Ending::Completed => ("completed", None),
        Ending::SafetyStop(rule) => ("safety_stop", Some(rule.clone())),
        Ending::NoSkin => ("no_skin", None),
        Ending::Overtime => ("overtime", None),
    };
    let summary = json!({
        "version": 1,
        "passed": judgement.passed && outcome.ending == Ending::Completed,
        "ending": ending,
        "rule": rule,
        "client": facts.client,
        "routine": facts.routine,
        "planned_dose_n_s": facts.planned_dose_n_s,
        "digest": outcome.archive.digest.to_string(),
        "warnings": warnings,
        "archive_bytes": outcome.archive.bytes,
        "messages": outcome.archive.messages,
        "judgement": judgement,
    });
    let text = serde_json::to_string_pretty(&summary).map_err(Failure::device)?;
    let path = folder.join("summary.json");
    std::fs::write(&path, &text)
        .map_err(|e| Failure::Device(format!("{}: {e}", path.display())))?;
    Ok(text)
}

/// The steps of a plan, for a person.
pub fn plan_text(summary: &PlanSummary) -> String {
    let mut text = String::new();
    for (index, step) in summary.steps.iter().enumerate() {
        let rows = step.rows.join(", ");
        let _ = writeln!(
            text,
            "  {:>2}. {:<38} {:>5.0} s  {} [{rows}]",
            index + 1,
            step.name,
            step.duration_s,
            step.technique
        );
        if let Some(postures) = &step.postures {
            let _ = writeln!(text, "      {postures}");
        }
        for note in &step.notes {
            let _ = writeln!(text, "      {note}");
        }
    }
    text
}

/// The judge's figures, for a person.
pub fn judgement_text(j: &Judgement) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{:<18} {:>8} {:>8} {:>8} {:>9} {:>9} {:>12}",
        "technique", "rmse N", "bias N", "worst N", "max N", "peak kPa", "clearance mm"
    );
    for t in &j.techniques {
        let clearance = t
            .min_clearance_mm
            .map_or_else(|| "-".to_owned(), |c| format!("{c:.1}"));
        let _ = writeln!(
            text,
            "{:<18} {:>8.3} {:>+8.3} {:>8.2} {:>9.1} {:>9.0} {:>12}",
            t.technique,
            t.rmse_n,
            t.bias_n,
            t.max_abs_n,
            t.max_force_n,
            t.peak_pressure_kpa,
            clearance
        );
    }
    text.push_str(&dose_text(&j.dose, j.planned_dose.as_ref()));
    for gap in &j.dose_gaps {
        let _ = writeln!(text, "left out: {}", gap_line(gap));
    }
    for figure in figures(j) {
        let mark = match figure.passed {
            Some(true) => "ok ",
            Some(false) => "NO ",
            None => "   ",
        };
        let allowed = if figure.allowed.is_empty() {
            String::new()
        } else {
            format!(" (allowed {})", figure.allowed)
        };
        let _ = writeln!(text, "{mark}{}: {}{allowed}", figure.name, figure.seen);
    }
    let _ = writeln!(
        text,
        "verdict: {}",
        if j.passed { "passed" } else { "NOT passed" }
    );
    for reason in &j.reasons {
        let _ = writeln!(text, "  {reason}");
    }
    text
}

/// A new folder for a run, named by the moment and by what is done.
///
/// # Errors
/// [`Failure::Device`] when it cannot be made.
pub fn run_folder(options: &crate::RunOptions, routine: &str) -> Result<PathBuf, Failure> {
    let name = options.name.clone().unwrap_or_else(|| routine.to_owned());
    let safe: String = name
        .to_lowercase()
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '_' {
                c
            } else {
                '-'
            }
        })
        .collect();
    let stamp = realtime_runner::WallStamp::now();
    // Two runs within one second get folders of their own.
    for attempt in 0..100 {
        let suffix = if attempt == 0 {
            String::new()
        } else {
            format!("-{attempt}")
        };
        let folder = options
            .runs
            .join(format!("{}{suffix}-{safe}", stamp.as_str()));
        if folder.exists() {
            continue;
        }
        std::fs::create_dir_all(&folder).map_err(|e| {
            Failure::Device(format!(
                "{}: {e}; name a writable folder with --runs",
                folder.display()
            ))
        })?;
        return Ok(folder);
    }
    Err(Failure::Device(format!(
        "{} holds too many runs of this second",
        options.runs.display()
    )))
}
