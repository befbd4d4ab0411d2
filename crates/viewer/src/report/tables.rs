//! Tables of the report.

use std::fmt::Write as _;

use super::input::{Figure, ReportTable};
use super::strokes::{Tallies, Tally};
use super::svg::{clock, escape, figure};
use crate::StepName;

/// Columns of the tally tables after the first ones.
const MEASURES: [&str; 11] = [
    "contact (s)",
    "dose (N·s)",
    "RMSE (N)",
    "bias (N)",
    "highest force (N)",
    "lowest ceiling (N)",
    "least room (N)",
    "least clearance (mm)",
    "peak pressure (kPa)",
    "normal error (°)",
    "path error (mm)",
];

/// Any table; the first column heads its row, numbers stand right.
pub(crate) fn table(table: &ReportTable) -> String {
    let mut html = format!(
        "<table>\n<caption>{}</caption>\n<thead><tr>",
        escape(&table.caption)
    );
    for (index, column) in table.columns.iter().enumerate() {
        // The head of a column of numbers stands over them.
        let mut cells = table
            .rows
            .iter()
            .filter_map(|row| row.get(index))
            .peekable();
        let numbers = index > 0 && cells.peek().is_some() && cells.all(|cell| is_number(cell));
        let class = if numbers { " class=\"n\"" } else { "" };
        let _ = write!(html, "<th scope=\"col\"{class}>{}</th>", escape(column));
    }
    html.push_str("</tr></thead>\n<tbody>\n");
    let width = table
        .rows
        .iter()
        .map(Vec::len)
        .max()
        .unwrap_or(0)
        .max(table.columns.len());
    for row in &table.rows {
        html.push_str("<tr>");
        for column in 0..width {
            let cell = row.get(column).map_or("", String::as_str);
            html.push_str(&table_cell(cell, column == 0));
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody>\n</table>\n");
    html
}

fn table_cell(text: &str, heads_row: bool) -> String {
    let safe = escape(text);
    if heads_row {
        return format!("<th scope=\"row\">{safe}</th>");
    }
    if is_number(text) {
        format!("<td class=\"n\">{safe}</td>")
    } else {
        format!("<td>{safe}</td>")
    }
}

/// True for a cell that begins with a number, or stands for a missing one.
fn is_number(text: &str) -> bool {
    let bare = text.trim_start_matches(['-', '−', '+', '<', '>', '≤', '≥', ' ']);
    text == "–" || bare.starts_with(|c: char| c.is_ascii_digit())
}

/// Figures with what is allowed of them.
pub(crate) fn figures(caption: &str, figures: &[Figure]) -> String {
    let mut html = format!(
        "<table class=\"figures\">\n<caption>{}</caption>\n<thead><tr><th scope=\"col\">figure</th>\
         <th scope=\"col\" class=\"n\">seen</th><th scope=\"col\" class=\"n\">allowed</th><th scope=\"col\">verdict</th></tr></thead>\n<tbody>\n",
        escape(caption),
    );
    for figure in figures {
        let verdict = match figure.passed {
            Some(true) => "<td class=\"ok\">✓ within</td>",
            Some(false) => "<td class=\"bad\">✗ outside</td>",
            None => "<td>for information</td>",
        };
        let _ = writeln!(
            html,
            "<tr><th scope=\"row\">{}</th><td class=\"n\">{}</td><td class=\"n\">{}</td>{verdict}</tr>",
            escape(&figure.name),
            escape(&figure.seen),
            escape(&figure.allowed),
        );
    }
    html.push_str("</tbody>\n</table>\n");
    html
}

/// One row a step.
pub(super) fn steps(tallies: &Tallies, steps: &[StepName]) -> ReportTable {
    let columns = ["step", "technique", "serves"].iter().chain(&MEASURES);
    let row = |(index, tally): (&u32, &Tally)| {
        let step = steps.get(*index as usize);
        let name = step.map_or_else(|| "not in the routine".to_owned(), |s| s.name.clone());
        let mut row = vec![
            format!("{} {name}", index + 1),
            step.map_or_else(String::new, |s| s.technique.replace('_', " ")),
            step.map_or_else(String::new, |s| s.rows.join(", ")),
        ];
        row.extend(measures(tally));
        row
    };
    ReportTable {
        caption: "Step by step".to_owned(),
        columns: columns.map(|c| (*c).to_owned()).collect(),
        rows: tallies.steps.iter().map(row).collect(),
    }
}

/// One row a word: techniques or zones; the last row is the whole.
pub(super) fn words(
    caption: &str,
    head: &str,
    tallies: &std::collections::BTreeMap<String, Tally>,
    all: &Tally,
) -> ReportTable {
    let columns = [head].into_iter().chain(MEASURES);
    let row = |name: String, tally: &Tally| {
        let mut row = vec![name];
        row.extend(measures(tally));
        row
    };
    let mut rows: Vec<Vec<String>> = tallies
        .iter()
        .map(|(word, tally)| row(word.replace('_', " "), tally))
        .collect();
    rows.push(row("whole session".to_owned(), all));
    ReportTable {
        caption: caption.to_owned(),
        columns: columns.map(str::to_owned).collect(),
        rows,
    }
}

fn measures(tally: &Tally) -> [String; 11] {
    [
        figure(Some(tally.contact_s), 1),
        figure(Some(tally.dose), 0),
        figure(tally.rmse(), 2),
        figure(tally.bias(), 2),
        figure(tally.max_force, 1),
        figure(tally.ceiling, 1),
        figure(tally.least_room, 1),
        figure(tally.clearance.map(|m| m * 1e3), 1),
        figure(tally.pressure.map(|p| p * 1e-3), 1),
        figure(tally.normal_error.map(f64::to_degrees), 1),
        figure(tally.tangential_error.map(|m| m * 1e3), 1),
    ]
}

/// Name and value pairs.
pub(crate) fn facts(facts: &[(String, String)]) -> String {
    let mut html = String::from("<dl class=\"facts\">\n");
    for (name, value) in facts {
        let _ = writeln!(
            html,
            "<div><dt>{}</dt><dd>{}</dd></div>",
            escape(name),
            escape(value)
        );
    }
    html.push_str("</dl>\n");
    html
}

/// A list of lines with their moments (ns).
pub(crate) fn moments(lines: &[(u64, &'static str, String)], most: usize) -> String {
    let mut html = String::from("<ul class=\"log\">\n");
    for (at_ns, level, line) in lines.iter().take(most) {
        let class = if matches!(*level, "ERROR" | "CRITICAL") {
            "bad"
        } else {
            "warn"
        };
        let _ = writeln!(
            html,
            "<li><span class=\"when\">{}</span> <span class=\"{class}\">{level}</span> {}</li>",
            clock(*at_ns as f64 * 1e-9),
            escape(line),
        );
    }
    if lines.len() > most {
        let _ = writeln!(
            html,
            "<li>… and {} more; the archive has them all</li>",
            lines.len() - most
        );
    }
    html.push_str("</ul>\n");
    html
}
