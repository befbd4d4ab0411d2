//! The two ends of a rig as processes: how each is started, and how the twin is spoken to.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration as Pause;

use quantities::{Duration, Instant};
use realtime_runner::MonotonicClock;
use serde_json::Value;
use settings::{LinkProfile, Pace, PowerCycle, RigProfile, RigTwin};

use super::RigError;
use super::child::{OwnChild, Voice};

/// A twin is up within this time, on a machine that does other things too.
const UP_WITHIN: Duration = Duration::from_millis(60_000);
/// An ended twin closes its record within this time.
const CLOSED_WITHIN: Duration = Duration::from_millis(15_000);

/// What all tests on a rig share, and where one of them has its files.
#[derive(Clone, Debug)]
pub struct Bench<'a> {
    /// The rig.
    pub rig: &'a RigProfile,
    /// Its link.
    pub link: &'a LinkProfile,
    /// Our own program.
    pub program: &'a Path,
    /// The routine.
    pub routine: &'a Path,
    /// Who paces it.
    pub pace: Pace,
    /// Folder of this try.
    pub folder: &'a Path,
}

impl Bench<'_> {
    /// What controller and twin must agree on.
    fn ingredients(&self, command: &mut Command) {
        let rig = self.rig;
        command.arg(self.routine).arg("--arm").arg(&rig.arm);
        command.arg("--body").arg(&rig.body);
        for (flag, path) in [
            ("--limits", &rig.limits),
            ("--simulation", &rig.simulation),
            ("--tools", &rig.tools),
            ("--client", &rig.client),
        ] {
            if let Some(path) = path {
                command.arg(flag).arg(path);
            }
        }
        command.arg("--seed").arg(rig.seed.to_string());
        if self.pace == Pace::Stepped {
            command.arg("--stepped");
        }
    }

    /// Starts the controller.
    ///
    /// # Errors
    /// [`RigError`] when it does not start.
    pub fn controller(&self) -> Result<OwnChild, RigError> {
        let mut command = Command::new(self.program);
        command.arg("run");
        self.ingredients(&mut command);
        command.arg("--link").arg(self.link_file()?);
        command.args([
            "--yes",
            "--json",
            "--no-recording",
            "--name",
            "rig",
            "--runs",
        ]);
        command.arg(self.runs());
        OwnChild::start(
            "the controller",
            &mut command,
            Voice::Err,
            &self.folder.join("controller.jsonl"),
            &self.folder.join("controller.json"),
        )
    }

    /// Where the controller keeps its run.
    pub fn runs(&self) -> PathBuf {
        self.folder.join("runs")
    }

    fn port(&self) -> PathBuf {
        self.folder.join("port")
    }

    /// The link's profile; with a twin, one whose port is the twin's.
    fn link_file(&self) -> Result<PathBuf, RigError> {
        if self.rig.twin.is_none() {
            return Ok(self.rig.link.clone());
        }
        let path = self.folder.join("link.toml");
        // A text in JSON's quotes is one in TOML's.
        let port = Value::String(self.port().display().to_string());
        let text = format!(
            "version = 1\nname = \"rig\"\nsummary = \"The twin of this test.\"\nport = {port}\nbaud = {}\n",
            self.link.baud
        );
        std::fs::write(&path, text)
            .map_err(|e| RigError::new(format!("{}: {e}", path.display())))?;
        Ok(path)
    }

    /// Starts the twin, the `nth` of this try.
    ///
    /// # Errors
    /// [`RigError`] when it does not start, or is not up in time.
    pub fn twin(
        &self,
        twin: RigTwin,
        nth: usize,
        clock: &MonotonicClock,
    ) -> Result<Twin, RigError> {
        let record = self.folder.join(format!("twin_{nth}"));
        let mut command = Command::new(self.program);
        command.arg("twin");
        self.ingredients(&mut command);
        command.arg("--link").arg(self.port());
        command.arg("--baud").arg(self.link.baud.to_string());
        command
            .arg("--usb-frame-us")
            .arg(twin.usb_frame_us.to_string());
        command
            .arg("--latency-timer-ms")
            .arg(twin.latency_timer_ms.to_string());
        command.arg("--record").arg(&record).arg("--attended");
        let errors = self.folder.join(format!("twin_{nth}.err"));
        let child = OwnChild::start(
            "the twin",
            &mut command,
            Voice::Out,
            &self.folder.join(format!("twin_{nth}.jsonl")),
            &errors,
        )?;
        let mut twin = Twin {
            child,
            record: record.join(crate::twin::TWIN_ARCHIVE),
            errors,
        };
        let until = clock.now() + UP_WITHIN;
        twin.wait_for("ready", until, clock)?;
        Ok(twin)
    }

    /// Cycles the power by the rig's command.
    ///
    /// # Errors
    /// [`RigError`] when the command fails, with what it said.
    pub fn power_command(&self, power: &PowerCycle) -> Result<(), RigError> {
        let PowerCycle::Command(words) = power else {
            return Ok(());
        };
        let Some((program, arguments)) = words.split_first() else {
            return Err(RigError::new("the power cycle's command is empty"));
        };
        let ran = Command::new(program)
            .args(arguments)
            .output()
            .map_err(|e| {
                RigError::new(format!("the power cycle's {program} does not start: {e}"))
            })?;
        if ran.status.success() {
            return Ok(());
        }
        Err(RigError::new(format!(
            "the power cycle's {program} failed ({}): {}",
            ran.status,
            String::from_utf8_lossy(&ran.stderr).trim()
        )))
    }
}

