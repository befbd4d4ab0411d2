//! Reading files whole, with their faults told in our words.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use crate::{Code, Problem, SettingsErrors};

/// Largest TOML file that is read (bytes). Chosen: a hundred times our longest routine.
pub const LARGEST_TOML: u64 = 1 << 20;
/// Largest landmark or URDF file that is read (bytes). Chosen.
pub const LARGEST_DESCRIPTION: u64 = 16 << 20;
/// Largest scan that is read (bytes). Chosen: forty million points of three doubles.
pub const LARGEST_SCAN: u64 = 1 << 30;

/// Reads a text file whole.
///
/// # Errors
/// [`SettingsErrors`] when there is no such file, it is not a plain file, cannot be read, is larger
/// than `largest` bytes, or is not UTF-8.
pub fn read_text(path: &Path, largest: u64) -> Result<String, SettingsErrors> {
    let bytes = read_bytes(path, largest)?;
    String::from_utf8(bytes).map_err(|refused| {
        let good = refused.utf8_error().valid_up_to();
        let line = refused
            .as_bytes()
            .iter()
            .take(good)
            .filter(|b| **b == b'\n')
            .count()
            + 1;
        let message =
            format!("the file is not UTF-8 text: byte {good} (line {line}) belongs to no letter");
        problem(
            path,
            Code::NotText,
            message,
            "save it as UTF-8, or check that the right file was named",
        )
    })
}

/// Reads a file of any kind whole.
///
/// # Errors
/// [`SettingsErrors`] when there is no such file, it is not a plain file, cannot be read, or is larger
/// than `largest` bytes.
pub fn read_bytes(path: &Path, largest: u64) -> Result<Vec<u8>, SettingsErrors> {
    // Asked before opening: opening a pipe would wait for its writer.
    let about = std::fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    if !about.is_file() {
        let kind = if about.is_dir() {
            "a folder"
        } else {
            "no plain file"
        };
        let help = "name a file inside it";
        return Err(problem(
            path,
            Code::NotAFile,
            format!("the path is {kind}"),
            help,
        ));
    }
    let mut bytes = Vec::new();
    File::open(path)
        // One byte more than allowed tells a file that grows while it is read.
        .and_then(|file| file.take(largest.saturating_add(1)).read_to_end(&mut bytes))
        .map_err(|error| unreadable(path, &error))?;
    if bytes.len() as u64 > largest {
        let seen = about.len().max(bytes.len() as u64);
        let message = format!("the file has {seen} bytes; allowed are {largest}");
        return Err(problem(
            path,
            Code::FileTooLarge,
            message,
            "check that the right file was named",
        ));
    }
    Ok(bytes)
}

fn unreadable(path: &Path, error: &std::io::Error) -> SettingsErrors {
    if error.kind() == ErrorKind::NotFound {
        return problem(
            path,
            Code::FileMissing,
            "there is no such file".to_owned(),
            &neighbour(path),
        );
    }
    let message = format!("the file cannot be read: {error}");
    problem(
        path,
        Code::FileUnreadable,
        message,
        "check the rights of the file and its folder",
    )
}

/// Most missing files are mistyped: looks for a like name in the same folder.
fn neighbour(path: &Path) -> String {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) | None => Path::new("."),
    };
    let Ok(entries) = std::fs::read_dir(folder) else {
        return format!(
            "there is no folder {} either; check the path",
            folder.display()
        );
    };
    let mut names: Vec<String> = entries
        .flatten()
        .map(|e| e.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let wanted = path
        .file_name()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default();
    match crate::nearest(&wanted, names.iter().map(String::as_str)) {
        Some(like) => format!("did you mean {}?", folder.join(like).display()),
        None => "check the path; it counts from the folder in which the command runs".to_owned(),
    }
}

fn problem(path: &Path, code: Code, message: String, help: &str) -> SettingsErrors {
    SettingsErrors::new(vec![Problem {
        file: path.display().to_string(),
        line: None,
        column: None,
        code,
        message,
        help: help.to_owned(),
        excerpt: String::new(),
    }])
}
