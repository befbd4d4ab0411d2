//! From an open port to an open session: who is there, what it can do, how far its clock is from ours.
//!
//! Not part of the loop: here it is waited for, but never longer than stated.

use quantities::{Duration, Instant};
use wire_format::{Capabilities, Drive, Drives, Open, Opened, Refused};

use crate::arm::SerialArm;
use crate::host::News;
use crate::port::PortError;
use crate::rate::{LineFigures, RateFigures, RateRefused};
use crate::waiting::Waiting;

/// How long an answer is waited for (chosen: a boot loader's pause is told from a missing arm).
const ANSWER_WITHIN: Duration = Duration::from_millis(1500);
/// A question is repeated after this long.
const REPEATED_AFTER: Duration = Duration::from_millis(100);
/// Exchanges of stamps before a session.
const EXCHANGES: u32 = 32;
/// A sample older than this is not worth believing.
const OLDEST_STATE: Duration = Duration::from_millis(500);

/// Why there is no session.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ConnectError {
    /// The port.
    #[error("{0}")]
    Port(#[from] PortError),
    /// Nobody answers.
    #[error(
        "{port}: nobody answers to {asked} within {:.1} s ({heard}); check the cable, the baud rate and that the arm is powered",
        within.seconds().get()
    )]
    Silent {
        /// The port.
        port: String,
        /// What was asked.
        asked: &'static str,
        /// How long was waited.
        within: Duration,
        /// What came instead.
        heard: String,
    },
    /// Another arm than the one that was named.
    #[error(
        "{port}: the arm there is {model} with serial number {serial}, expected is {expected}; plug in the right arm, or change `{key}` in the link's profile"
    )]
    Stranger {
        /// The port.
        port: String,
        /// Its model.
        model: String,
        /// Its serial number.
        serial: String,
        /// What was expected.
        expected: String,
        /// The profile's key.
        key: &'static str,
    },
    /// It cannot do what is needed.
    #[error("{port}: {what}")]
    Unable {
        /// The port.
        port: String,
        /// What it cannot do, and what to do about it.
        what: String,
    },
    /// The rate does not fit.
    #[error("{0}")]
    Rate(#[from] RateRefused),
    /// The firmware refused.
    #[error("the arm refuses the session: {:?}, seen {}, allowed {}; {}", .0.why, .0.seen, .0.allowed, remedy(.0))]
    Refused(Refused),
    /// What it agreed to is not what was asked.
    #[error(
        "the arm opened a session with other terms than asked ({what}); its firmware is not to be trusted: update it"
    )]
    OtherTerms {
        /// What differs.
        what: &'static str,
    },
}

fn remedy(refused: &Refused) -> &'static str {
    use wire_format::Why;
    match refused.why {
        Why::Version => "update firmware or program, so that both speak one version",
        Why::BootNonce => "the arm has just restarted: run once more",
        Why::SessionNonce | Why::Busy | Why::Mode => {
            "wait until the arm is at rest and no other program leads it, then run once more"
        }
        Why::Rate => "lower `rate_hz` in the arm's profile",
        Why::Drive => "set `control` in the arm's profile to what the arm takes",
        Why::ForceCeiling => {
            "lower the ceilings in the limits profile to what the arm's firmware allows"
        }
        Why::ToolSpeed => "lower the speeds in the limits profile",
        Why::FaultStands => "mend the fault that the arm shows, then power it off and on",
        Why::ParameterUnknown | Why::ParameterLocked | Why::ParameterValue | Why::JointCount => {
            "check that the arm's profile belongs to this arm"
        }
    }
}

