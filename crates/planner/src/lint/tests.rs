use anatomy::{BodyParameters, Level as At, Sex, parametric_back};
use kinematics::{Patch, Payload, ToolModel};
use limits::RawLimits;
use nalgebra::Matrix3;
use plan::Technique;
use quantities::{Kilograms, Metres, Newtons, Pascals, Point, Seconds, Transform};

use super::*;
use crate::routine::{Course, ForceWord, Hands, Level, PatchAxis, Shape, Sides, Span, Spots};

fn tool(name: &str, patch: Patch, techniques: &[Technique]) -> ToolSpec {
    let model = ToolModel {
        payload: Payload {
            flange_from_tool: Transform::identity(),
            mass: Kilograms::new(0.5),
            centre_of_mass: Point::new(0.0, 0.0, 0.04),
            inertia: Matrix3::identity() * 1e-3,
        },
        patch,
        pressure_rating: Pascals::new(250e3),
        body_radius: Metres::new(0.03),
    };
    ToolSpec {
        name: name.to_owned(),
        model,
        techniques: techniques.to_vec(),
    }
}

fn tools() -> Vec<ToolSpec> {
    let palm = Patch::RoundedRectangle {
        length: Metres::new(0.1),
        width: Metres::new(0.05),
        corner: Metres::new(0.015),
    };
    let thumb = Patch::Disc {
        radius: Metres::new(0.01),
    };
    let all_but = |out: &[Technique]| -> Vec<Technique> {
        let all = Technique::ALL.iter().copied();
        all.filter(|technique| !out.contains(technique)).collect()
    };
    vec![
        tool("palm", palm, &all_but(&[Technique::TriggerPoint])),
        tool("thumb", thumb, &all_but(&[Technique::PalmCircles])),
    ]
}

fn looked(routine: &Routine, asked_for: Option<&[String]>) -> Vec<Finding> {
    let back = parametric_back(&BodyParameters {
        sex: Sex::Female,
        stature: Metres::new(1.68),
        mass: Kilograms::new(66.0),
    })
    .expect("an ordinary body");
    let envelope = Envelope::for_back(&RawLimits::default(), &back).expect("the shipped limits");
    let tools = tools();
    lint(
        routine,
        &LintContext {
            back: &back,
            envelope: &envelope,
            tools: &tools,
            asked_for,
        },
    )
}

fn level(name: At) -> Level {
    Level {
        name,
        shift: Metres::ZERO,
    }
}

fn span(from: At, to: At) -> Span {
    Span {
        from: level(from),
        to: level(to),
    }
}

fn step(technique: Technique, course: Course, tool: &str, force: ForceWord) -> RoutineStep {
    RoutineStep {
        name: technique.word().to_owned(),
        rows: Vec::new(),
        file: None,
        line: 7,
        column: 1,
        technique,
        course,
        shape: Shape::default(),
        tools: vec![tool.to_owned()],
        patch_axis: PatchAxis::Along,
        sides: Sides::Both,
        hands: Hands::One,
        force,
        speed: None,
        repeat: 1,
        outward_shift: Metres::ZERO,
        if_asked: None,
    }
}

fn glide(from: At, to: At, force: ForceWord) -> RoutineStep {
    let course = Course::Loop {
        span: span(from, to),
        offset: Metres::new(0.06),
        outer: Metres::new(0.095),
    };
    step(Technique::Effleurage, course, "palm", force)
}

fn points(stages: u32, force: ForceWord) -> RoutineStep {
    let named = vec![(level(At::T7), Metres::new(0.05))];
    let course = Course::Spots(Spots::Named(named));
    let mut step = step(Technique::TriggerPoint, course, "thumb", force);
    step.shape.stages = Some(stages);
    step
}

fn circles(frequency: f64) -> RoutineStep {
    let course = Course::Rows {
        span: span(At::L4, At::T12),
        offset: Metres::new(0.05),
    };
    let mut step = step(Technique::ThumbCircles, course, "thumb", ForceWord::Light);
    step.shape.frequency_hz = Some(frequency);
    step
}

fn person(repositions: bool) -> RoutineStep {
    let course = Course::Person {
        prompt: "Wait.".to_owned(),
        repositions,
    };
    RoutineStep {
        tools: Vec::new(),
        ..step(Technique::OperatorStep, course, "", ForceWord::Light)
    }
}

