//! What comes in with each cycle: the raw samples, the operator's word, and the time.

use nalgebra::SVector;
use quantities::{Duration, Instant, Sensor, Wrench};

use crate::{Request, ToolIndex};

/// Joint values as the drives report them. Revolute: rad, rad/s, N·m; prismatic: m, m/s, N.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JointState<const D: usize> {
    /// Positions, quantised by the encoders.
    pub positions: SVector<f64, D>,
    /// Velocities.
    pub velocities: SVector<f64, D>,
    /// Torques that the drives say they apply.
    pub torques: SVector<f64, D>,
}

/// Why a reading is absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyMissing {
    /// The arm has no such sensor.
    NotFitted,
    /// The sensor has never delivered.
    NotYet,
    /// The sensor or its link is silent.
    Silent,
}

/// A sample with its age, or the reason why there is none. Absence is never a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reading<T> {
    /// A sample and the moment it was taken (not the moment it arrived).
    Taken {
        /// The sample.
        value: T,
        /// When the quantity had this value.
        at: Instant,
    },
    /// No sample.
    Missing(WhyMissing),
}

impl<T> Reading<T> {
    /// The sample, whatever its age.
    #[must_use]
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Taken { value, .. } => Some(value),
            Self::Missing(_) => None,
        }
    }

    /// Age of the sample at `now`; `None` when there is none or its stamp lies in the future.
    #[must_use]
    pub fn age(&self, now: Instant) -> Option<Duration> {
        match self {
            Self::Taken { at, .. } => now.since(*at),
            Self::Missing(_) => None,
        }
    }
}

/// How the previous cycle went, handed in so that the loop reads no clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CycleTiming {
    /// Time the previous cycle took to compute.
    pub computed_in: Duration,
    /// How late the present cycle began.
    pub late_by: Duration,
}

/// Everything the control cycle learns about the world at one instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sensed<const D: usize> {
    /// Now. The only time there is.
    pub at: Instant,
    /// Counts exchanges with the arm; grows by one each time.
    pub sequence: u64,
    /// The joints.
    pub joints: Reading<JointState<D>>,
    /// What the tool exerts on the sensor, told at the sensor: skin, tool weight, tool inertia and bias.
    pub wrench: Reading<Wrench<Sensor>>,
    /// The tool that is bolted on, as its coupling reports it.
    pub tool: Option<ToolIndex>,
    /// How the previous cycle went.
    pub timing: CycleTiming,
    /// What the operator asks for at this instant.
    pub request: Request,
}
