//! The control table of the X series: what lies where, in which unit.
//!
//! Source: ROBOTIS e-Manual, control tables of XM430-W210/W350, XM540-W150/W270, XC430-W150/W240, XL430-W250 and
//! XL330-M077/M288; for what is listed here they differ only where [`Model`](crate::Model) says so.

use core::f64::consts::PI;
use core::fmt;

use quantities::Duration;

/// Where a value lies and how many bytes it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Register {
    /// First byte.
    pub address: u16,
    /// Bytes, low first.
    pub length: u16,
}

macro_rules! registers {
    ($($(#[$doc:meta])* $name:ident = $address:literal, $length:literal;)*) => {
        $($(#[$doc])* pub const $name: Register = Register { address: $address, length: $length };)*
    };
}

registers! {
    /// Which servo this is; read only.
    MODEL_NUMBER = 0, 2;
    /// Read only.
    FIRMWARE = 6, 1;
    /// The servo's address. EEPROM.
    ID = 7, 1;
    /// Wait before an answer, 2 µs each; 250 from the factory. EEPROM.
    RETURN_DELAY = 9, 1;
    /// Bit 0: reversed direction; bit 2: time-based profiles. EEPROM.
    DRIVE_MODE = 10, 1;
    /// See [`OperatingMode`]. EEPROM.
    OPERATING_MODE = 11, 1;
    /// Added to the position, pulses. EEPROM.
    HOMING_OFFSET = 20, 4;
    /// Largest goal current; not on servos without current control. EEPROM.
    CURRENT_LIMIT = 38, 2;
    /// Largest goal velocity, [`VELOCITY_UNIT`]. EEPROM.
    VELOCITY_LIMIT = 44, 4;
    /// Largest goal position in position mode, pulses. EEPROM.
    MAX_POSITION = 48, 4;
    /// Least goal position in position mode, pulses. EEPROM.
    MIN_POSITION = 52, 4;
    /// Which hardware errors take the torque off, bits as [`HardwareErrors`]. EEPROM.
    SHUTDOWN = 63, 1;
    /// 1: the motor is driven, and EEPROM is locked.
    TORQUE_ENABLE = 64, 1;
    /// 0: answers pings; 1: and reads; 2: everything.
    STATUS_RETURN_LEVEL = 68, 1;
    /// 1 while a registered write waits for its action; read only.
    REGISTERED = 69, 1;
    /// See [`HardwareErrors`]; read only.
    HARDWARE_ERROR = 70, 1;
    /// See [`WatchdogState`].
    BUS_WATCHDOG = 98, 1;
    /// Signed; in current-based position mode the most that is drawn. Not on servos without current control.
    GOAL_CURRENT = 102, 2;
    /// [`VELOCITY_UNIT`].
    GOAL_VELOCITY = 104, 4;
    /// 0: none.
    PROFILE_ACCELERATION = 108, 4;
    /// Speed of position moves, [`VELOCITY_UNIT`]; 0: as fast as can be.
    PROFILE_VELOCITY = 112, 4;
    /// Pulses.
    GOAL_POSITION = 116, 4;
    /// Milliseconds, 0 to 32767 and round again; read only.
    REALTIME_TICK = 120, 2;
    /// 1 while in motion; read only.
    MOVING = 122, 1;
    /// Read only.
    PRESENT_PWM = 124, 2;
    /// Signed; see [`EffortUnit`](crate::EffortUnit); read only.
    PRESENT_CURRENT = 126, 2;
    /// Signed, [`VELOCITY_UNIT`]; read only.
    PRESENT_VELOCITY = 128, 4;
    /// Signed, pulses; read only.
    PRESENT_POSITION = 132, 4;
    /// 0.1 V; read only.
    PRESENT_VOLTAGE = 144, 2;
    /// Degrees Celsius; read only.
    PRESENT_TEMPERATURE = 146, 1;
    /// First of the registers that say what indirect data show, 2 bytes each.
    INDIRECT_ADDRESS = 168, 2;
}

/// One bit of a velocity register, rad/s: 0.229 rev/min.
pub const VELOCITY_UNIT: f64 = 0.229 * 2.0 * PI / 60.0;
/// Pulses of one turn of the output shaft.
pub const PULSES_PER_TURN: f64 = 4096.0;
/// One pulse, rad: 0.088°.
pub const PULSE: f64 = 2.0 * PI / PULSES_PER_TURN;
/// One unit of the bus watchdog.
pub const WATCHDOG_UNIT: Duration = Duration::from_millis(20);
/// One unit of the return delay.
pub const RETURN_DELAY_UNIT: Duration = Duration::from_micros(2);
/// One unit of the input voltage, V.
pub const VOLTAGE_UNIT_V: f64 = 0.1;

/// What the goal of a servo is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum OperatingMode {
    /// Goal current; only servos with current control.
    Current = 0,
    /// Goal velocity.
    Velocity = 1,
    /// Goal position within the position limits, at most one turn.
    Position = 3,
    /// Goal position over many turns.
    ExtendedPosition = 4,
    /// As before, with the goal current as the most that the motor may draw; only servos with current control.
    CurrentBasedPosition = 5,
}

impl OperatingMode {
    /// The mode of this code, if it is one that this crate uses.
    #[must_use]
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Current),
            1 => Some(Self::Velocity),
            3 => Some(Self::Position),
            4 => Some(Self::ExtendedPosition),
            5 => Some(Self::CurrentBasedPosition),
            _ => None,
        }
    }

    /// Its code in the register.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }
}

