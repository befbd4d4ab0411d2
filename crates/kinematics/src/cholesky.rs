//! Solves with a symmetric positive definite matrix, on the stack.

use nalgebra::{SMatrix, SVector};

/// A pivot below this share of its diagonal element is lost in rounding.
const LEAST_PIVOT: f64 = 1e-13;

/// `A = L D Lᵀ` of a symmetric positive definite matrix: no square roots, one division a pivot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Factor<const D: usize> {
    /// L below the diagonal; what is on it and above is not used.
    lower: SMatrix<f64, D, D>,
    /// 1 / D.
    inverse_pivots: SVector<f64, D>,
}

impl<const D: usize> Factor<D> {
    /// Reads the lower triangle of `A`. `None` when `A` is singular to rounding, indefinite or not finite.
    #[inline]
    pub(crate) fn of(mut a: SMatrix<f64, D, D>) -> Option<Self> {
        let mut inverse_pivots = SVector::<f64, D>::zeros();
        let diagonal = a.diagonal();
        for j in 0..D {
            let pivot = a[(j, j)];
            // Written so that NaN fails too.
            let sound = pivot > LEAST_PIVOT * diagonal[j] && pivot < f64::INFINITY;
            if !sound {
                return None;
            }
            let inverse = 1.0 / pivot;
            inverse_pivots[j] = inverse;
            // What column j explains is taken out of all that is right of it.
            for k in j + 1..D {
                let share = a[(k, j)] * inverse;
                for i in k..D {
                    a[(i, k)] -= a[(i, j)] * share;
                }
            }
            for i in j + 1..D {
                a[(i, j)] *= inverse;
            }
        }
        Some(Self {
            lower: a,
            inverse_pivots,
        })
    }

    /// `x` with `A x = b`.
    #[inline]
    pub(crate) fn solve(&self, mut b: SVector<f64, D>) -> SVector<f64, D> {
        let l = &self.lower;
        for k in 0..D {
            for i in k + 1..D {
                b[i] -= l[(i, k)] * b[k];
            }
        }
        b.component_mul_assign(&self.inverse_pivots);
        for k in (0..D).rev() {
            for i in k + 1..D {
                b[k] -= l[(i, k)] * b[i];
            }
        }
        b
    }
}

/// Solves `A x = b`; see [`Factor::of`].
pub(crate) fn solve<const D: usize>(
    a: SMatrix<f64, D, D>,
    b: SVector<f64, D>,
) -> Option<SVector<f64, D>> {
    Some(Factor::of(a)?.solve(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_solution_gives_back_the_right_hand_side() {
        let a = SMatrix::<f64, 4, 4>::from_fn(|i, j| 1.0 / (i + j + 1) as f64 + f64::from(i == j));
        let b = SVector::<f64, 4>::new(1.0, -2.0, 0.5, 3.0);
        let x = solve(a, b).expect("positive definite");
        assert!((a * x - b).norm() < 1e-14);
    }

    #[test]
    fn a_singular_an_indefinite_and_a_nan_matrix_have_no_solution() {
        let b = SVector::<f64, 2>::new(1.0, 1.0);
        assert_eq!(
            solve(SMatrix::<f64, 2, 2>::new(1.0, 1.0, 1.0, 1.0), b),
            None
        );
        assert_eq!(
            solve(SMatrix::<f64, 2, 2>::new(1.0, 2.0, 2.0, 1.0), b),
            None
        );
        assert_eq!(
            solve(SMatrix::<f64, 2, 2>::new(f64::NAN, 0.0, 0.0, 1.0), b),
            None
        );
        assert_eq!(solve(SMatrix::<f64, 2, 2>::zeros(), b), None);
    }
}
