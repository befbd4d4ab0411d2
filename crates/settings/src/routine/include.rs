//! Routines made of routines: `use = "lower_back.toml"`.
//!
//! A used file is read as if it stood alone, so that its faults are told with its own lines; its steps
//! then stand in place of the `[[step]]` that uses them. Files under reading form a chain: a file that is
//! in it already would be read for ever.

use core::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};

use planner::{ForceWord, RoutineStep};

use super::step::{FORCES, asked_word};
use crate::document::{Section, list, text, words};
use crate::file::{LARGEST_TOML, read_text};
use crate::{Code, SettingsErrors, nearest};

/// Files within files (chosen: a session of sets of parts needs three).
const DEEPEST: usize = 8;
/// How often one reading may follow a `use`; bounds the work on files that use each other many times
/// over (chosen).
const MOST_USES: usize = 200;

/// What was followed by all files of one reading together.
#[derive(Default)]
pub(super) struct Uses {
    /// How often a `use` was followed.
    count: Cell<usize>,
    /// The files that were read, each once.
    files: RefCell<Vec<PathBuf>>,
}

impl Uses {
    /// The files that were read, each once, in the order in which they were first named.
    pub fn files(self) -> Vec<PathBuf> {
        self.files.into_inner()
    }

    fn note(&self, path: &Path) {
        let mut files = self.files.borrow_mut();
        if !files.iter().any(|known| known == path) {
            files.push(path.to_owned());
        }
    }
}

/// Where the text under reading lies, and what its used files have to say.
pub(super) struct Origin<'a> {
    /// Files under reading, the outermost first; none for a text without a file.
    chain: Vec<PathBuf>,
    uses: &'a Uses,
    faults: RefCell<Vec<SettingsErrors>>,
}

impl<'a> Origin<'a> {
    pub fn file(path: &Path, uses: &'a Uses) -> Self {
        Self {
            chain: vec![path.to_owned()],
            uses,
            faults: RefCell::default(),
        }
    }

    pub fn text(uses: &'a Uses) -> Self {
        Self {
            chain: Vec::new(),
            uses,
            faults: RefCell::default(),
        }
    }

    /// All faults of used files.
    pub fn faults(&self) -> Option<SettingsErrors> {
        let faults = self.faults.take().into_iter();
        faults.reduce(SettingsErrors::and)
    }

    fn within(&self, path: PathBuf) -> Self {
        let mut chain = self.chain.clone();
        chain.push(path);
        Self {
            chain,
            uses: self.uses,
            faults: RefCell::default(),
        }
    }
}

/// The steps that a `[[step]]` with `use` stands for. When the used file has faults these are kept in
/// `origin`, and no step stands here.
pub(super) fn used(section: &Section<'_>, origin: &Origin<'_>) -> Option<Vec<RoutineStep>> {
    let name = section.required("use", text());
    let only = section.optional("only", list(text(), 1..=super::MOST_STEPS));
    let except = section.optional("except", list(text(), 1..=super::MOST_STEPS));
    let force = section.optional("force", words(&FORCES));
    let if_asked = section.optional("if_asked", asked_word());
    let (name, only, except, force, if_asked) = (name?, only?, except?, force?, if_asked?);
    let steps = match loaded(section, origin, &name)? {
        Ok(steps) => steps,
        Err(faults) => {
            origin.faults.borrow_mut().push(faults);
            return Some(Vec::new());
        }
    };
    let mut steps = chosen(section, steps, &name, only, except)?;
    if let Some(force) = force {
        press(&mut steps, force);
    }
    if let Some(word) = if_asked {
        ask(section, &mut steps, &word)?;
    }
    Some(steps)
}

