//! Time, for whoever connects: this crate reads no clock.

use std::os::fd::BorrowedFd;

use quantities::Instant;

/// Time, and waiting, for whoever connects: the runner's clock.
pub trait Waiting {
    /// Now, since the session's origin.
    fn now(&self) -> Instant;
    /// Waits until bytes are there, at the latest until `deadline`.
    fn wait(&self, fd: BorrowedFd<'_>, deadline: Instant);
}
