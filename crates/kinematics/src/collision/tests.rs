use super::*;
use crate::RobotDescription;

/// Places spread over a unit cube (Halton 1960, bases 2, 3, 5), corners included.
fn places() -> Vec<[f64; 3]> {
    let radical = |mut n: u32, base: u32| {
        let (mut value, mut share) = (0.0, 1.0);
        while n > 0 {
            share /= f64::from(base);
            value += share * f64::from(n % base);
            n /= base;
        }
        value
    };
    let inside = (1..400).map(|n| [radical(n, 2), radical(n, 3), radical(n, 5)]);
    let corners = (0..8).map(|n| [n & 1, n >> 1 & 1, n >> 2 & 1].map(f64::from));
    corners.chain(inside).collect()
}

fn least_distance(capsules: &[Capsule], place: &Point3<f64>) -> f64 {
    let all = capsules.iter().map(|capsule| capsule.distance(place));
    all.fold(f64::INFINITY, f64::min)
}

#[test]
fn every_place_of_a_box_lies_in_one_of_its_capsules() {
    for shape in places().iter().skip(8).take(60) {
        let sides = shape.map(|x| 0.01 + 0.5 * x);
        let capsules = around_box(sides);
        for [x, y, z] in places() {
            let place = Point3::new(
                sides[0] * (x - 0.5),
                sides[1] * (y - 0.5),
                sides[2] * (z - 0.5),
            );
            let distance = least_distance(&capsules, &place);
            assert!(distance < 1e-12, "{sides:?} {place} {distance}");
        }
    }
}

#[test]
fn every_place_of_a_cylinder_lies_in_its_capsule_which_is_little_larger() {
    for [a, b, _] in places().into_iter().skip(8).take(60) {
        let (radius, length) = (0.01 + 0.2 * a, 0.01 + 0.6 * b);
        let capsule = around_cylinder(radius, length);
        for [x, y, z] in places() {
            let (sin, cos) = libm::sincos(core::f64::consts::TAU * x);
            let place = Point3::new(
                radius * y.sqrt() * cos,
                radius * y.sqrt() * sin,
                length * (z - 0.5),
            );
            assert!(
                capsule.distance(&place) < 1e-12,
                "{radius} {length} {place}"
            );
        }
        let beyond = Point3::new(0.0, 0.0, 0.5 * length + radius);
        assert!(capsule.distance(&beyond) > 0.0, "overhangs by a radius");
    }
}

fn robot(shapes: &str) -> Result<(RobotDescription, Vec<UrdfWarning>), UrdfError> {
    let mut text = String::from("<robot name=\"r\"><link name=\"l0\"/>");
    for i in 1..=4 {
        let shape = if i == 2 { shapes } else { "" };
        text += &format!(
            "<joint name=\"j{i}\" type=\"revolute\"><parent link=\"l{}\"/><child link=\"l{i}\"/>\
             <origin xyz=\"0 0 0.3\"/><axis xyz=\"0 1 0\"/>\
             <limit lower=\"-1\" upper=\"1\" velocity=\"1\" effort=\"1\"/></joint>\
             <link name=\"l{i}\">{shape}</link>",
            i - 1
        );
    }
    text += "<joint name=\"weld\" type=\"fixed\"><parent link=\"l2\"/><child link=\"plate\"/>\
             <origin xyz=\"0.1 0 0\"/></joint><link name=\"plate\"><collision>\
             <origin xyz=\"0 0 0.05\"/><geometry><sphere radius=\"0.02\"/></geometry></collision></link>\
             </robot>";
    RobotDescription::parse(&text)
}

fn shape(geometry: &str) -> String {
    format!(
        "<collision><origin xyz=\"0 0 0.1\" rpy=\"0 1.5707963267948966 0\"/>\
         <geometry>{geometry}</geometry></collision>"
    )
}

#[test]
fn shapes_ride_on_the_joint_that_carries_their_link_fixed_joints_merged() {
    let (robot, _) = robot(&shape("<cylinder radius=\"0.04\" length=\"0.2\"/>")).expect("a robot");
    let (chain, _) = robot.chain(Some("l4")).expect("four joints");
    let found: Vec<_> = chain.collision.iter().map(|s| s.link.as_str()).collect();
    assert_eq!(found, ["l2", "plate"]);
    let cylinder = &chain.collision[0].capsules[0];
    assert_eq!(cylinder.link, Some(1));
    // Turned about y by a quarter: the cylinder lies along x.
    for x in [-0.1, 0.1] {
        assert!(cylinder.distance(&Point3::new(x, 0.0, 0.1)) < 0.0);
    }
    assert!(cylinder.distance(&Point3::new(0.0, 0.0, 0.2)) > 0.05);
    let ball = &chain.collision[1].capsules[0];
    assert_eq!((ball.link, ball.a), (Some(1), Point3::new(0.1, 0.0, 0.05)));
}

#[test]
fn a_mesh_is_not_read_and_named() {
    let (robot, warnings) = robot(&shape("<mesh filename=\"elbow.stl\"/>")).expect("a robot");
    let link = "l2".to_owned();
    assert!(warnings.contains(&UrdfWarning::MeshNotRead { link }));
    let (chain, _) = robot.chain(Some("l4")).expect("four joints");
    assert_eq!(chain.collision.len(), 1, "the plate alone");
}

#[test]
fn a_size_that_is_none_is_refused() {
    for geometry in [
        "<sphere radius=\"-0.1\"/>",
        "<cylinder radius=\"nan\" length=\"1\"/>",
        "<box size=\"1 inf 1\"/>",
    ] {
        let text = shape(geometry);
        assert!(
            matches!(robot(&text), Err(UrdfError::BadNumber { .. })),
            "{geometry}"
        );
    }
}
