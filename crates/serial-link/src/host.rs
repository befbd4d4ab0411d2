//! The host's end of the wire, without the wire: bytes in, news out; wishes in, bytes out.
//!
//! Pure: it is told what time it is. Everything that the loop needs is of fixed size.

use core::num::NonZeroU32;

use quantities::{Duration, Instant};
use wire_format::{
    Address, AgeBound, Capabilities, Command, Deframer, Expectation, Fault, Frame, Guard,
    GuardCounts, Header, Heartbeat, Hello, MAX_FRAME, Message, Mode, Open, Opened,
    PROTOCOL_VERSION, Parameter, Refused, Rejected, Scope, Sequencer, State, Stop, TimeRequest,
    encode,
};

use crate::clock_fit::{ClockFit, Exchange};

/// Bytes that wait for the line at most: some cycles' worth.
const OUT: usize = 2048;
/// States of the arm that may be missing in a row before it is another count.
const MOST_LOST: u32 = 2000;
/// How far a state may seem to come from the future (ns): what the clock fit may err by. Chosen.
const AHEAD_NS: u64 = 20_000_000;
/// Commands that are remembered with the time of their sending.
const SENT: usize = 64;

/// What a frame brought.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum News {
    /// Who the arm is.
    Capabilities(Capabilities),
    /// A session is open.
    Opened(Opened),
    /// Something was refused.
    Refused(Refused),
    /// A state of the open session.
    State,
    /// A fault that the firmware found.
    Fault(Fault),
    /// A parameter's value.
    Parameter(Parameter),
    /// The clocks were compared.
    Time,
}

/// The newest state, and when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Received {
    /// What the arm said.
    pub state: State,
    /// Its sequence.
    pub sequence: NonZeroU32,
    /// The mode that the arm was in.
    pub mode: Mode,
    /// When it was sent, the arm's clock (ns).
    pub sent_ns: u64,
    /// When it was read, our clock.
    pub read_at: Instant,
}

/// What went wrong on the way, as counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkCounts {
    /// Bytes read.
    pub bytes_in: u64,
    /// Bytes that were no frame: frames rejected.
    pub rejected: u64,
    /// Frames that were not believed outside of sessions.
    pub strange: u64,
    /// Bytes that found no room on their way out: frames given up.
    pub given_up: u64,
    /// What the guard of the session counted.
    pub guard: GuardCounts,
}

/// The host's end.
#[derive(Clone, Debug)]
pub struct HostEnd {
    deframer: Deframer,
    guard: Option<Guard>,
    session: u32,
    loop_count: Sequencer,
    monitor_count: Sequencer,
    outside: Sequencer,
    nonce: u32,
    fit: Option<ClockFit>,
    /// When the last time request was sent (ns); 0 when it was answered.
    time_asked: u64,
    received: Option<Received>,
    sent: [(u32, u64); SENT],
    round_trip: Option<Duration>,
    /// Time in the newest frame that was sent (ns).
    stamped: u64,
    out: [u8; OUT],
    used: usize,
    counts: LinkCounts,
    last_rejected: Option<Rejected>,
}

impl Default for HostEnd {
    fn default() -> Self {
        Self::new()
    }
}

