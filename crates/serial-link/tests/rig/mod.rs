//! An arm of servos over a pseudo-terminal of the operating system. Bytes that were written at one end are waited for
//! at the other; time is counted in steps, and how long the system takes changes nothing.

#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::expect_used, clippy::panic)] // a bench that cannot be set up has nothing to say

use std::cell::RefCell;
use std::os::fd::BorrowedFd;

use dynamixel::{
    BusConfig, Drive as BusDrive, EmulatedBus, FirstOrder, Id, JointConfig, Line, MAX_PACKET,
    Model, Sense, ServoSetup,
};
use quantities::{Duration, Instant, NewtonMetres, Radians, RadiansPerSecond};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use safety_monitor::{ArmFault, PacedArm as _};
use signals::ToolIndex;

use serial_link::{DynamixelArm, Lead, Port, PseudoTerminal, ServosRefused, Waiting};

const STEP: Duration = Duration::from_micros(100);
/// 250 Hz.
const PERIOD_STEPS: u32 = 40;
/// The servos' answer to everybody's ping is waited for so long that only the bus has to say something meanwhile.
const ROLL_CALL_OVER: Instant = Instant::from_nanos(770_000_000);

fn joint(address: u8, name: &str) -> JointConfig {
    JointConfig {
        id: Id::new(address).expect("an address"),
        model: *Model::by_name(name).expect("a model"),
        least_firmware: 42,
        sense: if address == 2 {
            Sense::Reversed
        } else {
            Sense::Same
        },
        zero_pulses: 2048,
        gear: 1.0,
        lowest: Radians::new(-1.2),
        highest: Radians::new(1.2),
        top_speed: RadiansPerSecond::new(2.0),
        top_torque: NewtonMetres::new(1.0),
    }
}

pub fn three(drive: BusDrive) -> BusConfig<3> {
    BusConfig {
        joints: [1, 2, 3].map(|address| joint(address, "XM430-W350")),
        drive,
        line: Line::with_baud(1_000_000),
        watchdog: 1,
        care_every: 25,
    }
}

pub fn setups(config: &BusConfig<3>) -> [ServoSetup; 3] {
    config.joints.map(|joint| ServoSetup {
        id: joint.id,
        model: joint.model,
        firmware: 46,
        pulses: 2048,
    })
}

/// Waits for bytes at one end; false when none came.
fn bytes_come(fd: BorrowedFd<'_>, within_us: i64) -> bool {
    let within = Timespec {
        tv_sec: 0,
        tv_nsec: within_us * 1000,
    };
    let mut waited = [PollFd::from_borrowed_fd(fd, PollFlags::IN)];
    poll(&mut waited, Some(&within)).expect("a poll") > 0
}

/// The servos' end of the terminal, and the time.
pub struct FarEnd {
    pub terminal: PseudoTerminal,
    pub bus: EmulatedBus,
    pub now: Instant,
    pub heard: u64,
    pub said: u64,
}

impl FarEnd {
    /// Servos at the far end of a terminal, and a port at its near end.
    pub fn with(servos: &[ServoSetup], line: Line) -> (Self, Port) {
        let terminal = PseudoTerminal::new(None).expect("a terminal");
        let port = Port::open(terminal.far(), line.baud).expect("a port");
        let far = Self {
            terminal,
            bus: EmulatedBus::new(servos, FirstOrder::default(), line),
            now: Instant::START,
            heard: 0,
            said: 0,
        };
        (far, port)
    }

    /// Takes in what comes within a time of the system; how much that was.
    pub fn hear(&mut self, within_us: i64) -> usize {
        if !bytes_come(self.terminal.readable(), within_us) {
            return 0;
        }
        let mut bytes = [0; MAX_PACKET];
        let count = self.terminal.read(&mut bytes);
        self.bus.receive(&bytes[..count], self.now);
        self.heard += count as u64;
        count
    }

