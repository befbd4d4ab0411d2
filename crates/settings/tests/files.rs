//! Every configuration file of the project is read; and what goes wrong with files themselves.
#![allow(clippy::panic, reason = "a test tells by panicking")]

use std::path::{Path, PathBuf};

use settings::{
    ArmProfile, BodyProfile, ClientProfile, Code, LimitsProfile, SettingsErrors, SimulationProfile,
    ToolProfile, read_routine, read_text,
};

fn config(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../config")
        .join(folder)
}

/// Reads every TOML file of a folder; the count guards against an empty loop.
fn all<T>(folder: &str, read: impl Fn(&Path) -> Result<T, SettingsErrors>) -> Vec<T> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(config(folder))
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "{folder} has no file");
    files
        .iter()
        .map(|file| read(file).unwrap_or_else(|errors| panic!("{errors}")))
        .collect()
}

#[test]
fn every_file_of_the_project_is_read() {
    assert!(all("arms", ArmProfile::read).len() >= 4);
    assert!(all("tools", ToolProfile::read).len() >= 7);
    assert!(all("bodies", BodyProfile::read).len() >= 3);
    all("limits", LimitsProfile::read);
    all("clients", ClientProfile::read);
    all("simulation", SimulationProfile::read);
    all("routines", read_routine);
}

#[test]
fn every_file_is_named_after_what_it_holds() {
    for tool in all("tools", ToolProfile::read) {
        assert!(
            config("tools").join(format!("{}.toml", tool.name)).exists(),
            "{}",
            tool.name
        );
    }
    for arm in all("arms", ArmProfile::read) {
        assert!(
            config("arms").join(format!("{}.toml", arm.name)).exists(),
            "{}",
            arm.name
        );
    }
}

#[test]
fn the_lower_back_routine_serves_all_its_rows_and_begins_and_ends_gently() {
    let routine = read_routine(&config("routines/lower_back.toml")).expect("the routine");
    for row in ["B-L1", "B-L2", "B-L3", "B-L4", "B-L5"] {
        assert!(
            routine
                .steps
                .iter()
                .any(|step| step.rows.iter().any(|r| r == row)),
            "{row}"
        );
    }
    let ends = [routine.steps.first(), routine.steps.last()];
    assert!(
        ends.iter()
            .flatten()
            .all(|step| step.rows.iter().any(|r| r == "B-L1"))
    );
}

#[test]
fn the_tools_of_the_routine_exist_and_are_made_for_it() {
    let tools = all("tools", ToolProfile::read);
    for step in read_routine(&config("routines/lower_back.toml"))
        .expect("the routine")
        .steps
    {
        assert!(
            step.tools
                .iter()
                .all(|name| tools.iter().any(|tool| tool.name == *name)),
            "{:?}",
            step.tools
        );
    }
}

fn code(path: &Path) -> (Code, String) {
    let errors = read_routine(path).expect_err("an unreadable file");
    (errors.problems()[0].code, errors.to_string())
}

#[test]
fn a_missing_file_is_answered_with_its_neighbour() {
    let (kind, printed) = code(&config("routines/lower_bakc.toml"));
    assert_eq!(kind, Code::FileMissing);
    assert!(
        printed.contains("did you mean") && printed.contains("lower_back.toml"),
        "{printed}"
    );
    let (kind, printed) = code(Path::new("/no/such/folder/x.toml"));
    assert_eq!(kind, Code::FileMissing);
    assert!(
        printed.contains("there is no folder /no/such/folder either"),
        "{printed}"
    );
}

#[test]
fn a_folder_is_not_a_file() {
    assert_eq!(code(&config("routines")).0, Code::NotAFile);
}

#[test]
fn what_is_not_text_or_too_large_is_refused() {
    let folder = std::env::temp_dir().join(format!("settings-files-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let binary = folder.join("binary.toml");
    std::fs::write(&binary, b"version = 1\n\xff\xfe").expect("a file");
    let (kind, printed) = code(&binary);
    assert_eq!(kind, Code::NotText);
    assert!(printed.contains("byte 12 (line 2)"), "{printed}");
    let large = folder.join("large.toml");
    std::fs::write(&large, vec![b'#'; 2_000_000]).expect("a file");
    assert_eq!(code(&large).0, Code::FileTooLarge);
    assert_eq!(
        read_text(&large, 10).expect_err("too large").problems()[0].message,
        "the file has 2000000 bytes; allowed are 10"
    );
    std::fs::remove_dir_all(&folder).expect("clean up");
}
