//! An emulated bus whose shafts another plant moves, as an arm would.

mod bench;

use bench::{STEP, setups, three};
use dynamixel::{
    Asked, BusDriver, Drive, Effort, EmulatedBus, FirstOrder, MAX_PACKET, Plant, Shaft, Start,
};
use quantities::{Instant, NewtonMetres, Radians, RadiansPerSecond, Seconds};

/// A wall 0.1 rad above the middle of servo 0, as stiff as told; the other shafts are free.
struct Wall {
    free: FirstOrder,
    stiffness: f64,
}

const WALL_PULSES: f64 = 2048.0;

impl Plant for Wall {
    fn advance(&mut self, servo: usize, asked: Asked, shaft: Shaft, step: Seconds) -> Shaft {
        let moved = self.free.advance(servo, asked, shaft, step);
        let middle = WALL_PULSES * 2.0 * core::f64::consts::PI / 4096.0;
        let deep = moved.angle.get() - middle - 0.1;
        if servo != 0 || deep <= 0.0 {
            return moved;
        }
        let Asked::Torque(wanted) = asked else {
            return moved;
        };
        // The motor presses the shaft into the wall until both torques balance.
        let rest = wanted.get() / self.stiffness;
        Shaft {
            angle: Radians::new(middle + 0.1 + deep.min(rest)),
            speed: RadiansPerSecond::ZERO,
            torque: NewtonMetres::new(wanted.get()),
        }
    }
}

#[test]
fn a_plant_of_its_own_moves_the_servos_and_the_driver_sees_it() {
    let config = three(Drive::Torque);
    let mut driver = BusDriver::new(config).unwrap();
    let wall = Wall {
        free: FirstOrder::default(),
        stiffness: 50.0,
    };
    let mut bus = EmulatedBus::new(&setups(&config), wall, config.line);
    let (mut now, mut out, mut back) = (Instant::START, [0; MAX_PACKET], [0; MAX_PACKET]);
    let mut started = false;
    let mut cycles = 0;
    while cycles < 500 {
        let count = if started {
            driver.cycle(&[0.4, 0.0, 0.0], now, &mut out)
        } else {
            match driver.start(now, &mut out) {
                Start::Send(count) => count,
                Start::Ready => {
                    started = true;
                    0
                }
                Start::Wait => 0,
                Start::Refused(refusal) => panic!("{refusal}"),
            }
        };
        cycles += u32::from(started && count > 0);
        bus.receive(&out[..count], now);
        for _ in 0..if started { 40 } else { 1 } {
            now += STEP;
            bus.tick(now);
            let came = bus.transmit(now, &mut back);
            driver.receive(&back[..came], now);
        }
    }
    let sample = driver.joints(now)[0].sample.unwrap();
    // 0.4 N·m at 50 N·m/rad: 8 mrad into the wall.
    assert!((sample.position.get() - 0.108).abs() < 2e-3, "{sample:?}");
    let Effort::RoughTorque(torque) = sample.effort else {
        panic!("no torque");
    };
    assert!((torque.get() - 0.4).abs() < 6e-3);
    assert!((bus.plant().stiffness - 50.0).abs() < 1e-12);
}
