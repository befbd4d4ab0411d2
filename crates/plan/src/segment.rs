//! Segments, steps and the plan as a whole.

use quantities::{Base, Metres, MetresPerSecond, NewtonsPerMetre, Seconds, Table, Transform};
use signals::ToolIndex;

use crate::{Knot, Technique};

/// What the arm does in a segment.
#[derive(Clone, Debug, PartialEq)]
pub enum SegmentKind {
    /// Free motion to a hover pose above the next touch.
    Approach,
    /// From hover inward until the skin is felt and the force has settled. The pose is the pose on the
    /// skin of its last knot; the first knot is the hover pose.
    Touch,
    /// In contact, following the force profile.
    Stroke,
    /// Press on one place and wait there until the tissue has eased. The knots ramp the force and hold it
    /// for the least time; at the last knot the phase waits.
    Hold(HoldStep),
    /// Light blows, contact made and broken each time. The knots move the place slowly over the skin and
    /// tell the peak force; every `period` of phase is one blow.
    Tap(TapStep),
    /// The force goes to zero and the tool moves off along the normal to hover.
    Lift,
    /// Free motion between hover poses.
    Transit,
    /// The arm is parked at its only pose and waits for a person.
    Operator(OperatorStep),
}

/// When a static press has done its work.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HoldStep {
    /// Longest wait at the last knot, beyond the time of the knots.
    pub most: Seconds,
    /// Creep of the tool into the body along its normal, breathing taken off, below which the tissue
    /// counts as eased.
    pub eased: MetresPerSecond,
    /// Stiffness at or above which the place is taken for bone: the place is left and marked. `None` leaves
    /// no place.
    pub bone: Option<NewtonsPerMetre>,
}

/// How light blows are given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TapStep {
    /// Phase from one blow to the next.
    pub period: Seconds,
    /// How far the tool is raised between blows, along the normal.
    pub height: Metres,
    /// Inward speed with which the skin is met.
    pub speed: MetresPerSecond,
}

/// What a person is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorStep {
    /// The words shown to the operator.
    pub prompt: String,
    /// The tool that must be bolted on before the plan goes on.
    pub change_to: Option<ToolIndex>,
}

/// A stretch of the plan with one kind of motion.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment<const D: usize> {
    /// Index of the step it serves.
    pub step: u16,
    /// What the arm does.
    pub kind: SegmentKind,
    /// The tool that is used.
    pub tool: ToolIndex,
    /// Phase between neighbouring knots.
    pub spacing: Seconds,
    /// At least one knot; at least two unless the kind is `Operator`.
    pub knots: Vec<Knot<D>>,
}

impl<const D: usize> Segment<D> {
    /// Phase at the last knot.
    #[must_use]
    pub fn duration(&self) -> Seconds {
        self.spacing * (self.knots.len().saturating_sub(1) as f64)
    }
}

/// One step of the routine, as planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The routine's name for it.
    pub name: String,
    /// Rows of the source texts that it serves, such as "B-L3".
    pub rows: Vec<String>,
    /// The technique.
    pub technique: Technique,
    /// What the plan did that the routine did not say: one-arm solutions, narrowed figures, lowered rhythm.
    pub notes: Vec<String>,
}

/// Why segments do not make a plan.
#[derive(Clone, Debug, PartialEq)]
pub enum PlanError {
    /// The plan has no segment.
    Empty,
    /// A segment has too few knots for its kind, or a spacing that is not positive.
    BadSegment {
        /// Its index.
        segment: usize,
    },
    /// A segment names a step that does not exist.
    NoSuchStep {
        /// Its index.
        segment: usize,
    },
    /// A hold or a tap with a figure that nothing can be done with.
    BadFigure {
        /// Its segment.
        segment: usize,
        /// Name of the figure.
        what: &'static str,
        /// What was given (SI).
        seen: f64,
    },
    /// A knot holds a number that is not finite.
    NotFinite {
        /// The segment.
        segment: usize,
        /// The knot.
        knot: usize,
    },
}

impl core::fmt::Display for PlanError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Empty => {
                f.write_str("the plan has no segment; give the routine at least one step")
            }
            Self::BadSegment { segment } => {
                write!(
                    f,
                    "segment {segment} has too few knots or no positive spacing"
                )
            }
            Self::NoSuchStep { segment } => write!(f, "segment {segment} names a missing step"),
            Self::BadFigure {
                segment,
                what,
                seen,
            } => {
                write!(
                    f,
                    "segment {segment} has a {what} of {seen}; it must be finite and positive"
                )
            }
            Self::NotFinite { segment, knot } => {
                write!(
                    f,
                    "segment {segment}, knot {knot} holds a number that is not finite"
                )
            }
        }
    }
}

