//! What the report is told by whoever judged the session.

use dose::{DoseFigures, DoseMap, Gap};
use quantities::Metres;

use crate::{StepName, ToolShape};

/// All that the report prints besides the archive's curves.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportInput {
    /// Headline: the routine and the client's body, for example.
    pub title: String,
    /// One line below it.
    pub subtitle: String,
    /// The verdict.
    pub outcome: Outcome,
    /// Why: one sentence each.
    pub reasons: Vec<String>,
    /// The figures that the verdict rests on.
    pub figures: Vec<Figure>,
    /// Further tables, as rows of text.
    pub tables: Vec<ReportTable>,
    /// The run: seed, configuration digest, versions, arm, body.
    pub facts: Vec<(String, String)>,
    /// What the operator should know: one-arm solutions, warnings of parsing.
    pub notes: Vec<String>,
    /// The routine's steps, by step index.
    pub steps: Vec<StepName>,
    /// The tools, by tool index.
    pub tools: Vec<ToolShape>,
    /// The client's back in back coordinates.
    pub body: BodyMap,
    /// What was pressed where; `None` when nobody measured it.
    pub dose: Option<DoseView>,
}

/// The dose of a run, beside that of its plan where it is known.
#[derive(Clone, Debug, PartialEq)]
pub struct DoseView {
    /// What the plan promised.
    pub planned: Option<DoseMap>,
    /// What was measured.
    pub given: DoseMap,
    /// The plan's figures by zone.
    pub planned_figures: Option<DoseFigures>,
    /// The run's figures by zone.
    pub given_figures: DoseFigures,
    /// For each cell of `given` whether it was set out to be worked: it may be touched and lies between the
    /// ends of the work.
    pub open: Vec<bool>,
    /// Places that were planned and not given.
    pub gaps: Vec<Gap>,
    /// The figures as tables.
    pub tables: Vec<ReportTable>,
}

/// Did the session do what it had to?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every figure is within what was allowed.
    Passed,
    /// Some figure is not, or the session did not end as planned.
    Failed,
}

/// One figure of the verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// What it is.
    pub name: String,
    /// What was seen, with its unit.
    pub seen: String,
    /// What was allowed, with its unit; empty for a figure that decides nothing.
    pub allowed: String,
    /// Whether it is within; `None` for a figure that decides nothing.
    pub passed: Option<bool>,
}

/// A table of text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReportTable {
    /// What it shows.
    pub caption: String,
    /// Heads of the columns; the first column names the row.
    pub columns: Vec<String>,
    /// The rows; a short row is filled up with blanks.
    pub rows: Vec<Vec<String>>,
}

/// The back as the map draws it, in back coordinates.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BodyMap {
    /// Closed outline of the chart: (u, v) in metres. Without one the map shows where the tool was.
    pub outline: Vec<(Metres, Metres)>,
    /// Distance of either edge of the keep-out band from the spine.
    pub keep_out_half_width: Metres,
    /// Places to be named.
    pub landmarks: Vec<Landmark>,
}

/// A named place of the back.
#[derive(Clone, Debug, PartialEq)]
pub struct Landmark {
    /// Its name.
    pub name: String,
    /// Along the spine.
    pub u: Metres,
    /// Beside the spine, left positive.
    pub v: Metres,
}
