//! Figures on one place: staircases of holds, presses that spread, rocking without slip, stretches.

use core::f64::consts::PI;

use plan::HoldStep;
use quantities::{MetresPerSecond, NewtonsPerMetre, Seconds};

use super::beats::{rocked, stayed};
use super::rhythm::rocking_rhythm;
use super::travelling::link;
use super::{Act, Drawing, Drawn, Fault, note_once};
use crate::path::{Path, STEP};
use crate::rejection::Rule;
use crate::room::Side;

/// Force of the first stage of a staircase (N), and its largest share of the last.
const FIRST_STAGE: f64 = 10.0;
const FIRST_SHARE: f64 = 0.6;
/// Stages when none are asked: 3 to 5 are usual.
const STAGES: u32 = 4;
/// Least time of a hold (s): 5 to 8 s; and the longest that is waited beyond it for the tissue to ease.
const HOLD: f64 = 6.0;
const WAIT: f64 = 6.0;
/// Creep below which tissue counts as eased (m/s). Chosen: a tenth of a millimetre a second.
const EASED: f64 = 1e-4;
/// Stiffness from which a place counts as bone (N/m). Chosen: in simulation muscle under a thumb reads 2.3 to
/// 5.1 N/mm over the first ramp, bone 7 to 8. Later ramps are too small to tell.
const BONE: f64 = 7_000.0;
/// Way of the light glide that leaves a worked place (m). Chosen.
const LEAVE: f64 = 0.03;
/// A press before it spreads (s). Chosen.
const PRESS: f64 = 1.5;
/// Time for which a place is rubbed or rocked when none is asked (s). Chosen.
const ROCKING: f64 = 8.0;
/// A stretch is held for so long (s).
const STRETCH: f64 = 10.0;
/// Friction that holds must exceed what an oscillation asks by this.
const GRIP: f64 = 1.5;
/// Shear modulus of the layers that a rocking tool takes along (Pa). Chosen: a third of the modulus of
/// pressed muscle, as incompressible tissue has it.
const SHEAR_MODULUS: f64 = 12e3;

/// A staircase of holds on one place, then a light glide away.
pub(super) fn staircase(
    drawing: &Drawing<'_>,
    side: Side,
    place: (f64, f64),
    notes: &mut Vec<String>,
) -> Vec<Drawn> {
    let (u, v) = (place.0, drawing.outside_keep_out(place.1, notes));
    let top = drawing.scale.main;
    let first = FIRST_STAGE.min(FIRST_SHARE * top);
    let stages = drawing.step.shape.stages.unwrap_or(STAGES).max(1);
    let least = drawing.step.shape.hold.map_or(HOLD, |t| t.get());
    let hold = HoldStep {
        most: Seconds::new(WAIT),
        eased: MetresPerSecond::new(EASED),
        bone: Some(NewtonsPerMetre::new(BONE)),
    };
    let mut drawn = Vec::new();
    for stage in 0..stages {
        let share = f64::from(stage) / f64::from(stages.saturating_sub(1).max(1));
        let force = if stages == 1 {
            top
        } else {
            first + (top - first) * share
        };
        let mut held = drawing.clocked(side, &stayed((u, v), least, force), notes);
        let probes = stage == 0;
        held.act = Act::Hold(HoldStep {
            bone: hold.bone.filter(|_| probes),
            ..hold
        });
        drawn.push(held);
    }
    note_once(
        notes,
        format!(
            "{stages} holds from {first:.0} to {top:.0} N, each for {least:.0} s and until the tissue has eased \
             ({WAIT:.0} s more at most); a place as hard as bone is left"
        ),
    );
    drawn.push(leaving(drawing, side, (u, v), notes));
    drawn
}

/// A light glide away along the spine.
fn leaving(
    drawing: &Drawing<'_>,
    side: Side,
    (u, v): (f64, f64),
    notes: &mut Vec<String>,
) -> Drawn {
    let (light, speed) = (drawing.scale.light, drawing.speed(notes));
    // A place beyond the reachable back is held at its edge: it is left from there.
    let u = u.min(drawing.room.highest).max(drawing.room.lowest);
    let away = (u + LEAVE).min(drawing.room.highest).max(u - LEAVE);
    let end = if away - u < 0.5 * LEAVE {
        u - LEAVE
    } else {
        away
    };
    let path = Path::start(u, v, light, speed)
        .glide_to(end, v, light, speed)
        .respaced(STEP);
    drawing.paced(side, path, notes)
}

