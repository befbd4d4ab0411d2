//! What an archive holds, as plain data. Lengths of joint arrays are the arm's joint count.
//!
//! Two messages at full loop rate carry what replay and the judge need; the others come at 50 Hz or
//! less, for people and plots.

/// One turn of the loop at full rate: all that a replay must feed in, and the command to compare with.
/// Numbers are `f32` because that is what the drives send and take: nothing is lost.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CycleRecord {
    /// Time of the sample since the session's start (ns).
    pub at_ns: u64,
    /// Sequence number of the sample.
    pub sequence: u64,
    /// When the joint sample was taken (ns); `u64::MAX` never occurs: absence is `joints_present`.
    pub joints_at_ns: u64,
    /// 0 = taken, 1 = not fitted, 2 = not yet, 3 = silent.
    pub joints_missing: u8,
    /// When the wrench sample was taken (ns).
    pub wrench_at_ns: u64,
    /// As `joints_missing`.
    pub wrench_missing: u8,
    /// Attached tool's index, or -1.
    pub tool: i16,
    /// Operator request, in the order of `signals::Request`.
    pub request: u8,
    /// Time the previous cycle took (ns).
    pub computed_in_ns: u32,
    /// How late this cycle began (ns).
    pub late_by_ns: u32,
    /// Joint positions (rad or m).
    pub positions: Vec<f32>,
    /// Joint velocities.
    pub velocities: Vec<f32>,
    /// Joint torques.
    pub torques: Vec<f32>,
    /// Sensor wrench: fx fy fz (N) mx my mz (N·m).
    pub wrench: [f32; 6],
    /// What the arm was told: torques or velocities, as `drive` says.
    pub command: Vec<f32>,
    /// What the values of `command` are: 0 = torques (N·m or N), 1 = velocities (rad/s or m/s). Archives of
    /// format 1 have a byte of padding here, which is zero: they mean torques.
    pub drive: u8,
    /// Reaction of the monitor, in the order of `signals::Reaction`.
    pub reaction: u8,
    /// Row of the deciding rule, or -1.
    pub cause: i16,
    /// Rules tripped in this cycle, one bit a row.
    pub tripped: u64,
    /// Index of the plan's segment, or -1.
    pub segment: i32,
    /// Phase within the segment (s).
    pub phase_s: f32,
    /// Contact phase, in the order of `signals::ContactPhase`; 255 = no estimate.
    pub contact_phase: u8,
    /// Set-point of the normal force (N); NaN-free: 0 in free space.
    pub force_setpoint_n: f32,
}

/// The plant's own state at full rate: what really happened. The controller never sees it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TruthRecord {
    /// Simulated time (ns).
    pub at_ns: u64,
    /// True joint positions.
    pub positions: Vec<f64>,
    /// True joint velocities.
    pub velocities: Vec<f64>,
    /// The tissue's memory, as the simulation defines it: slow branch, sideways drag, way slipped.
    pub tissue_memory: Vec<f64>,
    /// Breathing: lift of the chest wall (m), and its rate (m/s).
    pub breath_m: f64,
    /// Its rate (m/s).
    pub breath_m_per_s: f64,
    /// Index of the tool that is bolted on.
    pub tool: u8,
    /// True load of the skin on the tool, told in tool axes at the patch: fx fy fz (N) mx my mz (N·m).
    pub contact_wrench: [f32; 6],
    /// Peak pressure under the patch (Pa).
    pub peak_pressure_pa: f32,
    /// Patch area that really touches (m²).
    pub contact_area_m2: f32,
}

/// The touch in one line, at 50 Hz.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ContactRecord {
    /// Time (ns).
    pub at_ns: u64,
    /// True force along the tool axis, positive presses (N).
    pub normal_force_true_n: f64,
    /// The same as estimated from the sensor; `None` is written as NaN with the flag
    /// `normal_force_measured_known = false`.
    pub normal_force_measured_n: Option<f64>,
    /// What the plan wants; 0 in free space.
    pub normal_force_setpoint_n: f64,
    /// The ceiling in force.
    pub ceiling_n: f64,
    /// Along the spine, by the true chart (m).
    pub u_m: f64,
    /// Beside the spine, by the true chart (m).
    pub v_m: f64,
    /// From the true spine line to the nearest edge of the true contact patch (m).
    pub spine_clearance_m: f64,
    /// Angle between tool axis and true inward normal (rad).
    pub normal_error_rad: f64,
    /// Distance of the patch from its planned place along the surface (m).
    pub tangential_error_m: f64,
    /// Peak pressure (Pa), true.
    pub peak_pressure_pa: f64,
    /// Contact phase: away, approaching, touching, settled, leaving.
    pub phase: String,
    /// Technique word, or empty between strokes.
    pub technique: String,
    /// Zone word.
    pub zone: String,
    /// Kind of the plan's segment: approach, touch, stroke, hold, tap, lift, transit, operator.
    pub segment: String,
    /// Index of the plan's segment.
    pub segment_index: u32,
    /// Index of the routine's step.
    pub step_index: u32,
}

/// Joint values at 50 Hz (`/joint_states`, `/joint_command`).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JointsRecord {
    /// Time (ns).
    pub at_ns: u64,
    /// Positions; empty in a torque command.
    pub positions: Vec<f64>,
    /// Velocities; empty in a torque command.
    pub velocities: Vec<f64>,
    /// Torques.
    pub efforts: Vec<f64>,
}

/// A wrench at 50 Hz (`/wrench_true` in frame `tool`, `/wrench_measured` in frame `sensor`).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WrenchRecord {
    /// Time (ns).
    pub at_ns: u64,
    /// fx fy fz (N) mx my mz (N·m).
    pub wrench: [f64; 6],
}

/// A pose at 50 Hz (`/tool_pose`, `/tool_goal`: frame `table`).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PoseRecord {
    /// Time (ns).
    pub at_ns: u64,
    /// Position x y z (m).
    pub position: [f64; 3],
    /// Quaternion x y z w.
    pub orientation: [f64; 4],
}

/// One named transform of `/tf`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TransformRecord {
    /// Parent frame.
    pub parent: String,
    /// Child frame.
    pub child: String,
    /// Position x y z (m).
    pub position: [f64; 3],
    /// Quaternion x y z w.
    pub orientation: [f64; 4],
}

/// The monitor's word at 50 Hz and at each change (`/verdict` as `diagnostic_msgs/DiagnosticArray`).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VerdictRecord {
    /// Time (ns).
    pub at_ns: u64,
    /// Reaction word: go, warn, slow, unload, retract, stop, power_cut.
    pub reaction: String,
    /// Diagnostic level: 0 ok, 1 warn, 2 error.
    pub level: u8,
    /// Id of the deciding rule, or empty.
    pub cause: String,
    /// What was seen and allowed, as key and value.
    pub values: Vec<(String, String)>,
}

/// A line of the log (`/log` as `rcl_interfaces/Log`).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogRecord {
    /// Time (ns).
    pub at_ns: u64,
    /// 10 debug, 20 info, 30 warn, 40 error.
    pub level: u8,
    /// Who speaks.
    pub name: String,
    /// The line.
    pub text: String,
}
