//! Steps that touch: from the figure to the segments of each pass.

use nalgebra::Isometry3;
use plan::SegmentKind;
use signals::ToolIndex;

use super::Planner;
use super::breaches::{off_body, out_of_reach, refused};
use super::places::{favours, places, u_of};
use super::stretches::{missed_hovers, stretches};
use super::ways::Held;
use crate::figures::{Drawing, Figure, Scale, draw, note_once};
use crate::ground::TRACKING_MARGIN;
use crate::passage::{Laid, Passage, Taper};
use crate::path::PathPoint;
use crate::recipe::{Recipe, recipe};
use crate::rejection::{Breach, PlanRejection, Rule, StepTag};
use crate::request::PlanRequest;
use crate::room::{Room, Side};
use crate::routine::{Course, ForceWord, Level, RoutineStep, Sides};
use crate::rules;
use crate::scene::Scene;

/// Shortest stretch along the spine that is worth a stroke (m). Chosen.
const SHORTEST: f64 = 0.02;
/// How often a figure is drawn again further out before the shortfall is reported.
const REDRAWS: usize = 4;
/// What a drawing keeps from the keep-out besides the margins (m): between the places that are looked at the
/// patch may come nearer.
const NEAR: f64 = 3e-4;

impl<const D: usize> Planner<'_, D> {
    /// Plans a step that touches.
    pub(super) fn work(&mut self, step: &RoutineStep, tool: ToolIndex, tag: StepTag<'_>) {
        let recipe = recipe(step.technique);
        self.check_asked(step, &recipe, tag);
        let Some(scale) = Scale::of(&recipe, step.force) else {
            self.findings.report(tag, no_such_force(step));
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
        self.with_scene(step, |planner, scene, tag| {
            let ahead = planner.drawn_ahead(tag.index);
            let drawn = ahead.or_else(|| planner.drawn(step, scale, scene, tag));
            if let Some((figure, laid)) = drawn {
                let (half_x, _) = scene.ground.patch.half_extents();
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

    /// What can be told from the step alone.
    fn check_asked(&mut self, step: &RoutineStep, recipe: &Recipe, tag: StepTag<'_>) {
        let keep_out = self.request.envelope.keep_out_half_width().get();
        rules::check_offsets(step, keep_out, tag, &mut self.findings);
        rules::check_staging(step, recipe, tag, &mut self.findings);
        let tempo = self.request.routine.tempo_hz;
        rules::check_rhythm(step, recipe, tempo, tag, &mut self.findings);
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
        let mut further = 0.0;
        for draw_number in 0..=REDRAWS {
            let room = scene.survey(further);
            let mut notes = Vec::new();
            let span = self.stretch(step, &room, &mut notes, tag)?;
            let places = places(step, scene, &mut notes);
            let mut figure = draw(&Drawing {
                step,
                recipe: recipe(step.technique),
                tool: &scene.spec.name,
                patch_area: scene.spec.model.patch.area().get(),
                room: &room,
                span,
                scale,
                places,
                tempo: self.request.routine.tempo_hz,
                friction: self.request.client.skin.friction(),
                extra: favours(step, scene, span),
            });
            notes.append(&mut figure.notes);
            figure.notes = notes;
            let laid: Vec<Laid> = figure.passes.iter().map(|pass| scene.lay(pass)).collect();
            let nearest = laid
                .iter()
                .flat_map(Laid::poses)
                .step_by(3)
                .map(|(p, pose)| scene.spine_clearance(pose, p.u, p.v))
                .chain(laid.iter().flat_map(|laid| scene.clearances_above(laid)))
                .fold(f64::INFINITY, f64::min);
            let near = nearest < keep_out + NEAR && !scene.ground.straddles();
            if !near || draw_number == REDRAWS {
                for fault in figure.faults.drain(..) {
                    self.findings.report(tag, fault.breach());
                }
                return Some((figure, laid));
            }
            further += keep_out - nearest + 2.0 * NEAR;
        }
        None
    }

    /// The levels of a step as u (m), within the room; zeros for a course that has none.
    fn stretch(
        &mut self,
        step: &RoutineStep,
        room: &Room,
        notes: &mut Vec<String>,
        tag: StepTag<'_>,
    ) -> Option<(f64, f64)> {
        let Some(span) = step.course.span() else {
            return Some((0.0, 0.0));
        };
        let back = self.request.back;
        let mut within = |level: Level| {
            let asked = u_of(back, level);
            let given = asked.clamp(room.lowest, room.highest.max(room.lowest));
            // C7 means as high as the tool may go.
            if (given - asked).abs() > 0.5e-3 && level.name != anatomy::Level::C7 {
                note_once(
                    notes,
                    format!(
                        "{} moved by {:+.0} mm so that the whole tool stays on skin that may be touched",
                        level.name.word(),
                        (given - asked) * 1e3,
                    ),
                );
            }
            given
        };
        let asked = (u_of(back, span.from), u_of(back, span.to));
        let (from, to) = (within(span.from), within(span.to));
        let (from, to) = roomy(step, room, (from, to), notes);
        let (from, to) = long_enough(step, room, asked, (from, to));
        let upward = rules::presses_upward(&step.course, recipe(step.technique).manner);
        let length = if upward { to - from } else { (to - from).abs() };
        let shortest = match step.course {
            // One line across has no length along the spine.
            Course::Across { .. } => 0.0,
            _ => SHORTEST,
        };
        if length >= shortest {
            return Some((from, to));
        }
        let detail = format!("from u {:+.0} mm to u {:+.0} mm", from * 1e3, to * 1e3);
        let breach = if upward && length < 0.0 {
            Breach {
                rule: Rule::Direction,
                time: None,
                place: None,
                figures: Some((length, shortest)),
                detail,
                remedy: "the leg that carries the pressure goes toward the heart: give a `to` that lies \
                         higher than `from`"
                    .to_owned(),
            }
        } else {
            refused(detail, "give levels that are further apart".to_owned())
        };
        self.findings.report(tag, breach);
        None
    }

    /// One stay in contact: there, touch, strokes, lift.
    fn pass(&mut self, step: &RoutineStep, laid: &Laid, scene: &Scene<'_, D>, tag: StepTag<'_>) {
        if !laid.missing.is_empty() {
            self.settle();
        }
        for place in &laid.missing {
            self.findings
                .report(tag, off_body(*place, &scene.spec.name));
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
        if passage.rhythm < 0.995 {
            self.note(vec![format!(
                "rhythm lowered to {:.0} % of it, so that neither the tool on the skin nor a joint is too fast",
                (passage.rhythm * 100.0).floor()
            )]);
        }
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
        self.check_held(&passage.strokes, tag);
        for (kind, stroke) in passage.strokes {
            self.check_retreat(scene, &stroke, tag);
            self.prove_and_push(scene, kind, stroke, tag);
        }
        self.present = passage.lift.last().map_or(hover, |k| k.posture);
        self.resting = false;
        self.prove_and_push(scene, SegmentKind::Lift, passage.lift, tag);
    }

    /// Proves of a pass that the arm cannot do what does not depend on its postures, so that the
    /// rejection lists that too.
    fn without_postures(&mut self, scene: &Scene<'_, D>, passage: Passage<D>, tag: StepTag<'_>) {
        let before = core::mem::take(&mut self.findings);
        for (kind, stroke) in passage.strokes {
            self.prove_and_push(scene, kind, stroke, tag);
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
            // Exact wishes, and a depth that the ceilings do not give, are refused.
            ForceWord::Exactly(_) | ForceWord::Deep => {
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
            ForceWord::Light | ForceWord::Medium | ForceWord::Firm => self.note(vec![format!(
                "force tapers from {asked:.1} to {:.1} N {ceiling}",
                allowed.max(0.0)
            )]),
        }
    }
}

/// The part of a stretch in which the tool has room between keep-out and flank: toward neck and cleft, and at a
/// slender waist, the body narrows.
fn roomy(
    step: &RoutineStep,
    room: &Room,
    (from, to): (f64, f64),
    notes: &mut Vec<String>,
) -> (f64, f64) {
    let sides: &[Side] = match (&step.course, step.sides) {
        (Course::Straddle { .. }, _) => &[],
        (Course::Diagonals { .. }, _) | (_, Sides::Both) => &[Side::Left, Side::Right],
        (_, Sides::Left) => &[Side::Left],
        (_, Sides::Right) => &[Side::Right],
    };
    let Some(found) = room.longest(sides, from, to) else {
        return (from, to);
    };
    let cut = (to - from).abs() - (found.1 - found.0).abs();
    if cut > 1e-3 {
        let cut = cut * 1e3;
        let note =
            format!("{cut:.0} mm shorter: there the tool has no room between keep-out and flank");
        note_once(notes, note);
    }
    found
}

/// Where the body left too little of a stretch that is long enough as asked, its start is moved away from its
/// end again.
fn long_enough(
    step: &RoutineStep,
    room: &Room,
    asked: (f64, f64),
    (from, to): (f64, f64),
) -> (f64, f64) {
    let way = asked.1 - asked.0;
    let short = (to - from) * way.signum() < SHORTEST;
    if !short || way.abs() < SHORTEST || matches!(step.course, Course::Across { .. }) {
        return (from, to);
    }
    let start = to - way.signum() * 2.0 * SHORTEST;
    (start.clamp(room.lowest, room.highest.max(room.lowest)), to)
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
        self.begin_step(step);
        if step.is_for_a_person() || !self.is_asked_for(step) {
            return;
        }
        let Some(scale) = Scale::of(&recipe(step.technique), step.force) else {
            self.findings.report(tag, no_such_force(step));
            return;
        };
        let Some(tool) = self.usable_tool(step, tag) else {
            return;
        };
        self.tool = tool;
        let laid = self.with_scene(step, |planner, scene, tag| {
            planner.drawn(step, scale, scene, tag)
        });
        for mut laid in laid.flatten().map(|(_, laid)| laid).unwrap_or_default() {
            for place in laid.missing.drain(..) {
                self.findings.report(tag, off_body(place, step.tool()));
            }
            let poses: Vec<_> = laid.strokes.into_iter().flat_map(|s| s.points).collect();
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

fn no_such_force(step: &RoutineStep) -> Breach {
    let detail = format!("{} has no deep force", step.technique);
    refused(detail, "use light, medium or firm".to_owned())
}
