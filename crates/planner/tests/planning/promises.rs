use kinematics::OUTLINE_POINTS;
use nalgebra::{Point3, Vector3};
use plan::{Knot, Plan, SegmentKind, Technique};
use planner::{
    Course, CourseKind, DosePrediction, ForceWord, Hands, PlanSummary, Sides, Spots, recipe,
};
use proptest::prelude::*;
use quantities::{Metres, Newtons};

use super::fixture::{
    At, Room, Work, across, around, ask, at, circles, fan_out, lines, looped, m, pulls, rows, span,
    step, thumbs,
};

/// A routine with every technique, short.
fn every_technique() -> Vec<planner::RoutineStep> {
    let (s2, waist) = (at(At::S2), at(At::Waist));
    let loop_up = looped(Technique::Effleurage, (s2, waist), 0.055, 0.09);
    let palms = circles(Technique::PalmCircles, (s2, waist), 0.075, (0.02, None));
    let mut steps = vec![
        step("fan", fan_out()),
        step("glide", loop_up),
        step("circles", palms),
        step("thumbs", thumbs((s2, waist))),
        step("pulls", pulls()),
        step("lines", lines(at(At::T12), s2)),
        step("turn", ask("Ask how it is.")),
        step("end", fan_out()),
    ];
    steps[0].sides = Sides::Both;
    steps[0].hands = Hands::Mirrored;
    steps
}

/// Checks what a plan promises, by routes of its own: poses by forward kinematics, the distance from
/// the spine by the chart's inverse, ceilings from the envelope at the outline of the patch.
fn keeps_its_promises(room: &Room, plan: &Plan<7>) {
    for segment in plan.segments() {
        let (arm, tool) = &room.arms[usize::from(segment.tool.0)];
        for knot in &segment.knots {
            let reached = arm.tool_pose(&knot.posture);
            let away = reached
                .origin()
                .distance(&knot.base_from_tool.origin())
                .get();
            assert!(
                away < 5e-4,
                "{:?}: posture {away} m from its pose",
                segment.kind
            );
        }
        for (from, to) in segment.knots.iter().zip(segment.knots.iter().skip(1)) {
            moves_gently(room, from, to, segment.kind == SegmentKind::Stroke);
        }
        if segment.kind == SegmentKind::Stroke {
            for knot in segment.knots.iter().step_by(7) {
                stays_on_allowed_skin(room, tool, knot);
            }
        }
    }
    follows_on(plan);
}

fn moves_gently(room: &Room, from: &Knot<7>, to: &Knot<7>, in_contact: bool) {
    let moved = to
        .base_from_tool
        .origin()
        .distance(&from.base_from_tool.origin())
        .get()
        / 0.01;
    assert!(moved <= if in_contact { 0.15 } else { 0.25 }, "{moved} m/s");
    let limits = room.arms[0].0.limits();
    for i in 0..7 {
        let share = (to.posture[i] - from.posture[i]).abs() / 0.01 / limits.velocity[i];
        assert!(share <= 0.8, "joint {i} at {share} of its speed");
    }
    let change = (to.force - from.force).get().abs() / 0.01;
    assert!(change < 60.0, "force changes by {change} N/s");
}

fn stays_on_allowed_skin(room: &Room, tool: &planner::ToolSpec, knot: &Knot<7>) {
    let table_from_tool = room.table_from_base * knot.base_from_tool.raw();
    let straddles = tool.name == "fork";
    let mut ceiling = Newtons::new(f64::INFINITY);
    for (x, y) in tool.model.patch.outline() {
        let place = table_from_tool * Point3::new(x, y, 0.0);
        let (u, v) = room
            .back
            .chart()
            .locate(&quantities::Point::from_raw(place))
            .expect("on the body");
        let keep_out = room.envelope.keep_out_half_width();
        assert!(v.abs() > keep_out, "an edge at {v} from the spine");
        assert!(
            straddles || (v.get() > 0.0) == (knot.v.get() > 0.0),
            "an edge across the spine"
        );
        let area = tool.model.patch.area() * if straddles { 0.5 } else { 1.0 };
        let share = if straddles { 2.0 } else { 1.0 };
        let here = room.envelope.force_ceiling_at(u, v, area) * share;
        ceiling = ceiling.min(here);
    }
    let margin = room.envelope.setpoint_margin(ceiling);
    assert!(
        knot.force <= ceiling - margin + Newtons::new(1e-9),
        "{} under {ceiling}",
        knot.force
    );
    assert!(
        knot.ceiling <= ceiling + Newtons::new(1e-9),
        "claims {} under {ceiling}",
        knot.ceiling
    );
    let axis = table_from_tool.rotation * Vector3::z();
    let under = room.back.chart().locate(&quantities::Point::from_raw(
        table_from_tool.translation.vector.into(),
    ));
    let (u, v) = under.expect("on the body");
    let skin = room.back.chart().at(u, v).expect("on the body");
    assert!(
        axis.dot(skin.outward.raw()) < -0.9,
        "the tool leans from the normal"
    );
    assert_eq!(tool.model.patch.outline().len(), OUTLINE_POINTS);
}

