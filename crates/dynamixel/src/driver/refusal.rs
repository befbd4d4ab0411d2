//! Why a bus is not taken into service, in words.

use crate::encode::TooLong;
use crate::joint::JointFault;
use crate::packet::{ErrorNumber, Id};
use crate::table::HardwareErrors;

/// Why a bus is not taken into service. Nothing has been driven when this comes, unless the very last question
/// (torque on, and still there?) found no good answer; the watchdogs then stop what is driven.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// Too few or too many joints.
    #[error("{seen} joints on one bus; allowed are 1 to {allowed}")]
    Joints {
        /// How many.
        seen: usize,
        /// At most.
        allowed: usize,
    },
    /// Settings of one joint.
    #[error(transparent)]
    Joint(#[from] JointFault),
    /// One servo for two joints.
    #[error("two joints name servo {id}; each needs one of its own")]
    SharedServo {
        /// The servo.
        id: Id,
    },
    /// Watchdog setting.
    #[error("bus watchdog of {seen} units; allowed are 1 to 127 units of 20 ms")]
    Watchdog {
        /// Units.
        seen: u8,
    },
    /// Line setting.
    #[error("{seen} baud; allowed are 9600 to 4500000")]
    Baud {
        /// Bits a second.
        seen: u32,
    },
    /// Nobody answers.
    #[error(
        "servo {id} does not answer ({heard} servos do, {garbled} answers came damaged); check power, wiring, \
         baud rate and address; damaged answers hint at two servos with one address"
    )]
    Missing {
        /// The servo.
        id: Id,
        /// How many addresses answered at all.
        heard: usize,
        /// Answers that came damaged.
        garbled: u32,
    },
    /// Two answer.
    #[error(
        "{answers} servos answer as {id}; give each its own address, one servo on the wire at a time"
    )]
    Duplicate {
        /// The address.
        id: Id,
        /// How many answers.
        answers: u8,
    },
    /// Another kind of servo.
    #[error("servo {id} has model number {seen}; the settings name a {wanted} ({wanted_number})")]
    Model {
        /// The servo.
        id: Id,
        /// What it says.
        seen: u16,
        /// Name of the one expected.
        wanted: &'static str,
        /// Its number.
        wanted_number: u16,
    },
    /// Too old.
    #[error("servo {id} has firmware {seen}; allowed is {allowed} or newer; update it")]
    Firmware {
        /// The servo.
        id: Id,
        /// What it says.
        seen: u8,
        /// The oldest that will do.
        allowed: u8,
    },
    /// Something is wrong with a servo.
    #[error("servo {id} reports {errors}; find the cause, then restart the servo")]
    Hardware {
        /// The servo.
        id: Id,
        /// What it says.
        errors: HardwareErrors,
    },
    /// A setting inside the servo that would move the joint's zero.
    #[error(
        "servo {id} has a homing offset of {seen} pulses; allowed is 0: set `zero_pulses` instead"
    )]
    Homing {
        /// The servo.
        id: Id,
        /// What it says.
        seen: i32,
    },
    /// The servo takes no such speed.
    #[error(
        "joint of servo {id} may go {wanted} × 0.229 rev/min, the servo's velocity limit is {allowed}; lower one \
         or raise the other"
    )]
    Speed {
        /// The servo.
        id: Id,
        /// By the settings.
        wanted: i32,
        /// By the servo.
        allowed: i32,
    },
    /// The servo takes no such current.
    #[error(
        "joint of servo {id} may draw {wanted} units of current, the servo's limit is {allowed}; lower the torque"
    )]
    Current {
        /// The servo.
        id: Id,
        /// By the settings.
        wanted: i32,
        /// By the servo.
        allowed: i32,
    },
    /// The servo takes no such positions.
    #[error(
        "joint of servo {id} spans {from} to {to} pulses, the servo's limits are {least} to {most}; change one of them"
    )]
    Range {
        /// The servo.
        id: Id,
        /// By the settings.
        from: i32,
        /// By the settings.
        to: i32,
        /// By the servo.
        least: i32,
        /// By the servo.
        most: i32,
    },
    /// The joint is not where it may be.
    #[error(
        "joint of servo {id} is at {seen} pulses, outside its range of {from} to {to}; move it by hand"
    )]
    Outside {
        /// The servo.
        id: Id,
        /// Where it is.
        seen: i32,
        /// Least.
        from: i32,
        /// Most.
        to: i32,
    },
    /// Torque on made it forget turns.
    #[error(
        "servo {id} stood at {before} pulses and reads {after} since torque is on; turn its joint into the servo's \
         first turn, 0 to 4095, and try again"
    )]
    Turned {
        /// The servo.
        id: Id,
        /// Before torque.
        before: i32,
        /// With torque.
        after: i32,
    },
    /// A servo that answered falls silent.
    #[error("servo {id} no longer answers ({doing}, {attempts} attempts); check the wiring")]
    Silent {
        /// The servo.
        id: Id,
        /// What was asked.
        doing: &'static str,
        /// How often.
        attempts: u8,
    },
    /// A servo says no.
    #[error("servo {id} declines ({doing}): {why}")]
    Declined {
        /// The servo.
        id: Id,
        /// What was asked.
        doing: &'static str,
        /// Its reason.
        why: ErrorNumber,
    },
    /// What was written is not what is read.
    #[error(
        "servo {id} has {seen} where {wanted} was written ({doing}); restart the servo and try again"
    )]
    Unverified {
        /// The servo.
        id: Id,
        /// What was asked.
        doing: &'static str,
        /// What it says.
        seen: u8,
        /// What was written.
        wanted: u8,
    },
    /// A packet does not fit its buffer.
    #[error(transparent)]
    TooLong(#[from] TooLong),
}
