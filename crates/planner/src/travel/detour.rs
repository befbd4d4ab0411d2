//! A way round, searched for when no fixed shape of free motion is clear.
//!
//! ```text
//! hover ─▶ straight up while that is clear ─▶ two trees of short clear ways ─▶ down, or parked
//!                                             that grow toward each other
//! ```
//! RRT-Connect (Kuffner and LaValle, "RRT-Connect: an efficient approach to single-query path
//! planning", 2000): one tree grows a short step toward a sample, the other runs toward the new posture
//! until something is in its way, and they change places. The samples are a fixed sequence, so the same
//! ends give the same way, bit for bit. What is found is shortened, rounded and timed like every free
//! motion, and counts only when the whole proof holds for it.

use nalgebra::SVector;
use plan::Knot;

use super::{CREST_MARGIN, JOINT_STEP};
use crate::reach::PLANNED_JOINT_MARGIN;
use crate::scene::Scene;

/// Distance over the limits that the search keeps (m), in turn: rounding the corners takes some of it,
/// tight places leave less. Chosen.
const MARGINS: [f64; 2] = [0.015, 0.004];
/// The tool goes straight up for this long where it can (m over the highest skin).
const LIFT: f64 = CREST_MARGIN;
/// Longest step of a tree (rad, of the joint that moves most). Chosen.
const STEP: f64 = 0.1;
/// Postures on a straight way are looked at this far apart (rad, as above). Chosen: the proof looks
/// again every 10 ms.
const GRAIN: f64 = 0.02;
/// Samples, and postures looked at, before the search gives up: about a second. Chosen.
const MOST_SAMPLES: u32 = 3000;
const MOST_LOOKS: u32 = 60_000;
/// Samples lie this far outside the box around the two ends (rad), in turn, for as many samples as
/// [`ROUND`] says: most ways round are short.
const WIDTHS: [f64; 4] = [0.6, 1.5, 3.0, core::f64::consts::TAU];
const ROUND: u32 = 32;
/// Shortcuts that are tried.
const SHORTCUTS: u32 = 150;
/// The points along the way are laid this much denser, in turn: the corners then round tighter.
const FINER: [f64; 3] = [1.0, 2.0, 4.0];

/// One end of a free motion.
#[derive(Clone, Copy, Debug)]
pub(crate) struct End<'q, const D: usize> {
    pub posture: &'q SVector<f64, D>,
    /// Over the body: the tool leaves and comes straight along a vertical.
    pub hovers: bool,
}

/// A way that was found and proved.
#[derive(Clone, Debug)]
pub(crate) struct Detour<const D: usize> {
    pub knots: Vec<Knot<D>>,
    /// Postures between the two lifted ends at which the way turns.
    pub turns: usize,
}

