//! How the loop kept its time, always counted: distributions, and the overruns with their blame.
//!
//! All memory is taken when the statistics are made; noting allocates nothing.

use hdrhistogram::Histogram;
use quantities::{Duration, Instant};

use crate::kernel::Faults;

/// The longest time that a distribution tells apart from longer ones: 10 s.
const LONGEST_NS: u64 = 10_000_000_000;
/// Decimal digits that a distribution keeps: times are told to 1 %.
const DIGITS: u8 = 2;
/// How many of the worst overruns are kept (chosen).
const WORST_KEPT: usize = 16;

/// The statistics could not be set up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no distribution of times up to 10 s: {0}")]
pub struct StatisticsFault(String);

/// A distribution of times, told to 1 %, in memory of fixed size.
#[derive(Clone, Debug)]
pub struct Spread(Histogram<u64>);

/// A bar of a histogram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    /// Times above this.
    pub above: Duration,
    /// Times up to and with this.
    pub up_to: Duration,
    /// How many there were.
    pub count: u64,
}

/// A distribution in a few figures.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SpreadFigures {
    /// How many times were noted.
    pub count: u64,
    /// The least.
    pub least: Duration,
    /// The mean.
    pub mean: Duration,
    /// Half of them are no longer.
    pub median: Duration,
    /// 99 of 100 are no longer.
    pub p99: Duration,
    /// 999 of 1000 are no longer.
    pub p999: Duration,
    /// 9999 of 10 000 are no longer.
    pub p9999: Duration,
    /// The most.
    pub most: Duration,
}

impl Spread {
    /// An empty distribution.
    ///
    /// # Errors
    /// [`StatisticsFault`] when the bounds are refused.
    pub fn new() -> Result<Self, StatisticsFault> {
        Histogram::new_with_bounds(1, LONGEST_NS, DIGITS)
            .map(Self)
            .map_err(|e| StatisticsFault(e.to_string()))
    }

    /// Notes a time; more than 10 s counts as 10 s. Allocates nothing.
    pub fn note(&mut self, time: Duration) {
        self.0.saturating_record(time.nanos());
    }

    /// How many times were noted.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.len()
    }

    /// The time that a share of them (0 to 1) does not exceed.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Duration {
        Duration::from_nanos(self.0.value_at_quantile(share))
    }

    /// The figures; all zero when nothing was noted.
    #[must_use]
    pub fn figures(&self) -> SpreadFigures {
        if self.0.is_empty() {
            return SpreadFigures::default();
        }
        SpreadFigures {
            count: self.0.len(),
            least: Duration::from_nanos(self.0.min()),
            mean: Duration::from_nanos(self.0.mean() as u64),
            median: self.quantile(0.5),
            p99: self.quantile(0.99),
            p999: self.quantile(0.999),
            p9999: self.quantile(0.9999),
            most: Duration::from_nanos(self.0.max()),
        }
    }

    /// Bars at 1, 2, 5, 10, 20 ... from 1 us, from the first that holds something to the last. The first bar
    /// begins below zero's time, so that every time is in one bar.
    #[must_use]
    pub fn bars(&self) -> Vec<Bar> {
        let mut bars = Vec::new();
        let (mut above, mut decade) = (0, 1000);
        'bars: while decade <= LONGEST_NS {
            for step in [1, 2, 5] {
                let up_to = decade * step;
                let from = if above == 0 { 0 } else { above + 1 };
                bars.push(Bar {
                    above: Duration::from_nanos(above),
                    up_to: Duration::from_nanos(up_to),
                    count: self.counted(from, up_to),
                });
                above = up_to;
                if up_to >= LONGEST_NS {
                    break 'bars;
                }
            }
            decade *= 10;
        }
        let holds = |bar: &Bar| bar.count > 0;
        let first = bars.iter().position(holds).unwrap_or(bars.len());
        let end = bars.iter().rposition(holds).map_or(first, |last| last + 1);
        bars.drain(first..end).collect()
    }

    /// Each recorded value is told by the least time that falls into its bucket, so that no bucket is
    /// counted twice.
    fn counted(&self, from: u64, up_to: u64) -> u64 {
        self.0
            .iter_recorded()
            .filter(|v| {
                let least = self.0.lowest_equivalent(v.value_iterated_to());
                (from..=up_to).contains(&least)
            })
            .map(|v| v.count_at_value())
            .sum()
    }
}