/// Each segment begins where the one before ended, and the session ends parked.
fn follows_on(plan: &Plan<7>) {
    for pair in plan.segments().windows(2) {
        let (last, first) = (pair[0].knots.last(), pair[1].knots.first());
        let (last, first) = (last.expect("knots"), first.expect("knots"));
        let gap = (last.posture - first.posture).amax();
        assert!(
            gap < 1e-3,
            "{:?} to {:?}: joints jump by {gap} rad",
            pair[0].kind,
            pair[1].kind
        );
        if pair[0].tool == pair[1].tool {
            let moved = last
                .base_from_tool
                .origin()
                .distance(&first.base_from_tool.origin())
                .get();
            assert!(
                moved < 5e-4,
                "{:?} to {:?}: the tool jumps by {moved} m",
                pair[0].kind,
                pair[1].kind
            );
        }
        let pressing = |k: &SegmentKind| matches!(k, SegmentKind::Stroke | SegmentKind::Touch);
        if pressing(&pair[0].kind) && pressing(&pair[1].kind) {
            assert!(
                (last.force - first.force).get().abs() < 1e-6,
                "the force jumps"
            );
        }
    }
}

#[test]
fn a_routine_of_every_technique_is_planned_and_keeps_every_promise() {
    let room = Room::new();
    let plan = room
        .plan(&every_technique())
        .unwrap_or_else(|e| panic!("{e}"));
    keeps_its_promises(&room, &plan);
    let summary = PlanSummary::of(&plan);
    assert_eq!(summary.steps.len(), 8);
    assert!(summary.steps[0].contact_s > 8.0 && summary.steps[6].force_n.is_none());
    let (parked, last) = (room.park, plan.segments().last().expect("segments"));
    assert!((last.knots.last().expect("knots").posture - parked).amax() < 1e-9);
    assert!(summary.to_string().contains("thumb_circles"));
}

#[test]
fn the_order_of_segments_is_there_touch_stroke_lift() {
    let room = Room::new();
    let plan = room
        .plan(&around(step("pulls", pulls())))
        .unwrap_or_else(|e| panic!("{e}"));
    let kinds: Vec<&SegmentKind> = plan.segments().iter().map(|s| &s.kind).collect();
    let expected = [
        SegmentKind::Approach,
        SegmentKind::Touch,
        SegmentKind::Stroke,
        SegmentKind::Lift,
        SegmentKind::Transit,
        SegmentKind::Touch,
        SegmentKind::Stroke,
        SegmentKind::Lift,
        SegmentKind::Transit,
        SegmentKind::Touch,
        SegmentKind::Stroke,
        SegmentKind::Lift,
        SegmentKind::Transit,
    ];
    assert_eq!(kinds, expected.iter().collect::<Vec<_>>());
}

#[test]
fn another_tool_means_park_and_a_person() {
    let room = Room::new();
    let thumbs = thumbs((at(At::S2), at(At::L4)));
    let plan = room
        .plan(&around(step("thumbs", thumbs)))
        .unwrap_or_else(|e| panic!("{e}"));
    let asked: Vec<_> = plan
        .segments()
        .iter()
        .filter_map(|s| match &s.kind {
            SegmentKind::Operator(ask) => Some((ask.change_to.map(|t| t.0), s.knots[0].posture)),
            _ => None,
        })
        .collect();
    assert_eq!(asked, [(Some(1), room.park), (Some(0), room.park)]);
}

#[test]
fn the_same_request_gives_the_same_plan_bit_for_bit() {
    let room = Room::new();
    let steps = around(step("pulls", pulls()));
    assert_eq!(
        room.plan(&steps).unwrap_or_else(|e| panic!("{e}")),
        room.plan(&steps).unwrap_or_else(|e| panic!("{e}"))
    );
}

