use quantities::Metres;

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

#[test]
fn a_press_on_the_left_is_drawn_on_the_left() {
    let contacts = (0..sample::TICKS).map(sample::contact).collect();
    let tool_poses = (0..sample::TICKS).map(|tick| recorder::PoseRecord {
        at_ns: tick * 20_000_000,
        position: [0.1, 0.05, 0.2],
        orientation: [1.0, 0.0, 0.0, 0.0],
    });
    let session = crate::session::Session {
        contacts,
        tool_poses: tool_poses.collect(),
        ..crate::session::Session::default()
    };
    let svg = body_map::draw(&input(Outcome::Passed), &session);
    // Heat cells only: the scale below lies deeper than any cell of the back.
    let panel = svg.split("<g ").nth(1).expect("the dose panel");
    let cells: Vec<f64> = panel
        .split("<rect x=\"")
        .skip(1)
        .filter(|rect| !rect.contains("stroke") && !rect.contains("height=\"10\""))
        .filter_map(|rect| rect.split('"').next().and_then(|x| x.parse().ok()))
        .collect();
    let spine: f64 = panel
        .split("<path d=\"M")
        .find_map(|path| {
            path.split(' ')
                .next()
                .and_then(|x| x.parse().ok())
                .filter(|x: &f64| *x > 0.0)
        })
        .expect("the spine line");
    assert!(
        !cells.is_empty() && cells.iter().all(|x| *x < spine),
        "{cells:?} {spine}"
    );
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
