//! Lines with fewer points that look the same (Douglas and Peucker).

/// The points of a line without those that lie within `tolerance` of what is left; the ends stay.
pub(super) fn thinned(points: &[(f64, f64)], tolerance: f64) -> Vec<(f64, f64)> {
    let mut kept = vec![false; points.len()];
    let Some(last) = points.len().checked_sub(1) else {
        return Vec::new();
    };
    kept[0] = true;
    kept[last] = true;
    let mut open = vec![(0, last)];
    while let Some((from, to)) = open.pop() {
        let Some((index, distance)) = farthest(points, from, to) else {
            continue;
        };
        if distance > tolerance {
            kept[index] = true;
            open.push((from, index));
            open.push((index, to));
        }
    }
    let pairs = points.iter().zip(&kept);
    pairs.filter(|(_, kept)| **kept).map(|(p, _)| *p).collect()
}

/// The point between two others that is farthest from the line between them, and how far.
fn farthest(points: &[(f64, f64)], from: usize, to: usize) -> Option<(usize, f64)> {
    let (a, b) = (points[from], points[to]);
    let between = points.iter().enumerate().take(to).skip(from + 1);
    let measured = between.map(|(index, p)| (index, distance(*p, a, b)));
    measured.fold(None, |best, (index, far)| match best {
        Some((_, most)) if far <= most => best,
        Some(_) | None => Some((index, far)),
    })
}

/// From a point to the line between two others.
fn distance(p: (f64, f64), a: (f64, f64), b: (f64, f64)) -> f64 {
    let (along, off) = ((b.0 - a.0, b.1 - a.1), (p.0 - a.0, p.1 - a.1));
    let square = along.0 * along.0 + along.1 * along.1;
    let share = if square > 0.0 {
        ((off.0 * along.0 + off.1 * along.1) / square).clamp(0.0, 1.0)
    } else {
        0.0
    };
    libm::hypot(off.0 - share * along.0, off.1 - share * along.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_left_passes_every_point_within_the_tolerance(
            points in proptest::collection::vec((-50.0..50.0f64, -50.0..50.0f64), 0..60),
            tolerance in 0.1..20.0f64,
        ) {
            let thin = thinned(&points, tolerance);
            prop_assert_eq!(thin.first(), points.first());
            prop_assert_eq!(thin.last(), points.last());
            for p in &points {
                let near = thin.windows(2).map(|w| distance(*p, w[0], w[1]));
                let near = near.chain(thin.iter().map(|q| distance(*p, *q, *q)));
                prop_assert!(near.fold(f64::INFINITY, f64::min) <= tolerance + 1e-9);
            }
        }
    }

    #[test]
    fn a_straight_line_is_its_two_ends() {
        let points: Vec<_> = (0..100)
            .map(|i| (f64::from(i), 2.0 * f64::from(i)))
            .collect();
        assert_eq!(thinned(&points, 0.01), [(0.0, 0.0), (99.0, 198.0)]);
    }
}