#[test]
fn a_firm_word_tapers_over_the_kidneys_and_says_so() {
    let room = Room::new();
    let levels = (at(At::S2), at(At::T12));
    let high = looped(Technique::FanOut, levels, 0.06, 0.10);
    let mut firm = step("firm", high.clone());
    firm.force = ForceWord::Firm;
    let steps = vec![step("warm up", high.clone()), firm, step("cool down", high)];
    let plan = room.plan(&steps).unwrap_or_else(|e| panic!("{e}"));
    keeps_its_promises(&room, &plan);
    let notes = &plan.steps()[1].notes;
    assert!(
        notes
            .iter()
            .any(|n| n.contains("tapers") && n.contains("kidney")),
        "{notes:?}"
    );
    let waist = room.back.level(anatomy::Level::Waist);
    let strokes = plan
        .segments()
        .iter()
        .filter(|s| s.kind == SegmentKind::Stroke && s.step == 1);
    let knots: Vec<_> = strokes.flat_map(|s| &s.knots).collect();
    let most = |near: bool| {
        let band = knots
            .iter()
            .filter(|k| near == (k.u > waist && k.v > m(0.09)));
        band.map(|k| k.force).fold(Newtons::ZERO, Newtons::max)
    };
    // Elsewhere less is taken off: by the tenderness of the flank, and over the crest of the hip.
    let (near, far) = (most(true), most(false));
    assert!(
        near <= Newtons::new(17.0 + 1e-9) && far > near + Newtons::new(5.0),
        "{near} {far}"
    );
}

/// A level so far (m) above S2.
fn beside_s2(shift: f64) -> planner::Level {
    planner::Level {
        name: At::S2,
        shift: Metres::new(shift),
    }
}

/// Strokes of all techniques, sensible and not.
fn strokes() -> impl Strategy<Value = Work> {
    let level = beside_s2;
    let ends = (-0.15..0.10f64, 0.08..0.55f64, any::<bool>()).prop_map(move |(a, b, up)| {
        if up {
            (level(a), level(b))
        } else {
            (level(b), level(a))
        }
    });
    let numbers = (
        0.02..0.12f64,
        0.03..0.22f64,
        0.004..0.05f64,
        prop::option::of(0.2..3.0f64),
    );
    let techniques = 0..Technique::ALL.len() - 1;
    (techniques, ends, numbers).prop_map(|(number, levels, (near, far, small, often))| {
        let technique = Technique::ALL[number];
        let mut work = match recipe(technique).course {
            CourseKind::Loop => looped(technique, levels, near, far),
            CourseKind::Rows => rows(technique, levels, near),
            CourseKind::Across => across(technique, levels, (near, far, small.max(0.03))),
            CourseKind::Spots => Work::new(
                technique,
                Course::Spots(Spots::Named(vec![(levels.0, m(near)), (levels.1, m(near))])),
            ),
            CourseKind::Blade => Work::new(technique, Course::Blade { outside: m(small) }),
            CourseKind::Diagonals => Work::new(
                technique,
                Course::Diagonals {
                    span: span(levels.0, levels.1),
                    offset: m(near),
                    outer: m(far),
                },
            ),
            CourseKind::Straddle | CourseKind::Person => lines(levels.0, levels.1),
        };
        work.shape.radius = Some(m(small));
        work.shape.travel = Some(m(small));
        work.shape.frequency_hz = often;
        work
    })
}

