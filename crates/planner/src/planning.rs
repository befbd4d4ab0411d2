//! The whole way from a routine to a plan.
//!
//! ```text
//! step ─▶ tool, levels, forces ─▶ figure ─▶ passes laid on the skin ─▶ postures, times, forces ─▶ proof
//!                                            (again, further out, when the patch came too near)
//! ```
//! Every step is planned even when an earlier one was refused, so that the rejection lists everything.

mod beside;
mod breaches;
mod contact;
mod handling;
mod homeward;
mod leaving;
mod mending;
mod places;
mod segments;
mod stretches;
mod suits;
mod ways;
mod whole;

use std::sync::Arc;

use beside::{Beside, with_crew};
pub(crate) use breaches::{refused, shapes};
pub(crate) use contact::{LaidPass, lay_routine};
pub use homeward::way_to_park;
use kinematics::ArmShape;
use nalgebra::SVector;
use plan::{Knot, OperatorStep, Plan, Segment, SegmentKind, Step};
use quantities::Metres;
use signals::ToolIndex;

use crate::figures::{Scale, note_once};
use crate::known::Known;
use crate::recipe::recipe;
use crate::rejection::{Findings, PlanRejection, StepTag};
use crate::request::PlanRequest;
use crate::routine::{Course, RoutineStep};
use crate::rules::{self, WarmUp};
use crate::scene::{Scene, Usage};

/// Plans a routine, or says everything that is wrong with it.
///
/// Force and pressure are proved against the believed back and the request's envelope, motion against
/// the arm's limits; see the crate's page for the list and for what holds between samples.
///
/// # Errors
/// [`PlanRejection`]: every violation with step, time, place, value, limit and remedy.
pub fn plan<const D: usize>(request: &PlanRequest<'_, D>) -> Result<Plan<D>, PlanRejection> {
    plan_on(request, beside::threads())
}

/// As [`plan`], on so many threads; their number changes nothing but the time.
fn plan_on<const D: usize>(
    request: &PlanRequest<'_, D>,
    threads: usize,
) -> Result<Plan<D>, PlanRejection> {
    let shapes = breaches::shapes(request)?.into();
    let known = Arc::new(Known::of(request));
    with_crew(request, threads, (&shapes, &known), |beside| {
        let mut planner = Planner::knowing(request, Arc::clone(&shapes), Arc::clone(&known));
        planner.beside = Some(beside);
        for index in 0..request.routine.steps.len() {
            planner.step(index);
        }
        planner.finish()
    })
}

/// The state between steps.
struct Planner<'a, const D: usize> {
    request: &'a PlanRequest<'a, D>,
    findings: Findings,
    steps: Vec<Step>,
    /// Without their knots, which are in `knots` until all are proved.
    segments: Vec<Segment<D>>,
    knots: Vec<Arc<Vec<Knot<D>>>>,
    /// Time planned for the present step so far (s).
    elapsed: f64,
    mains: Vec<f64>,
    warm: WarmUp,
    tool: ToolIndex,
    /// Posture in which the last segment ended.
    present: SVector<f64, D>,
    /// The arm stands away from the body: parked, or where the session began.
    resting: bool,
    /// What was found out about body and tools.
    known: Arc<Known>,
    /// The arm with each tool as a body.
    shapes: Arc<[ArmShape<D>]>,
    /// Plans a step to see whether it can be done, and looks for no remedies itself.
    trial: bool,
    /// Steps for which remedies were tried.
    mended: usize,
    /// Number of the first step in `steps`.
    first_step: usize,
    /// Who draws and proves beside; nobody in a trial.
    beside: Option<Beside<'a, D>>,
}

impl<'a, const D: usize> Planner<'a, D> {
    fn new(request: &'a PlanRequest<'a, D>, shapes: Arc<[ArmShape<D>]>) -> Self {
        Self::knowing(request, shapes, Arc::new(Known::of(request)))
    }

    fn knowing(
        request: &'a PlanRequest<'a, D>,
        shapes: Arc<[ArmShape<D>]>,
        known: Arc<Known>,
    ) -> Self {
        let mut planner = Self {
            request,
            findings: Findings::default(),
            steps: Vec::new(),
            segments: Vec::new(),
            knots: Vec::new(),
            elapsed: 0.0,
            mains: Vec::new(),
            warm: WarmUp::default(),
            tool: ToolIndex(0),
            present: request.start,
            resting: true,
            known,
            shapes,
            trial: false,
            mended: 0,
            first_step: 0,
            beside: None,
        };
        // The tool of the first step that names one is bolted on when the session starts.
        let first = request
            .routine
            .steps
            .iter()
            .find_map(|step| planner.tool_of(step));
        planner.tool = first.unwrap_or(ToolIndex(0));
        planner
    }

