use core::f64::consts::PI;

use nalgebra::{Point3, UnitQuaternion, Vector3};
use quantities::Metres;

use super::margins::{Lack, Margins};
use super::mounts::{Candidate, Edge, Mount, Room, foot_radius, neighbours};
use super::search::in_parallel;
use crate::{Capsule, TableTop};

fn room() -> Room {
    Room {
        table: TableTop::default(),
        foot: 0.08,
        stretch: (-0.1, 0.4),
    }
}

#[test]
fn work_that_is_shared_out_comes_back_in_order_whoever_did_it() {
    let items: Vec<u32> = (0..23).collect();
    let squares: Vec<u32> = items.iter().map(|x| x * x).collect();
    for threads in [0, 1, 2, 3, 40] {
        let done = in_parallel(&items, threads, &|_| (), |x| x * x);
        assert_eq!(done, squares, "{threads} threads");
    }
    assert!(in_parallel(&[] as &[u32], 2, &|_| (), |x| x * x).is_empty());
}

#[test]
fn feet_on_carts_and_brackets_stand_beside_the_table() {
    let room = room();
    for mount in [Mount::Cart, Mount::Table] {
        for candidate in room.grid(mount) {
            let place = room.table_from_base(&candidate).translation.vector;
            let beyond_side = place.y.abs() - room.table.half_width.get();
            let beyond_end =
                (place.x - room.table.head_end.get()).max(room.table.foot_end.get() - place.x);
            assert!(
                beyond_side.max(beyond_end) >= room.foot,
                "{candidate:?}: {place:?}"
            );
        }
    }
}

#[test]
fn carts_stand_upright_and_ceiling_plates_hang() {
    let room = room();
    let up = |c: Candidate| (room.table_from_base(&c).rotation * Vector3::z()).z;
    assert!(room.grid(Mount::Cart).iter().all(|c| up(*c) > 0.999_999));
    assert!(
        room.grid(Mount::Ceiling)
            .iter()
            .all(|c| up(*c) < -0.999_999)
    );
    assert!(room.grid(Mount::Table).iter().any(|c| up(*c) < 0.95));
}

#[test]
fn a_bracket_that_leans_toward_the_table_leans_over_it_from_every_side() {
    let room = room();
    for candidate in room.grid(Mount::Table).iter().filter(|c| c.lean > 0.1) {
        let pose = room.table_from_base(candidate);
        let lean = pose.rotation * Vector3::z();
        let outward = pose.translation.vector;
        // At the sides y decides, at the ends x.
        let beside = matches!(candidate.edge, Edge::Left | Edge::Right);
        let toward = if beside {
            lean.y * outward.y
        } else {
            lean.x * outward.x
        };
        assert!(toward < -1e-3, "{candidate:?}");
    }
}

#[test]
fn angles_in_tenths_of_a_degree_give_the_pose_again() {
    let room = room();
    for candidate in Mount::ALL.iter().flat_map(|mount| room.grid(*mount)) {
        let rotation = room.table_from_base(&candidate).rotation;
        let (roll, pitch, yaw) = rotation.euler_angles();
        let told = |angle: f64| (angle * 1800.0 / PI).round() * PI / 1800.0;
        let again = UnitQuaternion::from_euler_angles(told(roll), told(pitch), told(yaw));
        assert!(rotation.angle_to(&again) < 1e-7, "{candidate:?}");
    }
}

#[test]
fn refining_never_leaves_what_a_mount_allows() {
    let room = room();
    for mount in Mount::ALL {
        for start in room.grid(mount).into_iter().step_by(17) {
            let mut at = start;
            for step in [0.5, 0.3, 0.06] {
                for next in neighbours(&at, step) {
                    let held = room.held(&next);
                    assert_eq!(room.held(&held), held, "holding twice changes nothing");
                    at = held;
                }
            }
            let place = room.table_from_base(&at).translation.vector;
            let beside = place.y.abs() - room.table.half_width.get();
            let beyond =
                (place.x - room.table.head_end.get()).max(room.table.foot_end.get() - place.x);
            match mount {
                Mount::Ceiling => assert!((1.0..=1.8).contains(&place.z)),
                Mount::Cart | Mount::Table => assert!(beside.max(beyond) >= room.foot),
            }
        }
    }
}

#[test]
fn the_foot_is_as_wide_as_its_widest_capsule() {
    let capsule = |link, x: f64, radius| Capsule {
        link,
        a: Point3::new(0.0, 0.0, 0.1),
        b: Point3::new(x, 0.0, 0.1),
        radius: Metres::new(radius),
    };
    let capsules = [capsule(None, 0.05, 0.08), capsule(Some(2), 1.0, 0.2)];
    assert!((foot_radius(&capsules) - 0.13).abs() < 1e-12);
    assert!(foot_radius(&[]) > 0.0, "an unknown foot still takes room");
}

#[test]
fn the_least_margin_is_the_comfort_and_names_itself() {
    let ample = Margins::BEST;
    assert!((ample.comfort().0 - 1.0).abs() < 1e-12);
    let weak = Margins {
        reserve: (3, 0.19),
        ..ample
    };
    let (comfort, lack) = weak.comfort();
    assert!(
        comfort < 0.0,
        "the planner wants a fifth of the torque left"
    );
    assert_eq!(lack, Lack::Strength);
    let both = weak.worse(&Margins {
        clearance: -0.01,
        ..ample
    });
    assert_eq!(both.comfort().1, Lack::Clearance);
    assert_eq!(both.reserve.0, 3);
}
