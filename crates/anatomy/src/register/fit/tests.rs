use super::*;

fn grid_points(height: impl Fn(f64, f64) -> f64) -> Vec<[f64; 3]> {
    (0..70)
        .flat_map(|i| (0..70).map(move |j| (0.004 * f64::from(i), 0.004 * f64::from(j))))
        .map(|(x, y)| [x, y, height(x, y)])
        .collect()
}

#[test]
fn a_plane_is_found_exactly() {
    let plane = |x: f64, y: f64| 0.1 + 0.3 * x - 0.2 * y;
    let sheet = fit_sheet(&grid_points(plane), (0.0, 0.0), (6, 6)).unwrap();
    for (x, y) in [(0.05, 0.05), (0.2, 0.1), (0.27, 0.27)] {
        assert!((sheet.grid.jet_clamped(x, y).value - plane(x, y)).abs() < 2e-5);
    }
}

#[test]
fn waves_longer_than_a_furrow_pass_and_noise_does_not() {
    let wave = |x: f64, _: f64| 0.2 + 0.005 * libm::sin(x * core::f64::consts::TAU / 0.09);
    let mut points = grid_points(wave);
    for (k, p) in points.iter_mut().enumerate() {
        p[2] += if k % 2 == 0 { 0.002 } else { -0.002 };
    }
    let sheet = fit_sheet(&points, (0.0, 0.0), (6, 6)).unwrap();
    for x in [0.08, 0.1, 0.13, 0.17] {
        let off = sheet.grid.jet_clamped(x, 0.14).value - wave(x, 0.14);
        assert!(off.abs() < 0.0006, "{x}: {off}");
    }
}

#[test]
fn halving_the_grid_leaves_the_sheet_where_it_is() {
    let wavy = |x: f64, y: f64| libm::sin(20.0 * x) * libm::cos(13.0 * y);
    let coarse = SplineGrid::through((0.1, -0.2), 0.05, (7, 9), wavy).unwrap();
    let fine = halved(&coarse).unwrap();
    assert_eq!(fine.cells(), (14, 18));
    for (x, y) in [(0.1, -0.2), (0.17, 0.03), (0.31, 0.11), (0.449, 0.249)] {
        let (a, b) = (coarse.jet_clamped(x, y), fine.jet_clamped(x, y));
        assert!((a.value - b.value).abs() < 1e-13 && (a.dx - b.dx).abs() < 1e-11);
    }
}

#[test]
fn one_point_in_ten_may_lie() {
    let dome = |x: f64, y: f64| 0.2 - (x - 0.14) * (x - 0.14) - (y - 0.14) * (y - 0.14);
    let mut points = grid_points(dome);
    for (k, p) in points.iter_mut().enumerate() {
        if k % 10 == 3 {
            p[2] += 0.05;
        }
    }
    let sheet = fit_sheet(&points, (0.0, 0.0), (6, 6)).unwrap();
    assert!((sheet.grid.jet_clamped(0.14, 0.14).value - 0.2).abs() < 0.0005);
    assert!(
        points
            .iter()
            .enumerate()
            .all(|(k, _)| k % 10 != 3 || sheet.weights[k] == 0.0)
    );
}

#[test]
fn no_points_make_no_sheet() {
    assert!(fit_sheet(&[], (0.0, 0.0), (2, 2)).is_none());
}
