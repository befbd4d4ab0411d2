//! `knead devices`: the serial ports of this machine, by names that last.

mod watch;

use std::path::Path;

use serde_json::{Value, json};
use serial_link::discovery::{Access, Port, UsbAdapter, ports};

use crate::failure::Failure;
use crate::say::say;

pub fn run(as_json: bool, watches: bool) -> Result<(), Failure> {
    let look = || ports(Path::new("/"));
    if watches {
        return watch::watch(as_json, look);
    }
    let ports = look().map_err(Failure::device)?;
    if as_json {
        let told: Vec<Value> = ports.iter().map(port_json).collect();
        say!("{}", json!({"version": 1, "ports": told}));
        return Ok(());
    }
    if ports.is_empty() {
        say!("no serial port; plug the arm's adapter in and look again");
    }
    for port in &ports {
        for line in lines(port) {
            say!("{line}");
        }
    }
    Ok(())
}

fn lines(port: &Port) -> Vec<String> {
    let mut lines = vec![port.path.display().to_string()];
    if let Some(name) = &port.by_id {
        lines.push(format!("  name that lasts: {}", name.display()));
    }
    lines.push(match &port.usb {
        Some(usb) => format!("  {}", usb_words(usb)),
        None => "  not on USB".to_owned(),
    });
    if let Some(driver) = &port.driver {
        lines.push(format!("  driver {driver}"));
    }
    lines.push(match &port.access {
        Access::Granted => "  may be read and written".to_owned(),
        Access::Refused { group: Some(group) } => {
            format!("  may not be opened: for members of {group}")
        }
        Access::Refused { group: None } => "  may not be opened: for the administrator".to_owned(),
        Access::NoNode => "  has no node to open".to_owned(),
    });
    if let Some(ms) = port.latency_ms {
        lines.push(format!("  collects bytes for {ms} ms (latency timer)"));
    }
    lines
}

fn usb_words(usb: &UsbAdapter) -> String {
    let mut words = format!("USB {:04x}:{:04x}", usb.vendor, usb.product);
    for part in [&usb.maker, &usb.model].into_iter().flatten() {
        words.push(' ');
        words.push_str(part);
    }
    match &usb.serial {
        Some(serial) => words + ", serial number " + serial,
        None => words + ", no serial number",
    }
}

/// A port for scripts.
pub(super) fn port_json(port: &Port) -> Value {
    let (access, group) = match &port.access {
        Access::Granted => ("granted", None),
        Access::Refused { group } => ("refused", group.as_ref()),
        Access::NoNode => ("no node", None),
    };
    json!({
        "name": port.name,
        "path": port.path,
        "by_id": port.by_id,
        "usb": port.usb.as_ref().map(|usb| json!({
            "id": format!("{:04x}:{:04x}", usb.vendor, usb.product),
            "serial": usb.serial,
            "maker": usb.maker,
            "model": usb.model,
            "interface": usb.interface,
        })),
        "driver": port.driver,
        "access": access,
        "group": group,
        "latency_ms": port.latency_ms,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    #[test]
    fn words_and_json_tell_the_same_port_and_leave_out_what_is_not_known() {
        let port = Port {
            name: "ttyACM0".to_owned(),
            path: PathBuf::from("node"),
            by_id: None,
            usb: Some(UsbAdapter {
                vendor: 0x2341,
                product: 0x42,
                serial: None,
                maker: None,
                model: Some("Mega".to_owned()),
                interface: Some(0),
            }),
            driver: Some("cdc_acm".to_owned()),
            access: Access::Refused {
                group: Some("dialout".to_owned()),
            },
            latency_ms: None,
        };
        let words = lines(&port).join("\n");
        assert!(
            words.contains("USB 2341:0042 Mega, no serial number"),
            "{words}"
        );
        assert!(
            words.contains("may not be opened: for members of dialout"),
            "{words}"
        );
        assert!(!words.contains("latency"), "{words}");
        let told = port_json(&port);
        assert_eq!(told["usb"]["id"], "2341:0042");
        assert_eq!(
            (&told["access"], &told["group"]),
            (&json!("refused"), &json!("dialout"))
        );
        assert!(told["latency_ms"].is_null() && told["usb"]["serial"].is_null());
    }
}