/// Warm-up, the steps, cool-down.
fn between(steps: Vec<RoutineStep>) -> Routine {
    let mut all = vec![glide(At::S2, At::T3, ForceWord::Light)];
    all.extend(steps);
    let four = ForceWord::Exactly(Newtons::new(4.0));
    all.push(glide(At::S2, At::T3, four));
    Routine {
        name: "R".to_owned(),
        summary: "S".to_owned(),
        tempo_hz: None,
        steps: all,
    }
}

fn told(findings: &[Finding]) -> Vec<(Severity, Topic, usize)> {
    let told = findings.iter();
    told.map(|finding| (finding.severity, finding.topic, finding.step))
        .collect()
}

#[test]
fn a_warm_up_a_technique_and_a_cool_down_are_clean() {
    let steps = vec![circles(1.5), points(3, ForceWord::Medium), person(false)];
    assert_eq!(looked(&between(steps), None), []);
}

#[test]
fn a_routine_that_begins_or_ends_with_anything_but_a_gentle_glide_is_an_error() {
    let mut routine = between(vec![circles(1.5)]);
    routine.steps.remove(0);
    assert_eq!(
        told(&looked(&routine, None)),
        [(Severity::Error, Topic::Order, 1)]
    );
    routine = between(vec![circles(1.5)]);
    routine.steps.pop();
    assert_eq!(
        told(&looked(&routine, None)),
        [(Severity::Error, Topic::Order, 2)]
    );
    let asked = RoutineStep {
        if_asked: Some("deep".to_owned()),
        ..glide(At::S2, At::T3, ForceWord::Light)
    };
    routine = between(Vec::new());
    routine.steps.insert(0, asked);
    assert_eq!(
        told(&looked(&routine, None)),
        [(Severity::Error, Topic::Order, 1)]
    );
}

#[test]
fn a_cool_down_as_hard_as_the_warm_up_is_a_warning() {
    let mut routine = between(Vec::new());
    routine.steps[1].force = ForceWord::Light;
    assert_eq!(
        told(&looked(&routine, None)),
        [(Severity::Warning, Topic::Order, 2)]
    );
}

#[test]
fn depth_is_allowed_where_that_side_was_warmed_and_nowhere_else() {
    let deep = |from, to| glide(from, to, ForceWord::Firm);
    let warmed = looked(&between(vec![deep(At::S2, At::T7)]), None);
    assert!(warmed.iter().all(|found| found.topic != Topic::Order));
    let mut left_only = between(vec![deep(At::S2, At::T7)]);
    left_only.steps[0].sides = Sides::Left;
    let findings = looked(&left_only, None);
    assert_eq!(told(&findings)[0], (Severity::Error, Topic::Order, 2));
    assert!(findings[0].seen.contains("right side"), "{}", findings[0]);
    let mut low_only = between(vec![deep(At::S2, At::T7)]);
    low_only.steps[0] = glide(At::S2, At::L4, ForceWord::Light);
    assert_eq!(
        told(&looked(&low_only, None))[0],
        (Severity::Error, Topic::Order, 2)
    );
}

#[test]
fn strokes_that_begin_at_their_upper_end_run_the_wrong_way() {
    let down = glide(At::T7, At::S2, ForceWord::Light);
    let findings = looked(&between(vec![down]), None);
    assert_eq!(told(&findings), [(Severity::Error, Topic::Direction, 2)]);
}

#[test]
fn lines_inside_the_keep_out_are_errors_and_edges_inside_it_are_notes() {
    let mut inside = circles(1.5);
    inside.course = Course::Rows {
        span: span(At::L4, At::T12),
        offset: Metres::new(0.015),
    };
    assert_eq!(
        told(&looked(&between(vec![inside.clone()]), None)),
        [(Severity::Error, Topic::KeepOut, 2)]
    );
    inside.course = Course::Rows {
        span: span(At::L4, At::T12),
        offset: Metres::new(0.028),
    };
    assert_eq!(
        told(&looked(&between(vec![inside]), None)),
        [(Severity::Note, Topic::KeepOut, 2)]
    );
}

#[test]
fn newtons_beyond_every_ceiling_are_errors_and_words_taper() {
    let hard = |force| between(vec![points(4, force)]);
    let two_hundred = ForceWord::Exactly(Newtons::new(200.0));
    let findings = looked(&hard(two_hundred), None);
    assert_eq!(findings[0].severity, Severity::Error, "{}", findings[0]);
    assert_eq!(findings[0].topic, Topic::Force);
    assert_eq!(looked(&hard(ForceWord::Firm), None), []);
    let findings = looked(&hard(ForceWord::Deep), None);
    assert!(
        findings[0].seen.contains("no deep force"),
        "{}",
        findings[0]
    );
}

