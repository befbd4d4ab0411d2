//! The walls of the house, read off the sources: who depends on whom, and who does what alone.
//!
//! An invariant without a test is a wish. `ARCHITECTURE.md` states the invariants; the tests of this
//! crate refuse a tree that breaks one. The reading is here, the judging in `tests/`.
#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// One crate of the workspace.
#[derive(Clone, Debug)]
pub struct Member {
    /// Package name.
    pub name: String,
    /// Its folder.
    pub folder: PathBuf,
    /// Names of its normal dependencies, sorted.
    pub dependencies: Vec<String>,
}

/// The workspace's root folder.
#[must_use]
pub fn root() -> PathBuf {
    // Without the `..`, so that no path below it seems to lie in a folder of tests.
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// All members, by name.
///
/// # Panics
/// When a manifest cannot be read: then the tests have nothing to stand on.
#[must_use]
pub fn members() -> BTreeMap<String, Member> {
    let mut folders = vec![root().join("sim")];
    for parent in ["crates", "tests"] {
        let entries = std::fs::read_dir(root().join(parent)).expect("a folder of crates");
        folders.extend(entries.flatten().map(|e| e.path()));
    }
    folders.sort();
    folders
        .into_iter()
        .filter(|folder| folder.join("Cargo.toml").is_file())
        .map(|folder| {
            let member = read_member(&folder);
            (member.name.clone(), member)
        })
        .collect()
}

fn read_member(folder: &Path) -> Member {
    let text = std::fs::read_to_string(folder.join("Cargo.toml")).expect("a manifest");
    let manifest: toml::Table = text.parse().expect("a manifest in TOML");
    let name = manifest["package"]["name"]
        .as_str()
        .expect("a package name")
        .to_owned();
    let dependencies = manifest
        .get("dependencies")
        .and_then(toml::Value::as_table)
        .map(|table| table.keys().cloned().collect())
        .unwrap_or_default();
    Member {
        name,
        folder: folder.to_owned(),
        dependencies,
    }
}

/// Every Rust source below a folder, with its text; sorted by path.
///
/// # Panics
/// When a file cannot be read.
#[must_use]
pub fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        let Ok(entries) = std::fs::read_dir(&next) else {
            continue;
        };
        for path in entries.flatten().map(|e| e.path()) {
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = std::fs::read_to_string(&path).expect("a source in UTF-8");
                found.push((path, text));
            }
        }
    }
    found.sort();
    found
}

/// True for files that hold nothing but tests or benches.
#[must_use]
pub fn is_test_file(path: &Path) -> bool {
    path.components()
        .any(|c| c.as_os_str() == "tests" || c.as_os_str() == "benches")
        || path.file_name().is_some_and(|n| n == "tests.rs")
}

/// The part of a source above its in-file tests.
#[must_use]
pub fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}
