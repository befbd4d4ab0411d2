use super::*;
use crate::back::Back;
use crate::parametric::{BodyParameters, Sex, parametric_back};
use proptest::prelude::*;
use quantities::Kilograms;

fn back(sex: Sex, stature: f64, mass: f64) -> Back {
    parametric_back(&BodyParameters {
        sex,
        stature: Metres::new(stature),
        mass: Kilograms::new(mass),
    })
    .unwrap()
}

const LEVELS: Levels = Levels {
    l4: 0.07,
    t12: 0.20,
    t7: 0.343,
    t3: 0.438,
    c7: 0.50,
};

fn plain() -> Bones {
    Bones::new(&LEVELS, &SideMarks::default(), &SideMarks::default())
}

#[test]
fn the_border_of_the_blade_runs_down_beside_the_spine_around_the_lower_angle_and_up_again() {
    for back in [back(Sex::Female, 1.55, 48.0), back(Sex::Male, 1.9, 95.0)] {
        let scale = back.level(Level::C7).get() / 0.5;
        for side in Side::BOTH {
            let border = back.blade_border(side);
            assert_eq!(border.first(), border.last());
            assert!(border.iter().all(|(_, v)| v.get() * side.sign() > 0.0));
            let lowest = border
                .iter()
                .enumerate()
                .min_by(|a, b| a.1.0.get().total_cmp(&b.1.0.get()))
                .unwrap();
            let low = lowest.1.0;
            assert!(low < back.level(Level::T7) && low > back.level(Level::T10));
            // First the medial border, down to the lower angle; it never turns back up.
            for pair in border[..lowest.0].windows(2) {
                assert!(pair[1].0 < pair[0].0 + Metres::new(1e-9), "{pair:?}");
            }
            let at_t3 = border
                .iter()
                .min_by(|a, b| {
                    let off = |p: &(Metres, Metres)| {
                        (p.0 - back.level(Level::T3)).abs().get() + p.1.abs().get()
                    };
                    off(a).total_cmp(&off(b))
                })
                .unwrap();
            let aside = at_t3.1.abs().get() / scale;
            assert!((0.030..=0.045).contains(&aside), "{aside}");
        }
    }
}

#[test]
fn left_and_right_are_mirror_images_on_a_symmetric_body() {
    let back = back(Sex::Male, 1.78, 82.0);
    for (left, right) in back
        .blade_border(Side::Left)
        .iter()
        .zip(back.blade_border(Side::Right))
    {
        assert!((left.0 - right.0).abs().get() < 1e-9);
        assert!((left.1 + right.1).abs().get() < 1e-6, "{left:?} {right:?}");
    }
}

#[test]
fn a_blade_whose_landmark_lies_lower_and_farther_out_follows_it() {
    let mark = SideMarks {
        angle: Some((LEVELS.u(Level::T9), 0.10)),
        ..SideMarks::default()
    };
    let bones = Bones::new(&LEVELS, &mark, &SideMarks::default());
    let tip = |side| {
        bones
            .blade(side)
            .iter()
            .map(|(u, _)| *u)
            .fold(f64::INFINITY, f64::min)
    };
    assert!((tip(Side::Left) - LEVELS.u(Level::T9)).abs() < 0.004);
    assert!((tip(Side::Right) - LEVELS.u(Level::T8)).abs() < 0.004);
}

#[test]
fn bone_lies_where_it_is_felt_and_nowhere_else() {
    let bones = plain();
    let at = |u: f64, v: f64| bones.at(Metres::new(u), Metres::new(v));
    assert_eq!(at(0.0, 0.0), Some(Bone::Sacrum));
    assert_eq!(at(LEVELS.l4, 0.105), Some(Bone::IliacCrest));
    assert_eq!(at(LEVELS.l4, -0.105), Some(Bone::IliacCrest));
    assert_eq!(at(LEVELS.u(Level::L1), 0.085), Some(Bone::RibEdge));
    assert_eq!(at(LEVELS.u(Level::T5), -0.048), Some(Bone::MedialBorder));
    assert_eq!(at(LEVELS.t3 - 0.01, 0.12), Some(Bone::ScapulaSpine));
    // The long muscles beside the lumbar spine and the middle of the buttock.
    for (u, v) in [(0.12, 0.04), (0.25, 0.05), (-0.05, 0.10)] {
        assert_eq!(at(u, v), None, "({u}, {v})");
    }
    assert_eq!(at(f64::NAN, 0.0), None);
}

proptest! {
    #[test]
    fn the_share_of_bone_is_smooth_and_between_none_and_all(
        u in -0.2f64..0.55, v in -0.2f64..0.2, step in -0.001f64..0.001,
    ) {
        let bones = plain();
        let share = |u: f64, v: f64| bones.most(Metres::new(u), Metres::new(v)).1;
        let here = share(u, v);
        prop_assert!((0.0..=1.0).contains(&here));
        // The steepest taper loses all within 10 mm.
        prop_assert!((share(u + step, v) - here).abs() < 0.2);
        prop_assert!((share(u, -v) - here).abs() < 1e-12);
    }
}
