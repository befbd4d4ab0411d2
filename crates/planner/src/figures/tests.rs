use proptest::prelude::*;
use quantities::{Metres, MetresPerSecond, Newtons};

use super::*;
use crate::routine::{ForceWord, Level, LevelName, Stroke};

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

fn step(stroke: Stroke) -> RoutineStep {
    RoutineStep {
        name: "test".to_owned(),
        rows: vec![],
        line: 1,
        column: 1,
        tool: "palm".to_owned(),
        sides: Sides::Both,
        hands: Hands::Mirrored,
        force: ForceWord::Light,
        speed: None,
        repeat: 2,
        outward_shift: Metres::new(0.01),
        stroke,
    }
}

fn level() -> Level {
    Level {
        name: LevelName::S2,
        shift: Metres::ZERO,
    }
}

fn m(value: f64) -> Metres {
    Metres::new(value)
}

fn figure(step: &RoutineStep, room: &Room) -> Figure {
    let scale = Scale::of(&step.stroke, step.force).expect("the word exists");
    draw(&Drawing {
        step,
        room,
        from: 0.0,
        to: 0.15,
        scale,
    })
}

fn fan() -> Stroke {
    Stroke::FanOut {
        from: level(),
        to: level(),
        offset: m(0.06),
        flank_offset: m(0.11),
    }
}

#[test]
fn a_fan_out_goes_up_light_and_out_and_down_firmer_in_one_closed_loop() {
    let drawn = figure(&step(fan()), &room());
    assert_eq!(drawn.passes.len(), 2);
    let path = &drawn.passes[0].strokes[0];
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
    let drawn = figure(&step(fan()), &symmetric);
    let (left, right) = (&drawn.passes[0], &drawn.passes[1]);
    assert_eq!(
        (left.side, right.side),
        (Some(Side::Left), Some(Side::Right))
    );
    for (a, b) in left.strokes[0]
        .points()
        .iter()
        .zip(right.strokes[0].points())
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
    let stroke = Stroke::FanOut {
        from: level(),
        to: level(),
        offset: m(0.04),
        flank_offset: m(0.11),
    };
    let drawn = figure(&step(stroke), &room());
    assert!(
        drawn.notes.iter().any(|n| n.contains("8 mm further out")),
        "{:?}",
        drawn.notes
    );
    let nearest = drawn.passes[0].strokes[0]
        .points()
        .iter()
        .map(|p| p.v)
        .fold(f64::MAX, f64::min);
    assert!(nearest >= 0.048 - 1e-12);
}

#[test]
fn circles_that_are_too_fast_or_too_wide_are_lowered_and_narrowed_with_a_note() {
    let stroke = Stroke::PalmCircles {
        from: level(),
        to: level(),
        offset: m(0.08),
        radius: m(0.06),
        frequency_hz: Some(1.0),
    };
    let drawn = figure(&step(stroke), &room());
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
            .any(|n| n.contains("rhythm lowered from 1.00 to 0.54")),
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
    let drawn = figure(&step(fan()), &narrow);
    assert_eq!(drawn.faults.len(), 1);
    assert_eq!(drawn.faults[0].rule, Rule::Room);
    assert_eq!(drawn.passes.len(), 1, "the right side has room");
}

#[test]
fn a_two_line_stroke_presses_down_and_glides_back_lightly() {
    let mut step = step(Stroke::TwoLineStroke {
        from: level(),
        to: level(),
    });
    step.repeat = 3;
    let drawn = figure(&step, &room());
    let forces: Vec<f64> = drawn.passes[0]
        .strokes
        .iter()
        .map(|s| s.last().force)
        .collect();
    assert_eq!(forces, [8.0, 6.0, 8.0, 6.0, 8.0]);
}

#[test]
fn pulls_go_inward_firmly_and_back_lightly() {
    let mut step = step(Stroke::PullStrokes {
        from: level(),
        to: level(),
        flank_offset: m(0.115),
        inner_offset: m(0.06),
        spacing: m(0.03),
    });
    step.force = ForceWord::Medium;
    let drawn = figure(&step, &room());
    let path = &drawn.passes[0].strokes[0];
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
fn the_technique_table_has_no_deep_for_these_and_no_force_for_a_person() {
    assert_eq!(Scale::of(&fan(), ForceWord::Deep), None);
    let person = Stroke::Operator {
        prompt: "turn over".to_owned(),
    };
    assert_eq!(Scale::of(&person, ForceWord::Light), None);
    let exact =
        Scale::of(&fan(), ForceWord::Exactly(Newtons::new(16.0))).expect("a fan-out presses");
    assert!((exact.light - 10.0).abs() < 1e-12);
}

fn strokes() -> impl Strategy<Value = Stroke> {
    let (from, to) = (level(), level());
    prop_oneof![
        (0.02..0.2f64, 0.02..0.2f64).prop_map(move |(a, b)| Stroke::Effleurage {
            from,
            to,
            offset: m(a),
            return_offset: m(b)
        }),
        (0.02..0.2f64, 0.02..0.2f64).prop_map(move |(a, b)| Stroke::FanOut {
            from,
            to,
            offset: m(a),
            flank_offset: m(b)
        }),
        (0.02..0.2f64, 0.004..0.08f64, prop::option::of(0.1..4.0f64)).prop_map(move |(a, r, f)| {
            Stroke::PalmCircles {
                from,
                to,
                offset: m(a),
                radius: m(r),
                frequency_hz: f,
            }
        }),
        (0.02..0.2f64, 0.004..0.03f64, prop::option::of(0.1..4.0f64)).prop_map(move |(a, r, f)| {
            Stroke::ThumbCircles {
                from,
                to,
                offset: m(a),
                radius: m(r),
                frequency_hz: f,
            }
        }),
        (0.02..0.2f64, 0.02..0.2f64, 0.0..0.1f64).prop_map(move |(a, b, s)| Stroke::PullStrokes {
            from,
            to,
            flank_offset: m(a),
            inner_offset: m(b),
            spacing: m(s)
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn every_figure_stays_between_keep_out_and_flank_and_below_the_fastest(
        stroke in strokes(), speed in prop::option::of(0.01..0.4f64), repeat in 1u32..4, shift in 0.0..0.03f64,
    ) {
        let mut step = step(stroke);
        step.speed = speed.map(MetresPerSecond::new);
        step.repeat = repeat;
        step.outward_shift = m(shift);
        let room = room();
        let drawn = figure(&step, &room);
        prop_assert_eq!(drawn.passes.len(), 2);
        for pass in &drawn.passes {
            let side = pass.side.expect("one-sided figures");
            for p in pass.strokes.iter().flat_map(|s| s.points()) {
                let aside = p.v * side.sign();
                prop_assert!(aside >= room.inner - 1e-9 && aside <= room.outer(side, p.u) + 1e-9);
                prop_assert!(p.speed > 0.0 && p.speed <= FASTEST + 1e-12);
                prop_assert!(p.force > 0.0 && p.force < 30.0);
            }
            for w in pass.strokes.iter().flat_map(|s| s.points().windows(2)) {
                prop_assert!((w[1].u - w[0].u).abs() + (w[1].v - w[0].v).abs() < 3e-3);
            }
        }
    }
}