/// The stages of a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Reading the link and putting the sample together.
    Read,
    /// The control cycle.
    Step,
    /// Writing to the link.
    Write,
    /// Whoever accompanies the session.
    Session,
}

impl Stage {
    /// All of them, in the order of a turn.
    pub const ALL: [Self; 4] = [Self::Read, Self::Step, Self::Write, Self::Session];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Step => "step",
            Self::Write => "write",
            Self::Session => "session",
        }
    }
}

/// Why a cycle overran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blame {
    /// Memory had to be fetched: the thread's page faults account for the delay.
    PageFault,
    /// The kernel woke the thread after its deadline although it was ready before.
    LateWakeUp,
    /// The deadline came and no state had.
    SlowLink,
    /// The turn before took until after the deadline, most of it in this stage.
    SlowStage(Stage),
}

impl Blame {
    /// The words for it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::PageFault => "page fault",
            Self::LateWakeUp => "late wake-up",
            Self::SlowLink => "no state by the deadline",
            Self::SlowStage(Stage::Read) => "slow read",
            Self::SlowStage(Stage::Step) => "slow step",
            Self::SlowStage(Stage::Write) => "slow write",
            Self::SlowStage(Stage::Session) => "slow session",
        }
    }
}

/// A cycle that did not begin with a fresh state in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overrun {
    /// When it began.
    pub at: Instant,
    /// Its number, from 0.
    pub cycle: u64,
    /// Why.
    pub blame: Blame,
    /// How far it began after its deadline; for [`Blame::SlowLink`] the time since the last state.
    pub by: Duration,
    /// Page faults since the cycle before began.
    pub faults: Faults,
}

/// Overruns by blame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OverrunCounts {
    /// [`Blame::PageFault`].
    pub page_fault: u64,
    /// [`Blame::LateWakeUp`].
    pub late_wake_up: u64,
    /// [`Blame::SlowLink`]; one for each cycle without a state.
    pub slow_link: u64,
    /// [`Blame::SlowStage`], by [`Stage::ALL`].
    pub slow_stage: [u64; 4],
}

impl OverrunCounts {
    /// All of them.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.page_fault + self.late_wake_up + self.slow_link + self.slow_stage.iter().sum::<u64>()
    }

    fn count(&mut self, blame: Blame) {
        let count = match blame {
            Blame::PageFault => &mut self.page_fault,
            Blame::LateWakeUp => &mut self.late_wake_up,
            Blame::SlowLink => &mut self.slow_link,
            Blame::SlowStage(stage) => &mut self.slow_stage[stage as usize],
        };
        *count += 1;
    }
}

/// The worst overruns, in memory of fixed size.
#[derive(Clone, Debug, Default)]
struct Worst {
    kept: [Option<Overrun>; WORST_KEPT],
}

impl Worst {
    /// Takes a free place, or that of the least one when this one is worse.
    fn note(&mut self, overrun: Overrun) {
        let least = self
            .kept
            .iter_mut()
            .min_by_key(|place| place.as_ref().map(|o| o.by));
        if let Some(place) = least
            && place.is_none_or(|kept| kept.by < overrun.by)
        {
            *place = Some(overrun);
        }
    }
}

/// What the loop counts about itself. Times are the host's.
#[derive(Clone, Debug)]
pub struct RunStatistics {
    /// Cycles begun.
    pub cycles: u64,
    /// Cycles that began with a new state.
    pub states: u64,
    /// How long after the asked moment the kernel woke the thread; timed sleeps only.
    pub wake_up_lateness: Spread,
    /// From the beginning of a cycle to that of the next.
    pub interval: Spread,
    /// Time in the control cycle.
    pub compute: Spread,
    /// Time from a cycle's beginning to the end of its last stage.
    pub busy: Spread,
    /// Age of the joints' sample when a cycle begins, while there is one.
    pub sample_age: Spread,
    /// From a command's departure to the arrival of the state that answers it.
    pub round_trip: Spread,
    /// The longest that each stage took, by [`Stage::ALL`].
    pub longest_stage: [Duration; 4],
    /// Overruns.
    pub overruns: OverrunCounts,
    /// Page faults of the thread during the run.
    pub faults: Faults,
    worst: Worst,
}

