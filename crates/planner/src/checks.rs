//! The proof: every knot of a segment against every limit.
//!
//! Knots lie 10 ms apart; no check lets the tool go further than 2.5 mm, or turn by more than 0.01 rad,
//! from one to the next (the tool speed and turning limits times 10 ms). Between two knots the plan is
//! a cubic through them, which leaves the straight line between them by at most a quarter of the
//! second difference, `a h² / 8` per knot with the acceleration planned here: under 0.1 mm. Distances
//! are therefore proved to 0.1 mm, joint positions to the joint speed limit times 5 ms; the margins
//! (2 mm of tracking, 0.05 rad of joint range) are far above both.

mod arm;
mod closed;
mod contact;
mod spine;

pub(crate) use arm::{JOINT_MARGIN, LEAST_GAIN, TORQUE_SHARE};

use plan::{Knot, SegmentKind};
use quantities::Newtons;

use crate::rejection::{Breach, Findings, StepTag};
use crate::scene::Scene;
use crate::side_by_side::side_by_side;

/// Knots that are worth a thread, and threads at most. Chosen: starting one takes as long as ten knots.
const LEAST_PIECE: usize = 200;
const MOST_THREADS: usize = 4;

/// What a knot may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Away from the skin by the clearance of free motion.
    Free,
    /// On the straight way between hover and skin.
    Entering,
    /// Pressing.
    Contact,
    /// Pressing on one place until the tissue eases: the staircase as a whole has its own limit.
    Holding,
}

impl Manner {
    /// Of a kind of segment.
    pub(crate) fn of(kind: &SegmentKind) -> Self {
        match kind {
            SegmentKind::Approach | SegmentKind::Transit | SegmentKind::Operator(_) => Self::Free,
            SegmentKind::Touch | SegmentKind::Lift => Self::Entering,
            SegmentKind::Stroke | SegmentKind::Tap(_) => Self::Contact,
            SegmentKind::Hold(_) => Self::Holding,
        }
    }
}

/// A knot in its segment.
#[derive(Clone, Copy)]
struct Sample<'a, const D: usize> {
    knot: &'a Knot<D>,
    before: Option<&'a Knot<D>>,
    /// Seconds from the start of the step.
    time: f64,
    manner: Manner,
}

impl<const D: usize> Sample<'_, D> {
    fn place(&self) -> (f64, f64) {
        (self.knot.u.get(), self.knot.v.get())
    }

    fn breach(
        &self,
        rule: crate::rejection::Rule,
        figures: (f64, f64),
        detail: String,
        remedy: &str,
    ) -> Breach {
        Breach {
            rule,
            time: Some(self.time),
            place: Some(self.place()),
            figures: Some(figures),
            detail,
            remedy: remedy.to_owned(),
        }
    }
}

impl<const D: usize> Scene<'_, D> {
    /// Checks every knot of a segment that begins `start` seconds after its step.
    pub(crate) fn prove(
        &self,
        knots: &[Knot<D>],
        manner: Manner,
        start: f64,
        tag: StepTag<'_>,
        findings: &mut Findings,
    ) {
        // The pieces are proved side by side and reported in order, so their number changes nothing.
        let threads = std::thread::available_parallelism().map_or(1, |n| n.get().min(MOST_THREADS));
        let size = knots.len().div_ceil(threads).max(LEAST_PIECE);
        let pieces = side_by_side(knots.len().div_ceil(size), |number| {
            let (first, last) = (number * size, (number + 1) * size);
            self.prove_piece(knots, first..last.min(knots.len()), manner, start)
        });
        for breach in pieces.into_iter().flatten() {
            findings.report(tag, breach);
        }
    }

    /// True when a free motion passes the whole proof.
    pub(crate) fn holds(&self, knots: &[Knot<D>]) -> bool {
        self.prove_piece(knots, 0..knots.len(), Manner::Free, 0.0)
            .is_empty()
    }

    /// What some knots of a segment break; with the last of them, what the segment breaks as a whole.
    pub(crate) fn prove_piece(
        &self,
        knots: &[Knot<D>],
        piece: core::ops::Range<usize>,
        manner: Manner,
        start: f64,
    ) -> Vec<Breach> {
        let mut found = Vec::new();
        if manner == Manner::Contact && piece.end == knots.len() {
            self.prove_dwell(knots, start, &mut |breach| found.push(breach));
        }
        let mut watch = crate::clearance::Watch::default();
        let mut report = |breach: Breach| found.push(breach);
        let mut before = piece.start.checked_sub(1).and_then(|i| knots.get(i));
        for i in piece {
            let Some(knot) = knots.get(i) else { continue };
            let time = start + i as f64 * crate::timing::KNOT_SPACING;
            let sample = Sample {
                knot,
                before,
                time,
                manner,
            };
            self.prove_motion(&sample, &mut report);
            self.prove_posture(&sample, &mut watch, &mut report);
            match manner {
                Manner::Contact | Manner::Holding => self.prove_contact(&sample, &mut report),
                Manner::Entering => self.prove_place(&sample, &mut report),
                Manner::Free => self.prove_free(&sample, &mut report),
            }
            before = Some(knot);
        }
        found
    }

    /// True where nothing but the tool's own rating sets the ceiling.
    pub(crate) fn rating_binds(&self, u: f64, v: f64) -> bool {
        let rated: Newtons = self.ground.rating * self.spec.model.patch.area();
        self.allowance.ceiling(u, v) >= rated.get() - 1e-9
    }

    /// Ceiling by newtons and by pressure at a place: which of the two binds.
    pub(crate) fn pressure_binds(&self, u: f64, v: f64) -> bool {
        use quantities::Metres;
        let envelope = self.request.envelope;
        let pieces = self.ground.pieces();
        pieces.iter().all(|piece| {
            let (u, v) = (Metres::new(u), Metres::new(v - piece.offset));
            let allowed = envelope.pressure_ceiling_at(u, v).min(self.ground.rating);
            let by_pressure: Newtons = allowed * piece.area;
            by_pressure <= envelope.force_ceiling_at(u, v, piece.area) + Newtons::new(1e-9)
        })
    }
}