/// One thing that a servo says is wrong with itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HardwareError {
    /// Supply outside its limits.
    InputVoltage,
    /// Too hot.
    Overheating,
    /// The motor's encoder fails.
    Encoder,
    /// An electrical shock in the circuit, or too little power for the motor.
    ElectricalShock,
    /// A load beyond the largest output for too long.
    Overload,
}

impl HardwareError {
    /// All of them, by rising bit.
    pub const ALL: [Self; 5] = [
        Self::InputVoltage,
        Self::Overheating,
        Self::Encoder,
        Self::ElectricalShock,
        Self::Overload,
    ];

    /// Its bit in the register.
    #[must_use]
    pub const fn bit(self) -> u8 {
        match self {
            Self::InputVoltage => 1,
            Self::Overheating => 1 << 2,
            Self::Encoder => 1 << 3,
            Self::ElectricalShock => 1 << 4,
            Self::Overload => 1 << 5,
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::InputVoltage => "input voltage",
            Self::Overheating => "overheating",
            Self::Encoder => "encoder",
            Self::ElectricalShock => "electrical shock",
            Self::Overload => "overload",
        }
    }
}

/// The register "hardware error status".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HardwareErrors(u8);

impl HardwareErrors {
    /// Nothing is wrong.
    pub const NONE: Self = Self(0);

    /// Reads the register.
    #[must_use]
    pub const fn from_byte(byte: u8) -> Self {
        Self(byte)
    }

    /// The register.
    #[must_use]
    pub const fn byte(self) -> u8 {
        self.0
    }

    /// This set and one more.
    #[must_use]
    pub const fn with(self, error: HardwareError) -> Self {
        Self(self.0 | error.bit())
    }

    /// True when `error` is in it.
    #[must_use]
    pub const fn contains(self, error: HardwareError) -> bool {
        self.0 & error.bit() != 0
    }

    /// True when no bit is set, not even an undefined one.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Those that are set.
    pub fn iter(self) -> impl Iterator<Item = HardwareError> {
        HardwareError::ALL
            .into_iter()
            .filter(move |error| self.contains(*error))
    }
}

impl fmt::Display for HardwareErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("none");
        }
        let mut said = 0;
        for error in self.iter() {
            f.write_str(if said == 0 { "" } else { ", " })?;
            f.write_str(error.words())?;
            said |= error.bit();
        }
        match self.0 & !said {
            0 => Ok(()),
            unknown => write!(f, " (undefined bits {unknown:#04x})"),
        }
    }
}

/// The register "bus watchdog".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WatchdogState {
    /// 0: not watching. During a run this means that the servo has restarted.
    Off,
    /// 1 to 127: the servo stops after as many times 20 ms without an instruction.
    Watching(u8),
    /// 255: silence has stopped the servo; it takes no goals until 0 is written.
    Tripped,
    /// A value the manual does not define.
    Undefined(u8),
}

impl WatchdogState {
    /// Reads the register.
    #[must_use]
    pub const fn from_byte(byte: u8) -> Self {
        match byte {
            0 => Self::Off,
            1..=127 => Self::Watching(byte),
            0xFF => Self::Tripped,
            other => Self::Undefined(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hardware_errors_say_their_names_and_what_is_undefined() {
        let errors = HardwareErrors::NONE
            .with(HardwareError::Overheating)
            .with(HardwareError::Overload);
        assert_eq!(errors.byte(), 0b10_0100);
        assert_eq!(errors.to_string(), "overheating, overload");
        assert!(
            HardwareErrors::from_byte(0x82)
                .to_string()
                .contains("undefined bits 0x82")
        );
        assert_eq!(HardwareErrors::NONE.to_string(), "none");
    }

    #[test]
    fn a_pulse_is_about_0_088_degrees() {
        assert!((PULSE.to_degrees() - 0.088).abs() < 2e-4);
    }
}
