//! A day of the calendar: of an approval, a visit, a pin.

use core::fmt;

use crate::Code;
use crate::document::{Kind, Value};

/// Years that a file may name: wider than any session's, narrow enough to catch a slip of the pen.
const YEARS: (i64, i64) = (1970, 2199);

/// A day of the Gregorian calendar. Later days are greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    /// Days since 1970-01-01.
    number: i64,
}

impl Day {
    /// Reads `YYYY-MM-DD`; `None` for anything that is no day from 1970 to 2199.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let mut digits = |count: usize| {
            let part = parts.next()?;
            let fits = part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
            fits.then(|| part.parse::<i64>().ok())?
        };
        let (year, month, day) = (digits(4)?, digits(2)?, digits(2)?);
        if parts.next().is_some() {
            return None;
        }
        Self::of(year, month, day)
    }

    /// The day of a wall stamp `YYYYMMDD-HHMMSS`, with which the names of run folders begin.
    #[must_use]
    pub fn of_stamp(stamp: &str) -> Option<Self> {
        let (day, rest) = stamp.split_at_checked(8)?;
        if !day.bytes().all(|b| b.is_ascii_digit()) || !rest.starts_with('-') {
            return None;
        }
        let number = |from: usize, to: usize| day.get(from..to)?.parse::<i64>().ok();
        Self::of(number(0, 4)?, number(4, 6)?, number(6, 8)?)
    }

    fn of(year: i64, month: i64, day: i64) -> Option<Self> {
        if !(YEARS.0..=YEARS.1).contains(&year) {
            return None;
        }
        let made = Self {
            number: days_before(year, month, day),
        };
        // The way back tells whether there is such a day: 30 February comes back as 1 or 2 March.
        (made.civil() == (year, month, day)).then_some(made)
    }

    /// The day that lies this many days later.
    #[must_use]
    pub const fn plus(self, days: u32) -> Self {
        Self {
            number: self.number + days as i64,
        }
    }

    /// Days from `earlier` to this one, negative when it is the later of the two.
    #[must_use]
    pub const fn days_since(self, earlier: Self) -> i64 {
        self.number - earlier.number
    }

    /// Year, month and day, by counting in eras of 400 years from 1 March 0000 (Hinnant's algorithm).
    fn civil(self) -> (i64, i64, i64) {
        let days = self.number + 719_468;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let from_march = (5 * of_year + 2) / 153;
        let month = if from_march < 10 {
            from_march + 3
        } else {
            from_march - 9
        };
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        (year + era * 400 + i64::from(month <= 2), month, day)
    }
}

/// Days from 1970-01-01 to a date.
fn days_before(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// A date in quotes.
pub(super) fn day<'k>() -> Kind<'k, Day> {
    const ALLOWED: &str = "a date in quotes, such as \"2026-11-20\"";
    Kind::new(ALLOWED, |cell| {
        let Value::Text(seen) = &cell.node.value else {
            return cell.wrong_type(ALLOWED);
        };
        let found = Day::parse(seen);
        if found.is_none() {
            let message = format!(
                "`{}` is {}, which is no day from {} to {}",
                cell.name,
                cell.node.value.seen(),
                YEARS.0,
                YEARS.1
            );
            let help = "write year, month and day as in \"2026-11-20\"";
            return cell.refuse(Code::BadDate, message, help);
        }
        found
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days_that_are_none_are_refused() {
        for text in [
            "2026-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-11-31",
            "2026-11-00",
            "1900-01-01",
            "20261120",
            "2026-11-20 ",
            "26-11-20",
            "2026-11-20-1",
            "2026/11/20",
            "",
            "today",
            "2026-+1-20",
        ] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
        assert_eq!(
            Day::parse("2024-02-29").map(|d| d.to_string()).as_deref(),
            Some("2024-02-29")
        );
    }

    #[test]
    fn a_fortnight_over_the_end_of_a_year_and_of_a_leap_february() {
        let later = |text: &str| Day::parse(text).unwrap().plus(14).to_string();
        assert_eq!(later("2026-12-25"), "2027-01-08");
        assert_eq!(later("2028-02-20"), "2028-03-05");
        assert_eq!(later("2026-02-20"), "2026-03-06");
    }

    #[test]
    fn run_folders_begin_with_their_day() {
        let day = |name| Day::of_stamp(name).map(|d| d.to_string());
        assert_eq!(
            day("20261120-081501-lower_back").as_deref(),
            Some("2026-11-20")
        );
        for odd in [
            "place",
            "20261340-081501-x",
            "2026112-0-x",
            "20261120",
            "ä20261120-1",
        ] {
            assert_eq!(day(odd), None, "{odd}");
        }
    }

    proptest! {
        #[test]
        fn counting_day_by_day_is_the_calendar_of_month_lengths(
            year in 1970..2199i64, month in 1..=12i64,
        ) {
            // Second route: the lengths of the months.
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let lengths = [31, 28 + i64::from(leap), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
            let length = lengths[month as usize - 1];
            let first = Day::of(year, month, 1).expect("a first");
            let last = Day::of(year, month, length).expect("a last");
            prop_assert_eq!(last.days_since(first), length - 1);
            prop_assert_eq!(Day::of(year, month, length + 1), None);
            prop_assert_eq!(Day::parse(&last.to_string()), Some(last));
        }
    }
}
