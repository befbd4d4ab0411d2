use anatomy::Level as At;
use plan::Technique;
use planner::{Course, CourseKind, ForceWord, Hands, Manner, PatchAxis, Sides, Spots, recipe};
use proptest::prelude::*;
use quantities::{Metres, Newtons, Seconds};

use super::*;

const HEAD: &str = "version = 1\nname = \"R\"\nsummary = \"S\"\n";

fn with_step(step: &str) -> Result<Routine, SettingsErrors> {
    parse_routine(&format!("{HEAD}[[step]]\n{step}"), "r.toml")
}

const FAN: &str = "name = \"fan\"\ntechnique = \"fan_out\"\nfrom = \"S2\"\nto = \"waist\"\noffset_mm = 60\n\
                   outer_mm = 110\nforce = \"light\"\n";

fn only_fault(result: Result<Routine, SettingsErrors>) -> (Code, usize, usize, String) {
    let errors = result.expect_err("a faulty routine");
    assert_eq!(errors.problems().len(), 1, "{errors}");
    let problem = &errors.problems()[0];
    let place = (problem.line.unwrap_or(0), problem.column.unwrap_or(0));
    (problem.code, place.0, place.1, errors.to_string())
}

#[test]
fn every_key_of_a_step_arrives_in_si_units() {
    let step = "name = \"c\"\ntechnique = \"thumb_circles\"\nsource = [\"B-L3\", \"E3\"]\n\
                from = { at = \"tail_bone\", shift_mm = 10 }\nto = \"T12\"\noffset_mm = 50\nradius_mm = 8\n\
                frequency_hz = 1.5\nsides = \"left\"\nhands = \"mirrored\"\nforce_n = 6\nrepeat = 3\n\
                speed_mm_per_s = 40\noutward_shift_mm = 15\ntool = [\"fist\", \"thumb\"]\n\
                patch_axis = \"across\"\nif_asked = \"deep\"\n";
    let routine = with_step(step).expect("a good routine");
    let read = &routine.steps[0];
    assert_eq!((read.line, read.column), (4, 1));
    assert_eq!(read.rows, ["B-L3", "E3"]);
    assert_eq!(
        (read.sides, read.hands, read.repeat),
        (Sides::Left, Hands::Mirrored, 3)
    );
    assert_eq!(read.force, ForceWord::Exactly(Newtons::new(6.0)));
    assert_eq!(read.speed.map(|v| v.get()), Some(0.04));
    assert_eq!(read.outward_shift, Metres::new(0.015));
    assert_eq!((read.tool(), read.tools.len()), ("fist", 2));
    assert_eq!(read.patch_axis, PatchAxis::Across);
    assert_eq!(read.if_asked.as_deref(), Some("deep"));
    let Course::Rows { span, offset } = read.course else {
        panic!("rows expected, got {:?}", read.course);
    };
    let (from, to) = (span.from, span.to);
    assert_eq!((from.name, from.shift), (At::TailBone, Metres::new(0.01)));
    assert_eq!((to.name, to.shift), (At::T12, Metres::ZERO));
    assert_eq!(offset, Metres::new(0.05));
    assert_eq!(read.shape.radius, Some(Metres::new(0.008)));
    assert_eq!(read.shape.frequency_hz, Some(1.5));
}

#[test]
fn a_step_without_a_tool_uses_the_usual_one_of_its_technique() {
    assert_eq!(with_step(FAN).expect("good").steps[0].tools, ["palm"]);
    let step = "name = \"oil\"\ntechnique = \"operator_step\"\nprompt = \"Apply oil.\"\n";
    let routine = with_step(step).expect("good");
    assert_eq!(routine.steps[0].tool(), "");
    assert_eq!(
        routine.steps[0].course,
        Course::Person {
            prompt: "Apply oil.".into(),
            repositions: false
        }
    );
}

#[test]
fn an_unknown_key_names_line_column_and_what_was_meant() {
    let (code, line, column, printed) = only_fault(with_step(&format!("{FAN}ofset_mm = 3\n")));
    assert_eq!((code, line, column), (Code::UnknownKey, 12, 1));
    assert_eq!(
        printed,
        "r.toml:12:1: error[KN-C011]: unknown key `ofset_mm` in step[1]\n  \
         12 | ofset_mm = 3\n     | ^^^^^^^^\n  help: did you mean `offset_mm`?"
    );
}

