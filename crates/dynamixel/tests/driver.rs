//! The driver on an emulated bus: taking into service, cycles, losses, errors.

mod bench;

use bench::{Bench, config, id, joint, model, setups, three};
use dynamixel::{
    BusDriver, Drive, Effort, Fault, JointFault, Refusal, Sense, ServoSetup, Start, Trouble, table,
    table::{HardwareError, HardwareErrors, WatchdogState},
};
use quantities::{Duration, NewtonMetres, Radians, RadiansPerSecond};

const HOLD: [f64; 3] = [0.0; 3];
const SOON: Duration = Duration::from_millis(12);

/// The start must be refused.
fn refusal<const D: usize>(mut bench: Bench<D>) -> Refusal {
    let Start::Refused(refusal) = bench.start() else {
        return Refusal::Joints {
            seen: 0,
            allowed: 0,
        };
    };
    refusal
}

#[test]
fn a_bus_that_fits_its_settings_is_taken_into_service() {
    for drive in [Drive::Position, Drive::Velocity, Drive::Torque] {
        let bench = Bench::running(three(drive));
        for servo in 0..3 {
            let read = |register| bench.bus.register(servo, register).unwrap();
            assert_eq!(read(table::RETURN_DELAY), 0);
            assert_eq!(read(table::STATUS_RETURN_LEVEL), 2);
            assert_eq!(read(table::BUS_WATCHDOG), 1);
            assert_eq!(read(table::TORQUE_ENABLE), 1);
            assert_eq!(read(table::GOAL_POSITION), 2048);
            let mode = three(drive).joints[servo].mode(drive);
            assert_eq!(read(table::OPERATING_MODE), i32::from(mode.code()));
            assert_eq!(read(table::PROFILE_VELOCITY), 83);
        }
    }
}

#[test]
fn a_missing_servo_is_refused_and_nothing_is_changed() {
    let config = three(Drive::Velocity);
    let mut bench = Bench::new(config, &setups(&config)[..2]);
    let Start::Refused(refusal) = bench.start() else {
        panic!("taken into service");
    };
    assert_eq!(
        refusal,
        Refusal::Missing {
            id: id(3),
            heard: 2,
            garbled: 0
        }
    );
    assert!(refusal.to_string().contains("servo 3 does not answer"));
    assert_eq!(bench.bus.register(0, table::RETURN_DELAY), Some(250));
    assert_eq!(bench.bus.register(0, table::TORQUE_ENABLE), Some(0));
}

#[test]
fn two_servos_with_one_address_are_refused() {
    let config = three(Drive::Velocity);
    let mut servos = setups(&config);
    servos.push(servos[1]);
    let refusal = refusal(Bench::new(config, &servos));
    assert_eq!(
        refusal,
        Refusal::Duplicate {
            id: id(2),
            answers: 2
        }
    );
}

#[test]
fn servos_whose_answers_collide_are_refused_with_a_hint() {
    let config = three(Drive::Velocity);
    let mut bench = Bench::fitting(config);
    bench.bus.inject(1, Fault::WrongChecksum, u32::MAX);
    let refusal = refusal(bench);
    assert!(matches!(refusal, Refusal::Missing { id, garbled: 4, .. } if id.get() == 2));
    assert!(refusal.to_string().contains("two servos with one address"));
}

#[test]
fn a_wrong_model_or_firmware_is_refused() {
    let config = three(Drive::Velocity);
    let mut servos = setups(&config);
    servos[2].model = model("XM430-W210");
    assert_eq!(
        refusal(Bench::new(config, &servos)),
        Refusal::Model {
            id: id(3),
            seen: 1030,
            wanted: "XM430-W350",
            wanted_number: 1020
        }
    );
    let mut servos = setups(&config);
    servos[0].firmware = 41;
    let refusal = refusal(Bench::new(config, &servos));
    assert!(matches!(
        refusal,
        Refusal::Firmware {
            seen: 41,
            allowed: 42,
            ..
        }
    ));
}

