//! From the course and manner of a step to the passes of one side.

use quantities::Metres;

use super::{Drawing, Drawn, Fault, Pass, glides, note_once, presses, travelling};
use crate::recipe::{Manner, Pressed};
use crate::room::Side;
use crate::routine::Course;

/// The passes of one side.
pub(super) fn passes(
    drawing: &Drawing<'_>,
    side: Side,
    notes: &mut Vec<String>,
) -> Result<Vec<Pass>, Fault> {
    let on = |strokes: Vec<Drawn>| Pass {
        side: Some(side),
        strokes,
    };
    let one = |strokes: Vec<Drawn>| vec![on(strokes)];
    let metres = |a: Metres, b: Metres| (a.get(), b.get());
    Ok(match (&drawing.step.course, drawing.recipe.manner) {
        (Course::Loop { offset, outer, .. }, manner) => one(glides::loops(
            drawing,
            side,
            metres(*offset, *outer),
            pressed(manner),
            notes,
        )),
        (Course::Rows { offset, .. }, manner) => {
            return rows(drawing, side, offset.get(), manner, notes);
        }
        (
            Course::Across {
                offset,
                outer,
                spacing,
                ..
            },
            manner,
        ) => {
            let lines = (offset.get(), outer.get(), spacing.get());
            one(match manner {
                Manner::Knead => travelling::across_rows(drawing, side, lines, notes)?,
                other => glides::across(drawing, side, lines, pressed(other), notes),
            })
        }
        (Course::Spots(_), manner) => {
            let spots = drawing.places(side).spots.iter();
            let passes: Result<Vec<Pass>, Fault> = spots
                .map(|&spot| {
                    let strokes = match manner {
                        Manner::Rock => {
                            presses::rocking(drawing, side, spot, direction(drawing), notes)?
                        }
                        _ => presses::staircase(drawing, side, spot, notes),
                    };
                    Ok(on(strokes))
                })
                .collect();
            passes?
        }
        (Course::Blade { .. }, _) => {
            let outline = &drawing.places(side).blade;
            one(glides::border(drawing, side, outline, notes))
        }
        (Course::Diagonals { offset, outer, .. }, _) => {
            diagonals(drawing, side, metres(*offset, *outer), notes)
        }
        (Course::Straddle { .. } | Course::Person { .. }, _) => Vec::new(),
    })
}

fn rows(
    drawing: &Drawing<'_>,
    side: Side,
    offset: f64,
    manner: Manner,
    notes: &mut Vec<String>,
) -> Result<Vec<Pass>, Fault> {
    let on = |strokes: Vec<Drawn>| Pass {
        side: Some(side),
        strokes,
    };
    let over = match manner {
        Manner::Circle { pitch, to_and_fro } => travelling::Over::Circles { pitch, to_and_fro },
        Manner::Knead => travelling::Over::Kneading,
        Manner::Roll => travelling::Over::Rolling,
        Manner::Spread => {
            let passes = presses::spreads(drawing, side, offset, notes);
            return Ok(passes.into_iter().map(on).collect());
        }
        Manner::Tap => {
            let passes = travelling::blows(drawing, side, offset, notes);
            return Ok(passes.into_iter().map(on).collect());
        }
        Manner::Glide(_) | Manner::Rock | Manner::Staircase | Manner::Stretch | Manner::Person => {
            let strokes = glides::rows(drawing, side, offset, pressed(manner), notes);
            return Ok(vec![on(strokes)]);
        }
    };
    Ok(vec![on(travelling::rows(
        drawing, side, offset, over, notes,
    )?)])
}

/// Which legs of a glide carry the pressure.
const fn pressed(manner: Manner) -> Pressed {
    match manner {
        Manner::Glide(pressed) => pressed,
        Manner::Circle { .. }
        | Manner::Knead
        | Manner::Roll
        | Manner::Rock
        | Manner::Staircase
        | Manner::Spread
        | Manner::Tap
        | Manner::Stretch
        | Manner::Person => Pressed::Both,
    }
}

/// Rubbing with a small tool goes across the fibres, rocking with a wide one along them.
fn direction(drawing: &Drawing<'_>) -> (f64, f64) {
    match drawing.recipe.technique {
        plan::Technique::Friction => (0.0, 1.0),
        _ => (1.0, 0.0),
    }
}

/// Two legs apart from the middle of the span: to the hip on this side, to the shoulder on the other.
/// The tool is lifted over the spine.
fn diagonals(
    drawing: &Drawing<'_>,
    side: Side,
    (offset, outer): (f64, f64),
    notes: &mut Vec<String>,
) -> Vec<Pass> {
    let (hip, shoulder) = drawing.span;
    let middle = 0.5 * (hip + shoulder);
    let inner = drawing.outside_keep_out(offset, notes);
    note_once(
        notes,
        "one arm: one leg of the diagonal at a time, each held at its end; between them the tool is lifted \
         over the spine"
            .to_owned(),
    );
    let legs = [(side, hip), (side.other(), shoulder)];
    let mut passes = Vec::new();
    for _ in 0..drawing.repeats() {
        passes.extend(legs.map(|(side, end)| Pass {
            side: Some(side),
            strokes: presses::stretch(drawing, side, (middle, inner), (end, outer), notes),
        }));
    }
    passes
}
