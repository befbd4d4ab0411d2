//! The forces of a step: those of its technique for the step's word.

use crate::recipe::{Recipe, Returning};
use crate::routine::ForceWord;

/// The forces of a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scale {
    /// The leg that carries the technique; the peak of a press that swells (N).
    pub main: f64,
    /// The leg that returns or begins; the trough of a press that swells (N).
    pub light: f64,
}

impl Scale {
    /// The forces for a word. `None` when the technique has no such force: many have no `deep`, an
    /// operator step has none at all.
    pub(crate) fn of(recipe: &Recipe, word: ForceWord) -> Option<Self> {
        let [light, medium, firm] = recipe.forces;
        let main = match word {
            ForceWord::Light => light,
            ForceWord::Medium => medium,
            ForceWord::Firm => firm,
            ForceWord::Deep => recipe.deep?,
            ForceWord::Exactly(force) => force.get(),
        };
        let returning = match recipe.returning {
            Returning::Share(share) => main * share,
            Returning::AtMost(most) => main.min(most),
        };
        (firm > 0.0).then_some(Self {
            main,
            light: returning,
        })
    }
}
