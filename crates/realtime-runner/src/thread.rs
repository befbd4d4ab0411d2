//! A thread that the kernel lets run on time, as far as it is permitted, and the list of what is not.
//!
//! Nothing here is required: without rights the loop runs all the same, and [`Promises`] says what it then
//! cannot promise and which command would mend it.

use std::io;
use std::num::NonZeroU64;
use std::sync::mpsc::sync_channel;
use std::thread::{Builder, Scope, ScopedJoinHandle};

use rustix::mm::{MlockAllFlags, mlockall};
use rustix::process::{Resource, getrlimit};
use rustix::thread::{
    CapabilitySet, CpuSet, capabilities, sched_setaffinity, set_current_timer_slack,
};

use crate::kernel::schedule_first_in_first_out;
use crate::turning::panic_words;

/// Stack of the loop's thread.
const STACK: usize = 4 << 20;
/// How much of it is touched before the loop begins.
const TOUCHED: usize = 1 << 20;
/// The size of a page is at least this.
const PAGE: usize = 4096;

/// What is asked of the kernel for the loop's thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThreadWishes {
    /// Priority in the class `SCHED_FIFO`, 1 to 99; `None` for no class of its own.
    pub priority: Option<u8>,
    /// Hold the process's memory in RAM.
    pub lock_memory: bool,
    /// The processor to stay on.
    pub processor: Option<usize>,
}

impl Default for ThreadWishes {
    /// Chosen: priority 80, above threads of interrupts (50) and below those of the kernel's own housekeeping (99).
    fn default() -> Self {
        Self {
            priority: Some(80),
            lock_memory: true,
            processor: None,
        }
    }
}

/// What became of one wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Promise {
    /// It holds.
    Kept {
        /// What holds.
        what: String,
    },
    /// It does not hold.
    Missing {
        /// What cannot be promised, and why.
        what: String,
        /// The command that mends it.
        mend: String,
    },
    /// It was not wished for.
    NotAsked,
}

impl Promise {
    /// True unless something that was asked for is missing.
    #[must_use]
    pub const fn is_missing(&self) -> bool {
        matches!(self, Self::Missing { .. })
    }
}

/// What the loop's thread got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promises {
    /// The class `SCHED_FIFO`.
    pub priority: Promise,
    /// Memory held in RAM.
    pub memory: Promise,
    /// A stack whose pages are there.
    pub stack: Promise,
    /// The processor.
    pub processor: Promise,
    /// Timers that are not put off to save power.
    pub timers: Promise,
}

impl Promises {
    /// The promises with their names.
    #[must_use]
    pub const fn named(&self) -> [(&'static str, &Promise); 5] {
        [
            ("scheduling", &self.priority),
            ("memory", &self.memory),
            ("stack", &self.stack),
            ("processor", &self.processor),
            ("timers", &self.timers),
        ]
    }

    /// True when priority and memory are as a real-time loop needs them.
    #[must_use]
    pub const fn is_real_time(&self) -> bool {
        matches!(self.priority, Promise::Kept { .. }) && matches!(self.memory, Promise::Kept { .. })
    }
}

/// Asks the kernel for what is wished, for the calling thread; memory is the whole process's.
#[must_use]
pub fn prepare_thread(wishes: &ThreadWishes) -> Promises {
    let memory = if wishes.lock_memory {
        lock_memory()
    } else {
        Promise::NotAsked
    };
    Promises {
        memory,
        stack: touch_stack(),
        processor: wishes.processor.map_or(Promise::NotAsked, stay_on),
        timers: exact_timers(),
        priority: wishes
            .priority
            .map_or(Promise::NotAsked, first_in_first_out),
    }
}

fn first_in_first_out(priority: u8) -> Promise {
    let permitted = getrlimit(Resource::Rtprio).current;
    let fallback = permitted
        .and_then(|most| u8::try_from(most).ok())
        .filter(|most| (1..priority).contains(most));
    let tries = [Some(priority), fallback];
    let mut refused = String::new();
    for priority in tries.into_iter().flatten() {
        match schedule_first_in_first_out(i32::from(priority)) {
            Ok(()) => {
                return Promise::Kept {
                    what: format!("SCHED_FIFO, priority {priority}"),
                };
            }
            Err(error) => refused = io::Error::from_raw_os_error(error).to_string(),
        }
    }
    Promise::Missing {
        what: format!(
            "other programs may hold the loop up for milliseconds: SCHED_FIFO, priority {priority}, was refused ({refused})"
        ),
        mend: format!(
            "echo \"$USER - rtprio {priority}\" | sudo tee /etc/security/limits.d/90-knead-rtprio.conf, then log in anew"
        ),
    }
}

/// Locks only where there is no bound to locked memory: under a bound, the lock of what is yet to come would make
/// a later allocation fail.
fn lock_memory() -> Promise {
    let bound = getrlimit(Resource::Memlock).current;
    let privileged =
        capabilities(None).is_ok_and(|held| held.effective.contains(CapabilitySet::IPC_LOCK));
    let refused = match bound {
        Some(bytes) if !privileged => format!("at most {} kB may be locked", bytes / 1024),
        Some(_) | None => match mlockall(MlockAllFlags::CURRENT | MlockAllFlags::FUTURE) {
            Ok(()) => {
                return Promise::Kept {
                    what: "all memory of the process is locked".to_owned(),
                };
            }
            Err(error) => error.to_string(),
        },
    };
    Promise::Missing {
        what: format!("a page of the process may have to be fetched from disk: memory is not locked ({refused})"),
        mend: "echo \"$USER - memlock unlimited\" | sudo tee /etc/security/limits.d/90-knead-memlock.conf, then log in anew"
            .to_owned(),
    }
}

fn stay_on(processor: usize) -> Promise {
    let mut set = CpuSet::new();
    let refused = if processor < CpuSet::MAX_CPU {
        set.set(processor);
        match sched_setaffinity(None, &set) {
            Ok(()) => {
                return Promise::Kept {
                    what: format!("stays on processor {processor}"),
                };
            }
            Err(error) => error.to_string(),
        }
    } else {
        format!("numbers end at {}", CpuSet::MAX_CPU - 1)
    };
    Promise::Missing {
        what: format!(
            "the loop may be moved between processors: processor {processor} was refused ({refused})"
        ),
        mend: "nproc --all shows how many there are; choose a number below that, or none"
            .to_owned(),
    }
}

fn exact_timers() -> Promise {
    match set_current_timer_slack(NonZeroU64::new(1)) {
        Ok(()) => Promise::Kept {
            what: "timers are not put off (slack 1 ns)".to_owned(),
        },
        Err(error) => Promise::Missing {
            what: format!("wake-ups may be put off by 50 us to save power: {error}"),
            mend: "a kernel that knows PR_SET_TIMERSLACK".to_owned(),
        },
    }
}

/// Touches the pages that the loop will use, so that it does not fault on them. Not inlined: the frame must lie
/// below the caller's and be given back.
#[inline(never)]
fn touch_stack() -> Promise {
    let mut frame = [0_u8; TOUCHED];
    for page in frame.chunks_mut(PAGE) {
        page[0] = 1;
    }
    std::hint::black_box(&mut frame);
    Promise::Kept {
        what: format!("{} kB of stack are in place", TOUCHED / 1024),
    }
}

/// The thread ended by a panic.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the real-time thread broke off: {what}")]
pub struct ThreadBroke {
    /// The panic's words.
    pub what: String,
}

/// A running real-time thread.
#[derive(Debug)]
pub struct RealTimeThread<'scope, T> {
    handle: ScopedJoinHandle<'scope, T>,
    promises: Promises,
}

