//! What a plan will leave on the back: dose, passes, and what it leaves out.
//!
//! ```text
//! knots (u, v), pose, force ─▶ moments of at most 50 ms or 4 mm ─▶ dose::DoseMap ─▶ DoseFigures
//! ```

use anatomy::Back;
use dose::{DoseFigures, DoseMap, Tip, Touch, Zones, along_chart};
use kinematics::{ArmModel, Patch};
use limits::Envelope;
use plan::{Knot, Plan, Segment, SegmentKind};
use quantities::{Base, Metres, Newtons, Seconds, Table, Transform};

use crate::request::ToolSpec;

/// Longest time laid at one place. Chosen: at 80 mm/s the patch moves by less than a cell.
const LONGEST: Seconds = Seconds::new(0.05);
/// Longest way laid at one place. Chosen: less than a cell.
const FARTHEST: Metres = Metres::new(0.004);

/// The dose that a plan promises, on the believed back.
#[derive(Clone, Debug, PartialEq)]
pub struct DosePrediction {
    /// Cell by cell.
    pub map: DoseMap,
    /// By zone and side, with the envelope's limit of a zone's dose.
    pub figures: DoseFigures,
}

impl DosePrediction {
    /// Reads a plan; `arms` as in [`crate::PlanRequest`].
    #[must_use]
    pub fn of<const D: usize>(
        plan: &Plan<D>,
        back: &Back,
        envelope: &Envelope,
        arms: &[(ArmModel<D>, ToolSpec)],
    ) -> Self {
        Self::of_segments(
            plan.segments(),
            plan.base_from_table(),
            back,
            envelope,
            arms,
        )
    }

    /// The same before the segments are sealed into a plan.
    pub(crate) fn of_segments<const D: usize>(
        segments: &[Segment<D>],
        base_from_table: &Transform<Base, Table>,
        back: &Back,
        envelope: &Envelope,
        arms: &[(ArmModel<D>, ToolSpec)],
    ) -> Self {
        let mut laying = Laying {
            map: DoseMap::over(back),
            back,
            table_from_base: base_from_table.inverse(),
            clock: 0.0,
        };
        for segment in segments {
            let tool = arms.get(usize::from(segment.tool.0));
            if let Some((_, tool)) = tool.filter(|_| presses(&segment.kind)) {
                laying.lay(segment, &tool.model.patch);
            }
            laying.clock += segment.duration().get();
        }
        let map = laying.map;
        let zones = Zones::new(map.grid(), envelope.keep_out_half_width(), |u, v| {
            envelope.zone_at(u, v)
        });
        let figures = DoseFigures::of(&map, &zones, None, Some(envelope.zone_dose()));
        Self { map, figures }
    }
}

/// Whether the forces of a segment's knots are pressed. Touching is not among it: its knots tell from the
/// first, in the air, the force that is wanted at the last.
fn presses(kind: &SegmentKind) -> bool {
    !matches!(
        kind,
        SegmentKind::Approach
            | SegmentKind::Touch
            | SegmentKind::Transit
            | SegmentKind::Operator(_)
    )
}

struct Laying<'a> {
    map: DoseMap,
    back: &'a Back,
    table_from_base: Transform<Table, Base>,
    /// Phase at the start of the present segment (s).
    clock: f64,
}

impl Laying<'_> {
    fn lay<const D: usize>(&mut self, segment: &Segment<D>, patch: &Patch) {
        let tips = Tip::of(patch);
        let spacing = segment.spacing.get();
        let mut knots = segment.knots.iter();
        let Some(mut begin) = knots.next() else {
            return;
        };
        let (mut before, mut impulse, mut lasting, mut at) = (begin, 0.0, 0.0, self.clock);
        for knot in knots {
            impulse += 0.5 * (before.force + knot.force).get() * spacing;
            (lasting, at, before) = (lasting + spacing, at + spacing, knot);
            let moved = knot
                .base_from_tool
                .origin()
                .distance(&begin.base_from_tool.origin());
            if lasting >= LONGEST.get() - 0.5 * spacing || moved >= FARTHEST {
                self.press(begin, knot, (at, lasting, impulse), &tips);
                (begin, impulse, lasting) = (knot, 0.0, 0.0);
            }
        }
        if lasting > 0.0 {
            self.press(begin, before, (at, lasting, impulse), &tips);
        }
    }

    /// One moment between two knots: its end (s), length (s) and impulse (N·s).
    fn press<const D: usize>(
        &mut self,
        from: &Knot<D>,
        to: &Knot<D>,
        (until, lasting, impulse): (f64, f64, f64),
        tips: &[Tip],
    ) {
        let (u, v) = ((from.u + to.u) * 0.5, (from.v + to.v) * 0.5);
        let table_from_tool = self.table_from_base * to.base_from_tool;
        let along = along_chart(self.back.chart(), (u, v), &table_from_tool);
        let force = Newtons::new(impulse / lasting / tips.len().max(1) as f64);
        for tip in tips {
            let touch = Touch {
                until: Seconds::new(until),
                lasting: Seconds::new(lasting),
                u,
                v,
                along,
                force,
                pressure: force / tip.area(),
            };
            self.map.add(tip, &tip.beside(&touch));
        }
    }
}
