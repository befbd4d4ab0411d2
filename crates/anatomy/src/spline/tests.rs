use super::*;

#[test]
fn a_natural_spline_goes_through_its_values() {
    let values = [0.3, -0.1, 0.7, 0.2, 0.9, 1.4];
    let line = SplineLine::through(2.0, 0.5, &values).unwrap();
    for (k, v) in values.iter().enumerate() {
        assert!((line.eval(2.0 + 0.5 * k as f64).0 - v).abs() < 1e-14);
    }
    assert!(line.eval(2.0).2.abs() < 1e-12 && line.eval(4.5 - 1e-12).2.abs() < 1e-9);
}

#[test]
fn a_line_goes_on_straight_beyond_its_ends() {
    let line = SplineLine::through(0.0, 1.0, &[0.0, 1.0, 0.0, 2.0]).unwrap();
    let (value, slope, _) = line.eval(3.0);
    assert!((line.eval(5.0).0 - (value + 2.0 * slope)).abs() < 1e-14);
}

#[test]
fn two_values_make_a_straight_line() {
    let line = SplineLine::through(0.0, 1.0, &[1.0, 3.0]).unwrap();
    assert!((line.eval(0.25).0 - 1.5).abs() < 1e-15);
}

#[test]
fn derivatives_agree_with_differences_of_values() {
    let f = |x: f64, y: f64| 0.2 - 0.4 * x * x + 0.1 * libm::sin(9.0 * x) * libm::cos(7.0 * y);
    let grid = SplineGrid::through((-0.2, -0.3), 0.01, (40, 60), f).unwrap();
    let e = 1e-5;
    for (x, y) in [(0.013, 0.027), (-0.1, 0.2), (0.15, -0.25)] {
        let jet = grid.jet_clamped(x, y);
        let at = |x, y| grid.jet_clamped(x, y);
        assert!((jet.value - f(x, y)).abs() < 1e-6);
        assert!((jet.dx - (at(x + e, y).value - at(x - e, y).value) / (2.0 * e)).abs() < 1e-7);
        assert!((jet.dy - (at(x, y + e).value - at(x, y - e).value) / (2.0 * e)).abs() < 1e-7);
        assert!((jet.dxx - (at(x + e, y).dx - at(x - e, y).dx) / (2.0 * e)).abs() < 1e-5);
        assert!((jet.dxy - (at(x, y + e).dx - at(x, y - e).dx) / (2.0 * e)).abs() < 1e-5);
        assert!((jet.dyy - (at(x, y + e).dy - at(x, y - e).dy) / (2.0 * e)).abs() < 1e-5);
        let slopes = grid.slopes_in(grid.cell(x, y).unwrap());
        assert!((slopes.0 - jet.value).abs() < 1e-15 && (slopes.1 - jet.dx).abs() < 1e-12);
        assert!((slopes.2 - jet.dy).abs() < 1e-12);
    }
}

#[test]
fn places_outside_of_the_grid_have_no_cell() {
    let grid = SplineGrid::through((0.0, 0.0), 0.1, (4, 4), |_, _| 1.0).unwrap();
    for (x, y) in [
        (-0.01, 0.1),
        (0.41, 0.1),
        (0.1, f64::NAN),
        (f64::INFINITY, 0.1),
    ] {
        assert!(grid.cell(x, y).is_none());
    }
    assert!(grid.cell(0.4, 0.0).is_some());
}