/// What is wanted of the arm.
#[derive(Clone, Debug, PartialEq)]
pub struct Terms {
    /// Joints.
    pub joints: u8,
    /// Kind of commands.
    pub drive: Drive,
    /// Loop rate (Hz).
    pub rate_hz: u16,
    /// Ceiling of the press for the session (N).
    pub force_ceiling_n: f32,
    /// Ceiling of the tool's speed (m/s).
    pub tool_speed_m_per_s: f32,
    /// Digest of the limits that the host works by.
    pub limits_hash: [u8; 32],
    /// Serial number, where one is demanded.
    pub serial: Option<String>,
    /// Model, where one is demanded.
    pub model: Option<String>,
    /// A number that was not used before.
    pub nonce: u32,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Connected {
    /// Who is there.
    pub capabilities: Capabilities,
    /// What the rate costs on this line.
    pub rate: RateFigures,
    /// Least round trip of the exchanges.
    pub round_trip: Duration,
    /// Force ceiling of the session (N): the host's or the firmware's, whichever is less.
    pub force_ceiling_n: f32,
}

impl<const D: usize> SerialArm<D> {
    /// Asks who is there.
    ///
    /// # Errors
    /// [`ConnectError`] when nobody answers.
    pub fn greet(
        &mut self,
        nonce: u32,
        clock: &impl Waiting,
    ) -> Result<Capabilities, ConnectError> {
        self.ask(
            "hello",
            clock,
            |arm, now| arm.host.hello(nonce, now),
            |news| match news {
                News::Capabilities(seen) => Some(Ok(seen)),
                News::Refused(refused) => Some(Err(ConnectError::Refused(refused))),
                News::Opened(_)
                | News::State
                | News::Fault(_)
                | News::Parameter(_)
                | News::Time => None,
            },
        )
    }

    /// Compares the clocks, a number of times.
    ///
    /// # Errors
    /// [`ConnectError`] when the arm does not answer.
    pub fn compare_clocks(&mut self, clock: &impl Waiting) -> Result<Duration, ConnectError> {
        for _ in 0..EXCHANGES {
            self.ask(
                "a time request",
                clock,
                |arm, now| arm.host.ask_time(now),
                |news| (news == News::Time).then_some(Ok(())),
            )?;
        }
        self.host.settle_clock();
        Ok(self
            .host
            .fit()
            .map_or(Duration::ZERO, |fit| fit.round_trip()))
    }

    /// From a fresh port to an open session, drives idle.
    ///
    /// # Errors
    /// [`ConnectError`]: the first thing that stands against it.
    pub fn connect(
        &mut self,
        terms: &Terms,
        clock: &impl Waiting,
    ) -> Result<Connected, ConnectError> {
        let capabilities = self.greet(terms.nonce, clock)?;
        self.check_identity(&capabilities, terms)?;
        self.check_ability(&capabilities, terms)?;
        let line = LineFigures {
            baud: self.baud,
            latency: Duration::from_micros(u64::from(capabilities.latency_us)),
            joints: capabilities.dof(),
        };
        let stepped = capabilities
            .flags
            .contains(wire_format::CapabilityFlags::STEPPED);
        let rate = if stepped {
            line.at(u32::from(terms.rate_hz))
        } else {
            line.allow(u32::from(terms.rate_hz))?
        };
        // A stepped arm's time does not go on by itself: there is nothing to compare.
        let round_trip = if stepped {
            Duration::ZERO
        } else {
            self.compare_clocks(clock)?
        };
        let force_ceiling_n = terms.force_ceiling_n.min(capabilities.force_ceiling_n);
        let open = Open {
            boot_nonce: capabilities.boot_nonce,
            session: terms.nonce,
            rate_hz: terms.rate_hz,
            drive: terms.drive,
            force_ceiling_n,
            tool_speed_m_s: terms.tool_speed_m_per_s.min(capabilities.tool_speed_m_s),
            host_limits_hash: terms.limits_hash,
        };
        let opened = self.ask(
            "open",
            clock,
            |arm, now| arm.host.open(open, now),
            |news| match news {
                News::Opened(opened) => Some(Ok(opened)),
                // A repeated question finds its own session open already.
                News::Refused(refused) => Some(Err(ConnectError::Refused(refused))),
                News::Capabilities(_)
                | News::State
                | News::Fault(_)
                | News::Parameter(_)
                | News::Time => None,
            },
        )?;
        check_terms(&open, &opened)?;
        self.host.opened(
            opened.session,
            if stepped {
                Duration::from_millis(3_600_000)
            } else {
                OLDEST_STATE
            },
        );
        self.begin_session(terms, force_ceiling_n, stepped);
        Ok(Connected {
            capabilities,
            rate,
            round_trip,
            force_ceiling_n,
        })
    }

