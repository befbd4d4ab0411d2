//! Passes are walked: from the park posture to the first pose, and on from neighbour to neighbour.

use nalgebra::{Point3, SVector};
use quantities::{Metres, Radians};

use super::course::{Course, Leg};
use super::margins::{Lack, Margins, ReachFigures};
use super::stand::{Detail, Stand};
use crate::reach::METRES_PER_RADIAN;

/// Between neighbouring poses no joint goes further (rad); more means that the arm folds over. Chosen.
const LONGEST_STRIDE: f64 = 0.6;
/// Drift toward the middle of the joint ranges between neighbours (rad).
const NUDGE: f64 = 0.02;
/// A pass this comfortable is taken without trying other branches.
const ENOUGH: f64 = 0.45;
/// Postures from which a pass is begun when all branches miss; as many as the planner tries.
const RESTARTS: u32 = 24;
/// After so many it is left at that when more than this share of the pass is still missed. Chosen: such
/// a base will not do.
const FIRST_RESTARTS: u32 = 6;
const HOPELESS: f64 = 0.25;
/// What a broken promise counts beside metres of missing reach (m).
const BREACH: f64 = 0.1;

/// One place of a walk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Visit<const D: usize> {
    pub tool: usize,
    pub posture: SVector<f64, D>,
    /// `None` where no posture puts the tool there.
    pub margins: Option<Margins>,
    /// What is lacking, when the place is not served.
    pub lack: Option<Lack>,
    pub comfort: f64,
}

/// One pass, walked.
#[derive(Clone, Debug)]
pub(super) struct LegWalk<const D: usize> {
    pub visits: Vec<Visit<D>>,
    /// Which of the branches it starts from.
    branch: usize,
    worth: Worth,
}

/// All passes, walked.
#[derive(Clone, Debug)]
pub(super) struct Tour<const D: usize> {
    pub legs: Vec<LegWalk<D>>,
    pub worth: Worth,
    /// The posture over the middle of the work in the branch that serves most passes.
    pub hub: Option<SVector<f64, D>>,
}

/// How good a base is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Worth {
    /// Places that are not served.
    pub missed: usize,
    /// By how much, together (m).
    pub shortfall: f64,
    /// Least comfort of the served places, and the sum over all for the mean.
    pub comfort: f64,
    pub mean: f64,
}

impl Worth {
    pub(super) const NONE: Self = Self {
        missed: usize::MAX,
        shortfall: f64::INFINITY,
        comfort: 0.0,
        mean: 0.0,
    };

    /// Fewer missed places first; then what lacks, or the comfort of the worst place.
    pub(super) fn beats(&self, other: &Self) -> bool {
        if self.missed != other.missed {
            return self.missed < other.missed;
        }
        if self.missed > 0 && (self.shortfall - other.shortfall).abs() > 1e-9 {
            return self.shortfall < other.shortfall;
        }
        self.merit() > other.merit() + 1e-9
    }

    /// The worst place counts; the mean parts what is equal.
    fn merit(&self) -> f64 {
        self.comfort + 0.1 * self.mean
    }

    fn of<'v, const D: usize>(visits: impl Iterator<Item = &'v Visit<D>>, missing: f64) -> Self {
        let mut worth = Self {
            missed: 0,
            shortfall: missing,
            comfort: 1.0,
            mean: 0.0,
        };
        let mut count = 0.0;
        for visit in visits {
            count += 1.0;
            match visit.lack {
                Some(lack) => {
                    worth.missed += 1;
                    if lack != Lack::Reach {
                        worth.shortfall += BREACH;
                    }
                }
                None => worth.comfort = worth.comfort.min(visit.comfort),
            }
            worth.mean += visit.comfort.max(0.0);
        }
        worth.mean /= f64::max(count, 1.0);
        worth
    }
}

