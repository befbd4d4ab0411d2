//! A serial port, read and written without waiting.
//!
//! The `serialport` crate opens the port, takes it for this process alone and sets speed and framing; bytes
//! then go through a second descriptor of the same device in non-blocking mode, because reads with a
//! time-out allocate and writes may wait. Once a cycle a read and a write: neither ever waits, allocates or
//! reads a clock.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags, open};
use rustix::io::Errno;
use serialport::{DataBits, FlowControl, Parity, SerialPort as _, StopBits, TTYPort};

/// Why a port cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PortError {
    /// It cannot be opened or set up.
    #[error("{}: {why}; {}", path.display(), remedy(why))]
    Open {
        /// The port.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
    /// The other end is gone: unplugged, or its process has ended.
    #[error("{}: the other end is gone ({why}); plug it in again and run once more", path.display())]
    HungUp {
        /// The port.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
}

fn remedy(why: &str) -> &'static str {
    let why = why.to_lowercase();
    if why.contains("permission") {
        "let your user in: add it to the port's group (`knead doctor` names it), and log in again"
    } else if why.contains("lock") || why.contains("busy") {
        "another program holds the port: end it first"
    } else {
        "plug the arm in; `knead devices` lists what is there"
    }
}

/// An open port.
pub struct Port {
    path: PathBuf,
    /// Holds the device for us alone; bytes go through `raw`.
    _held: TTYPort,
    raw: OwnedFd,
}

impl Port {
    /// Opens a port at a speed, for this process alone: eight data bits, no parity, one stop bit, no flow
    /// control.
    ///
    /// # Errors
    /// [`PortError::Open`] with what the system said.
    pub fn open(path: &Path, baud: u32) -> Result<Self, PortError> {
        let refused = |why: String| PortError::Open {
            path: path.to_owned(),
            why,
        };
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let raw = open(path, flags, Mode::empty()).map_err(|e| refused(e.to_string()))?;
        let held = serialport::new(path.to_string_lossy(), baud)
            .data_bits(DataBits::Eight)
            .parity(Parity::None)
            .stop_bits(StopBits::One)
            .flow_control(FlowControl::None)
            .open_native()
            .map_err(|e| refused(e.to_string()))?;
        // What waits from an earlier life of the line is not for us.
        let _ = held.clear(serialport::ClearBuffer::All);
        Ok(Self {
            path: path.to_owned(),
            _held: held,
            raw,
        })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// To wait on.
    #[must_use]
    pub fn readable(&self) -> BorrowedFd<'_> {
        self.raw.as_fd()
    }

    /// Reads what is there, at most a buffer full; 0 when there is nothing.
    ///
    /// # Errors
    /// [`PortError::HungUp`] when the other end is gone.
    pub fn read(&self, buffer: &mut [u8]) -> Result<usize, PortError> {
        match rustix::io::read(&self.raw, &mut *buffer) {
            Ok(0) => self.nothing_read(),
            Ok(count) => Ok(count),
            Err(Errno::AGAIN | Errno::INTR) => Ok(0),
            Err(errno) => Err(self.hung_up(errno)),
        }
    }

    /// A terminal that gives no byte is silent or hung up: poll tells which.
    fn nothing_read(&self) -> Result<usize, PortError> {
        let mut fds = [PollFd::new(&self.raw, PollFlags::IN)];
        let now = Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        let _ = poll(&mut fds, Some(&now));
        let is_gone = fds
            .first()
            .is_some_and(|fd| fd.revents().intersects(PollFlags::HUP | PollFlags::ERR));
        if is_gone {
            return Err(self.hung_up(Errno::PIPE));
        }
        Ok(0)
    }

    /// Writes what the driver takes at once; tells how much that was.
    ///
    /// # Errors
    /// [`PortError::HungUp`] when the other end is gone.
    pub fn write(&self, bytes: &[u8]) -> Result<usize, PortError> {
        match rustix::io::write(&self.raw, bytes) {
            Ok(count) => Ok(count),
            Err(Errno::AGAIN | Errno::INTR) => Ok(0),
            Err(errno) => Err(self.hung_up(errno)),
        }
    }

    fn hung_up(&self, errno: Errno) -> PortError {
        PortError::HungUp {
            path: self.path.clone(),
            why: errno.to_string(),
        }
    }
}
