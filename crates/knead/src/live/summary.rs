//! What a live session left, for people and for machines.

use std::path::Path;

use realtime_runner::{RunStatistics, SpreadFigures, statistics_text, time_text};
use serde_json::{Value, json};
use serial_link::LinkCounts;

use super::events::Ending;
use super::figures::LiveFigures;
use super::operator::ending_words;
use crate::failure::Failure;
use crate::session::words::cause_word;

/// Everything worth keeping of one live session.
pub struct LiveSummary<'a> {
    /// Routine.
    pub routine: &'a str,
    /// Link.
    pub link: &'a str,
    /// Model and serial number of the arm.
    pub arm: String,
    /// Loop rate (Hz).
    pub rate_hz: u16,
    /// How it ended; `None` when the loop was broken off.
    pub ending: Option<Ending>,
    /// Why the loop ended when nobody ended it.
    pub broken: Option<String>,
    /// What was felt.
    pub figures: &'a LiveFigures,
    /// What the loop counted; `None` for a stepped arm.
    pub statistics: Option<&'a RunStatistics>,
    /// What went wrong on the wire.
    pub counts: LinkCounts,
    /// Records that the archive lacks.
    pub missed: u64,
    /// Delay of the link that headroom and gains were given (s).
    pub link_delay_s: f64,
    /// The arm stands parked.
    pub parked: bool,
}

impl LiveSummary<'_> {
    /// The word for how it ended.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self.ending {
            Some(Ending::Completed) => "completed",
            Some(Ending::Ended) => "ended",
            Some(Ending::SafetyStop(_)) => "safety_stop",
            Some(Ending::Firmware(_)) => "firmware_stop",
            Some(Ending::LinkLost) => "link_lost",
            Some(Ending::NotReady(_)) => "not_ready",
            Some(Ending::NoSkin) => "no_skin",
            None => "broken",
        }
    }

    /// It ended as it should: at the plan's end, or by the operator's word and parked.
    #[must_use]
    pub const fn is_sound(&self) -> bool {
        match self.ending {
            Some(Ending::Completed) => true,
            Some(Ending::Ended) => self.parked,
            Some(
                Ending::SafetyStop(_)
                | Ending::Firmware(_)
                | Ending::LinkLost
                | Ending::NotReady(_)
                | Ending::NoSkin,
            )
            | None => false,
        }
    }

    /// How it ended, in words.
    #[must_use]
    pub fn words(&self) -> &'static str {
        self.ending.map_or("the loop was broken off", ending_words)
    }

    /// The rule or fault behind it.
    #[must_use]
    pub fn cause(&self) -> String {
        match self.ending {
            Some(Ending::SafetyStop(rule)) => cause_word(rule).to_owned(),
            Some(Ending::Firmware(class)) => {
                class.map_or_else(String::new, |class| format!("{class:?}"))
            }
            Some(
                Ending::Completed
                | Ending::Ended
                | Ending::LinkLost
                | Ending::NotReady(_)
                | Ending::NoSkin,
            ) => String::new(),
            None => self.broken.clone().unwrap_or_default(),
        }
    }

    /// For machines.
    #[must_use]
    pub fn json(&self) -> Value {
        json!({
            "version": 1,
            "kind": "live",
            "routine": self.routine,
            "link": self.link,
            "arm": self.arm,
            "rate_hz": self.rate_hz,
            "ending": self.word(),
            "cause": self.cause(),
            "parked": self.parked,
            "felt": self.figures,
            "link_delay_ms": self.link_delay_s * 1e3,
            "wire": {
                "bytes_in": self.counts.bytes_in,
                "frames_rejected": self.counts.rejected,
                "frames_given_up": self.counts.given_up,
                "states_accepted": self.counts.guard.accepted,
                "states_lost": self.counts.guard.lost,
                "states_refused": self.counts.guard.repeated + self.counts.guard.late
                    + self.counts.guard.leap + self.counts.guard.backwards + self.counts.guard.old
                    + self.counts.guard.ahead + self.counts.guard.session
                    + self.counts.guard.source + self.counts.guard.destination,
            },
            "archive_records_missed": self.missed,
            "loop": self.statistics.map(loop_json),
        })
    }

    /// Writes `summary.json` into the run's folder.
    ///
    /// # Errors
    /// [`Failure::Device`] when the disk refuses.
    pub fn write(&self, folder: &Path) -> Result<String, Failure> {
        let text = serde_json::to_string_pretty(&self.json()).map_err(Failure::device)?;
        let path = folder.join("summary.json");
        std::fs::write(&path, &text)
            .map_err(|e| Failure::Device(format!("{}: {e}", path.display())))?;
        Ok(text)
    }
}

fn loop_json(statistics: &RunStatistics) -> Value {
    let spread = |figures: SpreadFigures| {
        let us = |time: quantities::Duration| time.nanos() as f64 / 1000.0;
        json!({
            "count": figures.count,
            "median_us": us(figures.median),
            "p99_us": us(figures.p99),
            "p999_us": us(figures.p999),
            "most_us": us(figures.most),
        })
    };
    let spreads: serde_json::Map<String, Value> = statistics
        .spreads()
        .into_iter()
        .map(|(name, times)| (name.replace(' ', "_"), spread(times.figures())))
        .collect();
    let overruns = statistics.overruns;
    json!({
        "cycles": statistics.cycles,
        "cycles_without_state": statistics.cycles - statistics.states,
        "overruns": {
            "total": overruns.total(),
            "page_fault": overruns.page_fault,
            "late_wake_up": overruns.late_wake_up,
            "slow_link": overruns.slow_link,
            "slow_stage": overruns.slow_stage.iter().sum::<u64>(),
        },
        "times": spreads,
    })
}

/// For people.
#[must_use]
pub fn summary_text(summary: &LiveSummary<'_>) -> String {
    let figures = summary.figures;
    let ending = summary.words();
    let cause = summary.cause();
    let mut text = format!(
        "{}: {ending}{}{}\n",
        summary.word(),
        if cause.is_empty() { "" } else { ": " },
        cause
    );
    let compared = match figures.compared {
        0 => "no settled touch to compare".to_owned(),
        samples => format!(
            "force off by {:.2} N (root mean square over {samples} samples)",
            figures.force_rmse_n
        ),
    };
    let below = figures.over_ceiling_n.map_or_else(String::new, |over| {
        format!(", {:.1} N below the ceiling at the least", -over)
    });
    text += &format!(
        "felt:      {compared}, largest press {:.1} N{below}\n",
        figures.largest_press_n
    );
    text += &format!(
        "wire:      {} states, {} lost, {} frames rejected; delay given to headroom {:.1} ms\n",
        summary.counts.guard.accepted,
        summary.counts.guard.lost,
        summary.counts.rejected,
        summary.link_delay_s * 1e3
    );
    if let Some(statistics) = summary.statistics {
        text += &statistics_text(statistics);
        text.push('\n');
        let worst = statistics.worst();
        if let Some(worst) = worst.first() {
            text += &format!(
                "worst:     {} late at {} ({})\n",
                time_text(worst.by),
                time_text(quantities::Duration::from_nanos(worst.at.nanos())),
                worst.blame.words()
            );
        }
    }
    if summary.missed > 0 {
        text += &format!("archive:   {} records missing\n", summary.missed);
    }
    text
}
