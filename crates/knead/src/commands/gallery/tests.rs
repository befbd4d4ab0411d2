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
