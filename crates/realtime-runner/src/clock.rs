//! The wall clock: folder names and stop-watches. Nothing here reaches a control cycle of a simulation.
#![allow(clippy::disallowed_methods)] // this crate is the one place that reads clocks

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use quantities::Seconds;

/// A stop-watch that has been running since it was made.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts it.
    #[must_use]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Time since the start.
    #[must_use]
    pub fn elapsed(&self) -> Seconds {
        Seconds::new(self.0.elapsed().as_secs_f64())
    }
}

/// Lets the calling thread rest for a while: for those beside the loop that look now and then whether something
/// waits. Never in the loop.
pub fn rest(time: quantities::Duration) {
    std::thread::sleep(std::time::Duration::from_nanos(time.nanos()));
}

/// The present moment as `YYYYMMDD-HHMMSS` in UTC, for folder names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WallStamp(String);

impl WallStamp {
    /// Reads the wall clock. A clock before 1970 counts as 1970.
    #[must_use]
    pub fn now() -> Self {
        let seconds = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |d| d.as_secs());
        Self::from_unix(seconds)
    }

    /// From seconds since 1970-01-01 UTC.
    #[must_use]
    pub fn from_unix(seconds: u64) -> Self {
        let (days, rest) = (seconds / 86_400, seconds % 86_400);
        let (year, month, day) = civil(days);
        let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
        Self(format!(
            "{year:04}{month:02}{day:02}-{hour:02}{minute:02}{second:02}"
        ))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Year, month and day of a day count since 1970-01-01 (proleptic Gregorian calendar).
fn civil(mut days: u64) -> (u64, u64, u64) {
    let leap = |y: u64| y.is_multiple_of(4) && (!y.is_multiple_of(100) || y.is_multiple_of(400));
    let mut year = 1970;
    while days >= 365 + u64::from(leap(year)) {
        days -= 365 + u64::from(leap(year));
        year += 1;
    }
    let february = 28 + u64::from(leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    (year, month, days + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_of_known_moments_read_as_the_calendar_has_them() {
        assert_eq!(WallStamp::from_unix(0).as_str(), "19700101-000000");
        assert_eq!(
            WallStamp::from_unix(951_827_696).as_str(),
            "20000229-123456"
        );
        assert_eq!(
            WallStamp::from_unix(4_102_444_799).as_str(),
            "20991231-235959"
        );
    }
}
