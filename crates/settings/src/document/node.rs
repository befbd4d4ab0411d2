//! The tree of values.

use core::ops::Range;

/// A value and the bytes of the text where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    pub value: Value,
    pub span: Range<usize>,
}

/// What TOML and JSON can hold.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Text(String),
    Whole(i64),
    Number(f64),
    Flag(bool),
    /// Dates of TOML and null of JSON: nothing of ours takes them.
    Other(&'static str),
    List(Vec<Node>),
    Table(Vec<Entry>),
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub key: String,
    pub key_span: Range<usize>,
    pub node: Node,
}

impl Value {
    /// What was seen, in words for a message.
    pub fn seen(&self) -> String {
        match self {
            Self::Text(text) => format!("the text \"{}\"", shortened(text)),
            Self::Whole(number) => format!("the number {number}"),
            Self::Number(number) => format!("the number {number}"),
            Self::Flag(flag) => format!("{flag}"),
            Self::Other(what) => (*what).to_owned(),
            Self::List(entries) => format!("a list of {}", entries.len()),
            Self::Table(_) => "a table".to_owned(),
        }
    }
}

fn shortened(text: &str) -> String {
    const SHOWN: usize = 40;
    let mut cut: String = text
        .chars()
        .take(SHOWN)
        .flat_map(char::escape_debug)
        .collect();
    if text.chars().count() > SHOWN {
        cut.push('…');
    }
    cut
}
