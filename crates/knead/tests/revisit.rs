//! A run that was cut short, and the routine that makes up for it.

#![allow(clippy::panic)] // a routine that is refused says why

mod short;

use dose::gaps;
use knead::compose::Kit;
use knead::revisit::{Contact, Place, routine};
use plan::{Plan, Segment, SegmentKind};
use planner::{DosePrediction, PlanRequest};

/// The places of the tool's centre while stroking.
fn places(plan: &Plan<7>) -> Vec<Place> {
    let strokes = plan
        .segments()
        .iter()
        .filter(|s| s.kind == SegmentKind::Stroke);
    let knots = strokes.flat_map(|s| &s.knots);
    let place = |knot: &plan::Knot<7>| Place {
        contact: Contact::Broad,
        u_mm: knot.u.get() * 1e3,
        v_mm: knot.v.get() * 1e3,
    };
    knots.map(place).collect()
}

/// The plan as far as it came when it was stopped half-way through its stroking.
fn cut_short(plan: &Plan<7>) -> Plan<7> {
    let cut = |segment: &Segment<7>| {
        let mut segment = segment.clone();
        if segment.kind == SegmentKind::Stroke {
            segment.knots.truncate((segment.knots.len() / 3).max(2));
        }
        segment
    };
    let segments = plan.segments().iter().map(cut).collect();
    Plan::new(*plan.base_from_table(), plan.steps().to_vec(), segments).expect("it can be sampled")
}

#[test]
fn what_a_run_left_out_is_offered_as_a_routine_that_can_be_planned() {
    let loaded = short::loaded();
    let kit = Kit::<7>::new(&loaded, 1).expect("a kit");
    let plan = kit.plan().expect("the short routine is planned");
    let dose = |plan: &Plan<7>| {
        DosePrediction::of(plan, &kit.bodies.believed, &kit.envelope, &kit.arms).map
    };
    let planned = dose(&plan);
    let levels = [
        ("S2", 0.0),
        (
            "waist",
            kit.bodies.believed.level(anatomy::Level::Waist).get() * 1e3,
        ),
    ]
    .map(|(word, u): (&str, f64)| (word.to_owned(), u));
    assert_eq!(
        routine("short", &gaps(&planned, &planned), &levels, &places(&plan)),
        None
    );

    let left_out = gaps(&planned, &dose(&cut_short(&plan)));
    assert!(!left_out.is_empty());
    let text = routine("short", &left_out, &levels, &places(&plan)).expect("a routine");
    let again = settings::parse_routine(&text, "revisit.toml").expect("it is read");
    let request = PlanRequest {
        routine: &again,
        ..kit.plan_request()
    };
    let again = planner::plan(&request).unwrap_or_else(|rejection| panic!("{rejection}\n{text}"));
    // It gives most of what was missing.
    let missing: f64 = left_out.iter().map(|gap| gap.missing().get()).sum();
    assert!(
        dose(&again).total().get() > 0.6 * missing,
        "{missing} {text}"
    );
}
