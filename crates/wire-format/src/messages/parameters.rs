//! Numbers that a session reads from the firmware and, some of them, sets.

use crate::codec::{Read, Reader, Writer};

/// Parameters that have a name. On the wire the number is any u16, so that one without a name is refused
/// by an answer and not by silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ParameterId {
    /// 1: the firmware's ceiling of the normal force, N. May be lowered in a session, never raised.
    ForceCeiling,
    /// 2: silence of commands that unloads, ms. Read only.
    CommandTimeout,
    /// 3: silence of a heartbeat that unloads, ms. Read only.
    HeartbeatTimeout,
    /// 4: write 1 to take the wrench as it is for zero; reads 1 once done, 0 before.
    Tare,
    /// 5: brakes, 1 on, 0 off.
    Brakes,
    /// 6: index of the fitted tool; 255 none.
    Tool,
    /// 7: rate of state frames, Hz. Read only: the session's opening sets it.
    StateRate,
    /// 8: how fast the firmware takes force away, N/s. Read only.
    UnloadRate,
}

impl ParameterId {
    /// Every one, by rising number.
    pub const ALL: [Self; 8] = [
        Self::ForceCeiling,
        Self::CommandTimeout,
        Self::HeartbeatTimeout,
        Self::Tare,
        Self::Brakes,
        Self::Tool,
        Self::StateRate,
        Self::UnloadRate,
    ];

    /// As on the wire.
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            Self::ForceCeiling => 1,
            Self::CommandTimeout => 2,
            Self::HeartbeatTimeout => 3,
            Self::Tare => 4,
            Self::Brakes => 5,
            Self::Tool => 6,
            Self::StateRate => 7,
            Self::UnloadRate => 8,
        }
    }

    /// The parameter of this number, or nothing when it has no name.
    #[must_use]
    pub fn from_code(code: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|id| id.code() == code)
    }

    /// True when a session may set it.
    #[must_use]
    pub const fn may_be_written(self) -> bool {
        match self {
            Self::ForceCeiling | Self::Tare | Self::Brakes | Self::Tool => true,
            Self::CommandTimeout | Self::HeartbeatTimeout | Self::StateRate | Self::UnloadRate => {
                false
            }
        }
    }
}

/// Asks for a parameter. Answered with [`Parameter`] or [`super::Refused`].
///
/// | offset | what |
/// |---|---|
/// | 0 | number, u16 |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParameterRead {
    /// Number of the parameter: [`ParameterId::code`].
    pub id: u16,
}

impl ParameterRead {
    pub(crate) fn write(&self, out: &mut Writer) {
        out.u16(self.id);
    }

    pub(crate) fn read(from: &mut Reader<'_>) -> Read<Self> {
        Ok(Self { id: from.u16()? })
    }
}

/// Sets a parameter. Answered with [`Parameter`] (the value in force) or [`super::Refused`].
///
/// | offset | what |
/// |---|---|
/// | 0 | number, u16 |
/// | 2 | value, f32 |
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ParameterWrite {
    /// Number of the parameter: [`ParameterId::code`].
    pub id: u16,
    /// Its value, in the parameter's unit.
    pub value: f32,
}

/// A parameter's value in force.
///
/// | offset | what |
/// |---|---|
/// | 0 | number, u16 |
/// | 2 | value, f32 |
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameter {
    /// Number of the parameter: [`ParameterId::code`].
    pub id: u16,
    /// Its value, in the parameter's unit.
    pub value: f32,
}

impl ParameterWrite {
    pub(crate) fn write(&self, out: &mut Writer) {
        out.u16(self.id);
        out.f32(self.value);
    }

    pub(crate) fn read(from: &mut Reader<'_>) -> Read<Self> {
        Ok(Self {
            id: from.u16()?,
            value: from.f32()?,
        })
    }
}

impl Parameter {
    pub(crate) fn write(&self, out: &mut Writer) {
        out.u16(self.id);
        out.f32(self.value);
    }

    pub(crate) fn read(from: &mut Reader<'_>) -> Read<Self> {
        Ok(Self {
            id: from.u16()?,
            value: from.f32()?,
        })
    }
}
