use planner::{ForceWord, Hands, LevelName, Sides, Stroke};
use proptest::prelude::*;
use quantities::{Metres, Newtons};

use super::*;

const HEAD: &str = "version = 1\nname = \"R\"\nsummary = \"S\"\n";

fn with_step(step: &str) -> Result<Routine, SettingsErrors> {
    parse_routine(&format!("{HEAD}[[step]]\n{step}"), "r.toml")
}

const FAN: &str = "name = \"fan\"\ntechnique = \"fan_out\"\nfrom = \"S2\"\nto = \"waist\"\noffset_mm = 60\n\
                   flank_offset_mm = 110\nforce = \"light\"\n";

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
                speed_mm_per_s = 40\noutward_shift_mm = 15\ntool = \"fist\"\n";
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
    assert_eq!(read.tool, "fist");
    let Stroke::ThumbCircles {
        from,
        to,
        offset,
        radius,
        frequency_hz,
    } = &read.stroke
    else {
        panic!("thumb circles expected, got {:?}", read.stroke);
    };
    assert_eq!(
        (from.name, from.shift),
        (LevelName::TailBone, Metres::new(0.01))
    );
    assert_eq!((to.name, to.shift), (LevelName::T12, Metres::ZERO));
    assert_eq!(
        (*offset, *radius, *frequency_hz),
        (Metres::new(0.05), Metres::new(0.008), Some(1.5))
    );
}

#[test]
fn a_step_without_a_tool_uses_the_usual_one_of_its_technique() {
    assert_eq!(with_step(FAN).expect("good").steps[0].tool, "palm");
    let step = "name = \"oil\"\ntechnique = \"operator_step\"\nprompt = \"Apply oil.\"\n";
    let routine = with_step(step).expect("good");
    assert_eq!(routine.steps[0].tool, "");
    assert_eq!(
        routine.steps[0].stroke,
        Stroke::Operator {
            prompt: "Apply oil.".into()
        }
    );
}

#[test]
fn an_unknown_key_names_line_column_and_what_was_meant() {
    let (code, line, column, printed) =
        only_fault(with_step(&format!("{FAN}flank_ofset_mm = 3\n")));
    assert_eq!((code, line, column), (Code::UnknownKey, 12, 1));
    assert_eq!(
        printed,
        "r.toml:12:1: error[KN-C011]: unknown key `flank_ofset_mm` in step[1]\n  \
         12 | flank_ofset_mm = 3\n     | ^^^^^^^^^^^^^^\n  help: did you mean `flank_offset_mm`?"
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
    let inside_out = FAN.replace("flank_offset_mm = 110", "flank_offset_mm = 55");
    let (code, line, _, printed) = only_fault(with_step(&inside_out));
    assert_eq!((code, line), (Code::Contradiction, 10));
    assert!(
        printed.contains("`flank_offset_mm` (55.0 mm) does not lie further out"),
        "{printed}"
    );
}

#[test]
fn two_steps_may_not_share_a_name() {
    let text = format!("{HEAD}[[step]]\n{FAN}[[step]]\n{FAN}");
    let (code, _, _, printed) = only_fault(parse_routine(&text, "r.toml"));
    assert_eq!(code, Code::Duplicate);
    assert!(
        printed.contains("line 12") && printed.contains("line 4"),
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
