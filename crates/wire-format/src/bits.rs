//! Sets of named bits. A bit without a name refuses the frame: a sender that sets one means something
//! that this end does not know.

use crate::codec::{Read, Reader, Writer};
use crate::refused::FieldFault;

macro_rules! bit_set {
    ($(#[$doc:meta])* $name:ident: $word:ident { $($(#[$bit_doc:meta])* $bit:ident = $value:expr,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $name($word);

        impl $name {
            $($(#[$bit_doc])* pub const $bit: Self = Self($value);)*

            const NAMED: $word = 0 $(| $value)*;

            /// No bit.
            #[must_use]
            pub const fn none() -> Self {
                Self(0)
            }

            /// The set of these bits, or nothing when one of them has no name.
            #[must_use]
            pub const fn from_bits(bits: $word) -> Option<Self> {
                if bits & !Self::NAMED == 0 { Some(Self(bits)) } else { None }
            }

            /// As on the wire.
            #[must_use]
            pub const fn bits(self) -> $word {
                self.0
            }

            /// True when every bit of `other` is in this set.
            #[must_use]
            pub const fn contains(self, other: Self) -> bool {
                self.0 & other.0 == other.0
            }

            /// Both together.
            #[must_use]
            pub const fn with(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }

            /// With `other` when `wanted`, else as it is.
            #[must_use]
            pub const fn with_if(self, other: Self, wanted: bool) -> Self {
                if wanted { self.with(other) } else { self }
            }

            pub(crate) fn write(self, out: &mut Writer) {
                out.$word(self.0);
            }

            pub(crate) fn read(from: &mut Reader<'_>) -> Read<Self> {
                let bits = from.$word()?;
                match Self::from_bits(bits) {
                    Some(set) => Ok(set),
                    None => from.stumble(FieldFault::UnknownBits {
                        seen: u32::from(bits & !Self::NAMED),
                    }),
                }
            }
        }
    };
}

bit_set! {
    /// Drives that an arm offers, one octet.
    Drives: u8 {
        /// Torque, N·m.
        TORQUE = 1,
        /// Velocity, rad/s.
        VELOCITY = 2,
        /// Position, rad.
        POSITION = 4,
    }
}

bit_set! {
    /// Sensors that an arm has, one octet.
    Sensors: u8 {
        /// Torque at each joint.
        JOINT_TORQUE = 1,
        /// Force and torque at the wrist.
        WRIST_WRENCH = 2,
        /// Temperature of each drive.
        TEMPERATURES = 4,
        /// Which tool is fitted.
        TOOL_ID = 8,
    }
}

bit_set! {
    /// What else an arm's firmware is like, one octet.
    CapabilityFlags: u8 {
        /// Time goes on only by accepted commands: for simulation and tests.
        STEPPED = 1,
    }
}

bit_set! {
    /// What the firmware has to say about itself, four octets.
    StateFlags: u32 {
        /// Its watchdog has run out: commands or heartbeats were silent or stale.
        WATCHDOG = 1,
        /// Its own force ceiling has tripped.
        CEILING_TRIP = 1 << 1,
        /// Brakes are on.
        BRAKES_ON = 1 << 2,
        /// It gives less torque or speed than it stated (heat, supply).
        DERATED = 1 << 3,
        /// Its supply was too low.
        BROWN_OUT = 1 << 4,
        /// Time goes on only by accepted commands.
        STEPPED = 1 << 5,
        /// The wrench has been tared since the last change of tool.
        TARED = 1 << 6,
        /// Latched: no motion and no contact until a new session.
        LATCHED = 1 << 7,
        /// A joint's sensor is not believed.
        JOINT_SENSOR_FAULT = 1 << 8,
        /// A drive does not answer.
        DRIVE_FAULT = 1 << 9,
        /// The last command was clamped to the firmware's own limits.
        CLAMPED = 1 << 10,
    }
}
