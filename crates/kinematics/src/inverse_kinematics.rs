//! Which posture puts the tool there: what is asked, what comes back. The way there is in `descent`.

use nalgebra::SVector;
use quantities::{Base, Metres, Radians, Tool, Transform};

use crate::ArmModel;
use crate::descent::Search;
use crate::goal::Goal;

/// How exact, how long, and what may give.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IkOptions {
    /// Leaves rotation about the tool's z axis free: position and axis only.
    pub free_yaw: bool,
    /// Position error that is good enough.
    pub position_tolerance: Metres,
    /// Orientation error that is good enough.
    pub orientation_tolerance: Radians,
    /// Steps at most.
    pub max_iterations: u32,
    /// Distance kept from each joint limit (rad or m); a range too short for it is halved instead.
    pub joint_margin: f64,
    /// Share of the way to the preferred posture that is asked for in each step, 0 to 1. With 0 the
    /// solution is the one near the seed.
    pub posture_gain: f64,
}

impl Default for IkOptions {
    /// Chosen: 1 µm and 1 µrad, 60 steps, 0.02 rad from the limits, no pull.
    fn default() -> Self {
        Self {
            free_yaw: false,
            position_tolerance: Metres::new(1e-6),
            orientation_tolerance: Radians::new(1e-6),
            max_iterations: 60,
            joint_margin: 0.02,
            posture_gain: 0.0,
        }
    }
}

/// A posture that does it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IkSolution<const D: usize> {
    /// Joint positions (rad or m), within limits less margin.
    pub q: SVector<f64, D>,
    /// Position error left.
    pub position_residual: Metres,
    /// Orientation error left; without the free rotation about z, when that is free.
    pub orientation_residual: Radians,
    /// Steps taken.
    pub iterations: u32,
    /// Seeds that led nowhere before the one that led here.
    pub restarts: u32,
}

/// What stood in the way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LimitedBy {
    /// A joint (counted from 0, root side first) rests on its limit less margin.
    JointLimit {
        /// Which one.
        joint: usize,
    },
    /// The stretched arm is too short.
    Reach {
        /// Longest possible distance from the first joint to the tool.
        reach: Metres,
        /// Distance asked for.
        asked: Metres,
    },
    /// No step helps although no limit is touched: a singular posture, or too few joints.
    NoDescent,
    /// Steps ran out while still coming closer.
    Iterations,
    /// The pose is reached, but by no posture that whoever asked would take.
    NotAccepted,
    /// The target or the seed holds a NaN or an infinity.
    NotFinite,
}

/// No posture was found, and how near the best came.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IkFailure<const D: usize> {
    /// The posture with the least error.
    pub nearest: SVector<f64, D>,
    /// Its position error.
    pub position_residual: Metres,
    /// Its orientation error.
    pub orientation_residual: Radians,
    /// What stood in the way.
    pub limited_by: LimitedBy,
}

impl<const D: usize> core::fmt::Display for IkFailure<D> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let millimetres = self.position_residual.get() * 1e3;
        let degrees = self.orientation_residual.get().to_degrees();
        write!(
            f,
            "no posture reaches the pose: nearest is {millimetres:.1} mm, {degrees:.1}° off; "
        )?;
        match self.limited_by {
            LimitedBy::JointLimit { joint } => write!(f, "joint {} is on its limit", joint + 1),
            LimitedBy::Reach { reach, asked } => {
                write!(
                    f,
                    "the arm reaches {:.3} m, asked are {:.3} m",
                    reach.get(),
                    asked.get()
                )
            }
            LimitedBy::NoDescent => write!(f, "the arm cannot move that way from here"),
            LimitedBy::Iterations => write!(f, "the allowed number of steps ran out"),
            LimitedBy::NotAccepted => write!(f, "no posture found for it is free of collision"),
            LimitedBy::NotFinite => write!(f, "target or seed is not a number"),
        }
    }
}

impl<const D: usize> core::error::Error for IkFailure<D> {}

impl<const D: usize> ArmModel<D> {
    /// A posture near `seed` that puts the tool on `target`, preferring the seed's own posture.
    ///
    /// # Errors
    /// [`IkFailure`] with the nearest posture and what limited it. One descent, no restarts.
    pub fn inverse_kinematics(
        &self,
        target: &Transform<Base, Tool>,
        seed: &SVector<f64, D>,
        options: &IkOptions,
    ) -> Result<IkSolution<D>, IkFailure<D>> {
        self.inverse_kinematics_near(target, seed, seed, options)
    }

    /// As [`ArmModel::inverse_kinematics`], but `posture_gain` pulls toward `posture`.
    ///
    /// # Errors
    /// [`IkFailure`] with the nearest posture and what limited it.
    pub fn inverse_kinematics_near(
        &self,
        target: &Transform<Base, Tool>,
        seed: &SVector<f64, D>,
        posture: &SVector<f64, D>,
        options: &IkOptions,
    ) -> Result<IkSolution<D>, IkFailure<D>> {
        let finite = |v: &SVector<f64, D>| v.iter().all(|number| number.is_finite());
        let goal = Goal::new(target, options);
        if !(goal.is_finite() && finite(seed) && finite(posture)) {
            return Err(IkFailure {
                nearest: *seed,
                position_residual: Metres::new(f64::INFINITY),
                orientation_residual: Radians::new(f64::INFINITY),
                limited_by: LimitedBy::NotFinite,
            });
        }
        Search::new(self, goal, *posture, options).run(seed)
    }
}
