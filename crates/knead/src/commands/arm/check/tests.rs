//! Each finding has a small fault that brings it about, and is silent without.

use std::path::Path;

use super::*;
use crate::commands::arm::check::finding::Severity;

const R7: &str = include_str!("../../../../../../config/arms/knead_r7.toml");
const URDF: &str = include_str!("../../../../../../urdf/knead_r7.urdf");
const ROLLER: &str = include_str!("../../../../../../config/tools/roller.toml");

fn work() -> Work {
    Work {
        limits: RawLimits::default(),
        tools: vec![ToolProfile::parse(ROLLER, "roller.toml").expect("a tool")],
    }
}

/// Findings of a profile on a URDF.
fn of_both(profile: &str, urdf: &str) -> Vec<Finding> {
    let profile = ArmProfile::parse(profile, "arm.toml").expect("a profile");
    let subject = of_profile(profile, urdf, Path::new("x/arm.urdf"), None).expect("an arm");
    look(&subject, Some(&work())).expect("a look").findings
}

/// Findings of a URDF alone.
fn of_text(urdf: &str) -> Vec<Finding> {
    let subject = of_urdf(urdf, Path::new("x/arm.urdf"), None).expect("an arm");
    look(&subject, None).expect("a look").findings
}

#[track_caller]
fn has(findings: &[Finding], severity: Severity, kind: &str, place: &str) {
    let found = findings
        .iter()
        .any(|f| f.severity == severity && f.kind == kind && f.place.contains(place));
    assert!(found, "no {severity} {kind} at {place} in {findings:#?}");
}

#[track_caller]
fn changed(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "no {from:?}");
    text.replacen(from, to, 1)
}

/// Four bare joints, each with a body; `joint`, `link` and `more` can be made faulty.
fn small(joint: &str, link: &str, more: &str) -> String {
    let body = "<inertial><mass value=\"1\"/><inertia ixx=\"0.01\" ixy=\"0\" ixz=\"0\" iyy=\"0.01\" iyz=\"0\" izz=\"0.01\"/></inertial>";
    let good = "type=\"revolute\"><limit lower=\"-2\" upper=\"2\" velocity=\"2\" effort=\"50\"/>";
    let mut text = "<robot name=\"small\"><link name=\"l0\"/>".to_owned();
    for i in 0..4 {
        let (inside, way) = if i == 1 { (link, joint) } else { (body, good) };
        let next = i + 1;
        text += &format!(
            "<link name=\"l{next}\">{inside}</link><joint name=\"j{next}\" {way}<origin xyz=\"0 0 0.2\"/>\
             <parent link=\"l{i}\"/><child link=\"l{next}\"/><axis xyz=\"0 1 0\"/></joint>"
        );
    }
    text + more + "</robot>"
}

const GOOD: &str =
    "type=\"revolute\"><limit lower=\"-2\" upper=\"2\" velocity=\"2\" effort=\"50\"/>";
const BODY: &str = "<inertial><mass value=\"1\"/><inertia ixx=\"0.01\" ixy=\"0\" ixz=\"0\" iyy=\"0.01\" iyz=\"0\" izz=\"0.01\"/></inertial>";

#[test]
fn the_reference_arm_is_usable_and_reaches_the_whole_back() {
    let profile = ArmProfile::parse(R7, "arm.toml").expect("a profile");
    let subject = of_profile(profile, URDF, Path::new("arm.urdf"), None).expect("an arm");
    let seen = look(&subject, Some(&work())).expect("a look");
    assert!(
        seen.findings.iter().all(|f| f.severity == Severity::Note),
        "{:?}",
        seen.findings
    );
    let space = seen.workspace.expect("a workspace");
    assert_eq!((space.places, space.reached), (168, 168));
    assert!(space.spare_kg.is_some_and(|kg| kg > 5.0), "{space:?}");
    let rates = seen.rates.expect("rates");
    assert_eq!(rates.of_arm, rates.of_loop);
}

#[test]
fn a_good_small_arm_has_nothing_but_its_massless_foot() {
    let findings = of_text(&small(GOOD, BODY, ""));
    assert_eq!(findings.len(), 1, "{findings:?}");
    has(&findings, Severity::Note, "missing_inertial", "link 'l0'");
}

