//! Where to stand, against the planner's own word.

use nalgebra::{Isometry3, Vector3};
use planner::{
    Lack, Level, Mount, PlaceRequest, Placing, PlanRejection, PlanRequest, Routine, RoutineStep,
    Rule, place,
};
use quantities::Transform;

use plan::Technique;

use super::fixture::{At, Room, ask, at, fan_out, looped, m, step};

fn placing(room: &Room, steps: &[RoutineStep], mounts: &[Mount], threads: usize) -> Placing<7> {
    placed(room, steps, mounts, threads).expect("the routine can be drawn")
}

fn placed(
    room: &Room,
    steps: &[RoutineStep],
    mounts: &[Mount],
    threads: usize,
) -> Result<Placing<7>, PlanRejection> {
    let routine = Routine {
        name: "test".to_owned(),
        summary: String::new(),
        tempo_hz: None,
        steps: steps.to_vec(),
    };
    let plan = PlanRequest {
        routine: &routine,
        client: &room.client,
        back: &room.back,
        envelope: &room.envelope,
        arms: &room.arms,
        capsules: &room.capsules,
        table: room.table,
        base_from_table: Transform::from_raw(room.table_from_base.inverse()),
        park: room.park,
        start: room.park,
        drive: room.drive,
    };
    let request = PlaceRequest {
        plan,
        mounts,
        best: 1,
        threads,
    };
    place(&request, &|_| ())
}

fn short() -> Vec<RoutineStep> {
    vec![step("fan", fan_out())]
}

/// Up and down the whole back on both sides, as high as the palm has room.
fn whole_back() -> Vec<RoutineStep> {
    let high = Level {
        name: At::T3,
        shift: m(-0.08),
    };
    let glide = |name: &str| {
        let up = looped(Technique::Effleurage, (at(At::S2), high), 0.055, 0.10);
        let mut glide = step(name, up);
        glide.sides = planner::Sides::Both;
        glide
    };
    vec![glide("up and down")]
}

/// Rules that tell of where the arm stands, in contact.
fn is_about_the_base(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::Reach
            | Rule::JointMargin
            | Rule::Singularity
            | Rule::JointTorque
            | Rule::BodyClearance
            | Rule::TableClearance
            | Rule::SelfClearance
    )
}

#[test]
fn a_base_serves_every_place_where_the_planner_plans_and_misses_some_where_it_refuses() {
    let mut room = Room::new();
    let (mut served, mut missed) = (0, 0);
    for y in [-0.46, -0.60, -0.85, -1.10] {
        room.table_from_base = Isometry3::new(
            Vector3::new(0.20, y, 0.20),
            Vector3::z() * core::f64::consts::FRAC_PI_2,
        );
        let present = placing(&room, &whole_back(), &[], 1).present;
        let planned = room.plan(&whole_back());
        let refused: Vec<Rule> = planned.as_ref().err().map_or(Vec::new(), |rejection| {
            let rules = rejection.violations.iter().map(|v| v.rule);
            rules.filter(|rule| is_about_the_base(*rule)).collect()
        });
        let figures = &present.figures;
        assert_eq!(present.plans(), planned.is_ok(), "y {y}");
        if figures.unreached == 0 {
            served += 1;
            assert!(refused.is_empty(), "y {y}: {refused:?}");
        } else {
            missed += 1;
            assert!(!refused.is_empty(), "y {y}: {:?}", figures.lacks);
        }
    }
    assert!(served > 0 && missed > 0, "{served} served, {missed} missed");
}

#[test]
fn from_far_away_nothing_is_reached() {
    let mut room = Room::new();
    room.table_from_base = Isometry3::translation(0.0, -3.0, 0.0);
    let present = placing(&room, &short(), &[], 1).present;
    assert_eq!(present.figures.unreached, present.figures.places);
    assert_eq!(
        present.figures.lacks,
        vec![(Lack::Reach, present.figures.places)]
    );
    assert!(!present.plans());
    assert!(present.map.iter().all(|cell| cell.comfort.is_none()));
    assert!(present.map.len() > 100, "the back is still drawn");
}

#[test]
fn one_thread_and_two_find_the_same_base_and_it_plans() {
    let room = Room::new();
    let one = placing(&room, &short(), &[Mount::Table], 1);
    let two = placing(&room, &short(), &[Mount::Table], 2);
    assert_eq!(one.looked_at, two.looked_at);
    let (a, b) = (&one.best[0], &two.best[0]);
    assert_eq!(a.table_from_base, b.table_from_base);
    assert_eq!(a.park, b.park);
    assert_eq!(a.figures, b.figures);
    assert_eq!(a.map, b.map);
    assert!(a.plans(), "{:?}", a.verdict);
    assert_eq!(a.figures.unreached, 0);
    assert!(a.figures.comfort >= one.present.figures.comfort);
}

#[test]
fn a_routine_that_touches_nothing_is_refused_a_place() {
    let room = Room::new();
    let turn = ask("Please turn over.");
    for steps in [vec![], vec![step("turn", turn)]] {
        let refused = placed(&room, &steps, &[Mount::Cart], 1).expect_err("nothing to reach");
        assert_eq!(refused.violations[0].rule, Rule::Request);
        let text = refused.to_string();
        assert!(text.contains("at least one stroke"), "{text}");
    }
}
