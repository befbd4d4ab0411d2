use kinematics::Patch;
use proptest::prelude::*;
use quantities::Newtons;

use super::*;

fn grid() -> Grid {
    Grid::spanning((Metres::new(-0.15), Metres::new(0.55)), Metres::new(0.25))
}

fn palm() -> Patch {
    Patch::RoundedRectangle {
        length: Metres::new(0.1),
        width: Metres::new(0.05),
        corner: Metres::new(0.012),
    }
}

fn fork() -> Patch {
    Patch::Fork {
        tip_radius: Metres::new(0.01),
        spacing: Metres::new(0.1),
    }
}

fn touch(until: f64, u: f64, v: f64, force: f64) -> Touch {
    Touch {
        until: Seconds::new(until),
        lasting: Seconds::new(0.02),
        u: Metres::new(u),
        v: Metres::new(v),
        along: (1.0, 0.0),
        force: Newtons::new(force),
        pressure: Pascals::new(force * 200.0),
    }
}

fn press(map: &mut DoseMap, patch: &Patch, touch: &Touch) {
    for tip in Tip::of(patch) {
        map.add(&tip, &tip.beside(touch));
    }
}

fn single(patch: &Patch) -> Tip {
    Tip::of(patch).remove(0)
}

#[test]
fn a_still_press_leaves_force_times_time_over_the_area_of_its_patch() {
    for patch in [
        palm(),
        Patch::Disc {
            radius: Metres::new(0.0201),
        },
    ] {
        let mut map = DoseMap::new(grid());
        let tip = single(&patch);
        for tick in 1..=100 {
            map.add(&tip, &touch(f64::from(tick) * 0.02, 0.2013, 0.0787, 15.0));
        }
        let total: f64 = map.impulse_n_s().iter().sum();
        assert!((total - 30.0).abs() < 1e-9, "{total}");
        // In the middle of the patch the pressure dose is F t / A, by the datasheet's area.
        let middle = map
            .grid()
            .index(Metres::new(0.2013), Metres::new(0.0787))
            .unwrap();
        let seen = map.pressure_dose_kpa_s().nth(middle).unwrap();
        let told = 30.0 / patch.area().get() * 1e-3;
        assert!((seen - told).abs() < 0.06 * told, "{seen} {told}");
        let worked = map.passes().iter().filter(|p| **p > 0).count() as f64;
        let area = worked * (CELL * CELL).get();
        assert!(
            (area - patch.area().get()).abs() < 0.08 * patch.area().get(),
            "{area}"
        );
        assert!((map.time_s()[middle] - 2.0).abs() < 1e-9);
        assert_eq!(map.passes()[middle], 1);
    }
}

#[test]
fn to_and_fro_counts_as_often_as_the_patch_comes_by() {
    let mut map = DoseMap::new(grid());
    let tip = single(&palm());
    let (mut at, mut u, mut step) = (0.0, 0.0, 0.0016);
    for _leg in 0..6 {
        for _ in 0..250 {
            (at, u) = (at + 0.02, u + step);
            map.add(&tip, &touch(at, u, 0.08, 10.0));
        }
        step = -step;
    }
    let middle = map
        .grid()
        .index(Metres::new(0.2), Metres::new(0.08))
        .unwrap();
    assert_eq!(map.passes()[middle], 6);
    // Beyond the turning point the patch is not away for long enough: there and back is one visit.
    let end = map
        .grid()
        .index(Metres::new(0.43), Metres::new(0.08))
        .unwrap();
    assert_eq!(map.passes()[end], 3);
}

#[test]
fn circling_on_one_spot_is_one_pass_and_a_new_touch_is_another() {
    let mut map = DoseMap::new(grid());
    let thumb = single(&Patch::Disc {
        radius: Metres::new(0.01),
    });
    for start in [0.0, 12.0] {
        for tick in 0..500 {
            let at = f64::from(tick) * 0.02;
            let (sin, cos) = libm::sincos(core::f64::consts::TAU * 1.2 * at);
            map.add(
                &thumb,
                &touch(start + at, 0.1 + 0.008 * cos, 0.05 + 0.008 * sin, 5.0),
            );
        }
    }
    let highest = map.passes().iter().max().copied();
    assert_eq!(highest, Some(2));
    let lowest = map.passes().iter().filter(|p| **p > 0).min().copied();
    assert_eq!(lowest, Some(2));
}

