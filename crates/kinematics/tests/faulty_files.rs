//! Files that are wrong, or odd: each is refused, or survived, by name.

mod arms;

use arms::{R6, R7};
use kinematics::{ArmModel, RobotDescription, UrdfError, UrdfWarning};
use nalgebra::SVector;
use proptest::prelude::*;

/// The error that a text leads to, at whichever step.
fn refusal(text: &str, tip: Option<&str>) -> UrdfError {
    match RobotDescription::parse(text) {
        Err(error) => error,
        Ok((description, _)) => description.chain(tip).expect_err("refused"),
    }
}

/// The reference arm with one piece of text changed (it must be there).
fn with(old: &str, new: &str) -> String {
    assert!(R7.contains(old), "the reference arm holds '{old}'");
    R7.replacen(old, new, 1)
}

fn all_warnings(text: &str, tip: Option<&str>) -> Vec<UrdfWarning> {
    let (description, mut warnings) = RobotDescription::parse(text).expect("survived");
    warnings.extend(description.chain(tip).expect("survived").1);
    warnings
}

#[test]
fn our_own_arms_have_nothing_to_warn_of_but_the_bare_flange() {
    for text in [R7, R6] {
        let bare = UrdfWarning::MasslessLink {
            link: "flange".to_owned(),
        };
        assert_eq!(all_warnings(text, None), [bare]);
    }
}

#[test]
fn what_is_no_urdf_is_refused() {
    assert!(matches!(refusal("", None), UrdfError::NotUrdf { .. }));
    assert!(matches!(
        refusal("joint_1 = 3", None),
        UrdfError::NotUrdf { .. }
    ));
    assert!(matches!(
        refusal("<sdf><model/></sdf>", None),
        UrdfError::NotUrdf { .. }
    ));
    assert!(matches!(
        refusal("<robot name='a'/>", None),
        UrdfError::NotUrdf { .. }
    ));
    assert!(matches!(
        refusal("<robot><link></robot>", None),
        UrdfError::Malformed { .. }
    ));
    assert_eq!(
        refusal(&with("<link name=\"base\">", "<xacro:arm/>"), None),
        UrdfError::Xacro
    );
    let cut = R7.get(..R7.len() / 2).expect("ascii");
    assert!(matches!(
        refusal(cut, None),
        UrdfError::NotUrdf { .. } | UrdfError::Malformed { .. }
    ));
    let no_speed = with(" velocity=\"2.0\"", "");
    assert!(refusal(&no_speed, None).to_string().contains("velocity"));
    let odd_kind = with("type=\"revolute\"", "type=\"helical\"");
    assert!(refusal(&odd_kind, None).to_string().contains("helical"));
}

#[test]
fn numbers_that_are_none_are_refused_with_their_place() {
    for (old, new) in [
        ("<mass value=\"3.8\"/>", "<mass value=\"NaN\"/>"),
        ("<mass value=\"3.8\"/>", "<mass value=\"-1\"/>"),
        ("xyz=\"0 0 0.19\"", "xyz=\"0 0 inf\""),
        ("rpy=\"0 0 0\"", "rpy=\"0 nan 0\""),
        ("izz=\"0.0080275\"", "izz=\"NaN\""),
        ("effort=\"300\"", "effort=\"-300\""),
        ("velocity=\"2.0\"", "velocity=\"-2.0\""),
        ("upper=\"2.9\"", "upper=\"inf\""),
        ("damping=\"0.5\"", "damping=\"-0.5\""),
        ("axis xyz=\"0 0 1\"", "axis xyz=\"0 0 nan\""),
    ] {
        let error = refusal(&with(old, new), None);
        assert!(
            matches!(error, UrdfError::BadNumber { .. }),
            "{new}: {error}"
        );
        assert!(error.to_string().contains('\''), "names its place: {error}");
    }
}

