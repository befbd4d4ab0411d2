//! The words of a packet: who, what, and how it went.
//!
//! Every packet, in either direction: `FF FF FD 00 | id | length, 2 bytes | instruction | parameters | CRC, 2
//! bytes`, numbers low byte first; the length counts everything after itself. A status packet has the
//! instruction 0x55, and its first parameter says how the instruction went.
//! Source of all figures here: ROBOTIS e-Manual, "DYNAMIXEL Protocol 2.0".

use core::fmt;

/// What every packet begins with; the fourth byte is reserved and always zero.
pub const HEADER: [u8; 4] = [0xFF, 0xFF, 0xFD, 0x00];
/// Addresses every servo of the bus.
pub const BROADCAST: u8 = 0xFE;
/// Bytes of a packet without parameters.
pub const BARE: usize = 10;
/// Most bytes of one packet that this crate writes or reads (chosen: a sync write to 16 servos has 105).
pub const MAX_PACKET: usize = 512;

/// The address of one servo, 0 to 252.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(u8);

impl Id {
    /// The highest address a servo can have.
    pub const HIGHEST: u8 = 252;

    /// The address `id`; `None` above 252, where broadcast and header bytes lie.
    #[must_use]
    pub const fn new(id: u8) -> Option<Self> {
        if id <= Self::HIGHEST {
            Some(Self(id))
        } else {
            None
        }
    }

    /// The byte on the wire.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

macro_rules! instructions {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)*) => {
        /// What a packet asks for. Factory reset is left out on purpose: no part of a control loop needs it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Instruction { $($(#[$doc])* $name = $code,)* }

        impl Instruction {
            /// Every instruction of this crate.
            pub const ALL: [Self; [$($code,)*].len()] = [$(Self::$name,)*];

            /// The instruction with this code.
            #[must_use]
            pub const fn from_code(code: u8) -> Option<Self> {
                match code { $($code => Some(Self::$name),)* _ => None }
            }

            /// Its code on the wire.
            #[must_use]
            pub const fn code(self) -> u8 { self as u8 }
        }
    };
}

instructions! {
    /// Are you there, and what are you?
    Ping = 0x01,
    /// Reads registers of one servo.
    Read = 0x02,
    /// Writes registers of one servo.
    Write = 0x03,
    /// Keeps a write for a later `Action`.
    RegWrite = 0x04,
    /// Carries out the kept write.
    Action = 0x05,
    /// Restarts the servo: RAM registers fall back, torque is off.
    Reboot = 0x08,
    /// Forgets whole turns of the present position.
    Clear = 0x10,
    /// A servo's answer.
    Status = 0x55,
    /// Reads the same registers of many servos; each answers for itself.
    SyncRead = 0x82,
    /// Writes the same registers of many servos; none answers.
    SyncWrite = 0x83,
    /// As `SyncRead`, but all answer within one packet.
    FastSyncRead = 0x8A,
    /// Reads different registers of many servos; each answers for itself.
    BulkRead = 0x92,
    /// Writes different registers of many servos; none answers.
    BulkWrite = 0x93,
}

/// Why a servo did not carry out an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ErrorNumber {
    /// 1.
    #[error("the servo could not carry out the instruction")]
    ResultFail,
    /// 2.
    #[error("the servo does not know the instruction, or got an action with nothing registered")]
    Instruction,
    /// 3.
    #[error("the instruction reached the servo damaged")]
    Crc,
    /// 4.
    #[error("a written value lies outside its range, or the bus watchdog holds the goals")]
    DataRange,
    /// 5.
    #[error("a written value is shorter than its register")]
    DataLength,
    /// 6.
    #[error("a written value lies beyond a configured limit")]
    DataLimit,
    /// 7.
    #[error("no such register, or it may not be written now (torque on, or read only)")]
    Access,
    /// A number that the protocol does not define.
    #[error("undefined error number {0}")]
    Undefined(u8),
}

impl ErrorNumber {
    const fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => None,
            1 => Some(Self::ResultFail),
            2 => Some(Self::Instruction),
            3 => Some(Self::Crc),
            4 => Some(Self::DataRange),
            5 => Some(Self::DataLength),
            6 => Some(Self::DataLimit),
            7 => Some(Self::Access),
            other => Some(Self::Undefined(other)),
        }
    }

    /// The number on the wire.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::ResultFail => 1,
            Self::Instruction => 2,
            Self::Crc => 3,
            Self::DataRange => 4,
            Self::DataLength => 5,
            Self::DataLimit => 6,
            Self::Access => 7,
            Self::Undefined(other) => other & 0x7F,
        }
    }
}

/// The error byte of a status packet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StatusError {
    /// The servo has a hardware error; the register "hardware error status" says which.
    pub alert: bool,
    /// Why the instruction was not carried out; `None` when it was.
    pub number: Option<ErrorNumber>,
}

impl StatusError {
    /// Reads the byte.
    #[must_use]
    pub const fn from_byte(byte: u8) -> Self {
        Self {
            alert: byte & 0x80 != 0,
            number: ErrorNumber::from_code(byte & 0x7F),
        }
    }

    /// The byte.
    #[must_use]
    pub const fn byte(self) -> u8 {
        let number = match self.number {
            Some(number) => number.code(),
            None => 0,
        };
        if self.alert { number | 0x80 } else { number }
    }
}

/// A packet as it came in: checked, byte stuffing undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet<'a> {
    /// Address byte: sender of a status, addressee of an instruction.
    pub address: u8,
    /// What it says.
    pub instruction: Instruction,
    /// Everything between instruction and checksum.
    pub parameters: &'a [u8],
}

/// A servo's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status<'a> {
    /// Who answers.
    pub id: Id,
    /// How it went.
    pub error: StatusError,
    /// The registers asked for.
    pub data: &'a [u8],
}

impl<'a> Packet<'a> {
    /// The answer in this packet; `None` for an instruction, and for the joint answer to a fast sync read
    /// (see [`FastBlocks`](crate::FastBlocks)).
    #[must_use]
    pub fn status(&self) -> Option<Status<'a>> {
        if self.instruction != Instruction::Status {
            return None;
        }
        let (error, data) = self.parameters.split_first()?;
        Some(Status {
            id: Id::new(self.address)?,
            error: StatusError::from_byte(*error),
            data,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_byte_comes_out_as_it_went_in() {
        for byte in 0..=u8::MAX {
            assert_eq!(StatusError::from_byte(byte).byte(), byte);
        }
    }

    #[test]
    fn every_instruction_is_found_by_its_code() {
        for instruction in Instruction::ALL {
            assert_eq!(
                Instruction::from_code(instruction.code()),
                Some(instruction)
            );
        }
    }
}
