//! The judge: one call a cycle.

use kinematics::{ArmModel, Patch, ToolModel};
use limits::Envelope;
use nalgebra::{SVector, Vector3};
use quantities::{Duration, Kilograms, Metres, Newtons, Point, Seconds, Tool as ToolFrame};
use signals::{Command, Reading, Request, Sensed, Verdict, Wanted};

use crate::config::{ConfigError, MonitorConfig, SensorTraits, check};
use crate::facts::{Facts, Load, Pace, Place, Tool};
use crate::gate::Vetted;
use crate::hands::{HOVER, Hands, Manner, Reach};
use crate::latch::{Calm, Decision, Latch};
use crate::ledger::Ledger;
use crate::observer::{Motion, Observer, is_finite, usable_joints};
use crate::place::Ground;
use crate::rules::{RULES, Rule};
use crate::spine::Spine;
use crate::stamps::{Age, Stamps};
use crate::touch::{Felt, TOUCH_BEGINS, Touch, pressure, usable_wrench};
use crate::work::Work;

/// Inertias change slowly with posture: they are looked up every so many cycles.
const INERTIA_EVERY: u32 = 16;
/// Standard deviations that a threshold allows for.
const DEVIATIONS: f64 = 3.0;
/// Largest plausible zero of the sensor (N).
const ZERO_CEILING: f64 = 5.0;
/// Slower than this (m/s) and farther from the skin than that (m): parked.
const PARKED_SPEED: f64 = 0.01;
const PARKED_AWAY: f64 = 0.06;
/// A reset wants the tool slower than this (m/s) and the press below that (N).
const IDLE_SPEED: f64 = 0.01;
const IDLE_PRESS: f64 = 2.0;
/// An old wrench sample is projected as if the skin were this stiff (N/m), while it is younger than
/// that (s); then it is no sample.
const PROJECTED_STIFFNESS: f64 = 35_000.0;
const PROJECTED_FOR: f64 = 0.02;

/// The independent judge and the gate. Pure: one call a cycle, nothing but its arguments and its own
/// memory decides.
#[derive(Clone, Debug)]
pub struct Monitor<const D: usize> {
    tools: Vec<(ArmModel<D>, ToolModel, Point<ToolFrame>)>,
    envelope: Envelope,
    ground: Ground,
    sensor: SensorTraits,
    period: Duration,
    delay: Seconds,
    crossing_allowed: bool,
    compares_press: bool,

    active: usize,
    has_seen_tool: bool,
    is_parked: bool,
    observer: Observer<D>,
    touch: Touch,
    stamps: Stamps,
    joints_age: Age,
    wrench_age: Age,
    last_load: Option<Load>,
    last_place: Option<Place>,
    wanted_missing: u32,
    inertia: SVector<f64, D>,
    effective_mass: f64,
    inertia_due: u32,
    work: Work,
    ledger: Ledger,
    latch: Latch,
    hands: Hands<D>,
}

impl<const D: usize> Monitor<D> {
    /// Checks and takes over what is believed.
    ///
    /// # Errors
    /// [`ConfigError`] when a check would be left without a bound.
    pub fn new(config: MonitorConfig<D>) -> Result<Self, ConfigError> {
        check(&config)?;
        let period = config.period.seconds().get();
        let (first, _) = config
            .tools
            .first()
            .ok_or(ConfigError::Tools { tools: 0 })?;
        let gravity = *first.gravity_in_base();
        let hands = Hands::new(&first.limits().torque, period);
        let spine = Spine::new(&config.spine, config.spine_from.get())?;
        let models = config.tools.iter().map(|(_, tool)| *tool);
        Ok(Self {
            ground: Ground::new(&config.base_from_table, spine, config.skin, models),
            touch: Touch::new(config.flange_from_sensor, gravity, period),
            tools: config.tools.into_iter().map(with_payload_centre).collect(),
            envelope: config.envelope,
            sensor: config.sensor,
            period: config.period,
            delay: config.delay,
            crossing_allowed: config.crossing_allowed,
            compares_press: config.drives_report_torque,
            active: 0,
            has_seen_tool: false,
            is_parked: true,
            observer: Observer::new(),
            stamps: Stamps::new(config.period),
            joints_age: Age::NEVER_SEEN,
            wrench_age: Age::NEVER_SEEN,
            last_load: None,
            last_place: None,
            wanted_missing: 0,
            inertia: SVector::zeros(),
            effective_mass: 0.0,
            inertia_due: 0,
            work: Work::new(period),
            ledger: Ledger::new(config.period),
            latch: Latch::new(period),
            hands,
        })
    }