#[test]
fn a_key_of_another_technique_is_unknown_here() {
    let (code, _, _, printed) = only_fault(with_step(&format!("{FAN}radius_mm = 20\n")));
    assert_eq!(code, Code::UnknownKey);
    assert!(printed.contains("known here: "), "{printed}");
    let step = "name = \"t\"\ntechnique = \"two_line_stroke\"\nfrom = \"nape\"\nto = \"S2\"\n\
                force = \"light\"\nsides = \"left\"\n";
    assert_eq!(only_fault(with_step(step)).0, Code::UnknownKey);
}

#[test]
fn a_technique_that_is_not_known_is_answered_with_the_nearest() {
    let (code, line, column, printed) = only_fault(with_step(
        "name = \"x\"\ntechnique = \"effleurge\"\nanything = 1\n",
    ));
    assert_eq!((code, line, column), (Code::UnknownWord, 6, 13));
    assert!(
        printed.contains("did you mean \"effleurage\"?"),
        "{printed}"
    );
}

#[test]
fn the_version_is_judged_before_all_else() {
    let (code, line, _, printed) =
        only_fault(parse_routine("version = 2\nnew_key = 1\n", "r.toml"));
    assert_eq!((code, line), (Code::WrongVersion, 1));
    assert!(
        printed.contains("version 2; this program reads version 1"),
        "{printed}"
    );
    let errors = parse_routine("name = \"x\"", "r.toml").expect_err("no version");
    assert_eq!(errors.problems()[0].code, Code::MissingKey);
}

#[test]
fn force_is_told_once_and_only_once() {
    let both = only_fault(with_step(&format!("{FAN}force_n = 5\n")));
    assert_eq!((both.0, both.1), (Code::Contradiction, 12));
    let none = only_fault(with_step(&FAN.replace("force = \"light\"\n", "")));
    assert_eq!((none.0, none.1), (Code::MissingKey, 4));
    assert!(none.3.contains("add `force = \"light\"`"), "{}", none.3);
}

#[test]
fn an_absurd_force_is_left_to_the_planner_which_knows_the_ceiling() {
    let step = FAN.replace("force = \"light\"", "force_n = 200");
    let routine = with_step(&step).expect("the planner refuses it");
    assert_eq!(
        routine.steps[0].force,
        ForceWord::Exactly(Newtons::new(200.0))
    );
    assert_eq!(
        only_fault(with_step(&FAN.replace("force = \"light\"", "force_n = -5"))).0,
        Code::OutOfRange
    );
}

#[test]
fn figures_without_extent_are_refused() {
    let same = FAN.replace("to = \"waist\"", "to = \"S2\"");
    assert_eq!(only_fault(with_step(&same)).0, Code::Contradiction);
    let inside_out = FAN.replace("outer_mm = 110", "outer_mm = 55");
    let (code, line, _, printed) = only_fault(with_step(&inside_out));
    assert_eq!((code, line), (Code::Contradiction, 10));
    assert!(
        printed.contains("`outer_mm` (55.0 mm) does not lie further out"),
        "{printed}"
    );
}

#[test]
fn two_steps_may_not_share_a_name() {
    let text = format!("{HEAD}[[step]]\n{FAN}[[step]]\n{FAN}");
    let (code, _, _, printed) = only_fault(parse_routine(&text, "r.toml"));
    assert_eq!(code, Code::Duplicate);
    assert!(
        printed.contains("line 12") && printed.contains("\"fan\""),
        "{printed}"
    );
}

#[test]
fn a_routine_without_steps_is_refused() {
    assert_eq!(
        only_fault(parse_routine(HEAD, "r.toml")).0,
        Code::MissingKey
    );
    assert_eq!(
        only_fault(parse_routine(&format!("{HEAD}step = []"), "r.toml")).0,
        Code::WrongLength
    );
}

#[test]
fn a_row_that_no_text_has_is_refused() {
    let (code, _, _, printed) = only_fault(with_step(&format!("{FAN}source = \"B-L9\"\n")));
    assert_eq!(code, Code::UnknownWord);
    assert!(printed.contains("B-L1"), "{printed}");
}

#[test]
fn levels_are_words_or_words_with_a_shift() {
    let (code, _, _, printed) = only_fault(with_step(&FAN.replace("\"S2\"", "\"s2\"")));
    assert_eq!(code, Code::UnknownWord);
    assert!(printed.contains("did you mean \"S2\"?"), "{printed}");
    let step = FAN.replace("\"S2\"", "{ at = \"S2\", shfit_mm = 3 }");
    assert!(
        only_fault(with_step(&step))
            .3
            .contains("did you mean `shift_mm`?")
    );
    assert_eq!(
        only_fault(with_step(&FAN.replace("\"S2\"", "3"))).0,
        Code::WrongType
    );
}

