//! One emulated servo: its control table, its watchdog, what it asks of its motor.

use quantities::{Instant, NewtonMetres, Radians, RadiansPerSecond, Seconds};

use super::motion::{Asked, Plant, Shaft};
use super::registers::{Access, FIRST_OF_RAM, INDIRECT, indirect_count, readable, starting_at};
use crate::model::{EffortUnit, Model};
use crate::packet::{ErrorNumber, Id, StatusError};
use crate::table::{
    BUS_WATCHDOG, CURRENT_LIMIT, FIRMWARE, GOAL_CURRENT, GOAL_POSITION, GOAL_VELOCITY,
    HARDWARE_ERROR, HardwareErrors, ID, MAX_POSITION, MIN_POSITION, MODEL_NUMBER, MOVING,
    OPERATING_MODE, OperatingMode, PRESENT_CURRENT, PRESENT_POSITION, PRESENT_TEMPERATURE,
    PRESENT_VELOCITY, PRESENT_VOLTAGE, PROFILE_ACCELERATION, PROFILE_VELOCITY, PULSE,
    REALTIME_TICK, REGISTERED, RETURN_DELAY, Register, SHUTDOWN, STATUS_RETURN_LEVEL,
    TORQUE_ENABLE, VELOCITY_LIMIT, VELOCITY_UNIT, WATCHDOG_UNIT, WatchdogState,
};

/// Torque at which a servo that tells load tells 100 %, N·m: stall torque of an XL430-W250 at 12 V.
const FULL_LOAD: f64 = 1.5;
/// Longest write that an emulated servo keeps for an action.
const KEPT: usize = 64;

/// How a servo comes onto an emulated bus: everything else as from the factory.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ServoSetup {
    /// Its address.
    pub id: Id,
    /// Its kind.
    pub model: Model,
    /// What it says of its firmware.
    pub firmware: u8,
    /// Where its shaft stands, pulses.
    pub pulses: i32,
}

/// One servo.
#[derive(Clone, Debug)]
pub(super) struct Servo {
    pub(super) model: Model,
    table: [u8; 256],
    shaft: Shaft,
    /// When it last heard an instruction.
    heard: Instant,
    kept: Option<(u16, usize, [u8; KEPT])>,
}

impl Servo {
    pub(super) fn new(setup: &ServoSetup) -> Self {
        let mut servo = Self {
            model: setup.model,
            table: [0; 256],
            shaft: Shaft {
                angle: Radians::new(f64::from(setup.pulses) * PULSE),
                ..Shaft::default()
            },
            heard: Instant::START,
            kept: None,
        };
        servo.put(MODEL_NUMBER, i32::from(setup.model.number));
        servo.put(FIRMWARE, i32::from(setup.firmware));
        servo.put(ID, i32::from(setup.id.get()));
        servo.put(RETURN_DELAY, 250);
        servo.put(OPERATING_MODE, i32::from(OperatingMode::Position.code()));
        servo.put(CURRENT_LIMIT, factory_current_limit(&setup.model));
        servo.put(VELOCITY_LIMIT, setup.model.velocity_limit as i32);
        servo.put(MAX_POSITION, 4095);
        servo.put(SHUTDOWN, 52);
        servo.power_on();
        servo
    }

    /// RAM falls back, the shaft's whole turns are forgotten.
    pub(super) fn power_on(&mut self) {
        self.table[usize::from(FIRST_OF_RAM)..].fill(0);
        self.put(STATUS_RETURN_LEVEL, 2);
        self.put(PRESENT_TEMPERATURE, 30);
        self.put(PRESENT_VOLTAGE, 120);
        self.kept = None;
        self.shaft = Shaft {
            angle: self.shaft.angle,
            ..Shaft::default()
        };
        let first = self.model.indirect_data;
        for place in 0..indirect_count(&self.model) {
            let register = Register {
                address: INDIRECT + 2 * place,
                length: 2,
            };
            self.put(register, i32::from(first + place));
        }
        self.forget_turns();
        self.put(GOAL_POSITION, self.get(PRESENT_POSITION));
    }

