//! `knead client`, from the starter to what is due.
#![allow(clippy::panic)] // a test that cannot read its own files has nothing to say

mod short;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

const QUESTIONS_START: &str = "[intake]";

/// A folder that is gone when the test is.
struct Scratch(PathBuf);

impl Scratch {
    fn new(test: &str) -> Self {
        let name = format!("knead-client-{test}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).expect("a writable folder for temporary files");
        Self(folder)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    /// A copy of one of the project's clients, changed.
    fn client(&self, name: &str, change: impl Fn(String) -> String) -> String {
        let text = std::fs::read_to_string(config(name)).expect("a client of the project");
        let path = self.path("client.toml");
        std::fs::write(&path, change(text)).expect("a writable file");
        path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn config(name: &str) -> PathBuf {
    short::root()
        .join("config/clients")
        .join(format!("{name}.toml"))
}

struct Said {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

fn knead_client(arguments: &[&str]) -> Said {
    let run = Command::new(env!("CARGO_BIN_EXE_knead"))
        .current_dir(short::root())
        .arg("client")
        .args(arguments)
        .output()
        .expect("the binary starts");
    let said = Said {
        code: run.status.code(),
        stdout: String::from_utf8_lossy(&run.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&run.stderr).into_owned(),
    };
    assert!(!said.stderr.contains("panicked"), "{}", said.stderr);
    said
}

#[track_caller]
fn done(arguments: &[&str]) -> String {
    let said = knead_client(arguments);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    said.stdout
}

#[track_caller]
fn json_of(arguments: &[&str]) -> Value {
    let text = done(&[arguments, &["--json"]].concat());
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[track_caller]
fn refused(arguments: &[&str], words: &[&str]) {
    let said = knead_client(arguments);
    assert_eq!(said.code, Some(2), "{arguments:?}: {}", said.stderr);
    for word in words {
        assert!(
            said.stderr.contains(word),
            "no {word:?} in: {}",
            said.stderr
        );
    }
}

const SCANNED: [&str; 4] = ["--body", "config/bodies/demo.toml", "--seed", "3"];

#[test]
fn a_starter_is_refused_question_by_question_until_all_are_answered() {
    let scratch = Scratch::new("starter");
    let path = scratch.path("new.toml");
    done(&["new", "--name", "A. N. Other", "--out", &path]);
    refused(
        &["check", &path],
        &["`aneurysm` is missing", "`bruises` is missing"],
    );
    let said = knead_client(&["new", "--name", "again", "--out", &path]);
    assert_eq!(said.code, Some(3), "a file that exists is not touched");
    let starter = std::fs::read_to_string(&path).expect("the starter");
    assert!(starter.contains("A. N. Other"));
    let (head, questions) = starter.split_once(QUESTIONS_START).expect("an intake");
    let answered = questions.replace("# ", "").replace(" = \n", " = false\n");
    let intake: Vec<&str> = answered
        .lines()
        .filter(|line| line.ends_with(" = false"))
        .collect();
    std::fs::write(
        &path,
        format!("{head}{QUESTIONS_START}\n{}\n", intake.join("\n")),
    )
    .expect("written");
    assert!(done(&["check", &path]).contains("a session is possible"));
    refused(&["new", "--name", " "], &["--name"]);
}

#[test]
fn check_tells_what_the_answers_do_and_what_to_look_at_again() {
    let approved = config("anticoagulated").display().to_string();
    let check = json_of(&["check", &approved, "--today", "2026-11-27"]);
    let muscle = &check["zones"]["paraspinal"]["palm_force_n"];
    assert_eq!(
        (muscle["before"].as_f64(), muscle["after"].as_f64()),
        (Some(40.0), Some(20.0))
    );
    assert_eq!(check["figures"]["dwell_s"]["after"].as_f64(), Some(5.0));
    assert_eq!(check["lints"], json!([]));
    let years_later = json_of(&["check", &approved, "--today", "2028-11-27"]);
    assert!(
        years_later["lints"][0]
            .as_str()
            .is_some_and(|lint| lint.contains("738 days old"))
    );
    let bruised = config("bruised_shoulder").display().to_string();
    let open = json_of(&["check", &bruised])["open_share"]
        .as_f64()
        .expect("a share");
    assert!((0.8..1.0).contains(&open), "{open}");
    refused(
        &["check", &approved, "--today", "soon"],
        &["--today is \"soon\""],
    );
}

#[test]
fn a_pin_is_kept_where_it_was_set_and_holds_on_the_next_scan() {
    let scratch = Scratch::new("pin");
    let path = scratch.client("regular", |text| text);
    let before = std::fs::read_to_string(&path).expect("the profile");
    let place = ["--u-mm", "150", "--v-mm", "-55", "--radius-mm", "20"];
    let note = ["--note", "\"ouch\"", "--date", "2026-11-27"];
    done(&[&["pin", &path, "--never"][..], &place, &SCANNED, &note].concat());
    let after = std::fs::read_to_string(&path).expect("the profile");
    assert!(
        after.starts_with(&before),
        "all that stood there stands there"
    );
    // Another scan of the same body: another seed.
    let check = json_of(&["check", &path, "--seed", "9"]);
    let pin = check["pins"]
        .as_array()
        .and_then(|pins| pins.last())
        .expect("a pin");
    let mm = |key: &str| pin[key].as_f64().expect("a number");
    assert_eq!(pin["kind"], "never");
    // Scans differ by noise and by where the midline was felt; both are millimetres.
    assert!((mm("u_mm") - 150.0).abs() < 4.0, "{pin}");
    assert!((mm("v_mm") + 55.0).abs() < 1.0, "{pin}");
    let leftovers = std::fs::read_dir(&scratch.0).expect("the folder").count();
    assert_eq!(leftovers, 1, "nothing is left beside the profile");
}

#[test]
fn pins_that_are_none_are_refused_and_the_profile_stays_as_it_was() {
    let scratch = Scratch::new("nopin");
    let path = scratch.client("default", |text| text);
    let before = std::fs::read_to_string(&path).expect("the profile");
    let pin = |kind: &str, u: &str, v: &str, radius: &str, more: &[&str]| {
        let place = ["--u-mm", u, "--v-mm", v, "--radius-mm", radius];
        let (head, scanned) = (["pin", &path, kind], SCANNED);
        [&head[..], &place, &scanned, more]
            .concat()
            .iter()
            .map(|s| (*s).to_owned())
            .collect::<Vec<_>>()
    };
    let day = ["--date", "2026-11-27"];
    for (arguments, words) in [
        (
            pin("--less", "900", "50", "20", &day),
            &["may be touched", "u runs from"][..],
        ),
        (pin("--less", "150", "400", "20", &day), &["may be touched"]),
        (pin("--less", "nan", "50", "20", &day), &["--u-mm is NaN"]),
        (
            pin("--less", "150", "50", "0.02", &day),
            &["--radius-mm is 0.02", "5 to 150"],
        ),
        (
            pin("--less", "150", "50", "inf", &day),
            &["--radius-mm is inf"],
        ),
        (
            pin("--less", "150", "50", "20", &["--date", "2026-11-31"]),
            &["--date"],
        ),
        (
            pin("--less", "150", "50", "20", &["--note", " "]),
            &["`note` is empty"],
        ),
        (
            pin("--less", "150", "50", "20", &["--more"]),
            &["cannot be used with"],
        ),
        (pin("--softly", "150", "50", "20", &[]), &["--softly"]),
    ] {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        refused(&arguments, words);
        assert_eq!(std::fs::read_to_string(&path).expect("the profile"), before);
    }
}

/// A run folder with no more in it than a history reads.
fn run_folder(runs: &Path, name: &str, summary: &str) {
    let folder = runs.join(name);
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("summary.json"), summary).expect("a file");
}

#[test]
fn history_joins_visits_and_runs_and_tells_what_is_due() {
    let scratch = Scratch::new("history");
    let runs = scratch.0.join("runs");
    let of = |client: &str, ending: &str| {
        json!({
            "version": 1, "client": client, "routine": "Lower back", "ending": ending, "passed": ending == "completed",
            "planned_dose_n_s": {"paraspinal": 812.5},
        })
        .to_string()
    };
    run_folder(
        &runs,
        "20261120-101500-lower_back",
        &of("regular", "completed"),
    );
    run_folder(
        &runs,
        "20261122-101500-lower_back",
        &of("regular", "safety_stop"),
    );
    run_folder(
        &runs,
        "20261124-101500-lower_back",
        &of("somebody else", "completed"),
    );
    run_folder(&runs, "20261125-101500-broken", "{");
    run_folder(&runs, "place", "{}");
    let (file, runs) = (
        config("regular").display().to_string(),
        runs.display().to_string(),
    );
    let asked = |today: &str| json_of(&["history", &file, "--runs", &runs, "--today", today]);
    let history = asked("2026-11-27");
    assert_eq!(history["visits"].as_array().map(Vec::len), Some(2));
    let sessions = history["sessions"].as_array().expect("sessions");
    let dates: Vec<&str> = sessions.iter().filter_map(|s| s["date"].as_str()).collect();
    assert_eq!(dates, ["2026-11-20", "2026-11-22"]);
    assert_eq!(
        sessions[0]["planned_dose_n_s"]["paraspinal"].as_f64(),
        Some(812.5)
    );
    // A stopped session is no visit: seven days count from the completed one.
    assert_eq!(
        history["due"],
        json!({"on": "2026-11-27", "overdue_days": 0})
    );
    assert_eq!(history["unread"].as_array().map(Vec::len), Some(1));
    // Before that session, the last visit of the profile counts.
    assert_eq!(
        asked("2026-11-16")["due"],
        json!({"on": "2026-11-20", "overdue_days": -4})
    );
    let text = done(&["history", &file, "--runs", &runs, "--today", "2026-11-30"]);
    assert!(text.contains("due since 2026-11-27, 3 days ago"), "{text}");
    let nowhere = scratch.path("none");
    let alone = json_of(&[
        "history",
        &file,
        "--runs",
        &nowhere,
        "--today",
        "2026-11-27",
    ]);
    assert_eq!(alone["sessions"], json!([]));
}

#[test]
fn show_tells_every_example_in_words_and_in_json() {
    for name in ["default", "likes_it_light", "likes_it_firm", "regular"] {
        let path = config(name).display().to_string();
        assert!(done(&["show", &path]).starts_with(name));
        assert_eq!(json_of(&["show", &path])["name"], name);
    }
    refused(
        &["show", "config/clients/regualr.toml"],
        &["did you mean", "regular.toml"],
    );
}
