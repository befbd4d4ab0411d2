//! Driver and emulated bus with a pseudo-terminal of the operating system between them. What is written at one end is
//! waited for at the other; how long that takes changes nothing.

mod bench;

use std::fs::File;
use std::io::{ErrorKind, Read, Write};

use bench::{STEP, id, setups, three};
use dynamixel::{BusDriver, Drive, EmulatedBus, Fault, FirstOrder, MAX_PACKET, Start};
use quantities::{Duration, Instant};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

/// Both ends, bytes passed as they are.
fn pair() -> (File, File) {
    let far = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pseudo-terminal");
    grantpt(&far).expect("its owner");
    unlockpt(&far).expect("its lock");
    let name = ptsname(&far, Vec::new()).expect("its name");
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK;
    let near = rustix::fs::open(&*name, flags, Mode::empty()).expect("its other end");
    let mut settings = tcgetattr(&near).expect("its settings");
    settings.make_raw();
    tcsetattr(&near, OptionalActions::Now, &settings).expect("raw bytes");
    let held = rustix::fs::fcntl_getfl(&far).expect("its flags");
    rustix::fs::fcntl_setfl(&far, held | OFlags::NONBLOCK).expect("no blocking");
    (File::from(near), File::from(far))
}

/// Carries bytes from one end to the other.
fn carry(from: &mut File, to: &mut File, bytes: &[u8]) -> Vec<u8> {
    from.write_all(bytes).expect("room in the terminal");
    let mut came = vec![0; bytes.len()];
    let mut count = 0;
    while count < bytes.len() {
        match to.read(&mut came[count..]) {
            Ok(more) => count += more,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::WouldBlock, "{error}");
                let second = Timespec {
                    tv_sec: 1,
                    tv_nsec: 0,
                };
                let mut waited = [PollFd::new(to, PollFlags::IN)];
                assert!(
                    poll(&mut waited, Some(&second)).expect("a poll") > 0,
                    "silence"
                );
            }
        }
    }
    came
}

struct Rig {
    driver: BusDriver<3>,
    near: File,
    bus: EmulatedBus,
    far: File,
    now: Instant,
}

impl Rig {
    fn send(&mut self, bytes: &[u8]) {
        let came = carry(&mut self.near, &mut self.far, bytes);
        self.bus.receive(&came, self.now);
    }

    fn answer(&mut self, bytes: &[u8]) {
        let came = carry(&mut self.far, &mut self.near, bytes);
        self.driver.receive(&came, self.now);
    }

    fn steps(&mut self, count: u32) {
        for _ in 0..count {
            self.now += STEP;
            self.bus.tick(self.now);
            let mut bytes = [0; MAX_PACKET];
            let length = self.bus.transmit(self.now, &mut bytes);
            self.answer(&bytes[..length]);
        }
    }

    fn start(&mut self) -> Start {
        let mut out = [0; MAX_PACKET];
        for _ in 0..100_000 {
            match self.driver.start(self.now, &mut out) {
                Start::Send(count) => self.send(&out[..count]),
                Start::Wait => {}
                end @ (Start::Ready | Start::Refused(_)) => return end,
            }
            self.steps(1);
        }
        Start::Wait
    }
}

#[test]
fn joints_move_over_a_pseudo_terminal_with_noise_on_it() {
    let config = three(Drive::Position);
    let (near, far) = pair();
    let mut rig = Rig {
        driver: BusDriver::new(config).expect("settings"),
        near,
        bus: EmulatedBus::new(&setups(&config), FirstOrder::default(), config.line),
        far,
        now: Instant::START,
    };
    assert_eq!(rig.start(), Start::Ready);
    let goals = [0.4, -0.4, 0.1];
    let mut out = [0; MAX_PACKET];
    for cycle in 0..300u32 {
        if cycle % 10 == 0 {
            rig.answer(&[0x00, 0xFF, 0xFF, 0xFD, 0x11, 0x13, 0x03, 0x0D, 0x0A]);
        }
        if cycle == 100 {
            rig.bus.inject(1, Fault::WrongId(id(8)), 3);
        }
        let count = rig.driver.cycle(&goals, rig.now, &mut out);
        assert!(count > 0);
        rig.send(&out[..count]);
        rig.steps(40);
    }
    for (joint, goal) in rig.driver.joints(rig.now).into_iter().zip(goals) {
        let position = joint.sample.expect("a sample").position.get();
        assert!((position - goal).abs() < 3e-3, "{position} for {goal}");
        assert_eq!(joint.missed, 0);
    }
    assert_eq!(rig.driver.trouble(rig.now, Duration::from_millis(8)), None);
    let counters = rig.driver.counters();
    assert_eq!((counters.lost, counters.strangers), (3, 3));
    assert_eq!(counters.answers, 3 * 300 - 3);
}
