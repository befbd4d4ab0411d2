//! What the plan asks for at the present phase.

use nalgebra::SVector;
use quantities::{
    Base, Metres, MetresPerSecond, Newtons, NewtonsPerSecond, NewtonsPerSecondSquared, Seconds,
    Tool, Transform, Twist,
};

/// Index of a tool in the session's tool list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ToolIndex(pub u8);

/// What is asked along the tool axis (z of the tool, into the body).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Press {
    /// Free space: hold the pose along this axis too.
    Free,
    /// Move inward until the skin is felt, then press this hard.
    Seek {
        /// Force to settle at, positive into the body.
        force: Newtons,
        /// Inward speed until the skin is felt.
        speed: MetresPerSecond,
    },
    /// Follow this force.
    Hold {
        /// Force, positive into the body.
        force: Newtons,
        /// Its rate of change at the present phase rate.
        rate: NewtonsPerSecond,
        /// How fast that rate changes, likewise.
        bend: NewtonsPerSecondSquared,
    },
    /// Give light blows: contact made and broken each time. The pose is the skin as planned.
    Tap {
        /// Peak force of a blow, positive into the body.
        force: Newtons,
        /// How far off the skin the tool waits between blows.
        height: Metres,
        /// Most that the skin is met with, inward.
        speed: MetresPerSecond,
        /// Blows that are due by now; each is begun when its turn comes. A blow that is missed is not made up for.
        due: u32,
        /// Time from one blow to the next at the present phase rate.
        period: Seconds,
    },
}

/// Where in the plan, and where on the back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Index of the segment in the plan.
    pub segment: u32,
    /// Phase within the segment.
    pub phase: Seconds,
    /// Along the spine from S2, positive toward the head.
    pub u: Metres,
    /// Lateral offset from the spine line, left positive.
    pub v: Metres,
}

/// The reference of one cycle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Setpoint<const D: usize> {
    /// Wanted pose of the patch.
    pub base_from_tool: Transform<Base, Tool>,
    /// Its velocity at the present phase rate.
    pub velocity: Twist<Base>,
    /// Its acceleration at the present phase rate (m/s², rad/s²).
    pub acceleration: Twist<Base>,
    /// What is asked along the tool axis.
    pub press: Press,
    /// Joint posture that the plan was proved with.
    pub posture: SVector<f64, D>,
    /// Tool that the plan counts on here.
    pub tool: ToolIndex,
    /// Ceiling that the plan was proved against here.
    pub ceiling: Newtons,
    /// Where this is.
    pub place: Place,
}
