//! How each kind of segment begins.

use plan::SegmentKind;
use quantities::Seconds;
use signals::{ContactPhase, Estimate};

use super::Reference;
use super::offset::Offset;
use super::stage::{Stage, Then};

impl<const D: usize> Reference<D> {
    pub(super) fn enter(
        &mut self,
        segment: &plan::Segment<D>,
        estimate: &Estimate<D>,
        phase: ContactPhase,
    ) -> Option<()> {
        self.stage = match segment.kind {
            SegmentKind::Operator(_) => Stage::Waiting,
            SegmentKind::Approach | SegmentKind::Transit => {
                self.start_from_here(segment, Seconds::ZERO, estimate)?;
                Stage::holding(estimate)
            }
            SegmentKind::Lift => match phase {
                // After blows the tool is off the skin already: there is nothing to unload.
                ContactPhase::Away | ContactPhase::Leaving => {
                    self.start_from_here(segment, nearest_phase(segment, estimate), estimate)?;
                    Stage::Running
                }
                ContactPhase::Approaching | ContactPhase::Touching | ContactPhase::Settled => {
                    Stage::Unloading {
                        force_n: None,
                        then: Then::Lift,
                    }
                }
            },
            SegmentKind::Touch => {
                self.watch.forget();
                Stage::Running
            }
            SegmentKind::Hold(_) => {
                self.enter_hold();
                Stage::Running
            }
            SegmentKind::Stroke => Stage::Running,
            SegmentKind::Tap(_) => {
                (self.raised_s, self.has_struck) = (0.0, false);
                Stage::Running
            }
        };
        Some(())
    }

    /// Free motion begins at a phase, from where the tool really is.
    fn start_from_here(
        &mut self,
        segment: &plan::Segment<D>,
        phase: Seconds,
        estimate: &Estimate<D>,
    ) -> Option<()> {
        let first = segment.sample(phase)?;
        self.phase_s = phase.get();
        self.offset = Offset::between(&first.base_from_tool, &estimate.base_from_tool);
        self.rate = 0.0;
        Some(())
    }
}

/// The phase of the knot that is nearest to the tool.
fn nearest_phase<const D: usize>(segment: &plan::Segment<D>, estimate: &Estimate<D>) -> Seconds {
    let here = estimate.base_from_tool.origin();
    let away = |knot: &plan::Knot<D>| knot.base_from_tool.origin().distance(&here).get();
    let knots = segment.knots.iter().enumerate();
    let nearest = knots.min_by(|(_, a), (_, b)| away(a).total_cmp(&away(b)));
    segment.spacing * nearest.map_or(0.0, |(index, _)| index as f64)
}
