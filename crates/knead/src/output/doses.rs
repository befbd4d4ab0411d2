//! The dose in words and tables: by zone and side, planned beside given.

use std::fmt::Write as _;

use dose::{DoseFigures, Gap, Side, SideFigures, ZoneFigures};
use viewer::ReportTable;

/// One row of the table: planned and given figures of one side of one zone.
struct Row<'a> {
    zone: &'a str,
    side: &'static str,
    planned: Option<&'a SideFigures>,
    given: Option<&'a SideFigures>,
}

/// Rows of every zone that either of the two tells; the whole comes last.
fn rows<'a>(planned: Option<&'a DoseFigures>, given: Option<&'a DoseFigures>) -> Vec<Row<'a>> {
    let words = anatomy::Zone::ALL.map(anatomy::Zone::word);
    let mut pairs: Vec<(&str, Option<&ZoneFigures>, Option<&ZoneFigures>)> = words
        .iter()
        .map(|word| {
            let of = |figures: Option<&'a DoseFigures>| figures.and_then(|f| f.zone(word));
            (*word, of(planned), of(given))
        })
        .filter(|(_, planned, given)| planned.is_some() || given.is_some())
        .collect();
    pairs.push((
        "whole back",
        planned.map(|f| &f.whole),
        given.map(|f| &f.whole),
    ));
    let sides =
        |(zone, planned, given): (&'a str, Option<&'a ZoneFigures>, Option<&'a ZoneFigures>)| {
            Side::BOTH.map(|side| Row {
                zone,
                side: side.word(),
                planned: planned.map(|z| z.side(side)),
                given: given.map(|z| z.side(side)),
            })
        };
    pairs.into_iter().flat_map(sides).collect()
}

/// A plan's dose, or a run's beside its plan's, for a person.
pub fn dose_text(one: &DoseFigures, planned: Option<&DoseFigures>) -> String {
    let mut text = String::new();
    let head = if planned.is_some() {
        "planned / given"
    } else {
        "planned"
    };
    let _ = writeln!(text, "dose, {head}:");
    let wide = if planned.is_some() { 15 } else { 8 };
    let _ = writeln!(
        text,
        "  {:<15} {:<5} {:>wide$} {:>wide$} {:>wide$} {:>wide$} {:>wide$} {:>wide$}",
        "zone", "side", "N s", "kPa s", "passes", "worked cm2", "missed cm2", "covered"
    );
    // A plan alone is told once, in the first column.
    let (first, second) = match planned {
        Some(planned) => (planned, Some(one)),
        None => (one, None),
    };
    for row in rows(Some(first), second) {
        let pair = |figure: &dyn Fn(&SideFigures) -> String| {
            let told = |side: Option<&SideFigures>| side.map_or_else(|| "-".to_owned(), figure);
            match second {
                Some(_) => format!("{} / {}", told(row.planned), told(row.given)),
                None => told(row.planned),
            }
        };
        let _ = writeln!(
            text,
            "  {:<15} {:<5} {:>wide$} {:>wide$} {:>wide$} {:>wide$} {:>wide$} {:>wide$}",
            row.zone,
            row.side,
            pair(&|s| format!("{:.0}", s.dose_n_s)),
            pair(&|s| format!("{:.1}", s.mean_kpa_s)),
            pair(&|s| format!("{:.1}", s.mean_passes)),
            pair(&|s| format!("{:.0}", s.worked_cm2)),
            pair(&|s| format!("{:.0}", s.missed_cm2)),
            pair(&|s| percent(s.covered_percent)),
        );
    }
    for (word, figures) in [("planned", Some(first)), ("given", second)] {
        if let Some(figures) = figures {
            let _ = writeln!(text, "{word}: {}", balance(figures));
        }
    }
    text
}