impl core::error::Error for PlanError {}

/// The whole promise. Immutable once built.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan<const D: usize> {
    base_from_table: Transform<Base, Table>,
    steps: Vec<Step>,
    segments: Vec<Segment<D>>,
}

impl<const D: usize> Plan<D> {
    /// Seals steps and segments into a plan.
    ///
    /// # Errors
    /// [`PlanError`] when a segment cannot be sampled.
    pub fn new(
        base_from_table: Transform<Base, Table>,
        steps: Vec<Step>,
        segments: Vec<Segment<D>>,
    ) -> Result<Self, PlanError> {
        if segments.is_empty() {
            return Err(PlanError::Empty);
        }
        for (index, segment) in segments.iter().enumerate() {
            check_segment(index, segment, steps.len())?;
        }
        Ok(Self {
            base_from_table,
            steps,
            segments,
        })
    }

    /// The believed table pose that the plan was made with.
    #[must_use]
    pub fn base_from_table(&self) -> &Transform<Base, Table> {
        &self.base_from_table
    }

    /// The steps.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The segments, in order.
    #[must_use]
    pub fn segments(&self) -> &[Segment<D>] {
        &self.segments
    }

    /// Planned time at tempo 1, operator steps counted as nothing.
    #[must_use]
    pub fn duration(&self) -> Seconds {
        self.segments
            .iter()
            .fold(Seconds::ZERO, |sum, s| sum + s.duration())
    }
}

fn check_segment<const D: usize>(
    index: usize,
    segment: &Segment<D>,
    steps: usize,
) -> Result<(), PlanError> {
    let knots_needed = match segment.kind {
        SegmentKind::Operator(_) => 1,
        SegmentKind::Approach
        | SegmentKind::Touch
        | SegmentKind::Stroke
        | SegmentKind::Hold(_)
        | SegmentKind::Tap(_)
        | SegmentKind::Lift
        | SegmentKind::Transit => 2,
    };
    // Written so that a NaN spacing is refused too.
    let spaced = segment.spacing > Seconds::ZERO && segment.spacing.is_finite();
    if segment.knots.len() < knots_needed || !spaced {
        return Err(PlanError::BadSegment { segment: index });
    }
    if usize::from(segment.step) >= steps {
        return Err(PlanError::NoSuchStep { segment: index });
    }
    // Written so that a NaN is refused too.
    if let Some((what, seen)) = figures(&segment.kind)
        .into_iter()
        .flatten()
        .find(|(_, seen)| !(seen.is_finite() && *seen > 0.0))
    {
        return Err(PlanError::BadFigure {
            segment: index,
            what,
            seen,
        });
    }
    match segment.knots.iter().position(|knot| !is_finite(knot)) {
        Some(knot) => Err(PlanError::NotFinite {
            segment: index,
            knot,
        }),
        None => Ok(()),
    }
}

/// The figures of a kind of segment, by name (SI).
fn figures(kind: &SegmentKind) -> [Option<(&'static str, f64)>; 3] {
    match kind {
        SegmentKind::Hold(hold) => [
            Some(("longest wait", hold.most.get())),
            Some(("creep when eased", hold.eased.get())),
            hold.bone.map(|bone| ("stiffness of bone", bone.get())),
        ],
        SegmentKind::Tap(tap) => [
            Some(("period", tap.period.get())),
            Some(("height", tap.height.get())),
            Some(("speed", tap.speed.get())),
        ],
        SegmentKind::Approach
        | SegmentKind::Touch
        | SegmentKind::Stroke
        | SegmentKind::Lift
        | SegmentKind::Transit
        | SegmentKind::Operator(_) => [None; 3],
    }
}

fn is_finite<const D: usize>(knot: &Knot<D>) -> bool {
    let pose = knot.base_from_tool.raw();
    let scalars = [
        knot.force.get(),
        knot.ceiling.get(),
        knot.u.get(),
        knot.v.get(),
    ];
    pose.translation.vector.iter().all(|c| c.is_finite())
        && pose.rotation.coords.iter().all(|c| c.is_finite())
        && knot.posture.iter().all(|c| c.is_finite())
        && scalars.iter().all(|c| c.is_finite())
}

#[cfg(test)]
mod tests;
