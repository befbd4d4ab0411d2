use anatomy::{BodyParameters, Sex, parametric_back};
use kinematics::{Capsule, Patch, RobotDescription};
use limits::{Envelope, RawLimits};
use nalgebra::Point3;
use quantities::{Kilograms, Metres};

use super::*;

const URDF: &str = include_str!("../../../../urdf/knead_r7.urdf");

fn arm() -> ArmModel<7> {
    let (robot, _) = RobotDescription::parse(URDF).expect("the reference arm");
    ArmModel::from_chain(&robot.chain(None).expect("one tip").0).expect("seven joints")
}

fn rod(link: Option<usize>, length: f64, radius: f64) -> Capsule {
    Capsule {
        link,
        a: Point3::origin(),
        b: Point3::new(0.0, 0.0, length),
        radius: Metres::new(radius),
    }
}

fn capsules() -> Vec<Capsule> {
    vec![
        rod(None, 0.13, 0.08),
        rod(Some(1), 0.21, 0.066),
        rod(Some(3), 0.20, 0.06),
        // Holds a stick, so that it meets something often.
        rod(Some(4), 0.70, 0.055),
        rod(Some(6), 0.02, 0.044),
    ]
}

/// Runs with the arm beside the table, a back on it.
fn beside_the_table<R>(capsules: &[Capsule], run: impl FnOnce(&Clearance<'_, 7>) -> R) -> R {
    let arm = arm();
    let shape = ArmShape::new(&arm, capsules, None).expect("capsules");
    let body = BodyParameters {
        sex: Sex::Male,
        stature: Metres::new(1.78),
        mass: Kilograms::new(78.0),
    };
    let back = parametric_back(&body).expect("an ordinary body");
    let envelope = Envelope::for_back(&RawLimits::default(), &back).expect("the defaults");
    let ground = Ground {
        back: &back,
        envelope: &envelope,
        patch: Patch::Disc {
            radius: Metres::new(0.01),
        },
        rating: quantities::Pascals::new(250e3),
        touchable: None,
    };
    let table_from_base = Isometry3::new(
        Vector3::new(0.21, -0.48, 0.09),
        Vector3::z() * core::f64::consts::FRAC_PI_2,
    );
    let table = TableTop::default();
    run(&Clearance::new(
        &arm,
        ground,
        &shape,
        table,
        table_from_base,
    ))
}

/// The last posture whose knots were skipped would show here: every posture of many slow motions, looked at
/// anew, must be judged as the watch judges it.
#[test]
fn a_watch_misses_no_breach_that_a_look_at_every_posture_finds() {
    beside_the_table(&capsules(), |clearance| {
        let arm = arm();
        let bounds = SkinBounds::of(clearance.ground.back);
        let bounded = clearance.over(&bounds);
        let (mut found, mut rigid) = (0, 0);
        for number in 1..60 {
            let (from, to) = (arm.spread_posture(number), arm.spread_posture(number + 1));
            let (mut watch, mut bounded_watch) = (Watch::default(), Watch::default());
            for i in 0..=300 {
                let q = from.lerp(&to, f64::from(i) / 300.0);
                let every = clearance.tightest(&q).filter(|t| t.spare() < 0.0);
                let watched = clearance.breach(&q, &mut watch);
                let spared = bounded.breach(&q, &mut bounded_watch);
                for watched in [watched, spared] {
                    assert_eq!(
                        every.map(|t| (t.part, t.against, t.distance)),
                        watched.map(|t| (t.part, t.against, t.distance)),
                    );
                }
                found += usize::from(every.is_some());
                rigid += usize::from(every.is_some_and(|t| t.against != Against::Body));
            }
        }
        assert!(
            found > 300 && rigid > 80 && found < 17_000,
            "{found} {rigid}"
        );
    });
}

#[test]
fn most_postures_of_a_slow_motion_need_no_second_look() {
    let calm: Vec<Capsule> = capsules()
        .into_iter()
        .filter(|c| c.link != Some(4))
        .collect();
    beside_the_table(&calm, |clearance| {
        let q = SVector::from([0.52, -0.13, -0.01, 2.25, 0.0, 1.03, -1.06]);
        let mut watch = Watch::default();
        let mut looks = 0;
        let mut at = None;
        for i in 0..200 {
            // 0.1 rad/s in every joint, knots 10 ms apart.
            let knot = q.add_scalar(1e-3 * f64::from(i));
            assert!(clearance.breach(&knot, &mut watch).is_none());
            if watch.rigid.map(|(q, _)| q) != at {
                at = watch.rigid.map(|(q, _)| q);
                looks += 1;
            }
        }
        assert!(looks < 50, "{looks}");
    });
}

#[test]
fn each_obstacle_is_named_with_the_part_that_meets_it() {
    let at = |capsules: &[Capsule], q: [f64; 7]| {
        beside_the_table(capsules, |clearance| {
            let tight = clearance.tightest(&SVector::from(q)).expect("capsules");
            (tight.part, tight.against)
        })
    };
    let low = [0.0, 2.0, 0.0, 0.2, 0.0, 0.2, 0.0];
    let (_, against) = at(&[rod(Some(4), 0.19, 0.055)], low);
    assert!(
        matches!(against, Against::Table | Against::Body),
        "{against:?}"
    );
    // Away from the table, down beside its own foot.
    let behind = [core::f64::consts::PI, 2.0, 0.0, 0.2, 0.0, 0.2, 0.0];
    let long = rod(Some(4), 0.9, 0.055);
    assert_eq!(at(&[long], behind), (BodyPart::Link(4), Against::Floor));
    let folded = [0.0, 0.2, 0.0, 2.9, 0.0, 1.8, 0.0];
    let (part, against) = at(&[rod(None, 0.3, 0.08), rod(Some(6), 0.3, 0.08)], folded);
    assert_eq!(
        (part, against),
        (BodyPart::Foot, Against::Part(BodyPart::Link(6)))
    );
}

/// The numbers of a list in a profile, in m.
fn lengths(line: &str) -> Vector3<f64> {
    let list = line.split(['[', ']']).nth(1).expect("a list");
    let numbers = list.split(',').map(|n| n.trim().parse::<f64>());
    Vector3::from_iterator(numbers.map(|n| n.expect("a number") * 1e-3))
}

/// Foot and place of the base, as an arm's profile tells them; the base's x looks across the table.
fn installation(profile: &str) -> (Vec<Capsule>, Isometry3<f64>) {
    let value = |part: &str, key: &str| {
        let line = part.lines().find(|line| line.starts_with(key));
        line.expect("the key").to_owned()
    };
    let after = |heading: &str| {
        profile
            .split(heading)
            .nth(1)
            .expect("the section")
            .to_owned()
    };
    let place = after("[installation.base_in_table]");
    assert!(value(&place, "roll_pitch_yaw_deg").ends_with("[0, 0, 90]"));
    let table_from_base = Isometry3::new(
        lengths(&value(&place, "position_mm")),
        Vector3::z() * core::f64::consts::FRAC_PI_2,
    );
    let feet = profile.split("[[capsule]]").skip(1);
    let feet = feet.filter(|part| value(part, "after_joint").ends_with("\"base\""));
    let foot = |part: &str| {
        let radius = value(part, "radius_mm");
        let radius = radius
            .split('=')
            .nth(1)
            .expect("a number")
            .trim()
            .parse::<f64>();
        Capsule {
            link: None,
            a: Point3::from(lengths(&value(part, "from_mm"))),
            b: Point3::from(lengths(&value(part, "to_mm"))),
            radius: Metres::new(radius.expect("a number") * 1e-3),
        }
    };
    (feet.map(foot).collect(), table_from_base)
}

#[test]
fn the_feet_of_the_installed_reference_arms_have_room_and_lose_it_toward_client_slab_and_floor() {
    beside_the_table(&[], |clearance| {
        let (back, table) = (clearance.ground.back, clearance.table);
        for profile in [
            include_str!("../../../../config/arms/knead_r7.toml"),
            include_str!("../../../../config/arms/knead_r6.toml"),
        ] {
            let (foot, installed) = installation(profile);
            assert_eq!(foot.len(), 1);
            let refused = |x: f64, y: f64, z: f64| {
                let mut moved = installed;
                moved.translation.vector = Vector3::new(x, y, z);
                let tight = foot_tightest(&foot, back, &table, &moved).expect("a foot");
                assert_eq!(
                    foot_has_room(&foot, back, &table, &moved),
                    foot_breach(&tight).is_none()
                );
                (tight.spare() < 0.0).then_some(tight.against)
            };
            let place = installed.translation.vector;
            assert_eq!(refused(place.x, place.y, place.z), None);
            // Beside the client, over the table top: what it stands on would go through the slab.
            assert_eq!(refused(0.21, -0.30, 0.09), Some(Against::Table));
            assert!(refused(0.21, -0.20, 0.09).is_some());
            // In the slab's edge, away from the client.
            assert_eq!(refused(-1.0, -0.36, -0.10), Some(Against::Table));
            assert_eq!(refused(place.x, place.y, -0.69), Some(Against::Floor));
            // Hanging high over the client, and into the client.
            let mut hanging = Isometry3::rotation(Vector3::x() * core::f64::consts::PI);
            hanging.translation.vector = Vector3::new(0.21, 0.0, 0.90);
            assert!(foot_has_room(&foot, back, &table, &hanging));
            hanging.translation.vector.z = 0.25;
            let tight = foot_tightest(&foot, back, &table, &hanging).expect("a foot");
            assert_eq!(tight.against, Against::Body);
            assert!(foot_breach(&tight).is_some());
            // Standing against the table's edge.
            assert_eq!(refused(place.x, -0.43, -0.15), None);
        }
    });
}
