//! How far links and tool stay from the body, the table, the floor and each other.
//!
//! Links and tool are capsules. Points on their axes, at most 25 mm apart, are measured against the skin
//! below them (along the skin's normal, which for a convex back is the distance). Between two points of an
//! axis the distance is at most 12.5 mm x the slope difference smaller: for skin that bends with radii above
//! 0.1 m under 1 mm, which the limits include. Slab, floor and other capsules are measured exactly.
//!
//! No capsule moves farther than [`ArmShape::motion_bound`] from one knot to the next, and these exact
//! distances shrink by no more than that. So a knot that lies within the room which the last measured one
//! had to spare need not be measured against them again. The height of the skin can step; so there a knot is
//! only spared where no skin within the way gone since is high or steep enough to matter.

mod foot;
mod skin_bounds;
mod watch;

use kinematics::{ArmModel, ArmShape, BodyPart, Placed, Rod, ShapePart, TableTop};
use nalgebra::{Isometry3, SVector, Vector3};

use crate::ground::Ground;

pub(crate) use foot::{foot_breach, foot_has_room, foot_tightest};
pub(crate) use skin_bounds::SkinBounds;
pub(crate) use watch::Watch;

/// Points on a capsule's axis are this far apart at most (m).
const AXIS_STEP: f64 = 0.025;
/// Least distance of the links from the body (m); of the last link, which carries the tool, and of the
/// tool behind its patch, less.
/// Chosen: breathing lifts the back by up to 10 mm; the last link rides on it with the tool.
pub(crate) const BODY: f64 = 0.020;
const BODY_LAST_LINK: f64 = 0.002;
/// Least distance from the table (m). Chosen.
pub(crate) const TABLE: f64 = 0.010;
/// Least distance from the floor (m). Chosen: cables lie there.
const FLOOR: f64 = 0.020;
/// Least distance of two links (m). Chosen.
const SELF: f64 = 0.005;

/// What came too near to what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Against {
    /// The skin.
    Body,
    /// The table.
    Table,
    /// The floor.
    Floor,
    /// Another part of the arm.
    Part(BodyPart),
}

/// The tightest place of one posture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tight {
    pub part: BodyPart,
    pub against: Against,
    /// Distance and least allowed distance (m).
    pub distance: f64,
    pub limit: f64,
}

impl Tight {
    fn spare(&self) -> f64 {
        self.distance - self.limit
    }

    /// The tighter of two.
    fn or(self, other: Option<Self>) -> Self {
        other
            .filter(|other| other.spare() < self.spare())
            .unwrap_or(self)
    }
}

/// Measures clearances of one arm over one body.
#[derive(Clone, Copy)]
pub(crate) struct Clearance<'a, const D: usize> {
    pub arm: &'a ArmModel<D>,
    pub ground: Ground<'a>,
    pub shape: &'a ArmShape<D>,
    pub table: TableTop,
    pub table_from_base: Isometry3<f64>,
    /// No skin is higher (m); see [`highest_skin`].
    pub highest_skin: f64,
    /// How high and steep the skin is at most, place by place, when that is at hand.
    pub skin: Option<&'a SkinBounds>,
}

/// A height over the table that no skin of a back exceeds (m): a B-spline lies within the span of its
/// coefficients.
pub(crate) fn highest_skin(back: &anatomy::Back) -> f64 {
    let heights = back.surface().coefficients().iter().copied();
    heights.fold(f64::NEG_INFINITY, f64::max)
}

impl<'a, const D: usize> Clearance<'a, D> {
    pub(crate) fn new(
        arm: &'a ArmModel<D>,
        ground: Ground<'a>,
        shape: &'a ArmShape<D>,
        table: TableTop,
        table_from_base: Isometry3<f64>,
    ) -> Self {
        let highest_skin = highest_skin(ground.back);
        Self {
            arm,
            ground,
            shape,
            table,
            table_from_base,
            highest_skin,
            skin: None,
        }
    }

    /// The same with bounds of the skin at hand, which spare it looks.
    pub(crate) fn over(self, skin: &'a SkinBounds) -> Self {
        Self {
            skin: Some(skin),
            ..self
        }
    }

    /// Least spare distance (m) over all capsules; infinite without capsules.
    pub(crate) fn spare(&self, q: &SVector<f64, D>) -> f64 {
        self.tightest(q)
            .map_or(f64::INFINITY, |tight| tight.spare())
    }

    /// The place with the least distance over its limit; `None` without capsules near anything.
    pub(crate) fn tightest(&self, q: &SVector<f64, D>) -> Option<Tight> {
        let placed = self.placed(q);
        let rigid = self.against_rigid(&placed, f64::INFINITY);
        self.against_body(&placed, rigid, f64::INFINITY, |_| true)
    }

