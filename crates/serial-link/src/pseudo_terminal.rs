//! A pseudo-terminal: a serial port without a wire, for an arm that is a program.
//!
//! The far end opens the terminal's path as it would open any port. A symbolic link gives it a name that
//! stays the same when the terminal is made anew, as `/dev/serial/by-id` does for real ones.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags, open};
use rustix::io::Errno;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

use crate::port::PortError;

/// The near end of a pseudo-terminal.
pub struct PseudoTerminal {
    near: OwnedFd,
    far: PathBuf,
    /// Keeps the terminal from being hung up while nobody is there.
    _held: OwnedFd,
    link: Option<PathBuf>,
}

impl PseudoTerminal {
    /// Makes one; `link`, when given, becomes a symbolic link to its far end, in place of an older link.
    ///
    /// # Errors
    /// [`PortError::Open`] with what the system said. A file at `link` that is no link is left alone.
    pub fn new(link: Option<&Path>) -> Result<Self, PortError> {
        let at = |path: &Path| {
            let path = path.to_owned();
            move |why: String| PortError::Open { path, why }
        };
        let master = at(Path::new("/dev/ptmx"));
        let made = || -> Result<(OwnedFd, PathBuf, OwnedFd), Errno> {
            let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
            let near = openpt(flags)?;
            grantpt(&near)?;
            unlockpt(&near)?;
            rustix::io::ioctl_fionbio(&near, true)?;
            let far = ptsname(&near, Vec::new())?;
            let far = PathBuf::from(far.to_string_lossy().into_owned());
            let held = raw_far_end(&far)?;
            Ok((near, far, held))
        };
        let (near, far, held) = made().map_err(|e| master(e.to_string()))?;
        if let Some(link) = link {
            point(link, &far).map_err(at(link))?;
        }
        Ok(Self {
            near,
            far,
            _held: held,
            link: link.map(Path::to_owned),
        })
    }

    /// The far end's device.
    #[must_use]
    pub fn far(&self) -> &Path {
        &self.far
    }

    /// To wait on.
    #[must_use]
    pub fn readable(&self) -> BorrowedFd<'_> {
        self.near.as_fd()
    }

    /// Reads what is there; 0 when there is nothing, or nobody at the far end.
    #[must_use]
    pub fn read(&self, buffer: &mut [u8]) -> usize {
        rustix::io::read(&self.near, &mut *buffer).unwrap_or(0)
    }

    /// Writes what the terminal takes; what nobody reads is refused in the end, as on a wire.
    pub fn write(&self, bytes: &[u8]) -> usize {
        rustix::io::write(&self.near, bytes).unwrap_or(0)
    }
}

impl Drop for PseudoTerminal {
    fn drop(&mut self) {
        let Some(link) = &self.link else {
            return;
        };
        // Another terminal may have taken the name over.
        if std::fs::read_link(link).is_ok_and(|to| to == self.far) {
            let _ = std::fs::remove_file(link);
        }
    }
}

/// No echo and no line editing, before anybody opens the far end.
fn raw_far_end(far: &Path) -> Result<OwnedFd, Errno> {
    let fd = open(
        far,
        OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC,
        Mode::empty(),
    )?;
    let mut termios = tcgetattr(&fd)?;
    termios.make_raw();
    tcsetattr(&fd, OptionalActions::Now, &termios)?;
    Ok(fd)
}

fn point(link: &Path, far: &Path) -> Result<(), String> {
    match std::fs::symlink_metadata(link) {
        Ok(seen) if seen.file_type().is_symlink() => {
            std::fs::remove_file(link).map_err(|e| e.to_string())?;
        }
        Ok(_) => return Err("there is a file of this name already".to_owned()),
        Err(_) => {
            if let Some(folder) = link.parent() {
                std::fs::create_dir_all(folder).map_err(|e| e.to_string())?;
            }
        }
    }
    std::os::unix::fs::symlink(far, link).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::Port;

    fn read_all(mut read: impl FnMut(&mut [u8]) -> usize, want: usize) -> Vec<u8> {
        let (mut got, mut buffer) = (Vec::new(), [0; 256]);
        for _ in 0..100_000 {
            let count = read(&mut buffer);
            got.extend_from_slice(&buffer[..count]);
            if got.len() >= want {
                break;
            }
            std::thread::yield_now();
        }
        got
    }

    #[test]
    fn every_byte_value_passes_unchanged_both_ways() {
        let near = PseudoTerminal::new(None).expect("a terminal");
        let far = Port::open(near.far(), 3_000_000).expect("a port");
        let all: Vec<u8> = (0..=255).collect();
        near.write(&all);
        assert_eq!(read_all(|b| far.read(b).unwrap(), 256), all);
        assert_eq!(far.write(&all), Ok(256));
        assert_eq!(read_all(|b| near.read(b), 256), all);
    }

    #[test]
    fn a_hang_up_is_noticed_with_the_next_read_and_the_next_write() {
        let near = PseudoTerminal::new(None).expect("a terminal");
        let far = Port::open(near.far(), 115_200).expect("a port");
        assert_eq!(far.read(&mut [0; 8]), Ok(0));
        drop(near);
        let read = far.read(&mut [0; 8]).expect_err("gone");
        assert!(matches!(read, PortError::HungUp { .. }), "{read}");
        assert!(far.write(&[1]).is_err());
    }

    #[test]
    fn a_second_opener_is_turned_away() {
        let near = PseudoTerminal::new(None).expect("a terminal");
        let _first = Port::open(near.far(), 115_200).expect("a port");
        let second = Port::open(near.far(), 115_200).err().expect("taken");
        assert!(second.to_string().contains("another program"), "{second}");
    }

    #[test]
    fn a_link_outlives_its_terminal_only_when_another_took_it_over() {
        let folder = std::env::temp_dir().join(format!("knead-pty-{}", std::process::id()));
        let link = folder.join("arm");
        let first = PseudoTerminal::new(Some(&link)).expect("a terminal");
        let second = PseudoTerminal::new(Some(&link)).expect("a terminal");
        drop(first);
        assert_eq!(std::fs::read_link(&link).unwrap(), second.far());
        drop(second);
        assert!(std::fs::symlink_metadata(&link).is_err());
        std::fs::write(&link, "mine").unwrap();
        assert!(PseudoTerminal::new(Some(&link)).is_err());
        assert_eq!(std::fs::read(&link).unwrap(), b"mine");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
