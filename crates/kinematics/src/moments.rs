//! A body as the recursions need it: mass, first moment and inertia about a joint's origin.
//!
//! About the origin instead of the centre of mass, so that bodies add up number by number and the
//! parallel-axis theorem is paid once, when the model is made.

use nalgebra::{Matrix3, Vector3};

use crate::bodies::{RigidBody, point_inertia};
use crate::placement::Hinge;

/// Inertia of a body about a joint frame's origin, in the axes of that frame.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moments {
    /// Mass (kg).
    pub(crate) mass: f64,
    /// Mass times centre of mass (kg·m).
    pub(crate) first: Vector3<f64>,
    /// Inertia about the origin (kg·m²).
    pub(crate) second: Symmetric,
}

/// A symmetric 3x3 matrix.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Symmetric {
    pub(crate) xx: f64,
    pub(crate) yy: f64,
    pub(crate) zz: f64,
    pub(crate) xy: f64,
    pub(crate) xz: f64,
    pub(crate) yz: f64,
}

impl Symmetric {
    fn of(m: &Matrix3<f64>) -> Self {
        let mean = |i: usize, j: usize| 0.5 * (m[(i, j)] + m[(j, i)]);
        Self {
            xx: m.m11,
            yy: m.m22,
            zz: m.m33,
            xy: mean(0, 1),
            xz: mean(0, 2),
            yz: mean(1, 2),
        }
    }

    /// Matrix times vector.
    #[inline]
    pub(crate) fn times(&self, v: &Vector3<f64>) -> Vector3<f64> {
        Vector3::new(
            self.xx * v.x + self.xy * v.y + self.xz * v.z,
            self.xy * v.x + self.yy * v.y + self.yz * v.z,
            self.xz * v.x + self.yz * v.y + self.zz * v.z,
        )
    }

    /// `R S Rᵀ`. A turn in the xy plane mixes the plane's three entries by one number `u`:
    /// `xx - s u`, `yy + s u`, `c u - xy` with `u = s (xx - yy) + 2 c xy`; about x likewise.
    #[inline]
    fn turned_out(&self, hinge: &Hinge) -> Self {
        let (c, s) = hinge.angle;
        let u = s * (self.xx - self.yy) + 2.0 * c * self.xy;
        let (xx, yy, xy) = (self.xx - s * u, self.yy + s * u, c * u - self.xy);
        let (xz, yz) = (c * self.xz - s * self.yz, s * self.xz + c * self.yz);
        let (c, s) = hinge.twist;
        let u = s * (yy - self.zz) + 2.0 * c * yz;
        Self {
            xx,
            yy: yy - s * u,
            zz: self.zz + s * u,
            xy: c * xy - s * xz,
            xz: s * xy + c * xz,
            yz: c * u - yz,
        }
    }
}

impl Moments {
    /// Of a body told in the joint frame.
    pub(crate) fn of(body: &RigidBody) -> Self {
        Self {
            mass: body.mass,
            first: body.centre * body.mass,
            second: Symmetric::of(&(body.inertia + point_inertia(body.mass, &body.centre))),
        }
    }

    /// Told in the frame before, about its origin. With `u = h + r m / 2` the parallel-axis terms are
    /// `2 (u·r) 1 - u rᵀ - r uᵀ`.
    #[inline]
    pub(crate) fn carried_out(&self, hinge: &Hinge, offset: &Vector3<f64>) -> Self {
        let second = self.second.turned_out(hinge);
        let first = hinge.outer(&self.first);
        let r = offset;
        let u = first + r * (0.5 * self.mass);
        let (x, y, z) = (u.x * r.x, u.y * r.y, u.z * r.z);
        Self {
            mass: self.mass,
            first: first + r * self.mass,
            second: Symmetric {
                xx: second.xx + 2.0 * (y + z),
                yy: second.yy + 2.0 * (x + z),
                zz: second.zz + 2.0 * (x + y),
                xy: second.xy - (u.x * r.y + u.y * r.x),
                xz: second.xz - (u.x * r.z + u.z * r.x),
                yz: second.yz - (u.y * r.z + u.z * r.y),
            },
        }
    }

    /// Both together, about the same origin.
    #[inline]
    pub(crate) fn plus(&self, other: &Self) -> Self {
        let (a, b) = (&self.second, &other.second);
        Self {
            mass: self.mass + other.mass,
            first: self.first + other.first,
            second: Symmetric {
                xx: a.xx + b.xx,
                yy: a.yy + b.yy,
                zz: a.zz + b.zz,
                xy: a.xy + b.xy,
                xz: a.xz + b.xz,
                yz: a.yz + b.yz,
            },
        }
    }
}
