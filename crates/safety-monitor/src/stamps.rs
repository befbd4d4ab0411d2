//! Sequence, clock, ages and overruns: does the loop itself live?

use quantities::{Duration, Instant};
use signals::{CycleTiming, Sensed};

/// Cycles that the overrun share looks back; one second at 1 kHz.
const WINDOW: usize = 1024;
const WORDS: usize = WINDOW / 64;

/// What the stamps of one cycle say.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stamp {
    pub in_sequence: bool,
    pub clock_advanced: bool,
    pub gap: f64,
    pub unexplained_gap: f64,
    pub overruns: f64,
}

/// Late cycles of the last second, one bit each.
#[derive(Clone, Copy, Debug)]
struct Late {
    bits: [u64; WORDS],
    next: usize,
    length: usize,
    count: u32,
}

impl Late {
    fn push(&mut self, late: bool) -> f64 {
        let (word, bit) = (self.next / 64, 1_u64 << (self.next % 64));
        if let Some(word) = self.bits.get_mut(word) {
            self.count -= u32::from(*word & bit != 0);
            *word = if late { *word | bit } else { *word & !bit };
            self.count += u32::from(late);
        }
        self.next = (self.next + 1) % self.length;
        f64::from(self.count) / self.length as f64
    }
}

/// Remembers the last stamps.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stamps {
    period: Duration,
    last: Option<(Instant, u64)>,
    late: Late,
}

impl Stamps {
    pub fn new(period: Duration) -> Self {
        let cycles = 1.0 / period.seconds().get().max(1e-4);
        let length = (cycles as usize).clamp(1, WINDOW);
        Self {
            period,
            last: None,
            late: Late {
                bits: [0; WORDS],
                next: 0,
                length,
                count: 0,
            },
        }
    }

    pub fn look<const D: usize>(&mut self, sensed: &Sensed<D>) -> Stamp {
        let overruns = self.late.push(self.is_late(sensed.timing));
        let stamp = match self.last {
            None => Stamp {
                in_sequence: true,
                clock_advanced: true,
                gap: 0.0,
                unexplained_gap: 0.0,
                overruns,
            },
            Some((at, sequence)) => {
                let span = sensed.at.since(at).filter(|span| *span > Duration::ZERO);
                let gap = span.unwrap_or(Duration::ZERO);
                let explained = self.period + sensed.timing.late_by + sensed.timing.computed_in;
                Stamp {
                    in_sequence: sequence.checked_add(1) == Some(sensed.sequence),
                    clock_advanced: span.is_some(),
                    gap: gap.seconds().get(),
                    unexplained_gap: (gap - explained).seconds().get(),
                    overruns,
                }
            }
        };
        self.last = Some((sensed.at, sensed.sequence));
        stamp
    }

    fn is_late(&self, timing: CycleTiming) -> bool {
        timing.computed_in > self.period || timing.late_by > self.period
    }
}

/// Age of the newest usable sample of one kind. Counts cycles beside stamps, so that a clock that
/// stands still or steps back cannot make a sample young.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Age {
    stamp: Option<Instant>,
    cycles: u32,
}

impl Age {
    pub const NEVER_SEEN: Self = Self {
        stamp: None,
        cycles: 0,
    };

    /// Takes note of this cycle's sample, if it is usable, and tells the age of the newest one (s).
    pub fn look(&mut self, now: Instant, usable: Option<Instant>, period: Duration) -> f64 {
        let newer = usable.filter(|at| self.stamp.is_none_or(|last| *at > last));
        match newer {
            Some(at) => (self.stamp, self.cycles) = (Some(at), 0),
            None => self.cycles = self.cycles.saturating_add(1),
        }
        let counted = f64::from(self.cycles) * period.seconds().get();
        let stamped = self
            .stamp
            .and_then(|at| now.since(at))
            .map_or(0.0, |age| age.seconds().get());
        stamped.max(counted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_stands_still_does_not_keep_a_sample_young() {
        let (mut age, at) = (Age::NEVER_SEEN, Instant::from_nanos(5));
        let period = Duration::from_millis(1);
        assert!(age.look(at, Some(at), period) < 1e-12);
        for _ in 0..10 {
            age.look(at, Some(at), period);
        }
        assert!((age.look(at, None, period) - 0.011).abs() < 1e-12);
    }

    #[test]
    fn overruns_are_forgotten_after_a_second() {
        let mut late = Stamps::new(Duration::from_millis(1)).late;
        for _ in 0..100 {
            late.push(true);
        }
        assert!((late.push(false) - 0.1).abs() < 1e-12);
        for _ in 0..1000 {
            late.push(false);
        }
        assert!(late.push(false).abs() < 1e-12);
    }
}
