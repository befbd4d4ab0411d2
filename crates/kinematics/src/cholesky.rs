//! Solves with a symmetric positive definite matrix, on the stack.

use nalgebra::{SMatrix, SVector};

/// A pivot below this share of its diagonal element is lost in rounding.
const LEAST_PIVOT: f64 = 1e-13;

/// Solves `A x = b` by Cholesky factorisation; reads the lower triangle of `A`. `None` when `A` is
/// singular to rounding, indefinite or not finite.
pub(crate) fn solve<const D: usize>(
    mut a: SMatrix<f64, D, D>,
    mut b: SVector<f64, D>,
) -> Option<SVector<f64, D>> {
    let mut inverse_pivots = SVector::<f64, D>::zeros();
    for j in 0..D {
        let mut pivot = a[(j, j)];
        let least = LEAST_PIVOT * pivot;
        for k in 0..j {
            pivot -= a[(j, k)] * a[(j, k)];
        }
        // Written so that NaN fails too.
        let sound = pivot > least && pivot < f64::INFINITY;
        if !sound {
            return None;
        }
        let inverse = 1.0 / pivot.sqrt();
        inverse_pivots[j] = inverse;
        for i in j + 1..D {
            let mut sum = a[(i, j)];
            for k in 0..j {
                sum -= a[(i, k)] * a[(j, k)];
            }
            a[(i, j)] = sum * inverse;
        }
    }
    for i in 0..D {
        for k in 0..i {
            b[i] -= a[(i, k)] * b[k];
        }
        b[i] *= inverse_pivots[i];
    }
    for i in (0..D).rev() {
        for k in i + 1..D {
            b[i] -= a[(k, i)] * b[k];
        }
        b[i] *= inverse_pivots[i];
    }
    Some(b)
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
