//! `knead arm place`: where the base should stand for a routine on a body.

mod picture;
mod words;

use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressStyle};
use planner::{Mount, PlaceRequest, Placement, Placing, Routine, RoutineStep};
use quantities::Metres;
use settings::BodySource;
use viewer::write_placement_page;

use crate::cli::{Ingredients, MountChoice, PlaceOptions};
use crate::compose::Kit;
use crate::dispatch::with_joint_count;
use crate::failure::Failure;
use crate::load::Loaded;
use crate::say::{aside, say, say_plain};

/// Threads of the search; its answer does not depend on them.
const THREADS: usize = 2;
/// Seed of the simulated scan of a parametric body, as in `knead plan`.
const SEED: u64 = 1;

pub(super) fn run(options: &PlaceOptions) -> Result<(), Failure> {
    if options.arm.extension().is_none_or(|e| e != "toml") {
        return Err(Failure::Input(format!(
            "{} is no arm profile; place needs one (TOML), for a URDF alone tells neither table nor park \
             posture; give its URDF with --urdf",
            options.arm.display()
        )));
    }
    let mut loaded = Loaded::read(&ingredients(options))?;
    touches_the_client(&loaded.routine, options)?;
    // A real scan is taken with the landmarks as they were given; only a simulation misplaces them.
    if matches!(loaded.body, BodySource::Scan { .. }) {
        loaded.simulation.midline_error = Metres::ZERO;
    }
    for warning in loaded.warnings() {
        aside!("warning: {warning}");
    }
    let joints = loaded.setup.chain.joints.len();
    with_joint_count!(
        joints,
        D => place_with::<D>(&loaded, options),
        else Err(Failure::Input(format!("the arm has {joints} moving joints; allowed are 4 to 7")))
    )
}

/// Without a touch every place is as good as any other.
fn touches_the_client(routine: &Routine, options: &PlaceOptions) -> Result<(), Failure> {
    if !routine.steps.iter().all(RoutineStep::is_for_a_person) {
        return Ok(());
    }
    Err(Failure::Input(format!(
        "{}: nothing in this routine touches the client; place needs a routine with a stroke of the arm",
        options.routine.display()
    )))
}

/// The rest is as in the demo.
fn ingredients(options: &PlaceOptions) -> Ingredients {
    Ingredients {
        routine: options.routine.clone(),
        arm: options.arm.clone(),
        urdf: options.urdf.clone(),
        body: options.body.clone(),
        landmarks: options.landmarks.clone(),
        limits: options.limits.clone(),
        tools: options.tools.clone(),
        client: options.client.clone(),
        simulation: options.simulation.clone(),
        ..Ingredients::demo()
    }
}

fn mounts(choice: MountChoice) -> &'static [Mount] {
    match choice {
        MountChoice::Cart => &[Mount::Cart],
        MountChoice::Table => &[Mount::Table],
        MountChoice::Ceiling => &[Mount::Ceiling],
        MountChoice::All => &Mount::ALL,
    }
}

fn place_with<const D: usize>(loaded: &Loaded, options: &PlaceOptions) -> Result<(), Failure> {
    let kit = Kit::<D>::new(loaded, SEED)?;
    let request = PlaceRequest {
        plan: kit.plan_request(),
        mounts: mounts(options.mount),
        best: usize::from(options.best),
        threads: THREADS,
    };
    let bar = progress_bar();
    let placed = planner::place(&request, &|share| {
        bar.set_position((share * 1000.0) as u64);
    });
    bar.finish_and_clear();
    let placing = placed.map_err(|rejection| {
        Failure::Verdict(format!("no base would mend this routine: {rejection}"))
    })?;
    let page = write_page(loaded, &kit, options, &placing)?;
    if options.json {
        say!("{}", words::as_json(loaded, &placing, &page));
    } else {
        say_plain!("{}", words::as_text(loaded, &placing));
        say!("picture: {}", page.display());
    }
    if placing.best.iter().any(Placement::plans) {
        Ok(())
    } else {
        Err(Failure::Verdict(words::refusal(&placing)))
    }
}

fn write_page<const D: usize>(
    loaded: &Loaded,
    kit: &Kit<'_, D>,
    options: &PlaceOptions,
    placing: &Placing<D>,
) -> Result<PathBuf, Failure> {
    std::fs::create_dir_all(&options.out).map_err(|e| {
        Failure::Device(format!(
            "{}: {e}; name a writable folder with --out",
            options.out.display()
        ))
    })?;
    let page = options.out.join("placement.html");
    let drawn = picture::page(loaded, kit, placing);
    write_placement_page(&drawn, &page).map_err(Failure::device)?;
    Ok(page)
}

fn progress_bar() -> ProgressBar {
    let bar = ProgressBar::new(1000).with_message("looking for places");
    if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:40}] {percent}% {eta}") {
        bar.set_style(style);
    }
    bar
}
