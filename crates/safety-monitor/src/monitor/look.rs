//! From one sample to what the rules compare.

use kinematics::{ArmModel, Patch};
use nalgebra::{SVector, Vector3};
use quantities::{Kilograms, Newtons, Tool as ToolFrame, Wrench};
use signals::{Reading, Request, Sensed, Wanted};

use super::Monitor;
use crate::dwell::Here;
use crate::facts::{Allowed, Facts, Life, Load, Pace, Place, Tool, Touching};
use crate::links::Gaps;
use crate::observer::{Motion, is_finite, usable_joints};
use crate::touch::{Felt, TOUCH_BEGINS, pressure, usable_wrench};

/// Inertias change slowly with posture: they are looked up every so many cycles.
const INERTIA_EVERY: u32 = 16;
/// Standard deviations that a threshold allows for.
const DEVIATIONS: f64 = 3.0;
/// Largest plausible zero of the sensor (N).
const ZERO_CEILING: f64 = 5.0;
/// Slower than this (m/s) and farther from the skin than that (m): parked.
const PARKED_SPEED: f64 = 0.01;
const PARKED_AWAY: f64 = 0.06;
/// An old wrench sample is projected as if the skin were this stiff (N/m), while it is younger than
/// that (s); then it is no sample.
const PROJECTED_STIFFNESS: f64 = 35_000.0;
const PROJECTED_FOR: f64 = 0.02;
/// Longest time between two cycles (s), or this many periods where that is longer.
const LONGEST_GAP: f64 = 0.005;
const STALL_PERIODS: f64 = 1.5;

impl<const D: usize> Monitor<D> {
    pub(super) fn observe(&mut self, sensed: &Sensed<D>) -> Option<Motion<D>> {
        let (model, _, payload_centre) = self.tools.get(self.active)?;
        let (at, joints) = usable_joints(sensed)?;
        let motion = self.observer.look(at, joints, model, payload_centre)?;
        if self.inertia_due == 0 {
            self.inertia_due = INERTIA_EVERY;
            let mass = model.mass_matrix(&motion.positions);
            self.inertia = mass.diagonal();
            let levers = lever_arms(&motion);
            let moved = mass
                .cholesky()
                .map(|factor| factor.solve(&levers).dot(&levers));
            // Not to be moved along this axis: as heavy as can be.
            self.effective_mass = moved.map_or(f64::MAX, |moved| 1.0 / moved.max(1e-9));
        }
        self.inertia_due -= 1;
        Some(motion)
    }

    pub(super) fn feel(
        &mut self,
        sensed: &Sensed<D>,
        motion: Option<&Motion<D>>,
        place: Option<&Place>,
    ) -> Felt {
        self.last_place = place.copied().or(self.last_place);
        let skin = match motion {
            Some(_) => place.and_then(|place| place.skin),
            // Nowhere known: as near as it was last.
            None => self.last_place.and_then(|place| place.skin),
        };
        match self.tools.get(self.active) {
            Some((_, tool, _)) => self.touch.look(sensed, motion, tool, skin),
            None => Felt {
                skin: None,
                touching: Touching::Unknown,
            },
        }
    }

    /// The load, an old sample projected to its worst.
    fn load(&mut self, felt: &Felt, wrench_age: f64, pace: Option<&Pace>) -> Option<Load> {
        let patch = self.tools.get(self.active).map(|(_, tool, _)| tool.patch);
        let fresh = felt.skin.zip(patch).map(|(skin, patch)| Load {
            press: -skin.force.z(),
            total: skin.force.norm(),
            tangential: libm::sqrt(
                skin.force.x() * skin.force.x() + skin.force.y() * skin.force.y(),
            ),
            pressure: pressure(&patch, &skin),
        });
        self.last_load = fresh
            .or(self.last_load)
            .filter(|_| wrench_age < PROJECTED_FOR);
        let inward = pace.map_or(0.0, |pace| pace.inward.max(0.0));
        let grown = if felt.touching.possibly() {
            inward * PROJECTED_STIFFNESS * wrench_age
        } else {
            0.0
        };
        self.last_load.map(|load| Load {
            press: load.press + grown,
            total: load.total + grown,
            ..load
        })
    }

    pub(super) fn facts(
        &mut self,
        sensed: &Sensed<D>,
        wanted: Option<&Wanted<D>>,
        motion: Option<&Motion<D>>,
        place: Option<Place>,
        felt: &Felt,
        tool: Tool,
    ) -> Facts {
        let life = self.life(sensed, wanted);
        let model = self.tools.get(self.active).map(|(model, ..)| model);
        let pace = motion.zip(model).map(|(motion, model)| pace(model, motion));
        let load = self.load(felt, life.wrench_age, pace.as_ref());
        let press = load.map(|load| load.press);
        let ceiling = place.map_or(0.0, |place| place.ceiling);
        self.work
            .look_at_power(felt.skin.as_ref(), motion, felt.touching.possibly());
        let here = motion.map(|motion| Here {
            place: motion.tool.base_from_tool.raw().translation.vector,
            axis: motion.into_body,
        });
        self.dwell.look(press, ceiling, here);
        let (dwell, dwell_allowed) = self.dwell.seen(self.envelope.dwell().get());
        Facts {
            load,
            place,
            pace,
            touching: felt.touching,
            mean_power: self.work.mean_power,
            power: self.work.power,
            dwell,
            zero: self.touch.zero_size(),
            gaps: self.look_at_links(motion),
            estimates_differ: self.compare_press(motion, felt.skin.as_ref()),
            tool,
            parked: is_parked(pace.as_ref(), place.as_ref()).unwrap_or(self.is_parked),
            life,
            allowed: self.allowed(ceiling, press, dwell_allowed),
        }
    }

