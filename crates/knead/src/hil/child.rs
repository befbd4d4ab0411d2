//! A process that a test started: its lines as they come, a copy of them in a file, and its end.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::JoinHandle;
use std::time::Duration as Pause;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::RigError;

/// Which of its two voices is listened to; the other goes into a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

/// A process of ours. It is killed when this is dropped.
pub struct OwnChild {
    what: &'static str,
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<Value>,
    reader: Option<JoinHandle<()>>,
    ended: Option<ExitStatus>,
    is_stopped: bool,
}

impl OwnChild {
    /// Starts it. Its lines are copied to `heard`, its other voice goes to `other`.
    ///
    /// # Errors
    /// [`RigError`] when the program or the files cannot be had.
    pub fn start(
        what: &'static str,
        command: &mut Command,
        voice: Voice,
        heard: &Path,
        other: &Path,
    ) -> Result<Self, RigError> {
        let file = |path: &Path| {
            File::create(path).map_err(|e| RigError::new(format!("{}: {e}", path.display())))
        };
        let (mut copy, other) = (file(heard)?, file(other)?);
        command.stdin(Stdio::piped());
        match voice {
            Voice::Out => command.stdout(Stdio::piped()).stderr(other),
            Voice::Err => command.stderr(Stdio::piped()).stdout(other),
        };
        let mut child = command
            .spawn()
            .map_err(|e| RigError::new(format!("{what} does not start: {e}")))?;
        let spoken: Option<Box<dyn Read + Send>> = match voice {
            Voice::Out => child
                .stdout
                .take()
                .map(|s| Box::new(s) as Box<dyn Read + Send>),
            Voice::Err => child
                .stderr
                .take()
                .map(|s| Box::new(s) as Box<dyn Read + Send>),
        };
        let (sender, lines) = channel();
        let reader = std::thread::spawn(move || {
            let Some(spoken) = spoken else { return };
            for line in BufReader::new(spoken).lines() {
                let Ok(line) = line else { break };
                // A full disk costs the copy, not the test.
                let _ = writeln!(copy, "{line}");
                let value = serde_json::from_str(&line).unwrap_or(Value::String(line));
                if sender.send(value).is_err() {
                    break;
                }
            }
        });
        Ok(Self {
            what,
            stdin: child.stdin.take(),
            child,
            lines,
            reader: Some(reader),
            ended: None,
            is_stopped: false,
        })
    }

    /// The next line, waited for at most so long. A line that is no JSON is a JSON text.
    pub fn line(&mut self, at_most: Pause) -> Option<Value> {
        match self.lines.recv_timeout(at_most) {
            Ok(line) => Some(line),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => {
                // It has closed its voice; the wait is kept all the same, so that no loop spins on it.
                let (_keep, silence) = channel::<()>();
                let _ = silence.recv_timeout(at_most);
                None
            }
        }
    }

    /// Writes to its standard input.
    ///
    /// # Errors
    /// [`RigError`] when it does not listen any more.
    pub fn tell(&mut self, text: &str) -> Result<(), RigError> {
        let what = self.what;
        let Some(stdin) = &mut self.stdin else {
            return Err(RigError::new(format!("{what} takes no words any more")));
        };
        stdin
            .write_all(text.as_bytes())
            .and_then(|()| stdin.flush())
            .map_err(|e| RigError::new(format!("{what} does not listen: {e}")))
    }

    /// Whether it has ended, and how.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        if self.ended.is_none() {
            self.ended = self.child.try_wait().ok().flatten();
        }
        self.ended
    }

    /// Its exit code, once it has ended; 128 and more: ended by that signal.
    pub fn exit_code(&mut self) -> Option<u8> {
        let status = self.ended()?;
        let code = match (status.code(), status.signal()) {
            (Some(code), _) => code,
            (None, Some(signal)) => 128 + signal,
            (None, None) => return None,
        };
        u8::try_from(code).ok()
    }

    /// Ends it at once.
    pub fn kill(&mut self) {
        if self.ended().is_none() {
            // It may end by itself in between: then there is nothing to kill, and waiting tells how.
            let _ = self.child.kill();
            self.ended = self.child.wait().ok();
        }
    }

    /// Makes it stand still.
    pub fn stop(&mut self) {
        self.is_stopped = self.signal(Signal::STOP);
    }

    /// Lets it go on.
    pub fn resume(&mut self) {
        if self.is_stopped {
            self.is_stopped = !self.signal(Signal::CONT);
        }
    }

    /// A signal to a child that was not waited for yet, so that its number is still its own.
    fn signal(&mut self, signal: Signal) -> bool {
        self.ended().is_none()
            && i32::try_from(self.child.id())
                .ok()
                .and_then(Pid::from_raw)
                .is_some_and(|pid| kill_process(pid, signal).is_ok())
    }
}

impl Drop for OwnChild {
    fn drop(&mut self) {
        self.kill();
        drop(self.stdin.take());
        if let Some(reader) = self.reader.take() {
            // The voice is closed: the reader is at its end.
            let _ = reader.join();
        }
    }
}