    /// Takes in all that the arm has written so far.
    pub fn hear_until(&mut self, bytes: u64) {
        for _ in 0..1000 {
            if self.heard >= bytes {
                return;
            }
            self.hear(10_000);
        }
        panic!("{} bytes came of {bytes}", self.heard);
    }

    /// Time goes on by one step; true when answers left.
    fn step(&mut self) -> bool {
        self.now += STEP;
        self.bus.tick(self.now);
        let mut bytes = [0; MAX_PACKET];
        let count = self.bus.transmit(self.now, &mut bytes);
        assert_eq!(self.terminal.write(&bytes[..count]), count);
        self.said += count as u64;
        count > 0
    }
}

/// The time for whoever connects: it goes on when nobody has anything to say.
pub struct Turns(pub RefCell<FarEnd>);

impl Waiting for Turns {
    fn now(&self) -> Instant {
        self.0.borrow().now
    }

    fn wait(&self, fd: BorrowedFd<'_>, deadline: Instant) {
        let mut far = self.0.borrow_mut();
        let quiet = if far.now < ROLL_CALL_OVER { 100 } else { 8_000 };
        let asked = far.hear(quiet) > 0;
        // An answer leaves within 2 ms of its question.
        let mut answered = false;
        for _ in 0..if asked { 20 } else { 1 } {
            answered |= far.step();
        }
        while !asked && far.now < deadline {
            answered |= far.step();
        }
        if answered {
            assert!(bytes_come(fd, 900_000), "an answer is on its way");
        }
    }
}

pub struct Rig {
    pub arm: DynamixelArm<3>,
    pub far: FarEnd,
}

impl Rig {
    pub fn connected(config: BusConfig<3>, servos: &[ServoSetup]) -> Result<Self, ServosRefused> {
        let (far, port) = FarEnd::with(servos, config.line);
        let mut arm = DynamixelArm::new(port, config, Some(ToolIndex(2)))?;
        let turns = Turns(RefCell::new(far));
        let give_up = Instant::START + Duration::from_millis(5000);
        arm.connect(250.0, give_up, &turns)?;
        arm.lead(Lead::Follow);
        Ok(Self {
            arm,
            far: turns.0.into_inner(),
        })
    }

    pub fn ready(drive: BusDrive) -> Self {
        let config = three(drive);
        Self::connected(config, &setups(&config)).expect("a bus in service")
    }

    /// What follows a command within a period: it arrives, is answered, and the answers are looked at.
    pub fn rest_of_period(&mut self) -> Result<bool, ArmFault> {
        self.far.hear_until(self.arm.counts().bytes_out);
        for _ in 0..PERIOD_STEPS {
            self.far.step();
        }
        self.look()
    }

    /// A look that finds all that the servos have said.
    fn look(&mut self) -> Result<bool, ArmFault> {
        let mut is_new = false;
        for _ in 0..10_000_000 {
            is_new |= self.arm.look(self.far.now)?;
            if self.arm.counts().bytes_in >= self.far.said {
                return Ok(is_new);
            }
            std::thread::yield_now();
        }
        panic!(
            "{} bytes came of {}",
            self.arm.counts().bytes_in,
            self.far.said
        );
    }

    pub fn silence(&mut self, steps: u32) {
        for _ in 0..steps {
            self.far.step();
        }
    }

    /// Angle of an emulated joint, and its speed.
    pub fn truth(&self, index: usize) -> (f64, f64) {
        let shaft = self.far.bus.shaft(index).expect("a shaft");
        let sign = if index == 1 { -1.0 } else { 1.0 };
        let zero = 2048.0 * std::f64::consts::TAU / 4096.0;
        (sign * (shaft.angle.get() - zero), sign * shaft.speed.get())
    }

    /// Age of the arm's sample now.
    pub fn age(&mut self) -> Duration {
        let now = self.far.now;
        self.arm.sensed(now).joints.age(now).expect("a sample")
    }
}
