use super::*;

const PALM: &str = include_str!("../../../../config/tools/palm.toml");

fn only_fault(text: &str) -> (Code, String) {
    let errors = ToolProfile::parse(text, "t.toml").expect_err("a faulty tool");
    assert_eq!(errors.problems().len(), 1, "{errors}");
    (errors.problems()[0].code, errors.to_string())
}

#[test]
fn the_palm_reaches_80_millimetres_straight_out() {
    let palm = ToolProfile::parse(PALM, "palm.toml").expect("a good tool");
    let pose = palm.model.payload.flange_from_tool;
    assert_eq!(
        (pose.origin().x(), pose.origin().y(), pose.origin().z()),
        (0.0, 0.0, 0.08)
    );
    assert_eq!(palm.model.payload.mass.get(), 0.5);
    // A rectangle of 100 x 50 mm less its corners.
    let corners = (4.0 - core::f64::consts::PI) * 0.015 * 0.015;
    assert!((palm.model.patch.area().get() - (0.005 - corners)).abs() < 1e-12);
    assert!(palm.techniques.contains(&Technique::FanOut));
    assert_eq!(palm.model.pressure_rating.get(), 100e3);
}

#[test]
fn an_inertia_that_breaks_the_triangle_inequality_is_refused() {
    let broken = PALM.replace("inertia_kg_m2 = [0.000371,", "inertia_kg_m2 = [0.1,");
    let (code, printed) = only_fault(&broken);
    assert_eq!(code, Code::NotPhysical);
    assert!(printed.contains("principal moments are"), "{printed}");
    let negative = PALM.replace("inertia_kg_m2 = [0.000371,", "inertia_kg_m2 = [-0.0004,");
    assert_eq!(only_fault(&negative).0, Code::NotPhysical);
}

#[test]
fn a_corner_larger_than_half_the_width_is_refused() {
    assert_eq!(
        only_fault(&PALM.replace("corner_mm = 15", "corner_mm = 30")).0,
        Code::Contradiction
    );
}

#[test]
fn fork_tips_that_overlap_are_refused() {
    let fork = "shape = \"fork\"\ntip_diameter_mm = 20\nspacing_mm = 15";
    let from = PALM.find("shape").expect("shape");
    let to = PALM.find("# Where").expect("next comment");
    let text = format!("{}{fork}\n{}", &PALM[..from], &PALM[to..]);
    assert_eq!(only_fault(&text).0, Code::Contradiction);
}

#[test]
fn a_mass_in_grams_and_a_tool_of_unknown_name_are_refused() {
    assert_eq!(
        only_fault(&PALM.replace("mass_kg = 0.5", "mass_kg = 500")).0,
        Code::OutOfRange
    );
    assert_eq!(
        only_fault(&PALM.replace("name = \"palm\"", "name = \"plam\"")).0,
        Code::UnknownWord
    );
}

#[test]
fn an_area_that_is_not_the_shapes_is_refused_with_the_shapes_own() {
    assert!(PALM.contains("area_cm2 = 48.1"));
    let (code, printed) = only_fault(&PALM.replace("area_cm2 = 48.1", "area_cm2 = 55"));
    assert_eq!(code, Code::Contradiction);
    assert!(printed.contains("the shape has 48.07 cm²"), "{printed}");
    let from = PALM.find("area_cm2").expect("there");
    let to = PALM[from..].find('\n').expect("a line") + from;
    let silent = format!("{}{}", &PALM[..from], &PALM[to..]);
    assert_eq!(
        ToolProfile::parse(&silent, "t.toml"),
        ToolProfile::parse(PALM, "t.toml")
    );
}
