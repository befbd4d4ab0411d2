use super::*;

type P = Point<Table>;

fn person() -> Landmarks {
    Landmarks {
        c7: P::new(0.48, 0.0, 0.18),
        t3: P::new(0.42, 0.0, 0.2),
        t7: P::new(0.33, 0.0, 0.21),
        t12: P::new(0.19, 0.0, 0.18),
        l4: P::new(0.06, 0.0, 0.19),
        s2: P::new(0.0, 0.0, 0.21),
        acromion_left: Some(P::new(0.39, 0.18, 0.16)),
        acromion_right: Some(P::new(0.39, -0.18, 0.16)),
        psis_left: Some(P::new(0.0, 0.043, 0.21)),
        psis_right: Some(P::new(0.0, -0.043, 0.21)),
        scapula_inferior_left: None,
        scapula_inferior_right: None,
        midline: vec![P::new(0.1, 0.0, 0.19), P::new(0.3, 0.001, 0.2)],
        midline_uncertainty: DEFAULT_MIDLINE_UNCERTAINTY,
    }
}

fn refused(change: impl FnOnce(&mut Landmarks)) -> LandmarkError {
    let mut landmarks = person();
    change(&mut landmarks);
    landmarks.check().unwrap_err()
}

fn everywhere(landmarks: &mut Landmarks, change: impl Fn(P) -> P) {
    let Landmarks {
        c7,
        t3,
        t7,
        t12,
        l4,
        s2,
        ..
    } = landmarks;
    for p in [c7, t3, t7, t12, l4, s2] {
        *p = change(*p);
    }
    for p in [
        &mut landmarks.acromion_left,
        &mut landmarks.acromion_right,
        &mut landmarks.psis_left,
        &mut landmarks.psis_right,
    ] {
        *p = p.map(&change);
    }
    landmarks.midline.iter_mut().for_each(|p| *p = change(*p));
}

#[test]
fn a_person_passes() {
    person().check().unwrap();
}

#[test]
fn a_number_that_is_none_is_refused_by_name() {
    let found = refused(|l| l.psis_left = Some(P::new(0.0, f64::NAN, 0.2)));
    assert_eq!(found, LandmarkError::NotFinite("PSIS left"));
    let found = refused(|l| l.scapula_inferior_left = Some(P::new(0.0, 0.0, f64::INFINITY)));
    assert_eq!(
        found,
        LandmarkError::NotFinite("scapula inferior angle left")
    );
    let found = refused(|l| l.midline.push(P::new(f64::NAN, 0.0, 0.0)));
    assert_eq!(found, LandmarkError::NotFinite("midline"));
}

#[test]
fn other_units_are_recognised() {
    for (scale, unit) in [
        (1e3, "millimetres"),
        (1e2, "centimetres"),
        (1.0 / 0.0254, "inches"),
    ] {
        let found = refused(|l| {
            everywhere(l, |p| P::new(p.x() * scale, p.y() * scale, p.z() * scale));
        });
        assert!(found.to_string().contains(unit), "{found}");
    }
    let found = refused(|l| l.c7 = P::new(0.2, 0.0, 0.2));
    assert!(matches!(found, LandmarkError::NoBack { .. }), "{found}");
}

#[test]
fn mirrored_sets_are_refused_however_they_were_mirrored() {
    // y runs to the right: left landmarks have a negative y.
    let found = refused(|l| everywhere(l, |p| P::new(p.x(), -p.y(), p.z())));
    assert!(
        matches!(
            found,
            LandmarkError::Mirrored {
                left: "acromion left",
                ..
            }
        ),
        "{found}"
    );
    assert!(found.to_string().contains("mirrored"));
    // Turned by half a turn and mirrored at once: the head points backward.
    let found = refused(|l| everywhere(l, |p| P::new(-p.x(), p.y(), p.z())));
    assert!(matches!(found, LandmarkError::Heading { .. }), "{found}");
    let found = refused(|l| l.acromion_right = Some(P::new(0.39, 0.05, 0.16)));
    assert!(matches!(found, LandmarkError::OneSided { .. }), "{found}");
}

#[test]
fn vertebrae_out_of_order_are_named() {
    let found = refused(|l| std::mem::swap(&mut l.t7, &mut l.t12));
    assert!(
        matches!(
            found,
            LandmarkError::Order {
                lower: "T12",
                upper: "T7",
                ..
            }
        ),
        "{found}"
    );
}

#[test]
fn points_beside_the_spine_are_refused() {
    let found = refused(|l| l.t12 = P::new(0.19, 0.1, 0.18));
    assert!(
        found.to_string().starts_with("T12 lies 100 mm beside"),
        "{found}"
    );
    let found = refused(|l| l.midline.push(P::new(0.2, -0.09, 0.18)));
    assert!(found.to_string().starts_with("midline point 3"), "{found}");
}

#[test]
fn an_uncertainty_above_eight_millimetres_or_none_at_all_is_refused() {
    for metres in [0.0081, -0.001, f64::NAN, f64::INFINITY] {
        let found = refused(|l| l.midline_uncertainty = Metres::new(metres));
        assert!(matches!(found, LandmarkError::Uncertain { .. }), "{found}");
    }
    let mut at_the_limit = person();
    at_the_limit.midline_uncertainty = LARGEST_MIDLINE_UNCERTAINTY;
    at_the_limit.check().unwrap();
}
