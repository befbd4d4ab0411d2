use super::*;
use crate::surface::SurfaceBounds;

#[test]
fn a_smooth_line_goes_through_a_straight_spine_and_beyond_it() {
    let points: Vec<(f64, f64)> = (0..26)
        .map(|k| f64::from(k) * 0.02)
        .map(|x| (x, 0.01 + 0.1 * x))
        .collect();
    let line = SpineFromAbove::fit(&points, -0.3, 0.7).unwrap();
    for x in [-0.25, 0.0, 0.2, 0.5, 0.65] {
        assert!((line.eval(x).0 - (0.01 + 0.1 * x)).abs() < 1e-9);
        assert!((line.eval(x).1 - 0.1).abs() < 1e-8);
    }
}

#[test]
fn noise_from_point_to_point_is_smoothed() {
    let points: Vec<(f64, f64)> = (0..26)
        .map(|k| (f64::from(k) * 0.02, if k % 2 == 0 { 0.003 } else { -0.003 }))
        .collect();
    let line = SpineFromAbove::fit(&points, -0.3, 0.7).unwrap();
    for (x, _) in points {
        assert!(line.eval(x).0.abs() < 0.0015, "{}", line.eval(x).0);
    }
}

#[test]
fn too_little_makes_no_line() {
    assert!(SpineFromAbove::fit(&[], 0.0, 1.0).is_none());
    assert!(SpineFromAbove::fit(&[(0.1, 0.0); 9], 0.0, 1.0).is_none());
    assert!(SpineFromAbove::fit(&[(0.1, 0.0), (0.2, 0.0)], 0.0, 1.0).is_none());
}

#[test]
fn the_nearest_place_of_the_line_stands_across() {
    let points: Vec<(f64, f64)> = (0..40)
        .map(|k| f64::from(k) * 0.015)
        .map(|x| (x, 0.015 * libm::sin(9.0 * x)))
        .collect();
    let line = SpineFromAbove::fit(&points, -0.1, 0.7).unwrap();
    for (px, py) in [(0.1, 0.1), (0.3, -0.15), (0.5, 0.05)] {
        let x = line.nearest(px, py);
        let (y, slope, bend) = line.eval(x);
        let ((left_x, left_y), _) = SpineFromAbove::left(slope, bend);
        let t = (px - x) * left_x + (py - y) * left_y;
        assert!((x + t * left_x - px).abs() < 1e-9 && (y + t * left_y - py).abs() < 1e-9);
    }
}

#[test]
fn the_derivative_of_left_agrees_with_differences() {
    let e = 1e-6;
    let at = |x: f64| (libm::sin(x), libm::cos(x));
    let (_, change) = SpineFromAbove::left(at(0.4).0, at(0.4).1);
    let side = |x: f64| SpineFromAbove::left(at(x).0, 0.0).0;
    let (up, down) = (side(0.4 + e), side(0.4 - e));
    assert!(((up.0 - down.0) / (2.0 * e) - change.0).abs() < 1e-8);
    assert!(((up.1 - down.1) / (2.0 * e) - change.1).abs() < 1e-8);
}

#[test]
fn arc_length_over_a_circle_is_radius_times_angle() {
    let bounds = SurfaceBounds {
        min_x: -0.1,
        max_x: 0.3,
        min_y: -0.1,
        max_y: 0.1,
    };
    let height = |x: f64, _: f64| (1.0 - x * x).sqrt();
    let surface = Surface::from_function(bounds, 0.005, height, |_, _| true).unwrap();
    let flat: Vec<(f64, f64)> = (0..10).map(|k| (0.03 * f64::from(k), 0.0)).collect();
    let above = SpineFromAbove::fit(&flat, -0.1, 0.3).unwrap();
    let spine = SpineLine::on(above, &surface, 0.0).unwrap();
    for x in [-0.05, 0.1, 0.25] {
        assert!((spine.u_of_x(x) - libm::asin(x)).abs() < 2e-7, "{x}");
        assert!((spine.x_of_u(spine.u_of_x(x)) - x).abs() < 1e-12);
    }
}
