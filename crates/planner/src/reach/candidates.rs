//! The postures that compete at one waypoint: every branch that the seeds lead to, and along each of
//! them the self-motion of a seventh joint in even steps.

use nalgebra::{Isometry3, Matrix6, SVector};

use super::worth::Worth;
use super::{Reacher, Station, turned};

/// Postures nearer than this (rad, over all joints) are one.
const SAME: f64 = 0.15;
/// Seeds spread over the joint ranges.
pub(super) const SPREAD: u32 = 24;
/// Step of the self-motion (rad, over all joints).
const SELF_STEP: f64 = 0.25;
/// Postures at one waypoint at most, and of them those that start a column.
const MOST: usize = 24;
const COLUMNS: usize = 10;
/// Tries from far seeds, and from those of a neighbour.
const FAR: u32 = 60;
const NEAR: u32 = 12;

/// A posture that reaches a waypoint.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate<const D: usize> {
    pub posture: SVector<f64, D>,
    pub worth: Worth,
}

/// The candidates of one waypoint.
#[derive(Clone, Debug)]
pub(super) struct Rung<const D: usize> {
    pub base_from_tool: Isometry3<f64>,
    pub force: f64,
    /// Time that the tool takes from the rung before (s).
    pub seconds: f64,
    pub candidates: Vec<Candidate<D>>,
}

impl<const D: usize> Rung<D> {
    /// Worth of the best candidate.
    pub(super) fn best(&self) -> f64 {
        let worths = self.candidates.iter().map(|c| c.worth.least);
        worths.fold(f64::NEG_INFINITY, f64::max)
    }

    fn has_near(&self, posture: &SVector<f64, D>) -> bool {
        self.candidates
            .iter()
            .any(|c| (c.posture - posture).norm_squared() < SAME * SAME)
    }
}

impl<const D: usize> Reacher<'_, D> {
    /// Worth of the best posture at one station, over the half turns; minus infinity when none reaches.
    pub(crate) fn best_at(&self, station: &Station, park: &SVector<f64, D>) -> f64 {
        let spread = (1..=SPREAD).map(|number| self.arm.spread_posture(number));
        let seeds: Vec<SVector<f64, D>> = core::iter::once(*park).chain(spread).collect();
        let best = |yaw: f64| {
            let mut rung = Rung {
                base_from_tool: turned(&station.base_from_tool, yaw),
                force: station.force,
                seconds: 0.0,
                candidates: Vec::new(),
            };
            self.take_far(&mut rung, &seeds, 0.0);
            rung.best()
        };
        best(0.0).max(best(core::f64::consts::PI))
    }

    /// Adds what far seeds lead to.
    pub(super) fn take_far(&self, rung: &mut Rung<D>, seeds: &[SVector<f64, D>], floor: f64) {
        for seed in seeds {
            self.take(rung, seed, floor, FAR);
        }
        self.spread(rung, floor);
    }

    /// Keeps the easiest few, and the one of the greatest worth.
    pub(super) fn thin(rung: &mut Rung<D>) {
        let all = &mut rung.candidates;
        all.sort_by(|a, b| a.worth.strain.total_cmp(&b.worth.strain));
        let best = all.iter().copied().reduce(|best, c| {
            if c.worth.least > best.worth.least {
                c
            } else {
                best
            }
        });
        all.truncate(COLUMNS);
        all.extend(best.filter(|b| all.iter().all(|c| c.posture != b.posture)));
    }

    /// Adds the continuation of a neighbour's candidates, and what lies beside it.
    pub(super) fn take_near(&self, rung: &mut Rung<D>, others: &[Candidate<D>], floor: f64) {
        for other in others {
            self.take(rung, &other.posture, floor, NEAR);
        }
        self.spread(rung, floor);
    }

    /// Adds the continuation of those of a neighbour's candidates that have none yet.
    pub(super) fn complete(&self, rung: &mut Rung<D>, others: &[Candidate<D>], floor: f64) {
        for other in others {
            if !rung.has_near(&other.posture) {
                self.take(rung, &other.posture, floor, NEAR);
            }
        }
    }

    fn take(&self, rung: &mut Rung<D>, seed: &SVector<f64, D>, floor: f64, iterations: u32) {
        if rung.candidates.len() >= MOST {
            return;
        }
        let Ok(posture) = self.solve(&rung.base_from_tool, seed, iterations) else {
            return;
        };
        if rung.has_near(&posture) {
            return;
        }
        if let Some(worth) = self.worth(&posture, rung.force, floor) {
            rung.candidates.push(Candidate { posture, worth });
        }
    }

    /// Walks the self-motion from every candidate, both ways, until it falls below the floor, meets a
    /// limit or another candidate.
    fn spread(&self, rung: &mut Rung<D>, floor: f64) {
        if D <= 6 {
            return;
        }
        let mut next = 0;
        while let Some(candidate) = rung.candidates.get(next).copied() {
            next += 1;
            let Some(free) = self.self_motion(&candidate.posture) else {
                continue;
            };
            for step in [SELF_STEP, -SELF_STEP] {
                let seed = candidate.posture + free * step;
                if !rung.has_near(&seed) {
                    self.take(rung, &seed, floor, NEAR);
                }
            }
        }
    }

    /// Unit joint motion that the tool does not feel; `None` near a singular posture.
    fn self_motion(&self, q: &SVector<f64, D>) -> Option<SVector<f64, D>> {
        let (_, jacobian) = self.arm.tool_jacobian(q);
        let squared: Matrix6<f64> = jacobian * jacobian.transpose();
        let inverse = squared.cholesky()?.inverse();
        // What is left of each joint's unit motion once the tool's share is taken back; the longest.
        let mut best = SVector::<f64, D>::zeros();
        for joint in 0..D {
            let column = jacobian.column(joint).into_owned();
            let mut left = -jacobian.tr_mul(&(inverse * column));
            left[joint] += 1.0;
            if left.norm_squared() > best.norm_squared() {
                best = left;
            }
        }
        best.try_normalize(1e-6)
    }
}