    /// The preferred tool of a step.
    fn tool_of(&self, step: &RoutineStep) -> Option<ToolIndex> {
        self.tool_named(step.tool())
    }

    fn tool_named(&self, name: &str) -> Option<ToolIndex> {
        let mut tools = self.request.arms.iter();
        let named = tools.position(|(_, tool)| tool.name == name);
        named
            .and_then(|index| u8::try_from(index).ok())
            .map(ToolIndex)
    }

    /// False for a step that only some clients ask for, and this one does not.
    fn is_asked_for(&self, step: &RoutineStep) -> bool {
        let condition = step.if_asked.as_deref();
        condition.is_none_or(|word| self.request.client.asks_for(word))
    }

    fn step(&mut self, index: usize) {
        let request = self.request;
        let Some(step) = request.routine.steps.get(index) else {
            return;
        };
        let tag = StepTag {
            index,
            name: &step.name,
            line: step.line,
        };
        self.draw_ahead(index);
        self.begin_step(step);
        if let Some(word) = step.if_asked.as_ref().filter(|_| !self.is_asked_for(step)) {
            self.mains.push(0.0);
            self.note(vec![format!(
                "left out: done only for a client who asks for \"{word}\""
            )]);
            return;
        }
        if let Course::Person { prompt, .. } = &step.course {
            self.mains.push(0.0);
            let tool = self.tool_of(step).unwrap_or(self.tool);
            self.ask_operator(prompt.clone(), tool);
            return;
        }
        let main = Scale::of(&recipe(step.technique), step.force).map_or(0.0, |s| s.main);
        self.mains.push(main);
        if let Some(tool) = self.usable_tool(step, tag) {
            self.work(step, tool, tag);
        }
    }

    fn begin_step(&mut self, step: &RoutineStep) {
        self.elapsed = 0.0;
        self.steps.push(Step {
            name: step.name.clone(),
            rows: step.rows.clone(),
            technique: step.technique,
            notes: Vec::new(),
        });
    }

    /// The first of the step's tools that exists, suits the technique and has room; the last one is taken
    /// whether it has room or not.
    fn usable_tool(&mut self, step: &RoutineStep, tag: StepTag<'_>) -> Option<ToolIndex> {
        let (last, before) = step.tools.split_last()?;
        for name in before {
            if let Some(tool) = self.tool_named(name).filter(|tool| self.fits(*tool, step)) {
                return Some(tool);
            }
        }
        self.suitable_tool(last, step, tag)
    }

    /// True for a tool that may do a step and has room where the step leads; says so when it has none.
    fn fits(&mut self, tool: ToolIndex, step: &RoutineStep) -> bool {
        let Some((_, spec)) = self.request.arms.get(usize::from(tool.0)) else {
            return false;
        };
        if self.unsuited(spec, step).is_some() {
            return false;
        }
        let before = core::mem::replace(&mut self.tool, tool);
        let lack = self.with_scene(step, |_, scene, _| places::lack_of_room(step, scene));
        self.tool = before;
        let lack = lack.flatten();
        if let Some(lack) = &lack {
            self.note(vec![format!("not with the {}: {lack}", spec.name)]);
        }
        lack.is_none()
    }

    /// A tool by name when it exists and suits the technique.
    fn suitable_tool(
        &mut self,
        name: &str,
        step: &RoutineStep,
        tag: StepTag<'_>,
    ) -> Option<ToolIndex> {
        let tool = self.tool_named(name);
        let spec = tool.and_then(|t| self.request.arms.get(usize::from(t.0)));
        let Some((_, spec)) = spec else {
            let known: Vec<&str> = self
                .request
                .arms
                .iter()
                .map(|(_, t)| t.name.as_str())
                .collect();
            let detail = format!("the tool \"{name}\" is not among those at hand");
            let remedy = format!("name one of: {}", known.join(", "));
            self.findings.report(tag, refused(detail, remedy));
            return None;
        };
        if let Some((detail, remedy)) = self.unsuited(spec, step) {
            self.findings.report(tag, refused(detail, remedy));
            return None;
        }
        tool
    }

