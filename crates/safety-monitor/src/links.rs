//! Links and tool against table, floor, the client's skin and each other, a piece a cycle.
//!
//! ```text
//! cycle 1        2              3          4        5 ...
//! place all ──▶ table, floor ──▶ skin ──▶ itself ──▶ place all again
//! ```
//!
//! Distances change slowly, so they are looked up in rounds: a finding is at most [`STALE`] cycles old when
//! the next one replaces it. Until then it stands for its worst case: nearer by what it closed in since the
//! round before, gone on for as long. Reckoned at 1 m/s at most (faster than any tool may move freely), 8 ms
//! are 8 mm. A loop slower than 1 kHz looks at more pieces a cycle, up to a whole round, so that a finding grows no
//! older than it must. The rules ask for two rounds in a row, as one odd sample shall not trip.
//!
//! The tool is not held against the skin: that is its work, and force and keep-out have rules of their own.

use kinematics::{ArmModel, ArmShape, BodyPart, Placed, Rod, ShapePart, TableTop};
use nalgebra::{Isometry3, SVector};
use quantities::{Base, Point, Table, Transform};

use crate::Skin;

/// Cycles of a round.
pub(crate) const ROUND: u8 = 4;
/// Cycles after which a finding is replaced at the latest: one round and the place within it.
const STALE: f64 = 2.0 * ROUND as f64;
/// Period of the loop at which one piece is looked at in a cycle (s).
const SHORTEST_PERIOD: f64 = 0.001;
/// Fastest approach that is reckoned with (m/s).
const FASTEST: f64 = 1.0;
/// Points on a capsule's axis are this far apart at most (m).
const AXIS_STEP: f64 = 0.030;
/// Least distance of a link from the believed skin (m). Chosen: the plan keeps 20 mm, of which the breath
/// takes 10 and tracking a few.
const OFF_SKIN: f64 = 0.003;
/// The last link rides over the skin with the tool: it may come this much nearer (m) than nothing. Chosen:
/// what the tool sinks in and the breath lifts the skin beside it, which the believed skin does not show.
const SINKS_WITH_TOOL: f64 = 0.025;

/// Distances to spare (m), each at its worst until the next is found; infinite before the first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Gaps {
    /// From table and floor, links and tool.
    pub table: f64,
    /// From the skin less what must be kept, links beyond the tool.
    pub skin: f64,
    /// Between two parts of the arm.
    pub own: f64,
}

/// One of these over the rounds.
#[derive(Clone, Copy, Debug)]
struct Trend {
    last: Option<f64>,
    worst: f64,
}

impl Trend {
    const NEW: Self = Self {
        last: None,
        worst: f64::INFINITY,
    };

    /// A new finding, a round of `seconds` after the one before.
    fn look(&mut self, gap: f64, seconds: f64) {
        let closing = self.last.map_or(0.0, |last| (last - gap) / seconds);
        // A gap that was or is infinite closes at no speed that could be told.
        let closing = if closing.is_finite() { closing } else { 0.0 };
        let ahead = seconds * (STALE / f64::from(ROUND));
        self.worst = gap - closing.clamp(0.0, FASTEST) * ahead;
        self.last = Some(gap);
    }
}

/// Looks at the arm's body.
#[derive(Clone, Debug)]
pub(crate) struct Links<const D: usize> {
    shapes: Vec<ArmShape<D>>,
    table: TableTop,
    table_from_base: Isometry3<f64>,
    /// Seconds of a round.
    round: f64,
    /// Pieces looked at in a cycle.
    pieces: u8,
    /// The tool that `placed` was made with.
    tool: usize,
    placed: Placed,
    phase: u8,
    gaps: [Trend; 3],
}

