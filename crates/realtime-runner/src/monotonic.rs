//! The clock of the real-time loop: it never steps, and sleeps are told by the moment at which they end.
//!
//! A loop that sleeps *for* a time drifts by what it computes in between; one that sleeps *until* a moment
//! does not.

use std::os::fd::BorrowedFd;

use quantities::Instant;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::thread::clock_nanosleep_absolute;
use rustix::time::{ClockId, clock_gettime};

use crate::kernel::{Faults, page_faults};

const NANOS_PER_SECOND: u64 = 1_000_000_000;

/// The kernel refused to wait: nothing can be paced any more.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the kernel refused to {doing}: {what}")]
pub struct ClockFault {
    /// What was asked.
    pub doing: &'static str,
    /// The kernel's words.
    pub what: String,
}

/// Time, and waiting for it. The loop is written against this, so that tests turn it in a time of their own.
pub trait Waits {
    /// The moment, since the session's start.
    fn now(&self) -> Instant;

    /// Sleeps until a moment; returns at once when it has passed.
    ///
    /// # Errors
    /// [`ClockFault`] when the kernel does not let the thread wait.
    fn sleep_until(&self, moment: Instant) -> Result<(), ClockFault>;

    /// Waits until something can be read, `deadline` at the latest. True when something can be read, or
    /// the other end hung up, which the next read tells.
    ///
    /// # Errors
    /// [`ClockFault`] when the kernel does not let the thread wait.
    fn wait_readable(&self, fd: BorrowedFd<'_>, deadline: Instant) -> Result<bool, ClockFault>;

    /// Page faults of the calling thread so far.
    fn faults(&self) -> Faults;
}

/// `CLOCK_MONOTONIC`, counted from the moment at which this was made. Copies share the origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonotonicClock {
    origin_ns: u64,
}

impl MonotonicClock {
    /// A clock that shows zero now.
    #[must_use]
    pub fn start() -> Self {
        Self {
            origin_ns: kernel_ns(),
        }
    }

    /// The moment, since the start.
    #[must_use]
    pub fn now(&self) -> Instant {
        Instant::from_nanos(kernel_ns().saturating_sub(self.origin_ns))
    }

    fn kernel_moment(&self, moment: Instant) -> Timespec {
        timespec(self.origin_ns.saturating_add(moment.nanos()))
    }
}

impl Waits for MonotonicClock {
    fn now(&self) -> Instant {
        Self::now(self)
    }

    fn sleep_until(&self, moment: Instant) -> Result<(), ClockFault> {
        let until = self.kernel_moment(moment);
        loop {
            match clock_nanosleep_absolute(ClockId::Monotonic, &until) {
                Ok(()) => return Ok(()),
                Err(Errno::INTR) => {} // a signal's handler ran; the moment is absolute, so ask again
                Err(error) => return Err(fault("sleep until a moment", error)),
            }
        }
    }

    fn wait_readable(&self, fd: BorrowedFd<'_>, deadline: Instant) -> Result<bool, ClockFault> {
        loop {
            let left = deadline.since(Self::now(self)).unwrap_or_default();
            let mut fds = [PollFd::from_borrowed_fd(fd, PollFlags::IN)];
            match poll(&mut fds, Some(&timespec(left.nanos()))) {
                Ok(ready) => return Ok(ready > 0),
                Err(Errno::INTR) => {}
                Err(error) => return Err(fault("wait for bytes", error)),
            }
        }
    }

    fn faults(&self) -> Faults {
        page_faults()
    }
}

fn kernel_ns() -> u64 {
    let now = clock_gettime(ClockId::Monotonic);
    // The kernel counts from its start: never negative.
    let seconds = u64::try_from(now.tv_sec).unwrap_or(0);
    let nanos = u64::try_from(now.tv_nsec).unwrap_or(0);
    seconds
        .saturating_mul(NANOS_PER_SECOND)
        .saturating_add(nanos)
}

fn timespec(nanos: u64) -> Timespec {
    // Below 10^9, and below 2^64 / 10^9 < 2^35: both fit.
    Timespec {
        tv_sec: i64::try_from(nanos / NANOS_PER_SECOND).unwrap_or(i64::MAX),
        tv_nsec: i64::try_from(nanos % NANOS_PER_SECOND).unwrap_or(0),
    }
}

/// Allocates: a loop that cannot wait has ended.
fn fault(doing: &'static str, error: Errno) -> ClockFault {
    ClockFault {
        doing,
        what: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quantities::Duration;
    use std::io::Write as _;
    use std::os::fd::AsFd as _;
    use std::os::unix::net::UnixStream;

    #[test]
    fn a_sleep_never_ends_before_its_moment_and_a_moment_that_passed_costs_nothing() {
        let clock = MonotonicClock::start();
        let moment = clock.now() + Duration::from_millis(2);
        clock.sleep_until(moment).unwrap();
        assert!(clock.now() >= moment);
        clock.sleep_until(Instant::START).unwrap();
    }

    #[test]
    fn bytes_wake_the_reader_and_silence_lasts_to_the_deadline() {
        let clock = MonotonicClock::start();
        let (mut near, far) = UnixStream::pair().unwrap();
        let deadline = clock.now() + Duration::from_millis(2);
        assert!(!clock.wait_readable(far.as_fd(), deadline).unwrap());
        assert!(clock.now() >= deadline);

        near.write_all(b"x").unwrap();
        let far_off = clock.now() + Duration::from_millis(3_600_000);
        assert!(clock.wait_readable(far.as_fd(), far_off).unwrap());
    }

    #[test]
    fn a_peer_that_hung_up_wakes_the_reader() {
        let clock = MonotonicClock::start();
        let (near, far) = UnixStream::pair().unwrap();
        drop(near);
        let far_off = clock.now() + Duration::from_millis(3_600_000);
        assert!(clock.wait_readable(far.as_fd(), far_off).unwrap());
    }
}
