//! From an open port to servos that are driven. Not part of the loop: here it is waited for, until a moment that the
//! caller names.

use dynamixel::{Budget, Refusal, Start, TooSlow};
use quantities::{Duration, Instant};

use super::DynamixelArm;
use crate::port::PortError;
use crate::waiting::Waiting;

/// Longest wait before the driver is asked again: answers, and the ends of its own patience, are found in time.
const SLICE: Duration = Duration::from_millis(1);

/// Why a bus of servos is not led.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ServosRefused {
    /// The port.
    #[error("{0}")]
    Port(#[from] PortError),
    /// The driver says no: settings, or what it found on the bus.
    #[error("{port}: {why}")]
    Driver {
        /// The port.
        port: String,
        /// The driver's words.
        why: Refusal,
    },
    /// The rate does not fit the bus.
    #[error("{port}: {why}")]
    Rate {
        /// The port.
        port: String,
        /// The arithmetic.
        why: TooSlow,
    },
    /// The bus is driven by torque.
    #[error(
        "{port}: the servos are to be driven by torque; allowed are velocity and position: a torque told by a motor current is \
         off by some 30 %, too much to carry an arm above somebody. Drive the bus by velocity"
    )]
    Torque {
        /// The port.
        port: String,
    },
    /// The servos would go on for too long by themselves.
    #[error(
        "{port}: the servos' watchdog is set to {seen} units of 20 ms; allowed is 1: in contact, a silence of 20 ms takes the \
         drive away"
    )]
    Watchdog {
        /// The port.
        port: String,
        /// Units of 20 ms.
        seen: u8,
    },
    /// The rate is too low for the watchdog.
    #[error(
        "{port}: at {rate_hz} Hz the servos would hear a command every {:.1} ms, and their watchdog stops them after 20 ms; \
         allowed are 100 Hz and more, so that one may be lost",
        1e3 / rate_hz
    )]
    Slow {
        /// The port.
        port: String,
        /// What was asked for.
        rate_hz: f64,
    },
    /// It was not done in time.
    #[error(
        "{port}: the servos were not taken into service within {:.1} s ({bytes} bytes came); give it more time, or check power \
         and wiring",
        within.seconds().get()
    )]
    Late {
        /// The port.
        port: String,
        /// How long was waited.
        within: Duration,
        /// Bytes that came meanwhile.
        bytes: u64,
    },
}

/// Slowest loop that is served (Hz): two commands in the 20 ms of the servos' watchdog.
const SLOWEST_HZ: f64 = 100.0;

impl<const D: usize> DynamixelArm<D> {
    /// Takes the servos into service, torque on at the end, for a loop of `rate_hz`; gives up at `give_up`. May be
    /// called again, after a fault or a pause: then torque is taken off first, and an arm without brakes sinks.
    ///
    /// From its return on, a command must be given within the servos' watchdog (20 ms), or [`Self::hold`] be called
    /// once a period until the loop turns.
    ///
    /// # Errors
    /// [`ServosRefused`]: the first thing that stands against it. A rate that does not fit is refused before a byte
    /// is sent.
    pub fn connect(
        &mut self,
        rate_hz: f64,
        give_up: Instant,
        clock: &impl Waiting,
    ) -> Result<Budget, ServosRefused> {
        let budget = self.fitting(rate_hz)?;
        let began = clock.now();
        self.begin(Duration::from_nanos((1e9 / rate_hz) as u64));
        self.driver.restart();
        loop {
            let now = clock.now();
            self.flush()?;
            if self.outgoing.is_empty() {
                match self.driver.start(now, self.outgoing.room()) {
                    Start::Send(count) => self.outgoing.hold(count),
                    Start::Wait => {}
                    Start::Ready => return Ok(budget),
                    Start::Refused(why) => {
                        let port = self.port_name();
                        return Err(ServosRefused::Driver { port, why });
                    }
                }
                self.flush()?;
            }
            if now >= give_up {
                return Err(ServosRefused::Late {
                    port: self.port_name(),
                    within: now.since(began).unwrap_or(Duration::ZERO),
                    bytes: self.counts.bytes_in,
                });
            }
            clock.wait(self.port.readable(), (now + SLICE).min(give_up));
            self.hear(clock.now())?;
        }
    }

    fn fitting(&self, rate_hz: f64) -> Result<Budget, ServosRefused> {
        let port = || self.port_name();
        if rate_hz.is_nan() || rate_hz < SLOWEST_HZ {
            return Err(ServosRefused::Slow {
                port: port(),
                rate_hz,
            });
        }
        let budget = self.driver.config().budget();
        budget
            .at_least(rate_hz)
            .map_err(|why| ServosRefused::Rate { port: port(), why })
    }
}
