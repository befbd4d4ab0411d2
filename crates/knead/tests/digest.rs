//! One seed, one stream of messages; another seed, another. Debug and release agree.
#![allow(clippy::panic)] // a test that cannot read its own files has nothing to say

mod short;

use std::path::{Path, PathBuf};
use std::process::Command;

use knead::compose::Kit;
use knead::session::{Ending, simulate};

/// A folder that is gone when the test is.
struct Scratch(PathBuf);

impl Scratch {
    fn new(test: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("knead-{test}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a writable folder for temporary files");
        Self(folder)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn profile() -> &'static str {
    if cfg!(debug_assertions) {
        "debug"
    } else {
        "release"
    }
}

fn digest(seed: u64, archive: &Path) -> String {
    let loaded = short::loaded();
    let kit = Kit::<7>::new(&loaded, seed).expect("a kit");
    let plan = kit.plan().expect("the short routine is planned");
    let outcome = simulate(&loaded, &kit, plan, seed, archive, &mut |_, _| {}).expect("a session");
    assert_eq!(outcome.ending, Ending::Completed, "seed {seed}");
    outcome.archive.digest.to_string()
}

#[test]
fn one_seed_gives_one_digest_and_another_seed_another() {
    let folder = Scratch::new("digest");
    let first = digest(1, &folder.0.join("first.mcap"));
    let again = digest(1, &folder.0.join("again.mcap"));
    let other = digest(2, &folder.0.join("other.mcap"));
    println!("digest {} {first}", profile());
    assert_eq!(first, again, "the same seed must give the same bits");
    assert_ne!(first, other, "the seed must reach the messages");
}

/// Digest that a built binary prints for the short session with seed 1.
fn digest_of_binary(binary: &Path, runs: &Path) -> String {
    let output = Command::new(binary)
        .current_dir(short::root())
        .args([
            "sim",
            "crates/knead/tests/data/short.toml",
            "--no-recording",
            "--json",
        ])
        .args(["--seed", "1", "--runs"])
        .arg(runs)
        .output()
        .unwrap_or_else(|e| panic!("{}: {e}", binary.display()));
    let summary: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| {
        panic!(
            "{}: {e}\n{}",
            binary.display(),
            String::from_utf8_lossy(&output.stderr)
        )
    });
    let digest = summary["digest"].as_str().expect("a digest in the summary");
    digest.to_owned()
}

/// Runs when `KNEAD_OTHER_BINARY` names a `knead` built with the other profile:
/// `cargo build --release && KNEAD_OTHER_BINARY=$PWD/target/release/knead cargo test -p knead --test digest`.
#[test]
fn debug_and_release_agree() {
    let Some(other) = std::env::var_os("KNEAD_OTHER_BINARY").map(PathBuf::from) else {
        println!("skipped: set KNEAD_OTHER_BINARY to a knead binary built with another profile");
        return;
    };
    let folder = Scratch::new("profiles");
    let here = digest_of_binary(
        Path::new(env!("CARGO_BIN_EXE_knead")),
        &folder.0.join("here"),
    );
    let there = digest_of_binary(&other, &folder.0.join("there"));
    println!("digest {} {here}", profile());
    println!("digest of {} {there}", other.display());
    assert_eq!(
        here, there,
        "the profile must not change a bit (are both built from the same sources?)"
    );
}
