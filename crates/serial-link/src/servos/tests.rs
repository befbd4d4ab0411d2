//! What an arm of servos does over a terminal of the operating system, told by the emulated servos' own state.

#[path = "../../tests/rig/mod.rs"]
mod rig;

use std::cell::RefCell;

use dynamixel::table::{BUS_WATCHDOG, HardwareError, HardwareErrors, WatchdogState};
use dynamixel::{BusConfig, Drive as BusDrive, Fault, Line, Model, Refusal};
use nalgebra::SVector;
use quantities::{Duration, Instant};
use safety_monitor::{ArmFault, PacedArm as _};
use signals::{Drive, Reaction, Reading, ToolIndex, WhyMissing};

use super::{DynamixelArm, ServosRefused};
pub(super) use rig::three;
use rig::{FarEnd, Rig, Turns, setups};

impl Rig {
    /// One period: a command, the answers, a look.
    fn cycle(&mut self, wanted: [f64; 3]) -> Result<bool, ArmFault> {
        self.cycle_as(wanted, Reaction::Go)
    }

    fn cycle_as(&mut self, wanted: [f64; 3], reaction: Reaction) -> Result<bool, ArmFault> {
        let drive = Drive::Velocities(SVector::from(wanted));
        self.arm.give(&drive, reaction, self.far.now)?;
        self.rest_of_period()
    }
}

#[test]
fn two_hundred_cycles_of_velocities_move_the_joints_as_told() {
    let mut rig = Rig::ready(BusDrive::Velocity);
    let wanted = [0.5, -0.3, 0.0];
    for _ in 0..200 {
        assert_eq!(rig.cycle(wanted), Ok(true));
        assert_eq!(rig.age(), Duration::from_millis(4));
    }
    let sensed = rig.arm.sensed(rig.far.now);
    assert_eq!(sensed.wrench, Reading::Missing(WhyMissing::NotFitted));
    assert_eq!((sensed.tool, sensed.sequence), (Some(ToolIndex(2)), 200));
    let joints = sensed.joints.value().expect("joints");
    for (index, wanted) in wanted.into_iter().enumerate() {
        // 0.8 s less the plant's lag of 20 ms; speeds are told in steps of 0.024 rad/s.
        let (angle, speed) = rig.truth(index);
        assert!((angle - wanted * 0.78).abs() < 0.02, "{angle} for {wanted}");
        assert!((joints.positions[index] - angle).abs() < 0.01);
        assert!((joints.velocities[index] - speed).abs() < 0.03);
        // The plant's damping of 0.5 N·m·s.
        assert!((joints.torques[index] - 0.5 * speed).abs() < 0.03);
    }
    assert_eq!(rig.arm.driver().counters().lost, 0);
    assert_eq!(rig.arm.counts().untold, 0);
}

#[test]
fn velocities_are_integrated_for_servos_that_take_positions() {
    let mut rig = Rig::ready(BusDrive::Position);
    for _ in 0..200 {
        rig.cycle([0.5, -0.3, 0.0]).expect("a cycle");
    }
    for _ in 0..100 {
        rig.cycle([0.0; 3]).expect("a cycle");
    }
    for (index, wanted) in [0.4, -0.24, 0.0].into_iter().enumerate() {
        let (angle, speed) = rig.truth(index);
        assert!((angle - wanted).abs() < 0.01, "{angle} for {wanted}");
        assert!(speed.abs() < 0.01);
    }
}

#[test]
fn when_the_host_falls_silent_the_servos_stop_by_themselves_and_the_next_look_says_so() {
    let mut rig = Rig::ready(BusDrive::Velocity);
    for _ in 0..50 {
        rig.cycle([0.5; 3]).expect("a cycle");
    }
    assert!((rig.truth(0).1 - 0.5).abs() < 0.03);
    let before = rig.truth(0).0;
    // 20 ms until they trip, then the plant's lag.
    rig.silence(2000);
    for index in 0..3 {
        let raw = rig
            .far
            .bus
            .register(index, BUS_WATCHDOG)
            .expect("a register");
        assert_eq!(WatchdogState::from_byte(raw as u8), WatchdogState::Tripped);
        assert!(rig.truth(index).1.abs() < 1e-3);
    }
    assert!(rig.truth(0).0 - before < 0.5 * 0.05, "went on too far");
    let words = (0..30)
        .find_map(|_| rig.cycle([0.5; 3]).err())
        .expect("a fault")
        .to_string();
    assert!(words.contains("heard nothing for too long"), "{words}");
    assert!(rig.truth(0).1.abs() < 1e-3, "nothing wakes them");
}

#[test]
fn one_silent_servo_lets_the_sample_age_while_the_others_stay_fresh() {
    let mut rig = Rig::ready(BusDrive::Velocity);
    for _ in 0..20 {
        rig.cycle([0.2; 3]).expect("a cycle");
    }
    rig.far.bus.inject(1, Fault::Silent, 10);
    let before = rig.age();
    for missed in 1..=10_u64 {
        assert_eq!(rig.cycle([0.2; 3]), Ok(false));
        let grown = Duration::from_nanos(before.nanos() + missed * 4_000_000);
        assert_eq!(rig.age(), grown);
        let ages = rig.arm.driver().joints(rig.far.now).map(|joint| joint.age);
        assert_eq!(ages[0], Some(Duration::from_millis(4)));
        assert_eq!(ages[1], Some(grown));
    }
    assert_eq!(rig.cycle([0.2; 3]), Ok(true));
    assert_eq!(rig.age(), Duration::from_millis(4));
}

