//! The safety monitor's word on one cycle.

use quantities::Newtons;

/// Reactions in rising severity; the severest tripped rule decides. *Unloaded* is safe, *stopped* is
/// not: each takes the force away first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reaction {
    /// All well.
    #[default]
    Go,
    /// Noted.
    Warn,
    /// Speed and ceiling to a half.
    Slow,
    /// Force to zero at a bounded rate, stay compliant.
    Unload,
    /// Away along the measured normal to hover.
    Retract,
    /// Unload, then a controlled stop with power kept.
    Stop,
    /// Drive power removed.
    PowerCut,
}

/// Row of the rule table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleIndex(pub u8);

/// The word on one cycle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    /// What is done. Latched from `Unload` upward.
    pub reaction: Reaction,
    /// The rule that decided, while the reaction is above `Go`; kept while latched.
    pub cause: Option<RuleIndex>,
    /// Rules tripped in this very cycle, one bit a row.
    pub tripped: u64,
    /// The monitor's own ceiling at the place where it sees the tool.
    pub ceiling: Newtons,
    /// The monitor's own distance from keep-out to the nearest patch edge (m), while near the body.
    pub clearance: Option<quantities::Metres>,
}

impl Verdict {
    /// True when nothing goes on without the operator's reset.
    #[must_use]
    pub fn is_latched(&self) -> bool {
        self.reaction >= Reaction::Unload
    }
}
