//! The folder `faulty_urdf`: files that differ from a small sound arm in one way each. The first line of
//! a file says what must come of it; the table here says it for files that cannot hold a comment. None
//! may make the reader panic.
#![allow(clippy::panic)] // a panic is how a test says what it saw

use std::collections::BTreeMap;
use std::path::PathBuf;

use kinematics::{ArmChain, ArmModel, RobotDescription, UrdfError, UrdfWarning};

/// Files without a first line of their own.
const WITHOUT_COMMENT: [(&str, &str); 2] = [
    ("empty", "error NotUrdf: no XML element"),
    ("not_xml", "error NotUrdf: no XML element"),
];

/// Name and bytes of every file, in order.
fn files() -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/faulty_urdf");
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(&folder)
        .expect("the folder is there")
        .map(|entry| {
            let path = entry.expect("readable").path();
            let name = path.file_stem().expect("a name").to_string_lossy();
            (name.into_owned(), std::fs::read(&path).expect("readable"))
        })
        .collect();
    files.sort();
    files
}

/// What a file says must come of it.
fn expectation(name: &str, bytes: &[u8]) -> String {
    if let Some((_, expected)) = WITHOUT_COMMENT.iter().find(|(file, _)| *file == name) {
        return (*expected).to_owned();
    }
    let text = String::from_utf8_lossy(bytes);
    let line = text.lines().next().unwrap_or("");
    let inner = line
        .trim()
        .strip_prefix("<!--")
        .and_then(|l| l.strip_suffix("-->"));
    inner
        .unwrap_or_else(|| panic!("{name}: no comment"))
        .trim()
        .to_owned()
}

/// The whole way of a loader.
fn load(text: &str) -> Result<(ArmChain, Vec<UrdfWarning>), UrdfError> {
    let (description, mut warnings) = RobotDescription::parse(text)?;
    let (chain, more) = description.chain(None)?;
    warnings.extend(more);
    match chain.joints.len() {
        4 => ArmModel::<4>::from_chain(&chain).map(|_| ())?,
        5 => ArmModel::<5>::from_chain(&chain).map(|_| ())?,
        6 => ArmModel::<6>::from_chain(&chain).map(|_| ())?,
        _ => ArmModel::<7>::from_chain(&chain).map(|_| ())?,
    }
    Ok((chain, warnings))
}

/// Outcome as the files write it: kind, variant, and the words of the message.
fn outcomes(bytes: &[u8]) -> Vec<(String, String)> {
    let variant = |debug: String| {
        let end = debug.find([' ', '{', '(']).unwrap_or(debug.len());
        debug.get(..end).unwrap_or("").to_owned()
    };
    let Ok(text) = core::str::from_utf8(bytes) else {
        return vec![(
            "error NotText".to_owned(),
            "these bytes are not UTF-8".to_owned(),
        )];
    };
    match load(text) {
        Err(error) => vec![(
            format!("error {}", variant(format!("{error:?}"))),
            error.to_string(),
        )],
        Ok((_, warnings)) => warnings
            .iter()
            .map(|w| {
                (
                    format!("warning {}", variant(format!("{w:?}"))),
                    w.to_string(),
                )
            })
            .collect(),
    }
}

#[test]
fn every_file_comes_to_what_its_first_line_says() {
    let files = files();
    assert!(files.len() >= 60, "only {} files", files.len());
    let mut wrong = Vec::new();
    for (name, bytes) in &files {
        let expected = expectation(name, bytes);
        let (kind, words) = expected.split_once(": ").expect("kind: words");
        let seen = outcomes(bytes);
        let met = if kind == "sound" {
            // The bare root link is the one thing to remark on.
            seen.iter().all(|(kind, _)| kind == "warning MasslessLink")
        } else {
            seen.iter()
                .any(|(seen, message)| seen == kind && message.contains(words))
        };
        if !met {
            wrong.push(format!("{name}: expected {expected}; seen {seen:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// A file that is wrong in two ways would hide one of them: apart from its own warning, a file that is
/// survived says no more than the sound arm does (and of bare frames that they are bare).
#[test]
fn what_is_survived_is_odd_in_one_way() {
    for (name, bytes) in files() {
        let expected = expectation(&name, &bytes);
        if !expected.starts_with("warning") {
            continue;
        }
        let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
        for (kind, _) in outcomes(&bytes) {
            *kinds.entry(kind).or_default() += 1;
        }
        kinds.remove("warning MasslessLink");
        assert_eq!(kinds.len(), 1, "{name}: {kinds:?}");
    }
}

#[test]
fn a_file_with_thousands_of_links_is_refused_before_it_is_walked() {
    let mut text = String::from("<robot name='long'><link name='l0'/>");
    for i in 1..3000 {
        let parent = i - 1;
        text += &format!(
            "<link name='l{i}'/><joint name='j{i}' type='fixed'><parent link='l{parent}'/>\
             <child link='l{i}'/></joint>"
        );
    }
    text += "</robot>";
    let error = load(&text).expect_err("refused");
    assert!(
        matches!(error, UrdfError::TooManyLinks { found: 3000, .. }),
        "{error}"
    );
}