#[test]
fn a_hardware_error_is_a_fault_in_words_within_two_cycles_and_all_joints_stop() {
    let mut rig = Rig::ready(BusDrive::Velocity);
    for _ in 0..20 {
        rig.cycle([0.3; 3]).expect("a cycle");
    }
    let overload = HardwareErrors::NONE.with(HardwareError::Overload);
    rig.far.bus.fail(2, overload);
    let (cycles, fault) = (1..=2)
        .find_map(|cycle| rig.cycle([0.3; 3]).err().map(|fault| (cycle, fault)))
        .expect("a fault within two cycles");
    assert!(cycles <= 2);
    let ArmFault::Broken { what } = fault else {
        panic!("{fault}")
    };
    assert!(
        what.contains("servo 3 reports") && what.contains("overload"),
        "{what}"
    );
    // The last word to all of them was: stand still.
    rig.far.hear_until(rig.arm.counts().bytes_out);
    rig.silence(150);
    assert!(rig.truth(0).1.abs() < 0.3 * 0.6, "{:?}", rig.truth(0));
}

#[test]
fn another_model_on_the_bus_is_refused_in_the_drivers_words() {
    let config = three(BusDrive::Velocity);
    let mut servos = setups(&config);
    servos[1].model = *Model::by_name("XL430-W250").expect("a model");
    let refused = Rig::connected(config, &servos).err().expect("refused");
    let words = refused.to_string();
    assert!(
        matches!(
            refused,
            ServosRefused::Driver {
                why: Refusal::Model { .. },
                ..
            }
        ),
        "{words}"
    );
    assert!(words.contains("servo 2 has model number 1060"), "{words}");
    let missing = Rig::connected(config, &setups(&config)[..2])
        .err()
        .expect("refused");
    assert!(
        missing.to_string().contains("servo 3 does not answer"),
        "{missing}"
    );
}

#[test]
fn a_torque_command_is_a_fault_and_stops_the_joints() {
    let mut rig = Rig::ready(BusDrive::Velocity);
    for _ in 0..30 {
        rig.cycle([0.4; 3]).expect("a cycle");
    }
    let torques = Drive::Torques(SVector::zeros());
    let fault = rig
        .arm
        .give(&torques, Reaction::Go, rig.far.now)
        .expect_err("a fault");
    assert!(fault.to_string().contains("torque command"), "{fault}");
    rig.far.hear_until(rig.arm.counts().bytes_out);
    rig.silence(100);
    assert!(rig.truth(0).1.abs() < 0.4 * 0.7);
}

#[test]
fn what_is_no_number_or_too_fast_never_reaches_the_bus() {
    let mut rig = Rig::ready(BusDrive::Velocity);
    for _ in 0..200 {
        rig.cycle([40.0, 20.0, 0.0]).expect("a cycle");
        assert!(rig.truth(0).1 < 2.01 && rig.truth(1).1 < 1.01);
    }
    // At the end of its range the first joint has stopped.
    assert!(rig.arm.driver().counters().goals_stopped > 0);
    for _ in 0..60 {
        rig.cycle([0.1, f64::NAN, f64::INFINITY]).expect("a cycle");
    }
    for index in 0..3 {
        assert!(rig.truth(index).1.abs() < 1e-3);
    }
    assert_eq!(rig.arm.driver().counters().goals_refused, 0);
}

#[test]
fn a_power_cut_takes_the_torque_off_and_is_no_fault() {
    let mut rig = Rig::ready(BusDrive::Velocity);
    for _ in 0..60 {
        let cycle = rig.cycle_as([0.0; 3], Reaction::PowerCut);
        assert!(cycle.is_ok(), "{cycle:?}");
    }
    for reading in rig.arm.driver().joints(rig.far.now) {
        assert!(reading.care.is_some_and(|care| !care.driven));
    }
}

#[test]
fn settings_that_cannot_be_served_are_refused_before_a_byte_is_sent() {
    let made = |config: BusConfig<3>| {
        let (_far, port) = FarEnd::with(&[], config.line);
        let refused = DynamixelArm::new(port, config, None).err();
        refused.expect("refused").to_string()
    };
    let torque = made(three(BusDrive::Torque));
    assert!(torque.contains("driven by torque"), "{torque}");
    let late = made(BusConfig {
        watchdog: 5,
        ..three(BusDrive::Velocity)
    });
    assert!(late.contains("5 units of 20 ms"), "{late}");
    let (far, port) = FarEnd::with(&[], Line::with_baud(1_000_000));
    let mut arm = DynamixelArm::new(port, three(BusDrive::Velocity), None).expect("an arm");
    let turns = Turns(RefCell::new(far));
    let mut words = |rate_hz: f64, within: Duration| {
        let connected = arm.connect(rate_hz, Instant::START + within, &turns);
        connected.expect_err("refused").to_string()
    };
    let fast = words(1000.0, Duration::ZERO);
    assert!(
        fast.contains("1000 Hz wanted") && fast.contains("together"),
        "{fast}"
    );
    assert!(words(50.0, Duration::ZERO).contains("every 20.0 ms"));
    assert_eq!(turns.0.borrow_mut().hear(1000), 0, "not a byte");
    let late = words(250.0, Duration::from_millis(50));
    assert!(late.contains("within 0.1 s (0 bytes came)"), "{late}");
}

#[test]
fn such_an_arm_says_what_it_lacks() {
    let mut rig = Rig::ready(BusDrive::Velocity);
    let words = rig.arm.capabilities().to_string();
    for part in [
        "no wrist sensor",
        "50 % of every force ceiling",
        "roughly",
        "20 ms of silence",
    ] {
        assert!(words.contains(part), "{words}");
    }
    rig.cycle([0.0; 3]).expect("a cycle");
    let trip = rig.arm.round_trip().expect("a round trip");
    assert!(trip <= Duration::from_millis(4), "{trip:?}");
    assert_eq!(rig.arm.round_trip(), None);
    rig.arm.close(rig.far.now).expect("a port");
}
