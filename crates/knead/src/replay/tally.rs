//! What is counted while a session is replayed.

use plan::Plan;
use recorder::CycleRecord;
use serde::Serialize;

use super::comparison::{Stage, Unlike, cause_word, first_stage, reaction_word, unlike};
use crate::session::segment_word;

/// `reaction` from which on a verdict is latched: `Unload`.
const LATCHED: u8 = 3;

/// What came of a replay.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// Cycles that were replayed.
    pub cycles: u64,
    /// Cycles of which anything is not as it was.
    pub differing: u64,
    /// The first of them.
    pub first: Option<FirstDifference>,
    /// Differing cycles by the first stage that differs.
    pub by_stage: StageCounts,
    /// The largest difference between two commands.
    pub largest_torque: Option<LargestTorque>,
    /// Root of the mean squared difference of each joint's torque over all cycles (N·m).
    pub rms_torque_nm: Vec<f64>,
    /// Largest difference of the force that is asked for (N).
    pub largest_force_n: f64,
    /// When and why the recorded monitor first latched.
    pub latched_recorded: Option<Latch>,
    /// When and why today's does.
    pub latched_today: Option<Latch>,
    /// Cycles that are missing in the archive, by the numbers of their samples.
    pub holes: Vec<Hole>,
}

impl Comparison {
    /// Whether every cycle is as it was, to the bit.
    #[must_use]
    pub const fn is_identical(&self) -> bool {
        self.differing == 0
    }
}

/// The first cycle that is not as it was.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FirstDifference {
    /// Its number in the archive, from 0.
    pub cycle: u64,
    /// Number of its sample.
    pub sequence: u64,
    /// Its time since the session's start (s).
    pub at_s: f64,
    /// The step as recorded; empty where the cycle had no set-point.
    pub step: String,
    /// Index of the segment as recorded, or -1.
    pub segment: i32,
    /// Its kind, in the plan that is walked today.
    pub segment_kind: String,
    /// The first stage that differs.
    pub stage: Stage,
    /// All figures that differ, in the order of the loop.
    pub unlike: Vec<Unlike>,
}

/// Cycles by stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct StageCounts {
    /// Belief.
    pub estimate: u64,
    /// Plan.
    pub setpoint: u64,
    /// Wish.
    pub wanted: u64,
    /// Monitor.
    pub verdict: u64,
    /// Command alone.
    pub command: u64,
}

impl StageCounts {
    /// The count of one stage.
    #[must_use]
    pub const fn of(&self, stage: Stage) -> u64 {
        match stage {
            Stage::Estimate => self.estimate,
            Stage::Setpoint => self.setpoint,
            Stage::Wanted => self.wanted,
            Stage::Verdict => self.verdict,
            Stage::Command => self.command,
        }
    }

    const fn count(&mut self, stage: Stage) {
        match stage {
            Stage::Estimate => self.estimate += 1,
            Stage::Setpoint => self.setpoint += 1,
            Stage::Wanted => self.wanted += 1,
            Stage::Verdict => self.verdict += 1,
            Stage::Command => self.command += 1,
        }
    }
}

/// The largest difference between two torques.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LargestTorque {
    /// Name of the joint.
    pub joint: String,
    /// Size of the difference (N·m; N for a sliding joint).
    pub difference_nm: f64,
    /// As archived.
    pub recorded_nm: f32,
    /// As today's controller has it.
    pub today_nm: f32,
    /// Number of the cycle, from 0.
    pub cycle: u64,
    /// Its time (s).
    pub at_s: f64,
}

/// A verdict that needs the operator's reset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Latch {
    /// Number of the cycle, from 0.
    pub cycle: u64,
    /// The reaction.
    pub reaction: String,
    /// The rule.
    pub cause: String,
}

/// Samples that the archive does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Hole {
    /// The sample before.
    pub after_sequence: u64,
    /// The sample behind.
    pub before_sequence: u64,
}

/// Counts while it goes.
pub(super) struct Tally<'p, const D: usize> {
    plan: &'p Plan<D>,
    joint_names: Vec<String>,
    squares: Vec<f64>,
    last_sequence: Option<u64>,
    found: Comparison,
}