#[test]
fn nonsense_deposits_nothing() {
    let mut map = DoseMap::new(grid());
    let tip = single(&palm());
    let sound = touch(1.0, 0.2, 0.08, 10.0);
    map.add(
        &tip,
        &Touch {
            u: Metres::new(f64::NAN),
            ..sound
        },
    );
    map.add(
        &tip,
        &Touch {
            force: Newtons::new(f64::INFINITY),
            ..sound
        },
    );
    map.add(
        &tip,
        &Touch {
            force: Newtons::new(-4.0),
            ..sound
        },
    );
    map.add(
        &tip,
        &Touch {
            lasting: Seconds::new(f64::NAN),
            ..sound
        },
    );
    map.add(
        &tip,
        &Touch {
            until: Seconds::new(f64::NAN),
            ..sound
        },
    );
    assert_eq!(map, DoseMap::new(grid()));
}

#[test]
fn what_falls_beside_the_map_is_told() {
    let mut map = DoseMap::new(Grid::spanning(
        (Metres::new(0.0), Metres::new(0.2)),
        Metres::new(0.1),
    ));
    let tip = single(&palm());
    map.add(&tip, &touch(1.0, 0.2, 0.05, 50.0));
    // Half of the palm reaches beyond u = 0.2.
    assert!(
        (map.outside().get() - 0.5).abs() < 0.03,
        "{}",
        map.outside()
    );
    assert!((map.total().get() - 1.0).abs() < 1e-12);
}

/// A wandering press: time, place, direction and force drawn from numbers between 0 and 1.
fn wandering() -> impl Strategy<Value = Vec<(f64, Touch)>> {
    let moment = (0.0..1.0f64, 0.0..1.0f64, 0.0..1.0f64, 0.0..1.0f64);
    proptest::collection::vec(moment, 1..80).prop_map(|moments| {
        let (mut at, mut u, mut v) = (0.0, 0.2, 0.09);
        let step = |(a, b, c, d): (f64, f64, f64, f64)| {
            at += if a > 0.95 { 2.0 } else { 0.02 };
            u = (u + 0.01 * (b - 0.5)).clamp(0.0, 0.4);
            v = (v + 0.01 * (c - 0.5)).clamp(0.06, 0.15);
            let (sin, cos) = libm::sincos(1.5 * (d - 0.5));
            let mut touch = touch(at, u, v, 30.0 * a);
            touch.along = (cos, sin);
            (touch.force.get() * touch.lasting.get(), touch)
        };
        moments.into_iter().map(step).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn the_sum_over_cells_is_the_integral_of_the_force(presses in wandering()) {
        for patch in [palm(), fork()] {
            let mut map = DoseMap::new(grid());
            for (_, touch) in &presses {
                press(&mut map, &patch, touch);
            }
            let tips = Tip::of(&patch).len() as f64;
            let integral: f64 = presses.iter().map(|(impulse, _)| impulse * tips).sum();
            prop_assert!((map.total().get() - integral).abs() < 1e-9);
            prop_assert!(map.outside().get().abs() < 1e-12);
        }
    }

    #[test]
    fn a_mirrored_plan_gives_a_mirrored_map(presses in wandering()) {
        let (mut one, mut other) = (DoseMap::new(grid()), DoseMap::new(grid()));
        for (_, touch) in &presses {
            press(&mut one, &palm(), touch);
            let mirrored = Touch { v: -touch.v, along: (touch.along.0, -touch.along.1), ..*touch };
            press(&mut other, &palm(), &mirrored);
        }
        for index in 0..grid().len() {
            let across = grid().mirrored(index);
            prop_assert!((one.impulse_n_s()[index] - other.impulse_n_s()[across]).abs() < 1e-9);
            prop_assert_eq!(one.passes()[index], other.passes()[across]);
        }
    }

    #[test]
    fn cutting_moments_finer_changes_nothing(presses in wandering()) {
        let (mut whole, mut halves) = (DoseMap::new(grid()), DoseMap::new(grid()));
        for (_, touch) in &presses {
            press(&mut whole, &palm(), touch);
            let half = touch.lasting * 0.5;
            for until in [touch.until - half, touch.until] {
                press(&mut halves, &palm(), &Touch { until, lasting: half, ..*touch });
            }
        }
        for index in 0..grid().len() {
            prop_assert!((whole.impulse_n_s()[index] - halves.impulse_n_s()[index]).abs() < 1e-9);
            prop_assert!((whole.time_s()[index] - halves.time_s()[index]).abs() < 1e-9);
            prop_assert_eq!(whole.passes()[index], halves.passes()[index]);
        }
    }
}
