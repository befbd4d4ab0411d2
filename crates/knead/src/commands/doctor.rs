//! `knead doctor`: what this machine can promise a real-time loop, and the command that mends what it cannot.
//!
//! ```text
//! /proc, /sys ─▶ machine ─┐
//! the loop's thread ──────┼─▶ findings (ok, warn, fail) ─▶ exit code 0, 3 on a fail, 5 when real time is required
//! serial ports ───────────┘
//! ```
//!
//! It looks and measures; it changes nothing.

mod finding;
mod machine;
mod ports;
mod round_trip;
mod wake_up;

use std::path::Path;

use serde_json::{Value, json};
use serial_link::discovery;

use crate::cli::DoctorOptions;
use crate::failure::Failure;
use crate::say::{say, say_plain};
use finding::{Finding, Verdict};
use wake_up::WakeUp;

pub fn run(options: &DoctorOptions) -> Result<(), Failure> {
    let root = Path::new("/");
    let mut findings = machine::findings(root);
    let listed = discovery::ports(root).map_err(Failure::device)?;
    let link = match &options.link {
        Some(link) => Some(crate::live::profile(link, options.baud)?),
        None => None,
    };
    let port = link.as_ref().map(crate::live::port_path).transpose();
    match port {
        Ok(port) => {
            // A pseudo-terminal is no serial port of the machine; who answers on it is asked below.
            let real = port.filter(|port| !is_pseudo_terminal(port));
            findings.extend(ports::findings(&listed, real.as_deref()));
        }
        Err(failure) => findings.push(Finding::wrong(
            "link",
            Verdict::Fail,
            failure.text(),
            "knead devices",
        )),
    }
    if let Some(link) = &link {
        findings.extend(round_trip::findings(link));
    }
    let wake_up = wake_up::measure(options.rate, options.seconds)?;
    findings.extend(wake_up.findings());
    if options.json {
        say!("{}", told(&findings, &wake_up));
    } else {
        for finding in &findings {
            say_plain!("{}", finding.text());
        }
        say_plain!("\n{}", wake_up.text());
    }
    verdict(&findings, options.require_realtime)
}

fn is_pseudo_terminal(port: &Path) -> bool {
    port.canonicalize()
        .is_ok_and(|real| real.starts_with("/dev/pts"))
}

/// Guarantees that are missing.
fn missing(findings: &[Finding]) -> Vec<&'static str> {
    findings
        .iter()
        .filter(|f| f.guarantee && f.verdict != Verdict::Ok)
        .map(|f| f.what)
        .collect()
}

fn told(findings: &[Finding], wake_up: &WakeUp) -> Value {
    let rows: Vec<Value> = findings.iter().map(Finding::json).collect();
    json!({
        "version": 1,
        "realtime": missing(findings).is_empty(),
        "findings": rows,
        "wake_up": wake_up.json(),
    })
}

/// What fails goes before what is only not promised.
fn verdict(findings: &[Finding], require_real_time: bool) -> Result<(), Failure> {
    let failed: Vec<&str> = findings
        .iter()
        .filter(|f| f.verdict == Verdict::Fail)
        .map(|f| f.what)
        .collect();
    if !failed.is_empty() {
        return Err(Failure::Device(format!(
            "an arm cannot be run from here: {}; the commands that mend it are above",
            failed.join(", ")
        )));
    }
    let missing = missing(findings);
    if require_real_time && !missing.is_empty() {
        return Err(Failure::NoRealTime(format!(
            "real time is not promised here: {}; the commands that mend it are above",
            missing.join(", ")
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(verdict: Verdict, guarantee: bool) -> Finding {
        Finding {
            what: "a thing",
            verdict,
            seen: "as seen".to_owned(),
            mend: None,
            guarantee,
        }
    }

    #[test]
    fn a_missing_guarantee_is_a_failure_only_when_it_is_required_and_what_fails_always_is() {
        let code = |findings: &[Finding], required| match verdict(findings, required) {
            Ok(()) => 0,
            Err(Failure::Device(_)) => 3,
            Err(Failure::NoRealTime(_)) => 5,
            Err(other) => panic!("{other:?}"),
        };
        let fine = finding(Verdict::Ok, true);
        let unpromised = finding(Verdict::Warn, true);
        let nuisance = finding(Verdict::Warn, false);
        let broken = finding(Verdict::Fail, false);
        assert_eq!(code(&[fine.clone(), nuisance], true), 0);
        assert_eq!(code(&[fine.clone(), unpromised.clone()], false), 0);
        assert_eq!(code(&[fine, unpromised.clone()], true), 5);
        assert_eq!(code(&[unpromised, broken], true), 3);
    }
}