    /// Parks, and waits for a person.
    fn ask_operator(&mut self, prompt: String, tool: ToolIndex) {
        self.go_park();
        let change_to = (tool != self.tool).then_some(tool);
        let Some((arm, _)) = self.request.arms.get(usize::from(self.tool.0)) else {
            return;
        };
        let pose = arm.tool_pose(&self.request.park);
        let knot = Knot {
            base_from_tool: pose,
            force: quantities::Newtons::ZERO,
            ceiling: quantities::Newtons::ZERO,
            u: Metres::ZERO,
            v: Metres::ZERO,
            posture: self.request.park,
        };
        let kind = SegmentKind::Operator(OperatorStep { prompt, change_to });
        self.push(kind, vec![knot]);
        self.tool = tool;
    }

    fn go_park(&mut self) {
        if self.resting && self.present == self.request.park {
            return;
        }
        let (posture, resting) = (self.present, self.resting);
        let Some(step) = self.last_step() else { return };
        self.with_scene(step, |planner, scene, tag| {
            let park = &planner.request.park;
            let way = if resting {
                scene.between_rests(&posture, park)
            } else {
                scene.between_rest_and(park, &posture, true)
            };
            let way = planner.clear_to_park(scene, &posture, way);
            planner.prove_and_push(scene, SegmentKind::Transit, way, tag);
        });
        self.present = self.request.park;
        self.resting = true;
    }

    /// The step that is planned now.
    fn last_step(&self) -> Option<&'a RoutineStep> {
        let last = self.steps.len().checked_sub(1)?;
        self.request.routine.steps.get(last)
    }

    /// Runs with the scene of the present tool. Does nothing without tools: that was reported.
    fn with_scene<R>(
        &mut self,
        step: &RoutineStep,
        run: impl FnOnce(&mut Self, &Scene<'_, D>, StepTag<'_>) -> R,
    ) -> Option<R> {
        let (request, current) = (self.request, self.current_step());
        let tag = StepTag {
            index: current,
            name: &step.name,
            line: step.line,
        };
        let (shapes, known) = (Arc::clone(&self.shapes), Arc::clone(&self.known));
        let usage = Usage::of(usize::from(self.tool.0), step);
        Scene::on(request, usage, (&shapes, &known), |scene| {
            run(self, scene, tag)
        })
    }

    /// Number of the step that is planned now.
    fn current_step(&self) -> usize {
        self.first_step + self.steps.len().saturating_sub(1)
    }

    fn note(&mut self, notes: Vec<String>) {
        if let Some(step) = self.steps.last_mut() {
            for note in notes {
                note_once(&mut step.notes, note);
            }
        }
    }

    /// Looks for remedies for the steps that the arm cannot do, once all is proved.
    fn mend_all(&mut self) {
        let request = self.request;
        for (index, step) in request.routine.steps.iter().enumerate() {
            let tag = StepTag {
                index,
                name: &step.name,
                line: step.line,
            };
            if !step.is_for_a_person() {
                self.mend(step, tag);
            }
        }
    }

    fn finish(mut self) -> Result<Plan<D>, PlanRejection> {
        self.settle();
        self.mend_all();
        self.go_park();
        self.settle();
        self.hand_over_knots();
        let request = self.request;
        let routine = request.routine;
        rules::check_cool_down(&routine.steps, &self.mains, &mut self.findings);
        self.check_dose_and_duration();
        self.check_foot();
        if routine.steps.is_empty() {
            let tag = StepTag {
                index: 0,
                name: "",
                line: 0,
            };
            let remedy = "give the routine at least one step".to_owned();
            self.findings
                .report(tag, refused("the routine has no step".to_owned(), remedy));
        }
        if D < 6 {
            let tag = StepTag {
                index: 0,
                name: "",
                line: 0,
            };
            let detail = format!("{D} joints cannot hold place, axis and yaw of a patch at once");
            self.findings.report(
                tag,
                refused(detail, "use an arm of 6 or 7 joints".to_owned()),
            );
        }
        let (steps, segments) = (self.steps, self.segments);
        if self.findings.is_empty() {
            match Plan::new(request.base_from_table, steps, segments) {
                Ok(plan) => return Ok(plan),
                Err(error) => {
                    let tag = StepTag {
                        index: 0,
                        name: "",
                        line: 0,
                    };
                    let remedy = "report this routine, body and arm as a fault of the planner";
                    self.findings
                        .report(tag, refused(error.to_string(), remedy.to_owned()));
                }
            }
        }
        Err(self
            .findings
            .into_rejection(&routine.name)
            .unwrap_or_else(|| PlanRejection {
                routine: routine.name.clone(),
                violations: Vec::new(),
            }))
    }
}

#[cfg(test)]
mod tests;