#[test]
fn what_a_configuration_tool_may_have_left_is_set_right_or_refused() {
    let mut bench = Bench::fitting(three(Drive::Velocity));
    bench.bus.set_register(0, table::DRIVE_MODE, 1);
    bench.bus.set_register(1, table::STATUS_RETURN_LEVEL, 0);
    bench.bus.set_register(2, table::BUS_WATCHDOG, 255);
    assert_eq!(bench.start(), Start::Ready);
    assert_eq!(bench.bus.register(0, table::DRIVE_MODE), Some(0));
    assert_eq!(bench.bus.register(2, table::BUS_WATCHDOG), Some(1));

    let cases = [
        (table::HOMING_OFFSET, 100, "homing offset of 100 pulses"),
        (table::VELOCITY_LIMIT, 50, "velocity limit is 50"),
        (table::HARDWARE_ERROR, 4, "overheating"),
    ];
    for (register, value, words) in cases {
        let mut bench = Bench::fitting(three(Drive::Velocity));
        bench.bus.set_register(1, register, value);
        let told = refusal(bench).to_string();
        assert!(told.contains("servo 2") && told.contains(words), "{told}");
    }
    let mut bench = Bench::fitting(three(Drive::Torque));
    bench.bus.set_register(1, table::CURRENT_LIMIT, 10);
    assert!(matches!(
        refusal(bench),
        Refusal::Current { allowed: 10, .. }
    ));
    let mut bench = Bench::fitting(config(
        Drive::Position,
        [joint(1, "XL430-W250"), joint(2, "XL430-W250")],
    ));
    bench.bus.set_register(1, table::MAX_POSITION, 3000);
    assert!(matches!(refusal(bench), Refusal::Range { most: 3000, .. }));
}

#[test]
fn a_joint_outside_its_range_is_refused_before_torque() {
    let config = three(Drive::Velocity);
    let mut servos = setups(&config);
    servos[0].pulses = 10;
    let mut bench = Bench::new(config, &servos);
    assert!(matches!(
        bench.start(),
        Start::Refused(Refusal::Outside { seen: 10, .. })
    ));
    assert_eq!(bench.bus.register(0, table::TORQUE_ENABLE), Some(0));
}

#[test]
fn no_joint_moves_when_torque_goes_on_whatever_goals_were_left() {
    for drive in [Drive::Position, Drive::Velocity, Drive::Torque] {
        let mut bench = Bench::fitting(three(drive));
        let mode = i32::from(three(drive).joints[0].mode(drive).code());
        for servo in 0..3 {
            bench.bus.set_register(servo, table::OPERATING_MODE, mode);
            bench.bus.set_register(servo, table::GOAL_POSITION, 100);
            bench.bus.set_register(servo, table::GOAL_VELOCITY, 300);
            bench.bus.set_register(servo, table::GOAL_CURRENT, 500);
        }
        assert_eq!(bench.start(), Start::Ready);
        bench.silence(150);
        for servo in 0..3 {
            let stands = bench.bus.register(servo, table::PRESENT_POSITION);
            assert_eq!(stands, Some(2048), "{drive:?}");
        }
    }
}

#[test]
fn settings_that_cannot_be_meant_are_refused() {
    let mut shared = three(Drive::Velocity);
    shared.joints[2].id = id(1);
    assert!(matches!(
        BusDriver::new(shared),
        Err(Refusal::SharedServo { .. })
    ));
    let no_current = config(Drive::Torque, [joint(1, "XL430-W250")]);
    assert!(matches!(
        BusDriver::new(no_current),
        Err(Refusal::Joint(JointFault::NoCurrent { .. }))
    ));
    for watchdog in [0, 128] {
        let mut unwatched = three(Drive::Velocity);
        unwatched.watchdog = watchdog;
        assert!(matches!(
            BusDriver::new(unwatched),
            Err(Refusal::Watchdog { .. })
        ));
    }
    let mut idle = three(Drive::Velocity);
    idle.line.baud = 0;
    assert!(matches!(
        BusDriver::new(idle),
        Err(Refusal::Baud { seen: 0 })
    ));
    for gear in [0.0, -1.0, f64::NAN] {
        let mut geared = three(Drive::Velocity);
        geared.joints[0].gear = gear;
        assert!(BusDriver::new(geared).is_err());
    }
}

