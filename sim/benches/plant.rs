//! How long a millisecond of the plant takes. Run with `cargo bench -p sim --features ungated`.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, missing_docs)]

use std::hint::black_box;
use std::time::Instant;

use anatomy::{BodyParameters, Sex, parametric_back};
use kinematics::{ArmModel, Patch, Payload, RobotDescription, ToolModel};
use nalgebra::{Isometry3, Matrix3, SVector, UnitQuaternion};
use quantities::{Flange, Kilograms, Metres, Point, Rotation, Tool, Transform};
use safety_monitor::Arm;
use sim::{
    ArmPlantParams, Breathing, BreathingParams, SensorParams, SimArm, Tissue, TissueParams,
    TrueWorld,
};

/// An arm whose palm hangs `gap` (m) off the muscle beside the spine.
fn arm(gap: f64) -> (SimArm<7>, SVector<f64, 7>) {
    let start = SVector::from([0.3, 0.5, -0.2, -1.4, 0.15, 1.1, 0.4]);
    let urdf = include_str!("../../urdf/knead_r7.urdf");
    let (description, _) = RobotDescription::parse(urdf).expect("the reference arm is a URDF");
    let (chain, _) = description.chain(None).expect("with one chain");
    let bare = ArmModel::<7>::from_chain(&chain).expect("of seven joints");
    let payload = Payload {
        flange_from_tool: Transform::<Flange, Tool>::new(
            Point::new(0.0, 0.0, 0.11),
            Rotation::identity(),
        ),
        mass: Kilograms::new(0.6),
        centre_of_mass: Point::new(0.0, 0.0, 0.05),
        inertia: Matrix3::from_diagonal_element(1e-3),
    };
    let patch = Patch::RoundedRectangle {
        length: Metres::new(0.1),
        width: Metres::new(0.05),
        corner: Metres::new(0.02),
    };
    let model = bare.with_payload(&payload);
    let body = BodyParameters {
        sex: Sex::Female,
        stature: Metres::new(1.68),
        mass: Kilograms::new(64.0),
    };
    let back = parametric_back(&body).expect("an ordinary body");
    let tissue = Tissue::under(&back, TissueParams::default(), 1).expect("default tissue");
    let breathing = Breathing::made(BreathingParams::default(), 1).expect("default breath");
    let place = back
        .chart()
        .at(Metres::new(0.14), Metres::new(0.05))
        .expect("on the back");
    let (z, along) = (-*place.outward.raw(), *place.along.raw());
    let x = (along - z * along.dot(&z)).normalize();
    let turn = UnitQuaternion::from_matrix(&Matrix3::from_columns(&[x, z.cross(&x), z]));
    let table_from_tool = Isometry3::from_parts((place.point.raw().coords - z * gap).into(), turn);
    let base_from_table =
        Transform::from_raw(model.tool_pose(&start).raw() * table_from_tool.inverse());
    let world = TrueWorld::new(back, tissue, breathing, base_from_table);
    let hold = model.gravity(&start);
    let tool = ToolModel {
        payload,
        patch,
        body_radius: Metres::new(0.03),
        pressure_rating: quantities::Pascals::new(250e3),
    };
    let tools = vec![(model, tool)];
    let mut arm = SimArm::new(
        tools,
        ArmPlantParams::default(),
        SensorParams::default(),
        world,
        start,
        1,
    )
    .expect("a sound arm");
    arm.begin().expect("a first sample");
    (arm, hold)
}

/// Median time of one step (µs) over batches of ten from the same state: the touch stays what it is, and a busy
/// machine shows less in the median of short batches.
fn time(start: &SimArm<7>, hold: &SVector<f64, 7>) -> f64 {
    let mut times: Vec<f64> = (0..2000)
        .map(|_| {
            let mut arm = start.clone();
            let begin = Instant::now();
            for _ in 0..10 {
                black_box(arm.advance_ungated(black_box(hold))).expect("sound");
            }
            begin.elapsed().as_secs_f64() * 1e5
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn main() {
    println!("one millisecond of the plant, 7 joints, fourth-order Runge-Kutta, sensors included");
    let cases = [
        ("palm pressed 5 mm in", -0.005),
        ("palm 40 mm off", 0.04),
        ("palm 300 mm off", 0.3),
    ];
    for (name, gap) in cases {
        let (start, hold) = arm(gap);
        assert_eq!(start.truth().contact.touches(), gap < 0.0);
        println!("{name:<24} {:>7.2} µs", time(&start, &hold));
    }
}
