//! The other end of the bus, for tests and for trying things out without hardware.
//!
//! Servos with control tables, watchdogs and shafts that move. Bytes go in ([`EmulatedBus::receive`]), time goes on
//! ([`EmulatedBus::tick`]), bytes come out ([`EmulatedBus::transmit`]). Answers take their time on the wire and
//! can be lost, damaged, late or false. No allocation after construction.

mod answers;
mod motion;
mod registers;
mod servo;

use quantities::{Duration, Instant, Seconds};

use crate::budget::Line;
use crate::crc::crc16;
use crate::encode::status;
use crate::packet::{BROADCAST, ErrorNumber, HEADER, Id, Instruction, MAX_PACKET, Packet};
use crate::parse::Parser;
use crate::table::{
    FIRMWARE, HardwareErrors, MODEL_NUMBER, RETURN_DELAY, RETURN_DELAY_UNIT, Register,
};
use answers::Answers;
pub use answers::Fault;
pub use motion::{Asked, FirstOrder, Plant, Shaft};
use servo::Servo;
pub use servo::ServoSetup;

/// Most bytes of registers in one answer.
const LONGEST_READ: usize = 256;
/// The longest step of motion.
const STEP_S: f64 = 1e-3;
/// Most steps of motion of one tick.
const STEPS: f64 = 1000.0;

/// A bus of emulated servos.
#[derive(Clone, Debug)]
pub struct EmulatedBus<P = FirstOrder> {
    wire: Wire,
    servos: Vec<Servo>,
    plant: P,
    parser: Parser,
    now: Instant,
}

/// The way back to the master.
#[derive(Clone, Debug)]
struct Wire {
    line: Line,
    answers: Answers,
    /// When the last byte, of whichever side, leaves the wire.
    busy_until: Instant,
    /// What happens to the answers of each servo, and to how many more of them.
    faults: Vec<Option<(Fault, u32)>>,
}

impl<P: Plant> EmulatedBus<P> {
    /// A bus with these servos, its time at the start of the session. Two with one address are allowed: both answer.
    #[must_use]
    pub fn new(setups: &[ServoSetup], plant: P, line: Line) -> Self {
        Self {
            wire: Wire {
                line,
                answers: Answers::new(),
                busy_until: Instant::START,
                faults: vec![None; setups.len()],
            },
            servos: setups.iter().map(Servo::new).collect(),
            plant,
            parser: Parser::default(),
            now: Instant::START,
        }
    }

    /// Lets time go on to `now`: shafts turn, watchdogs watch. A time in the past changes nothing.
    pub fn tick(&mut self, now: Instant) {
        let span = now.since(self.now).unwrap_or(Duration::ZERO);
        self.now = self.now.max(now);
        let seconds = span.seconds().get();
        if seconds <= 0.0 {
            return;
        }
        let steps = (seconds / STEP_S).ceil().min(STEPS);
        let step = Seconds::new(seconds / steps);
        for (index, servo) in self.servos.iter_mut().enumerate() {
            for _ in 0..steps as u32 {
                servo.turn(&mut self.plant, index, now, step);
            }
            servo.watch(now);
        }
    }

    /// Takes in what the master sends.
    pub fn receive(&mut self, bytes: &[u8], now: Instant) {
        self.tick(now);
        self.wire.busy_until =
            self.wire.busy_until.max(self.now) + self.wire.line.on_wire(bytes.len());
        for byte in bytes {
            self.parser.push(*byte);
            while let Some(found) = self.parser.poll() {
                if let Ok(packet) = found {
                    obey(&mut self.servos, &mut self.wire, &packet, self.now);
                }
            }
        }
    }

    /// Hands out what has reached the master by `now`; the number of bytes.
    pub fn transmit(&mut self, now: Instant, out: &mut [u8]) -> usize {
        self.wire.answers.take(now, out)
    }

