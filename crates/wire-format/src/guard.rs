//! The receiver's side of the black channel: whether a sound frame is to be believed.
//!
//! | what a channel does | caught by | outcome |
//! |---|---|---|
//! | corruption | CRC-32C, lengths, names, finite numbers ([`crate::decode`]) | [`crate::Rejected`] |
//! | repetition | sequence in this session | [`Refusal::Repeated`] |
//! | reordering | sequence, sender's time | [`Refusal::Late`], [`Refusal::Backwards`] |
//! | loss | gap in the sequence; silence is the caller's to time | [`Accepted::lost`], [`Refusal::Leap`] |
//! | delay | sender's time against a bound | [`Refusal::Old`], [`Refusal::Ahead`] |
//! | insertion | session nonce, source, sequence | [`Refusal::Session`], [`Refusal::Source`], [`Refusal::Leap`] |
//! | masquerade | which kind may come from whom ([`crate::Kind::may_go`]), source, session nonce | [`crate::Rejected::Address`], [`Refusal::Source`], [`Refusal::Session`] |
//! | addressing | destination | [`Refusal::Destination`] |
//!
//! Repetition and reordering cost what they are: a refused frame changes nothing but a counter. Loss is
//! told and not refused, because the next frame carries all that the lost one did.
//! It is a guard against a bad channel, not against a forger: nothing here is secret.

use core::fmt;

use crate::{Address, Frame};

/// Sequences below the newest that are remembered, to tell a repetition from a late arrival.
const WINDOW: u32 = u64::BITS;

/// What a receiver expects of one sender in one session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// The sender. Each sender counts by itself, so each has a guard of its own.
    pub source: Address,
    /// This end.
    pub destination: Address,
    /// The session's nonce, not 0.
    pub session: u32,
    /// Most frames that may be missing between two. A wider gap is no loss but another count: refused, and
    /// with it all that follows, until a new session.
    pub most_lost: u32,
    /// How old a frame may be.
    pub age: AgeBound,
}

/// How old a frame may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgeBound {
    /// Not judged: the clocks have not been compared yet.
    Unjudged,
    /// Judged by the sender's time.
    Within {
        /// Oldest that is accepted, ns.
        oldest_ns: u64,
        /// How far a frame may seem to come from the future, ns: the uncertainty of the comparison of clocks.
        ahead_ns: u64,
    },
}

/// A frame that is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Frames of this sender that are missing between the last accepted one and this.
    pub lost: u32,
    /// Age by the sender's time, ns; 0 for one that seems to come from the future.
    pub age_ns: u64,
}

/// Why a sound frame is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Meant for another.
    Destination {
        /// As received.
        seen: Address,
        /// This end.
        expected: Address,
    },
    /// From another.
    Source {
        /// As received.
        seen: Address,
        /// The sender of this guard.
        expected: Address,
    },
    /// Of another session, or of none.
    Session {
        /// As received.
        seen: u32,
        /// This session.
        expected: u32,
    },
    /// Accepted before.
    Repeated {
        /// Its sequence.
        sequence: u32,
    },
    /// Older than one that was accepted: overtaken, or too far back to tell it from a repetition.
    Late {
        /// Its sequence.
        sequence: u32,
        /// The newest accepted.
        newest: u32,
    },
    /// So many are missing that it is another count.
    Leap {
        /// Missing frames.
        lost: u32,
        /// Most that may be missing.
        allowed: u32,
    },
    /// A later sequence with an earlier time: the sender's clock or count was reset.
    Backwards {
        /// The sender's time, ns.
        seen_ns: u64,
        /// That of the newest accepted, ns.
        newest_ns: u64,
    },
    /// Too old.
    Old {
        /// Its age, ns.
        age_ns: u64,
        /// Oldest that is accepted, ns.
        allowed_ns: u64,
    },
    /// From the future: the clocks have come apart, or the sender's has jumped.
    Ahead {
        /// How far, ns.
        ahead_ns: u64,
        /// How far it may seem so, ns.
        allowed_ns: u64,
    },
}

