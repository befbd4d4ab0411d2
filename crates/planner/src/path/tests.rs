use proptest::prelude::*;

use super::*;

fn heading_changes(path: &Path) -> f64 {
    path.points()
        .windows(3)
        .map(|w| {
            let a = (w[1].u - w[0].u, w[1].v - w[0].v);
            let b = (w[2].u - w[1].u, w[2].v - w[1].v);
            libm::atan2(a.0 * b.1 - a.1 * b.0, a.0 * b.0 + a.1 * b.1).abs()
        })
        .fold(0.0, f64::max)
}

#[test]
fn a_rounded_square_corner_turns_gently_and_keeps_its_ends() {
    let corner = Path::start(0.0, 0.05, 5.0, 0.08)
        .glide_to(0.2, 0.05, 5.0, 0.08)
        .glide_to(0.2, 0.12, 8.0, 0.08);
    let rounded = corner.rounded(0.04);
    assert_eq!((rounded.first().u, rounded.first().v), (0.0, 0.05));
    assert_eq!((rounded.last().u, rounded.last().v), (0.2, 0.12));
    assert!(heading_changes(&corner.resampled(STEP)) > 1.5);
    assert!(
        heading_changes(&rounded) < 0.15,
        "{}",
        heading_changes(&rounded)
    );
}

proptest! {
    #[test]
    fn rounding_never_leaves_the_box_of_the_drawn_points(
        corners in prop::collection::vec((-0.1..0.4f64, 0.03..0.15f64), 2..9), reach in 0.0..0.1f64,
    ) {
        let (u0, v0) = corners[0];
        let path = corners.iter().skip(1).fold(Path::start(u0, v0, 5.0, 0.1), |p, &(u, v)| {
            p.glide_to(u, v, 5.0, 0.1)
        });
        let rounded = path.rounded(reach);
        let range = |f: fn(&PathPoint) -> f64| {
            let of = |p: &Path| p.points().iter().map(f).fold((f64::MAX, f64::MIN), |(a, b), x| (a.min(x), b.max(x)));
            (of(&path), of(&rounded))
        };
        for (drawn, got) in [range(|p| p.u), range(|p| p.v)] {
            prop_assert!(got.0 >= drawn.0 - 1e-9 && got.1 <= drawn.1 + 1e-9);
        }
        prop_assert!(rounded.length() <= path.length() + 1e-9);
    }

    #[test]
    fn respacing_keeps_length_and_gives_even_gaps(
        corners in prop::collection::vec((-0.1..0.4f64, 0.03..0.15f64), 2..9),
    ) {
        let (u0, v0) = corners[0];
        let path = corners.iter().skip(1).fold(Path::start(u0, v0, 5.0, 0.1), |p, &(u, v)| {
            p.glide_to(u, v, 5.0, 0.1)
        });
        let even = path.respaced(STEP);
        prop_assert!(even.points().windows(2).all(|w| apart(&w[0], &w[1]) < 1.6e-3));
        prop_assert!((even.last().u - path.last().u).abs() < 1e-12);
    }
}
