//! Mass, centre of mass and inertia of a rigid body, and how bodies are joined.

use nalgebra::{Isometry3, Matrix3, Point3, Vector3};

/// A rigid body as seen from some frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct RigidBody {
    /// Mass (kg).
    pub(crate) mass: f64,
    /// Centre of mass in the frame (m).
    pub(crate) centre: Vector3<f64>,
    /// Inertia about the centre of mass, along the axes of the frame (kg·m²).
    pub(crate) inertia: Matrix3<f64>,
}

impl RigidBody {
    /// Nothing at all.
    pub(crate) fn none() -> Self {
        Self {
            mass: 0.0,
            centre: Vector3::zeros(),
            inertia: Matrix3::zeros(),
        }
    }

    /// The same body seen from frame `a`, when it is told in frame `b`.
    pub(crate) fn told_in(&self, a_from_b: &Isometry3<f64>) -> Self {
        let turn = a_from_b.rotation.to_rotation_matrix().into_inner();
        Self {
            mass: self.mass,
            centre: (a_from_b * Point3::from(self.centre)).coords,
            inertia: turn * self.inertia * turn.transpose(),
        }
    }

    /// Both bodies welded together. Parallel-axis theorem; Featherstone 2008, chapter 2.
    pub(crate) fn joined(&self, other: &Self) -> Self {
        let mass = self.mass + other.mass;
        if mass <= 0.0 {
            // Massless frames carry no lever; their (odd) inertia still adds up.
            return Self {
                mass,
                centre: self.centre,
                inertia: self.inertia + other.inertia,
            };
        }
        let centre = (self.centre * self.mass + other.centre * other.mass) / mass;
        let inertia = self.inertia
            + point_inertia(self.mass, &(self.centre - centre))
            + other.inertia
            + point_inertia(other.mass, &(other.centre - centre));
        Self {
            mass,
            centre,
            inertia,
        }
    }
}

/// Inertia of a point mass at `lever` about the origin: `m (|r|² 1 - r rᵀ)`.
pub(crate) fn point_inertia(mass: f64, lever: &Vector3<f64>) -> Matrix3<f64> {
    let square = lever.norm_squared();
    (Matrix3::from_diagonal_element(square) - lever * lever.transpose()) * mass
}

/// Principal moments, ascending (kg·m²).
pub(crate) fn principal_moments(inertia: &Matrix3<f64>) -> [f64; 3] {
    let symmetric = (inertia + inertia.transpose()) * 0.5;
    let values = symmetric.symmetric_eigenvalues();
    let mut moments = [values.x, values.y, values.z];
    moments.sort_by(f64::total_cmp);
    moments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_halves_of_a_rod_weigh_and_turn_like_the_whole_rod() {
        // Thin rod, mass m, length l: m l²/12 about its centre.
        let rod = |mass: f64, length: f64, at: f64| RigidBody {
            mass,
            centre: Vector3::new(at, 0.0, 0.0),
            inertia: Matrix3::from_diagonal(&Vector3::new(
                0.0,
                mass * length * length / 12.0,
                mass * length * length / 12.0,
            )),
        };
        let whole = rod(2.0, 1.0, 0.5);
        let joined = rod(1.0, 0.5, 0.25).joined(&rod(1.0, 0.5, 0.75));
        assert!((joined.inertia - whole.inertia).norm() < 1e-15);
        assert!((joined.centre - whole.centre).norm() < 1e-15);
    }

    #[test]
    fn principal_moments_do_not_change_when_the_body_is_turned() {
        let body = RigidBody {
            mass: 1.0,
            centre: Vector3::new(0.1, 0.2, 0.3),
            inertia: Matrix3::from_diagonal(&Vector3::new(3.0, 1.0, 2.0)),
        };
        let turned = body.told_in(&Isometry3::new(
            Vector3::new(0.3, 0.1, 0.0),
            Vector3::new(0.4, -1.0, 0.7),
        ));
        for (moment, expected) in principal_moments(&turned.inertia)
            .iter()
            .zip([1.0, 2.0, 3.0])
        {
            assert!((moment - expected).abs() < 1e-12);
        }
    }
}
