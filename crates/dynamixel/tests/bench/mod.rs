//! A driver and an emulated bus, wired together, with time that goes on in steps of 100 µs.
#![allow(dead_code, reason = "each test file uses a part of it")]

use dynamixel::{
    BusConfig, BusDriver, Drive, EmulatedBus, FirstOrder, Id, JointConfig, Line, MAX_PACKET, Model,
    Sense, ServoSetup, Start,
};
use quantities::{Duration, Instant, NewtonMetres, Radians, RadiansPerSecond};

pub const STEP: Duration = Duration::from_micros(100);
/// 250 Hz.
pub const STEPS_PER_CYCLE: u32 = 40;

pub fn id(byte: u8) -> Id {
    Id::new(byte).expect("an address")
}

pub fn model(name: &str) -> Model {
    *Model::by_name(name).expect("a model")
}

pub fn joint(address: u8, name: &str) -> JointConfig {
    JointConfig {
        id: id(address),
        model: model(name),
        least_firmware: 42,
        sense: Sense::Same,
        zero_pulses: 2048,
        gear: 1.0,
        lowest: Radians::new(-2.5),
        highest: Radians::new(2.5),
        top_speed: RadiansPerSecond::new(2.0),
        top_torque: NewtonMetres::new(1.0),
    }
}

pub fn config<const D: usize>(drive: Drive, joints: [JointConfig; D]) -> BusConfig<D> {
    BusConfig {
        joints,
        drive,
        line: Line::with_baud(1_000_000),
        watchdog: 1,
        care_every: 25,
    }
}

/// Three XM430-W350 with the addresses 1 to 3.
pub fn three(drive: Drive) -> BusConfig<3> {
    config(drive, [1, 2, 3].map(|address| joint(address, "XM430-W350")))
}

pub fn setups<const D: usize>(config: &BusConfig<D>) -> Vec<ServoSetup> {
    let setup = |joint: &JointConfig| ServoSetup {
        id: joint.id,
        model: joint.model,
        firmware: 46,
        pulses: 2048,
    };
    config.joints.iter().map(setup).collect()
}

pub struct Bench<const D: usize> {
    pub driver: BusDriver<D>,
    pub bus: EmulatedBus,
    pub now: Instant,
}

impl<const D: usize> Bench<D> {
    pub fn new(config: BusConfig<D>, servos: &[ServoSetup]) -> Self {
        Self {
            driver: BusDriver::new(config).expect("settings"),
            bus: EmulatedBus::new(servos, FirstOrder::default(), config.line),
            now: Instant::START,
        }
    }

    /// A bench with the servos that the settings name.
    pub fn fitting(config: BusConfig<D>) -> Self {
        Self::new(config, &setups(&config))
    }

    /// One that has been taken into service.
    pub fn running(config: BusConfig<D>) -> Self {
        let mut bench = Self::fitting(config);
        assert_eq!(bench.start(), Start::Ready);
        bench
    }

    /// Time goes on by one step; answers reach the driver.
    pub fn step(&mut self) {
        self.now += STEP;
        self.bus.tick(self.now);
        let mut bytes = [0; 64];
        loop {
            let count = self.bus.transmit(self.now, &mut bytes);
            if count == 0 {
                break;
            }
            self.driver.receive(&bytes[..count], self.now);
        }
    }

    pub fn start(&mut self) -> Start {
        let mut out = [0; MAX_PACKET];
        for _ in 0..100_000 {
            match self.driver.start(self.now, &mut out) {
                Start::Send(count) => self.bus.receive(&out[..count], self.now),
                Start::Wait => {}
                end @ (Start::Ready | Start::Refused(_)) => return end,
            }
            self.step();
        }
        // It does not end; no test takes that for an end.
        Start::Wait
    }

    /// One cycle of 4 ms; true when it was sent.
    pub fn cycle(&mut self, goals: &[f64; D]) -> bool {
        let mut out = [0; MAX_PACKET];
        let count = self.driver.cycle(goals, self.now, &mut out);
        self.bus.receive(&out[..count], self.now);
        for _ in 0..STEPS_PER_CYCLE {
            self.step();
        }
        count > 0
    }

    pub fn cycles(&mut self, goals: &[f64; D], count: u32) {
        for _ in 0..count {
            assert!(self.cycle(goals), "a cycle was held back");
        }
    }

    /// Nobody speaks for so many steps.
    pub fn silence(&mut self, steps: u32) {
        for _ in 0..steps {
            self.step();
        }
    }

    pub fn position(&self, joint: usize) -> f64 {
        self.driver.joints(self.now)[joint]
            .sample
            .expect("a sample")
            .position
            .get()
    }
}
