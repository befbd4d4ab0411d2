//! Where the client was pressed, how long and how hard: the dose.
//!
//! The dose of a place is force times time, spread evenly over the patch that presses. It is told in
//! N·s on the cells of a grid in back coordinates, and in N·s/cm² on the vertices of the skin mesh.

use nalgebra::{Isometry3, Point3, Quaternion, Translation3, UnitQuaternion, Vector3};
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
    /// The tool, when the step names one that is known.
    pub tool: Option<&'a ToolShape>,
}

impl Press<'_> {
    /// Force times time (N·s).
    pub fn impulse(&self) -> f64 {
        self.contact.normal_force_true_n * self.seconds
    }

    /// Tells a shift in back coordinates (m) along the tool's x and y.
    ///
    /// Takes u and v as parallel to the table's x and y, which holds to some degrees on a prone back;
    /// it turns the drawn patch a little and moves nothing.
    pub fn in_tool(&self, du: f64, dv: f64) -> (f64, f64) {
        let shift = Vector3::new(du, dv, 0.0);
        let level = |axis: Vector3<f64>| {
            let flat = Vector3::new(axis.x, axis.y, 0.0);
            flat.try_normalize(1e-9).unwrap_or(flat)
        };
        let x = level(self.table_from_tool.rotation * Vector3::x());
        let y = level(self.table_from_tool.rotation * Vector3::y());
        (x.dot(&shift), y.dot(&shift))
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
            let tool = tool_of(contact, steps, tools);
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
    steps
        .get(contact.step_index as usize)
        .and_then(|step| step.tool)
        .and_then(|t| tools.get(t))
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

/// An image over back coordinates.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct UvGrid {
    /// Lowest u (m): lower edge of row 0.
    pub u_low: f64,
    /// Lowest v (m): right edge (client's right) of column 0.
    pub v_low: f64,
    /// Edge of a cell (m).
    pub cell: f64,
    /// Cells along v.
    pub columns: usize,
    /// Cells along u.
    pub rows: usize,
    /// Force times time in each cell (N·s), row by row.
    pub dose: Vec<f64>,
    /// Highest peak pressure of any patch that covered the cell (Pa), row by row.
    pub pressure: Vec<f64>,
}

impl UvGrid {
    /// An empty image over the given bounds (m). Bounds that are not finite or not in order give an
    /// image without cells.
    pub fn new(u: (f64, f64), v: (f64, f64), cell: f64) -> Self {
        let count = |(low, high): (f64, f64)| {
            let cells = ((high - low) / cell).ceil();
            // A back is under 2 m: more than 1000 cells is a mistake in the bounds, not a picture.
            if cells.is_finite() {
                cells.clamp(0.0, 1000.0) as usize
            } else {
                0
            }
        };
        let (rows, columns) = (count(u), count(v));
        let empty = vec![0.0; rows * columns];
        let pressure = empty.clone();
        Self {
            u_low: u.0,
            v_low: v.0,
            cell,
            columns,
            rows,
            dose: empty,
            pressure,
        }
    }

    /// Adds a touch. Nothing is lost of its impulse as long as it lies within the bounds.
    pub fn add(&mut self, press: &Press<'_>) {
        let (u, v) = (press.contact.u_m, press.contact.v_m);
        let mut cells = press
            .tool
            .map(|tool| self.covered(press, tool, u, v))
            .unwrap_or_default();
        if cells.is_empty() {
            cells.extend(self.index(u, v));
        }
        let share = press.impulse() / cells.len().max(1) as f64;
        for index in cells {
            if let (Some(dose), Some(pressure)) =
                (self.dose.get_mut(index), self.pressure.get_mut(index))
            {
                *dose += share;
                *pressure = pressure.max(press.contact.peak_pressure_pa);
            }
        }
    }

    /// Centre of a cell (u, v) in metres.
    pub fn centre(&self, row: usize, column: usize) -> (f64, f64) {
        let at = |low: f64, index: usize| low + (index as f64 + 0.5) * self.cell;
        (at(self.u_low, row), at(self.v_low, column))
    }

