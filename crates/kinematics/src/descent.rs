//! The way to a posture: damped least squares inside the joint limits.
//!
//! Each step is the one of `damped`, its damping found by trial: it falls while steps help and rises when
//! one does not (Levenberg 1944, Marquardt 1963), so that no step leads away from the goal. Once there, a
//! pull may slide the posture along the freedom that the goal leaves.

use nalgebra::SVector;
use quantities::{Metres, Radians};

use crate::ArmModel;
use crate::damped::{LEAST_DAMPING, damped_step, no_longer_than};
use crate::goal::{Goal, Look};
use crate::inverse_kinematics::{IkFailure, IkOptions, IkSolution, LimitedBy};
use crate::range::Range;

/// Longest step of one joint (rad or m). Chosen: keeps the linearisation honest.
const LONGEST_STEP: f64 = 0.4;
/// The damping λ (m²) at the start. Chosen: the Jacobian's entries are of order 0.5 m.
const FIRST_DAMPING: f64 = 1e-3;
/// Steps without gain after which a descent gives up: λ has then grown 10 million times. Chosen.
const MOST_IDLE: u32 = 8;
/// Pull at which halving stops, and slide per gain (rad or m) at which the posture is reached. Chosen.
const LEAST_GAIN: f64 = 0.01;
const SETTLED: f64 = 1e-3;

/// One search: the arm, where to, within what.
pub(crate) struct Search<'a, const D: usize> {
    pub(crate) arm: &'a ArmModel<D>,
    pub(crate) goal: Goal,
    pub(crate) range: Range<D>,
    posture: SVector<f64, D>,
    pub(crate) options: &'a IkOptions,
}

/// Where a descent ended, after how many steps, and whether its last one still helped.
#[derive(Clone, Copy)]
pub(crate) struct Descent<const D: usize> {
    pub(crate) look: Look<D>,
    pub(crate) steps: u32,
    pub(crate) still_helping: bool,
}

impl<'a, const D: usize> Search<'a, D> {
    pub(crate) fn new(
        arm: &'a ArmModel<D>,
        goal: Goal,
        posture: SVector<f64, D>,
        options: &'a IkOptions,
    ) -> Self {
        let range = Range::inside(arm, options.joint_margin);
        Self {
            arm,
            goal,
            range,
            posture,
            options,
        }
    }

    /// As [`Search::new`], with the middle of the joint ranges as the preferred posture.
    pub(crate) fn toward_middle(arm: &'a ArmModel<D>, goal: Goal, options: &'a IkOptions) -> Self {
        let mut search = Self::new(arm, goal, SVector::zeros(), options);
        search.posture = search.range.middle;
        search
    }

    pub(crate) fn run(&self, seed: &SVector<f64, D>) -> Result<IkSolution<D>, IkFailure<D>> {
        let start = self.arm.look(&self.goal, &self.range.clamp(seed));
        self.settle(self.descend(start, self.options.max_iterations))
    }

    /// The answer after a descent, pulled toward the preferred posture when that is wished.
    pub(crate) fn settle(&self, end: Descent<D>) -> Result<IkSolution<D>, IkFailure<D>> {
        if end.look.arrived(self.options) && self.options.posture_gain > 0.0 {
            return self.outcome(&self.relax(end));
        }
        self.outcome(&end)
    }

    /// Comes closer to the goal until arrived, stuck, or out of steps.
    fn descend(&self, start: Look<D>, most_steps: u32) -> Descent<D> {
        let mut at = Descent {
            look: start,
            steps: 0,
            still_helping: true,
        };
        let (mut damping, mut idle) = (FIRST_DAMPING, 0_u32);
        while at.steps < most_steps && idle < MOST_IDLE && !at.look.arrived(self.options) {
            at.steps += 1;
            let step = self.step(&at.look, &SVector::zeros(), damping);
            let next = self
                .arm
                .look(&self.goal, &self.range.clamp(&(at.look.q + step)));
            let ratio = next.error.norm() / at.look.error.norm();
            at.still_helping = ratio < 0.999;
            idle = if at.still_helping { 0 } else { idle + 1 };
            if ratio < 1.0 {
                at.look = next;
                damping = (damping * 0.2).max(LEAST_DAMPING);
            } else {
                damping *= 8.0;
            }
        }
        at
    }

    /// Slides along the freedom that the goal leaves toward the preferred posture: a pull, then a
    /// descent that repairs what the pull bent; pulls that do not end nearer are halved.
    fn relax(&self, arrived: Descent<D>) -> Descent<D> {
        let mut best = arrived;
        let mut gain = self.options.posture_gain.min(1.0);
        while best.steps < self.options.max_iterations && gain > LEAST_GAIN {
            let away = self.posture - best.look.q;
            let slide = self.step(&best.look, &(away * gain), LEAST_DAMPING);
            if slide.norm() < SETTLED * gain {
                break;
            }
            let pulled = self
                .arm
                .look(&self.goal, &self.range.clamp(&(best.look.q + slide)));
            let repaired = self.descend(pulled, self.options.max_iterations - best.steps);
            best.steps = best.steps.saturating_add(repaired.steps).saturating_add(1);
            let nearer = (self.posture - repaired.look.q).norm() < away.norm() - 1e-9;
            if repaired.look.arrived(self.options) && nearer {
                best.look = repaired.look;
            } else {
                gain *= 0.5;
            }
        }
        best
    }

    /// One step inside the box, not too long.
    fn step(&self, look: &Look<D>, pull: &SVector<f64, D>, damping: f64) -> SVector<f64, D> {
        let step = damped_step(look, pull, damping, &self.range.room(&look.q));
        no_longer_than(LONGEST_STEP, step)
    }

    /// How far the goal is from the first joint, and how far the stretched arm reaches (m), when that is
    /// less.
    pub(crate) fn beyond_reach(&self) -> Option<(f64, f64)> {
        let (first, reach) = self.arm.reach();
        let asked = self.goal.distance_from(&first);
        (asked > reach).then_some((asked, reach))
    }

    fn outcome(&self, end: &Descent<D>) -> Result<IkSolution<D>, IkFailure<D>> {
        let best = &end.look;
        let iterations = end.steps;
        let position_residual = Metres::new(best.distance);
        let orientation_residual = Radians::new(best.angle);
        if best.arrived(self.options) {
            let q = best.q;
            return Ok(IkSolution {
                q,
                position_residual,
                orientation_residual,
                iterations,
                restarts: 0,
            });
        }
        let limited_by = match (self.beyond_reach(), self.range.resting(&best.q)) {
            (Some((asked, reach)), _) => LimitedBy::Reach {
                reach: Metres::new(reach),
                asked: Metres::new(asked),
            },
            (None, Some(joint)) => LimitedBy::JointLimit { joint },
            (None, None) if end.still_helping => LimitedBy::Iterations,
            (None, None) => LimitedBy::NoDescent,
        };
        Err(IkFailure {
            nearest: best.q,
            position_residual,
            orientation_residual,
            limited_by,
        })
    }
}