    /// A register's value; registers of four bytes and the signed ones of two keep their sign.
    pub(super) fn get(&self, register: Register) -> i32 {
        let at = usize::from(register.address);
        match (register.length, self.table.get(at..)) {
            (1, Some([a, ..])) => i32::from(*a),
            (2, Some([a, b, ..])) => i32::from(i16::from_le_bytes([*a, *b])),
            (_, Some([a, b, c, d, ..])) => i32::from_le_bytes([*a, *b, *c, *d]),
            (_, _) => 0,
        }
    }

    pub(super) fn put(&mut self, register: Register, value: i32) {
        let (at, length) = (usize::from(register.address), usize::from(register.length));
        if let Some(place) = self.table.get_mut(at..at + length) {
            place.copy_from_slice(&value.to_le_bytes()[..length]);
        }
    }

    pub(super) fn id(&self) -> u8 {
        self.table[usize::from(ID.address)]
    }

    pub(super) fn return_level(&self) -> i32 {
        self.get(STATUS_RETURN_LEVEL)
    }

    /// Says how an instruction went.
    pub(super) fn status(&self, number: Option<ErrorNumber>) -> StatusError {
        StatusError {
            alert: self.get(HARDWARE_ERROR) != 0,
            number,
        }
    }

    pub(super) const fn shaft(&self) -> Shaft {
        self.shaft
    }

    pub(super) fn put_shaft(&mut self, shaft: Shaft) {
        self.shaft = shaft;
        self.show();
    }

    pub(super) const fn hear(&mut self, now: Instant) {
        self.heard = now;
    }

    fn driven(&self) -> bool {
        self.get(TORQUE_ENABLE) == 1
    }

    fn tripped(&self) -> bool {
        let byte = self.table[usize::from(BUS_WATCHDOG.address)];
        WatchdogState::from_byte(byte) == WatchdogState::Tripped
    }

    fn mode(&self) -> Option<OperatingMode> {
        OperatingMode::from_code(self.table[usize::from(OPERATING_MODE.address)])
    }

    /// Something goes wrong inside; those errors that the shutdown register names take the torque off.
    pub(super) fn fail(&mut self, errors: HardwareErrors) {
        let all = self.get(HARDWARE_ERROR) | i32::from(errors.byte());
        self.put(HARDWARE_ERROR, all);
        if all & self.get(SHUTDOWN) != 0 {
            self.put(TORQUE_ENABLE, 0);
        }
    }

    /// Reads bytes, through the indirect registers where they are meant.
    pub(super) fn read(&self, address: u16, out: &mut [u8]) -> Result<(), ErrorNumber> {
        for (place, offset) in out.iter_mut().zip(0u16..) {
            let at = address.checked_add(offset).ok_or(ErrorNumber::Access)?;
            if !readable(&self.model, at) {
                return Err(ErrorNumber::Access);
            }
            let shown = self.shown(at);
            *place = *self
                .table
                .get(usize::from(shown))
                .ok_or(ErrorNumber::Access)?;
        }
        Ok(())
    }

    /// Which address an address shows: another one in the indirect data, itself elsewhere.
    fn shown(&self, address: u16) -> u16 {
        let first = self.model.indirect_data;
        if !(first..first + indirect_count(&self.model)).contains(&address) {
            return address;
        }
        let pointer = Register {
            address: INDIRECT + 2 * (address - first),
            length: 2,
        };
        self.get(pointer) as u16
    }

    /// Writes whole registers, all of them or none.
    pub(super) fn write(&mut self, address: u16, data: &[u8]) -> Result<(), ErrorNumber> {
        for store in [false, true] {
            let (mut at, mut rest) = (address, data);
            while !rest.is_empty() {
                let (register, access) = starting_at(&self.model, at).ok_or(ErrorNumber::Access)?;
                if access == Access::Read || (at < FIRST_OF_RAM && self.driven()) {
                    return Err(ErrorNumber::Access);
                }
                let (bytes, behind) = rest
                    .split_at_checked(usize::from(register.length))
                    .ok_or(ErrorNumber::DataLength)?;
                if store {
                    self.store(register, bytes);
                } else {
                    self.allowed(register, bytes)?;
                }
                at = at.saturating_add(register.length);
                rest = behind;
            }
        }
        Ok(())
    }

