//! The page of a live session.

use std::path::{Path, PathBuf};

use judge::Judgement;
use plan::Plan;
use quantities::Duration;
use realtime_runner::RunStatistics;
use viewer::{Figure, LivePage, LiveStretch, ReportTable, TimeSpread, write_live_page};

use super::course::Course;
use super::summary::LiveSummary;
use crate::failure::Failure;
use crate::session::words::reaction_word;

/// Name of the page in the run's folder.
const PAGE: &str = "report.html";

/// The steps of a plan, and which segment belongs to which.
#[derive(Clone, Debug, Default)]
pub struct Steps {
    names: Vec<String>,
    of_segments: Vec<usize>,
}

impl Steps {
    /// Of a plan.
    #[must_use]
    pub fn of<const D: usize>(plan: &Plan<D>) -> Self {
        Self {
            names: plan.steps().iter().map(|step| step.name.clone()).collect(),
            of_segments: plan.segments().iter().map(|s| s.step.into()).collect(),
        }
    }
}

/// Writes the page into the run's folder.
///
/// # Errors
/// [`Failure::Device`] when the disk refuses.
pub fn write_page(
    summary: &LiveSummary<'_>,
    course: &Course,
    steps: &Steps,
    judgement: Option<&Judgement>,
    folder: &Path,
) -> Result<PathBuf, Failure> {
    let step_of = |segment: usize| steps.of_segments.get(segment).copied();
    let stretches = course.columns().iter().map(|column| LiveStretch {
        felt: column.felt,
        asked: column.asked,
        ceiling: column.ceiling,
        reaction: reaction_word(column.reaction),
        step: column.segment.and_then(step_of),
    });
    let cause = summary.cause();
    let ending = summary.words();
    let page = LivePage {
        title: summary.routine.to_owned(),
        subtitle: format!(
            "{} over {}, {} Hz",
            summary.arm, summary.link, summary.rate_hz
        ),
        is_sound: summary.is_sound() && judgement.is_none_or(|judgement| judgement.passed),
        ending: match cause.as_str() {
            "" => ending.to_owned(),
            cause => format!("{ending}: {cause}"),
        },
        figures: figures(summary),
        stretch: course.width(),
        course: stretches.collect(),
        steps: steps.names.clone(),
        times: summary.statistics.map(times).unwrap_or_default(),
        tables: summary
            .statistics
            .map(overruns)
            .into_iter()
            .chain(judgement.map(judged))
            .collect(),
        notes: vec![
            "What a judgement needs is the truth of the touch, which a real arm does not know; it is there only where a twin kept \
             a record (--twin-record)."
                .to_owned(),
        ],
    };
    let path = folder.join(PAGE);
    write_live_page(&page, &path).map_err(Failure::device)?;
    Ok(path)
}

fn figures(summary: &LiveSummary<'_>) -> Vec<Figure> {
    let felt = summary.figures;
    let counts = &summary.counts;
    let figure = |name: &str, seen: String, allowed: &str, passed: Option<bool>| Figure {
        name: name.to_owned(),
        seen,
        allowed: allowed.to_owned(),
        passed,
    };
    let told = |name: &str, seen: String| figure(name, seen, "", None);
    let mm = |value: Option<f64>| value.map_or("no touch".to_owned(), |mm| format!("{mm:.1} mm"));
    let rmse = match felt.compared {
        0 => "no settled touch".to_owned(),
        _ => format!("{:.2} N", felt.force_rmse_n),
    };
    let over = felt.over_ceiling_n;
    vec![
        told("Felt less asked press, settled (RMS)", rmse),
        told(
            "Largest press that was felt",
            format!("{:.1} N", felt.largest_press_n),
        ),
        figure(
            "Largest press over the ceiling in force",
            over.map_or("no touch".to_owned(), |n| format!("{n:.1} N")),
            "0 N",
            over.map(|over| over <= 0.0),
        ),
        told(
            "Least distance of the patch from the keep-out in touch, as the monitor has it",
            mm(felt.least_clearance_mm),
        ),
        told(
            "Cycles, and those that the monitor slowed",
            format!("{}, {}", felt.cycles, felt.slowed),
        ),
        told(
            "States taken, lost on the way",
            format!("{}, {}", counts.guard.accepted, counts.guard.lost),
        ),
        told("Frames that were none", counts.rejected.to_string()),
        told(
            "Delay from sample to force that the ceilings were given",
            format!("{:.1} ms", summary.link_delay_s * 1e3),
        ),
        figure(
            "Records that the archive lacks",
            summary.missed.to_string(),
            "0",
            Some(summary.missed == 0),
        ),
        figure(
            "Parked at the end",
            if summary.parked { "yes" } else { "no" }.to_owned(),
            "yes",
            Some(summary.parked),
        ),
    ]
}

fn times(statistics: &RunStatistics) -> Vec<TimeSpread> {
    let spreads = statistics.spreads().into_iter();
    let shown = spreads.map(|(name, spread)| {
        let figures = spread.figures();
        TimeSpread {
            name: name.to_owned(),
            bars: spread
                .bars()
                .into_iter()
                .map(|bar| (bar.above, bar.up_to, bar.count))
                .collect(),
            figures: vec![
                ("median", figures.median),
                ("99 %", figures.p99),
                ("99.9 %", figures.p999),
                ("most", figures.most),
            ],
        }
    });
    shown.collect()
}

fn overruns(statistics: &RunStatistics) -> ReportTable {
    let counts = statistics.overruns;
    let ms = |time: Duration| format!("{:.1}", time.nanos() as f64 * 1e-6);
    let mut rows = vec![
        vec!["page fault".to_owned(), counts.page_fault.to_string()],
        vec!["late wake-up".to_owned(), counts.late_wake_up.to_string()],
        vec![
            "slow link (a cycle without a state)".to_owned(),
            counts.slow_link.to_string(),
        ],
        vec![
            "slow stage".to_owned(),
            counts.slow_stage.iter().sum::<u64>().to_string(),
        ],
    ];
    let worst = statistics.worst();
    if let Some(worst) = worst.first() {
        rows.push(vec![
            format!("the worst, {} (ms late)", worst.blame.words()),
            ms(worst.by),
        ]);
    }
    ReportTable {
        caption: "Cycles that came late, by what is to blame".to_owned(),
        columns: vec!["blame".to_owned(), "cycles".to_owned()],
        rows,
    }
}

/// What the twin's own record says.
fn judged(judgement: &Judgement) -> ReportTable {
    let worst = judgement.techniques.iter().map(|t| t.rmse_n);
    let mut rows = vec![
        vec![
            "verdict".to_owned(),
            if judgement.passed {
                "passed"
            } else {
                "not passed"
            }
            .to_owned(),
        ],
        vec![
            "worst force error of a technique (N, RMS)".to_owned(),
            format!("{:.2}", worst.fold(0.0, f64::max)),
        ],
        vec![
            "samples above a force ceiling".to_owned(),
            judgement.ceiling_violations.to_string(),
        ],
        vec![
            "samples with the patch in the keep-out".to_owned(),
            judgement.keep_out_violations.to_string(),
        ],
    ];
    rows.extend(
        judgement
            .reasons
            .iter()
            .map(|why| vec![why.clone(), String::new()]),
    );
    ReportTable {
        caption: "Judged by what really happened in the twin".to_owned(),
        columns: vec!["what".to_owned(), "seen".to_owned()],
        rows,
    }
}