#[test]
fn an_old_key_is_answered_with_its_new_name_and_nothing_else() {
    let loop_step = FAN.replace("outer_mm", "flank_offset_mm");
    let (code, line, column, printed) = only_fault(with_step(&loop_step));
    assert_eq!((code, line, column), (Code::UnknownKey, 10, 1));
    assert!(
        printed.contains("`flank_offset_mm` is now `outer_mm` in step[1]"),
        "{printed}"
    );
    let across = "name = \"p\"\ntechnique = \"pull_strokes\"\nfrom = \"S2\"\nto = \"waist\"\n\
                  outer_mm = 110\ninner_offset_mm = 60\nspacing_mm = 30\nforce = \"light\"\n";
    let printed = only_fault(with_step(across)).3;
    assert!(
        printed.contains("`inner_offset_mm` is now `offset_mm`"),
        "{printed}"
    );
    let both = format!("{FAN}return_offset_mm = 90\n");
    assert!(
        only_fault(with_step(&both))
            .3
            .contains("`return_offset_mm` is now `outer_mm`")
    );
}

/// Keys that a course must have, as TOML lines.
fn needed(course: CourseKind) -> Vec<&'static str> {
    let (from, to) = ("from = \"S2\"", "to = \"T3\"");
    let (near, far) = ("offset_mm = 60", "outer_mm = 110");
    match course {
        CourseKind::Loop | CourseKind::Diagonals => vec![from, to, near, far],
        CourseKind::Rows => vec![from, to, near],
        CourseKind::Across => vec![from, to, near, far, "spacing_mm = 30"],
        CourseKind::Spots => vec!["spots = \"focus\""],
        CourseKind::Blade => vec![],
        CourseKind::Straddle => vec![from, to],
        CourseKind::Person => vec!["prompt = \"Turn over.\""],
    }
}

fn bare(technique: Technique, lines: &[&str]) -> String {
    let force = match recipe(technique).course {
        CourseKind::Person => "",
        CourseKind::Loop
        | CourseKind::Rows
        | CourseKind::Across
        | CourseKind::Spots
        | CourseKind::Blade
        | CourseKind::Diagonals
        | CourseKind::Straddle => "force = \"light\"\n",
    };
    let lines = lines.join("\n");
    format!("name = \"s\"\ntechnique = \"{technique}\"\n{lines}\n{force}")
}

#[test]
fn each_technique_is_read_with_the_keys_of_its_course_and_misses_each_of_them() {
    for &technique in Technique::ALL {
        let all = needed(recipe(technique).course);
        let routine = with_step(&bare(technique, &all)).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(routine.steps[0].technique, technique);
        for gone in &all {
            let others: Vec<&str> = all.iter().filter(|line| *line != gone).copied().collect();
            let (code, _, _, printed) = only_fault(with_step(&bare(technique, &others)));
            let key = gone.split(' ').next().expect("a key");
            assert_eq!(code, Code::MissingKey, "{technique}");
            assert!(
                printed.contains(&format!("`{key}` is missing in step[1]")),
                "{printed}"
            );
        }
    }
}

#[test]
fn each_manner_has_its_own_keys_and_takes_no_other() {
    let keys = [
        "radius_mm",
        "travel_mm",
        "frequency_hz",
        "hold_s",
        "stages",
        "time_s",
    ];
    for &technique in Technique::ALL {
        let own: &[&str] = match recipe(technique).manner {
            Manner::Circle { .. } | Manner::Knead => &["radius_mm", "frequency_hz"],
            Manner::Roll => &["travel_mm", "frequency_hz"],
            Manner::Rock => &["travel_mm", "frequency_hz", "time_s"],
            Manner::Spread => &["travel_mm"],
            Manner::Tap => &["frequency_hz"],
            Manner::Staircase => &["hold_s", "stages"],
            Manner::Stretch => &["hold_s"],
            Manner::Glide(_) | Manner::Person => &[],
        };
        let lines = needed(recipe(technique).course);
        for key in keys {
            let set = format!("{key} = 5");
            let step = bare(technique, &[lines.as_slice(), &[&set]].concat());
            let read = with_step(&step);
            assert_eq!(
                read.is_ok(),
                own.contains(&key),
                "{technique} {key}: {read:?}"
            );
        }
    }
}

