//! `knead repair`: a whole archive from one that was cut off or damaged.

use std::path::{Path, PathBuf};

use recorder::{ArchiveReader, Repaired, Wholeness, part_path, repair_file, wholeness};
use serde_json::{Value, json};

use super::replay::archive_of;
use crate::cli::RepairOptions;
use crate::failure::Failure;
use crate::say::say;

/// What became of one file of an archive.
struct File {
    path: PathBuf,
    found: Wholeness,
    /// The new file; `None` when there was nothing to do.
    repaired: Option<Repaired>,
    /// Where the broken one lies now, when the new one took its place.
    kept: Option<PathBuf>,
}

pub fn run(options: &RepairOptions) -> Result<(), Failure> {
    let archive = archive_of(&options.run);
    let reader = ArchiveReader::recover(&archive).map_err(Failure::input)?;
    let mut files = Vec::new();
    for (number, path) in (0..).zip(reader.parts()) {
        let found = wholeness(path).map_err(Failure::input)?;
        files.push(match &options.out {
            Some(out) => copied(path, found, &part_path(out, number))?,
            None if found == Wholeness::Whole => File {
                path: path.clone(),
                found,
                repaired: None,
                kept: None,
            },
            None => in_its_place(path, found)?,
        });
    }
    if options.json {
        let files: Vec<Value> = files.iter().map(told).collect();
        let text = serde_json::to_string_pretty(&json!({"version": 1, "files": files}));
        say!("{}", text.map_err(Failure::device)?);
    } else {
        files.iter().for_each(say_file);
    }
    Ok(())
}

fn copied(path: &Path, found: Wholeness, out: &Path) -> Result<File, Failure> {
    Ok(File {
        path: path.to_owned(),
        found,
        repaired: Some(repair_file(path, out).map_err(Failure::device)?),
        kept: None,
    })
}

/// The new file takes the place of the broken one only when it is on the disk; the broken one is kept.
fn in_its_place(path: &Path, found: Wholeness) -> Result<File, Failure> {
    let (beside, broken) = (named(path, "repaired"), named(path, "broken"));
    if broken.exists() {
        return Err(Failure::Input(format!(
            "{} is there already, from an earlier repair; move it away, or name the new file with --out",
            broken.display()
        )));
    }
    let mut repaired = repair_file(path, &beside).map_err(Failure::device)?;
    let moved = std::fs::rename(path, &broken).and_then(|()| std::fs::rename(&beside, path));
    moved.map_err(|error| {
        Failure::Device(format!(
            "{}: {error}; the repaired file is {}",
            path.display(),
            beside.display()
        ))
    })?;
    path.clone_into(&mut repaired.path);
    Ok(File {
        path: path.to_owned(),
        found,
        repaired: Some(repaired),
        kept: Some(broken),
    })
}

/// `session.mcap` becomes `session.word.mcap`.
fn named(path: &Path, word: &str) -> PathBuf {
    let end = path.extension().unwrap_or_default().to_string_lossy();
    path.with_extension(format!("{word}.{end}"))
}

fn say_file(file: &File) {
    match &file.found {
        Wholeness::Whole => say!("{} is whole", file.path.display()),
        Wholeness::NoEnd => say!(
            "{} has all its messages, but no index and no end",
            file.path.display()
        ),
        Wholeness::Broken(truncation) => say!("{truncation}"),
    }
    let Some(repaired) = &file.repaired else {
        say!("nothing to repair");
        return;
    };
    say!(
        "repaired: {}: {} messages up to {:.3} s, {} attachments, {} bytes",
        repaired.path.display(),
        repaired.messages,
        repaired.last_ns as f64 * 1e-9,
        repaired.attachments,
        repaired.bytes
    );
    if repaired.passed_over > 0 {
        say!(
            "left out: {} messages on channels that are declared after the first second",
            repaired.passed_over
        );
    }
    if let Some(kept) = &file.kept {
        say!("the broken file is kept: {}", kept.display());
    }
}

fn told(file: &File) -> Value {
    let (found, offset, lost) = match &file.found {
        Wholeness::Whole => ("whole", None, 0),
        Wholeness::NoEnd => ("no end", None, 0),
        Wholeness::Broken(t) => ("broken", Some(t.offset), t.lost_bytes),
    };
    json!({
        "file": file.path,
        "found": found,
        "broken_at_byte": offset,
        "lost_bytes": lost,
        "kept": file.kept,
        "repaired": file.repaired.as_ref().map(|repaired| json!({
            "file": repaired.path,
            "bytes": repaired.bytes,
            "messages": repaired.messages,
            "passed_over": repaired.passed_over,
            "last_s": repaired.last_ns as f64 * 1e-9,
            "attachments": repaired.attachments,
            "digest": repaired.digest.to_string(),
        })),
    })
}