impl<const D: usize> Stand<'_, D> {
    /// Walks all passes, each in the branch that serves it best; earlier branches are preferred.
    pub(super) fn tour(
        &self,
        course: &Course,
        branches: &[SVector<f64, D>],
        detail: Detail,
    ) -> Tour<D> {
        let mut legs = Vec::with_capacity(course.legs.len());
        for leg in &course.legs {
            legs.extend(self.best_walk(leg, branches, course.is_whole, detail));
        }
        let shortfall = legs.iter().map(|leg| leg.worth.shortfall).sum::<f64>();
        let mut worth = Worth::of(legs.iter().flat_map(|leg| &leg.visits), 0.0);
        worth.shortfall = shortfall;
        if legs.len() < course.legs.len() {
            // Without any posture over the work nothing is served.
            worth.missed = course.len();
            worth.shortfall = f64::INFINITY;
        }
        let serves = |branch: usize| legs.iter().filter(|leg| leg.branch == branch).count();
        let main = (0..branches.len()).max_by_key(|b| (serves(*b), usize::MAX - b));
        Tour {
            hub: main.and_then(|b| branches.get(b)).copied(),
            legs,
            worth,
        }
    }

    fn best_walk(
        &self,
        leg: &Leg,
        branches: &[SVector<f64, D>],
        is_whole: bool,
        detail: Detail,
    ) -> Option<LegWalk<D>> {
        let mut best: Option<LegWalk<D>> = None;
        for (branch, start) in branches.iter().enumerate() {
            for &yaw in leg.yaws {
                let walk = self.walk(leg, (branch, start), yaw, is_whole, detail);
                if best.as_ref().is_none_or(|old| walk.worth.beats(&old.worth)) {
                    best = Some(walk);
                }
                if let Some(best) = &best
                    && best.worth.missed == 0
                    && best.worth.comfort > ENOUGH
                {
                    return Some(best.clone());
                }
            }
        }
        if is_whole && best.as_ref().is_none_or(|walk| walk.worth.missed > 0) {
            return self.restarted(leg, best, detail);
        }
        best
    }

    /// Where the branches miss a place, the pass is begun from postures all over the joint ranges, as
    /// the planner does.
    fn restarted(
        &self,
        leg: &Leg,
        mut best: Option<LegWalk<D>>,
        detail: Detail,
    ) -> Option<LegWalk<D>> {
        for number in 1..=RESTARTS {
            let hopeless =
                |walk: &LegWalk<D>| walk.worth.missed as f64 > HOPELESS * leg.spots.len() as f64;
            if number > FIRST_RESTARTS && best.as_ref().is_none_or(hopeless) {
                break;
            }
            let Some(start) = self.arms.first().map(|arm| arm.spread_posture(number)) else {
                break;
            };
            for &yaw in leg.yaws {
                let walk = self.walk(leg, (usize::MAX, &start), yaw, true, detail);
                if best.as_ref().is_none_or(|old| walk.worth.beats(&old.worth)) {
                    best = Some(walk);
                }
            }
            if best.as_ref().is_some_and(|walk| walk.worth.missed == 0) {
                break;
            }
        }
        best
    }

    fn walk(
        &self,
        leg: &Leg,
        (branch, start): (usize, &SVector<f64, D>),
        yaw: f64,
        is_whole: bool,
        detail: Detail,
    ) -> LegWalk<D> {
        let mut visits: Vec<Visit<D>> = Vec::with_capacity(leg.spots.len());
        let mut missing = 0.0;
        let mut posture = self.beginning(leg, start, yaw, detail);
        for (number, spot) in leg.spots.iter().enumerate() {
            let target = self.target(spot, yaw);
            let seed = self.toward_centre(&posture, if number == 0 { 0.0 } else { NUDGE });
            let steps = if is_whole && number > 0 { 20 } else { 50 };
            let found = self.solve(leg.tool, &target, &seed, steps);
            let visit = match found {
                Ok(q) => {
                    let strides = is_whole && number > 0;
                    let folds = strides && (q - posture).amax() > LONGEST_STRIDE;
                    self.visited(leg.tool, &q, spot.force, folds, detail)
                }
                Err(failure) => {
                    let miss = failure.position_residual.get()
                        + METRES_PER_RADIAN * failure.orientation_residual.get();
                    missing += miss.min(1.0);
                    Visit {
                        tool: leg.tool,
                        posture: failure.nearest,
                        margins: None,
                        lack: Some(Lack::Reach),
                        comfort: 0.0,
                    }
                }
            };
            posture = visit.posture;
            visits.push(visit);
        }
        let worth = Worth::of(visits.iter(), missing);
        LegWalk {
            visits,
            branch,
            worth,
        }
    }

    /// The posture for the first pose, coming from over the middle of the work.
    fn beginning(
        &self,
        leg: &Leg,
        start: &SVector<f64, D>,
        yaw: f64,
        detail: Detail,
    ) -> SVector<f64, D> {
        let Some(first) = leg.spots.first() else {
            return *start;
        };
        let target = self.target(first, yaw);
        // A turn of the patch is a turn of the last joint, or nearly.
        let turned = self.with_last_turned(start, yaw);
        let found = turned
            .and_then(|seed| self.solve(leg.tool, &target, &seed, 40).ok())
            .or_else(|| self.solve(leg.tool, &target, start, 60).ok());
        let settling = match detail {
            Detail::Joints => 2,
            Detail::Full => 16,
        };
        found.map_or(*start, |q| self.settled(leg.tool, &target, &q, settling))
    }

    fn with_last_turned(&self, q: &SVector<f64, D>, yaw: f64) -> Option<SVector<f64, D>> {
        use core::f64::consts::TAU;
        let arm = self.arms.first()?;
        let last = D.checked_sub(1)?;
        let (lower, upper) = (arm.limits().lower[last], arm.limits().upper[last]);
        let ways = [yaw, yaw - TAU, yaw + TAU].map(|turn| q[last] + turn);
        let inside = ways.into_iter().filter(|x| *x > lower && *x < upper);
        let nearest = inside.min_by(|a, b| (a - q[last]).abs().total_cmp(&(b - q[last]).abs()))?;
        let mut turned = *q;
        turned[last] = nearest;
        Some(turned)
    }

    /// Looks at a posture that puts the tool on its place.
    pub(super) fn visited(
        &self,
        tool: usize,
        q: &SVector<f64, D>,
        force: f64,
        folds: bool,
        detail: Detail,
    ) -> Visit<D> {
        let margins = self.margins(tool, q, force, detail);
        let (comfort, tightest) = margins.comfort();
        let lack = if folds {
            Some(Lack::Reach)
        } else {
            (comfort < 0.0).then_some(tightest)
        };
        Visit {
            tool,
            posture: *q,
            margins: Some(margins),
            lack,
            comfort,
        }
    }
}