#[test]
fn a_start_survives_lost_and_damaged_answers() {
    for fault in [Fault::Silent, Fault::WrongChecksum, Fault::Noise] {
        let mut bench = Bench::fitting(three(Drive::Velocity));
        for servo in 0..3 {
            bench.bus.inject(servo, fault, 2);
        }
        assert_eq!(bench.start(), Start::Ready, "{fault:?}");
    }
}

#[test]
fn position_goals_move_the_joints_there() {
    let mut geared = three(Drive::Position);
    geared.joints[1].sense = Sense::Reversed;
    geared.joints[2].gear = 3.0;
    let mut bench = Bench::running(geared);
    let goals = [0.5, 0.7, -0.4];
    bench.cycles(&goals, 500);
    for (joint, goal) in goals.into_iter().enumerate() {
        assert!((bench.position(joint) - goal).abs() < 3e-3, "joint {joint}");
    }
    // The servos themselves turned by sign and gear: 326, −456 and −782 pulses.
    let pulses = [0, 1, 2].map(|servo| bench.bus.register(servo, table::PRESENT_POSITION).unwrap());
    let expected = [2048 + 326, 2048 - 456, 2048 - 782];
    for (seen, wanted) in pulses.into_iter().zip(expected) {
        assert!((seen - wanted).abs() <= 2, "{pulses:?}");
    }
    assert_eq!(bench.driver.counters().lost, 0);
}

#[test]
fn a_position_goal_presses_no_harder_than_the_joints_largest_torque() {
    let mut soft = three(Drive::Position);
    soft.joints[0].top_torque = NewtonMetres::new(0.3);
    let mut bench = Bench::running(soft);
    assert!(bench.driver.capabilities().torque_capped);
    bench.cycles(&[2.0, 2.0, 0.0], 50);
    let joints = bench.driver.joints(bench.now);
    let torque = |joint: usize| match joints[joint].sample.unwrap().effort {
        Effort::RoughTorque(torque) => torque.get(),
        Effort::Load(_) => f64::NAN,
    };
    assert!((0.29..=0.301).contains(&torque(0)), "{}", torque(0));
    assert!(torque(1) > 0.9, "{}", torque(1));
    assert!(
        !Bench::fitting(three(Drive::Velocity))
            .driver
            .capabilities()
            .torque_capped
    );
}

#[test]
fn velocity_goals_are_followed_and_held_to_the_joints_largest() {
    let mut bench = Bench::running(three(Drive::Velocity));
    bench.cycles(&[0.3, -0.3, 50.0], 100);
    let joints = bench.driver.joints(bench.now);
    let speeds = joints.map(|joint| joint.sample.unwrap().velocity.get());
    assert!((speeds[0] - 0.3).abs() < 0.013 && (speeds[1] + 0.3).abs() < 0.013);
    assert!((1.95..=2.0).contains(&speeds[2]), "{speeds:?}");
    // Position is the integral of speed: two registers, one motion.
    let (before, steps) = (bench.position(0), 25);
    bench.cycles(&[0.3, -0.3, 0.0], steps);
    let moved = bench.position(0) - before;
    assert!(
        (moved - 0.3 * 0.004 * f64::from(steps)).abs() < 3e-3,
        "{moved}"
    );
}

