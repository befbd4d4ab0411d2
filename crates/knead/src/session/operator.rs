//! The person beside a simulated table: does what the plan asks of a person, confirms, and says what a
//! script has for the moment.

use plan::OperatorStep;
use quantities::Instant;
use settings::TimedRequest;
use signals::{Request, ToolIndex};

/// Cycles that a tool change takes: long enough to show in the recording, short enough not to bore.
const HANDS_ON: u32 = 1500;
/// Cycles from the tool being on to the confirmation.
const LOOK: u32 = 200;

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
#[derive(Clone, Debug, Default)]
pub struct SimulatedOperator {
    waited: u32,
    /// What is still to be said, the last first.
    script: Vec<TimedRequest>,
}

impl SimulatedOperator {
    /// A person who says this, in the order of time.
    pub fn following(script: &[TimedRequest]) -> Self {
        Self {
            waited: 0,
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
            (HANDS_ON, Some(tool)) if Some(tool) != attached => Deed::Attach(tool),
            (n, _) if n == HANDS_ON + LOOK => Deed::Ask(Request::Confirm),
            _ => Deed::Wait,
        }
    }
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
        let mut operator = SimulatedOperator::following(&script);
        let said: Vec<Deed> = (0..6)
            .map(|ms| operator.attend(None, None, Instant::from_nanos(ms * 1_000_000)))
            .collect();
        let (softer, pause) = (Deed::Ask(Request::Softer), Deed::Ask(Request::Pause));
        let wait = Deed::Wait;
        assert_eq!(said, [wait, wait, softer, pause, wait, wait]);
    }
}
