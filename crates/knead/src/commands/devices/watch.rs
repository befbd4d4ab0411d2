//! Ports as they come and go, until Ctrl-C.
//!
//! Nothing here is in a hurry: an asynchronous runtime on this one thread waits for the clock and for the operator, and a
//! helper thread reads the kernel's tree. Never near the loop.

use std::time::Duration;

use serde_json::{Value, json};
use serial_link::discovery::{DiscoveryFault, Port};

use super::{lines, port_json};
use crate::failure::Failure;
use crate::say::say;

/// Time between two looks: a plug is in before a person has let go of it.
const EVERY: Duration = Duration::from_millis(250);

/// What is different since the last look.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Change {
    /// It was there at the first look, or was never seen before.
    Came(Port),
    /// A known adapter under another name; what it was called before.
    CameBack { port: Port, before: String },
    /// Its rights, driver or latency timer are others now.
    Differs(Port),
    /// Pulled out.
    Left(Port),
}

/// What stays of a port when the order of plugging changes; without a serial number its place has to stand for it.
fn identity(port: &Port) -> String {
    let usb = port.usb.as_ref();
    match usb.and_then(|usb| Some((usb, usb.serial.as_ref()?))) {
        Some((usb, serial)) => format!(
            "{:04x}:{:04x} {serial} interface {:?}",
            usb.vendor, usb.product, usb.interface
        ),
        None => port.name.clone(),
    }
}

/// All ports that were ever seen, and the newest look.
#[derive(Debug, Default)]
struct Known {
    now: Vec<Port>,
    gone: Vec<Port>,
}

impl Known {
    /// The next look; what is different.
    fn look(&mut self, ports: Vec<Port>) -> Vec<Change> {
        let mut changes = Vec::new();
        let still = |port: &Port| {
            ports
                .iter()
                .any(|p| p.name == port.name && identity(p) == identity(port))
        };
        for port in self.now.iter().filter(|port| !still(port)) {
            self.gone.retain(|gone| identity(gone) != identity(port));
            self.gone.push(port.clone());
            changes.push(Change::Left(port.clone()));
        }
        for port in &ports {
            let same = |p: &&Port| identity(p) == identity(port);
            let before = self.now.iter().find(|p| same(p) && p.name == port.name);
            match (before, self.gone.iter().find(same)) {
                (Some(before), _) if before == port => {}
                (Some(_), _) => changes.push(Change::Differs(port.clone())),
                (None, Some(gone)) if gone.name != port.name => changes.push(Change::CameBack {
                    port: port.clone(),
                    before: gone.name.clone(),
                }),
                (None, _) => changes.push(Change::Came(port.clone())),
            }
        }
        self.now = ports;
        changes
    }
}

/// Tells each change until Ctrl-C.
///
/// # Errors
/// [`Failure::Device`] when the kernel's list of ports cannot be read.
pub(super) fn watch(
    as_json: bool,
    look: fn() -> Result<Vec<Port>, DiscoveryFault>,
) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::device)?;
    if !as_json {
        say!("watching the serial ports; Ctrl-C ends it");
    }
    let end = async {
        // Where no signal can be heard, the process is ended from outside all the same.
        if tokio::signal::ctrl_c().await.is_err() {
            core::future::pending::<()>().await;
        }
    };
    runtime.block_on(follow(look, |change| tell(as_json, change), end))
}

async fn follow(
    look: impl Fn() -> Result<Vec<Port>, DiscoveryFault> + Copy + Send + 'static,
    mut tell: impl FnMut(&Change),
    end: impl Future<Output = ()>,
) -> Result<(), Failure> {
    let mut known = Known::default();
    let mut clock = tokio::time::interval(EVERY);
    clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    tokio::pin!(end);
    loop {
        tokio::select! {
            () = &mut end => return Ok(()),
            _ = clock.tick() => {}
        }
        let ports = tokio::task::spawn_blocking(look)
            .await
            .map_err(Failure::device)?
            .map_err(Failure::device)?;
        known.look(ports).iter().for_each(&mut tell);
    }
}

fn tell(as_json: bool, change: &Change) {
    if as_json {
        say!("{}", change_json(change));
        return;
    }
    for line in change_lines(change) {
        say!("{line}");
    }
}

fn change_lines(change: &Change) -> Vec<String> {
    let under = |head: String, port: &Port| {
        let mut told = lines(port);
        if let Some(first) = told.first_mut() {
            *first = format!("{head}{first}");
        }
        told
    };
    match change {
        Change::Came(port) => under("+ ".to_owned(), port),
        Change::CameBack { port, before } => under(format!("+ back, was {before}: "), port),
        Change::Differs(port) => under("~ ".to_owned(), port),
        Change::Left(port) => vec![format!("- {}", port.path.display())],
    }
}

