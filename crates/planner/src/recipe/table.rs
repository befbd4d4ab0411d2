//! The rows.

use plan::Technique;

use super::{CourseKind, Manner, Pressed, Range, Recipe, Returning};

/// Return strokes glide: never harder than effleurage's light (chosen).
const LIGHT: Returning = Returning::AtMost(5.0);

pub(super) const fn range(least: f64, usual: f64, most: f64) -> Range {
    Range { least, usual, most }
}

/// All recipes, in the order of their techniques.
pub(super) const RECIPES: [Recipe; 21] = {
    use CourseKind as Go;
    use Manner as Do;
    [
        // 8.5 cm/s was rated pleasanter than 2.6 on backs.
        row(
            Technique::Effleurage,
            Go::Loop,
            Do::Glide(Pressed::Up),
            "palm",
            [5.0, 10.0, 18.0],
            range(0.05, 0.085, 0.10),
        ),
        row(
            Technique::LongGlide,
            Go::Rows,
            Do::Glide(Pressed::Up),
            "heel",
            [15.0, 25.0, 35.0],
            range(0.02, 0.035, 0.05),
        ),
        row(
            Technique::PullStrokes,
            Go::Across,
            Do::Glide(Pressed::Up),
            "palm",
            [8.0, 15.0, 25.0],
            range(0.04, 0.06, 0.08),
        ),
        row(
            Technique::PushAway,
            Go::Across,
            Do::Glide(Pressed::Out),
            "palm",
            [8.0, 15.0, 22.0],
            range(0.04, 0.06, 0.08),
        ),
        // Up as in effleurage; out and down firmer, about 1.6 times (the product is derived).
        Recipe {
            returning: Returning::Share(1.0 / 1.6),
            ..row(
                Technique::FanOut,
                Go::Loop,
                Do::Glide(Pressed::Out),
                "palm",
                [8.0, 16.0, 28.8],
                range(0.06, 0.08, 0.10),
            )
        },
        Recipe {
            rhythm: Some(range(0.4, 0.6, 1.0)),
            size: Some(range(0.015, 0.025, 0.045)),
            ..row(
                Technique::PalmCircles,
                Go::Rows,
                Do::Circle {
                    pitch: 0.8,
                    to_and_fro: true,
                },
                "palm",
                [6.0, 10.0, 15.0],
                range(0.0, 0.0, 0.14),
            )
        },
        // Experts kneading: 6.0 N at 2.24 Hz.
        Recipe {
            rhythm: Some(range(1.0, 1.5, 2.2)),
            size: Some(range(0.006, 0.008, 0.010)),
            ..row(
                Technique::ThumbCircles,
                Go::Rows,
                Do::Circle {
                    pitch: 0.8,
                    to_and_fro: false,
                },
                "thumb",
                [4.0, 6.0, 9.0],
                range(0.0, 0.0, 0.14),
            )
        },
        // 5 to 18 N within a cycle; the words' peaks are chosen.
        Recipe {
            rhythm: Some(range(0.8, 1.0, 2.2)),
            size: Some(range(0.006, 0.012, 0.025)),
            ..row(
                Technique::Kneading,
                Go::Rows,
                Do::Knead,
                "palm",
                [9.0, 14.0, 18.0],
                range(0.0, 0.015, 0.04),
            )
        },
        // 5 to 15 N with a palm, to 12 N with a thumb (there the pressure ceiling decides).
        Recipe {
            rhythm: Some(range(0.8, 1.0, 1.2)),
            size: Some(range(0.006, 0.010, 0.020)),
            ..row(
                Technique::SqueezeKneading,
                Go::Across,
                Do::Knead,
                "palm",
                [8.0, 12.0, 15.0],
                range(0.0, 0.012, 0.04),
            )
        },
        // The last stage of the staircase; the first is 10 N or less.
        row(
            Technique::TriggerPoint,
            Go::Spots,
            Do::Staircase,
            "thumb",
            [15.0, 20.0, 25.0],
            range(0.02, 0.04, 0.06),
        ),
        // 60 to 100 mm over 4 to 6 s.
        Recipe {
            size: Some(range(0.06, 0.08, 0.10)),
            ..row(
                Technique::Broadening,
                Go::Rows,
                Do::Spread,
                "fist",
                [15.0, 25.0, 35.0],
                range(0.010, 0.016, 0.025),
            )
        },
        Recipe {
            rhythm: Some(range(2.0, 2.5, 3.0)),
            size: Some(range(0.004, 0.006, 0.008)),
            ..row(
                Technique::Friction,
                Go::Spots,
                Do::Rock,
                "thumb",
                [8.0, 12.0, 18.0],
                range(0.02, 0.04, 0.06),
            )
        },
        // Experts beat at 2.79 Hz; an arm's mass asks for slower ones.
        Recipe {
            rhythm: Some(range(2.0, 2.0, 3.0)),
            ..row(
                Technique::Percussion,
                Go::Rows,
                Do::Tap,
                "cap",
                [4.0, 8.0, 12.0],
                range(0.005, 0.02, 0.04),
            )
        },
        // 1 to 3 Hz up to 10 mm.
        Recipe {
            rhythm: Some(range(1.0, 1.5, 7.5)),
            size: Some(range(0.001, 0.006, 0.010)),
            ..row(
                Technique::Vibration,
                Go::Spots,
                Do::Rock,
                "palm",
                [8.0, 12.0, 15.0],
                range(0.02, 0.04, 0.06),
            )
        },
        // 39 N at 2 Hz was best for blood flow; at most 22 mm at 2 Hz.
        Recipe {
            deep: Some(39.0),
            rhythm: Some(range(1.0, 1.0, 2.0)),
            size: Some(range(0.010, 0.020, 0.040)),
            ..row(
                Technique::Rolling,
                Go::Rows,
                Do::Roll,
                "roller",
                [15.0, 25.0, 35.0],
                range(0.0, 0.010, 0.03),
            )
        },
        Recipe {
            deep: Some(45.0),
            ..row(
                Technique::Stripping,
                Go::Rows,
                Do::Glide(Pressed::Both),
                "fist",
                [20.0, 28.0, 35.0],
                range(0.01, 0.015, 0.02),
            )
        },
        // At most 8 N.
        row(
            Technique::SkinStretch,
            Go::Diagonals,
            Do::Stretch,
            "palm",
            [4.0, 6.0, 8.0],
            range(0.02, 0.03, 0.04),
        ),
        row(
            Technique::BladeCircuit,
            Go::Blade,
            Do::Glide(Pressed::Both),
            "thumb",
            [5.0, 9.0, 14.0],
            range(0.04, 0.05, 0.08),
        ),
        row(
            Technique::BladeStrokes,
            Go::Across,
            Do::Glide(Pressed::Out),
            "thumb",
            [5.0, 9.0, 14.0],
            range(0.04, 0.06, 0.08),
        ),
        // Per tip 4, 7, 10; the fork has two. Back at 3 N a tip.
        Recipe {
            returning: Returning::AtMost(6.0),
            ..row(
                Technique::TwoLineStroke,
                Go::Straddle,
                Do::Glide(Pressed::Up),
                "fork",
                [8.0, 14.0, 20.0],
                range(0.03, 0.04, 0.05),
            )
        },
        row(
            Technique::OperatorStep,
            Go::Person,
            Do::Person,
            "",
            [0.0; 3],
            range(0.0, 0.0, 0.0),
        ),
    ]
};

/// A row without what most techniques do not have.
pub(super) const fn row(
    technique: Technique,
    course: CourseKind,
    manner: Manner,
    tool: &'static str,
    forces: [f64; 3],
    speed: Range,
) -> Recipe {
    Recipe {
        technique,
        course,
        manner,
        tool,
        forces,
        deep: None,
        returning: LIGHT,
        speed,
        rhythm: None,
        size: None,
    }
}
