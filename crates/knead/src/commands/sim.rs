//! `knead sim` and `knead demo`: plan, run, judge, draw.

use planner::PlanSummary;
use std::path::Path;

use realtime_runner::Stopwatch;

use crate::cli::{Ingredients, RunOptions, SimOptions};
use crate::compose::Kit;
use crate::dispatch::with_joint_count;
use crate::failure::Failure;
use crate::load::Loaded;
use crate::output::{self, progress_bar};
use crate::say::{aside, aside_plain, say, say_plain};
use crate::trial::{Stage, Trial};

/// The demo: the lower-back routine on the built-in body.
pub fn demo(options: &RunOptions) -> Result<(), Failure> {
    let ingredients = Ingredients::demo();
    aside!(
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
        aside!("warning: {warning}");
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
    aside!(
        "planned {:.0} s of motion in {} segments, {:.1} s",
        plan.duration().get(),
        plan.segments().len(),
        watch.elapsed().get()
    );
    aside_plain!("{}", output::plan_text(&PlanSummary::of(&plan)));
    let folder = output::run_folder(&options.run, &loaded.routine.name)?;
    let watch = Stopwatch::start();
    let bar = progress_bar("simulating");
    let trial = Trial::run(
        loaded,
        &kit,
        plan,
        seed,
        &folder,
        &mut |stage| match stage {
            Stage::Simulating { share, step } => {
                bar.set_position((share * 1000.0) as u64);
                if !step.is_empty() {
                    bar.println(format!("  {step}"));
                }
            }
            Stage::Judging { simulated_s } => {
                bar.finish_and_clear();
                let took = watch.elapsed().get();
                aside!(
                    "simulated {simulated_s:.0} s in {took:.1} s ({:.0} x real time)",
                    simulated_s / took
                );
                aside!("judging");
            }
        },
    )?;
    conclude(&folder, options, &trial, &loaded.warnings())
}

/// Draws, writes the summary, prints the verdict.
fn conclude(
    folder: &Path,
    options: &SimOptions,
    trial: &Trial,
    warnings: &[String],
) -> Result<(), Failure> {
    let records = !options.run.no_recording && cfg!(feature = "recording");
    if records {
        let bar = progress_bar("recording for rerun");
        output::write_recording(folder, &mut |share| {
            bar.set_position((share * 1000.0) as u64)
        })?;
        bar.finish_and_clear();
    }
    let report = output::rewrite_report(folder, &trial.judgement)?;
    let summary = trial.write_summary(folder, warnings)?;
    if options.run.json {
        say!("{summary}");
    } else {
        say_plain!("{}", output::judgement_text(&trial.judgement));
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
    trial.verdict()
}