    fn allowed(&self, register: Register, bytes: &[u8]) -> Result<(), ErrorNumber> {
        let value = signed(bytes);
        let is_goal = [GOAL_CURRENT, GOAL_VELOCITY, GOAL_POSITION].contains(&register);
        if is_goal && self.tripped() {
            return Err(ErrorNumber::DataRange);
        }
        let within = |limit: i32| (-limit..=limit).contains(&value);
        let (fits, otherwise) = match register {
            GOAL_CURRENT => (within(self.get(CURRENT_LIMIT)), ErrorNumber::DataLimit),
            GOAL_VELOCITY => (within(self.get(VELOCITY_LIMIT)), ErrorNumber::DataLimit),
            GOAL_POSITION if self.mode() == Some(OperatingMode::Position) => {
                let range = self.get(MIN_POSITION)..=self.get(MAX_POSITION);
                (range.contains(&value), ErrorNumber::DataLimit)
            }
            BUS_WATCHDOG if self.tripped() => (value == 0, ErrorNumber::DataRange),
            BUS_WATCHDOG => ((0..=127).contains(&value), ErrorNumber::DataRange),
            TORQUE_ENABLE if value == 1 => {
                let shut = self.get(HARDWARE_ERROR) & self.get(SHUTDOWN) != 0;
                (!shut, ErrorNumber::ResultFail)
            }
            TORQUE_ENABLE => (value == 0, ErrorNumber::DataRange),
            STATUS_RETURN_LEVEL => ((0..=2).contains(&value), ErrorNumber::DataRange),
            OPERATING_MODE => {
                let mode = u8::try_from(value).ok().and_then(OperatingMode::from_code);
                let current = matches!(
                    mode,
                    Some(OperatingMode::Current | OperatingMode::CurrentBasedPosition)
                );
                let has = mode.is_some() && (!current || self.model.has_current_control());
                (has, ErrorNumber::DataRange)
            }
            ID => (
                (0..=i32::from(Id::HIGHEST)).contains(&value),
                ErrorNumber::DataRange,
            ),
            _ => (true, ErrorNumber::DataRange),
        };
        if fits { Ok(()) } else { Err(otherwise) }
    }

    fn store(&mut self, register: Register, bytes: &[u8]) {
        // The manual: the present position is reset when torque or mode are written.
        if register == OPERATING_MODE || (register == TORQUE_ENABLE && !self.driven()) {
            self.forget_turns();
        }
        let at = usize::from(register.address);
        if let Some(place) = self.table.get_mut(at..at + bytes.len()) {
            place.copy_from_slice(bytes);
        }
        // "Switching operating mode will reset": goals and profile, the goal current to its limit.
        if register == OPERATING_MODE {
            self.put(GOAL_CURRENT, self.get(CURRENT_LIMIT));
            self.put(GOAL_VELOCITY, 0);
            self.put(GOAL_POSITION, self.get(PRESENT_POSITION));
            self.put(PROFILE_ACCELERATION, 0);
            self.put(PROFILE_VELOCITY, 0);
        }
    }

    /// Keeps a write for an action.
    pub(super) fn keep(&mut self, address: u16, data: &[u8]) -> Result<(), ErrorNumber> {
        let mut kept = [0; KEPT];
        let place = kept.get_mut(..data.len()).ok_or(ErrorNumber::DataLength)?;
        place.copy_from_slice(data);
        self.kept = Some((address, data.len(), kept));
        self.put(REGISTERED, 1);
        Ok(())
    }

    /// Carries the kept write out.
    pub(super) fn act(&mut self) -> Result<(), ErrorNumber> {
        let (address, length, kept) = self.kept.take().ok_or(ErrorNumber::Instruction)?;
        self.put(REGISTERED, 0);
        self.write(address, &kept[..length])
    }

    /// Forgets whole turns; not in motion.
    pub(super) fn clear_turns(&mut self) -> Result<(), ErrorNumber> {
        if self.get(PRESENT_VELOCITY) != 0 {
            return Err(ErrorNumber::ResultFail);
        }
        self.forget_turns();
        Ok(())
    }

    fn forget_turns(&mut self) {
        let turn = 2.0 * core::f64::consts::PI;
        self.shaft.angle = Radians::new(self.shaft.angle.get().rem_euclid(turn));
        self.show();
    }

