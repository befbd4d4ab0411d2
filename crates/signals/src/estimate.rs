//! What the controller believes about the arm and the touch.

use nalgebra::SVector;
use quantities::{Base, Newtons, NewtonsPerMetre, Tool, Transform, Twist, Wrench};

/// Where the tool stands toward the body.
///
/// ```text
/// Away ─seek─▶ Approaching ─force felt─▶ Touching ─force steady─▶ Settled ─lift─▶ Leaving ─clear─▶ Away
///              Touching ─force lost─▶ Approaching      Settled ─force lost─▶ Approaching
///              Approaching ─lift─▶ Leaving             Touching ─lift─▶ Leaving
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ContactPhase {
    /// In free space, and meant to be.
    #[default]
    Away,
    /// Moving inward, looking for the skin.
    Approaching,
    /// The skin is felt; the force is still finding its value.
    Touching,
    /// The force follows its set-point.
    Settled,
    /// Unloading and moving off.
    Leaving,
}

/// Why the contact force is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyUnknown {
    /// The sensor gives no sample.
    SensorMissing,
    /// The sensor's zero has not been taken yet.
    NotTared,
    /// The sample is not finite.
    NotFinite,
}

/// The load of the skin on the tool, with bias, tool weight and tool inertia taken off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ContactForce {
    /// What is felt: what the skin does to the tool, told at the patch.
    Felt(Wrench<Tool>),
    /// Not known, and why.
    Unknown(WhyUnknown),
}

impl ContactForce {
    /// Force into the body along the tool axis; positive presses. `None` when not known.
    #[must_use]
    pub fn press(&self) -> Option<Newtons> {
        match self {
            Self::Felt(wrench) => Some(Newtons::new(-wrench.force.z())),
            Self::Unknown(_) => None,
        }
    }
}

/// The controller's belief after looking at one [`crate::Sensed`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate<const D: usize> {
    /// Joint positions.
    pub positions: SVector<f64, D>,
    /// Joint velocities.
    pub velocities: SVector<f64, D>,
    /// Pose of the contact patch.
    pub base_from_tool: Transform<Base, Tool>,
    /// Velocity of the contact patch, in base axes.
    pub tool_twist: Twist<Base>,
    /// The touch.
    pub contact: ContactForce,
    /// Where the tool stands toward the body.
    pub phase: ContactPhase,
    /// Contact stiffness along the normal, once it has been seen.
    pub stiffness: Option<NewtonsPerMetre>,
}
