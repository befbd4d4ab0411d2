//! The routine language after parsing: what an author asked for, in SI units, with the place in the
//! file, and nothing decided yet.
//!
//! A step is a technique on a *course* (where on the back), with a *shape* (how large, how often) laid
//! over it. Which courses and shapes belong to a technique tells its [`recipe`](crate::recipe).

use plan::Technique;
use quantities::{Metres, MetresPerSecond, Newtons, Seconds};

/// A routine as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Routine {
    /// Its name.
    pub name: String,
    /// One line for the operator.
    pub summary: String,
    /// Beats per second to which rhythmic techniques lock; each keeps its own rhythm when absent.
    pub tempo_hz: Option<f64>,
    /// The steps, in order.
    pub steps: Vec<RoutineStep>,
}

/// One step as written.
#[derive(Clone, Debug, PartialEq)]
pub struct RoutineStep {
    /// The author's name for it.
    pub name: String,
    /// Rows of the source texts that it serves ("B-L3").
    pub rows: Vec<String>,
    /// The file that it was taken from, when it is not the routine's own.
    pub file: Option<String>,
    /// Line of the step in its file, from 1.
    pub line: usize,
    /// Column of the step in its file, from 1.
    pub column: usize,
    /// What is done.
    pub technique: Technique,
    /// Where it is done.
    pub course: Course,
    /// How large and how often; the technique's own where absent.
    pub shape: Shape,
    /// Tools that will do, the preferred one first; none for an operator step without a change.
    pub tools: Vec<String>,
    /// How the patch lies.
    pub patch_axis: PatchAxis,
    /// Which side or sides of the spine.
    pub sides: Sides,
    /// What two hands would do.
    pub hands: Hands,
    /// How hard.
    pub force: ForceWord,
    /// Gliding speed of the tool; the technique's own when absent.
    pub speed: Option<MetresPerSecond>,
    /// How many times on each side.
    pub repeat: u32,
    /// Shift away from the spine from one repetition to the next.
    pub outward_shift: Metres,
    /// The step is done only for a client who asked for this.
    pub if_asked: Option<String>,
}

/// Where on the back, in back coordinates. Offsets are distances from the spine along the skin.
#[derive(Clone, Debug, PartialEq)]
pub enum Course {
    /// Up beside the spine and back further out: one closed loop.
    Loop {
        /// Where it turns.
        span: Span,
        /// Distance from the spine on the way up.
        offset: Metres,
        /// Distance from the spine on the way down.
        outer: Metres,
    },
    /// Lines along the spine.
    Rows {
        /// From where to where.
        span: Span,
        /// Distance of the first line from the spine.
        offset: Metres,
    },
    /// Lines across the back, between two offsets, level after level.
    Across {
        /// Level of the first line and of the last.
        span: Span,
        /// The end near the spine.
        offset: Metres,
        /// The end far from it.
        outer: Metres,
        /// From one line to the next.
        spacing: Metres,
    },
    /// Single places.
    Spots(Spots),
    /// Around the shoulder blade.
    Blade {
        /// How far outside of its border; negative inside.
        outside: Metres,
    },
    /// From beside the spine to the hip on one side and to the shoulder on the other.
    Diagonals {
        /// Levels of the hip and of the shoulder.
        span: Span,
        /// Distance from the spine where each leg begins.
        offset: Metres,
        /// Distance from the spine where it ends.
        outer: Metres,
    },
    /// Along both sides of the spine at once.
    Straddle {
        /// From where to where.
        span: Span,
    },
    /// A person does something.
    Person {
        /// The words shown to the operator.
        prompt: String,
        /// The client is laid anew: the time in one position begins again.
        repositions: bool,
    },
}

/// Single places on the back.
#[derive(Clone, Debug, PartialEq)]
pub enum Spots {
    /// Those that the routine names: level and distance from the spine, on each side that the step names.
    Named(Vec<(Level, Metres)>),
    /// Those that the client's profile marks as focus.
    Focus,
}

/// Two levels, in the order of the step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// Where the figure begins.
    pub from: Level,
    /// Where it ends.
    pub to: Level,
}

/// How large and how often. What is absent is the technique's own; what is too much for body or arm is
/// lowered, with a note.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Shape {
    /// Radius of circles and of kneading ellipses.
    pub radius: Option<Metres>,
    /// Way of an oscillation from end to end, or of a spread.
    pub travel: Option<Metres>,
    /// Cycles or blows per second.
    pub frequency_hz: Option<f64>,
    /// How long each hold lasts at least.
    pub hold: Option<Seconds>,
    /// Stages of a staircase.
    pub stages: Option<u32>,
    /// How long each place is worked.
    pub time: Option<Seconds>,
}

/// How a patch that is longer than wide lies on the back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PatchAxis {
    /// Its long axis along the spine.
    #[default]
    Along,
    /// Its long axis across.
    Across,
}

/// Where along the spine: a landmark and a shift toward the head.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// The landmark.
    pub name: anatomy::Level,
    /// Shift toward the head (negative: toward the feet).
    pub shift: Metres,
}

/// Which side or sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sides {
    /// The client's left.
    Left,
    /// The client's right.
    Right,
    /// Both.
    Both,
}

/// What two hands would do; with one arm the planner says how it stands in for the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hands {
    /// One hand.
    One,
    /// Both hands, mirror images.
    Mirrored,
    /// Hand after hand.
    Alternate,
    /// Hand on hand.
    Together,
}

/// How hard.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ForceWord {
    /// The technique's light force.
    Light,
    /// The technique's medium force.
    Medium,
    /// The technique's firm force.
    Firm,
    /// The technique's deep force, where it has one.
    Deep,
    /// This many newtons.
    Exactly(Newtons),
}

impl RoutineStep {
    /// True for a step that a person does while the arm is parked.
    #[must_use]
    pub const fn is_for_a_person(&self) -> bool {
        matches!(self.course, Course::Person { .. })
    }

    /// The preferred tool; empty when none is named.
    #[must_use]
    pub fn tool(&self) -> &str {
        self.tools.first().map_or("", String::as_str)
    }
}

impl Course {
    /// The levels between which it lies, in the order of the step.
    #[must_use]
    pub const fn span(&self) -> Option<Span> {
        match self {
            Self::Loop { span, .. }
            | Self::Rows { span, .. }
            | Self::Across { span, .. }
            | Self::Diagonals { span, .. }
            | Self::Straddle { span } => Some(*span),
            Self::Spots(_) | Self::Blade { .. } | Self::Person { .. } => None,
        }
    }
}
