//! Accompanies a simulated session: archives it, speaks for the operator, and knows when it is over.

pub(crate) mod words;

use std::sync::Arc;

use control_cycle::{HoldEnd, WhyHoldEnded};
use kinematics::ArmModel;
use plan::{Plan, SegmentKind};
use quantities::{Duration, Metres, Newtons};
use realtime_runner::{Next, Session};
use recorder::{
    ArchiveError, ArchiveWriter, ContactRecord, CycleRecord, JointsRecord, TruthRecord,
    WrenchRecord,
};
use safety_monitor::Vetted;
use signals::{Command, Cycle, Reaction, Request, Sensed};
use sim::{Pad, PlantTruth, SimArm};

use super::operator::{Deed, SimulatedOperator, cycles};
use words::{
    asked_force, cause_id, frames, hold_words, log, normal_error, phase_word, pose_record,
    reaction_word, tangential_error, told, verdict_record,
};
pub use words::{fill_truth, segment_word};

/// Every so many milliseconds the 50 Hz messages are written.
const SLOW_EVERY_MS: u64 = 20;
/// Time recorded after the end (ms), so that the last second can be looked at.
const AFTERGLOW_MS: u64 = 300;
/// Time that a latched stop is followed (ms): unloading and retracting take less than 2 s.
const AFTER_STOP_MS: u64 = 3000;
/// Time without skin before the session is given up (ms).
const NO_SKIN_MS: u64 = 3000;
/// How near to the skin a patch edge counts for clearance.
const TOUCH_RANGE: Metres = Metres::new(0.002);

/// How a session ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The plan was walked to its end.
    Completed,
    /// The monitor stopped it: the rule's id.
    SafetyStop(String),
    /// There was no skin where the plan expected it.
    NoSkin,
    /// It took far longer than planned.
    Overtime,
}

/// What a recording is made with.
pub struct RecordingParts<'a, const D: usize> {
    /// The open archive.
    pub writer: ArchiveWriter,
    /// The plan that is walked.
    pub plan: Arc<Plan<D>>,
    /// The arm with each tool.
    pub models: Vec<ArmModel<D>>,
    /// The contact pads, by tool.
    pub pads: Vec<Pad>,
    /// The loop's period.
    pub period: Duration,
    /// The person beside the table.
    pub operator: SimulatedOperator,
    /// Told now and then how far it is (0 to 1) and which step runs.
    pub progress: &'a mut dyn FnMut(f64, &str),
}

/// The companion.
pub struct Recording<'a, const D: usize> {
    parts: RecordingParts<'a, D>,
    cycle: CycleRecord,
    truth: TruthRecord,
    contact: ContactRecord,
    turns: u64,
    longest: u64,
    step: Option<u16>,
    reaction: Reaction,
    ending: Option<(Ending, u64)>,
    no_skin_for: u64,
    hold_end: Option<HoldEnd>,
    fault: Option<ArchiveError>,
}

impl<'a, const D: usize> Recording<'a, D> {
    /// A companion at the start of a session.
    #[must_use]
    pub fn new(parts: RecordingParts<'a, D>) -> Self {
        let planned = parts.plan.duration().get();
        let longest_ms = ((3.0 * planned + 120.0) * 1000.0) as u64;
        Self {
            longest: cycles(longest_ms, parts.period),
            parts,
            cycle: CycleRecord::default(),
            truth: TruthRecord::default(),
            contact: ContactRecord::default(),
            turns: 0,
            step: None,
            reaction: Reaction::Go,
            ending: None,
            no_skin_for: 0,
            hold_end: None,
            fault: None,
        }
    }

