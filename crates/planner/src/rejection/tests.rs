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

/// A round of circles about a place, or a line from it.
fn stretch(u: f64, v: f64, half: f64, closed: bool) -> Stretch {
    Stretch {
        from_u_m: u - half,
        from_v_m: v,
        to_u_m: if closed { u - half } else { u + half },
        to_v_m: v,
        least_u_m: u - half,
        greatest_u_m: u + half,
        least_v_m: if closed { v - half } else { v },
        greatest_v_m: if closed { v + half } else { v },
        begins_m: -0.0,
        length_m: core::f64::consts::TAU * half,
        samples: 40,
        reasons: Vec::new(),
    }
}

#[test]
fn a_closed_stretch_is_told_by_its_extent_and_an_open_one_by_its_ends() {
    let closed = stretch(0.1, -0.0001, 0.02, true).to_string();
    assert!(
        closed.contains("within u +80 to +120 mm, v -20 to +20 mm"),
        "{closed}"
    );
    assert!(closed.contains(", 0 mm after the touch"), "{closed}");
    let open = stretch(0.1, -0.0001, 0.02, false).to_string();
    assert!(
        open.contains("from (u +80 mm, v +0 mm) to (u +120 mm"),
        "{open}"
    );
}

#[test]
fn stretches_that_share_a_part_of_the_back_count_as_one_and_say_so() {
    let breach = || near_spine(0.02, 1.0);
    let mut findings = Findings::default();
    // Both begin and end far from each other; their circles overlap.
    findings.report_stretch(TAG, breach(), stretch(0.1, 0.1, 0.08, true));
    findings.report_stretch(TAG, breach(), stretch(0.3, 0.1, 0.08, true));
    findings.report_stretch(TAG, breach(), stretch(0.6, 0.1, 0.08, true));
    let rejection = findings.into_rejection("demo").expect("stretches");
    let samples: Vec<usize> = rejection.violations.iter().map(|v| v.samples).collect();
    assert_eq!(samples, [80, 40]);
    let text = rejection.to_string();
    assert_eq!(text.matches("in all passes over it").count(), 1, "{text}");
}

#[test]
fn what_holds_of_the_whole_plan_is_not_added_to_the_first_step() {
    let mut findings = Findings::default();
    findings.report(TAG, near_spine(0.020, 1.0));
    findings.report_whole(TAG, near_spine(0.010, 1.0));
    findings.report_stretch(TAG, near_spine(0.010, 1.0), stretch(0.1, 0.1, 0.02, true));
    let rejection = findings.into_rejection("demo").expect("three");
    assert_eq!(rejection.violations.len(), 3);
    assert!((rejection.violations[0].value.expect("a value") - 20.0).abs() < 1e-9);
}

#[test]
fn each_rule_of_the_source_texts_is_checked_by_some_rule_and_each_source_is_explained() {
    for (number, source) in SOURCE_RULES.iter().enumerate() {
        assert_eq!(source.id, format!("R{}", number + 1));
        let checked = Rule::ALL.iter().filter(|r| r.source() == Some(source.id));
        assert!(checked.count() > 0, "{} is checked by nothing", source.id);
    }
    for rule in Rule::ALL {
        let known = rule.source().is_none_or(|id| SourceRule::of(id).is_some());
        assert!(known, "{rule:?}");
    }
    assert_eq!(SourceRule::of("r10").map(|rule| rule.id), Some("R10"));
    assert_eq!(SourceRule::of("R13"), None);
}

#[test]
fn a_violation_tells_the_rule_of_the_source_texts_in_words_and_in_data() {
    let mut findings = Findings::default();
    findings.report(TAG, near_spine(0.020, 1.0));
    let rejection = findings.into_rejection("demo").expect("one");
    let text = rejection.to_string();
    assert!(text.contains("spine keep-out (R1): 20.0 mm"), "{text}");
    assert_eq!(rejection.violations[0].source, Some("R1"));
}
