//! What can go wrong in the arm itself: the fault switches X1 to X15 of its sensors and A1 to A9 of its
//! drives and firmware.
//!
//! A fault sits between plant and firmware: sensors lie to both firmware and host, drives do other than they
//! are told. The plant itself stays true.

use nalgebra::SVector;
use quantities::{Duration, Instant, Newtons, Sensor, Wrench};
use signals::{JointState, Reading, Sensed, WhyMissing};
use wire_format::StateFlags;

use super::motion::Told;
use crate::arm::SimArm;
use crate::noise::{Chance, Purpose};

/// One fault of the rig. Forces act along the sensor's z axis; joints count from 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RigFault {
    /// X1: the wrist sensor repeats its last sample, freshly stamped.
    StuckWrench,
    /// X2: a step of the wrist sensor's bias (N).
    WrenchBias(f64),
    /// X3: the bias grows (N/s).
    WrenchDrift(f64),
    /// X4: the wrist sensor counts in another unit: factor.
    WrenchScale(f64),
    /// X5: the wrist sensor saturates (N).
    WrenchSaturates(f64),
    /// X6: the wrist sensor gives no number. The wire carries none, so the sample is missing.
    WrenchNotANumber,
    /// X7: one sample of the wrist sensor is off (N), once in so many ticks.
    WrenchSpikes(f64, u32),
    /// X8: noise of the wrist sensor on top (N, standard deviation).
    WrenchNoise(f64),
    /// X9: axes x and z of the wrist sensor are swapped and turned round.
    WrenchAxesSwapped,
    /// X10: the whole sample is old, but stamped fresh: joints and wrench stand still.
    StaleButFresh,
    /// X11: a joint's encoder jumps (rad).
    EncoderJump(usize, f64),
    /// X12: a joint's encoder slips (rad/s).
    EncoderSlip(usize, f64),
    /// X13: samples of the wrist sensor come only every so many ticks.
    WrenchReducedRate(u32),
    /// X14: samples of the wrist sensor come now and then: share that is missing.
    WrenchIntermittent(f64),
    /// X15: a warm-up transient: the bias goes toward a value (N) with a time constant of 10 s.
    WrenchWarmUp(f64),
    /// A1: a drive gives this torque on top (N·m).
    TorqueRunaway(usize, f64),
    /// A2: a drive gives nothing.
    DeadDrive(usize),
    /// A3: a drive gives another torque than told: factor.
    WrongGain(usize, f64),
    /// A4: the supply sags: all drives give at most this share of what they are told.
    BrownOut(f64),
    /// A6: the control task hangs: the drives keep doing what they were told last, states go on with the last
    /// sample.
    TaskHangs,
    /// A7: the drives are derated to this share.
    Derated(f64),
    /// A8: the brakes do not open.
    BrakeStuck,
    /// A9: a drive turns the wrong way.
    WrongDirection(usize),
    /// L14 seen from the arm: no states are sent.
    Silent,
}

/// The faults that are on.
#[derive(Clone, Debug)]
pub struct RigFaults<const D: usize> {
    active: Vec<(RigFault, u64)>,
    chance: Chance,
    ticks: u64,
    frozen: Option<Sensed<D>>,
    last_wrench: Option<Wrench<Sensor>>,
    told: Option<Told<D>>,
}

impl<const D: usize> RigFaults<D> {
    /// A sound rig.
    #[must_use]
    pub fn none(seed: u64) -> Self {
        Self {
            active: Vec::new(),
            chance: Chance::new(seed, Purpose::RigFaults),
            ticks: 0,
            frozen: None,
            last_wrench: None,
            told: None,
        }
    }

    /// Switches a fault on.
    pub fn inject(&mut self, fault: RigFault) {
        self.active.push((fault, self.ticks));
    }

    /// Switches all faults off.
    pub fn clear(&mut self) {
        self.active.clear();
        (self.frozen, self.told) = (None, None);
    }

    /// The faults that are on.
    pub fn active(&self) -> impl Iterator<Item = &RigFault> {
        self.active.iter().map(|(fault, _)| fault)
    }

