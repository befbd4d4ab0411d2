//! The techniques as recipes: a row each, from which course, manner, forces and rhythm follow.
//!
//! ```text
//! recipe = course (where) × manner (what is laid over it) × forces, speed, rhythm, size
//! ```
//! A new technique is a row here and a word in `plan::Technique`; drawing, timing and proof ask the row.
//! Figures are those of this project's technique table (press forces in newtons, measured on people where
//! a figure exists); where the table gives none they are chosen and say so.

use plan::Technique;

/// Which course a technique takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CourseKind {
    /// A closed loop up and back further out.
    Loop,
    /// Lines along the spine.
    Rows,
    /// Lines across the back.
    Across,
    /// Single places.
    Spots,
    /// Around the shoulder blade.
    Blade,
    /// Two diagonal legs.
    Diagonals,
    /// Both sides of the spine at once.
    Straddle,
    /// None: a person acts.
    Person,
}

/// What is laid over the course.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Manner {
    /// Nothing: the tool glides along it.
    Glide(Pressed),
    /// Travelling circles.
    Circle {
        /// Advance in radii a turn.
        pitch: f64,
        /// Rows go up and down in turn and change their sense; else each begins at the same end.
        to_and_fro: bool,
    },
    /// Travelling ellipses with a press that swells and fades in each cycle.
    Knead,
    /// A travelling oscillation that rolls over the skin.
    Roll,
    /// An oscillation on the spot that takes the skin along: no slip.
    Rock,
    /// Holds of growing force, each until the tissue has eased.
    Staircase,
    /// A press that spreads one way along the spine, comes back lightly, and spreads the other.
    Spread,
    /// Blows, contact made and broken each time.
    Tap,
    /// A light glide to the end of the course, and a hold there.
    Stretch,
    /// A person acts.
    Person,
}

/// Which legs of a glide carry the pressure; the others are light.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pressed {
    /// The way up; for lines across the way inward; for the fork and for single lines the way there.
    Up,
    /// For lines across the way outward; for loops the ways out and down.
    Out,
    /// Every leg.
    Both,
}

/// How hard the legs are pressed that do not carry the technique.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Returning {
    /// A share of the technique's force.
    Share(f64),
    /// The technique's force, but no more than this (N).
    AtMost(f64),
}

/// Least, usual and most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// Least.
    pub least: f64,
    /// What is taken when nothing is asked.
    pub usual: f64,
    /// Most.
    pub most: f64,
}

/// One technique.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recipe {
    /// Which.
    pub technique: Technique,
    /// Where it goes.
    pub course: CourseKind,
    /// What is laid over that.
    pub manner: Manner,
    /// The usual tool.
    pub tool: &'static str,
    /// Light, medium, firm (N, the whole tool).
    pub forces: [f64; 3],
    /// Deep (N), where the technique has it.
    pub deep: Option<f64>,
    /// Force of the light legs, or the trough of a swelling press.
    pub returning: Returning,
    /// Gliding speed (m/s); of the course's centre for figures that are laid over it.
    pub speed: Range,
    /// Cycles or blows per second, where there are any.
    pub rhythm: Option<Range>,
    /// Radius of circles and ellipses, or way of an oscillation or spread from end to end (m).
    pub size: Option<Range>,
}

impl Recipe {
    /// True for oscillations that must not slip over the skin.
    #[must_use]
    pub const fn sticks(&self) -> bool {
        matches!(self.manner, Manner::Rock | Manner::Stretch)
    }

    /// True for the long glides that open and close a routine.
    #[must_use]
    pub const fn warms(&self) -> bool {
        matches!(self.course, CourseKind::Loop)
    }
}

const fn range(least: f64, usual: f64, most: f64) -> Range {
    Range { least, usual, most }
}

/// Return strokes glide: never harder than effleurage's light (chosen).
const LIGHT: Returning = Returning::AtMost(5.0);

