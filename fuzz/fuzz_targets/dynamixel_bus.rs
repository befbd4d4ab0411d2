//! Any bytes on the wire, at both ends: packets, damage or nothing; no panic, and no sample that nobody sent.
#![no_main]

use std::sync::LazyLock;

use dynamixel::{
    BusConfig, BusDriver, Drive, EmulatedBus, FastBlocks, FirstOrder, Id, Instruction, JointConfig,
    Line, MAX_PACKET, Model, PacketWriter, Parser, Sense, ServoSetup, Start,
};
use quantities::{Duration, Instant, NewtonMetres, Radians, RadiansPerSecond};

type Rig = (BusDriver<2>, EmulatedBus, Instant);

fn joint(address: u8) -> JointConfig {
    JointConfig {
        id: Id::new(address).expect("an address"),
        model: *Model::by_number(1020).expect("a model"),
        least_firmware: 42,
        sense: Sense::Same,
        zero_pulses: 2048,
        gear: 1.0,
        lowest: Radians::new(-2.0),
        highest: Radians::new(2.0),
        top_speed: RadiansPerSecond::new(1.0),
        top_torque: NewtonMetres::new(1.0),
    }
}

/// A driver that has taken its bus into service.
static RUNNING: LazyLock<Rig> = LazyLock::new(|| {
    let config = BusConfig {
        joints: [joint(1), joint(2)],
        drive: Drive::Velocity,
        line: Line::with_baud(1_000_000),
        watchdog: 1,
        care_every: 3,
    };
    let setup = |joint: &JointConfig| ServoSetup {
        id: joint.id,
        model: joint.model,
        firmware: 46,
        pulses: 2048,
    };
    let servos: Vec<ServoSetup> = config.joints.iter().map(setup).collect();
    let mut driver = BusDriver::new(config).expect("settings");
    let mut bus = EmulatedBus::new(&servos, FirstOrder::default(), config.line);
    let mut now = Instant::START;
    let mut out = [0; MAX_PACKET];
    loop {
        match driver.start(now, &mut out) {
            Start::Send(count) => bus.receive(&out[..count], now),
            Start::Wait => {}
            Start::Ready => return (driver, bus, now),
            Start::Refused(refusal) => panic!("{refusal}"),
        }
        now += Duration::from_micros(100);
        let count = bus.transmit(now, &mut out);
        driver.receive(&out[..count], now);
    }
});

/// The piece as a packet with a good checksum, so that what it says is listened to.
fn wrapped(piece: &[u8], out: &mut [u8; MAX_PACKET]) -> usize {
    let [address, instruction, parameters @ ..] = piece else {
        return 0;
    };
    let kind = usize::from(*instruction) % Instruction::ALL.len();
    let mut packet = PacketWriter::new(out, *address, Instruction::ALL[kind]);
    packet.extend(parameters);
    packet.finish().expect("room")
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut parser = Parser::default();
    for byte in bytes {
        parser.push(*byte);
        while let Some(found) = parser.poll() {
            if let Ok(packet) = found {
                let blocks = FastBlocks::new(&packet, 4).map_or(0, Iterator::count);
                assert!(blocks * 6 <= packet.parameters.len());
            }
        }
    }
    let (mut driver, mut bus, mut now) = RUNNING.clone();
    let mut out = [0; MAX_PACKET];
    // A fresh driver hears the same noise while it starts.
    let mut starting = BusDriver::new(*driver.config()).expect("settings");
    for piece in bytes.chunks(64) {
        let mut sound = [0; MAX_PACKET];
        let length = wrapped(piece, &mut sound);
        let _ = starting.start(now, &mut out);
        let count = driver.cycle(&[0.1, f64::NAN], now, &mut out);
        bus.receive(&out[..count], now);
        for stream in [piece, &sound[..length]] {
            starting.receive(stream, now);
            bus.receive(stream, now);
            driver.receive(stream, now);
        }
        now += Duration::from_millis(4);
        let count = bus.transmit(now, &mut out);
        driver.receive(&out[..count], now);
        for joint in driver.joints(now) {
            if let Some(sample) = joint.sample {
                assert!(
                    sample.at <= now && sample.position.is_finite() && sample.velocity.is_finite()
                );
            }
        }
        let _ = driver
            .trouble(now, Duration::from_millis(8))
            .map(|trouble| trouble.to_string());
    }
});