/// How often each thing came to pass. Saturating.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GuardCounts {
    /// Believed.
    pub accepted: u64,
    /// Missing in gaps; one that arrives afterwards counts as late too.
    pub lost: u64,
    /// [`Refusal::Destination`].
    pub destination: u64,
    /// [`Refusal::Source`].
    pub source: u64,
    /// [`Refusal::Session`].
    pub session: u64,
    /// [`Refusal::Repeated`].
    pub repeated: u64,
    /// [`Refusal::Late`].
    pub late: u64,
    /// [`Refusal::Leap`].
    pub leap: u64,
    /// [`Refusal::Backwards`].
    pub backwards: u64,
    /// [`Refusal::Old`].
    pub old: u64,
    /// [`Refusal::Ahead`].
    pub ahead: u64,
}

/// Believes or refuses the frames of one sender in one session.
#[derive(Clone, Debug)]
pub struct Guard {
    expected: Expectation,
    /// Sequence of the newest accepted; 0 before the first.
    newest: u32,
    /// Sender's time of the newest accepted, ns.
    newest_ns: u64,
    /// Bit n: the frame n below the newest was accepted.
    taken: u64,
    counts: GuardCounts,
}

impl Guard {
    /// At a session's start: the first frame expected has the sequence 1.
    #[must_use]
    pub fn new(expected: Expectation) -> Self {
        Self {
            expected,
            newest: 0,
            newest_ns: 0,
            taken: 0,
            counts: GuardCounts::default(),
        }
    }

    /// Judges a frame. `now_ns` is now in the sender's time: the receiver's clock plus the offset found by
    /// comparing clocks; with [`AgeBound::Unjudged`] any number will do.
    ///
    /// # Errors
    /// The first thing that is wrong; the guard then stays as it was, but for a counter.
    pub fn accept(&mut self, frame: &Frame, now_ns: u64) -> Result<Accepted, Refusal> {
        match self.judge(frame, now_ns) {
            Ok(accepted) => {
                self.take(frame);
                self.counts.accepted = self.counts.accepted.saturating_add(1);
                self.counts.lost = self.counts.lost.saturating_add(u64::from(accepted.lost));
                Ok(accepted)
            }
            Err(refusal) => {
                self.counts.count(&refusal);
                Err(refusal)
            }
        }
    }

    /// Changes the bound of age: once the clocks have been compared, or when the mode asks for another.
    pub fn set_age_bound(&mut self, age: AgeBound) {
        self.expected.age = age;
    }

    /// What is expected.
    #[must_use]
    pub const fn expectation(&self) -> &Expectation {
        &self.expected
    }

    /// Sequence of the newest accepted frame; 0 before the first.
    #[must_use]
    pub const fn newest_sequence(&self) -> u32 {
        self.newest
    }

    /// How often each thing came to pass.
    #[must_use]
    pub const fn counts(&self) -> &GuardCounts {
        &self.counts
    }

    fn judge(&self, frame: &Frame, now_ns: u64) -> Result<Accepted, Refusal> {
        self.judge_ends(frame)?;
        let lost = self.judge_sequence(frame.header.sequence)?;
        if frame.header.time_ns < self.newest_ns {
            return Err(Refusal::Backwards {
                seen_ns: frame.header.time_ns,
                newest_ns: self.newest_ns,
            });
        }
        let age_ns = self.judge_age(frame.header.time_ns, now_ns)?;
        Ok(Accepted { lost, age_ns })
    }

    fn judge_ends(&self, frame: &Frame) -> Result<(), Refusal> {
        let (seen, expected) = (&frame.header, &self.expected);
        if seen.destination != expected.destination {
            return Err(Refusal::Destination {
                seen: seen.destination,
                expected: expected.destination,
            });
        }
        if seen.source != expected.source {
            return Err(Refusal::Source {
                seen: seen.source,
                expected: expected.source,
            });
        }
        // A guard for session 0 would believe what is sent outside of sessions: it believes nothing.
        if seen.session != expected.session || seen.session == 0 {
            return Err(Refusal::Session {
                seen: seen.session,
                expected: expected.session,
            });
        }
        Ok(())
    }

