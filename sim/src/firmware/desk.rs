//! The firmware's correspondence: who is listened to, what has been agreed, what is to go out.

use core::num::NonZeroU32;

use wire_format::{
    Accepted, Address, AgeBound, Deframer, Drive, Expectation, Fault, FaultClass, Frame, Guard,
    Header, MAX_FRAME, Message, Mode, Open, Refusal, Rejected, Scope, Sequencer, Text, encode,
};

use super::watch::Ceilings;
use super::{FirmwareParams, TICK_NS};

/// Frames of one sender that may be missing in a row: half a second at 1 kHz. Chosen: whatever is longer has
/// long since unloaded the arm.
const MOST_LOST: u32 = 500;

/// What was agreed when the session was opened.
#[derive(Clone, Debug)]
pub(super) struct Agreed {
    pub nonce: u32,
    pub drive: Drive,
    pub period_ticks: u64,
    pub press_n: f32,
    pub tool_speed_m_per_s: f32,
    pub limits_check: u32,
    /// What was asked for.
    asked: Open,
    loop_guard: Guard,
    monitor_guard: Guard,
    counter: Sequencer,
    /// Ceilings of the newest command.
    pub told: Option<Ceilings>,
    /// The newest accepted command, and when it came (ns).
    pub command: Option<(NonZeroU32, u64)>,
}

/// The firmware's desk.
#[derive(Clone, Debug)]
pub(super) struct Desk<const D: usize> {
    deframer: Deframer,
    agreed: Option<Agreed>,
    last_nonce: u32,
    outside: Sequencer,
    out: Vec<u8>,
    refused: u64,
    asked_outside: bool,
}

impl<const D: usize> Desk<D> {
    pub fn new() -> Self {
        Self {
            deframer: Deframer::new(),
            agreed: None,
            last_nonce: 0,
            outside: Sequencer::new(),
            out: Vec::with_capacity(4 * MAX_FRAME),
            refused: 0,
            asked_outside: false,
        }
    }

    /// One byte from the wire.
    pub fn push(&mut self, byte: u8) -> Option<Result<Frame, Rejected>> {
        let result = self.deframer.push(byte);
        if let Some(Err(_)) = result {
            self.refused += 1;
        }
        result
    }

    /// Believes a frame of the open session, or says why not; anything else but a handshake is not believed.
    pub fn believe(&mut self, frame: &Frame, now: u64) -> Result<Accepted, Option<Refusal>> {
        let agreed = self.agreed.as_mut().ok_or(None)?;
        let guard = match frame.header.source {
            Address::ControlLoop => &mut agreed.loop_guard,
            Address::Monitor => &mut agreed.monitor_guard,
            Address::Arm | Address::Tools | Address::Broadcast => return Err(None),
        };
        guard.accept(frame, now).map_err(Some)
    }

    /// Whether what is answered now was asked outside of a session.
    pub const fn answer_outside(&mut self, outside: bool) {
        self.asked_outside = outside;
    }

    pub const fn agreed(&self) -> Option<&Agreed> {
        self.agreed.as_ref()
    }

    pub const fn agreed_mut(&mut self) -> Option<&mut Agreed> {
        self.agreed.as_mut()
    }

    pub const fn last_nonce(&self) -> u32 {
        self.last_nonce
    }

    pub const fn session(&self) -> u32 {
        match &self.agreed {
            Some(agreed) => agreed.nonce,
            None => 0,
        }
    }

    /// Begins a session.
    pub fn open(&mut self, open: &Open) {
        let guard = |source| {
            Guard::new(Expectation {
                source,
                destination: Address::Arm,
                session: open.session,
                most_lost: MOST_LOST,
                // How old a command is, the state that it answers tells.
                age: AgeBound::Unjudged,
            })
        };
        self.last_nonce = open.session;
        self.agreed = Some(Agreed {
            nonce: open.session,
            drive: open.drive,
            period_ticks: (1_000_000_000 / TICK_NS) / u64::from(open.rate_hz.max(1)),
            press_n: open.force_ceiling_n,
            tool_speed_m_per_s: open.tool_speed_m_s,
            limits_check: wire_format::State::limits_check_of(&open.host_limits_hash),
            asked: *open,
            loop_guard: guard(Address::ControlLoop),
            monitor_guard: guard(Address::Monitor),
            counter: Sequencer::new(),
            told: None,
            command: None,
        });
    }

