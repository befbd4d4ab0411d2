//! The arm as capsules, against brute force and against what a rigid arm cannot do.

mod arms;

use kinematics::{
    ArmModel, ArmShape, BodyPart, Capsule, Patch, Payload, Rod, ShapeError, ToolModel,
};
use nalgebra::{Matrix3, Point3, SVector};
use proptest::prelude::*;
use quantities::{Kilograms, Metres, Point, Rotation, Transform};

const URDF: &str = include_str!("../../../urdf/knead_r7.urdf");

fn arm() -> ArmModel<7> {
    ArmModel::from_chain(&arms::chain_of(URDF, None)).expect("seven joints")
}

fn palm() -> ToolModel {
    ToolModel {
        pressure_rating: quantities::Pascals::new(250e3),
        payload: Payload {
            flange_from_tool: Transform::new(Point::new(0.0, 0.0, 0.08), Rotation::identity()),
            mass: Kilograms::new(0.5),
            centre_of_mass: Point::new(0.0, 0.0, 0.04),
            inertia: Matrix3::identity() * 1e-3,
        },
        patch: Patch::RoundedRectangle {
            length: Metres::new(0.1),
            width: Metres::new(0.05),
            corner: Metres::new(0.015),
        },
        body_radius: Metres::new(0.03),
    }
}

fn capsule(link: Option<usize>, from: f64, to: f64, radius: f64) -> Capsule {
    Capsule {
        link,
        a: Point3::new(0.0, 0.0, from),
        b: Point3::new(0.0, 0.0, to),
        radius: Metres::new(radius),
    }
}

/// As the arm's profile has them.
fn capsules() -> Vec<Capsule> {
    vec![
        capsule(None, 0.04, 0.13, 0.08),
        capsule(Some(0), 0.03, 0.17, 0.07),
        capsule(Some(1), 0.0, 0.21, 0.066),
        capsule(Some(2), 0.0, 0.20, 0.064),
        capsule(Some(3), 0.0, 0.20, 0.06),
        capsule(Some(4), 0.0, 0.19, 0.055),
        capsule(Some(5), -0.01, 0.01, 0.052),
        capsule(Some(6), 0.0, 0.02, 0.044),
    ]
}

fn shape(arm: &ArmModel<7>) -> ArmShape<7> {
    ArmShape::new(arm, &capsules(), Some(&palm())).expect("capsules")
}

fn place() -> impl Strategy<Value = Point3<f64>> {
    (-1.0..1.0, -1.0..1.0, -1.0..1.0).prop_map(|(x, y, z)| Point3::new(x, y, z))
}

fn posture() -> impl Strategy<Value = SVector<f64, 7>> {
    (1_u32..5000).prop_map(|number| arm().spread_posture(number))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn rods_are_as_far_apart_as_the_nearest_of_many_places_on_them(
        a in place(), b in place(), c in place(), d in place(), share in 0.0..1.0,
    ) {
        // Parallel and short ones too.
        let d = if share < 0.2 { c + (b - a) * (share * 8.0 - 0.8) } else { d };
        let one = Rod { a, b, radius: 0.05 };
        let other = Rod { a: c, b: d, radius: 0.1 };
        let seen = one.distance(&other);
        let mut least = f64::INFINITY;
        for i in 0..=200 {
            for j in 0..=200 {
                let p = a.coords.lerp(&b.coords, f64::from(i) / 200.0);
                let q = c.coords.lerp(&d.coords, f64::from(j) / 200.0);
                least = least.min((p - q).norm() - 0.15);
            }
        }
        // The nearest places are half a step from a sampled one on either rod.
        let step = ((b - a).norm() + (d - c).norm()) / 400.0;
        prop_assert!(seen <= least + 1e-9 && seen >= least - step, "{} {}", seen, least);
        prop_assert!((seen - other.distance(&one)).abs() < 1e-9);
        prop_assert!(one.least_distance(&other) <= seen + 1e-12);
    }

    #[test]
    fn turning_the_first_joint_changes_no_distance_beyond_it(q in posture(), turn in -3.0..3.0) {
        let arm = arm();
        // The foot stands still when joint 1 turns; here it is a ball on the axis, which looks the same.
        let shape = shape(&arm);
        let mut turned = q;
        turned[0] += turn;
        let one = shape.self_distance(&shape.place(&arm, &q)).expect("pairs").distance;
        let other = shape.self_distance(&shape.place(&arm, &turned)).expect("pairs").distance;
        prop_assert!((one - other).abs() < 1e-9, "{} {}", one, other);
    }

    #[test]
    fn the_nearest_pair_is_the_nearest_of_all_pairs_that_are_compared(q in posture()) {
        let arm = arm();
        let shape = shape(&arm);
        let placed = shape.place(&arm, &q);
        let order = |i: usize| shape.parts()[i].capsule.link.map_or(0, |joint| joint + 1);
        let mut least = f64::INFINITY;
        let mut pairs = 0;
        for (i, one) in placed.rods().iter().enumerate() {
            for (j, other) in placed.rods().iter().enumerate().skip(i + 1) {
                let is_left_out = shape.not_compared().iter().any(|n| (n.first, n.second) == (i, j));
                if order(i).abs_diff(order(j)) >= 2 && !is_left_out {
                    least = least.min(one.distance(other));
                    pairs += 1;
                }
            }
        }
        prop_assert_eq!(pairs, shape.pair_count());
        let nearest = shape.self_distance(&placed).expect("pairs");
        prop_assert!((nearest.distance - least).abs() < 1e-12);
    }

    #[test]
    fn no_place_of_a_capsule_moves_farther_than_the_bound(q in posture(), other in posture(), share in 0.0..1.0) {
        let arm = arm();
        let shape = shape(&arm);
        let goal = q.lerp(&other, share);
        let (before, after) = (shape.place(&arm, &q), shape.place(&arm, &goal));
        let bound = shape.motion_bound(&(goal - q));
        for (one, other) in before.rods().iter().zip(after.rods()) {
            prop_assert!((one.a - other.a).norm() <= bound + 1e-9);
            prop_assert!((one.b - other.b).norm() <= bound + 1e-9);
        }
    }
}

