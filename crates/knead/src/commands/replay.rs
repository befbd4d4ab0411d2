//! `knead replay`: a recorded session through today's controller.

use std::path::{Path, PathBuf};

use recorder::ArchiveReader;
use serde_json::json;

use crate::cli::ReplayOptions;
use quantities::Seconds;

use crate::compose::Kit;
use crate::dispatch::with_joint_count;
use crate::failure::Failure;
use crate::load::Loaded;
use crate::output::progress_bar;
use crate::replay::{
    Change, Comparison, FirstDifference, Rebuilt, Stage, Walked, plan_again, replay,
};
use crate::say::say;
use crate::trial::ARCHIVE;

pub fn run(options: &ReplayOptions) -> Result<(), Failure> {
    let archive = archive_of(&options.run);
    let change = options.with.as_deref().map(Change::of).transpose()?;
    let rebuilt = Rebuilt::from_archive(&archive)?;
    let recorded = rebuilt.load(&rebuilt.ingredients)?;
    let changed = match &change {
        Some(change) => Some(rebuilt.load(&change.applied(&rebuilt)?)?),
        None => None,
    };
    let joints = rebuilt.file.joints;
    for loaded in [Some(&recorded), changed.as_ref()].into_iter().flatten() {
        let seen = loaded.setup.chain.joints.len();
        if seen != joints {
            return Err(Failure::Input(format!(
                "the session is of an arm with {joints} moving joints, this one has {seen}; the recorded \
                 samples do not fit it"
            )));
        }
    }
    let session = Session {
        options,
        archive: &archive,
        rebuilt: &rebuilt,
        change: change.as_ref(),
        recorded: &recorded,
        changed: changed.as_ref(),
    };
    with_joint_count!(
        joints,
        D => session.run::<D>(),
        else Err(Failure::Input(format!("the arm has {joints} moving joints; allowed are 4 to 7")))
    )
}

/// The archive of what was typed: of a folder, or the file itself.
pub fn archive_of(run: &Path) -> PathBuf {
    if run.is_dir() {
        run.join(ARCHIVE)
    } else {
        run.to_owned()
    }
}

struct Session<'a> {
    options: &'a ReplayOptions,
    archive: &'a Path,
    rebuilt: &'a Rebuilt,
    change: Option<&'a Change>,
    recorded: &'a Loaded,
    changed: Option<&'a Loaded>,
}

