//! Rounded rods: the shape that links are taken for.
//!
//! A capsule is all that lies within a radius of a straight axis. Distances between capsules are those
//! between their axes less both radii: cheap, exact, and the same from every side.

use nalgebra::{Isometry3, Point3};
use quantities::Metres;

use crate::segments::between_segments;

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

impl Capsule {
    /// The same rod, told in frame `a` when it is told in frame `b`, and carried by `link`.
    #[must_use]
    pub fn told_in(&self, a_from_b: &Isometry3<f64>, link: Option<usize>) -> Self {
        Self {
            link,
            a: a_from_b * self.a,
            b: a_from_b * self.b,
            radius: self.radius,
        }
    }

    /// Distance of a place from the rod (m), in the link's frame; negative inside.
    #[must_use]
    pub fn distance(&self, place: &Point3<f64>) -> f64 {
        between_segments((&self.a, &self.b), (place, place)) - self.radius.get()
    }
}

/// A capsule's axis and radius in some common frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rod {
    /// One end of the axis (m).
    pub a: Point3<f64>,
    /// The other end (m).
    pub b: Point3<f64>,
    /// Radius (m).
    pub radius: f64,
}

impl Rod {
    /// Nowhere in particular: what fills the unused places of an array.
    pub(crate) const NOWHERE: Self = Self {
        a: Point3::new(0.0, 0.0, 0.0),
        b: Point3::new(0.0, 0.0, 0.0),
        radius: 0.0,
    };

    /// Distance from another rod (m); negative when they overlap, at least minus both radii.
    #[must_use]
    pub fn distance(&self, other: &Self) -> f64 {
        between_segments((&self.a, &self.b), (&other.a, &other.b)) - self.radius - other.radius
    }

    /// A figure that [`Rod::distance`] is never less than (m): the distance of the balls around both.
    #[must_use]
    pub fn least_distance(&self, other: &Self) -> f64 {
        let between = 0.5 * ((self.a.coords + self.b.coords) - (other.a.coords + other.b.coords));
        let halves = 0.5 * ((self.b - self.a).norm() + (other.b - other.a).norm());
        between.norm() - halves - self.radius - other.radius
    }
}
