//! What the maker's interface takes, and how often.
//!
//! The loop has a law for torques and one for velocities, and runs at 1000, 500, 250, 200, 125 or 100 Hz. An arm
//! that takes positions is served by velocities which its link integrates. An arm of which no more is known than
//! that it takes no torques is simulated as an idealised torque arm: whoever reads a result must be told.

use crate::Code;
use crate::document::{Section, number, words};

/// Commands a second that the loop gives at the most (Hz).
pub const LOOP_RATE_HZ: f64 = 1000.0;

/// Periods that the loop can keep (ms).
const PERIODS_MS: [u32; 6] = [1, 2, 4, 5, 8, 10];

/// How the arm takes commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ControlMode {
    /// Joint torques.
    Torque,
    /// Joint speeds.
    Velocity,
    /// Joint positions.
    Position,
    /// The real arm takes no torques; what it takes is not said.
    IdealisedTorque,
}

impl ControlMode {
    /// The word used in files and reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Torque => "torque",
            Self::Velocity => "velocity",
            Self::Position => "position",
            Self::IdealisedTorque => "idealised_torque",
        }
    }

    /// True when a simulated run gives the arm torques that the real one would not take.
    #[must_use]
    pub const fn is_idealised(self) -> bool {
        self.notice().is_some()
    }

    /// What must be printed wherever a run with this arm is reported.
    #[must_use]
    pub const fn notice(self) -> Option<&'static str> {
        match self {
            Self::Torque | Self::Velocity | Self::Position => None,
            Self::IdealisedTorque => Some(
                "idealised torque: the real arm takes positions or velocities, not torques; results \
                 tell nothing about its own controller",
            ),
        }
    }
}

/// The maker's interface.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Control {
    /// What it takes.
    pub mode: ControlMode,
    /// Commands that it takes a second (Hz).
    pub rate_hz: f64,
}

impl Control {
    /// Period of a loop that gives the arm no more commands than it takes (ms); `None` where it takes fewer than
    /// the slowest loop gives.
    #[must_use]
    pub fn period_ms(&self) -> Option<u32> {
        PERIODS_MS
            .into_iter()
            .find(|&ms| f64::from(ms) * self.rate_hz >= 1e3)
    }

    /// True when the arm takes fewer commands than the slowest loop gives.
    #[must_use]
    pub fn is_too_slow(&self) -> bool {
        self.period_ms().is_none()
    }
}

const MODES: [(&str, ControlMode); 4] = [
    ("torque", ControlMode::Torque),
    ("velocity", ControlMode::Velocity),
    ("position", ControlMode::Position),
    ("idealised_torque", ControlMode::IdealisedTorque),
];

/// `control` and `rate_hz` of a profile. Without a rate, a torque arm is taken for one that follows the
/// loop; an arm that is known to take speeds or positions must say how often.
pub(super) fn control(root: &Section<'_>) -> Option<Control> {
    let mode = root.required("control", words(&MODES));
    let rate = root.optional("rate_hz", number(20.0..=8000.0, "Hz"));
    let (mode, rate) = (mode?, rate?);
    let rate_hz = match (mode, rate) {
        (_, Some(rate)) => rate,
        (ControlMode::Torque | ControlMode::IdealisedTorque, None) => LOOP_RATE_HZ,
        (ControlMode::Velocity | ControlMode::Position, None) => {
            return root.refuse_key(
                "control",
                Code::MissingKey,
                format!(
                    "`control = \"{}\"` comes without the rate of the maker's interface",
                    mode.word()
                ),
                "say in `rate_hz` how many commands a second the arm takes",
            );
        }
    };
    Some(Control { mode, rate_hz })
}
