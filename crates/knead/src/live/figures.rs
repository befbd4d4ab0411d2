//! What a live session's own sensors say of it. The judge of a simulation knows the truth; here it is what
//! was felt, and so it is called.

use quantities::Newtons;
use serde::Serialize;
use signals::{Command, ContactPhase, Cycle, Press, Sensed};

/// A touch counts as settled after this long (ns), as for the judge.
const SETTLED_NS: u64 = 500_000_000;

/// Sums over a session.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LiveFigures {
    /// Cycles.
    pub cycles: u64,
    /// Time from the first to the last sample (s).
    pub lasted_s: f64,
    /// Samples of the settled touch that were compared with their set-point.
    pub compared: u64,
    /// Root mean square of felt less asked (N).
    pub force_rmse_n: f64,
    /// Largest press that was felt (N).
    pub largest_press_n: f64,
    /// Largest press over the ceiling in force there (N); negative: below it.
    pub over_ceiling_n: Option<f64>,
    /// Least distance of the patch from the keep-out while it touched, as the monitor has it (mm).
    pub least_clearance_mm: Option<f64>,
    /// Cycles in which the monitor slowed the session.
    pub slowed: u64,
    #[serde(skip)]
    squares: f64,
    #[serde(skip)]
    settled_since: Option<u64>,
    #[serde(skip)]
    first_ns: Option<u64>,
}

impl LiveFigures {
    /// Takes in one turn.
    pub fn note<const D: usize>(&mut self, sensed: &Sensed<D>, cycle: &Cycle<D, Command<D>>) {
        self.cycles += 1;
        let at = sensed.at.nanos();
        let first = *self.first_ns.get_or_insert(at);
        self.lasted_s = (at - first) as f64 * 1e-9;
        self.slowed += u64::from(cycle.verdict.reaction == signals::Reaction::Slow);
        let Some(press) = super::archive::felt(cycle).map(Newtons::get) else {
            return;
        };
        self.largest_press_n = self.largest_press_n.max(press);
        let phase = cycle.estimate.map(|estimate| estimate.phase);
        let in_touch = !matches!(phase, None | Some(ContactPhase::Away));
        if in_touch {
            // In the air the tool may cross the spine.
            if let Some(clearance) = cycle.verdict.clearance {
                let mm = clearance.get() * 1e3;
                self.least_clearance_mm = Some(self.least_clearance_mm.map_or(mm, |l| l.min(mm)));
            }
            let over = press - cycle.verdict.ceiling.get();
            self.over_ceiling_n = Some(self.over_ceiling_n.map_or(over, |known| known.max(over)));
        }
        let asked = cycle.setpoint.and_then(|setpoint| match setpoint.press {
            Press::Hold { force, .. } => Some(force.get()),
            Press::Free | Press::Seek { .. } | Press::Tap { .. } => None,
        });
        match (phase, asked) {
            (Some(ContactPhase::Settled), Some(asked)) => {
                let since = *self.settled_since.get_or_insert(at);
                if at - since >= SETTLED_NS {
                    self.compared += 1;
                    self.squares += (press - asked) * (press - asked);
                    self.force_rmse_n = (self.squares / self.compared as f64).sqrt();
                }
            }
            (_, _) => self.settled_since = None,
        }
    }
}
