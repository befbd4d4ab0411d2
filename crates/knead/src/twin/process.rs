//! The twin's loop: a pseudo-terminal, the line's delays and faults, the firmware, one clock.
//!
//! ```text
//! pty ─▶ faults ─▶ line (wire, converter) ─▶ firmware ─▶ faults ─▶ line ─▶ pty
//!                                             tick, 1 ms
//! ```

use std::io::BufRead as _;
use std::path::Path;
use std::sync::mpsc::{Receiver, TryRecvError, channel};

use quantities::{Duration, Instant};
use realtime_runner::{MonotonicClock, ThreadWishes, Waits as _, prepare_thread};
use serial_link::PseudoTerminal;
use signals::ToolIndex;
use sim::firmware::{Firmware, Line, LineParams, LinkFaults, TICK_NS};
use wire_format::Mode;

use super::truth::TruthLog;
use super::words::{Order, Way, timed};
use crate::failure::Failure;
use crate::say::say;

/// Ticks that a late twin makes up for at once: an arm does not stand still because a computer was held up (chosen: 50 ms).
/// What is longer is given up.
const CATCH_UP: u64 = 50;

/// Ticks that a stepped twin goes on by itself after a loss of power, at most: looking, and the longest yield.
const WAKES_WITHIN: u64 = 3000;

/// One way of the wire.
struct OneWay {
    faults: LinkFaults,
    line: Line,
    passed: Vec<u8>,
}

impl OneWay {
    fn new(params: LineParams, seed: u64) -> Self {
        Self {
            faults: LinkFaults::none(seed),
            line: Line::new(params),
            passed: Vec::with_capacity(4096),
        }
    }

    fn push(&mut self, now: u64, bytes: &[u8]) {
        self.passed.clear();
        self.faults.pass(now, bytes, &mut self.passed);
        self.line.push(now, &self.passed);
    }

    fn next_due(&self) -> Option<u64> {
        [self.line.next_due(), self.faults.next_due()]
            .into_iter()
            .flatten()
            .min()
    }
}

/// What a twin runs with.
pub struct TwinParts<'a, const D: usize> {
    /// The firmware.
    pub firmware: Firmware<D>,
    /// What both directions of the line are like.
    pub line: LineParams,
    /// Name of the terminal's link.
    pub link: &'a Path,
    /// Time goes on only by commands.
    pub stepped: bool,
    /// What really happens is written here.
    pub truth: Option<TruthLog<D>>,
    /// End after this long (s).
    pub seconds: Option<f64>,
    /// Seed of the link's faults.
    pub seed: u64,
    /// End when nobody can give orders any more.
    pub attended: bool,
}

/// An order that waits for its moment.
struct Waiting {
    after_led_ns: u64,
    order: Order,
    line: String,
}

/// The running twin.
pub struct Twin<'a, const D: usize> {
    parts: TwinParts<'a, D>,
    terminal: Option<PseudoTerminal>,
    plugged_again_at: Option<u64>,
    to_arm: OneWay,
    to_host: OneWay,
    orders: Receiver<String>,
    waiting: Vec<Waiting>,
    led_at: Option<u64>,
    yields: bool,
    steps: u64,
    skipped: u64,
    late_in_a_row: u64,
    made_up: u64,
    boots: u32,
    buffer: Vec<u8>,
    waiting_out: Vec<u8>,
}

impl<'a, const D: usize> Twin<'a, D> {
    /// Makes the terminal.
    ///
    /// # Errors
    /// [`Failure::Device`] when there is none to be had.
    pub fn new(parts: TwinParts<'a, D>) -> Result<Self, Failure> {
        let terminal = PseudoTerminal::new(Some(parts.link)).map_err(Failure::device)?;
        Ok(Self {
            to_arm: OneWay::new(parts.line, parts.seed),
            to_host: OneWay::new(parts.line, parts.seed.wrapping_add(1)),
            terminal: Some(terminal),
            plugged_again_at: None,
            orders: read_orders(),
            waiting: Vec::new(),
            led_at: None,
            yields: false,
            steps: 0,
            skipped: 0,
            late_in_a_row: 0,
            made_up: 0,
            boots: 0,
            buffer: Vec::with_capacity(8192),
            waiting_out: Vec::with_capacity(8192),
            parts,
        })
    }

    /// Runs until it is told to quit, its time is up or the plant breaks.
    ///
    /// # Errors
    /// [`Failure::Device`] when the plant breaks or the record cannot be written.
    pub fn run(mut self) -> Result<(), Failure> {
        say!(
            "{{\"twin\":\"ready\",\"port\":\"{}\",\"link\":\"{}\"}}",
            self.terminal
                .as_ref()
                .map_or(String::new(), |t| t.far().display().to_string()),
            self.parts.link.display()
        );
        // Below the controller's: the twin stands for another computer.
        let wishes = ThreadWishes {
            priority: Some(70),
            ..ThreadWishes::default()
        };
        let _ = prepare_thread(&wishes);
        let clock = MonotonicClock::start();
        let ended = if self.parts.stepped {
            self.run_stepped(&clock)
        } else {
            self.run_in_real_time(&clock)
        };
        let finished = match self.parts.truth.take() {
            Some(truth) => truth.finish(),
            None => Ok(()),
        };
        say!(
            "{{\"twin\":\"ended\",\"ticks\":{},\"skipped\":{},\"made_up\":{}}}",
            self.steps,
            self.skipped,
            self.made_up
        );
        ended.and(finished)
    }