/// The steps of the file `name`, each with the file that it stands in; or the file's own faults.
fn loaded(
    section: &Section<'_>,
    origin: &Origin<'_>,
    name: &str,
) -> Option<Result<Vec<RoutineStep>, SettingsErrors>> {
    let refuse =
        |code, message: String, help: String| section.refuse_key("use", code, message, help);
    let Some(user) = origin.chain.last() else {
        let message = "a text that is no file can use no other file".to_owned();
        return refuse(Code::UseRefused, message, "save it first".to_owned());
    };
    let path = user.parent().unwrap_or(Path::new("")).join(name);
    if origin.chain.iter().any(|earlier| same_file(earlier, &path)) {
        let chain: Vec<String> = origin
            .chain
            .iter()
            .map(|p| p.display().to_string())
            .collect();
        let message = format!(
            "{} uses itself: {} -> {}",
            path.display(),
            chain.join(" -> "),
            path.display()
        );
        let help = "take one of these `use` out".to_owned();
        return refuse(Code::UseRefused, message, help);
    }
    if origin.chain.len() > DEEPEST {
        let message = format!("files that use files are nested more than {DEEPEST} deep");
        let help = "use the innermost files directly".to_owned();
        return refuse(Code::UseRefused, message, help);
    }
    let uses = origin.uses.count.get() + 1;
    origin.uses.count.set(uses);
    if uses > MOST_USES {
        let message = format!("more than {MOST_USES} uses of files in one routine");
        return refuse(Code::UseRefused, message, "use fewer files".to_owned());
    }
    let content = match read_text(&path, LARGEST_TOML) {
        Ok(content) => content,
        Err(errors) => {
            // A file that cannot be opened is a fault of the place that names it.
            for problem in errors.problems() {
                let message = format!("{}: {}", path.display(), problem.message);
                section.refuse_key::<()>("use", problem.code, message, &*problem.help);
            }
            return None;
        }
    };
    origin.uses.note(&path);
    let file = path.display().to_string();
    let routine = super::read(&content, &file, &origin.within(path));
    Some(routine.map(|routine| {
        let mut steps = routine.steps;
        for step in &mut steps {
            step.file.get_or_insert_with(|| file.clone());
        }
        steps
    }))
}

fn same_file(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        // What cannot be found is refused when it is read.
        (Ok(_) | Err(_), Err(_)) | (Err(_), Ok(_)) => false,
    }
}

/// The steps that `only` and `except` leave.
fn chosen(
    section: &Section<'_>,
    steps: Vec<RoutineStep>,
    file: &str,
    only: Option<Vec<String>>,
    except: Option<Vec<String>>,
) -> Option<Vec<RoutineStep>> {
    let (key, names, keep) = match (only, except) {
        (None, None) => return Some(steps),
        (Some(names), None) => ("only", names, true),
        (None, Some(names)) => ("except", names, false),
        (Some(_), Some(_)) => {
            let message = "`only` and `except` both choose steps".to_owned();
            let help = "keep one of the two";
            return section.refuse_key("except", Code::Contradiction, message, help);
        }
    };
    let mut fine = Some(());
    for name in &names {
        if !steps.iter().any(|step| step.name == *name) {
            let known = || steps.iter().map(|step| step.name.as_str());
            let help = match nearest(name, known()) {
                Some(like) => format!("did you mean \"{like}\"?"),
                None => format!("its steps: {}", known().collect::<Vec<_>>().join(", ")),
            };
            let message = format!("{file} has no step \"{name}\"");
            fine = section.refuse_key(key, Code::UnknownWord, message, help);
        }
    }
    fine?;
    let kept = steps.into_iter();
    let kept: Vec<_> = kept
        .filter(|step| names.contains(&step.name) == keep)
        .collect();
    if kept.is_empty() {
        let message = format!("`{key}` leaves no step of {file}");
        return section.refuse_key(key, Code::Empty, message, "leave at least one step");
    }
    Some(kept)
}

/// All steps that touch are pressed with this word of their own scale.
fn press(steps: &mut [RoutineStep], force: ForceWord) {
    for step in steps.iter_mut().filter(|step| !step.is_for_a_person()) {
        step.force = force;
    }
}

/// All steps are done only for a client who asked. A step has one word, so none may have another.
fn ask(section: &Section<'_>, steps: &mut [RoutineStep], word: &str) -> Option<()> {
    for step in steps {
        match &step.if_asked {
            Some(own) if own != word => {
                let message = format!(
                    "the step \"{}\" is done for those who ask for \"{own}\" already",
                    step.name
                );
                let help = "leave that step out with `except`, and use it by itself";
                return section.refuse_key("if_asked", Code::Contradiction, message, help);
            }
            Some(_) | None => step.if_asked = Some(word.to_owned()),
        }
    }
    Some(())
}