    /// True when this asked for the open session, and nothing was sent in it yet.
    pub fn is_repeated(&self, open: &Open) -> bool {
        self.agreed.as_ref().is_some_and(|agreed| {
            agreed.asked == *open
                && agreed.loop_guard.newest_sequence() == 0
                && agreed.monitor_guard.newest_sequence() == 0
        })
    }

    /// Ends the session.
    pub fn close(&mut self) {
        self.agreed = None;
    }

    /// True when a state is due at this tick.
    pub fn is_due(&self, ticks: u64) -> bool {
        self.agreed
            .as_ref()
            .is_some_and(|agreed| ticks.is_multiple_of(agreed.period_ticks.max(1)))
    }

    /// The ceilings in force: the least of the firmware's own, the session's and the newest command's.
    pub fn ceilings(&self, params: &FirmwareParams<D>) -> Ceilings {
        let own = Ceilings {
            press_n: f64::from(params.limits.press_n),
            tool_speed_m_per_s: f64::from(params.limits.tool_speed_m_per_s),
        };
        let Some(agreed) = &self.agreed else {
            return own;
        };
        let told = agreed.told.unwrap_or(own);
        Ceilings {
            press_n: own.press_n.min(f64::from(agreed.press_n)).min(told.press_n),
            tool_speed_m_per_s: own
                .tool_speed_m_per_s
                .min(f64::from(agreed.tool_speed_m_per_s))
                .min(told.tool_speed_m_per_s),
        }
    }

    /// Sends a message; its sequence, `None` when the count is used up and a new session is needed.
    pub fn send(&mut self, to: Address, message: Message, mode: Mode, now: u64) -> Option<u32> {
        let inside = match message.kind().scope() {
            Scope::Handshake => None,
            // What was asked outside of a session is answered outside of it.
            Scope::Either if self.asked_outside => None,
            Scope::Session | Scope::Either => self.agreed.as_mut(),
        };
        let (session, counter) = match inside {
            Some(agreed) => (agreed.nonce, &mut agreed.counter),
            None => (0, &mut self.outside),
        };
        let sequence = counter.advance()?;
        let frame = Frame {
            header: Header {
                source: Address::Arm,
                destination: to,
                session,
                sequence,
                time_ns: now,
                mode,
            },
            message,
        };
        let mut bytes = [0; MAX_FRAME];
        let length = encode(&frame, &mut bytes);
        self.out
            .extend_from_slice(bytes.get(..length).unwrap_or(&[]));
        Some(sequence)
    }

    pub fn tell_fault(&mut self, class: FaultClass, mode: Mode, now: u64) {
        let words = match class {
            FaultClass::Silence => "host silent or its command stale",
            FaultClass::ForceCeiling => "press above the ceiling",
            FaultClass::Speed => "tool faster than its limit",
            FaultClass::JointSensor => "joint sensor not believed",
            FaultClass::WrenchSensor => "wrench sensor not believed",
            FaultClass::Drive => "drive does not do as told",
            FaultClass::Supply => "supply too low",
            FaultClass::Temperature => "too hot",
            FaultClass::Brake => "brake does not open",
            FaultClass::Limits => "limits changed",
            FaultClass::Tool => "tool lost",
            FaultClass::Internal => "task late",
        };
        let fault = Fault {
            class,
            detail: 0,
            text: Text::new(words).unwrap_or(Text::empty()),
        };
        self.send(Address::ControlLoop, Message::Fault(fault), mode, now);
    }

    pub fn take_outgoing(&mut self, out: &mut Vec<u8>) {
        out.append(&mut self.out);
    }
}
