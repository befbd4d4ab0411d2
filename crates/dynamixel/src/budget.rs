//! How often a bus can be served: bytes by baud, plus what waits.
//!
//! A cycle is one transfer to the bus (goals of all joints, then the question for their state) and the answers.
//! Ten bits a byte; each answer waits for its servo; the USB adapter adds its latency once.

use core::fmt;

use quantities::Duration;

use crate::joint::Drive;
use crate::packet::BARE;

/// The line to the servos.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Bits a second; the X series goes to 4.5 Mbaud, the XL330 to 4 Mbaud.
    pub baud: u32,
    /// What the USB adapter adds to a question and its answer together. FTDI adapters: their latency timer,
    /// 16 ms unless set to 1 ms.
    pub usb_latency: Duration,
    /// Silence before each answer when the return delay is 0. 20 µs is chosen; measure it on the bus at hand.
    pub answer_gap: Duration,
    /// What the driver waits beyond the arithmetic before it counts an answer as lost.
    pub margin: Duration,
}

impl Line {
    /// A line with an adapter of 1 ms, 20 µs before an answer and a margin of 300 µs (all chosen).
    #[must_use]
    pub const fn with_baud(baud: u32) -> Self {
        Self {
            baud,
            usb_latency: Duration::from_millis(1),
            answer_gap: Duration::from_micros(20),
            margin: Duration::from_micros(300),
        }
    }

    /// Time that `bytes` take on the wire: ten bits each.
    #[must_use]
    pub fn on_wire(&self, bytes: usize) -> Duration {
        let bits = (bytes as u64).saturating_mul(10);
        Duration::from_nanos(bits.saturating_mul(1_000_000_000) / u64::from(self.baud.max(1)))
    }

    /// Time from sending `bytes_out` to the last of `answers` with together `bytes_in`, latency included,
    /// margin not.
    #[must_use]
    pub fn exchange(&self, bytes_out: usize, answers: usize, bytes_in: usize) -> Duration {
        let gaps = self.answer_gap.nanos().saturating_mul(answers as u64);
        self.on_wire(bytes_out.saturating_add(bytes_in))
            + Duration::from_nanos(gaps)
            + self.usb_latency
    }
}

/// State of every cycle: present current, velocity and position.
pub(crate) const FAST_BYTES: usize = 10;
/// State of a cycle that also looks after the servo: see `driver::watch`.
pub(crate) const WATCH_BYTES: usize = 16;

/// The arithmetic of one cycle, its longest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Budget {
    /// Joints on the bus.
    pub joints: usize,
    /// The line.
    pub line: Line,
    /// Bytes from the master: goals and question.
    pub bytes_out: usize,
    /// Bytes from the servos.
    pub bytes_in: usize,
    /// The whole cycle.
    pub takes: Duration,
    /// Cycles a second that fit.
    pub rate_hz: f64,
}

/// The bus cannot be served as often as wanted.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error(
    "{wanted_hz} Hz wanted, {:.0} Hz possible: {budget}; raise the baud rate, lower the adapter's latency or \
     serve fewer joints",
    budget.rate_hz
)]
pub struct TooSlow {
    /// What was asked for.
    pub wanted_hz: f64,
    /// What is possible.
    pub budget: Budget,
}

/// The cycle that serves `joints` joints of one kind, in its longest form: state and care in one, and in each
/// servo's goal and answer one stuffed byte (chosen; more is possible, and rare). For a bus of mixed servos ask
/// [`BusConfig::budget`](crate::BusConfig::budget).
pub fn cycle_budget(
    line: &Line,
    joints: usize,
    drive: Drive,
    wanted_hz: f64,
) -> Result<Budget, TooSlow> {
    budget(line, joints, drive, false).at_least(wanted_hz)
}

/// With `mixed` servos the question for care names an address for each, because their indirect data differ.
pub(crate) fn budget(line: &Line, joints: usize, drive: Drive, mixed: bool) -> Budget {
    let goal = match drive {
        Drive::Position | Drive::Velocity => 4,
        Drive::Torque => 2,
    };
    let each = |bytes: usize| joints.saturating_mul(bytes);
    let goals = (BARE + 4).saturating_add(each(1 + goal + 1));
    let question = if mixed {
        BARE.saturating_add(each(5))
    } else {
        (BARE + 4).saturating_add(each(1))
    };
    let bytes_out = goals.saturating_add(question);
    let bytes_in = each(BARE + 1 + WATCH_BYTES + 1);
    let takes = line.exchange(bytes_out, joints, bytes_in);
    Budget {
        joints,
        line: *line,
        bytes_out,
        bytes_in,
        takes,
        rate_hz: 1e9 / takes.nanos().max(1) as f64,
    }
}

impl Budget {
    /// This budget when it allows `wanted_hz`; a wanted rate that is not a number is never reached.
    pub fn at_least(self, wanted_hz: f64) -> Result<Self, TooSlow> {
        if self.rate_hz >= wanted_hz {
            Ok(self)
        } else {
            Err(TooSlow {
                wanted_hz,
                budget: self,
            })
        }
    }
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wire = self
            .line
            .on_wire(self.bytes_out.saturating_add(self.bytes_in));
        let micros = |span: Duration| span.nanos() as f64 * 1e-3;
        write!(
            f,
            "{} + {} bytes, 10 bits each, at {} baud take {:.0} µs; {} answers wait {:.0} µs each; the adapter \
             adds {:.0} µs; together {:.0} µs",
            self.bytes_out,
            self.bytes_in,
            self.line.baud,
            micros(wire),
            self.joints,
            micros(self.line.answer_gap),
            micros(self.line.usb_latency),
            micros(self.takes),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seven_joints_at_a_megabaud_make_250_cycles_a_second_and_mixed_ones_do_not() {
        let line = Line::with_baud(1_000_000);
        let seven = cycle_budget(&line, 7, Drive::Velocity, 250.0).unwrap();
        // By hand: 14 + 7·6 + 14 + 7 = 77 out, 7·28 = 196 in, 2730 µs; 7·20 µs; 1000 µs.
        assert_eq!(seven.takes, Duration::from_micros(2730 + 140 + 1000));
        let mixed = budget(&line, 7, Drive::Velocity, true);
        assert!(mixed.rate_hz < seven.rate_hz);
        assert!(mixed.at_least(250.0).is_err());
    }

    #[test]
    fn three_megabaud_do_not_help_against_the_latency_of_the_adapter() {
        let line = Line::with_baud(3_000_000);
        let slow = cycle_budget(&line, 7, Drive::Velocity, 500.0).unwrap_err();
        assert!((400.0..500.0).contains(&slow.budget.rate_hz));
        let untouched = Line {
            usb_latency: Duration::from_millis(16),
            ..line
        };
        let slow = cycle_budget(&untouched, 7, Drive::Velocity, 100.0).unwrap_err();
        assert!(slow.budget.rate_hz < 60.0);
    }

    #[test]
    fn a_kilohertz_on_a_megabaud_is_refused_with_the_arithmetic() {
        let line = Line::with_baud(1_000_000);
        let refused = cycle_budget(&line, 7, Drive::Position, 1000.0).unwrap_err();
        let words = refused.to_string();
        for part in ["1000 Hz wanted", "1000000 baud", "7 answers", "together"] {
            assert!(words.contains(part), "{words}");
        }
        assert!(cycle_budget(&line, 7, Drive::Position, f64::NAN).is_err());
    }
}
