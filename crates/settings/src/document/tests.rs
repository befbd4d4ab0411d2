use proptest::prelude::*;

use super::*;
use crate::{Code, SettingsErrors};

#[derive(Debug, PartialEq)]
struct Sample {
    name: String,
    offset: quantities::Metres,
    side: u8,
    corner: [f64; 3],
    count: u32,
}

fn sample(root: &Section<'_>) -> Option<Sample> {
    let name = root.required("name", text());
    let offset = root.required("offset_mm", millimetres(0.0..=300.0));
    let side = root.required("side", words(&[("left", 1), ("right", 2)]));
    let corner = root.or("corner_mm", triple(-10.0..=10.0, "mm"), [0.0; 3]);
    let count = root.or("count", whole(1..=9), 1);
    Some(Sample {
        name: name?,
        offset: offset?,
        side: side?,
        corner: corner?,
        count: count?,
    })
}

fn toml(text: &str) -> Result<Sample, SettingsErrors> {
    read(text, "sample.toml", Language::Toml, sample)
}

/// The only fault of a text: its code, place and printed words.
fn only_fault(text: &str) -> (Code, Option<usize>, Option<usize>, String) {
    let errors = toml(text).expect_err("a faulty text");
    assert_eq!(errors.problems().len(), 1, "{errors}");
    let problem = &errors.problems()[0];
    (
        problem.code,
        problem.line,
        problem.column,
        errors.to_string(),
    )
}

#[test]
fn a_whole_text_is_read_into_si_units() {
    let read = toml("name = \"x\"\noffset_mm = 50\nside = \"right\"\ncorner_mm = [1, -2.5, 3]\n");
    let expected = Sample {
        name: "x".into(),
        offset: quantities::Metres::new(0.05),
        side: 2,
        corner: [1.0, -2.5, 3.0],
        count: 1,
    };
    assert_eq!(read.expect("a good text"), expected);
}

#[test]
fn json_and_toml_with_the_same_content_read_alike() {
    let json = r#"{"name": "é\"", "offset_mm": 5e1, "side": "left", "corner_mm": [1, 2, 3.5]}"#;
    let from_json = read(json, "sample.json", Language::Json, sample).expect("good JSON");
    let from_toml = toml("name = 'é\"'\noffset_mm = 50.0\nside = 'left'\ncorner_mm = [1,2,3.5]");
    assert_eq!(from_json, from_toml.expect("good TOML"));
}

#[test]
fn an_unknown_key_is_refused_with_its_place_and_the_name_that_was_meant() {
    let (code, line, column, printed) =
        only_fault("name = \"x\"\noffset_mm = 50\nside = \"left\"\n  cuont = 3\n");
    assert_eq!((code, line, column), (Code::UnknownKey, Some(4), Some(3)));
    assert_eq!(
        printed,
        "sample.toml:4:3: error[KN-C011]: unknown key `cuont`\n  4 |   cuont = 3\n    |   ^^^^^\n  \
         help: did you mean `count`?"
    );
}

#[test]
fn a_key_in_another_unit_is_told_its_unit() {
    let errors = toml("name = \"x\"\noffset_cm = 5\nside = \"left\"").expect_err("wrong unit");
    let printed = errors.to_string();
    assert!(printed.contains("unknown key `offset_cm`"), "{printed}");
    assert!(
        printed.contains("help: the unit is part of the key: `offset_mm`"),
        "{printed}"
    );
    assert!(
        printed.contains("the key `offset_mm` is missing"),
        "{printed}"
    );
}

#[test]
fn a_missing_key_tells_what_it_takes() {
    let (code, _, _, printed) = only_fault("name = \"x\"\nside = \"left\"");
    assert_eq!(code, Code::MissingKey);
    assert!(
        printed.contains("add `offset_mm = ...`: a number from 0 to 300 mm"),
        "{printed}"
    );
}

#[test]
fn a_length_in_metres_is_recognised() {
    let text =
        "name = \"x\"\noffset_mm = 0.05\nside = \"left\"\ncorner_mm = [1, 2, 0.3]\ncount = 1";
    assert!(toml(text).is_ok(), "0.05 mm lies in the range");
    let strict = |root: &Section<'_>| root.required("offset_mm", millimetres(5.0..=300.0));
    let errors = read("offset_mm = 0.05", "f.toml", Language::Toml, strict).expect_err("too small");
    assert_eq!(
        errors.to_string(),
        "f.toml:1:13: error[KN-C014]: `offset_mm` is 0.05 mm; allowed: 5 to 300 mm\n  \
         1 | offset_mm = 0.05\n    |             ^^^^\n  help: if metres were meant, write 50"
    );
}

#[test]
fn a_word_that_is_not_known_is_answered_with_the_known_ones() {
    let (code, line, column, printed) =
        only_fault("name = \"x\"\noffset_mm = 50\nside = \"rigth\"");
    assert_eq!((code, line, column), (Code::UnknownWord, Some(3), Some(8)));
    assert!(printed.contains("did you mean \"right\"? allowed here: one of \"left\", \"right\""));
}

#[test]
fn values_of_the_wrong_type_are_told_apart() {
    for (value, seen) in [
        ("\"50\"", "the text \"50\""),
        ("true", "true"),
        ("[50]", "a list of 1"),
        ("{ mm = 50 }", "a table"),
        ("2026-01-01", "a date"),
    ] {
        let (code, _, _, printed) = only_fault(&format!(
            "name = \"x\"\noffset_mm = {value}\nside = \"left\""
        ));
        assert_eq!(code, Code::WrongType, "{value}");
        assert!(
            printed.contains(&format!("`offset_mm` is {seen}")),
            "{printed}"
        );
    }
}