#[test]
fn a_speed_does_not_lead_a_joint_out_of_its_range() {
    let mut narrow = three(Drive::Velocity);
    narrow.joints[0].highest = Radians::new(0.1);
    narrow.joints[1].lowest = Radians::new(-0.1);
    let mut bench = Bench::running(narrow);
    bench.cycles(&[0.5, -0.5, 0.5], 200);
    // It stops where its lag lets it: a few cycles and 20 ms behind.
    assert!((0.1..0.12).contains(&bench.position(0)));
    assert!((-0.12..-0.1).contains(&bench.position(1)));
    assert!(bench.position(2) > 0.3);
    assert!(bench.driver.counters().goals_stopped > 100);
    // The way back is free.
    bench.cycles(&[-0.5, 0.5, 0.0], 50);
    assert!(bench.position(0) < 0.05 && bench.position(1) > -0.05);
}

#[test]
fn the_worst_trouble_is_told_first() {
    let mut bench = Bench::running(three(Drive::Velocity));
    bench.cycles(&HOLD, 3);
    bench.bus.inject(0, Fault::Silent, u32::MAX);
    bench.cycles(&HOLD, 10);
    let stale = bench.driver.trouble(bench.now, SOON);
    assert!(matches!(stale, Some(Trouble::Stale { id, .. }) if id.get() == 1));
    bench
        .bus
        .fail(2, HardwareErrors::NONE.with(HardwareError::Overheating));
    bench.cycles(&HOLD, 3);
    let hot = bench.driver.trouble(bench.now, SOON).unwrap();
    assert!(hot.to_string().contains("servo 3 reports overheating"));
}

#[test]
fn a_servo_that_forgets_its_turns_with_torque_on_is_not_driven_on() {
    let mut geared = three(Drive::Position);
    geared.joints[1].gear = 4.0;
    geared.joints[1].top_torque = NewtonMetres::new(8.0);
    let mut bench = Bench::running(geared);
    bench.cycles(&[0.0, 1.2, 0.0], 500);
    // 1.2 rad at the joint are 4.8 at the servo, beyond its first turn.
    let beyond = bench.bus.register(1, table::PRESENT_POSITION).unwrap();
    assert!(beyond > 4095);
    bench.driver.restart();
    let refused = bench.start();
    assert!(
        matches!(refused, Start::Refused(Refusal::Turned { id, before, .. })
            if id.get() == 2 && before == beyond),
        "{refused:?}"
    );
    // It has hardly moved when its watchdog stops it.
    let at = bench.bus.shaft(1).unwrap().angle.get();
    bench.silence(5_000);
    let moved = bench.bus.shaft(1).unwrap().angle.get() - at;
    assert!(moved.abs() < 0.3, "{moved}");
    assert_eq!(bench.bus.register(1, table::BUS_WATCHDOG), Some(0xFF));
}

#[test]
fn torque_goals_come_back_as_rough_torques() {
    let mut bench = Bench::running(three(Drive::Torque));
    bench.cycles(&[0.5, -0.5, 9.0], 100);
    let joints = bench.driver.joints(bench.now);
    let torques = joints.map(|joint| match joint.sample.unwrap().effort {
        Effort::RoughTorque(torque) => torque.get(),
        Effort::Load(_) => f64::NAN,
    });
    for (seen, wanted) in torques.into_iter().zip([0.5, -0.5, 1.0]) {
        assert!((seen - wanted).abs() < 6e-3, "{torques:?}");
    }
}

#[test]
fn a_goal_that_is_no_number_stops_its_joint() {
    let mut bench = Bench::running(three(Drive::Velocity));
    bench.cycles(&[0.5; 3], 50);
    bench.cycles(&[f64::NAN, f64::INFINITY, 0.5], 50);
    let speeds = bench
        .driver
        .joints(bench.now)
        .map(|joint| joint.sample.unwrap().velocity.get());
    assert_eq!(speeds[..2], [0.0, 0.0]);
    assert!(speeds[2] > 0.4);
    assert_eq!(bench.driver.counters().goals_refused, 100);
}

