//! What is asked of each servo before it is driven, and what answers will do.

use super::cycle::indirect_addresses;
use super::refusal::Refusal;
use crate::encode::{TooLong, ping, read, write};
use crate::joint::{Drive, JointConfig};
use crate::packet::Id;
use crate::table::{
    BUS_WATCHDOG, CURRENT_LIMIT, DRIVE_MODE, GOAL_CURRENT, GOAL_POSITION, GOAL_VELOCITY,
    HARDWARE_ERROR, HOMING_OFFSET, HardwareErrors, INDIRECT_ADDRESS, OPERATING_MODE, OperatingMode,
    PRESENT_POSITION, PROFILE_ACCELERATION, RETURN_DELAY, Register, STATUS_RETURN_LEVEL,
    TORQUE_ENABLE, VELOCITY_LIMIT,
};

/// What is asked of each joint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Item {
    Ping,
    ReturnLevel,
    TorqueOff,
    HardwareErrors,
    WatchdogOff,
    Modes,
    ReturnDelay,
    DriveMode,
    OperatingMode,
    Homing,
    Limits,
    CurrentLimit,
    Care,
    TorqueCap,
    Profile,
    Present,
    Goal,
}

impl Item {
    pub(super) const ORDER: [Self; 17] = [
        Self::Ping,
        Self::ReturnLevel,
        Self::TorqueOff,
        Self::HardwareErrors,
        Self::WatchdogOff,
        Self::Modes,
        Self::ReturnDelay,
        Self::DriveMode,
        Self::OperatingMode,
        Self::Homing,
        Self::Limits,
        Self::CurrentLimit,
        Self::Care,
        Self::TorqueCap,
        Self::Profile,
        Self::Present,
        Self::Goal,
    ];

    /// What is being done, for messages.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Ping => "asked who it is",
            Self::ReturnLevel => "asked to answer everything",
            Self::TorqueOff => "torque off",
            Self::HardwareErrors => "asked for hardware errors",
            Self::WatchdogOff => "clearing the bus watchdog",
            Self::Modes => "asked for its modes",
            Self::ReturnDelay => "setting the return delay",
            Self::DriveMode => "setting the drive mode",
            Self::OperatingMode => "setting the operating mode",
            Self::Homing => "asked for its homing offset",
            Self::Limits => "asked for its limits",
            Self::CurrentLimit => "asked for its current limit",
            Self::Care => "setting indirect addresses",
            Self::TorqueCap => "setting the largest current",
            Self::Profile => "setting the profile",
            Self::Present => "asked where it stands",
            Self::Goal => "setting the goal to where it stands",
        }
    }

    /// False when the servo is so already, or has no such thing. `modes`: its return delay, drive mode and
    /// operating mode.
    pub(super) fn needed(self, joint: &JointConfig, drive: Drive, modes: [u8; 3]) -> bool {
        let [delay, drive_mode, mode] = modes;
        match self {
            Self::ReturnDelay => delay != 0,
            Self::DriveMode => drive_mode != 0,
            Self::OperatingMode => mode != joint.mode(drive).code(),
            Self::CurrentLimit => joint.model.has_current_control(),
            Self::TorqueCap => joint.mode(drive) == OperatingMode::CurrentBasedPosition,
            Self::Ping
            | Self::ReturnLevel
            | Self::TorqueOff
            | Self::HardwareErrors
            | Self::WatchdogOff
            | Self::Modes
            | Self::Homing
            | Self::Limits
            | Self::Care
            | Self::Profile
            | Self::Present
            | Self::Goal => true,
        }
    }

    /// Writes the question. `present`: where the joint stands, once it has said so.
    pub(super) fn ask(
        self,
        joint: &JointConfig,
        drive: Drive,
        present: i32,
        out: &mut [u8],
    ) -> Result<usize, TooLong> {
        let id = joint.id;
        match self {
            Self::Ping => ping(out, id),
            Self::ReturnLevel => set(out, id, STATUS_RETURN_LEVEL, &[2]),
            Self::TorqueOff => set(out, id, TORQUE_ENABLE, &[0]),
            Self::HardwareErrors => get(out, id, HARDWARE_ERROR),
            Self::WatchdogOff => set(out, id, BUS_WATCHDOG, &[0]),
            // Return delay, drive mode and operating mode lie together; so do the limits.
            Self::Modes => read(out, id, RETURN_DELAY.address, 3),
            Self::ReturnDelay => set(out, id, RETURN_DELAY, &[0]),
            Self::DriveMode => set(out, id, DRIVE_MODE, &[0]),
            Self::OperatingMode => set(out, id, OPERATING_MODE, &[joint.mode(drive).code()]),
            Self::Homing => get(out, id, HOMING_OFFSET),
            Self::Limits => read(out, id, VELOCITY_LIMIT.address, 12),
            Self::CurrentLimit => get(out, id, CURRENT_LIMIT),
            Self::Care => set(out, id, INDIRECT_ADDRESS, &indirect_addresses()),
            Self::TorqueCap => {
                let most = joint.raw_top_current().unwrap_or(0);
                set(out, id, GOAL_CURRENT, &most.to_le_bytes())
            }
            Self::Profile => {
                // No acceleration profile; position moves no faster than the joint may go.
                let mut profile = [0; 8];
                profile[4..].copy_from_slice(&joint.raw_top_speed().to_le_bytes());
                set(out, id, PROFILE_ACCELERATION, &profile)
            }
            Self::Present => get(out, id, PRESENT_POSITION),
            Self::Goal => match drive {
                Drive::Position => set(out, id, GOAL_POSITION, &present.to_le_bytes()),
                Drive::Velocity => set(out, id, GOAL_VELOCITY, &[0; 4]),
                Drive::Torque => set(out, id, GOAL_CURRENT, &[0; 2]),
            },
        }
    }

    /// Judges the answer.
    pub(super) fn hear(
        self,
        joint: &JointConfig,
        drive: Drive,
        data: &[u8],
    ) -> Result<Heard, Refusal> {
        let heard = match (self, data) {
            (Self::Ping, [low, high, firmware]) => {
                identity(joint, u16::from_le_bytes([*low, *high]), *firmware)?;
                Heard::Done
            }
            (Self::HardwareErrors, [byte]) => {
                let (id, errors) = (joint.id, HardwareErrors::from_byte(*byte));
                if !errors.is_empty() {
                    return Err(Refusal::Hardware { id, errors });
                }
                Heard::Done
            }
            (Self::Modes, [delay, drive_mode, mode]) => Heard::Modes([*delay, *drive_mode, *mode]),
            (Self::Homing, [a, b, c, d]) => {
                let (id, seen) = (joint.id, i32::from_le_bytes([*a, *b, *c, *d]));
                if seen != 0 {
                    return Err(Refusal::Homing { id, seen });
                }
                Heard::Done
            }
            (Self::Limits, [v0, v1, v2, v3, h0, h1, h2, h3, l0, l1, l2, l3]) => {
                speed(joint, drive, i32::from_le_bytes([*v0, *v1, *v2, *v3]))?;
                let most = i32::from_le_bytes([*h0, *h1, *h2, *h3]);
                range(joint, drive, i32::from_le_bytes([*l0, *l1, *l2, *l3]), most)?;
                Heard::Done
            }
            (Self::CurrentLimit, [low, high]) => {
                current(joint, drive, i32::from(u16::from_le_bytes([*low, *high])))?;
                Heard::Done
            }
            (Self::Present, [a, b, c, d]) => {
                Heard::Present(place(joint, i32::from_le_bytes([*a, *b, *c, *d]))?)
            }
            (
                Self::ReturnLevel
                | Self::TorqueOff
                | Self::WatchdogOff
                | Self::ReturnDelay
                | Self::DriveMode
                | Self::OperatingMode
                | Self::Care
                | Self::TorqueCap
                | Self::Profile
                | Self::Goal,
                [],
            ) => Heard::Done,
            (_, _) => Heard::SomethingElse,
        };
        Ok(heard)
    }
}

