//! What the arm's clock says in terms of ours.
//!
//! A time request is stamped on sending (`t1`, ours) and on arrival (`t2`, the arm's), its reply on sending
//! (`t3`, the arm's) and on arrival (`t4`, ours). Then the arm's clock is ahead by `((t2 - t1) + (t3 - t4)) / 2`,
//! give or take half the round trip `(t4 - t1) - (t3 - t2)` (Mills, RFC 5905, section 8). Of many exchanges the one
//! with the least round trip is believed most: what a busy line or a late thread adds is never negative. A fit
//! is given up for a newer one bit by bit, so that clocks of which one is faster stay together. What is in use goes
//! from the old fit to the new one by a slope, never by a step: speeds are differences of stamps, and a step of
//! 0.6 ms in 4 ms would be a seventh of the speed, an acceleration that nothing had, and a force that nobody felt.

use quantities::{Duration, Instant};

/// One exchange of stamps (ns).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// Sent, our clock.
    pub t1: u64,
    /// Arrived, the arm's clock.
    pub t2: u64,
    /// Answered, the arm's clock.
    pub t3: u64,
    /// Back, our clock.
    pub t4: u64,
}

/// Two clocks of crystals drift apart by less than this share. Chosen: twice what cheap ones do.
const DRIFT: f64 = 2e-4;
/// The clock in use goes toward the fit by this share of the time that passes. Chosen: more than clocks drift
/// apart, less than any difference notices.
const SLEW: f64 = 5e-4;

/// The fit and how good it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClockFit {
    /// Arm's clock less ours (ns), as measured.
    offset: i128,
    /// What was in use when `offset` was measured (ns): from here the clock in use slopes toward it.
    from: i128,
    /// Round trip of the exchange that it rests on (ns).
    round_trip: u64,
    /// When that was, our clock (ns).
    at: u64,
}

impl ClockFit {
    /// The fit after a first exchange; `None` when the stamps contradict each other.
    #[must_use]
    pub fn first(exchange: &Exchange) -> Option<Self> {
        let (offset, round_trip) = measured(exchange)?;
        Some(Self {
            offset,
            from: offset,
            round_trip,
            at: exchange.t4,
        })
    }

    /// Takes in a further exchange: kept when it is better than what is left of the old one.
    pub fn update(&mut self, exchange: &Exchange) {
        let Some((offset, round_trip)) = measured(exchange) else {
            return;
        };
        let age = exchange.t4.saturating_sub(self.at);
        let grown = self.round_trip + (2.0 * DRIFT * age as f64) as u64;
        if round_trip <= grown {
            *self = Self {
                offset,
                from: self.in_use(i128::from(exchange.t4)),
                round_trip,
                at: exchange.t4,
            };
        }
    }

    /// Puts the best fit so far in use at once: before a session, when no stamps have been differenced yet.
    pub const fn settle(&mut self) {
        self.from = self.offset;
    }

    /// Arm's clock less ours (ns) in use at a moment of ours (ns).
    fn in_use(&self, ours: i128) -> i128 {
        let passed = (ours - i128::from(self.at)).max(0);
        let most = (passed as f64 * SLEW) as i128;
        self.from + (self.offset - self.from).clamp(-most, most)
    }

    /// A moment of the arm's clock (ns) in ours; before our origin counts as the origin.
    #[must_use]
    pub fn ours(&self, theirs: u64) -> Instant {
        let ns = (i128::from(theirs) - self.in_use(i128::from(theirs) - self.from))
            .clamp(0, i128::from(u64::MAX));
        Instant::from_nanos(u64::try_from(ns).unwrap_or(u64::MAX))
    }

    /// A moment of our clock in the arm's (ns).
    #[must_use]
    pub fn theirs(&self, ours: Instant) -> u64 {
        let ns = (i128::from(ours.nanos()) + self.in_use(i128::from(ours.nanos())))
            .clamp(0, i128::from(u64::MAX));
        u64::try_from(ns).unwrap_or(u64::MAX)
    }

    /// Least round trip that the fit rests on; half of it bounds the fit's error.
    #[must_use]
    pub const fn round_trip(&self) -> Duration {
        Duration::from_nanos(self.round_trip)
    }
}

