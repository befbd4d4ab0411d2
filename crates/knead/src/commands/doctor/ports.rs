//! Serial ports: may they be opened, and do they pass bytes on at once.

use std::path::Path;

use serial_link::discovery::{Access, Port};

use super::finding::{Finding, Verdict};

/// A latency timer above this (ms) holds a state back for a control period.
const LATENCY_MS: u32 = 1;

/// What is to be said about the ports; about the link's port more strictly: what hinders it, hinders a session.
pub fn findings(ports: &[Port], link: Option<&Path>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(link) = link
        && !ports.iter().any(|port| port.is_named(link))
    {
        findings.push(absent(link));
    }
    if ports.is_empty() {
        findings.push(Finding::ok("serial ports", "none is here"));
    }
    for port in ports {
        let is_link = link.is_some_and(|link| port.is_named(link));
        findings.push(access(port, is_link));
        findings.extend(latency(port));
    }
    findings
}

fn absent(link: &Path) -> Finding {
    let seen = if link.exists() {
        format!("{} is no serial port of this machine", link.display())
    } else {
        format!("{} is not there", link.display())
    };
    Finding::wrong(
        "link",
        Verdict::Fail,
        seen,
        "knead devices lists the ports; plug the arm's adapter in, or name another",
    )
}

fn access(port: &Port, is_link: bool) -> Finding {
    let what = if is_link { "link" } else { "serial port" };
    let name = port.path.display();
    let wrong = if is_link {
        Verdict::Fail
    } else {
        Verdict::Warn
    };
    match &port.access {
        Access::Granted => Finding::ok(what, format!("{name} may be read and written")),
        Access::Refused { group: None } => Finding::wrong(
            what,
            wrong,
            format!("{name} may be opened by the administrator alone"),
            format!(
                "sudo chgrp dialout {name} && sudo chmod g+rw {name}, and join dialout: sudo usermod -aG dialout $USER"
            ),
        ),
        Access::Refused { group: Some(group) } => Finding::wrong(
            what,
            wrong,
            format!("{name} may be opened by members of {group} alone"),
            format!("sudo usermod -aG {group} $USER, then log in anew"),
        ),
        Access::NoNode => Finding::wrong(
            what,
            wrong,
            format!("{name} is known to the kernel and is not there"),
            format!("sudo udevadm trigger --sysname-match={}", port.name),
        ),
    }
}

fn latency(port: &Port) -> Option<Finding> {
    let ms = port.latency_ms?;
    let name = port.path.display();
    if ms <= LATENCY_MS {
        return Some(Finding::ok(
            "latency",
            format!("{name} passes bytes on after {ms} ms"),
        ));
    }
    Some(Finding::wrong(
        "latency",
        Verdict::Warn,
        format!("{name} collects bytes for {ms} ms before it passes them on"),
        format!(
            "echo {LATENCY_MS} | sudo tee /sys/bus/usb-serial/devices/{}/latency_timer",
            port.name
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn port(name: &str, access: Access, latency_ms: Option<u32>) -> Port {
        Port {
            name: name.to_owned(),
            path: PathBuf::from("nodes").join(name),
            by_id: None,
            usb: None,
            driver: None,
            access,
            latency_ms,
        }
    }

    #[test]
    fn what_hinders_the_link_fails_and_hinders_nobody_else() {
        let refused = || Access::Refused {
            group: Some("dialout".to_owned()),
        };
        let ports = [
            port("usb0", refused(), Some(16)),
            port("usb1", refused(), Some(1)),
        ];
        let told = findings(&ports, Some(Path::new("nodes/usb1")));
        let words: Vec<_> = told.iter().map(|f| (f.what, f.verdict)).collect();
        let expected = [
            ("serial port", Verdict::Warn),
            ("latency", Verdict::Warn),
            ("link", Verdict::Fail),
            ("latency", Verdict::Ok),
        ];
        assert_eq!(words, expected);
        let administrator = [port("usb2", Access::Refused { group: None }, None)];
        let alone = findings(&administrator, None);
        assert!(
            alone[0]
                .mend
                .as_deref()
                .unwrap()
                .contains("chmod g+rw nodes/usb2")
        );
        let command = told[1].mend.as_deref().unwrap();
        assert!(command.ends_with("devices/usb0/latency_timer"), "{command}");
        assert!(told[2].mend.as_deref().unwrap().contains("-aG dialout"));
    }

    #[test]
    fn a_link_that_is_not_there_fails_and_no_port_at_all_does_not() {
        let told = findings(&[], Some(Path::new("nodes/usb7")));
        assert_eq!(told[0].verdict, Verdict::Fail);
        assert!(told[0].seen.contains("usb7 is not there"));
        assert_eq!(findings(&[], None)[0].verdict, Verdict::Ok);
    }
}