/// What an answer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// As wanted.
    Done,
    /// Return delay, drive mode, operating mode.
    Modes([u8; 3]),
    /// Where the joint stands, held to its range.
    Present(i32),
    /// Not an answer to this question.
    SomethingElse,
}

fn get(out: &mut [u8], id: Id, register: Register) -> Result<usize, TooLong> {
    read(out, id, register.address, register.length)
}

fn set(out: &mut [u8], id: Id, register: Register, data: &[u8]) -> Result<usize, TooLong> {
    write(out, id, register.address, data)
}

fn identity(joint: &JointConfig, number: u16, firmware: u8) -> Result<(), Refusal> {
    let id = joint.id;
    if number != joint.model.number {
        return Err(Refusal::Model {
            id,
            seen: number,
            wanted: joint.model.name,
            wanted_number: joint.model.number,
        });
    }
    if firmware < joint.least_firmware {
        return Err(Refusal::Firmware {
            id,
            seen: firmware,
            allowed: joint.least_firmware,
        });
    }
    Ok(())
}

fn speed(joint: &JointConfig, drive: Drive, allowed: i32) -> Result<(), Refusal> {
    let (id, wanted) = (joint.id, joint.raw_top_speed());
    match drive {
        Drive::Position | Drive::Velocity if wanted > allowed => Err(Refusal::Speed {
            id,
            wanted,
            allowed,
        }),
        Drive::Position | Drive::Velocity | Drive::Torque => Ok(()),
    }
}

fn current(joint: &JointConfig, drive: Drive, allowed: i32) -> Result<(), Refusal> {
    let wanted = joint.raw_top_current().map_or(0, i32::from);
    if joint.torque_capped(drive) && wanted > allowed {
        return Err(Refusal::Current {
            id: joint.id,
            wanted,
            allowed,
        });
    }
    Ok(())
}

/// Farthest goal over many turns, pulses: 256 turns either way.
const MANY_TURNS: i32 = 1_048_575;

/// The servo's position limits bind in position mode alone, not over many turns.
fn range(joint: &JointConfig, drive: Drive, least: i32, most: i32) -> Result<(), Refusal> {
    let (from, to) = joint.span();
    let (least, most) = match joint.mode(drive) {
        OperatingMode::Position => (least, most),
        OperatingMode::ExtendedPosition | OperatingMode::CurrentBasedPosition => {
            (-MANY_TURNS, MANY_TURNS)
        }
        OperatingMode::Velocity | OperatingMode::Current => return Ok(()),
    };
    if from < least || to > most {
        return Err(Refusal::Range {
            id: joint.id,
            from,
            to,
            least,
            most,
        });
    }
    Ok(())
}

/// How far beyond its range a joint may stand at the start, pulses: one degree (chosen), for a joint that leans on
/// its stop.
const SLACK: i32 = 12;

fn place(joint: &JointConfig, seen: i32) -> Result<i32, Refusal> {
    let (from, to) = joint.span();
    if seen < from.saturating_sub(SLACK) || seen > to.saturating_add(SLACK) {
        return Err(Refusal::Outside {
            id: joint.id,
            seen,
            from,
            to,
        });
    }
    Ok(seen.clamp(from, to))
}