#[test]
fn a_part_without_mass_and_without_a_rotor_bites() {
    let findings = of_text(&small(GOOD, "", ""));
    has(&findings, Severity::Error, "massless_body", "joint 'j2'");
    has(&findings, Severity::Note, "missing_inertial", "link 'l2'");
    assert!(would_bite(&findings));
}

#[test]
fn mass_without_inertia_and_inertia_that_cannot_be_are_told() {
    let point = "<inertial><mass value=\"1\"/><inertia ixx=\"0\" ixy=\"0\" ixz=\"0\" iyy=\"0\" iyz=\"0\" izz=\"0\"/></inertial>";
    has(
        &of_text(&small(GOOD, point, "")),
        Severity::Warning,
        "missing_inertia",
        "link 'l2'",
    );
    let needle = BODY.replace("izz=\"0.01\"", "izz=\"0.5\"");
    has(
        &of_text(&small(GOOD, &needle, "")),
        Severity::Warning,
        "impossible_inertia",
        "link 'l2'",
    );
}

#[test]
fn limits_of_zero_bite_and_placeholders_are_doubted() {
    for (good, zero) in [
        ("velocity=\"2\"", "velocity=\"0\""),
        ("effort=\"50\"", "effort=\"0\""),
    ] {
        let findings = of_text(&small(&GOOD.replace(good, zero), BODY, ""));
        has(&findings, Severity::Error, "zero_limit", "joint 'j2'");
    }
    let wide = GOOD.replace("lower=\"-2\" upper=\"2\"", "lower=\"-100\" upper=\"100\"");
    has(
        &of_text(&small(&wide, BODY, "")),
        Severity::Warning,
        "placeholder_limit",
        "joint 'j2'",
    );
    let strong = GOOD.replace("effort=\"50\"", "effort=\"9999\"");
    has(
        &of_text(&small(&strong, BODY, "")),
        Severity::Warning,
        "placeholder_limit",
        "joint 'j2'",
    );
}

#[test]
fn narrow_and_slow_joints_are_told() {
    let narrow = GOOD.replace("lower=\"-2\" upper=\"2\"", "lower=\"0\" upper=\"0.2\"");
    has(
        &of_text(&small(&narrow, BODY, "")),
        Severity::Warning,
        "narrow_range",
        "joint 'j2'",
    );
    let slow = GOOD.replace("velocity=\"2\"", "velocity=\"0.1\"");
    has(
        &of_text(&small(&slow, BODY, "")),
        Severity::Warning,
        "slow_joint",
        "joint 'j2'",
    );
}

#[test]
fn endless_joints_fingers_and_mimics_are_told() {
    let endless = GOOD.replace("revolute", "continuous");
    has(
        &of_text(&small(&endless, BODY, "")),
        Severity::Note,
        "continuous_joint",
        "joint 'j2'",
    );
    let finger = |name: &str, more: &str| {
        format!(
            "<link name=\"{name}\"/><joint name=\"to_{name}\" type=\"prismatic\"><parent link=\"l4\"/><child link=\"{name}\"/>\
             <axis xyz=\"1 0 0\"/><limit lower=\"0\" upper=\"0.04\" velocity=\"0.1\" effort=\"20\"/>{more}</joint>"
        )
    };
    let tip = "<link name=\"tip\"/><joint name=\"to_tip\" type=\"fixed\"><parent link=\"l4\"/><child link=\"tip\"/></joint>";
    let more = format!(
        "{tip}{}{}",
        finger("a", ""),
        finger("b", "<mimic joint=\"to_a\"/>")
    );
    let subject = of_urdf(
        &small(GOOD, BODY, &more),
        Path::new("arm.urdf"),
        Some("tip"),
    )
    .expect("an arm");
    let findings = look(&subject, None).expect("a look").findings;
    has(
        &findings,
        Severity::Warning,
        "locked_branch",
        "joint 'to_a'",
    );
    has(&findings, Severity::Warning, "mimic_joint", "joint 'to_b'");
}

