//! What the operator may ask for. Requests travel inside [`crate::Sensed`], so a replay replays them.

/// One request, present in exactly one cycle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Request {
    /// Nothing is asked.
    #[default]
    None,
    /// Slow the phase to a stand-still, keep touch.
    Pause,
    /// Go on after a pause.
    Resume,
    /// Less pressure from now on.
    Softer,
    /// More pressure from now on, within the ceilings.
    Firmer,
    /// Leave the present step and go to the next.
    Skip,
    /// Unload, retract, end.
    Stop,
    /// The operator step is done (tool changed, client repositioned).
    Confirm,
    /// Clear a latched stop; heeded at idle only, and ends in hover.
    Reset,
    /// Leave the touch in good order, and end the session there: nothing is latched, the arm may park.
    End,
}
