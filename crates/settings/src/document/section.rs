//! A table under reading, and a single value under reading.

use core::cell::{Cell as Slot, RefCell};
use core::ops::Range;

use super::kinds::Kind;
use super::node::{Entry, Node, Value};
use super::report::Report;
use crate::{Code, nearest};

/// Endings of keys that name a unit; the longest stand first.
const UNITS: [&str; 30] = [
    "_nm_s_per_rad",
    "_mm_per_s",
    "_m_per_s",
    "_cm_per_s",
    "_deg_per_s",
    "_rad_per_s",
    "_n_per_mm",
    "_kg_m2",
    "_n_per_s",
    "_mrad",
    "_urad",
    "_rad",
    "_deg",
    "_mm",
    "_cm2",
    "_mm2",
    "_cm",
    "_um",
    "_m",
    "_nm",
    "_n",
    "_kpa",
    "_pa",
    "_kg",
    "_ms",
    "_s",
    "_hz",
    "_bpm",
    "_g",
    "_percent",
];

/// A value with the name under which it stands.
pub(crate) struct Cell<'a> {
    pub report: &'a Report,
    pub node: &'a Node,
    /// For messages: the key, or the key and its index.
    pub name: String,
}

impl<'a> Cell<'a> {
    pub fn root(report: &'a Report, node: &'a Node) -> Self {
        Self {
            report,
            node,
            name: String::new(),
        }
    }

    /// Notes a fault of this value.
    pub fn refuse<T>(&self, code: Code, message: String, help: impl Into<String>) -> Option<T> {
        self.report
            .note(&self.node.span, code, message, help.into());
        None
    }

    /// Notes that the value has another type than allowed.
    pub fn wrong_type<T>(&self, allowed: &str) -> Option<T> {
        let message = format!("`{}` is {}", self.name, self.node.value.seen());
        self.refuse(Code::WrongType, message, format!("allowed here: {allowed}"))
    }

    /// Reads the value as a table; keys that `reader` does not ask for are noted as unknown.
    pub fn section<T>(&self, reader: impl FnOnce(&Section<'a>) -> Option<T>) -> Option<T> {
        let Value::Table(entries) = &self.node.value else {
            return self.wrong_type("a table");
        };
        let section = Section {
            report: self.report,
            entries,
            span: self.node.span.clone(),
            name: self.name.clone(),
            asked: RefCell::new(Vec::new()),
            open: Slot::new(false),
        };
        let value = reader(&section);
        section.note_unknown_keys();
        value
    }
}

/// A table of which keys are asked for one by one.
pub(crate) struct Section<'a> {
    report: &'a Report,
    entries: &'a [Entry],
    span: Range<usize>,
    name: String,
    asked: RefCell<Vec<&'static str>>,
    open: Slot<bool>,
}

impl<'a> Section<'a> {
    /// The value of a key that must be there.
    pub fn required<T>(&self, key: &'static str, kind: Kind<'_, T>) -> Option<T> {
        match self.find(key) {
            Some(cell) => kind.read(&cell),
            None => {
                let message = format!("the key `{key}` is missing{}", self.place_in_words());
                let help = match self.stray(key) {
                    Some(like) => format!("there is a `{like}`: if that is meant, rename it"),
                    None => format!("add `{key} = ...`: {}", kind.allowed()),
                };
                self.refuse(Code::MissingKey, message, help)
            }
        }
    }

