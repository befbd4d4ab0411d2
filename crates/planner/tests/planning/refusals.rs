use kinematics::{ArmModel, Patch, RobotDescription};
use nalgebra::{Point3, SVector};
use plan::Technique;
use planner::{Capsule, ClientWishes, ForceWord, PlanRequest, Routine, Rule, Sides, plan};
use quantities::{Metres, Newtons, Pascals, Transform};
use signals::DriveKind;

use super::fixture::{
    At, Room, URDF, across, around, at, fan_out, lines, looped, m, pulls, rows, step, thumbs, tool,
};

#[test]
fn two_hundred_newtons_are_refused_with_the_value_that_is_allowed() {
    let room = Room::new();
    let mut hard = step("hard", pulls());
    hard.force = ForceWord::Exactly(Newtons::new(200.0));
    let rejection = room.plan(&around(hard)).expect_err("200 N");
    let force = rejection
        .violations
        .iter()
        .find(|v| v.rule == Rule::Force)
        .expect("about force");
    assert_eq!((force.step, force.line, force.value), (2, 7, Some(200.0)));
    assert!(
        force
            .limit
            .is_some_and(|limit| limit > 10.0 && limit <= 40.5),
        "{force}"
    );
    assert!(force.remedy.contains("ask for at most"), "{force}");
}

#[test]
fn a_small_tool_is_refused_for_its_pressure() {
    let room = Room::new();
    let mut hard = step("hard", thumbs((at(At::S2), at(At::L4))));
    // 3.1 cm² at 100 kPa are 31 N; the muscle alone would bear 40 N.
    hard.force = ForceWord::Exactly(Newtons::new(33.0));
    let rejection = room.plan(&around(hard)).expect_err("33 N on a thumb");
    let pressure = rejection
        .violations
        .iter()
        .find(|v| v.rule == Rule::Pressure);
    let pressure = pressure.expect("about pressure");
    assert_eq!(pressure.unit, "kPa");
    assert!(
        pressure.value.is_some_and(|p| (p - 105.0).abs() < 0.2),
        "{pressure}"
    );
}

#[test]
fn a_line_across_the_spine_is_refused() {
    let room = Room::new();
    let levels = (at(At::S2), at(At::Waist));
    let stroke = across(Technique::PullStrokes, levels, (-0.06, 0.11, 0.03));
    let rejection = room
        .plan(&around(step("across", stroke)))
        .expect_err("crosses");
    let text = rejection.to_string();
    assert!(
        text.contains("crosses the spine") && text.contains("offset_mm"),
        "{text}"
    );
}

#[test]
fn a_line_inside_the_keep_out_is_refused() {
    let stroke = looped(Technique::FanOut, (at(At::S2), at(At::Waist)), 0.010, 0.1);
    assert_eq!(Room::new().broken(&[step("near", stroke)]), [Rule::KeepOut]);
}

#[test]
fn a_fork_that_is_too_narrow_for_the_keep_out_is_refused() {
    let mut room = Room::new();
    let narrow = tool(
        "fork",
        Patch::Fork {
            tip_radius: m(0.01),
            spacing: m(0.05),
        },
    );
    room.arms[2] = (room.arms[0].0.with_payload(&narrow.model.payload), narrow);
    let lines = lines(at(At::T12), at(At::S2));
    assert_eq!(room.broken(&around(step("lines", lines))), [Rule::KeepOut]);
}

#[test]
fn depth_before_the_warm_up_is_refused_naming_the_step() {
    let room = Room::new();
    let mut deep = step("deep", fan_out());
    deep.force = ForceWord::Firm;
    let rejection = room
        .plan(&[deep.clone(), step("cool down", fan_out())])
        .expect_err("cold");
    let warm = rejection
        .violations
        .iter()
        .find(|v| v.rule == Rule::WarmUp)
        .expect("about warm-up");
    assert_eq!((warm.step, warm.name.as_str()), (1, "deep"));
    // Warmed on the other side only: still cold here.
    let mut other_side = step("warm up", fan_out());
    other_side.sides = Sides::Right;
    let steps = [other_side, deep.clone(), step("cool down", fan_out())];
    assert_eq!(room.broken(&steps), [Rule::WarmUp]);
    assert!(
        room.broken(&around(deep)).is_empty(),
        "warmed on this side it goes"
    );
}

#[test]
fn a_routine_must_begin_and_end_gently() {
    let room = Room::new();
    let pull = || step("pulls", pulls());
    assert_eq!(
        room.broken(&[pull(), step("end", fan_out())]),
        [Rule::WarmUp]
    );
    assert_eq!(
        room.broken(&[step("begin", fan_out()), pull()]),
        [Rule::CoolDown]
    );
}

#[test]
fn a_routine_that_lasts_too_long_is_refused() {
    let mut room = Room::new();
    let mut raw = limits::RawLimits::default();
    assert!(raw.set("position_time_min", 0.2));
    room.envelope = limits::Envelope::for_back(&raw, &room.back).expect("a smaller envelope");
    assert_eq!(room.broken(&[step("long", fan_out())]), [Rule::Duration]);
}

