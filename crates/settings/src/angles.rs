//! Angles as files write them.

use nalgebra::{UnitQuaternion, Vector3};

/// Fixed-axis angles about x, then y, then z, in degrees: the convention of URDF's `rpy`.
pub(crate) fn roll_pitch_yaw_degrees(angles: [f64; 3]) -> UnitQuaternion<f64> {
    let [roll, pitch, yaw] = angles.map(|degrees| degrees * core::f64::consts::PI / 180.0);
    let about = |axis, angle| UnitQuaternion::from_axis_angle(&axis, angle);
    about(Vector3::z_axis(), yaw) * about(Vector3::y_axis(), pitch) * about(Vector3::x_axis(), roll)
}
