//! What is known of a session afterwards: the controller's own words, its archive, and the twin's truth.

use std::path::{Path, PathBuf};

use recorder::{ArchiveReader, Message, Wholeness, wholeness};
use serde_json::Value;
use signals::Reaction;

use super::RigError;

/// A touch begins at this press (N): the threshold of `safety-limits` for "unloaded".
pub const TOUCH_N: f64 = 5.0;
/// Contact counts as gone when the press was below the threshold for so long (ns).
const GONE_NS: u64 = 50_000_000;

/// The true press over a session.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TouchFigures {
    /// Largest (N).
    pub largest_press_n: f64,
    /// When the first event came (N).
    pub pressed_at_fault_n: f64,
    /// From the first event to the last moment at which the press was that of a touch (ms); 0 when there was none.
    pub unloaded_after_ms: f64,
    /// The press was gone after the first event, and came again.
    pub resumed: bool,
    /// Press at the end of the record (N).
    pub last_press_n: f64,
    /// What came after the session was stopped; `None` when it was not.
    pub after_stop: Option<AfterStop>,
}

/// The true press after one of both ends began to unload for good.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AfterStop {
    /// From the stop to the last moment at which the press was that of a touch (ms); 0 when there was none.
    pub unloaded_after_ms: f64,
    /// The press was gone after the stop, and came again.
    pub resumed: bool,
}

/// Goes through a record of the truth, sample by sample.
#[derive(Clone, Copy, Debug)]
pub struct TouchScan {
    fault_ns: u64,
    figures: TouchFigures,
    below_since: Option<u64>,
    was_gone: bool,
}

impl TouchScan {
    /// A scan with the moment of the first event (ns of the record's clock).
    #[must_use]
    pub const fn new(fault_ns: u64) -> Self {
        Self {
            fault_ns,
            figures: TouchFigures {
                largest_press_n: 0.0,
                pressed_at_fault_n: 0.0,
                unloaded_after_ms: 0.0,
                resumed: false,
                last_press_n: 0.0,
                after_stop: None,
            },
            below_since: None,
            was_gone: false,
        }
    }

    /// The next sample.
    pub fn note(&mut self, at_ns: u64, press_n: f64) {
        let figures = &mut self.figures;
        figures.largest_press_n = figures.largest_press_n.max(press_n);
        figures.last_press_n = press_n;
        if at_ns <= self.fault_ns {
            figures.pressed_at_fault_n = press_n;
            return;
        }
        if press_n < TOUCH_N {
            let since = *self.below_since.get_or_insert(at_ns);
            self.was_gone |= at_ns - since >= GONE_NS;
        } else {
            self.below_since = None;
            figures.resumed |= self.was_gone;
            figures.unloaded_after_ms = (at_ns - self.fault_ns) as f64 * 1e-6;
        }
    }

    /// What came out.
    #[must_use]
    pub const fn figures(&self) -> TouchFigures {
        self.figures
    }
}

/// What the archive is like.
#[derive(Clone, Debug, PartialEq)]
pub enum ArchiveState {
    /// There is none, or it cannot be read; in words.
    None(String),
    /// It was read.
    Read {
        /// Time of its last cycle since the session's start (s).
        ends_at_s: f64,
        /// It is as its writer closes it.
        is_whole: bool,
        /// When the monitor first unloaded (s since the session's start).
        unloads_at_s: Option<f64>,
    },
}

impl ArchiveState {
    /// When the monitor first unloaded (s since the session's start), as far as that is known.
    #[must_use]
    pub const fn unloads_at_s(&self) -> Option<f64> {
        match self {
            Self::None(_) => None,
            Self::Read { unloads_at_s, .. } => *unloads_at_s,
        }
    }
}

/// Everything that a verdict is made from.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// Exit code; `None` when the controller did not end in time.
    pub exit_code: Option<u8>,
    /// Word for the ending; `none` without a summary.
    pub ending: String,
    /// Rule or class of fault.
    pub cause: String,
    /// Root mean square of the felt force less the one asked for (N).
    pub rmse_n: Option<f64>,
    /// The true press; `None` without a twin's record.
    pub touch: Option<TouchFigures>,
    /// The archive.
    pub archive: ArchiveState,
    /// The controller was killed at this time of its session (s): its archive must reach it, to a second.
    pub killed_at_s: Option<f64>,
    /// Events that were done, and how many there were to do.
    pub done: (usize, usize),
    /// What the controller said last.
    pub last_words: String,
}

/// Ending, cause and error of the force from the controller's summary.
pub fn summary(path: &Path) -> (String, String, Option<f64>) {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let told: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
    let word = |key: &str| told[key].as_str().map(str::to_owned);
    let compared = told["felt"]["compared"].as_u64().unwrap_or(0);
    let rmse = told["felt"]["force_rmse_n"].as_f64();
    (
        word("ending").unwrap_or_else(|| "none".to_owned()),
        word("cause").unwrap_or_default(),
        rmse.filter(|_| compared > 0),
    )
}

