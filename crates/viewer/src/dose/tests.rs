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

#[test]
fn the_grid_holds_all_of_the_impulse() {
    let (session, steps, tools) = (stroke(), one_step(), [pad(0.02)]);
    let mut grid = UvGrid::new((0.0, 0.5), (-0.2, 0.2), 0.01);
    for press in presses(&session, &steps, &tools) {
        grid.add(&press);
    }
    let total: f64 = grid.dose.iter().sum();
    assert!((total - 300.0).abs() < 1e-9, "{total}");
    assert!(grid.pressure.iter().all(|p| *p == 0.0 || *p == 20_000.0));
}

#[test]
fn a_tool_smaller_than_a_cell_still_leaves_its_dose() {
    let (session, steps, tools) = (stroke(), one_step(), [pad(1e-4)]);
    let mut grid = UvGrid::new((0.0, 0.5), (-0.2, 0.2), 0.01);
    for press in presses(&session, &steps, &tools) {
        grid.add(&press);
    }
    assert!((grid.dose.iter().sum::<f64>() - 300.0).abs() < 1e-9);
}

#[test]
fn mesh_and_grid_tell_the_same_dose_per_area() {
    let (session, steps, tools) = (stroke(), one_step(), [pad(0.02)]);
    let mut grid = UvGrid::new((0.0, 0.5), (-0.2, 0.2), 0.01);
    let centres: Vec<Point3<f64>> = (0..grid.rows)
        .flat_map(|r| (0..grid.columns).map(move |c| (r, c)))
        .map(|(r, c)| grid.centre(r, c))
        .map(|(u, v)| Point3::new(u, v, 0.2))
        .collect();
    let mut skin = SkinDose::new(centres);
    for press in presses(&session, &steps, &tools) {
        grid.add(&press);
        skin.add(&press);
    }
    // A cell is 1 cm², so both are N·s/cm²; the grid spreads over whole cells: 4 by 4 for this pad at best.
    let (grid_sum, skin_sum) = (
        grid.dose.iter().sum::<f64>(),
        skin.per_cm2.iter().sum::<f64>(),
    );
    assert!(
        (grid_sum - skin_sum).abs() < 0.02 * grid_sum,
        "{grid_sum} {skin_sum}"
    );
}

#[test]
fn a_gap_in_the_archive_is_not_a_dose() {
    let mut session = stroke();
    session.contacts.truncate(2);
    session.contacts[1].at_ns = 60_000_000_000;
    let (steps, tools) = (one_step(), [pad(0.02)]);
    let total: f64 = presses(&session, &steps, &tools).map(|p| p.impulse()).sum();
    assert!((total - 30.0 * LONGEST_STEP_S).abs() < 1e-12);
}

#[test]
fn nonsense_bounds_give_no_cells() {
    assert_eq!(UvGrid::new((0.0, f64::NAN), (0.0, 1.0), 0.01).dose.len(), 0);
    assert_eq!(UvGrid::new((1.0, 0.0), (0.0, 1.0), 0.01).dose.len(), 0);
}
