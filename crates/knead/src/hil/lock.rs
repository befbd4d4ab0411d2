//! One run on one rig at a time.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;

use super::RigError;

/// The rig is ours while this lives. The lock is the system's and goes with the process, however it ends.
#[derive(Debug)]
pub struct RigLock {
    _file: File,
}

impl RigLock {
    /// Takes the rig, or says who has it.
    ///
    /// # Errors
    /// [`RigError`] when another process has it, or the lock file cannot be written.
    pub fn take(path: &Path) -> Result<Self, RigError> {
        let refused = |e: std::io::Error| {
            RigError::new(format!(
                "{}: {e}; name a writable file as the rig's `lock`",
                path.display()
            ))
        };
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(refused)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // What cannot be read is not told; the rig is taken all the same.
                let _ = file.take(200).read_to_string(&mut holder);
                let holder = holder.trim();
                let who = if holder.is_empty() {
                    "an unknown process"
                } else {
                    holder
                };
                return Err(RigError::new(format!(
                    "the rig is in use by {who} (lock {}); wait until it ends, or ask for patience with --wait",
                    path.display()
                )));
            }
            Err(TryLockError::Error(e)) => return Err(refused(e)),
        }
        let stamp = realtime_runner::WallStamp::now();
        file.set_len(0).map_err(refused)?;
        file.rewind().map_err(refused)?;
        writeln!(
            file,
            "process {} since {}",
            std::process::id(),
            stamp.as_str()
        )
        .map_err(refused)?;
        Ok(Self { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_who_has_the_rig_and_gets_it_afterwards() {
        let name = format!("knead-lock-test-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let first = RigLock::take(&path).expect("free");
        let refused = RigLock::take(&path).expect_err("taken");
        let own = format!("process {}", std::process::id());
        assert!(refused.0.contains(&own), "{}", refused.0);
        drop(first);
        RigLock::take(&path).expect("free again");
        std::fs::remove_file(&path).expect("ours");
    }
}
