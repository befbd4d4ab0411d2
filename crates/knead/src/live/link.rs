//! From a link profile to an open port, found by identity.

use std::os::fd::BorrowedFd;
use std::path::{Path, PathBuf};

use quantities::Instant;
use realtime_runner::{MonotonicClock, Waits as _};
use serial_link::discovery;
use serial_link::{Port, SerialArm, Waiting};
use settings::{LinkProfile, PortName};

use crate::failure::Failure;

/// The runner's clock for whoever connects.
pub struct MonotonicWait<'a>(pub &'a MonotonicClock);

impl Waiting for MonotonicWait<'_> {
    fn now(&self) -> Instant {
        self.0.now()
    }

    fn wait(&self, fd: BorrowedFd<'_>, deadline: Instant) {
        // A wait that the kernel refuses is a short one: whoever asked looks at the clock again.
        let _ = self.0.wait_readable(fd, deadline);
    }
}

/// Reads a link: a profile, or the path of a port with its speed.
///
/// # Errors
/// [`Failure::Input`] when it is neither.
pub fn profile(link: &Path, baud: u32) -> Result<LinkProfile, Failure> {
    if link.extension().is_some_and(|end| end == "toml") {
        return LinkProfile::read(link).map_err(Failure::input);
    }
    Ok(LinkProfile {
        name: link.display().to_string(),
        summary: String::new(),
        port: PortName::Path(link.to_owned()),
        baud,
        serial_number: None,
        model: None,
    })
}

/// Finds the port of a link. A converter is looked for by its USB serial number, wherever it is plugged in.
///
/// # Errors
/// [`Failure::Device`] when it is not there.
pub fn port_path(profile: &LinkProfile) -> Result<PathBuf, Failure> {
    let wanted = match &profile.port {
        PortName::Path(path) => return Ok(path.clone()),
        PortName::UsbSerial(serial) => serial,
    };
    let ports = discovery::ports(Path::new("/")).map_err(Failure::device)?;
    ports
        .into_iter()
        .find(|port| {
            port.usb
                .as_ref()
                .is_some_and(|usb| usb.serial.as_deref() == Some(wanted))
        })
        .map(|port| port.path)
        .ok_or_else(|| {
            Failure::Device(format!(
                "no converter with USB serial number {wanted} is plugged in; `knead devices` lists what is there"
            ))
        })
}

/// Opens the port of a link.
///
/// # Errors
/// [`Failure::Device`] when it cannot be opened.
pub fn open_link<const D: usize>(profile: &LinkProfile) -> Result<SerialArm<D>, Failure> {
    let path = port_path(profile)?;
    let port = Port::open(&path, profile.baud).map_err(Failure::device)?;
    Ok(SerialArm::new(port, profile.baud))
}
