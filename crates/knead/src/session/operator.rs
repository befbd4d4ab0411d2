//! The person beside a simulated table: does what the plan asks of a person, confirms, and says what a
//! script has for the moment.

use plan::OperatorStep;
use quantities::{Duration, Instant};
use settings::TimedRequest;
use signals::{Request, ToolIndex};

/// Time that a tool change takes (ms): long enough to show in the recording, short enough not to bore.
const HANDS_ON_MS: u64 = 1500;
/// Time from the tool being on to the confirmation (ms).
const LOOK_MS: u64 = 200;

/// What the person does in a cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Nothing.
    Wait,
    /// Bolts a tool on.
    Attach(ToolIndex),
    /// Speaks to the controller.
    Ask(Request),
}

/// Attends to operator steps, and follows a script.
#[derive(Clone, Debug)]
pub struct SimulatedOperator {
    waited: u64,
    /// Cycles that a tool change takes, and those until it is confirmed.
    hands_on: u64,
    confirmed: u64,
    /// What is still to be said, the last first.
    script: Vec<TimedRequest>,
}

impl SimulatedOperator {
    /// A person who says this, in the order of time, beside a loop of this period.
    pub fn following(script: &[TimedRequest], period: Duration) -> Self {
        let hands_on = cycles(HANDS_ON_MS, period);
        Self {
            waited: 0,
            hands_on,
            confirmed: hands_on + cycles(LOOK_MS, period),
            script: script.iter().rev().copied().collect(),
        }
    }

    /// One cycle at the table. What the script has for the moment goes first: it may be a stop.
    pub fn attend(
        &mut self,
        step: Option<&OperatorStep>,
        attached: Option<ToolIndex>,
        now: Instant,
    ) -> Deed {
        if let Some(due) = self.script.pop_if(|next| next.at <= now.seconds()) {
            return Deed::Ask(due.request);
        }
        let Some(step) = step else {
            self.waited = 0;
            return Deed::Wait;
        };
        self.waited += 1;
        match (self.waited, step.change_to) {
            (n, Some(tool)) if n == self.hands_on && Some(tool) != attached => Deed::Attach(tool),
            (n, _) if n == self.confirmed => Deed::Ask(Request::Confirm),
            _ => Deed::Wait,
        }
    }
}

/// Cycles of a loop that take this long, one at the least.
pub(super) fn cycles(ms: u64, period: Duration) -> u64 {
    (Duration::from_millis(ms).nanos() / period.nanos().max(1)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use quantities::Seconds;

    #[test]
    fn a_script_is_said_at_its_times_and_each_word_once() {
        let say = |at: f64, request| TimedRequest {
            at: Seconds::new(at),
            request,
        };
        let script = [say(0.002, Request::Softer), say(0.003, Request::Pause)];
        let mut operator = SimulatedOperator::following(&script, Duration::from_millis(1));
        let said: Vec<Deed> = (0..6)
            .map(|ms| operator.attend(None, None, Instant::from_nanos(ms * 1_000_000)))
            .collect();
        let (softer, pause) = (Deed::Ask(Request::Softer), Deed::Ask(Request::Pause));
        let wait = Deed::Wait;
        assert_eq!(said, [wait, wait, softer, pause, wait, wait]);
    }
}
