use super::*;

/// `J` with independent rows has full rank; the least gain of a diagonal is its least entry.
#[test]
fn the_smallest_gain_of_a_diagonal_jacobian_is_its_smallest_entry() {
    let mut jacobian = SMatrix::<f64, 6, 7>::zeros();
    for (i, value) in [0.9, 0.5, 0.7, 1.0, 2.0, 3.0].into_iter().enumerate() {
        jacobian[(i, i)] = value;
    }
    // Rows of turning count 0.3 m per radian.
    assert!((smallest_singular_value(&jacobian) - 0.3).abs() < 1e-12);
    jacobian[(1, 1)] = 0.0;
    assert!(smallest_singular_value(&jacobian) < 1e-9);
}

#[test]
fn half_a_turn_maps_the_pose_on_its_own_place_and_axis() {
    let pose = Isometry3::new(Vector3::new(0.1, 0.2, 0.3), Vector3::new(0.4, -0.2, 0.9));
    let half = turned(&pose, core::f64::consts::PI);
    assert!((half.translation.vector - pose.translation.vector).norm() < 1e-15);
    assert!((half.rotation * Vector3::z() - pose.rotation * Vector3::z()).norm() < 1e-12);
    assert!((half.rotation * Vector3::x() + pose.rotation * Vector3::x()).norm() < 1e-12);
}
