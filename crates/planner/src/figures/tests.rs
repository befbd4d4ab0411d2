use plan::Technique;
use proptest::prelude::*;
use quantities::{Metres, Newtons};

use super::*;
use crate::recipe::{CourseKind, recipe};
use crate::routine::{ForceWord, Level, PatchAxis, Shape, Span, Spots};

fn room() -> Room {
    Room {
        inner: 0.048,
        lowest: -0.10,
        highest: 0.45,
        table_start: -0.15,
        table_step: 0.01,
        left: vec![0.13; 66],
        right: vec![0.12; 66],
    }
}

fn step(technique: Technique, course: Course) -> RoutineStep {
    RoutineStep {
        name: "test".to_owned(),
        rows: vec![],
        file: None,
        line: 1,
        column: 1,
        technique,
        course,
        shape: Shape::default(),
        tools: vec!["palm".to_owned()],
        patch_axis: PatchAxis::Along,
        sides: Sides::Both,
        hands: Hands::Mirrored,
        force: ForceWord::Light,
        speed: None,
        repeat: 2,
        outward_shift: Metres::new(0.01),
        if_asked: None,
    }
}

fn span() -> Span {
    let level = Level {
        name: anatomy::Level::S2,
        shift: Metres::ZERO,
    };
    Span {
        from: level,
        to: level,
    }
}

fn m(value: f64) -> Metres {
    Metres::new(value)
}

fn figure(step: &RoutineStep, room: &Room) -> Figure {
    let recipe = recipe(step.technique);
    let scale = Scale::of(&recipe, step.force).expect("the word exists");
    let places = Places {
        spots: vec![(0.05, 0.06), (0.10, 0.07)],
        blade: vec![(0.15, 0.06), (0.05, 0.08), (0.15, 0.11)],
    };
    draw(&Drawing {
        step,
        recipe,
        tool: "palm",
        patch_area: 3.1e-4,
        room,
        span: (0.0, 0.15),
        scale,
        places: [places.clone(), places],
        tempo: None,
        friction: 0.46,
        extra: 0,
    })
}

fn looped(offset: f64, outer: f64) -> RoutineStep {
    let course = Course::Loop {
        span: span(),
        offset: m(offset),
        outer: m(outer),
    };
    step(Technique::FanOut, course)
}

fn fan() -> RoutineStep {
    looped(0.06, 0.11)
}

fn rows(technique: Technique, offset: f64) -> RoutineStep {
    let course = Course::Rows {
        span: span(),
        offset: m(offset),
    };
    step(technique, course)
}

/// A step of a technique on a course that it takes.
fn any_step(technique: Technique, near: f64, far: f64, small: f64) -> RoutineStep {
    let (span, offset, outer) = (span(), m(near), m(far));
    let course = match recipe(technique).course {
        CourseKind::Loop => Course::Loop {
            span,
            offset,
            outer,
        },
        CourseKind::Rows => Course::Rows { span, offset },
        CourseKind::Across => Course::Across {
            span,
            offset,
            outer,
            spacing: m(0.05),
        },
        CourseKind::Spots => Course::Spots(Spots::Focus),
        CourseKind::Blade => Course::Blade { outside: m(small) },
        CourseKind::Diagonals => Course::Diagonals {
            span,
            offset,
            outer,
        },
        CourseKind::Straddle => Course::Straddle { span },
        CourseKind::Person => Course::Person {
            prompt: "turn".to_owned(),
            repositions: false,
        },
    };
    let mut step = step(technique, course);
    step.shape.radius = Some(m(small));
    step.shape.travel = Some(m(small));
    step
}

