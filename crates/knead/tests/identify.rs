//! `knead arm identify`, from the outside: a tool is found again from the simulated sensor and from a
//! file, a wrong profile is noticed, and bad readings are refused with their line.

use std::path::PathBuf;
use std::process::Command;

use kinematics::{ArmModel, RobotDescription};
use nalgebra::Vector3;
use serde_json::{Value, json};

const URDF: &str = include_str!("../../../urdf/knead_r6.urdf");

fn workspace() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Exit code, stdout, stderr.
fn identify(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_knead"))
        .current_dir(workspace())
        .args(["arm", "identify"])
        .args(arguments)
        .output()
        .expect("the binary runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

fn report(arguments: &[&str]) -> Value {
    let (code, stdout, stderr) = identify(arguments);
    assert_eq!(code, Some(0), "{stderr}");
    serde_json::from_str(&stdout).expect("one JSON report")
}

/// Value of one estimate by its name.
fn found(report: &Value, name: &str) -> f64 {
    let rows = report["estimates"].as_array().expect("rows");
    let row = rows.iter().find(|row| row["name"] == name).expect(name);
    row["found"].as_f64().expect("a number")
}

/// A file of readings at rest on the bare URDF: 0.7 kg at (5, -3, 45) mm, 1 N of bias along x.
fn readings(name: &str, change: impl Fn(usize, &mut String)) -> PathBuf {
    let (description, _) = RobotDescription::parse(URDF).expect("our own arm");
    let (chain, _) = description.chain(None).expect("one tip");
    let arm = ArmModel::<6>::from_chain(&chain).expect("six joints");
    let lines: Vec<String> = (1..=10)
        .map(|number| {
            let q = arm.spread_posture(number);
            let turn = arm.flange_pose(&q).raw().rotation;
            let weight = turn.inverse() * arm.gravity_in_base() * 0.7;
            let torque = Vector3::new(0.005, -0.003, 0.045).cross(&weight);
            let force = weight + Vector3::new(1.0, 0.0, 0.0);
            let mut line = json!({
                "q": q.as_slice(), "force_n": force.as_slice(), "torque_nm": torque.as_slice(),
            })
            .to_string();
            change(number as usize, &mut line);
            line
        })
        .collect();
    let path = std::env::temp_dir().join(format!("knead-{name}-{}.jsonl", std::process::id()));
    std::fs::write(&path, lines.join("\n")).expect("a writable folder");
    path
}

#[test]
fn the_simulated_palm_is_found_again_within_its_errors() {
    let report = report(&["--arm", "config/arms/knead_r7.toml", "--simulate", "--json"]);
    assert_eq!(report["agrees"], true, "{report}");
    assert!((found(&report, "mass") - 0.5).abs() < 2e-3);
    assert!((found(&report, "centre of mass z") - 40.0).abs() < 0.3);
    let rows = report["estimates"].as_array().expect("rows");
    assert_eq!(rows.len(), 10);
    for row in rows {
        let off = row["errors_off"].as_f64().expect("compared");
        assert!(off < 4.5, "{row}");
    }
    assert!(
        report["body_toml"]
            .as_str()
            .is_some_and(|t| t.starts_with("[body]\nmass_kg = 0.50"))
    );
}

#[test]
fn a_file_of_exact_readings_is_found_exactly_and_a_wrong_profile_is_noticed() {
    let path = readings("exact", |_, _| ());
    let path = path.display().to_string();
    let arm = ["--arm", "urdf/knead_r6.urdf", "--poses", &path, "--json"];
    let alone = report(&arm);
    assert!((found(&alone, "mass") - 0.7).abs() < 1e-9);
    assert!((found(&alone, "centre of mass y") + 3.0).abs() < 1e-7);
    assert!((found(&alone, "force bias x") - 1.0).abs() < 1e-9);
    assert_eq!(alone["agrees"], Value::Null);
    let mut compared = arm.to_vec();
    compared.extend(["--tool", "config/tools/palm.toml"]);
    let compared = report(&compared);
    assert_eq!(compared["agrees"], false);
    let differing = compared["differing"].as_array().expect("names");
    assert!(differing.contains(&json!("mass")), "{differing:?}");
    let _ = std::fs::remove_file(path);
}

#[test]
fn a_bad_line_is_refused_by_its_number() {
    let refused = |name: &str, change: fn(usize, &mut String), words: &[&str]| {
        let path = readings(name, change);
        let text = path.display().to_string();
        let (code, _, stderr) = identify(&["--arm", "urdf/knead_r6.urdf", "--poses", &text]);
        let _ = std::fs::remove_file(path);
        assert_eq!(code, Some(2), "{stderr}");
        for word in words {
            assert!(stderr.contains(word), "no {word:?} in {stderr}");
        }
    };
    refused(
        "json",
        |n, line| {
            if n == 4 {
                line.pop();
            }
        },
        &["line 4", "force_n"],
    );
    refused(
        "joints",
        |n, line| {
            if n == 7 {
                *line = line.replace("\"q\":[", "\"q\":[0.0,");
            }
        },
        &["line 7", "7 numbers", "6 joints"],
    );
    refused(
        "two",
        |n, line| {
            if n == 2 {
                *line = r#"{"q":[0,0,0,0,0,0],"force_n":[1,2],"torque_nm":[0,0,0]}"#.to_owned();
            }
        },
        &["line 2", "\"force_n\" has 2 numbers"],
    );
    refused(
        "degrees",
        |n, line| {
            if n == 3 {
                *line = r#"{"q":[0,45,0,0,0,0],"force_n":[1,2,3],"torque_nm":[0,0,0]}"#.to_owned();
            }
        },
        &[
            "line 3",
            "'joint2'",
            "45.0000",
            "angles are in rad, lengths in m",
        ],
    );
}

#[test]
fn poses_that_all_look_one_way_are_refused_with_a_remedy() {
    let same = r#"{"q":[0,0.3,0.5,0,0.2,0],"force_n":[0,0,-5],"torque_nm":[0,0,0]}"#;
    let path = std::env::temp_dir().join(format!("knead-same-{}.jsonl", std::process::id()));
    std::fs::write(&path, [same; 12].join("\n")).expect("a writable folder");
    let text = path.display().to_string();
    let (code, _, stderr) = identify(&["--arm", "urdf/knead_r6.urdf", "--poses", &text]);
    let _ = std::fs::remove_file(path);
    assert_eq!(code, Some(2), "{stderr}");
    assert!(stderr.contains("turn the wrist about two axes"), "{stderr}");
    let (code, _, stderr) = identify(&["--arm", "urdf/knead_r6.urdf"]);
    assert_eq!(code, Some(2), "{stderr}");
}