fn forces() -> impl Strategy<Value = ForceWord> {
    prop_oneof![
        Just(ForceWord::Light),
        Just(ForceWord::Medium),
        Just(ForceWord::Firm),
        Just(ForceWord::Deep),
        (1.0..45.0f64).prop_map(|f| ForceWord::Exactly(Newtons::new(f))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn any_routine_is_planned_within_its_promises_or_refused_with_reasons(
        stroke in strokes(), force in forces(), right in any::<bool>(), shift in 0.0..0.02f64,
    ) {
        let room = Room::new();
        let mut middle = step("middle", stroke);
        middle.force = force;
        middle.outward_shift = m(shift);
        middle.repeat = 2;
        if right {
            middle.sides = Sides::Right;
        }
        match room.plan(&around(middle)) {
            Ok(plan) => keeps_its_promises(&room, &plan),
            Err(rejection) => {
                prop_assert!(!rejection.violations.is_empty());
                for violation in &rejection.violations {
                    prop_assert!(!violation.remedy.is_empty() && violation.line == 7);
                }
            }
        }
    }
}

#[test]
fn the_patch_keeps_from_the_rim_of_the_flank_where_the_ceiling_ends() {
    // Found by the property above: within 5 mm of the last known skin no force is allowed.
    let room = Room::new();
    let level = beside_s2;
    let levels = (level(-0.021), level(0.256));
    let mut wide = step("wide", looped(Technique::FanOut, levels, 0.03, 0.172));
    wide.sides = Sides::Right;
    if let Ok(plan) = room.plan(&[wide]) {
        keeps_its_promises(&room, &plan);
    }
}

#[test]
fn what_is_drawn_beyond_the_back_and_held_at_its_edge_does_not_jump() {
    // Found by the property above: a glide that the edge shortens to nothing changed its force at once.
    let room = Room::new();
    let level = beside_s2;
    let spots = vec![(level(0.08), m(0.114)), (level(-0.123), m(0.114))];
    let held = Work::new(Technique::TriggerPoint, Course::Spots(Spots::Named(spots)));
    let mut spread = rows(Technique::Broadening, (level(0.241), level(-0.135)), 0.02);
    spread.shape.travel = Some(m(0.0183));
    for (work, force) in [(held, ForceWord::Light), (spread, ForceWord::Medium)] {
        let mut low = step("low", work);
        low.force = force;
        let plan = room.plan(&around(low)).unwrap_or_else(|e| panic!("{e}"));
        keeps_its_promises(&room, &plan);
    }
}

#[test]
fn a_press_that_swells_is_lowered_to_the_rhythm_its_force_can_follow() {
    // Found by the property above: 14 N down to 5 N at 2.2 Hz changes by more than 60 N/s.
    let room = Room::new();
    let mut work = rows(Technique::Kneading, (at(At::Waist), at(At::T12)), 0.05);
    work.shape.radius = Some(m(0.006));
    work.shape.frequency_hz = Some(2.9);
    let mut fast = step("fast", work);
    fast.force = ForceWord::Medium;
    let plan = room.plan(&around(fast)).unwrap_or_else(|e| panic!("{e}"));
    keeps_its_promises(&room, &plan);
    let notes = &plan.steps()[1].notes;
    let told = notes.iter().filter(|n| n.contains("swells by")).count();
    assert_eq!(told, 1, "{notes:?}");
}

#[test]
fn a_session_begins_at_its_start_posture_and_ends_parked() {
    let mut room = Room::new();
    let start = room.park + nalgebra::SVector::from([0.2, -0.1, 0.0, 0.1, 0.0, 0.0, 0.1]);
    room.start = Some(start);
    let ends = |plan: &Plan<7>| {
        let knots = || plan.segments().iter().flat_map(|s| &s.knots);
        (
            knots().next().map(|k| k.posture),
            knots().last().map(|k| k.posture),
        )
    };
    let plan = room
        .plan(&around(step("pulls", pulls())))
        .unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(ends(&plan), (Some(start), Some(room.park)));
    // Whoever is asked first is asked in the park posture: the way there is planned too.
    let mut steps = around(step("pulls", pulls()));
    steps.insert(0, step("oil", ask("oil")));
    let plan = room.plan(&steps).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(ends(&plan), (Some(start), Some(room.park)));
    let kinds: Vec<&SegmentKind> = plan.segments().iter().map(|s| &s.kind).take(2).collect();
    assert_eq!(kinds[0], &SegmentKind::Transit);
    assert!(matches!(kinds[1], SegmentKind::Operator(_)));
}

#[test]
fn the_promised_dose_is_the_integral_of_the_planned_force() {
    let room = Room::new();
    let plan = room.plan(&every_technique()).expect("it is planned");
    let promised = DosePrediction::of(&plan, &room.back, &room.envelope, &room.arms);
    // By the trapezoid rule over the knots of everything that presses once it has touched.
    let pressing = plan
        .segments()
        .iter()
        .filter(|s| matches!(s.kind, SegmentKind::Stroke | SegmentKind::Lift));
    let integral: f64 = pressing
        .flat_map(|s| {
            let pairs = s.knots.iter().zip(s.knots.iter().skip(1));
            pairs.map(|(a, b)| 0.5 * (a.force + b.force).get() * s.spacing.get())
        })
        .sum();
    let figures = &promised.figures;
    assert!(integral > 100.0, "{integral}");
    assert!(
        (figures.total_n_s - integral).abs() < 1e-6 * integral,
        "{figures:?}"
    );
    assert!(figures.beside_n_s < 1e-9);
    let zones: f64 = figures
        .zones
        .iter()
        .map(|z| z.left.dose_n_s + z.right.dose_n_s)
        .sum();
    assert!((zones - integral).abs() < 1e-6 * integral);
    let most = figures
        .zones
        .iter()
        .map(|z| z.left.dose_n_s)
        .fold(0.0, f64::max);
    assert!(most < figures.limit_n_s.expect("the envelope has a limit"));
}
