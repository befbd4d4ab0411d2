//! The whole way from a routine to a plan.
//!
//! ```text
//! step ─▶ tool, levels, forces ─▶ figure ─▶ passes laid on the skin ─▶ postures, times, forces ─▶ proof
//!                                            (again, further out, when the patch came too near)
//! ```
//! Every step is planned even when an earlier one was refused, so that the rejection lists everything.

use nalgebra::SVector;
use plan::{OperatorStep, Plan, Segment, SegmentKind, Step, Technique};
use quantities::{Metres, Seconds};
use signals::ToolIndex;

use crate::clearance::Clearance;
use crate::figures::{Drawing, Figure, Scale, draw, note_once};
use crate::ground::{Allowance, Ground, TRACKING_MARGIN};
use crate::passage::Laid;
use crate::reach::Reacher;
use crate::rejection::{Breach, Findings, PlanRejection, Rule, StepTag};
use crate::request::PlanRequest;
use crate::routine::{Level, LevelName, RoutineStep, Stroke};
use crate::rules::{self, WarmUp};
use crate::scene::Scene;

/// Shortest stretch along the spine that is worth a stroke (m). Chosen.
const SHORTEST: f64 = 0.02;
/// How often a figure is drawn again further out before the shortfall is reported.
const REDRAWS: usize = 3;

/// Plans a routine, or says everything that is wrong with it.
///
/// Force and pressure are proved against the believed back and the request's envelope, motion against
/// the arm's limits; see the crate's page for the list and for what holds between samples.
///
/// # Errors
/// [`PlanRejection`]: every violation with step, time, place, value, limit and remedy.
pub fn plan<const D: usize>(request: &PlanRequest<'_, D>) -> Result<Plan<D>, PlanRejection> {
    let mut planner = Planner::new(request);
    for index in 0..request.routine.steps.len() {
        planner.step(index);
    }
    planner.finish()
}

/// The state between steps.
struct Planner<'a, const D: usize> {
    request: &'a PlanRequest<'a, D>,
    findings: Findings,
    steps: Vec<Step>,
    segments: Vec<Segment<D>>,
    mains: Vec<f64>,
    warm: WarmUp,
    tool: ToolIndex,
    /// Posture in which the last segment ended; the park posture when parked.
    present: SVector<f64, D>,
    parked: bool,
    allowances: Vec<Option<Allowance>>,
}

