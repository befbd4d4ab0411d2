//! `knead revisit`: what a run was to work and did not, and a routine that makes up for it.

use std::path::{Path, PathBuf};

use anatomy::{Back, Level};
use kinematics::Patch;
use quantities::Point;
use serde_json::json;

use crate::failure::Failure;
use crate::output;
use crate::revisit::{Contact, MOST_GAPS, NamedLevel, Place, routine};
use crate::say::say;
use crate::scene::{Archived, archived};

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
    let (levels, places) = (levels(&archived.back), places(&archived));
    let text = routine(&archived.run.title, gaps, &levels, &places);
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

/// A patch at least this wide is a broad one (m): half a palm.
const BROAD: f64 = 0.02;

/// Where the plan had each contact on the skin.
fn places(archived: &Archived) -> Vec<Place> {
    let chart = archived.back.chart();
    let segments = archived.plan.segments.iter().zip(&archived.run.planned);
    let pressing =
        segments.filter(|(segment, _)| matches!(segment.kind.as_str(), "stroke" | "hold" | "tap"));
    let mut places = Vec::new();
    for (segment, path) in pressing {
        let Some(tool) = archived.arm.tools.get(usize::from(segment.tool)) else {
            continue;
        };
        let centres = path.points.iter().filter_map(|[x, y, z]| {
            chart.locate(&Point::new(f64::from(*x), f64::from(*y), f64::from(*z)))
        });
        for (u, v) in centres {
            let (u_mm, v_mm) = (u.get() * 1e3, v.get() * 1e3);
            let mut push = |contact, v_mm| {
                places.push(Place {
                    contact,
                    u_mm,
                    v_mm,
                });
            };
            match Patch::from(&tool.patch) {
                Patch::Fork { spacing, .. } => {
                    push(Contact::Narrow, v_mm + 0.5e3 * spacing.get());
                    push(Contact::Narrow, v_mm - 0.5e3 * spacing.get());
                }
                patch @ (Patch::RoundedRectangle { .. } | Patch::Disc { .. }) => {
                    let broad = patch.half_extents().1 >= BROAD;
                    push(
                        if broad {
                            Contact::Broad
                        } else {
                            Contact::Narrow
                        },
                        v_mm,
                    );
                }
            }
        }
    }
    places
}
