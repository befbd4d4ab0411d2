//! The monitor's own idea of the touch: the sensor's zero, the tool's weight and inertia taken off,
//! and whether there is contact at all.

use kinematics::{Patch, ToolModel};
use nalgebra::{Vector3, Vector6};
use quantities::{Base, Flange, Force, Sensor, Tool, Torque, Transform, Wrench};
use signals::{Reading, Sensed};

use crate::facts::Touching;
use crate::observer::Motion;

/// Slower than this (m/s) counts as quiet: above the noise of the differenced speed.
const QUIET_SPEED: f64 = 0.005;
/// Quiet time that makes a zero (s).
const QUIET_TIME: f64 = 0.4;
/// Farther from the skin than this (m), or beside the body, a zero may be taken.
const AWAY: f64 = 0.06;
/// Load that begins a touch (N), five times the weight of a coin roll and six deviations of noise.
pub(crate) const TOUCH_BEGINS: f64 = 1.5;
/// Accelerations of the tool that differ by less (m/s²) are noise of the differences, of which the thresholds
/// know already. What is beyond, times the tool's mass, may be inertia that the average over 8 ms did not see: a
/// load begins a touch away from the skin only above that. Chosen: three times the noise.
const STEADY: f64 = 1.0;
/// No more than this is put down to inertia (N), so that one odd sample of an encoder hides no blow.
const MOST_UNSEEN: f64 = 3.0;
/// Load that ends it (N).
const TOUCH_ENDS: f64 = 0.8;
/// Time below it that ends it (s).
const TOUCH_END_TIME: f64 = 0.02;
/// A later zero that differs from the first by more than this (N) is not believed: something leans
/// on the tool.
const ZERO_DRIFT: f64 = 1.0;
/// A silent sensor within this distance of the skin (m) counts as touch.
pub(crate) const NEAR: f64 = 0.03;

#[derive(Clone, Copy, Debug)]
struct Quiet {
    sum: Vector6<f64>,
    count: u32,
}

const NOT_QUIET: Quiet = Quiet {
    sum: Vector6::new(0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    count: 0,
};

/// What is felt in one cycle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Felt {
    /// What the skin does to the tool, told at the patch; `None` when silent, unusable or without zero.
    pub skin: Option<Wrench<Tool>>,
    /// Touch.
    pub touching: Touching,
}

/// Memory of the touch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Touch {
    flange_from_sensor: Transform<Flange, Sensor>,
    gravity: Vector3<f64>,
    period: f64,
    zero: Option<Vector6<f64>>,
    quiet: Quiet,
    is_touching: bool,
    over: u32,
    under: u32,
    last_raw: Option<Wrench<Sensor>>,
    same: u32,
}

/// The wrench sample of a cycle, when it is one that can be used.
pub(crate) fn usable_wrench<const D: usize>(
    sensed: &Sensed<D>,
) -> Option<(quantities::Instant, &Wrench<Sensor>)> {
    match &sensed.wrench {
        Reading::Taken { value, at } if value.is_finite() && *at <= sensed.at => Some((*at, value)),
        Reading::Taken { .. } | Reading::Missing(_) => None,
    }
}

impl Touch {
    pub fn new(
        flange_from_sensor: Transform<Flange, Sensor>,
        gravity: Vector3<f64>,
        period: f64,
    ) -> Self {
        Self {
            flange_from_sensor,
            gravity,
            period,
            zero: None,
            quiet: NOT_QUIET,
            is_touching: false,
            over: 0,
            under: 0,
            last_raw: None,
            same: 0,
        }
    }

    /// Another tool: the old zero says nothing about it.
    pub fn forget_zero(&mut self) {
        self.zero = None;
        self.quiet = NOT_QUIET;
    }

    pub fn is_tared(&self) -> bool {
        self.zero.is_some()
    }

    /// Size of the force part of the zero (N).
    pub fn zero_size(&self) -> Option<f64> {
        self.zero.map(|zero| zero.fixed_rows::<3>(0).norm())
    }

    /// For how long the samples have been the same to the last bit (s).
    pub fn frozen_for(&self) -> f64 {
        f64::from(self.same) * self.period
    }

    /// Looks at one cycle. `skin` is the distance from the believed skin.
    pub fn look<const D: usize>(
        &mut self,
        sensed: &Sensed<D>,
        motion: Option<&Motion<D>>,
        tool: &ToolModel,
        skin: Option<f64>,
    ) -> Felt {
        let raw = usable_wrench(sensed).map(|(_, wrench)| *wrench);
        self.count_same(raw);
        let skin_wrench = raw.zip(motion).and_then(|(raw, motion)| {
            let flange_from_tool = tool.payload.flange_from_tool;
            let own = self.of_the_tool_itself(motion, tool);
            let beyond_weight = raw.minus(&own).stacked();
            self.take_zero(&beyond_weight, motion, skin);
            let load = Wrench::<Sensor>::from_stacked(&(beyond_weight - self.zero?));
            Some(load.told_in(&(flange_from_tool.inverse() * self.flange_from_sensor)))
        });
        let near = skin.is_some_and(|distance| distance < NEAR);
        if let Some((load, motion)) = skin_wrench.zip(motion) {
            let jerk = (motion.payload_jolt - STEADY).max(0.0);
            let unseen = match near {
                true => 0.0,
                false => (tool.payload.mass.get() * jerk).min(MOST_UNSEEN),
            };
            self.judge_touch(load.force.norm(), unseen);
        }
        let touching = match (skin_wrench, self.is_touching) {
            (Some(_), true) => Touching::Yes,
            (Some(_), false) => Touching::No,
            (None, was) if was || near || motion.is_none() => Touching::Unknown,
            (None, _) => Touching::No,
        };
        Felt {
            skin: skin_wrench,
            touching,
        }
    }

