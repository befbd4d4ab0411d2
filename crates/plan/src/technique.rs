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
    /// Firm glides along the belly of the long muscles.
    LongGlide = "T2", "long_glide";
    /// Strokes from the flank toward the spine.
    PullStrokes = "T3", "pull_strokes";
    /// Strokes from beside the spine outward.
    PushAway = "T4", "push_away";
    /// Up, out to the side, down the flank and back: one closed loop.
    FanOut = "T5", "fan_out";
    /// Overlapping travelling circles with a flat hand.
    PalmCircles = "T6", "palm_circles";
    /// Small travelling circles at a fixed offset.
    ThumbCircles = "T7", "thumb_circles";
    /// Elliptic cycles whose press swells and fades.
    Kneading = "T8", "kneading";
    /// Kneading across the top of the shoulder, from the arm to the neck.
    SqueezeKneading = "T9", "squeeze_kneading";
    /// A staircase of holds on one spot.
    TriggerPoint = "T10", "trigger_point";
    /// A press that spreads along the muscle, one way and then the other.
    Broadening = "T11", "broadening";
    /// Short strokes that move the skin over the layer beneath, without gliding on it.
    Friction = "T12", "friction";
    /// Light taps, contact made and broken each time.
    Percussion = "T13", "percussion";
    /// Rocking to and fro without slip.
    Vibration = "T14", "vibration";
    /// Rhythmic rolling to and fro.
    Rolling = "T15", "rolling";
    /// Slow deep strokes up and down the long muscles.
    Stripping = "T16", "stripping";
    /// A light diagonal glide apart, and a hold.
    SkinStretch = "T17", "skin_stretch";
    /// Around the border of the shoulder blade.
    BladeCircuit = "T18", "blade_circuit";
    /// Outward strokes from beside the spine across the shoulder blade.
    BladeStrokes = "T19", "blade_strokes";
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
