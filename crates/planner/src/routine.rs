//! The routine language after parsing: what an author asked for, in SI units, with the place in the
//! file, and nothing decided yet.

use plan::Technique;
use quantities::{Metres, MetresPerSecond, Newtons};

/// A routine as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Routine {
    /// Its name.
    pub name: String,
    /// One line for the operator.
    pub summary: String,
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
    /// Line of the step in its file, from 1.
    pub line: usize,
    /// Column of the step in its file, from 1.
    pub column: usize,
    /// Name of the tool (`palm`, `thumb`, `fork`, ...); empty for an operator step without a change.
    pub tool: String,
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
    /// The figure that is drawn.
    pub stroke: Stroke,
}

/// The figure of a step, in back coordinates.
#[derive(Clone, Debug, PartialEq)]
pub enum Stroke {
    /// Up beside the spine, down further out.
    Effleurage {
        /// Where each glide up begins.
        from: Level,
        /// Where it ends.
        to: Level,
        /// Distance from the spine on the way up.
        offset: Metres,
        /// Distance from the spine on the way down.
        return_offset: Metres,
    },
    /// Up beside the spine, out to the side, down the flank, back to the start; one closed loop.
    FanOut {
        /// Where each loop begins.
        from: Level,
        /// Where it fans out.
        to: Level,
        /// Distance from the spine on the way up.
        offset: Metres,
        /// Distance from the spine on the way down the flank.
        flank_offset: Metres,
    },
    /// Circles that travel from one level to the other at an offset.
    PalmCircles {
        /// Where the first row begins.
        from: Level,
        /// Where it ends.
        to: Level,
        /// Distance of the circles' centres from the spine in the first row.
        offset: Metres,
        /// Radius of the circles.
        radius: Metres,
        /// Circles per second.
        frequency_hz: Wish,
    },
    /// Small circles that travel from one level to the other at an offset.
    ThumbCircles {
        /// Where each row begins.
        from: Level,
        /// Where it ends.
        to: Level,
        /// Distance of the circles' centres from the spine in the first row.
        offset: Metres,
        /// Radius of the circles.
        radius: Metres,
        /// Circles per second.
        frequency_hz: Wish,
    },
    /// From the flank toward the spine, climbing by `spacing` a stroke.
    PullStrokes {
        /// Level of the first pull.
        from: Level,
        /// Level of the last.
        to: Level,
        /// Distance from the spine where each pull begins.
        flank_offset: Metres,
        /// Distance from the spine where it ends.
        inner_offset: Metres,
        /// Climb from one pull to the next.
        spacing: Metres,
    },
    /// Both tips of the fork along both lines at once.
    TwoLineStroke {
        /// Where each stroke begins.
        from: Level,
        /// Where it ends.
        to: Level,
    },
    /// A person is asked to do something.
    Operator {
        /// The words shown to the operator.
        prompt: String,
    },
}

/// A number that the planner may lower, saying so; the technique's own when absent.
pub type Wish = Option<f64>;

/// Where along the spine: a landmark and a shift toward the head.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// The landmark.
    pub name: LevelName,
    /// Shift toward the head (negative: toward the feet).
    pub shift: Metres,
}

/// Landmarks that a routine may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LevelName {
    /// Below S2: the lower end of the sacrum.
    TailBone,
    /// Second sacral vertebra: the origin of `u`.
    S2,
    /// Fourth lumbar vertebra: level of the iliac crests.
    L4,
    /// The narrowest place of the trunk, at L2.
    Waist,
    /// Twelfth thoracic vertebra.
    T12,
    /// Seventh thoracic vertebra: near the lower angle of the shoulder blade.
    T7,
    /// Third thoracic vertebra: root of the spine of the shoulder blade.
    T3,
    /// The limit of contact below C7.
    Nape,
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

impl Stroke {
    /// The technique of the figure.
    #[must_use]
    pub const fn technique(&self) -> Technique {
        match self {
            Self::Effleurage { .. } => Technique::Effleurage,
            Self::FanOut { .. } => Technique::FanOut,
            Self::PalmCircles { .. } => Technique::PalmCircles,
            Self::ThumbCircles { .. } => Technique::ThumbCircles,
            Self::PullStrokes { .. } => Technique::PullStrokes,
            Self::TwoLineStroke { .. } => Technique::TwoLineStroke,
            Self::Operator { .. } => Technique::OperatorStep,
        }
    }
}
