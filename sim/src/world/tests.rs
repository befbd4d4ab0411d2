use quantities::{NewtonsPerMetre, Radians};

use super::*;
use crate::breathing::BreathingParams;
use crate::stage::{back, over, palm, thumb};
use crate::tissue::{SkinSurface, TissueParams};

fn world(breathing: Breathing) -> TrueWorld {
    let back = back();
    let tissue = Tissue::under(&back, TissueParams::default(), 11).unwrap();
    TrueWorld::new(back, tissue, breathing, Transform::identity())
}

fn base_from(table_from_tool: Transform<Table, Tool>) -> Transform<Base, Tool> {
    Transform::<Base, Table>::identity() * table_from_tool
}

#[test]
fn contacts_of_the_default_tools_span_from_soft_fat_to_bone() {
    let world = world(Breathing::still());
    let (thumb, palm) = (world.pad(&thumb()), world.pad(&palm()));
    let (mut softest, mut hardest) = (f64::INFINITY, 0.0f64);
    let (low, high) = world.back().u_range();
    for i in 0..100 {
        let u = low + (high - low) * (f64::from(i) / 99.0);
        for j in -50..=50 {
            let Some(place) = world
                .back()
                .chart()
                .at(u, Metres::new(0.004 * f64::from(j)))
            else {
                continue;
            };
            let stiffness = |pad| world.tissue().stiffness_of(pad, &place.point).get() * 1e-3;
            softest = softest.min(stiffness(&thumb));
            hardest = hardest.max(stiffness(&palm));
        }
    }
    assert!((softest - 0.3).abs() < 0.05, "softest {softest} N/mm");
    assert!((hardest - 35.0).abs() < 2.0, "hardest {hardest} N/mm");
}

#[test]
fn lumbar_muscle_has_the_measured_stiffness_under_a_myotonometers_probe() {
    let world = world(Breathing::still());
    let place = world
        .back()
        .chart()
        .at(Metres::new(0.15), Metres::new(0.035))
        .unwrap()
        .point;
    let modulus = world.tissue().modulus_at(&place);
    // K = 2·E·a with a = 1.5 mm; knots and L4 aside, between women's and men's mean.
    let stiffness = 2.0 * modulus.get() * 0.0015;
    assert!(
        (200.0..290.0).contains(&stiffness),
        "{} ",
        NewtonsPerMetre::new(stiffness)
    );
}

#[test]
fn a_world_survives_its_bytes() {
    let samples: Vec<(f64, f64)> = (0..50).map(|i| (0.04 * f64::from(i), 0.001)).collect();
    let breaths = [
        Breathing::still(),
        Breathing::made(BreathingParams::default(), 8).unwrap(),
        Breathing::recorded(&samples).unwrap(),
    ];
    let skins = [
        SkinSurface::Dry,
        SkinSurface::LightlyOiled,
        SkinSurface::Oiled,
    ];
    for (breathing, skin) in breaths.into_iter().zip(skins) {
        let back = back();
        let params = TissueParams {
            skin,
            knots: 3,
            ..TissueParams::default()
        };
        let tissue = Tissue::under(&back, params, 77).unwrap();
        let pose = BasePoseError::default().applied(&Transform::identity(), 5);
        let world = TrueWorld::new(back, tissue, breathing, pose);
        let bytes = world.to_bytes();
        assert_eq!(TrueWorld::from_bytes(&bytes).unwrap(), world);
        for cut in [0, 4, 11, 40, 70, bytes.len() / 2, bytes.len() - 1] {
            assert!(
                TrueWorld::from_bytes(&bytes[..cut]).is_err(),
                "cut at {cut}"
            );
        }
    }
}

#[test]
fn the_table_is_off_by_exactly_what_is_asked_in_a_seeded_direction() {
    let error = BasePoseError {
        distance: Metres::new(0.002),
        angle: Radians::new(0.003),
    };
    let believed = Transform::<Base, Table>::new(
        Point::new(0.5, -0.2, 0.1),
        quantities::Rotation::from_raw(nalgebra::UnitQuaternion::from_euler_angles(0.1, 0.2, 1.5)),
    );
    let truth = error.applied(&believed, 1);
    let off = believed.inverse() * truth;
    assert!((off.origin().raw().coords.norm() - 0.002).abs() < 1e-12);
    assert!((off.rotation().raw().angle() - 0.003).abs() < 1e-9);
    assert_ne!(truth, error.applied(&believed, 2));
    assert_eq!(
        BasePoseError::NONE.applied(&believed, 2).origin(),
        believed.origin()
    );
}

#[test]
fn clearance_is_told_from_the_spine_line_to_the_touching_edge() {
    let world = world(Breathing::still());
    let (pad, still) = (world.pad(&thumb()), Breath::default());
    let range = Metres::new(0.001);
    let at = |v: f64, gap: f64| {
        let pose = base_from(over(world.back(), 0.15, v, gap));
        world
            .spine_clearance(&pose, &pad, still, range)
            .map(Metres::get)
    };
    // A thumb of 10 mm radius, 40 mm beside the spine: 30 mm, less what the slope of the back takes.
    let clearance = at(0.04, -0.003).unwrap();
    assert!((0.026..=0.0305).contains(&clearance), "{clearance} m");
    assert_eq!(at(0.04, 0.05), None);
    assert_eq!(at(0.0, -0.002), Some(0.0));
    let (left, right) = (at(0.05, -0.003).unwrap(), at(-0.05, -0.003).unwrap());
    assert!(
        (left - right).abs() < 1e-3,
        "left {left} m, right {right} m"
    );
}

#[test]
fn the_sacrum_breathes_less_than_the_thorax() {
    let world = world(Breathing::still());
    let share = |u: f64| {
        let place = world
            .back()
            .chart()
            .at(Metres::new(u), Metres::new(0.05))
            .unwrap();
        world.tissue().breath_share_at(&place.point)
    };
    assert!((share(0.0) - 0.3).abs() < 0.02);
    assert!(share(0.10) > share(0.05));
    assert!((share(0.35) - 1.0).abs() < 1e-6);
}

#[test]
fn knots_are_seeded_hard_and_in_the_muscle() {
    let back = back();
    let tissue = |seed| Tissue::under(&back, TissueParams::default(), seed).unwrap();
    let (one, other) = (tissue(1), tissue(2));
    assert_ne!(one.knots(), other.knots());
    for knot in one.knots() {
        let place = back.chart().at(knot.u, knot.v).unwrap().point;
        assert!(one.modulus_at(&place).get() > 150e3, "{knot:?}");
    }
}