#[test]
fn a_joint_whose_packets_are_lost_ages_while_the_others_are_fresh() {
    for fault in [Fault::Silent, Fault::WrongChecksum, Fault::WrongId(id(9))] {
        let mut bench = Bench::running(three(Drive::Velocity));
        bench.cycles(&[0.2; 3], 30);
        let before = bench.driver.joints(bench.now)[1];
        bench.bus.inject(1, fault, u32::MAX);
        bench.cycles(&[0.2; 3], 10);
        let [first, second, third] = bench.driver.joints(bench.now);
        assert_eq!(second.sample, before.sample, "{fault:?}");
        assert_eq!(second.missed, 10);
        assert_eq!(second.age, Some(Duration::from_millis(44)));
        for fresh in [first, third] {
            assert_eq!(
                (fresh.missed, fresh.age),
                (0, Some(Duration::from_millis(4)))
            );
        }
        assert!(matches!(
            bench.driver.trouble(bench.now, SOON),
            Some(Trouble::Stale { id, .. }) if id.get() == 2
        ));
        // It comes back by itself: samples are only samples.
        bench.bus.inject(1, fault, 0);
        bench.cycles(&[0.2; 3], 2);
        assert_eq!(bench.driver.trouble(bench.now, SOON), None);
    }
}

#[test]
fn before_the_first_answer_there_is_no_sample() {
    let bench = Bench::running(three(Drive::Velocity));
    for joint in bench.driver.joints(bench.now) {
        assert_eq!((joint.sample, joint.age, joint.care), (None, None, None));
    }
    assert!(matches!(
        bench.driver.trouble(bench.now, SOON),
        Some(Trouble::Stale { age: None, .. })
    ));
}

#[test]
fn an_answer_that_comes_a_cycle_late_is_not_taken_for_a_fresh_one() {
    let mut bench = Bench::running(three(Drive::Velocity));
    bench.cycles(&[0.2; 3], 30);
    // Beyond the driver's wait, and before the answer to the next question.
    bench
        .bus
        .inject(0, Fault::Late(Duration::from_micros(3_000)), 1);
    let unheard = bench.driver.joints(bench.now)[0].sample;
    bench.cycles(&[0.2; 3], 1);
    assert_eq!(bench.driver.joints(bench.now)[0].sample, unheard);
    bench.cycles(&[0.2; 3], 1);
    let counters = bench.driver.counters();
    assert_eq!((counters.lost, counters.wrong_length), (1, 1));
    assert_eq!(bench.driver.joints(bench.now)[0].missed, 0);
}

#[test]
fn nor_is_one_that_comes_late_while_servos_are_looked_after() {
    for cycles in 30..34 {
        let mut config = three(Drive::Velocity);
        config.care_every = 1;
        let mut bench = Bench::running(config);
        bench.cycles(&[0.2; 3], cycles);
        bench
            .bus
            .inject(0, Fault::Late(Duration::from_micros(3_000)), 1);
        bench.cycles(&[0.2; 3], 2);
        let counters = bench.driver.counters();
        assert_eq!((counters.lost, counters.wrong_length), (1, 1));
    }
}

#[test]
fn an_answer_given_twice_counts_once() {
    let mut bench = Bench::running(three(Drive::Velocity));
    bench.cycles(&HOLD, 3);
    bench.bus.inject(0, Fault::Twice, 1);
    bench.cycles(&HOLD, 1);
    assert_eq!(bench.driver.counters().unexpected, 1);
}

#[test]
fn while_answers_are_due_a_further_cycle_waits() {
    let mut bench = Bench::running(three(Drive::Velocity));
    bench.cycles(&HOLD, 1);
    let mut out = [0; dynamixel::MAX_PACKET];
    let sent = bench.driver.cycle(&HOLD, bench.now, &mut out);
    assert!(sent > 0 && !bench.driver.idle(bench.now));
    assert_eq!(bench.driver.cycle(&HOLD, bench.now, &mut out), 0);
    assert_eq!(bench.driver.counters().held_back, 1);
}