    fn covered(&self, press: &Press<'_>, tool: &ToolShape, u: f64, v: f64) -> Vec<usize> {
        let reach = tool.reach();
        let span = |low: f64, centre: f64, count: usize| {
            let bound = |edge: f64| ((edge - low) / self.cell).clamp(0.0, count as f64);
            bound(centre - reach).floor() as usize..bound(centre + reach).ceil() as usize
        };
        let mut cells = Vec::new();
        for row in span(self.u_low, u, self.rows) {
            for column in span(self.v_low, v, self.columns) {
                let (cu, cv) = self.centre(row, column);
                let (x, y) = press.in_tool(cu - u, cv - v);
                if tool.contains(x, y) {
                    cells.push(row * self.columns + column);
                }
            }
        }
        cells
    }

    fn index(&self, u: f64, v: f64) -> Option<usize> {
        let place = |low: f64, x: f64, count: usize| {
            let cell = ((x - low) / self.cell).floor();
            (cell >= 0.0 && cell < count as f64).then_some(cell as usize)
        };
        Some(place(self.u_low, u, self.rows)? * self.columns + place(self.v_low, v, self.columns)?)
    }
}

/// Dose on the vertices of a skin mesh.
pub(crate) struct SkinDose {
    vertices: Vec<Point3<f64>>,
    buckets: Vec<Vec<u32>>,
    low: (f64, f64),
    across: usize,
    /// Dose of each vertex (N·s/cm²).
    pub per_cm2: Vec<f64>,
}

impl SkinDose {
    /// Edge of a bucket of vertices (m), about the reach of a tool.
    const BUCKET: f64 = 0.03;
    /// A vertex farther than this from the patch plane is not under the patch (m): on the other side of the trunk.
    const DEPTH: f64 = 0.04;

    /// No dose yet. Vertices must be finite.
    pub fn new(vertices: Vec<Point3<f64>>) -> Self {
        let low = |axis: usize| {
            vertices
                .iter()
                .map(|v| v[axis])
                .fold(f64::INFINITY, f64::min)
        };
        let high = |axis: usize| {
            vertices
                .iter()
                .map(|v| v[axis])
                .fold(f64::NEG_INFINITY, f64::max)
        };
        let cells = |axis: usize| {
            let count = ((high(axis) - low(axis)) / Self::BUCKET).ceil();
            if count.is_finite() {
                count.clamp(1.0, 500.0) as usize
            } else {
                1
            }
        };
        let (along, across) = (cells(0), cells(1));
        let per_cm2 = vec![0.0; vertices.len()];
        let low = (low(0), low(1));
        let mut dose = Self {
            vertices,
            buckets: vec![Vec::new(); along * across],
            low,
            across,
            per_cm2,
        };
        for index in 0..dose.vertices.len() {
            let bucket = dose.vertices.get(index).map(|v| dose.bucket(v.x, v.y));
            if let Some(list) = bucket.and_then(|b| dose.buckets.get_mut(b)) {
                list.push(index as u32);
            }
        }
        dose
    }

    /// Adds a touch.
    pub fn add(&mut self, press: &Press<'_>) {
        let Some(tool) = press.tool else { return };
        let area_cm2 = tool.area() * 1e4;
        let share = press.impulse() / area_cm2;
        // An outline without an area takes no dose.
        if !share.is_finite() {
            return;
        }
        let tool_from_table = press.table_from_tool.inverse();
        let centre = press.table_from_tool.translation.vector;
        for bucket in self.buckets_around(centre.x, centre.y, tool.reach()) {
            for index in self.buckets.get(bucket).into_iter().flatten() {
                let place = *index as usize;
                let Some(vertex) = self.vertices.get(place) else {
                    continue;
                };
                let here = tool_from_table * vertex;
                let covered = here.z.abs() < Self::DEPTH && tool.contains(here.x, here.y);
                if let Some(dose) = self.per_cm2.get_mut(place).filter(|_| covered) {
                    *dose += share;
                }
            }
        }
    }

    fn bucket(&self, x: f64, y: f64) -> usize {
        let along = self.buckets.len() / self.across;
        let place = |value: f64, count: usize| {
            (value / Self::BUCKET)
                .floor()
                .clamp(0.0, (count - 1) as f64) as usize
        };
        place(x - self.low.0, along) * self.across + place(y - self.low.1, self.across)
    }

    fn buckets_around(&self, x: f64, y: f64, reach: f64) -> Vec<usize> {
        let (first, last) = (
            self.bucket(x - reach, y - reach),
            self.bucket(x + reach, y + reach),
        );
        let rows = first / self.across..=last / self.across;
        let columns = first % self.across..=last % self.across;
        rows.flat_map(|row| columns.clone().map(move |c| row * self.across + c))
            .collect()
    }
}

#[cfg(test)]
mod tests;
