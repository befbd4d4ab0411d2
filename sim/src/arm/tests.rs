use nalgebra::SVector;
use safety_monitor::{Arm, ArmFault};
use signals::{Reading, Sensed, ToolIndex};

use super::SimError;
use crate::arm::SimArm;
use crate::breathing::{Breathing, BreathingParams};
use crate::plant::ArmPlantParams;
use crate::sensors::SensorParams;
use crate::stage::{
    arm_over_muscle, armed, bare_arm, palm, posture, pressing, thumb, tool, world_under,
};
use crate::tissue::TissueParams;
use crate::world::TrueWorld;

fn breath(seed: u64) -> Breathing {
    Breathing::made(BreathingParams::default(), seed).unwrap()
}

fn touching(seed: u64) -> SimArm<7> {
    let params = ArmPlantParams::default();
    arm_over_muscle(
        palm(),
        -0.002,
        params,
        SensorParams::default(),
        breath(3),
        seed,
    )
}

/// Presses for `steps` milliseconds; every bit that comes out, as text.
fn session(seed: u64, steps: u32) -> Vec<String> {
    let mut arm = touching(seed);
    let (model, _) = armed(palm());
    let mut sensed = arm.begin().unwrap();
    let mut seen = Vec::new();
    for _ in 0..steps {
        let joints = *joints(&sensed);
        let torque = pressing(&model, &joints.0, &joints.1, 12.0, 0.5);
        sensed = arm.advance(&torque).unwrap();
        seen.push(format!("{sensed:?} {:?}", arm.truth()));
    }
    seen
}

fn joints(sensed: &Sensed<7>) -> Box<(SVector<f64, 7>, SVector<f64, 7>)> {
    let joints = sensed.joints.value().unwrap();
    Box::new((joints.positions, joints.velocities))
}

#[test]
fn the_same_seed_gives_the_same_bits_and_another_seed_others() {
    let (first, again, other) = (session(4, 200), session(4, 200), session(5, 200));
    assert_eq!(first, again);
    assert_ne!(first, other);
}

#[test]
fn the_wrench_is_stamped_exactly_two_samples_before_it_arrives() {
    let mut arm = touching(1);
    let first = arm.begin().unwrap();
    let hold = bare_arm().gravity(&posture());
    let mut sensed = first;
    for _ in 0..20 {
        let Reading::Taken { at, .. } = sensed.wrench else {
            panic!("no wrench: {sensed:?}")
        };
        assert_eq!(sensed.at.since(at).map(|age| age.nanos()), Some(2_000_000));
        sensed = arm.advance(&hold).unwrap();
    }
    assert_eq!(sensed.sequence, 20);
    assert_eq!(
        sensed.at.since(first.at).map(|span| span.nanos()),
        Some(20_000_000)
    );
}

#[test]
fn a_delayed_sensor_says_later_what_a_prompt_one_says_now() {
    let run = |wrench_delay: u32| {
        let sensors = SensorParams {
            wrench_delay,
            ..SensorParams::perfect()
        };
        let still = Breathing::still();
        let mut arm = arm_over_muscle(palm(), -0.002, ArmPlantParams::default(), sensors, still, 1);
        arm.begin().unwrap();
        let hold = armed(palm()).0.gravity(&posture());
        (0..50)
            .map(|_| *arm.advance(&hold).unwrap().wrench.value().unwrap())
            .collect::<Vec<_>>()
    };
    let (prompt, late) = (run(0), run(2));
    assert_eq!(prompt[..48], late[2..]);
    assert_ne!(prompt[..48], late[..48]);
}

#[test]
fn everything_sensed_fits_in_f32() {
    let mut arm = touching(2);
    let mut sensed = arm.begin().unwrap();
    for _ in 0..20 {
        let joints = sensed.joints.value().unwrap();
        let wrench = sensed.wrench.value().unwrap().stacked();
        let numbers = joints
            .positions
            .iter()
            .chain(&joints.velocities)
            .chain(&joints.torques);
        for number in numbers.chain(&wrench) {
            assert_eq!(f64::from(*number as f32).to_bits(), number.to_bits());
        }
        sensed = arm.advance(&SVector::zeros()).unwrap();
    }
}

#[test]
fn a_torque_that_is_not_finite_breaks_the_exchange_and_leaves_the_state_alone() {
    let mut arm = touching(1);
    arm.begin().unwrap();
    let before = arm.truth();
    for bad in [f64::NAN, f64::INFINITY] {
        let mut torque = SVector::zeros();
        torque[3] = bad;
        let fault = arm.advance(&torque).unwrap_err();
        assert!(
            matches!(&fault, ArmFault::Broken { what } if what.contains("joint 3")),
            "{fault}"
        );
    }
    assert_eq!(before, arm.truth());
}

