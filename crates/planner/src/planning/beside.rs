//! What other threads do beside the planning of the steps: the drawings of steps to come, and the proof of
//! what is planned.
//!
//! ```text
//! this thread    step 1: postures, times, forces │ step 2: postures, ... │ ... │ findings in order
//! the others     drawings of steps 2, 3, ...     │ proof of step 1 │ proof of step 2 ...
//! ```
//! A drawing depends on step, body and tool alone; a proof on the knots alone. What is found is reported in the
//! order of the knots, so it does not depend on who was at it when.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use kinematics::ArmShape;
use plan::Knot;

use super::Planner;
use crate::checks::Manner;
use crate::crew::{Crew, Ticket};
use crate::figures::{Figure, Scale};
use crate::known::Known;
use crate::passage::Laid;
use crate::recipe::recipe;
use crate::rejection::{Breach, StepTag};
use crate::request::PlanRequest;
use crate::scene::{Scene, Usage};

/// Steps that are drawn ahead at most. Chosen: a drawing is as large as the knots it becomes.
const AHEAD: usize = 6;
/// Knots that are proved in one go. Chosen: some milliseconds of work.
const PIECE: usize = 1000;
/// Threads at most. Chosen: choosing postures, which goes on one thread, takes nearly half of all work.
const MOST_THREADS: usize = 3;

/// A figure, laid on the skin.
pub(super) type Drawn = (Figure, Vec<Laid>);

/// One thing to do.
pub(super) enum Task<const D: usize> {
    /// Draw a step.
    Draw(usize),
    /// Prove a piece of a segment.
    Prove(Piece<D>),
}

/// A piece of a segment.
pub(super) struct Piece<const D: usize> {
    usage: Usage,
    knots: Arc<Vec<Knot<D>>>,
    range: Range<usize>,
    manner: Manner,
    start: f64,
}

/// What came of it.
pub(super) enum Done {
    /// Nothing where the step cannot be drawn without a word: then it is drawn where the words are heard.
    Drawn(Option<Drawn>),
    /// What the piece breaks.
    Proved(Vec<Breach>),
}

/// What was given away and is not fetched yet.
pub(super) struct Beside<'a, const D: usize> {
    crew: &'a Crew<Task<D>, Done>,
    /// By number of the step.
    drawings: BTreeMap<usize, Ticket>,
    /// The next step to be drawn.
    next: usize,
    /// With the number of the step, in the order of the knots.
    proofs: Vec<(usize, Ticket)>,
}

/// Threads that are worth having here.
pub(super) fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, |n| n.get().min(MOST_THREADS))
}

