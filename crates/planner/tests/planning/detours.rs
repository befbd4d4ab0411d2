//! Something stands in the way of every fixed shape of free motion.

use kinematics::Capsule;
use nalgebra::Point3;
use plan::Plan;
use planner::PlanRejection;

use super::fixture::{Room, around, fan_out, m, step};

/// With a post of a height (m) on the arm's foot, between where the session begins and the client.
fn planned_past_a_post(height: f64) -> Result<Plan<7>, PlanRejection> {
    let mut room = Room::new();
    let at = |z: f64| Point3::new(0.40, -0.30, z);
    room.capsules.push(Capsule {
        link: None,
        a: at(0.0),
        b: at(height),
        radius: m(0.03),
    });
    let mut start = room.park;
    start[0] = -1.3;
    room.start = Some(start);
    room.plan(&around(step("middle", fan_out())))
}

/// What the plan says about ways that were searched for.
fn detours(plan: &Plan<7>) -> Vec<&str> {
    let notes = plan.steps().iter().flat_map(|step| &step.notes);
    notes
        .map(String::as_str)
        .filter(|note| note.contains("goes round what is near"))
        .collect()
}

#[test]
fn a_way_round_a_post_is_found_where_the_usual_ways_are_not_clear() {
    // Planned means proved, every knot.
    let plan = planned_past_a_post(1.3).expect("there is room behind the post");
    let told = detours(&plan);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].starts_with("the way to the first place"),
        "{told:?}"
    );
    let again = planned_past_a_post(1.3).expect("as before");
    let bits = |plan: &Plan<7>| -> Vec<u64> {
        let knots = plan.segments().iter().flat_map(|segment| &segment.knots);
        let joints = knots.flat_map(|knot| knot.posture.iter().copied().collect::<Vec<_>>());
        joints.map(f64::to_bits).collect()
    };
    assert!(
        bits(&plan) == bits(&again),
        "the same request, another plan"
    );
}

#[test]
fn without_anything_in_the_way_nothing_is_searched_for() {
    let plan = planned_past_a_post(0.05).expect("a stub is no hindrance");
    assert!(detours(&plan).is_empty(), "{:?}", detours(&plan));
}