impl<T> RealTimeThread<'_, T> {
    /// What the thread got of what was wished for it.
    #[must_use]
    pub const fn promises(&self) -> &Promises {
        &self.promises
    }

    /// True when it has ended.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.handle.is_finished()
    }

    /// Waits for the thread's end.
    ///
    /// # Errors
    /// [`ThreadBroke`] when a panic ended it.
    pub fn join(self) -> Result<T, ThreadBroke> {
        self.handle.join().map_err(|panic| ThreadBroke {
            what: panic_words(panic.as_ref()),
        })
    }
}

/// Starts `body` on a thread of its own, set up as wished before `body` begins. Returns when the set-up is done,
/// so that what is missing can be told before an arm moves.
///
/// # Errors
/// The system's refusal of a thread.
pub fn start_real_time_thread<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    wishes: ThreadWishes,
    body: impl FnOnce(&Promises) -> T + Send + 'scope,
) -> io::Result<RealTimeThread<'scope, T>> {
    let (tell, told) = sync_channel(1);
    let handle = Builder::new()
        .name("knead-loop".to_owned())
        .stack_size(STACK)
        .spawn_scoped(scope, move || {
            let promises = prepare_thread(&wishes);
            // The receiver is gone only when the caller is.
            let _ = tell.send(promises.clone());
            body(&promises)
        })?;
    let promises = told.recv().map_err(io::Error::other)?;
    Ok(RealTimeThread { handle, promises })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_wishes_nothing_is_promised_and_without_rights_the_thread_runs_all_the_same() {
        let none = ThreadWishes {
            priority: None,
            lock_memory: false,
            processor: None,
        };
        let mut touched = 0;
        std::thread::scope(|scope| {
            let thread = start_real_time_thread(scope, none, |promises| {
                touched += 1;
                promises.is_real_time()
            })
            .unwrap();
            assert_eq!(thread.promises().priority, Promise::NotAsked);
            assert_eq!(thread.promises().memory, Promise::NotAsked);
            assert!(!thread.join().unwrap());
        });
        assert_eq!(touched, 1);
    }

    #[test]
    fn what_is_refused_comes_with_a_command_that_mends_it() {
        let wishes = ThreadWishes {
            priority: Some(10),
            lock_memory: false,
            processor: Some(CpuSet::MAX_CPU),
        };
        std::thread::scope(|scope| {
            let thread = start_real_time_thread(scope, wishes, |_| ()).unwrap();
            let promises = thread.promises().clone();
            thread.join().unwrap();
            assert!(promises.processor.is_missing());
            for (name, promise) in promises.named() {
                if let Promise::Missing { what, mend } = promise {
                    assert!(!what.is_empty() && !mend.is_empty(), "{name}");
                }
            }
        });
    }

    #[test]
    fn a_panic_ends_at_the_boundary_of_the_thread_with_its_words() {
        let none = ThreadWishes {
            priority: None,
            lock_memory: false,
            processor: None,
        };
        let broke = std::thread::scope(|scope| {
            start_real_time_thread(scope, none, |_| -> u8 { panic!("cycle {}", 7) })
                .unwrap()
                .join()
        });
        assert_eq!(broke.unwrap_err().what, "cycle 7");
    }
}
