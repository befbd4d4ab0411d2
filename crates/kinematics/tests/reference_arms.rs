//! The arms in `urdf/`: every computed figure is computed again.

mod arms;

use kinematics::{ArmModel, RobotDescription};
use nalgebra::{Isometry3, Matrix3, SVector, Vector3};

/// Solid cylinder along z, about its centre.
fn cylinder(mass: f64, radius: f64, length: f64) -> Matrix3<f64> {
    let along = 0.5 * mass * radius * radius;
    let across = mass * (3.0 * radius * radius + length * length) / 12.0;
    Matrix3::from_diagonal(&Vector3::new(across, across, along))
}

#[test]
fn every_inertia_is_that_of_the_cylinder_beside_it() {
    for text in [arms::R7, arms::R6] {
        let robot = urdf_rs::read_from_string(text).expect("a URDF");
        let mut judged = 0;
        for link in robot
            .links
            .iter()
            .filter(|link| link.inertial.mass.value > 0.0)
        {
            let [visual] = link.visual.as_slice() else {
                panic!("{}: one visual", link.name)
            };
            let urdf_rs::Geometry::Cylinder { radius, length } = visual.geometry else {
                panic!("{}: a cylinder", link.name)
            };
            assert_eq!(visual.origin.xyz, link.inertial.origin.xyz, "{}", link.name);
            assert_eq!(link.inertial.origin.rpy.0, [0.0; 3], "{}", link.name);
            let [roll, pitch, yaw] = visual.origin.rpy.0;
            let turn = nalgebra::Rotation3::from_euler_angles(roll, pitch, yaw).into_inner();
            let computed =
                turn * cylinder(link.inertial.mass.value, radius, length) * turn.transpose();
            let t = &link.inertial.inertia;
            let written = Matrix3::new(
                t.ixx, t.ixy, t.ixz, t.ixy, t.iyy, t.iyz, t.ixz, t.iyz, t.izz,
            );
            assert!(
                (written - computed).amax() < 1e-8 * computed.amax(),
                "{}",
                link.name
            );
            judged += 1;
        }
        assert_eq!(judged, robot.links.len() - 1, "all but the bare flange");
    }
}

#[test]
fn every_file_says_where_its_figures_come_from() {
    for text in [arms::R7, arms::R6] {
        for (number, line) in text.lines().enumerate() {
            let needs_source = line.contains("<link name") || line.contains("<joint name");
            let before = number
                .checked_sub(1)
                .and_then(|n| text.lines().nth(n))
                .unwrap_or("");
            assert!(
                !needs_source || before.contains("<!--"),
                "line {}: {line}",
                number + 1
            );
        }
    }
}

#[test]
fn the_reference_arm_reaches_094_m_and_can_hold_itself_stretched() {
    let arm: ArmModel<7> = arms::model_of(arms::R7, Some("flange"));
    let stretched = SVector::from([0.0, core::f64::consts::FRAC_PI_2, 0.0, 0.0, 0.0, 0.0, 0.0]);
    let flange = arm.flange_pose(&stretched);
    assert!(
        (flange.origin().x() - 0.94).abs() < 1e-12 && (flange.origin().z() - 0.34).abs() < 1e-12
    );
    for (torque, limit) in arm
        .gravity(&stretched)
        .iter()
        .zip(arm.limits().torque.iter())
    {
        assert!(torque.abs() < 0.4 * limit, "{torque} of {limit}");
    }
}

#[test]
fn the_flange_of_both_arms_points_out_of_the_last_link() {
    for text in [arms::R7, arms::R6] {
        let (description, _) = RobotDescription::parse(text).expect("a URDF");
        let (chain, _) = description.chain(None).expect("an arm");
        assert_eq!(
            (chain.root.as_str(), chain.tip.as_str()),
            ("base", "flange")
        );
        let out: Isometry3<f64> = chain.last_from_tip;
        let z = out.rotation * Vector3::z();
        assert!(z.dot(&out.translation.vector) > 0.0);
    }
}
