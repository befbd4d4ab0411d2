//! What planning needs to know.

use anatomy::Back;
use kinematics::{ArmModel, ToolModel};
use limits::Envelope;
use nalgebra::{Point3, SVector};
use plan::Technique;
use quantities::{Base, Metres, Table, Transform};

use crate::Routine;

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

/// A rounded rod around a piece of a link, for clearance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Capsule {
    /// Index of the joint that carries the link, root side first; `None` for the root link.
    pub link: Option<usize>,
    /// One end of the axis, in the link's frame; for the root link in base (m).
    pub a: Point3<f64>,
    /// The other end, in the link's frame (m).
    pub b: Point3<f64>,
    /// Radius.
    pub radius: Metres,
}

/// Outline of the table top seen from above; its top is z = 0 of the table frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TableTop {
    /// Edge toward the client's feet, x (m).
    pub foot_end: Metres,
    /// Edge beyond the client's head, x (m).
    pub head_end: Metres,
    /// Half of the width, along y.
    pub half_width: Metres,
}

impl Default for TableTop {
    /// Chosen: 0.70 m wide, from 1.2 m below S2 to 0.8 m above it, as common massage tables are.
    fn default() -> Self {
        Self {
            foot_end: Metres::new(-1.2),
            head_end: Metres::new(0.8),
            half_width: Metres::new(0.35),
        }
    }
}

/// Everything that decides a plan. The same request gives the same plan, bit for bit.
#[derive(Clone, Copy, Debug)]
pub struct PlanRequest<'a, const D: usize> {
    /// What is wished.
    pub routine: &'a Routine,
    /// The believed back.
    pub back: &'a Back,
    /// What is allowed.
    pub envelope: &'a Envelope,
    /// The arm with each tool bolted on, and the tool; the place in the list is the tool's index.
    pub arms: &'a [(ArmModel<D>, ToolSpec)],
    /// Shape of the links.
    pub capsules: &'a [Capsule],
    /// The table.
    pub table: TableTop,
    /// The believed pose of the table in the arm's base.
    pub base_from_table: Transform<Base, Table>,
    /// Where the arm waits for a person, and where a session ends.
    pub park: SVector<f64, D>,
    /// Where a session begins.
    pub start: SVector<f64, D>,
}
