//! The techniques as recipes: a row each, from which course, manner, forces and rhythm follow.
//!
//! ```text
//! recipe = course (where) × manner (what is laid over it) × forces, speed, rhythm, size
//! ```
//! A new technique is a row here and a word in `plan::Technique`; drawing, timing and proof ask the row.
//! Figures are those of this project's technique table (press forces in newtons, measured on people where
//! a figure exists); where the table gives none they are chosen and say so.

mod table;

use plan::Technique;

use table::{RECIPES, range, row};

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

/// The recipe of a technique.
#[must_use]
pub fn recipe(technique: Technique) -> Recipe {
    let own = RECIPES.iter().find(|row| row.technique == technique);
    // Each technique has a row, which a test holds; what had none would be left to a person.
    own.copied().unwrap_or(row(
        technique,
        CourseKind::Person,
        Manner::Person,
        "",
        [0.0; 3],
        range(0.0, 0.0, 0.0),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_technique_has_one_row() {
        let rows: Vec<Technique> = RECIPES.iter().map(|row| row.technique).collect();
        assert_eq!(rows, Technique::ALL);
    }

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
