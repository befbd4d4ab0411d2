//! What is laid over a course in time: circles, kneading, rolling, rocking, blows.
//!
//! A gliding figure is drawn in space and timed afterwards. A rhythm cannot be: its beat is its point. So
//! these figures have a point for each knot of the plan (10 ms), and the place of the point is where the
//! tool is at that moment:
//!
//! ```text
//! place(t) = course(s(t)) + envelope · (along · cos, across · sin)      relief(t) = envelope · swell
//! ```
//! The envelope grows over the first cycle and fades over the last, so that every figure begins and ends
//! at rest on its course.

use core::f64::consts::TAU;

use super::{Drawing, Drawn, FASTEST, Fault, QUICKEST, glides, note_once};
use crate::path::{Path, PathPoint, smooth_step};
use crate::recipe::Range;
use crate::rejection::Rule;
use crate::room::Side;
use crate::timing::KNOT_SPACING;

/// Smallest circle that is still one (m). Chosen: half the smallest of the technique table.
const LEAST_RADIUS: f64 = 0.003;
/// Width of a kneading ellipse against its length. Chosen.
const KNEAD_WIDTH: f64 = 0.6;
/// Advance of a kneading or rolling figure in a cycle, in sizes. Chosen: cycles overlap by more than half.
const KNEAD_PITCH: f64 = 0.8;
const ROLL_PITCH: f64 = 0.5;
/// Ratios of a technique's rhythm to the routine's tempo that count as locked.
const LOCKED: [f64; 7] = [4.0, 3.0, 2.0, 1.0, 1.0 / 2.0, 1.0 / 3.0, 1.0 / 4.0];
/// A rhythm this near to a locked one is locked (share).
const NEAR: f64 = 0.05;
/// Advance of blows over the skin (m a blow). Chosen: half a cap.
const BLOW_PITCH: f64 = 0.025;
/// Time for the centre to reach its speed (s). Chosen.
const RAMP: f64 = 0.5;
/// Most of a course's time that goes into speeding up, and into slowing down (share).
const MOST_RAMP: f64 = 0.25;

/// A rhythm over a course.
#[derive(Clone, Copy, Debug)]
pub(super) struct Beat {
    /// Half ways along the course and across it (m).
    pub along: f64,
    pub across: f64,
    /// +1 turns from +u toward +v, -1 the other way.
    pub sense: f64,
    /// Cycles per second.
    pub frequency: f64,
    /// Number of cycles.
    pub cycles: f64,
    /// Peak force (N), and the share of it that is taken off in the trough.
    pub force: f64,
    pub swell: f64,
}

/// What kind of figure goes over rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Over {
    Circles { pitch: f64, to_and_fro: bool },
    Kneading,
    Rolling,
}

/// The course `line` with a beat over it: a point for each 10 ms. `fits` tells for a place of the centre where
/// beside the spine it really goes, and the share of the figure's size that has room there.
pub(super) fn beaten(
    line: &[(f64, f64)],
    beat: &Beat,
    fits: impl Fn(f64, f64) -> (f64, f64),
) -> Path {
    let count = (beat.cycles / beat.frequency / KNOT_SPACING)
        .round()
        .max(2.0);
    let (length, heading) = (length(line), heading(line));
    let total = TAU * beat.cycles;
    let mut points = Vec::with_capacity(count as usize + 1);
    for i in 0..=(count as usize) {
        let share = i as f64 / count;
        let angle = total * share;
        let envelope = smooth_step((angle / TAU).min((total - angle) / TAU));
        let (sin, cos) = libm::sincos(angle);
        let (u, v) = place_on(line, length * travelled(share, count * KNOT_SPACING));
        let (v, size) = fits(u, v);
        let (a, b) = (
            beat.along * size * envelope * cos,
            beat.across * size * envelope * sin * beat.sense,
        );
        // Harder while the tool moves on along the course (-sin > 0), lighter on its way back.
        let relief = 0.5 * beat.swell * envelope * (1.0 + sin);
        points.push(PathPoint {
            u: u + a * heading.0 - b * heading.1,
            v: v + a * heading.1 + b * heading.0,
            force: beat.force,
            relief,
            speed: 0.0,
        });
    }
    with_speeds(points)
}