#[test]
fn the_watchdog_trips_when_the_master_is_silent_and_the_servos_stop() {
    let mut bench = Bench::running(three(Drive::Velocity));
    bench.cycles(&[0.5; 3], 50);
    // 16 ms of silence beyond the cycle's 4 are not yet more than 20.
    bench.silence(150);
    assert_eq!(bench.bus.register(0, table::BUS_WATCHDOG), Some(1));
    bench.silence(60);
    for servo in 0..3 {
        assert_eq!(bench.bus.register(servo, table::BUS_WATCHDOG), Some(0xFF));
    }
    bench.silence(2_000);
    let stood = [0, 1, 2].map(|servo| bench.bus.register(servo, table::PRESENT_POSITION));
    // The master is back, and its goals are not taken.
    bench.cycles(&[0.5; 3], 100);
    let stands = [0, 1, 2].map(|servo| bench.bus.register(servo, table::PRESENT_POSITION));
    assert_eq!(stood, stands);
    let care = bench.driver.joints(bench.now)[0].care.unwrap();
    assert_eq!(care.watchdog, WatchdogState::Tripped);
    assert_eq!(
        bench.driver.trouble(bench.now, SOON),
        Some(Trouble::WatchdogTripped { id: id(1) })
    );
    // Only a new start wakes them.
    bench.driver.restart();
    assert_eq!(bench.start(), Start::Ready);
    bench.cycles(&[0.5; 3], 50);
    assert_eq!(bench.driver.trouble(bench.now, SOON), None);
    assert!(bench.position(0) > 0.0);
}

#[test]
fn a_hardware_error_surfaces_within_two_cycles_whenever_it_comes() {
    for cycles in 2..40 {
        let mut bench = Bench::running(three(Drive::Velocity));
        bench.cycles(&HOLD, cycles);
        let errors = HardwareErrors::NONE.with(HardwareError::Overload);
        bench.bus.fail(2, errors);
        bench.cycles(&HOLD, 1);
        assert!(bench.driver.joints(bench.now)[2].alert);
        bench.cycles(&HOLD, 1);
        let joint = bench.driver.joints(bench.now)[2];
        let care = joint.care.unwrap();
        assert!(care.errors.contains(HardwareError::Overload) && !care.driven);
        assert_eq!(
            bench.driver.trouble(bench.now, SOON),
            Some(Trouble::Hardware { id: id(3), errors }),
            "after {cycles} cycles"
        );
    }
}

#[test]
fn a_servo_that_restarts_is_noticed_and_not_driven_on() {
    let mut bench = Bench::running(three(Drive::Velocity));
    bench.cycles(&[0.2; 3], 30);
    bench.bus.power_cycle(1);
    bench.cycles(&[0.2; 3], 30);
    assert!(matches!(
        bench.driver.trouble(bench.now, Duration::from_millis(1000)),
        Some(Trouble::NotDriven { id } | Trouble::Stale { id, .. }) if id.get() == 2
    ));
    assert_eq!(bench.bus.register(1, table::TORQUE_ENABLE), Some(0));
}

#[test]
fn a_release_takes_torque_off_and_goes_on_looking() {
    let mut bench = Bench::running(three(Drive::Velocity));
    bench.cycles(&[0.2; 3], 30);
    bench.driver.release();
    bench.cycles(&[0.2; 3], 30);
    for servo in 0..3 {
        assert_eq!(bench.bus.register(servo, table::TORQUE_ENABLE), Some(0));
    }
    let joint = bench.driver.joints(bench.now)[0];
    assert!(!joint.care.unwrap().driven);
    assert_eq!(joint.age, Some(Duration::from_millis(4)));
}

