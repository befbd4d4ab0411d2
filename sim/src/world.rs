//! The world as it really is: the true body, its tissue and breath, and where the table truly stands.
//! The controller believes something near it.

mod archive;

pub use archive::WorldError;

use anatomy::Back;
use kinematics::Patch;
use nalgebra::{Isometry3, Point3, Translation3, UnitQuaternion, Vector3};
use quantities::{Base, Metres, Point, Radians, Table, Tool, Transform, Twist};

use crate::breathing::{Breath, Breathing};
use crate::noise::{Chance, Purpose};
use crate::plant::touch_over_table;
use crate::tissue::{ContactResult, Pad, SkinUnder, Tissue, TissueMemory};

/// How far the believed pose of the table is off. The lengths are exact, the directions seeded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BasePoseError {
    /// Distance by which the table's origin is off.
    pub distance: Metres,
    /// Angle by which the table is turned about its origin.
    pub angle: Radians,
}

impl Default for BasePoseError {
    fn default() -> Self {
        Self {
            distance: Metres::new(0.002),
            angle: Radians::new(0.003),
        }
    }
}

impl BasePoseError {
    /// Belief and truth agree.
    pub const NONE: Self = Self {
        distance: Metres::ZERO,
        angle: Radians::ZERO,
    };

    /// The true pose for a believed one.
    #[must_use]
    pub fn applied(&self, believed: &Transform<Base, Table>, seed: u64) -> Transform<Base, Table> {
        let mut chance = Chance::new(seed, Purpose::BasePose);
        let shift = Vector3::from(chance.direction()) * self.distance.get();
        let turn = Vector3::from(chance.direction()) * self.angle.get();
        let error = Isometry3::from_parts(
            Translation3::from(shift),
            UnitQuaternion::from_scaled_axis(turn),
        );
        Transform::from_raw(believed.raw() * error)
    }
}

/// Body, tissue, breath and table as they are.
#[derive(Clone, Debug, PartialEq)]
pub struct TrueWorld {
    back: Back,
    tissue: Tissue,
    breathing: Breathing,
    base_from_table: Transform<Base, Table>,
}

impl TrueWorld {
    /// Puts a world together. `base_from_table` is the true pose; see [`BasePoseError::applied`].
    #[must_use]
    pub const fn new(
        back: Back,
        tissue: Tissue,
        breathing: Breathing,
        base_from_table: Transform<Base, Table>,
    ) -> Self {
        Self {
            back,
            tissue,
            breathing,
            base_from_table,
        }
    }

    /// The true body.
    #[must_use]
    pub const fn back(&self) -> &Back {
        &self.back
    }

    /// Its tissue.
    #[must_use]
    pub const fn tissue(&self) -> &Tissue {
        &self.tissue
    }

    /// Its breath.
    #[must_use]
    pub const fn breathing(&self) -> &Breathing {
        &self.breathing
    }

    /// The true pose of the table.
    #[must_use]
    pub const fn base_from_table(&self) -> &Transform<Base, Table> {
        &self.base_from_table
    }

    /// A pad with the dome that this world's tools have.
    #[must_use]
    pub fn pad(&self, patch: &Patch) -> Pad {
        Pad::new(patch, self.tissue.params().pad_edge_drop)
    }

    /// What the body does to a tool in this pose and motion (`twist` in base axes, of the patch
    /// origin). A pure function: with an archived state it gives again what the plant felt.
    #[must_use]
    pub fn contact(
        &self,
        base_from_tool: &Transform<Base, Tool>,
        twist: &Twist<Base>,
        pad: &Pad,
        breath: Breath,
        memory: &TissueMemory,
    ) -> ContactResult {
        let touch = touch_over_table(&self.base_from_table, base_from_tool, twist);
        self.tissue.contact(&self.back, &touch, pad, breath, memory)
    }