/// A course that has room everywhere.
const fn anywhere(_: f64, v: f64) -> (f64, f64) {
    (v, 1.0)
}

/// An oscillation on the spot, from end to end `travel`, in the direction (u, v).
pub(super) fn rocked(
    (u, v): (f64, f64),
    direction: (f64, f64),
    travel: f64,
    (frequency, seconds): (f64, f64),
    force: f64,
) -> Path {
    let cycles = (seconds * frequency).round().max(3.0);
    let count = (cycles / frequency / KNOT_SPACING).round();
    let total = TAU * cycles;
    let points = (0..=(count as usize)).map(|i| {
        let angle = total * i as f64 / count;
        let envelope = smooth_step((angle / TAU).min((total - angle) / TAU));
        let off = 0.5 * travel * envelope * libm::sin(angle);
        PathPoint::at(u + off * direction.0, v + off * direction.1, force, 0.0)
    });
    with_speeds(points.collect())
}

/// The tool stays where it is for a time (s).
pub(super) fn stayed((u, v): (f64, f64), seconds: f64, force: f64) -> Path {
    let count = (seconds / KNOT_SPACING).round().max(1.0) as usize;
    Path::of(vec![PathPoint::at(u, v, force, LEAST_SPEED); count + 1])
}

/// Speed that stands for none, so that a time can be told (m/s).
const LEAST_SPEED: f64 = 1e-3;

fn with_speeds(mut points: Vec<PathPoint>) -> Path {
    for i in 1..points.len() {
        let (du, dv) = (points[i].u - points[i - 1].u, points[i].v - points[i - 1].v);
        points[i].speed = ((du * du + dv * dv).sqrt() / KNOT_SPACING).max(LEAST_SPEED);
    }
    if let Some(first) = points.first_mut() {
        first.speed = LEAST_SPEED;
    }
    Path::of(points)
}

/// Share of the way after a share of the time, for a motion of `seconds` that starts and ends at rest.
fn travelled(share: f64, seconds: f64) -> f64 {
    let ramp = (RAMP / seconds).min(MOST_RAMP);
    let rise = |t: f64| 0.5 * t * t / ramp;
    let way = if share < ramp {
        rise(share)
    } else if share > 1.0 - ramp {
        1.0 - ramp - rise(1.0 - share)
    } else {
        share - 0.5 * ramp
    };
    way / (1.0 - ramp)
}

fn length(line: &[(f64, f64)]) -> f64 {
    line.windows(2).map(|w| apart(w[0], w[1])).sum()
}

fn apart(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (du, dv) = (b.0 - a.0, b.1 - a.1);
    (du * du + dv * dv).sqrt()
}

/// Direction from the first point to the last; along the spine for a course without length.
fn heading(line: &[(f64, f64)]) -> (f64, f64) {
    match (line.first(), line.last()) {
        (Some(&a), Some(&b)) if apart(a, b) > 1e-9 => {
            let d = apart(a, b);
            ((b.0 - a.0) / d, (b.1 - a.1) / d)
        }
        _ => (1.0, 0.0),
    }
}

fn place_on(line: &[(f64, f64)], way: f64) -> (f64, f64) {
    let mut left = way;
    for w in line.windows(2) {
        let d = apart(w[0], w[1]);
        if left <= d && d > 0.0 {
            let t = left / d;
            return (
                w[0].0 + (w[1].0 - w[0].0) * t,
                w[0].1 + (w[1].1 - w[0].1) * t,
            );
        }
        left -= d;
    }
    line.last().copied().unwrap_or((0.0, 0.0))
}

