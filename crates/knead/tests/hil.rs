//! `knead hil` end to end: what is right is green and the same each time, what is wrong is red with its reason, and
//! what the rig does wrong is neither.

use std::path::{Path, PathBuf};
use std::process::Command;

use knead::hil::RigLock;
use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

struct Place {
    folder: PathBuf,
}

impl Place {
    /// A folder of its own with a rig of its own, so that tests do not wait for each other.
    fn new(name: &str, twin: bool, link: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("knead-hil-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let config = root().join("config");
        let config = config.display();
        let mut rig = format!(
            "version = 1\nname = \"{name}\"\nsummary = \"A rig.\"\narm = \"{config}/arms/knead_r7.toml\"\n\
             body = \"{config}/bodies/demo.toml\"\nroutine = \"{config}/suites/routines/short.toml\"\n\
             link = \"{link}\"\nlock = \"lock\"\n"
        );
        if twin {
            rig += "[twin]\n";
        }
        std::fs::write(folder.join("rig.toml"), rig).expect("a rig");
        Self { folder }
    }

    fn twin(name: &str) -> Self {
        let link = root().join("config/links/twin_3mbaud.toml");
        Self::new(name, true, &link.display().to_string())
    }

    fn run(&self, out: &str, more: &[&str]) -> (Option<i32>, Value, String, String) {
        let out = self.folder.join(out);
        let ran = Command::new(env!("CARGO_BIN_EXE_knead"))
            .current_dir(root())
            .arg("hil")
            .arg(self.folder.join("rig.toml"))
            .args(["--json", "--out"])
            .arg(&out)
            .args(more)
            .output()
            .expect("the command runs");
        let xml = std::fs::read_to_string(out.join("junit.xml")).unwrap_or_default();
        (
            ran.status.code(),
            serde_json::from_slice(&ran.stdout).unwrap_or_default(),
            String::from_utf8_lossy(&ran.stderr).into_owned(),
            xml,
        )
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn the_accelerated_smoke_suite_is_green_and_the_same_twice() {
    let place = Place::twin("green");
    let run = |out: &str| {
        let (code, told, stderr, xml) = place.run(out, &["--suite", "smoke", "--accelerated"]);
        assert_eq!(code, Some(0), "{told} {stderr}");
        assert!(xml.contains("failures=\"0\" errors=\"0\""), "{xml}");
        let mut tests = told["tests"].as_array().expect("tests").clone();
        assert_eq!(tests.len(), 3);
        for test in &mut tests {
            test["seconds"].take();
            test["folder"].take();
        }
        tests
    };
    assert_eq!(run("one"), run("two"));
}

#[test]
fn a_wrong_assertion_turns_red_and_says_what_was_seen() {
    let place = Place::twin("red");
    let suite = place.folder.join("suite.toml");
    std::fs::write(
        &suite,
        "version = 1\nname = \"wrong\"\nsummary = \"Wrong on purpose.\"\n[[test]]\nname = \"blind\"\n\
         summary = \"A missing sensor does not stop this session, it claims.\"\npace = \"stepped\"\n\
         [[test.event]]\nat = { phase = \"stroke\", after_s = 0.7 }\ndo = \"X6\"\n\
         [test.expect]\nending = [\"completed\"]\nexit_code = [0]\n",
    )
    .expect("a suite");
    let suite = suite.display().to_string();
    let (code, told, stderr, xml) = place.run("out", &["--suite", &suite]);
    assert_eq!(code, Some(1), "{stderr}");
    let reasons = told["tests"][0]["reasons"].to_string();
    assert!(
        reasons.contains("it ended as safety_stop (SR-19); expected completed"),
        "{reasons}"
    );
    assert!(
        reasons.contains("the exit code is 4; expected 0"),
        "{reasons}"
    );
    assert!(xml.contains("<failure"), "{xml}");
    let left = place.folder.join("out/blind/try_1");
    for file in [
        "controller.jsonl",
        "controller.json",
        "twin_1.jsonl",
        "twin_1/twin.mcap",
    ] {
        assert!(left.join(file).exists(), "{file}");
    }
}

#[test]
fn a_rig_in_use_and_an_arm_that_is_not_there_are_the_rigs_errors() {
    let place = Place::twin("busy");
    let lock = RigLock::take(&place.folder.join("lock")).expect("free");
    let (code, _, stderr, _) = place.run("out", &["--suite", "smoke"]);
    assert_eq!(code, Some(6));
    assert!(
        stderr.contains(&format!("process {}", std::process::id())),
        "{stderr}"
    );
    drop(lock);

    let link = std::env::temp_dir().join(format!("knead-hil-link-{}.toml", std::process::id()));
    std::fs::write(
        &link,
        "version = 1\nname = \"l\"\nsummary = \"Nobody.\"\nport = \"/nonexistent/port\"\nbaud = 3000000\n",
    )
    .expect("a link");
    let real = Place::new("absent", false, &link.display().to_string());
    let (code, told, _, xml) = real.run("out", &["--suite", "smoke"]);
    std::fs::remove_file(&link).expect("ours");
    assert_eq!(code, Some(6), "{told}");
    let verdicts: Vec<&str> = told["tests"]
        .as_array()
        .expect("tests")
        .iter()
        .filter_map(|test| test["verdict"].as_str())
        .collect();
    assert_eq!(
        verdicts,
        ["skipped", "skipped", "skipped", "skipped", "error"]
    );
    assert!(xml.contains("<error") && !xml.contains("<failure"), "{xml}");
}

#[test]
fn a_suite_with_an_order_that_no_twin_knows_is_refused_before_anything_starts() {
    let place = Place::twin("order");
    let suite = place.folder.join("suite.toml");
    std::fs::write(
        &suite,
        "version = 1\nname = \"w\"\nsummary = \"W.\"\n[[test]]\nname = \"w\"\nsummary = \"W.\"\npace = \"stepped\"\n\
         [[test.event]]\nat = { after_s = 1 }\ndo = \"X99\"\n[test.expect]\nending = [\"completed\"]\n",
    )
    .expect("a suite");
    let (code, _, stderr, _) = place.run("out", &["--suite", &suite.display().to_string()]);
    assert_eq!(code, Some(2));
    assert!(stderr.contains("`X99` is no order"), "{stderr}");
}

#[test]
fn the_suites_of_the_project_are_sound() {
    let mut count = 0;
    for name in ["smoke", "link", "sensor", "actuator", "host"] {
        let path = root().join(format!("config/suites/{name}.toml"));
        let suite = settings::Suite::read(&path).unwrap_or_else(|e| panic!("{e}"));
        for test in &suite.tests {
            for event in &test.events {
                if let settings::Deed::Order(order) = &event.deed {
                    knead::twin::order(order).unwrap_or_else(|e| panic!("{}: {e}", test.name));
                }
            }
            count += 1;
        }
    }
    assert!(count > 60, "{count}");
}
