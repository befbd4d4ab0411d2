//! `knead doctor` and `knead devices`: exit code and words agree, whatever the machine is like.

use std::process::Command;

use serde_json::Value;

struct Said {
    code: Option<i32>,
    told: Value,
    stderr: String,
}

fn knead(arguments: &[&str]) -> Said {
    let run = Command::new(env!("CARGO_BIN_EXE_knead"))
        .args(arguments)
        .output()
        .expect("the command runs");
    Said {
        code: run.status.code(),
        told: serde_json::from_slice(&run.stdout).unwrap_or_default(),
        stderr: String::from_utf8_lossy(&run.stderr).into_owned(),
    }
}

fn doctor(more: &[&str]) -> Said {
    let mut arguments = vec!["doctor", "--json", "--seconds", "0.05", "--rate", "100"];
    arguments.extend(more);
    knead(&arguments)
}

fn fails(told: &Value) -> bool {
    let findings = told["findings"].as_array().expect("findings");
    findings.iter().any(|f| f["verdict"] == "fail")
}

#[test]
fn the_exit_code_says_what_the_findings_say() {
    for require in [false, true] {
        let more: &[&str] = if require {
            &["--require-realtime"]
        } else {
            &[]
        };
        let said = doctor(more);
        let real_time = said.told["realtime"].as_bool().expect("a verdict");
        let expected = match (fails(&said.told), require && !real_time) {
            (true, _) => 3,
            (false, true) => 5,
            (false, false) => 0,
        };
        assert_eq!(said.code, Some(expected), "{}\n{}", said.told, said.stderr);
        assert!(
            said.told["wake_up"]["count"].as_u64() > Some(0),
            "{}",
            said.told
        );
    }
}

#[test]
fn whatever_is_wrong_comes_with_a_command_and_what_is_right_without() {
    let said = doctor(&[]);
    for finding in said.told["findings"].as_array().expect("findings") {
        let right = finding["verdict"] == "ok";
        assert_eq!(finding["mend"].is_null(), right, "{finding}");
    }
}

#[test]
fn a_link_that_is_no_port_fails_with_what_to_do() {
    let said = doctor(&["--link", "nowhere/port"]);
    assert_eq!(said.code, Some(3), "{}", said.stderr);
    assert!(said.stderr.contains("link"), "{}", said.stderr);
    let link = &said.told["findings"]
        .as_array()
        .and_then(|all| all.iter().find(|f| f["what"] == "link"))
        .expect("a finding on the link");
    assert!(
        link["mend"]
            .as_str()
            .is_some_and(|m| m.contains("knead devices"))
    );
}

#[test]
fn measuring_for_no_time_or_for_ever_is_refused() {
    for seconds in ["0", "-1", "nan", "1e9"] {
        let said = knead(&["doctor", &format!("--seconds={seconds}")]);
        assert_eq!(said.code, Some(2), "{seconds}: {}", said.stderr);
    }
}

#[test]
fn devices_are_told_to_scripts_each_with_its_node() {
    let said = knead(&["devices", "--json"]);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    for port in said.told["ports"].as_array().expect("ports") {
        let (name, path) = (port["name"].as_str(), port["path"].as_str());
        assert!(
            path.expect("a path").ends_with(name.expect("a name")),
            "{port}"
        );
    }
}
