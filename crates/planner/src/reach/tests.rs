use anatomy::{Back, BodyParameters, Sex, parametric_back};
use kinematics::{ArmShape, Patch, RobotDescription};
use limits::{Envelope, RawLimits};
use quantities::Kilograms;

use super::*;
use crate::ground::Ground;
use crate::request::TableTop;

/// `J` with independent rows has full rank; the least gain of a diagonal is its least entry.
#[test]
fn the_smallest_gain_of_a_diagonal_jacobian_is_its_smallest_entry() {
    let mut jacobian = SMatrix::<f64, 6, 7>::zeros();
    for (i, value) in [0.9, 0.5, 0.7, 1.0, 2.0, 3.0].into_iter().enumerate() {
        jacobian[(i, i)] = value;
    }
    // Rows of turning count 0.3 m per radian.
    assert!((smallest_singular_value(&jacobian) - 0.3).abs() < 1e-12);
    jacobian[(1, 1)] = 0.0;
    assert!(smallest_singular_value(&jacobian) < 1e-9);
}

#[test]
fn half_a_turn_maps_the_pose_on_its_own_place_and_axis() {
    let pose = Isometry3::new(Vector3::new(0.1, 0.2, 0.3), Vector3::new(0.4, -0.2, 0.9));
    let half = turned(&pose, core::f64::consts::PI);
    assert!((half.translation.vector - pose.translation.vector).norm() < 1e-15);
    assert!((half.rotation * Vector3::z() - pose.rotation * Vector3::z()).norm() < 1e-12);
    assert!((half.rotation * Vector3::x() + pose.rotation * Vector3::x()).norm() < 1e-12);
}

/// A body far from the arm, for clearances that do not matter here.
struct Elsewhere {
    back: Back,
    envelope: Envelope,
}

impl Elsewhere {
    fn new() -> Self {
        let body = BodyParameters {
            sex: Sex::Male,
            stature: Metres::new(1.78),
            mass: Kilograms::new(78.0),
        };
        let back = parametric_back(&body).expect("an ordinary body");
        let envelope =
            Envelope::for_back(&RawLimits::default(), &back).expect("the default profile");
        Self { back, envelope }
    }

    fn clearance<'a, const D: usize>(
        &'a self,
        arm: &'a ArmModel<D>,
        shape: &'a ArmShape<D>,
    ) -> Clearance<'a, D> {
        let ground = Ground {
            back: &self.back,
            envelope: &self.envelope,
            patch: Patch::Disc {
                radius: Metres::new(0.01),
            },
            rating: quantities::Pascals::new(250e3),
            touchable: None,
        };
        let table_from_base = Isometry3::identity();
        Clearance::new(arm, ground, shape, TableTop::default(), table_from_base)
    }
}

fn arm<const D: usize>(urdf: &str) -> ArmModel<D> {
    let (description, _) = RobotDescription::parse(urdf).expect("a reference arm");
    let (chain, _) = description.chain(None).expect("one tip");
    ArmModel::from_chain(&chain).expect("its joints")
}

/// Links without a shape: these tests are about joints.
fn bare<const D: usize>(arm: &ArmModel<D>) -> ArmShape<D> {
    ArmShape::new(arm, &[], None).expect("no capsule is wrong")
}

/// An arc about the arm's foot, tool down, from one angle about its axis to another (rad).
fn arc(from: f64, to: f64, radius: f64, height: f64) -> Vec<Station> {
    let count = ((to - from).abs() * radius / 1e-3).ceil() as usize;
    (0..=count)
        .map(|i| {
            let angle = from + (to - from) * i as f64 / count as f64;
            let (sin, cos) = libm::sincos(angle);
            let place = Vector3::new(radius * cos, radius * sin, height);
            let down = UnitQuaternion::from_axis_angle(&Vector3::y_axis(), core::f64::consts::PI);
            let turn = UnitQuaternion::from_axis_angle(&Vector3::z_axis(), angle);
            Station {
                base_from_tool: Isometry3::from_parts(place.into(), turn * down),
                force: 10.0,
                speed: 0.1,
                rests: i == 0 || i == count,
            }
        })
        .collect()
}

/// The posture of a station, well inside the joint ranges, that has joint 1 furthest to one side.
fn turned_out<const D: usize>(reacher: &Reacher<'_, D>, station: &Station) -> SVector<f64, D> {
    let seeds = (1..=60).map(|number| reacher.arm.spread_posture(number));
    let found = seeds.filter_map(|seed| reacher.solve(&station.base_from_tool, &seed, 60).ok());
    found
        .max_by(|a, b| a[0].total_cmp(&b[0]))
        .expect("a posture reaches the first pose")
}

