//! TOML text to the tree.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::node::{Entry, Node, Value};
use super::report::Report;
use crate::Code;

/// Parses; notes every fault of syntax.
pub(super) fn parse(text: &str, report: &Report) -> Option<Node> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut line_told = 0;
    for error in &errors {
        let span = error.span().unwrap_or(0..0);
        // A slip makes the rest of its line strange too: the first fault of a line tells it.
        let (line, _) = report.place(span.start);
        if line == line_told {
            continue;
        }
        line_told = line;
        let message = format!("not valid TOML: {}", error.message().replace('\n', "; "));
        let help = "check quotes, brackets and commas at and just before this place; a key may stand only \
                    once in a table";
        report.note(&span, Code::BadSyntax, message, help.to_owned());
    }
    errors.is_empty().then(|| Node {
        value: entries(table.get_ref()),
        span: 0..0,
    })
}

fn entries(table: &DeTable<'_>) -> Value {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().to_string(),
            key_span: key.span(),
            node: node(value),
        })
        .collect();
    // The parser sorts by name; faults read better in the order of the file.
    entries.sort_by_key(|entry| entry.key_span.start);
    Value::Table(entries)
}

fn node(value: &Spanned<DeValue<'_>>) -> Node {
    Node {
        value: plain(value.get_ref()),
        span: value.span(),
    }
}

fn plain(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(whole) => Value::Whole(whole),
            Err(_) => Value::Other("a number of too many digits"),
        },
        DeValue::Float(number) => match number.as_str().parse() {
            Ok(number) => Value::Number(number),
            Err(_) => Value::Other("a number that cannot be read"),
        },
        DeValue::Boolean(flag) => Value::Flag(*flag),
        DeValue::Datetime(_) => Value::Other("a date"),
        DeValue::Array(list) => Value::List(list.iter().map(node).collect()),
        DeValue::Table(table) => entries(table),
    }
}
