use super::*;

#[test]
fn ids_count_up_from_one_without_a_gap_and_words_are_unique() {
    for (index, rule) in rules().iter().enumerate() {
        assert_eq!(rule.id, format!("SR-{:02}", index + 1));
        assert!(rule.samples >= 1 && !rule.hazards.is_empty());
        assert!(
            rules()
                .iter()
                .filter(|other| other.word == rule.word)
                .count()
                == 1
        );
    }
    assert!(rules().len() <= 64, "one bit a row");
}

#[test]
fn a_reaction_that_takes_force_away_says_how_fast() {
    for rule in rules()
        .iter()
        .filter(|rule| rule.reaction >= Reaction::Unload)
    {
        assert!([200.0, 600.0].contains(&rule.unload_n_per_s), "{}", rule.id);
    }
}

#[test]
fn the_markdown_table_has_one_line_a_rule() {
    let text = rules_markdown();
    assert_eq!(text.lines().count(), rules().len() + 2);
    for (line, rule) in text.lines().skip(2).zip(rules()) {
        assert!(
            line.starts_with(&format!("| {} | {} |", rule.id, rule.name)),
            "{line}"
        );
        assert_eq!(line.matches('|').count(), 9, "{line}");
    }
}

#[test]
fn every_fault_class_named_is_one_of_the_list() {
    for hazard in rules().iter().flat_map(|rule| rule.hazards) {
        let (class, number) = hazard.split_at(1);
        let count = match class {
            "L" => 14,
            "X" => 15,
            "A" => 9,
            "H" => 10,
            "P" => 9,
            "N" => 6,
            other => panic!("no class {other}"),
        };
        let number: u32 = number.parse().expect("a number");
        assert!((1..=count).contains(&number), "{hazard}");
    }
}
