//! What is agreed with the arm, and what must be right before it moves.

use limits::Envelope;
use nalgebra::SVector;
use quantities::Newtons;
use serial_link::{SerialArm, Terms};
use settings::LinkProfile;
use signals::{DriveKind, Reaction, ToolIndex, Verdict};
use wire_format::{Mode, StateFlags};

use crate::compose::Kit;
use crate::load::Loaded;
use crate::sensing::highest_ceiling;

/// Speed of the tool that the firmware is held to (m/s): the compiled-in ceiling.
const TOOL_SPEED: f32 = 0.5;
/// A joint may be so far from where the plan begins (rad or m).
const POSTURE: f64 = 0.03;

/// What a session asks of an arm.
pub fn terms<const D: usize>(
    loaded: &Loaded,
    kit: &Kit<'_, D>,
    link: &LinkProfile,
    nonce: u32,
) -> Terms {
    let rate = 1.0 / kit.period.seconds().get();
    Terms {
        joints: D as u8,
        drive: match kit.drive {
            DriveKind::Torques => wire_format::Drive::Torque,
            DriveKind::Velocities => wire_format::Drive::Velocity,
        },
        rate_hz: rate.round() as u16,
        force_ceiling_n: highest_ceiling(&loaded.limits).get() as f32,
        tool_speed_m_per_s: TOOL_SPEED,
        limits_hash: digest(&kit.envelope),
        serial: link.serial_number.clone(),
        model: link.model.clone(),
        nonce,
    }
}

fn digest(envelope: &Envelope) -> [u8; 32] {
    envelope.digest()
}

/// What must be right before the arm is led.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StartGate<const D: usize> {
    /// Posture in which the plan begins.
    pub posture: SVector<f64, D>,
    /// Tool that it begins with.
    pub tool: ToolIndex,
}

impl<const D: usize> StartGate<D> {
    /// The joint that is furthest from where the plan begins, when that is too far.
    #[must_use]
    pub fn off_posture(&self, positions: &SVector<f64, D>) -> Option<(usize, f64)> {
        let error = positions - self.posture;
        let (joint, most) = error
            .iter()
            .enumerate()
            .max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()))?;
        (most.abs() > POSTURE).then_some((joint, *most))
    }

    /// What is not right yet; `None` when the arm may be led.
    #[must_use]
    pub fn missing(
        &self,
        arm: &SerialArm<D>,
        positions: Option<&SVector<f64, D>>,
        verdict: &Verdict,
        press: Option<Newtons>,
    ) -> Option<Missing> {
        let Some(state) = arm.state() else {
            return Some(Missing::State);
        };
        if !arm.limits_agree() {
            return Some(Missing::Limits);
        }
        if arm.mode() != Some(Mode::Holding) {
            return Some(Missing::Drives);
        }
        if state.flags.contains(StateFlags::BROWN_OUT) || state.flags.contains(StateFlags::DERATED)
        {
            return Some(Missing::Supply);
        }
        if !state.flags.contains(StateFlags::TARED) {
            return Some(Missing::Zero);
        }
        if state.tool != Some(self.tool.0) {
            return Some(Missing::Tool);
        }
        match positions {
            None => return Some(Missing::State),
            Some(positions) if self.off_posture(positions).is_some() => {
                return Some(Missing::Posture);
            }
            Some(_) => {}
        }
        if verdict.reaction > Reaction::Warn {
            return Some(Missing::Monitor);
        }
        match press {
            None => Some(Missing::Zero),
            Some(press) if press.get().abs() > 3.0 => Some(Missing::Load),
            Some(_) => None,
        }
    }
}

/// What stands against leading the arm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// No state.
    State,
    /// The firmware holds other limits.
    Limits,
    /// The drives do not hold.
    Drives,
    /// The supply is low or the drives derated.
    Supply,
    /// The sensor's zero.
    Zero,
    /// The tool.
    Tool,
    /// The posture.
    Posture,
    /// The monitor.
    Monitor,
    /// Something pushes on the tool.
    Load,
    /// The brakes, at the end.
    Brakes,
}

impl Missing {
    /// What was seen, and what to do.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::State => "the arm sends no sample of its joints; check its link",
            Self::Limits => {
                "the arm holds other limits than the session's; power it off and on, and run once more"
            }
            Self::Drives => {
                "the drives do not hold the arm; release the emergency stop and check that the brakes open"
            }
            Self::Supply => {
                "the arm's supply is low, or its drives are derated; let it cool down, check the supply"
            }
            Self::Zero => {
                "the wrist sensor's zero was not taken; let the tool hang free and still, and run once more"
            }
            Self::Tool => {
                "another tool is on than the routine begins with; bolt on the one that the plan names"
            }
            Self::Posture => {
                "the arm is not where the plan begins; run once more: it is led to its park posture first"
            }
            Self::Monitor => {
                "the safety monitor does not let the arm go; the archive says which rule"
            }
            Self::Load => {
                "more than 3 N push on the tool in free space; clear the tool, check its weight in the profile"
            }
            Self::Brakes => {
                "the arm does not say that its brakes are on; keep clear of it and switch its drives off by hand"
            }
        }
    }
}
