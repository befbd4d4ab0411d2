use super::*;
use crate::Code;

const R7: &str = include_str!("../../../../config/arms/knead_r7.toml");
const R7_URDF: &str = include_str!("../../../../urdf/knead_r7.urdf");
const R6_URDF: &str = include_str!("../../../../urdf/knead_r6.urdf");

fn parsed(text: &str) -> ArmProfile {
    ArmProfile::parse(text, "arm.toml").unwrap_or_else(|errors| panic!("{errors}"))
}

fn codes(text: &str) -> Vec<Code> {
    let errors = ArmProfile::parse(text, "arm.toml").expect_err("a faulty profile");
    errors
        .problems()
        .iter()
        .map(|problem| problem.code)
        .collect()
}

fn chain_fault(profile: &str, urdf: &str) -> (Code, String) {
    let errors = parsed(profile)
        .chain(urdf, "x.urdf", None)
        .expect_err("a refused arm");
    (errors.problems()[0].code, errors.to_string())
}

#[test]
fn margins_and_overrides_arrive_in_the_chain() {
    let profile = parsed(R7);
    let setup = profile
        .chain(R7_URDF, "x.urdf", None)
        .unwrap_or_else(|errors| panic!("{errors}"));
    let margin = 3.0_f64.to_radians();
    let first = &setup.chain.joints[0];
    assert!((first.limits.upper - (2.9 - margin)).abs() < 1e-12);
    assert!((first.limits.lower + (2.9 - margin)).abs() < 1e-12);
    assert!((first.limits.velocity - 2.0 * 0.9).abs() < 1e-12);
    assert!((first.limits.effort - 300.0 * 0.9).abs() < 1e-12);
    assert_eq!(first.rotor_inertia, 0.35);
    assert_eq!(
        (first.damping, first.friction),
        (0.5, 0.3),
        "the URDF's own stay"
    );
    assert_eq!(setup.chain.joints.len(), 7);
}

#[test]
fn the_base_stands_where_the_file_says() {
    let installation = parsed(R7).installation;
    let table_from_base = installation.base_from_table.inverse();
    let at = table_from_base.origin();
    assert!((at.x() - 0.21).abs() < 1e-12 && (at.y() + 0.48).abs() < 1e-12);
    // The base is turned by 90 degrees: its x axis points across the table, to the client's left.
    let x = table_from_base.rotate(&quantities::Direction::X);
    assert!((x.y() - 1.0).abs() < 1e-12);
    assert!(
        (installation.gravity_in_base() - nalgebra::Vector3::new(0.0, 0.0, -9.80665)).norm()
            < 1e-12
    );
}

#[test]
fn a_wall_mounted_base_feels_gravity_sideways() {
    let text = R7.replace(
        "roll_pitch_yaw_deg = [0, 0, 90]",
        "roll_pitch_yaw_deg = [90, 0, 0]",
    );
    let gravity = parsed(&text).installation.gravity_in_base();
    // Rolled by 90 degrees about x, the base's y axis points up.
    assert!(
        (gravity - nalgebra::Vector3::new(0.0, -9.80665, 0.0)).norm() < 1e-9,
        "{gravity}"
    );
}

#[test]
fn another_robot_and_other_joints_are_refused() {
    let (code, printed) = chain_fault(R7, R6_URDF);
    assert_eq!(code, Code::WrongRobot);
    assert!(printed.contains("describes \"knead_r6\""), "{printed}");
    let any = R7.replace(
        "robots = [\"knead_r7\"]",
        "robots = [\"knead_r7\", \"knead_r6\"]",
    );
    assert_eq!(chain_fault(&any, R6_URDF).0, Code::WrongJoints);
}

#[test]
fn a_text_that_is_no_urdf_is_refused_under_its_own_name() {
    let (code, printed) = chain_fault(R7, "<html/>");
    assert_eq!(code, Code::UrdfRefused);
    assert!(printed.starts_with("x.urdf: error[KN-C030]"), "{printed}");
}

#[test]
fn a_wider_limit_needs_a_source() {
    let wider = R7.replacen(
        "name = \"joint1\"\n",
        "name = \"joint1\"\neffort_nm = 400\n",
        1,
    );
    let (code, printed) = chain_fault(&wider, R7_URDF);
    assert_eq!(code, Code::LimitLoosened);
    assert!(
        printed.contains("joint \"joint1\": the effort limit is 400; the URDF allows 300"),
        "{printed}"
    );
    let sourced = wider.replacen(
        "effort_nm = 400\n",
        "effort_nm = 400\nlimits_source = \"data sheet\"\n",
        1,
    );
    let setup = parsed(&sourced)
        .chain(R7_URDF, "x", None)
        .unwrap_or_else(|errors| panic!("{errors}"));
    assert!(
        setup
            .warnings
            .iter()
            .any(|w| w.to_string().contains("source: data sheet"))
    );
}

#[test]
fn a_park_posture_outside_the_limits_is_refused() {
    let start = R7.find("park_deg").expect("a park posture");
    let end = start + R7[start..].find('\n').expect("a line");
    let text = format!("{}park_deg = 165{}", &R7[..start], &R7[end..]);
    let (code, printed) = chain_fault(&text, R7_URDF);
    assert_eq!(code, Code::PostureOutside);
    assert!(
        printed.contains("165.00 deg lies outside -163.16 to 163.16 deg"),
        "{printed}"
    );
}

