//! Routines made of routines: what is used stands where it is used, and what cannot be used is told where.
#![allow(clippy::panic, reason = "a test tells by panicking")]

use std::path::PathBuf;

use planner::ForceWord;
use settings::{Code, SettingsErrors, read_routine, read_routine_with_files};

/// A folder of routine files that is gone when the test is.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let name = format!("settings-uses-{test}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(folder.join("parts")).expect("a folder");
        Self(folder)
    }

    fn write(&self, name: &str, steps: &str) -> PathBuf {
        let path = self.0.join(name);
        let text = format!("version = 1\nname = \"{name}\"\nsummary = \"S\"\n{steps}");
        std::fs::write(&path, text).expect("a file");
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn glide(name: &str, force: &str) -> String {
    format!(
        "[[step]]\nname = \"{name}\"\ntechnique = \"effleurage\"\nsource = \"A1\"\nfrom = \"S2\"\n\
         to = \"T3\"\noffset_mm = 60\nouter_mm = 95\nforce = \"{force}\"\n"
    )
}

const PAUSE: &str =
    "[[step]]\nname = \"Pause\"\ntechnique = \"operator_step\"\nprompt = \"Wait.\"\n";

fn faults(path: &std::path::Path) -> SettingsErrors {
    read_routine(path).expect_err("a routine that cannot be read")
}

#[test]
fn what_is_used_equals_what_is_written_out() {
    let folder = Folder::new("equal");
    let body = format!("{}{PAUSE}{}", glide("Up", "light"), glide("Down", "medium"));
    let part = folder.write("parts/part.toml", &body);
    let whole = folder.write("whole.toml", "[[step]]\nuse = \"parts/part.toml\"\n");
    let direct = read_routine(&part).expect("the part");
    let used = read_routine(&whole).expect("the whole");
    assert_eq!(used.steps.len(), 3);
    for (direct, used) in direct.steps.iter().zip(&used.steps) {
        assert_eq!(used.file.as_deref(), Some(&*part.display().to_string()));
        let without_file = planner::RoutineStep {
            file: None,
            ..used.clone()
        };
        assert_eq!(
            &without_file, direct,
            "line and column are those of the part"
        );
    }
}

#[test]
fn steps_are_chosen_pressed_and_asked_for_as_the_user_says() {
    let folder = Folder::new("chosen");
    let body = format!("{}{PAUSE}{}", glide("Up", "light"), glide("Down", "medium"));
    folder.write("part.toml", &body);
    let whole = folder.write(
        "whole.toml",
        "[[step]]\nuse = \"part.toml\"\nonly = [\"Down\"]\nforce = \"firm\"\nif_asked = \"deep\"\n\
         [[step]]\nuse = \"part.toml\"\nexcept = [\"Down\"]\nforce = \"medium\"\n",
    );
    let steps = read_routine(&whole).expect("the whole").steps;
    let seen: Vec<_> = steps
        .iter()
        .map(|step| (step.name.as_str(), step.force, step.if_asked.as_deref()))
        .collect();
    let pause = ("Pause", steps[2].force, None);
    assert_eq!(
        seen,
        [
            ("Down", ForceWord::Firm, Some("deep")),
            ("Up", ForceWord::Medium, None),
            pause
        ]
    );
    assert!(steps[2].is_for_a_person());
}

#[test]
fn names_that_are_taken_get_a_number_and_own_names_stay() {
    let folder = Folder::new("names");
    folder.write("part.toml", &glide("Up", "light"));
    let twice = "[[step]]\nuse = \"part.toml\"\n";
    let whole = folder.write(
        "whole.toml",
        &format!(
            "{twice}{twice}{}{}",
            glide("Up", "light"),
            glide("Up (2)", "light")
        ),
    );
    let steps = read_routine(&whole).expect("the whole").steps;
    let names: Vec<&str> = steps.iter().map(|step| step.name.as_str()).collect();
    assert_eq!(names, ["Up (3)", "Up (4)", "Up", "Up (2)"]);
}

#[test]
fn a_circle_of_files_is_refused_where_it_closes() {
    let folder = Folder::new("circle");
    let one = folder.write("one.toml", "[[step]]\nuse = \"two.toml\"\n");
    folder.write("two.toml", "[[step]]\nuse = \"parts/../one.toml\"\n");
    let errors = faults(&one);
    let problem = &errors.problems()[0];
    assert_eq!((problem.code, problem.line), (Code::UseRefused, Some(5)));
    assert!(problem.file.ends_with("two.toml"), "{errors}");
    assert!(problem.message.contains("uses itself"), "{errors}");
}

#[test]
fn a_missing_file_is_told_at_the_use_with_its_neighbour() {
    let folder = Folder::new("missing");
    folder.write("upper.toml", &glide("Up", "light"));
    let whole = folder.write("whole.toml", "[[step]]\nuse = \"uper.toml\"\n");
    let errors = faults(&whole);
    let problem = &errors.problems()[0];
    assert_eq!((problem.code, problem.line), (Code::FileMissing, Some(5)));
    assert!(problem.help.contains("upper.toml"), "{errors}");
    assert_eq!(errors.problems().len(), 1);
}

#[test]
fn faults_of_a_used_file_are_told_with_its_own_lines_beside_those_of_the_user() {
    let folder = Folder::new("faults");
    folder.write("part.toml", &glide("Up", "harder"));
    let whole = folder.write(
        "whole.toml",
        "[[step]]\nuse = \"part.toml\"\n[[step]]\nname = \"x\"\ntechnique = \"unheard\"\n",
    );
    let errors = faults(&whole);
    let seen: Vec<_> = errors
        .problems()
        .iter()
        .map(|p| (p.file.ends_with("part.toml"), p.line))
        .collect();
    assert_eq!(seen, [(false, Some(8)), (true, Some(12))], "{errors}");
}

#[test]
fn names_that_the_used_file_does_not_have_are_answered_with_the_nearest() {
    let folder = Folder::new("unknown");
    folder.write("part.toml", &glide("Long glides", "light"));
    for key in ["only", "except"] {
        let whole = folder.write(
            "whole.toml",
            &format!("[[step]]\nuse = \"part.toml\"\n{key} = [\"Long glide\"]\n"),
        );
        let errors = faults(&whole);
        assert_eq!(errors.problems()[0].code, Code::UnknownWord);
        assert!(
            errors.to_string().contains("did you mean \"Long glides\"?"),
            "{errors}"
        );
    }
    let nothing = folder.write(
        "nothing.toml",
        "[[step]]\nuse = \"part.toml\"\nexcept = [\"Long glides\"]\n",
    );
    assert_eq!(faults(&nothing).problems()[0].code, Code::Empty);
    let own_keys = folder.write("keys.toml", "[[step]]\nuse = \"part.toml\"\nrepeat = 2\n");
    assert_eq!(faults(&own_keys).problems()[0].code, Code::UnknownKey);
}

#[test]
fn files_nested_too_deep_or_used_too_often_are_refused() {
    let folder = Folder::new("deep");
    folder.write("0.toml", &glide("Up", "light"));
    for level in 1..=9 {
        let step = format!("[[step]]\nuse = \"{}.toml\"\n", level - 1);
        folder.write(&format!("{level}.toml"), &step);
    }
    assert!(read_routine(&folder.0.join("8.toml")).is_ok());
    let errors = faults(&folder.0.join("9.toml"));
    assert!(
        errors.to_string().contains("nested more than 8 deep"),
        "{errors}"
    );
    // Each file uses the next ten times over: a million steps in seven small files.
    for level in 1..=7 {
        let step = format!("[[step]]\nuse = \"{}.toml\"\n", level - 1).repeat(10);
        folder.write(&format!("{level}.toml"), &step);
    }
    let errors = faults(&folder.0.join("7.toml"));
    assert!(
        errors.to_string().contains("more than 200 uses"),
        "{errors}"
    );
}

#[test]
fn a_step_that_is_asked_for_by_one_word_cannot_be_asked_for_by_another() {
    let folder = Folder::new("asked");
    let deep = format!("{}if_asked = \"deep\"\n", glide("Up", "light"));
    folder.write("part.toml", &deep);
    let whole = |word: &str| {
        let step = format!("[[step]]\nuse = \"part.toml\"\nif_asked = \"{word}\"\n");
        folder.write("whole.toml", &step)
    };
    assert!(read_routine(&whole("deep")).is_ok());
    assert_eq!(
        faults(&whole("flanks")).problems()[0].code,
        Code::Contradiction
    );
}

#[test]
fn every_file_that_is_read_is_told_even_when_no_step_of_its_own_is_left() {
    let folder = Folder::new("files");
    let part = folder.write("parts/part.toml", &glide("Up", "light"));
    let other = folder.write("parts/other.toml", &glide("Down", "light"));
    // Only uses: its steps stand in other files.
    let set = folder.write(
        "parts/set.toml",
        "[[step]]\nuse = \"part.toml\"\n[[step]]\nuse = \"other.toml\"\n[[step]]\nuse = \"part.toml\"\n",
    );
    let whole = folder.write(
        "whole.toml",
        "[[step]]\nuse = \"parts/set.toml\"\nexcept = [\"Down\"]\n",
    );
    let (routine, files) = read_routine_with_files(&whole).expect("the whole");
    assert_eq!(routine, read_routine(&whole).expect("the whole"));
    assert_eq!(routine.steps.len(), 2);
    assert_eq!(files, [set, part, other], "each once, in order of reading");
}
