//! The shipped installations: parked legally, and with the back of the built-in bodies in reach.
#![allow(clippy::panic, reason = "a test tells by panicking")]

use std::path::{Path, PathBuf};

use anatomy::{Back, parametric_back};
use kinematics::{ArmModel, IkOptions};
use nalgebra::{Isometry3, Matrix3, Rotation3, SVector, Translation3, UnitQuaternion};
use quantities::{Base, Metres, Radians, Table, Tool, Transform};
use settings::{ArmProfile, BodyProfile, BodySource, ToolProfile};

fn config(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../config")
        .join(file)
}

/// The palm on the skin (or off it by `off` metres) at a place of the chart, square to the skin.
fn table_from_tool(back: &Back, u: f64, v: f64, off: f64) -> Option<Transform<Table, Tool>> {
    let at = back.chart().at(Metres::new(u), Metres::new(v))?;
    let z = -at.outward.raw();
    let x = (at.along.raw() - z * z.dot(at.along.raw())).normalize();
    let axes = Matrix3::from_columns(&[x, z.cross(&x), z]);
    let rotation = UnitQuaternion::from_rotation_matrix(&Rotation3::from_matrix_unchecked(axes));
    let place = at.point.raw().coords + at.outward.raw() * off;
    Some(Transform::from_raw(Isometry3::from_parts(
        Translation3::from(place),
        rotation,
    )))
}

/// Places of the lower back, its flanks, and the strip beside the spine up to the nape.
fn places(back: &Back) -> Vec<(f64, f64)> {
    let nape = back.level(anatomy::Level::C7).get() - 0.05;
    let mut places = Vec::new();
    for step in 0..10 {
        let u = -0.06 + 0.03 * f64::from(step);
        places.extend([-0.11, -0.08, -0.05, 0.05, 0.08, 0.11].map(|v| (u, v)));
    }
    let mut u = 0.24;
    while u < nape {
        places.extend([-0.05, 0.05].map(|v| (u, v)));
        u += 0.03;
    }
    places
}

/// Places out of reach, of all; each place is tried from the posture of its neighbours and from park.
fn out_of_reach<const D: usize>(arm: &str, body: &str) -> (usize, usize) {
    let profile = ArmProfile::read(&config(&format!("arms/{arm}.toml"))).expect("a profile");
    let (urdf, path) = profile.read_urdf(None).expect("a URDF");
    let setup = profile
        .chain(&urdf, &path.display().to_string(), None)
        .expect("an arm");
    let palm = ToolProfile::read(&config("tools/palm.toml")).expect("a tool");
    let model = ArmModel::<D>::from_chain(&setup.chain).expect("a model");
    let model = model.with_payload(&palm.model.payload);
    let source = BodyProfile::read(&config(&format!("bodies/{body}.toml")))
        .expect("a body")
        .source;
    let BodySource::Parametric(parameters) = source else {
        panic!("a built-in body")
    };
    let back = parametric_back(&parameters).expect("a back");
    let options = IkOptions {
        max_iterations: 200,
        position_tolerance: Metres::new(1e-4),
        orientation_tolerance: Radians::new(1e-3),
        ..IkOptions::default()
    };
    let park = SVector::<f64, D>::from_iterator(profile.park_posture());
    let base_from_table: Transform<Base, Table> = profile.installation.base_from_table;
    let mut solved = vec![park];
    let (mut missed, mut asked) = (0, 0);
    for (u, v) in places(&back) {
        for off in [0.04, 0.0] {
            let Some(target) = table_from_tool(&back, u, v, off) else {
                continue;
            };
            asked += 1;
            let target = base_from_table * target;
            let seeds: Vec<_> = solved
                .iter()
                .rev()
                .take(14)
                .copied()
                .chain([park])
                .collect();
            match seeds
                .into_iter()
                .find_map(|q| model.inverse_kinematics(&target, &q, &options).ok())
            {
                Some(solution) => solved.push(solution.q),
                None => missed += 1,
            }
        }
    }
    (missed, asked)
}

#[test]
fn the_seven_joint_arm_reaches_the_lower_back_and_the_strip_beside_the_spine() {
    for body in ["demo", "female", "male"] {
        let (missed, asked) = out_of_reach::<7>("knead_r7", body);
        assert!(
            asked > 100 && missed == 0,
            "{body}: {missed} of {asked} places are out of reach"
        );
    }
}

#[test]
fn the_six_joint_arm_reaches_the_lower_back_and_the_strip_beside_the_spine() {
    for body in ["demo", "female", "male"] {
        let (missed, asked) = out_of_reach::<6>("knead_r6", body);
        assert!(
            asked > 100 && missed == 0,
            "{body}: {missed} of {asked} places are out of reach"
        );
    }
}