    /// The control task hangs.
    #[must_use]
    pub fn is_hung(&self) -> bool {
        self.active().any(|f| matches!(f, RigFault::TaskHangs))
    }

    /// No states are sent.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.active().any(|f| matches!(f, RigFault::Silent))
    }

    /// What the firmware itself notices.
    #[must_use]
    pub fn flags(&self) -> StateFlags {
        self.active().fold(StateFlags::none(), |flags, fault| {
            flags
                .with_if(
                    StateFlags::BROWN_OUT,
                    matches!(fault, RigFault::BrownOut(_)),
                )
                .with_if(StateFlags::DERATED, matches!(fault, RigFault::Derated(_)))
        })
    }

    /// One millisecond passes.
    pub(super) fn tick(&mut self, _arm: &mut SimArm<D>) {
        self.ticks += 1;
    }

    /// What the drives make of what they are told.
    pub(super) fn told(&mut self, told: Told<D>) -> Told<D> {
        let mut told = if self.is_hung() {
            *self.told.get_or_insert(told)
        } else {
            told
        };
        for (fault, _) in &self.active {
            told = match *fault {
                RigFault::BrakeStuck => Told::Brakes,
                RigFault::TorqueRunaway(joint, extra) => one(told, joint, |t| t + extra),
                RigFault::DeadDrive(joint) => one(told, joint, |_| 0.0),
                RigFault::WrongGain(joint, gain) => one(told, joint, |t| t * gain),
                RigFault::WrongDirection(joint) => one(told, joint, |t| -t),
                RigFault::BrownOut(share) | RigFault::Derated(share) => all(told, share),
                RigFault::StuckWrench
                | RigFault::WrenchBias(_)
                | RigFault::WrenchDrift(_)
                | RigFault::WrenchScale(_)
                | RigFault::WrenchSaturates(_)
                | RigFault::WrenchNotANumber
                | RigFault::WrenchSpikes(..)
                | RigFault::WrenchNoise(_)
                | RigFault::WrenchAxesSwapped
                | RigFault::StaleButFresh
                | RigFault::EncoderJump(..)
                | RigFault::EncoderSlip(..)
                | RigFault::WrenchReducedRate(_)
                | RigFault::WrenchIntermittent(_)
                | RigFault::WrenchWarmUp(_)
                | RigFault::TaskHangs
                | RigFault::Silent => told,
            };
        }
        told
    }

    /// What the sensors say of a true sample.
    pub(super) fn seen(&mut self, truth: Sensed<D>) -> Sensed<D> {
        let mut seen = truth;
        for at in 0..self.active.len() {
            let Some((fault, since)) = self.active.get(at).copied() else {
                break;
            };
            let age_s = (self.ticks - since) as f64 * 1e-3;
            self.lie(&mut seen, fault, age_s);
        }
        self.last_wrench = seen.wrench.value().copied();
        seen
    }

    fn lie(&mut self, seen: &mut Sensed<D>, fault: RigFault, age_s: f64) {
        match fault {
            RigFault::StuckWrench => {
                if let (Some(last), Reading::Taken { value, .. }) =
                    (self.last_wrench, &mut seen.wrench)
                {
                    *value = last;
                }
            }
            RigFault::WrenchBias(step) => shift(seen, step),
            RigFault::WrenchDrift(rate) => shift(seen, rate * age_s),
            RigFault::WrenchWarmUp(most) => shift(seen, most * (1.0 - libm::exp(-age_s / 10.0))),
            RigFault::WrenchNoise(sigma) => {
                let noise = sigma * self.chance.gaussian();
                shift(seen, noise);
            }
            RigFault::WrenchSpikes(size, every) => {
                if self.ticks.is_multiple_of(u64::from(every.max(1))) {
                    shift(seen, size);
                }
            }
            RigFault::WrenchScale(factor) => each(seen, |x| x * factor),
            RigFault::WrenchSaturates(most) => each(seen, |x| x.clamp(-most.abs(), most.abs())),
            RigFault::WrenchAxesSwapped => swap(seen),
            RigFault::WrenchNotANumber => seen.wrench = Reading::Missing(WhyMissing::Silent),
            RigFault::WrenchIntermittent(share) => {
                if self.chance.uniform() < share {
                    seen.wrench = Reading::Missing(WhyMissing::Silent);
                }
            }
            RigFault::WrenchReducedRate(every) => {
                if !self.ticks.is_multiple_of(u64::from(every.max(1))) {
                    seen.wrench = Reading::Missing(WhyMissing::Silent);
                }
            }
            RigFault::StaleButFresh | RigFault::TaskHangs => self.freeze(seen),
            RigFault::EncoderJump(joint, by) => turn(seen, joint, by),
            RigFault::EncoderSlip(joint, rate) => turn(seen, joint, rate * age_s),
            RigFault::TorqueRunaway(..)
            | RigFault::DeadDrive(_)
            | RigFault::WrongGain(..)
            | RigFault::BrownOut(_)
            | RigFault::Derated(_)
            | RigFault::BrakeStuck
            | RigFault::WrongDirection(_)
            | RigFault::Silent => {}
        }
    }

    /// The last sample again, with the stamps of now.
    fn freeze(&mut self, seen: &mut Sensed<D>) {
        let frozen = *self.frozen.get_or_insert(*seen);
        let (at, sequence) = (seen.at, seen.sequence);
        *seen = Sensed {
            at,
            sequence,
            joints: restamped(&frozen.joints, frozen.at, at),
            wrench: restamped(&frozen.wrench, frozen.at, at),
            ..frozen
        };
    }
}

