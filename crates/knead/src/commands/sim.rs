//! `knead sim` and `knead demo`: plan, run, judge, draw.

use planner::PlanSummary;
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use realtime_runner::{Stopwatch, WallStamp};

use crate::cli::{Ingredients, RunOptions, SimOptions};
use crate::compose::Kit;
use crate::dispatch::with_joint_count;
use crate::failure::Failure;
use crate::load::Loaded;
use crate::output::{self, SessionFacts};
use crate::say::{say, say_plain};
use crate::session::{Ending, Outcome, simulate};

/// The demo: the lower-back routine on the built-in body.
pub fn demo(options: &RunOptions) -> Result<(), Failure> {
    let ingredients = Ingredients::demo();
    eprintln!(
        "knead demo: {} on {}",
        ingredients.routine.display(),
        ingredients.body.display()
    );
    run(&SimOptions {
        ingredients,
        requests: None,
        run: options.clone(),
    })
}

pub fn run(options: &SimOptions) -> Result<(), Failure> {
    let mut loaded = Loaded::read(&options.ingredients)?;
    if let Some(script) = &options.requests {
        loaded = loaded.with_requests(script)?;
    }
    for warning in loaded.warnings() {
        eprintln!("warning: {warning}");
    }
    let joints = loaded.setup.chain.joints.len();
    with_joint_count!(
        joints,
        D => run_with::<D>(&loaded, options),
        else Err(Failure::Input(format!("the arm has {joints} moving joints; allowed are 4 to 7")))
    )
}

fn run_with<const D: usize>(loaded: &Loaded, options: &SimOptions) -> Result<(), Failure> {
    let seed = options.run.seed;
    let kit = Kit::<D>::new(loaded, seed)?;
    let watch = Stopwatch::start();
    let plan = kit
        .plan()
        .map_err(|rejection| Failure::Verdict(rejection.to_string()))?;
    eprintln!(
        "planned {:.0} s of motion in {} segments, {:.1} s",
        plan.duration().get(),
        plan.segments().len(),
        watch.elapsed().get()
    );
    eprint!("{}", output::plan_text(&PlanSummary::of(&plan)));
    let folder = run_folder(&options.run, &loaded.routine.name)?;
    let archive = folder.join("session.mcap");
    let facts = SessionFacts::of(loaded, &plan, &kit.envelope);
    let watch = Stopwatch::start();
    let bar = progress_bar("simulating");
    let outcome = simulate(loaded, &kit, plan, seed, &archive, &mut |share, step| {
        bar.set_position((share * 1000.0) as u64);
        if !step.is_empty() {
            bar.println(format!("  {step}"));
        }
    })?;
    bar.finish_and_clear();
    let simulated = outcome.archive.last_ns as f64 * 1e-9;
    let took = watch.elapsed().get();
    eprintln!(
        "simulated {simulated:.0} s in {took:.1} s ({:.0} x real time)",
        simulated / took
    );
    conclude(&folder, options, &outcome, &facts, &loaded.warnings())
}

/// Judges, draws, writes the summary, prints the verdict.
fn conclude(
    folder: &Path,
    options: &SimOptions,
    outcome: &Outcome,
    facts: &SessionFacts,
    warnings: &[String],
) -> Result<(), Failure> {
    let archive = folder.join("session.mcap");
    eprintln!("judging");
    let judgement = judge::judge(&archive).map_err(Failure::device)?;
    let records = !options.run.no_recording && cfg!(feature = "recording");
    if records {
        let bar = progress_bar("recording for rerun");
        output::write_recording(folder, &mut |share| {
            bar.set_position((share * 1000.0) as u64)
        })?;
        bar.finish_and_clear();
    }
    let report = output::rewrite_report(folder, &judgement)?;
    let summary = output::write_summary(folder, &judgement, outcome, facts, warnings)?;
    if options.run.json {
        say!("{summary}");
    } else {
        say_plain!("{}", output::judgement_text(&judgement));
        say!("report:    {}", report.display());
        if records {
            say!("recording: knead view {}", folder.display());
        }
        if !cfg!(feature = "recording") {
            say!("note:      no recording: this build leaves out the feature `recording`");
        }
        for warning in warnings {
            say!("note:      {warning}");
        }
    }
    verdict(judgement.passed, &judgement.reasons, &outcome.ending)
}

fn verdict(passed: bool, reasons: &[String], ending: &Ending) -> Result<(), Failure> {
    match ending {
        Ending::Completed if passed => Ok(()),
        Ending::Completed => Err(Failure::Verdict(format!(
            "not passed: {}",
            reasons.join("; ")
        ))),
        Ending::SafetyStop(rule) => Err(Failure::SafetyStop(format!(
            "the safety monitor stopped the session: {rule}; `knead safety explain {rule}` says what it watches"
        ))),
        Ending::NoSkin => Err(Failure::Verdict(
            "no skin where the scan has it; check the installation and scan again".to_owned(),
        )),
        Ending::Overtime => Err(Failure::Verdict(
            "the session took more than three times as long as planned".to_owned(),
        )),
    }
}

fn run_folder(options: &RunOptions, routine: &str) -> Result<PathBuf, Failure> {
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
    let stamp = WallStamp::now();
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

fn progress_bar(what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(1000).with_message(what);
    if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:40}] {percent}% {eta}") {
        bar.set_style(style);
    }
    bar
}