/// Rows of a travelling figure along the spine, each further out than the one before.
pub(super) fn rows(
    drawing: &Drawing<'_>,
    side: Side,
    offset: f64,
    over: Over,
    notes: &mut Vec<String>,
) -> Result<Vec<Drawn>, Fault> {
    let inner = drawing.room.inner;
    let widest = drawing.room.widest(side, drawing.span.0, drawing.span.1);
    let size = size(drawing, side, over, widest - inner, notes)?;
    let span = inset(drawing.span, reach(over, size).0);
    let frequency = rhythm(drawing, over, size, notes);
    let half = across(over, size);
    let offset = drawing.outside_keep_out(offset - half, notes) + half;
    let mut drawn: Vec<Drawn> = Vec::new();
    for row in 0..drawing.repeats() {
        let centre = offset + drawing.shift() * row as f64;
        let backwards = matches!(
            over,
            Over::Circles {
                to_and_fro: true,
                ..
            }
        ) && row % 2 == 1;
        let (from, to) = if backwards { (span.1, span.0) } else { span };
        let sense = if backwards { -1.0 } else { 1.0 };
        let line = [(from, centre), (to, centre)];
        let beat = beat(drawing, over, size, frequency, &line, sense);
        let fits = |u: f64, v: f64| fitted(drawing, side, half, (u, v));
        note_narrowing(side, span, size, |u| fits(u, centre).1, notes);
        push_row(
            drawing,
            side,
            &mut drawn,
            &beaten(&line, &beat, fits),
            notes,
        );
    }
    Ok(drawn)
}

/// A stretch for the centre of a figure that reaches `half` beyond it; what is too short for that is inset by
/// two fifths of itself.
fn inset((from, to): (f64, f64), half: f64) -> (f64, f64) {
    let by = half.min(0.4 * (to - from).abs()) * (to - from).signum();
    (from + by, to - by)
}

/// Where between keep-out and flank the centre of a figure of half width `half` goes at a level, and the share
/// of its size that has room there.
fn fitted(drawing: &Drawing<'_>, side: Side, half: f64, (u, v): (f64, f64)) -> (f64, f64) {
    let inner = drawing.room.inner;
    let outer = drawing.room.outer(side, u).max(inner);
    let share = if half > 0.0 {
        (0.5 * (outer - inner) / half).min(1.0)
    } else {
        1.0
    };
    let half = half * share;
    (v.min(outer - half).max(inner + half), share)
}

/// Says how small a figure becomes where the back is narrow.
fn note_narrowing(
    side: Side,
    (from, to): (f64, f64),
    size: f64,
    share: impl Fn(f64) -> f64,
    notes: &mut Vec<String>,
) {
    let places = (0..=50).map(|i| from + (to - from) * f64::from(i) / 50.0);
    let least = places.map(share).fold(1.0, f64::min);
    if least < 0.98 {
        let note = format!(
            "{} side: down to {:.0} of {:.0} mm where the back leaves no more between keep-out and flank",
            side.word(),
            least * size * 1e3,
            size * 1e3
        );
        note_once(notes, note);
    }
}

/// Kneading across the back, level after level, from the outside in.
pub(super) fn across_rows(
    drawing: &Drawing<'_>,
    side: Side,
    (offset, outer, spacing): (f64, f64, f64),
    notes: &mut Vec<String>,
) -> Result<Vec<Drawn>, Fault> {
    let least = drawing.room.inner;
    let widest = drawing.room.widest(side, drawing.span.0, drawing.span.1);
    let size = size(drawing, side, Over::Kneading, widest - least, notes)?;
    let asked = drawing.outside_keep_out(offset, notes);
    let frequency = rhythm(drawing, Over::Kneading, size, notes);
    let span = inset(drawing.span, across(Over::Kneading, size));
    let mut drawn: Vec<Drawn> = Vec::new();
    for _ in 0..drawing.repeats() {
        for u in glides::levels(span, spacing) {
            let room = drawing.room.outer(side, u);
            if room < least + 2.0 * LEAST_RADIUS {
                note_once(
                    notes,
                    format!("no line at u {:+.0} mm: no room there", u * 1e3),
                );
                continue;
            }
            // Where there is less room than the figure is long, it works on the spot.
            let half = size.min(0.5 * (room - least));
            let inner = (asked + half).min(room - half).max(least + half);
            let outer = outer.min(room - half).max(inner);
            let line = [(u, outer), (u, inner)];
            let beat = beat(drawing, Over::Kneading, half, frequency, &line, 1.0);
            push_row(
                drawing,
                side,
                &mut drawn,
                &beaten(&line, &beat, anywhere),
                notes,
            );
        }
    }
    Ok(drawn)
}

/// Adds a row, and the light glide that leads to it.
fn push_row(
    drawing: &Drawing<'_>,
    side: Side,
    drawn: &mut Vec<Drawn>,
    row: &Path,
    notes: &mut Vec<String>,
) {
    let row = drawing.clocked(side, row, notes);
    if let Some(last) = drawn.last() {
        drawn.push(link(drawing, &last.path, &row.path));
    }
    drawn.push(row);
}