#[test]
fn servos_of_two_kinds_share_a_bus_and_say_what_they_can() {
    let mut mixed = config(
        Drive::Position,
        [
            joint(11, "XL430-W250"),
            joint(12, "XL330-M288"),
            joint(13, "XM540-W270"),
        ],
    );
    mixed.joints[1].top_torque = NewtonMetres::new(0.3);
    let servos: Vec<ServoSetup> = setups(&mixed);
    let mut bench = Bench::new(mixed, &servos);
    assert_eq!(bench.start(), Start::Ready);
    bench.cycles(&[0.2; 3], 200);
    let [load, small, large] = bench.driver.joints(bench.now).map(|joint| {
        let care = joint.care.unwrap();
        assert_eq!((care.temperature_c, care.driven), (30, true));
        assert!((care.supply_v - 12.0).abs() < 1e-9);
        joint.sample.unwrap().effort
    });
    assert!(matches!(load, Effort::Load(_)));
    assert!(matches!(small, Effort::RoughTorque(_)) && matches!(large, Effort::RoughTorque(_)));
    let capabilities = bench.driver.capabilities();
    assert!(!capabilities.rough_torque && !capabilities.wrist_wrench);
    assert!((capabilities.ceiling_share - 0.5).abs() < 1e-12);
    assert_eq!(capabilities.stops_after, Duration::from_millis(20));
    let words = capabilities.to_string();
    assert!(
        words.contains("torques are not told") && words.contains("50 %"),
        "{words}"
    );
}

#[test]
fn the_arithmetic_of_a_cycle_is_not_shorter_than_what_the_bus_takes() {
    let seven = config(
        Drive::Velocity,
        [1, 2, 3, 4, 5, 6, 7].map(|address| joint(address, "XM430-W350")),
    );
    let mut bench = Bench::running(seven);
    let takes = seven.budget().takes;
    let mut longest = Duration::ZERO;
    for _ in 0..60 {
        let mut out = [0; dynamixel::MAX_PACKET];
        let sent = bench.now;
        let count = bench.driver.cycle(&[0.1; 7], bench.now, &mut out);
        bench.bus.receive(&out[..count], bench.now);
        while !bench.driver.idle(bench.now) {
            bench.step();
        }
        longest = longest.max(bench.now.since(sent).unwrap());
    }
    assert_eq!(bench.driver.counters().lost, 0);
    // Time goes on in steps of 100 µs; the arithmetic counts one stuffed byte for each goal and answer.
    let step = Duration::from_micros(100);
    assert!(longest <= takes + step, "{longest:?} of {takes:?}");
    assert!(
        longest + Duration::from_micros(300) >= takes,
        "{longest:?} of {takes:?}"
    );
}

#[test]
fn a_joint_turns_into_a_servo_and_back() {
    let mut turned = joint(1, "XM430-W350");
    turned.sense = Sense::Reversed;
    turned.gear = 2.5;
    turned.zero_pulses = 1000;
    for step in -20..=20 {
        let angle = f64::from(step) * 0.1;
        let back = turned.position(turned.pulses(angle));
        assert!((back - Radians::new(angle)).abs().get() <= table::PULSE / 2.5 * 0.5 + 1e-12);
        let speed = turned.velocity(turned.raw_velocity(angle));
        let half = RadiansPerSecond::new(table::VELOCITY_UNIT / 2.5 * 0.5 + 1e-12);
        let error = speed - RadiansPerSecond::new(angle);
        assert!(error.abs() <= half || angle.abs() >= 2.0 - 0.01);
        let torque = angle * 0.4;
        let Effort::RoughTorque(back) = turned.effort(turned.raw_current(torque).unwrap()) else {
            panic!("no torque");
        };
        let bit = 2.69e-3 * (4.1 / 2.3) * 2.5;
        assert!((back - NewtonMetres::new(torque)).abs().get() <= bit * 0.5 + 1e-12);
    }
}
