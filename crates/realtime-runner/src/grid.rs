//! When a cycle may begin, and when it must.
//!
//! ```text
//!   began            earliest                 period      deadline
//!     ├─────────────────┼───────────────────────┼────────────┤
//!     │   no look: 0.4  │  look; a state begins the cycle    │ begin without a state
//! ```
//!
//! While states come, they set the pace: the deadline stands one period and the slack after the last
//! beginning. While they do not, deadlines stand on a grid of whole periods, so that lateness does not add up.
//! A loop that was held up does not catch up: grid points that have passed are left out.

use quantities::{Duration, Instant};

/// Longest wait for a state beyond its period (ns).
const MOST_SLACK_NS: u64 = 1_000_000;

/// Pace and bounds of the loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunSettings {
    /// The control period, at which states are due.
    pub period: Duration,
    /// How long after a period a state is waited for before the cycle goes on without.
    pub slack: Duration,
    /// How late after its deadline a cycle may begin before that is an overrun.
    pub tolerance: Duration,
    /// Looks at the arm between two cycles, after which bytes no longer wake the loop.
    pub looks_per_cycle: u32,
    /// How long the first state is waited for.
    pub first_state_within: Duration,
}

impl RunSettings {
    /// For a control rate in Hz (0 counts as 1). Chosen: half a period of slack, 1 ms at the
    /// most (a monitor takes a sample that is 5 ms late for a stall), a fifth of tolerance,
    /// 64 looks (a state of 160 bytes may come in as many as 20 portions of 8 bytes), 1 s for the first state.
    #[must_use]
    pub fn at_rate(rate_hz: u32) -> Self {
        let period = 1_000_000_000 / u64::from(rate_hz.max(1));
        Self {
            period: Duration::from_nanos(period),
            slack: Duration::from_nanos((period / 2).min(MOST_SLACK_NS)),
            tolerance: Duration::from_nanos(period / 5),
            looks_per_cycle: 64,
            first_state_within: Duration::from_millis(1000),
        }
    }

    /// The least time between the beginnings of two cycles: 0.4 period.
    #[must_use]
    pub const fn least_spacing(&self) -> Duration {
        Duration::from_nanos(self.period.nanos() / 5 * 2)
    }
}

/// What began a cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Began {
    /// A state of an arm that wakes the loop.
    ByState,
    /// The deadline.
    ByDeadline,
}

/// The moments between which the next cycle begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grid {
    settings: RunSettings,
    earliest: Instant,
    deadline: Instant,
    /// Where the loop would stand had it run at the greatest steady rate all along.
    steady: Instant,
}

impl Grid {
    /// The first cycle may begin at `start`, and must one period later.
    pub(crate) fn new(settings: RunSettings, start: Instant) -> Self {
        Self {
            settings,
            earliest: start,
            deadline: start + settings.period,
            steady: start,
        }
    }

    pub(crate) const fn earliest(&self) -> Instant {
        self.earliest
    }

    pub(crate) const fn deadline(&self) -> Instant {
        self.deadline
    }

    /// A cycle began at `now`: where the next one stands.
    ///
    /// A peer whose clock runs up to 5 % fast is followed; two states on each other's heels are two cycles;
    /// but whatever the peer sends, cycles do not come faster than that for longer than two of them (chosen).
    pub(crate) fn began(&mut self, now: Instant, by: Began) {
        let period = self.settings.period.nanos().max(1);
        self.steady = self.steady.max(now) + Duration::from_nanos(period / 20 * 19);
        let held_back = Instant::from_nanos(self.steady.nanos().saturating_sub(2 * period));
        self.earliest = (now + self.settings.least_spacing()).max(held_back);
        self.deadline = match by {
            Began::ByState => now + self.settings.period + self.settings.slack,
            Began::ByDeadline => {
                let next = self.deadline + self.settings.period;
                let behind = self.earliest.since(next).unwrap_or_default().nanos();
                next + Duration::from_nanos(behind.div_ceil(period) * period)
            }
        }
        .max(self.earliest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn us(us: u64) -> Instant {
        Instant::from_nanos(us * 1000)
    }

    #[test]
    fn deadlines_of_a_silent_link_stand_on_whole_periods_whatever_the_lateness() {
        let mut grid = Grid::new(RunSettings::at_rate(1000), us(0));
        for cycle in 1..200 {
            assert_eq!(grid.deadline(), us(1000 * cycle));
            grid.began(us(1000 * cycle + cycle * 37 % 300), Began::ByDeadline);
        }
    }

    #[test]
    fn a_held_up_loop_leaves_out_what_has_passed_and_keeps_the_grid() {
        let mut grid = Grid::new(RunSettings::at_rate(1000), us(0));
        grid.began(us(1000), Began::ByDeadline);
        grid.began(us(51_300), Began::ByDeadline);
        assert_eq!(grid.deadline(), us(52_000));
        // 0.4 period are left between cycles, so the point 100 us away is left out too.
        grid.began(us(60_900), Began::ByDeadline);
        assert_eq!(grid.deadline(), us(62_000));
    }

    proptest! {
        #[test]
        fn a_peer_that_sends_at_will_raises_the_rate_by_a_twentieth_at_most(
            gaps in prop::collection::vec(0_u64..3000, 1..400)
        ) {
            let settings = RunSettings::at_rate(1000);
            let mut grid = Grid::new(settings, us(0));
            let (mut now, mut cycles) = (us(0), 0_u64);
            for gap in gaps {
                let last = now;
                now = (now + Duration::from_micros(gap)).max(grid.earliest()).min(grid.deadline().max(now));
                prop_assert!(grid.earliest() <= grid.deadline());
                if cycles > 0 {
                    prop_assert!(now.since(last).unwrap() >= settings.least_spacing());
                }
                grid.began(now, Began::ByState);
                cycles += 1;
                prop_assert!(cycles <= now.nanos() / 950_000 + 4, "{cycles} cycles by {now:?}");
            }
        }
    }
}
