//! The operator's keys, and the signals that mean "end".

use std::io::IsTerminal as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

/// A terminal that gives each key at once; put back as it was when dropped.
pub struct Terminal {
    before: Option<Termios>,
}

impl Terminal {
    /// Takes each key at once, without echo, when standard input is a terminal. Ctrl-C stays a signal.
    #[must_use]
    pub fn key_by_key() -> Self {
        let stdin = std::io::stdin();
        if !stdin.is_terminal() {
            return Self { before: None };
        }
        let Ok(before) = tcgetattr(&stdin) else {
            return Self { before: None };
        };
        let mut raw = before.clone();
        raw.local_modes
            .remove(LocalModes::ICANON | LocalModes::ECHO);
        let is_set = tcsetattr(&stdin, OptionalActions::Flush, &raw).is_ok();
        Self {
            before: is_set.then_some(before),
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if let Some(before) = &self.before {
            // A terminal that is gone needs nothing put back.
            let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, before);
        }
    }
}

/// Keys and signals.
pub struct Keys {
    ends: Arc<AtomicUsize>,
    /// How often an end was asked for, over all legs of a session.
    asked_to_end: u32,
    is_open: bool,
}

/// What a key or a signal says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// A letter.
    Letter(u8),
    /// Enter.
    Enter,
    /// Ctrl-C, a polite kill, or a terminal that was closed.
    End,
}

impl Keys {
    /// Listens from now on.
    ///
    /// # Errors
    /// What the system said when it does not let the signals be caught.
    pub fn listen() -> Result<Self, String> {
        let ends = Arc::new(AtomicUsize::new(0));
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            let count = Arc::clone(&ends);
            signal_hook::flag::register_usize(signal, count, signal as usize)
                .map_err(|e| format!("signal {signal} cannot be caught: {e}"))?;
        }
        Ok(Self {
            ends,
            asked_to_end: 0,
            is_open: true,
        })
    }

    /// Counts one more wish for an end; how many there were.
    pub const fn count_end(&mut self) -> u32 {
        self.asked_to_end += 1;
        self.asked_to_end
    }

    /// Waits for a key or a signal, at most this long (ms).
    pub fn wait(&mut self, ms: u32) -> Option<Key> {
        if self.ends.swap(0, Ordering::AcqRel) != 0 {
            return Some(Key::End);
        }
        let stdin = std::io::stdin();
        let pause = Timespec {
            tv_sec: i64::from(ms / 1000),
            tv_nsec: i64::from(ms % 1000) * 1_000_000,
        };
        if !self.is_open {
            let _ = poll(&mut [], Some(&pause));
            return None;
        }
        let mut fds = [PollFd::new(&stdin, PollFlags::IN)];
        if !matches!(poll(&mut fds, Some(&pause)), Ok(1..)) {
            return None;
        }
        let mut byte = [0; 1];
        match rustix::io::read(&stdin, &mut byte) {
            Ok(0) | Err(_) => {
                // Nobody types any more. A closed terminal says so by a signal of its own.
                self.is_open = false;
                None
            }
            Ok(_) => Some(match byte {
                [b'\n' | b'\r'] => Key::Enter,
                [letter] => Key::Letter(letter),
            }),
        }
    }
}