#[test]
fn joints_that_cannot_be_handled_are_refused_by_name() {
    for kind in ["floating", "planar", "spherical"] {
        let error = refusal(
            &with("type=\"revolute\"", &format!("type=\"{kind}\"")),
            None,
        );
        assert!(
            matches!(error, UrdfError::UnsupportedJoint { .. }),
            "{error}"
        );
        assert!(error.to_string().contains(kind) && error.to_string().contains("joint1"));
    }
    let mimic = with(
        "<axis xyz=\"0 1 0\"/>",
        "<axis xyz=\"0 1 0\"/><mimic joint=\"joint1\"/>",
    );
    let error = UrdfError::Mimic {
        joint: "joint2".to_owned(),
        leader: "joint1".to_owned(),
    };
    assert_eq!(refusal(&mimic, None), error);
    let reversed = with(
        "lower=\"-2.9\" upper=\"2.9\"",
        "lower=\"2.9\" upper=\"-2.9\"",
    );
    assert!(matches!(
        refusal(&reversed, None),
        UrdfError::LimitsReversed { .. }
    ));
    let empty = with("lower=\"-2.9\" upper=\"2.9\" ", "");
    assert!(matches!(
        refusal(&empty, None),
        UrdfError::LimitsMissing { .. }
    ));
    let limit = "<limit lower=\"-2.9\" upper=\"2.9\" velocity=\"2.0\" effort=\"300\"/>";
    assert!(matches!(
        refusal(&with(limit, ""), None),
        UrdfError::LimitsMissing { .. }
    ));
    let no_axis = with("axis xyz=\"0 0 1\"", "axis xyz=\"0 0 0\"");
    assert!(matches!(
        refusal(&no_axis, None),
        UrdfError::ZeroAxis { .. }
    ));
}

#[test]
fn a_graph_that_is_no_tree_is_refused() {
    let extra = |joint: &str| with("</robot>", &format!("{joint}</robot>"));
    let fixed = |name: &str, parent: &str, child: &str| {
        format!(
            "<joint name='{name}' type='fixed'><parent link='{parent}'/><child link='{child}'/></joint>"
        )
    };
    let twice = extra(&fixed("x", "base", "link5"));
    assert!(matches!(
        refusal(&twice, None),
        UrdfError::SeveralParents { .. }
    ));
    let ring = extra(&fixed("x", "flange", "base"));
    assert!(matches!(refusal(&ring, None), UrdfError::Loop { .. }));
    let island = extra("<link name='island'/>");
    assert!(matches!(
        refusal(&island, None),
        UrdfError::SeveralRoots { .. }
    ));
    let ring_beside = extra(&format!(
        "<link name='a'/><link name='b'/>{}{}",
        fixed("x", "a", "b"),
        fixed("y", "b", "a")
    ));
    assert!(matches!(
        refusal(&ring_beside, None),
        UrdfError::Loop { .. }
    ));
    let ghost = extra(&fixed("x", "base", "ghost"));
    assert!(matches!(
        refusal(&ghost, None),
        UrdfError::UnknownLink { .. }
    ));
    assert!(matches!(
        refusal(&extra("<link name='base'/>"), None),
        UrdfError::DuplicateName { what: "link", .. }
    ));
    let same_joint = extra(&format!("<link name='e'/>{}", fixed("joint1", "base", "e")));
    assert!(matches!(
        refusal(&same_joint, None),
        UrdfError::DuplicateName { what: "joint", .. }
    ));
}

#[test]
fn tips_are_found_named_or_refused() {
    let error = refusal(R7, Some("hand"));
    assert!(matches!(error, UrdfError::UnknownTip { .. }) && error.to_string().contains("flange"));
    let error = refusal(R7, Some("link2"));
    assert!(
        matches!(error, UrdfError::JointCount { found: 2, .. }),
        "{error}"
    );
    // Four moving joints are enough for a tip in mid-arm; the rest rides along, locked.
    let warnings = all_warnings(R7, Some("link4"));
    let locked = warnings
        .iter()
        .filter(|w| matches!(w, UrdfWarning::LockedBranch { .. }))
        .count();
    assert_eq!(locked, 3);
    let eight = with("type=\"fixed\"", "type=\"continuous\"");
    assert!(matches!(
        refusal(&eight, None),
        UrdfError::JointCount { found: 8, .. }
    ));
}

