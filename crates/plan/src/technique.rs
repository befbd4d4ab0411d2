//! The vocabulary of massage techniques, by the ids that routines and archives use.

macro_rules! techniques {
    ($($(#[$doc:meta])* $name:ident = $id:literal, $word:literal;)*) => {
        /// A massage technique (T1 to T21).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Technique {
            $($(#[$doc])* $name,)*
        }

        impl Technique {
            /// All of them, in the order of their ids.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The id, "T1" to "T21".
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }

            /// The word used in routine files, archives and reports.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }
        }
    };
}

techniques! {
    /// Long glides up beside the spine and down further out.
    Effleurage = "T1", "effleurage";
    /// Strokes from the flank toward the spine.
    PullStrokes = "T3", "pull_strokes";
    /// Up, out to the side, down the flank and back: one closed loop.
    FanOut = "T5", "fan_out";
    /// Overlapping travelling circles with a flat hand.
    PalmCircles = "T6", "palm_circles";
    /// Small travelling circles at a fixed offset.
    ThumbCircles = "T7", "thumb_circles";
    /// Two contacts, one each side of the spine.
    TwoLineStroke = "T20", "two_line_stroke";
    /// Something that needs a person; the arm is parked.
    OperatorStep = "T21", "operator_step";
}

impl core::fmt::Display for Technique {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.word())
    }
}