#[test]
fn a_zone_that_gets_more_than_its_dose_is_refused() {
    let mut room = Room::new();
    let mut raw = limits::RawLimits::default();
    assert!(raw.set("zone_dose_n_s", 5.0));
    room.envelope = limits::Envelope::for_back(&raw, &room.back).expect("a smaller envelope");
    assert_eq!(room.broken(&[step("much", fan_out())]), [Rule::Dose]);
}

#[test]
fn a_technique_that_a_profile_does_not_allow_is_refused_and_tools_that_may_are_named() {
    let mut room = Room::new();
    room.arms[0].1.techniques = vec![Technique::Effleurage];
    let refused = |room: &Room| {
        let rejection = room.plan(&around(step("pull", pulls())));
        rejection.expect_err("the palm may not").to_string()
    };
    let text = refused(&room);
    assert!(
        text.contains("the palm does not allow pull_strokes"),
        "{text}"
    );
    assert!(text.contains("use a tool that may: thumb, fork"), "{text}");
    for (_, spec) in &mut room.arms {
        spec.techniques = vec![Technique::Effleurage];
    }
    assert!(refused(&room).contains("no tool at hand may do it"));
}

/// The palm has 48 cm²: 1.5 kPa are 7.2 N, less 3 N that a set-point keeps.
#[test]
fn a_weak_tool_binds_its_own_steps_and_no_others() {
    let force = |room: &Room| {
        let mut pull = step("pull", pulls());
        pull.force = ForceWord::Medium;
        let plan = room.plan(&around(pull)).expect("planned");
        let knots = plan.segments().iter().flat_map(|s| s.knots.clone());
        let highest = |f: f64, k: &plan::Knot<7>| f.max(k.force.get());
        knots.fold(0.0, |f, k| highest(f, &k))
    };
    let mut room = Room::new();
    let free = force(&room);
    room.arms[1].1.model.pressure_rating = Pascals::new(1e3);
    assert_eq!(force(&room).to_bits(), free.to_bits(), "the thumb is weak");
    let rating = Pascals::new(1.5e3);
    room.arms[0].1.model.pressure_rating = rating;
    let bound = (rating * room.arms[0].1.model.patch.area()).get() - 3.0;
    let given = force(&room);
    assert!(
        bound < free && (given - bound).abs() < 1e-6,
        "{given} {bound} {free}"
    );
    let mut exact = step("hard", pulls());
    exact.force = ForceWord::Exactly(Newtons::new(free));
    let text = room.plan(&around(exact)).expect_err("too hard").to_string();
    assert!(text.contains("which is made for 2 kPa"), "{text}");
    room.arms[0].1.model.pressure_rating = Pascals::new(f64::NAN);
    assert_eq!(room.broken(&[step("fan", fan_out())]), [Rule::Request]);
}

#[test]
fn what_no_tool_or_technique_can_do_is_refused_with_what_can() {
    let room = Room::new();
    let mut unknown = step("unknown", fan_out());
    unknown.tools = vec!["feather".to_owned()];
    let text = room.plan(&[unknown]).expect_err("no such tool").to_string();
    assert!(text.contains("palm, thumb, fork"), "{text}");
    let mut deep = step("deep", fan_out());
    deep.force = ForceWord::Deep;
    let text = room.plan(&[deep]).expect_err("no deep fan-out").to_string();
    assert!(text.contains("no deep force"), "{text}");
    let mut fork = step("fork", fan_out());
    fork.tools = vec!["fork".to_owned()];
    assert_eq!(room.broken(&[fork]), [Rule::Request]);
    let downward = looped(Technique::FanOut, (at(At::Waist), at(At::S2)), 0.06, 0.1);
    assert_eq!(room.broken(&[step("down", downward)]), [Rule::Direction]);
    assert_eq!(room.broken(&[]), [Rule::Request]);
}

#[test]
fn an_arm_that_cannot_reach_is_refused_with_the_distance_to_move() {
    let mut room = Room::new();
    room.table_from_base.translation.vector.y = -1.6;
    let rejection = room
        .plan(&[step("far", fan_out())])
        .expect_err("too far away");
    let reach = rejection
        .violations
        .iter()
        .find(|v| v.rule == Rule::Reach)
        .expect("about reach");
    assert!(reach.remedy.contains("nearer"), "{reach}");
    assert!(reach.u_m.is_some() && reach.v_m.is_some());
}

#[test]
fn a_weak_arm_is_refused_for_its_torque() {
    let mut room = Room::new();
    let (description, _) = RobotDescription::parse(URDF).expect("the reference arm");
    let (mut chain, _) = description.chain(None).expect("one tip");
    for joint in &mut chain.joints {
        joint.limits.effort *= 0.15;
    }
    let weak = ArmModel::<7>::from_chain(&chain).expect("seven joints");
    room.arms = room
        .arms
        .into_iter()
        .map(|(_, t)| (weak.with_payload(&t.model.payload), t))
        .collect();
    assert_eq!(room.broken(&[step("weak", fan_out())]), [Rule::JointTorque]);
}

