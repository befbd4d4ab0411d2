//! Inverse kinematics in the loop: the posture of a millisecond ago is so near that a step or two do.

use nalgebra::SVector;
use quantities::{Base, Metres, Radians, Tool, Transform};

use crate::damped::{damped_step, no_longer_than};
use crate::goal::Goal;
use crate::range::Range;
use crate::{ArmModel, IkOptions};

/// Steps at most: the second takes what the first one's straight line missed.
const MOST_STEPS: u32 = 2;
/// Damping λ (m²). Chosen: a joint that moves the tool 50 mm a radian loses 0.04 % of its step; one at a
/// singularity moves at most 0.5 rad for each millimetre asked.
const DAMPING: f64 = 1e-6;

/// Where a tracking call ended: always a posture, and how far it is off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tracked<const D: usize> {
    /// Joint positions (rad or m), within limits less margin; the seed when an input was not finite.
    pub q: SVector<f64, D>,
    /// Position error left; infinite when an input was not finite.
    pub position_residual: Metres,
    /// Orientation error left; without the free rotation about z, when that is free.
    pub orientation_residual: Radians,
    /// A joint (counted from 0) that rests on its limit less margin.
    pub resting: Option<usize>,
}

impl<const D: usize> ArmModel<D> {
    /// One or two damped steps from `seed` toward `target`: bounded work for the loop. Stops early within
    /// the tolerances of `options`, whose `max_iterations` of 0 or 1 allow fewer steps and whose
    /// `posture_gain` is not used. In each step no joint moves farther than `longest_step` (rad or m);
    /// a seed beyond the limits less margin is first put on them, however far that is: begin within.
    /// Judge the residuals: a target that jumps, or that lies beyond a limit, leaves them large.
    #[must_use]
    pub fn track(
        &self,
        target: &Transform<Base, Tool>,
        seed: &SVector<f64, D>,
        options: &IkOptions,
        longest_step: f64,
    ) -> Tracked<D> {
        let goal = Goal::new(target, options);
        let finite = goal.is_finite() && longest_step >= 0.0 && seed.iter().all(|x| x.is_finite());
        if !finite {
            return Tracked {
                q: *seed,
                position_residual: Metres::new(f64::INFINITY),
                orientation_residual: Radians::new(f64::INFINITY),
                resting: None,
            };
        }
        let range = Range::inside(self, options.joint_margin);
        let mut look = self.look(&goal, &range.clamp(seed));
        for _ in 0..options.max_iterations.min(MOST_STEPS) {
            if look.arrived(options) {
                break;
            }
            let step = damped_step(&look, &SVector::zeros(), DAMPING, &range.room(&look.q));
            let next = look.q + no_longer_than(longest_step, step);
            look = self.look(&goal, &range.clamp(&next));
        }
        Tracked {
            q: look.q,
            position_residual: Metres::new(look.distance),
            orientation_residual: Radians::new(look.angle),
            resting: range.resting(&look.q),
        }
    }
}
