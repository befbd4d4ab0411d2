//! The force scale of each technique: light, medium, firm, and deep where the technique has it.
//!
//! Figures are the defaults of the technique table of this project (press forces in newtons); where the
//! table gives none the value is derived and marked.

use crate::routine::{ForceWord, Stroke};

/// The forces of a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scale {
    /// The leg that carries the technique (N).
    pub main: f64,
    /// The leg that returns or begins (N).
    pub light: f64,
}

/// Out and down against up in a fan-out: "firmer, about 1 : 1.6".
const FAN_RATIO: f64 = 1.6;

/// Light, medium, firm.
fn words(stroke: &Stroke) -> Option<[f64; 3]> {
    match stroke {
        Stroke::Effleurage { .. } => Some([5.0, 10.0, 18.0]),
        // Up as in effleurage; the main leg is that times the ratio (derived).
        Stroke::FanOut { .. } => Some([5.0 * FAN_RATIO, 10.0 * FAN_RATIO, 18.0 * FAN_RATIO]),
        Stroke::PullStrokes { .. } => Some([8.0, 15.0, 25.0]),
        Stroke::PalmCircles { .. } => Some([6.0, 10.0, 15.0]),
        Stroke::ThumbCircles { .. } => Some([4.0, 6.0, 9.0]),
        // Per tip 4, 7, 10; the fork has two.
        Stroke::TwoLineStroke { .. } => Some([8.0, 14.0, 20.0]),
        Stroke::Operator { .. } => None,
    }
}

impl Scale {
    /// The forces for a word. `None` when the technique has no such force: `deep` belongs to
    /// techniques of the table that are not in this language yet, an operator step has none.
    pub(crate) fn of(stroke: &Stroke, word: ForceWord) -> Option<Self> {
        let [light, medium, firm] = words(stroke)?;
        let main = match word {
            ForceWord::Light => light,
            ForceWord::Medium => medium,
            ForceWord::Firm => firm,
            ForceWord::Deep => return None,
            ForceWord::Exactly(force) => force.get(),
        };
        let returning = match stroke {
            Stroke::FanOut { .. } => main / FAN_RATIO,
            // Return strokes glide: never harder than effleurage's light (chosen: two thirds below it).
            Stroke::Effleurage { .. }
            | Stroke::PullStrokes { .. }
            | Stroke::PalmCircles { .. }
            | Stroke::ThumbCircles { .. } => main.min(5.0),
            // 3 N a tip.
            Stroke::TwoLineStroke { .. } => main.min(6.0),
            Stroke::Operator { .. } => return None,
        };
        Some(Self {
            main,
            light: returning,
        })
    }
}
