use quantities::{Metres, Point};

use super::page::build;
use super::*;

fn base(name: &str, y: f64, comfort: Option<f64>) -> BaseSketch {
    let corner = |x: f64, y: f64| Point::new(x, y, 0.2);
    BaseSketch {
        name: name.to_owned(),
        plans: comfort.is_some(),
        base: Point::new(0.2, y, 0.1),
        ahead: (0.0, 1.0),
        foot_radius: Metres::new(0.08),
        cells: vec![ReachCell {
            corners: [
                corner(0.0, 0.0),
                corner(0.03, 0.0),
                corner(0.03, 0.03),
                corner(0.0, 0.03),
            ],
            comfort,
        }],
        arm: vec![Point::new(0.2, y, 0.1), Point::new(0.1, 0.0, 0.5)],
        figures: vec![("joint margin (deg)".to_owned(), "12.0, joint 2".to_owned())],
        tightest: "reach".to_owned(),
        snippet: comfort.map(|_| "position_mm = [200, 0, 100]".to_owned()),
    }
}

fn page(bases: Vec<BaseSketch>) -> PlacementPage {
    PlacementPage {
        title: "Where <it> should stand".to_owned(),
        subtitle: "a routine & a body".to_owned(),
        table_ends: (Metres::new(-1.2), Metres::new(0.8)),
        table_half_width: Metres::new(0.35),
        body: vec![
            Point::new(-0.1, 0.2, 0.1),
            Point::new(0.5, 0.2, 0.1),
            Point::new(0.2, -0.2, 0.1),
        ],
        section: vec![Point::new(0.2, 0.2, 0.1), Point::new(0.2, -0.2, 0.1)],
        passes: vec![vec![Point::new(0.0, 0.05, 0.2), Point::new(0.3, 0.05, 0.2)]],
        bases,
    }
}

#[test]
fn every_base_is_drawn_and_what_is_out_of_reach_is_hatched() {
    let html = build(&page(vec![
        base("1 cart", -0.5, Some(0.7)),
        base("present", 0.5, None),
    ]));
    assert_eq!(html.matches("from above</text>").count(), 2);
    assert_eq!(html.matches("from the feet</text>").count(), 2);
    // The key shows the hatch once; one cell's fill and stroke are the other two.
    assert_eq!(html.matches("url(#unreached)").count(), 3);
    assert!(html.contains("12.0, joint 2") && html.contains("position_mm = [200, 0, 100]"));
    assert!(html.contains("✓ the routine plans") && html.contains("✗ the routine does not plan"));
}

#[test]
fn words_are_escaped_and_nothing_is_fetched() {
    let html = build(&page(vec![base("<b>", -0.5, Some(0.7))]));
    assert!(!html.contains("<b>") && !html.contains("<it>") && html.contains("&lt;it&gt;"));
    assert!(!html.contains("http:") && !html.contains("https:") && !html.contains("<script"));
}

#[test]
fn the_pictures_hold_the_feet_wherever_they_stand() {
    let page = page(vec![base("far", 1.4, Some(0.1)), base("near", -0.5, None)]);
    let view = from_above::View::of(&page);
    assert!(view.size.0 <= 660.1 && view.size.1 <= 560.1);
    let html = build(&page);
    let mut centres = 0;
    for circle in html.split("<circle cx=\"").skip(1) {
        let number = |text: &str| text.split('"').next().and_then(|t| t.parse::<f64>().ok());
        let x = number(circle).unwrap();
        let y = circle.split("cy=\"").nth(1).and_then(number).unwrap();
        assert!((0.0..=1040.0).contains(&x) && (0.0..=600.0).contains(&y));
        centres += 1;
    }
    assert!(centres > 4);
}

#[test]
fn an_empty_page_is_still_a_page() {
    let mut empty = page(Vec::new());
    (empty.body, empty.section, empty.passes) = (Vec::new(), Vec::new(), Vec::new());
    assert!(build(&empty).ends_with("</html>\n"));
}