#[test]
fn the_shank_ends_at_the_patch_and_the_head_holds_it() {
    let arm = arm();
    let tool = palm();
    let shape = shape(&arm);
    let q = arm.spread_posture(3);
    let placed = shape.place(&arm, &q);
    let base_from_tool = *arm.with_payload(&tool.payload).tool_pose(&q).raw();
    let [shank, head] = [8, 9].map(|i| placed.rods()[i]);
    assert!(shape.parts()[8..].iter().all(|p| p.part == BodyPart::Tool));
    let distance = |rod: &Rod, place: Point3<f64>| {
        let point = Rod {
            a: place,
            b: place,
            radius: 0.0,
        };
        rod.distance(&point)
    };
    assert!(distance(&shank, base_from_tool * Point3::origin()).abs() < 1e-9);
    for (x, y) in tool.patch.outline() {
        let place = base_from_tool * Point3::new(x, y, 0.0);
        assert!(distance(&head, place) <= 0.0);
    }
    // Behind the patch: 80 mm less the radius of 30 mm and the 20 mm that sink in, of an axis of 50 mm.
    assert!((shape.parts()[8].off_client - 0.6).abs() < 1e-12);
    assert!(shape.parts()[9].off_client == 0.0);
}

#[test]
fn a_folded_arm_meets_itself_and_a_stretched_one_does_not() {
    let arm = arm();
    let shape = shape(&arm);
    let at = |q: [f64; 7]| {
        let placed = shape.place(&arm, &SVector::from(q));
        shape.self_distance(&placed).expect("pairs").distance
    };
    assert!(at([0.0, 0.3, 0.0, 0.3, 0.0, 0.3, 0.0]) > 0.02);
    assert!(at([0.0, 0.2, 0.0, 2.9, 0.0, 1.8, 0.0]) < 0.0);
}

#[test]
fn pairs_that_always_overlap_are_named_and_not_compared() {
    let arm = arm();
    let mut fat = capsules();
    fat.push(capsule(Some(3), 0.0, 0.0, 0.5));
    fat.push(capsule(Some(5), 0.0, 0.0, 0.5));
    let shape = ArmShape::new(&arm, &fat, None).expect("capsules");
    let named = shape.not_compared();
    assert!(
        named.iter().any(|pair| (pair.first, pair.second) == (8, 9)),
        "{named:?}"
    );
}

#[test]
fn capsules_that_are_none_are_refused() {
    let arm = arm();
    let new = |capsules: &[Capsule]| ArmShape::new(&arm, capsules, None).map(|_| ());
    let thin = capsule(Some(1), 0.0, 0.1, 0.0);
    assert!(matches!(
        new(&[thin]),
        Err(ShapeError::NoShape { number: 1, .. })
    ));
    let nowhere = capsule(Some(1), f64::NAN, 0.1, 0.1);
    assert!(matches!(new(&[nowhere]), Err(ShapeError::NoShape { .. })));
    let beyond = capsule(Some(7), 0.0, 0.1, 0.1);
    assert!(matches!(
        new(&[beyond]),
        Err(ShapeError::NoSuchLink {
            joint: 8,
            joints: 7,
            ..
        })
    ));
    let many = vec![capsule(Some(1), 0.0, 0.1, 0.1); 60];
    assert!(matches!(new(&many), Err(ShapeError::TooMany { found: 60 })));
}