#[test]
fn numbers_that_are_no_quantities_are_refused() {
    for value in ["nan", "inf", "-inf"] {
        let (code, _, _, printed) = only_fault(&format!(
            "name = \"x\"\noffset_mm = {value}\nside = \"left\""
        ));
        assert_eq!(code, Code::NotFinite, "{printed}");
    }
}

#[test]
fn lists_of_the_wrong_length_and_empty_texts_are_refused() {
    let (code, _, _, printed) =
        only_fault("name = \"x\"\noffset_mm = 1\nside = \"left\"\ncorner_mm = [1, 2]");
    assert_eq!(code, Code::WrongLength);
    assert!(
        printed.contains("`corner_mm` has 2 entries; needed: 3"),
        "{printed}"
    );
    assert_eq!(
        only_fault("name = \" \"\noffset_mm = 1\nside = \"left\"").0,
        Code::Empty
    );
}

#[test]
fn whole_numbers_are_whole_and_in_range() {
    let with =
        |count: &str| format!("name = \"x\"\noffset_mm = 1\nside = \"left\"\ncount = {count}");
    assert_eq!(only_fault(&with("0")).0, Code::OutOfRange);
    assert_eq!(only_fault(&with("-3")).0, Code::OutOfRange);
    assert_eq!(only_fault(&with("2.5")).0, Code::WrongType);
    assert_eq!(only_fault(&with("99999999999999999999")).0, Code::WrongType);
}

#[test]
fn all_faults_come_at_once_in_the_order_of_the_file() {
    let errors =
        toml("nmae = \"x\"\noffset_mm = -1\nside = \"up\"\ncount = 10").expect_err("faulty");
    let codes: Vec<Code> = errors.problems().iter().map(|p| p.code).collect();
    assert_eq!(
        codes,
        [
            Code::MissingKey,
            Code::UnknownKey,
            Code::OutOfRange,
            Code::UnknownWord,
            Code::OutOfRange
        ]
    );
}

#[test]
fn broken_syntax_is_told_with_its_place() {
    let (code, line, _, printed) = only_fault("name = \"x\"\noffset_mm = = 1\n");
    assert_eq!((code, line), (Code::BadSyntax, Some(2)), "{printed}");
    let errors = toml("name = \"x\"\nname = \"y\"").expect_err("a key twice");
    assert_eq!(errors.problems()[0].code, Code::BadSyntax);
    assert_eq!(errors.problems()[0].line, Some(2));
    let errors =
        read("{\n \"name\": \"x\",,\n}", "f.json", Language::Json, sample).expect_err("JSON");
    assert_eq!(
        (errors.problems()[0].line, errors.problems()[0].column),
        (Some(2), Some(14))
    );
}

#[test]
fn columns_count_letters_not_bytes() {
    let (_, line, column, printed) =
        only_fault("name = \"x\"\nside = \"left\"\noffset_mm = 1\n\"ßß\" = 3");
    assert_eq!((line, column), (Some(4), Some(1)), "{printed}");
    let text = "a = \"ßßß\" # no\nx = { \"ä\" = 1, b = 2 }";
    let errors = read(text, "f", Language::Toml, |root| {
        root.let_unknown_keys_be();
        root.required("x", section(|x| x.optional("b", text_kind())))
    })
    .expect_err("b is no text");
    let problem = errors
        .problems()
        .iter()
        .find(|p| p.code == Code::WrongType)
        .expect("b");
    assert_eq!((problem.line, problem.column), (Some(2), Some(20)));
}

fn text_kind<'k>() -> Kind<'k, String> {
    text()
}

#[test]
fn a_json_text_nested_a_million_deep_is_refused_not_followed() {
    let text = "[".repeat(1_000_000) + &"]".repeat(1_000_000);
    assert!(read(&text, "f", Language::Json, sample).is_err());
    let text = format!("{{\"name\": {}1{}}}", "[".repeat(9999), "]".repeat(9999));
    assert!(read(&text, "f", Language::Json, sample).is_err());
    let text = format!("name = {}1{}", "[".repeat(99_999), "]".repeat(99_999));
    assert!(read(&text, "f", Language::Toml, sample).is_err());
}

#[test]
fn a_file_with_ten_thousand_faults_tells_the_first_hundred() {
    let text: String = (0..10_000).map(|i| format!("key{i} = 1\n")).collect();
    assert_eq!(toml(&text).expect_err("faulty").problems().len(), 100);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let text = String::from_utf8_lossy(&bytes);
        for language in [Language::Toml, Language::Json] {
            if let Err(errors) = read(&text, "any", language, sample) {
                prop_assert!(!errors.problems().is_empty());
                prop_assert!(!errors.to_string().is_empty());
            }
        }
    }

    #[test]
    fn no_mangled_text_makes_the_reader_panic(
        cut in 0usize..90, insert in "[\\[\\]{}=\"'#.,\n a-zé0-9-]{0,6}",
    ) {
        let good = "name = \"x\"\noffset_mm = 50\nside = \"right\"\ncorner_mm = [1, -2.5, 3]\n";
        let at = cut.min(good.len());
        let text = format!("{}{insert}{}", &good[..at], &good[at..]);
        if let Err(errors) = toml(&text) {
            prop_assert!(!errors.problems().is_empty());
        }
    }
}
