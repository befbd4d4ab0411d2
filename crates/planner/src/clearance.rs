//! How far links stay from the body, the table and each other.
//!
//! Links are capsules. Points on their axes, at most 25 mm apart, are measured against the skin below
//! them (along the skin's normal, which for a convex back is the distance) and against the table top.
//! Between two points of an axis the distance is at most 12.5 mm x the slope difference smaller: for
//! skin that bends with radii above 0.1 m under 1 mm, which the limits include.

use kinematics::ArmModel;
use nalgebra::{Isometry3, Point3, SVector, Vector3};

use crate::ground::Ground;
use crate::request::{Capsule, TableTop};

/// Points on a capsule's axis are this far apart at most (m).
const AXIS_STEP: f64 = 0.025;
/// Least distance of the links from the body (m); of the last link, which carries the tool, less.
/// Chosen: breathing lifts the back by up to 10 mm; the last link rides on it with the tool.
pub(crate) const BODY: f64 = 0.020;
const BODY_LAST_LINK: f64 = 0.002;
/// Least distance from the table (m). Chosen.
pub(crate) const TABLE: f64 = 0.010;
/// Least distance of two links (m), and how many joints must lie between them to count. Chosen.
const SELF: f64 = 0.005;
const SELF_JOINTS_BETWEEN: usize = 3;

/// What came too near to what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Against {
    /// The skin.
    Body,
    /// The table top.
    Table,
    /// Another link.
    Link(Link),
}

/// A link by the joint that carries it; `None` for the root.
pub(crate) type Link = Option<usize>;

/// The link in words.
pub(crate) fn word(link: Link) -> String {
    link.map_or("the foot".to_owned(), |joint| {
        format!("the link of joint {}", joint + 1)
    })
}

/// Links in order from the root.
fn order(link: Link) -> usize {
    link.map_or(0, |joint| joint + 1)
}

/// The tightest place of one posture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tight {
    pub link: Link,
    pub against: Against,
    /// Distance and least allowed distance (m).
    pub distance: f64,
    pub limit: f64,
}

/// Measures clearances of one arm over one body.
pub(crate) struct Clearance<'a, const D: usize> {
    pub arm: &'a ArmModel<D>,
    pub ground: Ground<'a>,
    pub capsules: &'a [Capsule],
    pub table: TableTop,
    pub table_from_base: Isometry3<f64>,
}

impl<const D: usize> Clearance<'_, D> {
    /// Least spare distance (m) over all capsules; infinite without capsules.
    pub(crate) fn spare(&self, q: &SVector<f64, D>) -> f64 {
        self.tightest(q)
            .map_or(f64::INFINITY, |t| t.distance - t.limit)
    }

    /// The place with the least distance over its limit; `None` without capsules near anything.
    pub(crate) fn tightest(&self, q: &SVector<f64, D>) -> Option<Tight> {
        let links = self
            .arm
            .link_poses(q)
            .map(|link| self.table_from_base * link);
        let placed: Vec<(Link, Point3<f64>, Point3<f64>, f64)> = self
            .capsules
            .iter()
            .filter_map(|c| {
                let link = match c.link {
                    Some(joint) => links.get(joint)?,
                    None => &self.table_from_base,
                };
                Some((c.link, link * c.a, link * c.b, c.radius.get()))
            })
            .collect();
        let mut tightest: Option<Tight> = None;
        let mut take = |found: Tight| {
            let spare = found.distance - found.limit;
            if tightest.is_none_or(|old| spare < old.distance - old.limit) {
                tightest = Some(found);
            }
        };
        for (number, (link, a, b, radius)) in placed.iter().enumerate() {
            // The foot stands where it was bolted.
            if link.is_some() {
                self.against_body_and_table(*link, a, b, *radius, &mut take);
            }
            for (other, c, d, other_radius) in placed.iter().skip(number + 1) {
                if order(*link).abs_diff(order(*other)) >= SELF_JOINTS_BETWEEN {
                    let distance = between_segments((a, b), (c, d)) - radius - other_radius;
                    take(Tight {
                        link: *link,
                        against: Against::Link(*other),
                        distance,
                        limit: SELF,
                    });
                }
            }
        }
        tightest
    }

    fn against_body_and_table(
        &self,
        link: Link,
        a: &Point3<f64>,
        b: &Point3<f64>,
        radius: f64,
        take: &mut impl FnMut(Tight),
    ) {
        let pieces = ((b - a).norm() / AXIS_STEP).ceil().max(1.0);
        let body_limit = if order(link) >= D {
            BODY_LAST_LINK
        } else {
            BODY
        };
        for i in 0..=pieces as usize {
            let place = a.coords.lerp(&b.coords, i as f64 / pieces);
            if let Some(height) = self.ground.height_over_skin(&place) {
                take(Tight {
                    link,
                    against: Against::Body,
                    distance: height - radius,
                    limit: body_limit,
                });
            }
            if self.over_table(&place, radius) {
                let distance = place.z - radius;
                take(Tight {
                    link,
                    against: Against::Table,
                    distance,
                    limit: TABLE,
                });
            }
        }
    }

    /// True over the table top, its edges widened by the radius.
    pub(crate) fn over_table(&self, place: &Vector3<f64>, radius: f64) -> bool {
        let TableTop {
            foot_end,
            head_end,
            half_width,
        } = self.table;
        place.x > foot_end.get() - radius
            && place.x < head_end.get() + radius
            && place.y.abs() < half_width.get() + radius
    }
}

/// Distance of two segments (the clamped solution of the normal equations, as in Ericson, Real-Time
/// Collision Detection, 2005, section 5.1.9).
fn between_segments(
    (p1, q1): (&Point3<f64>, &Point3<f64>),
    (p2, q2): (&Point3<f64>, &Point3<f64>),
) -> f64 {
    let (d1, d2, r) = (q1 - p1, q2 - p2, p1 - p2);
    let (a, e, f) = (
        d1.norm_squared().max(1e-18),
        d2.norm_squared().max(1e-18),
        d2.dot(&r),
    );
    let (b, c) = (d1.dot(&d2), d1.dot(&r));
    let denominator = a * e - b * b;
    let s = if denominator > 1e-15 {
        ((b * f - c * e) / denominator).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let t = (b * s + f) / e;
    let (s, t) = if t < 0.0 {
        ((-c / a).clamp(0.0, 1.0), 0.0)
    } else if t > 1.0 {
        (((b - c) / a).clamp(0.0, 1.0), 1.0)
    } else {
        (s, t)
    };
    ((p1 + d1 * s) - (p2 + d2 * t)).norm()
}
