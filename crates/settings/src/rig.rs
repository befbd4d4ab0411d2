//! Rig profiles: an arm, or what stands for one, together with all that a test on it takes.
//!
//! ```toml
//! version = 1
//! name = "bench_2"
//! summary = "The arm at the window."
//! arm = "../arms/knead_r7.toml"
//! body = "../bodies/demo.toml"
//! routine = "../suites/routines/short.toml"
//! link = "../links/bench_2.toml"
//! lock = "/run/lock/knead-bench-2"
//!
//! [power_cycle]
//! by = "command"
//! command = ["usbrelay", "BENCH_1=0"]
//! ```
//!
//! Paths count from the file's folder. With a `[twin]`, the other end of the link is a process that the tests start
//! themselves, one for each test, with a port of its own in place of the link's.

use std::path::{Path, PathBuf};

use crate::document::{self, Language, Section, list, section, text, whole, words};
use crate::file::{LARGEST_TOML, read_text};
use crate::{Code, SettingsErrors};

/// The converter that a twin models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RigTwin {
    /// A USB frame comes this often (µs).
    pub usb_frame_us: u32,
    /// Latency timer (ms).
    pub latency_timer_ms: u32,
}

/// How the arm loses its power and gets it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PowerCycle {
    /// The twin is told so: it forgets its session, and the arm stays where it is.
    Reboot,
    /// The twin's process is ended and started anew.
    Restart,
    /// A command: the program and its arguments. It ends when the arm is up again, with exit code 0.
    Command(Vec<String>),
}

/// A rig as its file tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RigProfile {
    /// Its name.
    pub name: String,
    /// One line for people.
    pub summary: String,
    /// Arm profile.
    pub arm: PathBuf,
    /// Body profile.
    pub body: PathBuf,
    /// Limits profile; the built-in one when absent.
    pub limits: Option<PathBuf>,
    /// Simulation profile; the built-in one when absent.
    pub simulation: Option<PathBuf>,
    /// Folder of tool profiles; the built-in one when absent.
    pub tools: Option<PathBuf>,
    /// Client profile; the built-in one when absent.
    pub client: Option<PathBuf>,
    /// Routine of tests that name none.
    pub routine: PathBuf,
    /// Link profile.
    pub link: PathBuf,
    /// File by which a second run on the same rig is turned away.
    pub lock: PathBuf,
    /// Seed of body, scan, sensors and faults.
    pub seed: u64,
    /// The other end, where tests start it; `None` for a real arm.
    pub twin: Option<RigTwin>,
    /// How the power is cycled; `None` where nothing does.
    pub power_cycle: Option<PowerCycle>,
}

impl RigProfile {
    /// Reads a rig file.
    ///
    /// # Errors
    /// [`SettingsErrors`] with every fault of the file.
    pub fn read(path: &Path) -> Result<Self, SettingsErrors> {
        let folder = path.parent().unwrap_or(Path::new(""));
        let text = read_text(path, LARGEST_TOML)?;
        Self::parse(&text, &path.display().to_string(), folder)
    }

    /// Reads a rig from its text; `file_name` is what messages call it, paths count from `folder`.
    ///
    /// # Errors
    /// [`SettingsErrors`] with every fault of the text.
    pub fn parse(text: &str, file_name: &str, folder: &Path) -> Result<Self, SettingsErrors> {
        document::read(text, file_name, Language::Toml, |root| {
            profile(root, folder)
        })
    }
}

