//! What the arm does, once for each period.

use core::num::NonZeroU32;

use crate::MAX_JOINTS;
use crate::bits::StateFlags;
use crate::codec::{Read, Reader, Writer};
use crate::joints::JointSamples;
use crate::refused::FieldFault;

/// On the wire: no tool.
const NO_TOOL: u8 = 255;
/// On the wire: no wrench.
const NO_WRENCH: u16 = u16::MAX;
/// On the wire: no temperature.
const NO_TEMPERATURE: i8 = i8::MIN;

/// The command in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answered {
    /// Sequence of the last accepted command.
    pub sequence: NonZeroU32,
    /// Time from its receipt to the sending of this state, us, saturating. The host takes it from the
    /// round trip.
    pub age_us: u32,
}

/// Force and torque at the wrist, in the sensor's frame, as the environment pushes on the tool.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WrenchSample {
    /// Force x, y, z, N.
    pub force_n: [f32; 3],
    /// Torque x, y, z, N·m.
    pub torque_nm: [f32; 3],
    /// Time from taking to sending, us; 65534 stands for that or more.
    pub age_us: u16,
}

/// What the arm does.
///
/// | offset (n joints) | what |
/// |---|---|
/// | 0 | sequence of the last accepted command, u32; 0 none |
/// | 4 | its age, u32, us; 0 when there is none |
/// | 8 | joints n, u8, 1 to 7 |
/// | 9 | tool, u8; 255 none |
/// | 10 | flags, u32 bit set |
/// | 14 | positions, n f32, rad |
/// | 14 + 4n | velocities, n f32, rad/s |
/// | 14 + 8n | torques, n f32, N·m |
/// | 14 + 12n | age of the joints' values, u16, us |
/// | 16 + 12n | force x y z, 3 f32, N; torque x y z, 3 f32, N·m |
/// | 40 + 12n | age of the wrench, u16, us; 65535 none |
/// | 42 + 12n | temperatures, n i8, degrees Celsius; -128 none |
/// | 42 + 13n | limits check, u32 |
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct State {
    /// The command in force, and how old it is.
    pub answered: Option<Answered>,
    /// Index of the fitted tool, 0 to 254.
    pub tool: Option<u8>,
    /// What the firmware has to say about itself.
    pub flags: StateFlags,
    /// Positions, velocities, torques; their number is the arm's.
    pub joints: JointSamples,
    /// Time from taking the joints' values to sending, us; 65535 stands for that or more.
    pub joint_age_us: u16,
    /// At the wrist, where there is a sensor and it has a value.
    pub wrench: Option<WrenchSample>,
    /// Of each drive, degrees Celsius, -127 to 127. Only the first places, one for each joint, are sent.
    pub temperatures_c: [Option<i8>; MAX_JOINTS],
    /// First four octets of the host limits hash in force, read as u32.
    pub limits_check: u32,
}

impl State {
    /// Joints of the arm, 1 to 7.
    #[must_use]
    pub const fn dof(&self) -> u8 {
        self.joints.dof()
    }

    /// What [`State::limits_check`] is for a host limits hash.
    #[must_use]
    pub const fn limits_check_of(host_limits_hash: &[u8; 32]) -> u32 {
        let [a, b, c, d, ..] = *host_limits_hash;
        u32::from_le_bytes([a, b, c, d])
    }

    pub(crate) fn write(&self, out: &mut Writer) {
        out.u32(self.answered.map_or(0, |a| a.sequence.get()));
        out.u32(self.answered.map_or(0, |a| a.age_us));
        out.u8(self.dof());
        out.u8(self.tool.unwrap_or(NO_TOOL));
        self.flags.write(out);
        self.joints.write(out);
        out.u16(self.joint_age_us);
        write_wrench(self.wrench.as_ref(), out);
        for temperature in self.temperatures_c.iter().take(usize::from(self.dof())) {
            let coded = temperature.map_or(NO_TEMPERATURE, |t| t.max(NO_TEMPERATURE + 1));
            out.bytes(&coded.to_le_bytes());
        }
        out.u32(self.limits_check);
    }

    pub(crate) fn read(from: &mut Reader<'_>) -> Read<Self> {
        let answered = read_answered(from)?;
        let dof = from.count(1)?;
        let tool = Some(from.u8()?).filter(|tool| *tool != NO_TOOL);
        Ok(Self {
            answered,
            tool,
            flags: StateFlags::read(from)?,
            joints: JointSamples::read(from, dof)?,
            joint_age_us: from.u16()?,
            wrench: read_wrench(from)?,
            temperatures_c: read_temperatures(from, dof)?,
            limits_check: from.u32()?,
        })
    }
}

fn read_answered(from: &mut Reader<'_>) -> Read<Option<Answered>> {
    let sequence = NonZeroU32::new(from.u32()?);
    let age_us = from.u32()?;
    match sequence {
        Some(sequence) => Ok(Some(Answered { sequence, age_us })),
        None if age_us == 0 => Ok(None),
        None => from.stumble(FieldFault::NotZero),
    }
}

fn write_wrench(wrench: Option<&WrenchSample>, out: &mut Writer) {
    match wrench {
        Some(wrench) => {
            out.f32s(&wrench.force_n);
            out.f32s(&wrench.torque_nm);
            out.u16(wrench.age_us.min(NO_WRENCH - 1));
        }
        None => {
            out.f32s(&[0.0; 6]);
            out.u16(NO_WRENCH);
        }
    }
}

/// Without a wrench its six values must be zero, so that nobody reads a force from them.
fn read_wrench(from: &mut Reader<'_>) -> Read<Option<WrenchSample>> {
    let [fx, fy, fz, tx, ty, tz, ..] = from.f32s(6)?;
    let age_us = from.u16()?;
    if age_us != NO_WRENCH {
        return Ok(Some(WrenchSample {
            force_n: [fx, fy, fz],
            torque_nm: [tx, ty, tz],
            age_us,
        }));
    }
    if [fx, fy, fz, tx, ty, tz].iter().all(|v| v.to_bits() == 0) {
        Ok(None)
    } else {
        from.stumble(FieldFault::NotZero)
    }
}

fn read_temperatures(from: &mut Reader<'_>, dof: u8) -> Read<[Option<i8>; MAX_JOINTS]> {
    let mut temperatures = [None; MAX_JOINTS];
    for temperature in temperatures.iter_mut().take(usize::from(dof)) {
        *temperature = Some(from.i8()?).filter(|t| *t != NO_TEMPERATURE);
    }
    Ok(temperatures)
}