impl HostEnd {
    /// Nothing said, nothing heard.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            deframer: Deframer::new(),
            guard: None,
            session: 0,
            loop_count: Sequencer::new(),
            monitor_count: Sequencer::new(),
            outside: Sequencer::new(),
            nonce: 0,
            fit: None,
            time_asked: 0,
            received: None,
            sent: [(0, 0); SENT],
            round_trip: None,
            stamped: 0,
            out: [0; OUT],
            used: 0,
            counts: LinkCounts {
                bytes_in: 0,
                rejected: 0,
                strange: 0,
                given_up: 0,
                guard: GuardCounts {
                    accepted: 0,
                    lost: 0,
                    destination: 0,
                    source: 0,
                    session: 0,
                    repeated: 0,
                    late: 0,
                    leap: 0,
                    backwards: 0,
                    old: 0,
                    ahead: 0,
                },
            },
            last_rejected: None,
        }
    }

    /// One byte that was read at `now`.
    pub fn receive(&mut self, byte: u8, now: Instant) -> Option<News> {
        self.counts.bytes_in += 1;
        match self.deframer.push(byte)? {
            Ok(frame) => self.take(&frame, now),
            Err(rejected) => {
                self.counts.rejected += 1;
                self.last_rejected = Some(rejected);
                None
            }
        }
    }

    fn take(&mut self, frame: &Frame, now: Instant) -> Option<News> {
        if !self.is_believed(frame, now) {
            return None;
        }
        match frame.message {
            Message::Capabilities(seen) if seen.host_nonce == self.nonce => {
                Some(News::Capabilities(seen))
            }
            Message::Opened(opened) => Some(News::Opened(opened)),
            Message::Refused(refused) => Some(News::Refused(refused)),
            Message::State(state) => self.take_state(frame, state, now),
            Message::Fault(fault) => Some(News::Fault(fault)),
            Message::Parameter(parameter) => Some(News::Parameter(parameter)),
            Message::TimeReply(reply) if reply.request_sent_ns == self.time_asked => {
                self.time_asked = 0;
                self.compare(&Exchange {
                    t1: reply.request_sent_ns,
                    t2: reply.received_ns,
                    t3: reply.sent_ns,
                    t4: now.nanos(),
                });
                Some(News::Time)
            }
            Message::TimeRequest(_)
            | Message::TimeReply(_)
            | Message::Capabilities(_)
            | Message::Hello(_)
            | Message::Open(_)
            | Message::Command(_)
            | Message::Heartbeat(_)
            | Message::Stop(_)
            | Message::ParameterRead(_)
            | Message::ParameterWrite(_)
            | Message::Close => {
                self.counts.strange += 1;
                None
            }
        }
    }

    fn is_believed(&mut self, frame: &Frame, now: Instant) -> bool {
        let header = &frame.header;
        let to_us = matches!(header.destination, Address::ControlLoop | Address::Monitor);
        let theirs = self.fit.map_or(0, |fit| fit.theirs(now));
        let believed = if header.session == 0 {
            let outside = matches!(
                frame.message.kind().scope(),
                Scope::Handshake | Scope::Either
            );
            outside && to_us
        } else {
            match &mut self.guard {
                Some(guard) => {
                    let accepted = guard.accept(frame, theirs).is_ok();
                    self.counts.guard = *guard.counts();
                    return accepted;
                }
                None => false,
            }
        };
        self.counts.strange += u64::from(!believed);
        believed
    }

    fn take_state(&mut self, frame: &Frame, state: State, now: Instant) -> Option<News> {
        self.received = Some(Received {
            state,
            sequence: NonZeroU32::new(frame.header.sequence)?,
            mode: frame.header.mode,
            sent_ns: frame.header.time_ns,
            read_at: now,
        });
        if let Some(answered) = state.answered {
            let sequence = answered.sequence.get();
            let sent = self.sent.get_mut(sequence as usize % SENT);
            if let Some((known, at)) = sent.filter(|(known, _)| *known == sequence) {
                // Told once: states that repeat the answer measure nothing new.
                *known = 0;
                let held = u64::from(answered.age_us) * 1000;
                let trip = now.nanos().saturating_sub(*at).saturating_sub(held);
                self.round_trip = Some(Duration::from_nanos(trip));
            }
        }
        Some(News::State)
    }

    fn compare(&mut self, exchange: &Exchange) {
        match &mut self.fit {
            Some(fit) => fit.update(exchange),
            None => self.fit = ClockFit::first(exchange),
        }
    }

    /// Asks who is there; `nonce` tells the answer from an older one.
    pub fn hello(&mut self, nonce: u32, now: Instant) {
        self.nonce = nonce;
        let version = u16::from(PROTOCOL_VERSION);
        let hello = Hello {
            lowest_version: version,
            highest_version: version,
            host_nonce: nonce,
        };
        self.send(Address::ControlLoop, Message::Hello(hello), Mode::Idle, now);
    }

    /// Asks for a session.
    pub fn open(&mut self, open: Open, now: Instant) {
        self.send(Address::ControlLoop, Message::Open(open), Mode::Idle, now);
    }

    /// The session is open: what comes is believed from now on when it belongs to it. States older than
    /// `oldest` are not.
    pub fn opened(&mut self, session: u32, oldest: Duration) {
        self.session = session;
        self.loop_count = Sequencer::new();
        self.monitor_count = Sequencer::new();
        self.received = None;
        self.sent = [(0, 0); SENT];
        self.guard = Some(Guard::new(Expectation {
            source: Address::Arm,
            destination: Address::ControlLoop,
            session,
            most_lost: MOST_LOST,
            age: match self.fit {
                Some(_) => AgeBound::Within {
                    oldest_ns: oldest.nanos(),
                    ahead_ns: AHEAD_NS,
                },
                None => AgeBound::Unjudged,
            },
        }));
    }

    /// Sends a command in a mode.
    pub fn command(&mut self, command: Command, mode: Mode, now: Instant) {
        let sent = self.send(Address::ControlLoop, Message::Command(command), mode, now);
        if let Some(sequence) = sent
            && let Some(place) = self.sent.get_mut(sequence as usize % SENT)
        {
            *place = (sequence, now.nanos());
        }
    }

    /// Proofs of life.
    pub fn beat(&mut self, of: Address, beat: Heartbeat, mode: Mode, now: Instant) {
        self.send(of, Message::Heartbeat(beat), mode, now);
    }

    /// Asks for the force to be taken away.
    pub fn stop(&mut self, stop: Stop, now: Instant) {
        self.send(
            Address::ControlLoop,
            Message::Stop(stop),
            Mode::Unloading,
            now,
        );
    }

    /// Any other message that the host sends.
    pub fn say(&mut self, message: Message, mode: Mode, now: Instant) {
        self.send(Address::ControlLoop, message, mode, now);
    }

    /// Asks for the arm's time.
    pub fn ask_time(&mut self, now: Instant) {
        self.time_asked = now.nanos();
        let request = TimeRequest {
            sent_ns: now.nanos(),
        };
        let mode = Mode::Idle;
        self.send(
            Address::ControlLoop,
            Message::TimeRequest(request),
            mode,
            now,
        );
    }

    fn send(&mut self, from: Address, message: Message, mode: Mode, now: Instant) -> Option<u32> {
        let inside = match message.kind().scope() {
            Scope::Handshake => false,
            Scope::Session | Scope::Either => self.session != 0,
        };
        let counter = match (inside, from) {
            (true, Address::Monitor) => &mut self.monitor_count,
            (true, _) => &mut self.loop_count,
            (false, _) => &mut self.outside,
        };
        let sequence = counter.advance()?;
        // What is said by the time at which a cycle began comes after what was asked of the line since: a sender's time
        // never runs back, or the other end drops the frame.
        self.stamped = self.stamped.max(now.nanos());
        let frame = Frame {
            header: Header {
                source: from,
                destination: Address::Arm,
                session: if inside { self.session } else { 0 },
                sequence,
                time_ns: self.stamped,
                mode,
            },
            message,
        };
        let mut bytes = [0; MAX_FRAME];
        let length = encode(&frame, &mut bytes);
        // The last place is kept for a stop, however full the line is.
        let most = match message {
            Message::Stop(_) => OUT,
            _ => OUT - MAX_FRAME,
        };
        let end = self.used + length;
        let room = self.out.get_mut(self.used..end).filter(|_| end <= most);
        match (room, bytes.get(..length)) {
            (Some(room), Some(bytes)) => {
                room.copy_from_slice(bytes);
                self.used += length;
            }
            (None, _) | (_, None) => {
                self.counts.given_up += 1;
                return None;
            }
        }
        Some(sequence)
    }

    /// Bytes that are to go out.
    #[must_use]
    pub fn outgoing(&self) -> &[u8] {
        self.out.get(..self.used).unwrap_or(&[])
    }

    /// So many of them went.
    pub fn went(&mut self, count: usize) {
        let count = count.min(self.used);
        self.out.copy_within(count..self.used, 0);
        self.used -= count;
    }

    /// The newest state.
    #[must_use]
    pub const fn received(&self) -> Option<&Received> {
        self.received.as_ref()
    }

    /// Puts the best fit of the clocks in use at once; before the session alone.
    pub(crate) const fn settle_clock(&mut self) {
        if let Some(fit) = &mut self.fit {
            fit.settle();
        }
    }

    /// The arm's clock in terms of ours.
    #[must_use]
    pub const fn fit(&self) -> Option<&ClockFit> {
        self.fit.as_ref()
    }

    /// The newest round trip, once.
    pub const fn take_round_trip(&mut self) -> Option<Duration> {
        self.round_trip.take()
    }

    /// What went wrong on the way.
    #[must_use]
    pub const fn counts(&self) -> &LinkCounts {
        &self.counts
    }

    /// The newest frame that was none, for words.
    #[must_use]
    pub const fn last_rejected(&self) -> Option<&Rejected> {
        self.last_rejected.as_ref()
    }

    /// Session that is open; 0 when there is none.
    #[must_use]
    pub const fn session(&self) -> u32 {
        self.session
    }
}

#[cfg(test)]
mod tests;
