//! What the host tells the arm, cycle by cycle, and the proofs that it is alive.

use core::num::NonZeroU32;

use crate::codec::{Read, Reader, Writer};
use crate::joints::Joints;
use crate::names::named;

named! {
    /// What the values of a command are.
    Drive {
        /// Torque, N·m.
        Torque = 1,
        /// Velocity, rad/s.
        Velocity = 2,
        /// Position, rad.
        Position = 4,
    }
}

named! {
    /// What the host's monitor asks for, in rising severity.
    Reaction {
        /// All well.
        Go = 0,
        /// Noted.
        Warn = 1,
        /// Speed and ceiling to a half.
        Slow = 2,
        /// Force to zero at a bounded rate, stay compliant.
        Unload = 3,
        /// Away along the normal to hover.
        Retract = 4,
        /// Unload, then a controlled stop with power kept.
        Stop = 5,
        /// Drive power removed.
        PowerCut = 6,
    }
}

named! {
    /// Why a stop is asked for.
    StopCause {
        /// The operator's stop button or request.
        Operator = 1,
        /// The client's hand switch.
        HandSwitch = 2,
        /// The monitor's verdict.
        Monitor = 3,
        /// The control loop has failed or is too late.
        Loop = 4,
        /// What the arm sends is lost, late or not believed.
        Link = 5,
        /// The session ends.
        SessionEnd = 6,
    }
}

/// What the joints shall do, in the mode that the header asks for.
///
/// | offset | what |
/// |---|---|
/// | 0 | sequence of the state answered, u32; 0 none |
/// | 4 | drive, u8 |
/// | 5 | count of values, u8, 0 to 7 |
/// | 6 | values, f32 each, N·m, rad/s or rad |
/// | 6 + 4 count | force ceiling, f32, N |
/// | 10 + 4 count | speed ceiling, f32, m/s |
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Command {
    /// Sequence of the state that it was computed from. The arm tells the command's age by it.
    pub answers: Option<NonZeroU32>,
    /// What the values are.
    pub drive: Drive,
    /// One for each joint; none where the mode needs none (Idle, Unloading, Stopped).
    pub values: Joints,
    /// Ceiling of the normal force now, N.
    pub force_ceiling_n: f32,
    /// Ceiling of the tool's speed now, m/s.
    pub speed_ceiling_m_s: f32,
}

impl Command {
    pub(crate) fn write(&self, out: &mut Writer) {
        out.u32(self.answers.map_or(0, NonZeroU32::get));
        out.u8(self.drive.code());
        out.u8(self.values.count());
        self.values.write(out);
        out.f32(self.force_ceiling_n);
        out.f32(self.speed_ceiling_m_s);
    }

    pub(crate) fn read(from: &mut Reader<'_>) -> Read<Self> {
        let answers = NonZeroU32::new(from.u32()?);
        let drive = from.named(Drive::from_code)?;
        let count = from.count(0)?;
        Ok(Self {
            answers,
            drive,
            values: Joints::read(from, count)?,
            force_ceiling_n: from.bound()?,
            speed_ceiling_m_s: from.bound()?,
        })
    }
}

/// Proof that the sender (loop or monitor, by its address) advances.
///
/// | offset | what |
/// |---|---|
/// | 0 | counter of cycles, u32 |
/// | 4 | verdicts given, u32 |
/// | 8 | reaction, u8 |
/// | 9 | overruns, u16 |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heartbeat {
    /// Cycles that the sender has finished, wrapping. One that has not risen proves nothing.
    pub counter: u32,
    /// Verdicts that the sender has given (monitor) or obeyed (loop), wrapping.
    pub verdicts: u32,
    /// The last verdict's reaction.
    pub reaction: Reaction,
    /// Cycles that came too late, saturating.
    pub overruns: u16,
}

impl Heartbeat {
    pub(crate) fn write(&self, out: &mut Writer) {
        out.u32(self.counter);
        out.u32(self.verdicts);
        out.u8(self.reaction.code());
        out.u16(self.overruns);
    }

    pub(crate) fn read(from: &mut Reader<'_>) -> Read<Self> {
        Ok(Self {
            counter: from.u32()?,
            verdicts: from.u32()?,
            reaction: from.named(Reaction::from_code)?,
            overruns: from.u16()?,
        })
    }
}

/// Take the force away and stop.
///
/// | offset | what |
/// |---|---|
/// | 0 | reaction, u8 |
/// | 1 | cause, u8 |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// How. Below [`Reaction::Unload`] it is no stop, and the arm takes it for [`Reaction::Unload`].
    pub reaction: Reaction,
    /// Why.
    pub cause: StopCause,
}

impl Stop {
    pub(crate) fn write(&self, out: &mut Writer) {
        out.u8(self.reaction.code());
        out.u8(self.cause.code());
    }

    pub(crate) fn read(from: &mut Reader<'_>) -> Read<Self> {
        Ok(Self {
            reaction: from.named(Reaction::from_code)?,
            cause: from.named(StopCause::from_code)?,
        })
    }
}
