//! What the firmware watches by itself: that the host lives and answers what is now, that the press and the
//! speed stay below their ceilings.

use wire_format::{Address, FaultClass, Heartbeat};

use super::FirmwareLimits;

/// States that are remembered with the time of their sending, to tell the age of what a command answers.
const SENT: usize = 64;
/// What the firmware's own feeling of the press may err by (N): its sensor's bias after the zero, and the
/// inertia of the tool. Chosen.
const PRESS_ALLOWANCE_N: f64 = 2.0;
/// Ticks that a ceiling must be passed, so that one odd sample is no trip.
const PERSISTS: u32 = 2;
/// The tool may be faster than its limit by this factor, for noise.
const SPEED_FACTOR: f64 = 1.1;

/// Proofs of life of one sender.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Beat {
    counter: u32,
    at: Option<u64>,
}

impl Beat {
    /// A counter that has not moved proves nothing.
    fn look(&mut self, counter: u32, now: u64) {
        if self.at.is_none() || counter != self.counter {
            *self = Self {
                counter,
                at: Some(now),
            };
        }
    }

    fn age(&self, now: u64) -> Option<u64> {
        self.at.map(|at| now.saturating_sub(at))
    }
}

/// Ceilings that hold now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ceilings {
    pub press_n: f64,
    pub tool_speed_m_per_s: f64,
}

/// The watch's memory.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    sent: [(u32, u64); SENT],
    basis: Option<u64>,
    following_since: Option<u64>,
    beats: [Beat; 2],
    over_press: u32,
    over_speed: u32,
}

impl Watch {
    pub const fn new() -> Self {
        Self {
            sent: [(0, 0); SENT],
            basis: None,
            following_since: None,
            beats: [Beat {
                counter: 0,
                at: None,
            }; 2],
            over_press: 0,
            over_speed: 0,
        }
    }

    /// A state of this sequence was sent.
    pub fn sent(&mut self, sequence: u32, now: u64) {
        if let Some(place) = self.sent.get_mut(sequence as usize % SENT) {
            *place = (sequence, now);
        }
    }

    /// A command that answers this state was accepted. True when it is fresh enough to act on.
    pub fn answered(&mut self, sequence: u32, now: u64, timeout_ms: u16) -> bool {
        let sent = self.sent.get(sequence as usize % SENT);
        let Some((_, at)) = sent.filter(|(s, _)| *s == sequence) else {
            return false;
        };
        if now.saturating_sub(*at) > ns(timeout_ms) {
            return false;
        }
        self.basis = self.basis.max(Some(*at));
        true
    }

    /// Loop or monitor is heard.
    pub fn beat(&mut self, source: Address, beat: &Heartbeat, now: u64) {
        let index = match source {
            Address::ControlLoop => 0,
            Address::Monitor => 1,
            Address::Arm | Address::Tools | Address::Broadcast => return,
        };
        if let Some(known) = self.beats.get_mut(index) {
            known.look(beat.counter, now);
        }
    }

    /// The host leads from now on, or does no more.
    pub const fn lead(&mut self, since: Option<u64>) {
        self.following_since = since;
    }

    /// True when what the host says is too old, or loop or monitor are silent. Not asked before the host
    /// leads.
    pub fn is_silent<const D: usize>(&self, limits: &FirmwareLimits<D>, now: u64) -> bool {
        let Some(since) = self.following_since else {
            return false;
        };
        let grace = now.saturating_sub(since);
        // What was heard before the host led says nothing against it: silence counts from there.
        let stale =
            |age: Option<u64>, most: u16| age.map_or(grace, |age| age.min(grace)) > ns(most);
        let basis = self.basis.map(|at| now.saturating_sub(at));
        stale(basis, limits.command_timeout_ms)
            || self
                .beats
                .iter()
                .any(|beat| stale(beat.age(now), limits.heartbeat_timeout_ms))
    }

    /// Which ceiling is passed for long enough.
    pub fn over(
        &mut self,
        press: Option<f64>,
        speed: f64,
        ceilings: &Ceilings,
    ) -> Option<FaultClass> {
        let pressed = press.is_some_and(|press| press > ceilings.press_n + PRESS_ALLOWANCE_N);
        let fast = speed > ceilings.tool_speed_m_per_s * SPEED_FACTOR;
        let count = |over: bool, count: u32| if over { count.saturating_add(1) } else { 0 };
        self.over_press = count(pressed, self.over_press);
        self.over_speed = count(fast, self.over_speed);
        if self.over_press >= PERSISTS {
            Some(FaultClass::ForceCeiling)
        } else if self.over_speed >= PERSISTS {
            Some(FaultClass::Speed)
        } else {
            None
        }
    }
}

fn ns(ms: u16) -> u64 {
    u64::from(ms) * 1_000_000
}
