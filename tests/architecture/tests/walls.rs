//! Who may use whom, and who does what alone.

use std::collections::BTreeMap;
use std::path::Path;

use architecture::{is_test_file, members, root, sources, without_tests};

/// `a <- b`: b may use a. The map of `ARCHITECTURE.md`; a new arrow is a decision written there.
fn allowed() -> BTreeMap<&'static str, Vec<&'static str>> {
    BTreeMap::from([
        ("quantities", vec![]),
        ("signals", vec!["quantities"]),
        ("kinematics", vec!["quantities"]),
        ("anatomy", vec!["quantities"]),
        ("dynamixel", vec!["quantities"]),
        ("limits", vec!["quantities", "anatomy"]),
        ("dose", vec!["quantities", "kinematics", "anatomy"]),
        ("plan", vec!["quantities", "signals"]),
        (
            "planner",
            vec![
                "quantities",
                "signals",
                "plan",
                "kinematics",
                "anatomy",
                "limits",
                "dose",
            ],
        ),
        ("force-control", vec!["quantities", "signals", "kinematics"]),
        (
            "safety-monitor",
            vec!["quantities", "signals", "kinematics", "limits", "anatomy"],
        ),
        (
            "control-cycle",
            vec![
                "quantities",
                "signals",
                "plan",
                "force-control",
                "safety-monitor",
            ],
        ),
        (
            "realtime-runner",
            vec!["quantities", "signals", "safety-monitor", "control-cycle"],
        ),
        ("wire-format", vec![]),
        (
            "serial-link",
            vec![
                "quantities",
                "signals",
                "safety-monitor",
                "wire-format",
                "dynamixel",
            ],
        ),
        ("recorder", vec!["quantities", "signals"]),
        ("viewer", vec!["quantities", "signals", "recorder", "dose"]),
        (
            "sim",
            vec![
                "quantities",
                "signals",
                "kinematics",
                "anatomy",
                "safety-monitor",
                "wire-format",
            ],
        ),
        (
            "settings",
            vec![
                "quantities",
                "signals",
                "kinematics",
                "anatomy",
                "limits",
                "plan",
                "planner",
            ],
        ),
        (
            "judge",
            vec![
                "quantities",
                "signals",
                "kinematics",
                "anatomy",
                "limits",
                "recorder",
                "sim",
                "dose",
            ],
        ),
        ("architecture", vec![]),
    ])
}

