//! What goes wrong, and the exit code that says so.

use std::fmt::Display;
use std::process::ExitCode;

/// Why the command did not do its work. The variant is the exit code.
#[derive(Debug)]
pub enum Failure {
    /// 1: the work was done and its verdict is no.
    Verdict(String),
    /// 2: usage or configuration.
    Input(String),
    /// 3: a device.
    Device(String),
    /// 4: a safety stop.
    SafetyStop(String),
    /// 5: the machine does not promise what a real-time loop needs.
    NoRealTime(String),
    /// 6: a test rig did not do its part.
    Rig(String),
}

impl Failure {
    /// Wraps an error of the input.
    pub fn input(error: impl Display) -> Self {
        Self::Input(error.to_string())
    }

    /// Wraps an error of a device: the plant, a disk.
    pub fn device(error: impl Display) -> Self {
        Self::Device(error.to_string())
    }

    /// No session with an arm: a device, but for what the configuration asks and the arm cannot.
    pub fn connect(error: serial_link::ConnectError) -> Self {
        use serial_link::ConnectError;
        match error {
            ConnectError::Unable { .. } | ConnectError::Rate(_) => Self::Input(error.to_string()),
            ConnectError::Port(_)
            | ConnectError::Silent { .. }
            | ConnectError::Stranger { .. }
            | ConnectError::Refused(_)
            | ConnectError::OtherTerms { .. } => Self::Device(error.to_string()),
        }
    }

    /// The exit code.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Verdict(_) => 1,
            Self::Input(_) => 2,
            Self::Device(_) => 3,
            Self::SafetyStop(_) => 4,
            Self::NoRealTime(_) => 5,
            Self::Rig(_) => 6,
        })
    }

    /// The words for stderr.
    pub fn text(&self) -> &str {
        match self {
            Self::Verdict(text)
            | Self::Input(text)
            | Self::Device(text)
            | Self::SafetyStop(text)
            | Self::NoRealTime(text)
            | Self::Rig(text) => text,
        }
    }
}
