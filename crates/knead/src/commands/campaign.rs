//! `knead campaign`: every routine on every body, planned, simulated and judged; one row each.
//!
//! A routine that passes on one back has shown little: the next back is narrower at the neck or flatter at the
//! flank, and there the planner must refuse with a reason, or the session must pass as it did on the first.
//! A refusal is an answer; a session that was planned and did not pass is a fault of this program.

mod pairs;
mod row;
mod table;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};

use realtime_runner::Stopwatch;

use crate::cli::CampaignOptions;
use crate::compose::Kit;
use crate::dispatch::with_joint_count;
use crate::failure::Failure;
use crate::load::Loaded;
use crate::output;
use crate::say::{aside, say, say_plain};
use crate::trial::{ARCHIVE, Stage, Trial};

use pairs::Pair;
use row::{Planned, Row};

/// Stack of a worker (bytes): as much as the main thread commonly has, in which `knead sim` runs.
const STACK: usize = 8 << 20;

pub fn run(options: &CampaignOptions) -> Result<(), Failure> {
    let pairs = pairs::pairs(options)?;
    let workplace = Workplace::new(options.out.as_deref())?;
    let rows = try_all(options, &pairs, &workplace);
    workplace.leave();
    let rows = rows?;
    if options.json {
        say!("{}", table::as_json(&rows, pairs.len(), options.seed));
    } else {
        say_plain!("{}", table::text(&rows));
    }
    match table::failed(&rows) {
        0 => Ok(()),
        _ => Err(Failure::Verdict(table::counted(&rows))),
    }
}

/// Where archives lie while they are needed.
struct Workplace {
    folder: PathBuf,
    kept: bool,
}

impl Workplace {
    fn new(out: Option<&Path>) -> Result<Self, Failure> {
        let named = format!("knead-campaign-{}", std::process::id());
        let folder = out.map_or_else(|| std::env::temp_dir().join(named), Path::to_owned);
        make(&folder)?;
        Ok(Self {
            folder,
            kept: out.is_some(),
        })
    }

    /// Writes the tables so far, where they are wanted.
    fn write(&self, rows: &[Row], pairs: usize, seed: u64) -> Result<(), Failure> {
        if !self.kept {
            return Ok(());
        }
        let title = format!("Campaign: {} of {pairs} pairs, seed {seed}", rows.len());
        let json = format!("{:#}\n", table::as_json(rows, pairs, seed));
        for (name, text) in [
            ("campaign.md", table::markdown(rows, &title)),
            ("campaign.txt", table::text(rows)),
            ("campaign.json", json),
        ] {
            let file = self.folder.join(name);
            std::fs::write(&file, text).map_err(|error| unwritable(&file, &error))?;
        }
        Ok(())
    }

    /// Takes a temporary folder away.
    fn leave(&self) {
        if !self.kept {
            // What cannot be removed is left to the system, as all temporary files are.
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

fn make(folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Device(format!(
        "{}: {error}; name a writable folder with --out",
        path.display()
    ))
}

/// All pairs, several at a time; the rows in the order of the pairs, whatever ended first.
fn try_all(
    options: &CampaignOptions,
    pairs: &[Pair],
    workplace: &Workplace,
) -> Result<Vec<Row>, Failure> {
    let next = AtomicUsize::new(0);
    let (sender, finished) = channel();
    std::thread::scope(|scope| {
        for _ in 0..options.jobs {
            let (sender, next) = (sender.clone(), &next);
            std::thread::Builder::new()
                .stack_size(STACK)
                .spawn_scoped(scope, move || {
                    work(options, pairs, workplace, next, &sender);
                })
                .map_err(|error| Failure::Device(format!("no thread for a pair: {error}")))?;
        }
        drop(sender);
        let mut done: Vec<(usize, Row)> = Vec::with_capacity(pairs.len());
        // The workers stop when nobody listens any more.
        for (index, row) in finished {
            aside!(
                "[{}/{}] {}: {}, {:.0} s",
                done.len() + 1,
                pairs.len(),
                row.label(),
                row.verdict.word(),
                row.wall_s
            );
            let place = done.partition_point(|(other, _)| *other < index);
            done.insert(place, (index, row));
            let rows: Vec<Row> = done.iter().map(|(_, row)| row.clone()).collect();
            workplace.write(&rows, pairs.len(), options.seed)?;
        }
        Ok(done.into_iter().map(|(_, row)| row).collect())
    })
}

/// Takes one pair after the other until none is left or nobody listens.
fn work(
    options: &CampaignOptions,
    pairs: &[Pair],
    workplace: &Workplace,
    next: &AtomicUsize,
    sender: &Sender<(usize, Row)>,
) {
    loop {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let Some(pair) = pairs.get(index) else {
            return;
        };
        let watch = Stopwatch::start();
        let mut row =
            try_pair(options, pair, workplace).unwrap_or_else(|failure| Row::unfit(pair, &failure));
        row.wall_s = watch.elapsed().get();
        if sender.send((index, row)).is_err() {
            return;
        }
    }
}

fn try_pair(options: &CampaignOptions, pair: &Pair, workplace: &Workplace) -> Result<Row, Failure> {
    let loaded = Loaded::read(&pair.ingredients)?.with_asked_for(&options.asked_for);
    let joints = loaded.setup.chain.joints.len();
    with_joint_count!(
        joints,
        D => try_with::<D>(&loaded, options.seed, pair, workplace),
        else Err(Failure::Input(format!("the arm has {joints} moving joints; allowed are 4 to 7")))
    )
}

fn try_with<const D: usize>(
    loaded: &Loaded,
    seed: u64,
    pair: &Pair,
    workplace: &Workplace,
) -> Result<Row, Failure> {
    let kit = Kit::<D>::new(loaded, seed)?;
    let plan = match kit.plan() {
        Ok(plan) => plan,
        Err(rejection) => return Ok(Row::refused(pair, &rejection)),
    };
    let planned = Planned::of(&plan);
    let folder = workplace
        .folder
        .join(format!("{}-on-{}", pair.routine, pair.body));
    make(&folder)?;
    let mut reached = String::new();
    let trial = Trial::run(
        loaded,
        &kit,
        plan,
        seed,
        &folder,
        &mut |stage| match stage {
            Stage::Simulating { step, .. } if !step.is_empty() => step.clone_into(&mut reached),
            Stage::Simulating { .. } | Stage::Judging { .. } => {}
        },
    );
    let row = trial.and_then(|trial| {
        if workplace.kept {
            output::rewrite_report(&folder, &trial.judgement)?;
            trial.write_summary(&folder, &loaded.warnings())?;
        }
        Ok(Row::tried(pair, planned, &trial, &reached))
    });
    // Hundreds of megabytes each: an archive is not kept longer than its judgement takes. `knead sim` with the
    // same seed writes the same one again.
    let archive = folder.join(ARCHIVE);
    std::fs::remove_file(&archive)
        .map_err(|error| unwritable(&archive, &error))
        .and(row)
}

#[cfg(test)]
mod tests;
