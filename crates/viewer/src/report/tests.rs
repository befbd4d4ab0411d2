use anatomy::Zone;
use dose::{DoseFigures, DoseMap, Grid, Tip, Touch, Zones, gaps};
use quantities::{Metres, Newtons, Pascals, Seconds, SquareMetres};

use super::svg::escape;
use super::*;
use crate::ViewerError;
use crate::sample::{self, Folder, SPIKE_N};

const NASTY: &str = "<script>alert('1')</script> & \"more\"";

fn input(outcome: Outcome) -> ReportInput {
    let corner = |u: f64, v: f64| (Metres::new(u), Metres::new(v));
    ReportInput {
        title: format!("Title {NASTY}"),
        subtitle: format!("Subtitle {NASTY}"),
        outcome,
        reasons: vec![format!("Reason {NASTY}")],
        figures: vec![Figure {
            name: format!("Figure {NASTY}"),
            seen: "0.31 N".into(),
            allowed: "0.50 N".into(),
            passed: Some(outcome == Outcome::Passed),
        }],
        tables: vec![ReportTable {
            caption: format!("Table {NASTY}"),
            columns: vec![format!("Column {NASTY}"), "n".into()],
            rows: vec![
                vec![format!("Cell {NASTY}")],
                vec!["x".into(), "2.5".into(), "3".into()],
            ],
        }],
        facts: vec![
            ("seed".into(), "42".into()),
            (format!("Fact {NASTY}"), NASTY.into()),
        ],
        notes: vec![format!("Note {NASTY}")],
        steps: sample::steps(),
        tools: sample::tools(),
        dose: Some(dose_view()),
        body: BodyMap {
            outline: vec![
                corner(-0.1, 0.2),
                corner(0.5, 0.2),
                corner(0.5, -0.2),
                corner(-0.1, -0.2),
            ],
            keep_out_half_width: Metres::new(0.02),
            landmarks: vec![Landmark {
                name: format!("Mark {NASTY}"),
                u: Metres::new(0.0),
                v: Metres::new(0.0),
            }],
        },
    }
}

/// A stroke on the left that was planned to be twice as long and to be given on the right too.
fn dose_view() -> DoseView {
    let grid = Grid::spanning((Metres::new(-0.1), Metres::new(0.5)), Metres::new(0.2));
    let stroke = |map: &mut DoseMap, v: f64, ticks: u32| {
        let tip = Tip::within((0.02, 0.02), SquareMetres::new(0.0016), |_, _| true);
        for tick in 0..ticks {
            let touch = Touch {
                until: Seconds::new(f64::from(tick + 1) * 0.02),
                lasting: Seconds::new(0.02),
                u: Metres::new(0.05 + f64::from(tick) * 0.001),
                v: Metres::new(v),
                along: (1.0, 0.0),
                force: Newtons::new(20.0),
                pressure: Pascals::new(12.5e3),
            };
            map.add(&tip, &touch);
        }
    };
    let (mut planned, mut given) = (DoseMap::new(grid), DoseMap::new(grid));
    stroke(&mut planned, 0.08, 300);
    stroke(&mut planned, -0.08, 300);
    stroke(&mut given, 0.08, 150);
    let zones = Zones::new(&grid, Metres::new(0.02), |_, v| {
        if v.abs() < Metres::new(0.15) {
            Zone::Paraspinal
        } else {
            Zone::NoContact
        }
    });
    let planned_figures = DoseFigures::of(&planned, &zones, None, None);
    let reach = planned.worked_u_range();
    DoseView {
        given_figures: DoseFigures::of(&given, &zones, reach, None),
        gaps: gaps(&planned, &given),
        open: (0..grid.len())
            .map(|index| reach.is_some_and(|reach| zones.is_within(index, reach)))
            .collect(),
        planned: Some(planned),
        given,
        planned_figures: Some(planned_figures),
        tables: vec![ReportTable {
            caption: format!("Dose table {NASTY}"),
            ..ReportTable::default()
        }],
    }
}

fn page(name: &str, input: &ReportInput) -> String {
    let folder = Folder::new(name);
    let (archive, out) = (folder.file("session.mcap"), folder.file("report.html"));
    sample::write_archive(&archive, &format!("Line {NASTY}"));
    write_report(input, &archive, &out).expect("written");
    assert!(!folder.file("report.html.part").exists());
    std::fs::read_to_string(&out).expect("just written")
}

/// Every element that is opened is closed, in order. Enough of a parser for what the page uses.
fn assert_balanced(html: &str) {
    let mut open: Vec<&str> = Vec::new();
    for piece in html.split('<').skip(1) {
        let (tag, _) = piece.split_once('>').expect("every tag is closed");
        let name = tag
            .split([' ', '\n', '/'])
            .find(|part| !part.is_empty())
            .unwrap_or("");
        if let Some(closed) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closed.trim()), "near <{tag}>");
        } else if !tag.ends_with('/') && !matches!(name, "!DOCTYPE" | "meta") {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "left open: {open:?}");
}

#[test]
fn the_page_says_whether_the_session_passed() {
    let passed = page("passed", &input(Outcome::Passed));
    assert!(passed.contains("✓ PASSED") && !passed.contains("NOT PASSED"));
    assert!(passed.contains("✓ within"));
    let failed = page("failed", &input(Outcome::Failed));
    assert!(failed.contains("✗ NOT PASSED") && failed.contains("✗ outside"));
}