    fn check_identity(&self, seen: &Capabilities, terms: &Terms) -> Result<(), ConnectError> {
        let (model, serial) = (seen.model.as_str(), seen.serial.as_str());
        let pairs = [
            ("serial_number", terms.serial.as_deref(), serial),
            ("model", terms.model.as_deref(), model),
        ];
        for (key, expected, seen) in pairs {
            if let Some(expected) = expected.filter(|expected| *expected != seen) {
                return Err(ConnectError::Stranger {
                    port: self.port_name(),
                    model: model.to_owned(),
                    serial: serial.to_owned(),
                    expected: expected.to_owned(),
                    key,
                });
            }
        }
        Ok(())
    }

    fn check_ability(&self, seen: &Capabilities, terms: &Terms) -> Result<(), ConnectError> {
        let unable = |what: String| {
            Err(ConnectError::Unable {
                port: self.port_name(),
                what,
            })
        };
        let (drive, word) = match terms.drive {
            Drive::Torque => (Drives::TORQUE, "torque"),
            Drive::Velocity => (Drives::VELOCITY, "velocity"),
            Drive::Position => (Drives::POSITION, "position"),
        };
        if seen.dof() != terms.joints {
            return unable(format!(
                "the arm has {} joints, its profile {}; name the profile of this arm with --arm",
                seen.dof(),
                terms.joints
            ));
        }
        if !seen.drives.contains(drive) {
            return unable(format!(
                "the arm takes no {word} commands; set `control` in the arm's profile to what it takes"
            ));
        }
        if terms.rate_hz > seen.max_rate_hz {
            return unable(format!(
                "the arm takes at most {} commands a second, {} are asked for; set `rate_hz = {}` in its profile",
                seen.max_rate_hz, terms.rate_hz, seen.max_rate_hz
            ));
        }
        Ok(())
    }

    /// Asks until an answer is there, or long enough.
    fn ask<T>(
        &mut self,
        asked: &'static str,
        clock: &impl Waiting,
        mut say: impl FnMut(&mut Self, Instant),
        mut answer: impl FnMut(News) -> Option<Result<T, ConnectError>>,
    ) -> Result<T, ConnectError> {
        let give_up = clock.now() + ANSWER_WITHIN;
        loop {
            let now = clock.now();
            if now >= give_up {
                return Err(ConnectError::Silent {
                    port: self.port_name(),
                    asked,
                    within: ANSWER_WITHIN,
                    heard: self.heard(),
                });
            }
            say(self, now);
            self.flush()?;
            let again = (now + REPEATED_AFTER).min(give_up);
            while clock.now() < again {
                clock.wait(self.port.readable(), again);
                self.fetch_bytes()?;
                let now = clock.now();
                while let Some(news) = self.next_news(now) {
                    if let Some(result) = answer(news) {
                        return result;
                    }
                }
                self.flush()?;
            }
        }
    }

    fn heard(&self) -> String {
        let counts = self.host.counts();
        match (counts.bytes_in, self.host.last_rejected()) {
            (0, _) => "not a byte came".to_owned(),
            (bytes, None) => format!("{bytes} bytes came, none of them an answer"),
            (bytes, Some(rejected)) => format!(
                "{bytes} bytes came, {} times no frame, lastly: {rejected}",
                counts.rejected
            ),
        }
    }
}

fn check_terms(open: &Open, opened: &Opened) -> Result<(), ConnectError> {
    let what = if opened.session != open.session {
        "session"
    } else if opened.rate_hz != open.rate_hz {
        "rate"
    } else if opened.drive != open.drive {
        "drive"
    } else if opened.host_limits_hash != open.host_limits_hash {
        "limits hash"
    } else {
        return Ok(());
    };
    Err(ConnectError::OtherTerms { what })
}
