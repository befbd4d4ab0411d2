//! What planning needs to know.

use anatomy::Back;
use kinematics::{ArmModel, ToolModel};
pub use kinematics::{Capsule, TableTop};
use limits::Envelope;
use nalgebra::SVector;
use plan::Technique;
use quantities::{Base, Table, Transform};
use signals::DriveKind;

use crate::{ClientWishes, Routine};

/// A tool by name.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolSpec {
    /// The word that routines use (`palm`, `thumb`, `fork`, ...).
    pub name: String,
    /// Mass, patch and the pressure it is made for.
    pub model: ToolModel,
    /// The techniques that it may be used for.
    pub techniques: Vec<Technique>,
}

/// Everything that decides a plan. The same request gives the same plan, bit for bit.
#[derive(Clone, Copy, Debug)]
pub struct PlanRequest<'a, const D: usize> {
    /// What is wished.
    pub routine: &'a Routine,
    /// What the client likes and has asked for.
    pub client: &'a ClientWishes,
    /// The believed back.
    pub back: &'a Back,
    /// What is allowed.
    pub envelope: &'a Envelope,
    /// The arm with each tool bolted on, and the tool; the place in the list is the tool's index.
    pub arms: &'a [(ArmModel<D>, ToolSpec)],
    /// Shape of the links; each tool's own body is added to them.
    pub capsules: &'a [Capsule],
    /// The table.
    pub table: TableTop,
    /// The believed pose of the table in the arm's base.
    pub base_from_table: Transform<Base, Table>,
    /// Where the arm waits for a person, and where a session ends.
    pub park: SVector<f64, D>,
    /// Where a session begins.
    pub start: SVector<f64, D>,
    /// What the arm's drives take: blows are for torques alone.
    pub drive: DriveKind,
}
