//! Where in the plan a sample is, and what the plan wants there.

use recorder::CycleRecord;

use crate::attachments::{PlanFile, SegmentFile};
use crate::error::JudgeError;

/// What the arm does in a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Approach,
    Touch,
    Stroke,
    Hold,
    Tap,
    Lift,
    Transit,
    Operator,
}

impl Kind {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "approach" => Self::Approach,
            "touch" => Self::Touch,
            "stroke" => Self::Stroke,
            "hold" => Self::Hold,
            "tap" => Self::Tap,
            "lift" => Self::Lift,
            "transit" => Self::Transit,
            "operator" => Self::Operator,
            _ => return None,
        })
    }

    /// The tool is meant to be on the skin, or on its way to or from it.
    pub(crate) const fn touches(self) -> bool {
        match self {
            Self::Touch | Self::Stroke | Self::Hold | Self::Tap | Self::Lift => true,
            Self::Approach | Self::Transit | Self::Operator => false,
        }
    }
}

/// The set-point of a sample, and where it was read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Wanted {
    /// From the plan (N).
    Plan(f64),
    /// From the cycle, because the plan does not tell (N).
    Cycle(f64),
}

impl Wanted {
    pub(crate) const fn force(self) -> f64 {
        match self {
            Self::Plan(force) | Self::Cycle(force) => force,
        }
    }
}

/// The plan's segments, checked.
pub(crate) struct Segments {
    rows: Vec<(Kind, SegmentFile)>,
}

impl Segments {
    pub(crate) fn of(plan: PlanFile) -> Result<Self, JudgeError> {
        let wrong = |what: String| JudgeError::Attachment {
            name: "plan.json",
            what,
        };
        let mut rows = Vec::new();
        for (place, segment) in plan.segments.into_iter().enumerate() {
            if segment.index as usize != place {
                return Err(wrong(format!(
                    "segment {place} calls itself {}",
                    segment.index
                )));
            }
            let kind = Kind::of(&segment.kind)
                .ok_or_else(|| wrong(format!("segment {place} is of kind `{}`", segment.kind)))?;
            let spaced = segment.spacing_s.is_some_and(|s| s > 0.0 && s.is_finite());
            if !segment.force_n.is_empty() && !spaced {
                return Err(wrong(format!(
                    "segment {place} has force_n but no positive spacing_s"
                )));
            }
            rows.push((kind, segment));
        }
        Ok(Self { rows })
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Segments that may be left out when the hold at `index` was left for bone: the rest of its pass.
    pub(crate) fn rest_of_pass(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        let after = self.rows.iter().enumerate().skip(index + 1);
        let in_touch = after.take_while(|(_, (kind, _))| match kind {
            Kind::Touch | Kind::Stroke | Kind::Hold | Kind::Tap | Kind::Lift => true,
            Kind::Approach | Kind::Transit | Kind::Operator => false,
        });
        in_touch.map(|(place, _)| place)
    }

    /// The holds, with their places in the plan.
    pub(crate) fn holds(&self) -> impl Iterator<Item = (usize, &SegmentFile)> {
        self.rows
            .iter()
            .enumerate()
            .filter(|(_, (kind, _))| *kind == Kind::Hold)
            .map(|(place, (_, segment))| (place, segment))
    }

    pub(crate) fn get(&self, cycle: &CycleRecord) -> Option<(Kind, &SegmentFile)> {
        let index = usize::try_from(cycle.segment).ok()?;
        self.rows.get(index).map(|(kind, segment)| (*kind, segment))
    }

    /// The words of all techniques whose force is tracked, with the segments that track it.
    pub(crate) fn tracked(&self) -> impl Iterator<Item = (usize, &str)> {
        let tracked = self
            .rows
            .iter()
            .enumerate()
            .filter(|(_, (kind, _))| match kind {
                Kind::Stroke | Kind::Hold => true,
                Kind::Approach
                | Kind::Touch
                | Kind::Tap
                | Kind::Lift
                | Kind::Transit
                | Kind::Operator => false,
            });
        tracked.map(|(place, (_, segment))| (place, segment.technique.as_str()))
    }

    /// The series of blows, with their places in the plan.
    pub(crate) fn taps(&self) -> impl Iterator<Item = (usize, &SegmentFile)> {
        let taps = self.rows.iter().enumerate();
        taps.filter(|(_, (kind, _))| *kind == Kind::Tap)
            .map(|(place, (_, segment))| (place, segment))
    }
}

/// The plan's force at a phase: linear between knots, clamped to the ends.
pub(crate) fn planned_force(segment: &SegmentFile, phase_s: f64) -> Option<f64> {
    let last = segment.force_n.len().checked_sub(1)?;
    let steps = (phase_s / segment.spacing_s?).clamp(0.0, last as f64);
    let index = steps as usize;
    let from = segment.force_n.get(index)?;
    let to = segment.force_n.get((index + 1).min(last))?;
    Some(from + (to - from) * (steps - index as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plans_force_is_linear_between_knots_and_held_at_its_ends() {
        let segment = SegmentFile {
            spacing_s: Some(0.5),
            force_n: vec![10.0, 20.0, 16.0],
            ..SegmentFile::default()
        };
        for (phase, force) in [
            (-1.0, 10.0),
            (0.25, 15.0),
            (0.75, 18.0),
            (1.0, 16.0),
            (9.0, 16.0),
        ] {
            let found = planned_force(&segment, phase).unwrap();
            assert!((found - force).abs() < 1e-12, "{phase}: {found}");
        }
        assert_eq!(planned_force(&SegmentFile::default(), 0.0), None);
    }

    #[test]
    fn a_segment_of_unknown_kind_is_refused() {
        let segment = SegmentFile {
            kind: "hop".to_owned(),
            ..SegmentFile::default()
        };
        let plan = PlanFile {
            segments: vec![segment],
            ..PlanFile::default()
        };
        assert!(
            Segments::of(plan)
                .err()
                .unwrap()
                .to_string()
                .contains("hop")
        );
    }
}