#[test]
fn a_spot_is_pressed_by_stages_that_rise_gently_and_do_not_last() {
    let few = looked(&between(vec![points(2, ForceWord::Medium)]), None);
    assert_eq!(told(&few), [(Severity::Error, Topic::Staging, 2)]);
    let steep = points(3, ForceWord::Exactly(Newtons::new(28.0)));
    let steep = looked(&between(vec![steep]), None);
    assert_eq!(told(&steep), [(Severity::Warning, Topic::Staging, 2)]);
    let mut long = points(5, ForceWord::Medium);
    long.shape.hold = Some(Seconds::new(20.0));
    let long = looked(&between(vec![long]), None);
    assert_eq!(told(&long), [(Severity::Warning, Topic::Staging, 2)]);
}

#[test]
fn rhythms_lock_to_the_tempo_and_stay_in_their_range() {
    let with_tempo = |tempo: Option<f64>, frequency| Routine {
        tempo_hz: tempo,
        ..between(vec![circles(frequency)])
    };
    assert_eq!(looked(&with_tempo(Some(1.0), 2.0), None), []);
    let off = looked(&with_tempo(Some(1.0), 1.4), None);
    assert_eq!(told(&off), [(Severity::Error, Topic::Rhythm, 2)]);
    assert!(off[0].remedy.contains("1.00"), "{}", off[0]);
    let fast = looked(&with_tempo(None, 4.0), None);
    assert_eq!(told(&fast)[0], (Severity::Warning, Topic::Rhythm, 2));
}

#[test]
fn a_step_needs_one_tool_at_hand_that_may_do_it() {
    let mut none = points(3, ForceWord::Light);
    none.tools = vec!["palm".to_owned(), "roller".to_owned()];
    let findings = looked(&between(vec![none]), None);
    let errors: Vec<_> = findings
        .iter()
        .filter(|finding| finding.topic == Topic::Tool)
        .collect();
    assert_eq!(errors.len(), 2);
    assert!(errors.iter().all(|e| e.severity == Severity::Error));
    assert!(errors[0].remedy.contains("thumb"), "{}", errors[0]);
    let mut one = points(3, ForceWord::Light);
    one.tools = vec!["roller".to_owned(), "thumb".to_owned()];
    assert_eq!(
        told(&looked(&between(vec![one]), None)),
        [(Severity::Warning, Topic::Tool, 2)]
    );
}

#[test]
fn a_word_that_no_client_asks_for_is_noted() {
    let mut step = circles(1.5);
    step.if_asked = Some("deep".to_owned());
    let routine = between(vec![step]);
    let known = ["deep".to_owned()];
    assert_eq!(looked(&routine, Some(&known)), []);
    assert_eq!(
        told(&looked(&routine, Some(&[]))),
        [(Severity::Note, Topic::Asked, 2)]
    );
}

#[test]
fn more_than_twenty_minutes_in_one_position_are_told_and_a_new_position_begins_anew() {
    let long = || RoutineStep {
        repeat: 80,
        ..glide(At::S2, At::T3, ForceWord::Light)
    };
    let findings = looked(&between(vec![long(), circles(1.5)]), None);
    assert_eq!(told(&findings), [(Severity::Warning, Topic::Time, 2)]);
    let half = || RoutineStep {
        repeat: 40,
        ..glide(At::S2, At::T3, ForceWord::Light)
    };
    let parted = between(vec![half(), person(true), half()]);
    assert_eq!(looked(&parted, None), []);
}

#[test]
fn findings_are_told_errors_first_with_file_and_line() {
    let mut deep = points(2, ForceWord::Light);
    deep.file = Some("part.toml".to_owned());
    let mut routine = between(vec![deep]);
    routine.steps[2].force = ForceWord::Light;
    let findings = looked(&routine, None);
    assert!(findings.is_sorted_by_key(|finding| finding.severity));
    let printed = findings[0].to_string();
    assert!(
        printed.starts_with("error: step 2 \"trigger_point\" (part.toml line 7): R6 staging: "),
        "{printed}"
    );
    assert!(printed.contains("\n    do: "), "{printed}");
}