#[test]
fn no_word_from_outside_becomes_markup() {
    let page = page("escape", &input(Outcome::Passed));
    assert!(!page.contains("<script"));
    let safe = escape(NASTY);
    let words = [
        "Title", "Subtitle", "Reason", "Figure", "Table", "Column", "Cell", "Fact", "Note", "Mark",
    ];
    for word in words {
        assert!(
            page.contains(&format!("{word} {safe}")),
            "{word} is missing"
        );
    }
    assert!(page.contains(&format!("planner: Line {safe}")));
    assert!(page.contains("Glide &lt;up&gt;") && page.contains("one arm &amp; two hands"));
}

#[test]
fn the_page_is_well_formed_and_asks_for_nothing_outside() {
    let page = page("whole", &input(Outcome::Passed));
    assert_balanced(&page);
    for outside in ["http:", "https:", "src=", "url(", "@import", "<link"] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page.contains("lang=\"en\"") && page.contains("Content-Security-Policy"));
}

#[test]
fn the_spike_of_one_message_is_in_tables_and_warnings_have_their_moment() {
    let page = page("spike", &input(Outcome::Passed));
    assert!(page.contains(&format!("<td class=\"n\">{SPIKE_N:.1}</td>")));
    assert!(page.contains("monitor: slow: force_headroom"));
    assert!(page.contains("<span class=\"when\">0:03</span>"));
    assert!(page.contains("seed") && page.contains("42"));
}

/// Left edges of the coloured cells of a panel.
fn cells(panel: &str) -> Vec<f64> {
    panel
        .split("<path d=\"M")
        .filter_map(|path| path.split('>').next())
        .filter(|path| path.contains("fill=\"#"))
        .flat_map(|path| path.split('"').next().unwrap_or("").split('M'))
        .filter_map(|piece| piece.split(' ').next().and_then(|x| x.parse().ok()))
        .collect()
}

/// Where the spine line of a panel is.
fn spine(panel: &str) -> f64 {
    let line = panel
        .split("<path d=\"M")
        .find(|path| path.contains("stroke=\"#333\""));
    line.and_then(|path| path.split(' ').next().and_then(|x| x.parse().ok()))
        .expect("the spine line")
}

#[test]
fn a_press_on_the_left_is_drawn_on_the_left_and_a_plan_for_both_sides_on_both() {
    let input = input(Outcome::Passed);
    let svg = dose_maps::draw(&input.body, &dose_view());
    let panels: Vec<&str> = svg.split("<g ").skip(1).collect();
    assert_eq!(panels.len(), 6);
    let (planned, given) = (cells(panels[0]), cells(panels[1]));
    let spine = spine(panels[1]);
    assert!(
        !given.is_empty() && given.iter().all(|x| *x < spine),
        "{given:?} {spine}"
    );
    let left = planned.iter().filter(|x| **x < spine).count();
    assert!(
        left > 0 && left < planned.len(),
        "{left} of {}",
        planned.len()
    );
}

#[test]
fn what_was_left_out_is_boxed_where_it_was_and_told_in_bars() {
    let view = dose_view();
    // The upper half on the left, all of it on the right.
    assert_eq!(view.gaps.len(), 2, "{:?}", view.gaps);
    let svg = dose_maps::draw(&input(Outcome::Passed).body, &view);
    assert_eq!(svg.matches("N·s given</title>").count(), 2);
    let bars = balance::draw(&view);
    assert!(
        bars.contains("60 of 120") && bars.contains("0 of 120"),
        "{bars}"
    );
    assert!(bars.contains("right 100.0 % less"));
}

#[test]
fn without_a_plan_the_maps_show_the_run_alone() {
    let view = DoseView {
        planned: None,
        planned_figures: None,
        gaps: Vec::new(),
        ..dose_view()
    };
    let svg = dose_maps::draw(&BodyMap::default(), &view);
    assert_eq!(svg.matches("<g ").count(), 4);
    assert!(!svg.contains("Planned") && !balance::draw(&view).contains("planned"));
}

#[test]
fn an_archive_with_a_log_alone_gives_a_page_without_curves() {
    let folder = Folder::new("log-only");
    let (archive, out) = (folder.file("session.mcap"), folder.file("report.html"));
    let header = recorder::Header::new(Vec::new());
    let mut writer = recorder::ArchiveWriter::create(&archive, header).expect("a fresh folder");
    let line = recorder::LogRecord {
        at_ns: 5,
        level: 40,
        name: "x".into(),
        text: "refused".into(),
    };
    writer.log(&line).expect("disk");
    writer.finish().expect("disk");
    let bare = ReportInput {
        body: BodyMap::default(),
        dose: None,
        steps: Vec::new(),
        ..input(Outcome::Failed)
    };
    write_report(&bare, &archive, &out).expect("written");
    let page = std::fs::read_to_string(&out).expect("just written");
    assert_balanced(&page);
    assert!(
        page.contains("no sample") && page.contains("refused") && page.contains("there is no map")
    );
}

#[test]
fn missing_and_empty_archives_are_told_apart() {
    let folder = Folder::new("report-empty");
    let (archive, out) = (folder.file("session.mcap"), folder.file("report.html"));
    let input = input(Outcome::Passed);
    assert!(matches!(
        write_report(&input, &archive, &out),
        Err(ViewerError::NoFile { .. })
    ));
    let writer = recorder::ArchiveWriter::create(&archive, recorder::Header::new(Vec::new()));
    writer.expect("a fresh folder").finish().expect("disk");
    assert!(matches!(
        write_report(&input, &archive, &out),
        Err(ViewerError::EmptyArchive { .. })
    ));
    assert!(!out.exists());
}
