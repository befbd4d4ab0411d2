//! The touches of a session in its 50 Hz messages, and how their dose grows on the drawn skin.
//!
//! Counting is the business of the crate `dose`; the maps of the report come from the judge, who measures them
//! at full rate. Here the same map follows the messages, so that the recording can show it growing.

use dose::{DoseMap, Grid, Tip, Touch};
use nalgebra::{Isometry3, Quaternion, Translation3, UnitQuaternion, Vector3};
use quantities::{Metres, Newtons, Pascals, Seconds, SquareMetres};
use recorder::{ContactRecord, PoseRecord};

use crate::scene::{StepName, ToolShape};
use crate::session::{Latest, Session};

/// Below this true force (N) the tool counts as not touching: the noise floor of a wrist sensor (chosen).
pub(crate) const TOUCH_N: f64 = 0.5;
/// Longest time that one message stands for (s): a gap in the archive is not a dose.
const LONGEST_STEP_S: f64 = 0.1;

/// The touch during one message's time.
pub(crate) struct Press<'a> {
    /// The message.
    pub contact: &'a ContactRecord,
    /// How long it lasts (s).
    pub seconds: f64,
    /// Where the patch is.
    pub table_from_tool: Isometry3<f64>,
    /// Index of the tool, when the step names one that is known.
    pub tool: Option<usize>,
}

impl Press<'_> {
    /// The touch as the map takes it.
    ///
    /// Takes u and v as parallel to the table's x and y, which holds to some degrees on a prone back; it turns
    /// the drawn patch a little and moves nothing.
    pub fn touch(&self) -> Touch {
        let x = self.table_from_tool.rotation * Vector3::x();
        let flat = Vector3::new(x.x, x.y, 0.0);
        let along = flat.try_normalize(1e-9).map_or((1.0, 0.0), |x| (x.x, x.y));
        Touch {
            until: Seconds::new(self.contact.at_ns as f64 * 1e-9 + self.seconds),
            lasting: Seconds::new(self.seconds),
            u: Metres::new(self.contact.u_m),
            v: Metres::new(self.contact.v_m),
            along,
            force: Newtons::new(self.contact.normal_force_true_n),
            pressure: Pascals::new(self.contact.peak_pressure_pa),
        }
    }
}

/// The pose of a record; `None` when it holds a number that is not finite or no rotation.
pub(crate) fn pose(position: [f64; 3], [x, y, z, w]: [f64; 4]) -> Option<Isometry3<f64>> {
    let rotation = UnitQuaternion::try_new(Quaternion::new(w, x, y, z), 1e-6)?;
    let finite = position
        .iter()
        .chain(rotation.coords.iter())
        .all(|c| c.is_finite());
    let [px, py, pz] = position;
    finite.then(|| Isometry3::from_parts(Translation3::new(px, py, pz), rotation))
}

/// Is the tool on the skin?
pub(crate) fn touches(contact: &ContactRecord) -> bool {
    contact.normal_force_true_n > TOUCH_N
}

/// The ceiling (N) where it means something: on the skin, or on the way there or back. In free space the
/// archive holds the ceiling of wherever the arm passes over.
pub(crate) fn ceiling(contact: &ContactRecord) -> Option<f64> {
    (touches(contact) || contact.phase != "away").then_some(contact.ceiling_n)
}

/// Every touch of a session, in the order of time.
pub(crate) fn presses<'a>(
    session: &'a Session,
    steps: &'a [StepName],
    tools: &'a [ToolShape],
) -> impl Iterator<Item = Press<'a>> {
    let mut poses = Latest::new(&session.tool_poses, |p: &PoseRecord| p.at_ns);
    session
        .contacts
        .iter()
        .enumerate()
        .filter_map(move |(index, contact)| {
            if !touches(contact) {
                return None;
            }
            let here = poses.at(contact.at_ns)?;
            let tool = tool_index(contact, steps).filter(|tool| *tool < tools.len());
            let table_from_tool = pose(here.position, here.orientation)?;
            let seconds = lasting(&session.contacts, index);
            Some(Press {
                contact,
                seconds,
                table_from_tool,
                tool,
            })
        })
}

/// The tool in use at a message.
pub(crate) fn tool_of<'a>(
    contact: &ContactRecord,
    steps: &[StepName],
    tools: &'a [ToolShape],
) -> Option<&'a ToolShape> {
    tool_index(contact, steps).and_then(|tool| tools.get(tool))
}

fn tool_index(contact: &ContactRecord, steps: &[StepName]) -> Option<usize> {
    let step = steps.get(contact.step_index as usize);
    step.and_then(|step| step.tool)
}

/// Time (s) until the next message, at most [`LONGEST_STEP_S`]; the last message lasts no time.
fn lasting(contacts: &[ContactRecord], index: usize) -> f64 {
    match (contacts.get(index), contacts.get(index + 1)) {
        (Some(this), Some(next)) => {
            (next.at_ns.saturating_sub(this.at_ns) as f64 * 1e-9).min(LONGEST_STEP_S)
        }
        (Some(_), None) | (None, _) => 0.0,
    }
}

/// The dose on the vertices of a skin mesh: each takes that of the cell of the map beneath it.
pub(crate) struct SkinDose {
    map: DoseMap,
    tips: Vec<Tip>,
    /// Cell of each vertex.
    cells: Vec<Option<usize>>,
}

impl SkinDose {
    /// No dose yet. `places` are the vertices in back coordinates.
    pub fn new(places: &[Option<(Metres, Metres)>], tools: &[ToolShape]) -> Self {
        let told = || places.iter().flatten();
        let low = told().fold(Metres::new(f64::INFINITY), |low, (u, _)| low.min(*u));
        let high = told().fold(Metres::new(f64::NEG_INFINITY), |high, (u, _)| high.max(*u));
        let reach = told().fold(Metres::ZERO, |reach, (_, v)| reach.max(v.abs()));
        let grid = Grid::spanning((low, high), reach);
        let cells = places
            .iter()
            .map(|place| place.and_then(|(u, v)| grid.index(u, v)))
            .collect();
        Self {
            map: DoseMap::new(grid),
            tips: tools.iter().map(tip).collect(),
            cells,
        }
    }

    /// Adds a touch; one of an unknown tool adds nothing.
    pub fn add(&mut self, press: &Press<'_>) {
        if let Some(tip) = press.tool.and_then(|tool| self.tips.get(tool)) {
            self.map.add(tip, &press.touch());
        }
    }

    /// Dose of each vertex (kPa·s).
    pub fn kpa_s(&self) -> Vec<f64> {
        let cells: Vec<f64> = self.map.pressure_dose_kpa_s().collect();
        let of = |cell: &Option<usize>| cell.and_then(|c| cells.get(c).copied()).unwrap_or(0.0);
        self.cells.iter().map(of).collect()
    }
}

/// A tool as the map takes it: all its outlines as one contact.
fn tip(tool: &ToolShape) -> Tip {
    let reach = tool.reach();
    Tip::within((reach, reach), SquareMetres::new(tool.area()), |x, y| {
        tool.contains(x, y)
    })
}

#[cfg(test)]
mod tests;
