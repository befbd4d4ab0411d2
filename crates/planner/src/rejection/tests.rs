use super::*;

const TAG: StepTag<'static> = StepTag {
    index: 1,
    name: "glide",
    line: 14,
};

fn near_spine(clearance: f64, time: f64) -> Breach {
    Breach {
        rule: Rule::KeepOut,
        time: Some(time),
        place: Some((0.1, 0.03)),
        figures: Some((clearance, 0.022)),
        detail: String::new(),
        remedy: "widen the offset".to_owned(),
    }
}

#[test]
fn of_many_samples_the_first_place_and_the_worst_value_stay() {
    let mut findings = Findings::default();
    for (clearance, time) in [(0.020, 1.0), (0.015, 2.0), (0.019, 3.0)] {
        findings.report(TAG, near_spine(clearance, time));
    }
    let rejection = findings
        .into_rejection("demo")
        .expect("three samples broke the rule");
    assert_eq!(rejection.violations.len(), 1);
    let violation = &rejection.violations[0];
    assert_eq!((violation.samples, violation.time_s), (3, Some(1.0)));
    assert!((violation.value.expect("a clearance") - 15.0).abs() < 1e-9);
    let text = rejection.to_string();
    assert!(
        text.contains("line 14") && text.contains("allowed at least 22.0"),
        "{text}"
    );
    assert!(text.contains("widen the offset"), "{text}");
}

#[test]
fn no_breach_means_no_rejection() {
    assert_eq!(Findings::default().into_rejection("demo"), None);
}

#[test]
fn every_rule_has_a_word_of_its_own() {
    let mut words: Vec<&str> = Rule::ALL.iter().map(|r| r.word()).collect();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), Rule::ALL.len());
}