impl<'a, const D: usize> Planner<'a, D> {
    fn new(request: &'a PlanRequest<'a, D>) -> Self {
        let mut planner = Self {
            request,
            findings: Findings::default(),
            steps: Vec::new(),
            segments: Vec::new(),
            mains: Vec::new(),
            warm: WarmUp::default(),
            tool: ToolIndex(0),
            present: request.park,
            parked: true,
            allowances: vec![None; request.arms.len()],
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

    fn tool_of(&self, step: &RoutineStep) -> Option<ToolIndex> {
        let named = self
            .request
            .arms
            .iter()
            .position(|(_, tool)| tool.name == step.tool);
        named
            .and_then(|index| u8::try_from(index).ok())
            .map(ToolIndex)
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
        self.steps.push(Step {
            name: step.name.clone(),
            rows: step.rows.clone(),
            technique: technique(&step.stroke),
            notes: Vec::new(),
        });
        if let Stroke::Operator { prompt } = &step.stroke {
            self.mains.push(0.0);
            let tool = self.tool_of(step).unwrap_or(self.tool);
            self.ask_operator(prompt.clone(), tool);
            return;
        }
        let main = Scale::of(&step.stroke, step.force).map_or(0.0, |s| s.main);
        self.mains.push(main);
        if let Some(tool) = self.usable_tool(step, tag) {
            self.work(step, tool, tag);
        }
    }

    /// The step's tool when it exists and suits the technique.
    fn usable_tool(&mut self, step: &RoutineStep, tag: StepTag<'_>) -> Option<ToolIndex> {
        let tool = self.tool_of(step);
        let spec = tool.and_then(|t| self.request.arms.get(usize::from(t.0)));
        let Some((_, spec)) = spec else {
            let known: Vec<&str> = self
                .request
                .arms
                .iter()
                .map(|(_, t)| t.name.as_str())
                .collect();
            let detail = format!("the tool \"{}\" is not among those at hand", step.tool);
            let remedy = format!("name one of: {}", known.join(", "));
            self.findings.report(tag, refused(detail, remedy));
            return None;
        };
        let is_fork = matches!(spec.model.patch, kinematics::Patch::Fork { .. });
        let wants_fork = matches!(step.stroke, Stroke::TwoLineStroke { .. });
        if is_fork != wants_fork {
            let detail = format!(
                "{} cannot be done with the {}",
                technique(&step.stroke),
                spec.name
            );
            let remedy = if wants_fork {
                "use a fork"
            } else {
                "use a tool with one contact"
            };
            self.findings
                .report(tag, refused(detail, remedy.to_owned()));
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
        let knot = plan::Knot {
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
        if self.parked {
            return;
        }
        let posture = self.present;
        self.with_scene(|planner, scene, tag| {
            let way = scene.between_park_and(&posture, true);
            planner.prove_and_push(scene, SegmentKind::Transit, way, tag);
        });
        self.present = self.request.park;
        self.parked = true;
    }

    /// Runs with the scene of the present tool. Does nothing without tools: that was reported.
    fn with_scene<R>(
        &mut self,
        run: impl FnOnce(&mut Self, &Scene<'_, D>, StepTag<'_>) -> R,
    ) -> Option<R> {
        let request = self.request;
        let index = usize::from(self.tool.0);
        let (arm, spec) = request.arms.get(index)?;
        let ground = Ground {
            back: request.back,
            envelope: request.envelope,
            patch: spec.model.patch,
        };
        let slot = self.allowances.get_mut(index)?;
        let allowance = slot.take().unwrap_or_else(|| Allowance::of(&ground));
        let clearance = Clearance {
            arm,
            ground,
            capsules: request.capsules,
            table: request.table,
            table_from_base: request.base_from_table.raw().inverse(),
        };
        let result = {
            let reacher = Reacher::new(arm, &clearance);
            let scene = Scene {
                request,
                arm,
                spec,
                ground,
                allowance: &allowance,
                reacher,
                clearance: &clearance,
            };
            let last = self.steps.len().saturating_sub(1);
            let step = request.routine.steps.get(last)?;
            run(
                self,
                &scene,
                StepTag {
                    index: last,
                    name: &step.name,
                    line: step.line,
                },
            )
        };
        if let Some(slot) = self.allowances.get_mut(index) {
            *slot = Some(allowance);
        }
        Some(result)
    }

    /// Plans a step that touches.
    fn work(&mut self, step: &RoutineStep, tool: ToolIndex, tag: StepTag<'_>) {
        let keep_out = self.request.envelope.keep_out_half_width().get();
        rules::check_offsets(step, keep_out, tag, &mut self.findings);
        let Some(scale) = Scale::of(&step.stroke, step.force) else {
            let detail = format!("{} has no deep force", technique(&step.stroke));
            self.findings
                .report(tag, refused(detail, "use light, medium or firm".to_owned()));
            return;
        };
        if tool != self.tool {
            let name = self
                .request
                .arms
                .get(usize::from(tool.0))
                .map_or("", |(_, t)| t.name.as_str());
            self.ask_operator(
                format!("Please fit the tool \"{name}\", then confirm."),
                tool,
            );
        }
        self.with_scene(|planner, scene, tag| {
            let drawn = planner.drawn(step, scale, scene, tag);
            if let Some((figure, laid)) = drawn {
                let (half_x, _) = scene.spec.model.patch.half_extents();
                planner.warm.take(
                    step,
                    &figure,
                    scale.main,
                    half_x,
                    tag,
                    &mut planner.findings,
                );
                planner.note(figure.notes);
                for laid in &laid {
                    planner.pass(step, laid, scene, tag);
                }
            }
        });
    }

    /// The figure of a step, laid on the skin; drawn again further out while the edge of the patch
    /// comes too near to the spine.
    fn drawn(
        &mut self,
        step: &RoutineStep,
        scale: Scale,
        scene: &Scene<'_, D>,
        tag: StepTag<'_>,
    ) -> Option<(Figure, Vec<Laid>)> {
        let keep_out = self.request.envelope.keep_out_half_width().get() + TRACKING_MARGIN;
        let mut extra = 0.0;
        for draw_number in 0..=REDRAWS {
            let room = scene.ground.survey(extra);
            let mut notes = Vec::new();
            let (from, to) = self.stretch(step, &room, &mut notes, tag)?;
            let mut figure = draw(&Drawing {
                step,
                room: &room,
                from,
                to,
                scale,
            });
            notes.append(&mut figure.notes);
            figure.notes = notes;
            let laid: Vec<Laid> = figure.passes.iter().map(|pass| scene.lay(pass)).collect();
            let nearest = laid
                .iter()
                .flat_map(Laid::poses)
                .step_by(3)
                .map(|(p, pose)| scene.spine_clearance(pose, p.u, p.v))
                .fold(f64::INFINITY, f64::min);
            if nearest >= keep_out + 1e-4 || draw_number == REDRAWS || scene.ground.straddles() {
                for fault in figure.faults.drain(..) {
                    self.findings.report(tag, fault.breach());
                }
                return Some((figure, laid));
            }
            extra += keep_out - nearest + 3e-4;
        }
        None
    }

    /// The levels of a step as u (m), within the room.
    fn stretch(
        &mut self,
        step: &RoutineStep,
        room: &crate::room::Room,
        notes: &mut Vec<String>,
        tag: StepTag<'_>,
    ) -> Option<(f64, f64)> {
        let (from, to) = rules::levels(&step.stroke)?;
        let mut within = |level: Level| {
            let asked = self.u_of(level);
            let given = asked.clamp(room.lowest, room.highest.max(room.lowest));
            // "Nape" means as high as the tool may go.
            if (given - asked).abs() > 0.5e-3 && level.name != LevelName::Nape {
                note_once(
                    notes,
                    format!(
                        "{:?} moved by {:+.0} mm so that the whole {} stays on skin that may be touched",
                        level.name,
                        (given - asked) * 1e3,
                        step.tool
                    ),
                );
            }
            given
        };
        let (from, to) = (within(from), within(to));
        let upward = matches!(
            step.stroke,
            Stroke::Effleurage { .. } | Stroke::FanOut { .. }
        );
        let length = if upward { to - from } else { (to - from).abs() };
        if length < SHORTEST {
            let detail = format!("from u {:+.0} mm to u {:+.0} mm", from * 1e3, to * 1e3);
            let remedy = if upward {
                "the first leg goes toward the head: give a `to` that lies higher than `from`"
            } else {
                "give levels that are further apart"
            };
            self.findings
                .report(tag, refused(detail, remedy.to_owned()));
            return None;
        }
        Some((from, to))
    }

    fn u_of(&self, level: Level) -> f64 {
        let back = self.request.back;
        let named = match level.name {
            LevelName::TailBone => anatomy::Level::TailBone,
            LevelName::S2 => anatomy::Level::S2,
            LevelName::L4 => anatomy::Level::L4,
            LevelName::Waist => anatomy::Level::Waist,
            LevelName::T12 => anatomy::Level::T12,
            LevelName::T7 => anatomy::Level::T7,
            LevelName::T3 => anatomy::Level::T3,
            LevelName::Nape => anatomy::Level::C7,
        };
        back.level(named).get() + level.shift.get()
    }

    /// One stay in contact: there, touch, strokes, lift.
    fn pass(&mut self, step: &RoutineStep, laid: &Laid, scene: &Scene<'_, D>, tag: StepTag<'_>) {
        for place in &laid.missing {
            self.findings.report(tag, off_body(*place, &step.tool));
        }
        let Some((first, _)) = laid.poses().next() else {
            return;
        };
        let start = match scene.begin(laid, &self.present) {
            Ok(start) => start,
            Err(failure) => {
                let breach = out_of_reach((first.u, first.v), &failure, scene);
                self.findings.report(tag, breach);
                return;
            }
        };
        let passage = scene.pass(laid, &start);
        for (place, failure) in &passage.failures {
            self.findings
                .report(tag, out_of_reach(*place, failure, scene));
        }
        if let Some(((u, v), asked, allowed)) = passage.tapered {
            self.taper(step, scene, (u, v), asked, allowed, tag);
        }
        let Some(hover) = passage.touch.first().map(|k| k.posture) else {
            return;
        };
        let way = if self.parked {
            scene.between_park_and(&hover, false)
        } else {
            scene.hop(&self.present, &hover)
        };
        let kind = if self.parked {
            SegmentKind::Approach
        } else {
            SegmentKind::Transit
        };
        self.prove_and_push(scene, kind, way, tag);
        self.prove_and_push(scene, SegmentKind::Touch, passage.touch, tag);
        for stroke in passage.strokes {
            self.prove_and_push(scene, SegmentKind::Stroke, stroke, tag);
        }
        self.present = passage.lift.last().map_or(hover, |k| k.posture);
        self.parked = false;
        self.prove_and_push(scene, SegmentKind::Lift, passage.lift, tag);
    }

    /// Where the force had to give way: words taper and say so, exact wishes are refused.
    fn taper(
        &mut self,
        step: &RoutineStep,
        scene: &Scene<'_, D>,
        (u, v): (f64, f64),
        asked: f64,
        allowed: f64,
        tag: StepTag<'_>,
    ) {
        let zone = scene.ground.weakest_zone(u, v).word();
        match step.force {
            crate::ForceWord::Exactly(_) => {
                let by_pressure = scene.pressure_binds(u, v);
                let area = scene.spec.model.patch.area().get();
                let (rule, figures) = if by_pressure {
                    (Rule::Pressure, (asked / area, allowed / area))
                } else {
                    (Rule::Force, (asked, allowed))
                };
                self.findings.report(
                    tag,
                    Breach {
                        rule,
                        time: None,
                        place: Some((u, v)),
                        figures: Some(figures),
                        detail: format!("{asked:.1} N asked in or near the zone {zone}"),
                        remedy: format!(
                            "ask for at most {:.1} N, or for a word (light, medium, firm), which tapers",
                            (allowed.max(0.0) * 10.0).floor() / 10.0
                        ),
                    },
                );
            }
            crate::ForceWord::Light
            | crate::ForceWord::Medium
            | crate::ForceWord::Firm
            | crate::ForceWord::Deep => self.note(vec![format!(
                "force tapers from {asked:.1} to {:.1} N near the zone {zone}, to stay below its ceiling",
                allowed.max(0.0)
            )]),
        }
    }

    fn note(&mut self, notes: Vec<String>) {
        if let Some(step) = self.steps.last_mut() {
            for note in notes {
                note_once(&mut step.notes, note);
            }
        }
    }

    fn prove_and_push(
        &mut self,
        scene: &Scene<'_, D>,
        kind: SegmentKind,
        knots: Vec<plan::Knot<D>>,
        tag: StepTag<'_>,
    ) {
        let current = self.steps.len().saturating_sub(1);
        let start: f64 = self
            .segments
            .iter()
            .filter(|s| usize::from(s.step) == current)
            .map(|s| s.duration().get())
            .sum();
        let manner = crate::checks::Manner::of(&kind);
        scene.prove(&knots, manner, start, tag, &mut self.findings);
        self.push(kind, knots);
    }

    fn push(&mut self, kind: SegmentKind, knots: Vec<plan::Knot<D>>) {
        let step = u16::try_from(self.steps.len().saturating_sub(1)).unwrap_or(u16::MAX);
        let spacing = Seconds::new(crate::timing::KNOT_SPACING);
        self.segments.push(Segment {
            step,
            kind,
            tool: self.tool,
            spacing,
            knots,
        });
    }

    fn finish(mut self) -> Result<Plan<D>, PlanRejection> {
        self.go_park();
        let request = self.request;
        let routine = request.routine;
        rules::check_cool_down(&routine.steps, &self.mains, &mut self.findings);
        self.check_dose_and_duration();
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

    /// One position at most 20 minutes; each zone its dose.
    fn check_dose_and_duration(&mut self) {
        let envelope = self.request.envelope;
        let last = self.request.routine.steps.len().saturating_sub(1);
        let Some(step) = self.request.routine.steps.get(last) else {
            return;
        };
        let tag = StepTag {
            index: last,
            name: &step.name,
            line: step.line,
        };
        let total: f64 = self.segments.iter().map(|s| s.duration().get()).sum();
        let allowed = envelope.position_time().get();
        if total > allowed {
            let figures = Some((total, allowed));
            let remedy =
                "shorten the routine, or split it in two with the client repositioned between";
            let (time, place, detail) = (None, None, "the whole routine".to_owned());
            let remedy = remedy.to_owned();
            self.findings.report(
                tag,
                Breach {
                    rule: Rule::Duration,
                    time,
                    place,
                    figures,
                    detail,
                    remedy,
                },
            );
        }
        let mut doses = std::collections::BTreeMap::new();
        for segment in self
            .segments
            .iter()
            .filter(|s| s.kind == SegmentKind::Stroke)
        {
            for knot in &segment.knots {
                let zone = envelope.zone_at(knot.u, knot.v);
                let left = knot.v >= Metres::ZERO;
                *doses.entry((zone, left)).or_insert(0.0) +=
                    knot.force.get() * segment.spacing.get();
            }
        }
        let limit = envelope.zone_dose().get();
        for ((zone, left), dose) in doses {
            if dose > limit {
                let side = if left { "left" } else { "right" };
                let breach = Breach {
                    rule: Rule::Dose,
                    time: None,
                    place: None,
                    figures: Some((dose, limit)),
                    detail: format!("zone {} on the {side}", zone.word()),
                    remedy: "fewer repetitions or less force over this zone".to_owned(),
                };
                self.findings.report(tag, breach);
            }
        }
    }
}

/// The technique of a figure.
fn technique(stroke: &Stroke) -> Technique {
    match stroke {
        Stroke::Effleurage { .. } => Technique::Effleurage,
        Stroke::FanOut { .. } => Technique::FanOut,
        Stroke::PalmCircles { .. } => Technique::PalmCircles,
        Stroke::ThumbCircles { .. } => Technique::ThumbCircles,
        Stroke::PullStrokes { .. } => Technique::PullStrokes,
        Stroke::TwoLineStroke { .. } => Technique::TwoLineStroke,
        Stroke::Operator { .. } => Technique::OperatorStep,
    }
}

fn refused(detail: String, remedy: String) -> Breach {
    Breach {
        rule: Rule::Request,
        time: None,
        place: None,
        figures: None,
        detail,
        remedy,
    }
}

fn off_body((u, v): (f64, f64), tool: &str) -> Breach {
    Breach {
        rule: Rule::OffBody,
        time: None,
        place: Some((u, v)),
        figures: None,
        detail: format!("no skin is known under the whole {tool} there"),
        remedy: "end the stroke earlier, keep further from the flank, or scan more of the body"
            .to_owned(),
    }
}

fn out_of_reach<const D: usize>(
    place: (f64, f64),
    failure: &kinematics::IkFailure<D>,
    scene: &Scene<'_, D>,
) -> Breach {
    let residual = failure.position_residual.get();
    let remedy = match failure.limited_by {
        kinematics::LimitedBy::Reach { reach, asked } => format!(
            "move the base at least {:.0} mm nearer to this place",
            ((asked - reach).get() * 1e3).ceil()
        ),
        kinematics::LimitedBy::JointLimit { .. }
        | kinematics::LimitedBy::NoDescent
        | kinematics::LimitedBy::Iterations
        | kinematics::LimitedBy::NotFinite => {
            "move or turn the base so that this place lies in the middle of the arm's reach"
                .to_owned()
        }
    };
    Breach {
        rule: Rule::Reach,
        time: None,
        place: Some(place),
        figures: Some((residual, 2e-6)),
        detail: format!("with the {}: {failure}", scene.spec.name),
        remedy,
    }
}
