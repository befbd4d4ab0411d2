//! The frames of the house. All are right-handed.

/// A coordinate frame, known at compile time only.
pub trait Frame: Copy + core::fmt::Debug + 'static {
    /// The word for it in messages and recordings.
    const NAME: &'static str;
}

macro_rules! frame {
    ($(#[$doc:meta])* $name:ident, $text:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name;
        impl Frame for $name {
            const NAME: &'static str = $text;
        }
    };
}

frame!(/// Table top under S2: x toward the client's head, y to the client's left, z up (client prone).
    Table, "table");
frame!(/// The arm's root link.
    Base, "base");
frame!(/// The arm's last link, to which the sensor and the tool are bolted.
    Flange, "flange");
frame!(/// The wrist force/torque sensor.
    Sensor, "sensor");
frame!(/// The contact patch: z points into the body, x along the patch's long axis.
    Tool, "tool");
