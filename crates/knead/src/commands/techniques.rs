//! `knead techniques`: the rows of the source texts, and which routine serves each.

use std::collections::BTreeMap;
use std::path::Path;

use plan::Technique;
use serde_json::json;
use settings::{SOURCE_ROWS, read_routine};

use crate::failure::Failure;
use crate::say::say;

pub fn run(folder: &Path, as_json: bool) -> Result<(), Failure> {
    let served = served_rows(folder)?;
    if as_json {
        let rows: Vec<_> = SOURCE_ROWS
            .iter()
            .map(|&row| json!({"row": row, "served_by": served.get(row).cloned().unwrap_or_default()}))
            .collect();
        let techniques: Vec<_> = Technique::ALL
            .iter()
            .map(|t| json!({"id": t.id(), "word": t.word()}))
            .collect();
        say!(
            "{}",
            json!({"version": 1, "techniques": techniques, "rows": rows})
        );
        return Ok(());
    }
    say!("techniques that routine files may use:");
    for technique in Technique::ALL {
        say!("  {:<4} {}", technique.id(), technique.word());
    }
    say!("\nrows of the source texts:");
    for row in SOURCE_ROWS {
        match served.get(row) {
            Some(files) => say!("  {row:<7} {}", files.join(", ")),
            None => say!("  {row:<7} not served yet"),
        }
    }
    let open = SOURCE_ROWS
        .iter()
        .filter(|&&row| !served.contains_key(row))
        .count();
    say!(
        "\n{} of {} rows served",
        SOURCE_ROWS.len() - open,
        SOURCE_ROWS.len()
    );
    Ok(())
}

/// For each row the routine files that name it, as `file: step`.
fn served_rows(folder: &Path) -> Result<BTreeMap<String, Vec<String>>, Failure> {
    let entries = std::fs::read_dir(folder).map_err(|e| {
        Failure::Input(format!(
            "{}: {e}; name the folder with --routines",
            folder.display()
        ))
    })?;
    let mut files: Vec<_> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .collect();
    files.sort();
    let mut served: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in files {
        let routine = read_routine(&file).map_err(Failure::input)?;
        let name = file
            .file_name()
            .map(|n| n.to_string_lossy().into_owned())
            .unwrap_or_default();
        for step in &routine.steps {
            for row in &step.rows {
                let place = format!("{name}: {}", step.name);
                let places = served.entry(row.clone()).or_default();
                if !places.contains(&place) {
                    places.push(place);
                }
            }
        }
    }
    Ok(served)
}
