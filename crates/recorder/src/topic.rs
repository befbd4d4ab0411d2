//! The topics, and the type that each carries.

use crate::definitions::{self, Definition};

macro_rules! topics {
    ($($(#[$doc:meta])* $name:ident = $topic:literal, $definition:ident;)*) => {
        /// A channel of the archive.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Topic {
            $($(#[$doc])* $name,)*
        }

        impl Topic {
            /// All of them, in the order in which they are declared in a file.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name, with its slash.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $topic,)* }
            }

            fn definition(self) -> &'static Definition {
                match self { $(Self::$name => &definitions::$definition,)* }
            }
        }
    };
}

topics! {
    /// Every cycle: what came in, what went out.
    Cycle = "/knead/cycle", CYCLE;
    /// Every cycle: the plant's own state.
    Truth = "/knead/truth", TRUTH;
    /// Joint values.
    JointStates = "/joint_states", JOINT_STATE;
    /// Torques or velocities that the arm is told.
    JointCommand = "/joint_command", JOINT_STATE;
    /// The plant's contact wrench, in the tool frame.
    WrenchTrue = "/wrench_true", WRENCH_STAMPED;
    /// The sensor's wrench, in the sensor frame.
    WrenchMeasured = "/wrench_measured", WRENCH_STAMPED;
    /// Where the tool is, in the table frame.
    ToolPose = "/tool_pose", POSE_STAMPED;
    /// Where the tool should be, in the table frame.
    ToolGoal = "/tool_goal", POSE_STAMPED;
    /// Frames.
    Tf = "/tf", TF_MESSAGE;
    /// The touch in one line.
    Contact = "/contact", CONTACT;
    /// The monitor's word.
    Verdict = "/verdict", DIAGNOSTIC_ARRAY;
    /// Lines for people.
    Log = "/log", LOG;
}

impl Topic {
    /// The topic of this name; `None` for a channel that this version does not know.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|topic| topic.name() == name)
    }

    /// The ROS 2 type, such as `sensor_msgs/msg/JointState`.
    #[must_use]
    pub fn schema_name(self) -> &'static str {
        self.definition().name
    }

    /// The type's definition with those of all types it uses.
    #[must_use]
    pub fn schema_text(self) -> String {
        self.definition().full_text()
    }
}

impl core::fmt::Display for Topic {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}