    fn judge_sequence(&self, sequence: u32) -> Result<u32, Refusal> {
        if let Some(behind) = self.newest.checked_sub(sequence) {
            let remembered = behind < WINDOW && self.taken & (1 << behind) != 0;
            return Err(if remembered {
                Refusal::Repeated { sequence }
            } else {
                Refusal::Late {
                    sequence,
                    newest: self.newest,
                }
            });
        }
        let lost = sequence - self.newest - 1;
        if lost > self.expected.most_lost {
            return Err(Refusal::Leap {
                lost,
                allowed: self.expected.most_lost,
            });
        }
        Ok(lost)
    }

    fn judge_age(&self, time_ns: u64, now_ns: u64) -> Result<u64, Refusal> {
        let age_ns = now_ns.saturating_sub(time_ns);
        let too_far_ahead = time_ns.saturating_sub(now_ns);
        match self.expected.age {
            AgeBound::Unjudged => Ok(age_ns),
            AgeBound::Within { oldest_ns, .. } if age_ns > oldest_ns => Err(Refusal::Old {
                age_ns,
                allowed_ns: oldest_ns,
            }),
            AgeBound::Within { ahead_ns, .. } if too_far_ahead > ahead_ns => Err(Refusal::Ahead {
                ahead_ns: too_far_ahead,
                allowed_ns: ahead_ns,
            }),
            AgeBound::Within { .. } => Ok(age_ns),
        }
    }

    fn take(&mut self, frame: &Frame) {
        let step = frame.header.sequence.saturating_sub(self.newest);
        self.taken = self.taken.checked_shl(step).unwrap_or(0) | 1;
        self.newest = frame.header.sequence;
        self.newest_ns = frame.header.time_ns;
    }
}

impl GuardCounts {
    fn count(&mut self, refusal: &Refusal) {
        let counter = match refusal {
            Refusal::Destination { .. } => &mut self.destination,
            Refusal::Source { .. } => &mut self.source,
            Refusal::Session { .. } => &mut self.session,
            Refusal::Repeated { .. } => &mut self.repeated,
            Refusal::Late { .. } => &mut self.late,
            Refusal::Leap { .. } => &mut self.leap,
            Refusal::Backwards { .. } => &mut self.backwards,
            Refusal::Old { .. } => &mut self.old,
            Refusal::Ahead { .. } => &mut self.ahead,
        };
        *counter = counter.saturating_add(1);
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Destination { seen, expected } => {
                write!(out, "a frame for {seen:?}; this end is {expected:?}")
            }
            Self::Source { seen, expected } => {
                write!(
                    out,
                    "a frame from {seen:?} where {expected:?} is listened to"
                )
            }
            Self::Session { seen, expected } => write!(
                out,
                "a frame of session {seen:#010x}; this one is {expected:#010x}"
            ),
            Self::Repeated { sequence } => write!(out, "frame {sequence} was accepted before"),
            Self::Late { sequence, newest } => {
                write!(out, "frame {sequence} comes after {newest} was accepted")
            }
            Self::Leap { lost, allowed } => write!(
                out,
                "{lost} frames are missing in a row, {allowed} may be: another count; open a new session"
            ),
            Self::Backwards { seen_ns, newest_ns } => write!(
                out,
                "the sender's time went back from {newest_ns} to {seen_ns} ns: open a new session"
            ),
            Self::Old { age_ns, allowed_ns } => {
                write!(out, "a frame is {age_ns} ns old, {allowed_ns} are allowed")
            }
            Self::Ahead {
                ahead_ns,
                allowed_ns,
            } => write!(
                out,
                "a frame is {ahead_ns} ns in the future, {allowed_ns} are allowed: compare the clocks anew"
            ),
        }
    }
}

impl core::error::Error for Refusal {}

/// Counts a sender's frames in one session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sequencer {
    last: u32,
}

impl Sequencer {
    /// At a session's start.
    #[must_use]
    pub const fn new() -> Self {
        Self { last: 0 }
    }

    /// For a sender whose last frame had this sequence.
    #[must_use]
    pub const fn after(last: u32) -> Self {
        Self { last }
    }

    /// The next frame's sequence, from 1; nothing once the count is used up (at 1 kHz after 49 days):
    /// the session must then be closed and another one opened, because a count that starts over is refused.
    #[must_use]
    pub fn advance(&mut self) -> Option<u32> {
        self.last = self.last.checked_add(1)?;
        Some(self.last)
    }
}
