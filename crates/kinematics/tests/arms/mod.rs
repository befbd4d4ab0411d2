//! Arms that the tests share: files, and random ones.
#![allow(dead_code, missing_docs)] // each test crate uses its own part

pub mod written;

use kinematics::{ArmChain, ArmModel, ChainJoint, ChainLimits, JointKind, RobotDescription};
use nalgebra::{Isometry3, Matrix3, Point3, SVector, Unit, Vector3};
use proptest::prelude::*;

pub const R7: &str = include_str!("../../../../urdf/knead_r7.urdf");
pub const R6: &str = include_str!("../../../../urdf/knead_r6.urdf");

/// Text of an arm of another maker, when it lies beside the workspace.
pub fn published(name: &str) -> Option<String> {
    let path = format!(
        "{}/../../../shared/data/{name}.urdf",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        println!("skipped: {name}.urdf is not there ({path})");
    }
    text
}

pub fn chain_of(text: &str, tip: Option<&str>) -> ArmChain {
    let (description, _) = RobotDescription::parse(text).expect("the file is a URDF");
    description.chain(tip).expect("the file holds an arm").0
}

pub fn model_of<const D: usize>(text: &str, tip: Option<&str>) -> ArmModel<D> {
    ArmModel::from_chain(&chain_of(text, tip)).expect("the chain is sound")
}

pub fn vector<const D: usize>(range: f64) -> impl Strategy<Value = SVector<f64, D>> {
    prop::collection::vec(-range..range, D).prop_map(|v| SVector::from_column_slice(&v))
}

pub fn isometries() -> impl Strategy<Value = Isometry3<f64>> {
    (
        prop::array::uniform3(-0.4..0.4f64),
        prop::array::uniform3(-3.0..3.0f64),
    )
        .prop_map(|(t, r)| Isometry3::new(Vector3::from(t), Vector3::from(r)))
}

fn joints() -> impl Strategy<Value = ChainJoint> {
    (
        isometries(),
        prop::array::uniform3(-1.0..1.0f64),
        0..4u8,
        0.3..5.0f64,
        prop::array::uniform3(-0.2..0.2f64),
        prop::array::uniform3(0.02..0.15f64),
        prop::array::uniform3(-3.0..3.0f64),
        0.0..0.5f64,
    )
        .prop_map(
            |(parent_from_joint, axis, kind, mass, centre, radii, turn, rotor_inertia)| {
                let axis = Vector3::from(axis) + Vector3::new(0.0, 0.0, 1.2);
                // A solid ellipsoid: any principal moments it has are possible ones.
                let [a, b, c] = radii.map(|radius| radius * radius * mass / 5.0);
                let turn = Isometry3::rotation(Vector3::from(turn))
                    .rotation
                    .to_rotation_matrix();
                let inertia = turn.into_inner()
                    * Matrix3::from_diagonal(&Vector3::new(b + c, a + c, a + b))
                    * turn.into_inner().transpose();
                ChainJoint {
                    name: "random".to_owned(),
                    kind: match kind {
                        0 => JointKind::Prismatic,
                        1 => JointKind::Continuous,
                        _ => JointKind::Revolute,
                    },
                    parent_from_joint,
                    axis: Unit::new_normalize(axis).into_inner(),
                    limits: ChainLimits {
                        lower: -2.5,
                        upper: 2.5,
                        velocity: 2.0,
                        effort: 50.0,
                    },
                    damping: 0.0,
                    friction: 0.0,
                    rotor_inertia,
                    mass,
                    centre_of_mass: Point3::from(centre),
                    inertia,
                }
            },
        )
}

pub fn random_chain<const D: usize>() -> impl Strategy<Value = ArmChain> {
    (prop::collection::vec(joints(), D), isometries()).prop_map(|(joints, last_from_tip)| {
        ArmChain {
            name: "random".to_owned(),
            root: "base".to_owned(),
            tip: "flange".to_owned(),
            joints,
            last_from_tip,
            collision: Vec::new(),
        }
    })
}

pub fn random_arm<const D: usize>() -> impl Strategy<Value = ArmModel<D>> {
    random_chain::<D>().prop_map(|chain| ArmModel::from_chain(&chain).expect("a sound chain"))
}
