//! The routine files of the project, and the commands that look at routines.
#![allow(clippy::panic)] // a test that cannot read its own files has nothing to say

mod short;

use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;

fn knead(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_knead"))
        .current_dir(short::root())
        .args(arguments)
        .output()
        .expect("the binary starts")
}

fn said(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

fn json(output: &Output) -> Value {
    let (_, stdout, stderr) = said(output);
    serde_json::from_str(&stdout).unwrap_or_else(|e| panic!("{e}: {stdout}{stderr}"))
}

/// A folder that is gone when the test is.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let name = format!("knead-routines-{test}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).expect("a folder");
        Self(folder)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    fn write(&self, name: &str, text: &str) -> String {
        std::fs::write(self.0.join(name), text).expect("a file");
        self.path(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// All routine files, relative to the root.
fn files() -> Vec<String> {
    let folder = short::root().join("config/routines");
    let entries = std::fs::read_dir(folder).expect("the folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let mut files: Vec<String> = names
        .map(|name| format!("config/routines/{}", name.to_string_lossy()))
        .collect();
    files.sort();
    files
}

fn short_text() -> String {
    let path = short::root().join("crates/knead/tests/data/short.toml");
    std::fs::read_to_string(path).expect("the short routine")
}

#[test]
fn every_routine_of_the_project_is_looked_over_without_error_or_warning() {
    let files = files();
    assert!(files.len() >= 10, "{files:?}");
    for file in files {
        let output = knead(&["routine", "check", &file, "--json"]);
        let told = json(&output);
        assert_eq!(output.status.code(), Some(0), "{file}: {told}");
        assert_eq!(
            (&told["errors"], &told["warnings"]),
            (&0.into(), &0.into()),
            "{file}: {told}"
        );
    }
}

#[test]
fn sessions_last_about_as_long_as_their_names_say() {
    for (name, minutes) in [
        ("session_15", 15.0),
        ("session_30", 30.0),
        ("session_45", 45.0),
    ] {
        let file = format!("config/routines/{name}.toml");
        let told = json(&knead(&["routine", "check", &file, "--json"]));
        let seconds = told["rough_duration_s"].as_f64().expect("a time");
        let off = seconds / 60.0 / minutes;
        assert!(
            (0.75..1.15).contains(&off),
            "{name}: {:.1} min",
            seconds / 60.0
        );
    }
}

#[test]
fn every_row_of_the_source_texts_is_served_by_the_hands_that_it_allows() {
    let output = knead(&["techniques", "--json"]);
    let told = json(&output);
    assert_eq!(output.status.code(), Some(0), "{told}");
    let rows = told["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 47);
    assert!(rows.iter().all(|row| row["served"] == true));
    let techniques = told["techniques"].as_array().expect("techniques");
    assert_eq!(techniques.len(), 21);
}

#[test]
fn a_row_that_is_open_or_served_by_the_wrong_hands_is_told_and_is_a_verdict() {
    let folder = Folder::new("open");
    folder.write(
        "one.toml",
        &format!(
            "{}\n[[step]]\nname = \"By hand\"\ntechnique = \"operator_step\"\nsource = \"B-L2\"\nprompt = \"Knead.\"\n",
            short_text()
        ),
    );
    let path = folder.0.display().to_string();
    let (code, stdout, stderr) = said(&knead(&["techniques", "--routines", &path]));
    assert_eq!(code, Some(1), "{stderr}");
    assert!(stdout.contains("1 of 47 rows served"), "{stdout}");
    assert!(
        stderr.contains("B-L2: an operator step serves it"),
        "{stderr}"
    );
    assert!(
        stderr.contains("B-L3: no step of the arm serves it"),
        "{stderr}"
    );
}

#[test]
fn a_new_routine_is_looked_over_without_a_finding_and_never_written_over() {
    let folder = Folder::new("new");
    let path = folder.path("mine.toml");
    let (code, _, stderr) = said(&knead(&["routine", "new", "My \"own\"", "--out", &path]));
    assert_eq!(code, Some(0), "{stderr}");
    let told = json(&knead(&["routine", "check", &path, "--json"]));
    assert_eq!(told["findings"], Value::Array(Vec::new()), "{told}");
    assert_eq!(told["routine"], "My \"own\"");
    let (code, _, stderr) = said(&knead(&["routine", "new", "Other", "--out", &path]));
    assert_eq!(code, Some(3), "{stderr}");
    assert!(stderr.contains("does not exist yet"), "{stderr}");
    let (_, stdout, _) = said(&knead(&["routine", "new", "My \"own\""]));
    assert_eq!(stdout, std::fs::read_to_string(&path).expect("the file"));
}

#[test]
fn what_is_wrong_with_a_routine_is_told_before_any_body() {
    let folder = Folder::new("wrong");
    let deep = short_text().replace("force = \"light\"", "force = \"firm\"");
    let path = folder.write("deep.toml", &deep);
    let (code, stdout, stderr) = said(&knead(&["routine", "check", &path]));
    assert_eq!(code, Some(1), "{stderr}");
    assert!(
        stdout.contains("error: step 1 \"Warm-up\" (line "),
        "{stdout}"
    );
    assert!(stdout.contains("R3 order"), "{stdout}");
    assert!(stderr.contains("errors"), "{stderr}");
    // What is wrong everywhere is not proved anywhere.
    let output = knead(&[
        "routine",
        "check",
        &path,
        "--body",
        "config/bodies/demo.toml",
        "--json",
    ]);
    assert!(json(&output)["proof"].is_null());
}

#[test]
fn a_routine_that_cannot_be_read_is_told_as_json_too() {
    let folder = Folder::new("unreadable");
    let text = short_text().replace("outer_mm", "flank_offset_mm");
    let path = folder.write("old.toml", &text);
    let output = knead(&["routine", "check", &path, "--json"]);
    let told = json(&output);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(told["problems"][0]["code"], "KN-C011");
    let message = told["problems"][0]["message"].as_str().expect("a message");
    assert!(message.contains("is now `outer_mm`"), "{message}");
}

#[test]
fn with_a_body_a_routine_is_proved() {
    let output = knead(&[
        "routine",
        "check",
        "crates/knead/tests/data/short.toml",
        "--body",
        "config/bodies/demo.toml",
        "--json",
    ]);
    let told = json(&output);
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert_eq!(told["proof"]["planned"], true);
}