impl<const D: usize> Tour<D> {
    pub(super) fn visits(&self) -> impl Iterator<Item = &Visit<D>> {
        self.legs.iter().flat_map(|leg| &leg.visits)
    }

    /// The least comfortable of the served places, else the first that is not served.
    pub(super) fn worst(&self) -> Option<&Visit<D>> {
        let served = self.visits().filter(|visit| visit.lack.is_none());
        let worst = served.min_by(|a, b| a.comfort.total_cmp(&b.comfort));
        worst.or_else(|| self.visits().next())
    }

    /// The arm at its worst place, for the picture.
    pub(super) fn arm(&self, stand: &Stand<'_, D>) -> Vec<Point3<f64>> {
        self.worst()
            .map(|visit| stand.arm_at(visit.tool, &visit.posture))
            .unwrap_or_default()
    }

    /// Places that are not served: step from 1, along the spine and beside it, what is lacking.
    fn unserved(&self, course: &Course) -> Vec<(usize, Metres, Metres, Lack)> {
        let mut unserved = Vec::new();
        for (number, leg) in course.legs.iter().enumerate() {
            let visits = self.legs.get(number).map_or(&[][..], |walk| &walk.visits);
            for (i, spot) in leg.spots.iter().enumerate() {
                let lack = visits.get(i).map_or(Some(Lack::Reach), |visit| visit.lack);
                let place = (Metres::new(spot.u), Metres::new(spot.v));
                unserved.extend(lack.map(|lack| (leg.step + 1, place.0, place.1, lack)));
            }
        }
        unserved
    }

    /// Worst margins over all places that have a posture, and what the others lack.
    pub(super) fn figures(&self, course: &Course) -> ReachFigures {
        let worst = self
            .visits()
            .filter_map(|visit| visit.margins)
            .fold(Margins::BEST, |worst, margins| worst.worse(&margins));
        let unserved = self.unserved(course);
        let mut lacks: Vec<(Lack, usize)> = Vec::new();
        let mut steps: Vec<usize> = Vec::new();
        for (step, _, _, lack) in &unserved {
            match lacks.iter_mut().find(|known| known.0 == *lack) {
                Some(known) => known.1 += 1,
                None => lacks.push((*lack, 1)),
            }
            if steps.last() != Some(step) {
                steps.push(*step);
            }
        }
        lacks.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        let served = self.visits().filter(|visit| visit.lack.is_none());
        let comforts = served.map(|visit| visit.comfort);
        ReachFigures {
            places: course.len(),
            unreached: unserved.len(),
            lacks,
            first_unreached: unserved.first().map(|(step, u, v, _)| (*step, *u, *v)),
            unreached_steps: steps,
            comfort: comforts.reduce(f64::min).unwrap_or(0.0),
            tightest: worst.comfort().1,
            manipulability: worst.gain,
            joint_margin: (worst.joint.0 + 1, Radians::new(worst.joint.1)),
            torque_reserve: (worst.reserve.0 + 1, worst.reserve.1),
            clearance: Metres::new(worst.clearance.min(worst.surroundings)),
        }
    }
}
