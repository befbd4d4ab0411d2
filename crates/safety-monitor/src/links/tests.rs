use kinematics::{Capsule, RobotDescription};
use nalgebra::Point3;
use quantities::{Metres, Rotation};

use super::*;

fn m(value: f64) -> Metres {
    Metres::new(value)
}

fn arm() -> ArmModel<7> {
    let urdf = include_str!("../../../../urdf/knead_r7.urdf");
    let (robot, _) = RobotDescription::parse(urdf).expect("our own arm");
    ArmModel::from_chain(&robot.chain(None).expect("one tip").0).expect("seven joints")
}

fn rod(link: usize, length: f64) -> Capsule {
    Capsule {
        link: Some(link),
        a: Point3::origin(),
        b: Point3::new(0.0, 0.0, length),
        radius: m(0.06),
    }
}

fn capsules() -> [Capsule; 4] {
    [rod(1, 0.21), rod(3, 0.2), rod(4, 0.19), rod(6, 0.02)]
}

/// The base stands 120 mm beside a table of usual size, 90 mm over its top.
fn base_from_table() -> Transform<Base, Table> {
    let table_from_base = Transform::<Table, Base>::new(
        Point::new(0.2, -0.47, 0.09),
        Rotation::from_raw(nalgebra::UnitQuaternion::from_axis_angle(
            &nalgebra::Vector3::z_axis(),
            core::f64::consts::FRAC_PI_2,
        )),
    );
    table_from_base.inverse()
}

fn links(arm: &ArmModel<7>) -> Links<7> {
    let shape = ArmShape::new(arm, &capsules(), None).expect("capsules");
    Links::new(vec![shape], TableTop::default(), &base_from_table(), 1e-3)
}

/// A back over the middle of the table.
fn skin() -> Skin {
    let bulge = |x: f64, y: f64| (x * x + 4.0 * y * y < 0.16).then_some(0.2 - 0.5 * y * y);
    Skin::sampled((m(-0.5), m(0.5)), (m(-0.3), m(0.3)), m(0.01), bulge).expect("cells")
}

fn after_two_rounds(q: &SVector<f64, 7>) -> Gaps {
    let arm = arm();
    let (mut links, skin) = (links(&arm), skin());
    let mut gaps = None;
    for _ in 0..2 * ROUND {
        gaps = links.look(0, &arm, Some(q), &skin);
    }
    gaps.expect("shapes")
}

/// By points on the axes alone: slab, floor and skin each by their own words.
fn by_sampling(q: &SVector<f64, 7>) -> (f64, f64) {
    let arm = arm();
    let (table, skin) = (TableTop::default(), skin());
    let poses = arm.link_poses(q);
    let (mut from_table, mut from_skin) = (f64::INFINITY, f64::INFINITY);
    for capsule in capsules() {
        let joint = capsule.link.expect("a link");
        for i in 0..=400 {
            let on_link = capsule
                .a
                .coords
                .lerp(&capsule.b.coords, f64::from(i) / 400.0);
            let in_base = poses[joint] * Point3::from(on_link);
            let place = base_from_table().raw().inverse() * in_base;
            let beside = (place.y.abs() - table.half_width.get()).max(0.0);
            let along = (place.x - table.head_end.get())
                .max(table.foot_end.get() - place.x)
                .max(0.0);
            let off = place.z.max(-table.thickness.get() - place.z).max(0.0);
            let slab = (beside * beside + along * along + off * off).sqrt();
            let floor = place.z + table.height.get();
            from_table = from_table.min(slab.min(floor) - 0.06);
            let kept = if joint == 6 { -0.025 } else { 0.003 };
            if let Some(distance) = skin.distance(&Point::from_raw(place)) {
                from_skin = from_skin.min(distance - 0.06 - kept);
            }
        }
    }
    (from_table, from_skin)
}

#[test]
fn the_rounds_find_what_many_points_on_the_axes_find() {
    let arm = arm();
    for number in 1..200 {
        let q = arm.spread_posture(number);
        let gaps = after_two_rounds(&q);
        let (table, skin) = by_sampling(&q);
        assert!(
            (gaps.table - table).abs() < 1e-3,
            "{number}: {gaps:?} {table}"
        );
        // 30 mm between places of an axis: on a curved skin a little less is seen.
        let agree = (gaps.skin - skin).abs() < 0.012 || gaps.skin > 0.1 && skin > 0.1;
        assert!(agree || gaps.skin == skin, "{number}: {gaps:?} {skin}");
    }
}

#[test]
fn an_elbow_in_the_table_is_seen_and_one_above_is_not() {
    // The upper arm leans out over the table and the forearm goes on down into it.
    let into = SVector::from([0.0, 2.0, 0.0, 0.2, 0.0, 0.2, 0.0]);
    assert!(
        after_two_rounds(&into).table < 0.0,
        "{:?}",
        after_two_rounds(&into)
    );
    let above = SVector::from([0.0, 0.2, 0.0, 1.2, 0.0, 1.0, 0.0]);
    assert!(after_two_rounds(&above).table > 0.05);
}

#[test]
fn a_finding_is_projected_by_what_it_closes_in_and_never_by_what_it_opens() {
    let mut trend = Trend::NEW;
    trend.look(0.030, 0.004);
    assert!((trend.worst - 0.030).abs() < 1e-12);
    // 2 mm in 4 ms: 0.5 m/s, for 8 ms.
    trend.look(0.028, 0.004);
    assert!((trend.worst - 0.024).abs() < 1e-12);
    trend.look(0.040, 0.004);
    assert!((trend.worst - 0.040).abs() < 1e-12);
    // No faster than 1 m/s, and a gap that opens out of nowhere has no speed.
    trend.look(0.020, 0.004);
    assert!((trend.worst - 0.012).abs() < 1e-12);
    let mut new = Trend::NEW;
    new.look(f64::INFINITY, 0.004);
    new.look(0.02, 0.004);
    assert!((new.worst - 0.02).abs() < 1e-12);
}

#[test]
fn without_positions_the_last_findings_stand() {
    let arm = arm();
    let (mut links, skin) = (links(&arm), skin());
    let q = arm.spread_posture(5);
    let mut before = None;
    for _ in 0..2 * ROUND {
        before = links.look(0, &arm, Some(&q), &skin);
    }
    for _ in 0..20 {
        assert_eq!(links.look(0, &arm, None, &skin), before);
    }
    assert_eq!(links.look(1, &arm, Some(&q), &skin), None, "no such shape");
}
