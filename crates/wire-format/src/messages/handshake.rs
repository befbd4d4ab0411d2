//! Finding an arm and opening a session with it.

use super::Drive;
use crate::bits::{CapabilityFlags, Drives, Sensors};
use crate::codec::{Read, Reader, Writer};
use crate::joints::JointCaps;
use crate::refused::FieldFault;
use crate::text::Text;

/// Who is there? Answered with [`Capabilities`].
///
/// | offset | what |
/// |---|---|
/// | 0 | lowest protocol version the host speaks, u16 |
/// | 2 | highest, u16 |
/// | 4 | host nonce, u32 |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hello {
    /// Lowest protocol version the host speaks.
    pub lowest_version: u16,
    /// Highest protocol version the host speaks.
    pub highest_version: u16,
    /// Chosen anew for each Hello; tells its answer from an older one's.
    pub host_nonce: u32,
}

impl Hello {
    pub(crate) fn write(&self, out: &mut Writer) {
        out.u16(self.lowest_version);
        out.u16(self.highest_version);
        out.u32(self.host_nonce);
    }

    pub(crate) fn read(from: &mut Reader<'_>) -> Read<Self> {
        let lowest_version = from.u16()?;
        let highest_version = from.u16()?;
        if lowest_version > highest_version {
            return from.stumble(FieldFault::Order);
        }
        Ok(Self {
            lowest_version,
            highest_version,
            host_nonce: from.u32()?,
        })
    }
}

/// What the arm is and may do.
///
/// | offset | what |
/// |---|---|
/// | 0 | host nonce of the Hello, u32 |
/// | 4 | boot nonce, u32 |
/// | 8 | joints, u8, 1 to 7 |
/// | 9 | drives, u8 bit set |
/// | 10 | highest rate of states and commands, u16, Hz |
/// | 12 | baud, u32 |
/// | 16 | latency of the adapter, u16, us |
/// | 18 | sensors, u8 bit set |
/// | 19 | flags, u8 bit set |
/// | 20 | normal force ceiling, f32, N |
/// | 24 | tool speed, f32, m/s |
/// | 28 | torque cap of each joint, 7 f32, N·m; 0 beyond the joints |
/// | 56 | velocity cap of each joint, 7 f32, rad/s; 0 beyond the joints |
/// | 84 | limits hash, 32 octets |
/// | 116 | firmware version, 16 octets of text |
/// | 132 | model, 16 octets of text |
/// | 148 | serial number, 16 octets of text |
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Capabilities {
    /// That of the [`Hello`] answered.
    pub host_nonce: u32,
    /// Another one at each start of the firmware.
    pub boot_nonce: u32,
    /// Drives that can be commanded.
    pub drives: Drives,
    /// Highest rate of states and commands, Hz.
    pub max_rate_hz: u16,
    /// Of the line, baud.
    pub baud: u32,
    /// What the adapter between line and host may hold bytes back, us.
    pub latency_us: u16,
    /// Sensors there are.
    pub sensors: Sensors,
    /// What else the firmware is like.
    pub flags: CapabilityFlags,
    /// The firmware's own ceiling of the normal force, N.
    pub force_ceiling_n: f32,
    /// The firmware's own limit of the tool's speed, m/s.
    pub tool_speed_m_s: f32,
    /// The firmware's own caps of each joint; their number is the arm's.
    pub caps: JointCaps,
    /// SHA-256 of [`Capabilities::limits_bytes`].
    pub limits_hash: [u8; 32],
    /// Version of the firmware.
    pub firmware: Text<16>,
    /// Model of the arm.
    pub model: Text<16>,
    /// Serial number of the arm.
    pub serial: Text<16>,
}

/// Bytes that the firmware's limits hash is taken over.
const LIMITS_BYTES: usize = 81;

/// First of them: what they are.
const LIMITS_TITLE: &[u8; 16] = b"knead-limits-1\0\0";

impl Capabilities {
    /// Joints of the arm, 1 to 7.
    #[must_use]
    pub const fn dof(&self) -> u8 {
        self.caps.dof()
    }

    /// What `limits_hash` is the SHA-256 of: the 16 octets `knead-limits-1` and two zeros, the number of
    /// joints, then offsets 20 to 83 of the payload (ceiling, speed, caps).
    #[must_use]
    pub fn limits_bytes(&self) -> [u8; LIMITS_BYTES] {
        let mut out = Writer::new();
        out.bytes(LIMITS_TITLE);
        out.u8(self.dof());
        self.write_limits(&mut out);
        let mut bytes = [0; LIMITS_BYTES];
        for (to, from) in bytes.iter_mut().zip(out.written()) {
            *to = *from;
        }
        bytes
    }

