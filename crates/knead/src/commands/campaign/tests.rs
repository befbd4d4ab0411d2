//! Pairs, tables, and that the number of workers changes nothing.

use std::path::{Path, PathBuf};

use clap::Parser;

use crate::cli::{CampaignOptions, Cli, Command};

use super::row::{Refusal, Row, Verdict};
use super::{Workplace, pairs, table, try_all};

fn typed(arguments: &[&str]) -> CampaignOptions {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let cli = Cli::try_parse_from(["knead", "campaign"].iter().chain(arguments)).unwrap();
    let Some(Command::Campaign(mut options)) = cli.command else {
        panic!("not a campaign");
    };
    let at_root = |path: &mut PathBuf| *path = root.join(&*path);
    for path in [
        &mut options.routines,
        &mut options.bodies,
        &mut options.arm,
        &mut options.limits,
        &mut options.tools,
        &mut options.client,
        &mut options.simulation,
    ] {
        at_root(path);
    }
    options
}

fn names(arguments: &[&str]) -> Vec<(String, String)> {
    let pairs = pairs::pairs(&typed(arguments)).unwrap_or_else(|f| panic!("{}", f.text()));
    pairs.into_iter().map(|p| (p.routine, p.body)).collect()
}

fn refusal(arguments: &[&str]) -> String {
    match pairs::pairs(&typed(arguments)) {
        Ok(_) => panic!("{arguments:?} were taken"),
        Err(failure) => failure.text().to_owned(),
    }
}

fn named(routine: &str, body: &str) -> (String, String) {
    (routine.to_owned(), body.to_owned())
}

#[test]
fn every_routine_meets_every_body_and_each_scan() {
    let scan = "there/long_scan.ply:there/marks.json:there/clean.ply";
    let all = names(&["--scan", scan]);
    let routines = all.iter().filter(|(_, body)| body == "demo").count();
    let bodies = all.iter().filter(|(name, _)| name == "lower_back").count();
    assert_eq!(all.len(), routines * bodies);
    assert!(all.contains(&named("lower_back", "long_scan")));
}

#[test]
fn only_keeps_what_it_names_and_all_of_the_kind_that_it_does_not_name() {
    let one = names(&["--only", "lower_back,demo"]);
    assert_eq!(one, [named("lower_back", "demo")]);
    let all = names(&[]);
    let of_one = names(&["--only", "lower_back"]);
    let expected: Vec<_> = all.into_iter().filter(|p| p.0 == "lower_back").collect();
    assert_eq!(of_one, expected);
}

#[test]
fn names_and_words_that_nothing_has_are_refused_with_those_that_there_are() {
    let name = refusal(&["--only", "lower_bakc"]);
    assert!(
        name.contains("lower_back") && name.contains("demo"),
        "{name}"
    );
    let word = refusal(&["--asked-for", "depe"]);
    assert!(word.contains("deep"), "{word}");
    let twice = refusal(&["--scan", "a/demo.ply:b.json"]);
    assert!(twice.contains("both be called demo"), "{twice}");
}

fn bare(verdict: Verdict, body: &str, reasons: &[&str]) -> Row {
    Row {
        routine: "r".to_owned(),
        body: body.to_owned(),
        verdict,
        reasons: reasons.iter().map(|&reason| reason.to_owned()).collect(),
        plan: None,
        refusal: None::<Refusal>,
        figures: None,
        wall_s: 1.0,
    }
}

#[test]
fn the_verdicts_of_the_text_stand_below_each_other_and_the_cells_of_the_page_are_counted() {
    let rows = [
        bare(Verdict::Passed, "b", &[]),
        bare(
            Verdict::SafetyStop,
            "a_long_name",
            &["one | two\n  three", "four"],
        ),
        bare(Verdict::Refused, "ö", &["five"]),
    ];
    let text = table::text(&rows);
    let lines: Vec<Vec<char>> = text.lines().map(|l| l.chars().collect()).collect();
    let head: String = lines[0].iter().collect();
    let column = head.find("verdict").unwrap();
    for (line, row) in lines[1..].iter().zip(&rows) {
        let told: String = line[column..].iter().collect();
        assert!(told.starts_with(row.verdict.word()), "{told}");
    }
    assert!(text.contains("one | two; three (+1 more)"));
    assert!(text.contains("1 of 3 pairs passed, 1 did not; 1 refused by the plan"));
    let page = table::markdown(&rows, "title");
    let bars = |line: &str| line.replace("\\|", "").matches('|').count();
    let table: Vec<usize> = page
        .lines()
        .filter(|l| l.starts_with('|'))
        .map(bars)
        .collect();
    assert_eq!(table.len(), rows.len() + 2);
    assert!(table.iter().all(|count| *count == table[0]), "{table:?}");
}

#[test]
fn two_workers_give_the_rows_of_one_and_leave_no_archive() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let rows = |jobs: &str| {
        let mut options = typed(&["--jobs", jobs]);
        options.routines.clone_from(&data);
        options.only = ["short", "demo", "male_heavy"].map(str::to_owned).to_vec();
        let pairs = pairs::pairs(&options).unwrap_or_else(|f| panic!("{}", f.text()));
        assert_eq!(pairs.len(), 2);
        let folder = std::env::temp_dir().join(format!("knead-test-{}-{jobs}", std::process::id()));
        let workplace = Workplace::new(Some(&folder)).unwrap_or_else(|f| panic!("{}", f.text()));
        let rows = try_all(&options, &pairs, &workplace);
        let mut rows = rows.unwrap_or_else(|f| panic!("{}", f.text()));
        for (row, pair) in rows.iter_mut().zip(&pairs) {
            assert_eq!((&row.routine, &row.body), (&pair.routine, &pair.body));
            let kept = folder.join(format!("{}-on-{}", row.routine, row.body));
            assert!(kept.join("summary.json").exists() && !kept.join("session.mcap").exists());
            row.wall_s = 0.0;
        }
        std::fs::remove_dir_all(&folder).unwrap();
        serde_json::to_string_pretty(&rows).unwrap()
    };
    let one = rows("1");
    assert!(one.contains("least_clearance_mm"), "{one}");
    assert_eq!(one, rows("2"));
}
