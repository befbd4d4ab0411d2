//! What body and client add to a step: single places, the outline of the shoulder blade, what is favoured.

use anatomy::Back;
use quantities::Metres;

use crate::figures::{Places, note_once};
use crate::recipe::{Manner, recipe};
use crate::room::Side;
use crate::routine::{Course, Level, RoutineStep, Sides, Spots};
use crate::scene::Scene;

/// u (m) of a level of a routine.
pub(super) fn u_of(back: &Back, level: Level) -> f64 {
    back.level(level.name).get() + level.shift.get()
}

/// The places of a step on the left and on the right.
pub(super) fn places<const D: usize>(
    step: &RoutineStep,
    scene: &Scene<'_, D>,
    notes: &mut Vec<String>,
) -> [Places; 2] {
    [Side::Left, Side::Right].map(|side| Places {
        spots: spots(step, scene, side, notes),
        blade: blade(step, scene, side),
    })
}

/// Why the tool of a scene has no room for a step; nothing when it has.
pub(super) fn lack_of_room<const D: usize>(
    step: &RoutineStep,
    scene: &Scene<'_, D>,
) -> Option<String> {
    let room = scene.survey(0.0);
    let back = scene.request.back;
    if let Course::Blade { outside } = step.course {
        let outlines = sides(step).map(|side| blade_outline(back, side, outside.get()));
        let nearest = outlines
            .flatten()
            .map(|(_, v)| v)
            .fold(f64::INFINITY, f64::min);
        return (room.inner > nearest).then(|| {
            format!(
                "its centre must keep {:.0} mm from the spine, the border of the shoulder blade lies at {:.0} mm",
                room.inner * 1e3,
                nearest * 1e3
            )
        });
    }
    let span = step.course.span()?;
    let within = |level| u_of(back, level).clamp(room.lowest, room.highest.max(room.lowest));
    let (from, to) = (within(span.from), within(span.to));
    let needed = match recipe(step.technique).manner {
        Manner::Circle { .. } | Manner::Knead => room.inner + LEAST_WIDTH,
        Manner::Glide(_)
        | Manner::Roll
        | Manner::Rock
        | Manner::Staircase
        | Manner::Spread
        | Manner::Tap
        | Manner::Stretch
        | Manner::Person => room.inner,
    };
    let widest = sides(step).map(|side| room.widest(side, from, to));
    let widest = widest.fold(f64::INFINITY, f64::min);
    let straddles = matches!(step.course, Course::Straddle { .. });
    (widest < needed && !straddles).then(|| {
        format!(
            "its centre needs {:.0} mm beside the spine and has {:.0} mm there",
            needed * 1e3,
            widest * 1e3
        )
    })
}

/// Room beside the keep-out that a figure needs at least (m): twice the smallest radius.
const LEAST_WIDTH: f64 = 0.008;

fn sides(step: &RoutineStep) -> impl Iterator<Item = Side> {
    let wanted = step.sides;
    let all = [Side::Left, Side::Right].into_iter();
    all.filter(move |side| match wanted {
        Sides::Both => true,
        Sides::Left => *side == Side::Left,
        Sides::Right => *side == Side::Right,
    })
}

fn spots<const D: usize>(
    step: &RoutineStep,
    scene: &Scene<'_, D>,
    side: Side,
    notes: &mut Vec<String>,
) -> Vec<(f64, f64)> {
    let wants = sides(step).any(|wanted| wanted == side);
    match &step.course {
        Course::Spots(Spots::Named(named)) if wants => named
            .iter()
            .map(|(level, offset)| (u_of(scene.request.back, *level), offset.get()))
            .collect(),
        Course::Spots(Spots::Focus) if wants => {
            let all = scene.request.client.focus();
            let here = all.filter(|pin| pin.v.get() * side.sign() > 0.0);
            let spots: Vec<(f64, f64)> = here.map(|pin| (pin.u.get(), pin.v.get().abs())).collect();
            if spots.is_empty() {
                let word = side.word();
                note_once(
                    notes,
                    format!("{word} side: the client marks no focus here"),
                );
            }
            spots
        }
        Course::Spots(_)
        | Course::Loop { .. }
        | Course::Rows { .. }
        | Course::Across { .. }
        | Course::Blade { .. }
        | Course::Diagonals { .. }
        | Course::Straddle { .. }
        | Course::Person { .. } => Vec::new(),
    }
}

/// The outline that a circuit of the shoulder blade follows, as u and |v| (m).
fn blade<const D: usize>(step: &RoutineStep, scene: &Scene<'_, D>, side: Side) -> Vec<(f64, f64)> {
    match step.course {
        Course::Blade { outside } => blade_outline(scene.request.back, side, outside.get()),
        _ => Vec::new(),
    }
}

/// The border of the blade, moved outward by `outside` (m), as u and |v|.
pub(super) fn blade_outline(back: &Back, side: Side, outside: f64) -> Vec<(f64, f64)> {
    let of = match side {
        Side::Left => anatomy::Side::Left,
        Side::Right => anatomy::Side::Right,
    };
    let border: Vec<(f64, f64)> = back
        .blade_border(of)
        .iter()
        .map(|(u, v)| (u.get(), v.get().abs()))
        .collect();
    moved_outward(&border, outside)
}

/// A closed curve moved away from its middle along its own normals.
fn moved_outward(curve: &[(f64, f64)], outside: f64) -> Vec<(f64, f64)> {
    let count = curve.len().max(1) as f64;
    let middle = curve
        .iter()
        .fold((0.0, 0.0), |m, p| (m.0 + p.0 / count, m.1 + p.1 / count));
    let last = curve.len().saturating_sub(1);
    let at = |i: usize| curve.get(i).copied().unwrap_or(middle);
    (0..curve.len())
        .map(|i| {
            // The curve closes: its last point is its first.
            let before = at(if i == 0 {
                last.saturating_sub(1)
            } else {
                i - 1
            });
            let after = at(if i == last { 1 } else { i + 1 });
            let (du, dv) = (after.0 - before.0, after.1 - before.1);
            let length = (du * du + dv * dv).sqrt().max(1e-9);
            let (u, v) = at(i);
            let normal = (-dv / length, du / length);
            let out = (u - middle.0) * normal.0 + (v - middle.1) * normal.1;
            let sign = if out < 0.0 { -outside } else { outside };
            (u + sign * normal.0, v + sign * normal.1)
        })
        .collect()
}

/// Repetitions beyond the step's own where the client favours the zone, or has asked for more.
pub(super) fn favours<const D: usize>(
    step: &RoutineStep,
    scene: &Scene<'_, D>,
    span: (f64, f64),
) -> usize {
    let offset = match step.course {
        Course::Loop { offset, outer, .. } | Course::Across { offset, outer, .. } => {
            0.5 * (offset + outer).get()
        }
        Course::Rows { offset, .. } => offset.get(),
        Course::Spots(_)
        | Course::Blade { .. }
        | Course::Diagonals { .. }
        | Course::Straddle { .. }
        | Course::Person { .. } => return 0,
    };
    if matches!(recipe(step.technique).manner, Manner::Spread | Manner::Tap) {
        return 0;
    }
    let client = scene.request.client;
    let u = Metres::new(0.5 * (span.0 + span.1));
    let sides = [offset, -offset].map(Metres::new);
    let liked = sides.iter().any(|v| {
        let zone = scene.request.envelope.zone_at(u, *v);
        client.favours(zone) || client.wants_more(u, *v)
    });
    usize::from(liked)
}
