//! `knead techniques`: what the arm can do, with figures, and what serves each row of the source texts.

pub(super) mod rows;
mod served;

use std::path::Path;

use plan::Technique;
use planner::{Manner, Pressed, Range, Recipe, Returning, recipe};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::say::say;
use served::{Place, Served, served};

pub fn run(folder: &Path, as_json: bool) -> Result<(), Failure> {
    let rows = served(folder)?;
    if as_json {
        let techniques: Vec<Value> = Technique::ALL.iter().map(|t| technique_json(*t)).collect();
        let told: Vec<Value> = rows.iter().map(row_json).collect();
        say!(
            "{}",
            json!({"version": 1, "techniques": techniques, "rows": told})
        );
    } else {
        tell(&rows);
    }
    let faults: Vec<String> = rows
        .iter()
        .filter_map(|row| Some(format!("{}: {}", row.row.id, row.fault()?)))
        .collect();
    if faults.is_empty() {
        return Ok(());
    }
    Err(Failure::Verdict(format!(
        "{} of {} rows are not served:\n  {}",
        faults.len(),
        rows.len(),
        faults.join("\n  ")
    )))
}

fn tell(rows: &[Served]) {
    say!("techniques that routine files may use:");
    for technique in Technique::ALL {
        say!("  {:<4} {}", technique.id(), technique.word());
        for line in figures(&recipe(*technique)) {
            say!("         {line}");
        }
    }
    say!("\nrows of the source texts:");
    for served in rows {
        say!(
            "  {:<7} [{}] {}",
            served.row.id,
            served.by(),
            served.row.what
        );
        for (hands, places) in [("", &served.arm), ("by a person: ", &served.person)] {
            for line in by_file(places) {
                say!("          {hands}{line}");
            }
        }
        if let Some(setting) = served.row.setting {
            say!("          and: {setting}");
        }
        if let Some(fault) = served.fault() {
            say!("          OPEN: {fault}");
        }
    }
    let fine = rows.iter().filter(|row| row.fault().is_none()).count();
    say!("\n{fine} of {} rows served", rows.len());
}

/// "file: step, step" for each file.
fn by_file(places: &[Place]) -> Vec<String> {
    let mut lines: Vec<(String, String)> = Vec::new();
    for place in places {
        match lines.last_mut() {
            Some((file, steps)) if *file == place.file => {
                steps.push_str(", ");
                steps.push_str(&place.step);
            }
            Some(_) | None => lines.push((place.file.clone(), place.step.clone())),
        }
    }
    let lines = lines.into_iter();
    lines
        .map(|(file, steps)| format!("{file}: {steps}"))
        .collect()
}

/// The figures of a technique in lines.
fn figures(row: &Recipe) -> Vec<String> {
    if row.technique == Technique::OperatorStep {
        return vec!["a person acts, the arm is parked".to_owned()];
    }
    let [light, medium, firm] = row.forces;
    let deep = row
        .deep
        .map_or(String::new(), |deep| format!(", deep {deep:.0}"));
    let mut lines = vec![
        format!("{}; {}; usually the {}", course(row), manner(row), row.tool),
        format!(
            "light {light:.0}, medium {medium:.0}, firm {firm:.0}{deep} N; {}",
            returning(row)
        ),
    ];
    let mut more = Vec::new();
    if row.speed.usual > 0.0 {
        more.push(format!("{} mm/s", ranged(row.speed, 1e3)));
    }
    if let Some(rhythm) = row.rhythm {
        more.push(format!("{} Hz", ranged(rhythm, 1.0)));
    }
    if let Some(size) = row.size {
        more.push(format!(
            "{} of {} mm",
            size_word(row.manner),
            ranged(size, 1e3)
        ));
    }
    if !more.is_empty() {
        lines.push(more.join("; "));
    }
    lines
}

/// "0.8 to 2.2 (usually 1)"; `unit` times an SI number is in the unit that is printed.
pub(super) fn ranged(range: Range, unit: f64) -> String {
    let figure = |x: f64| {
        let x = (x * unit * 100.0).round() / 100.0;
        format!("{x}")
    };
    if range.least < range.most {
        format!(
            "{} to {} (usually {})",
            figure(range.least),
            figure(range.most),
            figure(range.usual)
        )
    } else {
        figure(range.usual)
    }
}

/// Where a technique goes.
pub(super) fn course(row: &Recipe) -> &'static str {
    use planner::CourseKind as Kind;
    match row.course {
        Kind::Loop => "up beside the spine and back further out",
        Kind::Rows => "lines along the spine",
        Kind::Across => "lines across the back",
        Kind::Spots => "single places",
        Kind::Blade => "around the shoulder blade",
        Kind::Diagonals => "diagonals to hip and opposite shoulder",
        Kind::Straddle => "both sides of the spine at once",
        Kind::Person => "nowhere",
    }
}

/// What is laid over that.
pub(super) fn manner(row: &Recipe) -> &'static str {
    match row.manner {
        Manner::Glide(Pressed::Up) => "glides, pressed on the way up, in or there",
        Manner::Glide(Pressed::Out) => "glides, pressed on the way out and down",
        Manner::Glide(Pressed::Both) => "glides, pressed both ways",
        Manner::Circle { .. } => "travelling circles",
        Manner::Knead => "travelling ellipses, the press swells and fades",
        Manner::Roll => "rolls to and fro while it travels",
        Manner::Rock => "moves the skin to and fro without slip",
        Manner::Staircase => "holds of growing force, each until the tissue has eased",
        Manner::Spread => "presses and spreads, one way and the other",
        Manner::Tap => "blows, contact made and broken",
        Manner::Stretch => "a light glide and a hold",
        Manner::Person => "a person acts",
    }
}

fn returning(row: &Recipe) -> String {
    match row.returning {
        Returning::Share(share) => format!("light legs at {:.0} % of that", share * 100.0),
        Returning::AtMost(most) => format!("light legs at {most:.0} N or less"),
    }
}

/// What the size of a manner is called.
pub(super) const fn size_word(manner: Manner) -> &'static str {
    match manner {
        Manner::Circle { .. } | Manner::Knead => "radius",
        Manner::Glide(_)
        | Manner::Roll
        | Manner::Rock
        | Manner::Staircase
        | Manner::Spread
        | Manner::Tap
        | Manner::Stretch
        | Manner::Person => "travel",
    }
}

fn technique_json(technique: Technique) -> Value {
    let row = recipe(technique);
    let range = |range: Range| json!([range.least, range.usual, range.most]);
    json!({
        "id": technique.id(), "word": technique.word(), "course": course(&row), "manner": manner(&row),
        "tool": row.tool, "forces_n": row.forces, "deep_n": row.deep, "speed_m_per_s": range(row.speed),
        "rhythm_hz": row.rhythm.map(range), "size_m": row.size.map(range),
    })
}

fn row_json(served: &Served) -> Value {
    let places = |places: &[Place]| -> Vec<Value> {
        let told = places.iter();
        told.map(|place| json!({"file": place.file, "step": place.step}))
            .collect()
    };
    json!({
        "row": served.row.id, "what": served.row.what, "served": served.fault().is_none(),
        "by": served.by(), "arm": places(&served.arm), "person": places(&served.person),
        "setting": served.row.setting, "fault": served.fault(),
    })
}