#[test]
fn every_arrow_between_crates_is_on_the_map() {
    let members = members();
    let allowed = allowed();
    let mut wrong = Vec::new();
    for member in members.values().filter(|m| m.name != "knead") {
        let Some(may_use) = allowed.get(member.name.as_str()) else {
            wrong.push(format!("{} is not on the map", member.name));
            continue;
        };
        for used in member
            .dependencies
            .iter()
            .filter(|d| members.contains_key(*d))
        {
            if !may_use.contains(&used.as_str()) {
                wrong.push(format!("{} must not use {used}", member.name));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "arrows that are not on the map:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn the_map_names_no_crate_that_is_gone() {
    let members = members();
    for name in allowed().keys() {
        assert!(
            members.contains_key(*name),
            "{name} is on the map but not in the tree"
        );
    }
}

#[test]
fn the_monitor_cannot_reach_planner_or_force_control_by_any_path() {
    for forbidden in ["planner", "plan", "force-control", "control-cycle"] {
        assert!(
            !reaches("safety-monitor", forbidden),
            "safety-monitor reaches {forbidden}"
        );
    }
    assert!(
        !reaches("sim", "control-cycle"),
        "the plant knows its controller"
    );
}

fn reaches(from: &str, to: &str) -> bool {
    let members = members();
    let mut open = vec![from.to_owned()];
    let mut seen = Vec::new();
    while let Some(next) = open.pop() {
        let Some(member) = members.get(&next) else {
            continue;
        };
        for used in &member.dependencies {
            if used == to {
                return true;
            }
            if !seen.contains(used) {
                seen.push(used.clone());
                open.push(used.clone());
            }
        }
    }
    false
}

#[test]
fn rerun_lives_in_the_viewer_tokio_away_from_the_loop_and_k_and_urdf_rs_where_models_are_read() {
    let owners = [
        ("rerun", vec!["viewer"]),
        ("serialport", vec!["serial-link"]),
        ("tokio", vec!["knead"]),
        ("mcap", vec!["recorder"]),
        ("toml", vec!["settings", "architecture"]),
        ("urdf-rs", vec!["kinematics", "settings", "judge"]),
        ("k", vec!["judge"]),
    ];
    for (package, allowed) in owners {
        for member in members()
            .values()
            .filter(|m| m.dependencies.iter().any(|d| d == package))
        {
            assert!(
                allowed.contains(&member.name.as_str()),
                "{} uses {package}",
                member.name
            );
        }
    }
}

/// Sources outside tests of every crate but the named ones.
fn product_sources(except: &[&str]) -> Vec<(String, String)> {
    members()
        .values()
        .filter(|m| !except.contains(&m.name.as_str()))
        .flat_map(|m| sources(&m.folder.join("src")))
        .filter(|(path, _)| !is_test_file(path))
        .map(|(path, text)| (path.display().to_string(), without_tests(&text).to_owned()))
        .collect()
}

#[test]
fn only_the_runner_reads_a_clock() {
    for (path, text) in product_sources(&["realtime-runner", "architecture"]) {
        for clock in [
            "std::time::Instant",
            "Instant::now",
            "SystemTime",
            "thread::sleep",
        ] {
            assert!(!text.contains(clock), "{path} mentions {clock}");
        }
    }
}

#[test]
fn only_the_serial_link_touches_ports() {
    for (path, text) in product_sources(&["serial-link", "architecture"]) {
        for port in ["serialport::", "/dev/tty", "TcpListener", "UdpSocket"] {
            assert!(!text.contains(port), "{path} mentions {port}");
        }
    }
}

const LOOP_CRATES: [&str; 12] = [
    "quantities",
    "signals",
    "kinematics",
    "anatomy",
    "limits",
    "plan",
    "force-control",
    "safety-monitor",
    "control-cycle",
    "realtime-runner",
    "wire-format",
    "dynamixel",
];

#[test]
fn loop_crates_forbid_unsafe_code() {
    for name in LOOP_CRATES.into_iter().filter(|n| *n != "realtime-runner") {
        let lib = members()[name].folder.join("src/lib.rs");
        let text = std::fs::read_to_string(&lib).unwrap();
        assert!(text.contains("#![forbid(unsafe_code)]"), "{name}");
    }
}

#[test]
fn the_runner_holds_unsafe_in_one_small_file() {
    let folder = members()["realtime-runner"].folder.join("src");
    let lib = std::fs::read_to_string(folder.join("lib.rs")).unwrap();
    assert!(lib.contains("#![deny(unsafe_code)]"));
    for (path, text) in sources(&folder) {
        let is_kernel = path.file_name().is_some_and(|name| name == "kernel.rs");
        if is_kernel {
            assert!(text.lines().count() <= 80, "{} has grown", path.display());
            continue;
        }
        for word in ["allow(unsafe_code)", "unsafe {", "unsafe fn", "unsafe impl"] {
            assert!(!text.contains(word), "{} has {word}", path.display());
        }
    }
    for member in members().values().filter(|m| m.name != "realtime-runner") {
        let uses = member.dependencies.iter().any(|d| d == "libc");
        assert!(!uses, "{} uses libc", member.name);
    }
}

#[test]
fn loop_crates_do_not_panic_or_hold_locks() {
    let banned = [
        ".unwrap()",
        ".expect(",
        "panic!(",
        "unreachable!(",
        "todo!(",
        "unimplemented!(",
        "Mutex",
        "RwLock",
        "println!",
        "HashMap",
        "thread_rng",
    ];
    for name in LOOP_CRATES {
        for (path, text) in sources(&members()[name].folder.join("src")) {
            if is_test_file(&path) {
                continue;
            }
            for word in banned {
                let used = without_tests(&text).lines().any(|line| {
                    let code = line.split("//").next().unwrap_or("");
                    code.contains(word)
                });
                assert!(!used, "{} uses {word}", path.display());
            }
        }
    }
}

#[test]
fn vetted_commands_are_made_by_the_monitor_alone() {
    for (path, text) in product_sources(&["safety-monitor", "architecture"]) {
        assert!(
            !text.contains("Vetted::new"),
            "{path} builds a vetted command"
        );
        assert!(!text.contains("Vetted("), "{path} builds a vetted command");
    }
}

#[test]
fn every_crate_has_a_readme_with_a_diagram_and_a_must_never() {
    for member in members().values() {
        let path = member.folder.join("README.md");
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            text.contains("Must never"),
            "{} lacks 'Must never'",
            path.display()
        );
        assert!(
            text.contains("```text"),
            "{} lacks a diagram",
            path.display()
        );
    }
}

#[test]
fn no_module_is_a_drawer_for_everything() {
    for (path, _) in product_sources(&[]) {
        for name in [
            "util", "utils", "helper", "helpers", "common", "misc", "manager",
        ] {
            let stem = Path::new(&path)
                .file_stem()
                .and_then(|s| s.to_str())
                .unwrap_or("");
            assert_ne!(stem, name, "{path}");
            assert!(!path.contains(&format!("/{name}/")), "{path}");
        }
    }
}

/// Today's longest file and function; these numbers may only fall.
const LONGEST_FILE: usize = 450;
const LONGEST_FUNCTION: usize = 80;

#[test]
fn files_and_functions_stay_small() {
    let mut long = Vec::new();
    for (path, text) in product_sources(&[]) {
        let lines = text.lines().count();
        if lines > LONGEST_FILE {
            long.push(format!("{path}: {lines} lines (most {LONGEST_FILE})"));
        }
        for (name, length) in functions(&text) {
            if length > LONGEST_FUNCTION {
                long.push(format!(
                    "{path}: fn {name} has {length} lines (most {LONGEST_FUNCTION})"
                ));
            }
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}

/// Functions and their lengths, told by rustfmt's indentation: a body ends where a line closes it at the
/// indentation of its `fn`.
fn functions(text: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let code = line.trim_start();
        let indent = line.len() - code.len();
        let Some(at) = code.find("fn ").filter(|at| {
            code[..*at]
                .split_whitespace()
                .all(|w| w.starts_with("pub") || ["const", "async", "unsafe"].contains(&w))
        }) else {
            continue;
        };
        let name = code[at + 3..]
            .split(['(', '<'])
            .next()
            .unwrap_or("")
            .to_owned();
        let closing = format!("{}}}", " ".repeat(indent));
        if let Some(length) = lines[start..].iter().position(|l| *l == closing) {
            found.push((name, length + 1));
        }
    }
    found
}

#[test]
fn the_tree_names_no_machine_path() {
    let words = [
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
        concat!("/fa", "rm/"),
    ];
    for folder in ["crates", "sim", "tests", "config", "urdf", "docs"] {
        for path in text_files(&root().join(folder)) {
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            for word in words {
                assert!(!text.contains(word), "{} names {word}", path.display());
            }
        }
    }
}

fn text_files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        let Ok(entries) = std::fs::read_dir(&next) else {
            continue;
        };
        for path in entries.flatten().map(|e| e.path()) {
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found
}
