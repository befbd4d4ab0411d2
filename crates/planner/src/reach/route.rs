//! The choice over the whole pass: yaw, branch and redundancy.
//!
//! Each yaw has a bound, the worst over a few anchors of the best posture there; yaws are tried in its
//! order until none can beat the best way found. A posture that is simply followed through the pass and
//! stays within a hair of the bound is as good as any. Where it does not, a ladder is built: its rungs
//! are filled with postures above a floor just below the bound; a way over those is the best of all, so
//! the floor sinks only when there is none.

use core::f64::consts::PI;

use nalgebra::SVector;

use super::assembly::{Route, assembled};
use super::candidates::{Candidate, Rung, SPREAD};
use super::ladder::Way;
use super::waypoints::{Station, Waypoint, waypoints};
use super::{Reacher, turned};
use crate::scene::TOUCH_SPEED;
use crate::travel::HOVER;

/// Places at which a yaw is judged before its ladder is built.
const ANCHORS: usize = 3;
/// Floors below the bound, tried in turn; after them 0, then none.
const FLOORS: [f64; 2] = [0.05, 0.25];
/// Ways this much worse than the best are as good, if they are easier.
const SLACK: f64 = 0.03;
/// What strain counts for when a posture to be followed is chosen, against worth. Chosen.
const EASE: f64 = 0.02;
/// Sweeps that even out the self-motion, and its drift toward the middle in each (rad).
const SWEEPS: usize = 6;
const DRIFT: f64 = 0.03;
/// Drift toward the middle while a posture is simply followed (rad/s). Chosen: far below what the
/// joints can.
const DRIFT_PER_SECOND: f64 = 0.1;
/// Half turns about tool z show the same patch; a disc is the same under any, of which so many are tried.
const ROUND_YAWS: usize = 8;

/// A yaw, what its worst posture and its value (less the way there) can be at best, and postures at
/// the anchors.
struct Prospect<const D: usize> {
    yaw: f64,
    bound: f64,
    value: f64,
    anchors: Vec<(usize, Vec<Candidate<D>>)>,
}

impl<const D: usize> Prospect<D> {
    /// A place was found that allows no more than this.
    fn lower(&mut self, bound: f64) {
        self.bound = self.bound.min(bound);
        self.value = self.value.min(self.bound);
    }
}

/// Where the arm is, and what else to start from.
struct Origin<const D: usize> {
    present: SVector<f64, D>,
    /// What a radian of travel from there may cost in worth.
    transit: f64,
    seeds: Vec<SVector<f64, D>>,
}

