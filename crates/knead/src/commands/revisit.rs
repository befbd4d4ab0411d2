//! `knead revisit`: what a run was to work and did not, and a routine that makes up for it.

use std::path::{Path, PathBuf};

use anatomy::{Back, Level};
use serde_json::json;

use crate::failure::Failure;
use crate::output;
use crate::revisit::{MOST_GAPS, NamedLevel, routine};
use crate::say::say;
use crate::scene::archived;

pub fn run(run: &Path, out: Option<&Path>, as_json: bool) -> Result<(), Failure> {
    let archive = run.join("session.mcap");
    let judgement = judge::judge(&archive).map_err(Failure::input)?;
    if judgement.planned_dose.is_none() {
        return Err(Failure::Input(format!(
            "{} carries no dose.json, so what was planned is not known; run the session again with this version",
            archive.display()
        )));
    }
    let archived = archived(&archive)?;
    let gaps = &judgement.dose_gaps;
    let text = routine(&archived.run.title, gaps, &levels(&archived.back));
    let written = match &text {
        Some(text) => Some(write(run, out, text)?),
        None => None,
    };
    if as_json {
        let path = written.as_ref().map(|path| path.display().to_string());
        say!("{}", json!({"version": 1, "gaps": gaps, "routine": path}));
        return Ok(());
    }
    match written {
        Some(path) => {
            for gap in gaps {
                say!("left out: {}", output::gap_line(gap));
            }
            if gaps.len() > MOST_GAPS {
                say!(
                    "the routine works the {MOST_GAPS} largest of {} places",
                    gaps.len()
                );
            }
            say!("routine:  {}", path.display());
            say!("prove it: knead plan {}", path.display());
        }
        None => say!(
            "nothing was left out: every place got at least {:.0} % of its planned dose",
            dose::COVERED_ENOUGH * 100.0
        ),
    }
    Ok(())
}

fn write(run: &Path, out: Option<&Path>, text: &str) -> Result<PathBuf, Failure> {
    let path = out.map_or_else(|| run.join("revisit.toml"), Path::to_owned);
    std::fs::write(&path, text).map_err(|e| {
        Failure::Device(format!(
            "{}: {e}; name a writable file with --out",
            path.display()
        ))
    })?;
    Ok(path)
}

/// The levels that routines may name, on this client (mm). The nape is left out: in routines it means
/// "as high as the tool may go".
fn levels(back: &Back) -> Vec<NamedLevel> {
    let word = |level| (level != Level::C7).then(|| settings::level_word(level));
    Level::ALL
        .iter()
        .filter_map(|level| Some((word(*level)?, back.level(*level).get() * 1e3)))
        .collect()
}