    /// Closes the archive and says how the session ended.
    ///
    /// # Errors
    /// What the disk refused.
    pub fn finish(self) -> Result<(Ending, recorder::ArchiveSummary), ArchiveError> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let ending = self.ending.map_or(Ending::Overtime, |(ending, _)| ending);
        Ok((ending, self.parts.writer.finish()?))
    }

    fn write(
        &mut self,
        sensed: &Sensed<D>,
        cycle: &Cycle<D, Vetted<Command<D>>>,
        truth: &PlantTruth<D>,
        arm: &SimArm<D>,
    ) -> Result<(), ArchiveError> {
        self.cycle.fill(sensed, cycle, &cycle.command.get().drive);
        for passed in arm.passed() {
            fill_truth(&mut self.truth, passed);
            self.parts.writer.truth(&self.truth)?;
        }
        self.parts.writer.cycle(&self.cycle)?;
        fill_truth(&mut self.truth, truth);
        self.parts.writer.truth(&self.truth)?;
        self.tell_step(cycle)?;
        self.tell_verdict(cycle)?;
        if self.turns.is_multiple_of(self.turns_in(SLOW_EVERY_MS)) {
            self.write_slow(sensed, cycle, truth, arm)?;
        }
        Ok(())
    }

    fn turns_in(&self, ms: u64) -> u64 {
        cycles(ms, self.parts.period)
    }

    fn write_slow(
        &mut self,
        sensed: &Sensed<D>,
        cycle: &Cycle<D, Vetted<Command<D>>>,
        truth: &PlantTruth<D>,
        arm: &SimArm<D>,
    ) -> Result<(), ArchiveError> {
        let at_ns = cycle.at.nanos();
        let writer = &mut self.parts.writer;
        if let Some(joints) = sensed.joints.value() {
            writer.joint_states(&JointsRecord {
                at_ns,
                positions: joints.positions.as_slice().to_vec(),
                velocities: joints.velocities.as_slice().to_vec(),
                efforts: joints.torques.as_slice().to_vec(),
            })?;
        }
        writer.joint_command(&told(at_ns, &cycle.command.get().drive))?;
        let wrench_true = truth.contact_wrench().stacked().into();
        writer.wrench_true(&WrenchRecord {
            at_ns,
            wrench: wrench_true,
        })?;
        if let Some(wrench) = sensed.wrench.value() {
            let wrench = wrench.stacked().into();
            writer.wrench_measured(&WrenchRecord { at_ns, wrench })?;
        }
        let table_from_base = arm.world().base_from_table().inverse();
        let table_from_tool = table_from_base * truth.base_from_tool;
        writer.tool_pose(&pose_record(at_ns, &table_from_tool))?;
        if let Some(setpoint) = &cycle.setpoint {
            writer.tool_goal(&pose_record(
                at_ns,
                &(table_from_base * setpoint.base_from_tool),
            ))?;
        }
        let tool = usize::from(truth.tool.0);
        if let Some(model) = self.parts.models.get(tool) {
            let frames = frames(model, truth, &table_from_base);
            writer.transforms(at_ns, &frames)?;
        }
        self.fill_contact(cycle, truth, arm);
        self.parts.writer.contact(&self.contact)
    }

    fn fill_contact(
        &mut self,
        cycle: &Cycle<D, Vetted<Command<D>>>,
        truth: &PlantTruth<D>,
        arm: &SimArm<D>,
    ) {
        let world = arm.world();
        let table_from_tool = world.base_from_table().inverse() * truth.base_from_tool;
        let place = world.back().chart().locate(&table_from_tool.origin());
        let clearance = self
            .parts
            .pads
            .get(usize::from(truth.tool.0))
            .and_then(|pad| {
                world.spine_clearance(&truth.base_from_tool, pad, truth.breath, TOUCH_RANGE)
            });
        let contact = &mut self.contact;
        contact.at_ns = cycle.at.nanos();
        contact.normal_force_true_n = -truth.contact.on_tool.force.z();
        contact.normal_force_measured_n = cycle
            .estimate
            .and_then(|e| e.contact.press())
            .map(Newtons::get);
        contact.normal_force_setpoint_n = cycle.setpoint.as_ref().map_or(0.0, asked_force);
        contact.ceiling_n = cycle.verdict.ceiling.get();
        (contact.u_m, contact.v_m) = place.map_or((0.0, 0.0), |(u, v)| (u.get(), v.get()));
        // Away from the skin no edge is near it: the tool's own distance stands for the clearance.
        contact.spine_clearance_m = clearance.map_or(contact.v_m.abs(), Metres::get);
        contact.normal_error_rad = normal_error(world.back(), &table_from_tool);
        contact.tangential_error_m = cycle
            .setpoint
            .map_or(0.0, |s| tangential_error(&s, &truth.base_from_tool));
        contact.peak_pressure_pa = truth.peak_pressure().get();
        phase_word(cycle.estimate.map(|e| e.phase)).clone_into(&mut contact.phase);
        self.name_place(cycle, place, world.back());
    }

    fn name_place(
        &mut self,
        cycle: &Cycle<D, Vetted<Command<D>>>,
        place: Option<(Metres, Metres)>,
        back: &anatomy::Back,
    ) {
        let contact = &mut self.contact;
        let zone = place.map_or("", |(u, v)| back.zone_at(u, v).word());
        zone.clone_into(&mut contact.zone);
        let index = cycle.setpoint.map_or(0, |s| s.place.segment);
        let Some(segment) = self.parts.plan.segments().get(index as usize) else {
            return;
        };
        segment_word(&segment.kind).clone_into(&mut contact.segment);
        contact.segment_index = index;
        contact.step_index = u32::from(segment.step);
        let technique = match segment.kind {
            SegmentKind::Stroke
            | SegmentKind::Hold(_)
            | SegmentKind::Tap(_)
            | SegmentKind::Touch
            | SegmentKind::Lift => self
                .parts
                .plan
                .steps()
                .get(usize::from(segment.step))
                .map_or("", |step| step.technique.word()),
            SegmentKind::Approach | SegmentKind::Transit | SegmentKind::Operator(_) => "",
        };
        technique.clone_into(&mut contact.technique);
    }

    fn tell_step(&mut self, cycle: &Cycle<D, Vetted<Command<D>>>) -> Result<(), ArchiveError> {
        let Some(setpoint) = &cycle.setpoint else {
            return Ok(());
        };
        let plan = Arc::clone(&self.parts.plan);
        let Some(segment) = plan.segments().get(setpoint.place.segment as usize) else {
            return Ok(());
        };
        if self.step == Some(segment.step) {
            return Ok(());
        }
        self.step = Some(segment.step);
        let Some(step) = plan.steps().get(usize::from(segment.step)) else {
            return Ok(());
        };
        let share = setpoint.place.segment as f64 / plan.segments().len().max(1) as f64;
        (self.parts.progress)(share, &step.name);
        let rows = step.rows.join(", ");
        let text = format!("step {}: {} [{}]", segment.step + 1, step.name, rows);
        self.parts
            .writer
            .log(&log(cycle.at.nanos(), 20, "plan", text))
    }

    fn tell_verdict(&mut self, cycle: &Cycle<D, Vetted<Command<D>>>) -> Result<(), ArchiveError> {
        let verdict = &cycle.verdict;
        let changed = verdict.reaction != self.reaction;
        if changed || self.turns.is_multiple_of(self.turns_in(SLOW_EVERY_MS)) {
            self.parts
                .writer
                .verdict(&verdict_record(cycle.at.nanos(), verdict))?;
        }
        if !changed {
            return Ok(());
        }
        let level = if verdict.reaction >= Reaction::Unload {
            40
        } else {
            30
        };
        let text = format!(
            "monitor: {} -> {} {}",
            reaction_word(self.reaction),
            reaction_word(verdict.reaction),
            cause_id(verdict)
        );
        self.reaction = verdict.reaction;
        self.parts
            .writer
            .log(&log(cycle.at.nanos(), level, "safety", text))
    }

    /// Says why a static press ended, and marks a place that was left.
    fn tell_hold(
        &mut self,
        at_ns: u64,
        progress: &control_cycle::Progress,
    ) -> Result<(), ArchiveError> {
        if self.hold_end == progress.hold_end {
            return Ok(());
        }
        self.hold_end = progress.hold_end;
        let Some(end) = progress.hold_end else {
            return Ok(());
        };
        let level = match end.why {
            WhyHoldEnded::Eased | WhyHoldEnded::TimedOut => 20,
            WhyHoldEnded::Bone => 30,
        };
        self.parts
            .writer
            .log(&log(at_ns, level, "hold", hold_words(&end)))
    }

    /// Notes the first reason to end, and ends when its afterglow is over.
    fn over(&mut self, cycle: &Cycle<D, Vetted<Command<D>>>, no_skin: bool) -> bool {
        self.no_skin_for = if no_skin { self.no_skin_for + 1 } else { 0 };
        if self.ending.is_none() {
            self.ending = if cycle.verdict.is_latched() {
                Some((
                    Ending::SafetyStop(cause_id(&cycle.verdict).to_owned()),
                    self.turns + self.turns_in(AFTER_STOP_MS),
                ))
            } else if cycle.finished {
                Some((Ending::Completed, self.turns + self.turns_in(AFTERGLOW_MS)))
            } else if self.no_skin_for > self.turns_in(NO_SKIN_MS) {
                Some((Ending::NoSkin, self.turns))
            } else if self.turns > self.longest {
                Some((Ending::Overtime, self.turns))
            } else {
                None
            };
        }
        self.ending
            .as_ref()
            .is_some_and(|(_, at)| self.turns >= *at)
    }
}

