//! What the person on the table got: the true force at the true place, summed up on the map of the true back.
//!
//! ```text
//! state (1 kHz) ─▶ force by tip, 20 states together ─▶ place of each tip on the true chart ─▶ dose::DoseMap
//! ```

use dose::{DoseFigures, DoseMap, Tip, Touch, Zones, along_chart, gaps};
use quantities::{Metres, NewtonSeconds, Newtons, Pascals, Point, Seconds, Table, Tool, Transform};
use sim::{ContactResult, TrueWorld};

use super::inputs::Inputs;
use crate::bounds::{KEEP_OUT_HALF_WIDTH, PERIOD_NS};
use crate::judgement::Judgement;

/// States laid at one place. Chosen: at the contact limit of 150 mm/s the tool moves by 3 mm meanwhile.
const TOGETHER: u64 = 20;
/// Contacts of a tool, at most.
const TIPS: usize = 2;

/// The map so far.
pub(super) struct Dosing {
    map: DoseMap,
    tips: Vec<Vec<Tip>>,
    pending: Option<Pending>,
}

/// States that wait to be laid.
struct Pending {
    tool: usize,
    states: u64,
    last_ns: u64,
    /// Sum of the states' forces (N).
    force: [f64; TIPS],
    peak: f64,
    /// Pose of the middle one, or of the newest before there is a middle.
    table_from_tool: Transform<Table, Tool>,
}

impl Dosing {
    pub(super) fn new(inputs: &Inputs) -> Self {
        Self {
            map: DoseMap::over(inputs.world.back()),
            tips: inputs
                .faces
                .iter()
                .map(|face| face.pressing.clone())
                .collect(),
            pending: None,
        }
    }

    /// One state. Each stands for one period: a gap in the archive is not a dose.
    pub(super) fn state(
        &mut self,
        world: &TrueWorld,
        (at_ns, tool): (u64, usize),
        table_from_tool: &Transform<Table, Tool>,
        contact: &ContactResult,
    ) {
        let done = self.pending.as_ref().is_some_and(|p| {
            p.states >= TOGETHER || p.tool != tool || p.last_ns + PERIOD_NS != at_ns
        });
        if done || !contact.touches() {
            self.lay(world);
        }
        if !contact.touches() {
            return;
        }
        let pending = self.pending.get_or_insert(Pending {
            tool,
            states: 0,
            last_ns: at_ns,
            force: [0.0; TIPS],
            peak: 0.0,
            table_from_tool: *table_from_tool,
        });
        pending.states += 1;
        pending.last_ns = at_ns;
        for (sum, force) in pending.force.iter_mut().zip(&contact.force_by_tip) {
            *sum += (-force.z()).max(0.0);
        }
        pending.peak = pending.peak.max(contact.peak_pressure.get());
        if 2 * pending.states <= TOGETHER {
            pending.table_from_tool = *table_from_tool;
        }
    }

    fn lay(&mut self, world: &TrueWorld) {
        let Some(pending) = self.pending.take() else {
            return;
        };
        let chart = world.back().chart();
        let lasting = Seconds::new((pending.states * PERIOD_NS) as f64 * 1e-9);
        let tips = self.tips.get(pending.tool).map_or(&[][..], Vec::as_slice);
        for (tip, force) in tips.iter().zip(pending.force) {
            let centre = Point::new(0.0, tip.offset().get(), 0.0);
            let place = chart.locate(&pending.table_from_tool.transform(&centre));
            // Off the chart the press is still counted, beside the map.
            let (u, v) = place.unwrap_or((Metres::new(1e3), Metres::ZERO));
            let touch = Touch {
                until: Seconds::new(pending.last_ns as f64 * 1e-9),
                lasting,
                u,
                v,
                along: along_chart(chart, (u, v), &pending.table_from_tool),
                force: Newtons::new(force / pending.states.max(1) as f64),
                pressure: Pascals::new(pending.peak),
            };
            self.map.add(tip, &touch);
        }
    }

    /// Writes the figures into the judgement, beside those that the plan promised.
    pub(super) fn finish(mut self, inputs: &Inputs, judgement: &mut Judgement) {
        self.lay(&inputs.world);
        let back = inputs.world.back();
        let promised = inputs.promised.as_ref();
        let keep_out = promised.map_or(KEEP_OUT_HALF_WIDTH, |p| p.keep_out_mm * 1e-3);
        let zones = Zones::new(self.map.grid(), Metres::new(keep_out), |u, v| {
            back.zone_at(u, v)
        });
        let metres = |mm: f64| Metres::new(mm * 1e-3);
        let reach = promised
            .and_then(|p| p.figures.from_to_mm)
            .map(|(low, high)| (metres(low), metres(high)));
        let limit = promised.and_then(|p| p.figures.limit_n_s);
        judgement.dose = DoseFigures::of(&self.map, &zones, reach, limit.map(NewtonSeconds::new));
        if let Some(promised) = promised {
            judgement.dose_gaps = gaps(&promised.map, &self.map);
            judgement.planned_dose = Some(promised.figures.clone());
            judgement.planned_dose_map = Some(promised.map.clone());
        }
        judgement.dose_map = Some(self.map);
    }
}
