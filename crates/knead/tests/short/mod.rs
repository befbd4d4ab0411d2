//! A session that is short enough for tests: one light fan-out on one side of the built-in body.

use std::path::{Path, PathBuf};

use knead::{Ingredients, load::Loaded};

/// The workspace's root; every path in `config` starts there.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The short routine, with all else as in the demo.
#[allow(dead_code)] // each test binary compiles this file for itself
pub fn loaded() -> Loaded {
    loaded_with(&Ingredients::demo().arm)
}

/// The same with another arm.
#[allow(dead_code)]
pub fn loaded_with(arm: &Path) -> Loaded {
    let demo = Ingredients::demo();
    let ingredients = Ingredients {
        routine: root().join("crates/knead/tests/data/short.toml"),
        arm: root().join(arm),
        body: root().join(demo.body),
        limits: root().join(demo.limits),
        tools: root().join(demo.tools),
        client: root().join(demo.client),
        simulation: root().join(demo.simulation),
        ..Ingredients::demo()
    };
    Loaded::read(&ingredients).unwrap_or_else(|f| panic!("{}", f.text()))
}
