//! Segments as they are planned: taken in, proved, and given their knots at the end.

use std::sync::Arc;

use plan::{Knot, Segment, SegmentKind};
use quantities::Seconds;

use super::Planner;
use crate::rejection::StepTag;
use crate::scene::Scene;

impl<const D: usize> Planner<'_, D> {
    /// Takes a segment in, and has it proved: here, or by who is beside.
    pub(super) fn prove_and_push(
        &mut self,
        scene: &Scene<'_, D>,
        kind: SegmentKind,
        knots: Vec<Knot<D>>,
        tag: StepTag<'_>,
    ) {
        let (manner, start) = (crate::checks::Manner::of(&kind), self.elapsed);
        let knots = Arc::new(knots);
        if !self.prove_beside(&knots, manner, start) {
            scene.prove(&knots, manner, start, tag, &mut self.findings);
        }
        self.hold(kind, knots);
    }

    /// Takes a segment in that needs no proof.
    pub(super) fn push(&mut self, kind: SegmentKind, knots: Vec<Knot<D>>) {
        self.hold(kind, Arc::new(knots));
    }

    fn hold(&mut self, kind: SegmentKind, knots: Arc<Vec<Knot<D>>>) {
        let step = u16::try_from(self.current_step()).unwrap_or(u16::MAX);
        let spacing = Seconds::new(crate::timing::KNOT_SPACING);
        self.elapsed += (spacing * knots.len().saturating_sub(1) as f64).get();
        self.segments.push(Segment {
            step,
            kind,
            tool: self.tool,
            spacing,
            knots: Vec::new(),
        });
        self.knots.push(knots);
    }

    /// Gives the segments their knots, when nobody else looks at them any more.
    pub(super) fn hand_over_knots(&mut self) {
        for (segment, knots) in self.segments.iter_mut().zip(self.knots.drain(..)) {
            segment.knots = Arc::try_unwrap(knots).unwrap_or_else(|shared| shared.to_vec());
        }
    }
}
