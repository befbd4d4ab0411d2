//! The judge: one call a cycle.

use kinematics::{ArmModel, ToolModel};
use limits::Envelope;
use nalgebra::SVector;
use quantities::{Duration, Metres, Newtons, NewtonsPerMetre, Point, Seconds, Tool as ToolFrame};
use signals::{Command, Drive, Request, Sensed, Verdict, Wanted};

use crate::config::{ConfigError, MonitorConfig, SensorTraits, check};
use crate::drive_hands::DriveHands;
use crate::dwell::Dwell;
use crate::facts::{Facts, Load, Place, Tool};
use crate::gate::Vetted;
use crate::hands::{HOVER, Manner, Reach};
use crate::latch::{Calm, Decision, Latch};
use crate::ledger::Ledger;
use crate::links::Links;
use crate::observer::{Motion, Observer};
use crate::place::Ground;
use crate::rules::{RULES, Rule};
use crate::spine::Spine;
use crate::stamps::{Age, Stamps};
use crate::touch::Touch;
use crate::work::Work;

mod look;

/// A reset wants the tool slower than this (m/s) and the press below that (N).
const IDLE_SPEED: f64 = 0.01;
const IDLE_PRESS: f64 = 2.0;

/// The independent judge and the gate. Pure: one call a cycle, nothing but its arguments and its own
/// memory decides.
#[derive(Clone, Debug)]
pub struct Monitor<const D: usize> {
    tools: Vec<(ArmModel<D>, ToolModel, Point<ToolFrame>)>,
    envelope: Envelope,
    ground: Ground,
    links: Links<D>,
    sensor: SensorTraits,
    period: Duration,
    delay: Seconds,
    stiffness: Option<NewtonsPerMetre>,
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
    dwell: Dwell,
    ledger: Ledger,
    latch: Latch,
    hands: DriveHands<D>,
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
        let hands = DriveHands::new(config.drive, first.limits(), period);
        let spine = Spine::new(&config.spine, config.spine_from.get())?;
        let models = config.tools.iter().map(|(_, tool)| *tool);
        Ok(Self {
            ground: Ground::new(&config.base_from_table, spine, config.skin, models),
            links: Links::new(config.shapes, config.table, &config.base_from_table, period),
            touch: Touch::new(config.flange_from_sensor, gravity, period),
            tools: config.tools.into_iter().map(with_payload_centre).collect(),
            envelope: config.envelope,
            sensor: config.sensor,
            period: config.period,
            delay: config.delay,
            stiffness: config.stiffness,
            crossing_allowed: config.crossing_allowed,
            compares_press: config.drives_report_torque,
            active: 0,
            has_seen_tool: false,
            is_parked: true,
            observer: Observer::new(period),
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
            dwell: Dwell::new(period, &config.base_from_table, &config.trigger_points),
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
    /// the limits of the drives.
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
        let drive = self.act(wanted, motion.as_ref(), &facts, decision);
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
                drive,
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
            self.observer = Observer::new(self.period.seconds().get());
        }
        if is_swap { Tool::Swapped } else { Tool::Known }
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
    ) -> Drive<D> {
        let Some((model, ..)) = self.tools.get(self.active) else {
            return self.hands.kind().of(SVector::zeros());
        };
        let reach = Reach {
            model,
            motion,
            press: facts.load.map(|load| load.press),
            skin: facts.place.and_then(|place| place.skin),
            inertia: self.inertia,
        };
        let wish = wanted
            .filter(|_| facts.life.wanted_finite && decision.reaction < signals::Reaction::Unload);
        if let Some(wish) = wish {
            return self.hands.follow(wish.drive.values(), &reach);
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

#[cfg(test)]
mod tests;
