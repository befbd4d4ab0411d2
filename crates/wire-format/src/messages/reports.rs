//! What the arm refuses, and what has gone wrong in it.

use crate::codec::{Read, Reader, Writer};
use crate::names::named;
use crate::text::Text;

named! {
    /// Why a request is refused, and what `seen` and `allowed` then are.
    Why {
        /// No protocol version in common: lowest the host speaks; the arm's highest.
        Version = 1,
        /// The boot nonce is not this start's: as received; the arm's.
        BootNonce = 2,
        /// The session nonce was used before: as received; 0.
        SessionNonce = 3,
        /// Rate: Hz asked for; highest possible.
        Rate = 4,
        /// Drive: its code; the bit set of those there are.
        Drive = 5,
        /// Force ceiling: mN asked for; the firmware's own.
        ForceCeiling = 6,
        /// Tool speed: mm/s asked for; the firmware's own.
        ToolSpeed = 7,
        /// Another session is open and the arm is not at rest: nonce asked for; the open one.
        Busy = 8,
        /// Not in this mode: the mode asked for; the mode the arm is in.
        Mode = 9,
        /// A fault stands: mode asked for; the fault's class.
        FaultStands = 10,
        /// No parameter of this number: as received; the highest there is.
        ParameterUnknown = 11,
        /// A parameter that is only read, or not now: its number; the mode that allows it.
        ParameterLocked = 12,
        /// A parameter's value: 1000 times the value asked for; 1000 times the bound.
        ParameterValue = 13,
        /// Count of values in a command: as received; the arm's joints.
        JointCount = 14,
    }
}

named! {
    /// Classes of faults that the firmware finds by itself.
    FaultClass {
        /// Commands or a heartbeat were silent or stale.
        Silence = 1,
        /// The force went over the firmware's own ceiling.
        ForceCeiling = 2,
        /// The tool was faster than the firmware's own limit.
        Speed = 3,
        /// A joint's sensor is not believed.
        JointSensor = 4,
        /// The wrench sensor is not believed.
        WrenchSensor = 5,
        /// A drive does not answer or does not do as told.
        Drive = 6,
        /// Supply too low.
        Supply = 7,
        /// Too hot.
        Temperature = 8,
        /// A brake does not open or does not hold.
        Brake = 9,
        /// The firmware's limits are not those it was built with.
        Limits = 10,
        /// The tool is lost or another one.
        Tool = 11,
        /// The firmware's own task was late or a check of its own failed.
        Internal = 12,
    }
}

/// A request is refused.
///
/// | offset | what |
/// |---|---|
/// | 0 | why, u8 |
/// | 1 | seen, u32 |
/// | 5 | allowed, u32 |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Why.
    pub why: Why,
    /// What the arm saw, as [`Why`] says.
    pub seen: u32,
    /// What it allows, as [`Why`] says.
    pub allowed: u32,
}

impl Refused {
    pub(crate) fn write(&self, out: &mut Writer) {
        out.u8(self.why.code());
        out.u32(self.seen);
        out.u32(self.allowed);
    }

    pub(crate) fn read(from: &mut Reader<'_>) -> Read<Self> {
        Ok(Self {
            why: from.named(Why::from_code)?,
            seen: from.u32()?,
            allowed: from.u32()?,
        })
    }
}

/// The firmware's own fault.
///
/// | offset | what |
/// |---|---|
/// | 0 | class, u8 |
/// | 1 | detail, u32 |
/// | 5 | text, 32 octets |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What kind of fault.
    pub class: FaultClass,
    /// The firmware's own number for it, or the joint's index.
    pub detail: u32,
    /// For a person to read.
    pub text: Text<32>,
}

impl Fault {
    pub(crate) fn write(&self, out: &mut Writer) {
        out.u8(self.class.code());
        out.u32(self.detail);
        self.text.write(out);
    }

    pub(crate) fn read(from: &mut Reader<'_>) -> Read<Self> {
        Ok(Self {
            class: from.named(FaultClass::from_code)?,
            detail: from.u32()?,
            text: Text::read(from)?,
        })
    }
}
