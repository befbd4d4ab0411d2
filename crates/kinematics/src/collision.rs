//! A URDF's `<collision>` shapes as capsules.
//!
//! Every capsule contains the body it stands for: a distance that is kept from it is kept from the link.
//! The price is a little room. A cylinder's end is flat, a capsule's round: an axis as long as the cylinder
//! would overhang by the whole radius, one that is shorter must be thicker to hold the rim. The axis ends
//! half a radius before the end: 12 % thicker, an overhang of 62 % of the radius.

use nalgebra::{Point3, Vector3};
use quantities::Metres;

use crate::Capsule;
use crate::description::{not_negative, read_pose};
use crate::{UrdfError, UrdfWarning};

/// Strips that a flat box is cut into at most, each with a capsule of its own.
const MOST_STRIPS: f64 = 4.0;

/// The shapes of one link.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CollisionShape {
    /// Name of the link in the file.
    pub link: String,
    /// Capsules that contain its spheres, cylinders, capsules and boxes, in the frame of the joint that
    /// carries it (in the root's frame for what stands still).
    pub capsules: Vec<Capsule>,
}

/// Reads the shapes of a link, told in its own frame; a mesh is not read, which is said.
///
/// # Errors
/// [`UrdfError::BadNumber`] for sizes and places that are none.
pub(crate) fn read_shapes(
    link: &urdf_rs::Link,
    warnings: &mut Vec<UrdfWarning>,
) -> Result<Vec<Capsule>, UrdfError> {
    let place = || format!("the collision shape of link '{}'", link.name);
    let mut capsules = Vec::new();
    let mut has_mesh = false;
    for collision in &link.collision {
        let frame = read_pose(&collision.origin, place)?;
        let found = match &collision.geometry {
            urdf_rs::Geometry::Sphere { radius } => vec![ball(size(*radius, place)?)],
            urdf_rs::Geometry::Cylinder { radius, length } => {
                vec![around_cylinder(
                    size(*radius, place)?,
                    size(*length, place)?,
                )]
            }
            // Of the two ways to read a capsule's length the longer: between the centres of its ends.
            urdf_rs::Geometry::Capsule { radius, length } => {
                vec![rod(0.5 * size(*length, place)?, size(*radius, place)?)]
            }
            urdf_rs::Geometry::Box { size: sides } => {
                let [x, y, z] = sides.0;
                around_box([size(x, place)?, size(y, place)?, size(z, place)?])
            }
            urdf_rs::Geometry::Mesh { .. } => {
                has_mesh = true;
                Vec::new()
            }
        };
        // A shape without extent is none.
        let solid = found.iter().filter(|capsule| capsule.radius > Metres::ZERO);
        capsules.extend(solid.map(|capsule| capsule.told_in(&frame, None)));
    }
    if has_mesh {
        let link = link.name.clone();
        warnings.push(UrdfWarning::MeshNotRead { link });
    }
    Ok(capsules)
}

fn size(value: f64, place: impl Fn() -> String) -> Result<f64, UrdfError> {
    not_negative(value, "a size", place)?;
    Ok(value)
}

fn ball(radius: f64) -> Capsule {
    rod(0.0, radius)
}

/// Along z, as URDF's cylinders are.
fn rod(half_axis: f64, radius: f64) -> Capsule {
    Capsule {
        link: None,
        a: Point3::new(0.0, 0.0, -half_axis),
        b: Point3::new(0.0, 0.0, half_axis),
        radius: Metres::new(radius),
    }
}

fn around_cylinder(radius: f64, length: f64) -> Capsule {
    let half = 0.5 * length;
    let drawn_in = half.min(0.5 * radius);
    rod(
        half - drawn_in,
        (drawn_in * drawn_in + radius * radius).sqrt(),
    )
}

/// Capsules along the longest side. A box that is wider than thick is cut into strips along that side; the
/// corners of each strip's cross-section lie on a cylinder.
fn around_box(sides: [f64; 3]) -> Vec<Capsule> {
    let mut order = [0, 1, 2];
    order.sort_by(|i, j| sides[*j].total_cmp(&sides[*i]));
    let [long, wide, thin] = order.map(|axis| (axis, sides[axis]));
    let strips = (wide.1 / thin.1.max(1e-9)).round().clamp(1.0, MOST_STRIPS);
    let strip = wide.1 / strips;
    let radius = 0.5 * (strip * strip + thin.1 * thin.1).sqrt();
    let upright = around_cylinder(radius, long.1);
    (0..strips as usize)
        .map(|number| {
            let mut centre = Vector3::zeros();
            centre[wide.0] = (number as f64 + 0.5) * strip - 0.5 * wide.1;
            let mut end = Vector3::zeros();
            end[long.0] = upright.b.z;
            Capsule {
                a: Point3::from(centre - end),
                b: Point3::from(centre + end),
                ..upright
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