    /// [`TrueWorld::contact`], keeping the skin that was looked up for [`TrueWorld::contact_near`].
    pub(crate) fn contact_looking(
        &self,
        base_from_tool: &Transform<Base, Tool>,
        twist: &Twist<Base>,
        pad: &Pad,
        breath: Breath,
        memory: &TissueMemory,
        skin: &mut SkinUnder,
    ) -> ContactResult {
        let touch = touch_over_table(&self.base_from_table, base_from_tool, twist);
        let (tissue, back) = (&self.tissue, &self.back);
        tissue.contact_looking(back, &touch, pad, breath, memory, skin)
    }

    /// [`TrueWorld::contact`] a fraction of a millimetre from where `skin` was looked up.
    pub(crate) fn contact_near(
        &self,
        base_from_tool: &Transform<Base, Tool>,
        twist: &Twist<Base>,
        pad: &Pad,
        breath: Breath,
        memory: &TissueMemory,
        skin: &SkinUnder,
    ) -> ContactResult {
        let touch = touch_over_table(&self.base_from_table, base_from_tool, twist);
        let (tissue, back) = (&self.tissue, &self.back);
        tissue.contact_near(back, &touch, pad, breath, memory, skin)
    }

    /// Distance, seen from above, from the true spine line to the nearest place of the patch that is in
    /// touch range: outline and cells no more than `range` above the breathing skin. Zero when
    /// the spine line runs under such a patch. `None` when nothing is in range.
    #[must_use]
    pub fn spine_clearance(
        &self,
        base_from_tool: &Transform<Base, Tool>,
        pad: &Pad,
        breath: Breath,
        range: Metres,
    ) -> Option<Metres> {
        let table_from_tool = self.base_from_table.inverse() * *base_from_tool;
        let outline = pad.patch().outline();
        let rim = outline.iter().map(|&(x, y)| Point::<Tool>::new(x, y, 0.0));
        let cells = pad
            .cells()
            .iter()
            .map(|c| Point::from_raw(Point3::from(c.centre)));
        let nearest = rim
            .chain(cells)
            .map(|p| table_from_tool.transform(&p))
            .filter(|p| self.gap_below(p, breath).is_some_and(|gap| gap <= range))
            .map(|p| self.beside_spine(&p).get())
            .fold(f64::INFINITY, f64::min);
        if !nearest.is_finite() {
            return None;
        }
        let crosses = self.back.spine().iter().any(|p| {
            let p = table_from_tool.inverse().transform(p);
            pad.patch().contains(p.x(), p.y()) && p.z().abs() < pad.reach().get()
        });
        Some(if crosses {
            Metres::ZERO
        } else {
            Metres::new(nearest)
        })
    }

    /// Height of a place over the breathing skin along the skin's normal; negative within the body.
    #[must_use]
    pub fn gap_below(&self, place: &Point<Table>, breath: Breath) -> Option<Metres> {
        let skin = self.back.surface().sample(place.x(), place.y())?;
        let lift = breath.lift.get() * self.tissue.breath_share_at(place);
        let upright =
            1.0 / (1.0 + skin.slope_x * skin.slope_x + skin.slope_y * skin.slope_y).sqrt();
        Some(Metres::new((place.z() - skin.height - lift) * upright))
    }

    /// Distance from the spine line, seen from above.
    fn beside_spine(&self, place: &Point<Table>) -> Metres {
        let to_piece = |a: &Point<Table>, b: &Point<Table>| {
            let (dx, dy) = (b.x() - a.x(), b.y() - a.y());
            let (px, py) = (place.x() - a.x(), place.y() - a.y());
            let length_squared = (dx * dx + dy * dy).max(1e-18);
            let along = ((px * dx + py * dy) / length_squared).clamp(0.0, 1.0);
            let (ex, ey) = (px - along * dx, py - along * dy);
            (ex * ex + ey * ey).sqrt()
        };
        let nearest =
            self.back
                .spine()
                .windows(2)
                .fold(f64::INFINITY, |nearest, pair| match pair {
                    [a, b] => nearest.min(to_piece(a, b)),
                    _ => nearest,
                });
        Metres::new(nearest)
    }
}

#[cfg(test)]
mod tests;