    /// Trips the watchdog when the bus has been silent for too long.
    pub(super) fn watch(&mut self, now: Instant) {
        let byte = self.table[usize::from(BUS_WATCHDOG.address)];
        let WatchdogState::Watching(units) = WatchdogState::from_byte(byte) else {
            return;
        };
        let silent = now.since(self.heard).map_or(0, |span| span.nanos());
        if self.driven() && silent > WATCHDOG_UNIT.nanos() * u64::from(units) {
            self.put(BUS_WATCHDOG, 0xFF);
            if self.mode() == Some(OperatingMode::Current) {
                self.put(GOAL_CURRENT, 0);
            }
            self.put(GOAL_VELOCITY, 0);
            self.put(GOAL_POSITION, self.get(PRESENT_POSITION));
            self.put(PROFILE_ACCELERATION, 0);
            self.put(PROFILE_VELOCITY, 0);
        }
    }

    fn asked(&self) -> Asked {
        if !self.driven() {
            return Asked::Nothing;
        }
        let speed = |raw: i32| RadiansPerSecond::new(f64::from(raw) * VELOCITY_UNIT);
        match self.mode() {
            Some(OperatingMode::Velocity) => Asked::Velocity(speed(self.get(GOAL_VELOCITY))),
            Some(
                mode @ (OperatingMode::Position
                | OperatingMode::ExtendedPosition
                | OperatingMode::CurrentBasedPosition),
            ) => Asked::Position {
                goal: Radians::new(f64::from(self.get(GOAL_POSITION)) * PULSE),
                top_speed: match self.get(PROFILE_VELOCITY) {
                    0 => speed(self.get(VELOCITY_LIMIT)),
                    profile => speed(profile),
                },
                top_torque: (mode == OperatingMode::CurrentBasedPosition).then(|| {
                    NewtonMetres::new(f64::from(self.get(GOAL_CURRENT)) * self.torque_bit())
                }),
            },
            Some(OperatingMode::Current) => {
                let bit = self.torque_bit();
                Asked::Torque(NewtonMetres::new(f64::from(self.get(GOAL_CURRENT)) * bit))
            }
            None => Asked::Nothing,
        }
    }

    /// Torque of one bit of the register "present current", N·m.
    const fn torque_bit(&self) -> f64 {
        match self.model.effort {
            EffortUnit::Current {
                ampere,
                torque_per_ampere,
            } => ampere * torque_per_ampere,
            EffortUnit::Load => FULL_LOAD * 1e-3,
        }
    }

    /// Moves the shaft on.
    pub(super) fn turn<P: Plant>(
        &mut self,
        plant: &mut P,
        index: usize,
        now: Instant,
        step: Seconds,
    ) {
        self.shaft = plant.advance(index, self.asked(), self.shaft, step);
        self.show();
        let millis = now.nanos() / 1_000_000 % 32_768;
        self.put(REALTIME_TICK, millis as i32);
    }

    /// Puts the shaft's state into the registers.
    fn show(&mut self) {
        let Shaft {
            angle,
            speed,
            torque,
        } = self.shaft;
        let raw_speed = (speed.get() / VELOCITY_UNIT).round() as i32;
        let effort = (torque.get() / self.torque_bit()).round() as i16;
        self.put(PRESENT_POSITION, (angle.get() / PULSE).round() as i32);
        self.put(PRESENT_VELOCITY, raw_speed);
        self.put(PRESENT_CURRENT, i32::from(effort));
        self.put(MOVING, i32::from(raw_speed != 0));
    }
}

/// The current limit a servo comes with; e-Manual, control tables.
const fn factory_current_limit(model: &Model) -> i32 {
    match model.number {
        1120 | 1130 => 2047,
        1190 | 1200 => 1750,
        _ => 1193,
    }
}

/// A number of one byte without sign, or of two or four with one.
fn signed(bytes: &[u8]) -> i32 {
    match bytes {
        [a] => i32::from(*a),
        [a, b] => i32::from(i16::from_le_bytes([*a, *b])),
        [a, b, c, d] => i32::from_le_bytes([*a, *b, *c, *d]),
        _ => 0,
    }
}
