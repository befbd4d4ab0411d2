use anatomy::{BodyParameters, Sex, parametric_back};
use kinematics::{Capsule, Patch, RobotDescription};
use limits::{Envelope, RawLimits};
use nalgebra::Point3;
use quantities::{Kilograms, Metres};

use super::*;

const URDF: &str = include_str!("../../../../urdf/knead_r7.urdf");

fn arm() -> ArmModel<7> {
    let (robot, _) = RobotDescription::parse(URDF).expect("the reference arm");
    ArmModel::from_chain(&robot.chain(None).expect("one tip").0).expect("seven joints")
}

fn rod(link: Option<usize>, length: f64, radius: f64) -> Capsule {
    Capsule {
        link,
        a: Point3::origin(),
        b: Point3::new(0.0, 0.0, length),
        radius: Metres::new(radius),
    }
}

fn capsules() -> Vec<Capsule> {
    vec![
        rod(None, 0.13, 0.08),
        rod(Some(1), 0.21, 0.066),
        rod(Some(3), 0.20, 0.06),
        // Holds a stick, so that it meets something often.
        rod(Some(4), 0.70, 0.055),
        rod(Some(6), 0.02, 0.044),
    ]
}

/// Runs with the arm beside the table, a back on it.
fn beside_the_table<R>(capsules: &[Capsule], run: impl FnOnce(&Clearance<'_, 7>) -> R) -> R {
    let arm = arm();
    let shape = ArmShape::new(&arm, capsules, None).expect("capsules");
    let body = BodyParameters {
        sex: Sex::Male,
        stature: Metres::new(1.78),
        mass: Kilograms::new(78.0),
    };
    let back = parametric_back(&body).expect("an ordinary body");
    let envelope = Envelope::for_back(&RawLimits::default(), &back).expect("the defaults");
    let ground = Ground {
        back: &back,
        envelope: &envelope,
        patch: Patch::Disc {
            radius: Metres::new(0.01),
        },
        rating: quantities::Pascals::new(250e3),
    };
    let table_from_base = Isometry3::new(
        Vector3::new(0.21, -0.48, 0.09),
        Vector3::z() * core::f64::consts::FRAC_PI_2,
    );
    let table = TableTop::default();
    run(&Clearance::new(
        &arm,
        ground,
        &shape,
        table,
        table_from_base,
    ))
}

/// The last posture whose knots were skipped would show here: every posture of many slow motions, looked at
/// anew, must be judged as the watch judges it.
#[test]
fn a_watch_misses_no_breach_that_a_look_at_every_posture_finds() {
    beside_the_table(&capsules(), |clearance| {
        let arm = arm();
        let (mut found, mut rigid) = (0, 0);
        for number in 1..60 {
            let (from, to) = (arm.spread_posture(number), arm.spread_posture(number + 1));
            let mut watch = Watch::default();
            for i in 0..=300 {
                let q = from.lerp(&to, f64::from(i) / 300.0);
                let every = clearance.tightest(&q).filter(|t| t.spare() < 0.0);
                let watched = clearance.breach(&q, &mut watch);
                assert_eq!(
                    every.map(|t| (t.part, t.against, t.distance)),
                    watched.map(|t| (t.part, t.against, t.distance)),
                );
                found += usize::from(every.is_some());
                rigid += usize::from(every.is_some_and(|t| t.against != Against::Body));
            }
        }
        assert!(
            found > 300 && rigid > 80 && found < 17_000,
            "{found} {rigid}"
        );
    });
}

#[test]
fn most_postures_of_a_slow_motion_need_no_second_look() {
    let calm: Vec<Capsule> = capsules()
        .into_iter()
        .filter(|c| c.link != Some(4))
        .collect();
    beside_the_table(&calm, |clearance| {
        let q = SVector::from([0.52, -0.13, -0.01, 2.25, 0.0, 1.03, -1.06]);
        let mut watch = Watch::default();
        let mut looks = 0;
        let mut at = None;
        for i in 0..200 {
            // 0.1 rad/s in every joint, knots 10 ms apart.
            let knot = q.add_scalar(1e-3 * f64::from(i));
            assert!(clearance.breach(&knot, &mut watch).is_none());
            if watch.0.map(|(q, _)| q) != at {
                at = watch.0.map(|(q, _)| q);
                looks += 1;
            }
        }
        assert!(looks < 50, "{looks}");
    });
}

#[test]
fn each_obstacle_is_named_with_the_part_that_meets_it() {
    let at = |capsules: &[Capsule], q: [f64; 7]| {
        beside_the_table(capsules, |clearance| {
            let tight = clearance.tightest(&SVector::from(q)).expect("capsules");
            (tight.part, tight.against)
        })
    };
    let low = [0.0, 2.0, 0.0, 0.2, 0.0, 0.2, 0.0];
    let (_, against) = at(&[rod(Some(4), 0.19, 0.055)], low);
    assert!(
        matches!(against, Against::Table | Against::Body),
        "{against:?}"
    );
    // Away from the table, down beside its own foot.
    let behind = [core::f64::consts::PI, 2.0, 0.0, 0.2, 0.0, 0.2, 0.0];
    let long = rod(Some(4), 0.9, 0.055);
    assert_eq!(at(&[long], behind), (BodyPart::Link(4), Against::Floor));
    let folded = [0.0, 0.2, 0.0, 2.9, 0.0, 1.8, 0.0];
    let (part, against) = at(&[rod(None, 0.3, 0.08), rod(Some(6), 0.3, 0.08)], folded);
    assert_eq!(
        (part, against),
        (BodyPart::Foot, Against::Part(BodyPart::Link(6)))
    );
}
