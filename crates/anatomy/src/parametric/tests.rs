use super::*;
use crate::levels::Level;

fn body(sex: Sex, stature: f64, mass: f64) -> BodyParameters {
    BodyParameters {
        sex,
        stature: Metres::new(stature),
        mass: Kilograms::new(mass),
    }
}

#[test]
fn every_person_in_the_range_gets_a_symmetric_back_from_tail_to_neck() {
    for sex in [Sex::Female, Sex::Male] {
        for stature in [1.42, 1.63, 1.78, 2.08] {
            for index in [16.5, 23.6, 30.0, 41.0] {
                let (back, landmarks) =
                    parametric_body(&body(sex, stature, index * stature * stature)).unwrap();
                landmarks.check().unwrap();
                let what = format!("{sex:?} {stature} m index {index}");
                assert!(back.u_range().0 < back.level(Level::TailBone), "{what}");
                assert!(back.u_range().1 > back.level(Level::C7), "{what}");
                let waist = back.level(Level::Waist);
                let (right, left) = back.v_range(waist).unwrap();
                assert!(
                    (right + left).abs().get() < 0.0061,
                    "{what}: {right} {left}"
                );
                assert!(left.get() > 0.08, "{what}: waist {left}");
                let above = |v: f64| back.chart().at(waist, Metres::new(v)).unwrap().point.z();
                assert!((above(0.07) - above(-0.07)).abs() < 1e-6);
            }
        }
    }
}

#[test]
fn an_average_woman_has_the_measures_of_the_reference_body() {
    let back = parametric_back(&body(Sex::Female, 1.63, 62.6)).unwrap();
    // Heights (m) of a body model of 1.63 m and 62.6 kg at (x, y).
    for (x, y, z) in [
        (0.0, 0.0, 0.212),
        (0.0965, 0.03, 0.182),
        (0.0965, 0.12, 0.154),
        (0.193, 0.06, 0.185),
        (0.2894, 0.1, 0.201),
        (0.3376, 0.0, 0.211),
        (0.3376, 0.1, 0.211),
        (-0.0965, 0.06, 0.231),
        (-0.0965, 0.14, 0.199),
        (0.4823, 0.0, 0.175),
    ] {
        let found = back.surface().sample(x, y).unwrap().height;
        assert!(
            (found - z).abs() < 0.013,
            "({x}, {y}): {found:.4} against {z}"
        );
    }
    assert!((back.level(Level::C7).get() - 0.50).abs() < 0.02);
    // Visible breadth of the waist, seen from above: 0.26 to 0.30 m.
    let (right, left) = back.v_range(back.level(Level::Waist)).unwrap();
    let at = |v| {
        back.chart()
            .at(back.level(Level::Waist), v)
            .unwrap()
            .point
            .y()
    };
    assert!(
        (0.24..0.31).contains(&(at(left) - at(right))),
        "{}",
        at(left) - at(right)
    );
}

#[test]
fn a_heavy_man_has_the_measures_of_the_reference_body() {
    let back = parametric_back(&body(Sex::Male, 1.7578, 112.0)).unwrap();
    for (x, y, z) in [
        (0.0, 0.0, 0.290),
        (0.1045, 0.06, 0.286),
        (0.1045, 0.16, 0.235),
        (0.2091, 0.0, 0.299),
        (0.2614, 0.12, 0.305),
        (0.3659, 0.06, 0.328),
        (0.3659, 0.0, 0.311),
        (-0.1045, 0.1, 0.274),
        (0.5227, 0.0, 0.279),
    ] {
        let found = back.surface().sample(x, y).unwrap().height;
        assert!(
            (found - z).abs() < 0.013,
            "({x}, {y}): {found:.4} against {z}"
        );
    }
}

#[test]
fn the_spine_has_a_hollow_at_the_waist_and_a_hump_at_the_chest() {
    let back = parametric_back(&body(Sex::Male, 1.75, 72.0)).unwrap();
    let z = |level| {
        back.chart()
            .at(back.level(level), Metres::ZERO)
            .unwrap()
            .point
            .z()
    };
    assert!(z(Level::Waist) < z(Level::S2) - 0.01 && z(Level::Waist) < z(Level::T7) - 0.01);
    assert!(z(Level::C7) < z(Level::T7) - 0.01);
    // Furrow: beside the spine the skin is higher.
    for level in [Level::L4, Level::Waist, Level::T12, Level::T7] {
        let beside = back
            .chart()
            .at(back.level(level), Metres::new(0.045))
            .unwrap()
            .point
            .z();
        assert!(beside > z(level) + 0.001, "{level:?}");
    }
}

#[test]
fn men_have_broader_shoulders_and_narrower_hips_than_women_of_their_size() {
    let woman = parametric_back(&body(Sex::Female, 1.7, 70.0)).unwrap();
    let man = parametric_back(&body(Sex::Male, 1.7, 70.0)).unwrap();
    let breadth = |back: &Back, u: f64| {
        let (right, left) = back.v_range(Metres::new(u)).unwrap();
        (left - right).get()
    };
    assert!(breadth(&man, 0.36) > breadth(&woman, 0.36) + 0.005);
    assert!(breadth(&man, -0.15) < breadth(&woman, -0.15) - 0.005);
}

#[test]
fn people_outside_of_the_range_are_refused_with_their_figures() {
    for (stature, mass) in [(1.2, 40.0), (2.3, 100.0), (f64::NAN, 70.0)] {
        let refused = parametric_back(&body(Sex::Male, stature, mass)).unwrap_err();
        assert!(matches!(refused, BodyError::Stature { .. }), "{refused}");
    }
    for mass in [30.0, 200.0, f64::NAN] {
        let refused = parametric_back(&body(Sex::Female, 1.7, mass)).unwrap_err();
        assert!(matches!(refused, BodyError::Build { .. }), "{refused}");
    }
    let text = parametric_back(&body(Sex::Female, 1.7, 200.0))
        .unwrap_err()
        .to_string();
    assert!(text.contains("69.2") && text.contains("42"), "{text}");
}
