//! Distributions and overruns in words and bars, for a terminal.

use std::fmt::Write as _;

use quantities::Duration;

use crate::statistics::{RunStatistics, Spread, Stage};

/// Characters of the longest bar.
const LONGEST_BAR: u64 = 40;

/// A time with the unit that suits it: `850 ns`, `12.3 us`, `4.56 ms`, `1.20 s`.
#[must_use]
pub fn time_text(time: Duration) -> String {
    let nanos = time.nanos() as f64;
    match time.nanos() {
        0..1_000 => format!("{} ns", time.nanos()),
        1_000..1_000_000 => format!("{:.1} us", nanos * 1e-3),
        1_000_000..1_000_000_000 => format!("{:.2} ms", nanos * 1e-6),
        _ => format!("{:.2} s", nanos * 1e-9),
    }
}

/// A distribution in one line: how many, the middle, the tail, the most.
#[must_use]
pub fn figures_text(spread: &Spread) -> String {
    let f = spread.figures();
    if f.count == 0 {
        return "nothing was measured".to_owned();
    }
    format!(
        "{} times: median {}, 99 % {}, 99.9 % {}, 99.99 % {}, most {}",
        f.count,
        time_text(f.median),
        time_text(f.p99),
        time_text(f.p999),
        time_text(f.p9999),
        time_text(f.most)
    )
}

/// A distribution as bars, one line each. Their length goes by the number's binary digits, so that one time in a
/// million is seen beside the million.
#[must_use]
pub fn bars_text(spread: &Spread) -> String {
    let bars = spread.bars();
    let digits = |count: u64| u64::from(u64::BITS - count.leading_zeros());
    let most = bars.iter().map(|bar| digits(bar.count)).max().unwrap_or(0);
    let mut text = String::new();
    for bar in bars {
        let length = (digits(bar.count) * LONGEST_BAR).div_ceil(most.max(1));
        let drawn = "#".repeat(usize::try_from(length).unwrap_or(0));
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "  up to {:>9} {:>9}  {drawn}",
            time_text(bar.up_to),
            bar.count
        );
    }
    text
}

/// A run's statistics: counts, overruns with blame, the worst of them, each distribution in a line.
#[must_use]
pub fn statistics_text(statistics: &RunStatistics) -> String {
    let overruns = &statistics.overruns;
    let mut text = format!(
        "{} cycles, {} with a new state, {} overruns\n",
        statistics.cycles,
        statistics.states,
        overruns.total()
    );
    for (name, spread) in statistics.spreads() {
        let _ = writeln!(text, "  {name:<17} {}", figures_text(spread));
    }
    for (stage, longest) in Stage::ALL.into_iter().zip(statistics.longest_stage) {
        let _ = writeln!(text, "  longest {:<9} {}", stage.word(), time_text(longest));
    }
    let _ = writeln!(
        text,
        "  overruns          no state by the deadline {}, late wake-up {}, page fault {}, slow read {}, step {}, write {}, session {}",
        overruns.slow_link,
        overruns.late_wake_up,
        overruns.page_fault,
        overruns.slow_stage[0],
        overruns.slow_stage[1],
        overruns.slow_stage[2],
        overruns.slow_stage[3],
    );
    let faults = statistics.faults;
    let _ = writeln!(
        text,
        "  page faults       {} from memory, {} from disk",
        faults.minor, faults.major
    );
    for worst in statistics.worst() {
        let _ = writeln!(
            text,
            "  {:>11.6} s, cycle {}: {} ({})",
            worst.at.seconds().get(),
            worst.cycle,
            worst.blame.words(),
            time_text(worst.by)
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_time_in_a_million_has_a_bar_of_its_own() {
        let mut spread = Spread::new().unwrap();
        for _ in 0..100_000 {
            spread.note(Duration::from_micros(8));
        }
        spread.note(Duration::from_micros(1900));
        let text = bars_text(&spread);
        let last = text.lines().last().unwrap();
        assert!(
            last.contains("2.00 ms") && last.contains("1  ###"),
            "{text}"
        );
        assert!(text.lines().next().unwrap().contains("100000"), "{text}");
    }

    #[test]
    fn nothing_measured_is_said_and_not_shown_as_zero() {
        let statistics = RunStatistics::new().unwrap();
        let text = statistics_text(&statistics);
        assert!(
            text.contains("round trip        nothing was measured"),
            "{text}"
        );
        assert_eq!(bars_text(&statistics.compute), "");
    }
}
