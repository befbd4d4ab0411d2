//! Values of up to seven joints, in the arm's order from base to tool.

use crate::MAX_JOINTS;
use crate::codec::{Read, Reader, Writer};
use crate::refused::FieldFault;

/// One finite number for each joint: rad, rad/s or N·m as the field says.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Joints {
    count: u8,
    values: [f32; MAX_JOINTS],
}

impl Joints {
    /// The values, or nothing when there are more than [`MAX_JOINTS`] or one is not finite.
    #[must_use]
    pub fn new(values: &[f32]) -> Option<Self> {
        let mut stored = [0.0; MAX_JOINTS];
        stored.get_mut(..values.len())?.copy_from_slice(values);
        values.iter().all(|v| v.is_finite()).then_some(Self {
            count: u8::try_from(values.len()).ok()?,
            values: stored,
        })
    }

    /// No joint: what a command in idle carries.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            count: 0,
            values: [0.0; MAX_JOINTS],
        }
    }

    /// The values, one for each joint.
    #[must_use]
    pub fn as_slice(&self) -> &[f32] {
        self.values.get(..self.len()).unwrap_or(&[])
    }

    /// How many joints.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.count as usize
    }

    pub(crate) const fn count(&self) -> u8 {
        self.count
    }

    /// True without a joint.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(crate) fn write(&self, out: &mut Writer) {
        out.f32s(self.as_slice());
    }

    pub(crate) fn read(from: &mut Reader<'_>, count: u8) -> Read<Self> {
        Ok(Self {
            count,
            values: from.f32s(usize::from(count))?,
        })
    }

    /// All seven places; those without a joint are zero.
    pub(crate) fn write_filled(&self, out: &mut Writer) {
        out.f32s(&self.values);
    }

    fn read_filled_caps(from: &mut Reader<'_>, count: u8) -> Read<Self> {
        let mut values = [0.0; MAX_JOINTS];
        for (place, value) in values.iter_mut().enumerate() {
            *value = from.bound()?;
            if place >= usize::from(count) && value.to_bits() != 0 {
                return from.stumble(FieldFault::NotZero);
            }
        }
        Ok(Self { count, values })
    }
}

/// What an arm's joints may do at most: as many torques as velocities.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JointCaps {
    torques: Joints,
    velocities: Joints,
}

impl JointCaps {
    /// From the torque cap (N·m) and the velocity cap (rad/s) of each joint; nothing when the counts
    /// differ, are none or above [`MAX_JOINTS`], or a value is negative or not finite.
    #[must_use]
    pub fn new(torques_nm: &[f32], velocities_rad_s: &[f32]) -> Option<Self> {
        let torques = Joints::new(torques_nm)?;
        let velocities = Joints::new(velocities_rad_s)?;
        let sound = torques.count == velocities.count
            && !torques.is_empty()
            && torques_nm.iter().chain(velocities_rad_s).all(|v| *v >= 0.0);
        sound.then_some(Self {
            torques,
            velocities,
        })
    }

    /// Joints of the arm, 1 to 7.
    #[must_use]
    pub const fn dof(&self) -> u8 {
        self.torques.count
    }

    /// Most torque of each joint, N·m.
    #[must_use]
    pub fn torques_nm(&self) -> &[f32] {
        self.torques.as_slice()
    }

    /// Most speed of each joint, rad/s.
    #[must_use]
    pub fn velocities_rad_s(&self) -> &[f32] {
        self.velocities.as_slice()
    }

    pub(crate) fn write(&self, out: &mut Writer) {
        self.torques.write_filled(out);
        self.velocities.write_filled(out);
    }

    pub(crate) fn read(from: &mut Reader<'_>, dof: u8) -> Read<Self> {
        Ok(Self {
            torques: Joints::read_filled_caps(from, dof)?,
            velocities: Joints::read_filled_caps(from, dof)?,
        })
    }
}

/// What an arm's joints do: position, velocity and torque of each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JointSamples {
    positions: Joints,
    velocities: Joints,
    torques: Joints,
}

impl JointSamples {
    /// From positions (rad), velocities (rad/s) and torques (N·m); nothing when the counts differ, are
    /// none or above [`MAX_JOINTS`], or a value is not finite.
    #[must_use]
    pub fn new(
        positions_rad: &[f32],
        velocities_rad_s: &[f32],
        torques_nm: &[f32],
    ) -> Option<Self> {
        let samples = Self {
            positions: Joints::new(positions_rad)?,
            velocities: Joints::new(velocities_rad_s)?,
            torques: Joints::new(torques_nm)?,
        };
        let count = samples.positions.count;
        let sound =
            count > 0 && samples.velocities.count == count && samples.torques.count == count;
        sound.then_some(samples)
    }

    /// Joints of the arm, 1 to 7.
    #[must_use]
    pub const fn dof(&self) -> u8 {
        self.positions.count
    }

    /// Positions, rad.
    #[must_use]
    pub fn positions_rad(&self) -> &[f32] {
        self.positions.as_slice()
    }

    /// Velocities, rad/s.
    #[must_use]
    pub fn velocities_rad_s(&self) -> &[f32] {
        self.velocities.as_slice()
    }

    /// Torques, N·m, at the joint's output, as the drive feels them.
    #[must_use]
    pub fn torques_nm(&self) -> &[f32] {
        self.torques.as_slice()
    }

    pub(crate) fn write(&self, out: &mut Writer) {
        self.positions.write(out);
        self.velocities.write(out);
        self.torques.write(out);
    }

    pub(crate) fn read(from: &mut Reader<'_>, dof: u8) -> Read<Self> {
        Ok(Self {
            positions: Joints::read(from, dof)?,
            velocities: Joints::read(from, dof)?,
            torques: Joints::read(from, dof)?,
        })
    }
}
