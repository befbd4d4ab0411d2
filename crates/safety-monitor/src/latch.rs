//! From tripped rows to one reaction: what latches, what lasts, what a reset needs.

use signals::{Reaction, RuleIndex};

use crate::rules::RULES;

/// A Slow lasts this long after its last cause is gone (s), so that it does not flicker.
const SLOW_LASTS: f64 = 1.0;
/// Share of the ceiling that a Slow leaves.
const SLOW_SHARE: f64 = 0.5;
/// Time in which the ceiling shown to the controller comes down (s).
const SHOWN_RAMP: f64 = 1.0;
/// Time in which the ceiling held against the tool comes down (s): later, so that a controller that
/// obeys is never tripped by the Slow itself.
const JUDGED_RAMP: f64 = 3.0;

/// What is held, and since when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Latch {
    period: f64,
    held: Option<(Reaction, RuleIndex)>,
    slow: Option<(RuleIndex, f64)>,
    /// Share of the ceiling as shown to the controller.
    pub shown: f64,
    /// Share of the ceiling as judged by the rules.
    pub judged: f64,
    /// A heeded reset is on its way to hover.
    pub is_resetting: bool,
}

/// One cycle's decision.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Decision {
    pub reaction: Reaction,
    pub cause: Option<RuleIndex>,
}

/// What a reset looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Calm {
    /// Unloaded, no touch, slow.
    pub is_idle: bool,
    /// As far from the skin as hover.
    pub is_at_hover: bool,
}

impl Latch {
    pub const fn new(period: f64) -> Self {
        Self {
            period,
            held: None,
            slow: None,
            shown: 1.0,
            judged: 1.0,
            is_resetting: false,
        }
    }

    /// Takes in the rows tripped in this cycle.
    pub fn decide(&mut self, tripped: u64) -> Decision {
        let worst = worst_of(tripped);
        if let Some((reaction, cause)) = worst.filter(|(reaction, _)| *reaction >= Reaction::Unload)
        {
            self.is_resetting = false;
            if self.held.is_none_or(|(held, _)| reaction > held) {
                self.held = Some((reaction, cause));
            }
        }
        self.remember_slow(worst);
        self.ramp();
        let (reaction, cause) = match (self.held, self.slow, worst) {
            (Some((held, cause)), ..) => (held, Some(cause)),
            (None, Some((cause, _)), _) => (Reaction::Slow, Some(cause)),
            (None, None, Some((reaction, cause))) => (reaction, Some(cause)),
            (None, None, None) => (Reaction::Go, None),
        };
        Decision { reaction, cause }
    }

    /// A reset is heeded only while latched, at idle and with nothing tripped; the latch opens when
    /// hover is reached.
    pub fn reset(&mut self, is_asked: bool, calm: Calm, tripped: u64) {
        let nothing_tripped =
            worst_of(tripped).is_none_or(|(reaction, _)| reaction < Reaction::Unload);
        if is_asked && self.held.is_some() && calm.is_idle && nothing_tripped {
            self.is_resetting = true;
        }
        if self.is_resetting && calm.is_idle && calm.is_at_hover {
            self.is_resetting = false;
            self.held = None;
        }
    }

    fn remember_slow(&mut self, worst: Option<(Reaction, RuleIndex)>) {
        match (worst, &mut self.slow) {
            (Some((Reaction::Slow, cause)), slow) => *slow = Some((cause, SLOW_LASTS)),
            (_, Some((_, left))) if *left > self.period => *left -= self.period,
            (_, slow) => *slow = None,
        }
    }

    fn ramp(&mut self) {
        let goal = if self.slow.is_some() { SLOW_SHARE } else { 1.0 };
        let step = (1.0 - SLOW_SHARE) * self.period;
        let toward =
            |share: f64, time: f64| share + (goal - share).clamp(-step / time, step / time);
        self.shown = toward(self.shown, SHOWN_RAMP);
        // Never stricter than what the controller has been shown.
        self.judged = toward(self.judged, JUDGED_RAMP).max(self.shown);
    }
}

/// The severest reaction among tripped rows and the first row that asks for it.
fn worst_of(tripped: u64) -> Option<(Reaction, RuleIndex)> {
    let mut worst: Option<(Reaction, RuleIndex)> = None;
    for (index, rule) in (0_u8..).zip(RULES.iter()) {
        let is_tripped = tripped & (1 << index) != 0;
        if is_tripped && worst.is_none_or(|(reaction, _)| rule.reaction > reaction) {
            worst = Some((rule.reaction, RuleIndex(index)));
        }
    }
    worst
}