#[test]
fn a_fan_out_goes_up_light_and_out_and_down_firmer_in_one_closed_loop() {
    let drawn = figure(&fan(), &room());
    assert_eq!(drawn.passes.len(), 2);
    let path = &drawn.passes[0].strokes[0].path;
    let on = |ahead: f64, u: f64, v: f64| {
        let near = |p: &crate::path::PathPoint| (p.u - u).abs() < 0.003 && (p.v - v).abs() < 0.003;
        let pairs = path
            .points()
            .windows(2)
            .filter(|w| near(&w[1]) && (w[1].u - w[0].u) * ahead > 0.0);
        pairs
            .map(|w| w[1].force)
            .next()
            .expect("the loop passes here")
    };
    assert!((on(1.0, 0.075, 0.06) - 5.0).abs() < 1e-9);
    assert!(
        (on(-1.0, 0.075, 0.11) - 8.0).abs() < 1e-9,
        "1.6 times the way up"
    );
    // Starts and ends at the same place but for the outward shift of the second round.
    assert!((path.first().u - path.last().u).abs() < 1e-9);
    assert!((path.last().v - path.first().v - 0.01).abs() < 1e-9);
}

#[test]
fn both_sides_become_a_left_pass_and_its_mirror_image() {
    let symmetric = Room {
        right: vec![0.13; 66],
        ..room()
    };
    let drawn = figure(&fan(), &symmetric);
    let (left, right) = (&drawn.passes[0], &drawn.passes[1]);
    assert_eq!(
        (left.side, right.side),
        (Some(Side::Left), Some(Side::Right))
    );
    for (a, b) in left.strokes[0]
        .path
        .points()
        .iter()
        .zip(right.strokes[0].path.points())
    {
        assert!((a.u - b.u).abs() < 1e-12 && (a.v + b.v).abs() < 1e-12);
    }
    assert!(
        drawn.notes.iter().any(|n| n.contains("mirror image")),
        "{:?}",
        drawn.notes
    );
}

#[test]
fn a_palm_that_would_enter_the_keep_out_runs_further_out_and_says_by_how_much() {
    let drawn = figure(&looped(0.04, 0.11), &room());
    assert!(
        drawn.notes.iter().any(|n| n.contains("8 mm further out")),
        "{:?}",
        drawn.notes
    );
    let nearest = drawn.passes[0].strokes[0]
        .path
        .points()
        .iter()
        .map(|p| p.v)
        .fold(f64::MAX, f64::min);
    assert!(nearest >= 0.048 - 1e-12);
}

#[test]
fn circles_that_are_too_fast_or_too_wide_are_lowered_and_narrowed_with_a_note() {
    let mut circles = rows(Technique::PalmCircles, 0.08);
    circles.shape.radius = Some(m(0.06));
    circles.shape.frequency_hz = Some(1.0);
    let drawn = figure(&circles, &room());
    assert!(
        drawn
            .notes
            .iter()
            .any(|n| n.contains("radius narrowed from 60 to 41.0")),
        "{:?}",
        drawn.notes
    );
    assert!(
        drawn
            .notes
            .iter()
            .any(|n| n.contains("rhythm lowered from 1.00 to 0.46")),
        "{:?}",
        drawn.notes
    );
}

#[test]
fn where_keep_out_and_flank_meet_the_side_is_refused() {
    let narrow = Room {
        left: vec![0.040; 66],
        ..room()
    };
    let drawn = figure(&fan(), &narrow);
    assert_eq!(drawn.faults.len(), 1);
    assert_eq!(drawn.faults[0].rule, Rule::Room);
    assert_eq!(drawn.passes.len(), 1, "the right side has room");
}

#[test]
fn a_two_line_stroke_presses_down_and_glides_back_lightly() {
    let mut step = step(Technique::TwoLineStroke, Course::Straddle { span: span() });
    step.repeat = 3;
    let drawn = figure(&step, &room());
    let forces: Vec<f64> = drawn.passes[0]
        .strokes
        .iter()
        .map(|s| s.path.last().force)
        .collect();
    assert_eq!(forces, [8.0, 6.0, 8.0, 6.0, 8.0]);
}

#[test]
fn pulls_go_inward_firmly_and_back_lightly() {
    let mut step = any_step(Technique::PullStrokes, 0.06, 0.115, 0.01);
    step.force = ForceWord::Medium;
    let drawn = figure(&step, &room());
    let path = &drawn.passes[0].strokes[0].path;
    let leg = |inward: f64| {
        // Away from the rounded corners at either end.
        let inside = |v: f64| v > 0.065 && v < 0.105;
        let legs = path
            .points()
            .windows(2)
            .filter(|w| (w[0].v - w[1].v) * inward > 0.9e-3);
        legs.filter(|w| inside(w[1].v))
            .map(|w| w[1].force)
            .fold((f64::MAX, f64::MIN), |(a, b), f| (a.min(f), b.max(f)))
    };
    assert_eq!(leg(1.0), (15.0, 15.0));
    assert_eq!(leg(-1.0), (5.0, 5.0));
}

