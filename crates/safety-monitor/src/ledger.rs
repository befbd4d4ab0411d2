//! Persistence and hysteresis: which rows of the table are tripped.

use quantities::Duration;

use crate::facts::Facts;
use crate::rules::{Compared, RULES, Rule};

#[derive(Clone, Copy, Debug)]
struct Row {
    /// Consecutive cycles over the threshold.
    over: u32,
    is_tripped: bool,
}

/// One state a row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ledger {
    period: f64,
    rows: [Row; RULES.len()],
    /// Rows that are not looked at: how tests prove that a row matters.
    #[cfg(test)]
    pub masked: u64,
}

impl Ledger {
    pub const fn new(period: Duration) -> Self {
        Self {
            period: period.nanos() as f64 * 1e-9,
            rows: [Row {
                over: 0,
                is_tripped: false,
            }; RULES.len()],
            #[cfg(test)]
            masked: 0,
        }
    }

    /// Judges one cycle; bit `i` of the answer is row `i`.
    pub fn look(&mut self, facts: &Facts) -> u64 {
        let mut tripped = 0;
        for (index, (rule, row)) in RULES.iter().zip(&mut self.rows).enumerate() {
            #[cfg(test)]
            if self.masked & (1 << index) != 0 {
                continue;
            }
            row.look(rule, facts, self.period);
            tripped |= u64::from(row.is_tripped) << index;
        }
        tripped
    }
}

impl Row {
    fn look(&mut self, rule: &Rule, facts: &Facts, period: f64) {
        let compared = (rule.measure)(facts);
        // A NaN on either side is not within: it is over.
        let is_within = |c: &Compared| c.seen <= c.allowed;
        let is_over = compared.is_some_and(|c| !is_within(&c));
        let is_clear = compared.is_none_or(|c| c.seen <= c.allowed - rule.hysteresis);
        self.over = if is_over {
            self.over.saturating_add(1)
        } else {
            0
        };
        // Half a period of slack: n cycles persist for n periods, whatever the rounding.
        let lasted = (f64::from(self.over) + 0.5) * period >= f64::from(rule.persists_ms) * 1e-3;
        if is_over && lasted && self.over >= u32::from(rule.samples) {
            self.is_tripped = true;
        } else if is_clear {
            self.is_tripped = false;
        }
    }
}