impl<const D: usize> Links<D> {
    /// `shapes` by tool; a tool without one is not looked at.
    pub fn new(
        shapes: Vec<ArmShape<D>>,
        table: TableTop,
        base_from_table: &Transform<Base, Table>,
        period: f64,
    ) -> Self {
        let pieces = (period / SHORTEST_PERIOD)
            .round()
            .clamp(1.0, f64::from(ROUND)) as u8;
        Self {
            shapes,
            table,
            table_from_base: base_from_table.raw().inverse(),
            round: period * f64::from(ROUND.div_ceil(pieces)),
            pieces,
            tool: 0,
            placed: Placed::NONE,
            phase: 0,
            gaps: [Trend::NEW; 3],
        }
    }

    /// Looks at the next pieces. Without usable positions the last findings stand: other rules watch over
    /// that. `None` when there is nothing to compare.
    pub fn look(
        &mut self,
        tool: usize,
        model: &ArmModel<D>,
        positions: Option<&SVector<f64, D>>,
        skin: &Skin,
    ) -> Option<Gaps> {
        let shape = self.shapes.get(tool).filter(|s| !s.parts().is_empty())?;
        if tool != self.tool {
            (self.tool, self.phase, self.gaps) = (tool, 0, [Trend::NEW; 3]);
        }
        for _ in 0..self.pieces {
            match self.phase {
                0 => {
                    if let Some(positions) = positions {
                        let links = model.link_poses(positions);
                        let in_table = links.map(|link| self.table_from_base * link);
                        self.placed = shape.place_on(&self.table_from_base, &in_table);
                        self.phase = 1;
                    }
                }
                1 => {
                    let gap = from_table(&self.table, shape, &self.placed);
                    self.gaps[0].look(gap, self.round);
                    self.phase = 2;
                }
                2 => {
                    let gap = from_skin(skin, shape, &self.placed);
                    self.gaps[1].look(gap, self.round);
                    self.phase = 3;
                }
                _ => {
                    let nearest = shape.self_distance(&self.placed);
                    let gap = nearest.map_or(f64::INFINITY, |p| p.distance);
                    self.gaps[2].look(gap, self.round);
                    self.phase = 0;
                }
            }
        }
        let [table, skin, own] = self.gaps.map(|gap| gap.worst);
        Some(Gaps { table, skin, own })
    }
}

fn moving<'p>(
    parts: &'p [ShapePart],
    placed: &'p Placed,
) -> impl Iterator<Item = (&'p ShapePart, &'p Rod)> {
    let all = parts.iter().zip(placed.rods());
    all.filter(|(part, _)| part.part != BodyPart::Foot)
}

fn from_table<const D: usize>(table: &TableTop, shape: &ArmShape<D>, placed: &Placed) -> f64 {
    moving(shape.parts(), placed).fold(f64::INFINITY, |least, (_, rod)| {
        let least = least.min(table.floor_distance(rod));
        // Over the top a rod is at least as far away as it is high.
        if rod.a.z.min(rod.b.z) - rod.radius >= least {
            least
        } else {
            least.min(table.slab_distance(rod))
        }
    })
}

fn from_skin<const D: usize>(skin: &Skin, shape: &ArmShape<D>, placed: &Placed) -> f64 {
    let mut least = f64::INFINITY;
    for (part, rod) in moving(shape.parts(), placed) {
        let kept = match part.part {
            BodyPart::Link(joint) if joint + 1 < D => OFF_SKIN,
            BodyPart::Link(_) => -SINKS_WITH_TOOL,
            BodyPart::Foot | BodyPart::Tool => continue,
        };
        if rod.a.z.min(rod.b.z) - skin.highest() - rod.radius - kept >= least {
            continue;
        }
        let along = rod.b - rod.a;
        // Bounded: no capsule is longer than the arm.
        let pieces = (along.norm() / AXIS_STEP).ceil().clamp(1.0, 100.0);
        for i in 0..=pieces as usize {
            let place = Point::from_raw(rod.a + along * (i as f64 / pieces));
            if let Some(distance) = skin.distance(&place) {
                least = least.min(distance - rod.radius - kept);
            }
        }
    }
    least
}

#[cfg(test)]
mod tests;
