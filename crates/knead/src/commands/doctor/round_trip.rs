//! Who is at the other end of a link, and how long a question and its answer take.

use realtime_runner::MonotonicClock;
use serial_link::{LineFigures, SerialArm};
use settings::LinkProfile;

use super::finding::{Finding, Verdict};
use crate::live::{MonotonicWait, open_link};

/// Asks the arm of a link who it is and what time it has; no session is opened and nothing moves.
pub fn findings(link: &LinkProfile) -> Vec<Finding> {
    let wrong = |words: String| {
        let mend = "knead devices";
        vec![Finding::wrong("link", Verdict::Fail, words, mend)]
    };
    // Who the arm is does not depend on how many joints the loop has.
    let mut arm: SerialArm<7> = match open_link(link) {
        Ok(arm) => arm,
        Err(failure) => return wrong(failure.text().to_owned()),
    };
    let clock = MonotonicClock::start();
    let wait = MonotonicWait(&clock);
    let seen = match arm.greet(std::process::id(), &wait) {
        Ok(seen) => seen,
        Err(error) => return wrong(error.to_string()),
    };
    let who = Finding::ok(
        "arm",
        format!(
            "{} {}, firmware {}, {} joints, at most {} Hz, own force ceiling {:.0} N",
            seen.model.as_str(),
            seen.serial.as_str(),
            seen.firmware.as_str(),
            seen.dof(),
            seen.max_rate_hz,
            seen.force_ceiling_n
        ),
    );
    let stepped = seen.flags.contains(wire_format::CapabilityFlags::STEPPED);
    if stepped {
        return vec![
            who,
            Finding::ok("round trip", "a stepped arm has no time of its own"),
        ];
    }
    let trip = match arm.compare_clocks(&wait) {
        Ok(trip) => trip,
        Err(error) => return wrong(error.to_string()),
    };
    let line = LineFigures {
        baud: link.baud,
        latency: quantities::Duration::from_micros(u64::from(seen.latency_us)),
        joints: seen.dof(),
    };
    let rate = u32::from(seen.max_rate_hz);
    let fits = match line.allow(rate) {
        Ok(figures) => Finding::ok(
            "rate",
            format!(
                "{rate} Hz fits: line {:.0} % full, {:.1} ms from sample to force",
                figures.load() * 100.0,
                figures.delay_s * 1e3
            ),
        ),
        Err(refused) => Finding::wrong(
            "rate",
            Verdict::Warn,
            refused.to_string(),
            refused.fitting.map_or_else(
                || "raise `baud` in the link's profile and in the arm".to_owned(),
                |rate| format!("rate_hz = {rate} in the arm's profile"),
            ),
        ),
    };
    let trip_ms = trip.seconds().get() * 1e3;
    vec![
        who,
        Finding::ok("round trip", format!("{trip_ms:.2} ms, the least of 32")),
        fits,
    ]
}