fn change_json(change: &Change) -> Value {
    let (word, port, before) = match change {
        Change::Came(port) => ("came", port, None),
        Change::CameBack { port, before } => ("came_back", port, Some(before)),
        Change::Differs(port) => ("differs", port, None),
        Change::Left(port) => ("left", port, None),
    };
    json!({"version": 1, "change": word, "port": port_json(port), "was": before})
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use serial_link::discovery::{Access, UsbAdapter};

    use super::*;

    fn port(name: &str, serial: Option<&str>) -> Port {
        Port {
            name: name.to_owned(),
            path: PathBuf::from("/dev").join(name),
            by_id: None,
            usb: Some(UsbAdapter {
                vendor: 0x0403,
                product: 0x6014,
                serial: serial.map(str::to_owned),
                maker: None,
                model: None,
                interface: Some(0),
            }),
            driver: Some("ftdi_sio".to_owned()),
            access: Access::Granted,
            latency_ms: Some(16),
        }
    }

    #[test]
    fn an_adapter_is_known_again_by_its_serial_number_whatever_it_is_called() {
        let mut known = Known::default();
        let (arm, other) = (port("ttyUSB0", Some("A1")), port("ttyUSB0", Some("B2")));
        let back = port("ttyUSB1", Some("A1"));
        assert_eq!(known.look(vec![arm.clone()]), [Change::Came(arm.clone())]);
        assert_eq!(known.look(vec![arm.clone()]), []);
        assert_eq!(known.look(vec![]), [Change::Left(arm)]);
        assert_eq!(
            known.look(vec![other.clone()]),
            [Change::Came(other.clone())]
        );
        let came_back = Change::CameBack {
            port: back.clone(),
            before: "ttyUSB0".to_owned(),
        };
        assert_eq!(
            known.look(vec![other, back]),
            std::slice::from_ref(&came_back)
        );
        assert!(change_lines(&came_back)[0].starts_with("+ back, was ttyUSB0: /dev/ttyUSB1"));
        assert_eq!(change_json(&came_back)["was"], "ttyUSB0");
    }

    #[test]
    fn another_adapter_under_the_same_name_is_another_port_and_a_mended_timer_is_told() {
        let mut known = Known::default();
        let (one, two) = (port("ttyUSB0", Some("A1")), port("ttyUSB0", Some("B2")));
        known.look(vec![one.clone()]);
        let swapped = known.look(vec![two.clone()]);
        assert_eq!(swapped, [Change::Left(one), Change::Came(two.clone())]);
        let quick = Port {
            latency_ms: Some(1),
            ..two
        };
        assert_eq!(known.look(vec![quick.clone()]), [Change::Differs(quick)]);
    }

    #[test]
    fn the_two_ports_of_one_chip_are_two_and_a_name_that_comes_later_is_no_plug() {
        let mut known = Known::default();
        let second = |name: &str| {
            let mut port = port(name, Some("A1"));
            port.usb.as_mut().expect("on USB").interface = Some(1);
            port
        };
        let both = vec![port("ttyUSB0", Some("A1")), second("ttyUSB1")];
        known.look(both.clone());
        known.look(vec![]);
        let back = known.look(both.clone());
        assert_eq!(
            back,
            both.iter().cloned().map(Change::Came).collect::<Vec<_>>()
        );
        let mut named = both;
        named[0].by_id = Some(PathBuf::from("/dev/serial/by-id/usb-FTDI-A1"));
        assert_eq!(
            known.look(named.clone()),
            [Change::Differs(named[0].clone())]
        );
    }

    #[test]
    fn what_has_no_serial_number_is_known_by_its_place_alone() {
        let mut known = Known::default();
        let (one, two) = (port("ttyUSB0", None), port("ttyUSB1", None));
        known.look(vec![one.clone()]);
        known.look(vec![]);
        assert_eq!(known.look(vec![two.clone()]), [Change::Came(two)]);
        assert_eq!(
            known.look(vec![one.clone()]).last(),
            Some(&Change::Came(one))
        );
    }

    #[test]
    fn the_watch_tells_what_changes_and_ends_when_it_is_told() {
        static LOOKS: AtomicUsize = AtomicUsize::new(0);
        let look = || {
            let nth = LOOKS.fetch_add(1, Ordering::SeqCst);
            Ok(if nth == 1 {
                vec![port("ttyACM0", Some("C3"))]
            } else {
                Vec::new()
            })
        };
        let mut told = Vec::new();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let end = async {
            while LOOKS.load(Ordering::SeqCst) < 3 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        runtime
            .block_on(follow(look, |change| told.push(change.clone()), end))
            .expect("it ends in good order");
        let arm = port("ttyACM0", Some("C3"));
        assert_eq!(told.first(), Some(&Change::Came(arm)));
    }
}
