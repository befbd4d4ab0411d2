//! The machine's own floor: a loop that does nothing but sleep until each point of a grid.
//!
//! What is late here is late for every loop on this machine; a control loop can only be later.

use quantities::{Duration, Instant};

use crate::monotonic::{ClockFault, Waits};
use crate::statistics::Spread;

/// Sleeps until each point of a grid of `period` for `lasting`, on the calling thread, and notes into `lateness`
/// how long after each point the thread ran. Points that passed meanwhile are left out. Returns how many were.
///
/// # Errors
/// [`ClockFault`] when the kernel does not let the thread wait.
pub fn measure_bare_loop(
    clock: &impl Waits,
    period: Duration,
    lasting: Duration,
    lateness: &mut Spread,
) -> Result<u64, ClockFault> {
    let period = Duration::from_nanos(period.nanos().max(1));
    let end = clock.now() + lasting;
    let mut point = clock.now() + period;
    let mut left_out = 0;
    while point <= end {
        clock.sleep_until(point)?;
        let late = clock.now().since(point).unwrap_or_default();
        lateness.note(late);
        let passed = late.nanos() / period.nanos();
        left_out += passed;
        point = Instant::from_nanos(point.nanos() + (passed + 1) * period.nanos());
    }
    Ok(left_out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Faults;
    use std::cell::Cell;
    use std::os::fd::BorrowedFd;

    /// Wakes 30 us late, and 3.2 ms late at the tenth sleep.
    struct Sleepy {
        now: Cell<u64>,
        sleeps: Cell<u64>,
    }

    impl Waits for Sleepy {
        fn now(&self) -> Instant {
            Instant::from_nanos(self.now.get())
        }
        fn sleep_until(&self, moment: Instant) -> Result<(), ClockFault> {
            self.sleeps.set(self.sleeps.get() + 1);
            let late = if self.sleeps.get() == 10 {
                3_200_000
            } else {
                30_000
            };
            self.now.set(moment.nanos() + late);
            Ok(())
        }
        fn wait_readable(&self, _: BorrowedFd<'_>, at: Instant) -> Result<bool, ClockFault> {
            self.sleep_until(at).map(|()| false)
        }
        fn faults(&self) -> Faults {
            Faults::default()
        }
    }

    #[test]
    fn every_point_is_either_slept_until_or_left_out() {
        let clock = Sleepy {
            now: Cell::new(0),
            sleeps: Cell::new(0),
        };
        let mut lateness = Spread::new().unwrap();
        let (ms, second) = (Duration::from_millis(1), Duration::from_millis(1000));
        let left_out = measure_bare_loop(&clock, ms, second, &mut lateness).unwrap();
        assert_eq!((left_out, lateness.count()), (3, 997));
        let figures = lateness.figures();
        assert_eq!(figures.most.nanos() / 100_000, 32);
        assert_eq!(figures.median.nanos() / 1000, 30);
    }
}