#[test]
fn capsules_hang_on_joints_that_exist() {
    let text = R7.replacen("after_joint = \"joint1\"", "after_joint = \"jiont1\"", 1);
    assert_eq!(codes(&text), [Code::WrongJoints]);
    let profile = parsed(R7);
    assert_eq!(profile.capsules[0].link, None);
    assert_eq!(profile.capsules[1].link, Some(0));
}

#[test]
fn joints_are_listed_once_and_with_known_keys() {
    assert_eq!(
        codes(&R7.replace("name = \"joint2\"", "name = \"joint1\"")),
        [Code::Duplicate]
    );
    let errors =
        ArmProfile::parse(&R7.replacen("park_deg", "park_rad", 1), "arm.toml").expect_err("unit");
    assert!(
        errors
            .to_string()
            .contains("the unit is part of the key: `park_deg`"),
        "{errors}"
    );
}

#[test]
fn a_profile_without_a_urdf_asks_for_one() {
    let text = R7.replace("path = \"../../urdf/knead_r7.urdf\"\n", "");
    let errors = parsed(&text).read_urdf(None).expect_err("no URDF");
    assert_eq!(errors.problems()[0].code, Code::NoUrdf);
    assert!(errors.to_string().contains("--urdf FILE"), "{errors}");
}

#[test]
fn an_idealised_arm_says_so() {
    let text = R7.replace("control = \"torque\"", "control = \"idealised_torque\"");
    let setup = parsed(&text)
        .chain(R7_URDF, "x", None)
        .unwrap_or_else(|errors| panic!("{errors}"));
    assert!(
        setup
            .warnings
            .iter()
            .any(|w| w.to_string().starts_with("idealised torque"))
    );
}

#[test]
fn an_arm_that_takes_speeds_must_say_how_often() {
    let text = R7
        .replace("control = \"torque\"", "control = \"velocity\"")
        .replace("rate_hz = 1000\n", "");
    let errors = ArmProfile::parse(&text, "arm.toml").expect_err("no rate");
    assert_eq!(errors.problems()[0].code, Code::MissingKey);
    assert!(errors.to_string().contains("`rate_hz`"), "{errors}");
    let torque = parsed(&R7.replace("rate_hz = 1000\n", ""));
    assert_eq!(torque.control.rate_hz.to_bits(), LOOP_RATE_HZ.to_bits());
}

#[test]
fn a_slow_interface_is_told() {
    let text = R7.replace("rate_hz = 1000", "rate_hz = 50");
    let setup = parsed(&text)
        .chain(R7_URDF, "x", None)
        .unwrap_or_else(|errors| panic!("{errors}"));
    assert!(
        setup
            .warnings
            .iter()
            .any(|w| w.to_string().contains("takes 50 commands a second"))
    );
}

#[test]
fn a_loop_never_gives_more_commands_than_the_arm_takes() {
    for (rate, period_ms) in [
        (8000, Some(1)),
        (1000, Some(1)),
        (999, Some(2)),
        (250, Some(4)),
        (240, Some(5)),
        (125, Some(8)),
        (100, Some(10)),
        (99, None),
    ] {
        let arm = parsed(&R7.replace("rate_hz = 1000", &format!("rate_hz = {rate}")));
        assert_eq!(arm.control.period_ms(), period_ms, "{rate} Hz");
    }
}

#[test]
fn an_arm_without_torque_reports_says_so() {
    let text = R7.replace("rate_hz = 1000", "rate_hz = 1000\nreports_torque = false");
    let arm = parsed(&text);
    assert!(!arm.reports_torque && parsed(R7).reports_torque);
    let setup = arm
        .chain(R7_URDF, "x", None)
        .unwrap_or_else(|errors| panic!("{errors}"));
    assert!(setup.warnings.contains(&ArmWarning::SingleEstimate));
}

#[test]
fn a_session_begins_parked_unless_a_joint_says_otherwise() {
    assert_eq!(parsed(R7).start_posture(), parsed(R7).park_posture());
    let text = R7.replacen("park_deg = 29.8\n", "park_deg = 29.8\nstart_deg = 40\n", 1);
    let (park, start) = (parsed(&text).park_posture(), parsed(&text).start_posture());
    assert!((start[0] - 40.0_f64.to_radians()).abs() < 1e-12);
    assert_eq!(start[1..], park[1..]);
    let outside = text.replace("start_deg = 40", "start_deg = 170");
    let (code, printed) = chain_fault(&outside, R7_URDF);
    assert_eq!(code, Code::PostureOutside);
    assert!(
        printed.contains("the start posture 170.00 deg"),
        "{printed}"
    );
}

#[test]
fn an_arm_without_a_wrist_sensor_can_be_read_but_not_led() {
    let at = R7.find("[sensor]").expect("a sensor");
    let rest = &R7[at + 1..];
    // Up to the next table that is not one of the sensor's own.
    let end = rest
        .match_indices("\n[")
        .find(|(place, _)| !rest[place + 2..].starts_with("sensor"))
        .map_or(rest.len(), |(place, _)| place + 1);
    let without = format!("{}{}", &R7[..at], &rest[end..]);
    let refused = parsed(&without).wrist_sensor().expect_err("refused");
    assert_eq!(refused.problems()[0].code, Code::NoWristSensor);
    let printed = refused.to_string();
    assert!(
        printed.contains("KN-C038") && printed.contains("`[sensor]`"),
        "{printed}"
    );
    assert!(parsed(R7).wrist_sensor().is_ok());
}
