//! What the loop's thread gets, and how late it is woken: measured, not believed.

use quantities::Duration;
use realtime_runner::{
    MonotonicClock, Promise, Promises, RunSettings, Spread, ThreadWishes, bars_text, figures_text,
    measure_bare_loop, start_real_time_thread, time_text,
};
use serde_json::{Value, json};

use super::finding::{Finding, Verdict};
use crate::failure::Failure;

/// A bare loop's lateness on a thread set up like the loop's.
pub struct WakeUp {
    rate_hz: u32,
    lateness: Spread,
    left_out: u64,
    promises: Promises,
}

/// Measures for so many seconds.
pub fn measure(rate_hz: u32, seconds: f64) -> Result<WakeUp, Failure> {
    let period = RunSettings::at_rate(rate_hz).period;
    let lasting = Duration::from_nanos((seconds * 1e9) as u64);
    let mut lateness = Spread::new().map_err(Failure::device)?;
    let (left_out, promises) = std::thread::scope(|scope| {
        let thread = start_real_time_thread(scope, ThreadWishes::default(), |_| {
            measure_bare_loop(&MonotonicClock::start(), period, lasting, &mut lateness)
        })
        .map_err(Failure::device)?;
        let promises = thread.promises().clone();
        let measured = thread.join().map_err(Failure::device)?;
        Ok((measured.map_err(Failure::device)?, promises))
    })?;
    Ok(WakeUp {
        rate_hz,
        lateness,
        left_out,
        promises,
    })
}

impl WakeUp {
    /// What was promised, and what was measured.
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings: Vec<Finding> = self
            .promises
            .named()
            .into_iter()
            .filter_map(|(what, promise)| promised(what, promise))
            .collect();
        findings.push(self.measured());
        findings
    }

    /// A loop whose thread is often later than a period cannot keep its rate; one that is at times later than the
    /// loop's tolerance overruns at times.
    fn measured(&self) -> Finding {
        let settings = RunSettings::at_rate(self.rate_hz);
        let figures = self.lateness.figures();
        let words = figures_text(&self.lateness);
        if figures.count == 0 || figures.p99 > settings.period {
            return Finding::wrong(
                "wake-ups",
                Verdict::Fail,
                format!("too late for {} Hz: {words}", self.rate_hz),
                "end other programs, or run at a lower rate: knead doctor --rate 250",
            )
            .guaranteeing();
        }
        if figures.p999 > settings.tolerance {
            return Finding::wrong(
                "wake-ups",
                Verdict::Warn,
                format!(
                    "one in a thousand is more than {} late: {words}",
                    time_text(settings.tolerance)
                ),
                "mend what is told above, or set a processor aside: isolcpus=N at boot",
            )
            .guaranteeing();
        }
        Finding::ok("wake-ups", words).guaranteeing()
    }

    /// The distribution in bars.
    pub fn text(&self) -> String {
        format!(
            "wake-up lateness of a loop that only sleeps, {} Hz:\n{}{} of its points passed while it was late\n",
            self.rate_hz,
            bars_text(&self.lateness),
            self.left_out
        )
    }

    /// For scripts; times in ns.
    pub fn json(&self) -> Value {
        let f = self.lateness.figures();
        let bars: Vec<Value> = self
            .lateness
            .bars()
            .iter()
            .map(|bar| json!({"up_to_ns": bar.up_to.nanos(), "count": bar.count}))
            .collect();
        json!({
            "rate_hz": self.rate_hz,
            "count": f.count,
            "median_ns": f.median.nanos(),
            "p99_ns": f.p99.nanos(),
            "p999_ns": f.p999.nanos(),
            "p9999_ns": f.p9999.nanos(),
            "most_ns": f.most.nanos(),
            "left_out": self.left_out,
            "bars": bars,
        })
    }
}

/// Priority and memory are what real time rests on.
fn promised(what: &'static str, promise: &Promise) -> Option<Finding> {
    let finding = match promise {
        Promise::Kept { what: holds } => Finding::ok(what, holds),
        Promise::Missing { what: lacks, mend } => Finding::wrong(what, Verdict::Warn, lacks, mend),
        Promise::NotAsked => return None,
    };
    Some(match what {
        "scheduling" | "memory" => finding.guaranteeing(),
        _ => finding,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn woken(rate_hz: u32, late_us: impl IntoIterator<Item = u64>) -> WakeUp {
        let mut lateness = Spread::new().unwrap();
        for us in late_us {
            lateness.note(Duration::from_micros(us));
        }
        let kept = || Promise::Kept {
            what: "all of it".to_owned(),
        };
        WakeUp {
            rate_hz,
            lateness,
            left_out: 0,
            promises: Promises {
                priority: kept(),
                memory: Promise::Missing {
                    what: "not locked".to_owned(),
                    mend: "lock it".to_owned(),
                },
                stack: kept(),
                processor: Promise::NotAsked,
                timers: kept(),
            },
        }
    }

    #[test]
    fn lateness_is_weighed_against_the_rate() {
        let late = || (0..1000).map(|i| if i % 100 == 0 { 700 } else { 20 });
        assert_eq!(
            woken(1000, (0..1000).map(|_| 20)).measured().verdict,
            Verdict::Ok
        );
        assert_eq!(woken(1000, late()).measured().verdict, Verdict::Warn);
        assert_eq!(woken(250, late()).measured().verdict, Verdict::Ok);
        let later = (0..1000).map(|i| if i % 10 == 0 { 1500 } else { 20 });
        assert_eq!(woken(1000, later).measured().verdict, Verdict::Fail);
        assert_eq!(woken(1000, []).measured().verdict, Verdict::Fail);
    }

    #[test]
    fn a_promise_that_is_missing_is_a_missing_guarantee_and_one_not_asked_is_not_told() {
        let told = woken(1000, [10]).findings();
        let names: Vec<&str> = told.iter().map(|f| f.what).collect();
        assert_eq!(
            names,
            ["scheduling", "memory", "stack", "timers", "wake-ups"]
        );
        assert!(told[1].guarantee && told[1].verdict == Verdict::Warn);
        assert_eq!(told[1].mend.as_deref(), Some("lock it"));
    }

    #[test]
    fn json_tells_every_wake_up_in_one_bar() {
        let told = woken(1000, 1..500).json();
        let bars = told["bars"].as_array().unwrap();
        let sum: u64 = bars.iter().map(|bar| bar["count"].as_u64().unwrap()).sum();
        assert_eq!((sum, told["count"].as_u64()), (499, Some(499)));
    }
}
