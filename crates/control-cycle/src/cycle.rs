//! The loop's body.

use force_control::{ControlLaw, Estimator};
use nalgebra::Vector3;
use safety_monitor::{Monitor, Vetted};
use signals::{Command, Cycle, Sensed, Verdict};

use crate::{Progress, Reference};

/// What a cycle is made of; each part is built and checked before the loop starts.
pub struct CycleParts<const D: usize> {
    /// From raw samples to belief.
    pub estimator: Estimator<D>,
    /// From the plan to a setpoint.
    pub reference: Reference<D>,
    /// From a setpoint to a wish.
    pub force_control: ControlLaw<D>,
    /// The independent judge.
    pub monitor: Monitor<D>,
}

/// The control cycle and its memory.
pub struct ControlCycle<const D: usize> {
    parts: CycleParts<D>,
    acceleration: Vector3<f64>,
    verdict: Option<Verdict>,
}

impl<const D: usize> ControlCycle<D> {
    /// A cycle that has not run yet.
    #[must_use]
    pub fn new(parts: CycleParts<D>) -> Self {
        Self {
            parts,
            acceleration: Vector3::zeros(),
            verdict: None,
        }
    }

    /// Where the session stands.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.parts.reference.progress()
    }

    /// One turn: what is sensed becomes a vetted command. Whatever fails on the way, the monitor still
    /// judges the raw sample and still has a command to give.
    pub fn step(&mut self, sensed: &Sensed<D>) -> Cycle<D, Vetted<Command<D>>> {
        let CycleParts {
            estimator,
            reference,
            force_control,
            monitor,
        } = &mut self.parts;
        let seen = estimator.look(sensed, &self.acceleration, force_control.phase());
        let setpoint = seen.and_then(|s| {
            reference.step(
                sensed,
                &s.estimate,
                force_control.phase(),
                self.verdict.as_ref(),
            )
        });
        let acted = seen.zip(setpoint).and_then(|(seen, setpoint)| {
            estimator
                .arm(seen.tool)
                .map(|arm| force_control.step(arm, &seen, &setpoint))
        });
        let wanted = acted.and_then(|a| a.wanted);
        let (verdict, command) = monitor.judge(sensed, wanted.as_ref());

        self.verdict = Some(verdict);
        let planned = setpoint.map_or(Vector3::zeros(), |s| *s.acceleration.linear.raw());
        let own = seen.map_or(Vector3::zeros(), |s| {
            force_control.own_acceleration(&s.estimate)
        });
        self.acceleration = planned + own;
        Cycle {
            at: sensed.at,
            sequence: sensed.sequence,
            estimate: acted.map(|a| a.estimate).or(seen.map(|s| s.estimate)),
            setpoint,
            wanted,
            verdict,
            command,
            finished: self.parts.reference.progress().finished,
        }
    }
}