/// A light glide in contact from the end of one path to the start of another.
pub(super) fn link(drawing: &Drawing<'_>, from: &Path, to: &Path) -> Drawn {
    let (a, b) = (from.last(), to.first());
    let light = drawing.scale.light;
    let path = Path::start(a.u, a.v, light, glides::RETURN_SPEED)
        .glide_to(b.u, b.v, light, glides::RETURN_SPEED)
        .respaced(crate::path::STEP);
    Drawn::paced(path)
}

/// Half the width of a figure across its course (m).
fn across(over: Over, size: f64) -> f64 {
    match over {
        Over::Circles { .. } => size,
        Over::Kneading => KNEAD_WIDTH * size,
        Over::Rolling => 0.0,
    }
}

/// Half the way of a figure along its course, and its advance in a cycle (m).
fn reach(over: Over, size: f64) -> (f64, f64) {
    match over {
        Over::Circles { pitch, .. } => (size, pitch * size),
        Over::Kneading => (size, KNEAD_PITCH * size),
        Over::Rolling => (0.5 * size, ROLL_PITCH * size),
    }
}

fn beat(
    drawing: &Drawing<'_>,
    over: Over,
    size: f64,
    frequency: f64,
    line: &[(f64, f64)],
    sense: f64,
) -> Beat {
    let (along, pitch) = reach(over, size);
    let swell = match over {
        Over::Kneading => 1.0 - (drawing.scale.light / drawing.scale.main.max(1e-9)).min(1.0),
        Over::Circles { .. } | Over::Rolling => 0.0,
    };
    Beat {
        along,
        across: across(over, size),
        sense,
        frequency,
        cycles: (length(line) / pitch.max(1e-6)).round().max(3.0),
        force: drawing.scale.main,
        swell,
    }
}

/// The size that fits between keep-out and flank.
fn size(
    drawing: &Drawing<'_>,
    side: Side,
    over: Over,
    room: f64,
    notes: &mut Vec<String>,
) -> Result<f64, Fault> {
    let usual = drawing.recipe.size.map_or(LEAST_RADIUS, |s| s.usual);
    let asked = match over {
        Over::Circles { .. } | Over::Kneading => drawing.step.shape.radius,
        Over::Rolling => drawing.step.shape.travel,
    };
    let wished = asked.map_or(usual, |r| r.get());
    let share = across(over, 1.0);
    let size = if share > 0.0 {
        wished.min(room * 0.5 / share)
    } else {
        wished
    };
    if size < LEAST_RADIUS || room < 0.0 {
        return Err(Fault {
            rule: Rule::Room,
            u: Some(drawing.span.0),
            v: Some(side.sign() * drawing.room.inner),
            value: size,
            limit: LEAST_RADIUS,
            detail: format!(
                "on the {} side {:.0} mm lie between keep-out and flank for the centre of the {}",
                side.word(),
                room * 1e3,
                drawing.tool
            ),
            remedy: "use a narrower tool, or end the figure where the back is wider".to_owned(),
        });
    }
    if size < wished {
        let note = format!(
            "{} side: radius narrowed from {:.0} to {:.1} mm to fit between keep-out and flank",
            side.word(),
            wished * 1e3,
            size * 1e3
        );
        note_once(notes, note);
    }
    Ok(size)
}

/// Cycles per second for a figure of this radius: as asked, within what speed and acceleration leave,
/// locked to the tempo.
fn rhythm(drawing: &Drawing<'_>, over: Over, size: f64, notes: &mut Vec<String>) -> f64 {
    let (radius, advance) = reach(over, size);
    let usual = drawing.recipe.rhythm.map_or(1.0, |r| r.usual);
    let by_speed = drawing.step.speed.map(|speed| speed.get() / (TAU * radius));
    let asked = drawing.step.shape.frequency_hz.or(by_speed);
    // The centre's advance comes on top; it is fastest between its ramps.
    let fastest = FASTEST / (TAU * radius + advance / (1.0 - MOST_RAMP));
    let quickest = (QUICKEST / radius).sqrt() / TAU;
    let highest = fastest.min(quickest);
    locked(drawing, asked.unwrap_or(usual), highest, radius, notes)
}

