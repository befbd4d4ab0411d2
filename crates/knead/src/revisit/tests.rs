use super::*;

fn levels() -> Vec<NamedLevel> {
    let rows = [
        ("tail_bone", -100.0),
        ("S2", 0.0),
        ("waist", 150.0),
        ("T7", 320.0),
    ];
    rows.map(|(word, u)| (word.to_owned(), u)).to_vec()
}

fn gap(side: Side, u: (f64, f64), aside: (f64, f64)) -> Gap {
    Gap {
        side,
        from_u_mm: u.0,
        to_u_mm: u.1,
        inner_mm: aside.0,
        outer_mm: aside.1,
        area_cm2: (u.1 - u.0) * (aside.1 - aside.0) * 1e-2,
        planned_n_s: 200.0,
        given_n_s: 20.0,
    }
}

/// The palm from u = 0 to 180 on both sides, 60 to 90 beside; the thumb from -80 to 400 at 50.
fn places() -> Vec<Place> {
    let place = |contact, u_mm, v_mm| Place {
        contact,
        u_mm,
        v_mm,
    };
    let mut all = Vec::new();
    for side in [1.0, -1.0] {
        for i in 0..=36 {
            all.push(place(Contact::Broad, f64::from(i) * 5.0, side * 60.0));
            all.push(place(Contact::Broad, f64::from(i) * 5.0, side * 90.0));
        }
        for i in -16..=80 {
            all.push(place(Contact::Narrow, f64::from(i) * 5.0, side * 50.0));
        }
    }
    all
}

fn read(text: &str) -> planner::Routine {
    settings::parse_routine(text, "revisit.toml").unwrap_or_else(|e| panic!("{e}\n{text}"))
}

#[test]
fn nothing_left_out_is_no_routine() {
    assert_eq!(routine("Lower back", &[], &levels(), &places()), None);
}

#[test]
fn the_routine_is_one_that_settings_reads_whatever_the_title() {
    let gaps = [
        gap(Side::Right, (-20.0, 240.0), (35.0, 115.0)),
        gap(Side::Left, (60.0, 100.0), (40.0, 110.0)),
    ];
    let text = routine(
        "Lower \"back\" \u{7} ä\\ \n[x]",
        &gaps,
        &levels(),
        &places(),
    )
    .unwrap();
    let names: Vec<String> = read(&text).steps.into_iter().map(|s| s.name).collect();
    // 40 mm on the left are circled over, which needs no gliding of that side.
    let wanted = [
        "Warm-up on the right",
        "Gap 1 on the right",
        "Gap 2 on the left",
        "Cool-down on the right",
    ];
    assert_eq!(names, wanted, "{text}");
    assert!(text.contains("palm_circles"));
}

#[test]
fn the_palm_goes_no_further_than_the_plan_had_it_and_the_thumb_takes_the_rest() {
    let gaps = [gap(Side::Left, (-30.0, 410.0), (35.0, 115.0))];
    let text = routine("x", &gaps, &levels(), &places()).unwrap();
    let read = read(&text);
    assert_eq!(read.steps.len(), 4, "{text}");
    assert!(
        text.contains("from = \"S2\"\nto = { at = \"waist\", shift_mm = 30 }"),
        "{text}"
    );
    assert!(text.contains("offset_mm = 60\nouter_mm = 90"), "{text}");
    // 180 N s are missing; a loop of 180 mm gives 32.
    assert!(text.contains("repeat = 6"), "{text}");
    assert!(text.contains("Gap 1 on the left, by thumb"), "{text}");
}

#[test]
fn a_narrow_gap_is_for_the_thumb_and_the_lower_back_is_warmed_first() {
    let gaps = [gap(Side::Right, (250.0, 400.0), (40.0, 60.0))];
    let text = routine("x", &gaps, &levels(), &places()).unwrap();
    let read = read(&text);
    assert_eq!(read.steps.len(), 3, "{text}");
    assert!(text.contains("technique = \"thumb_circles\"") && !text.contains("sides = \"left\""));
}

#[test]
fn more_gaps_than_one_routine_holds_are_left_for_the_next() {
    let many: Vec<Gap> = (0..30)
        .map(|i| {
            gap(
                Side::Left,
                (f64::from(i) * 5.0, f64::from(i) * 5.0 + 30.0),
                (40.0, 110.0),
            )
        })
        .collect();
    let text = routine("x", &many, &levels(), &places()).unwrap();
    assert_eq!(text.matches("name = \"Gap").count(), MOST_GAPS);
}