    fn run_in_real_time(&mut self, clock: &MonotonicClock) -> Result<(), Failure> {
        let mut next_tick = clock.now().nanos() + TICK_NS;
        let last = self.last_moment();
        loop {
            let wake = [
                Some(next_tick),
                self.to_arm.next_due(),
                self.to_host.next_due(),
            ]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(next_tick);
            self.wait(clock, wake);
            self.buffer.clear();
            self.read_terminal();
            // After the read, so that nothing comes after its own time.
            let now = clock.now().nanos();
            // Its clock never runs back: what came while a tick was due, came before it.
            self.carry_in(now, now.min(next_tick));
            if now >= next_tick {
                let behind = (now - next_tick) / TICK_NS;
                if behind > CATCH_UP {
                    self.skipped += behind;
                    next_tick += behind * TICK_NS;
                }
                // A firmware samples by its timer: what a late process does later was still taken on time.
                // One hold-up is made up for; a twin that is always behind has to watch all the same.
                let is_late = next_tick + TICK_NS <= now && self.late_in_a_row < CATCH_UP;
                self.late_in_a_row = if is_late { self.late_in_a_row + 1 } else { 0 };
                self.tick(next_tick, is_late)?;
                next_tick += TICK_NS;
                if self.obey(now) || now >= last {
                    return Ok(());
                }
            }
            self.carry_out(now);
        }
    }

    /// A stepped twin ticks once a period for each command of a session; its time is the count of its ticks.
    fn run_stepped(&mut self, clock: &MonotonicClock) -> Result<(), Failure> {
        let last = self.last_moment();
        loop {
            let patience = clock.now() + Duration::from_millis(100);
            self.wait(clock, patience.nanos());
            let now = self.steps * TICK_NS;
            self.buffer.clear();
            self.read_terminal();
            let bytes = std::mem::take(&mut self.buffer);
            let is_idle = bytes.is_empty();
            let took = self.parts.firmware.receive(&bytes, now);
            self.buffer = bytes;
            if took {
                for _ in 0..self.parts.firmware.period_ticks() {
                    self.tick(self.steps * TICK_NS + TICK_NS, false)?;
                }
            }
            // Without a session no command makes time go on: what wakes does so at once.
            let until = self.steps + WAKES_WITHIN;
            while self.parts.firmware.is_waking() && self.steps < until {
                self.tick(self.steps * TICK_NS + TICK_NS, false)?;
            }
            let listens = is_idle || self.steps.is_multiple_of(64);
            if listens && self.obey(now) || now >= last {
                return Ok(());
            }
            self.parts.firmware.take_outgoing(&mut self.waiting_out);
            self.write_terminal();
        }
    }

    fn last_moment(&self) -> u64 {
        self.parts
            .seconds
            .map_or(u64::MAX, |seconds| (seconds.max(0.0) * 1e9) as u64)
    }

    fn wait(&self, clock: &MonotonicClock, until: u64) {
        let until = Instant::from_nanos(until);
        // A wait that the kernel refuses is a short one: the loop looks again.
        match &self.terminal {
            Some(terminal) => {
                let _ = clock.wait_readable(terminal.readable(), until);
            }
            None => {
                let _ = clock.sleep_until(until);
            }
        }
    }

    fn read_terminal(&mut self) {
        let Some(terminal) = &self.terminal else {
            return;
        };
        let mut chunk = [0; 4096];
        let count = terminal.read(&mut chunk);
        self.buffer
            .extend_from_slice(chunk.get(..count).unwrap_or(&[]));
    }

    fn write_terminal(&mut self) {
        let Some(terminal) = &self.terminal else {
            self.waiting_out.clear();
            return;
        };
        let went = terminal.write(&self.waiting_out);
        self.waiting_out.drain(..went);
        // Nobody reads: what is old is lost, as on a wire.
        if self.waiting_out.len() > 4096 {
            self.waiting_out.clear();
        }
    }

    /// Carries what was read over the line to the firmware.
    fn carry_in(&mut self, now: u64, firmware_now: u64) {
        self.to_arm.push(now, &self.buffer);
        self.buffer.clear();
        self.to_arm.line.take(now, &mut self.buffer);
        self.parts.firmware.receive(&self.buffer, firmware_now);
    }

    fn carry_out(&mut self, now: u64) {
        self.buffer.clear();
        self.parts.firmware.take_outgoing(&mut self.buffer);
        self.to_host.push(now, &self.buffer);
        self.to_host.line.take(now, &mut self.waiting_out);
        self.write_terminal();
    }

