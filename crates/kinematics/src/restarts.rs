//! Inverse kinematics for planning: no seed is given, evenly spread ones are tried until one leads there.
//!
//! Most seeds lead to some branch of the solution in ten steps or so, and one that does not shows it early.
//! So dives are plain and short: the damping follows the error (Sugihara 2011), no step is tested and taken
//! back, joints that turn all the way round pass through their ends, and a dive that does not halve its
//! error every few steps is given up for the next seed. What no dive reaches gets one long, careful
//! descent from the nearest posture, which then tells what stood in the way.

use core::f64::consts::PI;

use nalgebra::SVector;
use quantities::{Base, Metres, Radians, Tool, Transform};

use crate::damped::{LEAST_DAMPING, damped_step, no_longer_than};
use crate::descent::{Descent, Search};
use crate::goal::Goal;
use crate::{ArmModel, IkFailure, IkOptions, IkSolution, LimitedBy};

/// Bases of the Halton sequence, one a joint: the first primes.
const PRIMES: [u32; 7] = [2, 3, 5, 7, 11, 13, 17];
/// Damping (m²) per squared error (m²); longest step of one joint (rad or m); steps of a dive at most. These
/// and the next are chosen by trial on four arms: half or twice as much costs up to a third more time.
const DAMPING_PER_ERROR: f64 = 0.03;
const LONGEST_STEP: f64 = 1.0;
const MOST_STEPS: u32 = 30;
/// Every so many steps the error must have fallen to this share.
const PATIENCE: u32 = 5;
const FALLEN: f64 = 0.5;
/// Seeds tried for a pose that lies beyond the stretched arm: only the nearest posture is looked for.
const SEEDS_OUT_OF_REACH: u32 = 4;

impl<const D: usize> ArmModel<D> {
    /// A posture that puts the tool on `target`, wherever it is: no seed is needed. Tries up to `seeds`
    /// postures spread over the joint ranges; 100 leave fewer than 1 in 10 000 reachable poses of the
    /// reference arms unsolved. Joints that turn more than once come back near the middle of their range.
    /// `max_iterations` bounds the last, careful descent; `posture_gain` pulls toward the middle of all
    /// ranges. The same input gives the same posture.
    ///
    /// Allocates nothing, but a pose that cannot be had takes all seeds: for planning, not for the loop.
    ///
    /// # Errors
    /// [`IkFailure`] with the nearest posture found and what limited it.
    pub fn solve_globally(
        &self,
        target: &Transform<Base, Tool>,
        options: &IkOptions,
        seeds: u32,
    ) -> Result<IkSolution<D>, IkFailure<D>> {
        self.solve_globally_where(target, options, seeds, |_| true)
    }

    /// [`ArmModel::solve_globally`] among the postures that `accept` takes, such as those in which no link
    /// meets another.
    ///
    /// # Errors
    /// As there; [`LimitedBy::NotAccepted`] with the first posture that was turned down when the pose is
    /// reached by no other.
    pub fn solve_globally_where(
        &self,
        target: &Transform<Base, Tool>,
        options: &IkOptions,
        seeds: u32,
        mut accept: impl FnMut(&SVector<f64, D>) -> bool,
    ) -> Result<IkSolution<D>, IkFailure<D>> {
        let goal = Goal::new(target, options);
        let search = Search::toward_middle(self, goal, options);
        let middle = search.range.middle;
        if !goal.is_finite() {
            return Err(IkFailure {
                nearest: middle,
                position_residual: Metres::new(f64::INFINITY),
                orientation_residual: Radians::new(f64::INFINITY),
                limited_by: LimitedBy::NotFinite,
            });
        }
        let seeds = match search.beyond_reach() {
            Some(_) => seeds.min(SEEDS_OUT_OF_REACH),
            None => seeds,
        };
        let (mut nearest, mut least, mut steps) = (middle, f64::INFINITY, 0_u32);
        let mut turned_down: Option<IkSolution<D>> = None;
        for number in 1..=seeds {
            let end = search.dive(&self.spread_posture(number));
            if end.look.arrived(options) {
                let mut solution = search.settle(end)?;
                solution.iterations = solution.iterations.saturating_add(steps);
                solution.restarts = number - 1;
                if accept(&solution.q) {
                    return Ok(solution);
                }
                steps = solution.iterations;
                turned_down = turned_down.or(Some(solution));
                continue;
            }
            steps = steps.saturating_add(end.steps);
            let miss = end.look.error.norm();
            if miss < least {
                (nearest, least) = (end.look.q, miss);
            }
        }
        let last = match turned_down {
            Some(_) => None,
            None => Some(search.run(&nearest)?),
        };
        if let Some(mut solution) = last {
            solution.iterations = solution.iterations.saturating_add(steps);
            solution.restarts = seeds;
            if accept(&solution.q) {
                return Ok(solution);
            }
            turned_down = Some(solution);
        }
        let (q, position, orientation) = turned_down.map_or(
            (
                middle,
                Metres::new(f64::INFINITY),
                Radians::new(f64::INFINITY),
            ),
            |s| (s.q, s.position_residual, s.orientation_residual),
        );
        Err(IkFailure {
            nearest: q,
            position_residual: position,
            orientation_residual: orientation,
            limited_by: LimitedBy::NotAccepted,
        })
    }

    /// The `number`-th of a sequence of postures that fills the joint ranges evenly (Halton 1960).
    /// Joints without limits get one turn around 0.
    #[must_use]
    pub fn spread_posture(&self, number: u32) -> SVector<f64, D> {
        let limits = self.limits();
        SVector::from_fn(|i, _| {
            let prime = PRIMES.get(i).copied().unwrap_or(19);
            let (lower, upper) = (limits.lower[i], limits.upper[i]);
            let (lower, upper) = if (upper - lower).is_finite() {
                (lower, upper)
            } else {
                (-PI, PI)
            };
            lower + (upper - lower) * radical_inverse(number, prime)
        })
    }
}

impl<const D: usize> Search<'_, D> {
    /// A short way down from a seed; ends at the goal or where it gives up.
    fn dive(&self, seed: &SVector<f64, D>) -> Descent<D> {
        let mut look = self.arm.look(&self.goal, &self.range.fold(seed));
        let mut mark = f64::INFINITY;
        let mut steps = 0;
        while steps < MOST_STEPS && !look.arrived(self.options) {
            let squared = look.error.norm_squared();
            if steps.is_multiple_of(PATIENCE) {
                if squared > mark * (FALLEN * FALLEN) {
                    break;
                }
                mark = squared;
            }
            let damping = DAMPING_PER_ERROR * squared + LEAST_DAMPING;
            let room = self.range.room_around(&look.q);
            let step = damped_step(&look, &SVector::zeros(), damping, &room);
            let next = look.q + no_longer_than(LONGEST_STEP, step);
            look = self.arm.look(&self.goal, &self.range.fold(&next));
            steps += 1;
        }
        Descent {
            look,
            steps,
            still_helping: false,
        }
    }
}

/// The digits of `number` in base `prime`, mirrored at the point: in [0, 1).
fn radical_inverse(mut number: u32, prime: u32) -> f64 {
    let (mut value, mut weight) = (0.0, 1.0);
    while number > 0 {
        weight /= f64::from(prime);
        value += weight * f64::from(number % prime);
        number /= prime;
    }
    value
}