    fn write_limits(&self, out: &mut Writer) {
        out.f32(self.force_ceiling_n);
        out.f32(self.tool_speed_m_s);
        self.caps.write(out);
    }

    pub(crate) fn write(&self, out: &mut Writer) {
        out.u32(self.host_nonce);
        out.u32(self.boot_nonce);
        out.u8(self.dof());
        self.drives.write(out);
        out.u16(self.max_rate_hz);
        out.u32(self.baud);
        out.u16(self.latency_us);
        self.sensors.write(out);
        self.flags.write(out);
        self.write_limits(out);
        out.bytes(&self.limits_hash);
        self.firmware.write(out);
        self.model.write(out);
        self.serial.write(out);
    }

    pub(crate) fn read(from: &mut Reader<'_>) -> Read<Self> {
        let host_nonce = from.u32()?;
        let boot_nonce = from.u32()?;
        let dof = from.count(1)?;
        Ok(Self {
            host_nonce,
            boot_nonce,
            drives: Drives::read(from)?,
            max_rate_hz: from.u16()?,
            baud: from.u32()?,
            latency_us: from.u16()?,
            sensors: Sensors::read(from)?,
            flags: CapabilityFlags::read(from)?,
            force_ceiling_n: from.bound()?,
            tool_speed_m_s: from.bound()?,
            caps: JointCaps::read(from, dof)?,
            limits_hash: from.array()?,
            firmware: Text::read(from)?,
            model: Text::read(from)?,
            serial: Text::read(from)?,
        })
    }
}

/// Asks for a session. Answered with [`Opened`] or [`super::Refused`].
///
/// | offset | what |
/// |---|---|
/// | 0 | boot nonce of the Capabilities, u32 |
/// | 4 | session nonce, u32, not 0 |
/// | 8 | rate, u16, Hz |
/// | 10 | drive, u8 |
/// | 11 | reserved, 0 |
/// | 12 | force ceiling, f32, N |
/// | 16 | tool speed, f32, m/s |
/// | 20 | host limits hash, 32 octets |
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Open {
    /// That of the [`Capabilities`] this relies on.
    pub boot_nonce: u32,
    /// Chosen by the host, another one each time, not 0.
    pub session: u32,
    /// Rate of states and commands, Hz.
    pub rate_hz: u16,
    /// Drive that commands will carry.
    pub drive: Drive,
    /// Ceiling of the normal force for the session, N; not above the firmware's own.
    pub force_ceiling_n: f32,
    /// Limit of the tool's speed for the session, m/s; not above the firmware's own.
    pub tool_speed_m_s: f32,
    /// SHA-256 of the limits that the host works by. The firmware gives it back, and its first four
    /// octets in each state.
    pub host_limits_hash: [u8; 32],
}

impl Open {
    pub(crate) fn write(&self, out: &mut Writer) {
        out.u32(self.boot_nonce);
        out.u32(self.session);
        out.u16(self.rate_hz);
        out.u8(self.drive.code());
        out.u8(0);
        out.f32(self.force_ceiling_n);
        out.f32(self.tool_speed_m_s);
        out.bytes(&self.host_limits_hash);
    }

    pub(crate) fn read(from: &mut Reader<'_>) -> Read<Self> {
        let boot_nonce = from.u32()?;
        let session = from.nonzero()?;
        let rate_hz = from.u16()?;
        let drive = from.named(Drive::from_code)?;
        from.reserved()?;
        Ok(Self {
            boot_nonce,
            session,
            rate_hz,
            drive,
            force_ceiling_n: from.bound()?,
            tool_speed_m_s: from.bound()?,
            host_limits_hash: from.array()?,
        })
    }
}

/// The session is open.
///
/// | offset | what |
/// |---|---|
/// | 0 | session nonce, u32, not 0 |
/// | 4 | rate, u16, Hz |
/// | 6 | drive, u8 |
/// | 7 | reserved, 0 |
/// | 8 | host limits hash, 32 octets |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    /// That of the [`Open`].
    pub session: u32,
    /// Rate in force, Hz.
    pub rate_hz: u16,
    /// Drive in force.
    pub drive: Drive,
    /// That of the [`Open`].
    pub host_limits_hash: [u8; 32],
}

impl Opened {
    pub(crate) fn write(&self, out: &mut Writer) {
        out.u32(self.session);
        out.u16(self.rate_hz);
        out.u8(self.drive.code());
        out.u8(0);
        out.bytes(&self.host_limits_hash);
    }

    pub(crate) fn read(from: &mut Reader<'_>) -> Read<Self> {
        let session = from.nonzero()?;
        let rate_hz = from.u16()?;
        let drive = from.named(Drive::from_code)?;
        from.reserved()?;
        Ok(Self {
            session,
            rate_hz,
            drive,
            host_limits_hash: from.array()?,
        })
    }
}