    /// [`Clearance::spare`] without what rides on the skin: how near tool and last link come to the client
    /// follows from the path alone, so it tells nothing about a choice of posture or base.
    pub(crate) fn room(&self, q: &SVector<f64, D>) -> f64 {
        self.room_up_to(q, f64::INFINITY)
    }

    /// As [`Clearance::room`], or any figure that is not below `enough` (m) where there is that much.
    pub(crate) fn room_up_to(&self, q: &SVector<f64, D>, enough: f64) -> f64 {
        let placed = self.placed(q);
        let rigid = self.against_rigid(&placed, enough);
        self.against_body(&placed, rigid, enough, |part| !rides_on_skin::<D>(part))
            .map_or(f64::INFINITY, |tight| tight.spare())
    }

    /// All capsules in the table frame.
    fn placed(&self, q: &SVector<f64, D>) -> Placed {
        let links = self
            .arm
            .link_poses(q)
            .map(|link| self.table_from_base * link);
        self.shape.place_on(&self.table_from_base, &links)
    }

    /// Against slab, floor and the arm itself. Parts of the arm that have `enough` to spare (m) over each
    /// other are not told apart.
    fn against_rigid(&self, placed: &Placed, enough: f64) -> Option<Tight> {
        let parts = self.shape.parts();
        let part_at = |at: usize| parts.get(at).map_or(BodyPart::Foot, |part| part.part);
        let nearest = self.shape.self_distance_below(placed, enough + SELF);
        let mut tightest = nearest.map(|pair| Tight {
            part: part_at(pair.first),
            against: Against::Part(part_at(pair.second)),
            distance: pair.distance,
            limit: SELF,
        });
        for (part, rod) in moving(parts, placed) {
            let found = |against, distance, limit| Tight {
                part: part.part,
                against,
                distance,
                limit,
            };
            let floor = found(Against::Floor, self.table.floor_distance(rod), FLOOR);
            let slab = found(Against::Table, self.table.slab_distance(rod), TABLE);
            tightest = Some(floor.or(Some(slab)).or(tightest));
        }
        tightest
    }

    /// Against the skin, where that is tighter than what was found before. Who has `enough` to spare
    /// (m) over the highest place of the back is not looked at closely.
    fn against_body(
        &self,
        placed: &Placed,
        before: Option<Tight>,
        enough: f64,
        counts: impl Fn(&ShapePart) -> bool,
    ) -> Option<Tight> {
        let mut tightest = before;
        for (part, rod) in moving(self.shape.parts(), placed) {
            if part.off_client <= 0.0 || !counts(part) {
                continue;
            }
            if self.is_near(part, rod, tightest, enough) {
                tightest = self.rod_over_body(part, rod, tightest);
            }
        }
        tightest
    }

    /// False when a part has `enough` to spare over the highest place of the back, or as much as what was found.
    fn is_near(&self, part: &ShapePart, rod: &Rod, found: Option<Tight>, enough: f64) -> bool {
        let over_all = rod.a.z.min(rod.b.z) - rod.radius - self.highest_skin - least::<D>(part);
        over_all < found.map_or(enough, |t| t.spare().min(enough))
    }

    /// One part against the skin, where that is tighter than what was found before.
    fn rod_over_body(&self, part: &ShapePart, rod: &Rod, before: Option<Tight>) -> Option<Tight> {
        let mut tightest = before;
        for place in axis_points(rod, part.off_client) {
            if let Some(height) = self.ground.height_over_skin(&place) {
                let found = Tight {
                    part: part.part,
                    against: Against::Body,
                    distance: height - rod.radius,
                    limit: least::<D>(part),
                };
                tightest = Some(found.or(tightest));
            }
        }
        tightest
    }
}

/// What a part keeps from the body at least (m).
fn least<const D: usize>(part: &ShapePart) -> f64 {
    if rides_on_skin::<D>(part) {
        BODY_LAST_LINK
    } else {
        BODY
    }
}

/// The last link and the tool, which follow the skin.
fn rides_on_skin<const D: usize>(part: &ShapePart) -> bool {
    part.capsule.link.is_some_and(|joint| joint + 1 >= D)
}

/// The capsules that move: the foot stands where it was bolted.
fn moving<'p>(
    parts: &'p [ShapePart],
    placed: &'p Placed,
) -> impl Iterator<Item = (&'p ShapePart, &'p Rod)> {
    let all = parts.iter().zip(placed.rods());
    all.filter(|(part, _)| part.part != BodyPart::Foot)
}

/// Points along a share of the axis, from its first end.
fn axis_points(rod: &Rod, share: f64) -> impl Iterator<Item = Vector3<f64>> {
    let (from, along) = (rod.a.coords, (rod.b - rod.a) * share);
    let pieces = (along.norm() / AXIS_STEP).ceil().max(1.0);
    (0..=pieces as usize).map(move |i| from + along * (i as f64 / pieces))
}

#[cfg(test)]
mod tests;
