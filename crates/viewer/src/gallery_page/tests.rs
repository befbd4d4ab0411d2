use quantities::{Metres, Newtons, Seconds};

use super::page::build;
use super::*;
use crate::Landmark;

/// A run of circles that travel up, forces swelling once a second.
fn run(start: f64, blows: Option<f64>) -> ContactRun {
    let place = |i: u32| {
        let turn = f64::from(i) * 0.01 * std::f64::consts::TAU;
        PressedPlace {
            u: Metres::new(0.05 + 0.0002 * f64::from(i) + 0.01 * libm::sin(turn)),
            v: Metres::new(0.06 + 0.01 * libm::cos(turn)),
            force: Newtons::new(8.0 + 3.0 * libm::sin(turn)),
        }
    };
    ContactRun {
        start: Seconds::new(start),
        spacing: Seconds::new(0.01),
        blows: blows.map(Seconds::new),
        places: (0..800).map(place).collect(),
    }
}

fn card(id: &str, shown: Shown) -> TechniqueCard {
    TechniqueCard {
        id: id.to_owned(),
        word: format!("word_{id}"),
        summary: "circles & <more>".to_owned(),
        facts: vec![("tool".to_owned(), "palm".to_owned())],
        notes: vec!["lowered to 0.5 Hz".to_owned()],
        shown,
    }
}

fn planned(runs: Vec<ContactRun>, rhythmic: bool) -> Shown {
    Shown::Planned { runs, rhythmic }
}

fn page(cards: Vec<TechniqueCard>) -> GalleryPage {
    let place = |u: f64, v: f64| (Metres::new(u), Metres::new(v));
    GalleryPage {
        title: "Techniques".to_owned(),
        subtitle: "a body & an arm".to_owned(),
        back: GalleryBack {
            map: BodyMap {
                outline: vec![
                    place(0.0, 0.2),
                    place(0.5, 0.2),
                    place(0.5, -0.2),
                    place(0.0, -0.2),
                ],
                keep_out_half_width: Metres::new(0.02),
                landmarks: vec![Landmark {
                    name: "T7".to_owned(),
                    u: Metres::new(0.3),
                    v: Metres::ZERO,
                }],
            },
            blades: vec![vec![place(0.4, 0.1), place(0.3, 0.1), place(0.35, 0.15)]],
        },
        cards,
    }
}

#[test]
fn there_is_a_card_for_each_technique_and_no_number_that_is_none() {
    let mut broken = run(20.0, None);
    broken.places[3].u = Metres::new(f64::NAN);
    broken.places[9].force = Newtons::new(f64::INFINITY);
    let html = build(&page(vec![
        card("T1", planned(vec![run(2.0, None), broken], false)),
        card("T6", planned(vec![run(2.0, None)], true)),
        card("T13", planned(vec![run(2.0, Some(0.5))], true)),
        card("T9", Shown::Refused(vec!["no <room> for it".to_owned()])),
        card("T21", Shown::Person("a person acts".to_owned())),
    ]));
    for id in ["T1", "T6", "T13", "T9", "T21"] {
        assert_eq!(html.matches(&format!("id=\"{id}\"")).count(), 1, "{id}");
    }
    assert!(!html.contains("NaN") && !html.contains("inf"));
    assert_eq!(html.matches("<svg class=\"back\"").count(), 3);
    assert_eq!(
        html.matches("<svg class=\"close\"").count(),
        2,
        "the rhythmic ones"
    );
    assert!(html.contains("no &lt;room&gt; for it") && html.contains("class=\"refused\""));
    assert!(html.contains("circles &amp; &lt;more&gt;"));
    assert!(!html.contains("<script") && !html.contains("http://") && !html.contains("https://"));
}

#[test]
fn a_planned_step_without_contact_is_told_and_not_drawn() {
    let html = build(&page(vec![card("T1", planned(Vec::new(), true))]));
    assert!(html.contains("no contact in this step"));
    assert!(!html.contains("<svg class=\"back\""));
}

#[test]
fn blows_come_once_a_period_and_circles_fall_out_of_the_course() {
    let strips = strip::strips(&[run(0.0, Some(0.5))]);
    // 7.99 s hold sixteen blows: at 0, 0.5, ... 7.5 s.
    assert_eq!(strips[0].struck().len(), 16);
    let course = strips[0].course();
    let inner = &course[100..700];
    assert!(inner.iter().all(|(_, v)| (v - 0.06).abs() < 2e-4));
    assert!(inner.windows(2).all(|w| w[1].0 > w[0].0));
}

#[test]
fn the_close_look_is_three_seconds_of_the_longest_run() {
    let mut short = run(0.0, None);
    short.places.truncate(100);
    let look = strip::look(&strip::strips(&[short, run(5.0, None)])).expect("a look");
    let (from, to) = (look.moments[0].at, look.moments[look.moments.len() - 1].at);
    assert!((to - from - 3.0).abs() < 0.03 && from > 5.0);
}