fn restamped<T: Copy>(reading: &Reading<T>, then: Instant, now: Instant) -> Reading<T> {
    match reading {
        Reading::Taken { value, at } => {
            let age = then.since(*at).unwrap_or(Duration::ZERO);
            let at = now
                .since(Instant::START + age)
                .map_or(now, |d| Instant::START + d);
            Reading::Taken { value: *value, at }
        }
        Reading::Missing(why) => Reading::Missing(*why),
    }
}

fn one<const D: usize>(told: Told<D>, joint: usize, change: impl Fn(f64) -> f64) -> Told<D> {
    let changed = |mut values: SVector<f64, D>| {
        if let Some(value) = values.get_mut(joint) {
            *value = change(*value);
        }
        values
    };
    match told {
        Told::Brakes => Told::Brakes,
        Told::Torques(values) => Told::Torques(changed(values)),
        Told::Velocities(values) => Told::Velocities(changed(values)),
    }
}

fn all<const D: usize>(told: Told<D>, share: f64) -> Told<D> {
    match told {
        Told::Brakes => Told::Brakes,
        Told::Torques(values) => Told::Torques(values * share),
        Told::Velocities(values) => Told::Velocities(values * share),
    }
}

fn each<const D: usize>(seen: &mut Sensed<D>, change: impl Fn(f64) -> f64) {
    if let Reading::Taken { value, .. } = &mut seen.wrench {
        value.force = quantities::Force::from_raw(value.force.raw().map(&change));
        value.torque = quantities::Torque::from_raw(value.torque.raw().map(&change));
    }
}

fn shift<const D: usize>(seen: &mut Sensed<D>, by: f64) {
    if let Reading::Taken { value, .. } = &mut seen.wrench {
        let mut force = *value.force.raw();
        force.z += Newtons::new(by).get();
        value.force = quantities::Force::from_raw(force);
    }
}

fn swap<const D: usize>(seen: &mut Sensed<D>) {
    if let Reading::Taken { value, .. } = &mut seen.wrench {
        let force = *value.force.raw();
        value.force = quantities::Force::new(-force.z, force.y, -force.x);
    }
}

fn turn<const D: usize>(seen: &mut Sensed<D>, joint: usize, by: f64) {
    if let Reading::Taken { value, .. } = &mut seen.joints {
        let JointState { positions, .. } = value;
        if let Some(position) = positions.get_mut(joint) {
            *position += by;
        }
    }
}
