//! What is done to a session, and when.

use signals::Request;

use crate::Code;
use crate::document::{Section, number, section, text, whole, words};

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuitePhase {
    /// The arm is there and is not led yet.
    Idle,
    /// Free motion to the first hover.
    Approach,
    /// Inward until the skin is felt and the force has settled.
    Touch,
    /// In contact, moving.
    Stroke,
    /// A static press.
    Hold,
    /// Blows.
    Tap,
    /// Off the skin.
    Lift,
    /// Free motion between two touches, and home.
    Transit,
}

impl SuitePhase {
    /// The words of the phases.
    pub const WORDS: [(&str, Self); 8] = [
        ("idle", Self::Idle),
        ("approach", Self::Approach),
        ("touch", Self::Touch),
        ("stroke", Self::Stroke),
        ("hold", Self::Hold),
        ("tap", Self::Tap),
        ("lift", Self::Lift),
        ("transit", Self::Transit),
    ];

    /// Its word, as a plan's segments have it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Approach => "approach",
            Self::Touch => "touch",
            Self::Stroke => "stroke",
            Self::Hold => "hold",
            Self::Tap => "tap",
            Self::Lift => "lift",
            Self::Transit => "transit",
        }
    }
}

/// A moment of a session.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Moment {
    /// So long after the arm is led (s).
    Led {
        /// How long (s).
        after_s: f64,
    },
    /// So long after a phase begins (s).
    Phase {
        /// The phase.
        phase: SuitePhase,
        /// Which one of that kind, from 1.
        nth: u32,
        /// How long after its beginning (s).
        after_s: f64,
    },
}

impl Moment {
    /// The moment in a phase, where it names none.
    #[must_use]
    pub const fn within(self, phase: SuitePhase) -> Self {
        match self {
            Self::Led { after_s } => Self::Phase {
                phase,
                nth: 1,
                after_s,
            },
            Self::Phase { .. } => self,
        }
    }
}

/// What happens to a process.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Act {
    /// It is killed.
    Kill,
    /// It stands still for so long (s).
    Stop {
        /// How long (s).
        for_s: f64,
    },
}

/// What is done.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// An order to the twin, in its own words.
    Order(String),
    /// A key of the operator.
    Request(Request),
    /// An act on the controller.
    Controller(Act),
    /// An act on the twin.
    Twin(Act),
    /// The rig's power is cycled.
    PowerCycle,
}

/// Something that is done at a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct SuiteEvent {
    /// When.
    pub at: Moment,
    /// What.
    pub deed: Deed,
}

#[derive(Clone, Copy)]
enum ProcessWord {
    KillController,
    StopController,
    KillTwin,
    StopTwin,
    PowerCycle,
}

const PROCESS_WORDS: [(&str, ProcessWord); 5] = [
    ("kill_controller", ProcessWord::KillController),
    ("stop_controller", ProcessWord::StopController),
    ("kill_twin", ProcessWord::KillTwin),
    ("stop_twin", ProcessWord::StopTwin),
    ("power_cycle", ProcessWord::PowerCycle),
];

/// Reads one `[[test.event]]`.
pub(super) fn event(root: &Section<'_>) -> Option<SuiteEvent> {
    let at = root.required("at", section(moment));
    let order = root.optional("do", text());
    let request = root.optional("request", words(&crate::requests::WORDS));
    let process = root.optional("process", words(&PROCESS_WORDS));
    let for_s = root.optional("for_s", number(0.001..=60.0, "s"));
    let (at, for_s) = (at?, for_s?);
    let deed = match (order?, request?, process?) {
        (Some(order), None, None) => Deed::Order(order),
        (None, Some(request), None) => Deed::Request(request),
        (None, None, Some(word)) => {
            return act(root, word, for_s).map(|deed| SuiteEvent { at, deed });
        }
        (None, None, None) => {
            return root.refuse(
                Code::MissingKey,
                "the event does nothing".to_owned(),
                "add one of `do` (an order of the twin), `request` (of the operator) or `process`",
            );
        }
        (_, _, _) => {
            return root.refuse(
                Code::Contradiction,
                "the event does more than one thing".to_owned(),
                "make an event for each of `do`, `request` and `process`",
            );
        }
    };
    if for_s.is_some() {
        return root.refuse_key(
            "for_s",
            Code::Contradiction,
            "only a stopped process has a time".to_owned(),
            "take `for_s` away, or write it into the twin's order",
        );
    }
    Some(SuiteEvent { at, deed })
}

fn act(root: &Section<'_>, word: ProcessWord, for_s: Option<f64>) -> Option<Deed> {
    match (word, for_s) {
        (ProcessWord::KillController, None) => Some(Deed::Controller(Act::Kill)),
        (ProcessWord::KillTwin, None) => Some(Deed::Twin(Act::Kill)),
        (ProcessWord::PowerCycle, None) => Some(Deed::PowerCycle),
        (ProcessWord::StopController, Some(for_s)) => Some(Deed::Controller(Act::Stop { for_s })),
        (ProcessWord::StopTwin, Some(for_s)) => Some(Deed::Twin(Act::Stop { for_s })),
        (ProcessWord::StopController | ProcessWord::StopTwin, None) => root.refuse(
            Code::MissingKey,
            "a stopped process needs `for_s`".to_owned(),
            "say how long it stands still, in seconds",
        ),
        (
            ProcessWord::KillController | ProcessWord::KillTwin | ProcessWord::PowerCycle,
            Some(_),
        ) => root.refuse_key(
            "for_s",
            Code::Contradiction,
            "what is ended has no time".to_owned(),
            "take `for_s` away",
        ),
    }
}

fn moment(root: &Section<'_>) -> Option<Moment> {
    let phase = root.optional("phase", words(&SuitePhase::WORDS));
    let nth = root.optional("nth", whole(1..=1000));
    let after_s = root.or("after_s", number(0.0..=3600.0, "s"), 0.0);
    let (nth, after_s) = (nth?, after_s?);
    match (phase?, nth) {
        (Some(phase), nth) => Some(Moment::Phase {
            phase,
            nth: nth.unwrap_or(1),
            after_s,
        }),
        (None, None) => Some(Moment::Led { after_s }),
        (None, Some(_)) => root.refuse_key(
            "nth",
            Code::Contradiction,
            "`nth` counts phases, and no `phase` is named".to_owned(),
            "name the phase, or take `nth` away",
        ),
    }
}
