//! What is named as a remedy, and what was tried.

use nalgebra::Point3;
use planner::{Capsule, Rule, Sides};

use super::fixture::{Room, fan_out, m, step};

#[test]
fn an_unreachable_stretch_is_one_finding_and_its_remedy_works() {
    let mut room = Room::new();
    let fan = step("far flank", fan_out());
    // Away from the client until the far flank is out of reach.
    let refused = (1..=8).find_map(|shift| {
        room.table_from_base.translation.vector.y = -0.49 - 0.02 * f64::from(shift);
        room.plan(core::slice::from_ref(&fan)).err()
    });
    let rejection = refused.expect("16 cm further away the arm is too short");
    let stretches: Vec<_> = rejection
        .violations
        .iter()
        .filter(|v| v.stretch.is_some())
        .collect();
    assert_eq!(stretches.len(), 1, "{rejection}");
    let stretch = stretches[0].stretch.as_ref().expect("a stretch");
    let counted: usize = stretch.reasons.iter().map(|r| r.samples).sum();
    assert_eq!(counted, stretch.samples, "every sample has its reason");
    assert!(
        stretch.length_m > 0.0 && stretch.begins_m > 0.0,
        "{rejection}"
    );
    let remedy = &stretches[0].remedy;
    let shift = if remedy.contains("move the base 50 mm") {
        0.05
    } else {
        assert!(remedy.contains("move the base 100 mm"), "{remedy}");
        0.10
    };
    let directions = [
        ("client's head", [1.0, 0.0, 0.0]),
        ("client's feet", [-1.0, 0.0, 0.0]),
        ("client's left", [0.0, 1.0, 0.0]),
        ("client's right", [0.0, -1.0, 0.0]),
        ("mm up", [0.0, 0.0, 1.0]),
        ("mm down", [0.0, 0.0, -1.0]),
    ];
    let named = directions.iter().find(|(word, _)| remedy.contains(word));
    let (_, direction) = named.expect("a direction");
    room.table_from_base.translation.vector += nalgebra::Vector3::from(*direction) * shift;
    room.plan(&[fan])
        .unwrap_or_else(|e| panic!("{remedy}: {e}"));
}

#[test]
fn a_base_that_stands_over_the_table_top_is_refused_once_for_the_whole_plan() {
    let mut room = Room::new();
    room.capsules.push(Capsule {
        link: None,
        a: Point3::new(0.0, 0.0, 0.04),
        b: Point3::new(0.0, 0.0, 0.13),
        radius: m(0.08),
    });
    let about_foot = |room: &Room, steps| {
        let refused = room.plan(steps).err().map_or(Vec::new(), |r| r.violations);
        let foot = refused
            .into_iter()
            .filter(|v| v.detail.contains("the foot"));
        foot.collect::<Vec<_>>()
    };
    let steps = [step("fan", fan_out()), step("again", fan_out())];
    assert!(about_foot(&room, &steps).is_empty());
    room.table_from_base.translation.vector = nalgebra::Vector3::new(0.21, -0.30, 0.09);
    let found = about_foot(&room, &steps);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].rule, found[0].samples), (Rule::TableClearance, 1));
    assert!(found[0].remedy.starts_with("move the base"), "{}", found[0]);
}

#[test]
fn what_was_tried_in_vain_is_told_as_it_was_tried() {
    let mut room = Room::new();
    room.table_from_base.translation.vector.y = -1.6;
    let remedy = |room: &Room, sides| {
        let mut far = step("far", fan_out());
        far.sides = sides;
        let rejection = room.plan(&[far]).expect_err("too far away");
        let mut reach = rejection.violations.into_iter();
        let reach = reach.find(|v| v.rule == Rule::Reach);
        reach.expect("about reach").remedy
    };
    let one = remedy(&room, Sides::Left);
    assert!(
        one.contains("planning with the thumb, the right side"),
        "{one}"
    );
    assert!(!one.contains("fork"), "a fan-out needs one contact: {one}");
    assert!(
        one.contains("not well reached with the base moved"),
        "{one}"
    );
    assert_eq!(
        one.matches("0 mm toward").count()
            + one.matches("0 mm up").count()
            + one.matches("0 mm down").count(),
        12,
        "{one}"
    );
    room.arms.truncate(1);
    let both = remedy(&room, Sides::Both);
    assert!(
        !both.contains("side") && !both.contains("planning with"),
        "{both}"
    );
    // Near the floor the foot has no room further down.
    room.capsules.push(Capsule {
        link: None,
        a: Point3::new(0.0, 0.0, 0.08),
        b: Point3::new(0.0, 0.0, 0.13),
        radius: m(0.08),
    });
    room.table_from_base.translation.vector.z = -0.63;
    let low = remedy(&room, Sides::Both);
    assert!(
        low.contains("no room for the foot with the base moved 100 mm down)"),
        "{low}"
    );
}
