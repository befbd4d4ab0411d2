//! The two questions to the kernel for which there is no safe wrapper: a thread's scheduling class and its
//! page faults. All `unsafe` of the real-time loop is in this file.
#![allow(unsafe_code)]

/// Page faults of a thread since it began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// Served from memory: about a microsecond each.
    pub minor: u64,
    /// Served from a disk: milliseconds each.
    pub major: u64,
}

impl Faults {
    /// What came since `earlier`.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Self {
        Self {
            minor: self.minor.saturating_sub(earlier.minor),
            major: self.major.saturating_sub(earlier.major),
        }
    }
}

/// Puts the calling thread into the class `SCHED_FIFO`, from which only a higher priority takes the processor.
///
/// # Errors
/// The kernel's error number, `EPERM` when the priority is not permitted.
pub(crate) fn schedule_first_in_first_out(priority: i32) -> Result<(), i32> {
    // SAFETY: `sched_param` is plain numbers, for which zero is a value.
    let mut wish: libc::sched_param = unsafe { core::mem::zeroed() };
    wish.sched_priority = priority;
    // SAFETY: the handle is the calling thread's own, and `wish` outlives the call.
    match unsafe {
        libc::pthread_setschedparam(libc::pthread_self(), libc::SCHED_FIFO, &raw const wish)
    } {
        0 => Ok(()),
        error => Err(error),
    }
}

/// Page faults of the calling thread; zeros when the kernel does not tell.
pub(crate) fn page_faults() -> Faults {
    // SAFETY: `rusage` is plain numbers, for which zero is a value.
    let mut usage: libc::rusage = unsafe { core::mem::zeroed() };
    // SAFETY: the call writes into `usage`, which outlives it.
    if unsafe { libc::getrusage(libc::RUSAGE_THREAD, &raw mut usage) } != 0 {
        return Faults::default();
    }
    Faults {
        minor: u64::try_from(usage.ru_minflt).unwrap_or(0),
        major: u64::try_from(usage.ru_majflt).unwrap_or(0),
    }
}