fn a_greedy_start_meets_a_joint_end_and_the_ladder_passes<const D: usize>(
    urdf: &str,
    stations: &[Station],
) {
    let (arm, room) = (arm::<D>(urdf), Elsewhere::new());
    let shape = bare(&arm);
    let clearance = room.clearance(&arm, &shape);
    let reacher = Reacher::new(&arm, &clearance);
    let present = turned_out(&reacher, &stations[0]);
    let poses: Vec<Isometry3<f64>> = stations.iter().map(|s| s.base_from_tool).collect();
    let greedy = reacher.follow(&poses, &present);
    assert!(
        !greedy.failures.is_empty(),
        "joint 1 starts at {:.2} and never meets its end",
        present[0]
    );
    let route = reacher.route(stations, false, &present, &present, 0.05);
    assert!(route.holes.is_empty(), "{:?}", route.holes);
    let trace = reacher.trace(stations, &route);
    assert!(trace.missed.is_empty(), "{:?}", trace.missed);
    for (station, q) in stations.iter().zip(&trace.postures) {
        let wanted = turned(&station.base_from_tool, route.yaw);
        let reached = arm.tool_pose(q);
        assert!((reached.raw().translation.vector - wanted.translation.vector).norm() < 1e-5);
        assert!(reached.raw().rotation.angle_to(&wanted.rotation) < 1e-4);
        assert!(joint_margin(&arm, q).is_some_and(|(_, margin)| margin > 0.09));
    }
    for pair in trace.postures.windows(2) {
        assert!((pair[1] - pair[0]).amax() < 0.02, "a jump hides in it");
    }
}

#[test]
fn where_following_the_present_posture_meets_a_joint_end_the_ladder_passes_with_six_joints() {
    let urdf = include_str!("../../../../urdf/knead_r6.urdf");
    let stations = arc(1.5, 4.2, 0.45, 0.25);
    a_greedy_start_meets_a_joint_end_and_the_ladder_passes::<6>(urdf, &stations);
}

#[test]
fn where_following_the_present_posture_meets_a_joint_end_the_ladder_passes_with_seven_joints() {
    let urdf = include_str!("../../../../urdf/knead_r7.urdf");
    let stations = arc(1.5, 4.2, 0.45, 0.25);
    a_greedy_start_meets_a_joint_end_and_the_ladder_passes::<7>(urdf, &stations);
}

#[test]
fn a_path_that_leaves_the_reach_has_one_hole_where_it_is_out() {
    let urdf = include_str!("../../../../urdf/knead_r6.urdf");
    let (arm, room) = (arm::<6>(urdf), Elsewhere::new());
    let shape = bare(&arm);
    let clearance = room.clearance(&arm, &shape);
    let reacher = Reacher::new(&arm, &clearance);
    // Out along x, beyond the stretched arm, and back.
    let down = UnitQuaternion::from_axis_angle(&Vector3::y_axis(), core::f64::consts::PI);
    let stations: Vec<Station> = (0..=1200)
        .map(|i| {
            let x = 0.5 + 0.6 - (f64::from(i) - 600.0).abs() * 1e-3;
            Station {
                base_from_tool: Isometry3::from_parts(Translation3::new(x, 0.1, 0.2), down),
                force: 10.0,
                speed: 0.1,
                rests: i == 0 || i == 1200,
            }
        })
        .collect();
    let park = SVector::from([0.0, -1.2, 1.5, -1.9, -1.57, 0.0]);
    let route = reacher.route(&stations, false, &park, &park, 0.05);
    assert_eq!(route.holes.len(), 1, "{:?}", route.holes);
    let trace = reacher.trace(&stations, &route);
    let (first, last) = (trace.missed[0], trace.missed[trace.missed.len() - 1]);
    assert_eq!(trace.missed.len(), last - first + 1, "one stretch");
    assert!(first > 100 && last < 1100, "{first} to {last}");
    let why = reacher.why_not(&stations[600], route.yaw, &[park]);
    assert_ne!(why.reason, Reason::OtherPosture);
    assert!(
        why.failure
            .is_some_and(|f| f.position_residual.get() > 0.01)
    );
}

/// R7 on the plan: where this finds no way back, a stroke is refused.
#[test]
fn a_stretched_arm_cannot_draw_back_outward_and_a_bent_one_can() {
    let urdf = include_str!("../../../../urdf/knead_r7.urdf");
    let (arm, room) = (arm::<7>(urdf), Elsewhere::new());
    let shape = bare(&arm);
    let clearance = room.clearance(&arm, &shape);
    let reacher = Reacher::new(&arm, &clearance);
    for (elbow, is_free) in [(0.0, false), (1.2, true)] {
        // The wrist is turned beyond square, so that the tool points back and drawing it off leads outward.
        let posture = SVector::from([0.3, 0.4, 0.0, elbow, 0.0, 1.8, 0.0]);
        let off = arm.tool_pose(&posture).raw() * Translation3::new(0.0, 0.0, -0.02);
        let failure = reacher.withdraw(&off, &posture);
        assert_eq!(failure.is_none(), is_free, "elbow {elbow}: {failure:?}");
    }
}