impl<const D: usize> Session<D, SimArm<D>> for Recording<'_, D> {
    fn after(
        &mut self,
        sensed: &Sensed<D>,
        cycle: &Cycle<D, Vetted<Command<D>>>,
        progress: &control_cycle::Progress,
        arm: &mut SimArm<D>,
    ) -> Next {
        let truth = arm.truth();
        if let Err(fault) = self.write(sensed, cycle, &truth, arm) {
            self.fault = Some(fault);
            return Next::End;
        }
        if let Err(fault) = self.tell_hold(cycle.at.nanos(), progress) {
            self.fault = Some(fault);
            return Next::End;
        }
        self.turns += 1;
        if self.turns.is_multiple_of(self.turns_in(1000)) {
            let share = progress.segment as f64 / self.parts.plan.segments().len().max(1) as f64;
            (self.parts.progress)(share, "");
        }
        if self.over(cycle, progress.no_skin) {
            return Next::End;
        }
        let step = match self
            .parts
            .plan
            .segments()
            .get(progress.segment)
            .map(|s| &s.kind)
        {
            Some(SegmentKind::Operator(step)) if progress.waiting_for_operator => Some(step),
            _ => None,
        };
        match self.parts.operator.attend(step, sensed.tool, sensed.at) {
            Deed::Wait => Next::Go(Request::None),
            Deed::Ask(request) => Next::Go(request),
            Deed::Attach(tool) => {
                // A tool that cannot be attached shows as a step that is never confirmed.
                let _ = arm.attach(tool);
                Next::Go(Request::None)
            }
        }
    }
}