    /// Lets `fault` happen to the next `answers` answers of servo number `servo`.
    pub fn inject(&mut self, servo: usize, fault: Fault, answers: u32) {
        if let Some(place) = self.wire.faults.get_mut(servo) {
            *place = (answers > 0).then_some((fault, answers));
        }
    }

    /// Lets something go wrong inside servo number `servo`.
    pub fn fail(&mut self, servo: usize, errors: HardwareErrors) {
        if let Some(servo) = self.servos.get_mut(servo) {
            servo.fail(errors);
        }
    }

    /// Takes servo number `servo` off its supply for a moment.
    pub fn power_cycle(&mut self, servo: usize) {
        if let Some(servo) = self.servos.get_mut(servo) {
            servo.power_on();
        }
    }

    /// A register of servo number `servo`, read off without the bus.
    #[must_use]
    pub fn register(&self, servo: usize, register: Register) -> Option<i32> {
        self.servos.get(servo).map(|servo| servo.get(register))
    }

    /// Sets a register of servo number `servo` without the bus, as somebody with a configuration tool may have.
    pub fn set_register(&mut self, servo: usize, register: Register, value: i32) {
        if let Some(servo) = self.servos.get_mut(servo) {
            servo.put(register, value);
        }
    }

    /// The shaft of servo number `servo`.
    #[must_use]
    pub fn shaft(&self, servo: usize) -> Option<Shaft> {
        self.servos.get(servo).map(Servo::shaft)
    }

    /// Puts the shaft of servo number `servo` somewhere, as a hand may.
    pub fn put_shaft(&mut self, servo: usize, shaft: Shaft) {
        if let Some(servo) = self.servos.get_mut(servo) {
            servo.put_shaft(shaft);
        }
    }

    /// The plant.
    pub const fn plant(&mut self) -> &mut P {
        &mut self.plant
    }
}

/// Every servo that is meant does what the packet says.
fn obey(servos: &mut [Servo], wire: &mut Wire, packet: &Packet<'_>, now: Instant) {
    let meant = |servo: &Servo| packet.address == BROADCAST || packet.address == servo.id();
    for servo in servos.iter_mut().filter(|servo| meant(servo)) {
        servo.hear(now);
    }
    match packet.instruction {
        Instruction::Status => {}
        Instruction::SyncRead | Instruction::FastSyncRead => {
            let [a0, a1, l0, l1, ids @ ..] = packet.parameters else {
                return;
            };
            let (address, length) = (word(*a0, *a1), word(*l0, *l1));
            if packet.instruction == Instruction::FastSyncRead {
                wire.answer_together(servos, address, length, ids);
                return;
            }
            for id in ids {
                wire.answer_read(servos, *id, address, length);
            }
        }
        Instruction::BulkRead => {
            for part in packet.parameters.chunks_exact(5) {
                if let [id, a0, a1, l0, l1] = part {
                    wire.answer_read(servos, *id, word(*a0, *a1), word(*l0, *l1));
                }
            }
        }
        Instruction::SyncWrite => sync_write(servos, packet.parameters),
        Instruction::BulkWrite => bulk_write(servos, packet.parameters),
        Instruction::Ping
        | Instruction::Read
        | Instruction::Write
        | Instruction::RegWrite
        | Instruction::Action
        | Instruction::Reboot
        | Instruction::Clear => obey_alone(servos, wire, packet),
    }
}