impl<const D: usize> Reacher<'_, D> {
    /// Chooses yaw and postures for a whole pass; `round` when the patch has no yaw of its own. Each
    /// radian of joint travel from `present` to the first posture counts `transit` against it.
    pub(crate) fn route(
        &self,
        stations: &[Station],
        round: bool,
        present: &SVector<f64, D>,
        park: &SVector<f64, D>,
        transit: f64,
    ) -> Route<D> {
        let waypoints = waypoints(stations, HOVER, TOUCH_SPEED);
        let spread = (1..=SPREAD).map(|number| self.arm.spread_posture(number));
        let origin = Origin {
            present: *present,
            transit,
            seeds: [*present, *park].into_iter().chain(spread).collect(),
        };
        let mut prospects = self.prospects(&waypoints, round, &origin);
        let mut best: Option<(f64, Vec<Rung<D>>, Way)> = None;
        for prospect in &mut prospects {
            let found = best.as_ref().map_or(f64::NEG_INFINITY, |b| b.2.value);
            if found >= prospect.value - SLACK {
                break;
            }
            let way = self
                .column(&waypoints, prospect, &origin)
                .or_else(|| self.climb(&waypoints, prospect, found, &origin));
            if let Some((rungs, way)) = way
                && way.value > found
            {
                best = Some((prospect.yaw, rungs, way));
            }
        }
        match best {
            Some((yaw, rungs, way)) => {
                let parts = vec![(0, self.eased(&rungs, &way))];
                assembled(yaw, &waypoints, &parts)
            }
            None => self.broken(
                &waypoints,
                prospects.first().map_or(0.0, |p| p.yaw),
                &origin,
            ),
        }
    }

    /// The yaws with their bounds, best first.
    fn prospects(
        &self,
        waypoints: &[Waypoint],
        round: bool,
        origin: &Origin<D>,
    ) -> Vec<Prospect<D>> {
        let count = if round { ROUND_YAWS } else { 2 };
        let yaws = (0..count).map(|i| 2.0 * PI * i as f64 / count as f64);
        let last = waypoints.len().saturating_sub(1);
        let mut places: Vec<usize> = (0..ANCHORS).map(|i| i * last / (ANCHORS - 1)).collect();
        places.dedup();
        let mut seeds = origin.seeds.clone();
        let mut found: Vec<Prospect<D>> = Vec::new();
        for yaw in yaws {
            let mut anchors = Vec::new();
            let mut bound: f64 = 1.0;
            for place in &places {
                let Some(waypoint) = waypoints.get(*place) else {
                    continue;
                };
                let mut rung = rung(waypoint, yaw);
                self.take_far(&mut rung, &seeds, 0.0);
                bound = bound.min(rung.best());
                Self::thin(&mut rung);
                if !rung.candidates.is_empty() {
                    // The branches are the same all over a pass; their postures lead to the next place
                    // and to the next yaw.
                    seeds = rung.candidates.iter().map(|c| c.posture).collect();
                }
                anchors.push((*place, rung.candidates));
            }
            let first = anchors.first().into_iter().flat_map(|(_, first)| first);
            let values = first.map(|c| c.worth.least.min(bound) - entry(c, origin));
            found.push(Prospect {
                yaw,
                bound,
                value: values.fold(f64::NEG_INFINITY, f64::max),
                anchors,
            });
        }
        found.sort_by(|a, b| b.value.total_cmp(&a.value));
        found
    }

    /// One posture followed through the whole pass, when no ladder could do much better. Where the
    /// tool leaves freedom it drifts toward the middle of the joint ranges. Lowers the bound of the
    /// prospect where a place allows less than the anchors do.
    fn column(
        &self,
        waypoints: &[Waypoint],
        prospect: &mut Prospect<D>,
        origin: &Origin<D>,
    ) -> Option<(Vec<Rung<D>>, Way)> {
        let (_, first) = prospect.anchors.first()?;
        let value = |c: &Candidate<D>| {
            c.worth.least.min(prospect.bound) - entry(c, origin) - EASE * c.worth.strain
        };
        let start = *first.iter().max_by(|a, b| value(a).total_cmp(&value(b)))?;
        let mut rungs: Vec<Rung<D>> = Vec::with_capacity(waypoints.len());
        let (mut here, mut worst) = (start, start.worth.least);
        for waypoint in waypoints {
            let mut rung = rung(waypoint, prospect.yaw);
            if !rungs.is_empty() {
                let drift = DRIFT_PER_SECOND * rung.seconds;
                let seed = self.toward_centre(&here.posture, drift);
                let posture = self.solve(&rung.base_from_tool, &seed, 12).ok()?;
                let worth = self.worth(&posture, rung.force, f64::NEG_INFINITY)?;
                here = Candidate { posture, worth };
                worst = worst.min(worth.least);
            }
            if worst < prospect.bound - SLACK {
                prospect.lower(self.bound_at(&rung, &here, &prospect.anchors));
                if worst < prospect.bound - SLACK {
                    return None;
                }
            }
            rung.candidates.push(here);
            if let Some(before) = rungs.last()
                && self.edges(before, &rung).is_empty()
            {
                return None;
            }
            rungs.push(rung);
        }
        let value = worst - entry(&start, origin);
        let way = Way {
            nodes: vec![0; rungs.len()],
            worst,
            value,
        };
        (value >= prospect.value - 2.0 * SLACK).then_some((rungs, way))
    }

    /// Worth of the best posture at a place, looked for from one that is there and from the anchors.
    fn bound_at(
        &self,
        empty: &Rung<D>,
        here: &Candidate<D>,
        anchors: &[(usize, Vec<Candidate<D>>)],
    ) -> f64 {
        let mut rung = empty.clone();
        self.take_near(&mut rung, core::slice::from_ref(here), f64::NEG_INFINITY);
        let others = anchors.iter().flat_map(|(_, own)| own);
        let seeds: Vec<SVector<f64, D>> = others.map(|c| c.posture).collect();
        self.take_far(&mut rung, &seeds, f64::NEG_INFINITY);
        rung.best()
    }

    /// The best way at one yaw that is worth more than `beaten`.
    fn climb(
        &self,
        waypoints: &[Waypoint],
        prospect: &Prospect<D>,
        beaten: f64,
        origin: &Origin<D>,
    ) -> Option<(Vec<Rung<D>>, Way)> {
        let below = FLOORS.iter().map(|depth| prospect.bound - depth);
        let floors = below
            .filter(|floor| *floor > 0.0)
            .chain([0.0, f64::NEG_INFINITY]);
        // A way through worse postures may still be worth more, when it begins nearer.
        let first = prospect
            .anchors
            .first()
            .into_iter()
            .flat_map(|(_, first)| first);
        let nearest = first
            .map(|c| entry(c, origin))
            .fold(f64::INFINITY, f64::min);
        let mut best: Option<(Vec<Rung<D>>, Way)> = None;
        for floor in floors {
            let found = best.as_ref().map_or(beaten, |(_, way)| way.value);
            let floor = floor.max(beaten);
            if best.is_some() && found >= floor - nearest {
                break;
            }
            let mut rungs: Vec<Rung<D>> = waypoints.iter().map(|w| rung(w, prospect.yaw)).collect();
            if self.fill(&mut rungs, &prospect.anchors, origin, floor) {
                let ladder = self.ladder(&rungs);
                if let Some(way) = ladder.best_way(&entries(&rungs, origin), SLACK)
                    && (best.is_none() || way.value > found)
                {
                    best = Some((rungs, way));
                }
            }
            if floor <= beaten {
                break;
            }
        }
        best
    }

    /// Fills the rungs with postures above a floor; false when one stays empty.
    fn fill(
        &self,
        rungs: &mut [Rung<D>],
        anchors: &[(usize, Vec<Candidate<D>>)],
        origin: &Origin<D>,
        floor: f64,
    ) -> bool {
        let mut whole = true;
        let mut before: Vec<Candidate<D>> = Vec::new();
        for (number, rung) in rungs.iter_mut().enumerate() {
            self.take_near(rung, &before, floor);
            for (_, own) in anchors.iter().filter(|(place, _)| *place == number) {
                self.take_near(rung, own, floor);
            }
            if rung.candidates.is_empty() && floor == f64::NEG_INFINITY {
                self.take_far(rung, &origin.seeds, floor);
            }
            if rung.candidates.is_empty() {
                whole = false;
                if floor > f64::NEG_INFINITY {
                    return false;
                }
            }
            before.clone_from(&rung.candidates);
        }
        let mut after: Vec<Candidate<D>> = Vec::new();
        for rung in rungs.iter_mut().rev() {
            self.complete(rung, &after, floor);
            after.clone_from(&rung.candidates);
        }
        whole
    }

    /// The postures of a way, the self-motion evened out: each is drawn between its neighbours and
    /// toward the middle of the joint ranges, as far as that costs no worth.
    fn eased(&self, rungs: &[Rung<D>], way: &Way) -> Vec<SVector<f64, D>> {
        let chosen = way.nodes.iter().zip(rungs);
        let mut picked: Vec<Candidate<D>> = chosen
            .filter_map(|(node, rung)| rung.candidates.get(*node).copied())
            .collect();
        if D > 6 {
            for _ in 0..SWEEPS {
                for i in 0..picked.len() {
                    let (Some(rung), Some(here)) = (rungs.get(i), picked.get(i).copied()) else {
                        continue;
                    };
                    let before = picked.get(i.wrapping_sub(1)).unwrap_or(&here).posture;
                    let after = picked.get(i + 1).unwrap_or(&here).posture;
                    let drawn = here.posture * 0.4 + (before + after) * 0.3;
                    let seed = self.toward_centre(&drawn, DRIFT);
                    let floor = here.worth.least.min(way.worst);
                    if let Ok(posture) = self.solve(&rung.base_from_tool, &seed, 12)
                        && let Some(worth) = self.worth(&posture, rung.force, floor)
                        && let Some(slot) = picked.get_mut(i)
                    {
                        *slot = Candidate { posture, worth };
                    }
                }
            }
        }
        picked.iter().map(|c| c.posture).collect()
    }

    /// What there is of a pass that cannot be done in one go: the parts that hold together.
    fn broken(&self, waypoints: &[Waypoint], yaw: f64, origin: &Origin<D>) -> Route<D> {
        let mut rungs: Vec<Rung<D>> = waypoints.iter().map(|w| rung(w, yaw)).collect();
        self.fill(&mut rungs, &[], origin, f64::NEG_INFINITY);
        let mut parts = Vec::new();
        let mut start = 0;
        while let Some(rest) = rungs.get(start..).filter(|rest| !rest.is_empty()) {
            let length = self.ladder(rest).first_cut().unwrap_or(rest.len()).max(1);
            let part = rest.get(..length).unwrap_or(rest);
            if let Some(way) = self.ladder(part).best_way(&entries(part, origin), SLACK) {
                parts.push((start, self.eased(part, &way)));
            }
            start += length;
        }
        assembled(yaw, waypoints, &parts)
    }
}

fn rung<const D: usize>(waypoint: &Waypoint, yaw: f64) -> Rung<D> {
    Rung {
        base_from_tool: turned(&waypoint.base_from_tool, yaw),
        force: waypoint.force,
        seconds: waypoint.seconds,
        candidates: Vec::new(),
    }
}

fn entries<const D: usize>(rungs: &[Rung<D>], origin: &Origin<D>) -> Vec<f64> {
    let first = rungs.first().into_iter().flat_map(|r| &r.candidates);
    first.map(|c| entry(c, origin)).collect()
}

/// What the way from the present posture to a first one costs.
fn entry<const D: usize>(first: &Candidate<D>, origin: &Origin<D>) -> f64 {
    origin.transit * (first.posture - origin.present).norm()
}