#[test]
fn a_state_that_blows_up_is_a_fault_and_never_a_nan() {
    let params = ArmPlantParams {
        saturate: false,
        stops: false,
        ..ArmPlantParams::default()
    };
    let sensors = SensorParams::default();
    let mut arm = arm_over_muscle(thumb(), 3.0, params, sensors, Breathing::still(), 1);
    arm.begin().unwrap();
    let huge = SVector::from_element(1e30);
    let fault = (0..50).find_map(|_| match arm.advance(&huge) {
        Ok(sensed) => {
            assert!(
                sensed
                    .joints
                    .value()
                    .unwrap()
                    .positions
                    .iter()
                    .all(|q| q.is_finite())
            );
            None
        }
        Err(fault) => Some(fault),
    });
    assert!(matches!(fault, Some(ArmFault::Broken { .. })), "{fault:?}");
}

#[test]
fn a_command_before_the_first_sample_is_refused() {
    let fault = touching(1).advance(&SVector::zeros()).unwrap_err();
    assert!(fault.to_string().contains("begin"), "{fault}");
}

#[test]
fn another_tool_weighs_on_the_sensor_and_touches_elsewhere() {
    let (palm_model, palm_tool) = armed(palm());
    let mut heavy = tool(thumb());
    heavy.payload.mass = quantities::Kilograms::new(1.6);
    let heavy_model = bare_arm().with_payload(&heavy.payload);
    let tissue = TissueParams::default();
    let world = world_under(&palm_model, (0.14, 0.05), 0.05, tissue, Breathing::still());
    let tools = vec![(palm_model, palm_tool), (heavy_model, heavy)];
    let params = ArmPlantParams::default();
    let sensors = SensorParams::perfect();
    let mut arm = SimArm::new(tools, params, sensors, world, posture(), 1).unwrap();
    let weight = |sensed: &Sensed<7>| sensed.wrench.value().unwrap().force.norm();
    let light = weight(&arm.begin().unwrap());
    assert!((light - 0.6 * 9.80665).abs() < 1e-5, "{light} N");

    arm.attach(ToolIndex(1)).unwrap();
    let torque = bare_arm().with_payload(&heavy.payload).gravity(&posture());
    let sensed = arm.advance(&torque).unwrap();
    assert_eq!(sensed.tool, Some(ToolIndex(1)));
    let heavy_weight = weight(&sensed);
    assert!(
        (heavy_weight - 1.6 * 9.80665).abs() < 1e-2,
        "{heavy_weight} N"
    );
    assert_eq!(
        arm.attach(ToolIndex(2)),
        Err(SimError::UnknownTool { seen: 2, count: 2 })
    );
}

#[test]
fn a_model_that_does_not_carry_its_tool_is_refused() {
    let (model, tool) = armed(palm());
    let tissue = TissueParams::default();
    let world = world_under(&model, (0.14, 0.05), 0.05, tissue, Breathing::still());
    let refused = SimArm::new(
        vec![(bare_arm(), tool)],
        ArmPlantParams::default(),
        SensorParams::default(),
        world,
        posture(),
        1,
    );
    assert!(matches!(
        refused,
        Err(SimError::ModelWithoutTool { index: 0, .. })
    ));
}

#[test]
fn the_archived_state_gives_the_force_again_bit_for_bit() {
    let mut arm = touching(9);
    arm.begin().unwrap();
    let (model, tool) = armed(palm());
    let world = TrueWorld::from_bytes(&arm.world().to_bytes()).unwrap();
    let pad = world.pad(&tool.patch);
    for step in 0..300 {
        let now = arm.truth();
        arm.advance(&pressing(
            &model,
            &now.positions,
            &now.velocities,
            15.0,
            0.5,
        ))
        .unwrap();
        if step % 30 == 0 {
            let truth = arm.truth();
            let seen = model.tool_kinematics(&truth.positions, &truth.velocities);
            let again = world.contact(
                &seen.base_from_tool,
                &seen.twist,
                &pad,
                world.breathing().at(truth.at),
                &truth.tissue_memory,
            );
            assert_eq!(again, truth.contact);
            assert!(truth.contact.touches());
            assert!(truth.tissue_memory.given_way.iter().all(|m| *m >= 0.0));
        }
    }
}

mod allocation;

mod drives;
