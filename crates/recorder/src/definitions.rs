//! The ROS 2 message definitions, as text. The public ones state the fields of the packages
//! `builtin_interfaces`, `std_msgs`, `sensor_msgs`, `geometry_msgs`, `tf2_msgs`, `rcl_interfaces` and
//! `diagnostic_msgs` in their order; `knead_msgs` is ours.

/// One message type.
pub(crate) struct Definition {
    /// `package/msg/Type`.
    pub(crate) name: &'static str,
    /// Its own fields.
    pub(crate) fields: &'static str,
    /// Types that its fields use.
    pub(crate) uses: &'static [&'static Definition],
}

impl Definition {
    /// The fields, then those of every used type after a line of `=` and its name.
    pub(crate) fn full_text(&self) -> String {
        let mut used: Vec<&Definition> = Vec::new();
        self.collect(&mut used);
        let mut text = String::from(self.fields);
        for definition in used {
            text.push_str(&"=".repeat(80));
            text.push_str("\nMSG: ");
            text.push_str(&definition.name.replace("/msg/", "/"));
            text.push('\n');
            text.push_str(definition.fields);
        }
        text
    }

    fn collect<'a>(&'a self, used: &mut Vec<&'a Definition>) {
        for definition in self.uses {
            if !used.iter().any(|known| known.name == definition.name) {
                used.push(definition);
                definition.collect(used);
            }
        }
    }
}

macro_rules! definitions {
    ($($constant:ident = $name:literal uses [$($used:ident),*] $fields:literal;)*) => {$(
        pub(crate) static $constant: Definition =
            Definition { name: $name, fields: $fields, uses: &[$(&$used),*] };
    )*};
}

definitions! {
    TIME = "builtin_interfaces/msg/Time" uses [] "int32 sec\nuint32 nanosec\n";
    HEADER = "std_msgs/msg/Header" uses [TIME] "builtin_interfaces/Time stamp\nstring frame_id\n";
    VECTOR3 = "geometry_msgs/msg/Vector3" uses [] "float64 x\nfloat64 y\nfloat64 z\n";
    POINT = "geometry_msgs/msg/Point" uses [] "float64 x\nfloat64 y\nfloat64 z\n";
    QUATERNION = "geometry_msgs/msg/Quaternion" uses [] "float64 x\nfloat64 y\nfloat64 z\nfloat64 w\n";
    POSE = "geometry_msgs/msg/Pose" uses [POINT, QUATERNION]
        "geometry_msgs/Point position\ngeometry_msgs/Quaternion orientation\n";
    TRANSFORM = "geometry_msgs/msg/Transform" uses [VECTOR3, QUATERNION]
        "geometry_msgs/Vector3 translation\ngeometry_msgs/Quaternion rotation\n";
    WRENCH = "geometry_msgs/msg/Wrench" uses [VECTOR3]
        "geometry_msgs/Vector3 force\ngeometry_msgs/Vector3 torque\n";
    KEY_VALUE = "diagnostic_msgs/msg/KeyValue" uses [] "string key\nstring value\n";
    DIAGNOSTIC_STATUS = "diagnostic_msgs/msg/DiagnosticStatus" uses [KEY_VALUE]
        "byte OK=0\nbyte WARN=1\nbyte ERROR=2\nbyte STALE=3\nbyte level\nstring name\nstring message\n\
         string hardware_id\ndiagnostic_msgs/KeyValue[] values\n";
    TRANSFORM_STAMPED = "geometry_msgs/msg/TransformStamped" uses [HEADER, TRANSFORM]
        "std_msgs/Header header\nstring child_frame_id\ngeometry_msgs/Transform transform\n";

    JOINT_STATE = "sensor_msgs/msg/JointState" uses [HEADER]
        "std_msgs/Header header\nstring[] name\nfloat64[] position\nfloat64[] velocity\nfloat64[] effort\n";
    WRENCH_STAMPED = "geometry_msgs/msg/WrenchStamped" uses [HEADER, WRENCH]
        "std_msgs/Header header\ngeometry_msgs/Wrench wrench\n";
    POSE_STAMPED = "geometry_msgs/msg/PoseStamped" uses [HEADER, POSE]
        "std_msgs/Header header\ngeometry_msgs/Pose pose\n";
    TF_MESSAGE = "tf2_msgs/msg/TFMessage" uses [TRANSFORM_STAMPED]
        "geometry_msgs/TransformStamped[] transforms\n";
    LOG = "rcl_interfaces/msg/Log" uses [TIME]
        "byte DEBUG=10\nbyte INFO=20\nbyte WARN=30\nbyte ERROR=40\nbyte FATAL=50\n\
         builtin_interfaces/Time stamp\nuint8 level\nstring name\nstring msg\nstring file\n\
         string function\nuint32 line\n";
    DIAGNOSTIC_ARRAY = "diagnostic_msgs/msg/DiagnosticArray" uses [HEADER, DIAGNOSTIC_STATUS]
        "std_msgs/Header header\ndiagnostic_msgs/DiagnosticStatus[] status\n";
    CONTACT = "knead_msgs/msg/Contact" uses [HEADER]
        "std_msgs/Header header\nfloat64 normal_force_true_n\nfloat64 normal_force_measured_n\n\
         bool normal_force_measured_known\nfloat64 normal_force_setpoint_n\nfloat64 ceiling_n\n\
         float64 u_m\nfloat64 v_m\nfloat64 spine_clearance_m\nfloat64 normal_error_rad\n\
         float64 tangential_error_m\nfloat64 peak_pressure_pa\nstring phase\nstring technique\n\
         string zone\nstring segment\nuint32 segment_index\nuint32 step_index\n";
    CYCLE = "knead_msgs/msg/Cycle" uses []
        "uint64 at_ns\nuint64 sequence\nuint64 joints_at_ns\nuint64 wrench_at_ns\nuint64 tripped\n\
         uint32 computed_in_ns\nuint32 late_by_ns\nint32 segment\nfloat32 phase_s\n\
         float32 force_setpoint_n\nint16 tool\nint16 cause\nuint8 joints_missing\n\
         uint8 wrench_missing\nuint8 request\nuint8 reaction\nuint8 contact_phase\nuint8 drive\n\
         float32[6] wrench\nfloat32[] positions\nfloat32[] velocities\nfloat32[] torques\n\
         float32[] command\n";
    TRUTH = "knead_msgs/msg/Truth" uses []
        "uint64 at_ns\nfloat64 breath_m\nfloat64 breath_m_per_s\nfloat32 peak_pressure_pa\n\
         float32 contact_area_m2\nfloat32[6] contact_wrench\nuint8 tool\nfloat64[] positions\n\
         float64[] velocities\nfloat64[] tissue_memory\n";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_text_names_every_used_type_once_even_when_used_twice() {
        let text = TF_MESSAGE.full_text();
        for name in [
            "geometry_msgs/TransformStamped",
            "std_msgs/Header",
            "builtin_interfaces/Time",
        ] {
            assert_eq!(text.matches(&format!("MSG: {name}\n")).count(), 1, "{name}");
        }
        let wrench = WRENCH_STAMPED.full_text();
        assert_eq!(wrench.matches("MSG: geometry_msgs/Vector3\n").count(), 1);
    }
}
