//! Suites of tests on a rig: what is done to a session, when, and how it must end.
//!
//! ```toml
//! version = 1
//! name = "sensor"
//! summary = "The wrist sensor and the encoders lie."
//!
//! [[test]]
//! name = "x2_bias"
//! summary = "A step of the bias makes the arm press harder."
//! pace = "stepped"
//! phases = ["touch", "stroke"]        # one test for each
//! [[test.event]]
//! at = { after_s = 1.0 }
//! do = "X2 force_n=-8"
//! [test.expect]
//! ending = ["safety_stop"]
//! cause = ["SR-38"]
//! exit_code = [4]
//! unloaded_within_ms = 300
//! no_more_contact = true
//! archive = true
//! ```

mod expect;
mod script;

use std::path::{Path, PathBuf};

pub use expect::{ENDING_WORDS, Expectations};
pub use script::{Act, Deed, Moment, SuiteEvent, SuitePhase};

use crate::document::{
    self, Language, Section, list, number, section, sections, text, whole, words,
};
use crate::file::{LARGEST_TOML, read_text};
use crate::{Code, SettingsErrors};

/// Who paces a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// The commands: a stepped twin, faster than the clock and the same each time.
    Stepped,
    /// The clock.
    RealTime,
}

/// One test.
#[derive(Clone, Debug, PartialEq)]
pub struct SuiteTest {
    /// Its name; with `phases`, the phase is part of it.
    pub name: String,
    /// One line for people.
    pub summary: String,
    /// Who paces it.
    pub pace: Pace,
    /// Its routine; the rig's when absent.
    pub routine: Option<PathBuf>,
    /// What is done, in the order of the file.
    pub events: Vec<SuiteEvent>,
    /// How it must end.
    pub expect: Expectations,
    /// It must have ended by then (s of the wall clock).
    pub timeout_s: f64,
    /// It may be tried so often again; what passes only then is flaky.
    pub retries: u32,
}

/// A suite as its file tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct Suite {
    /// Its name.
    pub name: String,
    /// One line for people.
    pub summary: String,
    /// The tests, in the order of the file.
    pub tests: Vec<SuiteTest>,
}

impl Suite {
    /// Reads a suite file.
    ///
    /// # Errors
    /// [`SettingsErrors`] with every fault of the file.
    pub fn read(path: &Path) -> Result<Self, SettingsErrors> {
        let folder = path.parent().unwrap_or(Path::new(""));
        let text = read_text(path, LARGEST_TOML)?;
        Self::parse(&text, &path.display().to_string(), folder)
    }

    /// Reads a suite from its text; `file_name` is what messages call it, paths count from `folder`.
    ///
    /// # Errors
    /// [`SettingsErrors`] with every fault of the text.
    pub fn parse(text: &str, file_name: &str, folder: &Path) -> Result<Self, SettingsErrors> {
        document::read(text, file_name, Language::Toml, |root| suite(root, folder))
    }
}

fn suite(root: &Section<'_>, folder: &Path) -> Option<Suite> {
    root.version()?;
    let name = root.required("name", text());
    let summary = root.required("summary", text());
    let tests = root.required("test", sections(|section| test(section, folder), 1..=1000));
    let tests: Vec<SuiteTest> = tests?.into_iter().flatten().collect();
    let twice = tests
        .iter()
        .enumerate()
        .find(|(index, test)| tests.iter().take(*index).any(|t| t.name == test.name));
    if let Some((_, test)) = twice {
        return root.refuse_key(
            "test",
            Code::Duplicate,
            format!("two tests have the name \"{}\"", test.name),
            "give each test a name of its own",
        );
    }
    Some(Suite {
        name: name?,
        summary: summary?,
        tests,
    })
}

/// A name that is a folder's, too.
fn test_name(section: &Section<'_>) -> Option<String> {
    let name = section.required("name", text())?;
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if name.chars().all(fits) && name.len() <= 60 {
        return Some(name);
    }
    section.refuse_key(
        "name",
        Code::UnknownWord,
        format!("\"{name}\" cannot name a folder"),
        "use at most 60 letters, digits, _ and -",
    )
}

fn test(root: &Section<'_>, folder: &Path) -> Option<Vec<SuiteTest>> {
    let name = test_name(root);
    let summary = root.required("summary", text());
    let paces = [("stepped", Pace::Stepped), ("real_time", Pace::RealTime)];
    let pace = root.required("pace", words(&paces));
    let routine = root.optional("routine", text().map(|path| folder.join(path)));
    let phases = root.optional("phases", list(words(&SuitePhase::WORDS), 1..=8));
    let events = root.or("event", sections(script::event, 1..=50), Vec::new());
    let expect = root.required("expect", section(expect::expectations));
    let timeout = root.or("timeout_s", number(1.0..=3600.0, "s"), 60.0);
    let retries = root.or("retries", whole(0..=5), 0);
    let (name, phases, events) = (name?, phases?, events?);
    let whole = SuiteTest {
        name,
        summary: summary?,
        pace: pace?,
        routine: routine?,
        events,
        expect: expect?,
        timeout_s: timeout?,
        retries: retries?,
    };
    check_pace(root, &whole)?;
    Some(match phases {
        None => vec![whole],
        Some(phases) => phases.iter().map(|phase| whole.in_phase(*phase)).collect(),
    })
}

/// What has a meaning on the wall clock only, and what does not take part in a stepped session.
fn check_pace(root: &Section<'_>, test: &SuiteTest) -> Option<()> {
    if test.pace == Pace::RealTime {
        return Some(());
    }
    let odd = test.events.iter().find_map(|event| match &event.deed {
        Deed::Order(_) => None,
        Deed::Request(_) => Some("an operator's request"),
        Deed::Controller(_) | Deed::Twin(_) => Some("an act on a process"),
        Deed::PowerCycle => Some("a power cycle"),
    });
    match odd {
        None => Some(()),
        Some(odd) => root.refuse_key(
            "pace",
            Code::Contradiction,
            format!("{odd} comes by the wall clock, which a stepped session does not heed"),
            "write pace = \"real_time\"",
        ),
    }
}

impl SuiteTest {
    /// The same test in one phase: events that name none are meant for it.
    fn in_phase(&self, phase: SuitePhase) -> Self {
        let mut test = self.clone();
        test.name = format!("{}_{}", self.name, phase.word());
        for event in &mut test.events {
            event.at = event.at.within(phase);
        }
        test
    }
}

#[cfg(test)]
mod tests;
