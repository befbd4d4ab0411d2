//! What the rules compare: one cycle in plain numbers (SI), free of the joint count.

use crate::links::Gaps;
use crate::stamps::Stamp;

/// Whether the tool touches something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Touching {
    /// No load is felt, and the sensor is heard.
    #[default]
    No,
    /// Load is felt.
    Yes,
    /// The sensor is silent or without its zero, and the skin is near or was touched last.
    Unknown,
}

impl Touching {
    /// Missing knowledge counts as touch.
    pub const fn possibly(self) -> bool {
        match self {
            Self::No => false,
            Self::Yes | Self::Unknown => true,
        }
    }
}

/// What the coupling says of the tool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tool {
    /// One that the session knows.
    #[default]
    Known,
    /// None is bolted on.
    Absent,
    /// One that the session does not know.
    Stranger,
    /// A known one, but another than in the cycle before, while moving or near the body.
    Swapped,
}

/// The load at the patch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Load {
    /// Force into the body along the tool axis (N), an old sample projected to its worst.
    pub press: f64,
    /// Length of the force (N), likewise.
    pub total: f64,
    /// Force along the skin (N).
    pub tangential: f64,
    /// Press over area, of the harder pressed tip of a fork (Pa).
    pub pressure: f64,
}

/// Where the tool is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Place {
    /// Ceiling of the normal force (N), not yet lowered by a Slow.
    pub ceiling: f64,
    /// Compiled-in ceiling (N).
    pub hard_ceiling: f64,
    /// Ceiling of the pressure (Pa).
    pub pressure_ceiling: f64,
    /// From the believed skin (m), positive outside; `None` beside the body.
    pub skin: Option<f64>,
    /// From the keep-out to the nearest patch edge (m), negative inside; `None` far from the body.
    pub clearance: Option<f64>,
}

/// How the tool moves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pace {
    /// Speed of the patch centre (m/s).
    pub speed: f64,
    /// Its part along the tool axis, into the body (m/s).
    pub inward: f64,
    /// Least distance of a joint from its limits (rad or m); negative outside.
    pub joint_margin: f64,
    /// Fastest joint's speed over its limit.
    pub joint_speed: f64,
    /// Largest difference between a drive's speed and the encoder's own (share of the speed limit).
    pub speeds_differ: f64,
}

/// What the rules hold it against.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Allowed {
    /// Uncertainty of a force sample (N): three standard deviations and the remaining bias.
    pub force_uncertainty: f64,
    /// The same over the area of one tip (Pa).
    pub pressure_uncertainty: f64,
    /// What `Slow` leaves of the ceiling (share), as far as rules hold it against the tool.
    pub slowed: f64,
    /// Force along the skin at the present press (N).
    pub tangential: f64,
    /// Force inside the keep-out (N).
    pub in_band: f64,
    pub free_speed: f64,
    pub contact_speed: f64,
    /// Highest inward speed at the present load (m/s).
    pub headroom: f64,
    pub mean_power: f64,
    pub power: f64,
    pub dwell: f64,
    /// Time between two cycles (s).
    pub stall: f64,
    /// Time without a changed bit (s); infinite where that proves nothing.
    pub frozen: f64,
    /// Size of the zero (N).
    pub zero: f64,
}

/// Whether samples, clock, loop and controller live.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Life {
    pub stamp: Stamp,
    pub joints_finite: bool,
    /// Age of the newest usable joint sample (s).
    pub joints_age: f64,
    /// Age of the newest usable wrench sample (s), beyond the sensor's own delay.
    pub wrench_age: f64,
    /// For how long the wrench has been the same to the last bit (s).
    pub wrench_frozen: f64,
    pub wanted_finite: bool,
    /// For how long the controller has wanted nothing (s).
    pub wanted_missing: f64,
    /// Largest wanted torque over its limit; of velocities, or their change, what the gate lets through.
    pub wanted_share: f64,
    /// The operator said stop.
    pub stop_asked: bool,
}

/// One cycle, as the rules see it. `None`: not known in this cycle; other rules watch over that.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Facts {
    pub load: Option<Load>,
    pub place: Option<Place>,
    pub pace: Option<Pace>,
    pub touching: Touching,
    pub mean_power: f64,
    pub power: f64,
    /// Time of the present static press above half the ceiling (s); on a stated trigger point that of all
    /// presses there.
    pub dwell: f64,
    /// Size of the zero found (N); `None` while none has been taken.
    pub zero: Option<f64>,
    /// Difference of two estimates of the press (N) and what of it friction may explain (N).
    pub estimates_differ: Option<(f64, f64)>,
    /// What links and tool have to spare; `None` without shapes.
    pub gaps: Option<Gaps>,
    pub tool: Tool,
    /// Parked: slow and far from the body.
    pub parked: bool,
    pub life: Life,
    pub allowed: Allowed,
}

impl Facts {
    /// True when the believed skin is nearer than this (m).
    pub fn nearer_than(&self, distance: f64) -> bool {
        self.place
            .and_then(|place| place.skin)
            .is_some_and(|skin| skin < distance)
    }
}