    /// The value of a key that may be absent: `Some(None)` when it is, `None` when it is faulty.
    #[expect(
        clippy::option_option,
        reason = "absent and faulty are different things"
    )]
    pub fn optional<T>(&self, key: &'static str, kind: Kind<'_, T>) -> Option<Option<T>> {
        match self.find(key) {
            Some(cell) => kind.read(&cell).map(Some),
            None => Some(None),
        }
    }

    /// The value of a key, or what its absence means.
    pub fn or<T>(&self, key: &'static str, kind: Kind<'_, T>, absent: T) -> Option<T> {
        self.optional(key, kind)
            .map(|value| value.unwrap_or(absent))
    }

    /// True when the key stands here.
    pub fn has(&self, key: &'static str) -> bool {
        self.find(key).is_some()
    }

    /// Line and column of the section.
    pub fn place(&self) -> (usize, usize) {
        self.report.place(self.span.start)
    }

    /// Notes a fault of the section as a whole.
    pub fn refuse<T>(&self, code: Code, message: String, help: impl Into<String>) -> Option<T> {
        self.report.note(&self.span, code, message, help.into());
        None
    }

    /// Notes a fault at a key.
    pub fn refuse_key<T>(
        &self,
        key: &'static str,
        code: Code,
        message: String,
        help: impl Into<String>,
    ) -> Option<T> {
        let entry = self.entries.iter().find(|entry| entry.key == key);
        let span = entry.map_or(&self.span, |entry| &entry.node.span);
        self.report.note(span, code, message, help.into());
        None
    }

    /// Notes, where the key stands under an old name, what it is called now; true when it does.
    pub fn refuse_renamed(&self, old: &'static str, new: &str) -> bool {
        let Some(entry) = self.entries.iter().find(|entry| entry.key == old) else {
            return false;
        };
        self.asked.borrow_mut().push(old);
        let message = format!("the key `{old}` is now `{new}`{}", self.place_in_words());
        let help = format!("write `{new}` in place of `{old}`; its value stays as it is");
        self.report
            .note(&entry.key_span, Code::UnknownKey, message, help);
        true
    }

    /// Keys that nobody asks for are let be: the file is not ours alone, or its kind is not known.
    pub fn let_unknown_keys_be(&self) {
        self.open.set(true);
    }

    /// Refuses files of another version than 1, which is all there is.
    pub fn version(&self) -> Option<()> {
        let seen = self.required("version", super::whole(0..=u32::MAX))?;
        if seen == 1 {
            return Some(());
        }
        // What a file of another version means is not known, so its keys are not judged.
        self.let_unknown_keys_be();
        let message = format!("the file is of version {seen}; this program reads version 1");
        self.refuse_key(
            "version",
            Code::WrongVersion,
            message,
            "convert the file, or use the program it was made for",
        )
    }

    fn find(&self, key: &'static str) -> Option<Cell<'a>> {
        self.asked.borrow_mut().push(key);
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        Some(Cell {
            report: self.report,
            node: &entry.node,
            name: key.to_owned(),
        })
    }

    /// Where unknown keys are let be, a mistyped one would go unseen.
    fn stray(&self, key: &str) -> Option<&str> {
        if !self.open.get() {
            return None;
        }
        let asked = self.asked.borrow();
        let strays = self.entries.iter().map(|entry| entry.key.as_str());
        nearest(key, strays.filter(|name| !asked.contains(name)))
    }

    fn place_in_words(&self) -> String {
        if self.name.is_empty() {
            String::new()
        } else {
            format!(" in {}", self.name)
        }
    }

    fn note_unknown_keys(&self) {
        if self.open.get() {
            return;
        }
        let asked = self.asked.borrow();
        for entry in self
            .entries
            .iter()
            .filter(|entry| !asked.contains(&entry.key.as_str()))
        {
            let shown: String = entry
                .key
                .chars()
                .take(60)
                .flat_map(char::escape_debug)
                .collect();
            let message = format!("unknown key `{shown}`{}", self.place_in_words());
            self.report.note(
                &entry.key_span,
                Code::UnknownKey,
                message,
                suggestion(&entry.key, &asked),
            );
        }
    }
}

fn suggestion(key: &str, known: &[&'static str]) -> String {
    let other_unit = known
        .iter()
        .copied()
        .find(|name| stem(name) == stem(key) && *name != stem(name));
    if let Some(name) = other_unit {
        return format!("the unit is part of the key: `{name}`");
    }
    if let Some(name) = nearest(key, known.iter().copied()) {
        return format!("did you mean `{name}`?");
    }
    let mut all: Vec<&str> = known.to_vec();
    all.sort_unstable();
    all.dedup();
    format!("known here: {}", all.join(", "))
}

fn stem(key: &str) -> &str {
    UNITS
        .iter()
        .find_map(|unit| key.strip_suffix(unit))
        .unwrap_or(key)
}