#[test]
fn a_thick_link_is_refused_for_body_and_table() {
    let mut room = Room::new();
    let thick = Capsule {
        link: Some(3),
        a: Point3::new(0.0, 0.0, 0.0),
        b: Point3::new(0.0, 0.0, 0.4),
        radius: m(0.45),
    };
    room.capsules = vec![thick];
    let broken = room.broken(&[step("thick", fan_out())]);
    assert!(
        broken.contains(&Rule::BodyClearance) || broken.contains(&Rule::TableClearance),
        "{broken:?}"
    );
}

#[test]
fn a_table_in_the_way_is_refused() {
    let mut room = Room::new();
    // A shoulder that is too thick for its height over a table as wide as the room.
    room.table.half_width = m(1.0);
    let shoulder = Point3::new(0.0, 0.0, 0.0);
    room.capsules = vec![Capsule {
        link: Some(1),
        a: shoulder,
        b: shoulder,
        radius: m(0.65),
    }];
    let broken = room.broken(&[step("low", fan_out())]);
    assert!(broken.contains(&Rule::TableClearance), "{broken:?}");
}

#[test]
fn links_that_meet_are_refused() {
    let mut room = Room::new();
    let ball = |link, radius| Capsule {
        link,
        a: Point3::new(0.0, 0.0, 0.0),
        b: Point3::new(0.0, 0.0, 0.01),
        radius: m(radius),
    };
    room.capsules = vec![ball(None, 0.80), ball(Some(3), 0.10)];
    let broken = room.broken(&[step("folded", fan_out())]);
    assert!(broken.contains(&Rule::SelfClearance), "{broken:?}");
}

#[test]
fn a_blocked_place_is_refused() {
    let mut room = Room::new();
    let area = limits::Area {
        u: (m(0.05), m(0.08)),
        v: (m(0.05), m(0.09)),
    };
    let wish = limits::Tightening {
        blocked_areas: vec![area],
        ..Default::default()
    };
    room.envelope = room
        .envelope
        .tightened_by(&wish)
        .expect("a smaller envelope");
    let broken = room.broken(&[step("blocked", fan_out())]);
    assert!(broken.contains(&Rule::Blocked), "{broken:?}");
}

#[test]
fn five_joints_cannot_hold_a_patch() {
    let room = Room::new();
    let (description, _) = RobotDescription::parse(URDF).expect("the reference arm");
    let (mut chain, _) = description.chain(None).expect("one tip");
    chain.joints.truncate(5);
    let arm = ArmModel::<5>::from_chain(&chain).expect("five joints");
    let palm = room.arms[0].1.clone();
    let routine = Routine {
        name: "test".to_owned(),
        summary: String::new(),
        tempo_hz: None,
        steps: vec![step("fan", fan_out())],
    };
    let rejection = plan(&PlanRequest {
        routine: &routine,
        client: &ClientWishes::neutral(),
        back: &room.back,
        envelope: &room.envelope,
        arms: &[(arm.with_payload(&palm.model.payload), palm)],
        capsules: &[],
        table: room.table,
        base_from_table: Transform::from_raw(room.table_from_base.inverse()),
        park: SVector::zeros(),
        start: SVector::zeros(),
        drive: room.drive,
    })
    .expect_err("five joints");
    assert!(rejection.to_string().contains("5 joints"), "{rejection}");
}

#[test]
fn a_rejection_becomes_json_and_readable_text() {
    let room = Room::new();
    let mut hard = step("hard", pulls());
    hard.force = ForceWord::Exactly(Newtons::new(200.0));
    hard.speed = None;
    let mut steps = around(hard);
    steps[0].outward_shift = Metres::ZERO;
    let rejection = room.plan(&steps).expect_err("200 N");
    assert!(
        rejection.to_string().contains("step 2 \"hard\" (line 7)"),
        "{rejection}"
    );
    let json = serde_json::to_string(&rejection).expect("plain data");
    assert!(
        json.contains("\"rule\":\"force\"") && json.contains("\"line\":7"),
        "{json}"
    );
}

#[test]
fn blows_are_refused_for_an_arm_that_takes_velocities_and_for_no_other() {
    let mut room = Room::new();
    let levels = (at(At::S2), at(At::L4));
    let blows = || around(step("blows", rows(Technique::Percussion, levels, 0.07)));
    let refusal = |room: &Room| {
        let rejection = room.plan(&blows()).err()?;
        let found = rejection.violations.into_iter();
        found.clone().find(|v| v.detail.contains("gives blows"))
    };
    assert_eq!(refusal(&room), None);
    room.drive = DriveKind::Velocities;
    let refused = refusal(&room).expect("blows");
    assert_eq!((refused.rule, refused.step), (Rule::Request, 2));
    assert!(refused.remedy.contains("takes torques"), "{refused}");
}