/// Runs with a crew of so many threads, this one included, that serves the request. Where no thread can be
/// had, whoever fetches does the work.
pub(super) fn with_crew<const D: usize, R>(
    request: &PlanRequest<'_, D>,
    threads: usize,
    (shapes, known): (&Arc<[ArmShape<D>]>, &Arc<Known>),
    run: impl FnOnce(Beside<'_, D>) -> R,
) -> R {
    let crew = Crew::new();
    std::thread::scope(|scope| {
        let _closing = crew.closing();
        for _ in 1..threads {
            let serve = || crew.serve(|task| done(request, (shapes, known), task));
            let _ = std::thread::Builder::new().spawn_scoped(scope, serve);
        }
        run(Beside {
            crew: &crew,
            drawings: BTreeMap::new(),
            next: 0,
            proofs: Vec::new(),
        })
    })
}

fn done<const D: usize>(
    request: &PlanRequest<'_, D>,
    (shapes, known): (&Arc<[ArmShape<D>]>, &Arc<Known>),
    task: &Task<D>,
) -> Done {
    match task {
        Task::Draw(index) => Done::Drawn(drawn_alone(request, (shapes, known), *index)),
        Task::Prove(piece) => {
            let (range, manner, start) = (piece.range.clone(), piece.manner, piece.start);
            let prove =
                |scene: &Scene<'_, D>| scene.prove_piece(&piece.knots, range, manner, start);
            let found = Scene::on(request, piece.usage, (shapes, known), prove);
            Done::Proved(found.unwrap_or_default())
        }
    }
}

/// A step drawn by itself, when there is nothing to say about it but notes.
fn drawn_alone<const D: usize>(
    request: &PlanRequest<'_, D>,
    (shapes, known): (&Arc<[ArmShape<D>]>, &Arc<Known>),
    index: usize,
) -> Option<Drawn> {
    let step = request.routine.steps.get(index)?;
    let scale = Scale::of(&recipe(step.technique), step.force)?;
    let mut planner = Planner::knowing(request, Arc::clone(shapes), Arc::clone(known));
    planner.first_step = index;
    planner.begin_step(step);
    let tag = StepTag {
        index,
        name: &step.name,
        line: step.line,
    };
    if !planner.is_asked_for(step) {
        return None;
    }
    planner.tool = planner.usable_tool(step, tag)?;
    let drawn = planner.with_scene(step, |planner, scene, tag| {
        planner.drawn(step, scale, scene, tag)
    });
    drawn.flatten().filter(|_| planner.findings.is_empty())
}

impl<const D: usize> Planner<'_, D> {
    /// Has steps drawn that come soon.
    pub(super) fn draw_ahead(&mut self, index: usize) {
        let Some(beside) = &mut self.beside else {
            return;
        };
        let last = self.request.routine.steps.len().min(index + AHEAD);
        while beside.next < last {
            let ticket = beside.crew.give(Task::Draw(beside.next));
            beside.drawings.insert(beside.next, ticket);
            beside.next += 1;
        }
    }

    /// The drawing of a step that was made ahead; `None` when there is none.
    pub(super) fn drawn_ahead(&mut self, index: usize) -> Option<Drawn> {
        let ticket = self.beside.as_mut()?.drawings.remove(&index)?;
        match self.fetch(ticket)? {
            Done::Drawn(drawn) => drawn,
            Done::Proved(_) => None,
        }
    }

    /// Has a segment of the present step proved that begins `start` seconds after it; false when there is
    /// nobody beside.
    pub(super) fn prove_beside(
        &mut self,
        knots: &Arc<Vec<Knot<D>>>,
        manner: Manner,
        start: f64,
    ) -> bool {
        let (step, tool) = (self.current_step(), usize::from(self.tool.0));
        let Some(written) = self.request.routine.steps.get(step) else {
            return false;
        };
        let usage = Usage::of(tool, written);
        let Some(beside) = &mut self.beside else {
            return false;
        };
        for first in (0..knots.len()).step_by(PIECE) {
            let ticket = beside.crew.give(Task::Prove(Piece {
                usage,
                knots: Arc::clone(knots),
                range: first..knots.len().min(first + PIECE),
                manner,
                start,
            }));
            beside.proofs.push((step, ticket));
        }
        true
    }

    /// Waits for all proofs that were given away, and reports what they found. Whoever reports something
    /// else about a place calls this before, so that the first place of a step stays the first.
    pub(super) fn settle(&mut self) {
        let proofs = self.beside.as_mut().map(|b| core::mem::take(&mut b.proofs));
        for (index, ticket) in proofs.into_iter().flatten() {
            let (Some(Done::Proved(found)), Some(step)) =
                (self.fetch(ticket), self.request.routine.steps.get(index))
            else {
                continue;
            };
            let tag = StepTag {
                index,
                name: &step.name,
                line: step.line,
            };
            for breach in found {
                self.findings.report(tag, breach);
            }
        }
    }

    fn fetch(&self, ticket: Ticket) -> Option<Done> {
        let crew = self.beside.as_ref()?.crew;
        let parts = (&self.shapes, &self.known);
        Some(crew.fetch(ticket, |task| done(self.request, parts, task)))
    }
}