#[test]
fn meshes_are_told_by_the_way_they_are_named_and_never_needed() {
    let mesh =
        |file: &str| format!("<visual><geometry><mesh filename=\"{file}\"/></geometry></visual>");
    let packaged = of_text(&small(
        GOOD,
        &format!("{BODY}{}", mesh("package://p/a.dae")),
        "",
    ));
    has(&packaged, Severity::Note, "mesh_in_package", "meshes");
    let missing = of_text(&small(GOOD, &format!("{BODY}{}", mesh("no/such.stl")), ""));
    has(&missing, Severity::Note, "mesh_missing", "meshes");
    let told = missing
        .iter()
        .find(|f| f.kind == "mesh_missing")
        .expect("a finding");
    assert!(told.remedy.contains("never needed"), "{told}");
    let here = concat!("file://", env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let there = of_text(&small(GOOD, &format!("{BODY}{}", mesh(here)), ""));
    assert!(
        there.iter().all(|f| !f.kind.starts_with("mesh")),
        "{there:?}"
    );
}

#[test]
fn a_profile_that_mends_turns_a_fault_into_a_note() {
    let lame = changed(
        URDF,
        "velocity=\"2.2\" effort=\"170\"",
        "velocity=\"0\" effort=\"170\"",
    );
    let mended = changed(
        R7,
        "name = \"joint4\"\n",
        "name = \"joint4\"\nvelocity_deg_per_s = 120\nlimits_source = \"data sheet\"\n",
    );
    let findings = of_both(&mended, &lame);
    has(&findings, Severity::Note, "zero_limit", "joint 'joint4'");
    has(
        &findings,
        Severity::Warning,
        "wider_than_the_file",
        "joint 'joint4'",
    );
    has(
        &of_both(R7, &lame),
        Severity::Error,
        "zero_limit",
        "joint 'joint4'",
    );
}

#[test]
fn sensors_encoders_and_a_badly_measured_base_are_told() {
    let narrow = of_both(&changed(R7, "range_n = 300", "range_n = 50"), URDF);
    has(&narrow, Severity::Error, "sensor_range", "sensor");
    let late = of_both(&changed(R7, "delay_ms = 2", "delay_ms = 8"), URDF);
    has(&late, Severity::Warning, "sensor_late", "sensor");
    let coarse = of_both(
        &changed(R7, "encoder_step_urad = 6.0", "encoder_step_urad = 800"),
        URDF,
    );
    has(
        &coarse,
        Severity::Warning,
        "coarse_encoder",
        "joint 'joint1'",
    );
    let vague = of_both(
        &changed(R7, "uncertainty_mm = 2", "uncertainty_mm = 6"),
        URDF,
    );
    has(&vague, Severity::Warning, "base_uncertain", "installation");
}

#[test]
fn slow_idealised_and_poorly_sensed_arms_are_told_what_that_costs() {
    let text = changed(
        R7,
        "control = \"torque\"\nrate_hz = 1000",
        "control = \"idealised_torque\"\nrate_hz = 125\nreports_torque = false",
    );
    let profile = ArmProfile::parse(&text, "arm.toml").expect("a profile");
    let subject = of_profile(profile, URDF, Path::new("arm.urdf"), None).expect("an arm");
    let seen = look(&subject, Some(&work())).expect("a look");
    has(&seen.findings, Severity::Warning, "idealised", "control");
    has(
        &seen.findings,
        Severity::Warning,
        "single_estimate",
        "reports_torque",
    );
    let rates = seen.rates.expect("rates");
    assert!(rates.of_arm.touch_mm_per_s < rates.of_loop.touch_mm_per_s);
    assert!(!would_bite(&seen.findings), "it can be simulated");

    let slow = of_both(&changed(R7, "rate_hz = 1000", "rate_hz = 50"), URDF);
    has(&slow, Severity::Error, "slow_interface", "control");
}

#[test]
fn an_arm_that_stands_too_far_away_or_is_too_weak_bites() {
    let far = of_both(
        &changed(
            R7,
            "position_mm = [210, -480, 90]",
            "position_mm = [210, -1400, 90]",
        ),
        URDF,
    );
    has(&far, Severity::Error, "reach", "installation");
    let weak = of_both(
        &changed(R7, "effort_factor = 0.9", "effort_factor = 0.05"),
        URDF,
    );
    has(&weak, Severity::Error, "effort", "joint 'joint2'");
}

#[test]
fn postures_that_lie_on_the_table_or_low_over_it_are_told() {
    // The base sinks by half a metre under the table top, and with it all that it carries.
    let sunk = of_both(
        &changed(
            R7,
            "position_mm = [210, -480, 90]",
            "position_mm = [210, -300, -500]",
        ),
        URDF,
    );
    has(&sunk, Severity::Error, "rests_on_the_table", "park posture");
    let low = of_both(
        &changed(
            R7,
            "position_mm = [210, -480, 90]",
            "position_mm = [210, -480, -230]",
        ),
        URDF,
    );
    has(&low, Severity::Warning, "rests_low", "park posture");
    let start = changed(R7, "park_deg = -7.7", "park_deg = -7.7\nstart_deg = 98");
    let lower = changed(
        &start,
        "position_mm = [210, -480, 90]",
        "position_mm = [210, -480, 0]",
    );
    let findings = of_both(&lower, URDF);
    has(
        &findings,
        Severity::Error,
        "rests_on_the_table",
        "start posture",
    );
    let parked_there = |f: &&Finding| f.kind == "rests_on_the_table" && f.place.starts_with("park");
    assert_eq!(findings.iter().find(parked_there), None);
}

#[test]
fn collision_shapes_of_the_urdf_tell_the_same_as_capsules_of_the_profile() {
    let sunk = changed(
        R7,
        "position_mm = [210, -480, 90]",
        "position_mm = [210, -300, -500]",
    );
    let bare: String = sunk
        .split("\n[[capsule]]")
        .enumerate()
        .map(|(number, piece)| match (number, piece.find("\n[")) {
            (0, _) => piece,
            (_, Some(next)) => &piece[next..],
            (_, None) => "",
        })
        .collect();
    let shaped = |urdf: &str, joint: usize, radius: f64, length: f64| {
        let link = format!("<link name=\"link{joint}\">");
        let middle = 0.5 * length;
        let collision = format!(
            "{link}<collision><origin xyz=\"0 0 {middle}\"/><geometry><cylinder radius=\"{radius}\" \
             length=\"{length}\"/></geometry></collision>"
        );
        changed(urdf, &link, &collision)
    };
    let column = shaped(URDF, 1, 0.07, 0.2);
    let urdf = shaped(&column, 2, 0.066, 0.21);
    let of = |findings: Vec<Finding>, joint: &str| {
        let name = format!("'{joint}'");
        findings
            .iter()
            .any(|f| f.kind == "rests_on_the_table" && f.what.contains(&name))
    };
    let plain = of_both(&bare, &column);
    assert!(!of(plain, "joint2"), "nothing tells its shape");
    assert!(of(of_both(&sunk, URDF), "joint2"));
    assert!(of(of_both(&bare, &urdf), "joint2"));
}

#[test]
fn a_foot_in_the_table_or_below_the_floor_bites() {
    let stood = |position: &str| {
        let place = format!("position_mm = [{position}]");
        of_both(&changed(R7, "position_mm = [210, -480, 90]", &place), URDF)
    };
    let of_the_foot = |f: &&Finding| f.kind.starts_with("foot_");
    assert_eq!(stood("210, -480, 90").iter().find(of_the_foot), None);
    let beside_the_client = stood("210, -300, 0");
    has(
        &beside_the_client,
        Severity::Error,
        "foot_in_the_table",
        "foot",
    );
    // On the floor it may stand, though its capsule has a round end.
    let on_the_floor = stood("210, -480, -700");
    assert_eq!(on_the_floor.iter().find(of_the_foot), None);
    let below = stood("210, -480, -760");
    has(&below, Severity::Error, "foot_below_the_floor", "foot");
}

#[test]
fn a_folder_without_tools_is_refused() {
    let folder = std::env::temp_dir().join(format!("knead-no-tools-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a writable folder");
    let refused = tools(&folder);
    let _ = std::fs::remove_dir_all(&folder);
    let words = |refused: Result<Vec<ToolProfile>, Failure>| match refused {
        Err(Failure::Input(text)) => text,
        _ => String::new(),
    };
    assert!(words(refused).contains("no tool profile (*.toml) in"));
    // It is gone now.
    assert!(words(tools(&folder)).contains("--tools"));
}
