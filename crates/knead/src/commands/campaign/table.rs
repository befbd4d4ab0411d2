//! The rows as one table: aligned text for a terminal, the same in Markdown, and how many ended how.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::row::{Figures, Row, Verdict};

/// A column's head, and whether its cells stand at the right.
const COLUMNS: [(&str, bool); 17] = [
    ("routine", false),
    ("body", false),
    ("planned", false),
    ("min", true),
    ("RMSE N", true),
    ("worst technique", false),
    ("> ceiling", true),
    ("spine mm", true),
    ("keep-out", true),
    ("touches over", true),
    ("covered L/R %", true),
    ("L-R %", true),
    ("slips", true),
    ("blows made", true),
    ("bone", true),
    ("wall s", true),
    ("verdict", false),
];

fn cells(row: &Row) -> [String; 17] {
    let figure = |told: &dyn Fn(&Figures) -> String| {
        row.figures.as_deref().map_or_else(|| "-".to_owned(), told)
    };
    let planned = if row.plan.is_some() { "yes" } else { "no" };
    let minutes = |minutes: f64| format!("{minutes:.1}");
    [
        row.routine.clone(),
        row.body.clone(),
        planned.to_owned(),
        row.plan
            .as_ref()
            .map_or("-".to_owned(), |p| minutes(p.minutes)),
        figure(&|f| number(f.worst_rmse_n, 2)),
        figure(&|f| f.worst_rmse_of.clone().unwrap_or_else(|| "-".to_owned())),
        figure(&|f| f.above_ceiling.to_string()),
        figure(&|f| number(f.least_clearance_mm, 1)),
        figure(&|f| f.in_keep_out.to_string()),
        figure(&|f| format!("{}/{}", f.touches_over, f.touches)),
        figure(&|f| {
            let (left, right) = (f.covered_left_percent, f.covered_right_percent);
            format!("{}/{}", number(left, 0), number(right, 0))
        }),
        figure(&|f| format!("{:+.1}", f.left_over_right_percent)),
        figure(&|f| f.slips.to_string()),
        figure(&blows),
        figure(&|f| f.left_for_bone.to_string()),
        format!("{:.0}", row.wall_s),
        row.verdict.word().to_owned(),
    ]
}

fn number(value: Option<f64>, digits: usize) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.digits$}"))
}

fn blows(f: &Figures) -> String {
    match (f.blows_planned, f.blows_off) {
        (0, _) => "-".to_owned(),
        (planned, 0) => format!("{}/{planned}", f.blows_made),
        (planned, off) => format!("{}/{planned}, {off} off", f.blows_made),
    }
}

/// The first reason in one line, and how many more there are.
fn reason(row: &Row) -> String {
    let Some(first) = row.reasons.first() else {
        return String::new();
    };
    let lines: Vec<&str> = first.lines().map(str::trim).collect();
    let mut text = lines.join("; ");
    if row.reasons.len() > 1 {
        let _ = write!(text, " (+{} more)", row.reasons.len() - 1);
    }
    text
}

/// For a terminal; the reason, which has no width, comes last.
pub fn text(rows: &[Row]) -> String {
    let table: Vec<[String; 17]> = rows.iter().map(cells).collect();
    let width = |column: usize| {
        let cells = table.iter().map(|row| row[column].chars().count());
        cells
            .chain([COLUMNS[column].0.chars().count()])
            .max()
            .unwrap_or(0)
    };
    let widths: [usize; 17] = std::array::from_fn(width);
    let line = |cells: &dyn Fn(usize) -> String, reason: &str| {
        let mut text = String::new();
        for (column, (_, right)) in COLUMNS.iter().enumerate() {
            let (cell, wide) = (cells(column), widths[column]);
            let _ = if *right {
                write!(text, "{cell:>wide$}  ")
            } else {
                write!(text, "{cell:<wide$}  ")
            };
        }
        text.push_str(reason);
        text.trim_end().to_owned() + "\n"
    };
    let mut text = line(&|column| COLUMNS[column].0.to_owned(), "first reason");
    for (row, cells) in rows.iter().zip(&table) {
        text.push_str(&line(&|column| cells[column].clone(), &reason(row)));
    }
    text.push_str(&counted(rows));
    text.push('\n');
    text
}

/// For a page.
pub fn markdown(rows: &[Row], title: &str) -> String {
    let mut text = format!("# {title}\n\n{}\n\n|", counted(rows));
    for (head, _) in COLUMNS {
        let _ = write!(text, " {} |", escaped(head));
    }
    text.push_str(" first reason |\n|");
    for (_, right) in COLUMNS {
        text.push_str(if right { " --: |" } else { " :-- |" });
    }
    text.push_str(" :-- |\n");
    for row in rows {
        text.push('|');
        for cell in cells(row).into_iter().chain([reason(row)]) {
            let _ = write!(text, " {} |", escaped(&cell));
        }
        text.push('\n');
    }
    text
}

/// A cell must not end at a bar of its own, nor be read as a tag.
fn escaped(cell: &str) -> String {
    cell.replace('|', "\\|")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// For scripts.
pub fn as_json(rows: &[Row], pairs: usize, seed: u64) -> Value {
    json!({
        "version": 1, "seed": seed, "pairs": pairs, "done": rows.len(),
        "passed": count(rows, &[Verdict::Passed]), "failed": failed(rows),
        "refused": count(rows, &[Verdict::Refused]), "rows": rows,
    })
}

fn count(rows: &[Row], verdicts: &[Verdict]) -> usize {
    let of = |row: &&Row| verdicts.contains(&row.verdict);
    rows.iter().filter(of).count()
}

/// Pairs that were neither passed nor refused.
pub fn failed(rows: &[Row]) -> usize {
    rows.len() - count(rows, &[Verdict::Passed, Verdict::Refused])
}

/// "12 of 20 pairs passed, 3 did not; 5 refused by the plan, with reason".
pub fn counted(rows: &[Row]) -> String {
    format!(
        "{} of {} pairs passed, {} did not; {} refused by the plan, with reason",
        count(rows, &[Verdict::Passed]),
        rows.len(),
        failed(rows),
        count(rows, &[Verdict::Refused])
    )
}
