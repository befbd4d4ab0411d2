//! Any message of the archive.

use crate::{
    ContactRecord, CycleRecord, JointsRecord, LogRecord, PoseRecord, Topic, TransformRecord,
    TruthRecord, VerdictRecord, WrenchRecord,
};

/// A message with the type that its topic gives it.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// `/knead/cycle`
    Cycle(CycleRecord),
    /// `/knead/truth`
    Truth(TruthRecord),
    /// `/joint_states`
    JointStates(JointsRecord),
    /// `/joint_command`
    JointCommand(JointsRecord),
    /// `/wrench_true`
    WrenchTrue(WrenchRecord),
    /// `/wrench_measured`
    WrenchMeasured(WrenchRecord),
    /// `/tool_pose`
    ToolPose(PoseRecord),
    /// `/tool_goal`
    ToolGoal(PoseRecord),
    /// `/tf`: frames of one moment (ns).
    Tf(u64, Vec<TransformRecord>),
    /// `/contact`
    Contact(ContactRecord),
    /// `/verdict`
    Verdict(VerdictRecord),
    /// `/log`
    Log(LogRecord),
}

impl Message {
    /// The topic it belongs on.
    #[must_use]
    pub const fn topic(&self) -> Topic {
        match self {
            Self::Cycle(_) => Topic::Cycle,
            Self::Truth(_) => Topic::Truth,
            Self::JointStates(_) => Topic::JointStates,
            Self::JointCommand(_) => Topic::JointCommand,
            Self::WrenchTrue(_) => Topic::WrenchTrue,
            Self::WrenchMeasured(_) => Topic::WrenchMeasured,
            Self::ToolPose(_) => Topic::ToolPose,
            Self::ToolGoal(_) => Topic::ToolGoal,
            Self::Tf(..) => Topic::Tf,
            Self::Contact(_) => Topic::Contact,
            Self::Verdict(_) => Topic::Verdict,
            Self::Log(_) => Topic::Log,
        }
    }

    /// Its time since the session's start (ns).
    #[must_use]
    pub const fn at_ns(&self) -> u64 {
        match self {
            Self::Cycle(record) => record.at_ns,
            Self::Truth(record) => record.at_ns,
            Self::JointStates(record) | Self::JointCommand(record) => record.at_ns,
            Self::WrenchTrue(record) | Self::WrenchMeasured(record) => record.at_ns,
            Self::ToolPose(record) | Self::ToolGoal(record) => record.at_ns,
            Self::Tf(at_ns, _) => *at_ns,
            Self::Contact(record) => record.at_ns,
            Self::Verdict(record) => record.at_ns,
            Self::Log(record) => record.at_ns,
        }
    }
}
