use super::*;

fn pad(half: f64) -> ToolShape {
    let outline = vec![[-half, -half], [half, -half], [half, half], [-half, half]];
    ToolShape {
        name: "pad".into(),
        outlines: vec![outline],
    }
}

fn facing_down() -> [f64; 4] {
    // Half a turn about x: tool z points down, tool x along table x.
    [1.0, 0.0, 0.0, 0.0]
}

/// Ten seconds at 50 Hz along the spine, 30 N.
fn stroke() -> Session {
    let ticks = 0..=500u64;
    let u = |i: u64| 0.1 + i as f64 * 0.0004;
    let contact = |i: u64| ContactRecord {
        at_ns: i * 20_000_000,
        normal_force_true_n: 30.0,
        u_m: u(i),
        v_m: 0.05,
        peak_pressure_pa: 20_000.0,
        ..ContactRecord::default()
    };
    let place = |i: u64| PoseRecord {
        at_ns: i * 20_000_000,
        position: [u(i), 0.05, 0.2],
        orientation: facing_down(),
    };
    Session {
        contacts: ticks.clone().map(contact).collect(),
        tool_poses: ticks.map(place).collect(),
        ..Session::default()
    }
}

fn one_step() -> Vec<StepName> {
    vec![StepName {
        tool: Some(0),
        ..StepName::default()
    }]
}

fn spread() -> Vec<Option<(Metres, Metres)>> {
    let at = |i: i32, low: f64| Metres::new(low + (f64::from(i) + 0.5) * 0.005);
    (0..100)
        .flat_map(|i| (0..80).map(move |j| Some((at(i, 0.0), at(j, -0.2)))))
        .collect()
}

#[test]
fn the_skin_holds_all_of_the_impulse() {
    // One vertex in the middle of each cell of 25 mm²: kPa·s times area is N·s. A tool smaller than a cell too.
    for half in [0.02, 1e-4] {
        let (session, steps, tools) = (stroke(), one_step(), [pad(half)]);
        let mut skin = SkinDose::new(&spread(), &tools);
        for press in presses(&session, &steps, &tools) {
            skin.add(&press);
        }
        let total: f64 = skin.kpa_s().iter().map(|kpa_s| kpa_s * 1e3 * 25e-6).sum();
        assert!((total - 300.0).abs() < 1e-6, "{total}");
    }
}

#[test]
fn vertices_without_a_place_take_no_dose() {
    let (session, steps, tools) = (stroke(), one_step(), [pad(0.02)]);
    let mut skin = SkinDose::new(&[None, Some((Metres::new(0.2), Metres::new(0.05)))], &tools);
    for press in presses(&session, &steps, &tools) {
        skin.add(&press);
    }
    assert!(skin.kpa_s()[0].abs() < 1e-12);
}

#[test]
fn a_gap_in_the_archive_is_not_a_dose() {
    let mut session = stroke();
    session.contacts.truncate(2);
    session.contacts[1].at_ns = 60_000_000_000;
    let (steps, tools) = (one_step(), [pad(0.02)]);
    let total: f64 = presses(&session, &steps, &tools)
        .map(|p| (p.touch().force * p.touch().lasting).get())
        .sum();
    assert!((total - 30.0 * LONGEST_STEP_S).abs() < 1e-12);
}