    /// `is_late`: the next tick is due already.
    fn tick(&mut self, now: u64, is_late: bool) -> Result<(), Failure> {
        self.steps += 1;
        self.carry_through_what_waited(now);
        let firmware = &mut self.parts.firmware;
        let ticked = if is_late {
            self.made_up += 1;
            firmware.make_up(now)
        } else {
            firmware.tick(now)
        };
        ticked.map_err(Failure::device)?;
        if self.led_at.is_none() && self.parts.firmware.mode() == Mode::Following {
            self.led_at = Some(now);
            say!("{{\"twin\":\"led\",\"at_s\":{:.4}}}", now as f64 * 1e-9);
        }
        let yields = match self.parts.firmware.mode() {
            Mode::Unloading | Mode::Stopped | Mode::Fault => true,
            Mode::Idle | Mode::Holding | Mode::Following => false,
        };
        if yields && !self.yields {
            say!("{{\"twin\":\"yields\",\"at_s\":{:.4}}}", now as f64 * 1e-9);
        }
        self.yields = yields;
        if let Some(truth) = &mut self.parts.truth {
            truth.write(now, &self.parts.firmware.truth())?;
        }
        if let Some(again) = self.plugged_again_at
            && now >= again
        {
            self.plugged_again_at = None;
            self.terminal = PseudoTerminal::new(Some(self.parts.link)).ok();
        }
        Ok(())
    }

    /// Does what it was told; true when that was to end.
    fn obey(&mut self, now: u64) -> bool {
        let line = match self.orders.try_recv() {
            Ok(line) => line,
            Err(TryRecvError::Empty) => return false,
            Err(TryRecvError::Disconnected) => return self.parts.attended,
        };
        match timed(&line) {
            Ok(told) => match (told.order, told.after_led_s) {
                (Order::Quit, None) => return true,
                (order, None) => self.carry_through(order, &line, now),
                (order, Some(after_s)) => {
                    say!("{{\"twin\":\"waits\",\"order\":{line:?}}}");
                    let after_led_ns = (after_s * 1e9) as u64;
                    self.waiting.push(Waiting {
                        after_led_ns,
                        order,
                        line,
                    });
                }
            },
            Err(words) => say!("{{\"twin\":\"refused\",\"why\":{words:?}}}"),
        }
        false
    }

    fn carry_through_what_waited(&mut self, now: u64) {
        let Some(led_at) = self.led_at else {
            return;
        };
        while let Some(at) = self
            .waiting
            .iter()
            .position(|waiting| led_at + waiting.after_led_ns <= now)
        {
            let Waiting { order, line, .. } = self.waiting.remove(at);
            self.carry_through(order, &line, now);
        }
    }

    fn carry_through(&mut self, order: Order, line: &str, now: u64) {
        match order {
            Order::Link(way, fault) => {
                if matches!(way, Way::ToHost | Way::Both) {
                    self.to_host.faults.inject(fault);
                }
                if matches!(way, Way::ToArm | Way::Both) {
                    self.to_arm.faults.inject(fault);
                }
            }
            Order::Rig(fault) => self.parts.firmware.faults().inject(fault),
            Order::Clear => {
                self.to_host.faults.clear();
                self.to_arm.faults.clear();
                self.parts.firmware.faults().clear();
            }
            Order::Reboot => {
                self.boots += 1;
                self.parts
                    .firmware
                    .reboot(boot_nonce(self.parts.seed, self.boots));
            }
            Order::Unplug(seconds) => {
                self.terminal = None;
                self.to_arm.line.clear();
                self.to_host.line.clear();
                self.plugged_again_at = Some(now + (seconds.max(0.0) * 1e9) as u64);
            }
            Order::Tool(index) => {
                let _ = self.parts.firmware.attach(ToolIndex(index));
            }
            // To end is for whoever runs the loop; an order to end that waits is none.
            Order::Status | Order::Quit => {}
        }
        self.tell_status(line, now);
    }

    fn tell_status(&self, line: &str, now: u64) {
        let truth = self.parts.firmware.truth();
        say!(
            "{{\"twin\":\"status\",\"order\":{line:?},\"at_s\":{:.4},\"mode\":\"{:?}\",\"press_n\":{:.3},\"session\":{},\"tampered\":{}}}",
            now as f64 * 1e-9,
            self.parts.firmware.mode(),
            -truth.contact_wrench().force.z(),
            self.parts.firmware.session(),
            self.to_host.faults.injected() + self.to_arm.faults.injected()
        );
    }
}

/// Another number at each start.
pub fn boot_nonce(seed: u64, boots: u32) -> u32 {
    let mixed = (seed ^ (u64::from(boots) << 32))
        .wrapping_add(0x9E37_79B9_7F4A_7C15)
        .wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (mixed >> 32) as u32 | 1
}

/// Lines of standard input, as they come.
fn read_orders() -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines() {
            let Ok(line) = line else { break };
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}