    /// The next piece of the look at links and tool.
    fn look_at_links(&mut self, motion: Option<&Motion<D>>) -> Option<Gaps> {
        let (model, ..) = self.tools.get(self.active)?;
        let positions = motion.map(|motion| &motion.positions);
        self.links
            .look(self.active, model, positions, self.ground.skin())
    }

    fn life(&mut self, sensed: &Sensed<D>, wanted: Option<&Wanted<D>>) -> Life {
        let joints_seen = usable_joints(sensed).map(|(at, _)| at);
        let wrench_seen = usable_wrench(sensed).map(|(at, _)| at);
        let own_delay = self.sensor.delay.seconds().get();
        let wrench_age = self.wrench_age.look(sensed.at, wrench_seen, self.period) - own_delay;
        self.wanted_missing = if wanted.is_some() {
            0
        } else {
            self.wanted_missing.saturating_add(1)
        };
        Life {
            stamp: self.stamps.look(sensed),
            joints_finite: match &sensed.joints {
                Reading::Taken { value, .. } => is_finite(value),
                Reading::Missing(_) => true,
            },
            joints_age: self.joints_age.look(sensed.at, joints_seen, self.period),
            wrench_age: wrench_age.max(0.0),
            wrench_frozen: self.touch.frozen_for(),
            wanted_finite: wanted.is_none_or(|wanted| self.hands.can_take(wanted)),
            wanted_missing: f64::from(self.wanted_missing) * self.period.seconds().get(),
            wanted_share: wanted.map_or(0.0, |wanted| {
                self.hands.largest_share(wanted.drive.values())
            }),
            stop_asked: sensed.request == Request::Stop,
        }
    }

    fn allowed(&self, ceiling: f64, press: Option<f64>, dwell: f64) -> Allowed {
        let uncertainty = DEVIATIONS * self.sensor.noise.get() + self.sensor.bias.get();
        let in_band = if self.crossing_allowed {
            self.envelope.crossing_ceiling().get() - uncertainty
        } else {
            0.0
        };
        let normal = Newtons::new(press.unwrap_or(0.0));
        let is_noisy = self.sensor.noise > Newtons::ZERO;
        let frozen = self.sensor.frozen_after.seconds().get();
        Allowed {
            force_uncertainty: uncertainty,
            pressure_uncertainty: uncertainty / self.area(),
            slowed: self.latch.judged,
            tangential: self.envelope.tangential_ceiling(normal).get(),
            in_band: in_band.max(TOUCH_BEGINS),
            free_speed: self.envelope.free_speed().get(),
            contact_speed: self.envelope.contact_speed().get(),
            headroom: self.headroom(ceiling, press),
            mean_power: self.envelope.mean_power().get(),
            power: self.envelope.peak_power().get(),
            dwell,
            stall: LONGEST_GAP.max(STALL_PERIODS * self.period.seconds().get()),
            frozen: if is_noisy { frozen } else { f64::INFINITY },
            zero: ZERO_CEILING,
        }
    }

    fn area(&self) -> f64 {
        self.tools
            .get(self.active)
            .map_or(1.0, |(_, tool, _)| match tool.patch {
                Patch::RoundedRectangle { .. } | Patch::Disc { .. } => tool.patch.area().get(),
                Patch::Fork { .. } => tool.patch.area().get() * 0.5,
            })
    }

    fn headroom(&self, ceiling: f64, press: Option<f64>) -> f64 {
        let force = Newtons::new(press.map_or(0.0, |press| press.max(0.0)));
        let mass = Kilograms::new(self.effective_mass);
        let ceiling = Newtons::new(ceiling * self.latch.judged);
        self.envelope
            .headroom_speed(ceiling, force, self.stiffness, self.delay, mass)
            .get()
    }

    fn compare_press(
        &mut self,
        motion: Option<&Motion<D>>,
        skin: Option<&Wrench<ToolFrame>>,
    ) -> Option<(f64, f64)> {
        let (model, ..) = self.tools.get(self.active)?;
        if !self.compares_press {
            return None;
        }
        self.work.compare_press(model, motion?, skin?)
    }
}

/// Torque at each joint of one newton along the tool axis.
fn lever_arms<const D: usize>(motion: &Motion<D>) -> SVector<f64, D> {
    motion.tool.jacobian.fixed_rows::<3>(0).transpose() * motion.into_body
}

fn pace<const D: usize>(model: &ArmModel<D>, motion: &Motion<D>) -> Pace {
    let limits = model.limits();
    let velocity: &Vector3<f64> = motion.tool.twist.linear.raw();
    let mut pace = Pace {
        speed: velocity.norm(),
        inward: velocity.dot(&motion.into_body),
        joint_margin: f64::INFINITY,
        joint_speed: 0.0,
        speeds_differ: 0.0,
    };
    for joint in 0..D {
        let position = motion.positions[joint];
        let margin = (position - limits.lower[joint]).min(limits.upper[joint] - position);
        pace.joint_margin = pace.joint_margin.min(margin);
        let speed = motion.velocities[joint];
        pace.joint_speed = pace.joint_speed.max(speed.abs() / limits.velocity[joint]);
        let differ = (motion.drives.velocities[joint] - speed).abs() / limits.velocity[joint];
        pace.speeds_differ = pace.speeds_differ.max(differ);
    }
    pace
}

/// `None` when it cannot be told.
fn is_parked(pace: Option<&Pace>, place: Option<&Place>) -> Option<bool> {
    let is_slow = pace?.speed < PARKED_SPEED;
    Some(is_slow && place?.skin.is_none_or(|distance| distance > PARKED_AWAY))
}
