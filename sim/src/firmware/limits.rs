//! What the firmware holds to by itself, whatever the host says.

use nalgebra::SVector;

/// Figures of one firmware. All chosen, within the project's compiled-in ceilings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FirmwareLimits<const D: usize> {
    /// Largest press along the tool axis (N). A session may only lower it.
    pub press_n: f32,
    /// Largest speed of the tool (m/s). A session may only lower it.
    pub tool_speed_m_per_s: f32,
    /// Largest drive torque, joint by joint (N·m; N for a sliding joint).
    pub torque: SVector<f32, D>,
    /// Largest joint speed (rad/s; m/s).
    pub velocity: SVector<f32, D>,
    /// The command in force answers a state of at most this age (ms), else the arm unloads.
    pub command_timeout_ms: u16,
    /// Loop and monitor are heard at least this often (ms), else the arm unloads.
    pub heartbeat_timeout_ms: u16,
    /// How fast the press is taken away (N/s): orderly, and after the ceiling was passed.
    pub unload_n_per_s: f32,
    /// After the ceiling was passed (N/s).
    pub trip_n_per_s: f32,
}

impl<const D: usize> FirmwareLimits<D> {
    /// The default figures with an arm's own torque and speed limits: 60 N, 0.5 m/s, 20 ms, 200 and
    /// 600 N/s (chosen; the last three are the project's limits for unloading).
    #[must_use]
    pub fn with_arm(torque: &SVector<f64, D>, velocity: &SVector<f64, D>) -> Self {
        Self {
            press_n: 60.0,
            tool_speed_m_per_s: 0.5,
            torque: torque.map(|t| t as f32),
            velocity: velocity.map(|v| v as f32),
            command_timeout_ms: 20,
            heartbeat_timeout_ms: 20,
            unload_n_per_s: 200.0,
            trip_n_per_s: 600.0,
        }
    }
}
