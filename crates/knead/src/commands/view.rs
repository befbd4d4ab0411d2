//! `knead view` and `knead report`: look at a run again.

use std::path::Path;

use crate::failure::Failure;
use crate::output;
use crate::say::{say, say_plain};

pub fn open(run: &Path) -> Result<(), Failure> {
    let recording = run.join("session.rrd");
    if !recording.is_file() {
        return Err(Failure::Input(format!(
            "{} is not there; name the folder of a run, or run again without --no-recording",
            recording.display()
        )));
    }
    viewer::open_viewer(&recording).map_err(Failure::device)
}

pub fn report(run: &Path, json: bool) -> Result<(), Failure> {
    let archive = run.join("session.mcap");
    let judgement = judge::judge(&archive).map_err(Failure::input)?;
    let page = output::rewrite_report(run, &judgement)?;
    if json {
        let text = serde_json::to_string_pretty(&judgement).map_err(Failure::device)?;
        say!("{text}");
    } else {
        say_plain!("{}", output::judgement_text(&judgement));
        say!("report: {}", page.display());
    }
    if judgement.passed {
        Ok(())
    } else {
        Err(Failure::Verdict(format!(
            "not passed: {}",
            judgement.reasons.join("; ")
        )))
    }
}