    /// Weight and inertia of the tool as the sensor feels them: `m (g − a)` at the centre of mass.
    fn of_the_tool_itself<const D: usize>(
        &self,
        motion: &Motion<D>,
        tool: &ToolModel,
    ) -> Wrench<Sensor> {
        let payload = &tool.payload;
        let base_from_flange: Transform<Base, Flange> =
            motion.tool.base_from_tool * payload.flange_from_tool.inverse();
        let sensor_from_flange = self.flange_from_sensor.inverse();
        let sensor_from_base = sensor_from_flange * base_from_flange.inverse();
        let pull = (self.gravity - motion.payload_acceleration) * payload.mass.get();
        let force = sensor_from_base.rotate(&Force::<Base>::from_raw(pull));
        let lever = sensor_from_flange.transform(&payload.centre_of_mass);
        Wrench {
            force,
            torque: Torque::from_raw(lever.raw().coords.cross(force.raw())),
        }
    }

    fn take_zero<const D: usize>(
        &mut self,
        beyond_weight: &Vector6<f64>,
        motion: &Motion<D>,
        skin: Option<f64>,
    ) {
        let speed = motion.tool.twist.linear.norm();
        let is_away = skin.is_none_or(|distance| distance > AWAY);
        if !(is_away && speed < QUIET_SPEED) {
            self.quiet = NOT_QUIET;
            return;
        }
        self.quiet.sum += beyond_weight;
        self.quiet.count += 1;
        if f64::from(self.quiet.count) * self.period >= QUIET_TIME {
            let mean = self.quiet.sum / f64::from(self.quiet.count);
            let moved = |zero: Vector6<f64>| (mean - zero).fixed_rows::<3>(0).norm();
            if self.zero.is_none_or(|zero| moved(zero) < ZERO_DRIFT) {
                self.zero = Some(mean);
            }
            self.quiet = NOT_QUIET;
        }
    }

    /// `unseen`: what of the load inertia may explain; it keeps a touch from beginning, and never ends one.
    fn judge_touch(&mut self, load: f64, unseen: f64) {
        self.over = if load > TOUCH_BEGINS + unseen {
            self.over.saturating_add(1)
        } else {
            0
        };
        self.under = if load < TOUCH_ENDS {
            self.under.saturating_add(1)
        } else {
            0
        };
        if self.over >= 2 {
            self.is_touching = true;
        }
        if f64::from(self.under) * self.period >= TOUCH_END_TIME {
            self.is_touching = false;
        }
    }

    fn count_same(&mut self, raw: Option<Wrench<Sensor>>) {
        let is_same = raw.is_some() && raw == self.last_raw;
        self.same = if is_same {
            self.same.saturating_add(1)
        } else {
            0
        };
        self.last_raw = raw.or(self.last_raw);
    }
}

/// Press of the harder pressed tip over its area (Pa). The tips of a fork share the press by their
/// moment about tool x: `p₁ − p₂ = −2 mₓ / spacing`.
pub(crate) fn pressure(patch: &Patch, skin: &Wrench<Tool>) -> f64 {
    let press = -skin.force.z();
    match *patch {
        Patch::RoundedRectangle { .. } | Patch::Disc { .. } => press / patch.area().get(),
        Patch::Fork { spacing, .. } => {
            let harder = press * 0.5 + skin.torque.x().abs() / spacing.get();
            harder / (patch.area().get() * 0.5)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quantities::Metres;

    #[test]
    fn a_fork_that_leans_on_one_tip_presses_it_with_all_the_force() {
        let fork = Patch::Fork {
            tip_radius: Metres::new(0.01),
            spacing: Metres::new(0.1),
        };
        let tip = fork.area().get() * 0.5;
        // 10 N out of the body at the tip y = +50 mm: moment y × F = +0.05 · (−10) about x.
        let one = Wrench {
            force: Force::new(0.0, 0.0, -10.0),
            torque: Torque::new(-0.5, 0.0, 0.0),
        };
        assert!((pressure(&fork, &one) - 10.0 / tip).abs() < 1e-6);
        let even = Wrench {
            force: Force::new(0.0, 0.0, -10.0),
            torque: Torque::zero(),
        };
        assert!((pressure(&fork, &even) - 5.0 / tip).abs() < 1e-6);
    }
}