impl RunStatistics {
    /// Empty statistics; takes all the memory that they need.
    ///
    /// # Errors
    /// [`StatisticsFault`] when it cannot be had.
    pub fn new() -> Result<Self, StatisticsFault> {
        Ok(Self {
            cycles: 0,
            states: 0,
            wake_up_lateness: Spread::new()?,
            interval: Spread::new()?,
            compute: Spread::new()?,
            busy: Spread::new()?,
            sample_age: Spread::new()?,
            round_trip: Spread::new()?,
            longest_stage: [Duration::ZERO; 4],
            overruns: OverrunCounts::default(),
            faults: Faults::default(),
            worst: Worst::default(),
        })
    }

    /// The worst overruns that are kept (16 at most), the worst first.
    #[must_use]
    pub fn worst(&self) -> Vec<Overrun> {
        let mut worst: Vec<Overrun> = self.worst.kept.iter().copied().flatten().collect();
        worst.sort_by(|a, b| b.by.cmp(&a.by).then(a.cycle.cmp(&b.cycle)));
        worst
    }

    /// The distributions with their names, for a report.
    #[must_use]
    pub fn spreads(&self) -> [(&'static str, &Spread); 6] {
        [
            ("wake-up lateness", &self.wake_up_lateness),
            ("interval", &self.interval),
            ("compute", &self.compute),
            ("busy", &self.busy),
            ("sample age", &self.sample_age),
            ("round trip", &self.round_trip),
        ]
    }

    pub(crate) fn note_overrun(&mut self, overrun: Overrun) {
        self.overruns.count(overrun.blame);
        self.worst.note(overrun);
    }

    pub(crate) fn note_stages(&mut self, took: [Duration; 4]) {
        for (longest, took) in self.longest_stage.iter_mut().zip(took) {
            *longest = (*longest).max(took);
        }
        self.compute.note(took[Stage::Step as usize]);
        self.busy
            .note(took.into_iter().fold(Duration::ZERO, |sum, t| sum + t));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_time_is_in_one_bar_and_figures_agree_with_a_sorted_list_to_a_hundredth(
            times in prop::collection::vec(0_u64..20_000_000, 1..400)
        ) {
            let mut spread = Spread::new().unwrap();
            let mut sorted = times.clone();
            sorted.sort_unstable();
            for time in times {
                spread.note(Duration::from_nanos(time));
            }
            let bars = spread.bars();
            prop_assert_eq!(bars.iter().map(|b| b.count).sum::<u64>(), spread.count());
            prop_assert!(bars.windows(2).all(|w| w[0].up_to == w[1].above));

            let figures = spread.figures();
            let close = |told: Duration, exact: u64| told.nanos().abs_diff(exact) <= exact / 100 + 1;
            prop_assert!(close(figures.most, sorted[sorted.len() - 1]));
            prop_assert!(close(figures.median, sorted[sorted.len().div_ceil(2) - 1]));
        }

        #[test]
        fn the_worst_that_are_kept_are_the_worst_of_all(
            sizes in prop::collection::vec(0_u64..1000, 0..80)
        ) {
            let mut statistics = RunStatistics::new().unwrap();
            for (cycle, size) in (0..).zip(&sizes) {
                statistics.note_overrun(Overrun {
                    at: Instant::START,
                    cycle,
                    blame: Blame::SlowLink,
                    by: Duration::from_nanos(*size),
                    faults: Faults::default(),
                });
            }
            let mut sorted = sizes.clone();
            sorted.sort_unstable_by(|a, b| b.cmp(a));
            sorted.truncate(WORST_KEPT);
            let kept: Vec<u64> = statistics.worst().iter().map(|o| o.by.nanos()).collect();
            prop_assert_eq!(kept, sorted);
            prop_assert_eq!(statistics.overruns.total(), sizes.len() as u64);
        }
    }

    #[test]
    fn a_time_beyond_the_longest_counts_as_the_longest() {
        let mut spread = Spread::new().unwrap();
        spread.note(Duration::from_millis(3_600_000));
        assert_eq!(spread.figures().most.nanos() / 1_000_000_000, 10);
        assert_eq!(spread.bars().len(), 1);
    }
}
