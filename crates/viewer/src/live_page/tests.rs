use quantities::{Duration, Newtons, Seconds};

use super::page::build;
use super::*;

fn page() -> LivePage {
    let pressed = |force: f64, reaction, step| LiveStretch {
        felt: Some((Newtons::new(force - 0.5), Newtons::new(force + 0.5))),
        asked: Some((Newtons::new(force), Newtons::new(force))),
        ceiling: Some(Newtons::new(40.0)),
        reaction,
        step,
    };
    let away = LiveStretch {
        reaction: "go",
        ..LiveStretch::default()
    };
    LivePage {
        title: "Lower <back>".to_owned(),
        subtitle: "an arm & a link".to_owned(),
        is_sound: true,
        ending: "the plan is at its end".to_owned(),
        stretch: Seconds::new(10.0),
        course: vec![
            away,
            pressed(9.0, "go", Some(0)),
            pressed(9.0, "slow", Some(0)),
            pressed(14.0, "go", Some(1)),
            away,
        ],
        steps: vec!["Opening".to_owned(), "Circles".to_owned()],
        times: vec![TimeSpread {
            name: "round trip".to_owned(),
            bars: vec![
                (
                    Duration::from_nanos(500_000),
                    Duration::from_nanos(1_000_000),
                    99_000,
                ),
                (
                    Duration::from_nanos(1_000_000),
                    Duration::from_nanos(2_000_000),
                    1,
                ),
            ],
            figures: vec![("median", Duration::from_nanos(610_000))],
        }],
        ..LivePage::default()
    }
}

#[test]
fn the_page_tells_the_ending_the_steps_the_slowing_and_each_count() {
    let html = build(&page());
    for part in [
        "Lower &lt;back&gt;",
        "an arm &amp; a link",
        "✓ the plan is at its end",
        "<title>Opening 0:10–0:30</title>",
        "<title>Circles 0:30–0:40</title>",
        "<title>slow 0:20–0:30</title>",
        "99000",
        "≤ 1 ms",
        "median 610 µs",
    ] {
        assert!(html.contains(part), "{part}\n{html}");
    }
    assert!(!html.contains("<script") && !html.contains("NaN"));
}

#[test]
fn a_session_that_never_began_has_a_page_all_the_same() {
    let html = build(&LivePage {
        ending: "the link is lost".to_owned(),
        ..LivePage::default()
    });
    assert!(html.contains("✗ the link is lost") && html.contains("no sample"));
}

/// The path of a curve by its colour.
fn path(html: &str, colour: crate::palette::Rgb) -> String {
    let stroke = format!(
        "stroke=\"{}\" stroke-width=\"1.2\"",
        crate::palette::hex(colour)
    );
    let line = html.lines().find(|line| line.contains(&stroke));
    let line = line.expect("a curve of this colour");
    line.split('"').nth(1).expect("a path").to_owned()
}

#[test]
fn a_stretch_without_a_press_breaks_the_curve_and_long_stretches_do_not() {
    use crate::palette::{CEILING, TRUE_FORCE};
    let runs = |html: &str| path(html, TRUE_FORCE).matches('M').count();
    assert_eq!(runs(&build(&page())), 1);
    let mut broken = page();
    broken.course[2].felt = None;
    assert_eq!(runs(&build(&broken)), 2);
    // The ceiling is one line over the three stretches that touch.
    let ceiling = path(&build(&page()), CEILING);
    assert!(
        ceiling.matches('M').count() == 1 && ceiling.contains('L'),
        "{ceiling}"
    );
}
