//! What a single sample cannot tell: power over a second, and the press as the joints feel it.

use kinematics::ArmModel;
use quantities::{Base, Force, Tool, Wrench};

use crate::observer::Motion;

/// Window of the mean power (s).
const POWER_WINDOW: f64 = 1.0;
/// Time constant with which both estimates of the press are smoothed before they are compared (s).
const COMPARE_TIME: f64 = 0.02;
/// Below this speed (rad/s or m/s) dry friction may point either way.
const FRICTION_TURNS: f64 = 0.01;

/// Memory of these.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Work {
    period: f64,
    pub power: f64,
    pub mean_power: f64,
    /// Smoothed difference of the estimates (N).
    difference: f64,
}

impl Work {
    pub const fn new(period: f64) -> Self {
        Self {
            period,
            power: 0.0,
            mean_power: 0.0,
            difference: 0.0,
        }
    }

    /// Power that the tool does on the body: the force on the body times the tool's velocity.
    pub fn look_at_power<const D: usize>(
        &mut self,
        skin: Option<&Wrench<Tool>>,
        motion: Option<&Motion<D>>,
        touches: bool,
    ) {
        self.power = match (skin, motion) {
            (Some(skin), Some(motion)) if touches => {
                let on_tool: Force<_> = motion.tool.base_from_tool.rotate(&skin.force);
                (-on_tool.raw().dot(motion.tool.twist.linear.raw())).max(0.0)
            }
            _ => 0.0,
        };
        self.mean_power += (self.power - self.mean_power) * (self.period / POWER_WINDOW);
    }

    /// Difference between the press at the wrist and the press that the joint torques tell, and what of
    /// it dry friction may explain (N).
    ///
    /// `M q̈ + h + friction − τ = Jᵀ F` holds for the true load `F`; what is left over when the felt load
    /// is put in, told along the joints' lever arms `d = Jᵀ n` of the tool axis, is `d·r / d·d` newtons.
    pub fn compare_press<const D: usize>(
        &mut self,
        model: &ArmModel<D>,
        motion: &Motion<D>,
        skin: &Wrench<Tool>,
    ) -> Option<(f64, f64)> {
        let speeds = &motion.velocities;
        let turn = |speed: f64| (speed / FRICTION_TURNS).clamp(-1.0, 1.0);
        let rubbing = model
            .friction()
            .zip_map(speeds, |dry, speed| dry * turn(speed))
            + model.damping().component_mul(speeds);
        let needed =
            model.inverse_dynamics(&motion.positions, speeds, &motion.accelerations) + rubbing;
        let rotation = motion.tool.base_from_tool;
        let (force, torque) = (rotation.rotate(&skin.force), rotation.rotate(&skin.torque));
        let felt = Wrench::<Base> { force, torque }.stacked();
        let over = needed - motion.drives.torques - motion.tool.jacobian.transpose() * felt;
        let levers = motion.tool.jacobian.fixed_rows::<3>(0).transpose() * motion.into_body;
        let squared = levers.norm_squared();
        let difference = levers.dot(&over) / squared;
        let by_friction = levers.abs().dot(model.friction()) / squared;
        if !(difference.is_finite() && by_friction.is_finite()) {
            return None; // The tool axis passes through every joint: the joints feel no press.
        }
        self.difference += (difference - self.difference) * (self.period / COMPARE_TIME).min(1.0);
        Some((self.difference.abs(), by_friction))
    }
}