/// A running twin.
pub struct Twin {
    /// Its process.
    pub child: OwnChild,
    /// What really happened.
    pub record: PathBuf,
    errors: PathBuf,
}

impl Twin {
    /// Waits for a line of a kind; what comes before it is returned, too.
    ///
    /// # Errors
    /// [`RigError`] when it does not come.
    pub fn wait_for(
        &mut self,
        word: &str,
        until: Instant,
        clock: &MonotonicClock,
    ) -> Result<Vec<Value>, RigError> {
        let mut lines = Vec::new();
        while clock.now() < until {
            if let Some(line) = self.child.line(Pause::from_millis(20)) {
                let refused = line["twin"] == "refused";
                let found = line["twin"] == word;
                let why = line["why"].as_str().unwrap_or_default().to_owned();
                lines.push(line);
                if refused {
                    return Err(RigError::new(format!("the twin refused an order: {why}")));
                }
                if found {
                    return Ok(lines);
                }
            } else if self.child.ended().is_some() {
                return Err(self.broke());
            }
        }
        Err(RigError::new(format!(
            "the twin does not say \"{word}\" in time"
        )))
    }

    /// It ended by itself: why.
    pub fn broke(&mut self) -> RigError {
        let said = std::fs::read_to_string(&self.errors).unwrap_or_default();
        let last = said.lines().last().unwrap_or("it said nothing").to_owned();
        let code = self
            .child
            .exit_code()
            .map_or(String::new(), |code| format!(" ({code})"));
        RigError::new(format!("the twin ended by itself{code}: {last}"))
    }

    /// Asks it to end and waits until its record is closed; the lines that came meanwhile.
    pub fn close(&mut self, clock: &MonotonicClock) -> Vec<Value> {
        self.child.resume();
        let mut lines = Vec::new();
        if self.child.tell("quit\n").is_ok() {
            let until = clock.now() + CLOSED_WITHIN;
            while self.child.ended().is_none() && clock.now() < until {
                lines.extend(self.child.line(Pause::from_millis(5)));
            }
        }
        self.child.kill();
        while let Some(line) = self.child.line(Pause::ZERO) {
            lines.push(line);
        }
        lines
    }
}