    /// True once the sensor's zero has been taken: before, the tool may not come near the skin. It is
    /// taken in the first 0.4 s at rest away from the body, and again after each change of tool.
    #[must_use]
    pub fn is_tared(&self) -> bool {
        self.touch.is_tared()
    }

    /// Judges one cycle and makes its command. Whatever comes in, what goes out is finite and within
    /// the torque limits.
    pub fn judge(
        &mut self,
        sensed: &Sensed<D>,
        wanted: Option<&Wanted<D>>,
    ) -> (Verdict, Vetted<Command<D>>) {
        let tool_state = self.look_at_tool(sensed);
        let motion = self.observe(sensed);
        let place = motion.as_ref().and_then(|motion| {
            self.ground
                .look(self.active, &motion.tool.base_from_tool, &self.envelope)
        });
        let felt = self.feel(sensed, motion.as_ref(), place.as_ref());
        let facts = self.facts(sensed, wanted, motion.as_ref(), place, &felt, tool_state);
        let tripped = self.ledger.look(&facts);
        let decision = self.latch.decide(tripped);
        self.mind_reset(sensed.request, &facts, tripped);
        let torques = self.act(wanted, motion.as_ref(), &facts, decision);
        self.is_parked = facts.parked;
        let ceiling = self.last_place.map_or(0.0, |place| place.ceiling);
        let verdict = Verdict {
            reaction: decision.reaction,
            cause: decision.cause,
            tripped,
            ceiling: Newtons::new(ceiling * self.latch.shown),
            clearance: place.and_then(|place| place.clearance).map(Metres::new),
        };
        (
            verdict,
            Vetted::new(Command {
                sequence: sensed.sequence,
                torques,
            }),
        )
    }

    /// Finds the tool's model. A stranger or an absent tool leaves the last one in place.
    fn look_at_tool(&mut self, sensed: &Sensed<D>) -> Tool {
        let Some(index) = sensed.tool else {
            return Tool::Absent;
        };
        let index = usize::from(index.0);
        if index >= self.tools.len() {
            return Tool::Stranger;
        }
        let is_same = index == self.active && self.has_seen_tool;
        let is_swap = self.has_seen_tool && !is_same && !self.is_parked;
        if !is_same {
            self.active = index;
            self.has_seen_tool = true;
            self.touch.forget_zero();
            self.observer = Observer::new();
        }
        if is_swap { Tool::Swapped } else { Tool::Known }
    }