#[test]
fn of_two_tips_the_deeper_is_taken_and_said() {
    let side = "<link name='camera'/><joint name='c' type='fixed'><parent link='link7'/>\
                <child link='camera'/></joint>\
                <link name='tool'/><joint name='t' type='fixed'><parent link='flange'/>\
                <child link='tool'/></joint></robot>";
    let text = with("</robot>", side);
    let (description, _) = RobotDescription::parse(&text).expect("a URDF");
    assert_eq!(description.tips(), ["camera", "tool"]);
    let (chain, warnings) = description.chain(None).expect("an arm");
    assert_eq!(chain.tip, "tool");
    assert!(
        warnings
            .iter()
            .any(|w| matches!(w, UrdfWarning::SeveralTips { .. }))
    );
}

#[test]
fn two_equal_arms_on_one_root_are_not_guessed() {
    let arm = |prefix: &str| {
        let mut text = String::new();
        let mut parent = "root".to_owned();
        for i in 0..4 {
            let link = format!("{prefix}{i}");
            text += &format!(
                "<link name='{link}'/><joint name='j{link}' type='continuous'>\
                 <parent link='{parent}'/><child link='{link}'/></joint>"
            );
            parent = link;
        }
        text
    };
    let text = format!(
        "<robot name='two'><link name='root'/>{}{}</robot>",
        arm("l"),
        arm("r")
    );
    let error = refusal(&text, None);
    let candidates = vec!["l3".to_owned(), "r3".to_owned()];
    assert_eq!(error, UrdfError::AmbiguousTip { candidates });
    // Named, it is an arm: of massless bodies, which no torque can be found for.
    let (description, _) = RobotDescription::parse(&text).expect("a URDF");
    let (chain, warnings) = description.chain(Some("r3")).expect("an arm");
    assert!(
        warnings
            .iter()
            .any(|w| matches!(w, UrdfWarning::MasslessBody { .. }))
    );
    let arm = ArmModel::<4>::from_chain(&chain).expect("four joints");
    let zero = SVector::zeros();
    assert_eq!(
        arm.forward_dynamics(&zero, &zero, &zero, &quantities::Wrench::zero()),
        None
    );
    assert!(matches!(
        ArmModel::<5>::from_chain(&chain),
        Err(UrdfError::WrongSize { .. })
    ));
}

#[test]
fn odd_numbers_are_survived_as_written_and_named() {
    let named = |text: &str, word: &str| {
        let told: Vec<String> = all_warnings(text, None)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert!(
            told.iter().any(|line| line.contains(word)),
            "{word}: {told:?}"
        );
    };
    named(
        &with("effort=\"300\"", "effort=\"1000\""),
        "'joint1': the effort limit 1000",
    );
    named(&with("effort=\"300\"", "effort=\"0\""), "effort limit 0");
    named(
        &with("velocity=\"2.0\"", "velocity=\"0\""),
        "velocity limit 0",
    );
    named(
        &with(
            "lower=\"-2.9\" upper=\"2.9\"",
            "lower=\"-1e16\" upper=\"1e16\"",
        ),
        "position limit",
    );
    named(
        &with("izz=\"0.0080275\"", "izz=\"0.08\""),
        "'link1': principal moments",
    );
    named(
        &with("axis xyz=\"0 0 1\"", "axis xyz=\"0 0 2\""),
        "the axis has length 2",
    );
    let turned = with(
        "<origin xyz=\"0 0 0.095\" rpy=\"0 0 0\"/>",
        "<origin xyz=\"0 0 0.095\" rpy=\"0.5 0 0\"/>",
    );
    named(&turned, "'link1': the inertial frame is rotated");
    let heavy = with("izz=\"0.0080275\"", "izz=\"0.08\"");
    let chain = arms::chain_of(&heavy, None);
    assert_eq!(chain.joints[0].inertia[(2, 2)], 0.08, "as written");
    assert!(ArmModel::<7>::from_chain(&chain).is_ok());
}