impl<const D: usize> Scene<'_, D> {
    /// Searches for a free motion; `None` when none was found within the bounds of the search.
    pub(crate) fn detour(&self, from: End<'_, D>, to: End<'_, D>) -> Option<Detour<D>> {
        let found = |margin: &f64| self.detour_with(from, to, *margin);
        MARGINS.iter().find_map(found)
    }

    fn detour_with(&self, from: End<'_, D>, to: End<'_, D>, margin: f64) -> Option<Detour<D>> {
        let up = self.lifted(from, margin)?;
        let mut down = self.lifted(to, margin)?;
        down.reverse();
        let mut search = Search {
            is_clear: |q: &SVector<f64, D>| self.has_room(q, margin),
            spread: |number| self.spread(number),
            bounds: self.bounds(),
            looks: MOST_LOOKS,
        };
        let found = search.connect(up.last()?, down.first()?)?;
        let corners = search.shortened(found);
        FINER.iter().find_map(|finer| {
            let mut postures = up.clone();
            postures.extend(dense(&corners, JOINT_STEP / finer));
            postures.extend(down.iter().skip(1));
            let knots = self.timed(&postures);
            let turns = corners.len().saturating_sub(2);
            self.holds(&knots).then_some(Detour { knots, turns })
        })
    }

    /// Straight up from an end that hovers, as far as that is clear and to where there is room to turn
    /// away; the end alone when it rests beside the body.
    fn lifted(&self, end: End<'_, D>, margin: f64) -> Option<Vec<SVector<f64, D>>> {
        let mut way = vec![*end.posture];
        if end.hovers {
            let climb = self.climb(end.posture, self.highest_skin() + LIFT);
            let clear = climb.into_iter().skip(1);
            way.extend(clear.take_while(|q| self.has_room(q, 0.0)));
        }
        while !self.has_room(way.last()?, margin) {
            way.pop();
        }
        Some(way)
    }

    /// Where postures may lie: the joint ranges less the margin.
    fn bounds(&self) -> (SVector<f64, D>, SVector<f64, D>) {
        let limits = self.arm.limits();
        (
            limits.lower.add_scalar(PLANNED_JOINT_MARGIN),
            limits.upper.add_scalar(-PLANNED_JOINT_MARGIN),
        )
    }

    /// The `number`-th of a sequence that fills the unit cube evenly.
    fn spread(&self, number: u32) -> SVector<f64, D> {
        let limits = self.arm.limits();
        let posture = self.arm.spread_posture(number);
        SVector::from_fn(|i, _| {
            let range = limits.upper[i] - limits.lower[i];
            if range.is_finite() {
                (posture[i] - limits.lower[i]) / range
            } else {
                // Without ends the sequence covers one turn around 0.
                posture[i] / core::f64::consts::TAU + 0.5
            }
        })
    }
}

/// A posture and the one it was reached from.
type Tree<const D: usize> = Vec<(SVector<f64, D>, usize)>;

/// Where a tree came to when it was grown toward a posture.
enum Growth {
    /// There, at this index.
    Arrived(usize),
    /// Something was in the way; the last new posture, if there was one.
    Stopped(Option<usize>),
}

struct Search<C, S, const D: usize> {
    is_clear: C,
    /// Points of the unit cube by number.
    spread: S,
    /// Least and greatest joint positions (rad).
    bounds: (SVector<f64, D>, SVector<f64, D>),
    /// Postures that may still be looked at.
    looks: u32,
}

