use std::sync::Arc;

use planner::{ForceWord, Rule, Sides};
use quantities::Transform;

use super::*;
use crate::Routine;

#[allow(dead_code)] // the tests of whole routines share this file
#[path = "../../tests/planning/fixture.rs"]
mod fixture;

use fixture::{At, Room, around, at, pulls, step, thumbs};

fn routine(steps: Vec<RoutineStep>) -> Routine {
    Routine {
        name: "test".to_owned(),
        summary: String::new(),
        tempo_hz: None,
        steps,
    }
}

fn request<'a>(room: &'a Room, routine: &'a Routine) -> PlanRequest<'a, 7> {
    PlanRequest {
        routine,
        client: &room.client,
        back: &room.back,
        envelope: &room.envelope,
        arms: &room.arms,
        capsules: &room.capsules,
        table: room.table,
        base_from_table: Transform::from_raw(room.table_from_base.inverse()),
        park: room.park,
        start: room.park,
        drive: signals::DriveKind::Torques,
    }
}

/// Step after step on this thread, each proved before the next is planned: nobody beside.
fn one_after_the_other(request: &PlanRequest<'_, 7>) -> Result<Plan<7>, PlanRejection> {
    let shapes: Arc<[ArmShape<7>]> = breaches::shapes(request)?.into();
    let mut planner = Planner::new(request, shapes);
    for index in 0..request.routine.steps.len() {
        planner.step(index);
    }
    planner.finish()
}

#[test]
fn neither_threads_nor_work_beside_change_a_bit_of_a_plan() {
    let room = Room::new();
    let circles = step("thumbs", thumbs((at(At::S2), at(At::Waist))));
    let mut steps = around(circles);
    steps.insert(1, step("pulls", pulls()));
    steps[0].sides = Sides::Both;
    let routine = routine(steps);
    let request = request(&room, &routine);
    let alone = one_after_the_other(&request).expect("a routine that can be planned");
    for threads in [1, 2, 3] {
        assert!(
            plan_on(&request, threads).as_ref() == Ok(&alone),
            "{threads} threads"
        );
    }
}

#[test]
fn a_rejection_is_the_same_whoever_proves() {
    let mut room = Room::new();
    // Slower than any stroke is: found by the proof. And more force than any tool may have: found before.
    let slow = limits::Tightening {
        contact_speed: Some(quantities::MetresPerSecond::new(0.03)),
        ..limits::Tightening::default()
    };
    room.envelope = room
        .envelope
        .tightened_by(&slow)
        .expect("a wish to be slower");
    let mut steps = around(step("pulls", pulls()));
    steps[1].sides = Sides::Both;
    steps[1].force = ForceWord::Exactly(quantities::Newtons::new(90.0));
    let routine = routine(steps);
    let request = request(&room, &routine);
    let alone = one_after_the_other(&request).expect_err("too fast");
    let rules: Vec<_> = alone.violations.iter().map(|v| v.rule).collect();
    assert!(
        rules.contains(&Rule::ToolSpeed) && rules.contains(&Rule::Force),
        "{rules:?}"
    );
    for threads in [1, 3] {
        assert_eq!(
            plan_on(&request, threads).as_ref(),
            Err(&alone),
            "{threads} threads"
        );
    }
}

#[test]
fn from_every_hover_of_a_plan_there_is_a_proved_way_to_park() {
    let room = Room::new();
    let routine = routine(around(step("pulls", pulls())));
    let request = request(&room, &routine);
    let plan = plan(&request).expect("a routine that can be planned");
    let lifts = plan
        .segments()
        .iter()
        .filter(|s| s.kind == SegmentKind::Lift);
    let mut tried = 0;
    for lift in lifts.step_by(3) {
        let hover = lift.knots.last().expect("knots");
        let way = way_to_park(&request, &hover.posture, lift.tool).expect("a way to park");
        let last = way.segments().last().expect("a segment");
        let (first, end) = (last.knots.first().unwrap(), last.knots.last().unwrap());
        assert!((first.posture - hover.posture).amax() < 1e-9);
        assert!((end.posture - room.park).amax() < 1e-9);
        tried += 1;
    }
    assert!(tried > 0);
}