/// A rhythm for an oscillation of `travel` (m) from end to end.
pub(super) fn rocking_rhythm(drawing: &Drawing<'_>, travel: f64, notes: &mut Vec<String>) -> f64 {
    let usual = drawing.recipe.rhythm.map_or(1.0, |r| r.usual);
    let asked = drawing.step.shape.frequency_hz.unwrap_or(usual);
    let half = 0.5 * travel;
    let highest = (FASTEST / (TAU * half)).min((QUICKEST / half).sqrt() / TAU);
    locked(drawing, asked, highest, half, notes)
}

/// A rhythm for blows.
fn blow_rhythm(drawing: &Drawing<'_>, range: Range, notes: &mut Vec<String>) -> f64 {
    let asked = drawing.step.shape.frequency_hz.unwrap_or(range.usual);
    if asked > range.most {
        let note = format!(
            "rhythm lowered from {asked:.2} to {:.2} blows a second, the most that an arm gives",
            range.most
        );
        note_once(notes, note);
    }
    lock_to_tempo(drawing, asked.min(range.most), range.most, notes)
}

fn locked(
    drawing: &Drawing<'_>,
    asked: f64,
    highest: f64,
    radius: f64,
    notes: &mut Vec<String>,
) -> f64 {
    if asked > highest {
        note_once(
            notes,
            format!(
                "rhythm lowered from {asked:.2} to {highest:.2} Hz: figures of {:.1} mm are drawn at \
                 {:.0} mm/s, {:.1} m/s² and {:.1} rad/s at most",
                radius * 1e3,
                FASTEST * 1e3,
                QUICKEST,
                crate::scene::TURNING
            ),
        );
    }
    lock_to_tempo(drawing, asked.min(highest), highest, notes)
}

/// The nearest rhythm in a simple ratio to the routine's tempo that is not above `highest`.
fn lock_to_tempo(drawing: &Drawing<'_>, wished: f64, highest: f64, notes: &mut Vec<String>) -> f64 {
    let Some(tempo) = drawing.tempo else {
        return wished;
    };
    let ratios = LOCKED.iter().map(|ratio| ratio * tempo);
    let nearest = ratios
        .filter(|f| *f <= highest * (1.0 + 1e-9))
        .min_by(|a, b| {
            (a / wished - 1.0)
                .abs()
                .total_cmp(&(b / wished - 1.0).abs())
        });
    let Some(locked) = nearest else {
        return wished;
    };
    if (locked / wished - 1.0).abs() > 1e-3 {
        let note = format!(
            "rhythm moved from {wished:.2} to {locked:.2} Hz to lock to the tempo of {:.0} a minute",
            tempo * 60.0
        );
        note_once(notes, note);
    }
    locked
}

/// How far an asked rhythm is from the nearest locked one: that one, when it is too far.
pub(crate) fn out_of_tempo(asked: f64, tempo: f64) -> Option<f64> {
    let nearest = LOCKED
        .iter()
        .map(|ratio| ratio * tempo)
        .min_by(|a, b| (a / asked - 1.0).abs().total_cmp(&(b / asked - 1.0).abs()))?;
    ((nearest / asked - 1.0).abs() > NEAR).then_some(nearest)
}

