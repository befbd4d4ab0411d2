//! Where the arm stands beside the table, and where its force sensor sits.

use nalgebra::Vector3;
use quantities::{
    Base, Flange, Metres, NewtonMetres, Newtons, Radians, Seconds, Sensor, Table, Transform,
};

use crate::document::{Section, millimetres, number, text, triple};

/// Where the arm's root stands, as measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Installation {
    /// Pose of the table told in the arm's base, as believed.
    pub base_from_table: Transform<Base, Table>,
    /// Uncertainty of the position (95 %, any direction).
    pub position_uncertainty: Metres,
    /// Uncertainty of the orientation (95 %, any axis).
    pub orientation_uncertainty: Radians,
    /// How it was measured.
    pub method: String,
}

/// Standard gravity (m/s²), CGPM 1901.
const STANDARD_GRAVITY: f64 = 9.80665;

impl Installation {
    /// Gravity along the axes of the base (m/s²): the table is level, the base need not be.
    #[must_use]
    pub fn gravity_in_base(&self) -> Vector3<f64> {
        self.base_from_table.raw().rotation * Vector3::new(0.0, 0.0, -STANDARD_GRAVITY)
    }
}

/// The force/torque sensor at the wrist.
#[derive(Clone, Debug, PartialEq)]
pub struct ForceSensor {
    /// Where it sits.
    pub flange_from_sensor: Transform<Flange, Sensor>,
    /// Standard deviation of its noise, each force axis.
    pub noise: Newtons,
    /// Standard deviation of its noise, each torque axis.
    pub torque_noise: NewtonMetres,
    /// Size of the bias that remains after zeroing.
    pub bias: Newtons,
    /// Size of the torque bias that remains after zeroing.
    pub torque_bias: NewtonMetres,
    /// Age of a sample when it arrives.
    pub delay: Seconds,
    /// It saturates beyond this force.
    pub range: Newtons,
    /// It saturates beyond this torque.
    pub torque_range: NewtonMetres,
}

/// `position_mm` and `roll_pitch_yaw_deg` as a pose.
fn pose(section: &Section<'_>) -> Option<nalgebra::Isometry3<f64>> {
    let position = section.required("position_mm", triple(-5000.0..=5000.0, "mm"));
    let angles = section.or(
        "roll_pitch_yaw_deg",
        triple(-180.0..=180.0, "deg"),
        [0.0; 3],
    );
    let ([x, y, z], angles) = (position?, angles?);
    let place = nalgebra::Translation3::new(x / 1000.0, y / 1000.0, z / 1000.0);
    Some(nalgebra::Isometry3::from_parts(
        place,
        crate::angles::roll_pitch_yaw_degrees(angles),
    ))
}

/// The file tells where the base is on the table: that is what one measures with a rule.
pub(super) fn installation(section: &Section<'_>) -> Option<Installation> {
    let table_from_base = section.required("base_in_table", crate::document::section(pose));
    let position = section.required("uncertainty_mm", millimetres(0.0..=50.0));
    let orientation = section.required("uncertainty_mrad", number(0.0..=100.0, "mrad"));
    let method = section.required("method", text());
    let table_from_base = Transform::<Table, Base>::from_raw(table_from_base?);
    Some(Installation {
        base_from_table: table_from_base.inverse(),
        position_uncertainty: position?,
        orientation_uncertainty: Radians::new(orientation? / 1000.0),
        method: method?,
    })
}

pub(super) fn sensor(section: &Section<'_>) -> Option<ForceSensor> {
    let flange_from_sensor = section.required("flange_from_sensor", crate::document::section(pose));
    let newtons = |key, most| section.required(key, number(0.0..=most, "N"));
    let newton_metres = |key, most| section.required(key, number(0.0..=most, "N·m"));
    let noise = newtons("noise_n", 20.0);
    let torque_noise = newton_metres("noise_nm", 5.0);
    let bias = newtons("bias_n", 20.0);
    let torque_bias = newton_metres("bias_nm", 5.0);
    let delay = section.required("delay_ms", number(0.0..=50.0, "ms"));
    let range = section.required("range_n", number(50.0..=2000.0, "N"));
    let torque_range = section.required("range_nm", number(1.0..=200.0, "N·m"));
    Some(ForceSensor {
        flange_from_sensor: Transform::from_raw(flange_from_sensor?),
        noise: Newtons::new(noise?),
        torque_noise: NewtonMetres::new(torque_noise?),
        bias: Newtons::new(bias?),
        torque_bias: NewtonMetres::new(torque_bias?),
        delay: Seconds::new(delay? / 1000.0),
        range: Newtons::new(range?),
        torque_range: NewtonMetres::new(torque_range?),
    })
}
