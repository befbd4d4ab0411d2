//! The person beside a simulated table: does what the plan asks of a person, and confirms.

use plan::OperatorStep;
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

/// Attends to operator steps.
#[derive(Clone, Copy, Debug, Default)]
pub struct SimulatedOperator {
    waited: u32,
}

impl SimulatedOperator {
    /// One cycle at the table.
    pub fn attend(&mut self, step: Option<&OperatorStep>, attached: Option<ToolIndex>) -> Deed {
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