/// Presses on places along the span: each spreads toward the feet, comes back lightly, presses again and
/// spreads toward the head.
pub(super) fn spreads(
    drawing: &Drawing<'_>,
    side: Side,
    offset: f64,
    notes: &mut Vec<String>,
) -> Vec<Vec<Drawn>> {
    let usual = drawing.recipe.size.map_or(0.08, |s| s.usual);
    let (low, high) = (
        drawing.span.0.min(drawing.span.1),
        drawing.span.0.max(drawing.span.1),
    );
    let travel = drawing
        .step
        .shape
        .travel
        .map_or(usual, |t| t.get())
        .min(high - low);
    let count = ((high - low) / travel).floor().max(1.0);
    let offset = drawing.outside_keep_out(offset, notes);
    let (main, light) = (drawing.scale.main, drawing.scale.light);
    let speed = drawing.speed(notes);
    let mut passes = Vec::new();
    for row in 0..drawing.repeats() {
        let v = offset + drawing.shift() * row as f64;
        for i in 0..count as usize {
            let u = low + (high - low) * (i as f64 + 0.5) / count;
            let glide = |from: f64, to: f64, force: f64, speed: f64, notes: &mut Vec<String>| {
                let path = Path::start(from, v, force, speed).glide_to(to, v, force, speed);
                drawing.paced(side, path.respaced(STEP), notes)
            };
            let mut drawn = Vec::new();
            for end in [u - 0.5 * travel, u + 0.5 * travel] {
                drawn.push(drawing.clocked(side, &stayed((u, v), PRESS, main), notes));
                drawn.push(glide(u, end, main, speed, notes));
                drawn.push(glide(end, u, light, super::glides::RETURN_SPEED, notes));
            }
            passes.push(drawn);
        }
    }
    note_once(
        notes,
        "one arm: it presses, spreads one way, comes back lightly, presses and spreads the other"
            .to_owned(),
    );
    passes
}

/// Rocking on one place without slip; the travel is what friction can hold.
pub(super) fn rocking(
    drawing: &Drawing<'_>,
    side: Side,
    place: (f64, f64),
    direction: (f64, f64),
    notes: &mut Vec<String>,
) -> Result<Vec<Drawn>, Fault> {
    let size = drawing.recipe.size;
    let asked = drawing.step.shape.travel.map(|t| t.get());
    let wished = asked.or(size.map(|s| s.usual)).unwrap_or(0.0);
    let least = size.map_or(0.0, |s| s.least);
    let grip = drawing.friction * drawing.scale.main;
    let holds = 2.0 * grip / (GRIP * shear_stiffness(drawing.patch_area));
    let across = direction.1.abs() * wished;
    let v = drawing.outside_keep_out(place.1 - 0.5 * across, notes) + 0.5 * across;
    if holds < least {
        let tangential = 0.5 * least * shear_stiffness(drawing.patch_area);
        return Err(Fault {
            rule: Rule::Slip,
            u: Some(place.0),
            v: Some(side.sign() * v),
            value: GRIP * tangential,
            limit: grip,
            detail: format!(
                "the skin is taken along by at least {:.0} mm; friction of {:.2} holds {grip:.1} N under {:.1} N",
                least * 1e3,
                drawing.friction,
                drawing.scale.main
            ),
            remedy: "work without oil, press harder, or glide (thumb_circles, kneading) where there is oil"
                .to_owned(),
        });
    }
    let travel = wished.min(holds);
    if travel < wished {
        let note = format!(
            "way narrowed from {:.1} to {:.1} mm, so that friction of {:.2} holds the skin {GRIP} times over",
            wished * 1e3,
            travel * 1e3,
            drawing.friction
        );
        note_once(notes, note);
    }
    let frequency = rocking_rhythm(drawing, travel, notes);
    let seconds = drawing.step.shape.time.map_or(ROCKING, |t| t.get());
    let force = drawing.scale.main;
    let press = stayed((place.0, v), PRESS, force);
    let rocked = rocked((place.0, v), direction, travel, (frequency, seconds), force);
    Ok(vec![
        drawing.clocked(side, &press, notes),
        drawing.clocked(side, &rocked, notes),
    ])
}

/// Sideways stiffness of the tissue under a patch (N/m): that of a rigid disc of the same area on an
/// incompressible half space, `16/3 · G · a` (Johnson, Contact Mechanics, 1985, §3.7).
fn shear_stiffness(patch_area: f64) -> f64 {
    16.0 / 3.0 * SHEAR_MODULUS * (patch_area / PI).sqrt()
}

/// One leg of a diagonal stretch: lightly from beside the spine to its end, and a hold there.
pub(super) fn stretch(
    drawing: &Drawing<'_>,
    side: Side,
    from: (f64, f64),
    to: (f64, f64),
    notes: &mut Vec<String>,
) -> Vec<Drawn> {
    let speed = drawing.speed(notes);
    let force = drawing.scale.main;
    let path = Path::start(from.0, from.1, force, speed).glide_to(to.0, to.1, force, speed);
    let glide = drawing.glide(side, &path, 4.0 * STEP, notes);
    let seconds = drawing.step.shape.hold.map_or(STRETCH, |t| t.get());
    let end = glide.path.last();
    let mut held = Drawn::clocked(stayed((end.u, end.v), seconds, force));
    let join = link(drawing, &glide.path, &held.path);
    if join.path.length() > 1e-9 {
        held.path = stayed((join.path.last().u, join.path.last().v), seconds, force);
    }
    vec![glide, held]
}
