//! JSON text to the tree. A raw value borrows from the text, so its address is its place.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::node::{Entry, Node, Value};
use super::report::Report;
use crate::Code;

/// Skipping over a raw value knows no depth limit, our recursion needs one.
const DEEPEST: usize = 32;

/// Parses; notes the first fault of syntax.
pub(super) fn parse(text: &str, report: &Report) -> Option<Node> {
    match serde_json::from_str::<&RawValue>(text) {
        Ok(raw) => Some(node(raw, text, 0)),
        Err(error) => {
            let at = offset_of(text, error.line(), error.column());
            let message = format!("not valid JSON: {error}");
            let help = "check quotes, brackets and commas at and just before this place";
            report.note(&(at..at), Code::BadSyntax, message, help.to_owned());
            None
        }
    }
}

/// The parser tells line and column in bytes, both from 1.
fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    (start + column.saturating_sub(1)).min(text.len())
}

fn node(raw: &RawValue, text: &str, depth: usize) -> Node {
    let seen = raw.get();
    let start = (seen.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    Node {
        value: value(seen, text, depth),
        span: start..start + seen.len(),
    }
}

fn value(seen: &str, text: &str, depth: usize) -> Value {
    if depth > DEEPEST {
        return Value::Other("a value nested too deeply");
    }
    let read = match seen.as_bytes().first() {
        Some(b'{') => serde_json::from_str::<BTreeMap<String, &RawValue>>(seen)
            .map(|table| Value::Table(entries(table, text, depth + 1))),
        Some(b'[') => serde_json::from_str::<Vec<&RawValue>>(seen).map(|list| {
            Value::List(
                list.into_iter()
                    .map(|raw| node(raw, text, depth + 1))
                    .collect(),
            )
        }),
        Some(b'"') => serde_json::from_str(seen).map(Value::Text),
        Some(b't' | b'f') => serde_json::from_str(seen).map(Value::Flag),
        Some(b'n') => Ok(Value::Other("null")),
        Some(_) | None => serde_json::from_str::<i64>(seen)
            .map(Value::Whole)
            .or_else(|_| serde_json::from_str(seen).map(Value::Number)),
    };
    // The text as a whole was valid; what is left are numbers beyond what a double holds.
    read.unwrap_or(Value::Other("a number beyond all measure"))
}

fn entries(table: BTreeMap<String, &RawValue>, text: &str, depth: usize) -> Vec<Entry> {
    let mut entries: Vec<Entry> = table
        .into_iter()
        .map(|(key, raw)| {
            let node = node(raw, text, depth);
            Entry {
                key,
                key_span: node.span.start..node.span.start,
                node,
            }
        })
        .collect();
    entries.sort_by_key(|entry| entry.node.span.start);
    entries
}