    fn observe(&mut self, sensed: &Sensed<D>) -> Option<Motion<D>> {
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

    fn feel(
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
                touching: crate::facts::Touching::Unknown,
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

    fn facts(
        &mut self,
        sensed: &Sensed<D>,
        wanted: Option<&Wanted<D>>,
        motion: Option<&Motion<D>>,
        place: Option<Place>,
        felt: &Felt,
        tool: Tool,
    ) -> Facts {
        let now = sensed.at;
        let stamp = self.stamps.look(sensed);
        let joints_age =
            self.joints_age
                .look(now, usable_joints(sensed).map(|(at, _)| at), self.period);
        let wrench_seen = usable_wrench(sensed).map(|(at, _)| at);
        let own_delay = self.sensor.delay.seconds().get();
        let wrench_age = (self.wrench_age.look(now, wrench_seen, self.period) - own_delay).max(0.0);
        let pace = motion
            .zip(self.tools.get(self.active))
            .map(|(motion, (model, ..))| pace(model, motion));
        let load = self.load(felt, wrench_age, pace.as_ref());
        let press = load.map(|load| load.press);
        let ceiling = place.map_or(0.0, |place| place.ceiling);
        self.work
            .look_at_power(felt.skin.as_ref(), motion, felt.touching.possibly());
        self.work.look_at_dwell(press, ceiling, motion);
        let estimates_differ = self.compare_press(motion, press);
        let uncertainty = DEVIATIONS * self.sensor.noise.get() + self.sensor.bias.get();
        let band = if self.crossing_allowed {
            self.envelope.crossing_ceiling().get() - uncertainty
        } else {
            0.0
        };
        self.wanted_missing = if wanted.is_some() {
            0
        } else {
            self.wanted_missing.saturating_add(1)
        };
        Facts {
            load,
            place,
            pace,
            touching: felt.touching,
            force_uncertainty: uncertainty,
            pressure_uncertainty: uncertainty / self.area(),
            slowed: self.latch.judged,
            tangential_ceiling: self
                .envelope
                .tangential_ceiling(Newtons::new(press.unwrap_or(0.0)))
                .get(),
            band_ceiling: band.max(TOUCH_BEGINS),
            free_speed: self.envelope.free_speed().get(),
            contact_speed: self.envelope.contact_speed().get(),
            headroom: self.headroom(ceiling, press),
            mean_power: self.work.mean_power,
            power: self.work.power,
            mean_power_ceiling: self.envelope.mean_power().get(),
            power_ceiling: self.envelope.peak_power().get(),
            dwell: self.work.dwell,
            dwell_ceiling: self.envelope.dwell().get(),
            joints_finite: match &sensed.joints {
                Reading::Taken { value, .. } => is_finite(value),
                Reading::Missing(_) => true,
            },
            joints_age,
            wrench_age,
            wrench_frozen: (self.sensor.noise > Newtons::ZERO).then(|| self.touch.frozen_for()),
            frozen_after: self.sensor.frozen_after.seconds().get(),
            tared: self.touch.is_tared(),
            zero: self.touch.zero_size(),
            zero_ceiling: ZERO_CEILING,
            estimates_differ,
            wanted_finite: wanted.is_none_or(|w| w.torques.iter().all(|torque| torque.is_finite())),
            wanted_missing: f64::from(self.wanted_missing) * self.period.seconds().get(),
            wanted_torque: wanted.map_or(0.0, |wanted| self.hands.largest_share(&wanted.torques)),
            in_sequence: stamp.in_sequence,
            clock_advanced: stamp.clock_advanced,
            gap: stamp.gap,
            unexplained_gap: stamp.unexplained_gap,
            overruns: stamp.overruns,
            tool,
            parked: is_parked(pace.as_ref(), place.as_ref()).unwrap_or(self.is_parked),
            stop_asked: sensed.request == Request::Stop,
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
            .headroom_speed(ceiling, force, None, self.delay, mass)
            .get()
    }

    fn compare_press(
        &mut self,
        motion: Option<&Motion<D>>,
        press: Option<f64>,
    ) -> Option<(f64, f64)> {
        let (model, ..) = self.tools.get(self.active)?;
        if !self.compares_press {
            return None;
        }
        self.work.compare_press(model, motion?, press?)
    }

    fn mind_reset(&mut self, request: Request, facts: &Facts, tripped: u64) {
        let is_slow = facts.pace.is_some_and(|pace| pace.speed < IDLE_SPEED);
        let is_light = facts.load.is_some_and(|load| load.press < IDLE_PRESS);
        let skin = facts.place.map(|place| place.skin);
        let calm = Calm {
            is_idle: is_slow && is_light && self.hands.is_unloaded(),
            // Believed skin and true skin differ by millimetres: nine tenths of the way is hover.
            is_at_hover: skin
                .is_some_and(|skin| skin.is_none_or(|distance| distance > 0.9 * HOVER)),
        };
        self.latch.reset(request == Request::Reset, calm, tripped);
    }

    fn act(
        &mut self,
        wanted: Option<&Wanted<D>>,
        motion: Option<&Motion<D>>,
        facts: &Facts,
        decision: Decision,
    ) -> SVector<f64, D> {
        let Some((model, ..)) = self.tools.get(self.active) else {
            return SVector::zeros();
        };
        let reach = Reach {
            model,
            motion,
            press: facts.load.map(|load| load.press),
            skin: facts.place.and_then(|place| place.skin),
            inertia: self.inertia,
        };
        let wish =
            wanted.filter(|_| facts.wanted_finite && decision.reaction < signals::Reaction::Unload);
        if let Some(wish) = wish {
            return self.hands.follow(&wish.torques, &reach);
        }
        let rule = decision
            .cause
            .and_then(|cause| RULES.get(usize::from(cause.0)));
        let manner = Manner {
            reaction: decision.reaction,
            unload_rate: rule.map_or(200.0, |rule: &Rule| rule.unload_n_per_s),
            retreats: decision.reaction == signals::Reaction::Retract || self.latch.is_resetting,
        };
        self.hands.give_way(&manner, &reach)
    }
}

fn with_payload_centre<const D: usize>(
    (model, tool): (ArmModel<D>, ToolModel),
) -> (ArmModel<D>, ToolModel, Point<ToolFrame>) {
    let centre = tool
        .payload
        .flange_from_tool
        .inverse()
        .transform(&tool.payload.centre_of_mass);
    (model, tool, centre)
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

#[cfg(test)]
mod tests;