impl<'p, const D: usize> Tally<'p, D> {
    pub(super) fn new(plan: &'p Plan<D>, joint_names: Vec<String>) -> Self {
        Self {
            plan,
            joint_names,
            squares: vec![0.0; D],
            last_sequence: None,
            found: Comparison {
                cycles: 0,
                differing: 0,
                first: None,
                by_stage: StageCounts::default(),
                largest_torque: None,
                rms_torque_nm: Vec::new(),
                largest_force_n: 0.0,
                latched_recorded: None,
                latched_today: None,
                holes: Vec::new(),
            },
        }
    }

    pub(super) const fn cycles(&self) -> u64 {
        self.found.cycles
    }

    pub(super) fn add(
        &mut self,
        recorded: &CycleRecord,
        today: &CycleRecord,
        wish: Option<&[f64]>,
    ) {
        self.note_hole(recorded.sequence);
        let cycle = self.found.cycles;
        note_latch(&mut self.found.latched_recorded, cycle, recorded);
        note_latch(&mut self.found.latched_today, cycle, today);
        if let Some(stage) = first_stage(recorded, today, wish) {
            if self.found.first.is_none() {
                let unlike = unlike(recorded, today, wish, &self.joint_names);
                self.found.first = Some(self.placed(recorded, stage, unlike));
            }
            self.found.differing += 1;
            self.found.by_stage.count(stage);
            self.measure(recorded, today);
        }
        self.found.cycles += 1;
    }

    pub(super) fn finish(mut self) -> Comparison {
        let cycles = self.found.cycles.max(1) as f64;
        let mean_roots = self.squares.iter().map(|sum| libm::sqrt(sum / cycles));
        self.found.rms_torque_nm = mean_roots.collect();
        self.found
    }

    fn note_hole(&mut self, sequence: u64) {
        if let Some(last) = self.last_sequence
            && sequence != last.wrapping_add(1)
        {
            self.found.holes.push(Hole {
                after_sequence: last,
                before_sequence: sequence,
            });
        }
        self.last_sequence = Some(sequence);
    }

    fn placed(&self, recorded: &CycleRecord, stage: Stage, unlike: Vec<Unlike>) -> FirstDifference {
        let segments = self.plan.segments();
        let segment = usize::try_from(recorded.segment)
            .ok()
            .and_then(|index| segments.get(index));
        let step = segment.and_then(|segment| self.plan.steps().get(usize::from(segment.step)));
        FirstDifference {
            cycle: self.found.cycles,
            sequence: recorded.sequence,
            at_s: recorded.at_ns as f64 * 1e-9,
            step: step.map_or_else(String::new, |step| step.name.clone()),
            segment: recorded.segment,
            segment_kind: segment
                .map_or("", |segment| segment_word(&segment.kind))
                .to_owned(),
            stage,
            unlike,
        }
    }

    fn measure(&mut self, recorded: &CycleRecord, today: &CycleRecord) {
        let force = f64::from(recorded.force_setpoint_n) - f64::from(today.force_setpoint_n);
        self.found.largest_force_n = self.found.largest_force_n.max(force.abs());
        let pairs = recorded.command.iter().zip(&today.command);
        for (joint, (&was, &is)) in pairs.enumerate() {
            let difference = (f64::from(was) - f64::from(is)).abs();
            if let Some(sum) = self.squares.get_mut(joint) {
                *sum += difference * difference;
            }
            let most = self.found.largest_torque.as_ref();
            if difference > most.map_or(0.0, |most| most.difference_nm) {
                self.found.largest_torque = Some(LargestTorque {
                    joint: self.joint_names.get(joint).cloned().unwrap_or_default(),
                    difference_nm: difference,
                    recorded_nm: was,
                    today_nm: is,
                    cycle: self.found.cycles,
                    at_s: recorded.at_ns as f64 * 1e-9,
                });
            }
        }
    }
}

fn note_latch(latch: &mut Option<Latch>, cycle: u64, record: &CycleRecord) {
    if latch.is_none() && record.reaction >= LATCHED {
        *latch = Some(Latch {
            cycle,
            reaction: reaction_word(record),
            cause: cause_word(record),
        });
    }
}