#[test]
fn the_words_are_those_of_the_recipe_and_a_person_has_no_force() {
    let of = |technique, word| Scale::of(&recipe(technique), word);
    assert_eq!(of(Technique::FanOut, ForceWord::Deep), None);
    assert_eq!(of(Technique::OperatorStep, ForceWord::Light), None);
    let deep = of(Technique::Stripping, ForceWord::Deep).expect("stripping goes deep");
    assert!((deep.main - 45.0).abs() < 1e-12);
    let exact = of(Technique::FanOut, ForceWord::Exactly(Newtons::new(16.0))).expect("it presses");
    assert!((exact.light - 10.0).abs() < 1e-12);
}

#[test]
fn a_staircase_climbs_in_holds_and_then_glides_away() {
    let step = any_step(Technique::TriggerPoint, 0.06, 0.1, 0.01);
    let drawn = figure(&step, &room());
    assert_eq!(drawn.passes.len(), 4, "two spots on two sides");
    let strokes = &drawn.passes[0].strokes;
    let holds: Vec<f64> = strokes
        .iter()
        .filter(|s| matches!(s.act, Act::Hold(_)))
        .map(|s| s.path.last().force)
        .collect();
    assert_eq!(holds.len(), 4);
    assert!(holds.windows(2).all(|w| w[0] < w[1]) && (holds[3] - 15.0).abs() < 1e-12);
    let away = &strokes[4];
    assert_eq!(away.act, Act::Stroke);
    assert!(away.path.length() > 0.014 && away.path.last().force <= 5.0);
}

#[test]
fn rocking_is_narrowed_to_what_friction_holds_and_refused_on_oil() {
    let mut step = any_step(Technique::Friction, 0.06, 0.1, 0.008);
    let drawn = figure(&step, &room());
    assert!(drawn.faults.is_empty());
    assert!(
        drawn
            .notes
            .iter()
            .any(|n| n.contains("way narrowed from 8.0")),
        "{:?}",
        drawn.notes
    );
    step.force = ForceWord::Exactly(Newtons::new(1.0));
    let drawn = figure(&step, &room());
    assert!(drawn.passes.is_empty());
    assert!(drawn.faults.iter().all(|fault| fault.rule == Rule::Slip));
}

proptest! {
    #[test]
    fn every_figure_stays_between_keep_out_and_flank_and_hangs_together(
        number in 0..Technique::ALL.len(), near in 0.02..0.2f64, far in 0.02..0.2f64, small in 0.004..0.05f64,
        repeat in 1..4u32, shift in -0.01..0.03f64,
    ) {
        let mut step = any_step(Technique::ALL[number], near, far, small);
        step.repeat = repeat;
        step.outward_shift = m(shift);
        let room = room();
        if Scale::of(&recipe(step.technique), step.force).is_none() {
            return Ok(());
        }
        let drawn = figure(&step, &room);
        for pass in &drawn.passes {
            let mut before: Option<(f64, f64)> = None;
            for stroke in &pass.strokes {
                let first = stroke.path.first();
                if let Some((u, v)) = before {
                    prop_assert!((u - first.u).abs() < 1e-9 && (v - first.v).abs() < 1e-9);
                }
                before = Some((stroke.path.last().u, stroke.path.last().v));
                for point in stroke.path.points() {
                    prop_assert!(point.speed > 0.0 && point.speed <= 1.05 * FASTEST);
                    prop_assert!((0.0..1.0).contains(&point.relief) && point.force > 0.0);
                    if let Some(side) = pass.side {
                        let v = point.v * side.sign();
                        prop_assert!(v >= room.inner - 1e-9, "{v}");
                        prop_assert!(v <= room.outer(side, point.u) + 1e-9, "{v}");
                    }
                }
            }
        }
    }
}
