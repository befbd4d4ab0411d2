//! How far apart two straight pieces are.

use nalgebra::Point3;

/// Squared length below which a segment counts as a point (m²): a nanometre.
const POINT: f64 = 1e-18;

/// Distance of two segments, each given by its ends (the unit of the coordinates). The lines' nearest
/// points, clamped into the segments one after the other (Ericson, Real-Time Collision Detection, 2005,
/// section 5.1.9). Segments of no length are points.
#[inline]
pub(crate) fn between_segments(
    first: (&Point3<f64>, &Point3<f64>),
    second: (&Point3<f64>, &Point3<f64>),
) -> f64 {
    let (along_first, along_second) = (first.1 - first.0, second.1 - second.0);
    let apart = first.0 - second.0;
    let (a, e) = (along_first.norm_squared(), along_second.norm_squared());
    let (c, f) = (along_first.dot(&apart), along_second.dot(&apart));
    let b = along_first.dot(&along_second);
    let share = |over: f64, length: f64| {
        if length > POINT {
            (over / length).clamp(0.0, 1.0)
        } else {
            0.0
        }
    };
    // Parallel lines are nearest everywhere: begin at the first end.
    let skewness = a * e - b * b;
    let start = if skewness > 1e-12 * a * e {
        share(b * f - c * e, skewness)
    } else {
        0.0
    };
    let t = share(b * start + f, e);
    let s = share(b * t - c, a);
    ((first.0 + along_first * s) - (second.0 + along_second * t)).norm()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(numbers: [f64; 6]) -> (Point3<f64>, Point3<f64>) {
        let [a, b, c, d, e, f] = numbers;
        (Point3::new(a, b, c), Point3::new(d, e, f))
    }

    fn distance(first: [f64; 6], second: [f64; 6]) -> f64 {
        let (p, q) = (points(first), points(second));
        between_segments((&p.0, &p.1), (&q.0, &q.1))
    }

    #[test]
    fn known_pairs_have_their_distances() {
        let along_x = [-1.0, 0.0, 0.0, 1.0, 0.0, 0.0];
        assert_eq!(distance(along_x, [0.0, -1.0, 0.5, 0.0, 1.0, 0.5]), 0.5);
        assert_eq!(distance(along_x, [2.0, -1.0, 0.0, 2.0, 1.0, 0.0]), 1.0);
        assert_eq!(distance(along_x, [-3.0, 3.0, 0.0, 3.0, 3.0, 0.0]), 3.0);
        assert_eq!(distance(along_x, [3.0, 0.0, 0.0, 5.0, 0.0, 0.0]), 2.0);
        assert_eq!(distance([0.0; 6], [0.0, 3.0, 4.0, 0.0, 3.0, 4.0]), 5.0);
        assert_eq!(distance(along_x, [0.3, 0.0, 0.7, 0.3, 0.0, 0.7]), 0.7);
        assert_eq!(distance([0.3, 0.0, 0.7, 0.3, 0.0, 0.7], along_x), 0.7);
    }

    #[test]
    fn no_pair_of_points_on_a_grid_is_nearer_and_one_is_almost_as_near() {
        let digits = |number: u32, base: u32| f64::from(number * base % 97) / 97.0 - 0.5;
        for number in 1..200 {
            let numbers: [f64; 12] =
                core::array::from_fn(|i| digits(number * 7 + i as u32 * 13, 29 + 2 * i as u32));
            let (p, q) = (
                points(core::array::from_fn(|i| numbers[i])),
                points(core::array::from_fn(|i| numbers[i + 6])),
            );
            let found = between_segments((&p.0, &p.1), (&q.0, &q.1));
            let mut least = f64::INFINITY;
            for i in 0..=60 {
                for k in 0..=60 {
                    let a = p.0 + (p.1 - p.0) * (f64::from(i) / 60.0);
                    let b = q.0 + (q.1 - q.0) * (f64::from(k) / 60.0);
                    least = least.min((a - b).norm());
                }
            }
            assert!(found <= least + 1e-12, "{found} {least}");
            assert!(least - found < 0.02, "{found} {least}");
        }
    }
}