#[test]
fn spots_are_named_with_level_shift_and_offset_or_left_to_the_client() {
    let step = bare(
        Technique::TriggerPoint,
        &[
            "spots = [{ at = \"T7\", shift_mm = -10, offset_mm = 45 }, { at = \"L4\", offset_mm = 50 }]",
            "hold_s = 6",
            "stages = 4",
        ],
    );
    let routine = with_step(&step).expect("good");
    let read = &routine.steps[0];
    let Course::Spots(Spots::Named(spots)) = &read.course else {
        panic!("named spots expected, got {:?}", read.course);
    };
    let (first, offset) = spots[0];
    assert_eq!(
        (first.name, first.shift, offset),
        (At::T7, Metres::new(-0.01), Metres::new(0.045))
    );
    assert_eq!(spots.len(), 2);
    assert_eq!(
        (read.shape.hold, read.shape.stages),
        (Some(Seconds::new(6.0)), Some(4))
    );
    let focus = with_step(&bare(Technique::Friction, &["spots = \"focus\""])).expect("good");
    assert_eq!(focus.steps[0].course, Course::Spots(Spots::Focus));
    let wrong = with_step(&bare(Technique::Friction, &["spots = \"knots\""]));
    assert_eq!(only_fault(wrong).0, Code::UnknownWord);
    assert_eq!(
        only_fault(with_step(&bare(Technique::Friction, &["spots = []"]))).0,
        Code::WrongLength
    );
}

#[test]
fn a_circuit_runs_outside_of_the_border_and_may_run_inside() {
    let outside = |lines: &[&str]| {
        let routine = with_step(&bare(Technique::BladeCircuit, lines)).expect("good");
        match routine.steps[0].course {
            Course::Blade { outside } => outside.get(),
            ref other => panic!("a blade expected, got {other:?}"),
        }
    };
    assert_eq!(
        (outside(&[]), outside(&["outside_mm = -40"])),
        (0.008, -0.04)
    );
    let wide = with_step(&bare(Technique::BladeCircuit, &["outside_mm = 41"]));
    assert_eq!(only_fault(wide).0, Code::OutOfRange);
}

#[test]
fn tools_are_a_word_or_different_words() {
    let (code, _, _, printed) = only_fault(with_step(&format!(
        "{FAN}tool = [\"palm\", \"heel\", \"palm\"]\n"
    )));
    assert_eq!(code, Code::Duplicate);
    assert!(printed.contains("names \"palm\" twice"), "{printed}");
    assert_eq!(
        only_fault(with_step(&format!("{FAN}tool = []\n"))).0,
        Code::WrongLength
    );
    let odd = format!("{FAN}if_asked = \"more, please\"\n");
    assert_eq!(only_fault(with_step(&odd)).0, Code::UnknownWord);
}

#[test]
fn a_tempo_is_beats_in_a_minute() {
    let text = |tempo: &str| format!("{}{tempo}[[step]]\n{FAN}", HEAD);
    let read = |tempo: &str| parse_routine(&text(tempo), "r.toml");
    assert_eq!(read("").expect("good").tempo_hz, None);
    assert_eq!(
        read("tempo_per_min = 90\n").expect("good").tempo_hz,
        Some(1.5)
    );
    assert_eq!(only_fault(read("tempo_per_min = 5\n")).0, Code::OutOfRange);
}

#[test]
fn every_level_of_the_chart_has_a_word() {
    for level in At::ALL {
        let step = FAN.replace(
            "\"waist\"",
            &format!("{{ at = \"{}\", shift_mm = 1 }}", level_word(level)),
        );
        let routine = with_step(&step).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(
            routine.steps[0].course.span().expect("a span").to.name,
            level
        );
    }
    assert_eq!(
        (level_word(At::S2), level_word(At::C7)),
        ("S2".to_owned(), "nape".to_owned())
    );
}

#[test]
fn a_text_without_a_folder_can_use_no_file() {
    let (code, line, _, printed) = only_fault(with_step("use = \"other.toml\"\n"));
    assert_eq!((code, line), (Code::UseRefused, 5));
    assert!(printed.contains("save it first"), "{printed}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn no_mangled_routine_makes_the_parser_panic(
        cut in 0usize..160, gone in 0usize..12, insert in "[\\[\\]{}=\"#.,\n a-zé0-9-]{0,8}",
    ) {
        let good = format!("{HEAD}[[step]]\n{FAN}");
        let (from, to) = (cut.min(good.len()), (cut + gone).min(good.len()));
        let text = format!("{}{insert}{}", &good[..from], &good[to..]);
        if let Err(errors) = parse_routine(&text, "r.toml") {
            prop_assert!(!errors.problems().is_empty());
        }
    }
}
