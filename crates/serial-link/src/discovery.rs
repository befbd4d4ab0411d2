//! Which serial ports there are, told from the kernel's own tree; nothing is opened.
//!
//! A port's name (`ttyUSB0`) depends on the order of plugging; its link in `/dev/serial/by-id` and the serial
//! number of its adapter do not. A file that names an arm should name those.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{Access as Wanted, access};

/// Levels above a port's device at which its USB adapter is sought: interface, device, and a margin (chosen).
const LEVELS_TO_ADAPTER: usize = 6;
/// Bits of a node's mode that let its group read and write.
const GROUP_READS_AND_WRITES: u32 = 0o060;

/// The tree could not be read.
#[derive(Debug, thiserror::Error)]
#[error("the serial ports of this machine cannot be listed: {}: {source}", path.display())]
pub struct DiscoveryFault {
    /// The folder that was read.
    pub path: PathBuf,
    /// The system's refusal.
    pub source: io::Error,
}

/// A serial port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// The kernel's name: `ttyUSB0`.
    pub name: String,
    /// The node by that name.
    pub path: PathBuf,
    /// The name that stays when the order of plugging changes.
    pub by_id: Option<PathBuf>,
    /// The adapter, when it is on USB.
    pub usb: Option<UsbAdapter>,
    /// The kernel's driver: `ftdi_sio`, `cdc_acm`.
    pub driver: Option<String>,
    /// Whether the user may read and write it.
    pub access: Access,
    /// How long the adapter collects bytes before it sends them on (ms); only FTDI's tell.
    pub latency_ms: Option<u32>,
}

/// A USB adapter's identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsbAdapter {
    /// Vendor id.
    pub vendor: u16,
    /// Product id.
    pub product: u16,
    /// Serial number, when the adapter has one.
    pub serial: Option<String>,
    /// Who made it.
    pub maker: Option<String>,
    /// What it is.
    pub model: Option<String>,
    /// Which of its interfaces the port is; a chip with several ports has one serial number for all.
    pub interface: Option<u8>,
}

/// Whether the user may use a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// Read and write.
    Granted,
    /// Not both.
    Refused {
        /// The group whose members may: `dialout` on most systems. `None` where the node's rights leave it to the
        /// administrator.
        group: Option<String>,
    },
    /// The kernel knows the port, but there is no node to open.
    NoNode,
}

impl Port {
    /// True when the path names this port: its node, its lasting name, or what either leads to.
    #[must_use]
    pub fn is_named(&self, path: &Path) -> bool {
        if path == self.path || self.by_id.as_deref() == Some(path) {
            return true;
        }
        match (fs::canonicalize(path), fs::canonicalize(&self.path)) {
            (Ok(theirs), Ok(ours)) => theirs == ours,
            (Ok(_) | Err(_), Ok(_) | Err(_)) => false,
        }
    }
}

/// The serial ports of the machine whose tree begins at `root` (`/`), sorted by name; numbers in names count as
/// numbers. Terminals without hardware behind them are left out.
///
/// # Errors
/// [`DiscoveryFault`] when the kernel's list cannot be read; a machine without the list has no ports.
pub fn ports(root: &Path) -> Result<Vec<Port>, DiscoveryFault> {
    let list = root.join("sys/class/tty");
    let entries = match fs::read_dir(&list) {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(DiscoveryFault { path: list, source }),
    };
    let lasting = lasting_names(root);
    let mut ports: Vec<Port> = entries
        .flatten()
        .filter_map(|entry| port(root, &entry.path(), &lasting))
        .collect();
    ports.sort_by(|a, b| by_number(&a.name).cmp(&by_number(&b.name)));
    Ok(ports)
}

/// The stem and the number of a name.
fn by_number(name: &str) -> (&str, u64) {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = name.get(stem.len()..).unwrap_or("");
    (stem, number.parse().unwrap_or(0))
}

fn port(root: &Path, entry: &Path, lasting: &[(PathBuf, PathBuf)]) -> Option<Port> {
    let name = entry.file_name()?.to_str()?.to_owned();
    // A terminal without a device is virtual; type 0 is a place on the board with no chip in it.
    let device = fs::canonicalize(entry.join("device")).ok()?;
    if words(&entry.join("type")).as_deref() == Some("0") {
        return None;
    }
    let path = root.join("dev").join(&name);
    let node = fs::canonicalize(&path).ok();
    Some(Port {
        by_id: lasting
            .iter()
            .find(|(_, target)| Some(target) == node.as_ref())
            .map(|(name, _)| name.clone()),
        usb: usb_adapter(&device),
        driver: fs::canonicalize(device.join("driver"))
            .ok()
            .and_then(|driver| Some(driver.file_name()?.to_str()?.to_owned())),
        access: access_to(root, &path),
        latency_ms: words(&device.join("latency_timer")).and_then(|ms| ms.parse().ok()),
        name,
        path,
    })
}

/// Names that stay, each with the node that it leads to; sorted.
fn lasting_names(root: &Path) -> Vec<(PathBuf, PathBuf)> {
    let Ok(entries) = fs::read_dir(root.join("dev/serial/by-id")) else {
        return Vec::new();
    };
    let mut names: Vec<(PathBuf, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| Some((entry.path(), fs::canonicalize(entry.path()).ok()?)))
        .collect();
    names.sort();
    names
}

/// The adapter stands a level or two above the port's device.
fn usb_adapter(device: &Path) -> Option<UsbAdapter> {
    let levels = || device.ancestors().take(LEVELS_TO_ADAPTER);
    let interface = levels().find_map(|at| {
        let number = words(&at.join("bInterfaceNumber"))?;
        u8::from_str_radix(&number, 16).ok()
    });
    levels().find_map(|at| {
        let id = |file: &str| u16::from_str_radix(&words(&at.join(file))?, 16).ok();
        Some(UsbAdapter {
            vendor: id("idVendor")?,
            product: id("idProduct")?,
            serial: words(&at.join("serial")),
            maker: words(&at.join("manufacturer")),
            model: words(&at.join("product")),
            interface,
        })
    })
}

fn access_to(root: &Path, path: &Path) -> Access {
    let Ok(node) = fs::metadata(path) else {
        return Access::NoNode;
    };
    if access(path, Wanted::READ_OK | Wanted::WRITE_OK).is_ok() {
        return Access::Granted;
    }
    Access::Refused {
        group: sharing_group(root, node.gid(), node.mode()),
    }
}

/// The group that a node is shared with; that of the administrator is none to join.
fn sharing_group(root: &Path, number: u32, mode: u32) -> Option<String> {
    let shared = mode & GROUP_READS_AND_WRITES == GROUP_READS_AND_WRITES;
    (shared && number != 0).then(|| group_name(root, number))
}

/// A group's name; its number where the list does not have it.
fn group_name(root: &Path, number: u32) -> String {
    let list = fs::read_to_string(root.join("etc/group")).unwrap_or_default();
    list.lines()
        .find_map(|line| {
            let mut fields = line.split(':');
            let (name, _, id) = (fields.next()?, fields.next()?, fields.next()?);
            (id.parse() == Ok(number)).then(|| name.to_owned())
        })
        .unwrap_or_else(|| number.to_string())
}

/// The text of a small file, trimmed; `None` when it is absent or empty.
fn words(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests;
