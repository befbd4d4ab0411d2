use nalgebra::{SVector, Translation3, UnitQuaternion};
use proptest::prelude::*;

use super::*;
use crate::path::Path;

const PACE: Pace<1> = Pace {
    acceleration: 1.5,
    turning: 0.6,
    joints: SVector::<f64, 1>::new(1.0),
};

fn flat(path: &Path) -> Vec<TrackPoint<1>> {
    let tool =
        |u, v| Isometry3::from_parts(Translation3::new(u, v, 0.0), UnitQuaternion::identity());
    path.points()
        .iter()
        .map(|p| TrackPoint {
            base_from_tool: tool(p.u, p.v),
            posture: SVector::<f64, 1>::new(p.u * 2.0),
            u: p.u,
            v: p.v,
            force: p.force,
            relief: p.relief,
            speed: p.speed,
        })
        .collect()
}

fn places(track: &[TrackPoint<1>], indices: &[f64]) -> Vec<Vector3<f64>> {
    let at = |k: usize| {
        track[k.min(track.len() - 1)]
            .base_from_tool
            .translation
            .vector
    };
    indices
        .iter()
        .map(|x| at(*x as usize).lerp(&at(*x as usize + 1), x.fract()))
        .collect()
}

#[test]
fn a_straight_glide_takes_its_length_over_its_speed_and_the_ramps() {
    let path = Path::start(0.0, 0.05, 5.0, 0.1)
        .glide_to(0.3, 0.05, 5.0, 0.1)
        .rounded(0.01);
    let track = flat(&path);
    let seconds = schedule(&track, &PACE).len() as f64 * KNOT_SPACING;
    // 3 s at 0.1 m/s of tool; `s` has the joint share too, which changes both alike.
    assert!(seconds > 3.0 && seconds < 3.6, "{seconds}");
}

#[test]
fn a_slow_joint_slows_the_tool() {
    let path = Path::start(0.0, 0.05, 5.0, 0.1)
        .glide_to(0.3, 0.05, 5.0, 0.1)
        .rounded(0.01);
    let pace = Pace {
        joints: SVector::<f64, 1>::new(0.05),
        ..PACE
    };
    let knots = schedule(&flat(&path), &pace);
    // 0.6 rad at 0.05 rad/s.
    assert!(knots.len() as f64 * KNOT_SPACING > 12.0);
}

#[test]
fn a_track_that_stands_still_has_no_schedule() {
    let point = flat(&Path::start(0.1, 0.05, 5.0, 0.1))[0];
    assert!(schedule(&[point, point], &PACE).is_empty());
}

#[test]
fn two_points_that_differ_by_rounding_do_not_hold_the_tool_up() {
    let path = Path::start(0.0, 0.05, 5.0, 0.1)
        .glide_to(0.1, 0.05, 5.0, 0.1)
        .rounded(0.01);
    let mut track = flat(&path);
    let mut twin = track[40];
    twin.base_from_tool.translation.vector.x += 7e-14;
    track.insert(41, twin);
    assert!(schedule(&track, &PACE).len() < 200);
}

proptest! {
    #[test]
    fn speed_and_acceleration_stay_within_their_bounds(
        corners in prop::collection::vec((-0.1..0.4f64, 0.03..0.15f64), 2..7),
        speed in 0.02..0.14f64, reach in 0.02..0.08f64,
    ) {
        let (u0, v0) = corners[0];
        let path = corners.iter().skip(1).fold(Path::start(u0, v0, 5.0, speed), |p, &(u, v)| {
            p.glide_to(u, v, 5.0, speed)
        }).rounded(reach);
        prop_assume!(path.length() > 0.02);
        let track = flat(&path);
        let indices = schedule(&track, &PACE);
        let at = places(&track, &indices);
        prop_assert!((at[0] - places(&track, &[0.0])[0]).norm() < 1e-9);
        prop_assert!((at[at.len() - 1].x - path.last().u).abs() < 1e-9);
        for w in at.windows(2) {
            prop_assert!((w[1] - w[0]).norm() / KNOT_SPACING <= speed * 1.001);
        }
        for w in at.windows(21) {
            // Over 0.1 s to each side, so that the grain of 1 mm points does not count.
            let bend = (w[0] + w[20] - w[10] * 2.0).norm() / (0.1 * 0.1);
            prop_assert!(bend < 2.2 * PACE.acceleration, "{bend}");
        }
    }
}
