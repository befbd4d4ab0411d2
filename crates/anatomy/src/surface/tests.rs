use super::*;
use proptest::prelude::*;

const BOUNDS: SurfaceBounds = SurfaceBounds {
    min_x: -0.2,
    max_x: 0.5,
    min_y: -0.3,
    max_y: 0.3,
};

fn dome() -> Surface {
    let height = |x: f64, y: f64| 0.2 + 0.02 * libm::sin(8.0 * x) - 2.0 * y * y;
    let inside = |_: f64, y: f64| y.abs() < 0.2;
    Surface::from_function(BOUNDS, 0.006, height, inside).unwrap()
}

#[test]
fn outside_of_the_body_there_is_no_answer() {
    let dome = dome();
    for (x, y) in [
        (0.1, 0.25),
        (0.9, 0.0),
        (f64::NAN, 0.0),
        (0.0, f64::NEG_INFINITY),
    ] {
        assert!(dome.sample(x, y).is_none() && dome.normal_at(x, y).is_none());
        assert!(dome.curvature_at(x, y).is_none() && !dome.is_known(x, y));
    }
    assert!(dome.sample(0.1, 0.1).is_some());
}

#[test]
fn the_normal_stands_on_both_slopes() {
    let (dome, e) = (dome(), 1e-6);
    let here = dome.point_at(0.1, 0.1).unwrap();
    let normal = dome.normal_at(0.1, 0.1).unwrap();
    for (x, y) in [(0.1 + e, 0.1), (0.1, 0.1 + e)] {
        let way = (dome.point_at(x, y).unwrap().raw() - here.raw()).normalize();
        assert!(way.dot(normal.raw()).abs() < 1e-5);
    }
    assert!((normal.norm() - 1.0).abs() < 1e-12 && normal.z() > 0.0 && normal.y() > 0.0);
}

#[test]
fn bytes_lead_back_and_damage_is_told() {
    let dome = dome();
    let bytes = dome.to_bytes();
    assert_eq!(Surface::from_bytes(&bytes).as_ref(), Ok(&dome));
    for cut in [0, 3, 5, 20, 100, bytes.len() - 1] {
        let told = Surface::from_bytes(&bytes[..cut]).unwrap_err();
        assert!(
            matches!(told, DecodeError::CutShort { .. } | DecodeError::NotOurs(_)),
            "{told}"
        );
    }
    let mut nan = bytes.clone();
    // Behind word, version, start, step, counts and length: 6 + 24 + 8 + 4 bytes.
    nan[58..66].copy_from_slice(&f64::NAN.to_le_bytes());
    assert!(Surface::from_bytes(&nan).is_err());
}

#[test]
fn sizes_that_are_none_make_no_surface() {
    for step in [0.0, -1.0, f64::NAN, 1e-9] {
        assert!(Surface::from_function(BOUNDS, step, |_, _| 0.1, |_, _| true).is_none());
    }
    let broken = Surface::from_function(BOUNDS, 0.01, |_, _| f64::NAN, |_, _| true);
    assert!(broken.is_none());
}

proptest! {
    #[test]
    fn the_nearest_place_is_nearer_than_all_its_neighbours(
        x in -0.1..0.4f64, y in -0.15..0.15f64, z in 0.12..0.30f64,
    ) {
        let dome = dome();
        let point = Point::new(x, y, z);
        let Some(nearest) = dome.nearest(&point) else { return Ok(()) };
        let distance = nearest.distance(&point).get();
        for (dx, dy) in [(1e-3, 0.0), (-1e-3, 0.0), (0.0, 1e-3), (0.0, -1e-3)] {
            if let Some(other) = dome.point_at(nearest.x() + dx, nearest.y() + dy) {
                prop_assert!(other.distance(&point).get() >= distance - 1e-9);
            }
        }
    }
}
