//! A session over the wire: the program as the host, the program as the arm, a pseudo-terminal between them.
//! Stepped, so that no test rests on how fast the machine is.
#![allow(clippy::panic)] // a session that cannot be made says why

mod short;

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Output, Stdio};

use serde_json::Value;

/// An arm in a process of its own, ended when dropped.
struct Twin {
    child: Child,
    orders: ChildStdin,
    folder: PathBuf,
    routine: &'static str,
}

const SHORT: &str = "crates/knead/tests/data/short.toml";

impl Twin {
    fn start(name: &str, more: &[&str]) -> Self {
        Self::of(SHORT, name, more)
    }

    fn of(routine: &'static str, name: &str, more: &[&str]) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("wire")
            .join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder");
        let mut child = knead()
            .args(["twin", routine, "--stepped"])
            .arg("--link")
            .arg(folder.join("arm"))
            .arg("--record")
            .arg(&folder)
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a twin");
        let orders = child.stdin.take().expect("its orders");
        let mut ready = String::new();
        let said = child.stdout.take().expect("its words");
        BufReader::new(said).read_line(&mut ready).expect("a line");
        assert!(ready.contains("ready"), "{ready}");
        Self {
            child,
            orders,
            folder,
            routine,
        }
    }

    fn tell(&mut self, order: &str) {
        writeln!(self.orders, "{order}").expect("a twin that listens");
    }

    fn run(&self, more: &[&str]) -> Output {
        knead()
            .args(["run", self.routine, "--yes", "--json"])
            .arg("--link")
            .arg(self.folder.join("arm"))
            .arg("--runs")
            .arg(self.folder.join("runs"))
            .args(more)
            .output()
            .expect("a run")
    }
}

impl Drop for Twin {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn knead() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_knead"));
    command.current_dir(short::root());
    command
}

fn summary(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| {
        panic!("{e}: {}", String::from_utf8_lossy(&output.stderr));
    })
}

#[test]
fn a_session_over_the_wire_passes_the_judge_and_is_replayed_to_the_bit() {
    let twin = Twin::start("whole", &[]);
    let record = twin.folder.to_string_lossy().into_owned();
    let output = twin.run(&["--stepped", "--twin-record", &record]);
    let told = summary(&output);
    assert_eq!(told["ending"], "completed", "{told}");
    assert_eq!(told["parked"], true);
    // By what was felt, and by what truly was: the judge's verdict is the exit code.
    assert!(told["felt"]["force_rmse_n"].as_f64().expect("a figure") < 0.5);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let runs = twin.folder.join("runs");
    let run = std::fs::read_dir(runs).expect("runs").flatten().next();
    let replayed = knead()
        .arg("replay")
        .arg(run.expect("a run").path().join("session.mcap"))
        .output()
        .expect("a replay");
    let words = String::from_utf8_lossy(&replayed.stdout).into_owned();
    assert!(replayed.status.success(), "{words}");
}

#[test]
fn a_tool_is_changed_in_the_middle_and_the_session_goes_on() {
    let routine = "config/suites/routines/two_tools.toml";
    let twin = Twin::of(routine, "two_tools", &[]);
    let record = twin.folder.to_string_lossy().into_owned();
    let output = twin.run(&["--stepped", "--twin-record", &record]);
    let told = summary(&output);
    assert_eq!(told["ending"], "completed", "{told}");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn a_sensor_that_lies_ends_in_a_safety_stop_with_its_rule() {
    let mut twin = Twin::start("lies", &[]);
    twin.tell("X4 factor=-1");
    let output = twin.run(&["--stepped"]);
    let told = summary(&output);
    assert_ne!(told["ending"], "completed", "{told}");
    assert_ne!(output.status.code(), Some(0));
}

#[test]
fn a_stranger_and_a_rate_that_does_not_fit_are_turned_away_before_anything_moves() {
    let twin = Twin::start("stranger", &["--serial-number", "OTHER"]);
    let link = twin.folder.join("link.toml");
    let profile = format!(
        "version = 1\nname = \"x\"\nsummary = \"-\"\nport = \"{}\"\nbaud = 3000000\nserial_number = \"MINE\"\n",
        twin.folder.join("arm").display()
    );
    std::fs::write(&link, profile).expect("a file");
    let output = knead()
        .args(["run", SHORT, "--yes", "--link"])
        .arg(&link)
        .output()
        .expect("a run");
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{words}");
    assert!(words.contains("OTHER") && words.contains("MINE"), "{words}");
}

#[test]
fn a_port_that_is_not_there_and_one_without_an_arm_say_what_to_do() {
    let gone = knead()
        .args(["run", SHORT, "--yes", "--link", "/nowhere/arm"])
        .output()
        .expect("a run");
    let words = String::from_utf8_lossy(&gone.stderr).into_owned();
    assert_eq!(gone.status.code(), Some(3), "{words}");
    assert!(words.contains("knead devices"), "{words}");
}