fn measured(exchange: &Exchange) -> Option<(i128, u64)> {
    let Exchange { t1, t2, t3, t4 } = *exchange;
    let round_trip = t4.checked_sub(t1)?.checked_sub(t3.checked_sub(t2)?)?;
    let (t1, t2, t3, t4) = (
        i128::from(t1),
        i128::from(t2),
        i128::from(t3),
        i128::from(t4),
    );
    Some((((t2 - t1) + (t3 - t4)) / 2, round_trip))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Clocks that differ by `ahead`, ways that take so long.
    fn exchange(t1: u64, there: u64, back: u64, ahead: u64) -> Exchange {
        let t2 = t1 + there + ahead;
        let t3 = t2 + 10_000;
        Exchange {
            t1,
            t2,
            t3,
            t4: t3 - ahead + back,
        }
    }

    #[test]
    fn equal_ways_give_the_exact_difference() {
        let fit = ClockFit::first(&exchange(5_000, 700_000, 700_000, 123_456_789)).expect("a fit");
        assert_eq!(fit.theirs(Instant::from_nanos(1_000)), 123_457_789);
        assert_eq!(fit.ours(123_457_789), Instant::from_nanos(1_000));
    }

    #[test]
    fn unequal_ways_err_by_less_than_half_the_round_trip() {
        for (there, back) in [(100_000, 900_000), (900_000, 100_000), (0, 40_000)] {
            let fit = ClockFit::first(&exchange(0, there, back, 77_000_000)).expect("a fit");
            let error = (fit.theirs(Instant::from_nanos(0)) as f64 - 77_000_000.0).abs();
            assert!(error <= (there + back) as f64 / 2.0);
        }
    }

    #[test]
    fn a_slow_exchange_does_not_spoil_a_good_fit_and_drift_is_followed() {
        let mut fit = ClockFit::first(&exchange(0, 100_000, 100_000, 1_000_000)).expect("a fit");
        fit.update(&exchange(1_000_000, 5_000_000, 100_000, 1_000_000));
        assert_eq!(fit.theirs(Instant::from_nanos(0)), 1_000_000);
        // The arm's clock runs 50 ppm fast for an hour, an exchange every 100 ms.
        let mut worst: f64 = 0.0;
        for i in 0..36_000_u64 {
            let t1 = i * 100_000_000;
            let ahead = 1_000_000 + t1 / 20_000;
            let late = if i % 7 == 0 { 0 } else { 300_000 };
            fit.update(&exchange(t1, 100_000 + late, 100_000, ahead));
            let error = fit.theirs(Instant::from_nanos(t1)) as f64 - (t1 + ahead) as f64;
            worst = worst.max(error.abs());
        }
        assert!(worst < 150_000.0, "{worst} ns");
    }

    #[test]
    fn a_better_exchange_bends_the_clock_and_never_steps_it() {
        // The first fit errs by 0.65 ms, the second by nothing.
        let mut fit = ClockFit::first(&exchange(0, 1_400_000, 100_000, 0)).expect("a fit");
        let at = |fit: &ClockFit, ms: u64| fit.ours(ms * 1_000_000).nanos() as f64;
        let before = at(&fit, 100);
        fit.update(&exchange(99_700_000, 100_000, 100_000, 0));
        let (mut last, mut worst) = (before, 0.0_f64);
        for ms in 101..3000 {
            let now = at(&fit, ms);
            worst = worst.max(((now - last) * 1e-6 - 1.0).abs());
            last = now;
        }
        assert!(worst < 6e-4, "{worst}");
        assert!((last - 2999e6).abs() < 1e3, "{last}");
    }

    #[test]
    fn before_a_session_the_best_of_many_exchanges_counts_at_once() {
        let mut fit = ClockFit::first(&exchange(0, 9_000_000, 100_000, 0)).expect("a fit");
        for k in 1..32 {
            fit.update(&exchange(k * 3_000_000, 100_000, 100_000, 0));
        }
        assert!((fit.ours(100_000_000).nanos() as f64 - 1e8).abs() > 1e6);
        fit.settle();
        assert_eq!(fit.ours(100_000_000), Instant::from_nanos(100_000_000));
    }

    #[test]
    fn stamps_that_contradict_each_other_are_not_taken() {
        let bad = Exchange {
            t1: 10,
            t2: 5,
            t3: 4,
            t4: 20,
        };
        assert_eq!(ClockFit::first(&bad), None);
    }
}
