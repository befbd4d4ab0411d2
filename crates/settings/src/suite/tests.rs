use super::*;

const HEAD: &str = "version = 1\nname = \"s\"\nsummary = \"A suite.\"\n";
const TEST: &str = "[[test]]\nname = \"one\"\nsummary = \"A test.\"\npace = \"stepped\"\n";
const EVENT: &str = "[[test.event]]\nat = { phase = \"stroke\", after_s = 0.5 }\ndo = \"X1\"\n";
const EXPECT: &str = "[test.expect]\nending = [\"safety_stop\"]\nexit_code = [4]\n";

fn parse(text: &str) -> Result<Suite, SettingsErrors> {
    Suite::parse(text, "suite.toml", Path::new("config/suites"))
}

fn whole() -> String {
    format!("{HEAD}{TEST}{EVENT}{EXPECT}")
}

#[test]
fn a_test_is_read_with_its_script_and_what_must_hold() {
    let suite = parse(&whole()).expect("a suite");
    let test = &suite.tests[0];
    assert_eq!(test.events[0].deed, Deed::Order("X1".to_owned()));
    let stroke = Moment::Phase {
        phase: SuitePhase::Stroke,
        nth: 1,
        after_s: 0.5,
    };
    assert_eq!(test.events[0].at, stroke);
    assert_eq!(test.expect.ending, ["safety_stop"]);
    assert_eq!(test.expect.exit_code, Some(vec![4]));
    assert_eq!(test.expect.largest_press_n, None);
    assert_eq!(test.timeout_s.to_bits(), 60.0_f64.to_bits());
}

#[test]
fn a_test_with_phases_is_one_for_each() {
    let text = format!(
        "{HEAD}{TEST}phases = [\"touch\", \"lift\"]\n[[test.event]]\nat = {{ after_s = 0.2 }}\ndo = \"X1\"\n{EXPECT}"
    );
    let suite = parse(&text).expect("a suite");
    let names: Vec<&str> = suite.tests.iter().map(|t| t.name.as_str()).collect();
    assert_eq!(names, ["one_touch", "one_lift"]);
    let lift = Moment::Phase {
        phase: SuitePhase::Lift,
        nth: 1,
        after_s: 0.2,
    };
    assert_eq!(suite.tests[1].events[0].at, lift);
}

#[test]
fn faulty_suites_are_refused_with_what_is_wrong() {
    for (from, to, part) in [
        ("do = \"X1\"", "", "does nothing"),
        (
            "do = \"X1\"",
            "do = \"X1\"\nrequest = \"stop\"",
            "more than one thing",
        ),
        (
            "do = \"X1\"",
            "do = \"X1\"\nfor_s = 1",
            "only a stopped process",
        ),
        ("do = \"X1\"", "request = \"stop\"", "wall clock"),
        ("do = \"X1\"", "process = \"kill_twin\"", "wall clock"),
        ("do = \"X1\"", "process = \"stop_twin\"", "needs `for_s`"),
        (
            "do = \"X1\"",
            "process = \"kill_twin\"\nfor_s = 2",
            "has no time",
        ),
        ("do = \"X1\"", "doo = \"X1\"", "unknown key"),
        ("phase = \"stroke\", ", "nth = 2, ", "no `phase` is named"),
        ("\"stroke\"", "\"strike\"", "not known"),
        ("0.5", "-0.5", "allowed"),
        ("safety_stop", "safety_step", "not known"),
        ("ending = [\"safety_stop\"]\n", "", "missing"),
        (
            "[\"safety_stop\"]",
            "[\"none\"]\ncause = [\"SR-01\"]",
            "no cause",
        ),
        ("[4]", "[300]", "allowed"),
        ("\"one\"", "\"../one\"", "cannot name a folder"),
        ("pace = \"stepped\"", "pace = \"fast\"", "not known"),
        (
            "pace = \"stepped\"",
            "pace = \"stepped\"\nretries = 9",
            "allowed",
        ),
    ] {
        let text = whole();
        assert!(text.contains(from), "{from}");
        let words = parse(&text.replace(from, to)).expect_err(to);
        assert!(words.to_string().contains(part), "{to}: {words}");
    }
    let twice = format!("{HEAD}{TEST}{EXPECT}{TEST}{EXPECT}");
    let words = parse(&twice).expect_err("twice");
    assert!(words.to_string().contains("two tests"), "{words}");
    assert!(parse(HEAD).is_err());
}