fn profile(root: &Section<'_>, folder: &Path) -> Option<RigProfile> {
    root.version()?;
    let path = || text().map(|path| folder.join(path));
    let name = root.required("name", text());
    let summary = root.required("summary", text());
    let arm = root.required("arm", path());
    let body = root.required("body", path());
    let limits = root.optional("limits", path());
    let simulation = root.optional("simulation", path());
    let tools = root.optional("tools", path());
    let client = root.optional("client", path());
    let routine = root.required("routine", path());
    let link = root.required("link", path());
    let lock = root.required("lock", path());
    let seed = root.or("seed", whole(0..=u32::MAX), 1);
    let twin = root.optional("twin", section(twin));
    let power = root.optional("power_cycle", section(power_cycle));
    let (twin, power) = (twin?, power?);
    if twin.is_none() && matches!(power, Some(PowerCycle::Reboot | PowerCycle::Restart)) {
        return root.refuse_key(
            "power_cycle",
            Code::Contradiction,
            "only a twin can be told to reboot or restart, and there is no [twin]".to_owned(),
            "give a real arm's power cycle as by = \"command\" with its command, or add a [twin]",
        );
    }
    Some(RigProfile {
        name: name?,
        summary: summary?,
        arm: arm?,
        body: body?,
        limits: limits?,
        simulation: simulation?,
        tools: tools?,
        client: client?,
        routine: routine?,
        link: link?,
        lock: lock?,
        seed: u64::from(seed?),
        twin,
        power_cycle: power,
    })
}

fn twin(section: &Section<'_>) -> Option<RigTwin> {
    let usb_frame_us = section.or("usb_frame_us", whole(0..=10_000), 125);
    let latency_timer_ms = section.or("latency_timer_ms", whole(0..=255), 0);
    Some(RigTwin {
        usb_frame_us: usb_frame_us?,
        latency_timer_ms: latency_timer_ms?,
    })
}

#[derive(Clone, Copy)]
enum By {
    Reboot,
    Restart,
    Command,
}

fn power_cycle(section: &Section<'_>) -> Option<PowerCycle> {
    let by = section.required(
        "by",
        words(&[
            ("reboot", By::Reboot),
            ("restart", By::Restart),
            ("command", By::Command),
        ]),
    );
    let command = section.optional("command", list(text(), 1..=100));
    match (by?, command?) {
        (By::Reboot, None) => Some(PowerCycle::Reboot),
        (By::Restart, None) => Some(PowerCycle::Restart),
        (By::Command, Some(command)) => Some(PowerCycle::Command(command)),
        (By::Command, None) => section.refuse(
            Code::MissingKey,
            "by = \"command\" needs a `command`".to_owned(),
            "write it as a list: the program, then its arguments",
        ),
        (By::Reboot | By::Restart, Some(_)) => section.refuse_key(
            "command",
            Code::Contradiction,
            "a `command` stands beside a `by` that runs none".to_owned(),
            "keep one of both",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RIG: &str = "version = 1\nname = \"r\"\nsummary = \"A rig.\"\narm = \"a.toml\"\nbody = \"b.toml\"\n\
                       routine = \"s.toml\"\nlink = \"l.toml\"\nlock = \"/tmp/lock\"\n";

    fn parse(text: &str) -> Result<RigProfile, SettingsErrors> {
        RigProfile::parse(text, "rig.toml", Path::new("config/rigs"))
    }

    #[test]
    fn paths_count_from_the_files_folder() {
        let rig = parse(RIG).expect("a rig");
        assert_eq!(rig.arm, Path::new("config/rigs/a.toml"));
        assert_eq!(rig.lock, Path::new("/tmp/lock"));
        assert_eq!(rig.twin, None);
    }

    #[test]
    fn what_a_rig_cannot_do_is_refused() {
        for (more, part) in [
            ("[power_cycle]\nby = \"reboot\"\n", "no [twin]"),
            ("[power_cycle]\nby = \"command\"\n", "needs a `command`"),
            (
                "[twin]\n[power_cycle]\nby = \"reboot\"\ncommand = [\"x\"]\n",
                "runs none",
            ),
            ("[power_cycle]\nby = \"prayer\"\n", "not known"),
            ("[twin]\nspeed = 3\n", "unknown key"),
            ("color = \"red\"\n", "unknown key"),
        ] {
            let words = parse(&format!("{RIG}{more}")).expect_err(more);
            assert!(words.to_string().contains(part), "{more}: {words}");
        }
        let words = parse("version = 1\nname = \"r\"\n").expect_err("half a rig");
        for key in ["summary", "arm", "body", "routine", "link", "lock"] {
            assert!(words.to_string().contains(key), "{key}: {words}");
        }
    }

    #[test]
    fn the_rig_of_the_project_is_sound() {
        let rig = parse(include_str!("../../../config/rigs/twin.toml")).expect("a rig");
        assert!(rig.twin.is_some());
    }
}