/// Rows of blows along the spine, each a stay in contact of its own.
pub(super) fn blows(
    drawing: &Drawing<'_>,
    side: Side,
    offset: f64,
    notes: &mut Vec<String>,
) -> Vec<Vec<Drawn>> {
    let range = drawing.recipe.rhythm.unwrap_or(Range {
        least: 1.0,
        usual: 1.0,
        most: 1.0,
    });
    let frequency = blow_rhythm(drawing, range, notes);
    let offset = drawing.outside_keep_out(offset, notes);
    let (from, to) = drawing.span;
    let rows = (0..drawing.repeats()).map(|row| {
        let v = offset + drawing.shift() * row as f64;
        let line = [(from, v), (to, v)];
        let cycles = (length(&line) / BLOW_PITCH).round().max(2.0);
        let beat = Beat {
            along: 0.0,
            across: 0.0,
            sense: 1.0,
            frequency,
            cycles,
            force: drawing.scale.main,
            swell: 0.0,
        };
        let mut row = drawing.clocked(side, &beaten(&line, &beat, anywhere), notes);
        row.act = super::Act::blows(frequency);
        vec![row]
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beat() -> Beat {
        Beat {
            along: 0.01,
            across: 0.006,
            sense: 1.0,
            frequency: 1.25,
            cycles: 10.0,
            force: 18.0,
            swell: 0.7,
        }
    }

    #[test]
    fn a_beat_keeps_its_rhythm_and_begins_and_ends_at_rest_on_its_course() {
        let line = [(0.0, 0.06), (0.1, 0.06)];
        let path = beaten(&line, &beat(), anywhere);
        let points = path.points();
        assert_eq!(points.len(), 801, "10 cycles at 1.25 Hz are 8 s");
        for (end, place) in [(points[0], line[0]), (points[800], line[1])] {
            assert!((end.u - place.0).abs() < 1e-12 && (end.v - place.1).abs() < 1e-12);
            assert!(end.speed < 2e-3, "{}", end.speed);
            assert!(end.relief.abs() < 1e-12);
        }
        // Downward crossings of the course: one in the middle of each cycle.
        let crossings = points
            .windows(2)
            .filter(|w| w[0].v > 0.06 && w[1].v <= 0.06)
            .count();
        assert!((9..=10).contains(&crossings), "{crossings}");
    }

    #[test]
    fn circles_of_radius_r_reach_r_to_either_side_and_mirrored_ones_turn_the_other_way() {
        let round = Beat {
            along: 0.02,
            across: 0.02,
            swell: 0.0,
            ..beat()
        };
        let path = beaten(&[(0.0, 0.06), (0.15, 0.06)], &round, anywhere);
        let widest = path.points().iter().map(|p| (p.v - 0.06).abs());
        let widest = widest.fold(0.0, f64::max);
        assert!((widest - 0.02).abs() < 2e-4, "{widest}");
        let area = |p: &Path| -> f64 {
            let steps = p.points().windows(2);
            steps.map(|w| w[0].u * w[1].v - w[1].u * w[0].v).sum()
        };
        assert!(area(&path) > 0.0 || area(&path) < 0.0);
        assert!((area(&path) + area(&path.clone().mirrored())).abs() < 1e-9);
    }

    #[test]
    fn a_swelling_press_is_full_on_the_way_on_and_light_on_the_way_back() {
        let points = beaten(&[(0.0, 0.06), (0.1, 0.06)], &beat(), anywhere);
        let points = points.points();
        for w in points[80..720].windows(2) {
            let ahead = w[1].u - w[0].u;
            if ahead > 6e-4 {
                assert!(w[1].relief < 0.3, "{ahead} {}", w[1].relief);
            } else if ahead < -4e-4 {
                assert!(w[1].relief > 0.4, "{ahead} {}", w[1].relief);
            }
        }
        let most = points.iter().map(|p| p.relief).fold(0.0, f64::max);
        assert!((most - 0.7).abs() < 0.01, "{most}");
    }

    #[test]
    fn a_centre_walks_its_whole_course_and_never_turns_back() {
        let mut last = 0.0;
        for i in 0..=1000 {
            let way = travelled(f64::from(i) / 1000.0, 8.0);
            assert!(way >= last - 1e-15);
            last = way;
        }
        assert!((last - 1.0).abs() < 1e-12);
    }

    #[test]
    fn rhythms_near_a_simple_ratio_are_in_tempo_and_others_are_told_the_nearest() {
        assert_eq!(out_of_tempo(2.0, 1.0), None);
        assert_eq!(out_of_tempo(1.03, 1.0), None);
        assert_eq!(out_of_tempo(1.4, 1.0), Some(1.0));
        assert_eq!(out_of_tempo(0.7, 1.0), Some(0.5));
    }

    #[test]
    fn rocking_stays_within_its_travel() {
        let path = rocked((0.1, 0.05), (0.0, 1.0), 0.006, (2.5, 4.0), 12.0);
        let (least, most) = path
            .points()
            .iter()
            .fold((1.0, 0.0), |(a, b): (f64, f64), p| (a.min(p.v), b.max(p.v)));
        assert!(most - least <= 0.006 + 1e-12 && most - least > 0.0058);
        assert!(path.points().iter().all(|p| (p.u - 0.1).abs() < 1e-12));
    }
}