impl<C, S, const D: usize> Search<C, S, D>
where
    C: Fn(&SVector<f64, D>) -> bool,
    S: Fn(u32) -> SVector<f64, D>,
{
    /// Postures from start to goal, straight clear ways between neighbours.
    fn connect(
        &mut self,
        start: &SVector<f64, D>,
        goal: &SVector<f64, D>,
    ) -> Option<Vec<SVector<f64, D>>> {
        if self.is_way(start, goal) {
            return Some(vec![*start, *goal]);
        }
        let (mut near, mut far) = (vec![(*start, 0)], vec![(*goal, 0)]);
        let mut is_swapped = false;
        for number in 1..=MOST_SAMPLES {
            if self.looks == 0 {
                return None;
            }
            let sample = self.sampled(number, start, goal);
            let grown = match self.grow(&mut near, &sample, 1) {
                Growth::Arrived(at) | Growth::Stopped(Some(at)) => near.get(at).map(|n| (at, n.0)),
                Growth::Stopped(None) => None,
            };
            if let Some((at, posture)) = grown
                && let Growth::Arrived(met) = self.grow(&mut far, &posture, u32::MAX)
            {
                let mut way = back_to_root(&near, at);
                way.reverse();
                // Both trees hold the posture where they met.
                way.extend(back_to_root(&far, met).into_iter().skip(1));
                if is_swapped {
                    way.reverse();
                }
                return Some(way);
            }
            core::mem::swap(&mut near, &mut far);
            is_swapped = !is_swapped;
        }
        None
    }

    /// The `number`-th sample: spread over a box around both ends that widens and narrows again.
    fn sampled(
        &self,
        number: u32,
        start: &SVector<f64, D>,
        goal: &SVector<f64, D>,
    ) -> SVector<f64, D> {
        let width = WIDTHS[(number / ROUND) as usize % WIDTHS.len()];
        let (lower, upper) = self.bounds;
        let share = (self.spread)(number);
        SVector::from_fn(|i, _| {
            let low = (start[i].min(goal[i]) - width).max(lower[i]);
            let high = (start[i].max(goal[i]) + width).min(upper[i]);
            low + (high - low) * share[i]
        })
    }

    /// Grows a tree from its nearest posture toward another by at most so many steps.
    fn grow(&mut self, tree: &mut Tree<D>, toward: &SVector<f64, D>, most: u32) -> Growth {
        let mut at = nearest(tree, toward);
        let mut last = None;
        for _ in 0..most {
            let Some((from, _)) = tree.get(at).copied() else {
                break;
            };
            let gap = toward - from;
            let is_there = gap.amax() <= STEP;
            let next = if is_there {
                *toward
            } else {
                from + gap * (STEP / gap.amax())
            };
            if !self.is_way(&from, &next) {
                break;
            }
            tree.push((next, at));
            at = tree.len() - 1;
            last = Some(at);
            if is_there {
                return Growth::Arrived(at);
            }
        }
        Growth::Stopped(last)
    }

    /// True when the straight way to a posture is clear, and looking is still allowed.
    fn is_way(&mut self, from: &SVector<f64, D>, to: &SVector<f64, D>) -> bool {
        let gap = to - from;
        let pieces = (gap.amax() / GRAIN).ceil().max(1.0);
        // From the end: what is in the way mostly lies there.
        (1..=pieces as usize).rev().all(|i| {
            let may_look = self.looks > 0;
            self.looks = self.looks.saturating_sub(1);
            may_look && (self.is_clear)(&(from + gap * (i as f64 / pieces)))
        })
    }

    /// The same way with what can be cut cut away: first between places spread over the whole way, then
    /// corner by corner.
    fn shortened(&mut self, mut way: Vec<SVector<f64, D>>) -> Vec<SVector<f64, D>> {
        // Looks of their own: what the search left over must not decide.
        self.looks = MOST_LOOKS;
        for number in 1..=SHORTCUTS {
            let (a, b) = spread_pair(number);
            let place = |share: f64| (share * way.len() as f64) as usize;
            let (first, last) = (place(a.min(b)), place(a.max(b)).min(way.len() - 1));
            if last > first + 1 && self.is_way(&way[first], &way[last]) {
                way.drain(first + 1..last);
            }
        }
        let mut corner = 1;
        while corner + 1 < way.len() {
            if self.is_way(&way[corner - 1], &way[corner + 1]) {
                way.remove(corner);
            } else {
                corner += 1;
            }
        }
        way
    }
}

/// The `number`-th of a sequence of pairs in [0, 1) that fills the square evenly: multiples of the
/// powers of 1 / 1.3247.., the real root of x³ = x + 1.
fn spread_pair(number: u32) -> (f64, f64) {
    let along = |step: f64| (f64::from(number) * step).fract();
    (along(0.754_877_666_246_693), along(0.569_840_290_998_053))
}

/// Index of the nearest posture of a tree; the first of equals.
fn nearest<const D: usize>(tree: &Tree<D>, to: &SVector<f64, D>) -> usize {
    let away = |(at, _): &(SVector<f64, D>, usize)| (at - to).norm_squared();
    let all = tree.iter().enumerate().map(|(i, node)| (i, away(node)));
    all.min_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |n| n.0)
}

/// Postures from one of a tree to its root.
fn back_to_root<const D: usize>(tree: &Tree<D>, from: usize) -> Vec<SVector<f64, D>> {
    let mut way = Vec::new();
    let mut at = from;
    while let Some((posture, parent)) = tree.get(at) {
        way.push(*posture);
        if *parent == at {
            break;
        }
        at = *parent;
    }
    way
}

/// Points on the straight ways between corners, without the very first.
fn dense<const D: usize>(corners: &[SVector<f64, D>], step: f64) -> Vec<SVector<f64, D>> {
    let legs = corners.iter().zip(corners.iter().skip(1));
    legs.flat_map(|(from, to)| {
        let gap = to - from;
        let pieces = (gap.amax() / step).ceil().max(1.0);
        (1..=pieces as usize).map(move |i| from + gap * (i as f64 / pieces))
    })
    .collect()
}

#[cfg(test)]
mod tests;
