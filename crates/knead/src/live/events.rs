//! What a live session has to tell, and how it ends.

use quantities::{Duration, Instant};
use signals::{Reaction, RuleIndex};
use wire_format::FaultClass;

use super::start::Missing;

/// What the operator has to be told or asked. Fixed size: it goes through a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event {
    /// The arm is led now (session time).
    Leading(Instant),
    /// A segment of the plan begins (its index, session time).
    Segment(u32, Instant),
    /// A step begins.
    Step(u16),
    /// How far: segment and share of the whole.
    Progress(f32),
    /// The arm hovers over the first place: may it touch?
    AskHover,
    /// The first touch is settled: softer, firmer, or as it is?
    AskTouch,
    /// The plan waits for a person.
    AskPerson(u32),
    /// The monitor's word has changed.
    Reaction(Reaction, Option<RuleIndex>),
    /// It ends.
    Ending(Ending),
}

/// How a live session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The plan was walked to its end; the arm is parked.
    Completed,
    /// The operator ended it; the arm hovers and can be parked.
    Ended,
    /// The monitor stopped it.
    SafetyStop(Option<RuleIndex>),
    /// The arm's own firmware stopped it.
    Firmware(Option<FaultClass>),
    /// The link was lost.
    LinkLost,
    /// The arm could not be led.
    NotReady(Missing),
    /// There was no skin where the plan expected it.
    NoSkin,
}

/// How a session is accompanied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// A person is asked.
    Asking,
    /// Nobody is there to ask: a rig, a test. Persons' steps are confirmed, tools changed by the coupling.
    Alone,
}

/// Whether so much time has gone by since a moment.
pub(super) fn passed(now: Instant, since: Instant, span: Duration) -> bool {
    now.since(since).is_some_and(|gone| gone >= span)
}
