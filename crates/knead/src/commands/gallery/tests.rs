use std::path::Path;

use plan::Technique;

use super::showcase::Catalogue;

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

#[test]
fn every_technique_of_the_arm_has_a_step_that_shows_it_and_rows_that_use_it() {
    let catalogue = Catalogue::read(&root().join("config/routines")).expect("routines");
    for &technique in Technique::ALL {
        assert!(!catalogue.rows(technique).is_empty(), "{technique}");
        let example = catalogue.example(technique).expect("a step");
        assert_eq!(example.step.technique, technique);
        let routine = example.routine();
        assert_eq!(routine.steps.len(), 3);
        assert_eq!(routine.steps[1].repeat, 1);
        assert_eq!(routine.steps[1].course, example.step.course);
    }
}

#[test]
fn the_page_that_goes_with_the_documents_holds_a_card_for_each_technique() {
    let page = std::fs::read_to_string(root().join("docs/gallery.html"))
        .expect("docs/gallery.html; make it with `knead gallery --out docs/gallery.html`");
    for technique in Technique::ALL {
        let card = format!("<section class=\"card\" id=\"{}\">", technique.id());
        assert_eq!(page.matches(&card).count(), 1, "{technique}");
    }
    assert!(!page.contains("NaN"));
    assert!(page.len() < 2_500_000, "{} bytes", page.len());
}