/// The press in the twin's records, one after another, since the first event and since the stop (s of the twin's
/// clock).
///
/// # Errors
/// [`RigError`] when one of them cannot be read.
pub fn touch(
    records: &[PathBuf],
    fault_s: Option<f64>,
    stop_s: Option<f64>,
) -> Result<Option<TouchFigures>, RigError> {
    let ns = |s: Option<f64>| s.map_or(u64::MAX, |s| (s * 1e9) as u64);
    let mut scan = TouchScan::new(ns(fault_s));
    let mut after_stop = TouchScan::new(ns(stop_s));
    let mut samples = 0_u64;
    // The clock of a twin that was started anew begins at zero: it goes on where the one before it ended.
    let (mut offset_ns, mut last_ns) = (0, 0);
    for path in records {
        let reader = ArchiveReader::recover(path)
            .map_err(|e| RigError::new(format!("the twin's record cannot be read: {e}")))?;
        for message in reader.messages() {
            // What was lost at the end of a killed twin's record is no sample.
            let Ok((_, _, Message::Truth(truth))) = message else {
                continue;
            };
            let [_, _, along, ..] = truth.contact_wrench;
            last_ns = offset_ns + truth.at_ns;
            scan.note(last_ns, f64::from(-along));
            after_stop.note(last_ns, f64::from(-along));
            samples += 1;
        }
        offset_ns = last_ns;
    }
    let stopped = after_stop.figures();
    Ok((samples > 0).then(|| TouchFigures {
        after_stop: stop_s.map(|_| AfterStop {
            unloaded_after_ms: stopped.unloaded_after_ms,
            resumed: stopped.resumed,
        }),
        ..scan.figures()
    }))
}

/// The archive in the controller's run folder.
pub fn archive(runs: &Path) -> ArchiveState {
    let folder = std::fs::read_dir(runs)
        .ok()
        .and_then(|mut entries| entries.next())
        .and_then(Result::ok);
    let Some(folder) = folder else {
        return ArchiveState::None("the controller made no run folder".to_owned());
    };
    let path = folder.path().join(crate::trial::ARCHIVE);
    match read_archive(&path) {
        Ok(state) => state,
        Err(error) => ArchiveState::None(error.to_string()),
    }
}

fn read_archive(path: &Path) -> Result<ArchiveState, recorder::ArchiveError> {
    let is_whole = wholeness(path)? == Wholeness::Whole;
    let reader = ArchiveReader::recover(path)?;
    let (mut ends_at, mut unloads_at) = (None, None);
    for message in reader.messages() {
        let Ok((_, _, Message::Cycle(cycle))) = message else {
            continue;
        };
        ends_at = ends_at.max(Some(cycle.at_ns));
        if cycle.reaction >= Reaction::Unload as u8 {
            unloads_at.get_or_insert(cycle.at_ns);
        }
    }
    let seconds = |ns: u64| ns as f64 * 1e-9;
    Ok(match ends_at {
        Some(at_ns) => ArchiveState::Read {
            ends_at_s: seconds(at_ns),
            is_whole,
            unloads_at_s: unloads_at.map(seconds),
        },
        None => ArchiveState::None("the archive holds no cycle".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000_000;

    fn scanned(fault_ms: u64, press: impl Fn(u64) -> f64) -> TouchFigures {
        let mut scan = TouchScan::new(fault_ms * MS);
        for ms in 1..=1000 {
            scan.note(ms * MS, press(ms));
        }
        scan.figures()
    }

    #[test]
    fn a_press_that_fades_is_unloaded_at_its_last_touching_sample() {
        let figures = scanned(300, |ms| {
            if ms <= 300 {
                16.0
            } else {
                16.0 - 0.1 * (ms - 300) as f64
            }
        });
        assert!(
            (figures.unloaded_after_ms - 110.0).abs() < 1.5,
            "{figures:?}"
        );
        assert!((figures.pressed_at_fault_n - 16.0).abs() < 1e-9);
        assert!(!figures.resumed);
    }

    #[test]
    fn a_bounce_is_no_new_touch_and_a_return_is() {
        let bounce = scanned(300, |ms| match ms {
            0..=320 | 350..=380 => 10.0,
            _ => 1.0,
        });
        assert!(!bounce.resumed);
        assert!((bounce.unloaded_after_ms - 80.0).abs() < 1e-9);
        let again = scanned(300, |ms| match ms {
            0..=320 | 800 => 10.0,
            _ => 1.0,
        });
        assert!(again.resumed);
        assert!((again.unloaded_after_ms - 500.0).abs() < 1e-9);
    }
}