fn obey_alone(servos: &mut [Servo], wire: &mut Wire, packet: &Packet<'_>) {
    let everybody = packet.address == BROADCAST;
    // To a ping of everybody the servos answer by rising address.
    for id in 0..=Id::HIGHEST {
        for (index, servo) in servos.iter_mut().enumerate() {
            if servo.id() != id || !(everybody || packet.address == id) {
                continue;
            }
            let level = servo.return_level();
            let mut data = [0; LONGEST_READ];
            let outcome = carry_out(servo, packet, &mut data);
            let needed = match packet.instruction {
                Instruction::Ping => 0,
                Instruction::Read => 1,
                Instruction::Write
                | Instruction::RegWrite
                | Instruction::Action
                | Instruction::Reboot
                | Instruction::Clear
                | Instruction::Status
                | Instruction::SyncRead
                | Instruction::SyncWrite
                | Instruction::FastSyncRead
                | Instruction::BulkRead
                | Instruction::BulkWrite => 2,
            };
            let answers = level >= needed && (needed == 0 || !everybody);
            if answers {
                let (number, length) = match outcome {
                    Ok(length) => (None, length),
                    Err(number) => (Some(number), 0),
                };
                wire.answer(index, servo, number, &data[..length]);
            }
        }
    }
}

/// Does what one servo is told; how many bytes of `data` are the answer.
fn carry_out(
    servo: &mut Servo,
    packet: &Packet<'_>,
    data: &mut [u8; LONGEST_READ],
) -> Result<usize, ErrorNumber> {
    match (packet.instruction, packet.parameters) {
        (Instruction::Ping, _) => {
            servo.read(MODEL_NUMBER.address, &mut data[..2])?;
            servo.read(FIRMWARE.address, &mut data[2..3])?;
            Ok(3)
        }
        (Instruction::Read, [a0, a1, l0, l1]) => {
            let length = usize::from(word(*l0, *l1));
            let place = data.get_mut(..length).ok_or(ErrorNumber::DataLength)?;
            servo.read(word(*a0, *a1), place)?;
            Ok(length)
        }
        (Instruction::Write, [a0, a1, bytes @ ..]) => {
            servo.write(word(*a0, *a1), bytes).map(|()| 0)
        }
        (Instruction::RegWrite, [a0, a1, bytes @ ..]) => {
            servo.keep(word(*a0, *a1), bytes).map(|()| 0)
        }
        (Instruction::Action, []) => servo.act().map(|()| 0),
        (Instruction::Reboot, []) => {
            servo.power_on();
            Ok(0)
        }
        (Instruction::Clear, [0x01, 0x44, 0x58, 0x4C, 0x22]) => servo.clear_turns().map(|()| 0),
        (_, _) => Err(ErrorNumber::Instruction),
    }
}

const fn word(low: u8, high: u8) -> u16 {
    u16::from_le_bytes([low, high])
}

/// Refusals stay unsaid: a write to many has no answer.
fn sync_write(servos: &mut [Servo], parameters: &[u8]) {
    let [a0, a1, l0, l1, parts @ ..] = parameters else {
        return;
    };
    let length = usize::from(word(*l0, *l1));
    for part in parts.chunks_exact(length.saturating_add(1)) {
        if let [id, bytes @ ..] = part {
            for servo in servos.iter_mut().filter(|servo| servo.id() == *id) {
                let _unsaid = servo.write(word(*a0, *a1), bytes);
            }
        }
    }
}

fn bulk_write(servos: &mut [Servo], mut parameters: &[u8]) {
    while let [id, a0, a1, l0, l1, rest @ ..] = parameters {
        let Some((bytes, behind)) = rest.split_at_checked(usize::from(word(*l0, *l1))) else {
            return;
        };
        for servo in servos.iter_mut().filter(|servo| servo.id() == *id) {
            let _unsaid = servo.write(word(*a0, *a1), bytes);
        }
        parameters = behind;
    }
}

impl Wire {
    /// The answers of all servos with this address to a read of many.
    fn answer_read(&mut self, servos: &[Servo], id: u8, address: u16, length: u16) {
        let mut data = [0; LONGEST_READ];
        let asked = |servo: &Servo| servo.id() == id && servo.return_level() >= 1;
        for (index, servo) in servos.iter().enumerate().filter(|(_, s)| asked(s)) {
            let read = data
                .get_mut(..usize::from(length))
                .ok_or(ErrorNumber::DataLength)
                .and_then(|place| servo.read(address, place));
            match read {
                Ok(()) => self.answer(index, servo, None, &data[..usize::from(length)]),
                Err(number) => self.answer(index, servo, Some(number), &[]),
            }
        }
    }