impl Session<'_> {
    fn run<const D: usize>(&self) -> Result<(), Failure> {
        let (seed, digest) = (self.rebuilt.file.seed, &self.rebuilt.file.plan_digest);
        let link_delay = Seconds::new(self.rebuilt.file.link_delay_s);
        let mut recorded = Kit::<D>::new(self.recorded, seed)?;
        recorded.link_delay = link_delay;
        let walked = plan_again(&recorded, digest, "the archive's files")?;
        let comparison = match self.changed {
            None => self.compare(&recorded, &walked)?,
            Some(changed) => {
                let mut kit = Kit::<D>::new(changed, seed)?;
                kit.link_delay = link_delay;
                if self.plans_anew() {
                    let files = "the archive's files with the one in exchange";
                    let walked = plan_again(&kit, digest, files)?;
                    self.compare(&kit, &walked)?
                } else {
                    self.compare(&kit, &walked)?
                }
            }
        };
        self.tell(&comparison, &walked)
    }

    /// Whether the changed session walks a plan of its own.
    fn plans_anew(&self) -> bool {
        self.options.replan || self.change.is_some_and(|change| change.part.plans_anew())
    }

    fn compare<const D: usize>(
        &self,
        kit: &Kit<'_, D>,
        walked: &Walked<D>,
    ) -> Result<Comparison, Failure> {
        let mut cycle = kit.control_cycle(walked.plan.clone())?;
        let bar = progress_bar("replaying");
        let comparison = replay(self.archive, &mut cycle, &walked.plan, &mut |share| {
            bar.set_position((share * 1000.0) as u64);
        });
        bar.finish_and_clear();
        comparison
    }

    fn tell<const D: usize>(
        &self,
        comparison: &Comparison,
        walked: &Walked<D>,
    ) -> Result<(), Failure> {
        let notes = self.notes(comparison, walked.as_recorded)?;
        if self.options.json {
            let told = json!({
                "version": 1,
                "archive": self.archive.display().to_string(),
                "recorded_by": self.rebuilt.file.knead,
                "with": self.change.map(|c| json!({"part": c.part.word(), "file": c.file})),
                "identical": comparison.is_identical(),
                "plan": {
                    "recorded": self.rebuilt.file.plan_digest,
                    "today": walked.digest,
                    "same": walked.as_recorded,
                },
                "comparison": comparison,
                "notes": notes,
            });
            let text = serde_json::to_string_pretty(&told).map_err(Failure::device)?;
            say!("{text}");
        } else {
            say_comparison(comparison);
            for note in &notes {
                say!("note: {note}");
            }
        }
        match &comparison.first {
            None => Ok(()),
            Some(first) => Err(Failure::Verdict(format!(
                "{} of {} cycles differ, from cycle {} on ({:.3} s, {})",
                comparison.differing,
                comparison.cycles,
                first.cycle,
                first.at_s,
                first.stage.word()
            ))),
        }
    }

    /// What must be known to read the figures.
    fn notes(&self, comparison: &Comparison, as_recorded: bool) -> Result<Vec<String>, Failure> {
        let mut notes = Vec::new();
        if let Some(change) = self.change {
            notes.push(format!(
                "with the {} of {}: the loop is open, the recorded samples do not react to what the changed \
                 controller commands; what follows its first difference is what it would have done with \
                 these samples, not what would have happened",
                change.part.word(),
                change.file.display()
            ));
            notes.push(if self.plans_anew() {
                "the plan is made anew with that file".to_owned()
            } else {
                "the recorded plan is walked; --replan plans anew with that file".to_owned()
            });
        } else if !comparison.is_identical() {
            notes.push(
                "the loop is open: the recorded samples do not react; what follows the first difference may \
                 be its consequence"
                    .to_owned(),
            );
        }
        if !as_recorded {
            notes.push(format!(
                "the archived files give another plan today than the one that was walked (recorded by knead \
                 {}): the planner has changed, and the plan is the first cause to think of",
                self.rebuilt.file.knead
            ));
        }
        for hole in comparison.holes.iter().take(MOST_HOLES) {
            notes.push(format!(
                "samples {} to {} are not in the archive: the recorded controller saw them, today's did not",
                hole.after_sequence + 1,
                hole.before_sequence.saturating_sub(1)
            ));
        }
        if comparison.holes.len() > MOST_HOLES {
            notes.push(format!("{} holes in all", comparison.holes.len()));
        }
        let reader = ArchiveReader::open(self.archive).map_err(Failure::input)?;
        for truncation in reader.truncations() {
            notes.push(format!("{truncation}; what is there was replayed"));
        }
        Ok(notes)
    }
}

/// Holes that are listed one by one.
const MOST_HOLES: usize = 5;

fn say_comparison(comparison: &Comparison) {
    let Some(first) = &comparison.first else {
        say!(
            "identical: {} cycles, each verdict and command to the bit",
            comparison.cycles
        );
        return;
    };
    say_first(first);
    say!(
        "differing: {} of {} cycles",
        comparison.differing,
        comparison.cycles
    );
    for stage in Stage::ALL {
        let count = comparison.by_stage.of(stage);
        if count > 0 {
            say!("  first at {}: {count}", stage.word());
        }
    }
    if let Some(most) = &comparison.largest_torque {
        say!(
            "largest torque difference: {:.6} N·m at {} (recorded {}, today {}; cycle {}, {:.3} s)",
            most.difference_nm,
            most.joint,
            most.recorded_nm,
            most.today_nm,
            most.cycle,
            most.at_s
        );
    }
    let roots: Vec<String> = comparison
        .rms_torque_nm
        .iter()
        .map(|rms| format!("{rms:.2e}"))
        .collect();
    say!("rms torque difference (N·m): {}", roots.join(" "));
    say!(
        "largest difference of the asked force: {:.3} N",
        comparison.largest_force_n
    );
    for (who, latch) in [
        ("recorded", &comparison.latched_recorded),
        ("today", &comparison.latched_today),
    ] {
        match latch {
            Some(latch) => say!(
                "latched, {who}: cycle {}, {} by {}",
                latch.cycle,
                latch.reaction,
                latch.cause
            ),
            None => say!("latched, {who}: never"),
        }
    }
}

fn say_first(first: &FirstDifference) {
    let place = if first.segment < 0 {
        "outside of the plan".to_owned()
    } else {
        format!(
            "step \"{}\", segment {} ({})",
            first.step, first.segment, first.segment_kind
        )
    };
    say!(
        "first difference: {:.3} s, cycle {} (sample {}), {place}, at the stage {}",
        first.at_s,
        first.cycle,
        first.sequence,
        first.stage.word()
    );
    for unlike in &first.unlike {
        say!(
            "  {:<9} {}: recorded {}, today {}",
            unlike.stage.word(),
            unlike.what,
            unlike.recorded,
            unlike.today
        );
    }
}