/// Total, left against right, and how much of the limit the fullest zone has used.
fn balance(figures: &DoseFigures) -> String {
    let mut text = format!(
        "{:.0} N s in all, {}",
        figures.total_n_s,
        left_against_right(figures.whole.left_over_right_percent)
    );
    let sides = |zone| Side::BOTH.map(|side| (zone, side));
    let fullest = figures
        .zones
        .iter()
        .flat_map(sides)
        .max_by(|a: &(&ZoneFigures, Side), b| {
            a.0.side(a.1).dose_n_s.total_cmp(&b.0.side(b.1).dose_n_s)
        });
    if let (Some((zone, side)), Some(limit)) = (fullest, figures.limit_n_s) {
        let _ = write!(
            text,
            "; most in {} {}: {:.0} of {limit:.0} N s",
            zone.zone,
            side.word(),
            zone.side(side).dose_n_s
        );
    }
    if figures.beside_n_s > 0.05 {
        let _ = write!(text, "; {:.1} N s fell beside the map", figures.beside_n_s);
    }
    text
}

fn left_against_right(percent: f64) -> String {
    if percent.abs() < 0.05 {
        "left and right alike".to_owned()
    } else if percent > 0.0 {
        format!("right {percent:.1} % less than left")
    } else {
        format!("left {:.1} % less than right", -percent)
    }
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "-".to_owned(), |share| format!("{share:.0} %"))
}

/// One line a gap.
pub fn gap_line(gap: &Gap) -> String {
    format!(
        "{} side, u {:+.0} to {:+.0} mm, {:.0} to {:.0} mm from the spine: {:.0} cm2, {:.0} of {:.0} N s given",
        gap.side.word(),
        gap.from_u_mm,
        gap.to_u_mm,
        gap.inner_mm,
        gap.outer_mm,
        gap.area_cm2,
        gap.given_n_s,
        gap.planned_n_s
    )
}

/// The table of the report.
pub fn dose_table(planned: Option<&DoseFigures>, given: &DoseFigures) -> ReportTable {
    let columns = [
        "zone",
        "side",
        "planned N·s",
        "given N·s",
        "planned kPa·s",
        "given kPa·s",
        "planned passes",
        "given passes",
        "worked cm²",
        "missed cm²",
        "planned cover",
        "given cover",
    ];
    let told = |side: Option<&SideFigures>, figure: &dyn Fn(&SideFigures) -> String| {
        side.map_or_else(|| "–".to_owned(), figure)
    };
    let row = |row: Row<'_>| {
        let both = |figure: &dyn Fn(&SideFigures) -> String| {
            [told(row.planned, figure), told(row.given, figure)]
        };
        let mut cells = vec![row.zone.replace('_', " "), row.side.to_owned()];
        cells.extend(both(&|s| format!("{:.0}", s.dose_n_s)));
        cells.extend(both(&|s| format!("{:.1}", s.mean_kpa_s)));
        cells.extend(both(&|s| format!("{:.1}", s.mean_passes)));
        cells.push(told(row.given, &|s| format!("{:.0}", s.worked_cm2)));
        cells.push(told(row.given, &|s| format!("{:.0}", s.missed_cm2)));
        cells.extend(both(&|s| percent(s.covered_percent)));
        cells
    };
    ReportTable {
        caption: "Dose by zone and side; kPa·s, passes are means over the worked area".to_owned(),
        columns: columns.map(str::to_owned).to_vec(),
        rows: rows(planned, Some(given)).into_iter().map(row).collect(),
    }
}

/// What was left out, for the report.
pub fn gap_table(gaps: &[Gap]) -> Option<ReportTable> {
    let columns = [
        "place",
        "from u (mm)",
        "to u (mm)",
        "from the spine (mm)",
        "to (mm)",
        "cm²",
        "planned N·s",
        "given N·s",
    ];
    (!gaps.is_empty()).then(|| ReportTable {
        caption: "Planned, and given less than 60 % of its dose; `knead revisit` offers these"
            .to_owned(),
        columns: columns.map(str::to_owned).to_vec(),
        rows: gaps
            .iter()
            .map(|gap| {
                vec![
                    gap.side.word().to_owned(),
                    format!("{:+.0}", gap.from_u_mm),
                    format!("{:+.0}", gap.to_u_mm),
                    format!("{:.0}", gap.inner_mm),
                    format!("{:.0}", gap.outer_mm),
                    format!("{:.0}", gap.area_cm2),
                    format!("{:.0}", gap.planned_n_s),
                    format!("{:.0}", gap.given_n_s),
                ]
            })
            .collect(),
    })
}
