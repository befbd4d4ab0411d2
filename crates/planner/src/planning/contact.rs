//! Steps that touch: from the figure to the segments of each pass.

use nalgebra::Isometry3;
use plan::SegmentKind;
use signals::ToolIndex;

use super::Planner;
use super::breaches::{off_body, out_of_reach, refused};
use super::stretches::{missed_hovers, stretches};
use super::ways::Held;
use crate::figures::{Drawing, Figure, Scale, draw, note_once};
use crate::ground::TRACKING_MARGIN;
use crate::passage::{Laid, Passage, Taper};
use crate::path::PathPoint;
use crate::rejection::{Breach, PlanRejection, Rule, StepTag};
use crate::request::PlanRequest;
use crate::room::Room;
use crate::routine::{ForceWord, Level, LevelName, RoutineStep, Stroke};
use crate::rules;
use crate::scene::Scene;

/// Shortest stretch along the spine that is worth a stroke (m). Chosen.
const SHORTEST: f64 = 0.02;
/// How often a figure is drawn again further out before the shortfall is reported.
const REDRAWS: usize = 3;

impl<const D: usize> Planner<'_, D> {
    /// Plans a step that touches.
    pub(super) fn work(&mut self, step: &RoutineStep, tool: ToolIndex, tag: StepTag<'_>) {
        let keep_out = self.request.envelope.keep_out_half_width().get();
        rules::check_offsets(step, keep_out, tag, &mut self.findings);
        let Some(scale) = Scale::of(&step.stroke, step.force) else {
            let detail = format!("{} has no deep force", step.stroke.technique());
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
            let ahead = planner.drawn_ahead(tag.index);
            let drawn = ahead.or_else(|| planner.drawn(step, scale, scene, tag));
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
    pub(super) fn drawn(
        &mut self,
        step: &RoutineStep,
        scale: Scale,
        scene: &Scene<'_, D>,
        tag: StepTag<'_>,
    ) -> Option<(Figure, Vec<Laid>)> {
        let keep_out = self.request.envelope.keep_out_half_width().get() + TRACKING_MARGIN;
        let mut extra = 0.0;
        for draw_number in 0..=REDRAWS {
            let room = scene.survey(extra);
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
        room: &Room,
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
                        "{} moved by {:+.0} mm so that the whole {} stays on skin that may be touched",
                        word(level.name),
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
        if !laid.missing.is_empty() {
            self.settle();
        }
        for place in &laid.missing {
            self.findings.report(tag, off_body(*place, &step.tool));
        }
        if laid.poses().next().is_none() {
            return;
        }
        let Held {
            route,
            passage,
            way,
            note,
        } = self.held(laid, scene);
        self.note(note.into_iter().collect());
        if let Some(taper) = passage.tapered {
            if matches!(step.force, ForceWord::Exactly(_)) {
                self.settle();
            }
            self.taper(step, scene, taper, tag);
        }
        if !passage.missed.is_empty() || !route.hovers.is_empty() {
            self.settle();
            for breach in missed_hovers(scene, laid, &route) {
                self.findings.report(tag, breach);
            }
            for (breach, stretch) in stretches(scene, laid, &route, &passage.missed) {
                self.findings.report_stretch(tag, breach, stretch);
            }
            self.without_postures(scene, passage, tag);
            return;
        }
        if !passage.failures.is_empty() {
            self.settle();
        }
        for (place, failure) in &passage.failures {
            self.findings
                .report(tag, out_of_reach(*place, failure, scene));
        }
        let Some(hover) = passage.touch.first().map(|k| k.posture) else {
            return;
        };
        let kind = if self.resting {
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
        self.resting = false;
        self.prove_and_push(scene, SegmentKind::Lift, passage.lift, tag);
    }

    /// Proves of a pass that the arm cannot do what does not depend on its postures, so that the
    /// rejection lists that too.
    fn without_postures(&mut self, scene: &Scene<'_, D>, passage: Passage<D>, tag: StepTag<'_>) {
        let before = core::mem::take(&mut self.findings);
        for stroke in passage.strokes {
            self.prove_and_push(scene, SegmentKind::Stroke, stroke, tag);
        }
        self.settle();
        let found = core::mem::replace(&mut self.findings, before);
        self.findings.absorb(found, |rule| !rule.is_about_posture());
    }

    /// Where the force had to give way: words taper and say so, exact wishes are refused.
    fn taper(&mut self, step: &RoutineStep, scene: &Scene<'_, D>, taper: Taper, tag: StepTag<'_>) {
        let Taper {
            place: (u, v),
            asked,
            allowed,
        } = taper;
        let (bound, ceiling) = if scene.rating_binds(u, v) {
            let kpa = scene.ground.rating.get() * 1e-3;
            let name = &scene.spec.name;
            let bound = format!("with the {name}, which is made for {kpa:.0} kPa");
            (bound, format!("for the {name}'s rating of {kpa:.0} kPa"))
        } else {
            let zone = scene.ground.weakest_zone(u, v).word();
            let bound = format!("in or near the zone {zone}");
            (
                bound,
                format!("near the zone {zone}, to stay below its ceiling"),
            )
        };
        match step.force {
            ForceWord::Exactly(_) => {
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
                        detail: format!("{asked:.1} N asked {bound}"),
                        remedy: format!(
                            "ask for at most {:.1} N, or for a word (light, medium, firm), which tapers",
                            (allowed.max(0.0) * 10.0).floor() / 10.0
                        ),
                    },
                );
            }
            ForceWord::Light | ForceWord::Medium | ForceWord::Firm | ForceWord::Deep => {
                self.note(vec![format!(
                    "force tapers from {asked:.1} to {:.1} N {ceiling}",
                    allowed.max(0.0)
                )])
            }
        }
    }
}

/// One stay in contact as drawn, wherever the arm may stand.
pub(crate) struct LaidPass {
    /// Number of the step, from 0.
    pub step: usize,
    /// Which tool works.
    pub tool: ToolIndex,
    /// Places and forces with the pose of the tool in the table frame, in order.
    pub poses: Vec<(PathPoint, Isometry3<f64>)>,
}

/// All passes of a routine, laid on the skin: what does not depend on where the base stands.
///
/// # Errors
/// [`PlanRejection`] when a step cannot be drawn on this body, which no base would mend.
pub(crate) fn lay_routine<const D: usize>(
    request: &PlanRequest<'_, D>,
) -> Result<Vec<LaidPass>, PlanRejection> {
    let mut planner = Planner::new(request, super::shapes(request)?.into());
    let mut passes = Vec::new();
    for (index, step) in request.routine.steps.iter().enumerate() {
        planner.lay_step(index, step, &mut passes);
    }
    match planner.findings.into_rejection(&request.routine.name) {
        Some(rejection) => Err(rejection),
        None => Ok(passes),
    }
}

impl<const D: usize> Planner<'_, D> {
    fn lay_step(&mut self, index: usize, step: &RoutineStep, passes: &mut Vec<LaidPass>) {
        let tag = StepTag {
            index,
            name: &step.name,
            line: step.line,
        };
        // The scene takes its name and line from the last step.
        self.steps.push(plan::Step {
            name: step.name.clone(),
            rows: step.rows.clone(),
            technique: step.stroke.technique(),
            notes: Vec::new(),
        });
        if matches!(step.stroke, Stroke::Operator { .. }) {
            return;
        }
        let Some(scale) = Scale::of(&step.stroke, step.force) else {
            let detail = format!("{} has no such force", step.stroke.technique());
            let remedy = "use light, medium or firm".to_owned();
            self.findings.report(tag, refused(detail, remedy));
            return;
        };
        let Some(tool) = self.usable_tool(step, tag) else {
            return;
        };
        self.tool = tool;
        let laid = self.with_scene(|planner, scene, tag| planner.drawn(step, scale, scene, tag));
        for mut laid in laid.flatten().map(|(_, laid)| laid).unwrap_or_default() {
            for place in laid.missing.drain(..) {
                self.findings.report(tag, off_body(place, &step.tool));
            }
            let poses: Vec<_> = laid.strokes.into_iter().flatten().collect();
            if !poses.is_empty() {
                passes.push(LaidPass {
                    step: index,
                    tool,
                    poses,
                });
            }
        }
    }
}

/// A level in the words of routine files.
fn word(name: LevelName) -> &'static str {
    match name {
        LevelName::TailBone => "tail-bone",
        LevelName::S2 => "S2",
        LevelName::L4 => "L4",
        LevelName::Waist => "waist",
        LevelName::T12 => "T12",
        LevelName::T7 => "T7",
        LevelName::T3 => "T3",
        LevelName::Nape => "nape",
    }
}
