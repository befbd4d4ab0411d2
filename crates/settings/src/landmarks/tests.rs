use super::*;

/// Positions of a small adult, rounded.
const GOOD: &str = r#"{
 "id": "somebody", "stature_m": 1.63,
 "landmarks": {
  "C7": {"xyz": [0.482, 0.0, 0.175], "method": "palpated"},
  "T3": {"xyz": [0.425, 0.0, 0.198]},
  "T7": {"xyz": [0.332, 0.0, 0.210]},
  "T12": {"xyz": [0.193, 0.0, 0.185]},
  "L4": {"xyz": [0.063, 0.0, 0.190]},
  "S2": {"xyz": [0.0, 0.0, 0.212]},
  "acromion_L": {"xyz": [0.395, 0.184, 0.160]},
  "acromion_R": {"xyz": [0.395, -0.184, 0.160]},
  "T1": {"xyz": [0.46, 0.0, 0.18]}
 },
 "spine_midline_C7_to_S2": [[0.482, 0.0, 0.175], [0.332, 0.0, 0.21], [0.0, 0.0, 0.212]]
}"#;

fn only_fault(text: &str, name: &str) -> (Code, Option<usize>, String) {
    let errors = parse_landmarks(text, name).expect_err("faulty landmarks");
    assert_eq!(errors.problems().len(), 1, "{errors}");
    (
        errors.problems()[0].code,
        errors.problems()[0].line,
        errors.to_string(),
    )
}

#[test]
fn a_json_file_with_more_than_is_asked_for_is_read() {
    let read = parse_landmarks(GOOD, "x.json").expect("good landmarks");
    assert_eq!(read.c7, Point::new(0.482, 0.0, 0.175));
    assert_eq!(read.acromion_left, Some(Point::new(0.395, 0.184, 0.16)));
    assert_eq!(read.psis_left, None);
    assert_eq!(read.midline.len(), 3);
    assert_eq!(read.midline_uncertainty, DEFAULT_MIDLINE_UNCERTAINTY);
}

#[test]
fn the_same_landmarks_in_toml_read_alike() {
    let toml = "version = 1\nmidline_uncertainty_mm = 5\n\
        spine_midline_C7_to_S2 = [[0.482, 0.0, 0.175], [0.332, 0.0, 0.21], [0.0, 0.0, 0.212]]\n\
        [landmarks]\nC7 = [0.482, 0, 0.175]\nT3 = [0.425, 0, 0.198]\nT7 = { xyz = [0.332, 0, 0.210] }\n\
        T12 = [0.193, 0, 0.185]\nL4 = [0.063, 0, 0.190]\nS2 = [0, 0, 0.212]\n\
        acromion_L = [0.395, 0.184, 0.160]\nacromion_R = [0.395, -0.184, 0.160]\n";
    assert_eq!(
        parse_landmarks(toml, "x.toml").expect("good TOML"),
        parse_landmarks(GOOD, "x.json").expect("good JSON")
    );
    let mistyped = toml.replace("acromion_L", "acromoin_L");
    let (code, line, printed) = only_fault(&mistyped, "x.toml");
    assert_eq!((code, line), (Code::UnknownKey, Some(11)));
    assert!(printed.contains("did you mean `acromion_L`?"), "{printed}");
}

#[test]
fn a_missing_landmark_is_named() {
    let (code, line, printed) = only_fault(&GOOD.replace("\"T12\"", "\"T11\""), "x.json");
    assert_eq!((code, line), (Code::MissingKey, Some(3)));
    assert!(
        printed.contains("the key `T12` is missing in landmarks"),
        "{printed}"
    );
}