#[test]
fn a_profile_that_overrides_badly_is_refused() {
    let good = arms::chain_of(R7, None);
    let refused = |change: fn(&mut kinematics::ChainJoint)| {
        let mut chain = good.clone();
        change(&mut chain.joints[3]);
        ArmModel::<7>::from_chain(&chain)
            .expect_err("refused")
            .to_string()
    };
    assert!(refused(|j| j.mass = f64::NAN).contains("'joint4': the mass"));
    assert!(refused(|j| j.rotor_inertia = -1.0).contains("rotor inertia"));
    assert!(refused(|j| j.limits.lower = 9.0).contains("lower limit 9"));
    assert!(refused(|j| j.limits.upper = f64::INFINITY).contains("upper limit"));
    assert!(refused(|j| j.axis *= 2.0).contains("axis"));
    assert!(refused(|j| j.inertia[(0, 0)] = -1.0).contains("must not be negative"));
    assert!(refused(|j| j.centre_of_mass.x = f64::INFINITY).contains("centre of mass"));
}

/// A fixed joint splits a link in two; the arm must not notice. The payload hangs on a side branch.
#[test]
fn merging_a_fixed_joint_changes_nothing() {
    // link3: cylinder of 3 kg. The same in two halves, the second one on a turned fixed joint.
    let half = |name: &str, at: &str, inertia: (f64, f64)| {
        format!(
            "<link name='{name}'><inertial><origin xyz='{at}'/><mass value='1.5'/>\
             <inertia ixx='{t}' ixy='0' ixz='0' iyy='{t}' iyz='0' izz='{a}'/></inertial></link>",
            t = inertia.0,
            a = inertia.1
        )
    };
    let (mass, radius, length) = (1.5, 0.06, 0.105);
    let across = mass * (3.0 * radius * radius + length * length) / 12.0;
    let along = 0.5 * mass * radius * radius;
    let start = R7.find("<link name=\"link3\">").expect("there");
    let end = R7[start..].find("</link>").expect("closed") + start + "</link>".len();
    // In the half's own frame (turned a quarter about z, 0.08 up) its centre is 0.0775 above.
    let text = format!(
        "{}{}{}<joint name='weld' type='fixed'><parent link='link3'/><child link='half'/>\
         <origin xyz='0 0 0.08' rpy='0 0 1.5707963267948966'/></joint>{}",
        &R7[..start],
        half("link3", "0 0 0.0525", (across, along)),
        half("half", "0 0 0.0775", (across, along)),
        &R7[end..]
    );
    let whole: ArmModel<7> = arms::model_of(R7, Some("flange"));
    let welded: ArmModel<7> = arms::model_of(&text, Some("flange"));
    for number in 1..50 {
        let q = whole.spread_posture(number);
        let qd = q * 0.3;
        assert!((whole.mass_matrix(&q) - welded.mass_matrix(&q)).amax() < 1e-8);
        assert!((whole.bias(&q, &qd) - welded.bias(&q, &qd)).amax() < 1e-8);
        let gap = whole.flange_pose(&q).raw().to_homogeneous()
            - welded.flange_pose(&q).raw().to_homogeneous();
        assert!(gap.amax() < 1e-12);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Nothing that a text can hold makes the reader panic or hang.
    #[test]
    fn a_damaged_file_never_panics(
        at in 0..R7.len(), cut in 0..80usize, junk in "[<>/\"a-z0-9 .&;!-]{0,12}"
    ) {
        let mut text = String::from(R7.get(..at).unwrap_or(""));
        text += &junk;
        text += R7.get(at + cut..).unwrap_or("");
        if let Ok((description, _)) = RobotDescription::parse(&text)
            && let Ok((chain, _)) = description.chain(None)
        {
            let _ = ArmModel::<7>::from_chain(&chain);
        }
    }
}