    /// Sends one answer, or what its fault makes of it.
    fn answer(&mut self, index: usize, servo: &Servo, number: Option<ErrorNumber>, data: &[u8]) {
        let fault = self.next_fault(index);
        let sender = match fault {
            Some(Fault::WrongId(id)) => Some(id),
            Some(_) | None => Id::new(servo.id()),
        };
        let mut bytes = [0; MAX_PACKET];
        let Some(Ok(length)) = sender.map(|id| status(&mut bytes, id, servo.status(number), data))
        else {
            return;
        };
        self.busy_until += self.gap(servo) + self.line.on_wire(length);
        let due = self.busy_until + self.line.usb_latency;
        match fault {
            Some(Fault::Silent) => {}
            Some(Fault::WrongChecksum) => {
                bytes[length - 1] ^= 0x10;
                self.answers.push(&bytes[..length], due);
            }
            Some(Fault::Late(by)) => self.answers.push(&bytes[..length], due + by),
            Some(Fault::Noise) => {
                self.answers.push(&[0xFF, 0xFF, 0xFD, 0x00, 0x4B], due);
                self.answers.push(&bytes[..length], due);
            }
            Some(Fault::Twice) => {
                self.answers.push(&bytes[..length], due);
                self.answers.push(&bytes[..length], due);
            }
            Some(Fault::WrongId(_)) | None => self.answers.push(&bytes[..length], due),
        }
    }

    fn gap(&self, servo: &Servo) -> Duration {
        let units = u64::from(servo.get(RETURN_DELAY).unsigned_abs());
        self.line.answer_gap + Duration::from_nanos(RETURN_DELAY_UNIT.nanos() * units)
    }

    fn next_fault(&mut self, index: usize) -> Option<Fault> {
        let place = self.faults.get_mut(index)?;
        let (fault, left) = (*place)?;
        *place = (left > 1).then_some((fault, left - 1));
        Some(fault)
    }

    /// The one packet in which all answer a fast sync read. It breaks off before the first servo that is not there
    /// or keeps silent; what follows would wait for it.
    fn answer_together(&mut self, servos: &[Servo], address: u16, length: u16, ids: &[u8]) {
        let data_length = usize::from(length);
        // Instruction, then error, address, data and checksum of each.
        let counted = (data_length + 4) * ids.len() + 1;
        let mut bytes = [0; MAX_PACKET];
        let Ok(counted_word) = u16::try_from(counted) else {
            return;
        };
        if counted + 7 > MAX_PACKET || ids.is_empty() {
            return;
        }
        let [low, high] = counted_word.to_le_bytes();
        bytes[..4].copy_from_slice(&HEADER);
        bytes[4..8].copy_from_slice(&[BROADCAST, low, high, Instruction::Status.code()]);
        let mut end = 8;
        for id in ids {
            let found = servos.iter().enumerate().find(|(_, s)| s.id() == *id);
            let Some((index, servo)) = found else { break };
            if self.next_fault(index) == Some(Fault::Silent) {
                break;
            }
            let data = &mut bytes[end + 2..end + 2 + data_length];
            let number = servo.read(address, data).err();
            bytes[end] = servo.status(number).byte();
            bytes[end + 1] = *id;
            end += 2 + data_length;
            let crc = crc16(&bytes[..end]).to_le_bytes();
            bytes[end..end + 2].copy_from_slice(&crc);
            end += 2;
            self.busy_until += self.gap(servo);
        }
        self.busy_until += self.line.on_wire(end);
        let due = self.busy_until + self.line.usb_latency;
        self.answers.push(&bytes[..end], due);
    }
}