#[test]
fn landmarks_in_millimetres_and_in_inches_are_told_their_unit() {
    let scaled = |factor: f64| {
        let mut text = GOOD.to_owned();
        for number in [
            "0.482", "0.425", "0.332", "0.193", "0.063", "0.175", "0.212", "0.395", "0.184",
        ] {
            let value: f64 = number.parse().expect("a number");
            text = text.replace(number, &format!("{:.3}", value * factor));
        }
        text
    };
    let errors = parse_landmarks(&scaled(1000.0), "x.json").expect_err("millimetres");
    assert!(
        errors.problems().iter().all(|p| p.code == Code::WrongUnit),
        "{errors}"
    );
    assert!(
        errors.to_string().contains("look like millimetres"),
        "{errors}"
    );
    let errors = parse_landmarks(&scaled(3.2808), "x.json").expect_err("feet");
    assert_eq!(
        errors.problems()[0].code,
        Code::LandmarksRefused,
        "{errors}"
    );
}

#[test]
fn mirrored_landmarks_are_refused() {
    let mirrored = GOOD
        .replace("0.184", "0.1840")
        .replace("-0.1840", "0.184")
        .replacen("0.1840", "-0.184", 1);
    let (code, _, printed) = only_fault(&mirrored, "x.json");
    assert_eq!(code, Code::LandmarksRefused);
    assert!(printed.contains("mirrored"), "{printed}");
}

#[test]
fn a_text_that_is_no_json_is_told_where() {
    let (code, line, _) = only_fault(&GOOD.replace("\"T3\": {", "\"T3\": "), "x.json");
    assert_eq!((code, line), (Code::BadSyntax, Some(5)));
    assert_eq!(only_fault("", "x.json").0, Code::BadSyntax);
    assert_eq!(only_fault("[1, 2]", "x.json").0, Code::WrongType);
}

#[test]
fn a_mistyped_landmark_is_recognised_among_the_strangers() {
    let (_, _, printed) = only_fault(&GOOD.replace("\"C7\"", "\"c7\""), "x.json");
    assert!(
        printed.contains("there is a `c7`: if that is meant, rename it"),
        "{printed}"
    );
}

#[test]
fn a_part_of_the_landmarks_is_enough_and_any_vertebra_may_be_given() {
    let part = r#"{"landmarks": {"C7": [0.482, 0.0, 0.175], "L2": {"xyz": [0.127, 0.001, 0.18]}},
        "midline_uncertainty_mm": 3, "touched_surface": [[0.1, 0.1, 0.17]]}"#;
    let read = parse_touched(part, "x.json").expect("a part");
    assert_eq!(read.landmarks.levels.len(), 2);
    let waist = read.landmarks.level(Level::Waist);
    assert_eq!(waist, Some(Point::new(0.127, 0.001, 0.18)));
    assert_eq!(read.landmarks.complete(), None);
    assert_eq!(read.surface, [Point::new(0.1, 0.1, 0.17)]);
    let nothing = parse_touched("{}", "x.json").expect("nothing is known");
    assert_eq!(nothing.landmarks, KnownLandmarks::default());
    let full = parse_touched(GOOD, "x.json").expect("all");
    assert_eq!(
        full.landmarks.complete(),
        Some(parse_landmarks(GOOD, "x.json").expect("all"))
    );
}

#[test]
fn faults_of_a_part_are_told() {
    let fault = |text: &str, name: &str| {
        let errors = parse_touched(text, name).expect_err("faulty");
        (errors.problems()[0].code, errors.to_string())
    };
    let (code, printed) = fault(r#"{"landmarks": {"c7": [0.4, 0.0, 0.2]}}"#, "x.json");
    assert_eq!(code, Code::UnknownKey);
    assert!(printed.contains("if C7 is meant, rename it"), "{printed}");
    let swapped = r#"{"landmarks": {"C7": [0.0, 0.0, 0.2], "S2": [0.5, 0.0, 0.2]}}"#;
    let (code, printed) = fault(swapped, "x.json");
    assert_eq!(code, Code::LandmarksRefused);
    assert!(printed.contains("headward of S2"), "{printed}");
    let millimetres = r#"{"landmarks": {"C7": [482.0, 0.0, 175.0]}}"#;
    assert_eq!(fault(millimetres, "x.json").0, Code::WrongUnit);
    assert_eq!(
        fault("version = 1\n[landmarks]\nT13 = [0.4, 0, 0.2]\n", "x.toml").0,
        Code::UnknownKey
    );
}