/// The recipe of a technique.
#[must_use]
pub fn recipe(technique: Technique) -> Recipe {
    use CourseKind as Go;
    use Manner as Do;
    let row = |course, manner, tool, forces, speed| Recipe {
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
    };
    match technique {
        // 8.5 cm/s was rated pleasanter than 2.6 on backs.
        Technique::Effleurage => row(
            Go::Loop,
            Do::Glide(Pressed::Up),
            "palm",
            [5.0, 10.0, 18.0],
            range(0.05, 0.085, 0.10),
        ),
        Technique::LongGlide => row(
            Go::Rows,
            Do::Glide(Pressed::Up),
            "heel",
            [15.0, 25.0, 35.0],
            range(0.02, 0.035, 0.05),
        ),
        Technique::PullStrokes => row(
            Go::Across,
            Do::Glide(Pressed::Up),
            "palm",
            [8.0, 15.0, 25.0],
            range(0.04, 0.06, 0.08),
        ),
        Technique::PushAway => row(
            Go::Across,
            Do::Glide(Pressed::Out),
            "palm",
            [8.0, 15.0, 22.0],
            range(0.04, 0.06, 0.08),
        ),
        // Up as in effleurage; out and down firmer, about 1.6 times (the product is derived).
        Technique::FanOut => Recipe {
            returning: Returning::Share(1.0 / 1.6),
            ..row(
                Go::Loop,
                Do::Glide(Pressed::Out),
                "palm",
                [8.0, 16.0, 28.8],
                range(0.06, 0.08, 0.10),
            )
        },
        Technique::PalmCircles => Recipe {
            rhythm: Some(range(0.4, 0.6, 1.0)),
            size: Some(range(0.015, 0.025, 0.045)),
            ..row(
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
        Technique::ThumbCircles => Recipe {
            rhythm: Some(range(1.0, 1.5, 2.2)),
            size: Some(range(0.006, 0.008, 0.010)),
            ..row(
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
        Technique::Kneading => Recipe {
            rhythm: Some(range(0.8, 1.0, 2.2)),
            size: Some(range(0.006, 0.012, 0.025)),
            ..row(
                Go::Rows,
                Do::Knead,
                "palm",
                [9.0, 14.0, 18.0],
                range(0.0, 0.015, 0.04),
            )
        },
        // 5 to 15 N with a palm, to 12 N with a thumb (there the pressure ceiling decides).
        Technique::SqueezeKneading => Recipe {
            rhythm: Some(range(0.8, 1.0, 1.2)),
            size: Some(range(0.006, 0.010, 0.020)),
            ..row(
                Go::Across,
                Do::Knead,
                "palm",
                [8.0, 12.0, 15.0],
                range(0.0, 0.012, 0.04),
            )
        },
        // The last stage of the staircase; the first is 10 N or less.
        Technique::TriggerPoint => row(
            Go::Spots,
            Do::Staircase,
            "thumb",
            [15.0, 20.0, 25.0],
            range(0.02, 0.04, 0.06),
        ),
        // 60 to 100 mm over 4 to 6 s.
        Technique::Broadening => Recipe {
            size: Some(range(0.06, 0.08, 0.10)),
            ..row(
                Go::Rows,
                Do::Spread,
                "fist",
                [15.0, 25.0, 35.0],
                range(0.010, 0.016, 0.025),
            )
        },
        Technique::Friction => Recipe {
            rhythm: Some(range(2.0, 2.5, 3.0)),
            size: Some(range(0.004, 0.006, 0.008)),
            ..row(
                Go::Spots,
                Do::Rock,
                "thumb",
                [8.0, 12.0, 18.0],
                range(0.02, 0.04, 0.06),
            )
        },
        // Experts beat at 2.79 Hz; an arm's mass asks for slower ones.
        Technique::Percussion => Recipe {
            rhythm: Some(range(2.0, 2.0, 3.0)),
            ..row(
                Go::Rows,
                Do::Tap,
                "cap",
                [4.0, 8.0, 12.0],
                range(0.005, 0.02, 0.04),
            )
        },
        // 1 to 3 Hz up to 10 mm.
        Technique::Vibration => Recipe {
            rhythm: Some(range(1.0, 1.5, 7.5)),
            size: Some(range(0.001, 0.006, 0.010)),
            ..row(
                Go::Spots,
                Do::Rock,
                "palm",
                [8.0, 12.0, 15.0],
                range(0.02, 0.04, 0.06),
            )
        },
        // 39 N at 2 Hz was best for blood flow; at most 22 mm at 2 Hz.
        Technique::Rolling => Recipe {
            deep: Some(39.0),
            rhythm: Some(range(1.0, 1.0, 2.0)),
            size: Some(range(0.010, 0.020, 0.040)),
            ..row(
                Go::Rows,
                Do::Roll,
                "roller",
                [15.0, 25.0, 35.0],
                range(0.0, 0.010, 0.03),
            )
        },
        Technique::Stripping => Recipe {
            deep: Some(45.0),
            ..row(
                Go::Rows,
                Do::Glide(Pressed::Both),
                "fist",
                [20.0, 28.0, 35.0],
                range(0.01, 0.015, 0.02),
            )
        },
        // At most 8 N.
        Technique::SkinStretch => row(
            Go::Diagonals,
            Do::Stretch,
            "palm",
            [4.0, 6.0, 8.0],
            range(0.02, 0.03, 0.04),
        ),
        Technique::BladeCircuit => row(
            Go::Blade,
            Do::Glide(Pressed::Both),
            "thumb",
            [5.0, 9.0, 14.0],
            range(0.04, 0.05, 0.08),
        ),
        Technique::BladeStrokes => row(
            Go::Across,
            Do::Glide(Pressed::Out),
            "thumb",
            [5.0, 9.0, 14.0],
            range(0.04, 0.06, 0.08),
        ),
        // Per tip 4, 7, 10; the fork has two. Back at 3 N a tip.
        Technique::TwoLineStroke => Recipe {
            returning: Returning::AtMost(6.0),
            ..row(
                Go::Straddle,
                Do::Glide(Pressed::Up),
                "fork",
                [8.0, 14.0, 20.0],
                range(0.03, 0.04, 0.05),
            )
        },
        Technique::OperatorStep => row(Go::Person, Do::Person, "", [0.0; 3], range(0.0, 0.0, 0.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_technique_has_rising_forces_and_figures_in_order() {
        for &technique in Technique::ALL {
            let row = recipe(technique);
            assert_eq!(row.technique, technique);
            if technique == Technique::OperatorStep {
                continue;
            }
            let [light, medium, firm] = row.forces;
            assert!(
                0.0 < light && light < medium && medium < firm,
                "{technique}"
            );
            assert!(row.deep.is_none_or(|deep| deep > firm), "{technique}");
            for range in [Some(row.speed), row.rhythm, row.size]
                .into_iter()
                .flatten()
            {
                assert!(range.least <= range.usual && range.usual <= range.most);
            }
        }
    }

    #[test]
    fn what_is_laid_over_a_course_has_the_figures_that_it_needs() {
        for &technique in Technique::ALL {
            let row = recipe(technique);
            let (rhythm, size) = (row.rhythm.is_some(), row.size.is_some());
            let needs = match row.manner {
                Manner::Circle { .. } | Manner::Knead | Manner::Roll | Manner::Rock => (true, true),
                Manner::Tap => (true, false),
                Manner::Spread => (false, true),
                Manner::Glide(_) | Manner::Staircase | Manner::Stretch | Manner::Person => {
                    (false, false)
                }
            };
            assert_eq!((rhythm, size), needs, "{technique}");
        }
    }
}
