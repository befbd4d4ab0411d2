//! Whether a loop rate fits the line: arithmetic that is shown when it does not.
//!
//! In each period one state goes from the arm and one command to it, both directions at once (full
//! duplex); beside them travel heartbeats, five milliseconds apart from either sender, and now and then a
//! time request. The state of one period is answered by the command that reaches the arm before the tick
//! after next (pipelined): wire, converter and host together have one period and what is left of the next.

use quantities::Duration;
use wire_format::{Kind, wire_size, wire_time_ns};

/// Share of a direction that may be full; the rest is for repeats, heartbeats' bunching and clocks that
/// differ. Chosen.
const FULL: f64 = 0.8;
/// Heartbeats a second: two senders, each every 5 ms.
const HEARTBEATS_HZ: f64 = 400.0;
/// Time requests a second while a session runs.
const TIME_HZ: f64 = 10.0;
/// Periods that may pass from a state's being taken to its command's being in force. Chosen: more would
/// take the force loop's margin.
const MOST_PERIODS: f64 = 2.5;

/// What the line is like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LineFigures {
    /// Bits a second.
    pub baud: u32,
    /// What the converter adds in each direction.
    pub latency: Duration,
    /// Joints of the arm.
    pub joints: u8,
}

/// What a rate costs on a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateFigures {
    /// Loop rate (Hz).
    pub rate_hz: u32,
    /// Bytes a second from the arm, and what the line can carry.
    pub from_arm: f64,
    /// Bytes a second to the arm.
    pub to_arm: f64,
    /// Bytes a second that one direction carries.
    pub capacity: f64,
    /// Time from a state's being taken to its command's being in force, without the host's own (s).
    pub delay_s: f64,
}

impl LineFigures {
    /// The cost of a loop rate.
    #[must_use]
    pub fn at(&self, rate_hz: u32) -> RateFigures {
        let size = |kind| wire_size(kind, usize::from(self.joints)) as f64;
        let rate = f64::from(rate_hz);
        let beats = size(Kind::Heartbeat) * HEARTBEATS_HZ;
        let on_the_wire = |kind| {
            let bytes = wire_size(kind, usize::from(self.joints));
            wire_time_ns(bytes, self.baud) as f64 * 1e-9
        };
        let (state_s, command_s) = (on_the_wire(Kind::State), on_the_wire(Kind::Command));
        let there_and_back = state_s + command_s + 2.0 * self.latency.seconds().get();
        // In force with the first tick after it is there.
        let tick = 1e-3;
        RateFigures {
            rate_hz,
            from_arm: size(Kind::State) * rate + size(Kind::TimeReply) * TIME_HZ,
            to_arm: size(Kind::Command) * rate + beats + size(Kind::TimeRequest) * TIME_HZ,
            capacity: 1e9 / wire_time_ns(1, self.baud) as f64,
            delay_s: (there_and_back / tick).ceil() * tick,
        }
    }

    /// Refuses a rate that does not fit, with the arithmetic and the highest one that does.
    ///
    /// # Errors
    /// [`RateRefused`].
    pub fn allow(&self, rate_hz: u32) -> Result<RateFigures, RateRefused> {
        let figures = self.at(rate_hz);
        if figures.fits() {
            return Ok(figures);
        }
        let fitting = [1000, 500, 250, 200, 125, 100]
            .into_iter()
            .find(|rate| *rate < rate_hz && self.at(*rate).fits());
        Err(RateRefused {
            line: *self,
            figures,
            fitting,
        })
    }
}

impl RateFigures {
    /// Fullest direction, as a share of what it carries.
    #[must_use]
    pub fn load(&self) -> f64 {
        self.from_arm.max(self.to_arm) / self.capacity.max(1.0)
    }

    fn fits(&self) -> bool {
        self.load() <= FULL && self.delay_s * f64::from(self.rate_hz) <= MOST_PERIODS
    }
}

/// A rate that the line cannot carry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateRefused {
    /// The line.
    pub line: LineFigures,
    /// What the rate would cost.
    pub figures: RateFigures,
    /// The highest rate that fits.
    pub fitting: Option<u32>,
}

impl core::fmt::Display for RateRefused {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let RateFigures {
            rate_hz,
            from_arm,
            to_arm,
            capacity,
            delay_s,
        } = self.figures;
        let size = |kind| wire_size(kind, usize::from(self.line.joints));
        write!(
            f,
            "{rate_hz} Hz does not fit a line of {} baud with {:.2} ms of converter: {} bytes a state and {} a command \
             make {from_arm:.0} bytes/s from the arm and {to_arm:.0} to it (heartbeats included), of {capacity:.0} that a \
             direction carries and {:.0} % that may be used; there and back takes {:.1} ms, {:.1} periods of {MOST_PERIODS} allowed; ",
            self.line.baud,
            self.line.latency.seconds().get() * 1e3,
            size(Kind::State),
            size(Kind::Command),
            FULL * 100.0,
            delay_s * 1e3,
            delay_s * f64::from(rate_hz),
        )?;
        match self.fitting {
            Some(rate) => write!(
                f,
                "{rate} Hz fits: set `rate_hz = {rate}`, or raise the baud rate"
            ),
            None => write!(
                f,
                "no rate of 100 Hz or more fits: raise the baud rate, or set the converter's latency timer to 1 ms"
            ),
        }
    }
}

impl core::error::Error for RateRefused {}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(baud: u32, latency_us: u64) -> LineFigures {
        LineFigures {
            baud,
            latency: Duration::from_micros(latency_us),
            joints: 7,
        }
    }

    #[test]
    fn three_megabaud_carry_a_kilohertz_and_one_carries_250_hertz() {
        let fast = line(3_000_000, 125).allow(1000).expect("fits");
        assert!(fast.load() < 0.6, "{fast:?}");
        let slow = line(1_000_000, 125).allow(250).expect("fits");
        assert!(slow.load() < 0.5, "{slow:?}");
    }

    #[test]
    fn a_rate_that_cannot_fit_is_refused_with_the_arithmetic_and_what_fits() {
        let refused = line(1_000_000, 125).allow(1000).expect_err("too much");
        assert_eq!(refused.fitting, Some(250));
        let words = refused.to_string();
        assert!(
            words.contains("of 100000 that a direction carries"),
            "{words}"
        );
        assert!(words.contains("250 Hz fits"), "{words}");
        // The sum by hand: 1000 states a second and ten replies.
        let by_hand = wire_size(Kind::State, 7) * 1000 + wire_size(Kind::TimeReply, 7) * 10;
        assert!(
            words.contains(&format!("{by_hand} bytes/s from the arm")),
            "{words}"
        );
    }

    #[test]
    fn a_latency_timer_left_at_16_ms_lets_no_rate_through() {
        let refused = line(3_000_000, 16_000).allow(1000).expect_err("too late");
        assert_eq!(refused.fitting, None);
        assert!(refused.to_string().contains("latency timer"), "{refused}");
    }
}
